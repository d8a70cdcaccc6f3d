//! Every statement about `client`, `burnt` and `professional`.

use kernel::rpps::Rpps;
use kernel::text::fold;
use kernel::{Fault, Instant, Professional};
use oauth::Scopes;
use store::{Row, Tx, args};

use super::{Client, KnownProfessional, SenderKind};
use crate::directory::called::{self, What};

/// `false` when the id is taken.
pub(super) fn add_client(tx: &mut Tx<'_>, client: &Client) -> Result<bool, Fault> {
    let added = tx.exec(
        "INSERT INTO client (client_id, organization, finess, sender_kind, jwks, scopes, added_at, suspended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (client_id) DO NOTHING",
        args![
            &client.client_id,
            &client.organization,
            client.finess.clone(),
            client.sender_kind.word(),
            &client.jwks,
            client.scopes.to_string(),
            client.added_at,
            client.suspended_at
        ],
    )?;
    Ok(added == 1)
}

fn read_client(row: &Row<'_>) -> Result<Client, Fault> {
    Ok(Client {
        client_id: row.text(0)?,
        organization: row.text(1)?,
        finess: row.opt_text(2)?,
        sender_kind: SenderKind::parse(&row.text(3)?).unwrap_or(SenderKind::Other),
        jwks: row.text(4)?,
        scopes: Scopes::parse(&row.text(5)?),
        added_at: Instant(row.int(6)?),
        suspended_at: row.opt_int(7)?.map(Instant),
    })
}

pub(crate) fn client(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Client>, Fault> {
    tx.one(
        "SELECT client_id, organization, finess, sender_kind, jwks, scopes, added_at, suspended_at
           FROM client WHERE client_id = $1",
        args![client_id],
        read_client,
    )
}

pub(super) fn clients(tx: &mut Tx<'_>) -> Result<Vec<Client>, Fault> {
    tx.all(
        "SELECT client_id, organization, finess, sender_kind, jwks, scopes, added_at, suspended_at
           FROM client ORDER BY organization, client_id",
        args![],
        read_client,
    )
}

pub(super) fn suspend(tx: &mut Tx<'_>, client_id: &str, at: Option<Instant>) -> Result<bool, Fault> {
    Ok(tx.exec("UPDATE client SET suspended_at = $2 WHERE client_id = $1", args![client_id, at])? == 1)
}

/// `false` when the hash is there already.
pub(super) fn burn(tx: &mut Tx<'_>, hash: &[u8], until: Instant) -> Result<bool, Fault> {
    let sql = "INSERT INTO burnt (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    Ok(tx.exec(sql, args![hash, until])? == 1)
}

pub(super) fn sweep_burnt(tx: &mut Tx<'_>, now: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM burnt WHERE until <= $1", args![now])
}

pub(super) fn add_professional(tx: &mut Tx<'_>, known: &KnownProfessional) -> Result<(), Fault> {
    let of = &known.professional;
    let before = professional(tx, &of.rpps)?.map(|known| called::words(&known.professional.name));
    let (id, words) = (of.rpps.as_str(), called::words(&of.name));
    called::put(tx, What::Professional, id, &before.unwrap_or_default(), &words)?;
    tx.exec(
        "INSERT INTO professional (rpps, name, folded, profession, specialty, structure, finess, sector)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (rpps) DO UPDATE SET name = excluded.name, folded = excluded.folded,
           profession = excluded.profession, specialty = excluded.specialty, structure = excluded.structure,
           finess = excluded.finess, sector = excluded.sector",
        args![
            of.rpps.as_str(),
            &of.name,
            fold(&of.name),
            &of.profession,
            of.specialty.clone(),
            &of.structure,
            of.finess.clone(),
            known.sector.clone()
        ],
    )?;
    Ok(())
}

fn read_professional(row: &Row<'_>) -> Result<KnownProfessional, Fault> {
    let rpps = row.text(0)?;
    Ok(KnownProfessional {
        professional: Professional {
            rpps: Rpps::parse(&rpps).ok_or_else(|| Fault::Damaged(format!("{rpps} is no RPPS number")))?,
            name: row.text(1)?,
            profession: row.text(2)?,
            specialty: row.opt_text(3)?,
            structure: row.text(4)?,
            finess: row.opt_text(5)?,
        },
        sector: row.opt_text(6)?,
    })
}

pub(super) fn professional(tx: &mut Tx<'_>, rpps: &Rpps) -> Result<Option<KnownProfessional>, Fault> {
    tx.one(
        "SELECT rpps, name, profession, specialty, structure, finess, sector
           FROM professional WHERE rpps = $1",
        args![rpps.as_str()],
        read_professional,
    )
}

/// Professionals one of whose names begins so; [`called::MOST`] of them, by name.
pub(super) fn find_professionals(tx: &mut Tx<'_>, word: &str) -> Result<Vec<KnownProfessional>, Fault> {
    tx.all(
        "SELECT rpps, name, profession, specialty, structure, finess, sector
           FROM professional
          WHERE rpps IN (SELECT id FROM called WHERE what = $1 AND word >= $2 AND word < $3 LIMIT $4)
          ORDER BY folded, rpps",
        args![What::Professional.code(), word, called::behind(word), called::MOST],
        read_professional,
    )
}
