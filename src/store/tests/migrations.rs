//! Interrupted, changed and newer schemas.

use std::time::Duration;

use super::support::{Base, Engine, at, on_both};
use crate::sql::Session;
use crate::store::cells::{Query, cells, change};
use crate::store::migrate::{self, STEPS, Step};
use crate::store::{Error, Result};

async fn on_thread<T: Send + 'static>(
    base: &Base,
    work: impl FnOnce(&mut dyn Session) -> T + Send + 'static,
) -> T {
    let source = std::sync::Arc::clone(&base.source);
    let work = move || {
        let mut session = source.open(Duration::from_secs(10)).expect("opens");
        work(session.as_mut())
    };
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

fn steps_with(last: Step) -> Vec<Step> {
    let mut steps = STEPS.to_vec();
    steps.push(last);
    steps
}

const MORE: Step = Step {
    version: 99,
    name: "more",
    sqlite: "CREATE TABLE IF NOT EXISTS more (id INTEGER)",
    mysql: "CREATE TABLE IF NOT EXISTS more (id INTEGER)",
};

fn applied(session: &mut dyn Session) -> Result<Vec<u32>> {
    const APPLIED: Query<u32> = Query {
        table: "schema_migrations",
        sql: "SELECT version FROM schema_migrations
              WHERE applied_at IS NOT NULL
              ORDER BY version",
        read: |row| row.number("version"),
    };
    APPLIED.all(session, &[])
}

on_both! {
    migrating_again_changes_nothing
    a_newer_schema_is_refused
    a_changed_step_is_refused
}

async fn migrating_again_changes_nothing(base: Base) {
    let versions = on_thread(&base, |session| {
        migrate::apply(session, STEPS, at(0)).expect("migrated");
        migrate::apply(session, STEPS, at(1)).expect("nothing to do");
        applied(session).expect("read")
    })
    .await;
    assert_eq!(
        versions,
        STEPS.iter().map(|step| step.version).collect::<Vec<_>>()
    );
}

async fn a_newer_schema_is_refused(base: Base) {
    let error = on_thread(&base, |session| {
        migrate::apply(session, &steps_with(MORE), at(0)).expect("migrated");
        migrate::apply(session, STEPS, at(1)).expect_err("too new")
    })
    .await;
    assert!(matches!(error, Error::TooNew { found: 99, .. }), "{error}");
    assert_eq!(error.code().to_string(), "KP-1102");
}

async fn a_changed_step_is_refused(base: Base) {
    let changed = Step {
        sqlite: "SELECT 1",
        mysql: "SELECT 1",
        ..MORE
    };
    let error = on_thread(&base, move |session| {
        migrate::apply(session, &steps_with(MORE), at(0)).expect("migrated");
        migrate::apply(session, &steps_with(changed), at(1)).expect_err("changed")
    })
    .await;
    assert_eq!(error.code().to_string(), "KP-1103");
    assert!(error.to_string().contains("`more` was changed"), "{error}");
}

const START: &str = "UPDATE schema_migrations SET applied_at = NULL WHERE version = ?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_step_is_resumed_where_ddl_commits() {
    let base = Base::new(Engine::MariaDb);
    let versions = on_thread(&base, |session| {
        migrate::apply(session, &steps_with(MORE), at(0)).expect("migrated");
        // As a crash between the start of the step and its end leaves it.
        change(session, START, &cells![99_u32]).expect("undone");
        session.script("DROP TABLE more").expect("dropped");
        migrate::apply(session, &steps_with(MORE), at(1)).expect("resumed");
        session
            .query("SELECT id FROM more", &[])
            .expect("the table is there");
        applied(session).expect("read")
    })
    .await;
    assert_eq!(versions.last(), Some(&99));
}

/// A crash may come behind the change of a step and before its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_may_be_repeated_where_ddl_commits() {
    let base = Base::new(Engine::MariaDb);
    let versions = on_thread(&base, |session| {
        migrate::apply(session, STEPS, at(0)).expect("migrated");
        let undone = "UPDATE schema_migrations SET applied_at = NULL";
        session.script(undone).expect("undone");
        migrate::apply(session, STEPS, at(1)).expect("repeated");
        applied(session).expect("read")
    })
    .await;
    assert_eq!(versions.len(), STEPS.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_done_step_is_refused_where_it_cannot_happen() {
    let base = Base::new(Engine::Sqlite);
    let error = on_thread(&base, |session| {
        migrate::apply(session, STEPS, at(0)).expect("migrated");
        change(session, START, &cells![3_u32]).expect("undone");
        migrate::apply(session, STEPS, at(1)).expect_err("broken")
    })
    .await;
    assert_eq!(error.code().to_string(), "KP-1103");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_leaves_nothing_behind() {
    let base = Base::new(Engine::Sqlite);
    let broken = Step {
        sqlite: "CREATE TABLE half (id INTEGER); NONSENSE",
        ..MORE
    };
    let versions = on_thread(&base, move |session| {
        migrate::apply(session, STEPS, at(0)).expect("migrated");
        migrate::apply(session, &steps_with(broken), at(1)).expect_err("broken");
        session
            .query("SELECT id FROM half", &[])
            .expect_err("rolled back");
        applied(session).expect("read")
    })
    .await;
    assert_eq!(versions.len(), STEPS.len());
}
