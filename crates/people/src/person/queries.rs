//! Every statement about `person`, `handle` and `trait_handle` that more than one room needs.

use kernel::{Fault, Ins, Instant, PersonId, Traits};
use store::{Keyring, Tx, args};

use super::State;

/// The 16-byte handle of an INS: whoever holds the table learns nothing without the keyring.
#[must_use]
pub fn ins_handle(keyring: &Keyring, ins: &Ins) -> Vec<u8> {
    ins_hash(keyring, ins).to_vec()
}

/// The same, for whoever keeps millions of them.
pub(crate) fn ins_hash(keyring: &Keyring, ins: &Ins) -> [u8; 16] {
    let name = format!("{}|{}", ins.matricule, ins.authority.oid());
    let mut first = [0; 16];
    first.copy_from_slice(&keyring.keyed_hash("ins", name.as_bytes())[..16]);
    first
}

/// The 63-bit handle of strict traits; two people may share one.
#[must_use]
pub fn traits_handle(keyring: &Keyring, traits: &Traits) -> i64 {
    let hash = keyring.keyed_hash("traits", traits.strict_key().as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_le_bytes(first) & i64::MAX
}

/// The person behind an INS handle.
pub(crate) fn person_of_handle(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<PersonId>, Fault> {
    tx.one("SELECT person FROM handle WHERE hash = $1", args![hash], |row| Ok(PersonId(row.int(0)?)))
}

/// Everybody behind a traits handle.
pub(crate) fn persons_of_traits(tx: &mut Tx<'_>, hash: i64) -> Result<Vec<PersonId>, Fault> {
    tx.all("SELECT person FROM trait_handle WHERE hash = $1 ORDER BY person", args![hash], |row| {
        Ok(PersonId(row.int(0)?))
    })
}

/// A row of `person`, still sealed.
pub(crate) struct PersonRow {
    pub(crate) state: State,
    pub(crate) state_at: Instant,
    pub(crate) wave: i64,
    pub(crate) department: String,
    pub(crate) scheme: String,
    pub(crate) key_generation: i64,
    pub(crate) wrapped_key: Option<Vec<u8>>,
    pub(crate) identity: Vec<u8>,
    pub(crate) refuses: bool,
}

/// One person's row.
pub(crate) fn row(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonRow>, Fault> {
    tx.one(
        "SELECT state, state_at, wave, department, scheme, key_generation, wrapped_key, identity, refuses
           FROM person WHERE person = $1",
        args![person],
        |row| {
            Ok(PersonRow {
                state: State::from_number(row.int(0)?)?,
                state_at: Instant(row.int(1)?),
                wave: row.int(2)?,
                department: row.text(3)?,
                scheme: row.text(4)?,
                key_generation: row.int(5)?,
                wrapped_key: row.opt_bytes(6)?,
                identity: row.bytes(7)?,
                refuses: row.int(8)? != 0,
            })
        },
    )
}

/// Moves a space from one state to another; `false` when it was not in `from` any more.
///
/// # Errors
/// Faults of the store.
pub fn change_state(
    tx: &mut Tx<'_>,
    person: PersonId,
    from: State,
    to: State,
    at: Instant,
) -> Result<bool, Fault> {
    let changed = tx.exec(
        "UPDATE person SET state = $3, state_at = $4 WHERE person = $1 AND state = $2",
        args![person, from.number(), to.number(), at],
    )?;
    Ok(changed == 1)
}

/// Writes the handles of a person whose row came from another house; `false` when somebody else here has her
/// INS already.
pub(crate) fn add_handles(tx: &mut Tx<'_>, person: PersonId, ins: &[u8], traits: i64) -> Result<bool, Fault> {
    tx.exec(
        "INSERT INTO handle (hash, person) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
        args![ins, person],
    )?;
    tx.exec(
        "INSERT INTO trait_handle (hash, person) VALUES ($1, $2) ON CONFLICT (hash, person) DO NOTHING",
        args![traits, person],
    )?;
    Ok(person_of_handle(tx, ins)? == Some(person))
}
