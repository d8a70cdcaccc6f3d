//! Stores for tests: a folder that vanishes, keys that were never written, a PostgreSQL server of one's own.

mod server;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use kernel::{Actor, Fault, Instant, PersonId, Purpose};
use tempfile::TempDir;

pub use server::{Server, Setup};

use crate::{Act, Keyring, Kind, Line, Options, Outcome, Place, SpaceKey, Store, Tx, args};

/// An empty SQLite store in a folder that vanishes with the second half of the answer.
///
/// # Errors
/// When the folder or the database cannot be made.
pub fn sqlite() -> Result<(Store, TempDir), Fault> {
    let dir = tempfile::tempdir()?;
    let place = Place::Sqlite { dir: dir.path().join("data") };
    let store = Store::open(&place, Keyring::ephemeral()?, &Options { readers: 2, ..Options::default() })?;
    Ok((store, dir))
}

/// A database of the tests' PostgreSQL server; it vanishes when this is dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
    dir: TempDir,
}

impl Database {
    /// An empty database on the server of this process, which is started when it is first asked for.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn new() -> Result<Self, Fault> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("carnet_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let url = server()?.create(&name)?;
        Ok(Self { name, url, dir: tempfile::tempdir()? })
    }

    /// The place to open a store at.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::Postgres { url: self.url.clone(), dir: self.dir.path().join("data") }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(server) = server() {
            let _ = server.drop_database(&self.name);
        }
    }
}

/// The PostgreSQL server of this process.
fn server() -> Result<&'static Server, Fault> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER
        .get_or_init(|| Server::start(false).map_err(|fault| fault.to_string()))
        .as_ref()
        .map_err(|why| Fault::Configuration(why.clone()))
}

/// An empty PostgreSQL store; its database vanishes with the second half of the answer.
///
/// # Errors
/// When PostgreSQL is not installed or does not start.
pub fn postgres() -> Result<(Store, Database), Fault> {
    let database = Database::new()?;
    let options = Options { readers: 2, writers: 4, ..Options::default() };
    let store = Store::open(&database.place(), Keyring::ephemeral()?, &options)?;
    Ok((store, database))
}

/// Which engines tests run on: both, unless `CARNET_TEST_ENGINES` names one (`sqlite` or `postgres`). A
/// missing PostgreSQL fails the tests rather than passing them quietly.
fn wanted(engine: &str) -> bool {
    #[expect(clippy::disallowed_methods, reason = "a switch of the tests is not configuration")]
    std::env::var("CARNET_TEST_ENGINES").map_or(true, |named| named.split(',').any(|n| n.trim() == engine))
}

/// Runs a test on an empty store of each engine.
pub fn both(test: impl Fn(Store)) {
    on_each(&|| Keyring::ephemeral(), &test);
}

/// Runs a test on an empty store of each engine that has this keyring.
pub fn both_with(keyring: &Keyring, test: impl Fn(Store)) {
    on_each(&|| Ok(keyring.clone()), &test);
}

#[expect(clippy::panic, reason = "a test without its engine must fail")]
fn on_each(keyring: &dyn Fn() -> Result<Keyring, Fault>, test: &dyn Fn(Store)) {
    let options = Options { readers: 2, writers: 4, ..Options::default() };
    let open = |place: &Place| Store::open(place, keyring()?, &options);
    if wanted("sqlite") {
        let opened = tempfile::tempdir()
            .map_err(Fault::from)
            .and_then(|dir| Ok((open(&Place::Sqlite { dir: dir.path().join("data") })?, dir)));
        let (store, _dir) = opened.unwrap_or_else(|fault| panic!("SQLite: {fault}"));
        test(store);
    }
    if wanted("postgres") {
        let opened = Database::new().and_then(|database| Ok((open(&database.place())?, database)));
        let (store, _database) = opened
            .unwrap_or_else(|fault| panic!("PostgreSQL (CARNET_TEST_ENGINES=sqlite leaves it out): {fault}"));
        test(store);
    }
}

/// Fails unless every statement prepares on both engines: `(name, text)`. Each room calls it with its own.
#[expect(clippy::panic, reason = "a test that found something must fail")]
pub fn prepares(statements: &'static [(&'static str, &'static str)]) {
    both(|store| {
        let engine = store.engine();
        for (name, sql) in statements {
            let prepared = store.read(move |tx| Ok(tx.connection.prepare(sql)?)).wait();
            if let Err(refusal) = prepared {
                panic!("{name} does not prepare on {engine}: {refusal}");
            }
        }
    });
}

/// Makes a person with an open space and nothing known about her.
///
/// # Errors
/// When her row cannot be written.
pub fn person(tx: &mut Tx<'_>, person: PersonId) -> Result<SpaceKey, Fault> {
    let (key, wrapped) = tx.keyring().new_space_key(person)?;
    tx.exec(
        "INSERT INTO person (person, state, state_at, wave, department, scheme, born, key_generation, wrapped_key)
         VALUES ($1, 1, 0, 0, '75', 'CPAM', 0, $2, $3)",
        args![person, wrapped.generation, wrapped.bytes],
    )?;
    Ok(key)
}

/// An act without data, by the system, at `at`.
#[must_use]
pub fn act(kind: Kind, at: i64) -> Act {
    Act {
        kind,
        at: Instant(at),
        entry: None,
        line: Line {
            actor: Actor::System { task: "test".to_owned() },
            on_behalf_of: None,
            purpose: Purpose::Operation,
            right: None,
            outcome: Outcome::Done,
            request_id: 7,
            reason: None,
            about: None,
            entries: Vec::new(),
        },
        data: None,
        blob: None,
    }
}
