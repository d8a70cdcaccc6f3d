//! Every statement about signing in. `owner` is the number of a person, or of an account with a minus: what the
//! column `person` of these tables holds.

use kernel::{Fault, Instant, PersonId};
use store::{Row, Tx, args};

use super::account::{Account, AccountAct, AccountKind, Suspension};

/// The provisional code of a person, as its hash.
pub(super) struct ActivationRow {
    pub(super) code: Vec<u8>,
    pub(super) expires_at: Instant,
    pub(super) used_at: Option<Instant>,
}

pub(super) fn set_activation(
    tx: &mut Tx<'_>,
    owner: i64,
    code: &[u8],
    issued_at: Instant,
    expires_at: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO activation (person, code, issued_at, expires_at, used_at) VALUES ($1, $2, $3, $4, NULL)
         ON CONFLICT (person) DO UPDATE SET code = excluded.code, issued_at = excluded.issued_at,
           expires_at = excluded.expires_at, used_at = NULL",
        args![owner, code, issued_at, expires_at],
    )?;
    Ok(())
}

pub(super) fn activation(tx: &mut Tx<'_>, owner: i64) -> Result<Option<ActivationRow>, Fault> {
    tx.one("SELECT code, expires_at, used_at FROM activation WHERE person = $1", args![owner], |row| {
        Ok(ActivationRow {
            code: row.bytes(0)?,
            expires_at: Instant(row.int(1)?),
            used_at: row.opt_int(2)?.map(Instant),
        })
    })
}

/// `false` when it was used before, ran out, or another code took its place.
pub(super) fn use_activation(tx: &mut Tx<'_>, owner: i64, code: &[u8], at: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE activation SET used_at = $2
                WHERE person = $1 AND code = $3 AND used_at IS NULL AND expires_at > $2";
    Ok(tx.exec(sql, args![owner, at, code])? == 1)
}

/// A passkey, still sealed.
pub(super) struct PasskeyRow {
    pub(super) credential: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) added_at: Instant,
    pub(super) last_used_at: Option<Instant>,
}

fn read_passkey(row: &Row<'_>) -> Result<PasskeyRow, Fault> {
    Ok(PasskeyRow {
        credential: row.bytes(0)?,
        sealed: row.bytes(1)?,
        added_at: Instant(row.int(2)?),
        last_used_at: row.opt_int(3)?.map(Instant),
    })
}

pub(super) fn passkeys(tx: &mut Tx<'_>, owner: i64) -> Result<Vec<PasskeyRow>, Fault> {
    tx.all(
        "SELECT credential, sealed, added_at, last_used_at FROM passkey WHERE person = $1
          ORDER BY added_at, credential",
        args![owner],
        read_passkey,
    )
}

pub(super) fn passkey(tx: &mut Tx<'_>, owner: i64, credential: &[u8]) -> Result<Option<PasskeyRow>, Fault> {
    tx.one(
        "SELECT credential, sealed, added_at, last_used_at FROM passkey WHERE person = $1 AND credential = $2",
        args![owner, credential],
        read_passkey,
    )
}

/// `false` when she has it already.
pub(super) fn add_passkey(
    tx: &mut Tx<'_>,
    owner: i64,
    credential: &[u8],
    sealed: &[u8],
    at: Instant,
) -> Result<bool, Fault> {
    let added = tx.exec(
        "INSERT INTO passkey (person, credential, sealed, added_at, last_used_at) VALUES ($1, $2, $3, $4, NULL)
         ON CONFLICT (person, credential) DO NOTHING",
        args![owner, credential, sealed, at],
    )?;
    Ok(added == 1)
}

pub(super) fn update_passkey(
    tx: &mut Tx<'_>,
    owner: i64,
    credential: &[u8],
    sealed: &[u8],
    last_used_at: Option<Instant>,
) -> Result<(), Fault> {
    tx.exec(
        "UPDATE passkey SET sealed = $3, last_used_at = $4 WHERE person = $1 AND credential = $2",
        args![owner, credential, sealed, last_used_at],
    )?;
    Ok(())
}

pub(super) fn remove_passkey(tx: &mut Tx<'_>, owner: i64, credential: &[u8]) -> Result<bool, Fault> {
    let sql = "DELETE FROM passkey WHERE person = $1 AND credential = $2";
    Ok(tx.exec(sql, args![owner, credential])? == 1)
}

pub(super) fn forget_recovery_codes(tx: &mut Tx<'_>, owner: i64) -> Result<(), Fault> {
    tx.exec("DELETE FROM recovery_code WHERE person = $1", args![owner])?;
    Ok(())
}

pub(super) fn add_recovery_code(tx: &mut Tx<'_>, owner: i64, hash: &[u8], at: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO recovery_code (person, hash, made_at, used_at) VALUES ($1, $2, $3, NULL)",
        args![owner, hash, at],
    )?;
    Ok(())
}

/// `false` when there is no such unused code.
pub(super) fn use_recovery_code(
    tx: &mut Tx<'_>,
    owner: i64,
    hash: &[u8],
    at: Instant,
) -> Result<bool, Fault> {
    let sql = "UPDATE recovery_code SET used_at = $3 WHERE person = $1 AND hash = $2 AND used_at IS NULL";
    Ok(tx.exec(sql, args![owner, hash, at])? == 1)
}

/// How many codes are left, and when they were made.
pub(super) fn recovery_codes(tx: &mut Tx<'_>, owner: i64) -> Result<Option<(i64, Instant)>, Fault> {
    let found = tx.one(
        "SELECT count(*), max(made_at) FROM recovery_code WHERE person = $1 AND used_at IS NULL",
        args![owner],
        |row| Ok((row.int(0)?, row.opt_int(1)?)),
    )?;
    Ok(found.and_then(|(left, made_at)| made_at.map(|at| (left, Instant(at)))))
}

/// A session, still sealed.
pub(super) struct SessionRow {
    pub(super) owner: i64,
    pub(super) token: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) created_at: Instant,
    pub(super) last_seen_at: Instant,
    pub(super) ends_at: Instant,
}

fn read_session(row: &Row<'_>) -> Result<SessionRow, Fault> {
    Ok(SessionRow {
        owner: row.int(0)?,
        token: row.bytes(1)?,
        sealed: row.bytes(2)?,
        created_at: Instant(row.int(3)?),
        last_seen_at: Instant(row.int(4)?),
        ends_at: Instant(row.int(5)?),
    })
}

pub(super) fn add_session(
    tx: &mut Tx<'_>,
    row: &SessionRow,
    subject: &[u8],
    idle_at: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO session (person, token, subject, sealed, created_at, last_seen_at, idle_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            row.owner,
            &row.token,
            subject,
            &row.sealed,
            row.created_at,
            row.last_seen_at,
            idle_at,
            row.ends_at
        ],
    )?;
    Ok(())
}

pub(super) fn session(
    tx: &mut Tx<'_>,
    owner: i64,
    token: &[u8],
    now: Instant,
) -> Result<Option<SessionRow>, Fault> {
    tx.one(
        "SELECT person, token, sealed, created_at, last_seen_at, ends_at FROM session
          WHERE person = $1 AND token = $2 AND idle_at > $3 AND ends_at > $3",
        args![owner, token, now],
        read_session,
    )
}

pub(super) fn sessions(
    tx: &mut Tx<'_>,
    owner: i64,
    subject: &[u8],
    now: Instant,
) -> Result<Vec<SessionRow>, Fault> {
    tx.all(
        "SELECT person, token, sealed, created_at, last_seen_at, ends_at FROM session
          WHERE person = $1 AND subject = $2 AND idle_at > $3 AND ends_at > $3 ORDER BY last_seen_at DESC",
        args![owner, subject, now],
        read_session,
    )
}

/// Every session of a holder, whoever acts in it.
pub(super) fn sessions_of(tx: &mut Tx<'_>, owner: i64, now: Instant) -> Result<Vec<SessionRow>, Fault> {
    tx.all(
        "SELECT person, token, sealed, created_at, last_seen_at, ends_at FROM session
          WHERE person = $1 AND idle_at > $2 AND ends_at > $2 ORDER BY last_seen_at DESC",
        args![owner, now],
        read_session,
    )
}

pub(super) fn touch_session(
    tx: &mut Tx<'_>,
    owner: i64,
    token: &[u8],
    now: Instant,
    idle_at: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "UPDATE session SET last_seen_at = $3, idle_at = $4 WHERE person = $1 AND token = $2",
        args![owner, token, now, idle_at],
    )?;
    Ok(())
}

/// What a session says, sealed; whoever else wants to change it waits for this transaction.
pub(super) fn lock_session(tx: &mut Tx<'_>, owner: i64, token: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let sql = "UPDATE session SET sealed = sealed WHERE person = $1 AND token = $2 RETURNING sealed";
    tx.one(sql, args![owner, token], |row| row.bytes(0))
}

pub(super) fn reseal_session(tx: &mut Tx<'_>, owner: i64, token: &[u8], sealed: &[u8]) -> Result<(), Fault> {
    let sql = "UPDATE session SET sealed = $3 WHERE person = $1 AND token = $2";
    tx.exec(sql, args![owner, token, sealed])?;
    Ok(())
}

/// `false` when somebody was faster.
pub(super) fn end_session(tx: &mut Tx<'_>, owner: i64, token: &[u8]) -> Result<bool, Fault> {
    Ok(tx.exec("DELETE FROM session WHERE person = $1 AND token = $2", args![owner, token])? == 1)
}

pub(super) fn end_sessions(
    tx: &mut Tx<'_>,
    owner: i64,
    subject: &[u8],
    keep: &[u8],
) -> Result<Vec<SessionRow>, Fault> {
    tx.all(
        "DELETE FROM session WHERE person = $1 AND subject = $2 AND token <> $3
         RETURNING person, token, sealed, created_at, last_seen_at, ends_at",
        args![owner, subject, keep],
        read_session,
    )
}

pub(super) fn sweep_sessions(tx: &mut Tx<'_>, now: Instant, most: u32) -> Result<Vec<SessionRow>, Fault> {
    tx.all(
        "DELETE FROM session WHERE (person, token) IN
           (SELECT person, token FROM session WHERE idle_at <= $1 ORDER BY idle_at LIMIT $2)
         RETURNING person, token, sealed, created_at, last_seen_at, ends_at",
        args![now, most],
        read_session,
    )
}

/// Failures counted for a subject and when the last one was. Writing first makes other tries for the same
/// subject wait for this transaction.
pub(super) fn guesses(tx: &mut Tx<'_>, subject: &[u8], now: Instant) -> Result<(i64, Instant), Fault> {
    let found = tx.one(
        "INSERT INTO guess (subject, failures, last_at) VALUES ($1, 0, $2)
         ON CONFLICT (subject) DO UPDATE SET failures = guess.failures RETURNING failures, last_at",
        args![subject, now],
        |row| Ok((row.int(0)?, Instant(row.int(1)?))),
    )?;
    found.ok_or_else(|| Fault::Internal("a row that was just written is not there".to_owned()))
}

pub(super) fn set_guesses(tx: &mut Tx<'_>, subject: &[u8], failures: i64, at: Instant) -> Result<(), Fault> {
    let sql = "UPDATE guess SET failures = $2, last_at = $3 WHERE subject = $1";
    tx.exec(sql, args![subject, failures, at])?;
    Ok(())
}

pub(super) fn forget_guesses(tx: &mut Tx<'_>, subject: &[u8]) -> Result<(), Fault> {
    tx.exec("DELETE FROM guess WHERE subject = $1", args![subject])?;
    Ok(())
}

pub(super) fn sweep_guesses(tx: &mut Tx<'_>, before: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM guess WHERE last_at < $1", args![before])
}

/// Writes down that a person is active, and answers when she was before.
pub(super) fn activity(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<Option<Instant>, Fault> {
    let before = tx.one("SELECT last_at FROM activity WHERE person = $1", args![person], |row| {
        Ok(Instant(row.int(0)?))
    })?;
    tx.exec(
        "INSERT INTO activity (person, activated_at, last_at) VALUES ($1, NULL, $2)
         ON CONFLICT (person) DO UPDATE SET last_at = excluded.last_at",
        args![person, now],
    )?;
    Ok(before)
}

/// `true` when this was her first activation.
pub(super) fn activated(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<bool, Fault> {
    let sql = "UPDATE activity SET activated_at = $2 WHERE person = $1 AND activated_at IS NULL";
    Ok(tx.exec(sql, args![person, now])? == 1)
}

/// Forgets all that lets a person sign in.
pub(super) fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM passkey WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM recovery_code WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM activation WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM session WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM activity WHERE person = $1", args![person])?;
    Ok(())
}

/// Makes an account unless there is one of this name.
pub(super) fn add_account(
    tx: &mut Tx<'_>,
    id: i64,
    kind: AccountKind,
    name: &str,
    now: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO account (id, kind, name, suspended_at, reason, opened_at, activated_at, last_at, situation)
         VALUES ($1, $2, $3, NULL, '', $4, NULL, NULL, '') ON CONFLICT DO NOTHING",
        args![id, kind.word(), name, now],
    )?;
    Ok(())
}

fn read_account(row: &Row<'_>) -> Result<Account, Fault> {
    let (kind, reason) = (row.text(1)?, row.text(4)?);
    let kind =
        AccountKind::parse(&kind).ok_or_else(|| Fault::Damaged(format!("{kind} is no kind of account")))?;
    Ok(Account {
        id: row.int(0)?,
        kind,
        name: row.text(2)?,
        suspended: row.opt_int(3)?.map(|since| Suspension { since: Instant(since), reason }),
        opened_at: Instant(row.int(5)?),
        activated_at: row.opt_int(6)?.map(Instant),
        last_at: row.opt_int(7)?.map(Instant),
        situation: row.text(8)?,
    })
}

pub(super) fn account(tx: &mut Tx<'_>, id: i64) -> Result<Option<Account>, Fault> {
    tx.one(
        "SELECT id, kind, name, suspended_at, reason, opened_at, activated_at, last_at, situation
           FROM account WHERE id = $1",
        args![id],
        read_account,
    )
}

pub(super) fn account_named(
    tx: &mut Tx<'_>,
    kind: AccountKind,
    name: &str,
) -> Result<Option<Account>, Fault> {
    tx.one(
        "SELECT id, kind, name, suspended_at, reason, opened_at, activated_at, last_at, situation
           FROM account WHERE kind = $1 AND name = $2",
        args![kind.word(), name],
        read_account,
    )
}

/// Makes other transactions that change this account wait.
pub(super) fn lock_account(tx: &mut Tx<'_>, id: i64) -> Result<(), Fault> {
    tx.exec("UPDATE account SET reason = reason WHERE id = $1", args![id])?;
    Ok(())
}

pub(super) fn suspend_account(
    tx: &mut Tx<'_>,
    id: i64,
    at: Option<Instant>,
    reason: &str,
) -> Result<(), Fault> {
    tx.exec("UPDATE account SET suspended_at = $2, reason = $3 WHERE id = $1", args![id, at, reason])?;
    Ok(())
}

/// Writes down that its owner came in, and when she first did.
pub(super) fn account_came_in(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<(), Fault> {
    let sql = "UPDATE account SET last_at = $2, activated_at = coalesce(activated_at, $2) WHERE id = $1";
    tx.exec(sql, args![id, now])?;
    Ok(())
}

pub(super) fn choose_situation(tx: &mut Tx<'_>, id: i64, situation: &str) -> Result<(), Fault> {
    tx.exec("UPDATE account SET situation = $2 WHERE id = $1", args![id, situation])?;
    Ok(())
}

pub(super) fn add_account_act(tx: &mut Tx<'_>, id: i64, n: i64, act: &AccountAct) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO account_act (account, at, n, event, refused, about, by_whom)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, at, n, event) DO NOTHING",
        args![id, act.at, n, &act.event, &act.refused, &act.about, &act.by],
    )?;
    Ok(())
}

pub(super) fn account_acts(tx: &mut Tx<'_>, id: i64, most: u32) -> Result<Vec<AccountAct>, Fault> {
    tx.all(
        "SELECT at, event, refused, about, by_whom FROM account_act WHERE account = $1
          ORDER BY at DESC, n DESC LIMIT $2",
        args![id, most],
        |row| {
            Ok(AccountAct {
                at: Instant(row.int(0)?),
                event: row.text(1)?,
                refused: row.text(2)?,
                about: row.text(3)?,
                by: row.text(4)?,
            })
        },
    )
}
