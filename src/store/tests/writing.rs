//! The group commit.

use super::support::{Base, at, node, on_both};
use crate::store::cells::{Query, cells, change};
use crate::store::{Error, Scope};

const INSERT: &str = "INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?)";

on_both! {
    one_failing_unit_takes_only_itself_back
    a_statement_that_fails_leaves_its_batch_whole
    two_writers_lose_no_increment
    a_closed_store_says_so
    a_row_that_does_not_fit_is_named
    a_lease_has_one_holder_and_a_growing_fence
    times_keep_their_milliseconds
}

async fn one_failing_unit_takes_only_itself_back(base: Base) {
    let store = base.store().await;
    let units = (0..200_u32).map(|number| {
        store.write(move |tx| {
            change(tx, INSERT, &cells![format!("N{number}"), "x", at(0)])?;
            match number {
                77 => Err(Error::Conflict("on purpose".to_owned())),
                _ => Ok(number),
            }
        })
    });
    let answers = futures_util::future::join_all(units).await;
    let failed = answers.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(failed, 1);
    let settings = store.list_settings().await.expect("read");
    assert_eq!(settings.len(), 199);
    assert!(settings.iter().all(|setting| setting.0 != "N77"));
    let counters = store.counters();
    assert_eq!(counters.units, 200);
    assert!(counters.commits < 200, "{counters:?}");
    store.close().await;
}

async fn a_statement_that_fails_leaves_its_batch_whole(base: Base) {
    let store = base.store().await;
    let units = (0..50_u32).map(|number| {
        let name = if number % 10 == 0 {
            "SAME".to_owned()
        } else {
            format!("N{number}")
        };
        store.write(move |tx| change(tx, INSERT, &cells![&name, "x", at(0)]))
    });
    let answers = futures_util::future::join_all(units).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 4);
    assert_eq!(store.list_settings().await.expect("read").len(), 46);
    store.close().await;
}

async fn two_writers_lose_no_increment(base: Base) {
    let (one, two) = (base.store().await, base.store().await);
    one.set_setting("A", "0", at(0)).await.expect("set");
    let sets = (0..40).map(|turn| {
        let store = if turn % 2 == 0 { &one } else { &two };
        store.set_setting("A", "1", at(turn))
    });
    for answer in futures_util::future::join_all(sets).await {
        answer.expect("set");
    }
    let generations = one.generations().await.expect("read");
    let config = generations
        .iter()
        .find(|g| g.0 == Scope::Config)
        .expect("there");
    assert_eq!(config.1, 41);
    one.close().await;
    two.close().await;
}

async fn a_closed_store_says_so(base: Base) {
    let store = base.store().await;
    store.close().await;
    store.close().await;
    let answer = store.list_settings().await;
    assert!(matches!(answer, Err(Error::Closed)));
}

async fn a_row_that_does_not_fit_is_named(base: Base) {
    const BREAK: &str = "UPDATE nodes SET incarnation = -1 WHERE id = ?";
    let store = base.store().await;
    let node = node(&store, 1).await;
    store
        .write(move |tx| change(tx, BREAK, &cells![node]))
        .await
        .expect("broken");
    let error = store
        .list_nodes()
        .await
        .expect_err("inconsistent")
        .to_string();
    assert_eq!(
        error,
        format!("row `{node}` of table `nodes` has an impossible `incarnation`: -1")
    );
    store.close().await;
}

async fn a_lease_has_one_holder_and_a_growing_fence(base: Base) {
    let store = base.store().await;
    let (one, two) = (node(&store, 1).await, node(&store, 2).await);
    let first = store
        .acquire_lease("beat", one, at(0), at(90))
        .await
        .expect("asked");
    assert_eq!(first, Some(1));
    let held = store
        .acquire_lease("beat", two, at(10), at(100))
        .await
        .expect("asked");
    assert_eq!(held, None);
    let renewed = store
        .acquire_lease("beat", one, at(20), at(110))
        .await
        .expect("asked");
    assert_eq!(renewed, Some(1));
    let taken = store
        .acquire_lease("beat", two, at(111), at(200))
        .await
        .expect("asked");
    assert_eq!(taken, Some(2));
    store.close().await;
}

async fn times_keep_their_milliseconds(base: Base) {
    const READ: Query<crate::clock::Timestamp> = Query {
        table: "settings",
        sql: "SELECT updated_at FROM settings WHERE name = ?",
        read: |row| row.time("updated_at"),
    };
    let store = base.store().await;
    let moment = crate::clock::Timestamp::from_millisecond(1_700_000_000_123).expect("in range");
    store.set_setting("A", "x", moment).await.expect("set");
    let read = store
        .read(|db| READ.first(db, &cells!["A"]))
        .await
        .expect("read");
    assert_eq!(read, Some(moment));
    store.close().await;
}
