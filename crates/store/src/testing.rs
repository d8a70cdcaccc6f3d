//! Stores for tests: a folder that vanishes, keys that were never written.

use kernel::{Actor, Fault, Instant, PersonId, Purpose};
use tempfile::TempDir;

use crate::{Act, Keyring, Kind, Line, Options, Outcome, Place, SpaceKey, Store, Tx, args};

/// An empty SQLite store in a folder that vanishes with the second half of the answer.
///
/// # Errors
/// When the folder or the database cannot be made.
pub fn sqlite() -> Result<(Store, TempDir), Fault> {
    let dir = tempfile::tempdir()?;
    let place = Place::Sqlite { dir: dir.path().join("data") };
    let store = Store::open(&place, Keyring::ephemeral()?, &Options { readers: 2, ..Options::default() })?;
    Ok((store, dir))
}

/// Makes a person with an open space and nothing known about her.
///
/// # Errors
/// When her row cannot be written.
pub fn person(tx: &mut Tx<'_>, person: PersonId) -> Result<SpaceKey, Fault> {
    let (key, wrapped) = tx.keyring().new_space_key(person)?;
    tx.exec(
        "INSERT INTO person (person, state, state_at, wave, department, scheme, born, key_generation, wrapped_key)
         VALUES ($1, 1, 0, 0, '75', 'CPAM', 0, $2, $3)",
        args![person, wrapped.generation, wrapped.bytes],
    )?;
    Ok(key)
}

/// An act without data, by the system, at `at`.
#[must_use]
pub fn act(kind: Kind, at: i64) -> Act {
    Act {
        kind,
        at: Instant(at),
        entry: None,
        line: Line {
            actor: Actor::System { task: "test".to_owned() },
            on_behalf_of: None,
            purpose: Purpose::Operation,
            outcome: Outcome::Done,
            request_id: 7,
            reason: None,
            about: None,
            entries: Vec::new(),
        },
        data: None,
        blob: None,
    }
}
