//! Checking a journal without a store and without trusting whoever sent it.
//!
//! The rules are those of docs/operations/transparency.md, and the words for what is wrong are the same in the page's
//! own verifier and in the second implementation of the tests.

use std::collections::BTreeMap;

use kernel::{Instant, Seq};

use super::leaf::Leaf;
use super::note::{Note, VerifierKey};
use super::proof::{FORMAT, Link, Proof, Told};
use super::tree::{Hash, is_consistent, is_included};
use crate::acts::{Envelope, act_digest, chained, sha256};
use crate::seal::Clear;

/// Clocks differ a little, and acts wait for each other; more than this is not chance (microseconds).
pub const CLOCK_SLACK: i64 = 10 * 60 * Instant::SECOND;
/// An act that reaches the log later than this is remarked upon (microseconds).
pub const LATE: i64 = 3600 * Instant::SECOND;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// It is no journal proof.
    Format,
    /// An act is not there.
    Dropped,
    /// An act is not the one that was chained here: changed, reordered, or one before it was.
    Chain,
    /// An act claims a time before the acts that were there already, or before a checkpoint that does not cover it.
    BackDated,
    /// The checkpoint is not signed by the log.
    Signature,
    /// Too few witnesses cosigned it.
    Witnesses,
    /// The log is shorter than the one that she kept.
    Shrunk,
    /// The log is not the continuation of the one that she kept.
    Fork,
    /// The log says something else of this journal than it says itself.
    Rewritten,
    /// An act reached the log long after the time that it claims.
    Late,
    /// An act of some age is not in the log.
    Uncovered,
}

impl Flaw {
    /// The word that every verifier has for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Dropped => "dropped",
            Self::Chain => "chain",
            Self::BackDated => "back-dated",
            Self::Signature => "signature",
            Self::Witnesses => "witnesses",
            Self::Shrunk => "shrunk",
            Self::Fork => "fork",
            Self::Rewritten => "rewritten",
            Self::Late => "late",
            Self::Uncovered => "uncovered",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub flaw: Flaw,
    /// Which act, where it is about one.
    pub seq: Option<Seq>,
}

/// What she kept from an earlier time. What is missing is not compared.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The log's key.
    pub key: Option<VerifierKey>,
    /// A checkpoint.
    pub note: Option<Note>,
    /// When she kept it, by her own clock.
    pub at: Option<Instant>,
    /// The last act that she knew, and its hash.
    pub head: Option<(Seq, Hash)>,
    /// The witnesses whom she believes, and how many of them it takes.
    pub witnesses: Vec<VerifierKey>,
    /// How many of them it takes.
    pub threshold: usize,
}

/// Her acts, recomputed.
struct Chain<'a> {
    proof: &'a Proof,
    /// Hashes by rank, from that of act `after` on.
    hashes: BTreeMap<Seq, Hash>,
}

impl Chain<'_> {
    fn hash(&self, seq: Seq) -> Option<&Hash> {
        self.hashes.get(&seq)
    }

    fn last(&self) -> Seq {
        self.hashes.last_key_value().map_or(Seq(0), |(seq, _)| *seq)
    }

    /// Acts that are told, with a rank in this range.
    fn told(&self, after: Seq, upto: Seq) -> impl Iterator<Item = &Told> {
        self.proof.acts.iter().filter_map(move |link| match link {
            Link::Told(told) if told.seq > after && told.seq <= upto => Some(told),
            _ => None,
        })
    }
}

/// Checks a journal; no findings is all is well.
#[must_use]
pub fn check(proof: &Proof, kept: &Kept) -> Vec<Finding> {
    let mut found = Vec::new();
    if proof.format != FORMAT {
        return vec![Finding { flaw: Flaw::Format, seq: None }];
    }
    let chain = walk(proof, &mut found);
    let note = checkpoint(proof, kept, &mut found);
    if let Some(note) = &note {
        history(proof, kept, note, &mut found);
        leaves(&chain, note, &mut found);
    }
    head(&chain, kept, &mut found);
    covered(&chain, kept, &mut found);
    found
}

fn say(found: &mut Vec<Finding>, flaw: Flaw, seq: impl Into<Option<Seq>>) {
    found.push(Finding { flaw, seq: seq.into() });
}

/// Recomputes the chain. What follows a broken link is judged by the hash that the link claims, so that a break is
/// said once.
fn walk<'a>(proof: &'a Proof, found: &mut Vec<Finding>) -> Chain<'a> {
    let (mut last, mut newest) = (proof.after, i64::MIN);
    let mut hashes = BTreeMap::from([(proof.after, proof.before.0)]);
    let mut before = proof.before.0;
    for link in &proof.acts {
        let seq = link.seq();
        if seq.0 != last.0.saturating_add(1) {
            say(found, Flaw::Dropped, seq);
        }
        let (digest, claimed) = match link {
            Link::Withheld { digest, hash, .. } => (digest.0, hash.0),
            Link::Told(told) => {
                if told.at.0 < newest.saturating_sub(CLOCK_SLACK) {
                    say(found, Flaw::BackDated, seq);
                }
                newest = told.at.0;
                (digest(proof, told), told.hash.0)
            }
        };
        if chained(&before, &digest) != claimed {
            say(found, Flaw::Chain, seq);
        }
        before = claimed;
        hashes.insert(seq, claimed);
        last = seq;
    }
    Chain { proof, hashes }
}

fn digest(proof: &Proof, told: &Told) -> Hash {
    let clear = Clear {
        id: proof.person.act_key(told.seq),
        at: told.at.0,
        kind: told.kind,
        entry: told.entry.map(|tag| i64::from_be_bytes(tag.0)),
        nonce: told.nonce.0,
    };
    let envelope =
        Envelope { data_hash: told.data.map(|hash| hash.0), blob: told.content.map(|hash| (hash.0, 0)) };
    act_digest(&clear, &sha256(told.line.as_bytes()), &envelope)
}

/// The checkpoint, when it is signed as it should be.
fn checkpoint(proof: &Proof, kept: &Kept, found: &mut Vec<Finding>) -> Option<Note> {
    proof.checkpoint.as_ref()?;
    let note = proof.note().filter(|note| match &kept.key {
        Some(key) => note.is_signed_by(key) && note.checkpoint.origin == key.name,
        None => proof.keys.iter().filter_map(|key| key.parse().ok()).any(|key| note.is_signed_by(&key)),
    });
    match &note {
        None => say(found, Flaw::Signature, None),
        Some(note) if note.cosignatures(&kept.witnesses) < kept.threshold => {
            say(found, Flaw::Witnesses, None);
        }
        Some(_) => {}
    }
    note
}

/// Whether the log she kept is the beginning of this one.
fn history(proof: &Proof, kept: &Kept, note: &Note, found: &mut Vec<Finding>) {
    let Some(old) = kept.note.as_ref().map(|note| &note.checkpoint) else { return };
    let new = &note.checkpoint;
    if old.size > new.size {
        return say(found, Flaw::Shrunk, None);
    }
    let steps: Vec<Hash> = match &proof.consistency {
        Some(consistency) if consistency.since == old.size => {
            consistency.proof.iter().map(|hash| hash.0).collect()
        }
        _ => Vec::new(),
    };
    if old.origin != new.origin || !is_consistent(old.size, new.size, &old.root, &new.root, &steps) {
        say(found, Flaw::Fork, None);
    }
}

/// Whether the log has her leaves where they are said to be, and they say what her journal says.
fn leaves(chain: &Chain<'_>, note: &Note, found: &mut Vec<Finding>) {
    let (proof, tree) = (chain.proof, &note.checkpoint);
    let mut before: Option<&super::proof::Placed> = None;
    for placed in &proof.leaves {
        let ascends = before.is_none_or(|b| b.n < placed.n && b.index < placed.index && b.seq < placed.seq);
        let holds = placed.seq < proof.after
            || chain.hash(placed.seq).is_some_and(|head| {
                let leaf = Leaf { n: placed.n, seq: placed.seq, at: placed.at, head: *head };
                let steps: Vec<Hash> = placed.proof.iter().map(|hash| hash.0).collect();
                let hash = leaf.hash(&proof.secret.0);
                is_included(&hash, placed.index, tree.size, &steps, &tree.root)
            });
        if !ascends || !holds {
            say(found, Flaw::Rewritten, placed.seq);
        }
        if let Some(previous) = before.filter(|previous| previous.n + 1 == placed.n) {
            for told in chain.told(previous.seq, placed.seq) {
                if placed.at.0.saturating_sub(told.at.0) > LATE {
                    say(found, Flaw::Late, told.seq);
                }
            }
        }
        before = Some(placed);
    }
}

/// Whether the acts she knew are still there.
fn head(chain: &Chain<'_>, kept: &Kept, found: &mut Vec<Finding>) {
    let Some((seq, hash)) = kept.head else { return };
    match chain.hash(seq) {
        Some(now) if *now == hash => {}
        Some(_) => say(found, Flaw::Rewritten, seq),
        None if seq > chain.last() => say(found, Flaw::Dropped, seq),
        // Before the acts that were asked for.
        None => {}
    }
}

/// Whether acts are in the log since when they should be.
fn covered(chain: &Chain<'_>, kept: &Kept, found: &mut Vec<Finding>) {
    let proof = chain.proof;
    let logged = proof.leaves.last().filter(|_| proof.checkpoint.is_some());
    let last = logged.map_or(Seq(0), |leaf| leaf.seq);
    for told in chain.told(last, Seq::MAX) {
        if proof.at.0.saturating_sub(told.at.0) > LATE {
            say(found, Flaw::Uncovered, told.seq);
        }
    }
    if let (Some(note), Some(at)) = (&kept.note, kept.at) {
        let known = proof.leaves.iter().rfind(|leaf| leaf.index < note.checkpoint.size);
        for told in chain.told(known.map_or(Seq(0), |leaf| leaf.seq), Seq::MAX) {
            if told.at.0.saturating_add(LATE) < at.0 {
                say(found, Flaw::BackDated, told.seq);
            }
        }
    }
}
