//! Trains the dictionaries of `crates/store/src/dictionaries.rs` from generated samples.
//!
//! `cargo run -p store --example train -- <folder> <version>` writes `<kind>-<version>.zdict`. A released file
//! is never overwritten: choose the next version and add it to the list.
#![expect(clippy::print_stdout, reason = "a tool speaks to its user")]
#![allow(missing_docs, clippy::expect_used, reason = "a tool for developers")]

mod common;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1);
    let (folder, version) = (given.next().unwrap_or_default(), given.next().unwrap_or_default());
    if folder.is_empty() || version.parse::<u8>().is_err() {
        return Err("usage: train <folder> <version>".into());
    }
    let samples = common::Samples::new(20_261_122);
    let lines: Vec<_> = (0..6000).map(|_| serde_json::to_vec(&samples.line())).collect::<Result<_, _>>()?;
    let resources: Vec<_> = (0..3000).map(|_| samples.resource()).collect();
    let contents: Vec<_> = (0..1200).map(|_| samples.cda(1 + samples.below(8))).collect();
    let fields: Vec<_> = (0..4000).map(|_| samples.identity()).collect();
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
