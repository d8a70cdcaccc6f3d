//! Walks a person's sequence and says what is wrong with it: an act changed, dropped, moved or back-dated, a
//! content that is not what was deposited, a leaf of the transparency log that says something else. Nothing is
//! repaired.

use std::collections::HashMap;

use kernel::{Answer, Fault, PersonId, Seq};

use crate::acts::{Sealed, chain_hash, range, read_line, sha256};
use crate::keys::SpaceKey;
use crate::log::leaf::Leaf;
use crate::log::tiles;
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
    /// A state was kept, or a leaf of the log was made, that includes an act that is not there: the end of the sequence
    /// was dropped.
    EndDropped,
    /// The transparency log says something else of this sequence, or lacks one of its leaves.
    NotAsLogged,
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
    /// The hash of every act, for the leaves that cover them.
    hashes: HashMap<Seq, [u8; 32]>,
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
        self.hashes.insert(seq, act.hash);
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
        let mut walk = Walk { key, seq: Seq(0), at: i64::MIN, report, hashes: HashMap::new() };
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
        let (last, mut report, hashes) = (walk.seq, walk.report, walk.hashes);
        self.verify_leaves(key, &hashes, last, &mut report)?;
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

impl Tx<'_> {
    /// Compares a sequence with its leaves in the transparency log: none is missing, and each says what the sequence
    /// says.
    fn verify_leaves(
        &mut self,
        key: &SpaceKey,
        hashes: &HashMap<Seq, [u8; 32]>,
        last: Seq,
        report: &mut Verified,
    ) -> Result<(), Fault> {
        let mut leaves = self.leaves_below(key.person(), u64::MAX, i64::MAX)?;
        leaves.reverse();
        let secret = self.log_era()?.secret(key);
        for ((leaf, place), n) in leaves.into_iter().zip(1..) {
            let mut wrong = |what, detail: String| report.add(leaf.seq, what, detail);
            if leaf.n != n {
                wrong(Wrong::NotAsLogged, format!("leaf {n} of the transparency log is not there"));
                return Ok(());
            }
            let Some(head) = hashes.get(&leaf.seq) else {
                if leaf.seq > last {
                    wrong(Wrong::EndDropped, format!("leaf {n} of the transparency log covers it"));
                }
                continue;
            };
            let entry = Leaf { head: *head, ..leaf }.entry(&secret);
            let bundle = match tiles::entries(self, place / tiles::WIDTH) {
                Err(Fault::Damaged(what)) => {
                    wrong(Wrong::NotAsLogged, what);
                    continue;
                }
                bundle => bundle?,
            };
            if bundle.get((place % tiles::WIDTH) as usize) != Some(&entry) {
                wrong(Wrong::NotAsLogged, format!("leaf {n} of the transparency log says something else"));
            }
        }
        Ok(())
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
