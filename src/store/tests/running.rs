//! Ticks, claims, progress, kill and recovery.

use std::collections::HashSet;

use super::support::{Base, at, claim, command, ended, job, node, on_both, ready, task};
use crate::model::{
    ActionStatus, RecordStatus, RestartKind, ScheduleState, StartMode, TickOutcome,
};
use crate::model::{EndReason, Wait};
use crate::store::{Error, Prepared, ProcessMark, Restart, SettleTick, Settled, TaskFilter};

on_both! {
    a_tick_is_settled_once
    a_tick_whose_task_exists_is_suppressed
    a_task_time_is_bumped_until_it_is_unique
    a_job_never_executes_more_than_it_may
    waiting_too_long_ends_with_an_alert
    the_dag_is_followed_to_success
    timeout_goes_before_failed_and_the_record_ends_last
    a_late_report_is_refused_and_counted
    recovery_does_not_run_done_actions_again
    two_nodes_never_claim_the_same_record
    a_kill_ends_with_the_last_running_action
    disabled_commands_and_their_followers_are_skipped
}

async fn a_tick_is_settled_once(base: Base) {
    let store = base.store().await;
    let id = store
        .save_job(job("ticks", vec![command("a", &[])]), None, at(0))
        .await
        .expect("saved");
    let due = store.due_jobs(at(60), 10).await.expect("due");
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].tick, at(60));
    let tick = SettleTick {
        job_id: id,
        tick: at(60),
        outcome: TickOutcome::Created,
        reason: "on time".to_owned(),
        next: Some(at(120)),
        state: ScheduleState::Ok,
        now: at(60),
        epoch: 1,
        create: Some(task(id, 60)),
    };
    let all =
        futures_util::future::join_all((0..20).map(|_| store.settle_tick(tick.clone()))).await;
    let created = all
        .iter()
        .filter(|s| matches!(s, Ok(Settled::Created(_))))
        .count();
    let lost = all
        .iter()
        .filter(|s| matches!(s, Ok(Settled::Lost)))
        .count();
    assert_eq!((created, lost), (1, 19));
    assert_eq!(store.counters().duplicates, 19);
    assert_eq!(store.next_due().await.expect("read"), Some(at(120)));
    let ticks = store
        .list_ticks(id, at(0), at(1000), 10)
        .await
        .expect("ticks");
    assert_eq!(ticks.len(), 1);
    assert_eq!(ticks[0].outcome, TickOutcome::Created);
    assert!(ticks[0].task_id.is_some());
    store.close().await;
}

async fn a_tick_whose_task_exists_is_suppressed(base: Base) {
    let store = base.store().await;
    let id = store
        .save_job(job("ticks", vec![command("a", &[])]), None, at(0))
        .await
        .expect("saved");
    store.create_task(task(id, 60), at(1)).await.expect("made");
    let tick = SettleTick {
        job_id: id,
        tick: at(60),
        outcome: TickOutcome::Created,
        reason: String::new(),
        next: None,
        state: ScheduleState::Ended,
        now: at(60),
        epoch: 1,
        create: Some(task(id, 60)),
    };
    let settled = store.settle_tick(tick).await.expect("settled");
    assert_eq!(settled, Settled::Recorded(TickOutcome::Suppressed));
    let job = store.get_job(id).await.expect("read").expect("there");
    assert_eq!(
        (job.next_tick_at, job.schedule_state),
        (None, ScheduleState::Ended)
    );
    store.close().await;
}

async fn a_task_time_is_bumped_until_it_is_unique(base: Base) {
    let store = base.store().await;
    let (id, first) = ready(&store, vec![command("a", &[])]).await;
    let second = store.create_task(task(id, 0), at(0)).await.expect("made");
    assert_eq!(first.task_time, at(0));
    assert_eq!(
        second.task_time.as_millisecond(),
        at(0).as_millisecond() + 1
    );
    store.close().await;
}

async fn a_job_never_executes_more_than_it_may(base: Base) {
    let store = base.store().await;
    let mut limited = job("limited", vec![command("a", &[])]);
    limited.max_parallel = 2;
    let id = store.save_job(limited, None, at(0)).await.expect("saved");
    for second in 0..5 {
        store
            .create_task(task(id, second), at(second))
            .await
            .expect("made");
    }
    let node = node(&store, 1).await;
    let claimed = claim(&store, node, 10, 10).await;
    assert_eq!(claimed.work.len(), 2);
    assert_eq!(claimed.work[0].task.task_time, at(0));
    assert_eq!(claimed.waiting.len(), 3);
    let waits = store
        .get_task(claimed.work[1].task.id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(waits.record.status, RecordStatus::Executing);
    let filter = TaskFilter {
        status: Some(RecordStatus::Ready),
        ..TaskFilter::default()
    };
    let waiting = store.list_tasks(filter, 10, None).await.expect("listed");
    assert_eq!(waiting.len(), 3);
    for task in &waiting {
        let reason = task.record.reason.as_ref().expect("a reason");
        assert_eq!(reason.wait, Wait::JobParallel);
        assert!(task.record.next_check_at.is_some());
    }
    let action = &claimed.work[0].runnable[0];
    let end = ended(ActionStatus::Done);
    store
        .finish_action(action.id, action.epoch, end, at(11))
        .await
        .expect("done");
    assert_eq!(claim(&store, node, 10, 12).await.work.len(), 1);
    store.close().await;
}

async fn waiting_too_long_ends_with_an_alert(base: Base) {
    let store = base.store().await;
    let mut limited = job("limited", vec![command("a", &[])]);
    limited.max_parallel = 1;
    limited.max_wait = std::time::Duration::from_secs(30);
    let id = store.save_job(limited, None, at(0)).await.expect("saved");
    store.create_task(task(id, 0), at(0)).await.expect("made");
    let second = store.create_task(task(id, 1), at(0)).await.expect("made");
    let node = node(&store, 1).await;
    assert_eq!(claim(&store, node, 10, 0).await.waiting.len(), 1);
    let claimed = claim(&store, node, 10, 31).await;
    assert_eq!(claimed.gave_up, [second.record_id]);
    let task = store
        .get_task(second.task_id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(task.record.status, RecordStatus::WaitingLimit);
    assert_eq!(task.record.actions[0].status, ActionStatus::Cancelled);
    store.close().await;
}

async fn the_dag_is_followed_to_success(base: Base) {
    let store = base.store().await;
    let commands = vec![
        command("a", &[]),
        command("b", &["a"]),
        command("c", &["a"]),
        command("d", &["b", "c"]),
    ];
    let (_, made) = ready(&store, commands).await;
    let node = node(&store, 1).await;
    let work = claim(&store, node, 1, 1).await.work.remove(0);
    let mut open = work.runnable;
    let mut order = Vec::new();
    let mut last = None;
    while let Some(action) = open.pop() {
        assert_eq!(last, None);
        order.push(action.title.clone());
        let prepared = Prepared {
            final_text: "x".into(),
            final_args: "{}".into(),
            pinned: None,
        };
        store
            .start_action(action.id, action.epoch, prepared, at(2))
            .await
            .expect("started");
        let mark = ProcessMark {
            pid: 7,
            pgid: 7,
            proc_start: 9,
        };
        store
            .note_process(action.id, action.epoch, mark)
            .await
            .expect("noted");
        assert_eq!(store.process_of(action.id).await.expect("read"), Some(mark));
        assert_eq!(
            store.running_actions_of(node).await.expect("read").len(),
            open.len() + 1
        );
        let end = ended(ActionStatus::Done);
        let progress = store
            .finish_action(action.id, action.epoch, end, at(3))
            .await
            .expect("ended");
        open.extend(progress.next);
        last = progress.ended;
    }
    assert_eq!(order, ["a", "c", "b", "d"]);
    assert_eq!(last, Some(RecordStatus::Success));
    let task = store
        .find_record(made.task_id, made.record_time)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(task.record.status, RecordStatus::Success);
    assert_eq!(task.record.finished_at, Some(at(3)));
    assert_eq!(task.record.actions.len(), 4);
    store.close().await;
}

async fn timeout_goes_before_failed_and_the_record_ends_last(base: Base) {
    let store = base.store().await;
    let commands = vec![command("a", &[]), command("b", &[]), command("c", &["a"])];
    let (_, made) = ready(&store, commands).await;
    let node = node(&store, 1).await;
    let runnable = claim(&store, node, 1, 1).await.work.remove(0).runnable;
    for action in &runnable {
        store
            .start_action(action.id, action.epoch, Prepared::default(), at(1))
            .await
            .expect("started");
    }
    let [a, b] = [&runnable[0], &runnable[1]];
    let end = ended(ActionStatus::Overtime);
    let first = store
        .finish_action(a.id, a.epoch, end, at(2))
        .await
        .expect("ended");
    assert_eq!((first.next.len(), first.ended), (0, None));
    let task = store
        .get_task(made.task_id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(task.record.status, RecordStatus::Executing);
    assert_eq!(task.record.end_reason, Some(EndReason::Timeout));
    assert_eq!(task.record.actions[2].status, ActionStatus::Cancelled);
    let end = ended(ActionStatus::Exceptional);
    let second = store
        .finish_action(b.id, b.epoch, end, at(3))
        .await
        .expect("ended");
    assert_eq!(second.ended, Some(RecordStatus::Timeout));
    store.close().await;
}

async fn a_late_report_is_refused_and_counted(base: Base) {
    let store = base.store().await;
    let (_, made) = ready(&store, vec![command("a", &[])]).await;
    let old = node(&store, 1).await;
    let action = claim(&store, old, 1, 1)
        .await
        .work
        .remove(0)
        .runnable
        .remove(0);
    store
        .start_action(action.id, action.epoch, Prepared::default(), at(1))
        .await
        .expect("started");
    assert!(
        store
            .expire_leases(at(61))
            .await
            .expect("none")
            .ended
            .is_empty()
    );
    let recovered = store.expire_leases(at(62)).await.expect("expired");
    assert_eq!(recovered.ended, [(made.record_id, RecordStatus::Failed)]);
    assert_eq!(recovered.restarted.len(), 1);
    let end = ended(ActionStatus::Done);
    let late = store
        .finish_action(action.id, action.epoch, end, at(63))
        .await;
    assert!(matches!(late, Err(Error::Fenced { .. })), "{late:?}");
    let wrong_epoch = store
        .start_action(action.id, 99, Prepared::default(), at(63))
        .await;
    assert!(matches!(wrong_epoch, Err(Error::Fenced { .. })));
    assert_eq!(store.counters().fenced, 2);
    let task = store
        .get_action(action.id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(task.status, ActionStatus::Exceptional);
    store.close().await;
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn recovery_does_not_run_done_actions_again(base: Base) {
    let store = base.store().await;
    let commands = vec![
        command("a", &[]),
        command("b", &["a"]),
        command("c", &["b"]),
    ];
    let (_, made) = ready(&store, commands).await;
    let node = node(&store, 1).await;
    let a = claim(&store, node, 1, 1)
        .await
        .work
        .remove(0)
        .runnable
        .remove(0);
    store
        .start_action(a.id, a.epoch, Prepared::default(), at(1))
        .await
        .expect("started");
    let end = ended(ActionStatus::Done);
    let b = store
        .finish_action(a.id, a.epoch, end, at(2))
        .await
        .expect("done")
        .next
        .remove(0);
    store
        .start_action(b.id, b.epoch, Prepared::default(), at(2))
        .await
        .expect("started");
    let recovered = store.recover_node(node, at(2)).await.expect("recovered");
    let again = recovered.restarted[0];
    assert_eq!(again.task_id, made.task_id);
    assert!(again.record_time > made.record_time);
    assert!(
        store
            .recover_node(node, at(3))
            .await
            .expect("nothing")
            .ended
            .is_empty()
    );
    let old = store
        .find_record(made.task_id, made.record_time)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(old.record.actions[1].error.as_deref(), Some("node stopped"));
    let mut next = claim(&store, node, 1, 5).await.work.remove(0);
    assert_eq!(next.task.record.restart_kind, RestartKind::Exceptional);
    let titles: Vec<_> = next
        .task
        .record
        .actions
        .iter()
        .map(|a| a.title.as_str())
        .collect();
    assert_eq!(titles, ["b", "c"]);
    assert_eq!(next.runnable.len(), 1);
    let b = next.runnable.remove(0);
    let end = ended(ActionStatus::Done);
    let c = store
        .finish_action(b.id, b.epoch, end.clone(), at(6))
        .await
        .expect("done")
        .next
        .remove(0);
    let last = store
        .finish_action(c.id, c.epoch, end, at(7))
        .await
        .expect("done");
    assert_eq!(last.ended, Some(RecordStatus::Success));
    assert_eq!(
        store.list_records(made.task_id).await.expect("read").len(),
        2
    );
    store.close().await;
}

async fn two_nodes_never_claim_the_same_record(base: Base) {
    let (one, two) = (base.store().await, base.store().await);
    let mut limited = job("limited", vec![command("a", &[])]);
    limited.max_parallel = 3;
    let limited = one.save_job(limited, None, at(0)).await.expect("saved");
    let free = one
        .save_job(job("free", vec![command("a", &[])]), None, at(0))
        .await
        .expect("saved");
    for second in 0..10 {
        one.create_task(task(limited, second), at(0))
            .await
            .expect("made");
        one.create_task(task(free, second), at(0))
            .await
            .expect("made");
    }
    let nodes = [node(&one, 1).await, node(&one, 2).await];
    let asks = (0..16).map(|turn| {
        let (store, node) = if turn % 2 == 0 {
            (&one, nodes[0])
        } else {
            (&two, nodes[1])
        };
        claim(store, node, 2, 1)
    });
    let answers = futures_util::future::join_all(asks).await;
    let work: Vec<_> = answers.iter().flat_map(|claimed| &claimed.work).collect();
    let records: HashSet<_> = work.iter().map(|work| work.task.record.id).collect();
    assert_eq!(records.len(), work.len());
    assert_eq!(
        work.iter()
            .filter(|work| work.task.job_id == limited)
            .count(),
        3
    );
    assert_eq!(
        work.iter().filter(|work| work.task.job_id == free).count(),
        10
    );
    one.close().await;
    two.close().await;
}

async fn a_kill_ends_with_the_last_running_action(base: Base) {
    let store = base.store().await;
    let commands = vec![command("a", &[]), command("b", &["a"])];
    let (job, made) = ready(&store, commands).await;
    let node = node(&store, 1).await;
    let a = claim(&store, node, 1, 1)
        .await
        .work
        .remove(0)
        .runnable
        .remove(0);
    store
        .start_action(a.id, a.epoch, Prepared::default(), at(1))
        .await
        .expect("started");
    let killed = store
        .kill_record(made.record_id, 7, at(2))
        .await
        .expect("killed");
    assert_eq!(killed.running, [(a.id, Some(node))]);
    assert_eq!((killed.cancelled.len(), killed.ended), (1, false));
    assert!(matches!(
        store.delete_job(job).await,
        Err(Error::Conflict(_))
    ));
    let end = ended(ActionStatus::Killed);
    let progress = store
        .finish_action(a.id, a.epoch, end, at(3))
        .await
        .expect("ended");
    assert_eq!(progress.ended, Some(RecordStatus::Interrupted));
    let task = store
        .get_task(made.task_id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(task.record.killer, Some(7));
    let again = store
        .kill_record(made.record_id, 8, at(4))
        .await
        .expect("harmless");
    assert!(again.running.is_empty() && !again.ended);
    let restart = Restart {
        task_id: made.task_id,
        kind: RestartKind::Exceptional,
        commands: Vec::new(),
        start_mode: StartMode::ManualRestart,
        starter: 7,
        now: at(4),
    };
    let twice = store
        .restart_task(restart.clone())
        .await
        .expect("restarted");
    assert_eq!(twice.status, RecordStatus::Ready);
    assert!(matches!(
        store.restart_task(restart).await,
        Err(Error::Conflict(_))
    ));
    let killed = store
        .kill_record(twice.record_id, 7, at(5))
        .await
        .expect("killed");
    assert!(killed.ended);
    store.delete_job(job).await.expect("deleted");
    assert!(store.get_task(made.task_id).await.expect("read").is_none());
    store.close().await;
}

async fn disabled_commands_and_their_followers_are_skipped(base: Base) {
    let store = base.store().await;
    let mut off = command("b", &["a"]);
    off.enabled = false;
    let commands = vec![command("a", &[]), off.clone(), command("c", &["b"])];
    ready(&store, commands).await;
    let node = node(&store, 1).await;
    let a = claim(&store, node, 1, 1)
        .await
        .work
        .remove(0)
        .runnable
        .remove(0);
    let end = ended(ActionStatus::Done);
    let progress = store
        .finish_action(a.id, a.epoch, end, at(2))
        .await
        .expect("ended");
    assert_eq!(progress.ended, Some(RecordStatus::Success));
    off.after.clear();
    let mut idle = job("idle", vec![off]);
    idle.next_tick_at = None;
    let idle = store.save_job(idle, None, at(0)).await.expect("saved");
    let made = store.create_task(task(idle, 0), at(0)).await.expect("made");
    assert_eq!(made.status, RecordStatus::NoCommands);
    store.close().await;
}
