//! Assisted enrolment at a public desk, for those without a device: an agent sees the person and her identity
//! document, and either prints her a provisional code or writes down whom she asks to act for her. The agent
//! reads nothing of the space; both are journalled with the agent's name.

use jiff::civil::Date;
use kernel::{Chance, Ins, Refusal, Visit};
use store::{Kind as ActKind, Line, Tx};

use super::offers::{self, Offer, Offered};
use super::{journal, load_by_ins};
use crate::consent::{self, Action, Pass};
use crate::enrolment::waves;
use crate::identity::guard::{self, Subject};
use crate::identity::{Attempt, activation, team};
use crate::person::{Person, State};

/// Documents of high trust that identify a person at the desk (RNIV national identity rules).
pub const DOCUMENTS: [&str; 5] = ["id-card", "passport", "residence-permit", "family-book", "vitale-app"];

/// Who stands at the desk, and what she has shown.
#[derive(Clone, Debug)]
pub struct Present {
    /// Her national identifier.
    pub ins: Ins,
    /// Her birth date, read off the document: a mistyped number is told here.
    pub born: Date,
    /// One of [`DOCUMENTS`].
    pub document: String,
}

/// The person of this number and birth date, for an agent who wants to do `what` for her. What does not fit is counted,
/// for the number and for the agent, and a person whose number was tried reads it in her journal.
///
/// # Errors
/// Faults of the store. Inside, to be committed: `desk-unknown` at `ins`, and `slow-down`.
pub(crate) fn meant(
    tx: &mut Tx<'_>,
    visit: &Visit,
    (ins, born): (&Ins, Date),
    what: Action,
) -> Attempt<Person> {
    let agent = serde_json::to_string(&visit.actor).unwrap_or_default();
    let subjects = [Subject::named("desk", &ins.matricule), Subject::named("desk-agent", &agent)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    let refusal = Refusal::invalid("desk-unknown", "ins", "Number and birth date fit nobody.");
    match load_by_ins(tx, ins)? {
        Some(person) if person.identity.traits.birth_date == born => return Ok(Ok(person)),
        Some(other) => {
            let line = Line::of(visit).refused(refusal.code()).about(what.word());
            journal(tx, &other.key, visit, ActKind::Refused, line)?;
        }
        None => {}
    }
    guard::count(tx, visit.now, &subjects)?;
    Ok(Err(refusal))
}

/// Opens the way to what an agent may do for the person in front of her; creates the space when it is not there
/// yet (R1111-28: she may ask for it at any time).
fn assist(tx: &mut Tx<'_>, visit: &Visit, present: &Present) -> Attempt<Pass> {
    team(visit)?;
    if !DOCUMENTS.contains(&present.document.as_str()) {
        return Err(Refusal::invalid("desk-document", "document", "Say which document was shown."));
    }
    let person = match meant(tx, visit, (&present.ins, present.born), Action::AssistAtDesk)? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if matches!(person.state, State::Announced | State::Opposed) {
        consent::open(tx, visit, person.id, Action::OpenAtDesk)?;
        waves::open_now(tx, visit, person.id)?;
    }
    let pass = consent::open(tx, visit, person.id, Action::AssistAtDesk)?;
    let line = pass.line().about(present.document.as_str());
    journal(tx, pass.key(), visit, ActKind::AssistedAtDesk, line)?;
    Ok(Ok(pass))
}

/// Prints a provisional code for the person in presence.
///
/// # Errors
/// `desk-document` at its field; as `consent::open`, `issue_code`. Inside, `desk-unknown` and `slow-down`, which are to
/// be committed: they have been counted.
pub fn code(tx: &mut Tx<'_>, visit: &Visit, present: &Present, chance: &Chance) -> Attempt<String> {
    match assist(tx, visit, present)? {
        Ok(pass) => activation::issue_code(tx, pass.person(), visit.now, chance).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Writes down whom the person in presence asks to act for her; the other accepts on her own account, or with
/// the code that is printed.
///
/// # Errors
/// As [`code`], [`offers::offer`].
pub fn name_delegate(
    tx: &mut Tx<'_>,
    visit: &Visit,
    present: &Present,
    offer: Offer,
    chance: &Chance,
) -> Attempt<Offered> {
    match assist(tx, visit, present)? {
        Ok(pass) => offers::offer(tx, &pass, offer, chance).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
