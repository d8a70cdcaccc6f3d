//! Checking a journal without a store and without trusting whoever sent it.
//!
//! The rules are those of docs/operations/transparency.md, and the words for what is wrong are the same in the page's
//! own verifier and in the second implementation of the tests.

use std::collections::BTreeMap;

use kernel::{Instant, Seq};

use super::begun::{self, Closed, Statement};
use super::leaf::{Leaf, renewed};
use super::note::{Note, VerifierKey};
use super::proof::{FORMAT, Hex, Link, Placed, Proof, Told};
use super::tree::{Hash, is_consistent, is_included, leaf_hash};
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
    /// The log that she kept was closed and a new one begun, which says when and why ([`Statement`]): no lie, but what she
    /// kept of the old one can no longer be compared.
    Restarted,
    /// Since the log was begun anew, the acts up to this one cannot be shown to be those that she knew.
    Unshown,
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
            Self::Restarted => "restarted",
            Self::Unshown => "unshown",
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

impl Kept {
    /// Which log it is of.
    fn origin(&self) -> Option<&str> {
        let named = self.key.as_ref().map(|key| key.name.as_str());
        self.note.as_ref().map(|note| note.checkpoint.origin.as_str()).or(named)
    }
}

/// What a proof says of the log that it is proven in, as far as it holds.
struct Log {
    note: Note,
    /// The statement that it begins with, when it is not the first one.
    begun: Option<Statement>,
}

/// Checks a journal; no findings is all is well.
#[must_use]
pub fn check(proof: &Proof, kept: &Kept) -> Vec<Finding> {
    let mut found = Vec::new();
    if proof.format != FORMAT {
        return vec![Finding { flaw: Flaw::Format, seq: None }];
    }
    let chain = walk(proof, &mut found);
    let log = checkpoint(proof, kept, &mut found).map(|note| {
        let begun = begun(proof, &note, &mut found);
        Log { note, begun }
    });
    let restarted = history(proof, kept, log.as_ref(), &mut found);
    if let Some(log) = &log {
        leaves(&chain, kept, &log.note, &mut found);
    }
    head(&chain, kept, restarted, &mut found);
    covered(&chain, log.is_some(), &mut found);
    known(&chain, kept, restarted, &mut found);
    found
}

/// When and why the log was begun anew, the last time that it was; `None` for the first log of a house. It says nothing
/// about whether that holds, which [`check`] does.
#[must_use]
pub fn begun_anew(proof: &Proof) -> Option<Closed> {
    Statement::read(&proof.begun.as_ref()?.statement)?.closed.pop()
}

fn say(found: &mut Vec<Finding>, flaw: Flaw, seq: impl Into<Option<Seq>>) {
    found.push(Finding { flaw, seq: seq.into() });
}

/// Recomputes the chain. What follows a broken link is judged by the hash that the link claims, so that a break is
/// said once.
fn walk<'a>(proof: &'a Proof, found: &mut Vec<Finding>) -> Chain<'a> {
    let (mut last, mut newest) = (proof.after, i64::MIN);
    // Before the first act there is nothing, whatever is said of it.
    let mut before = if proof.after == Seq(0) { [0; 32] } else { proof.before.0 };
    let mut hashes = BTreeMap::from([(proof.after, before)]);
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

/// The checkpoint, when it is signed as it should be. The key that she kept signs for a log that was begun anew too,
/// under its new name.
fn checkpoint(proof: &Proof, kept: &Kept, found: &mut Vec<Finding>) -> Option<Note> {
    proof.checkpoint.as_ref()?;
    let note = proof.note().filter(|note| {
        let origin = &note.checkpoint.origin;
        let keys: Vec<VerifierKey> = match &kept.key {
            Some(key) if proof.begun.is_some() => vec![key.under(origin)],
            Some(key) => vec![key.clone()],
            None => proof.keys.iter().filter_map(|key| key.parse().ok()).collect(),
        };
        keys.iter().any(|key| key.name == *origin && note.is_signed_by(key))
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

fn hashes(steps: &[Hex<32>]) -> Vec<Hash> {
    steps.iter().map(|hash| hash.0).collect()
}

/// The statement of a log that was begun anew, when the log begins with it.
fn begun(proof: &Proof, note: &Note, found: &mut Vec<Finding>) -> Option<Statement> {
    let told = proof.begun.as_ref()?;
    let tree = &note.checkpoint;
    let leaf = leaf_hash(&begun::entry(&told.statement));
    let statement = Statement::read(&told.statement)
        .filter(|said| said.origin == tree.origin)
        .filter(|_| is_included(&leaf, 0, tree.size, &hashes(&told.proof), &tree.root));
    if statement.is_none() {
        say(found, Flaw::Fork, None);
    }
    statement
}

/// Whether the log she kept is the beginning of this one. True when it is not, but was closed and this one begun.
fn history(proof: &Proof, kept: &Kept, log: Option<&Log>, found: &mut Vec<Finding>) -> bool {
    let old = kept.note.as_ref().map(|note| &note.checkpoint);
    let Some(log) = log else {
        if old.is_some() && proof.checkpoint.is_none() {
            say(found, Flaw::Shrunk, None);
        }
        return false;
    };
    let new = &log.note.checkpoint;
    let closed = kept.origin().filter(|origin| *origin != new.origin);
    let closed = closed.and_then(|origin| log.begun.as_ref()?.closing(origin));
    if let Some((_, last)) = closed {
        let signed =
            kept.key.as_ref().is_none_or(|key| last.is_signed_by(&key.under(&last.checkpoint.origin)));
        let last = &last.checkpoint;
        // The same number of leaves, and other ones: the old log had two versions.
        if !signed || old.is_some_and(|old| old.size == last.size && old.root != last.root) {
            say(found, Flaw::Fork, None);
        }
        say(found, Flaw::Restarted, None);
        return true;
    }
    let Some(old) = old else { return false };
    let steps = match &proof.consistency {
        Some(consistency) if consistency.since == old.size => hashes(&consistency.proof),
        _ => Vec::new(),
    };
    if old.origin != new.origin {
        say(found, Flaw::Fork, None);
    } else if old.size > new.size {
        say(found, Flaw::Shrunk, None);
    } else if !is_consistent(old.size, new.size, &old.root, &new.root, &steps) {
        say(found, Flaw::Fork, None);
    }
    false
}

/// Whether the log has her leaves where they are said to be, and they say what her journal says. They are numbered without
/// gaps: only between the last one below the size that she kept and the newest ones may some be left out.
fn leaves(chain: &Chain<'_>, kept: &Kept, note: &Note, found: &mut Vec<Finding>) {
    let (proof, tree) = (chain.proof, &note.checkpoint);
    let secret = match proof.begun {
        Some(_) => renewed(&proof.secret.0, &tree.origin),
        None => proof.secret.0,
    };
    let asked = proof.consistency.as_ref().map(|consistency| consistency.since);
    let since = kept.note.as_ref().map(|note| note.checkpoint.size).or(asked);
    let mut before: Option<&Placed> = None;
    for placed in &proof.leaves {
        let follows = before.is_none_or(|b| {
            let left_out = since.is_some_and(|since| (b.index + 1..=placed.index).contains(&since));
            let next = b.n + 1 == placed.n || (b.n < placed.n && left_out);
            next && b.index < placed.index && b.seq < placed.seq
        });
        let holds = placed.seq < proof.after
            || chain.hash(placed.seq).is_some_and(|head| {
                let leaf = Leaf { n: placed.n, seq: placed.seq, at: placed.at, head: *head };
                let steps = hashes(&placed.proof);
                is_included(&leaf.hash(&secret), placed.index, tree.size, &steps, &tree.root)
            });
        if !follows || !holds {
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
fn head(chain: &Chain<'_>, kept: &Kept, restarted: bool, found: &mut Vec<Finding>) {
    let Some((seq, hash)) = kept.head else { return };
    match chain.hash(seq) {
        Some(now) if *now == hash => {}
        _ if restarted && seq >= chain.proof.after => say(found, Flaw::Unshown, seq),
        Some(_) => say(found, Flaw::Rewritten, seq),
        None if seq > chain.last() => say(found, Flaw::Dropped, seq),
        // Before the acts that were asked for.
        None => {}
    }
}

/// Whether everything that is older than an hour is in the log.
fn covered(chain: &Chain<'_>, logged: bool, found: &mut Vec<Finding>) {
    let proof = chain.proof;
    let last = proof.leaves.last().filter(|_| logged).map_or(Seq(0), |leaf| leaf.seq);
    for told in chain.told(last, Seq::MAX) {
        if proof.at.0.saturating_sub(told.at.0) > LATE {
            say(found, Flaw::Uncovered, told.seq);
        }
    }
}

/// Whether an act claims to be older than what she kept, which does not have it: not in the leaves of her checkpoint; or,
/// where the log was begun anew, behind the last act that she knew.
fn known(chain: &Chain<'_>, kept: &Kept, restarted: bool, found: &mut Vec<Finding>) {
    let (Some(note), Some(at)) = (&kept.note, kept.at) else { return };
    let leaves = chain.proof.leaves.iter();
    let upto = if restarted {
        let known = kept.head.filter(|(seq, hash)| chain.hash(*seq) == Some(hash));
        known.map_or(Seq::MAX, |(seq, _)| seq)
    } else {
        leaves.rev().find(|leaf| leaf.index < note.checkpoint.size).map_or(Seq(0), |leaf| leaf.seq)
    };
    for told in chain.told(upto, Seq::MAX) {
        if told.at.0.saturating_add(LATE) < at.0 {
            say(found, Flaw::BackDated, told.seq);
        }
    }
}
