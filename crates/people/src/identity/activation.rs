//! The first activation: a provisional code from a letter or a counter, with who she is, opens the way to a
//! passkey. The code works for six weeks and once.

use jiff::civil::Date;
use kernel::codes::{heard, spoken};
use kernel::ins::Claimed;
use kernel::{Answer, Chance, Instant, PersonId, Refusal, Visit};
use store::{Keyring, Kind, Line, Tx};

use super::guard::{self, Knock, Subject};
use super::session::{self, Limits, Session, Standing, Token};
use super::{Attempt, citizen, failed, find_typed, journal, may_sign_in, queries};
use crate::consent::Pass;
use crate::enrolment::{Scope, tally};
use crate::person::{Person, State};

/// How long a provisional code works, in microseconds: six weeks.
pub const LIFETIME: i64 = 42 * Instant::DAY;

/// What somebody types to activate her space.
#[derive(Clone, Debug)]
pub struct ActivationForm {
    /// Matricule, with or without key and spaces.
    pub matricule: String,
    /// Birth name.
    pub birth_name: String,
    /// Birth date.
    pub birth_date: Date,
    /// The provisional code, however it is typed.
    pub code: String,
}

fn code_hash(keyring: &Keyring, person: PersonId, typed: &str) -> Vec<u8> {
    let name = format!("{person}|{}", heard(typed));
    keyring.keyed_hash("activation-code", name.as_bytes())[..16].to_vec()
}

/// Makes a provisional code for a person; the one before stops working. The code is not kept: print it or
/// hand it over now.
///
/// # Errors
/// `NotFound` when there is no such person; `Conflict` (`space-not-open`) when her space is not open.
pub fn issue_code(tx: &mut Tx<'_>, person: PersonId, now: Instant, chance: &Chance) -> Answer<String> {
    let found = crate::person::load(tx, person)?.ok_or_else(Refusal::not_found)?;
    if found.state != State::Open {
        let kind = kernel::RefusalKind::Conflict;
        return Err(Refusal::new(kind, "space-not-open", "Codes are made for open spaces only."));
    }
    let code = spoken(&chance.secret::<10>());
    let hash = code_hash(tx.keyring(), person, &code);
    queries::set_activation(tx, person, &hash, now, now.plus(LIFETIME))?;
    Ok(code)
}

/// Step one: checks the code and who she is. What comes back opens step two only.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, or `slow-down`.
pub fn activate(
    tx: &mut Tx<'_>,
    form: &ActivationForm,
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let named = Subject::named("ins", &form.matricule);
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    let Some(person) = proven(tx, form, visit)? else {
        guard::count(tx, visit.now, &subjects)?;
        return Ok(Err(failed()));
    };
    guard::forgive(tx, &named)?;
    let scope = Scope::of(&person);
    let terms = (visit.now, terms.0, terms.1);
    session::start(tx, &citizen(&person), Standing::Activating, scope, knock, terms).map(Ok)
}

/// The person, when everything fits. A known person's journal keeps a try that failed.
fn proven(tx: &mut Tx<'_>, form: &ActivationForm, visit: &Visit) -> Answer<Option<Person>> {
    let found = find_typed(tx, &form.matricule)?;
    // A person who is not there is asked for like one who is: number 0 has no row anywhere.
    let id = found.unwrap_or(PersonId(0));
    let hash = code_hash(tx.keyring(), id, &form.code);
    let code = queries::activation(tx, id)?;
    let Some(person) = may_sign_in(tx, id)? else { return Ok(None) };
    let claimed = Claimed {
        birth_name: Some(form.birth_name.clone()),
        birth_date: Some(form.birth_date),
        ..Claimed::default()
    };
    let fits = code.is_some_and(|code| {
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(&code.code, &hash).is_ok();
        same && code.used_at.is_none() && code.expires_at > visit.now
    }) && person.state == State::Open
        && person.identity.traits.contradictions(&claimed).is_empty();
    if fits {
        return Ok(Some(person));
    }
    let line = Line::of(visit).refused("sign-in-failed").about("activation");
    journal(tx, &person.key, visit.now, Kind::SignInRefused, line)?;
    Ok(None)
}

/// The last step: burns the code, writes the activation down, ends what else was started with the code, and
/// gives the session a new secret. Called when the first passkey is registered, or when somebody whose
/// device has none goes on with recovery codes.
///
/// # Errors
/// `Forbidden` (`activation-over`) when the code was used up or ran out meanwhile.
pub fn finish(
    tx: &mut Tx<'_>,
    pass: &Pass,
    session: &Session,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Token> {
    let (visit, person) = (pass.visit().clone(), pass.person());
    if session.standing != Standing::Activating || session.person() != Some(person) {
        return Err(Refusal::forbidden("activation-over", "There is no activation to finish."));
    }
    if !queries::use_activation(tx, person, visit.now)? {
        return Err(Refusal::forbidden("activation-over", "The provisional code was used or has run out."));
    }
    session::end_all_of(tx, &visit, person)?;
    journal(tx, pass.key(), visit.now, Kind::Activated, pass.line())?;
    session::active(tx, person, &session.scope, visit.now)?;
    if queries::activated(tx, person, visit.now)? {
        tally::add(tx, visit.now, &session.scope, "activated", "", 1)?;
    }
    session::promote(tx, session, knock, (visit.now, terms.0, terms.1))
}
