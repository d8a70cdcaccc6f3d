//! Assisted enrolment at a public desk, for those without a device: an agent sees the person and her identity
//! document, and either prints her a provisional code or writes down whom she asks to act for her. The agent
//! reads nothing of the space; both are journalled with the agent's name.

use kernel::{Answer, Chance, Ins, Refusal, Visit};
use store::{Kind as ActKind, Tx};

use super::guardians::team;
use super::offers::{self, Offer, Offered};
use super::{journal, load_by_ins};
use crate::consent::{self, Action, Pass};
use crate::enrolment::waves;
use crate::identity::activation;
use crate::person::State;

/// Documents of high trust that identify a person at the desk (RNIV national identity rules).
pub const DOCUMENTS: [&str; 5] = ["id-card", "passport", "residence-permit", "family-book", "vitale-app"];

/// Who stands at the desk, and what she has shown.
#[derive(Clone, Debug)]
pub struct Present {
    /// Her national identifier.
    pub ins: Ins,
    /// Her birth date, read off the document: a mistyped number is told here.
    pub born: jiff::civil::Date,
    /// One of [`DOCUMENTS`].
    pub document: String,
}

/// Opens the way to what an agent may do for the person in front of her; creates the space when it is not there
/// yet (R1111-28: she may ask for it at any time).
fn assist(tx: &mut Tx<'_>, visit: &Visit, present: &Present) -> Answer<Pass> {
    team(visit)?;
    if !DOCUMENTS.contains(&present.document.as_str()) {
        return Err(Refusal::invalid("desk-document", "document", "Say which document was shown."));
    }
    let person = load_by_ins(tx, &present.ins)?
        .filter(|person| person.identity.traits.birth_date == present.born)
        .ok_or_else(|| Refusal::invalid("desk-unknown", "ins", "Number and birth date fit nobody."))?;
    if matches!(person.state, State::Announced | State::Opposed) {
        waves::open_now(tx, visit, person.id)?;
    }
    let pass = consent::open(tx, visit, person.id, Action::AssistAtDesk)?;
    let line = pass.line().about(present.document.as_str());
    journal(tx, pass.key(), visit, ActKind::AssistedAtDesk, line)?;
    Ok(pass)
}

/// Prints a provisional code for the person in presence.
///
/// # Errors
/// `desk-document`, `desk-unknown` at their fields; as `consent::open`, `issue_code`.
pub fn code(tx: &mut Tx<'_>, visit: &Visit, present: &Present, chance: &Chance) -> Answer<String> {
    let pass = assist(tx, visit, present)?;
    activation::issue_code(tx, pass.person(), visit.now, chance)
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
) -> Answer<Offered> {
    let pass = assist(tx, visit, present)?;
    offers::offer(tx, &pass, offer, chance)
}
