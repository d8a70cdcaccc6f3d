//! Every statement about `app` and `app_grant`.

use kernel::{Fault, Instant, PersonId};
use store::{Row, SpaceKey, Tx, args};

use super::grants::{Grant, Held};

pub(super) fn put(tx: &mut Tx<'_>, client_id: &str, registration: &str) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO app (client_id, registration) VALUES ($1, $2)
         ON CONFLICT (client_id) DO UPDATE SET registration = excluded.registration",
        args![client_id, registration],
    )?;
    Ok(())
}

pub(super) fn registration(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<String>, Fault> {
    tx.one("SELECT registration FROM app WHERE client_id = $1", args![client_id], |row| row.text(0))
}

pub(super) fn not_suspended(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Fault> {
    tx.all(
        "SELECT app.client_id, app.registration FROM app JOIN client ON client.client_id = app.client_id
          WHERE client.suspended_at IS NULL",
        args![],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

fn read(key: &SpaceKey, row: &Row<'_>) -> Result<Grant, Fault> {
    Ok(Grant {
        person: key.person(),
        id: row.bytes(0)?,
        code_until: row.opt_int(1)?.map(Instant),
        renewed: row.int(2)?,
        ends_at: Instant(row.int(3)?),
        held: Held::open(key, &row.bytes(4)?)?,
    })
}

pub(super) fn add(tx: &mut Tx<'_>, key: &SpaceKey, of: &Grant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO app_grant (person, id, code_until, renewed, ends_at, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
        args![of.person, &of.id, of.code_until, of.renewed, of.ends_at, of.held.seal(key)?],
    )?;
    Ok(())
}

pub(super) fn grant(tx: &mut Tx<'_>, key: &SpaceKey, id: &[u8]) -> Result<Option<Grant>, Fault> {
    tx.one(
        "SELECT id, code_until, renewed, ends_at, sealed FROM app_grant WHERE person = $1 AND id = $2",
        args![key.person(), id],
        |row| read(key, row),
    )
}

/// Those of one person, what is over first coming first.
pub(super) fn grants(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Grant>, Fault> {
    tx.all(
        "SELECT id, code_until, renewed, ends_at, sealed FROM app_grant WHERE person = $1 ORDER BY ends_at",
        args![key.person()],
        |row| read(key, row),
    )
}

/// When a grant is over; `None` when there is none.
pub(super) fn ends_at(tx: &mut Tx<'_>, person: PersonId, id: &[u8]) -> Result<Option<Instant>, Fault> {
    tx.one("SELECT ends_at FROM app_grant WHERE person = $1 AND id = $2", args![person, id], |row| {
        Ok(Instant(row.int(0)?))
    })
}

/// `false` when the code was used before: the one statement that two uses at the same moment race for.
pub(super) fn use_code(tx: &mut Tx<'_>, of: &Grant, ends_at: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE app_grant SET code_until = NULL, ends_at = $3
                WHERE person = $1 AND id = $2 AND code_until IS NOT NULL";
    Ok(tx.exec(sql, args![of.person, &of.id, ends_at])? == 1)
}

/// `false` when it was renewed meanwhile.
pub(super) fn renew(tx: &mut Tx<'_>, of: &Grant) -> Result<bool, Fault> {
    let sql = "UPDATE app_grant SET renewed = renewed + 1 WHERE person = $1 AND id = $2 AND renewed = $3";
    Ok(tx.exec(sql, args![of.person, &of.id, of.renewed])? == 1)
}

pub(super) fn end(tx: &mut Tx<'_>, of: &Grant) -> Result<(), Fault> {
    tx.exec("DELETE FROM app_grant WHERE person = $1 AND id = $2", args![of.person, &of.id])?;
    Ok(())
}

pub(super) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM app_grant WHERE person = $1", args![person])?;
    Ok(())
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM app_grant WHERE ends_at <= $1", args![now])
}
