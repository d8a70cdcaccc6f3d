//! "I don't recognise this": a line of her journal that a person hands to the operator's team, with her words.
//!
//! Invariants:
//! - A report holds the line as its reader was told it and what she wrote, and nothing else of the space: no document,
//!   no type of document, no name of hers.
//! - The desk of the team knows where reports lie and nothing of what they say. Opening one is an act in the person's
//!   sequence, like sending, answering and closing it.
//! - Somebody who acts for the person sees the reports that she sent herself.

pub mod model;
pub mod pages;
mod queries;
#[cfg(test)]
mod tests;

use kernel::{Actor, Answer, Chance, Fault, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Kind, SpaceKey, Tx};

pub use model::{Report, Said, Says, State};

use crate::consent::{self, Action, Pass};
use crate::identity::team;

/// How many characters of a person's or the team's words are kept.
pub const LONGEST: usize = 1_000;

/// How many reports may wait for an answer in one space at once.
const MOST_OPEN: usize = 20;

/// The person who reads: the owner, or who acts for her.
fn reader(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(*person),
        _ => Err(Refusal::not_found()),
    }
}

fn clipped(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

fn note(tx: &mut Tx<'_>, pass: &Pass, kind: Kind) -> Answer<()> {
    let act = Act { kind, at: pass.visit().now, entry: None, line: pass.line(), data: None, blob: None };
    tx.append(pass.key(), act)?;
    Ok(())
}

fn must_be(pass: &Pass, action: Action) -> Answer<()> {
    if pass.action() == action {
        return Ok(());
    }
    Err(Fault::Internal("a report was handled under another action's pass".into()).into())
}

/// Hands a line to the team. The same line is handed over once by each reader: again changes nothing.
///
/// # Errors
/// `Conflict` (`report-many`) when many wait already; a fault under another action's pass than
/// [`Action::ReadJournal`].
pub fn send(tx: &mut Tx<'_>, pass: &Pass, said: Said, why: &str, chance: &Chance) -> Answer<()> {
    must_be(pass, Action::ReadJournal)?;
    let visit = pass.visit();
    let by = reader(visit)?;
    tx.lock_person(pass.person())?;
    let own = queries::of_person(tx, pass.key())?;
    if own.iter().any(|report| {
        report.says.by == by && report.says.said.at == said.at && report.says.said.rank == said.rank
    }) {
        return Ok(());
    }
    if own.iter().filter(|report| report.state() != State::Closed).count() >= MOST_OPEN {
        let said = "Many reports wait for an answer already.";
        return Err(Refusal::new(RefusalKind::Conflict, "report-many", said));
    }
    let report = Report {
        person: pass.person(),
        id: i64::try_from(chance.u64() >> 1).unwrap_or(i64::MAX),
        at: visit.now,
        answered_at: None,
        closed_at: None,
        says: Says { by, said, why: clipped(why), answer: String::new() },
    };
    queries::add(tx, pass.key(), &report)?;
    note(tx, pass, Kind::Reported)
}

/// The reports that the reader may know of, the last first.
///
/// # Errors
/// Faults of the store; a fault under another action's pass than [`Action::ReadJournal`].
pub fn of_reader(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<Report>> {
    must_be(pass, Action::ReadJournal)?;
    let by = reader(pass.visit())?;
    let mut reports = queries::of_person(tx, pass.key())?;
    reports.retain(|report| pass.is_owner() || report.says.by == by);
    reports.reverse();
    Ok(reports)
}

/// What waits on the desk, or what lies behind it: where, since when, in which state.
///
/// # Errors
/// `NotFound` for anybody but the team.
pub fn desk(tx: &mut Tx<'_>, visit: &Visit, state: State, most: u32) -> Answer<Vec<model::OnDesk>> {
    team(visit)?;
    Ok(queries::desk(tx, state, most)?)
}

/// Opens one report for the team; the person's journal says so.
///
/// # Errors
/// As `consent::open`; `NotFound`.
pub fn read(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<Report> {
    team(visit)?;
    let pass = consent::open(tx, visit, person, Action::ReadReports)?;
    let report = queries::one(tx, pass.key(), id)?.ok_or_else(Refusal::not_found)?;
    let act =
        Act { kind: Kind::ReportRead, at: visit.now, entry: None, line: pass.line(), data: None, blob: None };
    tx.note(pass.key(), act);
    Ok(report)
}

/// Answers a report, or answers it once more.
///
/// # Errors
/// As `consent::open`; `NotFound`; `report-answer` at `answer`; `Conflict` (`report-closed`).
pub fn answer(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64, words: &str) -> Answer<()> {
    let words = clipped(words);
    if words.is_empty() {
        return Err(Refusal::invalid("report-answer", "answer", "Say what you have found."));
    }
    change(tx, visit, person, id, move |report, now| {
        report.answered_at = Some(now);
        report.says.answer = words;
    })
}

/// Closes a report that has been answered.
///
/// # Errors
/// As `consent::open`; `NotFound`; `Conflict` (`report-unanswered`, `report-closed`).
pub fn close(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, id: i64) -> Answer<()> {
    change(tx, visit, person, id, |report, now| report.closed_at = Some(now))
}

/// Lays the reports that came with a person from another house on this team's desk.
///
/// # Errors
/// Faults of the store.
pub fn settle(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<()> {
    for report in queries::of_person(tx, key)? {
        queries::on_desk(tx, &report)?;
    }
    Ok(())
}

/// Forgets the reports of a person who is erased, and takes them from the desk.
///
/// # Errors
/// Faults of the store.
pub fn forget_all(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<()> {
    for report in queries::of_person(tx, key)? {
        queries::off_desk(tx, &report, report.state())?;
    }
    Ok(queries::forget_all(tx, key.person())?)
}

fn change(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    id: i64,
    how: impl FnOnce(&mut Report, kernel::Instant),
) -> Answer<()> {
    team(visit)?;
    let pass = consent::open(tx, visit, person, Action::AnswerReport)?;
    tx.lock_person(person)?;
    let mut report = queries::one(tx, pass.key(), id)?.ok_or_else(Refusal::not_found)?;
    let before = report.state();
    let conflict = |code, said: &'static str| Err(Refusal::new(RefusalKind::Conflict, code, said));
    if before == State::Closed {
        return conflict("report-closed", "This report is closed.");
    }
    how(&mut report, visit.now);
    if report.closed_at.is_some() && report.answered_at.is_none() {
        return conflict("report-unanswered", "Nobody has answered this report yet.");
    }
    queries::put(tx, pass.key(), &report, before)?;
    let kind = if report.closed_at.is_some() { Kind::ReportClosed } else { Kind::ReportAnswered };
    note(tx, &pass, kind)
}
