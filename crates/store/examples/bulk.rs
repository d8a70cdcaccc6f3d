//! How many persons a second the store enrols: a key each, a sealed identity, three handles.
//!
//! `cargo run --release -p store --example bulk -- sqlite:/data/x 1000000` : place, persons. Two threads make
//! keys and seal while the writer loads; what the insurer's file costs to read and check comes on top.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::expect_used, clippy::disallowed_methods, reason = "a tool for developers")]

mod common;
#[path = "common/place.rs"]
mod place;

use std::collections::VecDeque;
use std::time::Instant;

use kernel::PersonId;
use store::{Keyring, Pending, Value, args, bulk_load};

/// Persons in one transaction.
const BATCH: i64 = 100_000;

struct Rows {
    persons: Vec<Vec<Value>>,
    handles: Vec<Vec<Value>>,
    traits: Vec<Vec<Value>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [at, persons] = given.as_slice() else { return Err("usage: bulk <place> <persons>".into()) };
    let persons: i64 = persons.parse()?;
    let measured = place::open(at, &store::Options::default())?;
    let store = &measured.store;
    let samples = common::Samples::new(1);
    let identities: Vec<Vec<u8>> = (0..5000).map(|_| samples.identity()).collect();
    let started = Instant::now();
    let (sender, made) = std::sync::mpsc::sync_channel::<Rows>(2);
    let keyring = store.keyring().clone();
    let maker = std::thread::spawn(move || {
        for first in (1..=persons).step_by(BATCH as usize) {
            let last = (first + BATCH - 1).min(persons);
            sender.send(make(&keyring, first, last, &identities)).expect("the loader listens");
        }
    });
    let mut under_way: VecDeque<Pending<()>> = VecDeque::new();
    for rows in made {
        under_way.push_back(store.write(move |tx| {
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
                "identity",
            ];
            bulk_load(tx, "person", &columns, rows.persons)?;
            bulk_load(tx, "handle", &["hash", "person"], rows.handles)?;
            bulk_load(tx, "trait_handle", &["hash", "person"], rows.traits)?;
            Ok(())
        }));
        if under_way.len() > 1
            && let Some(oldest) = under_way.pop_front()
        {
            oldest.wait()?;
        }
    }
    for rest in under_way {
        rest.wait()?;
    }
    maker.join().expect("the maker ends");
    let seconds = started.elapsed().as_secs_f64();
    println!("{}: {persons} persons in {seconds:.1} s, {:.0}/s", store.engine(), persons as f64 / seconds);
    Ok(())
}

fn make(keyring: &Keyring, first: i64, last: i64, identities: &[Vec<u8>]) -> Rows {
    let mut rows = Rows { persons: Vec::new(), handles: Vec::new(), traits: Vec::new() };
    for person in first..=last {
        let (key, wrapped) = keyring.new_space_key(PersonId(person)).expect("a key");
        let identity = &identities[person as usize % identities.len()];
        let sealed = key.seal_field("identity", identity).expect("sealed");
        rows.persons.push(
            args![person, 1i64, 0i64, 1i64, "75", "CPAM", 7000i64, wrapped.generation, wrapped.bytes, sealed]
                .to_vec(),
        );
        let ins = keyring.keyed_hash("ins", format!("{person:015}|1.2.250.1.213.1.4.8").as_bytes());
        rows.handles.push(args![&ins[..16], person].to_vec());
        let traits =
            keyring.keyed_hash("traits", format!("NOM{person}|PRENOM|2000-01-01|F|75111").as_bytes());
        let (short, _) = traits.split_first_chunk::<8>().expect("32 bytes");
        rows.traits.push(args![i64::from_be_bytes(*short), person].to_vec());
    }
    rows.handles.sort_by(|a, b| bytes(a).cmp(bytes(b)));
    rows.traits.sort_by_key(|row| if let Value::Int(hash) = row[0] { hash } else { 0 });
    rows
}

fn bytes(row: &[Value]) -> &[u8] {
    if let Value::Bytes(hash) = &row[0] { hash } else { &[] }
}
