//! What reading costs inside, without HTTP: the list, one document, the searches of software, over a record of two
//! hundred documents and the looks that earlier readers left behind.
//! `cargo run --profile fast -p care --example reading [DOCUMENTS] [LOOKS]` prints medians in microseconds.

#![expect(clippy::print_stdout, reason = "a report on standard output is what this program is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot begin says so by stopping")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant as Clock;

use care::documents::read::What;
use care::documents::{self, fhir as door, pages, prepare};
use care::record::fold::Seen;
use care::record::{home, timeline};
use fhir::search::{Handling, Kind};
use jiff::civil::datetime;
use kernel::{Actor, EntryId, Instant, Language, PersonId, Purpose, Software, Visit};
use people::consent::{self, Action};
use people::person::{Contact, Identity, State};
use store::{Store, Tx, args};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{Person, country, professionals};

const HER: PersonId = PersonId(7);
const NOW: Instant = Instant(1_795_334_400_000_000);
const TIMES: usize = 101;

/// What is measured: one reading of a space, given the ids of its documents.
type Reading = Box<dyn Fn(&mut Tx<'_>, &[EntryId]) + Send>;

fn main() {
    let mut given = std::env::args().skip(1).map(|n| n.parse::<usize>().unwrap());
    let (documents, looks) = (given.next().unwrap_or(200), given.next().unwrap_or(100));
    let (store, _folder) = store::testing::sqlite().unwrap();
    let person = country::sample_patient();
    enrol(&store, &person);
    let entries: Arc<[EntryId]> = fill(&store, &person, documents).into();
    let list: Reading = Box::new(|tx, _| drop(black_box(list(tx))));
    measure(&store, &entries, "(looks to begin with)", looks, list);
    for (name, reading) in readings() {
        measure(&store, &entries, name, TIMES, reading);
    }
}

fn list(tx: &mut Tx<'_>) -> timeline::Shown {
    timeline::show(tx, &her(), None, &timeline::Asked::default()).unwrap()
}

fn readings() -> Vec<(&'static str, Reading)> {
    vec![
        ("open the space", Box::new(|tx, _| drop(black_box(open(tx))))),
        (
            "open, and what is seen of the record",
            Box::new(|tx, _| {
                let pass = open(tx);
                black_box(Seen::load(tx, &pass).unwrap());
            }),
        ),
        ("page of the list", Box::new(|tx, _| drop(black_box(list(tx))))),
        ("home", Box::new(|tx, _| drop(black_box(home::show(tx, &her()).unwrap())))),
        (
            "page of a document",
            Box::new(|tx, all| drop(black_box(pages::show(tx, &her(), all[all.len() / 2]).unwrap()))),
        ),
        (
            "file of a document",
            Box::new(|tx, all| {
                black_box(pages::file(tx, &her(), all[all.len() / 2], What::Original, true).unwrap());
            }),
        ),
        ("ITI-67, 20 of all that stand", search(Kind::DocumentReference, "status=current&_count=20")),
        ("ITI-67, by type", search(Kind::DocumentReference, "type=http://loinc.org|11502-2&_count=20")),
        ("ITI-67, by what facts do not tell", search(Kind::DocumentReference, "facility=SA25&_count=20")),
        ("ITI-66, 20 of all", search(Kind::List, "code=submissionset&_count=20")),
        (
            "ITI-68",
            Box::new(|tx, all| drop(black_box(door::binary(tx, &her(), all[all.len() / 2]).unwrap()))),
        ),
        ("AuditEvent, 20 of all", search(Kind::AuditEvent, "_count=20")),
    ]
}

fn search(kind: Kind, query: &'static str) -> Reading {
    Box::new(move |tx, _| {
        let pairs = fhir::search::pairs(query);
        let found =
            door::search(tx, &her(), kind, &pairs, Handling::Strict, "http://localhost/fhir/X").unwrap();
        black_box(found.to_string());
    })
}

fn open(tx: &mut Tx<'_>) -> consent::Pass {
    consent::open(tx, &her(), HER, Action::ReadRecord).unwrap()
}

/// Runs a reading often in one transaction and says the median. What it notes lengthens the sequence for the next.
fn measure(store: &Store, entries: &Arc<[EntryId]>, name: &str, often: usize, reading: Reading) {
    let entries = Arc::clone(entries);
    let run = store.read(move |tx| {
        let timed = (0..often).map(|_| {
            let began = Clock::now();
            reading(tx, &entries);
            began.elapsed().as_secs_f64() * 1e6
        });
        Ok(timed.collect::<Vec<f64>>())
    });
    let mut times = run.wait().unwrap();
    times.sort_by(f64::total_cmp);
    if let (Some(median), Some(best)) = (times.get(times.len() / 2), times.first()) {
        println!("{name:>40}: median {median:8.1} µs, best {best:8.1} µs");
    }
}

fn visit(actor: Actor) -> Visit {
    Visit {
        actor,
        on_behalf_of: None,
        purpose: Purpose::Own,
        now: NOW,
        language: Language::Fr,
        request_id: 1,
    }
}

fn her() -> Visit {
    visit(Actor::Citizen { person: HER, name: "Dominique PAT-TROIS".into() })
}

fn enrol(store: &Store, person: &Person) {
    let identity = Identity {
        ins: person.ins.clone(),
        traits: person.traits.clone(),
        used_name: None,
        used_given: None,
        contact: Contact::default(),
        representatives: Vec::new(),
        death: None,
    };
    let enrolled = store.write(move |tx| {
        let (key, wrapped) = tx.keyring().new_space_key(HER)?;
        tx.exec(
            "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
                key_generation, wrapped_key, identity) VALUES ($1, $2, 0, 1, '31', 'CPAM', 0, $3, $4, $5)",
            args![HER, State::Open.number(), wrapped.generation, wrapped.bytes, identity.seal(&key)?],
        )?;
        let hash = people::person::queries::ins_handle(tx.keyring(), &identity.ins);
        tx.exec("INSERT INTO handle (hash, person) VALUES ($1, $2)", args![hash, HER])?;
        Ok(())
    });
    enrolled.wait().unwrap();
}

/// Documents of all models in turn, as the French profile sends them, over two years.
fn fill(store: &Store, person: &Person, documents: usize) -> Vec<EntryId> {
    let lab = visit(Actor::Software(Software {
        client_id: "lab".into(),
        organization: "Laboratoire des Halles".into(),
        finess: None,
    }));
    let deposit = |number: usize| {
        let author = professionals::doctor(1, number as u64 % 12);
        let at = datetime(
            2023 + (number / 12 % 2) as i16,
            (number % 12 + 1) as i8,
            (number % 28 + 1) as i8,
            9,
            30,
            0,
            0,
        );
        let sheet = Sheet { seed: 1, number: number as u64, person, author: &author, at, version: 1 };
        let model = Model::ALL[number % Model::ALL.len()];
        let bytes = sheet.write(model).into_bytes();
        let parcel = Parcel { sheet: &sheet, model, bytes: &bytes, media_type: "text/xml" };
        let submission = fhir::mhd::read_provide(&parcel.comprehensive()).unwrap();
        let prepared = prepare::submission(submission, None).unwrap();
        let lab = lab.clone();
        store.write(move |tx| documents::store(tx, &lab, prepared)).wait().unwrap().documents[0].entry
    };
    (0..documents).map(deposit).collect()
}
