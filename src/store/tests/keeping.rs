//! Claims that are given back, reasons of waiting, requests to kill, and old tasks.

use super::support::{Base, at, claim, command, job, node, on_both, ready, task};
use crate::model::{ActionStatus, RecordStatus, Wait};
use crate::store::Prepared;

on_both! {
    a_record_of_which_nothing_ran_waits_for_its_turn_again
    ready_records_are_told_that_no_executor_is_free
    a_kill_is_found_by_the_node_that_runs_the_action
    only_finished_tasks_beyond_what_is_kept_are_old
}

async fn a_record_of_which_nothing_ran_waits_for_its_turn_again(base: Base) {
    let store = base.store().await;
    let (_, made) = ready(&store, vec![command("a", &[]), command("b", &["a"])]).await;
    let node = node(&store, 1).await;
    let old = claim(&store, node, 1, 1)
        .await
        .work
        .remove(0)
        .runnable
        .remove(0);
    let found = store.recover_node(node, at(2)).await.expect("recovered");
    assert_eq!(found.released, [made.record_id]);
    assert!(found.ended.is_empty() && found.restarted.is_empty());
    let late = store.start_action(old.id, old.epoch, Prepared::default(), at(3));
    assert!(late.await.is_err(), "the claim is over");
    let work = claim(&store, node, 1, 4).await.work.remove(0);
    assert_eq!(work.task.record.id, made.record_id);
    assert_eq!(work.runnable.len(), 1);
    assert!(work.runnable[0].epoch > old.epoch);
    store.close().await;
}

async fn ready_records_are_told_that_no_executor_is_free(base: Base) {
    let store = base.store().await;
    let (_, made) = ready(&store, vec![command("a", &[])]).await;
    let told = store.explain_full(8, at(1)).await.expect("told");
    assert_eq!(told, [made.record_id]);
    assert!(store.explain_full(8, at(2)).await.expect("told").is_empty());
    let waiting = store
        .get_task(made.task_id)
        .await
        .expect("read")
        .expect("there");
    let reason = waiting.record.reason.expect("a reason");
    assert_eq!(reason.wait, Wait::NoExecutor);
    assert!(reason.text.contains("all 8 executors"), "{}", reason.text);
    let node = node(&store, 1).await;
    let work = claim(&store, node, 1, 3).await.work.remove(0);
    assert!(work.task.record.reason.is_none(), "it executes");
    store.close().await;
}

async fn a_kill_is_found_by_the_node_that_runs_the_action(base: Base) {
    let store = base.store().await;
    let (_, made) = ready(&store, vec![command("a", &[]), command("b", &[])]).await;
    let node = node(&store, 1).await;
    let mut work = claim(&store, node, 1, 1).await.work.remove(0);
    for action in &work.runnable {
        let start = store.start_action(action.id, action.epoch, Prepared::default(), at(1));
        start.await.expect("started");
    }
    assert!(store.asked_kills(node).await.expect("read").is_empty());
    let first = work.runnable.remove(0);
    store.kill_action(first.id, 7, at(2)).await.expect("killed");
    assert_eq!(store.asked_kills(node).await.expect("read"), [first.id]);
    store
        .kill_record(made.record_id, 7, at(2))
        .await
        .expect("killed");
    assert_eq!(store.asked_kills(node).await.expect("read").len(), 2);
    let shown = store
        .get_task(made.task_id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(shown.record.status, RecordStatus::Executing);
    assert_eq!(shown.record.killer, Some(7));
    let running = |a: &crate::model::Action| a.status == ActionStatus::Running;
    assert!(shown.record.actions.iter().all(running));
    store.close().await;
}

async fn only_finished_tasks_beyond_what_is_kept_are_old(base: Base) {
    let store = base.store().await;
    let mut keeps_two = job("Keeps two", vec![command("a", &[])]);
    keeps_two.keep_tasks = 2;
    let id = store.save_job(keeps_two, None, at(0)).await.expect("saved");
    let mut made = Vec::new();
    for second in 1..=5 {
        let task = store.create_task(task(id, second), at(second)).await;
        made.push(task.expect("made"));
    }
    // The oldest is live, the others have ended.
    for task in &made[1..] {
        let killed = store.kill_record(task.record_id, 0, at(9)).await;
        assert!(killed.expect("killed").ended);
    }
    let jobs = store.jobs_with_retention().await.expect("read");
    assert_eq!(jobs, [(id, 2)]);
    let old = store.old_tasks(id, 2, 100).await.expect("read");
    let ids: Vec<_> = old.iter().map(|task| task.task_id).collect();
    assert_eq!(ids, [made[2].task_id, made[1].task_id]);
    assert_eq!(old[0].record_times, [made[2].record_time]);
    let mut answers = Vec::new();
    for task in [&made[2], &made[2], &made[0]] {
        answers.push(store.delete_task(task.task_id).await.expect("answered"));
    }
    assert_eq!(answers, [true, false, false]);
    for (task, is_there) in [(&made[2], false), (&made[0], true)] {
        let found = store.get_task(task.task_id).await.expect("read");
        assert_eq!(found.is_some(), is_there);
    }
    store.close().await;
}
