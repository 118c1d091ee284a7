//! Tests of the room: what is published, when, and what a failure leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::twin::Twin;
use super::*;
use crate::fault::Code;
use crate::model::{ConnectionId, ConnectionName, FunctionName, VariableName};
use crate::value::Value;

fn function(name: &str) -> FunctionName {
    FunctionName::parse(name).expect("legal")
}

fn variable(name: &str) -> VariableName {
    VariableName::parse(name).expect("legal")
}

fn version(definitions: &Definitions, name: &str) -> Option<u64> {
    let found = definitions.functions.get(&function(name));
    found.map(|function| function.version())
}

async fn loaded(twin: &Arc<Twin>) -> Arc<Registry> {
    let registry = twin.registry();
    registry.load().await.expect("rows can be read");
    registry
}

#[tokio::test]
async fn a_renewal_serves_new_runs_and_leaves_pinned_ones_alone() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    let registry = loaded(&twin).await;
    let pinned = registry.pin();
    twin.put_function("greet", 2, "two");
    let renewal = registry.renew_function(&function("greet")).await;
    let renewal = renewal.expect("row is good");
    let generation = pinned.generation + 1;
    let from = Some(1);
    assert_eq!(
        renewal,
        Renewal::Renewed {
            from,
            to: 2,
            generation
        }
    );
    assert_eq!(version(&pinned, "greet"), Some(1));
    assert_eq!(version(&registry.pin(), "greet"), Some(2));
}

#[tokio::test]
async fn renewing_the_same_row_swaps_and_builds_nothing() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    let registry = loaded(&twin).await;
    let before = registry.pin();
    let renewal = registry.renew_function(&function("greet")).await;
    let generation = before.generation;
    assert_eq!(
        renewal.expect("row is good"),
        Renewal::Unchanged {
            version: 1,
            generation
        }
    );
    assert!(Arc::ptr_eq(&before, &registry.pin()));
    assert_eq!(twin.compiled.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_row_changed_by_hand_without_a_new_version_is_renewed_all_the_same() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    let registry = loaded(&twin).await;
    twin.put_function("greet", 1, "other text");
    registry
        .renew_function(&function("greet"))
        .await
        .expect("good");
    let pinned = registry.pin();
    let serving = pinned.functions.get(&function("greet")).expect("there");
    assert_eq!(serving.digest(), "other text");
}

#[tokio::test]
async fn a_failing_build_leaves_the_old_version_serving() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    let registry = loaded(&twin).await;
    let before = registry.pin();
    twin.put_function("greet", 2, "BROKEN");
    let error = registry.renew_function(&function("greet")).await;
    let error = error.expect_err("cannot be built");
    assert!(matches!(error, Error::Rejected { .. }));
    assert_eq!(error.code(), Code::PQL_SYNTAX);
    assert!(Arc::ptr_eq(&before, &registry.pin()));
}

#[tokio::test]
async fn going_back_to_a_recent_version_builds_nothing() {
    let twin = Arc::new(Twin::default());
    let registry = loaded(&twin).await;
    for (number, text) in [(1, "one"), (2, "two"), (3, "three")] {
        twin.put_function("greet", number, text);
        registry
            .renew_function(&function("greet"))
            .await
            .expect("good");
    }
    twin.put_function("greet", 1, "one");
    registry
        .renew_function(&function("greet"))
        .await
        .expect("good");
    assert_eq!(version(&registry.pin(), "greet"), Some(1));
    assert_eq!(twin.compiled.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn absent_things_are_not_found() {
    let twin = Arc::new(Twin::default());
    let registry = loaded(&twin).await;
    let codes = [
        registry.renew_function(&function("x")).await.map(|_| 0),
        registry.remove_function(&function("x")).await,
        registry.renew_variable(&variable("x")).await,
        registry.remove_variable(&variable("x")).await,
        registry.setup_connection(ConnectionId(9)).await,
        registry
            .remove_connection(&ConnectionKey::Id(ConnectionId(9)))
            .await,
    ]
    .map(|answer| answer.expect_err("absent").code());
    assert_eq!(
        codes,
        [
            Code::FUNCTION_NOT_FOUND,
            Code::FUNCTION_NOT_FOUND,
            Code::VARIABLE_NOT_FOUND,
            Code::VARIABLE_NOT_FOUND,
            Code::CONNECTION_NOT_FOUND,
            Code::CONNECTION_NOT_FOUND,
        ]
    );
}

#[tokio::test]
async fn a_strict_reload_with_one_bad_row_changes_nothing() {
    let twin = Arc::new(Twin::default());
    twin.put_function("good", 1, "one");
    let registry = loaded(&twin).await;
    let before = registry.pin();
    twin.put_function("good", 2, "two");
    twin.put_function("bad", 1, "BROKEN");
    twin.put_connection(1, "sales", "BROKEN");
    twin.put_variable("RATE", "INTEGER", "many");
    let error = registry.reload(Partial::Refuse).await.expect_err("refused");
    let Error::Refused(problems) = error else {
        panic!("another error: {error}");
    };
    let nouns: Vec<_> = problems.iter().map(|problem| problem.noun).collect();
    assert_eq!(nouns, ["function", "connection", "variable"]);
    assert!(Arc::ptr_eq(&before, &registry.pin()));
}

#[tokio::test]
async fn a_partial_reload_keeps_old_objects_for_bad_rows_and_drops_absent_ones() {
    let twin = Arc::new(Twin::default());
    twin.put_function("stays", 1, "one");
    twin.put_function("goes", 1, "one");
    twin.put_variable("RATE", "INTEGER", "7");
    let registry = loaded(&twin).await;
    twin.put_function("stays", 2, "BROKEN");
    twin.rows().functions.remove(&function("goes"));
    twin.put_variable("RATE", "INTEGER", "many");
    twin.put_connection(1, "sales", "sqlite:x");
    let report = registry.reload(Partial::KeepOld).await.expect("goes on");
    assert_eq!(report.problems.len(), 2);
    let now = registry.pin();
    assert_eq!(version(&now, "stays"), Some(1));
    assert_eq!(version(&now, "goes"), None);
    assert_eq!(now.connections.len(), 1);
    assert!(matches!(
        registry.variable(&variable("RATE")),
        Value::Integer(7)
    ));
}

#[tokio::test]
async fn an_unchanged_connection_keeps_its_object_through_a_reload() {
    let twin = Arc::new(Twin::default());
    twin.put_connection(1, "sales", "sqlite:x");
    let registry = loaded(&twin).await;
    let name = ConnectionName::parse("sales").expect("legal");
    let before = registry.pin();
    registry.reload(Partial::Refuse).await.expect("good");
    let after = registry.pin();
    let same = |definitions: &Definitions| Arc::clone(&definitions.connections[&name]);
    assert!(Arc::ptr_eq(&same(&before), &same(&after)));
    twin.put_connection(1, "sales", "sqlite:y");
    registry.reload(Partial::Refuse).await.expect("good");
    assert!(!Arc::ptr_eq(&same(&before), &same(&registry.pin())));
}

#[tokio::test]
async fn a_connection_is_removed_by_id_after_its_row_is_gone() {
    let twin = Arc::new(Twin::default());
    twin.put_connection(7, "sales", "sqlite:x");
    twin.put_connection(8, "mysql.qross", "sqlite:y");
    let registry = loaded(&twin).await;
    twin.rows().connections.clear();
    let by_id = |id| ConnectionKey::Id(ConnectionId(id));
    registry.remove_connection(&by_id(7)).await.expect("there");
    assert_eq!(registry.pin().connections.len(), 1);
    let error = registry.remove_connection(&by_id(8)).await;
    assert!(matches!(error, Err(Error::Protected { .. })));
}

#[tokio::test]
async fn a_disabled_connection_is_not_set_up_and_a_renamed_one_leaves_its_old_name() {
    let twin = Arc::new(Twin::default());
    twin.put_connection(7, "sales", "sqlite:x");
    let registry = loaded(&twin).await;
    twin.put_connection(7, "turnover", "sqlite:x");
    registry
        .setup_connection(ConnectionId(7))
        .await
        .expect("good");
    let names: Vec<_> = registry.pin().connections.keys().cloned().collect();
    assert_eq!(names, [ConnectionName::parse("turnover").expect("legal")]);
    if let Some(row) = twin.rows().connections.get_mut(&7) {
        row.enabled = false;
    }
    let error = registry.setup_connection(ConnectionId(7)).await;
    assert!(matches!(error, Err(Error::Disabled { .. })));
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a plain thread is what is tested"
)]
async fn a_variable_set_on_a_plain_thread_is_stored_before_it_is_seen() {
    let twin = Arc::new(Twin::default());
    twin.put_function("taken", 1, "one");
    let registry = loaded(&twin).await;
    let (setter, rows) = (Arc::clone(&registry), Arc::clone(&twin));
    let thread = std::thread::spawn(move || {
        let set =
            |name: &str, number| setter.set_variable(&variable(name), &Value::Integer(number));
        set("RATE", 7).expect("stored");
        rows.down.store(true, Ordering::SeqCst);
        let lost = set("RATE", 8).expect_err("the store is down").code();
        let taken = set("TAKEN", 1).expect_err("a function").code();
        (lost, taken)
    });
    while !thread.is_finished() {
        tokio::task::yield_now().await;
    }
    let codes = thread.join().expect("no panic");
    assert_eq!(codes, (Code::STORE_UNAVAILABLE, Code::STATE_CONFLICT));
    let seen = registry.variable(&variable("RATE"));
    assert!(matches!(seen, Value::Integer(7)), "{seen:?}");
    assert_eq!(&*twin.rows().variables[&variable("RATE")].text, "7");
}

#[tokio::test]
async fn following_the_store_reloads_once_and_respects_a_removal() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    twin.put_function("other", 1, "one");
    let registry = loaded(&twin).await;
    registry
        .remove_function(&function("greet"))
        .await
        .expect("there");
    assert_eq!(
        registry.converge(Generations::default()).await.ok(),
        Some(None)
    );
    twin.put_function("other", 2, "two");
    twin.rows().generations.functions = 1;
    let stored = twin.rows().generations;
    assert!(registry.converge(stored).await.expect("read").is_some());
    assert!(registry.converge(stored).await.expect("read").is_none());
    assert_eq!(version(&registry.pin(), "other"), Some(2));
    assert_eq!(version(&registry.pin(), "greet"), None);
    registry
        .renew_function(&function("greet"))
        .await
        .expect("row is there");
    assert_eq!(version(&registry.pin(), "greet"), Some(1));
}

#[tokio::test]
async fn a_setting_in_memory_survives_a_reload() {
    let twin = Arc::new(Twin::default());
    twin.rows()
        .settings
        .insert("DEBUG".to_owned(), "no".to_owned());
    let registry = loaded(&twin).await;
    registry.set_setting("debug", "yes").await;
    registry.reload(Partial::Refuse).await.expect("good");
    assert_eq!(
        registry.pin().settings.get("DEBUG").map(|text| &**text),
        Some("yes")
    );
}

/// Eight threads read while a thousand reloads change two kinds of definition together: nobody may
/// ever see one without the other, nor time running backwards.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a plain thread is what is tested"
)]
async fn a_thousand_swaps_are_never_seen_half_done() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 0, "text");
    twin.rows().settings.insert("V".to_owned(), "0".to_owned());
    let registry = loaded(&twin).await;
    let stop = Arc::new(AtomicBool::new(false));
    let reads = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (registry, stop) = (Arc::clone(&registry), Arc::clone(&stop));
            let reads = Arc::clone(&reads);
            std::thread::spawn(move || {
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    let seen = registry.pin();
                    let shown = version(&seen, "greet").expect("never absent");
                    assert_eq!(&*seen.settings["V"], shown.to_string());
                    assert!(seen.generation >= last);
                    last = seen.generation;
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for number in 1..=1000 {
        twin.put_function("greet", number, "text");
        twin.rows()
            .settings
            .insert("V".to_owned(), number.to_string());
        registry.reload(Partial::Refuse).await.expect("good");
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().expect("no reader saw half a change");
    }
    assert!(reads.load(Ordering::Relaxed) > 0);
    assert_eq!(version(&registry.pin(), "greet"), Some(1000));
}
