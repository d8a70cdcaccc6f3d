//! Closing at the person's wish or after her death, opening again, and erasing ten years later (R1111-28).

use kernel::{Answer, Instant, PersonId, Refusal, RefusalKind};
use store::{Act, Kind, Line, Tx};

use super::queries;
use super::tally::{self, Scope};
use super::waves::system;
use crate::consent::{Action, Pass};
use crate::identity::{passkeys, session};
use crate::person::{self, Person, State};

/// How long a closed space is kept, in years.
pub const KEPT_YEARS: i16 = 10;

/// Closes the space: nothing goes in and nobody looks any more; what is in it is kept ten years, and the
/// person can have it back until then.
///
/// # Errors
/// `Conflict` (`space-not-open`); a fault under another action's pass.
pub fn close(tx: &mut Tx<'_>, pass: &Pass, reason: &str) -> Answer<()> {
    must_be(pass, Action::CloseSpace)?;
    let mut line = pass.line().about("wish");
    if !reason.trim().is_empty() {
        line = line.reason(reason.trim());
    }
    turn(tx, pass, State::Open, State::Closed, Kind::Closed, line)
}

/// Opens a closed space again, with everything that was in it.
///
/// # Errors
/// `Conflict` (`space-not-closed`); a fault under another action's pass.
pub fn reopen(tx: &mut Tx<'_>, pass: &Pass) -> Answer<()> {
    must_be(pass, Action::ReopenSpace)?;
    let line = pass.line();
    turn(tx, pass, State::Closed, State::Open, Kind::Reopened, line)
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
        let code = if from == State::Open { "space-not-open" } else { "space-not-closed" };
        let said = "The space is not in the state that this starts from.";
        return Err(Refusal::new(RefusalKind::Conflict, code, said));
    }
    tx.append(pass.key(), Act { kind, at: now, entry: None, line, data: None, blob: None })?;
    let scope = queries::scope(tx, id)?.ok_or_else(Refusal::not_found)?;
    tally::add(tx, now, &scope, "closed", "", if to == State::Closed { 1 } else { -1 })
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
    crate::notice::forget_all(tx, id)?;
    crate::report::forget_all(tx, &person.key)?;
    queries::erase(tx, id, now)?;
    let scope = Scope::of(&person);
    tally::add(tx, now, &scope, "erased", "", 1)?;
    tally::add(tx, now, &scope, "closed", "", -i64::from(person.state == State::Closed))
}
