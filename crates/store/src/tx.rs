//! A transaction, as rooms see it: the same words on both engines.

use std::collections::HashMap;
use std::path::PathBuf;

use kernel::{Fault, PersonId, Seq};

use crate::House;
use crate::acts::{Act, Head};
use crate::blobs::Content;
use crate::engine::Connection;
use crate::keys::{Keyring, SpaceKey};
use crate::log;
use crate::value::{Row, Value};

/// One transaction. It commits when the closure that got it answers `Ok`, and is undone when it answers a
/// refusal; its notes are kept either way.
pub struct Tx<'a> {
    pub(crate) connection: Connection<'a>,
    pub(crate) house: &'a House,
    /// Content files made by this transaction.
    pub(crate) created: Vec<PathBuf>,
    writable: bool,
    notes: Vec<(SpaceKey, Act)>,
    heads: HashMap<PersonId, Head>,
    /// Sequences that this transaction appended to: the log wants to know.
    moved: HashMap<PersonId, Head>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.writable { "Tx(write)" } else { "Tx(read)" })
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: Connection<'a>, house: &'a House, writable: bool) -> Self {
        Self {
            connection,
            house,
            created: Vec::new(),
            writable,
            notes: Vec::new(),
            heads: HashMap::new(),
            moved: HashMap::new(),
        }
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn exec(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Fault> {
        self.house.count();
        self.connection.exec(sql, args)
    }

    /// Runs a statement whose count nobody needs. It is done before the next statement answers; what is wrong
    /// with it is said there, at the latest by the commit. On PostgreSQL this saves a round trip.
    pub fn later(&mut self, sql: &'static str, args: Vec<Value>) -> Result<(), Fault> {
        self.must_write()?;
        self.house.count();
        self.connection.later(sql, args)
    }

    /// The first row of an answer, if there is one.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        f: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.house.count();
        self.connection.one(sql, args, f)
    }

    /// Every row of an answer.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        mut f: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut rows = Vec::new();
        self.each(sql, args, |row| {
            rows.push(f(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands every row of an answer to `f`, one at a time, without keeping them.
    pub fn each(
        &mut self,
        sql: &'static str,
        args: &[Value],
        mut f: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.house.count();
        self.connection.each(sql, args, &mut f)
    }

    /// The keys of the house.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.house.keyring
    }

    /// Queues an act that must be in the journal whatever becomes of this transaction: a refusal, a look.
    /// It is durable before the caller of `read` or `write` is answered.
    pub fn note(&mut self, key: &SpaceKey, act: Act) {
        self.notes.push((key.clone(), act));
    }

    pub(crate) fn take_notes(&mut self) -> Vec<(SpaceKey, Act)> {
        std::mem::take(&mut self.notes)
    }

    /// Appends queued notes: person by person, so that two transactions never wait for each other, and in
    /// the order they were made for each.
    pub(crate) fn write_notes(&mut self, notes: &[(SpaceKey, Act)]) -> Result<(), Fault> {
        let mut ordered: Vec<_> = notes.iter().collect();
        ordered.sort_by_key(|(key, _)| key.person());
        for (key, act) in ordered {
            let content = act.blob.clone().map(Content::new);
            self.add(key, act, content.as_ref())?;
        }
        Ok(())
    }

    /// Makes other transactions that append to this person wait for this one. Take it before reading what a
    /// decision to write stands on; `append` takes it anyway.
    pub fn lock_person(&mut self, person: PersonId) -> Result<(), Fault> {
        if self.remembered(person).is_some() {
            return Ok(());
        }
        if let Some((seq, hash)) = self.connection.lock_person(person)? {
            self.remember(person, seq, hash);
        }
        Ok(())
    }

    pub(crate) fn must_write(&self) -> Result<(), Fault> {
        if self.writable {
            Ok(())
        } else {
            Err(Fault::Internal("a read transaction was asked to write".to_owned()))
        }
    }

    pub(crate) fn remember(&mut self, person: PersonId, seq: Seq, hash: [u8; 32]) {
        self.heads.insert(person, (seq, hash));
    }

    pub(crate) fn moved(&mut self, person: PersonId, seq: Seq, hash: [u8; 32]) {
        self.moved.insert(person, (seq, hash));
    }

    /// Which sequences this transaction appended to, each with its new end.
    pub(crate) fn take_moved(&mut self) -> HashMap<PersonId, Head> {
        std::mem::take(&mut self.moved)
    }

    /// Writes down for the log which sequences this transaction appended to.
    pub(crate) fn put_due(&mut self) -> Result<(), Fault> {
        let moved = self.take_moved();
        log::due::put(&mut self.connection, &moved)
    }

    pub(crate) fn remembered(&self, person: PersonId) -> Option<Head> {
        self.heads.get(&person).copied()
    }
}
