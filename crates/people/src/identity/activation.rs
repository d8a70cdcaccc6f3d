//! The first activation: a provisional code from a letter or a counter, with who she is, opens the way to a
//! passkey. The code works for six weeks and once. Those who work here come in the same way, with a code that the
//! operator printed and their RPPS number or name in the team.

use jiff::civil::Date;
use kernel::codes::{heard, spoken};
use kernel::ins::Claimed;
use kernel::{Actor, Answer, Chance, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Keyring, Tx};

use super::account::{self, Event};
use super::guard::{self, Knock, Subject};
use super::holder::{Holder, Side};
use super::session::{self, How, Limits, Session, Standing, Token};
use super::{Attempt, failed, find_typed, may_sign_in, passkeys, queries};
use crate::consent::{self, Action};
use crate::delegation::{self, MayAct, Stage};
use crate::enrolment::{Scope, tally};
use crate::person::{Person, State};

/// From this age on somebody comes into her space by herself. Before it those who hold parental authority open it
/// from their own (L1111-5 CSP leaves a minor secrets of her own; software takes 15 years, as `policies/owner.cedar`).
pub const OWN_AGE: i16 = 15;

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

/// What somebody types to activate the account she works under.
#[derive(Clone, Debug)]
pub struct AccountForm {
    /// RPPS number, or the name in the team.
    pub who: String,
    /// The code, however it is typed.
    pub code: String,
}

fn code_hash(keyring: &Keyring, owner: i64, typed: &str) -> Vec<u8> {
    let name = format!("{owner}|{}", heard(typed));
    keyring.keyed_hash("activation-code", name.as_bytes())[..16].to_vec()
}

/// Makes a provisional code for a person; the one before stops working. The code is not kept: print it or
/// hand it over now.
///
/// # Errors
/// `NotFound` when there is no such person; `Conflict` (`space-not-open`) when her space is not open.
pub fn issue_code(tx: &mut Tx<'_>, person: PersonId, now: Instant, chance: &Chance) -> Answer<String> {
    issue_drawn(tx, person, now, chance.secret())
}

/// The same with a secret that was drawn already, for a letter that may be printed again.
pub(crate) fn issue_drawn(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
    secret: [u8; 10],
) -> Answer<String> {
    let found = crate::person::load(tx, person)?.ok_or_else(Refusal::not_found)?;
    if found.state != State::Open {
        let kind = RefusalKind::Conflict;
        return Err(Refusal::new(kind, "space-not-open", "Codes are made for open spaces only."));
    }
    keep_code(tx, person.0, now, secret)
}

/// A new code for a person or an account.
pub(super) fn new_code(tx: &mut Tx<'_>, owner: i64, now: Instant, chance: &Chance) -> Answer<String> {
    keep_code(tx, owner, now, chance.secret())
}

fn keep_code(tx: &mut Tx<'_>, owner: i64, now: Instant, secret: [u8; 10]) -> Answer<String> {
    let code = spoken(&secret);
    let hash = code_hash(tx.keyring(), owner, &code);
    queries::set_activation(tx, owner, &hash, now, now.plus(LIFETIME))?;
    Ok(code)
}

/// Whether this is the code of this number, still good; the work is the same for a number that nobody has.
fn fits(tx: &mut Tx<'_>, owner: i64, typed: &str, now: Instant) -> Answer<bool> {
    let hash = code_hash(tx.keyring(), owner, typed);
    let code = queries::activation(tx, owner)?;
    Ok(code.is_some_and(|code| {
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(&code.code, &hash).is_ok();
        same && code.used_at.is_none() && code.expires_at > now
    }))
}

/// Step one: checks the code and who she is. What comes back opens step two only.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, `slow-down`, or `activation-represented` when all is right but
/// others act for her: who holds her letter is not she, and must not become her.
pub fn activate(
    tx: &mut Tx<'_>,
    form: &ActivationForm,
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let named = Subject::of(Side::Space, &form.matricule);
    prove(tx, (&named, &form.code), visit, knock, terms, |tx| {
        let found = find_typed(tx, &form.matricule)?;
        let id = found.unwrap_or(PersonId(0));
        let fits = fits(tx, id.0, &form.code, visit.now)?;
        let Some(person) = may_sign_in(tx, id)? else { return Ok((None, Fit::Wrong)) };
        let claimed = Claimed {
            birth_name: Some(form.birth_name.clone()),
            birth_date: Some(form.birth_date),
            ..Claimed::default()
        };
        let hers = person.identity.traits.contradictions(&claimed).is_empty();
        let fit = match fits && hers && person.state == State::Open {
            false => Fit::Wrong,
            true if is_represented(tx, &person, visit)? => Fit::Represented,
            true => Fit::Right,
        };
        Ok((Some((Holder::of_person(&person), Scope::of(&person))), fit))
    })
}

/// True for a child below [`OWN_AGE`], and for whoever has a guardian today.
pub(crate) fn is_represented(tx: &mut Tx<'_>, person: &Person, visit: &Visit) -> Answer<bool> {
    if person.identity.traits.age_on(visit.now.date()) < OWN_AGE {
        return Ok(true);
    }
    let herself = Actor::Citizen { person: person.id, name: String::new() };
    let visit = Visit { actor: herself, on_behalf_of: None, ..visit.clone() };
    let pass = consent::open(tx, &visit, person.id, Action::ManageAccess)?;
    let guards = |one: &MayAct| one.standing == delegation::Standing::Guardian && one.stage == Stage::InForce;
    Ok(delegation::of_person(tx, &pass)?.iter().any(guards))
}

/// The same for an account.
///
/// # Errors
/// As [`activate`].
pub fn activate_account(
    tx: &mut Tx<'_>,
    form: &AccountForm,
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let named = Subject::of(Side::Work, &form.who);
    prove(tx, (&named, &form.code), visit, knock, terms, |tx| {
        let holder = Holder::typed(tx, Side::Work, &form.who)?;
        let owner = holder.as_ref().map_or(0, Holder::number);
        let fits = fits(tx, owner, &form.code, visit.now)?;
        let open = match holder.as_ref().and_then(Holder::account) {
            Some(account) => account::may_come_in(tx, account)?.is_ok(),
            None => false,
        };
        let fit = if fits && open { Fit::Right } else { Fit::Wrong };
        Ok((holder.map(|holder| (holder, Scope::default())), fit))
    })
}

/// What came of looking at a code and at whose it is.
enum Fit {
    /// Something does not fit; nobody is told what.
    Wrong,
    /// Everything does.
    Right,
    /// Everything does, but others act for her.
    Represented,
}

/// Slows guessers down, asks `whose` code it is and whether everything about it is right, and starts the session
/// of step two. The journal of somebody known keeps a try that failed.
fn prove<'a>(
    tx: &mut Tx<'a>,
    (named, typed): (&Subject, &str),
    visit: &Visit,
    knock: &Knock,
    (limits, chance): (Limits, &Chance),
    whose: impl FnOnce(&mut Tx<'a>) -> Answer<(Option<(Holder, Scope)>, Fit)>,
) -> Attempt<Token> {
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    match whose(tx)? {
        (Some((holder, scope)), Fit::Right) => {
            guard::forgive(tx, named)?;
            let terms = (visit.now, limits, chance);
            let code = code_hash(tx.keyring(), holder.number(), typed);
            session::activating(tx, (&holder, code), scope, knock, terms).map(Ok)
        }
        (Some((holder, _)), Fit::Represented) => {
            let said = "Who acts for her signs in as herself and opens this space from there.";
            let refusal = Refusal::forbidden("activation-represented", said);
            holder.journal(tx, visit, Event::SignInRefused, "activation", Some(refusal.code()))?;
            Ok(Err(refusal))
        }
        (holder, _) => {
            guard::count(tx, visit.now, &subjects)?;
            if let Some((holder, _)) = holder {
                holder.journal(tx, visit, Event::SignInRefused, "activation", Some("sign-in-failed"))?;
            }
            Ok(Err(failed()))
        }
    }
}

/// The last step: burns the code, writes the activation down, ends every session and forgets every passkey and
/// recovery code from before, and gives the session a new secret. Called when the first passkey is registered (`how` says so), or when somebody
/// whose device has none goes on with recovery codes.
///
/// # Errors
/// `Forbidden` (`activation-over`) when the code was used up, ran out or was replaced meanwhile; inside, what keeps an account
/// from opening.
pub fn finish(
    tx: &mut Tx<'_>,
    (holder, visit): (&Holder, &Visit),
    session: &Session,
    how: How,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    if session.standing != Standing::Activating || session.owner() != holder.number() {
        return Err(Refusal::forbidden("activation-over", "There is no activation to finish."));
    }
    // Only the code that began this session finishes it, not one that was made for somebody else meanwhile.
    let code = session.code.as_deref().unwrap_or_default();
    if !queries::use_activation(tx, holder.number(), code, visit.now)? {
        return Err(Refusal::forbidden("activation-over", "The provisional code was used or has run out."));
    }
    session::end_all_of_holder(tx, visit, holder)?;
    passkeys::begin_anew(tx, holder, visit, (how == How::Passkey).then_some(visit.now))?;
    holder.journal(tx, visit, Event::Activated, "", None)?;
    if let Some(person) = session.person() {
        session::active(tx, person, &session.scope, visit.now)?;
        if queries::activated(tx, person, visit.now)? {
            tally::add(tx, visit.now, &session.scope, "activated", "", 1)?;
        }
    }
    session::come_in(tx, visit, holder, session.scope.clone(), how, knock, terms)
}
