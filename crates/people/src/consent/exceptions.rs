//! Coming without being allowed, as the law lets a professional: life in danger (« bris de glace »), and a call at the
//! emergency call centre (L1111-17 CSP). With a reason that stays in her journal, for a time, unless she objected.
//!
//! Invariants: why somebody comes is never what her browser says, but what she declared and what still runs
//! ([`purpose`]); whoever has a right of her own never comes by an exception; an objection is answered like a missing
//! agreement.

use kernel::{Actor, Answer, Instant, PersonId, Professional, Purpose, Refusal, RefusalKind, Visit};
use store::{Kind, Tx};

use super::decision::Exception;
use super::pass::{Action, Pass};
use super::policy::{self, Scene};
use super::sharing::{self, Sharing};
use super::{access, wishes};
use crate::person::Person;
use crate::vigilance;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 500;

/// What became of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// Nothing was declared: she may read anyway.
    Needless,
    /// She may read until then.
    Until(Instant),
}

/// Declares an emergency about a person who cannot speak.
///
/// # Errors
/// `reason-short` at `reason`; as `consent::open` for [`Action::BreakGlass`].
pub fn break_glass(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, reason: &str) -> Answer<Declared> {
    let reason = reason.trim();
    // Before anything is looked at: whether she objected does not show in what is asked of the form.
    if !wishes::says_why(reason) {
        let said = "Say in a few words why her life or health is in danger.";
        return Err(Refusal::invalid("reason-short", "reason", said));
    }
    let hours = access::table()?.emergency_hours;
    declare(tx, visit, person, Purpose::Emergency, reason, hours)
}

/// Takes a call about a person at the emergency call centre. `about` is what the centre calls it; it may be empty.
///
/// # Errors
/// As `consent::open` for [`Action::AnswerCall`].
pub fn answer_call(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, about: &str) -> Answer<Declared> {
    let hours = access::table()?.call_hours;
    declare(tx, visit, person, Purpose::CallCentre, about.trim(), hours)
}

fn declare(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    purpose: Purpose,
    reason: &str,
    hours: u32,
) -> Answer<Declared> {
    let professional = asker(visit)?;
    let (action, kind) = match purpose {
        Purpose::CallCentre => (Action::AnswerCall, Kind::CallAnswered),
        _ => (Action::BreakGlass, Kind::GlassBroken),
    };
    tx.lock_person(person)?;
    let pass = super::open(tx, visit, person, action)?;
    if pass.visit().purpose == Purpose::Care && pass.may(Action::ReadRecord) {
        return Ok(Declared::Needless);
    }
    let exception = Exception {
        professional: professional.clone(),
        since: visit.now,
        until: visit.now.plus(i64::from(hours) * 3_600 * Instant::SECOND),
        reason: reason.chars().take(LONGEST).collect(),
    };
    sharing::append_exception(tx, &pass, kind, &exception)?;
    // Taking calls is a whole day's work; declaring emergencies is not.
    if purpose == Purpose::Emergency {
        vigilance::declared(tx, visit)?;
    }
    Ok(Declared::Until(exception.until))
}

fn asker(visit: &Visit) -> Answer<&Professional> {
    match &visit.actor {
        Actor::Professional(professional) => Ok(professional),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as a professional.")),
    }
}

/// Why a professional is in this space: for care where she has a right of her own, else for what she declared and what
/// still runs. Whatever the visit says is not asked.
pub(super) fn purpose(visit: &Visit, person: &Person, sharing: &Sharing) -> Answer<Purpose> {
    let Actor::Professional(professional) = &visit.actor else { return Ok(visit.purpose) };
    let running = [Purpose::Emergency, Purpose::CallCentre]
        .into_iter()
        .filter(|purpose| sharing.exception(&professional.rpps, *purpose, visit.now).is_some());
    let mut running = running.peekable();
    if running.peek().is_none() {
        return Ok(Purpose::Care);
    }
    for purpose in std::iter::once(Purpose::Care).chain(running) {
        let scene = Scene::of(&Visit { purpose, ..visit.clone() }, person, sharing, None)?;
        if policy::decide(&scene, Action::ReadRecord)? {
            return Ok(purpose);
        }
    }
    Ok(Purpose::Care)
}

/// The exception that this pass was opened by, for the banner of every page; `None` for an ordinary visit.
#[must_use]
pub fn exception(pass: &Pass) -> Option<&Exception> {
    let visit = pass.visit();
    match &visit.actor {
        Actor::Professional(of) => pass.sharing().exception(&of.rpps, visit.purpose, visit.now),
        _ => None,
    }
}
