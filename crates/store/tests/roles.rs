//! Carnet runs as a role of PostgreSQL that owns nothing, over tables that another role has made.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail as tests do")]

use store::testing::Server;
use store::{Job, Keyring, Options, Place, Store, args};

/// What `docs/operations/install.md` gives to the role that runs.
const GRANTS: &str = include_str!("../../../docs/operations/grants.sql");

fn open(url: &str, keyring: &Keyring) -> Result<Store, kernel::Fault> {
    let place = Place::Postgres { url: url.to_owned(), dir: std::env::temp_dir() };
    Store::open(&place, keyring.clone(), &Options { readers: 1, writers: 1, ..Options::default() })
}

/// As the owner of the tables.
fn exec(store: &Store, sql: &'static str) {
    store.write(move |tx| Ok(tx.exec(sql, &[])?)).wait().unwrap();
}

#[test]
fn the_role_that_runs_may_not_change_the_tables() {
    let server = Server::start(false).unwrap();
    let owner_url = server.create("roles").unwrap();
    let url = owner_url.replace("user=carnet", "user=carnet_runs");
    let keyring = Keyring::ephemeral().unwrap();
    let owner = open(&owner_url, &keyring).unwrap();
    exec(&owner, "CREATE ROLE carnet_runs LOGIN");
    for statement in GRANTS.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        exec(&owner, statement);
    }
    // It starts, for nothing is missing, and does its work.
    let store = open(&url, &keyring).unwrap();
    let queued = store.write(|tx| {
        let due = kernel::Instant(0);
        Ok(tx.enqueue(Job { task: "test", key: "1".into(), person: None, payload: String::new(), due })?)
    });
    queued.wait().unwrap();
    assert_eq!(store.take_jobs(kernel::Instant(1), 10).wait().unwrap().len(), 1);
    for sql in [
        "DROP TABLE job",
        "ALTER TABLE job ADD COLUMN more TEXT",
        "CREATE TABLE mine (x TEXT)",
        "TRUNCATE job",
    ] {
        let refused = store.write(move |tx| Ok(tx.exec(sql, &[])?)).wait();
        assert!(refused.is_err(), "{sql}");
    }
    // Where something is missing it says so instead of starting.
    let forget = "DELETE FROM migration WHERE name = '0035_people_sign_on'";
    assert_eq!(owner.write(move |tx| Ok(tx.exec(forget, args![])?)).wait().unwrap(), 1);
    assert!(open(&url, &keyring).is_err());
}
