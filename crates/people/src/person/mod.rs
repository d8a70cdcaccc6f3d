//! A person as the insurer knows her, and the state of her space.
//!
//! Invariants: a person has exactly one row; her INS names her and nobody else; what identifies her is
//! sealed with her own key, so destroying that key forgets her everywhere, in backups too.

mod model;
pub mod queries;

pub use model::{Contact, Identity, Person, Representative, State};

use kernel::ins::Authority;
use kernel::{Answer, Ins, PersonId, Traits};
use store::Tx;

/// The person of this INS, whatever the state of her space.
///
/// # Errors
/// Faults of the store only: an unknown INS is `None`.
pub fn find_by_ins(tx: &mut Tx<'_>, ins: &Ins) -> Answer<Option<PersonId>> {
    let hash = queries::ins_handle(tx.keyring(), ins);
    Ok(queries::person_of_handle(tx, &hash)?)
}

/// A matricule as somebody typed it, under the register that gave it to a person we know; else under the first one
/// whose numbers look like it; `None` when it looks like no register's.
///
/// # Errors
/// Faults of the store.
pub fn typed_ins(tx: &mut Tx<'_>, typed: &str) -> Answer<Option<Ins>> {
    let mut readable = None;
    for authority in [Authority::Nir, Authority::Nia, Authority::TestNir, Authority::DemoNir] {
        let Ok(ins) = Ins::parse(typed, authority) else { continue };
        if find_by_ins(tx, &ins)?.is_some() {
            return Ok(Some(ins));
        }
        readable.get_or_insert(ins);
    }
    Ok(readable)
}

/// Everybody with these strict traits: usually nobody or one; two are two different people, and the asker
/// must then be sent back to the INS.
///
/// # Errors
/// Faults of the store.
pub fn find_by_traits(tx: &mut Tx<'_>, traits: &Traits) -> Answer<Vec<PersonId>> {
    let hash = queries::traits_handle(tx.keyring(), traits);
    let mut found = Vec::new();
    for candidate in queries::persons_of_traits(tx, hash)? {
        // Eight bytes of hash may collide in a country; the sealed traits decide.
        if let Some(person) = load(tx, candidate)?
            && person.identity.traits.strict_key() == traits.strict_key()
        {
            found.push(candidate);
        }
    }
    Ok(found)
}

/// A person with her key and her unsealed identity; `None` when there is no such person or she is erased.
///
/// # Errors
/// Faults of the store; `Fault::Damaged` when her identity does not open with her key.
pub fn load(tx: &mut Tx<'_>, id: PersonId) -> Answer<Option<Person>> {
    let Some(row) = queries::row(tx, id)? else { return Ok(None) };
    let Some(wrapped) = row.wrapped_key else { return Ok(None) };
    let key = tx.keyring().unwrap(id, row.key_generation, &wrapped)?;
    let identity = Identity::open(&key, &row.identity)?;
    Ok(Some(Person {
        id,
        state: row.state,
        state_at: row.state_at,
        wave: row.wave,
        department: row.department,
        scheme: row.scheme,
        refuses: row.refuses,
        identity,
        key,
    }))
}

/// Makes a person who was brought in from another house findable here, by her INS and by her traits.
///
/// # Errors
/// `NotFound`; `Conflict` (`ins-taken`) when another person here has her INS.
pub fn settle(tx: &mut Tx<'_>, id: PersonId) -> Answer<()> {
    let person = load(tx, id)?.ok_or_else(kernel::Refusal::not_found)?;
    let ins = queries::ins_handle(tx.keyring(), &person.identity.ins);
    let traits = queries::traits_handle(tx.keyring(), &person.identity.traits);
    if queries::add_handles(tx, id, &ins, traits)? {
        crate::consent::settle(tx, id)?;
        crate::notice::settle(tx, &person.key)?;
        crate::report::settle(tx, &person.key)?;
        return crate::delegation::point_to(tx, id);
    }
    let said = "another person of this house has this INS; nothing was brought in";
    Err(kernel::Refusal::new(kernel::RefusalKind::Conflict, "ins-taken", said))
}
