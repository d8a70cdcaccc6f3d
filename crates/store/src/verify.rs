//! Walks a person's sequence and says what is wrong with it: an act changed, dropped, moved or back-dated, a
//! content that is not what was deposited. Nothing is repaired.

use kernel::{Answer, Fault, PersonId, Seq};

use crate::acts::{Sealed, chain_hash, range, read_line, sha256};
use crate::keys::SpaceKey;
use crate::tx::Tx;
use crate::{Pending, Store, args, queries};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The act before this one is not there.
    Dropped,
    /// The act does not open, or its line does not parse: a bit was flipped, a row was moved or forged.
    Unreadable,
    /// The act is not the one that was chained here: changed, reordered, or another one before it was.
    ChainBroken,
    /// What the act says is not what its line vouches for.
    DataChanged,
    /// The content is missing, torn or not what was deposited.
    ContentChanged,
    /// The act claims a time well before the act it follows.
    BackDated,
    /// A state was kept that includes an act that is not there: the end of the sequence was dropped.
    EndDropped,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The act.
    pub seq: Seq,
    /// What is wrong.
    pub wrong: Wrong,
    /// The details, for the operator.
    pub detail: String,
}

/// What was found about one sequence.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Whose sequence.
    pub person: PersonId,
    /// How many acts.
    pub acts: u32,
    /// The hash of the last act: whoever kept it earlier can compare.
    pub head: [u8; 32],
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Nodes' clocks differ a little and acts wait for each other; more than this is not chance (microseconds).
const CLOCK_SLACK: i64 = 10 * 60 * kernel::Instant::SECOND;

impl Verified {
    fn add(&mut self, seq: Seq, wrong: Wrong, detail: impl Into<String>) {
        self.findings.push(Finding { seq, wrong, detail: detail.into() });
    }
}

/// The walk from one act to the next.
struct Walk<'a> {
    key: &'a SpaceKey,
    seq: Seq,
    at: i64,
    report: Verified,
}

impl Walk<'_> {
    fn step(&mut self, act: &Sealed) {
        let seq = Seq::of_key(act.clear.id);
        if seq != self.seq.next() {
            self.report.add(seq, Wrong::Dropped, format!("act {} is followed by act {}", self.seq.0, seq.0));
        }
        if act.clear.at < self.at.saturating_sub(CLOCK_SLACK) {
            self.report.add(seq, Wrong::BackDated, "it claims an earlier time than the act it follows");
        }
        self.open(seq, act);
        self.seq = seq;
        self.at = act.clear.at;
        self.report.head = act.hash;
        self.report.acts += 1;
    }

    fn open(&mut self, seq: Seq, act: &Sealed) {
        let (envelope, line) = match act.open_line(self.key) {
            Ok(opened) => opened,
            Err(fault) => return self.report.add(seq, Wrong::Unreadable, fault.to_string()),
        };
        if let Err(fault) = read_line(&line) {
            self.report.add(seq, Wrong::Unreadable, fault.to_string());
        }
        if chain_hash(&self.report.head, &act.clear, &sha256(&line), &envelope) != act.hash {
            self.report.add(seq, Wrong::ChainBroken, "its hash does not follow from the act before it");
        }
        match (act.open_data(self.key), envelope.data_hash) {
            (Err(fault), _) => self.report.add(seq, Wrong::DataChanged, fault.to_string()),
            (Ok(Some(data)), Some(hash)) if sha256(&data) == hash => {}
            (Ok(Some(_)), _) => self.report.add(seq, Wrong::DataChanged, "its hash differs"),
            // Erased, or there never was any: the chain vouches for the hash either way.
            (Ok(None), _) => {}
        }
    }
}

impl Tx<'_> {
    /// Walks the sequence of a person. `contents` also reads every content deposited, which takes longer.
    ///
    /// # Errors
    /// Only when the database cannot be read; what is wrong with the sequence is in the answer.
    pub fn verify(&mut self, key: &SpaceKey, contents: bool) -> Result<Verified, Fault> {
        let person = key.person();
        let (from, to) = range(person, Seq(0));
        let report = Verified { person, acts: 0, head: [0; 32], findings: Vec::new() };
        let mut walk = Walk { key, seq: Seq(0), at: i64::MIN, report };
        self.each(queries::ACTS, args![person, from, to, i64::MIN, i64::MAX], |row| {
            match Sealed::read(row, true) {
                Ok(act) => walk.step(&act),
                Err(fault) => {
                    walk.seq = Seq::of_key(row.int(0)?);
                    walk.report.add(walk.seq, Wrong::Unreadable, fault.to_string());
                }
            }
            Ok(())
        })?;
        let (last, mut report) = (walk.seq, walk.report);
        for (slot, upto) in
            self.all(queries::SNAPSHOTS, args![person], |row| Ok((row.int(0)?, row.int(1)?)))?
        {
            if upto > i64::from(last.0) {
                report.add(last, Wrong::EndDropped, format!("state {slot} includes act {upto}"));
            }
        }
        if contents {
            for id in self.all(queries::CONTENTS, args![person, from, to], |row| row.int(0))? {
                let seq = Seq::of_key(id);
                match self.blob(key, seq) {
                    Ok(_) => {}
                    Err(fault @ (Fault::Damaged(_) | Fault::Keys(_))) => {
                        report.add(seq, Wrong::ContentChanged, fault.to_string());
                    }
                    Err(fault) => return Err(fault),
                }
            }
        }
        Ok(report)
    }
}

impl Store {
    /// Walks the sequence of a person; see [`Tx::verify`].
    pub fn verify(&self, person: PersonId, contents: bool) -> Pending<Verified> {
        self.read(move |tx| -> Answer<Verified> {
            let key = tx.space_key(person)?;
            Ok(tx.verify(&key, contents)?)
        })
    }
}
