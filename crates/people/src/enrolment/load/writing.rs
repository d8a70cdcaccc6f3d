//! The last step: one batch, one transaction; rejects on the disk before the batch that passes them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use kernel::{Answer, Fault, Instant};
use store::{Act, Kind, Line, Tx};

use super::super::sealing::{Handles, NewPerson};
use super::super::tally::{self, Scope};
use super::super::waves::{Wave, system, wave_of};
use super::super::{closing, queries};
use super::finding::Finding;
use super::{Progress, Resume, Sealed, Shared, Update, born, changes};
use crate::person::State;
use crate::person::queries::traits_handle;

/// The writing end of a load.
pub(super) struct Writing<'a> {
    shared: &'a Shared,
    rejects: Rejects,
    fingerprint: [u8; 32],
    progress: Progress,
    finding: Finding,
    now: Instant,
}

impl<'a> Writing<'a> {
    pub(super) fn open(
        shared: &'a Shared,
        rejects: &Path,
        fingerprint: [u8; 32],
        resume: Resume,
        now: Instant,
    ) -> Answer<Self> {
        Ok(Self {
            shared,
            rejects: Rejects::open(rejects, resume.line)?,
            fingerprint,
            progress: Progress { counts: resume.counts, line: resume.line, ..Progress::default() },
            finding: Finding::default(),
            now,
        })
    }

    /// Writes the chunks of one batch, in their order.
    pub(super) fn write(&mut self, batch: Vec<Sealed>) -> Answer<Progress> {
        let Progress { mut counts, mut line, mut position, length } = self.progress;
        let mut rejects = Vec::new();
        for sealed in &batch {
            counts.added += sealed.new.len() as u64;
            counts.updated += sealed.updates.len() as u64;
            counts.unchanged += sealed.unchanged;
            counts.rejected += sealed.rejects.len() as u64;
            (line, position) = (line.max(sealed.line), sealed.position);
            rejects.extend_from_slice(&sealed.rejects);
        }
        self.rejects.add(&rejects)?;
        let (file, now) = (self.fingerprint, self.now);
        let waves = self.shared.waves.clone();
        let handles: Vec<Handles> =
            batch.iter().flat_map(|sealed| &sealed.new).map(|new| new.handles).collect();
        let marked = self.finding.marked();
        self.shared
            .store
            .write(move |tx| {
                let (mut new, mut updates) = (Vec::with_capacity(batch.len()), Vec::new());
                for sealed in batch {
                    new.push(sealed.new);
                    updates.extend(sealed.updates);
                }
                if let Some(first) = new.iter().flatten().next() {
                    marked.mark(tx, first.id)?;
                    add(tx, new, now)?;
                }
                for update in &updates {
                    apply(tx, update, &waves, now)?;
                }
                Ok(queries::progress(tx, &file, (line, position), &counts, (now, false))?)
            })
            .wait()?;
        self.finding.keep(&handles);
        if self.finding.is_full() {
            self.finding.write(&self.shared.store)?;
        }
        self.progress = Progress { counts, line, position, length };
        Ok(self.progress)
    }

    /// Makes everybody findable, and marks the file as done unless the load was stopped.
    pub(super) fn finish(mut self, stopped: bool) -> Answer<Progress> {
        self.finding.write(&self.shared.store)?;
        let (file, now, progress) = (self.fingerprint, self.now, self.progress);
        if !stopped {
            let at = (progress.line, progress.position);
            let done =
                move |tx: &mut Tx<'_>| Ok(queries::progress(tx, &file, at, &progress.counts, (now, true))?);
            self.shared.store.write(done).wait()?;
        }
        Ok(progress)
    }
}

/// New persons, chunk by chunk, and how many of them are announced where.
fn add(tx: &mut Tx<'_>, new: Vec<Vec<NewPerson>>, now: Instant) -> Answer<()> {
    let mut announced: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for new in new.iter().flatten().filter(|new| new.wave > 0 && new.state == State::Announced) {
        *announced.entry((new.wave, &new.department)).or_default() += 1;
    }
    for ((wave, department), n) in announced {
        let scope = Scope { wave, department: department.to_owned() };
        tally::add(tx, now, &scope, "announced", "", n)?;
    }
    Ok(queries::add_people(tx, new.into_iter().flatten(), now)?)
}

/// Takes over what the file says now. In an open space the change is an act that the person can read.
fn apply(tx: &mut Tx<'_>, update: &Update, waves: &[Wave], now: Instant) -> Answer<()> {
    let Update { person, insured, traits_were } = update;
    let identity = insured.identity.seal(&person.key)?;
    // Somebody who moved before her department's turn comes under her new department's wave.
    let waits = person.wave == 0 && person.state == State::Announced;
    let wave = if waits { wave_of(waves, &insured.department) } else { person.wave };
    let row = (insured.department.as_str(), insured.scheme.as_str(), born(insured));
    queries::update_person(tx, person.id, &identity, row, wave)?;
    let was = traits_handle(tx.keyring(), &traits_were.traits);
    let is = traits_handle(tx.keyring(), &insured.identity.traits);
    if was != is {
        queries::remove_traits(tx, was, person.id)?;
        queries::add_traits(tx, is, person.id)?;
    }
    if waits && wave > 0 {
        let scope = Scope { wave, department: insured.department.clone() };
        tally::add(tx, now, &scope, "announced", "", 1)?;
    }
    if person.state == State::Open {
        crate::delegation::point_to(tx, person.id)?;
        let line = Line::of(&system("enrolment", now, 0)).about(changes(person, insured));
        let kind = Kind::IdentityUpdated;
        tx.append(&person.key, Act { kind, at: now, entry: None, line, data: None, blob: None })?;
    }
    if insured.identity.death.is_some() && traits_were.death.is_none() {
        closing::close_after_death(tx, person, now)?;
    }
    Ok(())
}

/// The rejects file: line, code, sentence. It holds no name and no number of a person.
struct Rejects {
    path: PathBuf,
    file: Option<File>,
}

impl Rejects {
    /// Keeps what an earlier run wrote up to `done`; what it wrote after was not committed and comes again.
    fn open(path: &Path, done: u64) -> Answer<Self> {
        let mut kept = Vec::new();
        if done > 0 && path.exists() {
            let old = File::open(path).map_err(Fault::from)?;
            for line in BufReader::new(old).lines() {
                let line = line.map_err(Fault::from)?;
                let number = line.split(',').next().and_then(|number| number.parse::<u64>().ok());
                if number.is_some_and(|number| number <= done) {
                    kept.push(line);
                }
            }
        }
        let mut rejects = Self { path: path.to_owned(), file: None };
        if kept.is_empty() {
            // No file is the best news: it is made with the first reject.
            if path.exists() {
                std::fs::remove_file(path).map_err(Fault::from)?;
            }
            return Ok(rejects);
        }
        let mut text = kept.join("\n");
        text.push('\n');
        rejects.put(&text)?;
        Ok(rejects)
    }

    fn add(&mut self, rejects: &[(u64, super::reading::Why)]) -> Answer<()> {
        if rejects.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        for (line, (code, detail)) in rejects {
            let sentence = match detail {
                Some(detail) => format!("{} ({detail})", code.sentence()),
                None => code.sentence().to_owned(),
            };
            let sentence = sentence.replace('"', "\"\"").replace(['\n', '\r'], " ");
            text.push_str(&format!("{line},{},\"{sentence}\"\n", code.word()));
        }
        self.put(&text)
    }

    fn put(&mut self, text: &str) -> Answer<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut file = File::create(&self.path)
                    .map_err(|e| Fault::Io(format!("{}: {e}", self.path.display())))?;
                file.write_all(b"line,code,sentence\n").map_err(Fault::from)?;
                file
            }
        };
        file.write_all(text.as_bytes()).map_err(Fault::from)?;
        file.sync_data().map_err(Fault::from)?;
        self.file = Some(file);
        Ok(())
    }
}
