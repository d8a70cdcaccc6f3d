//! Health professionals and where they practise: what the RPPS extract says, kept up to date.
//!
//! Invariants: a professional is known by her RPPS number, checked; an activity has the same id in every import;
//! an activity that the extract no longer holds has ended, and nobody acts in it any more.
//!
//! A professional who was entered by hand in [`crate::registry`] and is in no extract has the one activity that
//! was entered.

pub mod called;
pub mod columns;
pub mod import;
mod model;
mod queries;
#[cfg(test)]
mod tests;

pub use model::{Mode, Practitioner, Situation, Structure};

use kernel::Answer;
use kernel::rpps::Rpps;
use store::Tx;

use crate::registry;
use called::What;

/// The id of the activity of somebody who was entered by hand.
const BY_HAND: &str = "registry";

/// A professional of the extract.
///
/// # Errors
/// Faults of the store.
pub fn practitioner(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Option<Practitioner>> {
    Ok(queries::practitioner(tx, rpps)?)
}

/// What patients call her, whether an extract or a hand entered her; `None` for a stranger.
///
/// # Errors
/// Faults of the store.
pub fn name(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Option<String>> {
    if let Some(practitioner) = queries::practitioner(tx, rpps)? {
        return Ok(Some(practitioner.display()));
    }
    Ok(registry::professional(tx, rpps)?.map(|known| known.professional.name))
}

/// The activities she has now, in an order that stays; none for a stranger, and for somebody who has retired.
///
/// # Errors
/// Faults of the store.
pub fn situations(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Vec<Situation>> {
    let found = queries::situations(tx, rpps)?;
    if !found.is_empty() || queries::practitioner(tx, rpps)?.is_some() {
        return Ok(found);
    }
    let by_hand = registry::professional(tx, rpps)?.map(|known| {
        let of = known.professional;
        let structure = Structure {
            id: of.finess.as_ref().map(|finess| format!("F{finess}")).unwrap_or_default(),
            legal_name: of.structure.clone(),
            name: of.structure,
            finess: of.finess,
            ..Structure::default()
        };
        Situation {
            rpps: of.rpps,
            id: BY_HAND.to_owned(),
            profession: of.profession,
            category: "C".to_owned(),
            know_how: String::new(),
            specialty: of.specialty,
            mode: Mode::Unknown,
            sector: known.sector,
            section: None,
            role: None,
            structure,
        }
    });
    Ok(by_hand.into_iter().collect())
}

/// Places with a FINESS number in whose name, town or number every word that was typed begins a word; at most `most`, by
/// name.
///
/// # Errors
/// Faults of the store.
pub fn places(tx: &mut Tx<'_>, typed: &str, most: usize) -> Answer<Vec<Structure>> {
    let typed = called::words(typed);
    if typed.iter().all(|word| word.len() < 2) {
        return Ok(Vec::new());
    }
    let Some(word) = called::rarest(tx, What::Place, &typed)? else { return Ok(Vec::new()) };
    let mut found = queries::places(tx, word)?;
    found.retain(|place| called::fits(&typed, &place.words()));
    found.truncate(most);
    Ok(found)
}

/// One of her activities; `None` when it is not hers or has ended.
///
/// # Errors
/// Faults of the store.
pub fn situation(tx: &mut Tx<'_>, rpps: &Rpps, id: &str) -> Answer<Option<Situation>> {
    Ok(situations(tx, rpps)?.into_iter().find(|one| one.id == id))
}
