//! A code that she hands over at a visit, written or as a picture: whoever types it reads for a time, and that she was
//! there is proven by it.
//!
//! Invariants: a code is kept nowhere, only its keyed hash; it opens for so many professionals and no more, also when
//! two type it at once; a professional whom she blocked is answered as if the code were wrong, and pays for it likewise.

use kernel::codes::{heard, hex, spoken};
use kernel::{Actor, Answer, Chance, Instant, PersonId, Professional, Refusal, RefusalKind, Visit};
use store::{Keyring, Kind, Tx};

use super::decision::{Decision, Loan};
use super::pass::{Action, Pass};
use super::sharing::{self, Given, Permission};
use super::{queries, wishes};
use crate::identity::Attempt;
use crate::identity::guard::{self, Knock, Subject};
use crate::vigilance;

/// Where a professional types a code. A picture of the code leads here with the code behind `#`, which browsers do not
/// send: it stands in no log and no history of ours.
pub const CODE: &str = "/pro/code";

/// The shortest and the longest time, in minutes: five minutes, thirty days.
pub const MINUTES: std::ops::RangeInclusive<u32> = 5..=30 * 24 * 60;
/// How many may type one code.
pub const USES: std::ops::RangeInclusive<u32> = 1..=20;
/// Codes that can be typed at the same time.
const MOST: usize = 10;
/// Letters of a code: 40 bits, which a professional's account could try for centuries.
const LETTERS: usize = 8;

/// What she asks a code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lend {
    /// For how long it can be typed.
    pub usable_minutes: u32,
    /// For how long whoever typed it may read.
    pub minutes: u32,
    /// How many may type it.
    pub uses: u32,
}

impl Lend {
    /// What is wrong with it, as a code and the field it stands at.
    #[must_use]
    pub fn problem(&self) -> Option<(&'static str, &'static str)> {
        match self {
            lend if !MINUTES.contains(&lend.usable_minutes) => Some(("loan-times", "usable_minutes")),
            lend if !MINUTES.contains(&lend.minutes) => Some(("loan-times", "minutes")),
            lend if !USES.contains(&lend.uses) => Some(("loan-uses", "uses")),
            _ => None,
        }
    }
}

/// A code that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Lent {
    /// What it is good for.
    pub loan: Loan,
    /// The code, to be shown now: it is not kept.
    pub code: String,
}

impl std::fmt::Debug for Lent {
    /// Never the code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lent({:?})", self.loan)
    }
}

/// What a picture of the code says: our own address, the code where browsers keep it to themselves.
#[must_use]
pub fn loan_address(origin: &str, code: &str) -> String {
    format!("{}{CODE}#{code}", origin.trim_end_matches('/'))
}

fn hash(keyring: &Keyring, typed: &str) -> Vec<u8> {
    keyring.keyed_hash("loan", heard(typed).as_bytes())[..16].to_vec()
}

/// Makes a code.
///
/// # Errors
/// `Invalid` (`loan-times`, `loan-uses`) at its field; `Conflict` (`many`); a fault under another action's pass than
/// [`Action::ManageSharing`].
pub fn lend(tx: &mut Tx<'_>, pass: &Pass, asked: Lend, chance: &Chance) -> Answer<Lent> {
    super::must_be(pass, Action::ManageSharing, "a code was made")?;
    if let Some((code, field)) = asked.problem() {
        return Err(Refusal::invalid(code, field, "A code cannot be good for this long, or for so many."));
    }
    tx.lock_person(pass.person())?;
    let now = pass.visit().now;
    let usable = |loan: &&Loan| now < loan.usable_until;
    if sharing::fold(tx, pass.key())?.loans.iter().filter(usable).count() >= MOST {
        return Err(wishes::many());
    }
    let code = spoken(&chance.secret::<5>());
    let hash = hash(tx.keyring(), &code);
    let usable_until = now.plus(i64::from(asked.usable_minutes) * 60 * Instant::SECOND);
    let loan = Loan { id: hex(&hash), made: now, usable_until, minutes: asked.minutes, uses: asked.uses };
    queries::add_loan(tx, &hash, pass.person(), usable_until)?;
    sharing::append_decision(tx, pass, &Decision::Lend(loan.clone()))?;
    Ok(Lent { loan, code })
}

/// A code that was ended opens nothing, and need not be looked for.
pub(super) fn forget(tx: &mut Tx<'_>, person: PersonId, loan: &str) -> Answer<()> {
    match kernel::codes::from_hex(loan) {
        Some(hash) => Ok(queries::forget_loan(tx, &hash, person)?),
        None => Ok(()),
    }
}

/// Forgets codes that can no longer be typed.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep_loans(tx, now)?)
}

/// The one answer to whatever was wrong with a code.
fn wrong() -> Refusal {
    Refusal::invalid("code-wrong", "code", "This code is not one, is over, or has been used.")
}

/// A professional types the code that she was shown: from now on, for the time that the person said, she may read.
/// Answers whose space it is. Typing the same code again changes nothing while it holds.
///
/// # Errors
/// `sign-in-needed` for anybody but a professional; what the door must count first. Inside, to be committed:
/// `code-wrong` at `code`; `slow-down` after some wrong ones.
pub fn use_code(tx: &mut Tx<'_>, visit: &Visit, typed: &str, knock: &Knock) -> Attempt<PersonId> {
    let Actor::Professional(professional) = &visit.actor else {
        return Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as a professional."));
    };
    let subjects = [Subject::named("loan-code", professional.rpps.as_str()), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    if let Some(person) = opened(tx, visit, professional, typed)? {
        return Ok(Ok(person));
    }
    guard::count(tx, visit.now, &subjects)?;
    vigilance::refused(tx, visit)?;
    Ok(Err(wrong()))
}

/// The person whose code this is, the permission written down; `None` when it opens nothing for this professional.
fn opened(
    tx: &mut Tx<'_>,
    visit: &Visit,
    professional: &Professional,
    typed: &str,
) -> Answer<Option<PersonId>> {
    if heard(typed).len() != LETTERS {
        return Ok(None);
    }
    let hash = hash(tx.keyring(), typed);
    let Some(person) = queries::person_of_loan(tx, &hash, visit.now)? else { return Ok(None) };
    tx.lock_person(person)?;
    let pass = match super::open(tx, visit, person, Action::UseCode) {
        Ok(pass) => pass,
        // Blocked, or a space that is not in use any more: her journal knows, the professional does not.
        Err(refusal) if matches!(refusal.code(), "no-consent" | "not-found") => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    let (id, now) = (hex(&hash), visit.now);
    let Some(loan) = pass.sharing().loans.iter().find(|loan| loan.id == id) else { return Ok(None) };
    let mut held = pass.sharing().permissions(&professional.rpps, now);
    if held.any(|p| p.loan.as_deref() == Some(id.as_str())) {
        return Ok(Some(person));
    }
    let rpps = professional.rpps.as_str();
    let again = pass.sharing().typed.get(&id).is_some_and(|who| who.contains_key(rpps));
    if again || !loan.is_usable(now, pass.sharing().uses(&id)) {
        return Ok(None);
    }
    let permission = Permission {
        professional: professional.clone(),
        since: now,
        given: Given::ByCode,
        until: Some(now.plus(loan.lasts())),
        loan: Some(id),
    };
    sharing::append(tx, &pass, Kind::Allowed, &permission)?;
    Ok(Some(person))
}
