//! The proof of the journal, as data: everything its owner needs to check with a program of her choice that it is
//! complete and unaltered (docs/operations/transparency.md).
//!
//! Acts that she does not see (a result that waits for its announcement) are withheld there as on the page, but not
//! left out: their digests still bind what came before them. Somebody who acts for her gets no proof, since a chain
//! without gaps would tell how much is kept from him.

use kernel::{Answer, Refusal, Seq, Visit};
use people::consent::pages::owner;
use people::consent::{self, Action};
use store::log::Terms;
use store::log::proof::{Ask, LEAVES};
use store::{Act, Kind, Tx};

use super::known::Known;

/// What is asked of the proof: the query of its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Size of the checkpoint that she kept.
    pub since: String,
    /// The last act that she knows.
    pub after: String,
    /// How many of her newest leaves to prove; `all`.
    pub leaves: String,
}

impl Asked {
    fn ask(&self) -> Ask {
        Ask {
            since: self.since.parse().ok(),
            after: self.after.parse().map_or(Seq(0), |seq: u32| Seq(seq.min(Seq::MAX.0))),
            leaves: match self.leaves.as_str() {
                "all" => u32::MAX,
                number => number.parse().unwrap_or(LEAVES),
            },
        }
    }
}

/// `GET /journal/proof`, noted as a reading of the journal.
///
/// # Errors
/// As `consent::open`; `Forbidden` (`not-for-another`) for somebody who acts for another.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, terms: &Terms, asked: &Asked) -> Answer<serde_json::Value> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadJournal)?;
    if pass.standing().is_some() {
        let refusal =
            Refusal::forbidden("not-for-another", "Only the owner of a journal may have its proof.");
        return Err(pass.refuse(tx, None, refusal));
    }
    let mut known = Known::of(tx, &pass)?;
    let proof = tx.journal_proof(pass.key(), terms, visit.now, asked.ask(), |row| {
        let mut told = row.clone();
        // A line from which something must be taken is no longer the line that was hashed.
        known.rank(&mut told).is_some() && told.line == row.line
    })?;
    let (kind, at, line) = (Kind::JournalRead, visit.now, pass.line());
    tx.note(pass.key(), Act { kind, at, entry: None, line, data: None, blob: None });
    serde_json::to_value(&proof).map_err(|e| kernel::Fault::Internal(format!("journal proof: {e}")).into())
}
