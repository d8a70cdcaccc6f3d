//! Every statement of enrolment.

use kernel::{Fault, Instant, PersonId};
use store::{Row, Tx, Value, args, bulk_load};

use super::load::{Counts, Resume};
use super::sealing::NewPerson;
use super::tally::Scope;
use super::waves::Wave;
use crate::person::State;

pub(super) fn last_person(tx: &mut Tx<'_>) -> Result<PersonId, Fault> {
    let last = tx.one("SELECT max(person) FROM person", args![], |row| row.opt_int(0))?;
    Ok(PersonId(last.flatten().unwrap_or(0)))
}

pub(super) fn person_of_handle(tx: &mut Tx<'_>, handle: &[u8]) -> Result<Option<PersonId>, Fault> {
    tx.one("SELECT person FROM handle WHERE hash = $1", args![handle], |row| Ok(PersonId(row.int(0)?)))
}

/// Writes the rows of new persons, in the order of their numbers. What finds them is written apart
/// ([`add_handles`]), because it lies in another order.
pub(super) fn add_people(
    tx: &mut Tx<'_>,
    new: impl IntoIterator<Item = NewPerson>,
    now: Instant,
) -> Result<(), Fault> {
    const PERSON: [&str; 10] = [
        "person",
        "state",
        "state_at",
        "wave",
        "department",
        "scheme",
        "born",
        "key_generation",
        "wrapped_key",
        "identity",
    ];
    let rows = new.into_iter().map(|new| {
        vec![
            Value::from(new.id),
            Value::from(new.state.number()),
            Value::from(now),
            Value::from(new.wave),
            Value::from(new.department),
            Value::from(new.scheme),
            Value::from(new.born),
            Value::from(new.generation),
            Value::from(new.wrapped),
            Value::from(new.identity),
        ]
    });
    bulk_load(tx, "person", &PERSON, rows)?;
    Ok(())
}

/// Writes handles of national identities; quick when they come in their order.
pub(super) fn add_handles(tx: &mut Tx<'_>, sorted: &[([u8; 16], PersonId)]) -> Result<(), Fault> {
    let rows = sorted.iter().map(|(hash, person)| vec![Value::from(hash), Value::from(*person)]);
    bulk_load(tx, "handle", &["hash", "person"], rows)?;
    Ok(())
}

/// Writes handles of strict traits, likewise.
pub(super) fn add_trait_handles(tx: &mut Tx<'_>, sorted: &[(i64, PersonId)]) -> Result<(), Fault> {
    let rows = sorted.iter().map(|(hash, person)| vec![Value::from(*hash), Value::from(*person)]);
    bulk_load(tx, "trait_handle", &["hash", "person"], rows)?;
    Ok(())
}

/// The last person whose handles are written, while a load has still to write those of the persons after her.
/// It is a value of the house because it outlives a load that was killed.
pub(super) fn findable_upto(tx: &mut Tx<'_>) -> Result<Option<PersonId>, Fault> {
    let bytes = tx.one("SELECT value FROM house WHERE name = $1", args![FINDABLE], |row| row.bytes(0))?;
    let damaged = |_| Fault::Damaged(format!("the value {FINDABLE} of the house is no number"));
    bytes.map(|bytes| bytes.try_into().map(i64::from_be_bytes).map(PersonId).map_err(damaged)).transpose()
}

/// Moves that mark, or takes it away when everybody can be found.
pub(super) fn set_findable_upto(tx: &mut Tx<'_>, upto: Option<PersonId>) -> Result<(), Fault> {
    match upto {
        Some(person) => tx.exec(
            "INSERT INTO house (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            args![FINDABLE, person.0.to_be_bytes()],
        )?,
        None => tx.exec("DELETE FROM house WHERE name = $1", args![FINDABLE])?,
    };
    Ok(())
}

const FINDABLE: &str = "enrolment-findable-upto";

/// Persons from a number on and before another.
pub(super) fn persons_between(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<PersonId>, Fault> {
    tx.all(
        "SELECT person FROM person WHERE person >= $1 AND person < $2 ORDER BY person",
        args![from, to],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

pub(super) fn add_traits(tx: &mut Tx<'_>, hash: i64, person: PersonId) -> Result<(), Fault> {
    let sql = "INSERT INTO trait_handle (hash, person) VALUES ($1, $2) ON CONFLICT (hash, person) DO NOTHING";
    tx.exec(sql, args![hash, person])?;
    Ok(())
}

pub(super) fn remove_traits(tx: &mut Tx<'_>, hash: i64, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM trait_handle WHERE hash = $1 AND person = $2", args![hash, person])?;
    Ok(())
}

pub(super) fn update_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    identity: &[u8],
    (department, scheme, born): (&str, &str, i64),
    wave: i64,
) -> Result<(), Fault> {
    tx.exec(
        "UPDATE person SET identity = $2, department = $3, scheme = $4, born = $5, wave = $6 WHERE person = $1",
        args![person, identity, department, scheme, born, wave],
    )?;
    Ok(())
}

pub(super) fn scope(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Scope>, Fault> {
    tx.one("SELECT wave, department FROM person WHERE person = $1", args![person], |row| {
        Ok(Scope { wave: row.int(0)?, department: row.text(1)? })
    })
}

/// Forgets what finds a person.
pub(super) fn forget_handles(
    tx: &mut Tx<'_>,
    person: PersonId,
    handle: &[u8],
    traits: i64,
) -> Result<(), Fault> {
    tx.exec("DELETE FROM handle WHERE hash = $1 AND person = $2", args![handle, person])?;
    remove_traits(tx, traits, person)
}

/// Destroys a person's key and her sealed identity.
pub(super) fn erase(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<(), Fault> {
    tx.exec(
        "UPDATE person SET state = $2, state_at = $3, wrapped_key = NULL, identity = $4, born = 0,
           department = '' WHERE person = $1",
        args![person, State::Erased.number(), now, Vec::<u8>::new()],
    )?;
    tx.exec("DELETE FROM snapshot WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM activation_letter WHERE person = $1", args![person])?;
    Ok(())
}

pub(super) fn closed_before(tx: &mut Tx<'_>, before: Instant, most: u32) -> Result<Vec<PersonId>, Fault> {
    // `State::Closed`, in so many words: the index of those who wait is of these rows alone.
    let mut persons = tx.all(
        "SELECT person FROM person WHERE state = 2 AND state_at <= $1 ORDER BY state_at LIMIT $2",
        args![before, most],
        |row| Ok(PersonId(row.int(0)?)),
    )?;
    // In ascending order, as everywhere that several are locked.
    persons.sort_unstable();
    Ok(persons)
}

fn read_wave(row: &Row<'_>) -> Result<Wave, Fault> {
    let departments = row.text(1)?;
    Ok(Wave {
        number: row.int(0)?,
        departments: departments.split(',').filter(|name| *name != "*").map(str::to_owned).collect(),
        weeks: row.int(2)?,
        announced_at: Instant(row.int(3)?),
        opened_upto: PersonId(row.int(4)?),
        swept_at: row.opt_int(5)?.map(Instant),
    })
}

pub(super) fn waves(tx: &mut Tx<'_>) -> Result<Vec<Wave>, Fault> {
    tx.all(
        "SELECT wave, departments, weeks, announced_at, opened_upto, swept_at FROM wave ORDER BY wave",
        args![],
        read_wave,
    )
}

pub(super) fn add_wave(tx: &mut Tx<'_>, wave: &Wave) -> Result<(), Fault> {
    let departments = if wave.departments.is_empty() { "*".to_owned() } else { wave.departments.join(",") };
    tx.exec(
        "INSERT INTO wave (wave, departments, weeks, announced_at, opened_upto, swept_at)
         VALUES ($1, $2, $3, $4, 0, NULL)",
        args![wave.number, departments, wave.weeks, wave.announced_at],
    )?;
    Ok(())
}

/// Who is in no wave yet, from a number on and before another, by department.
pub(super) fn unannounced(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<(String, i64)>, Fault> {
    tx.all(
        "SELECT department, count(*) FROM person WHERE person >= $1 AND person < $2 AND wave = 0 AND state = 0
          GROUP BY department",
        args![from, to],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
}

pub(super) fn announce(
    tx: &mut Tx<'_>,
    (from, to): (i64, i64),
    department: &str,
    wave: i64,
    now: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "UPDATE person SET wave = $4, state_at = $5
          WHERE person >= $1 AND person < $2 AND wave = 0 AND state = 0 AND department = $3",
        args![from, to, department, wave, now],
    )?;
    Ok(())
}

/// Announced persons of a wave whose own window is over.
pub(super) fn due(
    tx: &mut Tx<'_>,
    wave: i64,
    after: PersonId,
    announced_before: Instant,
    most: u32,
) -> Result<Vec<(PersonId, String)>, Fault> {
    tx.all(
        "SELECT person, department FROM person WHERE person > $1 AND wave = $2 AND state = 0
           AND state_at <= $3 ORDER BY person LIMIT $4",
        args![after, wave, announced_before, most],
        |row| Ok((PersonId(row.int(0)?), row.text(1)?)),
    )
}

pub(super) fn opened(
    tx: &mut Tx<'_>,
    wave: i64,
    upto: PersonId,
    swept_at: Option<Instant>,
) -> Result<(), Fault> {
    tx.exec("UPDATE wave SET opened_upto = $2, swept_at = $3 WHERE wave = $1", args![wave, upto, swept_at])?;
    Ok(())
}

pub(super) fn announced(
    tx: &mut Tx<'_>,
    wave: i64,
    after: PersonId,
    most: u32,
) -> Result<Vec<PersonId>, Fault> {
    tx.all(
        "SELECT person FROM person WHERE person > $1 AND wave = $2 AND state = 0 ORDER BY person LIMIT $3",
        args![after, wave, most],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

/// What is known about a person's provisional code.
pub(super) struct Issued {
    pub(super) person: PersonId,
    pub(super) department: String,
    /// When her letter was made.
    pub(super) letter: Option<Instant>,
    /// When the last code was made, for a letter or otherwise, while nobody has used it.
    pub(super) code: Option<Instant>,
    /// True when she has activated her space.
    pub(super) activated: bool,
}

/// Persons of a wave whose spaces are open, with their codes.
pub(super) fn open_with_codes(
    tx: &mut Tx<'_>,
    wave: i64,
    after: PersonId,
    most: u32,
) -> Result<Vec<Issued>, Fault> {
    tx.all(
        "SELECT p.person, p.department, l.issued_at, a.issued_at, a.used_at, y.activated_at
           FROM person p LEFT JOIN activation_letter l ON l.person = p.person
           LEFT JOIN activation a ON a.person = p.person LEFT JOIN activity y ON y.person = p.person
          WHERE p.person > $1 AND p.wave = $2 AND p.state = 1 ORDER BY p.person LIMIT $3",
        args![after, wave, most],
        |row| {
            let used = row.opt_int(4)?.is_some();
            Ok(Issued {
                person: PersonId(row.int(0)?),
                department: row.text(1)?,
                letter: row.opt_int(2)?.map(Instant),
                code: row.opt_int(3)?.map(Instant).filter(|_| !used),
                activated: used || row.opt_int(5)?.is_some(),
            })
        },
    )
}

/// Writes down when a person's letter was made.
pub(super) fn set_letter(tx: &mut Tx<'_>, person: PersonId, issued_at: Instant) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO activation_letter (person, issued_at) VALUES ($1, $2)
         ON CONFLICT (person) DO UPDATE SET issued_at = excluded.issued_at",
        args![person, issued_at],
    )?;
    Ok(())
}

pub(super) fn resume(tx: &mut Tx<'_>, file: &[u8]) -> Result<Option<Resume>, Fault> {
    tx.one(
        "SELECT line, added, updated, unchanged, rejected, finished_at FROM enrolment_load WHERE file = $1",
        args![file],
        |row| {
            Ok(Resume {
                line: row.int(0)?.unsigned_abs(),
                counts: Counts {
                    added: row.int(1)?.unsigned_abs(),
                    updated: row.int(2)?.unsigned_abs(),
                    unchanged: row.int(3)?.unsigned_abs(),
                    rejected: row.int(4)?.unsigned_abs(),
                },
                finished: row.opt_int(5)?.is_some(),
            })
        },
    )
}

/// Writes down how far a load has come.
pub(super) fn progress(
    tx: &mut Tx<'_>,
    file: &[u8],
    (line, position): (u64, u64),
    counts: &Counts,
    (now, finished): (Instant, bool),
) -> Result<(), Fault> {
    let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.exec(
        "INSERT INTO enrolment_load (file, started_at, line, position, added, updated, unchanged, rejected,
           finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (file) DO UPDATE SET line = excluded.line, position = excluded.position,
           added = excluded.added, updated = excluded.updated, unchanged = excluded.unchanged,
           rejected = excluded.rejected, finished_at = excluded.finished_at",
        args![
            file,
            now,
            int(line),
            int(position),
            int(counts.added),
            int(counts.updated),
            int(counts.unchanged),
            int(counts.rejected),
            finished.then_some(now)
        ],
    )?;
    Ok(())
}

pub(super) fn add_tally(
    tx: &mut Tx<'_>,
    day: i64,
    scope: &Scope,
    what: &str,
    kind: &str,
    n: i64,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO tally (day, wave, department, what, kind, n) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (day, wave, department, what, kind) DO UPDATE SET n = tally.n + excluded.n",
        args![day, scope.wave, &scope.department, what, kind, n],
    )?;
    Ok(())
}

/// A sum over all days, and over those from `month` on.
pub(super) struct TallyRow {
    pub(super) scope: Scope,
    pub(super) what: String,
    pub(super) kind: String,
    pub(super) n: i64,
    pub(super) n_month: i64,
}

pub(super) fn tallies(tx: &mut Tx<'_>, month: i64) -> Result<Vec<TallyRow>, Fault> {
    tx.all(
        "SELECT wave, department, what, kind, CAST(sum(n) AS BIGINT),
                CAST(sum(CASE WHEN day >= $1 THEN n ELSE 0 END) AS BIGINT)
           FROM tally WHERE wave > 0 GROUP BY wave, department, what, kind
          ORDER BY wave, department, what, kind",
        args![month],
        |row| {
            Ok(TallyRow {
                scope: Scope { wave: row.int(0)?, department: row.text(1)? },
                what: row.text(2)?,
                kind: row.text(3)?,
                n: row.int(4)?,
                n_month: row.int(5)?,
            })
        },
    )
}
