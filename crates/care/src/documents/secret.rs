//! What a person keeps from everybody who acts for her: a minor from her parents, first of all (L1111-5 CSP). She
//! and the professionals whom she allows go on seeing it; to the others it leaves no trace anywhere.

use kernel::{Answer, EntryId, Refusal, Visit};
use people::consent::{self, Action};
use store::{Act, Kind, Tx};

use super::read;

/// Where a POST keeps a document secret.
#[must_use]
pub fn keep_href(entry: EntryId) -> String {
    format!("/documents/{entry}/secret")
}

/// Where a POST no longer keeps it secret.
#[must_use]
pub fn lift_href(entry: EntryId) -> String {
    format!("/documents/{entry}/secret/lift")
}

/// Keeps a document secret. Keeping it twice is the same as once.
///
/// # Errors
/// As `consent::open` (too young: `not-found`); `not-found` for what she does not see.
pub fn keep(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    turn(tx, visit, entry, Kind::KeptSecret)
}

/// No longer keeps it secret. What its author kept secret stays so.
///
/// # Errors
/// As [`keep`].
pub fn lift(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    turn(tx, visit, entry, Kind::SecretLifted)
}

fn turn(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId, kind: Kind) -> Answer<()> {
    let pass = consent::open(tx, visit, entry.person, Action::KeepSecret)?;
    if !pass.is_owner() {
        return Err(Refusal::not_found());
    }
    tx.lock_person(pass.person())?;
    let (meta, _) = read::find(tx, &pass, entry)?;
    if meta.facts.security.kept == (kind == Kind::KeptSecret) {
        return Ok(());
    }
    let line = pass.line().about(meta.facts.kind.code.as_str());
    let act = Act { kind, at: visit.now, entry: Some(entry), line, data: None, blob: None };
    tx.append(pass.key(), act)?;
    // The kept state must not lag behind a decision to hide.
    let record = crate::record::fold::Record::load(tx, pass.key())?;
    Ok(record.keep(tx, pass.key())?)
}
