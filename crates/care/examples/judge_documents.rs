//! Judges every document of a folder as the doors do, without a database: `judge_documents DIR`. Says for each
//! refused file why, and at the end how many were taken. For corpora that others wrote.

#![expect(clippy::print_stdout, reason = "its answer is what it prints")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use care::documents::model::Source;
use care::documents::prepare;

fn main() {
    let Some(dir) = std::env::args_os().nth(1) else {
        eprintln!("usage: judge_documents DIR");
        std::process::exit(2);
    };
    let mut files = Vec::new();
    walk(Path::new(&dir), &mut files);
    files.sort();
    let (mut taken, mut refused, mut spent) = (0, 0, Duration::ZERO);
    for path in files {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let began = Instant::now();
        let verdict = match path.extension().and_then(|e| e.to_str()) {
            Some("xml" | "XML") => prepare::cda(bytes, Source::Dmp).map(|_| ()),
            Some("zip") => prepare::xdm(&bytes).map(|_| ()),
            Some("json") => json(&bytes),
            _ => continue,
        };
        spent += began.elapsed();
        match verdict {
            Ok(()) => taken += 1,
            Err(refusal) => {
                refused += 1;
                println!("{}: {refusal}", path.display());
            }
        }
    }
    println!("{taken} taken, {refused} refused, {spent:?}");
}

fn json(bytes: &[u8]) -> Result<(), kernel::Refusal> {
    let value = fhir::json::parse(bytes, fhir::json::Limits::bytes(40 << 20))
        .map_err(kernel::Refusal::invalid_all)?;
    let submission = match value["resourceType"].as_str() {
        Some("Bundle") if value["type"] == "transaction" => fhir::mhd::read_provide(&value),
        Some("DocumentReference") => fhir::mhd::read_simplified(&value),
        _ => return Ok(()),
    };
    prepare::submission(submission.map_err(kernel::Refusal::invalid_all)?, None).map(|_| ())
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
