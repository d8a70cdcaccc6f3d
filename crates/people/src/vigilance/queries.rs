//! Every statement about `watched…` and `watch_…`.

use kernel::{Fault, Instant};
use store::{Row, Tx, args};

use super::model::{Alert, Suspension};
use super::rules::Sign;

/// Whether an account is suspended, and when it first opened this space after `since`.
pub(super) struct Known {
    pub(super) suspended_at: Option<Instant>,
    pub(super) opened_at: Option<Instant>,
}

/// The one read that every opened space costs: two lookups by primary key. `None` for an account that never came in
/// by a door.
pub(super) fn known(
    tx: &mut Tx<'_>,
    rpps: &str,
    space: &[u8],
    since: Instant,
) -> Result<Option<Known>, Fault> {
    tx.one(
        "SELECT w.suspended_at, s.at FROM watched w
           LEFT JOIN watched_space s ON s.rpps = w.rpps AND s.space = $2 AND s.at > $3
          WHERE w.rpps = $1",
        args![rpps, space, since],
        |row| {
            Ok(Known { suspended_at: row.opt_int(0)?.map(Instant), opened_at: row.opt_int(1)?.map(Instant) })
        },
    )
}

/// Notes that an account is in use, and answers since when it is suspended. Others that count for the same account
/// wait for this transaction.
pub(super) fn touch(tx: &mut Tx<'_>, rpps: &str, now: Instant) -> Result<Option<Instant>, Fault> {
    let found = tx.one(
        "INSERT INTO watched (rpps, first_at, last_at, suspended_at) VALUES ($1, $2, $2, NULL)
         ON CONFLICT (rpps) DO UPDATE SET last_at = excluded.last_at RETURNING suspended_at",
        args![rpps, now],
        |row| Ok(row.opt_int(0)?.map(Instant)),
    )?;
    Ok(found.flatten())
}

pub(super) fn suspended(tx: &mut Tx<'_>, rpps: &str) -> Result<Option<Instant>, Fault> {
    let found = tx.one("SELECT suspended_at FROM watched WHERE rpps = $1", args![rpps], |row| {
        Ok(row.opt_int(0)?.map(Instant))
    })?;
    Ok(found.flatten())
}

/// Counts of the spaces opened after `day`.
pub(super) struct Spaces {
    pub(super) hour: i64,
    pub(super) day: i64,
    pub(super) far: i64,
    pub(super) night: i64,
}

pub(super) fn spaces(
    tx: &mut Tx<'_>,
    rpps: &str,
    day: Instant,
    hour: Instant,
    night: Instant,
) -> Result<Spaces, Fault> {
    let found = tx.one(
        "SELECT count(*), count(CASE WHEN at > $3 THEN 1 END), count(CASE WHEN linked = 0 THEN 1 END),
                count(CASE WHEN at >= $4 THEN 1 END)
           FROM watched_space WHERE rpps = $1 AND at > $2",
        args![rpps, day, hour, night],
        |row| Ok(Spaces { day: row.int(0)?, hour: row.int(1)?, far: row.int(2)?, night: row.int(3)? }),
    )?;
    found.ok_or_else(|| Fault::Internal("a count has no row".to_owned()))
}

pub(super) fn add_space(
    tx: &mut Tx<'_>,
    rpps: &str,
    space: &[u8],
    now: Instant,
    linked: bool,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO watched_space (rpps, space, at, linked) VALUES ($1, $2, $3, $4)
         ON CONFLICT (rpps, space) DO UPDATE SET at = excluded.at, linked = excluded.linked",
        args![rpps, space, now, i64::from(linked)],
    )?;
    Ok(())
}

/// Forgets what no count looks at any more.
pub(super) fn forget_before(tx: &mut Tx<'_>, rpps: &str, before: Instant, hour: i64) -> Result<(), Fault> {
    tx.exec("DELETE FROM watched_space WHERE rpps = $1 AND at <= $2", args![rpps, before])?;
    tx.exec("DELETE FROM watched_hour WHERE rpps = $1 AND hour < $2", args![rpps, hour])?;
    Ok(())
}

pub(super) fn add_hour(
    tx: &mut Tx<'_>,
    rpps: &str,
    hour: i64,
    searches: i64,
    refusals: i64,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO watched_hour (rpps, hour, searches, refusals) VALUES ($1, $2, $3, $4)
         ON CONFLICT (rpps, hour) DO UPDATE SET searches = watched_hour.searches + excluded.searches,
           refusals = watched_hour.refusals + excluded.refusals",
        args![rpps, hour, searches, refusals],
    )?;
    Ok(())
}

/// Counts a declared emergency; answers how many there were in this hour and the day before.
pub(super) fn add_emergency(tx: &mut Tx<'_>, rpps: &str, hour: i64) -> Result<i64, Fault> {
    tx.exec(
        "INSERT INTO watched_hour (rpps, hour, searches, refusals, emergencies) VALUES ($1, $2, 0, 0, 1)
         ON CONFLICT (rpps, hour) DO UPDATE SET emergencies = watched_hour.emergencies + 1",
        args![rpps, hour],
    )?;
    let found = tx.one(
        "SELECT CAST(sum(emergencies) AS BIGINT) FROM watched_hour WHERE rpps = $1 AND hour > $2",
        args![rpps, hour - 24],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().unwrap_or_default())
}

/// Searches and refusals of this hour, and searches of the day before.
pub(super) fn hours(tx: &mut Tx<'_>, rpps: &str, hour: i64) -> Result<(i64, i64, i64), Fault> {
    let found = tx.one(
        "SELECT CAST(sum(CASE WHEN hour = $3 THEN searches ELSE 0 END) AS BIGINT),
                CAST(sum(CASE WHEN hour = $3 THEN refusals ELSE 0 END) AS BIGINT), CAST(sum(searches) AS BIGINT)
           FROM watched_hour WHERE rpps = $1 AND hour > $2",
        args![rpps, hour - 24, hour],
        |row| {
            let sum = |at| Ok::<_, Fault>(row.opt_int(at)?.unwrap_or_default());
            Ok((sum(0)?, sum(1)?, sum(2)?))
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Notes a device; answers how many the account has, and whether this one is new.
pub(super) fn add_device(
    tx: &mut Tx<'_>,
    rpps: &str,
    device: &[u8],
    now: Instant,
) -> Result<(i64, bool), Fault> {
    let first = tx.one(
        "INSERT INTO watched_device (rpps, device, first_at, last_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (rpps, device) DO UPDATE SET last_at = excluded.last_at RETURNING first_at",
        args![rpps, device, now],
        |row| row.int(0),
    )?;
    let count = devices(tx, rpps)?;
    Ok((count, first == Some(now.0)))
}

pub(super) fn devices(tx: &mut Tx<'_>, rpps: &str) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM watched_device WHERE rpps = $1";
    Ok(tx.one(sql, args![rpps], |row| row.int(0))?.unwrap_or_default())
}

/// Raises an alert, or raises its figure. `true` when it is the first of its day.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    rpps: &str,
    sign: Sign,
    now: Instant,
    figure: i64,
) -> Result<bool, Fault> {
    let first = tx.one(
        "INSERT INTO watch_alert (rpps, kind, day, at, last_at, figure) VALUES ($1, $2, $3, $4, $4, $5)
         ON CONFLICT (rpps, kind, day) DO UPDATE SET last_at = excluded.last_at,
           figure = CASE WHEN excluded.figure > watch_alert.figure THEN excluded.figure ELSE watch_alert.figure END
         RETURNING at",
        args![rpps, sign.word(), now.0 / Instant::DAY, now, figure],
        |row| row.int(0),
    )?;
    Ok(first == Some(now.0))
}

fn read_alert(row: &Row<'_>) -> Result<Option<Alert>, Fault> {
    // A kind of a later version is not shown rather than misread.
    let Some(sign) = Sign::parse(&row.text(1)?) else { return Ok(None) };
    Ok(Some(Alert {
        rpps: row.text(0)?,
        sign,
        at: Instant(row.int(2)?),
        last_at: Instant(row.int(3)?),
        figure: row.int(4)?,
    }))
}

pub(super) fn alerts(tx: &mut Tx<'_>, since: Instant, most: i64) -> Result<Vec<Alert>, Fault> {
    let rows = tx.all(
        "SELECT rpps, kind, at, last_at, figure FROM watch_alert WHERE last_at > $1
          ORDER BY last_at DESC, rpps, kind LIMIT $2",
        args![since, most],
        read_alert,
    )?;
    Ok(rows.into_iter().flatten().collect())
}

pub(super) fn alerts_of(tx: &mut Tx<'_>, rpps: &str, since: Instant) -> Result<Vec<Alert>, Fault> {
    let rows = tx.all(
        "SELECT rpps, kind, at, last_at, figure FROM watch_alert WHERE rpps = $1 AND last_at > $2
          ORDER BY last_at DESC, kind",
        args![rpps, since],
        read_alert,
    )?;
    Ok(rows.into_iter().flatten().collect())
}

pub(super) fn suspend(
    tx: &mut Tx<'_>,
    rpps: &str,
    now: Instant,
    operator: &str,
    reason: &str,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO watched (rpps, first_at, last_at, suspended_at) VALUES ($1, $2, $2, $2)
         ON CONFLICT (rpps) DO UPDATE SET suspended_at = excluded.suspended_at",
        args![rpps, now],
    )?;
    tx.exec(
        "INSERT INTO watch_suspension (rpps, at, operator, reason, lifted_at, lifted_by)
         VALUES ($1, $2, $3, $4, NULL, NULL) ON CONFLICT (rpps, at) DO NOTHING",
        args![rpps, now, operator, reason],
    )?;
    Ok(())
}

pub(super) fn lift(tx: &mut Tx<'_>, rpps: &str, now: Instant, operator: &str) -> Result<(), Fault> {
    tx.exec("UPDATE watched SET suspended_at = NULL WHERE rpps = $1", args![rpps])?;
    tx.exec(
        "UPDATE watch_suspension SET lifted_at = $2, lifted_by = $3 WHERE rpps = $1 AND lifted_at IS NULL",
        args![rpps, now, operator],
    )?;
    Ok(())
}

pub(super) fn suspensions(tx: &mut Tx<'_>, rpps: &str) -> Result<Vec<Suspension>, Fault> {
    tx.all(
        "SELECT at, operator, reason, lifted_at, lifted_by FROM watch_suspension WHERE rpps = $1 ORDER BY at DESC",
        args![rpps],
        |row| {
            Ok(Suspension {
                at: Instant(row.int(0)?),
                operator: row.text(1)?,
                reason: row.text(2)?,
                lifted: row.opt_int(3)?.map(Instant).zip(row.opt_text(4)?),
            })
        },
    )
}
