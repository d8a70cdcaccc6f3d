//! Watching professional accounts, so that a stolen one is noticed and stopped.
//!
//! Invariants:
//! - An account that came in by a door opens no space that has not been counted for it, in the database, by every node:
//!   [`may_open`] stands in `consent::open` and costs one read; [`count`] is the write of the first opening in a day.
//! - Beyond what is usual for her profession (`knowledge/fr/vigilance.toml`) she proves herself again; beyond what is
//!   possible she is stopped, the person's journal says so, and the operator is told. Life in danger is never stopped.
//! - A suspended account's next request is refused, not its next sign-in.
//! - What is kept says how many spaces, never whose: the persons are keyed hashes.
//!
//! The door calls [`came`] with the first request of a session, [`count`] when [`may_open`] says
//! [`UNCOUNTED`], [`searched`] before a search for a person, and [`refused`] after a refusal. Visits that come through no
//! door (the worker, tests of other rooms) are not watched.

mod model;
pub mod norms;
pub mod pages;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;

pub use model::{Account, Alert, Suspension};
pub use rules::{Judgement, Sign};

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Instant, PersonId, Professional, Purpose, Refusal, RefusalKind, Visit};
use store::{Act, Keyring, Kind, Line, Tx};

use crate::identity::session::{self, Token};
use crate::openid::leaving;
use crate::person::State;
use crate::{consent, directory, person, registry};
use norms::{Ceilings, Norms};
use rules::Pattern;

/// The code of the refusal that asks the door to [`count`] the space at the refusal's path, and to ask again.
pub const UNCOUNTED: &str = "space-uncounted";

const HOUR: i64 = 3600 * Instant::SECOND;

/// How long an alert is shown.
const SHOWN: i64 = 30 * Instant::DAY;

/// What a refusal says whose account is suspended.
fn suspended() -> Refusal {
    Refusal::forbidden("account-suspended", "This account is suspended; its holder must call the operator.")
}

/// What a refusal says to whom more than possible was asked for.
#[must_use]
pub fn too_many() -> Refusal {
    Refusal::forbidden("too-many-spaces", "This account has opened more spaces than its profession can need.")
}

/// What a refusal says to whom must prove herself again first.
#[must_use]
pub fn confirm_first() -> Refusal {
    Refusal::forbidden(
        "confirm-needed",
        "Confirm with your passkey: this account opens more spaces than usual.",
    )
}

fn space_of(keyring: &Keyring, person: PersonId) -> Vec<u8> {
    keyring.keyed_hash("watched-space", &person.0.to_be_bytes())[..16].to_vec()
}

fn professional(visit: &Visit) -> Option<&Professional> {
    match &visit.actor {
        Actor::Professional(of) => Some(of),
        _ => None,
    }
}

/// Lets `consent::open` go on, or not: a suspended account opens nothing, and a space that was not counted for the
/// account within a day is counted first.
///
/// # Errors
/// `account-suspended`; [`UNCOUNTED`] with the person at its path; faults.
pub fn may_open(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<()> {
    let Some(of) = professional(visit) else { return Ok(()) };
    let space = space_of(tx.keyring(), person);
    let since = visit.now.plus(-Instant::DAY);
    match queries::known(tx, of.rpps.as_str(), &space, since)? {
        Some(known) if known.suspended_at.is_some() => Err(suspended()),
        Some(known) if known.opened_at.is_none() => {
            let issue = kernel::Issue {
                code: UNCOUNTED,
                path: Some(person.to_string()),
                diagnostics: "The door counts this space first.".into(),
            };
            Err(Refusal { kind: RefusalKind::Forbidden, issues: vec![issue], fault: None })
        }
        _ => Ok(()),
    }
}

/// The first request of a session: notes the account and its device, says when that is new, and shuts the door on an
/// account that is suspended.
///
/// # Errors
/// Faults.
pub fn came(tx: &mut Tx<'_>, visit: &Visit, device: &str) -> Answer<Result<(), Refusal>> {
    let Some(of) = professional(visit) else { return Ok(Ok(())) };
    let rpps = of.rpps.as_str();
    if queries::touch(tx, rpps, visit.now)?.is_some() {
        end_sessions(tx, visit, of)?;
        return Ok(Err(suspended()));
    }
    let device = tx.keyring().keyed_hash("watched-device", device.as_bytes())[..16].to_vec();
    let (count, new) = queries::add_device(tx, rpps, &device, visit.now)?;
    if new && count > 1 {
        queries::raise(tx, rpps, Sign::NewDevice, visit.now, count)?;
    }
    Ok(Ok(()))
}

/// Counts a space for an account before it is opened, unless that would be too many; once in a day. `proven` is when
/// the account last proved itself. What was unusual becomes an alert; who is stopped stands in the person's journal,
/// if she has or had a space.
///
/// A number that nobody has counts like a space: otherwise the moment at which an account is stopped would tell which
/// numbers are somebody's.
///
/// # Errors
/// Faults. Commit whatever it answers.
pub fn count(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, proven: Option<Instant>) -> Answer<Judgement> {
    let Some(of) = professional(visit) else { return Ok(Judgement::Open) };
    let (rpps, norms) = (of.rpps.as_str(), Norms::built_in()?);
    if queries::touch(tx, rpps, visit.now)?.is_some() {
        return Ok(Judgement::Refuse);
    }
    let day = visit.now.plus(-Instant::DAY);
    let space = space_of(tx.keyring(), person);
    if queries::known(tx, rpps, &space, day)?.is_some_and(|known| known.opened_at.is_some()) {
        return Ok(Judgement::Open);
    }
    let found = person::load(tx, person)?;
    queries::forget_before(tx, rpps, day, hour(visit.now) - 24)?;
    let near = found.as_ref().is_none_or(|found| rules::is_near(&found.department, of.finess.as_deref()));
    let before = pattern(tx, rpps, visit.now)?;
    let night = i64::from(rules::night_since(visit.now, &norms.unusual).is_some());
    let after = Pattern {
        hour: before.hour + 1,
        day: before.day + 1,
        far: before.far + i64::from(!near),
        night: before.night + night,
        ..before
    };
    let emergency = matches!(visit.purpose, Purpose::Emergency | Purpose::CallCentre);
    let ceilings = ceilings(tx, of)?;
    let judgement = rules::judge(&after, ceilings, proven, visit.now, emergency);
    raise_all(tx, of, ceilings, &after, visit.now)?;
    let found = found.filter(|found| matches!(found.state, State::Open | State::Closed));
    match (judgement, found) {
        (Judgement::Open, _) => queries::add_space(tx, rpps, &space, visit.now, near)?,
        // Who never had a space has no journal that anybody reads.
        (Judgement::Confirm, _) | (Judgement::Refuse, None) => {}
        (Judgement::Refuse, Some(found)) => {
            let mut line = Line::of(visit).refused(too_many().code()).about("readRecord");
            if consent::comes_secretly(tx, visit, &found)? {
                line.purpose = Purpose::Secret;
            }
            let act = Act { kind: Kind::Refused, at: visit.now, entry: None, line, data: None, blob: None };
            tx.note(&found.key, act);
        }
    }
    Ok(judgement)
}

/// What would become of one more space for this account without a proof: what the page that asks for the passkey tells
/// her.
///
/// # Errors
/// Faults.
pub fn next_opening(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Judgement> {
    let Some(of) = professional(visit) else { return Ok(Judgement::Open) };
    let before = pattern(tx, of.rpps.as_str(), visit.now)?;
    let next = Pattern { hour: before.hour + 1, day: before.day + 1, ..before };
    Ok(rules::judge(&next, ceilings(tx, of)?, None, visit.now, false))
}

/// Counts a search for a person before it is made; `false` when the account has made too many this hour.
///
/// # Errors
/// Faults. Commit whatever it answers.
pub fn searched(tx: &mut Tx<'_>, visit: &Visit) -> Answer<bool> {
    let Some(of) = professional(visit) else { return Ok(true) };
    queries::touch(tx, of.rpps.as_str(), visit.now)?;
    queries::add_hour(tx, of.rpps.as_str(), hour(visit.now), 1, 0)?;
    let pattern = pattern(tx, of.rpps.as_str(), visit.now)?;
    let ceilings = ceilings(tx, of)?;
    raise_all(tx, of, ceilings, &pattern, visit.now)?;
    Ok(pattern.searches_hour <= Norms::built_in()?.searches(ceilings))
}

/// Counts a refusal: an account that is refused again and again tries doors.
///
/// # Errors
/// Faults.
pub fn refused(tx: &mut Tx<'_>, visit: &Visit) -> Answer<()> {
    let Some(of) = professional(visit) else { return Ok(()) };
    queries::add_hour(tx, of.rpps.as_str(), hour(visit.now), 0, 1)?;
    let pattern = pattern(tx, of.rpps.as_str(), visit.now)?;
    let ceilings = ceilings(tx, of)?;
    raise_all(tx, of, ceilings, &pattern, visit.now)
}

/// Counts an emergency that was declared: many in a day are told to the operator's team, and stop nobody.
///
/// # Errors
/// Faults.
pub fn declared(tx: &mut Tx<'_>, visit: &Visit) -> Answer<()> {
    let Some(of) = professional(visit) else { return Ok(()) };
    let count = queries::add_emergency(tx, of.rpps.as_str(), hour(visit.now))?;
    if count >= Norms::built_in()?.unusual.emergencies {
        queries::raise(tx, of.rpps.as_str(), Sign::Emergencies, visit.now, count)?;
    }
    Ok(())
}

/// A professional has come in with a printed code and made a passkey: her lost telephone, or a thief of her codes. It
/// vouches for nobody for two days (`identity::vouching`), in which the team may ask her.
///
/// # Errors
/// Faults.
pub(crate) fn made_key(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Answer<()> {
    queries::raise(tx, rpps.as_str(), Sign::NewKey, now, 1)?;
    Ok(())
}

/// The ceilings of an account: the narrowest of her activities, in whichever of them she acts.
fn ceilings(tx: &mut Tx<'_>, of: &Professional) -> Answer<Ceilings> {
    let situations = directory::situations(tx, &of.rpps)?;
    let others = situations.iter().map(|one| one.profession.as_str());
    Ok(Norms::built_in()?.narrowest(&of.profession, others))
}

fn hour(at: Instant) -> i64 {
    at.0.div_euclid(HOUR)
}

fn pattern(tx: &mut Tx<'_>, rpps: &str, now: Instant) -> Answer<Pattern> {
    let night = rules::night_since(now, &Norms::built_in()?.unusual);
    // By day nothing counts as the night's.
    let night = night.unwrap_or(now.plus(Instant::DAY));
    let spaces = queries::spaces(tx, rpps, now.plus(-Instant::DAY), now.plus(-HOUR), night)?;
    let (searches_hour, refusals_hour, searches_day) = queries::hours(tx, rpps, hour(now))?;
    Ok(Pattern {
        hour: spaces.hour,
        day: spaces.day,
        far: spaces.far,
        night: spaces.night,
        searches_hour,
        searches_day,
        refusals_hour,
    })
}

fn raise_all(
    tx: &mut Tx<'_>,
    of: &Professional,
    ceilings: Ceilings,
    pattern: &Pattern,
    now: Instant,
) -> Answer<()> {
    for sign in rules::signs(pattern, Norms::built_in()?, ceilings) {
        queries::raise(tx, of.rpps.as_str(), sign, now, sign.figure(pattern))?;
    }
    Ok(())
}

/// Whether an account is suspended, for whoever lets it sign in or gives it a token.
///
/// # Errors
/// `account-suspended`; faults.
pub fn may_sign_in(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<()> {
    if queries::suspended(tx, rpps.as_str())?.is_some() { Err(suspended()) } else { Ok(()) }
}

/// The operator who asks, or nobody's affair.
fn operator(visit: &Visit) -> Answer<&str> {
    match &visit.actor {
        Actor::Operator { name } => Ok(name),
        // A command that the operator runs on the machine itself.
        Actor::System { task } => Ok(task),
        Actor::Nobody => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        _ => Err(Refusal::not_found()),
    }
}

/// Suspends an account at once: its sessions end, and so does whatever it asks for next.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; `reason-missing` at `reason`.
pub fn suspend(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps, reason: &str) -> Answer<()> {
    let operator = operator(visit)?;
    let reason: String = reason.trim().chars().take(500).collect();
    if reason.is_empty() {
        return Err(Refusal::invalid("reason-missing", "reason", "Say why."));
    }
    if queries::suspended(tx, rpps.as_str())?.is_some() {
        return Ok(());
    }
    queries::suspend(tx, rpps.as_str(), visit.now, operator, &reason)?;
    // What she entered with a session, or approved on her telephone, does not come back when the suspension is lifted.
    leaving::end_all_of(tx, rpps, visit.now)?;
    // Whom the directory does not know has never signed in.
    match registry::professional(tx, rpps)? {
        Some(known) => end_sessions(tx, visit, &known.professional),
        None => Ok(()),
    }
}

/// Lets a suspended account in again.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn lift(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps) -> Answer<()> {
    let operator = operator(visit)?;
    Ok(queries::lift(tx, rpps.as_str(), visit.now, operator)?)
}

/// Ends every session of a professional.
fn end_sessions(tx: &mut Tx<'_>, visit: &Visit, of: &Professional) -> Answer<()> {
    // Sessions end by their holder's name; the token of nobody keeps none of them.
    let as_herself = Visit { actor: Actor::Professional(of.clone()), ..visit.clone() };
    let nobody = kernel::codes::base64url(&[0; 40]);
    if let Some(nobody) = Token::parse(&nobody) {
        session::sign_out_everywhere(tx, &as_herself, &nobody)?;
    }
    Ok(())
}

/// What was unusual lately, the last first.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn alerts(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Vec<Alert>> {
    operator(visit)?;
    Ok(queries::alerts(tx, visit.now.plus(-SHOWN), 200)?)
}

/// An account as the team sees it.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn account(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps) -> Answer<Account> {
    operator(visit)?;
    Ok(Account {
        professional: registry::professional(tx, rpps)?.map(|known| known.professional),
        rpps: rpps.as_str().to_owned(),
        suspended_at: queries::suspended(tx, rpps.as_str())?,
        pattern: pattern(tx, rpps.as_str(), visit.now)?,
        devices: queries::devices(tx, rpps.as_str())?,
        alerts: queries::alerts_of(tx, rpps.as_str(), visit.now.plus(-SHOWN))?,
        suspensions: queries::suspensions(tx, rpps.as_str())?,
    })
}
