//! Every statement about `practitioner`, `structure` and `situation`.

use std::collections::{BTreeSet, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use kernel::rpps::Rpps;
use kernel::{Fault, Instant};
use store::{Row, Tx, args};

use super::called::{self, What};
use super::model::{Mode, Practitioner, Situation, Structure};

/// What a line brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    New,
    Other,
    Same,
}

pub(super) fn put_practitioner(tx: &mut Tx<'_>, of: &Practitioner, at: Instant) -> Result<Change, Fault> {
    let known = practitioner(tx, &of.rpps)?;
    if known.as_ref() == Some(of) {
        return Ok(Change::Same);
    }
    tx.exec(
        "INSERT INTO practitioner (rpps, civil_title, title, family, given, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (rpps) DO UPDATE SET civil_title = excluded.civil_title, title = excluded.title,
           family = excluded.family, given = excluded.given, updated_at = excluded.updated_at",
        args![of.rpps.as_str(), &of.civil_title, &of.title, &of.family, &of.given, at],
    )?;
    Ok(if known.is_some() { Change::Other } else { Change::New })
}

pub(super) fn practitioner(tx: &mut Tx<'_>, rpps: &Rpps) -> Result<Option<Practitioner>, Fault> {
    tx.one(
        "SELECT rpps, civil_title, title, family, given FROM practitioner WHERE rpps = $1",
        args![rpps.as_str()],
        |row| {
            Ok(Practitioner {
                rpps: read_rpps(row, 0)?,
                civil_title: row.text(1)?,
                title: row.text(2)?,
                family: row.text(3)?,
                given: row.text(4)?,
            })
        },
    )
}

fn read_rpps(row: &Row<'_>, column: usize) -> Result<Rpps, Fault> {
    let text = row.text(column)?;
    Rpps::parse(&text).ok_or_else(|| Fault::Damaged(format!("{text} is no RPPS number")))
}

/// Writes a structure down; answers whether anything about it is new.
pub(super) fn put_structure(tx: &mut Tx<'_>, of: &Structure) -> Result<Change, Fault> {
    // The digest is compared for equality with its like and nowhere else, so any stable text will do; the number changes
    // when more is kept of a structure than before, so that the next import brings it.
    let digest = digest(&SHA256, format!("2 {of:?}").as_bytes()).as_ref()[..16].to_vec();
    let sql = "SELECT digest, name, town, finess FROM structure WHERE id = $1";
    let known = tx.one(sql, args![&of.id], |row| {
        let words = place_words(&row.text(1)?, &row.text(2)?, row.opt_text(3)?.as_deref());
        Ok((row.bytes(0)?, words))
    })?;
    if known.as_ref().is_some_and(|(same, _)| *same == digest) {
        return Ok(Change::Same);
    }
    let (change, before) = known.map_or((Change::New, BTreeSet::new()), |(_, words)| (Change::Other, words));
    put_words(tx, What::Place, &of.id, &before, &of.words())?;
    tx.exec(
        "INSERT INTO structure (id, name, legal_name, finess, legal_finess, siret, siren, street, postal_code,
           insee, town, department, phone, email, former_id, authority, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, legal_name = excluded.legal_name,
           finess = excluded.finess, legal_finess = excluded.legal_finess, siret = excluded.siret,
           siren = excluded.siren, street = excluded.street, postal_code = excluded.postal_code,
           insee = excluded.insee, town = excluded.town, department = excluded.department,
           phone = excluded.phone, email = excluded.email, former_id = excluded.former_id,
           authority = excluded.authority, digest = excluded.digest",
        args![
            &of.id,
            &of.name,
            &of.legal_name,
            of.finess.clone(),
            of.legal_finess.clone(),
            of.siret.clone(),
            of.siren.clone(),
            &of.street,
            &of.postal_code,
            &of.insee,
            &of.town,
            &of.department,
            &of.phone,
            &of.email,
            &of.former_id,
            &of.authority,
            digest
        ],
    )?;
    Ok(change)
}

/// The words of a place; none when it has no number to be meant by.
fn place_words(name: &str, town: &str, finess: Option<&str>) -> BTreeSet<String> {
    finess.map(|finess| called::words(&format!("{name} {town} {finess}"))).unwrap_or_default()
}

impl Structure {
    /// The words that it is found by.
    pub(super) fn words(&self) -> BTreeSet<String> {
        place_words(&self.name, &self.town, self.finess.as_deref())
    }
}

/// Writes down by which words something is found from now on: `now` instead of `before`.
pub(super) fn put_words(
    tx: &mut Tx<'_>,
    what: What,
    id: &str,
    before: &BTreeSet<String>,
    now: &BTreeSet<String>,
) -> Result<(), Fault> {
    for word in before.difference(now) {
        let sql = "DELETE FROM called WHERE what = $1 AND word = $2 AND id = $3";
        tx.later(sql, args![what.code(), word, id].to_vec())?;
    }
    // Also what was there before: a database of an earlier version does not have it.
    for word in now {
        let sql = "INSERT INTO called (what, word, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        tx.later(sql, args![what.code(), word, id].to_vec())?;
    }
    Ok(())
}

/// How many are called by a word that begins so, counted up to `most`.
pub(super) fn count_called(tx: &mut Tx<'_>, what: What, word: &str, most: u32) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM
                 (SELECT 1 FROM called WHERE what = $1 AND word >= $2 AND word < $3 LIMIT $4) AS few";
    let count = tx.one(sql, args![what.code(), word, called::behind(word), most], |row| row.int(0))?;
    Ok(count.unwrap_or_default())
}

/// Writes down that import `mark` saw this activity; one that had ended begins again.
pub(super) fn put_situation(tx: &mut Tx<'_>, of: &Situation, mark: Instant) -> Result<Change, Fault> {
    // Of two imports that overlap, the later one's mark stays.
    let seen = "UPDATE situation SET seen = CASE WHEN seen > $3 THEN seen ELSE $3 END
                 WHERE rpps = $1 AND id = $2 AND ended_at IS NULL";
    if tx.exec(seen, args![of.rpps.as_str(), &of.id, mark])? == 1 {
        return Ok(Change::Same);
    }
    // Its id is a hash of all it says: what is there under this id says the same, and had only ended.
    let added = tx.one(
        "INSERT INTO situation (rpps, id, profession, category, know_how, specialty, mode, sector, section, role,
           structure, seen, since, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, NULL)
         ON CONFLICT (rpps, id) DO UPDATE SET seen = excluded.seen, ended_at = NULL
           WHERE situation.ended_at < excluded.seen RETURNING since",
        args![
            of.rpps.as_str(),
            &of.id,
            &of.profession,
            &of.category,
            &of.know_how,
            of.specialty.clone(),
            of.mode.code(),
            of.sector.clone(),
            of.section.clone(),
            of.role.clone(),
            &of.structure.id,
            mark
        ],
        |row| Ok(Instant(row.int(0)?)),
    )?;
    Ok(match added {
        Some(since) if since == mark => Change::New,
        Some(_) => Change::Other,
        // A later import has ended it: it knows better.
        None => Change::Same,
    })
}

/// How many activities run, and how many of them neither import `mark` nor a later one saw.
pub(super) fn unseen(tx: &mut Tx<'_>, mark: Instant) -> Result<(i64, i64), Fault> {
    let running =
        tx.one("SELECT count(*) FROM situation WHERE ended_at IS NULL", args![], |row| row.int(0))?;
    let sql = "SELECT count(*) FROM situation WHERE ended_at IS NULL AND seen < $1";
    let unseen = tx.one(sql, args![mark], |row| row.int(0))?;
    Ok((running.unwrap_or_default(), unseen.unwrap_or_default()))
}

/// Ends at most `most` activities that neither import `mark` nor a later one saw; answers whose they were, one per
/// activity.
pub(super) fn end_unseen(tx: &mut Tx<'_>, mark: Instant, most: u32) -> Result<Vec<Rpps>, Fault> {
    tx.all(
        "UPDATE situation SET ended_at = $1 WHERE (rpps, id) IN
           (SELECT rpps, id FROM situation WHERE ended_at IS NULL AND seen < $1 LIMIT $2)
         RETURNING rpps",
        args![mark, most],
        |row| read_rpps(row, 0),
    )
}

/// The activities that somebody has now, in an order that stays: where she is self-employed first.
pub(super) fn situations(tx: &mut Tx<'_>, rpps: &Rpps) -> Result<Vec<Situation>, Fault> {
    tx.all(
        "SELECT s.rpps, s.id, s.profession, s.category, s.know_how, s.specialty, s.mode, s.sector, s.section,
                s.role, t.id, t.name, t.legal_name, t.finess, t.legal_finess, t.siret,
                t.siren, t.street, t.postal_code, t.insee, t.town, t.department, t.phone, t.email, t.former_id,
                t.authority
           FROM situation s JOIN structure t ON t.id = s.structure
          WHERE s.rpps = $1 AND s.ended_at IS NULL ORDER BY s.mode, t.name, s.id",
        args![rpps.as_str()],
        |row| {
            Ok(Situation {
                rpps: read_rpps(row, 0)?,
                id: row.text(1)?,
                profession: row.text(2)?,
                category: row.text(3)?,
                know_how: row.text(4)?,
                specialty: row.opt_text(5)?,
                mode: Mode::parse(&row.text(6)?),
                sector: row.opt_text(7)?,
                section: row.opt_text(8)?,
                role: row.opt_text(9)?,
                structure: read_structure(row)?,
            })
        },
    )
}

/// Places that are called by a word that begins so; [`called::MOST`] of them. Nulls stand where [`read_structure`] finds the
/// situation's columns.
pub(super) fn places(tx: &mut Tx<'_>, word: &str) -> Result<Vec<Structure>, Fault> {
    let found = tx.all(
        "SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                id, name, legal_name, finess, legal_finess, siret, siren, street, postal_code, insee, town,
                department, phone, email, former_id, authority
           FROM structure
          WHERE id IN (SELECT id FROM called WHERE what = $1 AND word >= $2 AND word < $3 LIMIT $4)
          ORDER BY name, id",
        args![What::Place.code(), word, called::behind(word), called::MOST],
        read_structure,
    )?;
    let mut seen = HashSet::new();
    Ok(found.into_iter().filter(|place| seen.insert(place.finess.clone())).collect())
}

fn read_structure(row: &Row<'_>) -> Result<Structure, Fault> {
    Ok(Structure {
        id: row.text(10)?,
        name: row.text(11)?,
        legal_name: row.text(12)?,
        finess: row.opt_text(13)?,
        legal_finess: row.opt_text(14)?,
        siret: row.opt_text(15)?,
        siren: row.opt_text(16)?,
        street: row.text(17)?,
        postal_code: row.text(18)?,
        insee: row.text(19)?,
        town: row.text(20)?,
        department: row.text(21)?,
        phone: row.text(22)?,
        email: row.text(23)?,
        former_id: row.text(24)?,
        authority: row.text(25)?,
    })
}
