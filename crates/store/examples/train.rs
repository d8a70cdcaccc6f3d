//! Trains the dictionaries of `crates/store/src/dictionaries.rs` from generated samples.
//!
//! `cargo run -p store --example train -- <folder> <version> [<data> …]` writes `<kind>-<version>.zdict`; with data
//! folders (of `carnet demo`: invented people) the samples are what rooms really wrote there, otherwise they
//! are made here. A released file is never overwritten: choose the next version and add it to the list.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::expect_used, reason = "a tool for developers")]

mod common;

use std::collections::HashMap;
use std::path::Path;

use kernel::{PersonId, Seq};
use store::{Keyring, Options, Place, Store, Want};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1);
    let (folder, version) = (given.next().unwrap_or_default(), given.next().unwrap_or_default());
    if folder.is_empty() || version.parse::<u8>().is_err() {
        return Err("usage: train <folder> <version>".into());
    }
    let folders: Vec<String> = given.collect();
    let [lines, resources, contents, fields] = if folders.is_empty() {
        made()?
    } else {
        let mut all = Kinds::default();
        for data in &folders {
            for (samples, more) in all.iter_mut().zip(kept(Path::new(data))?) {
                samples.extend(more);
            }
        }
        all
    };
    let kinds =
        [("line", lines, 8), ("resource", resources, 32), ("content", contents, 32), ("field", fields, 8)];
    for (kind, samples, kib) in kinds {
        let dictionary = zstd::dict::from_samples(&samples, kib * 1024)?;
        let path = Path::new(&folder).join(format!("{kind}-{version}.zdict"));
        std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
        std::fs::write(&path, &dictionary)?;
        let mut packer = zstd::bulk::Compressor::with_dictionary(3, &dictionary)?;
        let plain: usize = samples.iter().map(Vec::len).sum();
        let mut packed = 0;
        for sample in &samples {
            packed += packer.compress(sample)?.len();
        }
        let count = samples.len();
        println!(
            "{}: {} bytes; {} → {} bytes a sample",
            path.display(),
            dictionary.len(),
            plain / count,
            packed / count
        );
    }
    Ok(())
}

/// Lines, resources, contents and fields.
type Kinds = [Vec<Vec<u8>>; 4];

fn made() -> Result<Kinds, Box<dyn std::error::Error>> {
    let samples = common::Samples::new(20_261_122);
    let lines: Vec<_> = (0..6000).map(|_| serde_json::to_vec(&samples.line())).collect::<Result<_, _>>()?;
    let resources = (0..3000).map(|_| samples.resource()).collect();
    let contents = (0..1200).map(|_| samples.cda(1 + samples.below(8))).collect();
    let fields = (0..4000).map(|_| samples.identity()).collect();
    Ok([lines, resources, contents, fields])
}

/// What a data folder holds, of at most so many acts of each kind: one kind must not drown the others.
fn kept(data: &Path) -> Result<Kinds, Box<dyn std::error::Error>> {
    const MOST: usize = 3000;
    let keyring = Keyring::load(&data.join("master.key"))?;
    let store = Store::open(&Place::Sqlite { dir: data.to_owned() }, keyring, &Options::default())?;
    let kinds = store.read(|tx| {
        let people: Vec<i64> = tx.all("SELECT person FROM person ORDER BY person", &[], |row| row.int(0))?;
        let mut kinds = Kinds::default();
        let mut seen = HashMap::new();
        for person in people {
            let key = tx.space_key(PersonId(person))?;
            let mut acts = Vec::new();
            tx.acts(&key, Seq(0), Want::ALL, |row| {
                acts.push(row);
                Ok(())
            })?;
            for act in acts {
                let count: &mut usize = seen.entry(act.kind).or_default();
                *count += 1;
                if *count > MOST {
                    continue;
                }
                let line = serde_json::to_vec(&act.line).unwrap_or_default();
                kinds[0].push(line);
                kinds[1].extend(act.data);
                if act.blob_len.is_some_and(|length| length < 100_000) {
                    kinds[2].extend(tx.blob(&key, act.seq)?.filter(|blob| blob.starts_with(b"<")));
                }
            }
            let identity =
                tx.one("SELECT identity FROM person WHERE person = $1", &[person.into()], |row| {
                    row.bytes(0)
                })?;
            if let Some(sealed) = identity {
                kinds[3].push(key.open_field("identity", &sealed)?);
            }
        }
        Ok(kinds)
    });
    kinds.wait().map_err(|refusal| format!("{refusal:?}").into())
}
