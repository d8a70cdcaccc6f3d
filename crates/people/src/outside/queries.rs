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

pub(super) fn forget(tx: &mut Tx<'_>, owner: i64) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outside_link WHERE owner = $1", args![owner])
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

pub(super) fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM outside_entered WHERE until <= $1", args![now])
}
