//! How many persons a second a load of the insurer's file takes, without the program around it.
//!
//! `cargo run --profile fast -p people --example load -- DIR FILE [BATCH [SEALERS]]` loads FILE into a house in
//! DIR, made when there is none, and tells when its persons were written and when they could be found. `carnet-bench file` makes files.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::disallowed_methods, reason = "a tool for developers")]

use std::path::PathBuf;
use std::time::Instant as Stopwatch;

use kernel::{Clock, Fault};
use people::enrolment::load::{Terms, load};
use store::{Keyring, Options, Place, Store};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Fault> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [dir, file, numbers @ ..] = given.as_slice() else {
        return Err(Fault::Configuration("usage: load DIR FILE [BATCH [SEALERS]]".to_owned()));
    };
    let number = |i: usize, other: usize| numbers.get(i).and_then(|text| text.parse().ok()).unwrap_or(other);
    let dir = PathBuf::from(dir);
    std::fs::create_dir_all(&dir)?;
    let key = dir.join("master.key");
    let keyring = if key.exists() { Keyring::load(&key)? } else { Keyring::create(&key)? };
    let store = Store::open(&Place::Sqlite { dir: dir.clone() }, keyring, &Options::default())?;
    let usual = Terms::at(Clock::Wall.now());
    let terms = Terms { batch: number(0, usual.batch), sealers: number(1, usual.sealers), ..usual };
    let started = Stopwatch::now();
    let mut written = 0.0;
    let loaded = load(&store, &PathBuf::from(file), &dir.join("rejects.csv"), terms, &mut |_| {
        written = started.elapsed().as_secs_f64();
        true
    })
    .map_err(|refusal| Fault::Internal(refusal.to_string()))?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} lines written in {written:.2} s, found in {seconds:.2} s, {:.0}/s; {:?}",
        loaded.lines,
        loaded.lines as f64 / seconds,
        loaded.counts
    );
    Ok(())
}
