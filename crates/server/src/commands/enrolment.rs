//! The insurer's file, waves and letters, and codes for activation.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use clap::Subcommand;
use kernel::{Answer, Fault, Ins, Refusal};
use people::enrolment::load::{self, Terms};
use people::enrolment::{letters, opposition, waves};
use people::identity::activation;
use people::person;

use super::{bar, print, tell};
use crate::house::House;

/// What is done with waves.
#[derive(Debug, Subcommand)]
pub enum WaveCommand {
    /// Announces a wave: from now on its people may oppose, until its window is over.
    Announce {
        /// Its number, from 1.
        number: i64,
        /// Its departments, e.g. 31,44,80; everybody who is in no other wave when not given.
        #[arg(long, value_delimiter = ',')]
        departments: Vec<String>,
        /// Weeks in which people may oppose; `enrolment.window_weeks` when not given.
        #[arg(long)]
        weeks: Option<i64>,
    },
    /// Writes the file for the printer: name, address, opposition code, deadline.
    Letters {
        /// The wave.
        number: i64,
        /// The file; must not exist.
        #[arg(long)]
        out: PathBuf,
    },
    /// Writes the file for the printer of those whose spaces are open and not activated: name, address,
    /// provisional code (six weeks, single use). Asking twice prints the same codes.
    ActivationLetters {
        /// The wave.
        number: i64,
        /// The file; must not exist.
        #[arg(long)]
        out: PathBuf,
        /// Only these departments, e.g. 31,44; all of the wave when not given.
        #[arg(long, value_delimiter = ',')]
        departments: Vec<String>,
        /// Makes new codes also for those whose code still works; the codes before stop working.
        #[arg(long)]
        again: bool,
    },
    /// Lists the waves.
    List,
}

/// Reads the insurer's file.
pub(super) fn enrol(
    house: &Arc<House>,
    file: &Path,
    rejects: Option<PathBuf>,
    batch: Option<usize>,
) -> Answer<()> {
    let rejects = rejects.unwrap_or_else(|| file.with_added_extension("rejects.csv"));
    let length = std::fs::metadata(file)
        .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", file.display()))))?
        .len();
    let bar = bar(length, "lines");
    let started = Stopwatch::now();
    let mut first = None;
    let usual = Terms::at(house.clock.now());
    let terms = Terms { batch: batch.unwrap_or(usual.batch), ..usual };
    let loaded = load::load(&house.store, file, &rejects, terms, &mut |progress| {
        let begun = *first.get_or_insert(progress.line);
        let seconds = started.elapsed().as_secs_f64().max(0.001);
        let rate = progress.line.saturating_sub(begun) as f64 / seconds;
        bar.set_message(format!("{} ({rate:.0} a second)", progress.line));
        bar.set_position(progress.position);
        true
    })?;
    bar.finish_and_clear();
    if loaded.already {
        tell("this file was loaded to its end before; nothing was done");
        return Ok(());
    }
    let counts = loaded.counts;
    if loaded.resumed_at > 0 {
        tell(format!("went on after line {}", loaded.resumed_at));
    }
    let seconds = started.elapsed().as_secs_f64();
    tell(format!(
        "{} lines in {seconds:.1} s: {} new, {} updated, {} unchanged, {} rejected",
        loaded.lines, counts.added, counts.updated, counts.unchanged, counts.rejected
    ));
    if counts.rejected > 0 {
        tell(format!("the reasons are in {}", rejects.display()));
    }
    Ok(())
}

/// Announces, writes letters, lists.
pub(super) fn wave(house: &Arc<House>, command: WaveCommand) -> Answer<()> {
    match command {
        WaveCommand::Announce { number, departments, weeks } => {
            let weeks = weeks.unwrap_or_else(|| i64::from(house.config.window_weeks));
            let new = waves::announce(&house.store, number, &departments, weeks, house.clock.now())?;
            tell(format!("wave {number} is announced: {new} persons, {weeks} weeks to oppose"));
        }
        WaveCommand::Letters { number, out } => {
            let now = house.clock.now();
            let count = secret_file(&out, &mut |file, each| {
                opposition::letters(&house.store, number, now, file, each)
            })?;
            tell(format!("{count} letters in {}", out.display()));
            warn(&out, "may refuse a space in the name of those whose birth date they know");
        }
        WaveCommand::ActivationLetters { number, out, departments, again } => {
            let now = house.clock.now();
            let order = letters::Order { wave: number, departments, again };
            let written =
                secret_file(&out, &mut |file, each| letters::write(&house.store, &order, now, file, each))?;
            tell(format!(
                "{} letters in {}: {} with a new code, {} with the code of an earlier file",
                written.new + written.repeated,
                out.display(),
                written.new,
                written.repeated
            ));
            tell(format!(
                "no letter for {} who have activated their space, and {} who hold another code",
                written.activated, written.otherwise
            ));
            warn(&out, "can open the space of anybody in it whose matricule and birth date they know");
        }
        WaveCommand::List => {
            for wave in house.store.read(waves::list).wait()? {
                let of = if wave.departments.is_empty() {
                    "all others".into()
                } else {
                    wave.departments.join(",")
                };
                print(format!(
                    "{}\t{of}\tannounced {}\twindow ends {}",
                    wave.number,
                    wave.announced_at.date(),
                    wave.closes_at().date()
                ));
            }
        }
    }
    Ok(())
}

/// Writes lines, saying after each how many there are.
type Fill<'a, T> = dyn FnMut(&mut dyn Write, &mut dyn FnMut(u64)) -> Answer<T> + 'a;

/// Writes a file that only its owner can read, under another name until it is whole.
fn secret_file<T>(out: &Path, fill: &mut Fill<'_, T>) -> Answer<T> {
    let named =
        |path: &Path, e: &std::io::Error| Refusal::from(Fault::Io(format!("{}: {e}", path.display())));
    if out.exists() {
        return Err(Fault::Io(format!("{}: the file exists", out.display())).into());
    }
    let part = out.with_added_extension("part");
    // What is left of a run that was killed is begun anew; it was made by this command and for its owner only.
    if part.exists() {
        std::fs::remove_file(&part).map_err(|e| named(&part, &e))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
    let mut file = BufWriter::new(file.map_err(|e| named(&part, &e))?);
    let progress = indicatif::ProgressBar::no_length();
    let filled = fill(&mut file, &mut |written| progress.set_position(written))?;
    progress.finish_and_clear();
    let file: File = file.into_inner().map_err(|e| Refusal::from(Fault::Io(e.to_string())))?;
    file.sync_all().map_err(|e| named(&part, &e))?;
    std::fs::rename(&part, out).map_err(|e| named(out, &e))?;
    Ok(filled)
}

/// What a file of codes is worth.
fn warn(out: &Path, what: &str) {
    tell(format!("keep {} secret: whoever has it {what}.", out.display()));
    tell("send it to the printer encrypted, and delete it here and there when the letters are posted.");
}

/// Prints a provisional code.
pub(super) fn code(house: &Arc<House>, ins: &str, oid: &str) -> Answer<()> {
    let ins =
        Ins::from_oid(ins, oid).map_err(|why| Refusal::invalid("ins-invalid", "ins", why.to_string()))?;
    let inside = house.clone();
    let code = house
        .store
        .write(move |tx| {
            let found = person::find_by_ins(tx, &ins)?;
            let person =
                found.ok_or_else(|| Refusal::invalid("ins-unknown", "ins", "nobody has this INS"))?;
            activation::issue_code(tx, person, inside.clock.now(), &inside.chance)
        })
        .wait()?;
    print(code);
    Ok(())
}
