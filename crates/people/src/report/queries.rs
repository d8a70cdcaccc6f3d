//! Every statement about `report` and `report_desk`.

use kernel::{Fault, Instant, PersonId};
use store::{Row, SpaceKey, Tx, args};

use super::model::{OnDesk, Report, Says, State};

fn read(key: &SpaceKey, row: &Row<'_>) -> Result<Report, Fault> {
    Ok(Report {
        person: key.person(),
        id: row.int(0)?,
        at: Instant(row.int(1)?),
        answered_at: row.opt_int(2)?.map(Instant),
        closed_at: row.opt_int(3)?.map(Instant),
        says: Says::open(key, &row.bytes(4)?)?,
    })
}

/// Every report of a person, the oldest first.
pub(super) fn of_person(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Report>, Fault> {
    tx.all(
        "SELECT id, at, answered_at, closed_at, sealed FROM report WHERE person = $1 ORDER BY at, id",
        args![key.person()],
        |row| read(key, row),
    )
}

pub(super) fn one(tx: &mut Tx<'_>, key: &SpaceKey, id: i64) -> Result<Option<Report>, Fault> {
    tx.one(
        "SELECT id, at, answered_at, closed_at, sealed FROM report WHERE person = $1 AND id = $2",
        args![key.person(), id],
        |row| read(key, row),
    )
}

pub(super) fn add(tx: &mut Tx<'_>, key: &SpaceKey, report: &Report) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO report (person, id, at, answered_at, closed_at, sealed) VALUES ($1, $2, $3, NULL, NULL, $4)",
        args![report.person, report.id, report.at, report.says.seal(key)?],
    )?;
    on_desk(tx, report)
}

/// Writes down what has become of a report that was in the state `before`.
pub(super) fn put(tx: &mut Tx<'_>, key: &SpaceKey, report: &Report, before: State) -> Result<(), Fault> {
    tx.exec(
        "UPDATE report SET answered_at = $3, closed_at = $4, sealed = $5 WHERE person = $1 AND id = $2",
        args![report.person, report.id, report.answered_at, report.closed_at, report.says.seal(key)?],
    )?;
    off_desk(tx, report, before)?;
    on_desk(tx, report)
}

/// Takes a report from where it lies in the state `before`.
pub(super) fn off_desk(tx: &mut Tx<'_>, report: &Report, before: State) -> Result<(), Fault> {
    tx.exec(
        "DELETE FROM report_desk WHERE state = $1 AND at = $2 AND person = $3 AND id = $4",
        args![before.number(), report.at, report.person, report.id],
    )?;
    Ok(())
}

pub(super) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM report WHERE person = $1", args![person])?;
    Ok(())
}

pub(super) fn on_desk(tx: &mut Tx<'_>, report: &Report) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO report_desk (state, at, person, id) VALUES ($1, $2, $3, $4)",
        args![report.state().number(), report.at, report.person, report.id],
    )?;
    Ok(())
}

/// What lies on the desk in a state: the longest wait first, and of what is over the latest first.
pub(super) fn desk(tx: &mut Tx<'_>, state: State, most: u32) -> Result<Vec<OnDesk>, Fault> {
    let sql = match state {
        State::New | State::Answered => {
            "SELECT at, person, id FROM report_desk WHERE state = $1 ORDER BY at, person, id LIMIT $2"
        }
        State::Closed => {
            "SELECT at, person, id FROM report_desk WHERE state = $1
             ORDER BY at DESC, person DESC, id DESC LIMIT $2"
        }
    };
    tx.all(sql, args![state.number(), i64::from(most)], |row| {
        Ok(OnDesk { at: Instant(row.int(0)?), person: PersonId(row.int(1)?), id: row.int(2)? })
    })
}
