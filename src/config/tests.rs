//! Tests of the whole room through real files.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::fault::Code;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn load(home: &Path, pairs: &[(&str, &str)]) -> Result<Settings, Error> {
    let overrides = Overrides::default().with("home", Some(home.display()));
    Settings::load(&overrides, &Environment::from_pairs(pairs.iter().copied()))
}

fn origin<'a>(settings: &'a Settings, key: &str) -> &'a str {
    let found = settings.effective.iter().find(|entry| entry.key == key);
    &found.expect("every setting is listed").origin
}

#[test]
fn defaults_are_safe_and_complete() {
    let home = tempfile::tempdir().expect("folder");
    let settings = load(home.path(), &[]).expect("defaults are valid");
    assert!(settings.bind.is_loopback());
    assert_eq!(settings.port, 7700);
    assert!(settings.store.expose().ends_with("/keeper.db"));
    assert!(settings.token.is_none());
    assert!(settings.executors >= 4);
    let keys: Vec<_> = settings.effective.iter().map(|entry| entry.key).collect();
    let table: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(keys, table);
}

#[test]
fn flag_wins_over_environment_over_file() {
    let home = tempfile::tempdir().expect("folder");
    let file = "port = 1001\ndrain_seconds = 7\nlease_seconds = 9\n";
    std::fs::write(home.path().join("keeper.toml"), file).expect("file");
    let overrides = Overrides::default()
        .with("home", Some(home.path().display()))
        .with("port", Some(1003));
    let environment =
        Environment::from_pairs([("KEEPER_HTTP_PORT", "1002"), ("KEEPER_DRAIN_SECONDS", "8")]);
    let settings = Settings::load(&overrides, &environment).expect("valid");
    assert_eq!(settings.port, 1003);
    assert_eq!(settings.drain.as_secs(), 8);
    assert_eq!(settings.lease.as_secs(), 9);
    assert_eq!(origin(&settings, "port"), "flag `--port`");
    assert_eq!(
        origin(&settings, "drain_seconds"),
        "environment `KEEPER_DRAIN_SECONDS`"
    );
    assert!(origin(&settings, "lease_seconds").contains("keeper.toml"));
    assert_eq!(origin(&settings, "bind"), "default");
}

#[test]
fn a_wrong_value_is_named_with_origin_and_cure() {
    let home = tempfile::tempdir().expect("folder");
    for (name, text, needle) in [
        ("KEEPER_HTTP_PORT", "70000", "from 0 to 65535"),
        ("KEEPER_BIND", "everywhere", "an IP address"),
        ("KEEPER_TIMEZONE", "Mars/Olympus", "IANA"),
        ("KEEPER_LOG_FORMAT", "xml", "`human` or `json`"),
        ("KEEPER_LEASE_SECONDS", "1", "from 5 to 3600"),
        ("KEEPER_PQL_CALL_DEPTH", "2000", "from 1 to 1024"),
        ("KEEPER_PQL_NESTING", "65", "from 8 to 64"),
        ("KEEPER_PQL_ROWS", "0", "from 1 to 1000000000"),
        ("KEEPER_PQL_STEPS", "-1", "from 0 to"),
        ("KEEPER_PQL_TEXT_MIB", "many", "from 1 to 2048"),
        ("KEEPER_PQL_CONNECT_RETRIES", "-1", "from 0 to 10000"),
    ] {
        let error = load(home.path(), &[(name, text)]).expect_err("refused");
        let message = error.to_string();
        assert_eq!(error.code(), Code::SETTING_INVALID);
        assert!(message.contains(name), "{message}");
        assert!(message.contains(text), "{message}");
        assert!(message.contains(needle), "{message}");
    }
}

#[test]
fn an_unknown_key_of_the_file_is_refused() {
    let home = tempfile::tempdir().expect("folder");
    std::fs::write(home.path().join("keeper.toml"), "prot = 1\n").expect("file");
    let message = load(home.path(), &[]).expect_err("refused").to_string();
    assert!(
        message.contains("`prot`") && message.contains("port"),
        "{message}"
    );
}

#[test]
fn a_named_file_must_exist_and_parse() {
    let home = tempfile::tempdir().expect("folder");
    let mut overrides = Overrides::default().with("home", Some(home.path().display()));
    overrides.file = Some(home.path().join("other.toml"));
    let error = Settings::load(&overrides, &Environment::default()).expect_err("missing");
    assert!(error.to_string().contains("other.toml"));
    std::fs::write(home.path().join("other.toml"), "port = = 1").expect("file");
    let error = Settings::load(&overrides, &Environment::default()).expect_err("not TOML");
    assert_eq!(error.code(), Code::SETTING_INVALID);
}

#[test]
fn listening_to_the_world_needs_a_token_set_on_purpose() {
    let home = tempfile::tempdir().expect("folder");
    let mut settings = load(home.path(), &[]).expect("valid");
    ensure_token(&mut settings).expect("token is made");
    let error = load(home.path(), &[("KEEPER_BIND", "0.0.0.0")]).expect_err("no token set");
    assert!(error.to_string().contains("KEEPER_HTTP_TOKEN"));
    let both = [("KEEPER_BIND", "0.0.0.0"), ("KEEPER_HTTP_TOKEN", TOKEN)];
    assert!(load(home.path(), &both).is_ok());
}

#[test]
fn the_first_start_makes_a_private_token_and_the_next_reads_it() {
    let home = tempfile::tempdir().expect("folder");
    let mut settings = load(home.path(), &[]).expect("valid");
    let (token, state) = ensure_token(&mut settings).expect("made");
    assert_eq!(token.expose().len(), 32);
    assert_eq!(state, TokenState::Created(home.path().join(TOKEN_FILE)));
    let mode = std::fs::metadata(home.path().join(TOKEN_FILE))
        .expect("file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut again = load(home.path(), &[]).expect("valid");
    let (same, state) = ensure_token(&mut again).expect("read");
    assert_eq!((same, state), (token.clone(), TokenState::Known));
    assert!(!format!("{again:?}").contains(token.expose()));
}

#[test]
fn connections_of_the_file_are_read_and_checked() {
    let home = tempfile::tempdir().expect("folder");
    let path = home.path().join("keeper.toml");
    let text = "[connections.\"MySQL.Sales\"]\nurl = \"mysql://u:secret@h/b\"\n\
                retry = 7\novertime = 1500\n\
                [connections.local]\nurl = \"sqlite:x.db\"\nenabled = false\n";
    std::fs::write(&path, text).expect("file");
    let settings = load(home.path(), &[]).expect("valid");
    let names: Vec<_> = settings
        .connections
        .iter()
        .map(|connection| (connection.name.to_string(), connection.enabled))
        .collect();
    assert_eq!(
        names,
        [
            ("mysql.sales".to_owned(), true),
            ("local".to_owned(), false)
        ]
    );
    let sales = settings.connections.first().expect("read");
    assert_eq!((sales.retry_count, sales.idle_ms), (7, 1500));
    for (key, value) in [
        ("uri", "\"sqlite:x.db\""),
        ("retry", "-1"),
        ("overtime", "\"1s\""),
    ] {
        let text = format!("[connections.local]\nurl = \"sqlite:x.db\"\n{key} = {value}\n");
        std::fs::write(&path, text).expect("file");
        let message = load(home.path(), &[]).expect_err("refused").to_string();
        assert!(
            message.contains("connections.local") && message.contains(&format!("`{key}`")),
            "{message}"
        );
    }
}

#[test]
fn a_second_daemon_is_refused_until_the_first_lets_go() {
    let home = tempfile::tempdir().expect("folder");
    let lock = HomeLock::acquire(home.path()).expect("free");
    let error = HomeLock::acquire(home.path()).expect_err("held");
    assert_eq!(error.code(), Code::HOME_IN_USE);
    assert!(error.to_string().contains(&std::process::id().to_string()));
    drop(lock);
    HomeLock::acquire(home.path()).expect("free again");
}

#[test]
fn a_home_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("file");
    let error = prepare_home(&file.join("home")).expect_err("a file is in the way");
    assert_eq!(error.code(), Code::HOME_UNUSABLE);
    prepare_home(&folder.path().join("a/b")).expect("made");
    assert!(folder.path().join("a/b").is_dir());
}
