//! One connection to PostgreSQL, with the statements it has prepared.
//!
//! A round trip costs more than most statements do. So what nobody waits for — the beginning of a transaction,
//! a row whose count is known beforehand, the end of a transaction that only looked — stays here until the next
//! statement whose answer somebody wants, and they travel together; PostgreSQL runs them in order. A deposit
//! takes three round trips: her key, the lock with the end of her sequence, the act with the commit.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_core::Stream;
use kernel::{Fault, PersonId, Seq};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{IsNull, ToSql, Type, private, to_sql_checked};
use tokio_postgres::{Client, Error, Statement};

use super::address::Address;
use crate::acts::{self, Head};
use crate::value::{Row, Source, Value};
use crate::{dialect, queries};

/// What a connection is told first. The first line is the promise of the house: no answer before it is durable.
const FIRST: &str =
    "SET synchronous_commit = on; SET lock_timeout = '20s'; SET client_min_messages = warning";

/// This many statements wait at most: contents come in chunks, and memory has an end.
const MOST_WAITING: usize = 16;

/// A connection that was not used for this long is looked at before it is used again.
const IDLE: Duration = Duration::from_millis(50);

/// A connection with the statements it has prepared.
pub(crate) struct Session {
    address: Arc<Address>,
    wire: Wire,
    statements: HashMap<&'static str, Statement>,
    /// A transaction before this one is to be undone, and the server does not know it yet.
    undo: bool,
    /// A transaction is to begin, and the server does not know it yet.
    begin: Option<&'static str>,
    /// Rows to be written before the next answer.
    waiting: Vec<(Statement, Vec<Value>)>,
    /// When the last transaction began.
    used: Instant,
    /// A statement failed: the server will turn a commit into a rollback without saying so.
    failed: bool,
}

/// The socket, and what drives it while somebody waits for an answer.
struct Wire {
    runtime: Runtime,
    client: Option<Client>,
    driver: Option<JoinHandle<Result<(), Error>>>,
}

/// Why a statement ended early.
enum Halt {
    /// PostgreSQL said no, or is gone.
    Engine(Error),
    /// Who looked at the rows said no.
    Closure(Fault),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl Wire {
    fn open(address: &Address) -> Result<Self, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (client, driver) = runtime.block_on(address.connect())?;
        let driver = runtime.spawn(driver);
        Ok(Self { runtime, client: Some(client), driver: Some(driver) })
    }

    fn client(&self) -> Result<&Client, Fault> {
        self.client.as_ref().ok_or_else(|| Fault::Internal("a connection that was closed".to_owned()))
    }

    /// True when the server is known to have hung up. Asks the socket, not the server.
    fn is_closed(&self) -> bool {
        self.runtime.block_on(async {
            // Once to see what came, once to let the driver read it.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        self.client.as_ref().is_none_or(Client::is_closed)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.client = None;
        if let Some(driver) = self.driver.take() {
            // A server that does not answer is left to find out by itself.
            let _ = self
                .runtime
                .block_on(async { tokio::time::timeout(Duration::from_millis(200), driver).await });
        }
    }
}

impl Session {
    pub(crate) fn connect(address: &Arc<Address>) -> Result<Self, Fault> {
        let wire = Wire::open(address)?;
        let mut session = Self {
            address: Arc::clone(address),
            wire,
            statements: HashMap::new(),
            undo: false,
            begin: None,
            waiting: Vec::new(),
            used: Instant::now(),
            failed: false,
        };
        session.batch(FIRST)?;
        Ok(session)
    }

    /// Begins a transaction; a connection that was lost is opened again. Readers see one moment of the whole
    /// database, as on the other engine; writers see what was committed before each statement, which is what
    /// the lock of a person is for.
    pub(crate) fn begin(&mut self, writable: bool) -> Result<(), Fault> {
        // A connection in constant use hears of its end by its statements.
        let idle = self.used.elapsed() > IDLE;
        if (idle || self.failed) && self.wire.is_closed() {
            *self = Self::connect(&Arc::clone(&self.address))?;
        }
        self.used = Instant::now();
        self.failed = false;
        self.begin = Some(if writable {
            "BEGIN ISOLATION LEVEL READ COMMITTED"
        } else {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        });
        Ok(())
    }

    /// Commits. When the connection is lost meanwhile nobody knows whether the server still did it: that is
    /// said, and is no [`Fault::Busy`], for who tries again by himself might do it twice.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            self.rollback();
            return Err(Fault::Database(
                "a statement of the transaction failed; nothing was kept".to_owned(),
            ));
        }
        let client = self.wire.client()?;
        let done = self.wire.runtime.block_on(together(
            client,
            before(&mut self.undo, &mut self.begin),
            &std::mem::take(&mut self.waiting),
            async { Ok(client.batch_execute("COMMIT").await?) },
        ));
        match done {
            Err(Halt::Engine(error)) if is_lost(&error) => {
                self.failed = true;
                Err(Fault::Database(format!(
                    "PostgreSQL was lost while committing; whether it was kept is not known: {}",
                    sentence(&error)
                )))
            }
            done => self.check(done),
        }
    }

    /// True when the server has not heard of this transaction, and nothing is to be done in it.
    pub(crate) fn is_untouched(&self) -> bool {
        self.begin.is_some() && self.waiting.is_empty()
    }

    /// Undoes the transaction; the server hears it with the next one, or by [`Session::settle`].
    pub(crate) fn rollback(&mut self) {
        self.waiting.clear();
        if self.begin.take().is_none() {
            self.undo = true;
        }
    }

    /// Leaves nothing open behind: to be called when nobody waits any more.
    pub(crate) fn settle(&mut self) {
        if self.undo {
            // What fails here ends with the connection, which the next transaction notices.
            let _ = self.batch("");
        }
    }

    fn check<T>(&mut self, done: Result<T, Halt>) -> Result<T, Fault> {
        done.map_err(|halt| match halt {
            Halt::Engine(error) => {
                self.failed = true;
                fault(&error)
            }
            Halt::Closure(fault) => fault,
        })
    }

    fn prepare_text(&mut self, sql: &str) -> Result<Statement, Fault> {
        let client = self.wire.client()?;
        let prepared = self.wire.runtime.block_on(client.prepare(sql)).map_err(Halt::Engine);
        self.check(prepared)
    }

    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.prepare_text(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// Runs a statement whose count nobody needs, before the next answer. What it has to say against is said
    /// by whatever waits next, at the latest by the commit.
    pub(crate) fn later(&mut self, sql: &'static str, args: Vec<Value>) -> Result<(), Fault> {
        let statement = self.prepare(sql)?;
        self.waiting.push((statement, args));
        if self.waiting.len() < MOST_WAITING { Ok(()) } else { self.batch("") }
    }

    pub(crate) fn exec(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Fault> {
        let statement = self.prepare(sql)?;
        self.run(&statement, args, &mut |_| Ok(()))
    }

    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let statement = self.prepare(sql)?;
        let (mut f, mut found) = (Some(f), None);
        self.run(&statement, args, &mut |row| {
            if let Some(f) = f.take() {
                found = Some(f(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.prepare(sql)?;
        self.run(&statement, args, f).map(|_| ())
    }

    pub(crate) fn each_of(
        &mut self,
        sql: &str,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let statement = self.prepare_text(sql)?;
        self.run(&statement, args, f).map(|_| ())
    }

    /// Sends what waits and this statement; answers how many rows it touched.
    fn run(
        &mut self,
        statement: &Statement,
        args: &[Value],
        f: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<u64, Fault> {
        let client = self.wire.client()?;
        let done = self.wire.runtime.block_on(together(
            client,
            before(&mut self.undo, &mut self.begin),
            &std::mem::take(&mut self.waiting),
            async {
                let mut rows = pin!(client.query_raw(statement, args).await?);
                while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
                    f(&Row(Source::Postgres(&row?))).map_err(Halt::Closure)?;
                }
                Ok(rows.rows_affected().unwrap_or_default())
            },
        ));
        self.check(done)
    }

    /// Sends what waits, and statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let client = self.wire.client()?;
        let done = self.wire.runtime.block_on(together(
            client,
            before(&mut self.undo, &mut self.begin),
            &std::mem::take(&mut self.waiting),
            async { if sql.is_empty() { Ok(()) } else { Ok(client.batch_execute(sql).await?) } },
        ));
        self.check(done)
    }

    /// Loads rows by binary `COPY`.
    pub(crate) fn load(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, Fault> {
        let names = columns.join(", ");
        let shape = self.prepare_text(&format!("SELECT {names} FROM {table} LIMIT 0"))?;
        self.batch("")?;
        let types: Vec<Type> = shape.columns().iter().map(|c| c.type_().clone()).collect();
        let client = self.wire.client()?;
        let copy = async {
            let sink = client.copy_in(&format!("COPY {table} ({names}) FROM STDIN BINARY")).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
            for row in rows {
                writer.as_mut().write(&parameters(&row)).await?;
            }
            Ok(writer.finish().await?)
        };
        let loaded = self.wire.runtime.block_on(copy);
        self.check(loaded)
    }

    /// Takes a person's lock and answers where her sequence ends: two statements, for what the first waits for
    /// must be seen by the second, and one round trip.
    pub(crate) fn lock_person(&mut self, person: PersonId) -> Result<Head, Fault> {
        self.later(dialect::LOCK_PERSON_POSTGRES, vec![Value::Int(person.0)])?;
        let (from, to) = acts::range(person, Seq(0));
        let args = crate::args![person, from, to];
        let last = self.one(queries::LAST_ACT, args, |row| acts::read_head(person, row))?;
        Ok(last.unwrap_or_default())
    }
}

/// The words that go first: the end of the transaction before, the beginning of this one.
fn before(undo: &mut bool, begin: &mut Option<&'static str>) -> [Option<&'static str>; 2] {
    [std::mem::take(undo).then_some("ROLLBACK"), begin.take()]
}

/// A statement on its way.
type Sent<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// Sends everything in order without waiting in between, then waits for all answers. What comes first and
/// fails is the reason of what fails after it.
async fn together<T>(
    client: &Client,
    words: [Option<&'static str>; 2],
    waiting: &[(Statement, Vec<Value>)],
    last: impl Future<Output = Result<T, Halt>>,
) -> Result<T, Halt> {
    let mut before: Vec<Sent<'_>> = Vec::new();
    for words in words.into_iter().flatten() {
        before.push(Box::pin(client.batch_execute(words)));
    }
    for (statement, args) in waiting {
        before.push(Box::pin(async move { client.execute_raw(statement, args).await.map(|_| ()) }));
    }
    let (mut first_wrong, mut answer, mut last) = (None, None, pin!(last));
    poll_fn(|context| {
        before.retain_mut(|one| match one.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(done) => {
                if let Err(error) = done {
                    first_wrong.get_or_insert(error);
                }
                false
            }
        });
        if answer.is_none()
            && let Poll::Ready(done) = last.as_mut().poll(context)
        {
            answer = Some(done);
        }
        if before.is_empty() && answer.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    match (first_wrong, answer) {
        (Some(error), _) => Err(Halt::Engine(error)),
        (None, Some(answer)) => answer,
        (None, None) => Err(Halt::Closure(Fault::Internal("no answer".to_owned()))),
    }
}

fn parameters(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut private::BytesMut,
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

/// The whole sentence of an error: PostgreSQL's own words with their code, or every cause down to the socket.
pub(super) fn sentence(error: &Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let words = deeper.to_string();
        if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        cause = deeper.source();
    }
    said
}

/// True when the server or the way to it is gone: nothing more can come over this connection.
fn is_lost(error: &Error) -> bool {
    match error.code() {
        Some(code) => code.code().starts_with("08") || code.code().starts_with("57P"),
        None => error.is_closed(),
    }
}

/// What PostgreSQL's errors mean for us: SQLSTATE class 40 and 55P03 may succeed when tried again, and so may
/// what a server that went away was asked; 53100 is a full disk.
pub(super) fn fault(error: &Error) -> Fault {
    let text = sentence(error);
    if is_lost(error) {
        return Fault::Busy(format!("PostgreSQL was lost; nothing was kept: {text}"));
    }
    match error.code().map(tokio_postgres::error::SqlState::code) {
        Some(code) if code.starts_with("40") || code == "55P03" => Fault::Busy(text),
        Some("53100") => Fault::DiskFull(text),
        Some("XX001" | "XX002") => Fault::Damaged(text),
        _ => Fault::Database(text),
    }
}
