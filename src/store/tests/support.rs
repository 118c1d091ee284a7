//! A store of its own for each test, and what the tests build from.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::mariadb::Server;
use crate::model::{
    ActionEnd, ActionStatus, CatchUp, Command, CommandKind, CreateMode, Job, JobId, JobKind,
    NodeAddress, NodeId, ScheduleState, StartMode,
};
use crate::sql::{self, Source};
use crate::store::{Claim, Claimed, NewTask, Options, Store, TaskRef};

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Engine {
    Sqlite,
    MariaDb,
}

/// An empty database.
pub(super) struct Base {
    pub(super) source: Arc<dyn Source>,
    _folder: tempfile::TempDir,
}

impl Base {
    pub(super) fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("keeper.db").display()),
            Engine::MariaDb => Server::shared().fresh_database(),
        };
        let runtime = tokio::runtime::Handle::current();
        let source = sql::source(&url, sql::Options::default(), &runtime).expect("a url");
        Self {
            source,
            _folder: folder,
        }
    }

    pub(super) async fn store(&self) -> Store {
        let options = Options {
            readers: 2,
            connect_timeout: Duration::from_secs(10),
        };
        let source = Arc::clone(&self.source);
        Store::open(source, options, at(0))
            .await
            .expect("the store opens")
    }
}

/// The moment `seconds` after the start of the tests' time.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).expect("in range")
}

pub(super) fn command(title: &str, after: &[&str]) -> Command {
    Command {
        id: None,
        title: title.to_owned(),
        kind: CommandKind::Shell,
        text: format!("echo {title}"),
        args: String::new(),
        timeout: Duration::from_secs(5),
        retry_limit: 0,
        retry_delay: Duration::ZERO,
        enabled: true,
        after: after.iter().map(|&title| title.to_owned()).collect(),
    }
}

pub(super) fn job(title: &str, commands: Vec<Command>) -> Job {
    Job {
        id: None,
        title: title.to_owned(),
        description: "for tests, with 'quotes' and \\".to_owned(),
        kind: JobKind::Scheduled,
        enabled: true,
        schedule: "0 * * * *".to_owned(),
        time_zone: Some("Europe/Berlin".to_owned()),
        next_tick_at: Some(at(60)),
        schedule_state: ScheduleState::Ok,
        open_at: None,
        close_at: None,
        max_parallel: 0,
        max_wait: Duration::ZERO,
        catch_up: CatchUp::Last,
        catch_up_limit: 10,
        keep_tasks: 0,
        version: 1,
        commands,
    }
}

pub(super) fn task(job_id: JobId, seconds: i64) -> NewTask {
    NewTask {
        job_id,
        task_time: at(seconds),
        creator: 0,
        create_mode: CreateMode::Schedule,
        start_mode: StartMode::AutoStart,
        start_after: None,
    }
}

pub(super) fn ended(status: ActionStatus) -> ActionEnd {
    ActionEnd {
        status,
        attempts: 1,
        exit_code: Some(i32::from(status != ActionStatus::Done)),
        signal: None,
        error: None,
        pinned: None,
    }
}

pub(super) async fn node(store: &Store, port: u16) -> NodeId {
    let address = NodeAddress(format!("127.0.0.1:{port}").into());
    store.register_node(address, at(0)).await.expect("a node").0
}

pub(super) async fn claim(store: &Store, node_id: NodeId, slots: usize, seconds: i64) -> Claimed {
    let claim = Claim {
        node_id,
        slots,
        now: at(seconds),
        lease_until: at(seconds + 60),
    };
    store.claim_records(claim).await.expect("a claim")
}

/// A job that is stored and a task of it.
pub(super) async fn ready(store: &Store, commands: Vec<Command>) -> (JobId, TaskRef) {
    let id = store
        .save_job(job("work", commands), None, at(0))
        .await
        .expect("saved");
    let made = store.create_task(task(id, 0), at(0)).await.expect("made");
    (id, made)
}

/// Makes of each named function one test per engine.
macro_rules! on_both {
    ($($name:ident)+) => {$(
        mod $name {
            use $crate::store::tests::support::{Base, Engine};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Base::new(Engine::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mariadb() {
                super::$name(Base::new(Engine::MariaDb)).await;
            }
        }
    )+};
}
pub(super) use on_both;
