//! Who is let in for a measurement: a laboratory's software with a key, and people with sessions and documents.
//! They are put into the data by the rooms themselves while the server is down, so that nothing but the measured
//! requests goes through its doors, and everybody measured has the same two hundred documents.

use std::path::{Path, PathBuf};

use care::documents::{self, prepare};
use jiff::civil::datetime;
use kernel::{Actor, Chance, Clock, Language, PersonId, Purpose, Software, Visit};
use oauth::{PrivateKey, Scopes};
use people::enrolment::Scope;
use people::identity::guard::Knock;
use people::identity::session::{self, Limits, Standing};
use people::registry::{self, Client, SenderKind};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use store::Store;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{Person, professionals};

use crate::Trouble;
use crate::carnet::Installation;
use crate::owners;
use crate::population::Population;
use crate::settle::{self, number_of};

/// Documents of each guest.
pub const DOCUMENTS: usize = 200;
/// What guests' documents are drawn from; no load uses it.
const SEED: u64 = 77;
/// What the software may ask for.
const SCOPES: &str =
    "system/Bundle.c system/DocumentReference.crus system/Binary.r system/Patient.rs system/List.rs";

/// Who is let in.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    /// People with a session and documents.
    pub guests: usize,
    /// People with a passkey and nothing else.
    pub owners: usize,
}

/// Lets in the software and these people, and writes down how they get in; returns where.
///
/// # Errors
/// What the rooms say.
pub fn invite(
    installation: &Installation,
    population: &Population,
    party: Party,
) -> Result<PathBuf, Trouble> {
    let store = settle::open(installation)?;
    let origin = format!("http://localhost:{}", installation.port);
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut personas = Vec::with_capacity(party.guests);
    for _ in 0..party.guests {
        let person = population.draw(&mut rng);
        let number = number_of(&store, &person.ins.matricule)?;
        fill(&store, &person, DOCUMENTS)?;
        let cookie = session(&store, number, &person)?;
        personas.push(json!({
            "kind": "citizen", "ins": person.ins.matricule, "cookie": format!("session={cookie}")
        }));
    }
    let field = json!({
        "base": origin, "fhir": format!("{origin}/fhir"), "personas": personas,
        "clients": [software(&store, &origin)?],
        "passkeys": owners::equip(&store, population, &origin, party.owners)?,
    });
    let path = installation.data.join("bench.json");
    write_private(&path, &field.to_string())?;
    Ok(path)
}

/// The file holds a key and sessions, if only of people who do not exist.
fn write_private(path: &Path, text: &str) -> Result<(), Trouble> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

fn session(store: &Store, number: PersonId, person: &Person) -> Result<String, Trouble> {
    let actor = Actor::Citizen { person: number, name: person.family().to_owned() };
    let scope = Scope { wave: 1, department: person.department.to_owned() };
    let started = store.write(move |tx| {
        let knock = Knock { network: std::net::Ipv4Addr::LOCALHOST.into(), device: "bench".into() };
        let terms = (Clock::Wall.now(), Limits::default(), &Chance::System);
        session::start(tx, &actor, Standing::Full, scope, &knock, terms)
    });
    Ok(started.wait().map_err(|e| e.to_string())?.cookie())
}

fn software(store: &Store, origin: &str) -> Result<Value, Trouble> {
    let client_id = format!("bench-{:016x}", Chance::System.u64());
    let jwk = PrivateKey::generate("bench")?;
    let client = Client {
        client_id: client_id.clone(),
        organization: "Laboratoire des Halles".into(),
        finess: None,
        sender_kind: SenderKind::Laboratory,
        jwks: oauth::jwk::public_jwks(&jwk).to_string(),
        scopes: Scopes::parse(SCOPES),
        added_at: Clock::Wall.now(),
        suspended_at: None,
    };
    store.write(move |tx| registry::add_client(tx, &client)).wait().map_err(|e| e.to_string())?;
    Ok(json!({
        "client_id": client_id, "token_endpoint": format!("{origin}/oauth/token"), "scopes": SCOPES, "jwk": jwk,
    }))
}

/// Puts so many documents into the guest's space: one of each model in turn, spread over two years. The same documents
/// again change nothing.
///
/// # Errors
/// What the rooms say.
pub fn fill(store: &Store, person: &Person, documents: usize) -> Result<(), Trouble> {
    for number in 0..documents {
        let author = professionals::doctor(SEED, number as u64 % 12);
        let (year, month) = (2023 + (number / 12 % 2) as i16, (number % 12 + 1) as i8);
        let sheet = Sheet {
            seed: SEED,
            number: person.number * documents as u64 + number as u64,
            person,
            author: &author,
            at: datetime(year, month, (number % 28 + 1) as i8, 9, 30, 0, 0),
            version: 1,
        };
        let model = Model::ALL[number % Model::ALL.len()];
        let bytes = sheet.write(model).into_bytes();
        let parcel = Parcel { sheet: &sheet, model, bytes: &bytes, media_type: "text/xml" };
        let submission =
            fhir::mhd::read_provide(&parcel.comprehensive()).map_err(|issues| format!("{issues:?}"))?;
        let prepared = prepare::submission(submission, None).map_err(|e| e.to_string())?;
        let visit = visit();
        store.write(move |tx| documents::store(tx, &visit, prepared)).wait().map_err(|e| format!("{e:?}"))?;
    }
    Ok(())
}

/// A visit of the software, now.
#[must_use]
pub fn visit() -> Visit {
    Visit {
        actor: Actor::Software(Software {
            client_id: "bench".into(),
            organization: "Laboratoire des Halles".into(),
            finess: None,
        }),
        on_behalf_of: None,
        purpose: Purpose::Care,
        now: Clock::Wall.now(),
        language: Language::Fr,
        request_id: 1,
    }
}

#[cfg(test)]
mod tests {
    use care::record::fold::Seen;
    use people::consent::{self, Action};

    use super::*;
    use crate::demo::Demo;

    #[test]
    fn guests_have_sessions_and_documents_however_often_they_are_invited() {
        let folder = tempfile::tempdir().unwrap();
        let installation =
            Installation { program: "carnet".into(), data: folder.path().join("d"), port: 9, database: None };
        settle::settle(&installation, 1, 100).unwrap();
        let (population, party) = (Population::new(1, 100), Party { guests: 2, owners: 3 });
        for _ in 0..2 {
            let demo = Demo::read(&invite(&installation, &population, party).unwrap()).unwrap();
            let guests = demo.personas("citizen");
            assert_eq!(guests.len(), 2);
            let cookie = guests[0].cookie.as_deref().unwrap().strip_prefix("session=").unwrap();
            let token = session::Token::parse(cookie).unwrap();
            let store = settle::open(&installation).unwrap();
            let held = store.read(move |tx| session::session(tx, &token, Clock::Wall.now())).wait().unwrap();
            assert_eq!(held.unwrap().standing, Standing::Full);
            let number = number_of(&store, guests[0].ins.as_deref().unwrap()).unwrap();
            let seen = store.read(move |tx| {
                let actor = Actor::Citizen { person: number, name: "herself".into() };
                let visit = Visit { actor, purpose: Purpose::Own, ..visit() };
                let pass = consent::open(tx, &visit, number, Action::ReadRecord)?;
                Ok(Seen::load(tx, &pass)?)
            });
            assert_eq!(seen.wait().unwrap().documents.len(), DOCUMENTS);
            assert!(demo.client().is_ok());
            assert_eq!(demo.passkeys().len(), 3);
        }
    }
}
