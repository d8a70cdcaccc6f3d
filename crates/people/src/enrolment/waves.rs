//! Waves: departments are announced together, and a window of some weeks later their spaces open.

use kernel::{Actor, Answer, Instant, Language, PersonId, Purpose, Refusal, RefusalKind, Visit};
use store::{Act, Kind, Line, Store, Tx};

use super::checks::is_department;
use super::queries;
use super::tally::{self, Scope};
use crate::person::{self, State};

/// A wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Its number, from 1.
    pub number: i64,
    /// Its departments; empty means all that are in no other wave.
    pub departments: Vec<String>,
    /// How long people may oppose, in weeks.
    pub weeks: i64,
    /// When it was announced.
    pub announced_at: Instant,
    pub(super) opened_upto: PersonId,
    pub(super) swept_at: Option<Instant>,
}

impl Wave {
    /// Length of the window in microseconds.
    #[must_use]
    pub fn window(&self) -> i64 {
        self.weeks * 7 * Instant::DAY
    }

    /// When the window of those announced at the beginning is over.
    #[must_use]
    pub fn closes_at(&self) -> Instant {
        self.announced_at.plus(self.window())
    }
}

/// The wave of a department: the one that names it, else the one that takes all others, else none (0).
#[must_use]
pub fn wave_of(waves: &[Wave], department: &str) -> i64 {
    let named = waves.iter().find(|wave| wave.departments.iter().any(|name| name == department));
    let all = || waves.iter().find(|wave| wave.departments.is_empty());
    named.or_else(all).map_or(0, |wave| wave.number)
}

/// Every wave, by number.
///
/// # Errors
/// Faults of the store.
pub fn list(tx: &mut Tx<'_>) -> Answer<Vec<Wave>> {
    Ok(queries::waves(tx)?)
}

/// How many person numbers are looked at in one transaction, so that others get their turn in between.
const STRETCH: i64 = 20_000;

/// Announces a wave: everybody known in its departments who is in no wave yet gets it, and her window runs
/// from now. Announcing the same wave again goes on where it was stopped. Answers how many persons it has now
/// that it had not before.
///
/// # Errors
/// `Invalid` (`wave-department`, `wave-weeks`); `Conflict` (`wave-other`) when the number is taken by another
/// wave; faults.
pub fn announce(store: &Store, number: i64, departments: &[String], weeks: i64, now: Instant) -> Answer<i64> {
    if let Some(wrong) = departments.iter().find(|name| !is_department(name)) {
        return Err(Refusal::invalid("wave-department", "departments", format!("{wrong} is no department")));
    }
    if !(1..=52).contains(&weeks) || number < 1 {
        return Err(Refusal::invalid("wave-weeks", "weeks", "a wave has a number from 1, and 1 to 52 weeks"));
    }
    let wave = Wave {
        number,
        departments: departments.to_vec(),
        weeks,
        announced_at: now,
        opened_upto: PersonId(0),
        swept_at: None,
    };
    let last = store
        .write(move |tx| {
            let known = queries::waves(tx)?;
            match known.iter().find(|known| known.number == wave.number) {
                Some(known) if known.departments == wave.departments && known.weeks == wave.weeks => {}
                Some(_) => {
                    let said = "This wave was announced with other departments or weeks.";
                    return Err(Refusal::new(RefusalKind::Conflict, "wave-other", said));
                }
                None => queries::add_wave(tx, &wave)?,
            }
            Ok(queries::last_person(tx)?)
        })
        .wait()?;
    let mut announced = 0;
    let mut from = 0;
    while from <= last.0 {
        announced += store.write(move |tx| stretch(tx, number, from, now)).wait()?;
        from += STRETCH;
    }
    Ok(announced)
}

fn stretch(tx: &mut Tx<'_>, number: i64, from: i64, now: Instant) -> Answer<i64> {
    let waves = queries::waves(tx)?;
    let mut announced = 0;
    for (department, count) in queries::unannounced(tx, from, from + STRETCH)? {
        if wave_of(&waves, &department) != number {
            continue;
        }
        queries::announce(tx, (from, from + STRETCH), &department, number, now)?;
        let scope = Scope { wave: number, department };
        tally::add(tx, now, &scope, "announced", "", count)?;
        announced += count;
    }
    Ok(announced)
}

/// The visit of the system itself, opening and erasing.
#[must_use]
pub fn system(task: &str, now: Instant, request_id: u64) -> Visit {
    Visit {
        actor: Actor::System { task: task.to_owned() },
        on_behalf_of: None,
        purpose: Purpose::Operation,
        now,
        language: Language::Fr,
        request_id,
    }
}

/// Opens spaces whose window is over, at most `most` in this transaction; the worker calls it until it
/// answers 0. Stopped at any moment, it goes on where it was. Children get their spaces like everybody.
///
/// # Errors
/// Faults of the store.
pub fn open_due(tx: &mut Tx<'_>, now: Instant, most: u32) -> Answer<u32> {
    for wave in queries::waves(tx)? {
        // A wave that was gone through is gone through again once a day, for those who came later.
        let rested = wave.swept_at.is_none_or(|at| now.0 - at.0 >= Instant::DAY);
        if wave.closes_at() > now || !rested {
            continue;
        }
        let announced_before = now.plus(-wave.window());
        let due = queries::due(tx, wave.number, wave.opened_upto, announced_before, most)?;
        for (id, department) in &due {
            let scope = Scope { wave: wave.number, department: department.clone() };
            open_one(tx, &system("enrolment", now, 0), *id, State::Announced, &scope)?;
        }
        let ended = due.len() < most as usize;
        let upto = if ended { PersonId(0) } else { due.last().map_or(PersonId(0), |(id, _)| *id) };
        queries::opened(tx, wave.number, upto, ended.then_some(now))?;
        if !due.is_empty() {
            return Ok(u32::try_from(due.len()).unwrap_or(u32::MAX));
        }
    }
    Ok(0)
}

fn open_one(tx: &mut Tx<'_>, visit: &Visit, id: PersonId, from: State, scope: &Scope) -> Answer<()> {
    if !person::queries::change_state(tx, id, from, State::Open, visit.now)? {
        return Ok(());
    }
    crate::delegation::point_to(tx, id)?;
    let key = tx.space_key(id)?;
    let line = Line::of(visit);
    tx.append(&key, Act { kind: Kind::Opened, at: visit.now, entry: None, line, data: None, blob: None })?;
    tally::add(tx, visit.now, scope, "opened", "", 1)
}

/// Opens one space now, at its person's wish: before the end of her window, or after she had opposed.
///
/// # Errors
/// `NotFound`; `Conflict` (`space-not-openable`) when it is open, closed or erased.
pub fn open_now(tx: &mut Tx<'_>, visit: &Visit, id: PersonId) -> Answer<()> {
    let person = person::load(tx, id)?.ok_or_else(Refusal::not_found)?;
    let scope = Scope::of(&person);
    match person.state {
        State::Announced => open_one(tx, visit, id, State::Announced, &scope),
        State::Opposed => {
            tally::add(tx, visit.now, &scope, "opposed", "", -1)?;
            open_one(tx, visit, id, State::Opposed, &scope)
        }
        _ => {
            let said = "The space is open, closed or erased.";
            Err(Refusal::new(RefusalKind::Conflict, "space-not-openable", said))
        }
    }
}
