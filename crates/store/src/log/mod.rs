//! The transparency log: an append-only Merkle tree over the heads of all sequences, which anyone may copy and whose
//! checkpoints anyone may keep.
//!
//! - A commit that appends acts also writes down which heads it moved ([`due`]); half a second later or so the worker
//!   makes leaves of them ([`Store::sweep_log`]), several acts of a person in one. So the log is never ahead of the
//!   acts, and what was due before a crash is due after it.
//! - [`leaf`]: what a leaf says to whom; [`tree`]: RFC 6962; [`tiles`]: how the tree is kept and fetched
//!   (c2sp.org/tlog-tiles); [`note`]: signed checkpoints and cosignatures; [`witness`]: asking for these;
//!   [`audit`]: the log examined as a whole; [`begun`]: the way out when it cannot be continued
//! - [`proof`]: what a person gets to check her own journal; [`check`]: checking it, without a store
//!
//! Privacy, what an operator could still do, and for how long a lie could live: docs/decisions/0011-transparency-log.md.

mod audit;
pub mod begun;
pub mod check;
pub(crate) mod due;
pub(crate) mod keys;
pub mod leaf;
pub mod note;
pub mod proof;
mod sweep;
#[cfg(test)]
mod tests;
pub mod tiles;
pub mod tree;
pub mod witness;

use kernel::{Answer, Fault, Instant, PersonId};

use crate::tx::Tx;
use crate::{Pending, Store, args, queries};

use note::VerifierKey;
pub use sweep::Swept;

/// What the operator decided about the log.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// What the log is called at first: its address without the scheme. It keeps the name that it began with.
    pub origin: String,
    /// Who follows it.
    pub witnesses: Vec<VerifierKey>,
    /// How many of them must have cosigned a checkpoint before it is shown; 0 shows what the log signed alone.
    pub threshold: usize,
}

impl Terms {
    /// Which checkpoint is shown.
    fn shown(&self) -> &'static str {
        if self.threshold == 0 { SIGNED } else { COSIGNED }
    }
}

/// The newest checkpoint that the log signed.
pub(crate) const SIGNED: &str = "signed";
/// The newest checkpoint that enough witnesses cosigned.
pub(crate) const COSIGNED: &str = "cosigned";

/// A checkpoint as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// How many leaves.
    pub size: u64,
    /// When it was signed.
    pub at: Instant,
    /// The signed note.
    pub note: String,
}

impl Tx<'_> {
    /// The checkpoint that is shown to the world; `None` while there is none.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_checkpoint(&mut self, terms: &Terms) -> Result<Option<Kept>, Fault> {
        self.checkpoint_named(terms.shown())
    }

    pub(crate) fn checkpoint_named(&mut self, name: &'static str) -> Result<Option<Kept>, Fault> {
        let kept = self.one(queries::LOG_CHECKPOINT, args![name], |row| {
            Ok(Kept { size: size(row.int(0)?), at: Instant(row.int(1)?), note: row.text(2)? })
        })?;
        Ok(kept.filter(|kept| !kept.note.is_empty()))
    }

    /// The bytes of a tile or of a bundle of entries; `None` when the log has not come that far.
    ///
    /// # Errors
    /// Faults of the database; [`Fault::Damaged`] when a row is torn.
    pub fn log_tile(&mut self, address: tiles::Address) -> Result<Option<Vec<u8>>, Fault> {
        let size = self.checkpoint_named(SIGNED)?.map_or(0, |kept| kept.size);
        tiles::serve(self, address, size)
    }
}

impl Store {
    /// Whether heads moved since the log was swept the last time. Only looks.
    pub fn log_is_due(&self) -> Pending<bool> {
        self.read(|tx| Ok(sweep::is_due(tx)?))
    }

    /// Makes leaves of the heads that moved since the last time, one or two hundred at most, and signs the new checkpoint.
    /// Several nodes may do it at once; what fails stays due.
    pub fn sweep_log(&self, terms: &Terms, now: Instant) -> Pending<Swept> {
        self.sweep_log_and(terms, now, |_, _| Ok(()))
    }

    /// The same, and in the same transaction tells `also` whose sequences had moved: what a commit wrote down is lost to
    /// nobody.
    pub fn sweep_log_and(
        &self,
        terms: &Terms,
        now: Instant,
        also: impl FnOnce(&mut Tx<'_>, &[PersonId]) -> Answer<()> + Send + 'static,
    ) -> Pending<Swept> {
        let terms = terms.clone();
        self.write(move |tx| {
            let (swept, moved) = sweep::sweep(tx, &terms, now)?;
            also(tx, &moved)?;
            Ok(swept)
        })
    }
}

/// A stored number of leaves, which is never negative.
pub(crate) fn size(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// A number of leaves as it is stored.
pub(crate) fn stored(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
