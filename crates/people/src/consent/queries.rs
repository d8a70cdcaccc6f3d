//! Every SQL statement of the room.

use kernel::{Fault, Instant, PersonId};
use store::{Tx, args};

/// Points from a code to the person who handed it over, until it can no longer be typed.
pub(super) fn add_loan(tx: &mut Tx<'_>, hash: &[u8], person: PersonId, until: Instant) -> Result<(), Fault> {
    tx.exec("INSERT INTO loan_handle (hash, person, until) VALUES ($1, $2, $3)", args![hash, person, until])?;
    Ok(())
}

/// Whose code it is, while it can be typed.
pub(super) fn person_of_loan(tx: &mut Tx<'_>, hash: &[u8], now: Instant) -> Result<Option<PersonId>, Fault> {
    tx.one("SELECT person FROM loan_handle WHERE hash = $1 AND until > $2", args![hash, now], |row| {
        Ok(PersonId(row.int(0)?))
    })
}

/// Forgets a code that was ended.
pub(super) fn forget_loan(tx: &mut Tx<'_>, hash: &[u8], person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM loan_handle WHERE hash = $1 AND person = $2", args![hash, person])?;
    Ok(())
}

/// Forgets codes that can no longer be typed; answers how many.
pub(super) fn sweep_loans(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM loan_handle WHERE until <= $1", args![now])
}

/// Notes whether she opposes being fed by anybody: only then a deposit looks at what she decided.
pub(super) fn set_refuses(tx: &mut Tx<'_>, person: PersonId, refuses: bool) -> Result<(), Fault> {
    tx.exec("UPDATE person SET refuses = $2 WHERE person = $1", args![person, i64::from(refuses)])?;
    Ok(())
}

/// The name of the place with this FINESS number, as the directory has it.
pub(super) fn place(tx: &mut Tx<'_>, finess: &str) -> Result<Option<String>, Fault> {
    tx.one("SELECT name FROM structure WHERE finess = $1 ORDER BY id LIMIT 1", args![finess], |row| {
        row.text(0)
    })
}
