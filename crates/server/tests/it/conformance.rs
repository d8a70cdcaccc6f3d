//! Corpora that others wrote, file by file: deposited over HTTP into the space of the very person each is about, found
//! in her list and opened. What came of each file is compared with `docs/conformance.md`, where every refusal is argued
//! ([`super::conformance_reasons`]); one without an argument fails, and so does an argument without a refusal.
//!
//! `cargo xtask conformance --data DIR`; the corpora are never part of this repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kernel::ins::Authority;
use kernel::{Ins, Sex};
use people::identity::session::Persona;
use serde_json::{Value, json};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{Person, country, professionals};

use crate::conformance_reasons::{NO_DEPOSITS, REFUSALS};
use crate::counting::figures;
use crate::harness::{Browser, World};
use crate::people_of::{laboratory, persona, try_enrol};

const FOLDERS: [&str; 4] = ["cda-fr", "cda-us", "mhd", "fhir-fr"];

/// What came of one file: `accepted`, `refused: …` or `not a deposit: …`.
fn outcome(path: &Path) -> String {
    match fs::read(path) {
        Ok(bytes) => outcome_of(path, &bytes),
        Err(_) => "refused: cannot be read".into(),
    }
}

fn outcome_of(path: &Path, bytes: &[u8]) -> String {
    let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    // With or without a prefix, alone or inside the style sheet of a self-presenting document.
    let names_a_document = String::from_utf8_lossy(bytes)
        .rsplit("ClinicalDocument")
        .skip(1)
        .any(|before| before.ends_with(['<', ':']));
    match ending.as_str() {
        "json" => resource(bytes),
        "xml" if names_a_document => document(bytes),
        "xml" => "not a deposit: part of a document".into(),
        other => format!("not a deposit: {other}"),
    }
}

fn world() -> World {
    let (store, folder) = store::testing::sqlite().unwrap();
    World::on(store, Box::new(folder))
}

fn document(bytes: &[u8]) -> String {
    let document = match cda::parse(bytes) {
        Ok(document) => document,
        Err(why) => return format!("refused: {} {}", why.code, short(&why.message)),
    };
    let claim = &document.header.patient;
    let mut person = country::sample_patient();
    // A document without INS goes to somebody whose number says the same sex.
    let stand_in = if claim.claimed.sex == Some(Sex::M) { "1790351215189" } else { "2790351215189" };
    person.ins = match &claim.ins {
        Some(Ok(ins)) => ins.clone(),
        _ => Ins::parse(stand_in, Authority::TestNir).unwrap(),
    };
    let claimed = claim.claimed.clone();
    person.traits.birth_name = claimed.birth_name.unwrap_or(person.traits.birth_name);
    person.traits.given_names = claimed.given_names.unwrap_or(person.traits.given_names);
    person.traits.birth_date = claimed.birth_date.unwrap_or(person.traits.birth_date);
    person.traits.sex = claimed.sex.unwrap_or(Sex::F);
    person.traits.birth_place = claimed.birth_place.or(Some("99999".into()));

    let author = professionals::biologist(1, 0);
    let at = jiff::civil::datetime(2026, 3, 4, 9, 0, 0, 0);
    let sheet = Sheet { seed: 1, number: 1, person: &person, author: &author, at, version: 1 };
    let parcel = Parcel { sheet: &sheet, model: Model::LabReport, bytes, media_type: "text/xml" };
    let mut bundle = parcel.minimal();
    let reference = &mut bundle["entry"][1]["resource"];
    reference["masterIdentifier"] = match document.header.unique_id.split_once('^') {
        Some((root, extension)) => json!({"system": format!("urn:oid:{root}"), "value": extension}),
        None => {
            json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{}", document.header.unique_id)})
        }
    };
    // The document's own header says what it is.
    reference.as_object_mut().unwrap().remove("type");
    reference["content"][0]["attachment"].as_object_mut().unwrap().remove("title");
    sent(&person, "/fhir", &bundle)
}

fn resource(bytes: &[u8]) -> String {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return "refused: not JSON".into() };
    let kind = value["resourceType"].as_str().unwrap_or("?").to_owned();
    let address = match (kind.as_str(), value["type"].as_str()) {
        ("Bundle", Some("transaction")) => "/fhir",
        ("DocumentReference", _) => "/fhir/DocumentReference",
        _ => return format!("not a deposit: {kind}"),
    };
    let mut person = country::sample_patient();
    if let Some(ins) = named_ins(&value.to_string()) {
        // The number says the sex of whoever has it.
        person.traits.sex = if ins.matricule.as_str().starts_with('1') { Sex::M } else { Sex::F };
        person.ins = ins;
    }
    sent(&person, address, &value)
}

/// The first INS that a resource names.
fn named_ins(text: &str) -> Option<Ins> {
    let (_, rest) = text.split_once("urn:oid:1.2.250.1.213.1.4.")?;
    let (number, rest) = rest.split_once(|c: char| !c.is_ascii_digit())?;
    let matricule: String = rest.chars().skip_while(|c| !c.is_ascii_digit()).take(15).collect();
    // Examples use invented numbers whose key does not fit; only test authorities take those.
    Ins::parse(&matricule, Authority::from_oid(&format!("1.2.250.1.213.1.4.{number}"))?).ok()
}

fn sent(person: &Person, address: &str, resource: &Value) -> String {
    let world = world();
    let her = match try_enrol(&world, std::slice::from_ref(person)) {
        Ok(people) => people[0],
        Err(why) => return format!("refused: enrolment: {}", short(&why)),
    };
    let (status, answer) = laboratory(&world).post(address, resource);
    if status >= 300 {
        let issue = &answer["issue"][0];
        let place = issue["expression"][0].as_str().unwrap_or_default();
        return format!(
            "refused: {status} {} {}",
            short(issue["diagnostics"].as_str().unwrap_or_default()),
            place
        );
    }
    let location = answer["entry"]
        .as_array()
        .and_then(|entries| {
            entries
                .iter()
                .find_map(|e| e["response"]["location"].as_str()?.split("DocumentReference/").nth(1))
        })
        .and_then(|rest| rest.split('/').next())
        .map(str::to_owned)
        .or_else(|| answer["id"].as_str().map(str::to_owned));
    let Some(entry) = location.as_deref() else { return format!("refused: {status} without a location") };
    let found = found_and_opened(&persona(&world, &Persona::Citizen(her)), entry);
    match found.and_then(|()| has_a_type(&world)) {
        Ok(()) => "accepted".into(),
        Err(why) => format!("refused: accepted, but {why}"),
    }
}

/// Checks that she finds the document in her list, with title, sender and date, and that its page opens under the same
/// title and says when it was written and by whom.
fn found_and_opened(citizen: &Browser, entry: &str) -> Result<(), String> {
    let list = citizen.get("/documents");
    let link = format!("<a href=\"/documents/{entry}\">");
    let card = list.text.split("<li class=\"card").find(|card| card.contains(&link));
    let card = card.and_then(|card| card.split("</li>").next()).ok_or("it is not in her list")?;
    let title = between(card, &link, "</a>").unwrap_or_default();
    let line = card.rsplit("<p class=\"card-line\">").next().and_then(|rest| rest.split("</p>").next());
    let (from, date) = line.and_then(|line| line.rsplit_once(", ")).unwrap_or_default();
    let dated =
        date.split(' ').next_back().is_some_and(|year| year.len() == 4 && year.parse::<u16>().is_ok());
    if title.is_empty() || from.is_empty() || !dated {
        return Err(format!("its line in the list lacks something: {:?}", (title, from, date)));
    }
    let page = citizen.get(&format!("/documents/{entry}"));
    let heading = page.text.split("<h1").nth(1).and_then(|rest| rest.split("</h1>").next());
    // "Écrit par", as the person reads it.
    let author = between(&page.text, "<dt>Écrit par</dt><dd><div>", "</div>").unwrap_or_default();
    match (page.status, heading) {
        (200, _) if author.is_empty() => Err("its page names no author".into()),
        (200, Some(heading)) if heading.contains(title) && page.text.contains("<time datetime=") => Ok(()),
        (200, _) => Err("its page has another title or no date".into()),
        (status, _) => Err(format!("its page answers {status}")),
    }
}

/// Checks that the one document of this world was counted under a type.
fn has_a_type(world: &World) -> Result<(), String> {
    let csv = figures(world);
    let kind = between(&csv, ",document-type,\"", "\",1").ok_or("it was not counted")?;
    if kind.is_empty() { Err("nobody knows its type".into()) } else { Ok(()) }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inside, _)| inside)
}

/// The same file with every national number's key made to fit, where one does not: what else is wrong with it?
fn with_fitting_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut mended = bytes.to_vec();
    let mut at = 0;
    for run in bytes.split(|byte| !byte.is_ascii_digit()) {
        if run.len() == 15 && matches!(run[0], b'1' | b'2') {
            let number: u64 = std::str::from_utf8(&run[..13]).ok()?.parse().ok()?;
            let key = format!("{:02}", 97 - number % 97);
            mended[at + 13..at + 15].copy_from_slice(key.as_bytes());
        }
        at += run.len() + 1;
    }
    (mended != bytes).then_some(mended)
}

/// One line of at most 160 characters that fits a table.
fn short(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c == '|' || c.is_control() { ' ' } else { c }).take(160).collect();
    line.trim().to_owned()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

/// What is told about every file.
#[derive(Default)]
struct Report {
    files: String,
    refusals: String,
    kinds: BTreeMap<String, usize>,
    accepted: usize,
    refused: BTreeSet<String>,
    unargued: Vec<String>,
}

impl Report {
    fn add(&mut self, name: &str, path: &Path) {
        let came = outcome(path);
        println!("{name}: {came}");
        let cell = name.replace('|', " ");
        self.files.push_str(&format!("| {cell} | {came} |\n"));
        if came == "accepted" {
            self.accepted += 1;
        } else if let Some(kind) = came.strip_prefix("not a deposit: ") {
            *self.kinds.entry(kind.to_owned()).or_default() += 1;
        } else {
            self.refused.insert(name.to_owned());
            let Some((_, why)) = REFUSALS.iter().find(|(file, _)| *file == name) else {
                self.unargued.push(format!("{name}: {came}"));
                return;
            };
            let mended = fs::read(path).ok().and_then(|bytes| with_fitting_keys(&bytes));
            let mended = mended.map_or_else(|| "–".to_owned(), |bytes| outcome_of(path, &bytes));
            self.refusals.push_str(&format!("| {cell} | {why} | {mended} |\n"));
        }
    }

    /// The kinds of files that are no deposits, each with its argument.
    fn no_deposits(&mut self) -> String {
        let mut rows = String::new();
        for (kind, count) in &self.kinds {
            match NO_DEPOSITS.iter().find(|(known, _)| known == kind) {
                Some((_, why)) => rows.push_str(&format!("| {kind} | {count} | {why} |\n")),
                None => self.unargued.push(format!("not a deposit: {kind}")),
            }
        }
        rows
    }

    fn text(&mut self) -> String {
        let no_deposits = self.no_deposits();
        let (accepted, refused) = (self.accepted, self.refused.len());
        let others: usize = self.kinds.values().sum();
        format!(
            "# Conformance\n\nWhat came of every file of the corpora that others wrote: `cargo xtask conformance --data DIR` \
             (`--write` writes this page; otherwise a change fails). Accepted means: deposited over HTTP, found in the \
             person's list with title, sender and date, counted under a type, and opened on a page that has the same \
             title, a date and an author.\n\n{accepted} accepted, {refused} refused, {others} are no deposits.\n\n\
             ## Why each refused file is refused\n\n\
             The last column says what comes of the same file once the check digits of its national numbers fit.\n\n\
             | file | why | with keys that fit |\n| --- | --- | --- |\n{}\n\
             ## What is no deposit\n\n| kind | files | why |\n| --- | --- | --- |\n{no_deposits}\n\
             ## Every file\n\n| file | came of it |\n| --- | --- |\n{}",
            self.refusals, self.files
        )
    }
}

#[test]
#[ignore = "needs the corpora: cargo xtask conformance --data DIR"]
fn every_file_is_accepted_or_refused_for_a_reason_we_know() {
    let corpora =
        PathBuf::from(std::env::var("CARNET_TEST_CORPORA").expect("CARNET_TEST_CORPORA names the folder"));
    let mut report = Report::default();
    for folder in FOLDERS {
        let mut files = Vec::new();
        walk(&corpora.join(folder), &mut files);
        files.sort();
        for file in files {
            let name = file.strip_prefix(&corpora).unwrap().display().to_string();
            report.add(&name, &file);
        }
    }
    let text = report.text();
    println!("{} accepted, {} refused", report.accepted, report.refused.len());
    assert!(report.unargued.is_empty(), "nobody says why:\n{:#?}", report.unargued);
    let idle: Vec<_> = REFUSALS.iter().filter(|(file, _)| !report.refused.contains(*file)).collect();
    assert!(idle.is_empty(), "argued, but not refused:\n{idle:#?}");
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    if std::env::var("CARNET_TEST_WRITE").is_ok() {
        fs::write(&known, &text).unwrap();
        return;
    }
    let before = fs::read_to_string(&known).unwrap_or_default();
    let changed: Vec<_> = text.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    assert!(changed.is_empty(), "not as docs/conformance.md says:\n{changed:#?}");
}
