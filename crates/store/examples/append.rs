//! How many deposits a second the store takes, each answered after it is durable.
//!
//! `cargo run --release -p store --example append -- sqlite:/data/x 64 6 20` : place, callers, kB of content
//! (a CDA up to 50, beyond that bytes that do not pack, 0 for none), seconds, and connections that write.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::expect_used, clippy::disallowed_methods, reason = "a tool for developers")]

mod common;
#[path = "common/place.rs"]
mod place;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kernel::{EntryId, PersonId};
use store::{Act, Content, Kind, Options, bulk_load};

const PERSONS: u64 = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [at, callers, kilobytes, seconds, rest @ ..] = given.as_slice() else {
        return Err("usage: append <place> <callers> <kB> <seconds> [<writers>]".into());
    };
    let (callers, kilobytes, seconds): (usize, u64, u64) =
        (callers.parse()?, kilobytes.parse()?, seconds.parse()?);
    let writers = rest.first().map_or(Ok(Options::default().writers), |given| given.parse())?;
    let measured = place::open(at, &Options { writers, ..Options::default() })?;
    let store = &measured.store;
    store
        .write(|tx| {
            let keyring = tx.keyring().clone();
            let columns = [
                "person",
                "state",
                "state_at",
                "wave",
                "department",
                "scheme",
                "born",
                "key_generation",
                "wrapped_key",
            ];
            bulk_load(
                tx,
                "person",
                &columns,
                (1..=PERSONS as i64).map(|person| {
                    let (_, wrapped) = keyring.new_space_key(PersonId(person)).expect("a key");
                    store::args![
                        person,
                        1i64,
                        0i64,
                        0i64,
                        "75",
                        "CPAM",
                        0i64,
                        wrapped.generation,
                        wrapped.bytes
                    ]
                    .to_vec()
                }),
            )?;
            Ok(())
        })
        .wait()?;
    let done = Arc::new(AtomicU64::new(0));
    let stop = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let threads: Vec<_> = (0..callers)
        .map(|caller| {
            let (store, done) = (store.clone(), Arc::clone(&done));
            std::thread::spawn(move || caller_loop(&store, caller as u64, kilobytes, stop, &done))
        })
        .collect();
    let mut taken: Vec<u32> = threads.into_iter().flat_map(|t| t.join().expect("a caller ends")).collect();
    let elapsed = started.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at = |share: f64| f64::from(taken[((taken.len() - 1) as f64 * share) as usize]) / 1000.0;
    println!(
        "{} {callers} callers, {kilobytes} kB: {:.0} deposits/s, p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        store.engine(),
        done.load(Ordering::Relaxed) as f64 / elapsed,
        at(0.5),
        at(0.99),
        at(1.0)
    );
    Ok(())
}

fn caller_loop(
    store: &store::Store,
    caller: u64,
    kilobytes: u64,
    stop: Instant,
    done: &AtomicU64,
) -> Vec<u32> {
    let samples = common::Samples::new(caller + 1);
    // A few documents are made beforehand: we measure the store, not the maker of samples.
    let contents: Vec<Vec<u8>> = (0..20).map(|_| content(&samples, kilobytes)).collect();
    let (mut taken, mut n) = (Vec::new(), 0);
    while Instant::now() < stop {
        n += 1;
        let person = PersonId(1 + samples.below(PERSONS) as i64);
        let mut blob = contents[n % contents.len()].clone();
        blob.extend_from_slice(format!("<!-- {caller} {n} -->").as_bytes());
        let act = Act {
            kind: Kind::Deposited,
            at: kernel::Instant(1_795_000_000_000_000 + n as i64),
            entry: Some(EntryId::new(person, samples.below(u64::MAX))),
            line: samples.line(),
            data: Some(samples.resource()),
            blob: None,
        };
        let asked = Instant::now();
        let content = (kilobytes > 0).then(|| Content::new(blob));
        store
            .write(move |tx| {
                let key = tx.space_key(person)?;
                tx.lock_person(person)?;
                Ok(match content {
                    Some(content) => tx.append_content(&key, &act, &content)?,
                    None => tx.append(&key, act)?,
                })
            })
            .wait()
            .expect("a deposit");
        taken.push(asked.elapsed().as_micros() as u32);
        done.fetch_add(1, Ordering::Relaxed);
    }
    taken
}

fn content(samples: &common::Samples, kilobytes: u64) -> Vec<u8> {
    if kilobytes <= 50 {
        let mut cda = samples.cda((kilobytes * 1000).saturating_sub(4800) / 660);
        cda.resize((kilobytes * 1000) as usize, b' ');
        return cda;
    }
    let mut bytes = b"%PDF-1.7 ".to_vec();
    while bytes.len() < (kilobytes * 1000) as usize {
        bytes.extend_from_slice(&samples.below(u64::MAX).to_le_bytes());
    }
    bytes
}
