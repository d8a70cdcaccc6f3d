//! The insurer's file, the announcement of spaces, opposition, opening, closing and erasing.
//!
//! The way of a space (R1111-26 to -28 CSP): her insurer's file names a person ([`load`]); her department is
//! announced in a wave ([`waves`]) and a letter carries her opposition code ([`opposition`]); when her window
//! is over and she has not opposed, the worker opens her space ([`waves::open_due`]), and another letter brings
//! the code that activates it ([`letters`]). She may close it at any
//! time and have it back; ten years after closing its key is destroyed ([`closing`]).
//!
//! Invariants:
//! - A line of the file is taken, or it is in the rejects file with its number and the reason; never neither.
//! - Loading the same line twice changes nothing; a load that was stopped goes on where it was.
//! - No space is opened before its person's own window is over, and none that she opposed.
//! - Statistics are counts by day, wave and department ([`tally`]); no list of persons is kept for them.

pub mod checks;
pub mod closing;
pub mod columns;
pub mod departments;
pub mod letters;
pub mod load;
pub mod opposition;
pub mod pages;
mod queries;
mod sealing;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod waves;

pub use checks::{Insured, Reject, RejectCode};
pub use load::{Loaded, Progress};
pub use tally::{Scope, Tallies};
pub use waves::Wave;

/// One person as the file would bring her, for tests of other rooms.
#[cfg(test)]
pub(crate) fn add_for_tests(
    tx: &mut store::Tx<'_>,
    id: kernel::PersonId,
    insured: &Insured,
    now: kernel::Instant,
) -> kernel::Answer<()> {
    let ins = crate::person::queries::ins_hash(tx.keyring(), &insured.identity.ins);
    let new = sealing::seal(tx.keyring(), (id, ins), 1, insured.clone())?;
    let handles = new.handles;
    queries::add_people(tx, [new], now)?;
    queries::add_handles(tx, &[(handles.ins, id)])?;
    Ok(queries::add_trait_handles(tx, &[(handles.traits, id)])?)
}
