//! A line of the file made into rows: the person's own new key, her identity under it, her handles.

use kernel::{Fault, PersonId};
use store::Keyring;

use super::checks::Insured;
use super::tally::days;
use crate::person::State;
use crate::person::queries::traits_handle;

/// The rows of a person who was not known before.
#[derive(Debug)]
pub(super) struct NewPerson {
    pub(super) id: PersonId,
    pub(super) state: State,
    pub(super) wave: i64,
    pub(super) department: String,
    pub(super) scheme: String,
    pub(super) born: i64,
    pub(super) generation: i64,
    pub(super) wrapped: Vec<u8>,
    pub(super) identity: Vec<u8>,
    pub(super) handles: Handles,
}

/// What finds a person: by her INS, and by her strict traits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handles {
    pub(super) person: PersonId,
    pub(super) ins: [u8; 16],
    pub(super) traits: i64,
}

/// Seals a person, whose INS has the handle `ins`. Somebody who has died already gets no space: she is kept as
/// closed, so that a late document is refused for the right reason.
pub(super) fn seal(
    keyring: &Keyring,
    (id, ins): (PersonId, [u8; 16]),
    wave: i64,
    insured: Insured,
) -> Result<NewPerson, Fault> {
    let (key, wrapped) = keyring.new_space_key(id)?;
    let Insured { identity, department, scheme } = insured;
    Ok(NewPerson {
        id,
        state: if identity.death.is_some() { State::Closed } else { State::Announced },
        wave,
        department,
        scheme,
        born: days(identity.traits.birth_date),
        generation: wrapped.generation,
        wrapped: wrapped.bytes,
        identity: identity.seal(&key)?,
        handles: Handles { person: id, ins, traits: traits_handle(keyring, &identity.traits) },
    })
}
