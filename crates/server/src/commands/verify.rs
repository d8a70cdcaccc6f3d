//! Verifying: in a house, what it keeps; without one, a journal's proof against what its owner kept, with nothing but
//! the two files and the log's public key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use kernel::{Answer, Fault, Instant, Seq};
use serde::Deserialize;
use store::log::check::{self, Finding, Flaw, Kept};
use store::log::note::{Note, VerifierKey};
use store::log::proof::{Link, Proof};

use super::{print, tell};
use crate::house::House;

/// What is verified.
#[derive(Debug, Args)]
pub struct Verify {
    /// Her number; everybody when not given.
    #[arg(long)]
    person: Option<i64>,
    /// Also read every content deposited.
    #[arg(long)]
    contents: bool,
    /// The proof of a journal, as its owner downloaded it; nothing but this file is looked at.
    #[arg(long, conflicts_with_all = ["person", "contents"])]
    pub(super) proof: Option<PathBuf>,
    #[command(flatten)]
    pub(super) against: Against,
}

/// What it is compared with.
#[derive(Debug, Args)]
pub(super) struct Against {
    /// A checkpoint of the log that somebody kept, or with --proof an earlier proof of the same journal, which also
    /// says how far it had come.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// The log's public key (name+id+key; `carnet keys log` prints it).
    #[arg(long, requires = "proof")]
    key: Option<String>,
    /// The public key of a witness that must have cosigned; may be given several times.
    #[arg(long = "witness", requires = "proof")]
    witnesses: Vec<String>,
    /// How many of the witnesses must have; all when not given.
    #[arg(long, requires = "proof")]
    threshold: Option<usize>,
}

/// Verifies in a house: one journal or all of them, and that its log begins with a checkpoint that somebody kept.
pub(super) fn house(house: &Arc<House>, wanted: &Verify) -> Answer<()> {
    if let Some(file) = &wanted.against.checkpoint {
        let note = note(file)?;
        if let Err(what) = house.store.log_begins_with(&note)? {
            return Err(Fault::Damaged(format!("{}: {what}", file.display())).into());
        }
        tell(format!("the log here begins with the {} leaves of {}", note.checkpoint.size, file.display()));
    }
    super::keep::verify(house, wanted.person, wanted.contents)
}

pub(super) fn read(file: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(file).map_err(|e| Fault::Io(format!("{}: {e}", file.display())))
}

fn key(text: &str) -> Result<VerifierKey, Fault> {
    text.parse().map_err(|e| Fault::Configuration(format!("{text}: {e}")))
}

/// Reads a signed checkpoint.
pub(super) fn note(file: &Path) -> Result<Note, Fault> {
    read(file)?.parse().map_err(|e| Fault::Damaged(format!("{}: {e}", file.display())))
}

/// Checks a proof; what is found goes to standard output, one finding a line.
pub(super) fn proof(file: &Path, against: &Against) -> Result<(), Fault> {
    let text = read(file)?;
    let proof: Proof = serde_json::from_str(&text)
        .map_err(|e| Fault::Damaged(format!("{} is no journal proof: {e}", file.display())))?;
    let kept = kept(against)?;
    if kept.key.is_none() {
        tell("no --key: whoever made the file also chose the key that it is checked with");
    }
    let found = check::check(&proof, &kept);
    for finding in &found {
        print(said(finding, &proof));
    }
    let size = proof.note().map_or(0, |note| note.checkpoint.size);
    let (acts, leaves) = (proof.acts.len(), proof.leaves.len());
    print(format!("person {}\tacts {acts}\tleaves {leaves}\tlog {size}", proof.person));
    if found.is_empty() { Ok(()) } else { Err(Fault::Damaged(format!("{} findings", found.len()))) }
}

fn kept(against: &Against) -> Result<Kept, Fault> {
    let mut kept = match &against.checkpoint {
        Some(file) => kept_in(file)?,
        None => Kept::default(),
    };
    if let Some(text) = &against.key {
        kept.key = Some(key(text)?);
    }
    if !against.witnesses.is_empty() {
        kept.witnesses = against.witnesses.iter().map(|text| key(text)).collect::<Result<_, _>>()?;
        kept.threshold = kept.witnesses.len();
    }
    kept.threshold = against.threshold.unwrap_or(kept.threshold);
    Ok(kept)
}

/// What the page of the journal lets its reader keep (`toKeep` of `web/src/verify.js`).
#[derive(Deserialize)]
struct Marker {
    checkpoint: Option<String>,
    vkey: Option<String>,
    #[serde(default)]
    witnesses: Vec<String>,
    #[serde(default)]
    threshold: usize,
    seq: u32,
    head: String,
    at: Option<i64>,
}

impl Marker {
    fn kept(self) -> Result<Kept, Fault> {
        let wrong = |what: String| Fault::Damaged(format!("the marker that was kept: {what}"));
        let head = kernel::codes::from_hex(&self.head).and_then(|hash| hash.try_into().ok());
        Ok(Kept {
            key: self.vkey.as_deref().map(key).transpose()?,
            note: self.checkpoint.map(|note| note.parse()).transpose().map_err(|e| wrong(format!("{e}")))?,
            at: self.at.map(Instant),
            head: Some((Seq(self.seq), head.ok_or_else(|| wrong("its head is no hash".into()))?)),
            witnesses: self.witnesses.iter().map(|text| key(text)).collect::<Result<_, _>>()?,
            threshold: self.threshold,
        })
    }
}

/// What a file that was kept says: a signed checkpoint alone, a whole proof of an earlier day, or the marker that the
/// journal's page makes.
fn kept_in(file: &Path) -> Result<Kept, Fault> {
    let text = read(file)?;
    if let Ok(marker) = serde_json::from_str::<Marker>(&text) {
        return marker.kept();
    }
    let Ok(earlier) = serde_json::from_str::<Proof>(&text) else {
        let note: Note = text.parse().map_err(|e| Fault::Damaged(format!("{}: {e}", file.display())))?;
        // A witness says when it saw the checkpoint; the log itself does not.
        return Ok(Kept { note: Some(note), ..Kept::default() });
    };
    let head = earlier.acts.last().map(|link| match link {
        Link::Told(told) => (told.seq, told.hash.0),
        Link::Withheld { seq, hash, .. } => (*seq, hash.0),
    });
    let key = earlier.keys.last().and_then(|key| key.parse().ok());
    let at: Option<Instant> = Some(earlier.at);
    Ok(Kept { key, note: earlier.note(), at, head, ..Kept::default() })
}

fn said(finding: &Finding, proof: &Proof) -> String {
    let what = match finding.flaw {
        Flaw::Restarted => return format!("{}\t\t{}", finding.flaw.word(), begun(proof)),
        Flaw::Unshown => "the acts up to it cannot be shown to be those that were known",
        Flaw::Format => "it is no journal proof",
        Flaw::Dropped => "an act before it, or itself, is not there",
        Flaw::Chain => "it was changed, or does not follow from the act before it",
        Flaw::BackDated => "it claims a time at which it was not there",
        Flaw::Signature => "the checkpoint is not signed by the log",
        Flaw::Witnesses => "too few witnesses cosigned the checkpoint",
        Flaw::Shrunk => "the log is shorter than the one that was kept",
        Flaw::Fork => "the log is not the continuation of the one that was kept",
        Flaw::Rewritten => "the journal is not the one that was in the log",
        Flaw::Late => "it reached the log more than an hour after the time that it claims",
        Flaw::Uncovered => "it is more than an hour old and not in the log",
    };
    match finding.seq {
        Some(seq) => format!("{}\tact {}\t{what}", finding.flaw.word(), seq.0),
        None => format!("{}\t\t{what}", finding.flaw.word()),
    }
}

/// When and why the log was begun anew. The words are somebody's: nothing in them may speak to a terminal.
fn begun(proof: &Proof) -> String {
    let (at, reason) = check::begun_anew(proof)
        .map_or_else(Default::default, |closed| (closed.at.to_string(), closed.reason));
    let reason: String = reason.chars().filter(|c| !c.is_control()).collect();
    format!(
        "the log was begun anew on {at} ({reason}): what was kept of the old one cannot be compared with it"
    )
}
