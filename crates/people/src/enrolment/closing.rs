//! Closing at the person's wish, at the request of those who represent her, or after her death, opening again, and
//! erasing ten years later (R1111-28).

use jiff::civil::Date;
use kernel::{Actor, Answer, Ins, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Kind, Line, Tx};

use super::queries;
use super::tally::{self, Scope};
use super::waves::system;
use crate::consent::{self, Action, Pass};
use crate::delegation::desk;
use crate::identity::{Attempt, passkeys, session, team};
use crate::notice;
use crate::person::{self, Person, State};

#[cfg(test)]
mod tests;

/// How long a closed space is kept, in years.
pub const KEPT_YEARS: i16 = 10;

/// Closes the space: nothing goes in and nobody looks any more; what is in it is kept ten years, and the
/// person can have it back until then.
///
/// # Errors
/// `Conflict` (`space-not-open`); a fault under another action's pass.
pub fn close(tx: &mut Tx<'_>, pass: &Pass, reason: &str) -> Answer<()> {
    must_be(pass, Action::CloseSpace)?;
    turn(tx, pass, State::Open, State::Closed, Kind::Closed, because(pass, reason))
}

/// Opens a closed space again, with everything that was in it.
///
/// # Errors
/// `Conflict` (`space-not-closed`); a fault under another action's pass.
pub fn reopen(tx: &mut Tx<'_>, pass: &Pass, reason: &str) -> Answer<()> {
    must_be(pass, Action::ReopenSpace)?;
    turn(tx, pass, State::Closed, State::Open, Kind::Reopened, because(pass, reason))
}

/// What the team is asked to do with somebody's space, by herself or by those who represent her: her own account cannot
/// while she is under age (L1111-2 CSP).
#[derive(Clone, Debug)]
pub struct Request {
    /// Her national identifier.
    pub ins: Ins,
    /// Her birth date: a mistyped number is told here.
    pub born: Date,
    /// Closed, or open again.
    pub becomes: State,
    /// Who asks, and how that was verified; she reads it in her journal.
    pub reason: String,
}

/// Closes or opens a space at somebody's request. Whoever is told of news there is told of this at once.
///
/// # Errors
/// `NotFound` for anybody but the team; `Invalid` (`reason-missing`); `Conflict` (`space-not-open`,
/// `space-not-closed`); as `consent::open`. Inside, to be committed: `desk-unknown` at `ins`, and `slow-down`.
pub fn on_request(tx: &mut Tx<'_>, visit: &Visit, request: &Request) -> Attempt<()> {
    team(visit)?;
    if request.reason.trim().is_empty() {
        return Err(Refusal::invalid("reason-missing", "reason", "Say who asks, and how that was verified."));
    }
    let (action, from) = match request.becomes {
        State::Closed => (Action::CloseSpace, State::Open),
        _ => (Action::ReopenSpace, State::Closed),
    };
    let person = match desk::meant(tx, visit, (&request.ins, request.born), action)? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if person.state != from {
        return Err(not_in(from));
    }
    let pass = consent::open(tx, visit, person.id, action)?;
    match action {
        Action::CloseSpace => close(tx, &pass, &request.reason)?,
        _ => reopen(tx, &pass, &request.reason)?,
    }
    notice::telling::turned(tx, &person, visit.now)?;
    Ok(Ok(()))
}

/// The line of closing and opening: at whose wish, and why, if that was said.
fn because(pass: &Pass, reason: &str) -> Line {
    let asked = matches!(pass.visit().actor, Actor::Operator { .. });
    let line = pass.line().about(if asked { "request" } else { "wish" });
    match reason.trim() {
        "" => line,
        reason => line.reason(reason),
    }
}

fn must_be(pass: &Pass, action: Action) -> Answer<()> {
    if pass.action() == action {
        return Ok(());
    }
    Err(kernel::Fault::Internal("a space was closed or opened under another action's pass".into()).into())
}

fn turn(tx: &mut Tx<'_>, pass: &Pass, from: State, to: State, kind: Kind, line: Line) -> Answer<()> {
    let (id, now) = (pass.person(), pass.visit().now);
    if !person::queries::change_state(tx, id, from, to, now)? {
        return Err(not_in(from));
    }
    tx.append(pass.key(), Act { kind, at: now, entry: None, line, data: None, blob: None })?;
    let scope = queries::scope(tx, id)?.ok_or_else(Refusal::not_found)?;
    if to == State::Open {
        notice::resume(tx, pass.key())?;
    }
    tally::add(tx, now, &scope, "closed", "", if to == State::Closed { 1 } else { -1 })
}

/// The space is not in the state that this starts from.
fn not_in(from: State) -> Refusal {
    let code = if from == State::Open { "space-not-open" } else { "space-not-closed" };
    Refusal::new(RefusalKind::Conflict, code, "The space is not in the state that this starts from.")
}

/// Closes the space of somebody who has died; one that was only announced never opens.
pub(super) fn close_after_death(tx: &mut Tx<'_>, person: &Person, now: Instant) -> Answer<()> {
    if !matches!(person.state, State::Open | State::Announced) {
        return Ok(());
    }
    let visit = system("enrolment", now, 0);
    if !person::queries::change_state(tx, person.id, person.state, State::Closed, now)? {
        return Ok(());
    }
    let line = Line::of(&visit).about("death");
    tx.append(&person.key, Act { kind: Kind::Closed, at: now, entry: None, line, data: None, blob: None })?;
    session::end_all_of(tx, &visit, person.id)?;
    tally::add(tx, now, &Scope::of(person), "closed", "", 1)
}

/// Erases spaces that were closed ten years ago, at most `most`; the worker calls it until it answers 0.
///
/// # Errors
/// Faults of the store.
pub fn erase_due(tx: &mut Tx<'_>, now: Instant, most: u32) -> Answer<u32> {
    let today = now.paris();
    let before = today
        .checked_sub(jiff::Span::new().years(KEPT_YEARS))
        .map_err(|e| kernel::Fault::Internal(e.to_string()))?;
    let due = queries::closed_before(tx, before.timestamp().into(), most)?;
    for id in &due {
        erase(tx, *id, now)?;
    }
    Ok(u32::try_from(due.len()).unwrap_or(u32::MAX))
}

/// Erases a space for good by destroying its key. Her handles go too, so nothing finds her any more; what
/// stays of her sequence is noise that nobody can open.
///
/// # Errors
/// `NotFound`; faults.
pub fn erase(tx: &mut Tx<'_>, id: PersonId, now: Instant) -> Answer<()> {
    let person = person::load(tx, id)?.ok_or_else(Refusal::not_found)?;
    let handle = person::queries::ins_handle(tx.keyring(), &person.identity.ins);
    let traits = person::queries::traits_handle(tx.keyring(), &person.identity.traits);
    queries::forget_handles(tx, id, &handle, traits)?;
    passkeys::forget_all(tx, id)?;
    crate::outside::forget(tx, id)?;
    crate::apps::forget_all(tx, id)?;
    crate::notice::forget_all(tx, id)?;
    crate::report::forget_all(tx, &person.key)?;
    queries::erase(tx, id, now)?;
    let scope = Scope::of(&person);
    tally::add(tx, now, &scope, "erased", "", 1)?;
    tally::add(tx, now, &scope, "closed", "", -i64::from(person.state == State::Closed))
}
