//! The two engines behind one small enum, and what runs closures on them.

mod checkpoint;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod work;

use kernel::{Fault, PersonId};

use crate::acts::Head;
use crate::value::{Row, Value};

use std::thread::JoinHandle;

use work::Work;

/// An open engine.
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Engine {
    pub(crate) fn send(&self, work: Box<dyn Work>, writable: bool) {
        match self {
            Self::Sqlite(engine) => engine.send(work, writable),
            Self::Postgres(engine) => engine.send(work, writable),
        }
    }
}

/// Waits for an engine's threads, unless it is one of them that drops the engine.
pub(crate) fn join(threads: &mut Vec<JoinHandle<()>>) {
    let this = std::thread::current().id();
    for thread in threads.drain(..) {
        if thread.thread().id() != this {
            let _ = thread.join();
        }
    }
}

/// A connection inside a transaction.
pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut postgres::Session),
}

impl Connection<'_> {
    pub(crate) fn exec(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::exec(connection, sql, args),
            Self::Postgres(session) => session.exec(sql, args),
        }
    }

    pub(crate) fn later(&mut self, sql: &'static str, args: Vec<Value>) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::exec(connection, sql, &args).map(|_| ()),
            Self::Postgres(session) => session.later(sql, args),
        }
    }

    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::one(connection, sql, args, f),
            Self::Postgres(session) => session.one(sql, args, f),
        }
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::each(connection, sql, args, f),
            Self::Postgres(session) => session.each(sql, args, f),
        }
    }

    /// Runs several statements without parameters: schema changes.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).map_err(|e| sqlite::fault(&e)),
            Self::Postgres(session) => session.batch(sql),
        }
    }

    /// Every row of a statement whose text is made at run time (backups name their tables).
    pub(crate) fn each_of(
        &mut self,
        sql: &str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::each(connection, sql, args, f),
            Self::Postgres(session) => session.each_of(sql, args, f),
        }
    }

    /// Checks that the engine understands a statement, without running it.
    #[cfg(feature = "testing")]
    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<(), Fault> {
        match self {
            Self::Sqlite(connection) => connection.prepare(sql).map(|_| ()).map_err(|e| sqlite::fault(&e)),
            Self::Postgres(session) => session.prepare(sql).map(|_| ()),
        }
    }

    /// Loads rows into a table as fast as the engine can; answers how many.
    pub(crate) fn load(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(connection) => sqlite::load(connection, table, columns, rows),
            Self::Postgres(session) => session.load(table, columns, rows),
        }
    }

    /// Locks a person's sequence; answers where it ends, when the engine had to be asked anyway.
    pub(crate) fn lock_person(&mut self, person: PersonId) -> Result<Option<Head>, Fault> {
        match self {
            // One writer: nobody else can append.
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(session) => session.lock_person(person).map(Some),
        }
    }
}
