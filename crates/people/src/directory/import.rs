//! Importing an RPPS extract: streaming, and the same however often it is done.
//!
//! A batch of lines is one transaction. An import that is killed has written whole batches; the next one goes
//! over the file from its beginning, which costs time and changes nothing. Only an import that came to the end
//! of the file ends what it did not see, and never more than half of all activities: a file that was cut off
//! would otherwise shut the country's practices.

use std::collections::{BTreeSet, HashSet};
use std::io::BufRead;

use kernel::rpps::Rpps;
use kernel::{Answer, Instant, Refusal, RefusalKind};
use store::{Store, Tx};

pub use super::columns::Reject;
use super::columns::{Entry, Lines};
use super::queries::{self, Change};
use crate::enrolment::waves;
use crate::identity::session;
use crate::registry::{self, KnownProfessional};

/// Who is said to have ended the sessions of those who practise nowhere any more.
const TASK: &str = "directory";

/// How an import runs.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The moment that is written down; also marks what this import saw.
    pub now: Instant,
    /// Lines per transaction.
    pub batch: usize,
    /// Lets an extract end more than half of all activities.
    pub shrink: bool,
}

impl Terms {
    /// The usual terms.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self { now, batch: 2_000, shrink: false }
    }
}

/// What became of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Activities not known before.
    pub added: u64,
    /// Lines that changed a name, a structure, or took up an activity that had ended.
    pub updated: u64,
    /// Lines that brought nothing new.
    pub unchanged: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// Activities that this extract no longer holds.
    pub ended: u64,
}

/// Where an import stands; handed to the caller after every batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What became of the lines.
    pub counts: Counts,
    /// The last line that is done.
    pub line: u64,
    /// Bytes that are done.
    pub position: u64,
}

/// Takes an extract in; `reject` hears of every line that is not taken, `each` of every batch.
///
/// # Errors
/// `Fault::Configuration` for a file that is no extract; `Conflict` (`directory-shrinks`) when it would end more
/// than half of all activities; what `reject` answers; faults. What was done before an error stays done.
pub fn import(
    store: &Store,
    source: impl BufRead,
    terms: Terms,
    reject: &mut dyn FnMut(u64, Reject) -> Answer<()>,
    each: &mut dyn FnMut(&Progress),
) -> Answer<Progress> {
    let mut lines = Lines::open(source)?;
    let mut progress = Progress::default();
    // Structures recur on hundreds of lines: each is compared once.
    let mut compared: HashSet<String> = HashSet::new();
    loop {
        let mut batch = Vec::with_capacity(terms.batch);
        let mut ended = false;
        while batch.len() < terms.batch.max(1) {
            match lines.next_entry()? {
                Some(Ok(entry)) => {
                    let id = entry.situation.as_ref().map(|situation| &situation.structure.id);
                    let compare = id.is_some_and(|id| compared.insert(id.clone()));
                    batch.push((entry, compare));
                }
                Some(Err(why)) => {
                    progress.counts.rejected += 1;
                    reject(lines.line(), why)?;
                }
                None => {
                    ended = true;
                    break;
                }
            }
        }
        let counts = store.write(move |tx| write(tx, &batch, terms.now)).wait()?;
        progress.counts.added += counts.added;
        progress.counts.updated += counts.updated;
        progress.counts.unchanged += counts.unchanged;
        progress.line = lines.line();
        progress.position = lines.position();
        each(&progress);
        if ended {
            break;
        }
    }
    progress.counts.ended = end(store, terms)?;
    each(&progress);
    Ok(progress)
}

fn write(tx: &mut Tx<'_>, batch: &[(Entry, bool)], now: Instant) -> Answer<Counts> {
    let mut counts = Counts::default();
    let mut changed: BTreeSet<Rpps> = BTreeSet::new();
    for (entry, compare) in batch {
        let rpps = &entry.practitioner.rpps;
        let mut change = queries::put_practitioner(tx, &entry.practitioner, now)?;
        if let Some(situation) = &entry.situation {
            let structure =
                if *compare { queries::put_structure(tx, &situation.structure)? } else { Change::Same };
            let seen = queries::put_situation(tx, situation, now)?;
            change = match (seen, change, structure) {
                (Change::New, ..) => Change::New,
                (Change::Same, Change::Same, Change::Same) => Change::Same,
                _ => Change::Other,
            };
        }
        match change {
            Change::New => counts.added += 1,
            Change::Other => counts.updated += 1,
            Change::Same => counts.unchanged += 1,
        }
        if change != Change::Same {
            changed.insert(rpps.clone());
        }
    }
    for rpps in &changed {
        summarise(tx, rpps)?;
    }
    Ok(counts)
}

/// Keeps the line that a search by name shows: her first activity, or none.
fn summarise(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<()> {
    let Some(practitioner) = queries::practitioner(tx, rpps)? else { return Ok(()) };
    let name = practitioner.display();
    let first = queries::situations(tx, rpps)?.into_iter().next();
    let known = match first {
        Some(first) => KnownProfessional { professional: first.acting(&name), sector: first.sector },
        None => {
            let before = registry::professional(tx, rpps)?;
            let profession = before.map(|known| known.professional.profession).unwrap_or_default();
            let (structure, rpps) = (String::new(), rpps.clone());
            let professional =
                kernel::Professional { rpps, name, profession, specialty: None, structure, finess: None };
            KnownProfessional { professional, sector: None }
        }
    };
    registry::add_professional(tx, &known)
}

/// Ends what the extract no longer holds.
fn end(store: &Store, terms: Terms) -> Answer<u64> {
    let mark = terms.now;
    let (running, unseen) = store.read(move |tx| Ok(queries::unseen(tx, mark)?)).wait()?;
    if unseen * 2 > running && !terms.shrink {
        let said = format!(
            "the extract holds {} of {running} activities; nothing was ended. Was it cut off? If not, say --shrink.",
            running - unseen
        );
        return Err(Refusal::new(RefusalKind::Conflict, "directory-shrinks", said));
    }
    let mut ended = 0;
    loop {
        let most = u32::try_from(terms.batch).unwrap_or(u32::MAX).max(1);
        let whose = store
            .write(move |tx| {
                let whose = queries::end_unseen(tx, mark, most)?;
                for rpps in whose.iter().collect::<BTreeSet<_>>() {
                    summarise(tx, rpps)?;
                    if queries::situations(tx, rpps)?.is_empty() {
                        // Who practises nowhere any more is let in nowhere any more, from this moment on.
                        session::end_all_of_professional(tx, &waves::system(TASK, mark, 0), rpps)?;
                    }
                }
                Ok(whose.len() as u64)
            })
            .wait()?;
        if whose == 0 {
            return Ok(ended);
        }
        ended += whose;
    }
}
