//! What finds the new persons, written last and in one sweep.
//!
//! Handles are keyed hashes, so those of any batch lie all over their tables: written with their batches they
//! touch every page of both tables again and again, which at three million persons is most of a load. So a
//! load keeps them (40 bytes a person) and writes them sorted, at its end or when [`MOST`] have come together.
//!
//! While some are missing the store holds a mark: the last person whose handles are written. A load that was
//! killed leaves the mark, and the next one, of whatever file, begins with those persons ([`recover`]). A load
//! whose mark was taken over by another one stops; so two never write handles of the same persons.

use kernel::{Answer, PersonId, Refusal, RefusalKind};
use store::{Pending, Store, Tx};

use super::super::queries;
use super::super::sealing::Handles;
use crate::person;
use crate::person::queries::{ins_hash, traits_handle};

/// How many persons' handles are kept before they are written all the same: 320 MB.
const MOST: usize = 8 << 20;

/// Rows in one transaction, so that others get their turn in between.
const SLICE: usize = 100_000;

/// Person numbers that are looked at in one transaction when a killed load is made good.
const STRETCH: i64 = 20_000;

/// Handles that are still to be written.
#[derive(Default)]
pub(super) struct Finding {
    ins: Vec<([u8; 16], PersonId)>,
    traits: Vec<(i64, PersonId)>,
    /// What the mark says, as far as this load knows.
    mark: Option<PersonId>,
}

impl Finding {
    /// Makes sure, in the transaction that writes persons from `first` on, that the mark stands before them and
    /// is still ours. Call [`Finding::keep`] once it is durable.
    pub(super) fn mark(&self, tx: &mut Tx<'_>, first: PersonId) -> Answer<()> {
        still_ours(tx, self.mark)?;
        if self.mark.is_none() {
            queries::set_findable_upto(tx, Some(before(first)))?;
        }
        Ok(())
    }

    /// A copy without the handles, to take into a transaction.
    pub(super) fn marked(&self) -> Self {
        Self { mark: self.mark, ..Self::default() }
    }

    /// Keeps the handles of persons whose rows are durable.
    pub(super) fn keep(&mut self, handles: &[Handles]) {
        let Some(first) = handles.first() else { return };
        self.mark.get_or_insert(before(first.person));
        self.ins.extend(handles.iter().map(|handles| (handles.ins, handles.person)));
        self.traits.extend(handles.iter().map(|handles| (handles.traits, handles.person)));
    }

    /// True when it is time to write them even in the midst of a load.
    pub(super) fn is_full(&self) -> bool {
        self.ins.len() >= MOST
    }

    /// Writes everything that is kept, and takes the mark away.
    pub(super) fn write(&mut self, store: &Store) -> Answer<()> {
        let Some(mark) = self.mark else { return Ok(()) };
        let (mut ins, mut traits) = (std::mem::take(&mut self.ins), std::mem::take(&mut self.traits));
        std::thread::scope(|scope| {
            scope.spawn(|| traits.sort_unstable());
            ins.sort_unstable();
        });
        // One transaction is made ready while the one before is written.
        let mut under_way: Option<Pending<()>> = None;
        for slice in ins.chunks(SLICE) {
            let slice = slice.to_vec();
            let next = store.write(move |tx| {
                still_ours(tx, Some(mark))?;
                Ok(queries::add_handles(tx, &slice)?)
            });
            under_way.replace(next).map_or(Ok(()), Pending::wait)?;
        }
        drop(ins);
        for slice in traits.chunks(SLICE) {
            let slice = slice.to_vec();
            let next = store.write(move |tx| {
                still_ours(tx, Some(mark))?;
                Ok(queries::add_trait_handles(tx, &slice)?)
            });
            under_way.replace(next).map_or(Ok(()), Pending::wait)?;
        }
        under_way.map_or(Ok(()), Pending::wait)?;
        self.mark = None;
        store
            .write(move |tx| {
                still_ours(tx, Some(mark))?;
                Ok(queries::set_findable_upto(tx, None)?)
            })
            .wait()
    }
}

fn before(person: PersonId) -> PersonId {
    PersonId(person.0 - 1)
}

fn still_ours(tx: &mut Tx<'_>, mark: Option<PersonId>) -> Answer<()> {
    if queries::findable_upto(tx)? == mark {
        return Ok(());
    }
    let said = "Another load has gone on where this one was. Wait for its end, then start this one again.";
    Err(Refusal::new(RefusalKind::Conflict, "load-taken-over", said))
}

/// Writes the handles that a killed load left out. They are computed from the sealed identities, because only
/// the rows say for sure who was written; some may be there already.
pub(super) fn recover(store: &Store) -> Answer<()> {
    loop {
        let found = store.read(|tx| Ok((queries::findable_upto(tx)?, queries::last_person(tx)?))).wait()?;
        let (Some(upto), last) = found else { return Ok(()) };
        let mut missing = missing(store, upto, last)?;
        missing.sort_unstable_by_key(|handles| handles.ins);
        for slice in missing.chunks(SLICE) {
            let slice = slice.to_vec();
            store.write(move |tx| add_missing(tx, &slice)).wait()?;
        }
        store
            .write(move |tx| {
                still_ours(tx, Some(upto))?;
                // Whoever came meanwhile is of a load that is under way: it finds the mark moved, and stops.
                let more = queries::last_person(tx)? != last;
                Ok(queries::set_findable_upto(tx, more.then_some(last))?)
            })
            .wait()?;
    }
}

fn missing(store: &Store, upto: PersonId, last: PersonId) -> Answer<Vec<Handles>> {
    let mut missing = Vec::new();
    let mut under_way: Option<Pending<Vec<Handles>>> = None;
    let mut from = upto.0 + 1;
    while from <= last.0 {
        let to = (from + STRETCH).min(last.0 + 1);
        let next = store.read(move |tx| handles_between(tx, from, to));
        if let Some(ready) = under_way.replace(next) {
            missing.extend(ready.wait()?);
        }
        from = to;
    }
    if let Some(ready) = under_way {
        missing.extend(ready.wait()?);
    }
    Ok(missing)
}

fn handles_between(tx: &mut Tx<'_>, from: i64, to: i64) -> Answer<Vec<Handles>> {
    let mut handles = Vec::new();
    for id in queries::persons_between(tx, from, to)? {
        // Whoever was erased is found no more.
        let Some(person) = person::load(tx, id)? else { continue };
        let ins = ins_hash(tx.keyring(), &person.identity.ins);
        let traits = traits_handle(tx.keyring(), &person.identity.traits);
        handles.push(Handles { person: id, ins, traits });
    }
    Ok(handles)
}

fn add_missing(tx: &mut Tx<'_>, slice: &[Handles]) -> Answer<()> {
    for handles in slice {
        if !person::queries::add_handles(tx, handles.person, &handles.ins, handles.traits)? {
            let said = format!(
                "Person {} of a load that was killed has the INS of another one, who was brought in meanwhile.",
                handles.person
            );
            return Err(Refusal::new(RefusalKind::Conflict, "ins-taken", said));
        }
    }
    Ok(())
}
