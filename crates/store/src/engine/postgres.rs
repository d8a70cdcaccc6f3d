//! PostgreSQL: threads with a session each, the same closures, one transaction per closure.
//!
//! The server itself commits in groups what its sessions commit at the same time. Appending to one person is
//! ordered by an advisory lock that ends with the transaction. A session that is lost is opened again.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use kernel::{Fault, PersonId};
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use crate::dialect::{self, Dialect};
use crate::engine::Connection;
use crate::engine::work::{Notes, Work};
use crate::tx::Tx;
use crate::value::{Row, Source, Value};
use crate::{House, Options, house, migrations};

/// The threads of an open PostgreSQL store; dropping it waits for them.
pub(crate) struct Postgres {
    writes: Option<Sender<Box<dyn Work>>>,
    reads: Option<Sender<Box<dyn Work>>>,
    threads: Vec<JoinHandle<()>>,
}

/// A connection with the statements it has prepared.
pub(crate) struct Session {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    /// A statement failed: the server will turn a commit into a rollback without saying so.
    failed: bool,
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Bytes(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Postgres {
    pub(crate) fn open(url: &str, house: &Arc<House>, options: &Options) -> Result<Self, Fault> {
        let mut config: Config =
            url.parse().map_err(|e| Fault::Configuration(format!("address of PostgreSQL: {e}")))?;
        if config.get_application_name().is_none() {
            config.application_name("carnet");
        }
        prepare_house(&config, house)?;
        let (writes, to_write) = bounded(4096);
        let (reads, to_read) = bounded(4096);
        let mut threads = Vec::new();
        let pools = [(options.writers, true, to_write), (options.readers, false, to_read)];
        for (threads_wanted, writable, waiting) in pools {
            for _ in 0..threads_wanted {
                let worker =
                    Worker { config: config.clone(), house: Arc::clone(house), writable, session: None };
                let waiting = waiting.clone();
                let name = if writable { "store-write" } else { "store-read" };
                let thread = std::thread::Builder::new()
                    .name(name.to_owned())
                    .spawn(move || worker.serve(&waiting))
                    .map_err(Fault::from)?;
                threads.push(thread);
            }
        }
        Ok(Self { writes: Some(writes), reads: Some(reads), threads })
    }

    pub(crate) fn send(&self, work: Box<dyn Work>, writable: bool) {
        let sender = if writable { &self.writes } else { &self.reads };
        if let Some(sender) = sender {
            // A closed channel drops the work, which the caller hears as "stopped".
            let _ = sender.send(work);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.reads = None;
        self.writes = None;
        super::join(&mut self.threads);
    }
}

/// Schema and keys, under a lock: several nodes may start at once.
fn prepare_house(config: &Config, house: &House) -> Result<(), Fault> {
    let mut session = Session::connect(config)?;
    session.begin(true)?;
    session.lock_person(PersonId(MIGRATION_LOCK))?;
    migrations::apply(&mut Connection::Postgres(&mut session), Dialect::Postgres)?;
    house::check_keys(&mut Connection::Postgres(&mut session), &house.keyring)?;
    session.commit()
}

/// The advisory lock of migrations: no person has this number.
const MIGRATION_LOCK: i64 = -1;

/// How often a transaction of our own (notes) is tried again when others are in its way.
const TRIES: u32 = 5;

/// One thread's session and what it needs to open it again.
struct Worker {
    config: Config,
    house: Arc<House>,
    writable: bool,
    session: Option<Session>,
}

impl Worker {
    fn serve(mut self, waiting: &Receiver<Box<dyn Work>>) {
        while let Ok(mut work) = waiting.recv() {
            if let Err(fault) = self.run(work.as_mut()) {
                work.fail(fault);
            }
            work.answer();
        }
    }

    /// Runs a closure in a transaction, then writes its notes: in the same transaction when it commits, in
    /// one of their own when it does not.
    fn run(&mut self, work: &mut dyn Work) -> Result<(), Fault> {
        let (house, writable) = (Arc::clone(&self.house), self.writable);
        let session = self.begin(writable)?;
        let mut tx = Tx::new(Connection::Postgres(session), &house, writable);
        let good = work.run(&mut tx);
        let mut notes = tx.take_notes();
        let mut noted = Ok(());
        if good && writable && !notes.is_empty() {
            noted = tx.write_notes(&notes);
            notes.clear();
        }
        let Some(session) = self.session.as_mut() else { return Ok(()) };
        match noted {
            Ok(()) if good && writable => session.commit()?,
            Ok(()) => session.rollback()?,
            Err(fault) => {
                session.rollback()?;
                return Err(fault);
            }
        }
        if notes.is_empty() { Ok(()) } else { self.note(&notes) }
    }

    fn note(&mut self, notes: &Notes) -> Result<(), Fault> {
        let house = Arc::clone(&self.house);
        let mut tries = 0;
        loop {
            tries += 1;
            let session = self.begin(true)?;
            let written = Tx::new(Connection::Postgres(session), &house, true).write_notes(notes);
            let Some(session) = self.session.as_mut() else { return Ok(()) };
            let done = match written {
                Ok(()) => session.commit(),
                Err(fault) => session.rollback().and(Err(fault)),
            };
            match done {
                Err(Fault::Busy(_)) if tries < TRIES => {}
                done => return done,
            }
        }
    }

    /// A session inside a fresh transaction; a session that was lost is opened again, once.
    fn begin(&mut self, writable: bool) -> Result<&mut Session, Fault> {
        let alive = match self.session.as_mut() {
            Some(session) => session.begin(writable).is_ok(),
            None => false,
        };
        if !alive {
            self.session = None;
            let mut session = Session::connect(&self.config)?;
            session.begin(writable)?;
            self.session = Some(session);
        }
        self.session.as_mut().ok_or_else(|| Fault::Internal("no session".to_owned()))
    }
}

impl Session {
    pub(crate) fn connect(config: &Config) -> Result<Self, Fault> {
        let mut client = config
            .connect(NoTls)
            .map_err(|e| Fault::Database(format!("PostgreSQL cannot be reached: {e}")))?;
        client
            .batch_execute(
                "SET synchronous_commit = on; SET lock_timeout = '20s'; SET client_min_messages = warning",
            )
            .map_err(|e| fault(&e))?;
        Ok(Self { client, statements: HashMap::new(), failed: false })
    }

    /// Readers see one moment of the whole database, as on the other engine; writers see what was committed
    /// before each statement, which is what the lock of a person is for.
    pub(crate) fn begin(&mut self, writable: bool) -> Result<(), Fault> {
        self.failed = false;
        self.batch(if writable {
            "BEGIN ISOLATION LEVEL READ COMMITTED"
        } else {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        })
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            self.rollback()?;
            return Err(Fault::Database(
                "a statement of the transaction failed; nothing was kept".to_owned(),
            ));
        }
        self.batch("COMMIT")
    }

    pub(crate) fn rollback(&mut self) -> Result<(), Fault> {
        self.batch("ROLLBACK")
    }

    fn check<T>(&mut self, done: Result<T, postgres::Error>) -> Result<T, Fault> {
        done.map_err(|e| {
            self.failed = true;
            fault(&e)
        })
    }

    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client.prepare(sql);
        let statement = self.check(prepared)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(crate) fn exec(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Fault> {
        let statement = self.prepare(sql)?;
        let done = self.client.execute(&statement, &parameters(args));
        self.check(done)
    }

    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let statement = self.prepare(sql)?;
        let rows = self.client.query(&statement, &parameters(args));
        let rows = self.check(rows)?;
        rows.first().map(|row| f(&Row(Source::Postgres(row)))).transpose()
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.prepare(sql)?;
        self.rows(&statement, args, f)
    }

    pub(crate) fn each_of(
        &mut self,
        sql: &str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let prepared = self.client.prepare(sql);
        let statement = self.check(prepared)?;
        self.rows(&statement, args, f)
    }

    fn rows(
        &mut self,
        statement: &Statement,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let failed = &mut self.failed;
        let mut rows = self.client.query_raw(statement, args.iter()).map_err(|e| {
            *failed = true;
            fault(&e)
        })?;
        loop {
            match rows.next() {
                Ok(Some(row)) => f(&Row(Source::Postgres(&row)))?,
                Ok(None) => return Ok(()),
                Err(e) => {
                    *failed = true;
                    return Err(fault(&e));
                }
            }
        }
    }

    /// Loads rows by binary `COPY`.
    pub(crate) fn load(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, Fault> {
        let names = columns.join(", ");
        let shape = self.client.prepare(&format!("SELECT {names} FROM {table} LIMIT 0"));
        let types: Vec<Type> = self.check(shape)?.columns().iter().map(|c| c.type_().clone()).collect();
        let loaded =
            copy(&mut self.client, &format!("COPY {table} ({names}) FROM STDIN BINARY"), &types, rows);
        self.check(loaded)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let done = self.client.batch_execute(sql);
        self.check(done)
    }

    pub(crate) fn lock_person(&mut self, person: PersonId) -> Result<(), Fault> {
        self.exec(dialect::LOCK_PERSON_POSTGRES, &[Value::Int(person.0)]).map(|_| ())
    }
}

fn copy(
    client: &mut Client,
    sql: &str,
    types: &[Type],
    rows: &mut dyn Iterator<Item = Vec<Value>>,
) -> Result<u64, postgres::Error> {
    let mut writer = BinaryCopyInWriter::new(client.copy_in(sql)?, types);
    for row in rows {
        writer.write(&parameters(&row))?;
    }
    writer.finish()
}

fn parameters(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// What PostgreSQL's errors mean for us: SQLSTATE class 40 and 55P03 may succeed when tried again, 53100 is
/// a full disk.
pub(crate) fn fault(error: &postgres::Error) -> Fault {
    let text = match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    };
    match error.code().map(postgres::error::SqlState::code) {
        Some(code) if code.starts_with("40") || code == "55P03" => Fault::Busy(text),
        Some("53100") => Fault::DiskFull(text),
        Some(code) if code.starts_with("08") || code.starts_with("57P") => Fault::Busy(text),
        Some("XX001" | "XX002") => Fault::Damaged(text),
        None if error.is_closed() => Fault::Busy(text),
        _ => Fault::Database(text),
    }
}
