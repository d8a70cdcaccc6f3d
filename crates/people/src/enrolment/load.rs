//! Loading the insurer's file: streaming, resumable, idempotent.
//!
//! Three kinds of threads share the work: one reads and checks lines and finds out who is known; some seal
//! new persons with keys of their own and compare known ones; the caller's thread hands whole batches to the
//! store, in the order of the file. A batch, its counts and the line it reaches are one transaction, so a
//! load that is killed goes on at the line where it was. It then reads the beginning again without writing,
//! because only so does it know what an earlier line of the file said. What finds the new persons is written
//! at the end in one sweep ([`finding`]); until then nobody finds them.
//!
//! One load runs at a time: person numbers are given out in memory. A second one collides on them, or finds
//! that the first one's mark has moved, and stops.

mod finding;
mod reading;
mod writing;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Answer, Fault, Instant, Refusal};
use store::Store;

use super::checks::Insured;
use super::sealing::{NewPerson, seal};
use super::waves::Wave;
use super::{queries, tally};
use crate::person::{self, Identity, Person};
use reading::{Chunk, Reading, Taken};

/// What became of the lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Persons not known before.
    pub added: u64,
    /// Known persons of whom something changed.
    pub updated: u64,
    /// Known persons of whom nothing changed, and lines that stand twice.
    pub unchanged: u64,
    /// Lines in the rejects file.
    pub rejected: u64,
}

/// Where a load stands; handed to the caller after every batch, for a progress bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What became of the lines.
    pub counts: Counts,
    /// The last line that is done.
    pub line: u64,
    /// Bytes of the file that are done.
    pub position: u64,
    /// Bytes of the file.
    pub length: u64,
}

/// The end of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What became of all lines, those of an interrupted run before included.
    pub counts: Counts,
    /// Last line of the file.
    pub lines: u64,
    /// The line after which this run went on; 0 when it began at the beginning.
    pub resumed_at: u64,
    /// True when the file had been loaded to its end before; nothing was done then.
    pub already: bool,
}

/// How far a load had come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Resume {
    pub(super) line: u64,
    pub(super) counts: Counts,
    pub(super) finished: bool,
}

/// How a load runs.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The moment that is written down; its day is what dates are checked against.
    pub now: Instant,
    /// Threads that seal; two for two cores.
    pub sealers: usize,
    /// Lines per batch, which is one transaction. A larger one is made durable less often and needs more
    /// memory: 0.7 kB a line, three times over.
    pub batch: usize,
}

impl Terms {
    /// Terms that suit two cores.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self { now, sealers: 2, batch: 65_536 }
    }
}

/// What a sealer makes of a chunk.
struct Sealed {
    number: u64,
    new: Vec<NewPerson>,
    updates: Vec<Update>,
    unchanged: u64,
    rejects: Vec<(u64, reading::Why)>,
    line: u64,
    position: u64,
    ends_batch: bool,
}

/// A known person of whom the file says something else than we know.
struct Update {
    person: Person,
    insured: Insured,
    traits_were: Identity,
}

/// Everything the threads share.
struct Shared {
    store: Store,
    waves: Vec<Wave>,
}

/// Loads `file`; lines that are not taken go to `rejects` (CSV: line, code, sentence). `each` hears of every
/// batch; when it answers `false` the load stops there, to be gone on with later.
///
/// # Errors
/// `Fault::Configuration` for a file without the needed columns; `Fault::Io`; faults of the store. What was
/// done before an error stays done.
pub fn load(
    store: &Store,
    file: &Path,
    rejects: &Path,
    terms: Terms,
    each: &mut dyn FnMut(&Progress) -> bool,
) -> Answer<Loaded> {
    let length = std::fs::metadata(file).map_err(|e| named(file, &e))?.len();
    let fingerprint = reading::fingerprint(file, length)?;
    finding::recover(store)?;
    let (resume, last, waves) = store
        .read(move |tx| {
            let resume = queries::resume(tx, &fingerprint)?.unwrap_or_default();
            Ok((resume, queries::last_person(tx)?, queries::waves(tx)?))
        })
        .wait()?;
    if resume.finished {
        let lines = resume.line;
        return Ok(Loaded { counts: resume.counts, lines, resumed_at: lines, already: true });
    }
    let source = BufReader::with_capacity(1 << 20, std::fs::File::open(file).map_err(|e| named(file, &e))?);
    let reading = Reading::open(source, store.clone(), terms, resume.line, last)?;
    let shared = Arc::new(Shared { store: store.clone(), waves });
    let mut writing = writing::Writing::open(&shared, rejects, fingerprint, resume, terms.now)?;
    let (to_seal, chunks) = sync_channel::<Chunk>(terms.sealers);
    // While a batch is written, the next one is sealed.
    let (to_write, sealed) = sync_channel::<Answer<Sealed>>(terms.batch / reading::CHUNK + 1);
    let chunks = Arc::new(Mutex::new(chunks));
    let outcome = std::thread::scope(|scope| {
        let reader = scope.spawn(move || reading.run(&to_seal));
        for _ in 0..terms.sealers.max(1) {
            let (chunks, to_write, shared) = (Arc::clone(&chunks), to_write.clone(), Arc::clone(&shared));
            scope.spawn(move || seal_chunks(&shared, &chunks, &to_write));
        }
        drop((chunks, to_write));
        let written = write_in_order(&mut writing, &sealed, length, each);
        // Whoever still sends finds nobody listening, and ends.
        drop(sealed);
        let read =
            reader.join().map_err(|_| Fault::Internal("the reader of the file panicked".to_owned()))?;
        let stopped = written?;
        if !stopped {
            read?;
        }
        Ok::<bool, Refusal>(stopped)
    });
    let stopped = outcome?;
    let progress = writing.finish(stopped)?;
    Ok(Loaded { counts: progress.counts, lines: progress.line, resumed_at: resume.line, already: false })
}

fn named(file: &Path, error: &std::io::Error) -> Refusal {
    Fault::Io(format!("{}: {error}", file.display())).into()
}

/// Takes chunks until there are no more; a failure is handed on like a chunk.
fn seal_chunks(shared: &Shared, chunks: &Mutex<Receiver<Chunk>>, out: &SyncSender<Answer<Sealed>>) {
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(chunk) = next else { return };
        let sealed = seal_chunk(shared, chunk);
        let failed = sealed.is_err();
        if out.send(sealed).is_err() || failed {
            return;
        }
    }
}

fn seal_chunk(shared: &Shared, chunk: Chunk) -> Answer<Sealed> {
    let keyring = shared.store.keyring();
    let mut new = Vec::with_capacity(chunk.new.len());
    for Taken { id, handle, insured } in chunk.new {
        let wave = super::waves::wave_of(&shared.waves, &insured.department);
        new.push(seal(keyring, (id, handle), wave, insured)?);
    }
    let known = chunk.known;
    let (updates, unchanged) = if known.is_empty() {
        (Vec::new(), 0)
    } else {
        shared.store.read(move |tx| compare(tx, known)).wait()?
    };
    Ok(Sealed {
        number: chunk.number,
        new,
        updates,
        unchanged: unchanged + chunk.unchanged,
        rejects: chunk.rejects,
        line: chunk.line,
        position: chunk.position,
        ends_batch: chunk.ends_batch,
    })
}

/// Which of the known persons changed.
fn compare(tx: &mut store::Tx<'_>, known: Vec<Taken>) -> Answer<(Vec<Update>, u64)> {
    let (mut updates, mut unchanged) = (Vec::new(), 0);
    for Taken { id, insured, .. } in known {
        match person::load(tx, id)? {
            Some(person) if !is_same(&person, &insured) => {
                let traits_were = person.identity.clone();
                updates.push(Update { person, insured, traits_were });
            }
            // An erased person's handle is gone, so this is a person nobody changed.
            _ => unchanged += 1,
        }
    }
    Ok((updates, unchanged))
}

fn is_same(person: &Person, insured: &Insured) -> bool {
    person.identity == insured.identity
        && person.department == insured.department
        && person.scheme == insured.scheme
}

/// Puts chunks back into the order of the file and writes their batches; `true` when the caller wanted to stop.
fn write_in_order(
    writing: &mut writing::Writing<'_>,
    sealed: &Receiver<Answer<Sealed>>,
    length: u64,
    each: &mut dyn FnMut(&Progress) -> bool,
) -> Answer<bool> {
    let mut waiting = BTreeMap::new();
    let (mut next, mut batch) = (0, Vec::new());
    for chunk in sealed {
        let chunk = chunk?;
        waiting.insert(chunk.number, chunk);
        while let Some(chunk) = waiting.remove(&next) {
            next += 1;
            let ends_batch = chunk.ends_batch;
            batch.push(chunk);
            if !ends_batch {
                continue;
            }
            let progress = writing.write(std::mem::take(&mut batch))?;
            if !each(&Progress { length, ..progress }) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What changed about a person, in words for her journal.
fn changes(was: &Person, is: &Insured) -> String {
    let (old, new) = (&was.identity, &is.identity);
    let mut words = Vec::new();
    let mut note = |changed: bool, word: &'static str| {
        if changed {
            words.push(word);
        }
    };
    note(old.traits != new.traits, "traits");
    note(old.used_name != new.used_name || old.used_given != new.used_given, "used-name");
    note(old.contact != new.contact, "contact");
    note(old.representatives != new.representatives, "representatives");
    note(old.death != new.death, "death");
    note(was.department != is.department, "department");
    note(was.scheme != is.scheme, "scheme");
    words.join(" ")
}

/// Days since 1970 of her birth, for her row.
fn born(insured: &Insured) -> i64 {
    tally::days(insured.identity.traits.birth_date)
}
