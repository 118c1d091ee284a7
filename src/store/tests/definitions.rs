//! Jobs, functions, variables, connections and calendar days come back as they were stored.

use std::sync::Arc;

use super::support::{Base, at, command, job, on_both};
use crate::clock::Date;
use crate::model::{
    ConnectionDefinition, ConnectionName, FunctionBody, FunctionDefinition, FunctionLimits,
    FunctionName, Secret, VariableDefinition, VariableName,
};
use crate::store::{CalendarDay, Error, JobSwitch, JobVariable, Scope};

fn wasm(name: &FunctionName, fill: u8) -> FunctionDefinition {
    FunctionDefinition {
        name: name.clone(),
        version: 0,
        body: FunctionBody::Wasm {
            sha256: format!("{fill:064}").into(),
            component: Arc::from([0, 255, fill]),
            export: "mask".into(),
        },
        grants: vec![
            "log".parse().expect("legal"),
            "variable:X_*".parse().expect("legal"),
        ],
        limits: FunctionLimits::default(),
    }
}

on_both! {
    a_job_keeps_its_command_ids_by_title
    functions_have_a_history
    names_and_values_come_back
}

async fn a_job_keeps_its_command_ids_by_title(base: Base) {
    let store = base.store().await;
    let first = job(
        "etl",
        vec![
            command("a", &[]),
            command("b", &["a"]),
            command("c", &["b"]),
        ],
    );
    let id = store.save_job(first, None, at(0)).await.expect("saved");
    let old = store.get_job(id).await.expect("read").expect("there");
    assert_eq!(old.commands[2].after, ["b"]);
    assert_eq!(old.version, 1);
    let second = job(
        "etl",
        vec![
            command("b", &[]),
            command("c", &["b"]),
            command("d", &["b", "c"]),
        ],
    );
    assert_eq!(
        store
            .save_job(second.clone(), Some(1), at(1))
            .await
            .expect("saved"),
        id
    );
    let new = store
        .find_job_by_title("etl")
        .await
        .expect("read")
        .expect("there");
    assert_eq!(new.commands[0].id, old.commands[1].id);
    assert_eq!(new.commands[2].after, ["b", "c"]);
    assert_eq!((new.version, new.commands.len()), (2, 3));
    assert_eq!(new.description, second.description);
    let late = store.save_job(second, Some(1), at(2)).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let mut circle = job("circle", vec![command("a", &["b"]), command("b", &["a"])]);
    circle.id = None;
    assert!(matches!(
        store.save_job(circle, None, at(0)).await,
        Err(Error::Model(_))
    ));
    store
        .set_job_enabled(id, JobSwitch::Off, None, at(3))
        .await
        .expect("off");
    assert!(store.due_jobs(at(999), 10).await.expect("read").is_empty());
    assert_eq!(store.list_jobs(10, None).await.expect("read").len(), 1);
    assert!(
        store
            .list_jobs(10, Some(id))
            .await
            .expect("read")
            .is_empty()
    );
    store.delete_job(id).await.expect("deleted");
    assert!(matches!(
        store.delete_job(id).await,
        Err(Error::NotFound { .. })
    ));
    store.close().await;
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn functions_have_a_history(base: Base) {
    let store = base.store().await;
    let name = FunctionName::parse("mask").expect("legal");
    assert_eq!(
        store
            .deploy_function(wasm(&name, 1), "first", at(0))
            .await
            .expect("v1"),
        1
    );
    assert_eq!(
        store
            .deploy_function(wasm(&name, 2), "second", at(1))
            .await
            .expect("v2"),
        2
    );
    assert_eq!(
        store
            .deploy_function(wasm(&name, 2), "same bytes", at(2))
            .await
            .expect("v3"),
        3
    );
    store
        .rollback_function(name.clone(), 1, at(3))
        .await
        .expect("back");
    let now = store
        .get_function(name.clone())
        .await
        .expect("read")
        .expect("there");
    assert_eq!((now.version, now.grants.len()), (1, 2));
    assert_eq!(now.limits, FunctionLimits::default());
    let FunctionBody::Wasm { component, .. } = now.body else {
        panic!("wasm")
    };
    assert_eq!(*component, [0, 255, 1]);
    let old = store.get_function_version(name.clone(), 2);
    assert_eq!(old.await.expect("read").expect("there").version, 2);
    let none = store.get_function_version(name.clone(), 9);
    assert!(none.await.expect("read").is_none());
    let serving = store.list_serving_versions(String::new(), 9);
    let [(_, serving)] = &serving.await.expect("read")[..] else {
        panic!("one function is there");
    };
    assert_eq!((serving.version, serving.current), (1, true));
    let rest = store.list_serving_versions(name.as_str().to_owned(), 9);
    assert!(rest.await.expect("read").is_empty());
    let history = store.function_versions(name.clone()).await.expect("read");
    let current: Vec<_> = history
        .iter()
        .map(|line| (line.version, line.current))
        .collect();
    assert_eq!(current, [(3, false), (2, false), (1, true)]);
    assert!(matches!(
        store.rollback_function(name.clone(), 9, at(3)).await,
        Err(Error::NotFound { .. })
    ));
    let pql = FunctionDefinition {
        name: FunctionName::parse("twice").expect("legal"),
        body: FunctionBody::Pql {
            parameters: "$a".into(),
            text: "RETURN $a * 2;".into(),
        },
        ..wasm(&name, 0)
    };
    store.deploy_function(pql, "", at(4)).await.expect("stored");
    let all = store.list_functions().await.expect("read");
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 2);
    store.remove_function(name.clone()).await.expect("removed");
    assert!(
        store
            .get_function(name.clone())
            .await
            .expect("read")
            .is_none()
    );
    store
        .rollback_function(name, 2, at(5))
        .await
        .expect("back again");
    let generations = store.generations().await.expect("read");
    assert!(
        generations.contains(&(Scope::Functions, 7)),
        "{generations:?}"
    );
    store.close().await;
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn names_and_values_come_back(base: Base) {
    let store = base.store().await;
    let variable = VariableDefinition {
        name: VariableName::parse("@rate").expect("legal"),
        kind: "DECIMAL".into(),
        text: "1.5".into(),
    };
    store
        .set_variable(variable.clone(), at(0))
        .await
        .expect("set");
    store
        .set_variable(
            VariableDefinition {
                text: "2.5".into(),
                ..variable
            },
            at(0),
        )
        .await
        .expect("set");
    let variables = store.list_variables().await.expect("read");
    assert_eq!((variables.len(), &*variables[0].text), (1, "2.5"));
    let connection = ConnectionDefinition {
        id: None,
        name: ConnectionName::parse("mysql.sales").expect("legal"),
        url: Secret::new("mysql://h/db"),
        username: Some("me".into()),
        password: Some(Secret::new("env:PASSWORD")),
        retry_count: 7,
        idle_ms: u32::MAX,
        enabled: true,
    };
    let id = store
        .save_connection(connection.clone(), at(0))
        .await
        .expect("saved");
    assert_eq!(
        store
            .save_connection(connection, at(0))
            .await
            .expect("saved"),
        id
    );
    let read = store
        .get_connection(id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(read.password.expect("kept").expose(), "env:PASSWORD");
    assert_eq!((read.retry_count, read.idle_ms), (7, u32::MAX));
    store.remove_connection(read.name).await.expect("removed");
    assert!(store.list_connections().await.expect("read").is_empty());
    let day: Date = "2026-10-01".parse().expect("a day");
    let holiday = CalendarDay {
        day,
        is_workday: false,
        note: "国庆节".into(),
    };
    store.set_calendar_day(holiday.clone()).await.expect("set");
    assert_eq!(store.list_calendar_days().await.expect("read"), [holiday]);
    let id = store
        .save_job(job("vars", vec![command("a", &[])]), None, at(0))
        .await
        .expect("saved");
    let mine = JobVariable {
        name: "n".into(),
        kind: "INTEGER".into(),
        value: "1".into(),
    };
    store
        .set_job_variable(id, mine.clone(), at(0))
        .await
        .expect("set");
    store
        .set_job_variable(id, mine.clone(), at(0))
        .await
        .expect("set");
    assert_eq!(store.job_variables(id).await.expect("read"), [mine]);
    store
        .set_setting("log_level", "debug", at(0))
        .await
        .expect("set");
    assert_eq!(
        store
            .get_setting("LOG_LEVEL")
            .await
            .expect("read")
            .as_deref(),
        Some("debug")
    );
    store.close().await;
}
