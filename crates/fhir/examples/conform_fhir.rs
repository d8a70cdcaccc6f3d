//! Reads every `.json` and `.ndjson` file below a folder and prints one line for each resource that has
//! findings, and one line per submission: `cargo run -p fhir --example conform_fhir -- DIR [--all]`.

#![expect(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::path::{Path, PathBuf};

use fhir::json::{Limits, parse};
use fhir::mhd::{Submission, read_provide, read_simplified};
use fhir::validate::validate;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: conform DIR [--all]");
        std::process::exit(2);
    };
    let all = arguments.next().is_some();
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    let (mut read, mut flagged) = (0, 0);
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        if name.ends_with("ndjson") {
            for (i, line) in bytes.split(|b| *b == b'\n').enumerate().filter(|(_, l)| !l.is_empty()) {
                read += 1;
                flagged += usize::from(!look(&format!("{name}:{}", i + 1), line, all));
            }
        } else {
            read += 1;
            flagged += usize::from(!look(&name, &bytes, all));
        }
    }
    println!("{read} read, {flagged} with findings");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "json" || e == "ndjson") {
            files.push(path);
        }
    }
}

/// Prints what there is to say about one resource; true when it is sound.
fn look(name: &str, bytes: &[u8], all: bool) -> bool {
    let value = match parse(bytes, Limits::bytes(64 << 20)) {
        Ok(value) => value,
        Err(issues) => {
            println!("{name}\tunreadable\t{}", sentence(&issues));
            return false;
        }
    };
    let again = serde_json::to_vec(&value).ok().and_then(|bytes| parse(&bytes, Limits::bytes(64 << 20)).ok());
    if again.as_ref() != Some(&value) {
        println!("{name}\tchanged\twriting and reading it again gives something else");
        return false;
    }
    let kind = value["resourceType"].as_str().unwrap_or("?").to_owned();
    let issues = validate(&value);
    if !issues.is_empty() {
        println!("{name}\t{kind}\tinvalid\t{}", sentence(&issues));
    } else if all {
        println!("{name}\t{kind}\tvalid");
    }
    let submission = match kind.as_str() {
        "Bundle" if value["type"] == "transaction" => Some(read_provide(&value)),
        "DocumentReference" if value["content"][0]["attachment"].get("data").is_some() => {
            Some(read_simplified(&value))
        }
        _ => None,
    };
    match submission {
        Some(Ok(submission)) => {
            println!("{name}\t{kind}\tsubmission\t{}", summary(&submission));
            for warning in &submission.issues_warned {
                println!("{name}\t{kind}\twarned\t{}", sentence(std::slice::from_ref(warning)));
            }
        }
        Some(Err(refused)) => println!("{name}\t{kind}\trefused\t{}", sentence(&refused)),
        None => {}
    }
    issues.is_empty()
}

fn summary(submission: &Submission) -> String {
    let mut out = format!("{:?} from {:?}", submission.profile, submission.source_id);
    for document in &submission.documents {
        let code = document.type_code.as_ref().map(|c| c.code.as_str()).unwrap_or("?");
        out.push_str(&format!(
            " | {} {code} {} {} bytes, {:?}, patient {:?} {:?}, {} authors {:?}, {} relations, labels {}",
            document.unique_id,
            document.content.media_type,
            document.content.bytes.len(),
            document.title,
            document.patient.logical,
            document.patient.ins.as_ref().map(|r| r.as_ref().map(|_| "INS").map_err(|e| format!("{e:?}"))),
            document.authors.len(),
            document.authors.first().map(|a| (a.kind, a.rpps.is_some())),
            document.relates_to.len(),
            document.security_labels.iter().map(|c| c.code.as_str()).collect::<Vec<_>>().join(","),
        ));
    }
    out
}

fn sentence(issues: &[kernel::Issue]) -> String {
    let one =
        |i: &kernel::Issue| format!("[{}] {} {}", i.code, i.path.as_deref().unwrap_or("-"), i.diagnostics);
    issues.iter().take(4).map(one).collect::<Vec<_>>().join("; ")
}
