//! From heads that moved to leaves of the log and a signed checkpoint, in one transaction.

use kernel::{Fault, Instant, PersonId, Seq};

use super::begun::Era;
use super::due::{self, Due};
use super::leaf::{Entry, Leaf};
use super::note::Checkpoint;
use super::tiles::{self, Tiles};
use super::{SIGNED, Terms, size, stored, tree};
use crate::tx::Tx;
use crate::{args, queries};

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Leaves that were added.
    pub leaves: usize,
    /// How many leaves the log has now.
    pub size: u64,
    /// True when more is due already.
    pub more: bool,
}

/// How far the walk over spaces that are older than the log has come; the largest number when it is over.
const CAUGHT_UP: &str = "log-caught-up";
/// Spaces per step of that walk.
const STRETCH: i64 = 500;

/// Whether there is anything to do.
pub(super) fn is_due(tx: &mut Tx<'_>) -> Result<bool, Fault> {
    if tx.log_is_held()? {
        return Ok(false);
    }
    Ok(!has_caught_up(tx)? || tx.one(queries::LOG_DUE, args![1i64], |_| Ok(()))?.is_some())
}

fn caught_up(tx: &mut Tx<'_>) -> Result<PersonId, Fault> {
    let kept = tx.house_value(CAUGHT_UP)?;
    let kept = kept.and_then(|kept| kept.try_into().ok()).map_or(0, i64::from_be_bytes);
    Ok(PersonId(kept))
}

/// Walks over all spaces once more: the log was begun anew.
pub(super) fn catch_up_anew(tx: &mut Tx<'_>) -> Result<(), Fault> {
    tx.exec(queries::PUT_HOUSE_VALUE, args![CAUGHT_UP, 0i64.to_be_bytes()]).map(|_| ())
}

fn has_caught_up(tx: &mut Tx<'_>) -> Result<bool, Fault> {
    Ok(caught_up(tx)? == PersonId(i64::MAX))
}

/// Enters the next spaces that are older than the log (a database of an earlier version) as due. True when some are
/// left.
fn catch_up(tx: &mut Tx<'_>) -> Result<bool, Fault> {
    let after = caught_up(tx)?;
    if after == PersonId(i64::MAX) {
        return Ok(false);
    }
    let persons =
        tx.all(queries::PERSONS, args![after, STRETCH], |row| Ok((PersonId(row.int(0)?), row.int(1)?)))?;
    let mut heads = std::collections::HashMap::new();
    for (person, erased) in &persons {
        let head = tx.last(*person)?;
        if *erased == 0 && head.0 > Seq(0) {
            heads.insert(*person, head);
        }
    }
    due::put(&mut tx.connection, &heads)?;
    let next = persons.last().map_or(i64::MAX, |(person, _)| person.0);
    tx.later(queries::PUT_HOUSE_VALUE, args![CAUGHT_UP, next.to_be_bytes()].to_vec())?;
    Ok(next < i64::MAX)
}

/// Makes leaves of what is due; says whose sequences had moved, too.
pub(super) fn sweep(tx: &mut Tx<'_>, terms: &Terms, now: Instant) -> Result<(Swept, Vec<PersonId>), Fault> {
    tx.must_write()?;
    // Whoever has this row appends; another node waits here, and sees afterwards what is left.
    tx.exec(queries::HOLD_LOG, args![SIGNED, now])?;
    let old = tx.one(queries::LOG_CHECKPOINT, args![SIGNED], |row| row.int(0))?.map_or(0, size);
    if tx.log_is_held()? {
        return Ok((Swept { size: old, ..Swept::default() }, Vec::new()));
    }
    let era = tx.log_era()?;
    let behind = catch_up(tx)?;
    let due = Due::take(tx)?;
    let mut leaves = Vec::with_capacity(due.heads.len());
    for (person, (seq, head)) in &due.heads {
        leaves.extend(leaf(tx, &era, *person, (*seq, *head), now)?);
    }
    // By their labels, which are nobody's: in the order of persons they would tell who is older here.
    let mut entries: Vec<Entry> = leaves.iter().map(|(_, _, entry)| *entry).collect();
    entries.sort_unstable();
    for (person, leaf, entry) in &leaves {
        let place = old + entries.partition_point(|other| other < entry) as u64;
        let row = args![*person, stored(leaf.n), leaf.seq, leaf.at, stored(place)];
        tx.later(queries::ADD_LOG_LEAF, row.to_vec())?;
    }
    due.done(tx)?;
    let new = old + entries.len() as u64;
    if !entries.is_empty() {
        tiles::append(tx, old, &entries)?;
        sign(tx, terms, new, now)?;
    }
    let swept = Swept { leaves: entries.len(), size: new, more: behind || due.more };
    Ok((swept, due.heads.into_keys().collect()))
}

/// Where a person stands in the log.
struct Standing {
    generation: i64,
    wrapped: Option<Vec<u8>>,
    n: i64,
    seq: i64,
}

/// Makes the leaf of a head. None when a leaf covers it already, or when the space was erased: nothing may link its
/// leaves to it any more, and nothing can.
fn leaf(
    tx: &mut Tx<'_>,
    era: &Era,
    person: PersonId,
    (seq, head): (Seq, tree::Hash),
    now: Instant,
) -> Result<Option<(PersonId, Leaf, Entry)>, Fault> {
    let standing = tx.one(queries::LOG_STANDING, args![person], |row| {
        Ok(Standing {
            generation: row.int(0)?,
            wrapped: row.opt_bytes(1)?,
            n: row.opt_int(2)?.unwrap_or(0),
            seq: row.opt_int(3)?.unwrap_or(0),
        })
    })?;
    let Some(Standing { generation, wrapped: Some(wrapped), n, seq: covered }) = standing else {
        return Ok(None);
    };
    // A first leaf covers all there is, also what came after this head: what was there before the log looked is not late.
    let (seq, head) = if n == 0 { tx.last(person)? } else { (seq, head) };
    if i64::from(seq.0) <= covered {
        return Ok(None);
    }
    let key = match tx.keyring().unwrap(person, generation, &wrapped) {
        // A key that is damaged must not keep everybody else out of the log; the doctor tells of it. One that this
        // node cannot know yet is another node's to open.
        Err(_) if tx.keyring().generations().contains(&generation) => return Ok(None),
        key => key?,
    };
    let leaf = Leaf { n: size(n) + 1, seq, at: now, head };
    Ok(Some((person, leaf, leaf.entry(&era.secret(&key)))))
}

/// Signs the log as it stands, by every key that signs.
pub(super) fn sign(tx: &mut Tx<'_>, terms: &Terms, size: u64, now: Instant) -> Result<(), Fault> {
    tx.keep_log_origin(terms)?;
    let signers = tx.log_signers(terms)?;
    let root = tree::root(&mut Tiles::new(tx), size)?;
    let origin = signers.first().map(|signer| signer.verifier().name.clone()).unwrap_or_default();
    let text = Checkpoint { origin, size, root }.to_string();
    let signatures: String = signers.iter().map(|signer| signer.sign(&text)).collect();
    let note = format!("{text}\n{signatures}");
    tx.later(queries::PUT_LOG_CHECKPOINT, args![SIGNED, stored(size), now, note].to_vec())
}
