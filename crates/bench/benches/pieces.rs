//! What one deposit and one page are made of, piece by piece: `cargo bench -p bench --profile fast`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot begin says so by stopping")]
#![allow(clippy::print_stdout, reason = "what criterion does not say, it says itself")]

use std::hint::black_box;

use bench::carnet::Installation;
use bench::demo::Demo;
use bench::guests::Party;
use bench::population::Population;
use bench::{guests, login, settle};
use care::record::fold::{Record, Seen};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::datetime;
use kernel::ins::Authority;
use kernel::rpps::Rpps;
use kernel::{Actor, Clock, Ins, Instant, Language, PersonId, Professional, Purpose, Software, Visit};
use oauth::TokenRequest;
use people::consent::policy::{self, Scene};
use people::consent::{self, Action, Given, Permission, Sharing};
use people::person::{Contact, Identity, Person, State};
use people::registry;
use store::log::Terms;
use store::{Act, Keyring, Kind, Line, Options, Place, Store, Tx};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{country, professionals};

const HER: PersonId = PersonId(7);

fn visit(actor: Actor) -> Visit {
    Visit {
        actor,
        on_behalf_of: None,
        purpose: Purpose::Care,
        now: Instant(1_790_000_000_000_000),
        language: Language::Fr,
        request_id: 1,
    }
}

fn person(keyring: &Keyring) -> Person {
    let sample = country::sample_patient();
    let (key, _) = keyring.new_space_key(HER).unwrap();
    Person {
        id: HER,
        state: State::Open,
        state_at: Instant(0),
        wave: 1,
        department: sample.department.to_owned(),
        scheme: sample.scheme.to_owned(),
        identity: Identity {
            ins: sample.ins,
            traits: sample.traits,
            used_name: None,
            used_given: None,
            contact: Contact::default(),
            representatives: Vec::new(),
            death: None,
        },
        key,
        refuses: false,
    }
}

fn brief_report() -> Vec<u8> {
    let (person, author) = (country::sample_patient(), professionals::biologist(1, 0));
    let sheet = Sheet {
        seed: 1,
        number: 7,
        person: &person,
        author: &author,
        at: datetime(2025, 3, 4, 9, 30, 0, 0),
        version: 1,
    };
    sheet.brief_lab_report().into_bytes()
}

fn bundle() -> Vec<u8> {
    let (person, author) = (country::sample_patient(), professionals::biologist(1, 0));
    let sheet = Sheet {
        seed: 1,
        number: 7,
        person: &person,
        author: &author,
        at: datetime(2025, 3, 4, 9, 30, 0, 0),
        version: 1,
    };
    let bytes = sheet.brief_lab_report().into_bytes();
    let parcel = Parcel { sheet: &sheet, model: Model::LabReport, bytes: &bytes, media_type: "text/xml" };
    parcel.comprehensive().to_string().into_bytes()
}

fn words(c: &mut Criterion) {
    c.bench_function("INS: shape and key", |b| {
        b.iter(|| Ins::parse(black_box("279035121518989"), Authority::Nir));
    });
}

/// Doctors of the invented country, each with a place of her own.
fn doctors(count: u64) -> Vec<Professional> {
    let doctor = |n| {
        let known = professionals::doctor(1, n);
        Professional {
            rpps: Rpps::parse(&known.rpps).unwrap(),
            name: known.display(),
            profession: known.profession.to_owned(),
            specialty: known.specialty.map(str::to_owned),
            structure: known.establishment.name,
            finess: Some(known.establishment.finess),
        }
    };
    (0..count).map(doctor).collect()
}

fn decisions(c: &mut Criterion) {
    let her = person(&Keyring::ephemeral().unwrap());
    let software = visit(Actor::Software(Software {
        client_id: "lab".into(),
        organization: "Laboratoire des Halles".into(),
        finess: None,
    }));
    let none = Sharing::default();
    c.bench_function("policy: may software deposit", |b| {
        b.iter(|| policy::decide(&Scene::of(&software, &her, &none, None).unwrap(), Action::DepositDocument));
    });
    let doctors = doctors(10);
    let permission =
        |professional: &Professional| Permission::lasting(professional.clone(), Instant(0), Given::OnTheWeb);
    let sharing = Sharing { allowed: doctors.iter().map(permission).collect(), ..Sharing::default() };
    let doctor = visit(Actor::Professional(doctors[9].clone()));
    c.bench_function("policy: may one of ten allowed doctors read", |b| {
        b.iter(|| policy::decide(&Scene::of(&doctor, &her, &sharing, None).unwrap(), Action::ReadRecord));
    });
}

/// What a professional whom she allowed may see of a space of 1 000 documents: opened, folded, decided entry by entry. The
/// target is a p99 below 5 ms, so the hundredth part is printed too.
fn thousand(c: &mut Criterion) {
    const ENTRIES: usize = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let installation =
        Installation { program: "carnet".into(), data: folder.path().to_owned(), port: 9, database: None };
    settle::settle(&installation, 1, 100).unwrap();
    let store = settle::open(&installation).unwrap();
    let person =
        Population::new(1, 100).draw(&mut <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(1));
    guests::fill(&store, &person, ENTRIES).unwrap();
    let number = settle::number_of(&store, &person.ins.matricule).unwrap();
    let doctor = doctors(1).remove(0);
    let herself = visit(Actor::Citizen { person: number, name: "herself".into() });
    let allowed = doctor.clone();
    let allow = store.write(move |tx| {
        let pass = consent::open(tx, &herself, number, Action::ManageSharing)?;
        consent::allow(tx, &pass, &allowed, Given::OnTheWeb)
    });
    allow.wait().unwrap();
    let doctor = visit(Actor::Professional(doctor));
    let list = || {
        let doctor = doctor.clone();
        let list = move |tx: &mut Tx<'_>| {
            let pass = consent::open(tx, &doctor, number, Action::ReadRecord)?;
            Ok(Seen::load(tx, &pass)?.documents.len())
        };
        store.read(list).wait().unwrap()
    };
    let mut times: Vec<_> = (0..2_000)
        .map(|_| {
            let began = std::time::Instant::now();
            assert!(list() > ENTRIES / 2, "she sees most of them");
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "space of 1 000 documents, by a doctor: {} seen, p50 {:?}, p99 {:?}",
        list(),
        times[1_000],
        times[1_980]
    );
    c.bench_function("space: 1 000 documents seen by a doctor", |b| b.iter(list));
}

fn seals(c: &mut Criterion) {
    let keyring = Keyring::ephemeral().unwrap();
    let (key, wrapped) = keyring.new_space_key(HER).unwrap();
    c.bench_function("key of a space: unwrap", |b| {
        b.iter(|| keyring.unwrap(HER, wrapped.generation, black_box(&wrapped.bytes)));
    });
    let identity = person(&keyring).identity.seal(&key).unwrap();
    c.bench_function("identity: open", |b| b.iter(|| Identity::open(&key, black_box(&identity))));
    let report = brief_report();
    let sealed = key.seal_field("bench", &report).unwrap();
    let mut group = c.benchmark_group("6 kB of CDA");
    group.throughput(Throughput::Bytes(report.len() as u64));
    group.bench_function("seal", |b| b.iter(|| key.seal_field("bench", black_box(&report))));
    group.bench_function("open", |b| b.iter(|| key.open_field("bench", black_box(&sealed))));
    group.finish();
    c.bench_function("handle of an INS", |b| {
        b.iter(|| keyring.keyed_hash("ins", black_box(b"279035121518989|1.2.250.1.213.1.4.10")));
    });
}

fn tongues(c: &mut Criterion) {
    let report = brief_report();
    let mut group = c.benchmark_group("cda, 6 kB");
    group.bench_function("header alone", |b| b.iter(|| cda::header_only(black_box(&report))));
    group.bench_function("whole", |b| b.iter(|| cda::parse(black_box(&report))));
    group.finish();
    let bundle = bundle();
    let limits = fhir::json::Limits::bytes(1 << 20);
    let value = fhir::json::parse(&bundle, limits).unwrap();
    assert!(fhir::validate::validate(&value).is_empty());
    let mut group = c.benchmark_group("ITI-65 of a CDA of 6 kB");
    group.throughput(Throughput::Bytes(bundle.len() as u64));
    group.bench_function("json", |b| b.iter(|| fhir::json::parse(black_box(&bundle), limits)));
    group.bench_function("validate", |b| b.iter(|| fhir::validate::validate(black_box(&value))));
    group.bench_function("read_provide", |b| b.iter(|| fhir::mhd::read_provide(black_box(&value))));
    group.bench_function("prepare, all in all", |b| {
        b.iter(|| {
            let value = fhir::json::parse(black_box(&bundle), limits).unwrap();
            assert!(fhir::validate::validate(&value).is_empty());
            care::documents::prepare::submission(fhir::mhd::read_provide(&value).unwrap(), None).unwrap()
        });
    });
    group.finish();
}

/// An access token as the token endpoint gave it, checked as every request's is; the target is 20 µs.
fn tokens(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let installation =
        Installation { program: "carnet".into(), data: folder.path().to_owned(), port: 9, database: None };
    let party = Party { guests: 0, owners: 0 };
    let demo = Demo::read(&guests::invite(&installation, &Population::new(1, 100), party).unwrap()).unwrap();
    let client = demo.client().unwrap();
    let (store, now) = (settle::open(&installation).unwrap(), Clock::Wall.now());
    let assertion =
        oauth::sign_assertion(&client.key, &client.id, &client.token_endpoint, "one", now).unwrap();
    let request = TokenRequest {
        grant_type: "client_credentials".into(),
        scope: client.scopes.clone(),
        client_assertion_type: oauth::assertion::ASSERTION_TYPE.into(),
        client_assertion: assertion,
    };
    let endpoint = client.token_endpoint.clone();
    let given = store.write(move |tx| registry::give_token(tx, &request, &[&endpoint], 1, now)).wait();
    let token = given.unwrap().unwrap().access_token;
    assert!(registry::open_token(store.keyring(), &token, now).is_some());
    c.bench_function("token: checked", |b| {
        b.iter(|| registry::open_token(store.keyring(), black_box(&token), now).unwrap());
    });
    c.bench_function("load generator: a request for a token signed", |b| {
        b.iter(|| login::token_form(&client, black_box("two")).unwrap());
    });
}

/// One person with the documents of a guest, and what the engine does with her.
fn space(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let installation =
        Installation { program: "carnet".into(), data: folder.path().to_owned(), port: 9, database: None };
    settle::settle(&installation, 1, 100).unwrap();
    let population = Population::new(1, 100);
    let demo =
        Demo::read(&guests::invite(&installation, &population, Party { guests: 1, owners: 0 }).unwrap())
            .unwrap();
    let store = settle::open(&installation).unwrap();
    let matricule = demo.personas("citizen")[0].ins.clone().unwrap();
    let number = settle::number_of(&store, &matricule).unwrap();
    let herself = visit(Actor::Citizen { person: number, name: "herself".into() });
    c.bench_function("space: opened by its owner", |b| {
        b.iter(|| {
            let visit = herself.clone();
            let open =
                move |tx: &mut Tx<'_>| consent::open(tx, &visit, number, Action::ReadRecord).map(|_| ());
            store.read(open).wait().unwrap();
        });
    });
    c.bench_function("space: 200 documents opened and folded", |b| {
        b.iter(|| {
            let visit = herself.clone();
            let fold = move |tx: &mut Tx<'_>| {
                let pass = consent::open(tx, &visit, number, Action::ReadRecord)?;
                Ok(Seen::load(tx, &pass)?.documents.len())
            };
            assert_eq!(store.read(fold).wait().unwrap(), guests::DOCUMENTS);
        });
    });
    c.bench_function("space: 200 documents folded from the first act", |b| {
        b.iter(|| {
            let visit = herself.clone();
            let fold = move |tx: &mut Tx<'_>| {
                let pass = consent::open(tx, &visit, number, Action::ReadRecord)?;
                Ok(Record::load_from_the_start(tx, pass.key())?.upto)
            };
            store.read(fold).wait().unwrap()
        });
    });
    c.bench_function("chain: sequence of 200 documents verified", |b| {
        b.iter(|| store.verify(number, false).wait().unwrap());
    });
}

/// What the transparency log costs: one act of each of 512 persons, which no leaf can share.
fn log(c: &mut Criterion) {
    const HEADS: i64 = 512;
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sqlite { dir: folder.path().to_owned() };
    let store = Store::open(&place, Keyring::ephemeral().unwrap(), &Options::default()).unwrap();
    let terms = Terms { origin: "carnet.example/log".to_owned(), ..Terms::default() };
    let people = store.write(|tx| {
        for n in 1..=HEADS {
            let (_, wrapped) = tx.keyring().new_space_key(PersonId(n))?;
            let sql = "INSERT INTO person (person, state, state_at, wave, department, scheme, born, key_generation, wrapped_key)
                 VALUES ($1, 1, 0, 0, '75', 'CPAM', 0, $2, $3)";
            tx.exec(sql, store::args![n, wrapped.generation, wrapped.bytes])?;
        }
        Ok(())
    });
    people.wait().unwrap();
    let look = Line::of(&visit(Actor::Citizen { person: HER, name: "herself".into() }));
    let acts = || {
        let look = look.clone();
        let acts = store.write(move |tx| {
            for n in 1..=HEADS {
                let key = tx.space_key(PersonId(n))?;
                let (at, line) = (Instant(1), look.clone());
                tx.append(&key, Act { kind: Kind::ListRead, at, entry: None, line, data: None, blob: None })?;
            }
            Ok(())
        });
        acts.wait().unwrap();
    };
    let mut group = c.benchmark_group("log");
    group.throughput(Throughput::Elements(HEADS as u64));
    group.bench_function("512 heads become leaves, signed and durable", |b| {
        b.iter_batched(
            acts,
            |()| store.sweep_log(&terms, Instant(1)).wait().unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn country_of(c: &mut Criterion) {
    let population = Population::new(1, 1_000);
    let mut rng = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(1);
    c.bench_function("load generator: a person drawn", |b| b.iter(|| population.draw(&mut rng)));
}

criterion_group!(pieces, words, decisions, seals, tongues, tokens, space, thousand, log, country_of);
criterion_main!(pieces);
