//! Every statement about `notice` and `notice_reader`.

use kernel::{Fault, Instant, PersonId, Seq};
use store::{SpaceKey, Tx, args};

use super::model::{self, Choice, Pair, Told};

/// The names of the sealed columns.
const CHOICE: &str = "notice";
const MET: &str = "notice-met";

pub(super) fn choice(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Option<Choice>, Fault> {
    tx.one("SELECT sealed FROM notice WHERE person = $1", args![key.person()], |row| {
        model::open(key, CHOICE, &row.bytes(0)?)
    })
}

pub(super) fn put_choice(tx: &mut Tx<'_>, key: &SpaceKey, choice: &Choice) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO notice (person, sealed) VALUES ($1, $2)
         ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed",
        args![key.person(), model::seal(key, CHOICE, choice)?],
    )?;
    Ok(())
}

/// How far `reader` has been told of the space whose key this is.
pub(super) fn told(tx: &mut Tx<'_>, key: &SpaceKey, reader: PersonId) -> Result<Option<Told>, Fault> {
    tx.one(
        "SELECT upto, waits_since, last_sent, sealed FROM notice_reader WHERE person = $1 AND reader = $2",
        args![key.person(), reader],
        |row| {
            let met = row.opt_bytes(3)?.map(|sealed| model::open(key, MET, &sealed)).transpose()?;
            Ok(Told {
                upto: Seq(u32::try_from(row.int(0)?).unwrap_or_default()),
                waits_since: row.opt_int(1)?.map(Instant),
                last_sent: row.opt_int(2)?.map(Instant),
                met,
            })
        },
    )
}

/// Who is told of a space.
pub(super) fn readers(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<PersonId>, Fault> {
    let sql = "SELECT reader FROM notice_reader WHERE person = $1 ORDER BY reader";
    tx.all(sql, args![person], |row| Ok(PersonId(row.int(0)?)))
}

/// Begins to tell `reader` of a space, if that has not begun.
pub(super) fn begin(tx: &mut Tx<'_>, pair: Pair, upto: Seq) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO notice_reader (person, reader, upto) VALUES ($1, $2, $3)
         ON CONFLICT (person, reader) DO NOTHING",
        args![pair.person, pair.reader, upto],
    )?;
    Ok(())
}

/// Writes down how far `reader` has been told, and when the worker looks again if nothing happens before.
pub(super) fn put_told(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    reader: PersonId,
    told: &Told,
    due: Option<Instant>,
) -> Result<(), Fault> {
    let met = told.met.as_ref().map(|met| model::seal(key, MET, met)).transpose()?;
    tx.exec(
        "UPDATE notice_reader SET upto = $3, waits_since = $4, last_sent = $5, sealed = $6, due_at = $7
         WHERE person = $1 AND reader = $2",
        args![key.person(), reader, told.upto, told.waits_since, told.last_sent, met, due],
    )?;
    Ok(())
}

/// Ends telling `reader` of a space.
pub(super) fn end(tx: &mut Tx<'_>, pair: Pair) -> Result<(), Fault> {
    tx.exec("DELETE FROM notice_reader WHERE person = $1 AND reader = $2", args![pair.person, pair.reader])?;
    Ok(())
}

/// Something was written into this person's sequence: whoever is told of it is due.
pub(super) fn moved(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<(), Fault> {
    tx.later(
        "UPDATE notice_reader SET due_at = $2 WHERE person = $1 AND (due_at IS NULL OR due_at > $2)",
        args![person, now].to_vec(),
    )
}

/// What is due, the longest wait first: a walk along the index of what is due, which holds nothing else.
pub(super) const DUE: &str = "SELECT person, reader FROM notice_reader
 WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2";

pub(super) fn due(tx: &mut Tx<'_>, now: Instant, most: u32) -> Result<Vec<Pair>, Fault> {
    tx.all(DUE, args![now, i64::from(most)], |row| {
        Ok(Pair { person: PersonId(row.int(0)?), reader: PersonId(row.int(1)?) })
    })
}

/// Forgets what a person chose and whoever is told of her.
pub(super) fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM notice WHERE person = $1", args![person])?;
    tx.exec("DELETE FROM notice_reader WHERE person = $1", args![person])?;
    Ok(())
}
