//! The tools of the tests, tested.

use crate::mariadb::Server;

#[test]
fn a_fresh_database_is_empty_and_reachable() {
    let server = Server::shared();
    let first = server.fresh_database();
    let second = server.fresh_database();
    assert_ne!(first, second);
    let name = first
        .rsplit('/')
        .next()
        .expect("the address ends with the name");
    server.execute(&format!(
        "CREATE TABLE {name}.t (a INT); INSERT INTO {name}.t VALUES (7)"
    ));
    assert_eq!(
        server.execute(&format!("SELECT a FROM {name}.t")).trim(),
        "7"
    );
    let port = server.address().port();
    assert!(
        first.starts_with(&format!("mysql://root@127.0.0.1:{port}/")),
        "{first}"
    );
}

#[test]
fn committed_rows_survive_a_crash_of_the_server() {
    let mut server = Server::start();
    server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT); INSERT INTO d.t VALUES (1)");
    let address = server.address();
    server.crash();
    assert!(
        std::net::TcpStream::connect(address).is_err(),
        "the server is dead"
    );
    server.restart();
    assert_eq!(server.address(), address);
    assert_eq!(server.execute("SELECT a FROM d.t").trim(), "1");
}
