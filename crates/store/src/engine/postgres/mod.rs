//! PostgreSQL: threads with a connection each, the same closures, one transaction per closure.
//!
//! The server itself commits in groups what its connections commit at the same time. Appending to one person
//! is ordered by an advisory lock that ends with the transaction. A connection that is lost is opened again:
//! a server that was away serves again without a restart of ours.
//!
//! - [`session`]: a connection, and what travels together; [`address`]: where the server is, how it proves it

pub(crate) mod address;
pub(crate) mod session;

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use kernel::{Fault, PersonId};

use crate::dialect::Dialect;
use crate::engine::Connection;
use crate::engine::work::{Notes, Work};
use crate::tx::Tx;
use crate::{House, Options, house, migrations};
use address::Address;
pub(crate) use session::Session;

/// The threads of an open PostgreSQL store; dropping it waits for them.
pub(crate) struct Postgres {
    writes: Option<Sender<Box<dyn Work>>>,
    reads: Option<Sender<Box<dyn Work>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Postgres {
    pub(crate) fn open(url: &str, house: &Arc<House>, options: &Options) -> Result<Self, Fault> {
        let address = Arc::new(Address::parse(url)?);
        prepare_house(&address, house).map_err(at_start)?;
        let (writes, to_write) = bounded(4096);
        let (reads, to_read) = bounded(4096);
        let mut threads = Vec::new();
        let pools = [(options.writers, true, to_write), (options.readers, false, to_read)];
        for (threads_wanted, writable, waiting) in pools {
            for _ in 0..threads_wanted {
                let (address, house) = (Arc::clone(&address), Arc::clone(house));
                let worker = Worker { address, house, writable, session: None };
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

/// Whoever starts us wants to know; nobody tries again for her.
fn at_start(fault: Fault) -> Fault {
    match fault {
        Fault::Busy(text) => Fault::Database(text),
        other => other,
    }
}

/// Schema and keys, under a lock: several nodes may start at once.
fn prepare_house(address: &Arc<Address>, house: &House) -> Result<(), Fault> {
    let mut session = Session::connect(address)?;
    session.begin(true)?;
    session.exec(crate::dialect::LOCK_PERSON_POSTGRES, crate::args![MIGRATION_LOCK])?;
    migrations::apply(&mut Connection::Postgres(&mut session), Dialect::Postgres)?;
    house::check_keys(&mut Connection::Postgres(&mut session), &house.keyring)?;
    session.commit()
}

/// The advisory lock of migrations: no person has this number.
const MIGRATION_LOCK: PersonId = PersonId(-1);

/// How often a transaction of our own (notes) is tried again when others are in its way.
const TRIES: u32 = 5;

/// One thread's connection and what it needs to open it again.
struct Worker {
    address: Arc<Address>,
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
            if let Some(session) = &mut self.session {
                session.settle();
            }
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
        if good && writable && noted.is_ok() {
            noted = tx.put_due();
        }
        let Some(session) = self.session.as_mut() else { return Ok(()) };
        if good && session.is_untouched() {
            // Who asks nothing wants to know whether the server answers.
            session.batch("")?;
        }
        match noted {
            Ok(()) if good && writable => session.commit()?,
            noted => {
                session.rollback();
                noted?;
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
            let mut tx = Tx::new(Connection::Postgres(session), &house, true);
            let written = tx.write_notes(notes).and_then(|()| tx.put_due());
            let Some(session) = self.session.as_mut() else { return Ok(()) };
            let done = match written {
                Ok(()) => session.commit(),
                Err(fault) => {
                    session.rollback();
                    Err(fault)
                }
            };
            match done {
                Err(Fault::Busy(_)) if tries < TRIES => {}
                done => return done,
            }
        }
    }

    /// A connection inside a fresh transaction.
    fn begin(&mut self, writable: bool) -> Result<&mut Session, Fault> {
        let session = match self.session.take() {
            Some(session) => session,
            None => Session::connect(&self.address)?,
        };
        let session = self.session.insert(session);
        session.begin(writable)?;
        Ok(session)
    }
}
