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
use kernel::{Answer, Fault, PersonId, Traits};
use store::Store;

use super::super::checks::{Insured, RejectCode, check};
use super::super::columns::{Lines, Next, Raw};
use super::super::queries;
use super::Terms;
use crate::person::Identity;
use crate::person::queries::ins_hash;

/// Why a line is not taken: its code, and what is particular to this line.
pub(super) type Why = (RejectCode, Option<String>);

/// Lines that go through the pipeline together: few enough that what one thread made is still near when the
/// next one takes it.
pub(super) const CHUNK: usize = 2_048;

/// A checked line.
pub(super) struct Taken {
    /// Her number; 0 until she has one.
    pub(super) id: PersonId,
    /// The handle of her INS.
    pub(super) handle: [u8; 16],
    pub(super) insured: Insured,
}

/// Lines that go through the pipeline together.
pub(super) struct Chunk {
    pub(super) number: u64,
    pub(super) new: Vec<Taken>,
    pub(super) known: Vec<Taken>,
    pub(super) unchanged: u64,
    pub(super) rejects: Vec<(u64, Why)>,
    pub(super) line: u64,
    pub(super) position: u64,
    /// True for the last chunk of a batch, which becomes one transaction.
    pub(super) ends_batch: bool,
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
    /// Lines in a batch, and how many of this one are read.
    batch: (usize, usize),
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
            batch: (terms.batch.max(1), 0),
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
        let (batch, before) = self.batch;
        let most = CHUNK.min(batch - before);
        let (mut taken, mut rejects, mut unchanged) = (Vec::with_capacity(most), Vec::new(), 0);
        let mut raw = Raw::default();
        let mut ended = false;
        while taken.len() + rejects.len() < most {
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
                    let handle = ins_hash(self.store.keyring(), &insured.identity.ins);
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
                Before::Never if line > self.done => {
                    taken.push(Taken { id: PersonId(0), handle, insured });
                }
                Before::Same if line > self.done => unchanged += 1,
                Before::Other(earlier) if line > self.done => {
                    rejects.push((line, (RejectCode::Duplicate, Some(format!("line {earlier}")))));
                }
                _ => {}
            }
        }
        let read = before + taken.len() + rejects.len();
        let ends_batch = ended || read >= batch;
        self.batch.1 = if ends_batch { 0 } else { read };
        let (new, known) = self.part(taken)?;
        let (line, position) = (self.lines.line(), self.lines.position());
        Ok((Chunk { number, new, known, unchanged, rejects, line, position, ends_batch }, ended))
    }

    /// Whether the file named this person before, with what content.
    fn remember(&mut self, handle: &[u8; 16], insured: &Insured, line: u64) -> Before {
        let mut key = AsItIs::default();
        key.write(&handle[..8]);
        let content = digest(insured);
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
    fn part(&mut self, mut taken: Vec<Taken>) -> Answer<(Vec<Taken>, Vec<Taken>)> {
        let mut old = Vec::new();
        if !self.fresh && !taken.is_empty() {
            let mut handles: Vec<[u8; 16]> = taken.iter().map(|taken| taken.handle).collect();
            handles.sort_unstable();
            let found = self.store.read(move |tx| known(tx, handles)).wait()?;
            for taken in &mut taken {
                taken.id = found.get(&taken.handle).copied().unwrap_or(PersonId(0));
            }
            old = taken.extract_if(.., |taken| taken.id != PersonId(0)).collect();
        }
        for new in &mut taken {
            self.last = PersonId(self.last.0 + 1);
            new.id = self.last;
        }
        Ok((taken, old))
    }
}

/// A hash of everything that a line says. Taken apart field by field, so that the compiler tells when one is
/// forgotten.
fn digest(insured: &Insured) -> u32 {
    let Insured { identity, department, scheme } = insured;
    let Identity { ins, traits, used_name, used_given, contact, representatives, death } = identity;
    let Traits { birth_name, given_names, birth_date, sex, birth_place } = traits;
    let mut content = DefaultHasher::new();
    (department, scheme, ins, birth_name, given_names, birth_date, sex, birth_place).hash(&mut content);
    (used_name, used_given, contact, representatives, death).hash(&mut content);
    content.finish() as u32
}

/// What the file said about a person before.
enum Before {
    Never,
    Same,
    Other(u32),
}

fn known(tx: &mut store::Tx<'_>, handles: Vec<[u8; 16]>) -> Answer<HashMap<[u8; 16], PersonId>> {
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
