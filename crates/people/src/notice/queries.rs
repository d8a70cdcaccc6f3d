//! Every statement about `notice`.

use kernel::{Fault, Instant, PersonId, Seq};
use store::{SpaceKey, Tx, args};

use super::model::Choice;

/// A person's row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) choice: Choice,
    /// The last act that was looked at.
    pub(super) upto: Seq,
    pub(super) waits_since: Option<Instant>,
    pub(super) last_sent: Option<Instant>,
}

pub(super) fn row(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Option<Row>, Fault> {
    tx.one(
        "SELECT upto, waits_since, last_sent, sealed FROM notice WHERE person = $1",
        args![key.person()],
        |row| {
            Ok(Row {
                upto: Seq::of_key(row.int(0)?),
                waits_since: row.opt_int(1)?.map(Instant),
                last_sent: row.opt_int(2)?.map(Instant),
                choice: Choice::open(key, &row.bytes(3)?)?,
            })
        },
    )
}

pub(super) fn put(tx: &mut Tx<'_>, key: &SpaceKey, row: &Row) -> Result<(), Fault> {
    let person = key.person();
    tx.exec(
        "INSERT INTO notice (person, active, upto, beyond, waits_since, last_sent, sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (person) DO UPDATE SET active = excluded.active, upto = excluded.upto,
           waits_since = excluded.waits_since, last_sent = excluded.last_sent, sealed = excluded.sealed",
        args![
            person,
            i64::from(row.choice.is_active()),
            person.act_key(row.upto),
            person.act_key(Seq::MAX),
            row.waits_since,
            row.last_sent,
            row.choice.seal(key)?
        ],
    )?;
    Ok(())
}

/// Whose sequence has acts that were not looked at, or for whom something waits and nothing was sent after `before`:
/// one look into the acts' own key for each person who is told at all.
pub(super) fn due(tx: &mut Tx<'_>, before: Instant, most: u32) -> Result<Vec<PersonId>, Fault> {
    tx.all(
        "SELECT n.person FROM notice n WHERE n.active = 1 AND (
           EXISTS (SELECT 1 FROM act a WHERE a.person = n.person AND a.id > n.upto AND a.id <= n.beyond)
           OR (n.waits_since IS NOT NULL AND (n.last_sent IS NULL OR n.last_sent <= $1)))
         ORDER BY n.person LIMIT $2",
        args![before, i64::from(most)],
        |row| Ok(PersonId(row.int(0)?)),
    )
}

pub(super) fn rest(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Fault> {
    tx.exec("UPDATE notice SET active = 0 WHERE person = $1", args![person])?;
    Ok(())
}
