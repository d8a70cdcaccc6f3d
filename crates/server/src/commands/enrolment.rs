//! The insurer's file, waves and letters, and codes for activation.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use clap::Subcommand;
use kernel::{Answer, Fault, Ins, Refusal};
use people::enrolment::load::{self, Terms};
use people::enrolment::{opposition, waves};
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
    /// Lists the waves.
    List,
}

/// Reads the insurer's file.
pub(super) fn enrol(house: &Arc<House>, file: &Path, rejects: Option<PathBuf>) -> Answer<()> {
    let rejects = rejects.unwrap_or_else(|| file.with_added_extension("rejects.csv"));
    let length = std::fs::metadata(file)
        .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", file.display()))))?
        .len();
    let bar = bar(length, "lines");
    let started = Stopwatch::now();
    let mut first = None;
    let loaded = load::load(&house.store, file, &rejects, Terms::at(house.clock.now()), &mut |progress| {
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
            let file = File::options()
                .write(true)
                .create_new(true)
                .open(&out)
                .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", out.display()))))?;
            let mut file = BufWriter::new(file);
            let progress = indicatif::ProgressBar::no_length();
            let count =
                opposition::letters(&house.store, number, house.clock.now(), &mut file, &mut |written| {
                    progress.set_position(written);
                })?;
            progress.finish_and_clear();
            let file = file.into_inner().map_err(|e| Refusal::from(Fault::Io(e.to_string())))?;
            file.sync_all().map_err(|e| Refusal::from(Fault::from(e)))?;
            tell(format!("{count} letters in {}", out.display()));
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
