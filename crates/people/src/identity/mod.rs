//! Signing in: the first activation with a code from a letter, passkeys, printed recovery codes, sessions; the
//! same for a person to her space and for whoever works here to her account ([`holder`]).
//!
//! Invariants:
//! - What opens a door once (provisional code, recovery code, passkey challenge) opens it once.
//! - Whatever was wrong, the answer is the same (`sign-in-failed`), the work comparable, and the try is
//!   counted against the network it came from and, where a person was named, against that name ([`guard`]).
//! - Secrets are stored as keyed hashes; public keys and sessions sealed.
//! - Every act of signing in is in its holder's journal, refused ones too.
//! - A professional does nothing before it is known in which of her activities she acts.
//! - A passkey that only a printed code stands behind does not vouch for its maker for two days ([`vouching`]): it lets
//!   in, and satisfies nothing that asks for a passkey.
//!
//! A verb that refuses somebody must still remember that it did. Such verbs answer an [`Attempt`]: the outer
//! error is a fault and undoes the transaction, the inner refusal is committed with its consequences.
//!
//! Outside providers (Pro Santé Connect, FranceConnect) come in by [`outside`], once they have proven who somebody is.

pub mod account;
pub mod activation;
mod arrival;
pub mod guard;
pub mod holder;
mod number;
pub(crate) mod outside;
pub mod pages;
pub mod passkeys;
mod queries;
pub mod recovery;
pub mod session;
#[cfg(test)]
mod tests;
pub mod vouching;

pub use account::{Account, AccountKind};
pub use activation::{AccountForm, ActivationForm};
pub use guard::Knock;
pub use holder::{Holder, Side};
pub(crate) use number::{number_of, numbered};
pub use passkeys::{PasskeyEntry, Site};
pub use recovery::RecoveryForm;
pub use session::{Demo, Draft, Limits, Persona, Session, Standing, Token};
pub use vouching::Backing;

use kernel::ins::Authority;
use kernel::{Actor, Answer, Ins, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Kind, Line, SpaceKey, Tx};

use crate::person::{self, Person, State};

/// The answer of a verb whose refusals are remembered: commit on `Ok`, whatever is inside.
pub type Attempt<T> = Answer<Result<T, Refusal>>;

/// The one answer for whatever was wrong.
fn failed() -> Refusal {
    Refusal::new(RefusalKind::Forbidden, "sign-in-failed", "What was given does not open a space.")
}

/// Only the operator's team.
pub(crate) fn team(visit: &Visit) -> Answer<()> {
    match visit.actor {
        Actor::Operator { .. } => Ok(()),
        Actor::Nobody => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        _ => Err(Refusal::not_found()),
    }
}

/// The person behind a matricule as it was typed, whichever register gave it. Every register is asked, so
/// that the work tells nothing.
fn find_typed(tx: &mut Tx<'_>, typed: &str) -> Answer<Option<PersonId>> {
    let mut found = None;
    for authority in [Authority::Nir, Authority::Nia, Authority::TestNir, Authority::DemoNir] {
        if let Ok(ins) = Ins::parse(typed, authority) {
            found = found.or(person::find_by_ins(tx, &ins)?);
        }
    }
    Ok(found)
}

/// Her person, when somebody may sign in to her space at all.
fn may_sign_in(tx: &mut Tx<'_>, id: PersonId) -> Answer<Option<Person>> {
    let person = person::load(tx, id)?;
    Ok(person.filter(|person| matches!(person.state, State::Open | State::Closed)))
}

/// Writes an act of signing in into her journal.
fn journal(tx: &mut Tx<'_>, key: &SpaceKey, at: Instant, kind: Kind, line: Line) -> Answer<()> {
    tx.append(key, Act { kind, at, entry: None, line, data: None, blob: None })?;
    Ok(())
}
