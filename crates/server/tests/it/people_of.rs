//! Given: people with spaces, software with keys, professionals in the directory; each through the rooms' own verbs.

use std::io::Write;

use kernel::{Answer, Instant, PersonId, Professional};
use oauth::PrivateKey;
use people::enrolment::load::{self, Terms};
use people::enrolment::waves;
use people::identity::session::Persona;
use people::person::{self, Contact, Identity, Representative};
use people::registry::{self, Client, KnownProfessional, SenderKind};
use serde_json::Value;
use store::{Tx, args};
use synthetic::professionals::{self, Practitioner};
use synthetic::{Person, country, insurer};

use crate::harness::{Browser, World};

/// Enrols people and opens their spaces: the insurer's file, a wave for everybody, its window over.
pub fn enrol(world: &World, people: &[Person]) -> Vec<PersonId> {
    try_enrol(world, people).unwrap()
}

/// The same for people whom the insurer's file may not take; answers its rejects then.
pub fn try_enrol(world: &World, people: &[Person]) -> Result<Vec<PersonId>, String> {
    let folder = tempfile::tempdir().unwrap();
    let (file, rejects) = (folder.path().join("insurer.csv"), folder.path().join("rejects.csv"));
    let mut out = std::fs::File::create(&file).unwrap();
    writeln!(out, "{}", insurer::COLUMNS).unwrap();
    for person in people {
        writeln!(out, "{}", insurer::csv(person)).unwrap();
    }
    let store = &world.house.store;
    let past = world.house.clock.now().plus(-60 * Instant::DAY);
    let loaded = load::load(store, &file, &rejects, Terms::at(past), &mut |_| true).unwrap();
    if loaded.counts.rejected > 0 {
        return Err(std::fs::read_to_string(&rejects).unwrap_or_default());
    }
    waves::announce(store, 1, &[], 6, past).unwrap();
    world.worker_works();
    let wanted: Vec<_> = people.iter().map(|person| person.ins.clone()).collect();
    let found = store
        .read(move |tx| wanted.iter().map(|ins| person::find_by_ins(tx, ins)).collect::<Result<Vec<_>, _>>())
        .wait()
        .unwrap();
    Ok(found.into_iter().map(Option::unwrap).collect())
}

/// Puts somebody with an open space into a store, without the insurer's file and its wave.
pub fn settle(tx: &mut Tx<'_>, id: PersonId, who: &Person) -> Answer<()> {
    let (key, wrapped) = tx.keyring().new_space_key(id)?;
    tx.exec(
        "INSERT INTO person (person, state, state_at, wave, department, scheme, born,
            key_generation, wrapped_key, identity)
         VALUES ($1, 1, 0, 1, '31', 'CPAM', 0, $2, $3, $4)",
        args![id, wrapped.generation, wrapped.bytes, identity(who).seal(&key)?],
    )?;
    person::settle(tx, id)
}

/// What the insurer says of somebody.
fn identity(person: &Person) -> Identity {
    let representatives = person.representatives.iter();
    Identity {
        ins: person.ins.clone(),
        traits: person.traits.clone(),
        used_name: None,
        used_given: None,
        contact: Contact::default(),
        representatives: representatives
            .map(|(ins, role)| {
                let mother = *role == country::Role::Mother;
                Representative { ins: ins.clone(), role: Some(if mother { "MTH" } else { "FTH" }.into()) }
            })
            .collect(),
        death: None,
    }
}

/// Puts professionals into the directory.
pub fn register(world: &World, who: &[&Practitioner]) {
    for who in who {
        let known = KnownProfessional {
            professional: Professional {
                rpps: kernel::rpps::Rpps::parse(&who.rpps).unwrap(),
                name: who.display(),
                profession: who.profession.to_owned(),
                specialty: who.specialty.map(str::to_owned),
                structure: who.establishment.name.clone(),
                finess: Some(who.establishment.finess.clone()),
            },
            sector: None,
        };
        world.house.store.write(move |tx| registry::add_professional(tx, &known)).wait().unwrap();
    }
}

/// A browser in which this persona is signed in.
pub fn persona(world: &World, who: &Persona) -> Browser {
    let browser = world.browser();
    let name = match who {
        Persona::Citizen(id) => format!("citizen-{id}"),
        Persona::Professional(rpps) => format!("professional-{rpps}"),
        Persona::Operator(name) => format!("operator-{name}"),
    };
    browser.get(&format!("/demo/{name}")).has_status(303);
    browser
}

/// Software with an access token.
pub struct Depositor {
    pub browser: Browser,
    pub token: String,
}

impl Depositor {
    /// The header that shows its token.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// Posts a resource; answers status and body.
    pub fn post(&self, path: &str, resource: &Value) -> (u16, Value) {
        let response = self
            .browser
            .client
            .post(format!("{}{path}", self.browser.base))
            .bearer_auth(&self.token)
            .header("content-type", "application/fhir+json")
            .body(resource.to_string())
            .send()
            .unwrap();
        let status = response.status().as_u16();
        let text = response.text().unwrap();
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
    }
}

/// A laboratory's software, registered and signed in with its key over HTTP.
pub fn laboratory(world: &World) -> Depositor {
    let jwk = PrivateKey::generate("key-1").unwrap();
    let by = professionals::biologist(1, 0);
    let client = Client {
        client_id: "laboratoire".into(),
        organization: by.establishment.name,
        finess: Some(by.establishment.finess),
        sender_kind: SenderKind::Laboratory,
        jwks: oauth::jwk::public_jwks(&jwk).to_string(),
        scopes: registry::usual_scopes(),
        added_at: world.house.clock.now(),
        suspended_at: None,
    };
    world.house.store.write(move |tx| registry::add_client(tx, &client)).wait().unwrap();
    let endpoint = format!("{}/oauth/token", world.base);
    let key = PrivateKey::parse(&jwk).unwrap();
    let assertion =
        oauth::sign_assertion(&key, "laboratoire", &endpoint, "jti-1", world.house.clock.now()).unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "system/Bundle.c system/DocumentReference.crus system/Patient.rs"),
        ("client_assertion_type", oauth::assertion::ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    let body: Vec<String> =
        form.iter().map(|(name, value)| format!("{name}={}", ui::address::encode(value))).collect();
    let browser = world.browser();
    let response = browser
        .client
        .post(&endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.join("&"))
        .send()
        .unwrap();
    let status = response.status();
    let answer: Value = serde_json::from_str(&response.text().unwrap()).unwrap();
    assert_eq!(status, 200, "{answer}");
    Depositor { browser, token: answer["access_token"].as_str().unwrap().to_owned() }
}
