//! Asking witnesses: what is sent to them, and what becomes of their answers (c2sp.org/tlog-witness, c2sp.org/tlog-cosignature).
//!
//! The doors talk; here is what they say.

use data_encoding::BASE64;
use kernel::{Answer, Fault, Instant};

use super::note::{BadNote, Note, VerifierKey};
use super::tiles::Tiles;
use super::tree::{self, Hash};
use super::{COSIGNED, SIGNED, Terms, size, stored};
use crate::tx::Tx;
use crate::{args, queries};

/// What a witness is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// How many leaves the witness has followed so far.
    pub old: u64,
    /// How many leaves there are now.
    pub size: u64,
    /// The signed note that it shall cosign.
    pub note: String,
    /// That the one begins with the other.
    pub proof: Vec<Hash>,
}

impl Submission {
    /// The body of `add-checkpoint`.
    #[must_use]
    pub fn body(&self) -> String {
        let proof: String = self.proof.iter().map(|hash| format!("{}\n", BASE64.encode(hash))).collect();
        format!("old {}\n{proof}\n{}", self.old, self.note)
    }

    /// The cosignature in the witness's answer, when there is one that holds. Lines by anybody else are left out.
    #[must_use]
    pub fn answered(&self, witness: &VerifierKey, answer: &str) -> Option<String> {
        let cosigned = |line: &str| {
            let note: Result<Note, _> = format!("{}{line}\n", self.note).parse();
            note.is_ok_and(|note| note.cosigned_at(witness).is_some())
        };
        answer.lines().find(|line| cosigned(line)).map(|line| format!("{line}\n"))
    }
}

impl Tx<'_> {
    /// What to send to whom now: the newest checkpoint, to every witness that has not cosigned it yet.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_round(&mut self, terms: &Terms) -> Answer<Vec<(VerifierKey, Submission)>> {
        let Some(signed) = self.checkpoint_named(SIGNED)? else { return Ok(Vec::new()) };
        let mut round = Vec::new();
        for witness in &terms.witnesses {
            let name = witness.name.as_str();
            let old = self.one(queries::LOG_WITNESS, args![name], |row| row.int(0))?.map_or(0, size);
            if old < signed.size {
                let proof = tree::consistency(&mut Tiles::new(self), old, signed.size)?;
                let note = signed.note.clone();
                round.push((witness.clone(), Submission { old, size: signed.size, note, proof }));
            }
        }
        Ok(round)
    }

    /// The same submission for a witness that says it has followed `old` leaves, whatever we remember.
    ///
    /// # Errors
    /// `Fault::Damaged` when it has followed more than there are: this house lost the end of its log (an older backup
    /// was restored), or is not the one that the witness knows.
    pub fn log_resubmit(&mut self, submission: &Submission, old: u64) -> Answer<Submission> {
        let size = submission.size;
        if old > size {
            let said = format!("a witness has followed {old} leaves of this log, of which {size} are here");
            return Err(Fault::Damaged(said).into());
        }
        let proof = tree::consistency(&mut Tiles::new(self), old, size)?;
        Ok(Submission { old, proof, ..submission.clone() })
    }

    /// Keeps what witnesses answered to a submission (name, line), and shows the checkpoint with all lines under it
    /// once enough have cosigned it. Answers how many have.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_cosigned(
        &mut self,
        terms: &Terms,
        submission: &Submission,
        answers: &[(String, String)],
        now: Instant,
    ) -> Answer<usize> {
        let size = submission.size;
        for (name, line) in answers {
            self.exec(queries::PUT_LOG_WITNESS, args![name, stored(size), now, line])?;
        }
        let lines = self.all(queries::LOG_COSIGNATURES, args![stored(size)], |row| row.text(0))?;
        let note = format!("{}{}", submission.note, lines.concat());
        let parsed: Note = note.parse().map_err(|e: BadNote| Fault::Damaged(e.to_string()))?;
        let count = parsed.cosignatures(&terms.witnesses);
        let shown = self.checkpoint_named(COSIGNED)?.map_or(0, |kept| kept.size);
        // More lines under the same checkpoint are welcome.
        if count > 0 && count >= terms.threshold && size >= shown {
            self.exec(queries::PUT_LOG_CHECKPOINT, args![COSIGNED, stored(size), now, note])?;
        }
        Ok(count)
    }
}
