//! SQLite: one writer that commits in groups, and readers beside it.
//!
//! A commit costs an fsync, whoever many acts are in it. So the writer takes all closures that wait, runs
//! each in a savepoint of its own, commits once, and only then answers them all: a refusal undoes its own
//! savepoint and nobody else's, and nobody hears "done" before it is durable.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use kernel::{Fault, PersonId};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags};

use crate::House;
use crate::acts::Head;
use crate::blobs::Files;
use crate::engine::work::{Notes, Work, again};
use crate::engine::{Connection, checkpoint};
use crate::tx::Tx;
use crate::value::{Row, Source, Value};
use crate::{Options, log, migrations};

/// What the writer is asked to do.
pub(crate) enum Write {
    /// Run a closure.
    Run(Box<dyn Work>),
    /// Write what a read transaction noted, then answer its caller.
    Notes(Notes, Box<dyn Work>),
}

/// The threads of an open SQLite store; dropping it waits for them.
pub(crate) struct Sqlite {
    writes: Option<Sender<Write>>,
    reads: Option<Sender<Box<dyn Work>>>,
    threads: Vec<JoinHandle<rusqlite::Connection>>,
}

impl Sqlite {
    pub(crate) fn open(dir: &Path, house: &Arc<House>, options: &Options) -> Result<Self, Fault> {
        let file = file(dir);
        let writing = Options { cache_kib: options.writer_cache_kib, ..options.clone() };
        let mut connection = connect(&file, &writing)?;
        connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| fault(&e))?;
        migrations::apply(&mut Connection::Sqlite(&connection), crate::dialect::Dialect::Sqlite)?;
        crate::house::check_keys(&mut Connection::Sqlite(&connection), &house.keyring)?;
        connection.execute_batch("COMMIT").map_err(|e| fault(&e))?;
        let (writes, to_write) = bounded(4096);
        let (reads, to_read) = bounded(4096);
        let mut threads = Vec::new();
        let most = options.batch;
        let shared = Arc::clone(house);
        let (full, to_empty) = bounded(1);
        let emptying = connect(&file, options)?;
        threads.push(spawn("store-tidy", move || {
            checkpoint::serve(&emptying, &to_empty);
            emptying
        })?);
        checkpoint::watch(&mut connection).map_err(|e| fault(&e))?;
        threads.push(spawn("store-write", move || {
            writer(&connection, &shared, &to_write, most, &checkpoint::Trigger::new(full));
            connection
        })?);
        for _ in 0..options.readers {
            let connection = connect(&file, options)?;
            let (shared, to_read, writes) = (Arc::clone(house), to_read.clone(), writes.clone());
            threads.push(spawn("store-read", move || {
                reader(&connection, &shared, &to_read, &writes);
                connection
            })?);
        }
        Ok(Self { writes: Some(writes), reads: Some(reads), threads })
    }

    pub(crate) fn send(&self, work: Box<dyn Work>, writable: bool) {
        // A closed channel drops the work, which the caller hears as "stopped".
        if writable {
            if let Some(writes) = &self.writes {
                let _ = writes.send(Write::Run(work));
            }
        } else if let Some(reads) = &self.reads {
            let _ = reads.send(work);
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.reads = None;
        self.writes = None;
        let this = std::thread::current().id();
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != this) {
            // Connections close here, one after the other: the last one empties the log and removes it, which
            // none does when they close at the same moment, each in the other's way.
            drop(thread.join());
        }
    }
}

/// The database file in its folder.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("carnet.db")
}

fn spawn(
    name: &str,
    body: impl FnOnce() -> rusqlite::Connection + Send + 'static,
) -> Result<JoinHandle<rusqlite::Connection>, Fault> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Fault::from)
}

pub(crate) fn connect(file: &Path, options: &Options) -> Result<rusqlite::Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = rusqlite::Connection::open_with_flags(file, flags).map_err(|e| fault(&e))?;
    connection.set_prepared_statement_cache_capacity(256);
    // Plans must not depend on what is bound: with statistics compiled in, a range that changes with every person
    // would have a cached statement planned anew each time.
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|e| fault(&e))?;
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;
             PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cache_size = -{};
             PRAGMA trusted_schema = OFF;",
            options.cache_kib
        ))
        .map_err(|e| fault(&e))?;
    if let Some(pages) = options.most_pages {
        connection.execute_batch(&format!("PRAGMA max_page_count = {pages}")).map_err(|e| fault(&e))?;
    }
    Ok(connection)
}

fn writer(
    connection: &rusqlite::Connection,
    house: &House,
    waiting: &Receiver<Write>,
    most: usize,
    checkpoints: &checkpoint::Trigger,
) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        while batch.len() < most {
            match waiting.try_recv() {
                Ok(next) => batch.push(next),
                Err(_) => break,
            }
        }
        group(connection, house, batch);
        checkpoints.after_commit(connection);
    }
}

/// A group of closures on its way to one commit.
struct Group<'a> {
    connection: &'a rusqlite::Connection,
    house: &'a House,
    /// Content files made so far.
    created: Vec<PathBuf>,
    /// Sequences appended to so far, with their new ends.
    moved: HashMap<PersonId, Head>,
}

/// Runs a group of closures and commits them together. When the engine gives up the whole transaction (a
/// full disk, an I/O error), everybody in it hears the fault: nothing was acknowledged.
fn group(connection: &rusqlite::Connection, house: &House, batch: Vec<Write>) {
    let mut group = Group { connection, house, created: Vec::new(), moved: HashMap::new() };
    let mut done: Vec<Box<dyn Work>> = Vec::with_capacity(batch.len());
    let mut lost = exec(connection, "BEGIN IMMEDIATE", &[]).err();
    for write in batch {
        let (mut work, notes) = match write {
            Write::Run(work) => (work, None),
            Write::Notes(notes, work) => (work, Some(notes)),
        };
        if lost.is_none() {
            let ran = match notes {
                Some(notes) => group.note(&notes, work.as_mut()),
                None => group.run(work.as_mut()),
            };
            lost = ran.err();
        }
        done.push(work);
    }
    if let Some(fault) = lost.or_else(|| group.commit().err()) {
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        Files::discard(&group.created);
        for work in &mut done {
            work.fail(again(&fault));
        }
    }
    for work in done {
        work.answer();
    }
}

impl Group<'_> {
    /// Runs one closure in its savepoint. `Err` means that the whole group is lost.
    fn run(&mut self, work: &mut dyn Work) -> Result<(), Fault> {
        exec(self.connection, "SAVEPOINT one", &[])?;
        let mut tx = Tx::new(Connection::Sqlite(self.connection), self.house, true);
        let mut good = work.run(&mut tx);
        let notes = tx.take_notes();
        if good && let Err(fault) = tx.write_notes(&notes) {
            work.fail(fault);
            good = false;
        } else if !good && !notes.is_empty() {
            let created = std::mem::take(&mut tx.created);
            self.finish(created, HashMap::new(), false)?;
            return self.note(&notes, work);
        }
        let (created, moved) = (std::mem::take(&mut tx.created), tx.take_moved());
        self.finish(created, moved, good)
    }

    /// Writes notes in a savepoint of their own; when that fails, the caller hears it instead of her answer.
    fn note(&mut self, notes: &Notes, work: &mut dyn Work) -> Result<(), Fault> {
        exec(self.connection, "SAVEPOINT one", &[])?;
        let mut tx = Tx::new(Connection::Sqlite(self.connection), self.house, true);
        let written = tx.write_notes(notes);
        let (created, moved) = (std::mem::take(&mut tx.created), tx.take_moved());
        let good = written.is_ok();
        if let Err(fault) = written {
            work.fail(fault);
        }
        self.finish(created, moved, good)
    }

    fn finish(
        &mut self,
        created: Vec<PathBuf>,
        moved: HashMap<PersonId, Head>,
        good: bool,
    ) -> Result<(), Fault> {
        if good {
            self.created.extend(created);
            self.moved.extend(moved);
        } else {
            Files::discard(&created);
        }
        if self.connection.is_autocommit() {
            return Err(Fault::DiskFull("the engine gave up the whole transaction".to_owned()));
        }
        if !good {
            exec(self.connection, "ROLLBACK TO one", &[])?;
        }
        exec(self.connection, "RELEASE one", &[]).map(|_| ())
    }

    fn commit(&self) -> Result<(), Fault> {
        log::due::put(&mut Connection::Sqlite(self.connection), &self.moved)?;
        if let Some(files) = &self.house.files {
            files.sync(&self.created)?;
        }
        exec(self.connection, "COMMIT", &[]).map(|_| ())
    }
}

fn reader(
    connection: &rusqlite::Connection,
    house: &House,
    waiting: &Receiver<Box<dyn Work>>,
    writes: &Sender<Write>,
) {
    while let Ok(mut work) = waiting.recv() {
        let mut notes = Vec::new();
        match exec(connection, "BEGIN", &[]) {
            Ok(_) => {
                let mut tx = Tx::new(Connection::Sqlite(connection), house, false);
                work.run(&mut tx);
                notes = tx.take_notes();
                if let Err(fault) = exec(connection, "ROLLBACK", &[]) {
                    work.fail(fault);
                }
            }
            Err(fault) => work.fail(fault),
        }
        if notes.is_empty() {
            work.answer();
        } else if let Err(unsent) = writes.send(Write::Notes(notes, work))
            && let Write::Notes(_, mut work) = unsent.into_inner()
        {
            work.fail(Fault::Internal("the writer has stopped".to_owned()));
            work.answer();
        }
    }
}

/// Binds by the number in `$n`: to SQLite `$2` is only a name, and would otherwise bind in order of first use.
fn bind(statement: &mut CachedStatement<'_>, args: &[Value]) -> Result<(), Fault> {
    for i in 1..=statement.parameter_count() {
        let number: usize = statement
            .parameter_name(i)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Fault::Internal("a statement has a parameter that is not $n".to_owned()))?;
        let value = args
            .get(number.wrapping_sub(1))
            .ok_or_else(|| Fault::Internal(format!("a statement wants ${number}, {} given", args.len())))?;
        statement.raw_bind_parameter(i, value).map_err(|e| fault(&e))?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

pub(crate) fn exec(
    connection: &rusqlite::Connection,
    sql: &'static str,
    args: &[Value],
) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(sql).map_err(|e| fault(&e))?;
    bind(&mut statement, args)?;
    statement.raw_execute().map(|changed| changed as u64).map_err(|e| fault(&e))
}

pub(crate) fn one<T>(
    connection: &rusqlite::Connection,
    sql: &'static str,
    args: &[Value],
    f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut statement = connection.prepare_cached(sql).map_err(|e| fault(&e))?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    match rows.next().map_err(|e| fault(&e))? {
        Some(row) => f(&Row(Source::Sqlite(row))).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn each(
    connection: &rusqlite::Connection,
    sql: &str,
    args: &[Value],
    f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(sql).map_err(|e| fault(&e))?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|e| fault(&e))? {
        f(&Row(Source::Sqlite(row)))?;
    }
    Ok(())
}

/// Loads rows with one prepared statement, inside the caller's transaction.
pub(crate) fn load(
    connection: &rusqlite::Connection,
    table: &str,
    columns: &[&str],
    rows: &mut dyn Iterator<Item = Vec<Value>>,
) -> Result<u64, Fault> {
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
    let mut statement = connection.prepare_cached(&sql).map_err(|e| fault(&e))?;
    let mut count = 0;
    for row in rows {
        for (i, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(i + 1, value).map_err(|e| fault(&e))?;
        }
        statement.raw_execute().map_err(|e| fault(&e))?;
        count += 1;
    }
    Ok(count)
}

/// What SQLite's errors mean for us.
pub(crate) fn fault(error: &rusqlite::Error) -> Fault {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy(text),
        Some(ErrorCode::DiskFull) => Fault::DiskFull(text),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Damaged(text),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => Fault::Io(text),
        _ => Fault::Database(text),
    }
}
