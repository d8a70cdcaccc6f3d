//! Signing in: the first activation with a code from a letter, passkeys, printed recovery codes, sessions.
//!
//! Invariants:
//! - What opens a door once (provisional code, recovery code, passkey challenge) opens it once.
//! - Whatever was wrong, the answer is the same (`sign-in-failed`), the work comparable, and the try is
//!   counted against the network it came from and, where a person was named, against that name ([`guard`]).
//! - Secrets are stored as keyed hashes; public keys and sessions sealed.
//! - Every act of signing in is in the person's journal, refused ones too.
//!
//! A verb that refuses somebody must still remember that it did. Such verbs answer an [`Attempt`]: the outer
//! error is a fault and undoes the transaction, the inner refusal is committed with its consequences.
//!
//! National identity providers (Pro Santé Connect, FranceConnect) come in by [`session::start`], once they
//! have proven who somebody is.

pub mod activation;
pub mod guard;
mod number;
pub mod pages;
pub mod passkeys;
mod queries;
pub mod recovery;
pub mod session;
#[cfg(test)]
mod tests;

pub use activation::ActivationForm;
pub use guard::Knock;
pub(crate) use number::{number_of, numbered};
pub use passkeys::{PasskeyEntry, Site};
pub use recovery::RecoveryForm;
pub use session::{Demo, Limits, Persona, Session, Standing, Token};

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

/// The same visit, made by the person herself.
fn as_herself(visit: &Visit, person: &Person) -> Visit {
    Visit { actor: citizen(person), ..visit.clone() }
}

fn citizen(person: &Person) -> Actor {
    Actor::Citizen { person: person.id, name: person.identity.display_name() }
}

/// Writes an act of signing in into her journal.
fn journal(tx: &mut Tx<'_>, key: &SpaceKey, at: Instant, kind: Kind, line: Line) -> Answer<()> {
    tx.append(key, Act { kind, at, entry: None, line, data: None, blob: None })?;
    Ok(())
}
