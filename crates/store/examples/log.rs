//! What the transparency log costs: how fast heads become leaves, and how long a proof takes.
//!
//! `cargo run --profile fast -p store --example log -- sqlite:/data/x 20000 10` : place, persons, acts of each. Every
//! person acts once per round, so that no two acts share a leaf: the worst case.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::expect_used, reason = "a tool for developers")]

mod common;
#[path = "common/place.rs"]
mod place;

use std::time::Instant;

use kernel::{PersonId, Seq};
use store::log::Terms;
use store::log::check::{self, Kept};
use store::log::proof::Ask;
use store::{Act, Kind, Options, Store};

const NOW: i64 = 1_795_000_000_000_000;

/// Acts in one transaction: what a group commit holds under load.
const GROUP: i64 = 128;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [at, persons, rounds] = given.as_slice() else {
        return Err("usage: log <place> <persons> <acts of each>".into());
    };
    let (persons, rounds): (i64, i64) = (persons.parse()?, rounds.parse()?);
    let measured = place::open(at, &Options::default())?;
    let store = &measured.store;
    let terms = Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() };
    people(store, persons);
    let (mut acting, mut sweeping, mut leaves, mut longest) = (Took::default(), Took::default(), 0, 0.0_f64);
    for round in 0..rounds {
        let started = Began::now();
        for from in (1..=persons).step_by(GROUP as usize) {
            act(store, from..(from + GROUP).min(persons + 1), NOW + round);
        }
        acting.add(&started);
        loop {
            let started = Began::now();
            let swept = store.sweep_log(&terms, kernel::Instant(NOW + round)).wait()?;
            leaves += swept.leaves;
            longest = longest.max(sweeping.add(&started));
            if !swept.more {
                break;
            }
        }
    }
    println!("{} {persons} persons, {rounds} acts of each, {GROUP} a transaction", store.engine());
    acting.print("acts", leaves);
    sweeping.print("leaves", leaves);
    println!("the longest sweep {:.1} ms", longest * 1e3);
    prove(store, &terms, persons)
}

/// When something began, by the clock and by the processor's time that this program has had.
struct Began(Instant, f64);

impl Began {
    fn now() -> Self {
        Self(Instant::now(), processor())
    }
}

/// Seconds that something took, by the clock and of the processor.
#[derive(Default)]
struct Took(f64, f64);

impl Took {
    /// Adds what has passed since; answers it by the clock.
    fn add(&mut self, began: &Began) -> f64 {
        let took = began.0.elapsed().as_secs_f64();
        self.0 += took;
        self.1 += processor() - began.1;
        took
    }

    fn print(&self, what: &str, count: usize) {
        let (rate, each) = (count as f64 / self.0, self.1 * 1e6 / count as f64);
        println!("{what:<7} {rate:>9.0}/s, {each:.1} µs of a processor each");
    }
}

/// Processor time of every thread of this program, in seconds, as Linux tells it.
fn processor() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| {
        let told = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e9
}

fn people(store: &Store, persons: i64) {
    for from in (1..=persons).step_by(GROUP as usize) {
        let made = store.write(move |tx| {
            for n in from..(from + GROUP).min(persons + 1) {
                let (_, wrapped) = tx.keyring().new_space_key(PersonId(n))?;
                tx.exec(
                    "INSERT INTO person (person, state, state_at, wave, department, scheme, born, key_generation, wrapped_key)
                     VALUES ($1, 1, 0, 0, '75', 'CPAM', 0, $2, $3)",
                    store::args![n, wrapped.generation, wrapped.bytes],
                )?;
            }
            Ok(())
        });
        made.wait().expect("persons");
    }
}

fn act(store: &Store, persons: std::ops::Range<i64>, at: i64) {
    let line = common::Samples::new(at as u64).line();
    let done = store.write(move |tx| {
        for n in persons {
            let key = tx.space_key(PersonId(n))?;
            let (kind, at, line) = (Kind::ListRead, kernel::Instant(at), line.clone());
            tx.append(&key, Act { kind, at, entry: None, line, data: None, blob: None })?;
        }
        Ok(())
    });
    done.wait().expect("acts");
}

/// How long one person's proof takes, here and for whoever checks it.
fn prove(store: &Store, terms: &Terms, persons: i64) -> Result<(), Box<dyn std::error::Error>> {
    let (mut making, mut checking, mut bytes) = (0.0, 0.0, 0);
    let times = 50;
    for n in 0..times {
        let (terms, of) = (terms.clone(), PersonId(1 + n * persons / times));
        let started = Instant::now();
        let made = store.read(move |tx| {
            let key = tx.space_key(of)?;
            let ask = Ask { since: Some(1), after: Seq(0), leaves: 32 };
            Ok(tx.journal_proof(&key, &terms, kernel::Instant(NOW), ask, |_| true)?)
        });
        let proof = made.wait()?;
        making += started.elapsed().as_secs_f64();
        let started = Instant::now();
        let found = check::check(&proof, &Kept::default());
        checking += started.elapsed().as_secs_f64();
        assert!(found.is_empty(), "{found:?}");
        bytes += serde_json::to_vec(&proof)?.len();
    }
    let each = |seconds: f64| seconds * 1e3 / times as f64;
    let size = bytes as f64 / 1e3 / times as f64;
    println!("a proof {:>9.2} ms to make, {:.2} ms to check, {size:.0} kB", each(making), each(checking));
    Ok(())
}
