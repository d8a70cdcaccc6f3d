//! Is the house well? Keys, schema, disk, clock, every chain, contents that belong to nobody.

use std::path::Path;

use kernel::{Answer, Fault, Instant, PersonId, Refusal, RefusalKind, Seq};

use crate::acts::range;
use crate::blobs::{ELSEWHERE, Files, Name};
use crate::tx::Tx;
use crate::verify::Verified;
use crate::{Store, args, dialect, migrations, queries};

/// How serious a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// All is well.
    Well,
    /// Somebody should look at it.
    Warning,
    /// Data or keys are damaged, or soon will be.
    Bad,
}

/// One remark of the doctor.
#[derive(Clone, Debug)]
pub struct Remark {
    /// How serious.
    pub severity: Severity,
    /// What was looked at: `keys`, `schema`, `disk`, `clock`, `chains`, `contents`, `queue`, `log`.
    pub subject: &'static str,
    /// What was found, for the operator.
    pub text: String,
}

/// What to look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Examination {
    /// Also read every content deposited, not only every act.
    pub contents: bool,
    /// Remove contents that no act names. They are what lost transactions and erased documents left behind.
    pub sweep: bool,
}

/// Persons per transaction: a long look must not keep the engine from tidying up.
const BATCH: i64 = 200;

/// A content this young may belong to a transaction that has not committed yet (seconds).
const YOUNG: u64 = 3600;

/// Below this much free space, or this share of the disk, the doctor warns.
const LITTLE_SPACE: u64 = 2 << 30;

impl Store {
    /// Examines the whole store; `now` is compared with the newest acts and the server's clock. `progress`
    /// hears how many persons were examined.
    ///
    /// # Errors
    /// Only when the examination itself cannot go on.
    pub fn doctor(
        &self,
        now: Instant,
        wanted: Examination,
        mut progress: impl FnMut(u64),
    ) -> Result<Vec<Remark>, Refusal> {
        let mut remarks = vec![self.read(schema).wait()?];
        remarks.push(self.read(move |tx| clock(tx, now)).wait()?);
        remarks.push(self.read(queue).wait()?);
        remarks.extend(self.disk()?);
        let mut chains = Chains::default();
        let mut after = PersonId(0);
        loop {
            let batch = self.read(move |tx| chains_after(tx, after, wanted.contents, now)).wait()?;
            let Some(last) = batch.last else { break };
            after = last;
            chains.add(batch);
            progress(chains.persons);
        }
        chains.report(&mut remarks);
        remarks.extend(self.examine_log(chains.erased)?);
        remarks.push(self.orphans(wanted.sweep)?);
        Ok(remarks)
    }

    fn disk(&self) -> Result<Option<Remark>, Fault> {
        let Some(files) = &self.0.house.files else { return Ok(None) };
        let space = rustix::fs::statvfs(&files.root).map_err(|e| Fault::from(std::io::Error::from(e)))?;
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        let share = free.saturating_mul(100) / space.f_blocks.saturating_mul(space.f_frsize).max(1);
        let severity = if free < LITTLE_SPACE || share < 5 { Severity::Warning } else { Severity::Well };
        let text = format!("{:.1} GB free ({share} %)", free as f64 / 1e9);
        Ok(Some(Remark { severity, subject: "disk", text }))
    }

    /// Looks for contents that no act names, and removes them when asked to.
    fn orphans(&self, sweep: bool) -> Result<Remark, Refusal> {
        let (mut seen, mut orphans) = (0u64, 0u64);
        match &self.0.house.files {
            Some(files) => {
                let mut all = Vec::new();
                files.walk(&mut |path| {
                    all.push(path.to_path_buf());
                    Ok(())
                })?;
                for path in all {
                    seen += 1;
                    orphans += u64::from(self.write(move |tx| orphan_file(tx, &path, sweep)).wait()?);
                }
            }
            None => {
                let mut after = (PersonId(0), Vec::new());
                loop {
                    let from = after.clone();
                    let batch = self.write(move |tx| orphan_rows(tx, from, sweep)).wait()?;
                    let Some(last) = batch.last else { break };
                    after = last;
                    seen += batch.seen;
                    orphans += batch.orphans;
                }
            }
        }
        let (severity, done) = match (orphans, sweep) {
            (0, _) => (Severity::Well, ""),
            (_, true) => (Severity::Well, ", removed"),
            (_, false) => (Severity::Warning, "; doctor --sweep removes them"),
        };
        let text = format!("{seen} large contents, {orphans} that no act names{done}");
        Ok(Remark { severity, subject: "contents", text })
    }
}

fn schema(tx: &mut Tx<'_>) -> Answer<Remark> {
    let said = dialect::self_check(&mut tx.connection)?;
    let missing = migrations::missing(&mut tx.connection)?;
    let count = migrations::MIGRATIONS.len();
    Ok(match (said, missing.is_empty()) {
        (Some(said), _) => Remark { severity: Severity::Bad, subject: "schema", text: said },
        (None, false) => Remark {
            severity: Severity::Bad,
            subject: "schema",
            text: format!("missing: {}", missing.join(", ")),
        },
        (None, true) => Remark {
            severity: Severity::Well,
            subject: "schema",
            text: format!("{count} migrations applied"),
        },
    })
}

fn clock(tx: &mut Tx<'_>, now: Instant) -> Answer<Remark> {
    /// Five seconds, in microseconds.
    const SLACK: u64 = 5_000_000;
    let (severity, text) = match dialect::server_clock(&mut tx.connection)? {
        Some(server) if server.abs_diff(now.0) > SLACK => {
            let seconds = server.abs_diff(now.0) / 1_000_000;
            (Severity::Warning, format!("the database server's clock differs by {seconds} s"))
        }
        // 2024-01-01: a machine that believes in an earlier date has lost its clock.
        _ if now.0 < 1_704_067_200_000_000 => (Severity::Bad, format!("the clock says {now}")),
        _ => (Severity::Well, format!("{now}")),
    };
    Ok(Remark { severity, subject: "clock", text })
}

fn queue(tx: &mut Tx<'_>) -> Answer<Remark> {
    let dead = tx.one(queries::DEAD_JOBS, &[], |row| row.int(0))?.unwrap_or(0);
    let severity = if dead == 0 { Severity::Well } else { Severity::Warning };
    Ok(Remark { severity, subject: "queue", text: format!("{dead} jobs given up") })
}

/// What was found about a batch of persons.
#[derive(Default)]
struct Chains {
    last: Option<PersonId>,
    persons: u64,
    erased: u64,
    acts: u64,
    future: u64,
    locked: Vec<String>,
    broken: Vec<Verified>,
}

impl Chains {
    fn add(&mut self, other: Self) {
        self.persons += other.persons;
        self.erased += other.erased;
        self.acts += other.acts;
        self.future += other.future;
        self.locked.extend(other.locked);
        self.broken.extend(other.broken);
    }

    fn report(&self, remarks: &mut Vec<Remark>) {
        let mut say = |severity, subject, text| remarks.push(Remark { severity, subject, text });
        for text in &self.locked {
            say(Severity::Bad, "keys", text.clone());
        }
        if self.locked.is_empty() {
            say(
                Severity::Well,
                "keys",
                format!("{} keys open, {} erased", self.persons - self.erased, self.erased),
            );
        }
        for chain in &self.broken {
            for finding in &chain.findings {
                let what = format!(
                    "person {}, act {}: {:?}: {}",
                    chain.person, finding.seq.0, finding.wrong, finding.detail
                );
                say(Severity::Bad, "chains", what);
            }
        }
        if self.broken.is_empty() {
            say(Severity::Well, "chains", format!("{} acts of {} persons in order", self.acts, self.persons));
        }
        if self.future > 0 {
            say(Severity::Warning, "clock", format!("{} sequences end in the future", self.future));
        }
    }
}

fn chains_after(tx: &mut Tx<'_>, after: PersonId, contents: bool, now: Instant) -> Answer<Chains> {
    let persons =
        tx.all(queries::PERSONS, args![after, BATCH], |row| Ok((PersonId(row.int(0)?), row.int(1)?)))?;
    let mut found = Chains::default();
    for (person, erased) in persons {
        found.last = Some(person);
        found.persons += 1;
        if erased != 0 {
            found.erased += 1;
            continue;
        }
        match tx.space_key(person) {
            Ok(key) => {
                let chain = tx.verify(&key, contents)?;
                found.acts += u64::from(chain.acts);
                found.future += u64::from(ends_after(tx, person, now)?);
                if !chain.findings.is_empty() {
                    found.broken.push(chain);
                }
            }
            Err(Refusal {
                kind: RefusalKind::Fault,
                fault: Some(fault @ (Fault::Keys(_) | Fault::Damaged(_))),
                ..
            }) => {
                found.locked.push(fault.to_string());
            }
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

fn ends_after(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<bool, Fault> {
    let (from, to) = range(person, Seq(0));
    let last = tx.one(queries::LAST_AT, args![person, from, to], |row| row.int(0))?;
    Ok(last.is_some_and(|at| at > now.plus(Instant::DAY / 24).0))
}

fn is_named(tx: &mut Tx<'_>, person: PersonId, name: &Name) -> Result<bool, Fault> {
    let (from, to) = range(person, Seq(0));
    let stored = [&[ELSEWHERE], name.as_slice()].concat();
    Ok(tx.one(queries::USES_OF_BLOB, args![person, from, to, stored], |_| Ok(()))?.is_some())
}

fn orphan_file(tx: &mut Tx<'_>, path: &Path, sweep: bool) -> Answer<bool> {
    if let Some((person, name)) = Files::owner(path)
        && is_named(tx, person, &name)?
    {
        return Ok(false);
    }
    let young = std::fs::metadata(path)
        .and_then(|facts| facts.modified())
        .is_ok_and(|written| written.elapsed().map_or(true, |age| age.as_secs() < YOUNG));
    if young {
        return Ok(false);
    }
    if sweep {
        std::fs::remove_file(path).map_err(Fault::from)?;
    }
    Ok(true)
}

/// What was found about a batch of contents kept in rows.
struct Rows {
    last: Option<(PersonId, Vec<u8>)>,
    seen: u64,
    orphans: u64,
}

fn orphan_rows(tx: &mut Tx<'_>, after: (PersonId, Vec<u8>), sweep: bool) -> Answer<Rows> {
    let names = tx.all(queries::NAMES_OF_BLOBS, args![after.0, after.1, BATCH], |row| {
        Ok((PersonId(row.int(0)?), row.bytes(1)?))
    })?;
    let mut rows = Rows { last: names.last().cloned(), seen: names.len() as u64, orphans: 0 };
    for (person, name) in names {
        // Persons come in ascending order, as everywhere that several are locked.
        tx.lock_person(person)?;
        let Ok(known) = Name::try_from(name.as_slice()) else { continue };
        if !is_named(tx, person, &known)? {
            rows.orphans += 1;
            if sweep {
                tx.exec(queries::ERASE_BLOB, args![person, name])?;
            }
        }
    }
    Ok(rows)
}
