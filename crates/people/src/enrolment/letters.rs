//! Letters that carry the provisional codes of activation, as a file for the printer.
//!
//! Everybody of a wave whose space is open and who has not activated it is written to. A code follows from the
//! person's number, the moment it was made, and the keyring; so asking again prints the same code and makes no
//! second one, whether the first file was lost, half written or already posted. `again` makes new codes, and the
//! ones before stop working. Somebody who holds a code that was handed over otherwise gets no letter.
//!
//! Children, and adults with a guardian, are written to through their legal representatives, as far as the
//! insurer's file names them and they are insured here.

use std::io::Write;

use jiff::civil::Date;
use kernel::codes::spoken;
use kernel::{Answer, Chance, Fault, Instant, Language, PersonId, Refusal};
use store::{Keyring, Store, Tx};
use ui::Words;

use super::queries;
use super::queries::Issued;
use crate::identity::activation::{self, LIFETIME};
use crate::person::{self, Identity};

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
    /// Letters with a new code.
    pub new: u64,
    /// Letters with the code that an earlier file carried already.
    pub repeated: u64,
    /// Persons who hold a code that was handed over otherwise.
    pub otherwise: u64,
    /// Persons who have activated their space.
    pub activated: u64,
}

/// How many letters are made in one transaction, so that others get their turn in between.
const SHEET: u32 = 500;

/// The columns of the file.
const COLUMNS: [&str; 10] =
    ["department", "to", "for", "line1", "line2", "line3", "line4", "code", "until", "issued"];

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
    code: String,
    issued: Date,
    until: Date,
}

impl Letter {
    fn columns(&self) -> [String; 10] {
        let line = |i: usize| self.address.get(i).cloned().unwrap_or_default();
        [
            self.department.clone(),
            self.to.clone(),
            self.name.clone(),
            line(0),
            line(1),
            line(2),
            line(3),
            self.code.clone(),
            self.until.to_string(),
            self.issued.to_string(),
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
        let (moment, repeated) = match decide(&issued, order.again, now) {
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
        sheet.letters.push(letter(tx, &issued, (moment, repeated), now.date())?);
    }
    Ok(sheet)
}

/// What is done about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    New,
    /// The code of the letter that was made at this moment.
    Repeat(Instant),
    Otherwise,
    Activated,
}

fn decide(issued: &Issued, again: bool, now: Instant) -> Decision {
    if issued.activated {
        return Decision::Activated;
    }
    let valid = issued.code.filter(|made| made.plus(LIFETIME) > now);
    match valid {
        None => Decision::New,
        Some(_) if again => Decision::New,
        Some(made) if issued.letter == Some(made) => Decision::Repeat(made),
        Some(_) => Decision::Otherwise,
    }
}

fn letter(
    tx: &mut Tx<'_>,
    issued: &Issued,
    (moment, repeated): (Instant, bool),
    today: Date,
) -> Answer<Letter> {
    let person = person::load(tx, issued.person)?.ok_or_else(Refusal::not_found)?;
    let chance = chance_of(tx.keyring(), issued.person, moment);
    let code = if repeated {
        // As it was made; writing it again could revive a code that she uses at this moment.
        spoken(&chance.secret::<10>())
    } else {
        queries::set_letter(tx, issued.person, moment)?;
        activation::issue_code(tx, issued.person, moment, &chance)?
    };
    let (to, address) = receiver(tx, &person.identity, today)?;
    Ok(Letter {
        department: issued.department.clone(),
        to,
        name: person.identity.display_name(),
        address,
        code,
        issued: moment.date(),
        until: moment.plus(LIFETIME).date(),
    })
}

/// What the code is drawn from: the same for the same person and moment, and nobody without the keyring knows it.
fn chance_of(keyring: &Keyring, person: PersonId, moment: Instant) -> Chance {
    let hash = keyring.keyed_hash("activation-letter", format!("{person}|{}", moment.0).as_bytes());
    let mut seed = [0; 8];
    seed.copy_from_slice(&hash[..8]);
    Chance::seeded(u64::from_le_bytes(seed))
}

/// To whom the letter goes, and where.
fn receiver(tx: &mut Tx<'_>, identity: &Identity, today: Date) -> Answer<(String, Vec<String>)> {
    let own = || identity.contact.address.clone();
    let guarded = identity.representatives.iter().any(|one| one.role.as_deref() == Some("TUTEUR"));
    if !guarded && identity.traits.age_on(today) >= 18 {
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
