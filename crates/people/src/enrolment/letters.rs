//! Letters that carry the provisional codes of activation, as a file for the printer.
//!
//! Everybody of a wave whose space is open and who has not activated it is written to. A code follows from the
//! person's number, the moment it was made, and the keyring; so asking again prints the same code and makes no
//! second one, whether the first file was lost, half written or already posted. `again` makes new codes, and the
//! ones before stop working. Somebody who holds a code that was handed over otherwise gets no letter.
//!
//! A letter about a child below [`OWN_AGE`], or about an adult with a guardian, goes to the legal representatives, as
//! far as the insurer's file names them and they are insured here. It carries no code, which would make of its reader
//! the child herself: it says to sign in to one's own space and to open the other one from there. From [`OWN_AGE`] on
//! a minor is written to herself, because her code opens what she may keep from her parents.

use std::io::Write;

use jiff::civil::Date;
use kernel::codes::spoken;
use kernel::{Actor, Answer, Fault, Instant, Language, PersonId, Purpose, Refusal, Visit};
use store::{Keyring, Store, Tx};
use ui::Words;

use super::queries;
use super::queries::Issued;
use crate::identity::activation::{self, LIFETIME, OWN_AGE};
use crate::person::{self, Identity, Person};

/// Whose letters are written.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The wave.
    pub wave: i64,
    /// Only these departments; all of the wave when empty.
    pub departments: Vec<String>,
    /// New codes also for those whose code still works.
    pub again: bool,
}

/// What became of the people of the wave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Letters made now, with a new code where they carry one.
    pub new: u64,
    /// Letters that an earlier file had already, with the same code where they carry one.
    pub repeated: u64,
    /// Persons who hold a code that was handed over otherwise.
    pub otherwise: u64,
    /// Persons who have activated their space.
    pub activated: u64,
}

/// How many letters are made in one transaction, so that others get their turn in between.
const SHEET: u32 = 500;

/// The columns of the file.
const COLUMNS: [&str; 11] =
    ["department", "to", "for", "line1", "line2", "line3", "line4", "code", "until", "issued", "kind"];

/// Who opens the space that a letter is about, which decides what the letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Herself, with the code.
    Own,
    /// The parents of a child, from their own spaces.
    Child,
    /// The guardian of an adult, from her own space.
    Ward,
}

impl Way {
    fn of(tx: &mut Tx<'_>, person: &Person, now: Instant) -> Answer<Self> {
        Ok(if person.identity.traits.age_on(now.date()) < OWN_AGE {
            Self::Child
        } else if activation::is_represented(tx, person, &printing(now))? {
            Self::Ward
        } else {
            Self::Own
        })
    }

    /// As the printer's file says it; never changes meaning.
    fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Child => "child",
            Self::Ward => "ward",
        }
    }
}

/// The visit of the command that writes the file.
fn printing(now: Instant) -> Visit {
    Visit {
        actor: Actor::System { task: "activation-letters".to_owned() },
        on_behalf_of: None,
        purpose: Purpose::Operation,
        now,
        language: Language::Fr,
        request_id: 0,
    }
}

/// Writes the file for the printer to `out`; `each` hears after every sheet how many letters are written.
///
/// # Errors
/// `NotFound` for a wave that was not announced; faults, also of the file.
pub fn write(
    store: &Store,
    order: &Order,
    now: Instant,
    out: &mut dyn Write,
    each: &mut dyn FnMut(u64),
) -> Answer<Written> {
    let waves = store.read(super::waves::list).wait()?;
    if !waves.iter().any(|known| known.number == order.wave) {
        return Err(Refusal::not_found());
    }
    let mut csv = csv::Writer::from_writer(out);
    let torn = |e: csv::Error| Refusal::from(Fault::Io(e.to_string()));
    csv.write_record(COLUMNS).map_err(torn)?;
    let mut written = Written::default();
    let mut after = Some(PersonId(0));
    while let Some(from) = after {
        let of = order.clone();
        let sheet = store.write(move |tx| sheet(tx, &of, from, now)).wait()?;
        // The codes are durable before they stand in a file.
        for letter in &sheet.letters {
            csv.write_record(letter.columns()).map_err(torn)?;
        }
        written = written.and(sheet.written);
        after = sheet.last;
        each(written.new + written.repeated);
    }
    csv.flush().map_err(Fault::from)?;
    Ok(written)
}

impl Written {
    fn and(self, more: Self) -> Self {
        Self {
            new: self.new + more.new,
            repeated: self.repeated + more.repeated,
            otherwise: self.otherwise + more.otherwise,
            activated: self.activated + more.activated,
        }
    }
}

#[derive(Default)]
struct Sheet {
    letters: Vec<Letter>,
    written: Written,
    /// After whom the next sheet begins; `None` at the end.
    last: Option<PersonId>,
}

struct Letter {
    department: String,
    to: String,
    name: String,
    address: Vec<String>,
    /// The code and its last day.
    code: Option<(String, Date)>,
    issued: Date,
    way: Way,
}

impl Letter {
    fn columns(&self) -> [String; 11] {
        let line = |i: usize| self.address.get(i).cloned().unwrap_or_default();
        let (code, until) =
            self.code.clone().map(|(code, until)| (code, until.to_string())).unwrap_or_default();
        [
            self.department.clone(),
            self.to.clone(),
            self.name.clone(),
            line(0),
            line(1),
            line(2),
            line(3),
            code,
            until,
            self.issued.to_string(),
            self.way.word().to_owned(),
        ]
    }
}

fn sheet(tx: &mut Tx<'_>, order: &Order, after: PersonId, now: Instant) -> Answer<Sheet> {
    let found = queries::open_with_codes(tx, order.wave, after, SHEET)?;
    let mut sheet = Sheet::default();
    if found.len() == SHEET as usize {
        sheet.last = found.last().map(|issued| issued.person);
    }
    for issued in found {
        if !order.departments.is_empty() && !order.departments.contains(&issued.department) {
            continue;
        }
        let person = person::load(tx, issued.person)?.ok_or_else(Refusal::not_found)?;
        let way = Way::of(tx, &person, now)?;
        let (moment, repeated) = match decide(&issued, way, order.again, now) {
            Decision::Activated => {
                sheet.written.activated += 1;
                continue;
            }
            Decision::Otherwise => {
                sheet.written.otherwise += 1;
                continue;
            }
            Decision::Repeat(moment) => (moment, true),
            Decision::New => (now, false),
        };
        sheet.written.repeated += u64::from(repeated);
        sheet.written.new += u64::from(!repeated);
        let code = match way {
            Way::Own if repeated => Some(spoken(&secret_of(tx.keyring(), person.id, moment))),
            Way::Own => Some(new_code(tx, person.id, moment)?),
            Way::Child | Way::Ward => None,
        };
        if !repeated {
            queries::set_letter(tx, person.id, moment)?;
        }
        let (to, address) = receiver(tx, &person.identity, way)?;
        sheet.letters.push(Letter {
            department: issued.department,
            to,
            name: person.identity.display_name(),
            address,
            code: code.map(|code| (code, moment.plus(LIFETIME).date())),
            issued: moment.date(),
            way,
        });
    }
    Ok(sheet)
}

/// What is done about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    New,
    /// The letter that was made at this moment, with its code.
    Repeat(Instant),
    Otherwise,
    Activated,
}

fn decide(issued: &Issued, way: Way, again: bool, now: Instant) -> Decision {
    if issued.activated {
        return Decision::Activated;
    }
    if way != Way::Own {
        return issued.letter.filter(|_| !again).map_or(Decision::New, Decision::Repeat);
    }
    let valid = issued.code.filter(|made| made.plus(LIFETIME) > now);
    match valid {
        None => Decision::New,
        Some(_) if again => Decision::New,
        Some(made) if issued.letter == Some(made) => Decision::Repeat(made),
        Some(_) => Decision::Otherwise,
    }
}

/// Makes the code of a letter, which is durable before it is printed.
fn new_code(tx: &mut Tx<'_>, person: PersonId, moment: Instant) -> Answer<String> {
    let secret = secret_of(tx.keyring(), person, moment);
    activation::issue_drawn(tx, person, moment, secret)
}

/// The 80 bits of a letter's code: the same for the same person and moment, and nobody without the keyring knows them.
/// Printed again they are not written again, which could revive a code that is in use at this moment.
fn secret_of(keyring: &Keyring, person: PersonId, moment: Instant) -> [u8; 10] {
    let hash = keyring.keyed_hash("activation-letter", format!("{person}|{}", moment.0).as_bytes());
    let mut secret = [0; 10];
    secret.copy_from_slice(&hash[..10]);
    secret
}

/// To whom the letter goes, and where.
fn receiver(tx: &mut Tx<'_>, identity: &Identity, way: Way) -> Answer<(String, Vec<String>)> {
    let own = || identity.contact.address.clone();
    if way == Way::Own {
        return Ok((identity.display_name(), own()));
    }
    let (mut names, mut address) = (Vec::new(), Vec::new());
    for representative in &identity.representatives {
        let Some(id) = person::find_by_ins(tx, &representative.ins)? else { continue };
        let Some(found) = person::load(tx, id)? else { continue };
        if found.identity.death.is_some() {
            continue;
        }
        names.push(found.identity.display_name());
        if address.is_empty() {
            address = found.identity.contact.address;
        }
    }
    // Letters are in the country's language, whatever the operator's team reads.
    let words = Words::of(Language::Fr);
    let to = match names.split_last() {
        None => {
            words.with("enrolment-letter-unknown", &[("name", identity.display_name().into())]).into_owned()
        }
        Some((only, [])) => only.clone(),
        Some((last, others)) => {
            let values = [("others", others.join(", ").into()), ("last", last.clone().into())];
            words.with("enrolment-letter-several", &values).into_owned()
        }
    };
    Ok((to, if address.is_empty() { own() } else { address }))
}

#[cfg(test)]
mod tests;
