//! `carnet enrol` on a file of the size that is wanted.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Duration;

use crate::Trouble;
use crate::carnet::Installation;
use crate::population::write_insurer_file;

/// What enrolling took.
#[derive(Clone, Copy, Debug)]
pub struct Enrolled {
    /// Persons in the file.
    pub people: u64,
    /// Bytes of the file.
    pub file: u64,
    /// How long `carnet enrol` ran.
    pub took: Duration,
    /// What the data weigh more than before, in bytes.
    pub grown: u64,
}

impl Enrolled {
    /// Persons a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.people as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

/// Writes the insurer's file of so many people into the data folder; returns where it is and its bytes.
///
/// # Errors
/// Of the disk.
pub fn file(installation: &Installation, seed: u64, people: u64) -> Result<(PathBuf, u64), Trouble> {
    std::fs::create_dir_all(&installation.data)?;
    let path = installation.data.join(format!("insured-{people}.csv"));
    let bytes =
        write_insurer_file(seed, people, &mut BufWriter::with_capacity(1 << 20, File::create(&path)?))?;
    Ok((path, bytes))
}

/// Enrols a file of so many people.
///
/// # Errors
/// When `carnet enrol` fails.
pub fn enrol(installation: &Installation, seed: u64, people: u64) -> Result<Enrolled, Trouble> {
    let (path, file) = file(installation, seed, people)?;
    let before = installation.bytes()?;
    let took = installation.run(&["enrol", &path.display().to_string()])?;
    let grown = installation.bytes()?.saturating_sub(before);
    std::fs::remove_file(path)?;
    Ok(Enrolled { people, file, took, grown })
}
