//! Opens every zip under a folder and prints what was found, or why it was refused:
//! `cargo run -p mail --example conform_xdm -- DIR`.

#![allow(clippy::print_stdout, reason = "a command-line tool")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use mail::xdm::{Limits, open};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: conform DIR"));
    };
    let mut files = Vec::new();
    gather(&folder, &mut files)?;
    files.sort();
    for file in &files {
        let name = file.strip_prefix(&folder).unwrap_or(file).display();
        match open(&fs::read(file)?, Limits::default()) {
            Ok(submission) => {
                for document in &submission.documents {
                    let code =
                        |code: &Option<mail::xdm::Code>| code.as_ref().map_or("-".into(), |c| c.code.clone());
                    println!(
                        "{name}: {} | {} | {} | {} | {} | {:?} | {:?} | {:?} | {} {} B hash {}",
                        document.title.as_deref().unwrap_or("-"),
                        document.unique_id,
                        code(&document.type_code),
                        code(&document.facility_type),
                        document.creation_time.map_or("-".into(), |at| at.to_string()),
                        document.patient_id.as_ref().map(|id| (&id.id, &id.authority)),
                        document
                            .authors
                            .first()
                            .and_then(|a| a.person.as_ref())
                            .map(|p| (&p.family, &p.rpps)),
                        document.source_patient.claimed,
                        document.file,
                        document.bytes.len(),
                        document.hash_ok,
                    );
                }
            }
            Err(rejection) => println!("{name}: REFUSED {rejection}"),
        }
    }
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
            files.push(path);
        }
    }
    Ok(())
}
