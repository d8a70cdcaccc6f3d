//! Every statement about `app` and `app_grant`, and what is said of an app's row in `client`.

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

/// Who answers for an app that is registered again.
pub(super) fn answers_for(
    tx: &mut Tx<'_>,
    client_id: &str,
    organization: &str,
    finess: Option<&str>,
) -> Result<(), Fault> {
    let sql = "UPDATE client SET organization = $2, finess = $3 WHERE client_id = $1";
    tx.exec(sql, args![client_id, organization, finess.map(str::to_owned)])?;
    Ok(())
}

/// Every app: its id, its registration, whether it is suspended.
pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, String, bool)>, Fault> {
    tx.all(
        "SELECT app.client_id, app.registration, client.suspended_at
           FROM app JOIN client ON client.client_id = app.client_id",
        args![],
        |row| Ok((row.text(0)?, row.text(1)?, row.opt_int(2)?.is_some())),
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

/// Those of one person.
pub(super) fn grants(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Grant>, Fault> {
    tx.all(
        "SELECT id, code_until, renewed, ends_at, sealed FROM app_grant WHERE person = $1",
        args![key.person()],
        |row| read(key, row),
    )
}

/// When a grant is over; `None` when there is none, or when the app that holds it is suspended.
pub(super) fn ends_at(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: &[u8],
    client_id: &str,
) -> Result<Option<Instant>, Fault> {
    tx.one(
        "SELECT app_grant.ends_at FROM app_grant, client
          WHERE app_grant.person = $1 AND app_grant.id = $2
            AND client.client_id = $3 AND client.suspended_at IS NULL",
        args![person, id, client_id],
        |row| Ok(Instant(row.int(0)?)),
    )
}

/// `false` when the code was used before: the one statement that two uses at the same moment race for.
pub(super) fn use_code(tx: &mut Tx<'_>, of: &Grant, ends_at: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE app_grant SET code_until = NULL, ends_at = $3
                WHERE person = $1 AND id = $2 AND code_until IS NOT NULL";
    Ok(tx.exec(sql, args![of.person, &of.id, ends_at])? == 1)
}

/// `false` when it was renewed meanwhile.
pub(super) fn renew(tx: &mut Tx<'_>, of: &Grant, ends_at: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE app_grant SET renewed = renewed + 1, ends_at = $4
                WHERE person = $1 AND id = $2 AND renewed = $3";
    Ok(tx.exec(sql, args![of.person, &of.id, of.renewed, ends_at])? == 1)
}

/// Another end for a grant whose code was used.
pub(super) fn lasts(tx: &mut Tx<'_>, of: &Grant, ends_at: Instant) -> Result<(), Fault> {
    let sql = "UPDATE app_grant SET ends_at = $3 WHERE person = $1 AND id = $2 AND code_until IS NULL";
    tx.exec(sql, args![of.person, &of.id, ends_at])?;
    Ok(())
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
