//! Migration of the former record: a folder of IHE XDM archives and bare CDA documents, of many persons.
//!
//! Resumable and idempotent: files that are done are listed beside the rejects and skipped by the next run, and
//! a document that is sent twice is filed once. What is not taken stands in the rejects with its reason.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use care::documents::model::Source;
use care::documents::{self, Prepared, prepare};
use kernel::{Answer, Fault, Refusal};

use super::{bar, tell, visit};
use crate::house::House;

/// A file of the former record is refused above this many bytes, before it is read.
const LARGEST: u64 = 200 * 1024 * 1024;

/// Files read, judged and waiting to be filed together.
const ABREAST: usize = 32;

/// Brings everything below `dir` in.
pub(super) fn dmp(house: &Arc<House>, dir: &Path, rejects: Option<PathBuf>) -> Answer<()> {
    let rejects = rejects.unwrap_or_else(|| dir.with_added_extension("rejects.csv"));
    let list = dir.with_added_extension("done");
    let done = done_before(&list)?;
    let mut files = Vec::new();
    walk(dir, &mut files)?;
    files.sort();
    let total = files.len();
    files.retain(|path| !done.contains(&name_of(dir, path)));
    if files.len() < total {
        tell(format!("{} files were done before", total - files.len()));
    }
    let mut ledger = Ledger { rejects: append(&rejects)?, list: append(&list)?, taken: 0, rejected: 0 };
    let bar = bar(files.len() as u64, "files");
    for several in files.chunks(ABREAST) {
        let waiting: Vec<_> = several.iter().map(|path| (path, file(house, path))).collect();
        for (path, filed) in waiting {
            let outcome = filed.and_then(|pending| pending.wait());
            ledger.note(&name_of(dir, path), outcome)?;
            bar.inc(1);
        }
        ledger.sync()?;
    }
    bar.finish_and_clear();
    tell(format!("{} files taken, {} rejected", ledger.taken, ledger.rejected));
    if ledger.rejected > 0 {
        tell(format!("the reasons are in {}", rejects.display()));
    }
    Ok(())
}

/// Judges one file and sends it to be filed.
fn file(house: &Arc<House>, path: &Path) -> Answer<store::Pending<documents::Deposited>> {
    let length = std::fs::metadata(path).map_err(|e| named(path, &e))?.len();
    if length > LARGEST {
        let said = format!("{length} bytes; at most {LARGEST} are taken");
        return Err(Refusal::new(kernel::RefusalKind::TooLarge, "too-large", said));
    }
    let bytes = std::fs::read(path).map_err(|e| named(path, &e))?;
    let prepared: Prepared =
        if bytes.starts_with(b"PK") { prepare::xdm(&bytes)? } else { prepare::cda(bytes, Source::Dmp)? };
    let visit = visit(house, "migration");
    Ok(house.store.write(move |tx| documents::store(tx, &visit, prepared)))
}

struct Ledger {
    rejects: File,
    list: File,
    taken: u64,
    rejected: u64,
}

impl Ledger {
    /// Notes what became of a file. A fault of ours stops the migration: the file is not done.
    fn note(&mut self, name: &str, outcome: Answer<documents::Deposited>) -> Answer<()> {
        match outcome {
            Ok(_) => self.taken += 1,
            Err(refusal) if refusal.fault.is_some() => return Err(refusal),
            Err(refusal) => {
                self.rejected += 1;
                let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
                let line = format!("{},{},{}\n", quoted(name), refusal.code(), quoted(&refusal.to_string()));
                self.rejects.write_all(line.as_bytes()).map_err(Fault::from)?;
            }
        }
        self.list.write_all(format!("{name}\n").as_bytes()).map_err(Fault::from)?;
        Ok(())
    }

    fn sync(&self) -> Answer<()> {
        self.rejects.sync_data().map_err(Fault::from)?;
        Ok(self.list.sync_data().map_err(Fault::from)?)
    }
}

fn done_before(list: &Path) -> Answer<HashSet<String>> {
    if !list.exists() {
        return Ok(HashSet::new());
    }
    let file = File::open(list).map_err(|e| named(list, &e))?;
    Ok(BufReader::new(file).lines().collect::<Result<_, _>>().map_err(Fault::from)?)
}

fn append(path: &Path) -> Answer<File> {
    Ok(OpenOptions::new().create(true).append(true).open(path).map_err(|e| named(path, &e))?)
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) -> Answer<()> {
    for entry in std::fs::read_dir(dir).map_err(|e| named(dir, &e))? {
        let path = entry.map_err(Fault::from)?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// A file's path below the folder: what the list and the rejects call it.
fn name_of(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

fn named(path: &Path, error: &std::io::Error) -> Fault {
    Fault::Io(format!("{}: {error}", path.display()))
}
