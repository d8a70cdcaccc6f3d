//! Corpora that others wrote, file by file: deposited over HTTP into the space of the very person each is about, and
//! opened. What came of each file is compared with `docs/conformance.md`, where every refusal has its reason.
//!
//! `cargo xtask conformance --data DIR`; the corpora are never part of this repository.

use std::fs;
use std::path::{Path, PathBuf};

use kernel::ins::Authority;
use kernel::{Ins, Sex};
use people::identity::session::Persona;
use serde_json::{Value, json};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{Person, country, professionals};

use crate::harness::World;
use crate::people_of::{laboratory, persona, try_enrol};

const FOLDERS: [&str; 4] = ["cda-fr", "cda-us", "mhd", "fhir-fr"];

/// What came of one file: `accepted`, `refused: …` or `not a deposit: …`.
fn outcome(path: &Path) -> String {
    let Ok(bytes) = fs::read(path) else { return "refused: cannot be read".into() };
    let name = path.to_string_lossy();
    if name.ends_with(".json") {
        resource(&bytes)
    } else if bytes.windows(17).any(|window| window == b"<ClinicalDocument") {
        document(&bytes)
    } else {
        let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
        format!("not a deposit: {ending}")
    }
}

fn world() -> World {
    let (store, folder) = store::testing::sqlite().unwrap();
    World::on(store, Box::new(folder))
}

fn document(bytes: &[u8]) -> String {
    let document = match cda::parse(bytes) {
        Ok(document) => document,
        Err(why) => return format!("refused: {}", short(&format!("{why:?}"))),
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
    let Some(entry) = location else { return format!("refused: {status} without a location") };
    let citizen = persona(&world, &Persona::Citizen(her));
    for path in ["/documents".to_owned(), format!("/documents/{entry}")] {
        let page = citizen.get(&path);
        if page.status != 200 {
            return format!("refused: accepted, but its page answers {}", page.status);
        }
    }
    "accepted".into()
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

#[test]
#[ignore = "needs the corpora: cargo xtask conformance --data DIR"]
fn every_file_is_accepted_or_refused_for_a_reason_we_know() {
    let corpora =
        PathBuf::from(std::env::var("CARNET_TEST_CORPORA").expect("CARNET_TEST_CORPORA names the folder"));
    let mut report = String::from(
        "# Conformance\n\nWhat came of every file of the corpora that others wrote (`cargo xtask conformance --data DIR`; a change fails).\n\n| file | came of it |\n| --- | --- |\n",
    );
    let (mut accepted, mut refused) = (0, 0);
    for folder in FOLDERS {
        let mut files = Vec::new();
        walk(&corpora.join(folder), &mut files);
        files.sort();
        for file in files {
            let name = file.strip_prefix(&corpora).unwrap().display().to_string();
            let came = outcome(&file);
            accepted += usize::from(came == "accepted");
            refused += usize::from(came.starts_with("refused"));
            println!("{name}: {came}");
            report.push_str(&format!("| {} | {came} |\n", short(&name)));
        }
    }
    println!("{accepted} accepted, {refused} refused");
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    if std::env::var("CARNET_TEST_WRITE").is_ok() {
        fs::write(&known, &report).unwrap();
        return;
    }
    let before = fs::read_to_string(&known).unwrap_or_default();
    let lines =
        |text: &str| text.lines().filter(|l| l.starts_with("| ")).map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&before), lines(&report));
    let changed: Vec<_> = new.iter().filter(|line| !old.contains(line)).collect();
    assert!(changed.is_empty(), "not as docs/conformance.md says:\n{changed:#?}");
}
