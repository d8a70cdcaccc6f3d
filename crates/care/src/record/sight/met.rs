//! Pages of deciding that need her journal or her documents: those who have come here, those who send.

use kernel::{Actor, Answer, Professional, Seq, Visit};
use people::consent::pages::deciding;
use people::consent::pages::lists::{Blocked, blocked_page};
use people::consent::pages::switches::{Sender, senders_page};
use people::consent::{Action, Pass};
use people::registry;
use store::{Kind, Tx, Want};
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use super::Space;
use crate::record::known::Known;

/// The last so many professionals who came.
const MOST_MET: usize = 10;
/// What a professional does who comes.
const COMING: &[Kind] =
    &[Kind::ListRead, Kind::DocumentRead, Kind::Downloaded, Kind::Searched, Kind::Refused, Kind::Allowed];
/// How far back they are looked for, in acts.
const LOOK_BACK: u32 = 5_000;
/// More than this many answers and she is asked for a more precise name.
const MOST_FOUND: u32 = 20;

/// `GET /sharing/blocked`: those whom she blocked, those who have come here, and a search.
///
/// # Errors
/// As `consent::open`.
pub fn blocked(tx: &mut Tx<'_>, visit: &Visit, query: &str) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    let query = query.trim();
    let found: Option<Vec<Professional>> = match query {
        "" => None,
        typed => {
            let known = registry::find(tx, typed, MOST_FOUND)?;
            Some(known.into_iter().map(|known| known.professional).collect())
        }
    };
    // Whoever may not read her journal is not told here who came.
    let met = if pass.may(Action::ReadJournal) { met(tx, &pass)? } else { Vec::new() };
    let shown = Blocked { sharing: &sharing, query, found: found.as_deref(), met: &met };
    Ok(blocked_page(visit, &shown))
}

/// Professionals who read here or tried to, as far as the reader may know of them: the last first.
fn met(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<Professional>> {
    let mut known = Known::of(tx, pass)?;
    let head = tx.head(pass.key())?;
    let after = known.begin(Seq(head.0.saturating_sub(LOOK_BACK)));
    let want = known.want(Want::LINES.of(COMING));
    let mut met: Vec<Professional> = Vec::new();
    tx.acts(pass.key(), after, want, |mut row| {
        if known.rank(&mut row).is_none() {
            return Ok(());
        }
        if let Some(Actor::Professional(who)) = row.line.map(|line| line.actor) {
            met.retain(|other| other.rpps != who.rpps);
            met.push(who);
        }
        Ok(())
    })?;
    met.reverse();
    met.truncate(MOST_MET);
    Ok(met)
}

/// `GET /sharing/senders`: those whom she opposes, and a form to oppose one who has sent her something.
///
/// # Errors
/// As `consent::open`.
pub fn senders(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    senders_again(tx, visit, &Filled::empty(Words::to(visit)))
}

pub(super) fn senders_again(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    let mut senders: Vec<Sender> = Vec::new();
    if let Some(space) = Space::open(tx, visit, &pass)? {
        for meta in &space.own().documents {
            if let Actor::Software(software) = &*meta.sender {
                let id = software.sender().to_owned();
                if senders.iter().all(|(known, _)| *known != id) {
                    senders.push((id, software.organization.clone()));
                }
            }
        }
    }
    senders.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(senders_page(visit, &sharing, &senders, filled))
}
