//! Coming otherwise than by her permission, as the law lets a professional: life in danger (« bris de glace »), a call at
//! the emergency call centre (L1111-17 CSP), a minor who asks for secrecy (« connexion secrète », L1111-5 CSP). It stays
//! in her journal, with its reason, and lasts for a time; emergencies and calls only where she has not objected.
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
use crate::delegation::rules::MAJORITY;
use crate::person::{self, Person};
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
        Purpose::Secret => (Action::ConnectSecretly, Kind::SecretBegan),
        _ => (Action::BreakGlass, Kind::GlassBroken),
    };
    tx.lock_person(person)?;
    let pass = super::open(tx, visit, person, action)?;
    if purpose != Purpose::Secret {
        // Where life is in danger everything must be seen.
        end_under(tx, &pass, professional)?;
    }
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

/// Comes to a minor who asks, in the professional's presence, that those who represent her know nothing of it
/// (« connexion secrète »): from now on, for a time, this professional sees in her space only what they do not see, and
/// nothing of what he does leaves a trace for them.
///
/// # Errors
/// As `consent::open` for [`Action::ConnectSecretly`].
pub fn connect_secretly(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<Declared> {
    let hours = access::table()?.secret_hours;
    declare(tx, visit, person, Purpose::Secret, "", hours)
}

/// Ends the professional's secret connection, if one runs.
///
/// # Errors
/// As `consent::open` for [`Action::ConnectSecretly`].
pub fn end_secrecy(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<()> {
    let professional = asker(visit)?;
    tx.lock_person(person)?;
    let Some(found) = person::load(tx, person)? else { return Err(Refusal::not_found()) };
    if secrecy(tx, visit, professional, &found)?.is_none() {
        return Ok(());
    }
    let pass = super::open_loaded(tx, visit, found, Action::ConnectSecretly)?;
    end_under(tx, &pass, professional)
}

/// Ends a secret connection of this professional, if one runs, by the right of another act of hers.
fn end_under(tx: &mut Tx<'_>, pass: &Pass, professional: &Professional) -> Answer<()> {
    let now = pass.visit().now;
    match pass.sharing().exception(&professional.rpps, Purpose::Secret, now) {
        Some(running) => {
            let ended = Exception { until: now, ..running.clone() };
            sharing::append_exception(tx, pass, Kind::SecretEnded, &ended)
        }
        None => Ok(()),
    }
}

/// Whether the visitor is a professional whose secret connection to this person runs.
///
/// # Errors
/// Faults of the store.
pub fn comes_secretly(tx: &mut Tx<'_>, visit: &Visit, person: &Person) -> Answer<bool> {
    let Actor::Professional(professional) = &visit.actor else { return Ok(false) };
    Ok(secrecy(tx, visit, professional, person)?.is_some())
}

fn secrecy(
    tx: &mut Tx<'_>,
    visit: &Visit,
    professional: &Professional,
    person: &Person,
) -> Answer<Option<Exception>> {
    let sharing = sharing::fold(tx, &person.key)?;
    Ok(sharing.exception(&professional.rpps, Purpose::Secret, visit.now).cloned())
}

/// Whether a professional is asked, before anything of a space is opened, if its owner wants secrecy: a minor from the
/// age that the operator's table says. Younger ones ask for it themselves.
///
/// # Errors
/// `Fault::Configuration` when the table does not parse.
pub fn may_want_secrecy(visit: &Visit, person: &Person) -> Answer<bool> {
    let age = person.identity.traits.age_on(visit.now.date());
    Ok((access::table()?.secret_age..MAJORITY).contains(&age))
}

fn asker(visit: &Visit) -> Answer<&Professional> {
    match &visit.actor {
        Actor::Professional(professional) => Ok(professional),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as a professional.")),
    }
}

/// Why a professional is in this space: in secret where she said so and that still runs; for care where she has a right
/// of her own; else for what she declared and what still runs. Whatever the visit says is not asked.
pub(super) fn purpose(visit: &Visit, person: &Person, sharing: &Sharing, action: Action) -> Answer<Purpose> {
    let Actor::Professional(professional) = &visit.actor else { return Ok(visit.purpose) };
    let runs = |purpose: &Purpose| sharing.exception(&professional.rpps, *purpose, visit.now).is_some();
    // What is declared openly ends the secrecy.
    let declares = matches!(action, Action::BreakGlass | Action::AnswerCall);
    // Whatever else she may: what is refused in secret leaves no other trace than what is let in.
    if action == Action::ConnectSecretly || (runs(&Purpose::Secret) && !declares) {
        return Ok(Purpose::Secret);
    }
    let mut running = [Purpose::Emergency, Purpose::CallCentre].into_iter().filter(runs).peekable();
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
