//! Every statement of this room.

use kernel::rpps::Rpps;
use kernel::{Fault, Instant};
use store::{Row, Tx, args};

use super::grants::{Grant, SignOn};

fn number(text: &str) -> Result<Rpps, Fault> {
    Rpps::parse(text).ok_or_else(|| Fault::Damaged(format!("{text} is no RPPS number")))
}

pub(super) fn put_service(tx: &mut Tx<'_>, client_id: &str, registration: &str) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO service (client_id, registration) VALUES ($1, $2)
         ON CONFLICT (client_id) DO UPDATE SET registration = excluded.registration",
        args![client_id, registration],
    )?;
    Ok(())
}

pub(super) fn service(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<String>, Fault> {
    tx.one("SELECT registration FROM service WHERE client_id = $1", args![client_id], |row| row.text(0))
}

/// Makes other transactions that count what this service asks for wait: two at the same moment would each not see
/// the other's request.
pub(super) fn lock_service(tx: &mut Tx<'_>, client_id: &str) -> Result<(), Fault> {
    tx.exec("UPDATE service SET registration = registration WHERE client_id = $1", args![client_id])?;
    Ok(())
}

/// The keys that sign, the newest first: kid, public key, sealed private key.
pub(super) fn signing_keys(tx: &mut Tx<'_>) -> Result<Vec<(String, String, Vec<u8>)>, Fault> {
    tx.all(
        "SELECT kid, jwk, sealed FROM openid_key WHERE sealed IS NOT NULL AND known_until IS NULL
          ORDER BY made_at DESC, kid LIMIT 8",
        args![],
        |row| Ok((row.text(0)?, row.text(1)?, row.bytes(2)?)),
    )
}

pub(super) fn public_keys(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<String>, Fault> {
    tx.all(
        "SELECT jwk FROM openid_key WHERE known_until IS NULL OR known_until > $1 ORDER BY made_at DESC, kid",
        args![now],
        |row| row.text(0),
    )
}

pub(super) fn add_key(
    tx: &mut Tx<'_>,
    kid: &str,
    jwk: &str,
    sealed: Vec<u8>,
    now: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO openid_key (kid, jwk, sealed, made_at) VALUES ($1, $2, $3, $4)",
        args![kid, jwk, sealed, now],
    )?;
    Ok(())
}

/// The private halves go at once; the public ones stay until `known_until`.
pub(super) fn retire_keys(tx: &mut Tx<'_>, but: &str, known_until: Instant) -> Result<u64, Fault> {
    tx.exec(
        "UPDATE openid_key SET sealed = NULL, known_until = $2 WHERE kid <> $1 AND known_until IS NULL",
        args![but, known_until],
    )
}

/// A request that waits, as it is stored.
pub(super) struct RequestRow {
    pub(super) client_id: String,
    pub(super) sealed: Vec<u8>,
    pub(super) opened_at: Option<Instant>,
    pub(super) until: Instant,
}

pub(super) fn add_request(tx: &mut Tx<'_>, hash: &[u8], row: RequestRow) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO openid_request (hash, client_id, sealed, opened_at, until)
         VALUES ($1, $2, $3, $4, $5)",
        args![hash, row.client_id, row.sealed, row.opened_at, row.until],
    )?;
    Ok(())
}

pub(super) fn request(tx: &mut Tx<'_>, hash: &[u8], now: Instant) -> Result<Option<RequestRow>, Fault> {
    tx.one(
        "SELECT client_id, sealed, opened_at, until FROM openid_request
          WHERE hash = $1 AND until > $2",
        args![hash, now],
        |row| {
            Ok(RequestRow {
                client_id: row.text(0)?,
                sealed: row.bytes(1)?,
                opened_at: row.opt_int(2)?.map(Instant),
                until: Instant(row.int(3)?),
            })
        },
    )
}

pub(super) fn open_request(tx: &mut Tx<'_>, hash: &[u8], at: Instant, until: Instant) -> Result<(), Fault> {
    tx.exec("UPDATE openid_request SET opened_at = $2, until = $3 WHERE hash = $1", args![hash, at, until])?;
    Ok(())
}

/// `false` when somebody was faster.
pub(super) fn take_request(tx: &mut Tx<'_>, hash: &[u8]) -> Result<bool, Fault> {
    Ok(tx.exec("DELETE FROM openid_request WHERE hash = $1", args![hash])? == 1)
}

fn read_sign_on(row: &Row<'_>) -> Result<SignOn, Fault> {
    Ok(SignOn {
        sid: row.text(0)?,
        session: row.text(1)?,
        rpps: number(&row.text(2)?)?,
        sealed: row.bytes(3)?,
        signed_in: Instant(row.int(4)?),
        ends_at: Instant(row.int(5)?),
    })
}

pub(super) fn add_sign_on(tx: &mut Tx<'_>, of: &SignOn) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO sign_on (sid, session, rpps, sealed, signed_in, ends_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![&of.sid, &of.session, of.rpps.as_str(), &of.sealed, of.signed_in, of.ends_at],
    )?;
    Ok(())
}

pub(super) fn sign_on(tx: &mut Tx<'_>, sid: &str, now: Instant) -> Result<Option<SignOn>, Fault> {
    tx.one(
        "SELECT sid, session, rpps, sealed, signed_in, ends_at FROM sign_on
          WHERE sid = $1 AND ended_at IS NULL AND ends_at > $2",
        args![sid, now],
        read_sign_on,
    )
}

pub(super) fn sign_ons_of_session(
    tx: &mut Tx<'_>,
    session: &str,
    now: Instant,
) -> Result<Vec<SignOn>, Fault> {
    tx.all(
        "SELECT sid, session, rpps, sealed, signed_in, ends_at FROM sign_on
          WHERE session = $1 AND ended_at IS NULL AND ends_at > $2 ORDER BY signed_in DESC, sid",
        args![session, now],
        read_sign_on,
    )
}

pub(super) fn sign_ons_of(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Result<Vec<SignOn>, Fault> {
    tx.all(
        "SELECT sid, session, rpps, sealed, signed_in, ends_at FROM sign_on
          WHERE rpps = $1 AND ended_at IS NULL AND ends_at > $2 ORDER BY signed_in DESC, sid",
        args![rpps.as_str(), now],
        read_sign_on,
    )
}

pub(super) fn say_sign_on(tx: &mut Tx<'_>, sid: &str, sealed: Vec<u8>) -> Result<(), Fault> {
    tx.exec("UPDATE sign_on SET sealed = $2 WHERE sid = $1", args![sid, sealed])?;
    Ok(())
}

/// `false` when it had ended.
pub(super) fn end_sign_on(tx: &mut Tx<'_>, sid: &str, now: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE sign_on SET ended_at = $2 WHERE sid = $1 AND ended_at IS NULL";
    let ended = tx.exec(sql, args![sid, now])? == 1;
    tx.exec(
        "UPDATE service_grant SET revoked_at = $2 WHERE sid = $1 AND revoked_at IS NULL",
        args![sid, now],
    )?;
    Ok(ended)
}

fn read_grant(row: &Row<'_>) -> Result<Grant, Fault> {
    Ok(Grant {
        id: row.bytes(0)?,
        sid: row.text(1)?,
        client_id: row.text(2)?,
        sealed: row.bytes(3)?,
        code_until: row.opt_int(4)?.map(Instant),
        code_used_at: row.opt_int(5)?.map(Instant),
        renewed: row.int(6)?,
        ends_at: Instant(row.int(7)?),
        revoked_at: row.opt_int(8)?.map(Instant),
    })
}

pub(super) fn add_grant(tx: &mut Tx<'_>, of: &Grant, now: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO service_grant (id, sid, client_id, sealed, made_at, code_until, renewed, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![&of.id, &of.sid, &of.client_id, &of.sealed, now, of.code_until, of.renewed, of.ends_at],
    )?;
    Ok(())
}

pub(super) fn grant(tx: &mut Tx<'_>, id: &[u8]) -> Result<Option<Grant>, Fault> {
    tx.one(
        "SELECT id, sid, client_id, sealed, code_until, code_used_at, renewed, ends_at, revoked_at
           FROM service_grant WHERE id = $1",
        args![id],
        read_grant,
    )
}

/// `false` when the code was used before: the one statement that two uses at the same moment race for.
pub(super) fn use_code(tx: &mut Tx<'_>, id: &[u8], now: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE service_grant SET code_used_at = $2 WHERE id = $1 AND code_used_at IS NULL";
    Ok(tx.exec(sql, args![id, now])? == 1)
}

/// `false` when it was renewed meanwhile.
pub(super) fn renew(tx: &mut Tx<'_>, id: &[u8], from: i64) -> Result<bool, Fault> {
    let sql = "UPDATE service_grant SET renewed = renewed + 1 WHERE id = $1 AND renewed = $2";
    Ok(tx.exec(sql, args![id, from])? == 1)
}

pub(super) fn revoke(tx: &mut Tx<'_>, id: &[u8], now: Instant) -> Result<(), Fault> {
    tx.exec("UPDATE service_grant SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args![id, now])?;
    Ok(())
}

pub(super) fn services_of(tx: &mut Tx<'_>, sid: &str) -> Result<Vec<String>, Fault> {
    tx.all(
        "SELECT DISTINCT client_id FROM service_grant WHERE sid = $1 ORDER BY client_id",
        args![sid],
        |row| row.text(0),
    )
}

/// A request to her telephone, as it is stored.
pub(super) struct ApprovalRow {
    pub(super) hash: Vec<u8>,
    pub(super) rpps: Rpps,
    pub(super) client_id: String,
    pub(super) sealed: Vec<u8>,
    pub(super) asked_at: Instant,
    pub(super) until: Instant,
    pub(super) polled_at: Option<Instant>,
    pub(super) pause: i64,
    pub(super) answer: Option<i64>,
    pub(super) sid: Option<String>,
}

fn read_approval(row: &Row<'_>) -> Result<ApprovalRow, Fault> {
    Ok(ApprovalRow {
        hash: row.bytes(0)?,
        rpps: number(&row.text(1)?)?,
        client_id: row.text(2)?,
        sealed: row.bytes(3)?,
        asked_at: Instant(row.int(4)?),
        until: Instant(row.int(5)?),
        polled_at: row.opt_int(6)?.map(Instant),
        pause: row.int(7)?,
        answer: row.opt_int(8)?,
        sid: row.opt_text(9)?,
    })
}

pub(super) fn add_approval(tx: &mut Tx<'_>, of: &ApprovalRow) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO approval (hash, rpps, client_id, sealed, asked_at, until, pause)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![&of.hash, of.rpps.as_str(), &of.client_id, &of.sealed, of.asked_at, of.until, of.pause],
    )?;
    Ok(())
}

pub(super) fn approval(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ApprovalRow>, Fault> {
    tx.one(
        "SELECT hash, rpps, client_id, sealed, asked_at, until, polled_at, pause, answer, sid
           FROM approval WHERE hash = $1",
        args![hash],
        read_approval,
    )
}

pub(super) fn approvals(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Result<Vec<ApprovalRow>, Fault> {
    tx.all(
        "SELECT hash, rpps, client_id, sealed, asked_at, until, polled_at, pause, answer, sid
           FROM approval WHERE rpps = $1 AND until > $2 AND answer IS NULL ORDER BY asked_at DESC",
        args![rpps.as_str(), now],
        read_approval,
    )
}

pub(super) fn polled(tx: &mut Tx<'_>, hash: &[u8], now: Instant, pause: i64) -> Result<(), Fault> {
    tx.exec("UPDATE approval SET polled_at = $2, pause = $3 WHERE hash = $1", args![hash, now, pause])?;
    Ok(())
}

/// `false` when she had answered.
pub(super) fn answer(tx: &mut Tx<'_>, hash: &[u8], answer: i64, sid: Option<&str>) -> Result<bool, Fault> {
    let sql = "UPDATE approval SET answer = $2, sid = $3 WHERE hash = $1 AND answer IS NULL";
    Ok(tx.exec(sql, args![hash, answer, sid])? == 1)
}

/// `false` when somebody was faster.
pub(super) fn take_approval(tx: &mut Tx<'_>, hash: &[u8]) -> Result<bool, Fault> {
    Ok(tx.exec("DELETE FROM approval WHERE hash = $1", args![hash])? == 1)
}

pub(super) fn has_entered(tx: &mut Tx<'_>, rpps: &Rpps, client_id: &str) -> Result<bool, Fault> {
    let found = tx.one(
        "SELECT first_at FROM service_entered WHERE rpps = $1 AND client_id = $2",
        args![rpps.as_str(), client_id],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

pub(super) fn entered(tx: &mut Tx<'_>, rpps: &Rpps, client_id: &str, now: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO service_entered (rpps, client_id, first_at) VALUES ($1, $2, $3)
         ON CONFLICT (rpps, client_id) DO NOTHING",
        args![rpps.as_str(), client_id, now],
    )?;
    Ok(())
}

/// Answered and unanswered requests stay a while, so that a service that asks late is told what happened.
pub(super) fn sweep(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    let day_ago = now.plus(-Instant::DAY);
    let mut gone = tx.exec("DELETE FROM openid_request WHERE until <= $1", args![now])?;
    gone += tx.exec("DELETE FROM approval WHERE until <= $1", args![day_ago])?;
    gone += tx.exec("DELETE FROM service_grant WHERE ends_at <= $1", args![day_ago])?;
    gone += tx.exec("DELETE FROM sign_on WHERE ends_at <= $1", args![day_ago])?;
    gone += tx.exec("DELETE FROM openid_key WHERE known_until <= $1", args![now])?;
    Ok(gone)
}
