//! The first thread: lines into chunks of checked persons, known and new apart.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::mpsc::SyncSender;

use aws_lc_rs::digest::{Context, SHA256};
use jiff::civil::Date;
use kernel::{Answer, Fault, PersonId};
use store::Store;

use super::super::checks::{Insured, RejectCode, check};
use super::super::columns::{Lines, Next, Raw};
use super::super::queries;
use super::Terms;
use crate::person::queries::ins_handle;

/// Why a line is not taken: its code, and what is particular to this line.
pub(super) type Why = (RejectCode, Option<String>);

/// Lines that go through the pipeline together.
pub(super) struct Chunk {
    pub(super) number: u64,
    pub(super) new: Vec<(PersonId, Insured)>,
    pub(super) known: Vec<(PersonId, Insured)>,
    pub(super) unchanged: u64,
    pub(super) rejects: Vec<(u64, Why)>,
    pub(super) line: u64,
    pub(super) position: u64,
}

/// The first eight bytes of a handle are as random as a hash can be: they need no further hashing.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// Handle → hash of the line's content, and its number: 16 bytes a person.
type Seen = HashMap<u64, (u32, u32), BuildHasherDefault<AsItIs>>;

/// The reading of one file.
pub(super) struct Reading {
    lines: Lines<BufReader<File>>,
    store: Store,
    today: Date,
    batch: usize,
    /// Lines up to this one were written before.
    done: u64,
    /// The person number given last.
    last: PersonId,
    /// True when nobody was known before this file: then whoever is not in `seen` is new.
    fresh: bool,
    seen: Seen,
}

impl Reading {
    pub(super) fn open(
        source: BufReader<File>,
        store: Store,
        terms: Terms,
        done: u64,
        last: PersonId,
    ) -> Answer<Self> {
        Ok(Self {
            lines: Lines::open(source)?,
            store,
            today: terms.now.date(),
            batch: terms.batch.max(1),
            done,
            last,
            fresh: last == PersonId(0),
            seen: Seen::default(),
        })
    }

    /// Reads to the end, or until nobody takes chunks any more.
    pub(super) fn run(mut self, out: &SyncSender<Chunk>) -> Answer<()> {
        let mut number = 0;
        loop {
            let (chunk, ended) = self.chunk(number)?;
            number += 1;
            if out.send(chunk).is_err() || ended {
                return Ok(());
            }
        }
    }

    fn chunk(&mut self, number: u64) -> Answer<(Chunk, bool)> {
        let (mut taken, mut rejects, mut unchanged) = (Vec::with_capacity(self.batch), Vec::new(), 0);
        let mut raw = Raw::default();
        let mut ended = false;
        while taken.len() + rejects.len() < self.batch {
            let checked = match self.lines.next_into(&mut raw)? {
                Next::End => {
                    ended = true;
                    break;
                }
                Next::Torn(why) => Err((RejectCode::Torn, Some(why))),
                Next::Line => check(&raw, self.today).map_err(|reject| (reject.code, None)),
            };
            let line = self.lines.line();
            let (insured, handle) = match checked {
                Ok(insured) => {
                    let handle = ins_handle(self.store.keyring(), &insured.identity.ins);
                    (insured, handle)
                }
                Err(why) => {
                    if line > self.done {
                        rejects.push((line, why));
                    }
                    continue;
                }
            };
            match self.remember(&handle, &insured, line) {
                Before::Never if line > self.done => taken.push((handle, insured)),
                Before::Same if line > self.done => unchanged += 1,
                Before::Other(earlier) if line > self.done => {
                    rejects.push((line, (RejectCode::Duplicate, Some(format!("line {earlier}")))));
                }
                _ => {}
            }
        }
        let (new, known) = self.part(taken)?;
        let (line, position) = (self.lines.line(), self.lines.position());
        Ok((Chunk { number, new, known, unchanged, rejects, line, position }, ended))
    }

    /// Whether the file named this person before, with what content.
    fn remember(&mut self, handle: &[u8], insured: &Insured, line: u64) -> Before {
        let mut key = AsItIs::default();
        key.write(&handle[..8.min(handle.len())]);
        let mut content = DefaultHasher::new();
        insured.department.hash(&mut content);
        insured.scheme.hash(&mut content);
        // The identity's own serialisation is what counts; it is compared for equality nowhere else.
        format!("{:?}", insured.identity).hash(&mut content);
        let content = content.finish() as u32;
        match self.seen.entry(key.finish()) {
            Entry::Vacant(place) => {
                place.insert((content, u32::try_from(line).unwrap_or(u32::MAX)));
                Before::Never
            }
            Entry::Occupied(place) if place.get().0 == content => Before::Same,
            Entry::Occupied(place) => Before::Other(place.get().1),
        }
    }

    /// Parts the known from the new, who get their numbers here, in the order of the file.
    #[expect(clippy::type_complexity, reason = "two lists of the same pairs")]
    fn part(
        &mut self,
        taken: Vec<(Vec<u8>, Insured)>,
    ) -> Answer<(Vec<(PersonId, Insured)>, Vec<(PersonId, Insured)>)> {
        let mut found: HashMap<Vec<u8>, PersonId> = HashMap::new();
        if !self.fresh && !taken.is_empty() {
            let mut handles: Vec<Vec<u8>> = taken.iter().map(|(handle, _)| handle.clone()).collect();
            handles.sort_unstable();
            found = self.store.read(move |tx| known(tx, handles)).wait()?;
        }
        let (mut new, mut old) = (Vec::with_capacity(taken.len()), Vec::new());
        for (handle, insured) in taken {
            match found.get(&handle) {
                Some(person) => old.push((*person, insured)),
                None => {
                    self.last = PersonId(self.last.0 + 1);
                    new.push((self.last, insured));
                }
            }
        }
        Ok((new, old))
    }
}

/// What the file said about a person before.
enum Before {
    Never,
    Same,
    Other(u32),
}

fn known(tx: &mut store::Tx<'_>, handles: Vec<Vec<u8>>) -> Answer<HashMap<Vec<u8>, PersonId>> {
    let mut found = HashMap::new();
    for handle in handles {
        if let Some(person) = queries::person_of_handle(tx, &handle)? {
            found.insert(handle, person);
        }
    }
    Ok(found)
}

/// Knows a file again: its length, when it was changed, and its first megabyte. A copy of a file counts as
/// another one and is read from its beginning, which does no harm.
pub(super) fn fingerprint(file: &Path, length: u64) -> Answer<[u8; 32]> {
    let mut head = Vec::new();
    let opened = File::open(file).map_err(Fault::from)?;
    let changed = opened.metadata().and_then(|about| about.modified()).map_err(Fault::from)?;
    let changed = changed.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    opened.take(1 << 20).read_to_end(&mut head).map_err(Fault::from)?;
    let mut hash = Context::new(&SHA256);
    hash.update(&length.to_be_bytes());
    hash.update(&changed.as_nanos().to_be_bytes());
    hash.update(&head);
    let mut out = [0; 32];
    out.copy_from_slice(hash.finish().as_ref());
    Ok(out)
}
