//! Every statement of this room.

use kernel::{Fault, Instant};
use store::{Tx, args};

pub(super) fn owner(tx: &mut Tx<'_>, provider: &str, subject: &[u8]) -> Result<Option<i64>, Fault> {
    tx.one(
        "SELECT owner FROM outside_link WHERE provider = $1 AND subject = $2",
        args![provider, subject],
        |row| row.int(0),
    )
}

pub(super) fn link(
    tx: &mut Tx<'_>,
    provider: &str,
    subject: &[u8],
    owner: i64,
    now: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO outside_link (provider, subject, owner, linked_at, last_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (provider, subject) DO UPDATE SET last_at = excluded.last_at",
        args![provider, subject, owner, now],
    )?;
    Ok(())
}

pub(super) fn unlink(tx: &mut Tx<'_>, provider: &str, subject: &[u8]) -> Result<(), Fault> {
    tx.exec("DELETE FROM outside_link WHERE provider = $1 AND subject = $2", args![provider, subject])?;
    Ok(())
}

/// The links of a holder: provider, since when, used last.
pub(super) fn links(tx: &mut Tx<'_>, owner: i64) -> Result<Vec<(String, Instant, Instant)>, Fault> {
    tx.all(
        "SELECT provider, MIN(linked_at), MAX(last_at) FROM outside_link WHERE owner = $1
          GROUP BY provider ORDER BY provider",
        args![owner],
        |row| Ok((row.text(0)?, Instant(row.int(1)?), Instant(row.int(2)?))),
    )
}

pub(super) fn unlink_all(tx: &mut Tx<'_>, owner: i64) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outside_link WHERE owner = $1", args![owner])
}

pub(super) fn unlink_at(tx: &mut Tx<'_>, owner: i64, provider: &str) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outside_link WHERE owner = $1 AND provider = $2", args![owner, provider])
}

pub(super) fn closed(tx: &mut Tx<'_>, owner: i64) -> Result<Vec<(String, Instant)>, Fault> {
    tx.all(
        "SELECT provider, closed_at FROM outside_closed WHERE person = $1 ORDER BY provider",
        args![owner],
        |row| Ok((row.text(0)?, Instant(row.int(1)?))),
    )
}

pub(super) fn is_closed(tx: &mut Tx<'_>, owner: i64, provider: &str) -> Result<bool, Fault> {
    let sql = "SELECT closed_at FROM outside_closed WHERE person = $1 AND provider = $2";
    Ok(tx.one(sql, args![owner, provider], |row| row.int(0))?.is_some())
}

pub(super) fn close(tx: &mut Tx<'_>, owner: i64, provider: &str, now: Instant) -> Result<bool, Fault> {
    let sql = "INSERT INTO outside_closed (person, provider, closed_at) VALUES ($1, $2, $3)
         ON CONFLICT (person, provider) DO NOTHING";
    Ok(tx.exec(sql, args![owner, provider, now])? == 1)
}

/// `false` when it was open.
pub(super) fn open(tx: &mut Tx<'_>, owner: i64, provider: &str) -> Result<bool, Fault> {
    let sql = "DELETE FROM outside_closed WHERE person = $1 AND provider = $2";
    Ok(tx.exec(sql, args![owner, provider])? == 1)
}

pub(super) fn open_all(tx: &mut Tx<'_>, owner: i64) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outside_closed WHERE person = $1", args![owner])
}

pub(super) fn entered(tx: &mut Tx<'_>, hash: &[u8], sealed: &[u8], until: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO outside_entered (hash, sealed, until) VALUES ($1, $2, $3)",
        args![hash, sealed, until],
    )?;
    Ok(())
}

pub(super) fn left(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    tx.one("DELETE FROM outside_entered WHERE hash = $1 RETURNING sealed", args![hash], |row| row.bytes(0))
}

/// Whose a provider's sign-in is, named by a hash.
pub(super) fn signed_on(tx: &mut Tx<'_>, hash: &[u8], owner: i64, until: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO outside_sign_on (hash, owner, until) VALUES ($1, $2, $3)
         ON CONFLICT (hash) DO UPDATE SET owner = excluded.owner, until = excluded.until",
        args![hash, owner, until],
    )?;
    Ok(())
}

pub(super) fn sign_on(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<i64>, Fault> {
    tx.one("SELECT owner FROM outside_sign_on WHERE hash = $1", args![hash], |row| row.int(0))
}

pub(super) fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    let hints = tx.exec("DELETE FROM outside_entered WHERE until <= $1", args![now])?;
    Ok(hints + tx.exec("DELETE FROM outside_sign_on WHERE until <= $1", args![now])?)
}
