//! Every statement about who may act for whom.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Fault, Instant, PersonId};
use store::{Row, SpaceKey, Tx, args};

use super::model::{Kind, Relation, Says};
use crate::enrolment::tally::days;

/// The day that is `n` days after 1970-01-01.
fn day(n: i64) -> Date {
    Date::constant(1970, 1, 1).saturating_add(n.days())
}

fn read(person: PersonId, key: &SpaceKey, row: &Row<'_>) -> Result<Relation, Fault> {
    Ok(Relation {
        person,
        id: row.int(0)?,
        kind: Kind::from_number(row.int(1)?)?,
        begins: day(row.int(2)?),
        ends: row.opt_int(3)?.map(day),
        offered_at: Instant(row.int(4)?),
        accepted_at: row.opt_int(5)?.map(Instant),
        ended_at: row.opt_int(6)?.map(Instant),
        says: Says::open(key, &row.bytes(7)?)?,
    })
}

/// Every relation of a person, the oldest first.
pub(super) fn relations(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Vec<Relation>, Fault> {
    let person = key.person();
    tx.all(
        "SELECT relation, kind, begins, ends, offered_at, accepted_at, ended_at, sealed FROM may_act
          WHERE person = $1 ORDER BY offered_at, relation",
        args![person],
        |row| read(person, key, row),
    )
}

/// Adds a relation.
pub(super) fn add(tx: &mut Tx<'_>, key: &SpaceKey, relation: &Relation) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO may_act (person, relation, kind, begins, ends, offered_at, accepted_at, ended_at, sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            relation.person,
            relation.id,
            relation.kind.number(),
            days(relation.begins),
            relation.ends.map(days),
            relation.offered_at,
            relation.accepted_at,
            relation.ended_at,
            relation.says.seal(key)?
        ],
    )?;
    Ok(())
}

/// Writes what has changed of a relation.
pub(super) fn change(tx: &mut Tx<'_>, key: &SpaceKey, relation: &Relation) -> Result<(), Fault> {
    tx.exec(
        "UPDATE may_act SET begins = $3, ends = $4, accepted_at = $5, ended_at = $6, sealed = $7
          WHERE person = $1 AND relation = $2",
        args![
            relation.person,
            relation.id,
            days(relation.begins),
            relation.ends.map(days),
            relation.accepted_at,
            relation.ended_at,
            relation.says.seal(key)?
        ],
    )?;
    Ok(())
}

/// Persons that a handle points to, in the order of their numbers.
pub(super) fn pointed_to(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Vec<PersonId>, Fault> {
    tx.all("SELECT person FROM may_act_handle WHERE hash = $1 ORDER BY person", args![hash], |row| {
        Ok(PersonId(row.int(0)?))
    })
}

/// Points from a handle to a person.
pub(super) fn point(tx: &mut Tx<'_>, hash: &[u8], person: PersonId) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO may_act_handle (hash, person) VALUES ($1, $2) ON CONFLICT (hash, person) DO NOTHING",
        args![hash, person],
    )?;
    Ok(())
}

/// Points no longer.
pub(super) fn unpoint(tx: &mut Tx<'_>, hash: &[u8], person: PersonId) -> Result<(), Fault> {
    tx.exec("DELETE FROM may_act_handle WHERE hash = $1 AND person = $2", args![hash, person])?;
    Ok(())
}
