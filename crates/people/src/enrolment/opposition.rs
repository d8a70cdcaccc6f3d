//! Opposing: with the code of one's letter and one's birth date on the web, or through the operator.
//!
//! The code is not stored: it is the person's number enciphered with 40 bits of proof
//! ([`crate::identity::numbered`]), sixteen letters in groups of four. Guessing one code of a country needs
//! some 16 000 tries per person known to have one, at a pace that slows down after thirty; and then a birth
//! date.

use std::io::Write;

use data_encoding::BASE32_NOPAD;
use jiff::civil::Date;
use kernel::codes::{heard, spoken};
use kernel::{Answer, Fault, Ins, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Keyring, Kind, Line, Store, Tx};

use super::queries;
use super::tally::{self, Scope};
use crate::delegation::rules::MAJORITY;
use crate::identity::guard::{self, Knock, Subject};
use crate::identity::{Attempt, number_of, numbered};
use crate::person::{self, Person, State};

const DOMAIN: &str = "opposition";

/// A person's opposition code: `ABCD-EFGH-IJKL-MNOP`.
///
/// # Errors
/// A fault for a number beyond 2⁴⁰, which no country has people for.
pub fn code(keyring: &Keyring, person: PersonId) -> Result<String, Fault> {
    let (tag, body) = numbered::<5, 5>(keyring, DOMAIN, person.0)
        .ok_or_else(|| Fault::Internal(format!("person {person} has no opposition code")))?;
    Ok(spoken(&[tag, body].concat()))
}

/// The person of a code, however it is typed.
#[must_use]
pub fn person_of(keyring: &Keyring, typed: &str) -> Option<PersonId> {
    let bytes = BASE32_NOPAD.decode(heard(typed).as_bytes()).ok()?;
    let (tag, body) = bytes.split_first_chunk::<5>()?;
    number_of::<5, 5>(keyring, DOMAIN, tag, body.try_into().ok()?).map(PersonId)
}

/// What somebody types to oppose.
#[derive(Clone, Debug)]
pub struct OppositionForm {
    /// The code of the letter.
    pub code: String,
    /// Birth date of the person named in the letter.
    pub birth_date: Date,
}

/// Whether a form fits a person who can still oppose; changes nothing but the count of failures. For the page
/// that asks for confirmation.
///
/// # Errors
/// Faults; inside, `opposition-failed` whatever was wrong, `opposition-too-late` for a space that is there
/// already, or `slow-down`.
pub fn check(tx: &mut Tx<'_>, form: &OppositionForm, now: Instant, knock: &Knock) -> Attempt<()> {
    Ok(fitting(tx, form, now, knock)?.map(|_| ()))
}

/// Opposes. Opposing twice is the same as once.
///
/// # Errors
/// As [`check`].
pub fn oppose(tx: &mut Tx<'_>, form: &OppositionForm, visit: &Visit, knock: &Knock) -> Attempt<()> {
    let person = match fitting(tx, form, visit.now, knock)? {
        Ok(person) => person,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Whoever has the letter and the birth date acts as the person; the line says by which door.
    set(tx, &person, visit, Line::of(visit).about("opposition-code")).map(Ok)
}

fn fitting(tx: &mut Tx<'_>, form: &OppositionForm, now: Instant, knock: &Knock) -> Attempt<Person> {
    let named = Subject::named("opposition", &form.code);
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, now, &subjects)? {
        return Ok(Err(slow));
    }
    let id = person_of(tx.keyring(), &form.code).unwrap_or(PersonId(0));
    let person = person::load(tx, id)?;
    let Some(person) = person.filter(|person| person.identity.traits.birth_date == form.birth_date) else {
        guard::count(tx, now, &subjects)?;
        let said = "The code and the birth date do not fit each other.";
        return Ok(Err(Refusal::new(RefusalKind::Forbidden, "opposition-failed", said)));
    };
    guard::forgive(tx, &named)?;
    match person.state {
        State::Announced | State::Opposed => Ok(Ok(person)),
        State::Open | State::Closed | State::Erased => Ok(Err(too_late())),
    }
}

fn too_late() -> Refusal {
    let said = "The space exists already; its person can close it at any time.";
    Refusal::new(RefusalKind::Conflict, "opposition-too-late", said)
}

/// Notes an opposition that reached the operator by telephone or letter.
///
/// # Errors
/// `NotFound`; `Invalid` (`reason-missing`); `Conflict` (`opposition-too-late`).
pub fn oppose_for(tx: &mut Tx<'_>, visit: &Visit, ins: &Ins, reason: &str) -> Answer<()> {
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("reason-missing", "reason", "Say how the opposition reached you."));
    }
    let id = person::find_by_ins(tx, ins)?.ok_or_else(Refusal::not_found)?;
    let person = person::load(tx, id)?.ok_or_else(Refusal::not_found)?;
    match person.state {
        State::Announced | State::Opposed => {
            set(tx, &person, visit, Line::of(visit).about("opposition").reason(reason.trim()))
        }
        State::Open | State::Closed | State::Erased => Err(too_late()),
    }
}

fn set(tx: &mut Tx<'_>, person: &Person, visit: &Visit, line: Line) -> Answer<()> {
    if !person::queries::change_state(tx, person.id, State::Announced, State::Opposed, visit.now)? {
        return Ok(());
    }
    let act = Act { kind: Kind::Closed, at: visit.now, entry: None, line, data: None, blob: None };
    tx.append(&person.key, act)?;
    tally::add(tx, visit.now, &Scope::of(person), "opposed", "", 1)
}

/// How many letters are made from one look at the database.
const SHEET: u32 = 1000;

/// Writes the file for the printer: everybody announced in `wave` who has not opposed, one line a letter:
/// name, whether it goes to the legal representatives, up to four lines of address, code, last day to oppose.
/// `each` hears after every sheet how many are written. Answers how many there are.
///
/// # Errors
/// `NotFound` for a wave that was not announced; faults, also of the file.
pub fn letters(
    store: &Store,
    wave: i64,
    now: Instant,
    out: &mut dyn Write,
    each: &mut dyn FnMut(u64),
) -> Answer<u64> {
    let found = store.read(move |tx| Ok(queries::waves(tx)?)).wait()?;
    let found = found.into_iter().find(|known| known.number == wave).ok_or_else(Refusal::not_found)?;
    let mut csv = csv::Writer::from_writer(out);
    let torn = |e: csv::Error| Refusal::from(Fault::Io(e.to_string()));
    csv.write_record(["name", "minor", "line1", "line2", "line3", "line4", "code", "deadline"])
        .map_err(torn)?;
    let (mut after, mut count) = (PersonId(0), 0u64);
    loop {
        let window = found.window();
        let sheet = store.read(move |tx| sheet(tx, wave, after, window, now.date())).wait()?;
        let Some(last) = sheet.last() else { break };
        after = last.person;
        for letter in &sheet {
            csv.write_record(letter.columns()).map_err(torn)?;
        }
        count += sheet.len() as u64;
        each(count);
    }
    csv.flush().map_err(Fault::from)?;
    Ok(count)
}

struct Letter {
    person: PersonId,
    name: String,
    minor: bool,
    address: Vec<String>,
    code: String,
    deadline: Date,
}

impl Letter {
    fn columns(&self) -> [String; 8] {
        let line = |i: usize| self.address.get(i).cloned().unwrap_or_default();
        let minor = if self.minor { "yes" } else { "no" };
        let (name, code) = (self.name.clone(), self.code.clone());
        [name, minor.to_owned(), line(0), line(1), line(2), line(3), code, self.deadline.to_string()]
    }
}

fn sheet(tx: &mut Tx<'_>, wave: i64, after: PersonId, window: i64, today: Date) -> Answer<Vec<Letter>> {
    let mut letters = Vec::new();
    for id in queries::announced(tx, wave, after, SHEET)? {
        let Some(person) = person::load(tx, id)? else { continue };
        letters.push(Letter {
            person: id,
            name: person.identity.display_name(),
            minor: person.identity.traits.age_on(today) < MAJORITY,
            address: person.identity.contact.address.clone(),
            code: code(tx.keyring(), id)?,
            deadline: person.state_at.plus(window).date(),
        });
    }
    Ok(letters)
}
