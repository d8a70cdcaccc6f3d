//! The seeding: insurer's file → waves → opened spaces → deposits → permissions → looks. Every step is a room's own
//! verb; only the moments are made up, so that the journal has a past.

use std::io::Write;
use std::sync::Arc;

use care::documents::{self, pages, prepare};
use care::record::timeline;
use jiff::civil::DateTime;
use kernel::rpps::Rpps;
use kernel::{
    Actor, Answer, Fault, Instant, Language, PersonId, Professional, Purpose, Refusal, Software, Visit,
};
use oauth::PrivateKey;
use people::directory::import;
use people::enrolment::load::{self, Terms};
use people::enrolment::{opposition, waves};
use people::identity::account::{self, AccountKind};
use people::identity::activation;
use people::registry::{self, Client, SenderKind};
use people::{consent, person};
use serde_json::{Value, json};
use store::Tx;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::professionals::{self, Practitioner, Trade};
use synthetic::{Country, Person, country, insurer, pdf};

use crate::house::House;

pub(super) const SEED: u64 = 7;
/// Persons of the insurer's file.
const PEOPLE: usize = 600;
/// How many of them have documents.
const WITH_DOCUMENTS: usize = 40;
/// Citizens beside the family whose parts may be played.
const PLAYED: usize = 4;

/// Departments of the first wave.
const PILOTS: [&str; 3] = ["31", "44", "80"];

/// What the seeding knows as it goes.
pub(super) struct Seeding {
    pub(super) house: Arc<House>,
    pub(super) now: Instant,
    /// Numbers documents, so that none shares an id.
    documents: u64,
}

/// Seeds everything; answers personas and clients for `demo.json`.
pub(super) fn country(house: &Arc<House>) -> Answer<Value> {
    let mut seeding = Seeding { house: house.clone(), now: house.clock.now(), documents: 0 };
    let mut people: Vec<Person> = vec![country::sample_patient()];
    people.extend(Country::new(SEED, seeding.ago(81).date()).people().take(PEOPLE - 1));
    let family = synthetic::family::Family::on(seeding.now.date());
    people.extend(family.everybody());
    let namesakes = super::outside::namesakes(&family);
    people.extend(namesakes.clone());
    let grown = super::family::grown(&family, seeding.now.date());
    people.push(grown.clone());
    seeding.enrol(&people)?;
    let clients = seeding.clients()?;
    seeding.directory()?;
    let doctors = [professionals::doctor(SEED, 0), professionals::doctor(SEED, 1)];
    let open: Vec<(PersonId, &Person)> = seeding.opened(&people)?;
    let (first, main) = *open.first().ok_or_else(Refusal::not_found)?;
    seeding.main_record(first, main, &doctors)?;
    for (_, person) in open.iter().skip(1).take(WITH_DOCUMENTS) {
        seeding.some_documents(person)?;
    }
    super::night::watched(&seeding, &doctors[1], &open)?;
    let mut personas = seeding.personas(&open)?;
    personas.extend(super::family::live(&seeding, &family, &grown)?);
    let letters = seeding.letters(&people)?;
    let services = super::services::seed(house)?;
    let known: Vec<&Person> = adults(&open).into_iter().take(PLAYED + 1).map(|(_, person)| *person).collect();
    let providers = super::outside::described(&known, &namesakes);
    Ok(json!({
        "personas": personas, "clients": clients, "letters": letters, "services": services, "providers": providers,
    }))
}

impl Seeding {
    pub(super) fn ago(&self, days: i64) -> Instant {
        self.now.plus(-days * Instant::DAY)
    }

    pub(super) fn visit(&self, actor: Actor, now: Instant) -> Visit {
        let purpose = match actor {
            Actor::Citizen { .. } => Purpose::Own,
            Actor::Operator { .. } => Purpose::Operation,
            _ => Purpose::Care,
        };
        let request_id = self.house.chance.u64();
        Visit { actor, on_behalf_of: None, purpose, now, language: Language::Fr, request_id }
    }

    /// The insurer's file, loaded 80 days ago; the pilots' window is over, everybody else's runs.
    fn enrol(&self, people: &[Person]) -> Answer<()> {
        let folder = &self.house.config.data_dir;
        let (file, rejects) = (folder.join("insurer.csv"), folder.join("rejects.csv"));
        let written = || -> std::io::Result<()> {
            let mut out = std::io::BufWriter::new(std::fs::File::create(&file)?);
            writeln!(out, "{}", insurer::COLUMNS)?;
            for person in people {
                writeln!(out, "{}", insurer::csv(person))?;
            }
            out.flush()
        };
        written().map_err(Fault::from)?;
        let store = &self.house.store;
        load::load(store, &file, &rejects, Terms::at(self.ago(80)), &mut |_| true)?;
        let pilots = PILOTS.map(str::to_owned);
        waves::announce(store, 1, &pilots, 6, self.ago(80))?;
        waves::announce(store, 2, &[], i64::from(self.house.config.window_weeks), self.ago(10))?;
        // One of them has telephoned: no space for her.
        if let Some(somebody) = people.iter().filter(|p| p.department == "44").nth(3) {
            let ins = somebody.ins.clone();
            let visit = self.visit(Actor::Operator { name: "demo".into() }, self.ago(60));
            store.write(move |tx| opposition::oppose_for(tx, &visit, &ins, "Appel téléphonique")).wait()?;
        }
        let opening = self.ago(37);
        while store.write(move |tx| waves::open_due(tx, opening, 500)).wait()? > 0 {}
        Ok(())
    }

    /// Software of five organisations, each with its key; the private halves go into `demo.json` and nowhere else.
    fn clients(&self) -> Answer<Vec<Value>> {
        let organisations = [
            ("laboratoire", SenderKind::Laboratory, professionals::biologist(SEED, 0)),
            ("imagerie", SenderKind::Imaging, professionals::radiologist(SEED, 0)),
            ("hopital", SenderKind::Hospital, professionals::doctor(SEED, 1)),
            ("cabinet", SenderKind::Practice, professionals::doctor(SEED, 0)),
            ("pharmacie", SenderKind::Pharmacy, professionals::pharmacist(SEED, 0)),
        ];
        let mut described = Vec::new();
        for (client_id, sender_kind, by) in organisations {
            let jwk = PrivateKey::generate(client_id).map_err(|e| Fault::Internal(e.to_string()))?;
            let client = Client {
                client_id: client_id.to_owned(),
                organization: by.establishment.name.clone(),
                finess: Some(by.establishment.finess.clone()),
                sender_kind,
                jwks: oauth::jwk::public_jwks(&jwk).to_string(),
                scopes: registry::usual_scopes(),
                added_at: self.ago(90),
                suspended_at: None,
            };
            described.push(json!({
                "client_id": client_id,
                "organization": client.organization,
                "scopes": client.scopes.to_string(),
                "jwk": jwk,
            }));
            self.house.store.write(move |tx| registry::add_client(tx, &client)).wait()?;
        }
        Ok(described)
    }

    /// Professionals with one activity and with several, from an extract like the public one.
    fn directory(&self) -> Answer<()> {
        let extract = professionals::extract(SEED);
        let terms = import::Terms::at(self.ago(85));
        let mut reject = |line: u64, why: import::Reject| {
            let said = format!("line {line} of the directory was not taken: {}", why.sentence());
            Err(Refusal::from(Fault::Internal(said)))
        };
        import::import(&self.house.store, extract.as_bytes(), terms, &mut reject, &mut |_| ()).map(|_| ())
    }

    /// Those whose space is open, the person of the national samples first.
    fn opened<'a>(&self, people: &'a [Person]) -> Answer<Vec<(PersonId, &'a Person)>> {
        let wanted: Vec<_> = people.iter().map(|person| person.ins.clone()).collect();
        let found = self
            .house
            .store
            .read(move |tx| {
                wanted
                    .iter()
                    .map(|ins| {
                        let id = person::find_by_ins(tx, ins)?;
                        let found = id.map(|id| person::load(tx, id)).transpose()?.flatten();
                        Ok(found.filter(|p| p.state == person::State::Open).map(|p| p.id))
                    })
                    .collect::<Answer<Vec<_>>>()
            })
            .wait()?;
        Ok(found.into_iter().zip(people).filter_map(|(id, person)| Some((id?, person))).collect())
    }

    /// A year in the life of the first persona: results that were corrected, letters, an imaging report, a
    /// prescription, a vaccination; a general practitioner whom she allowed and who looked.
    fn main_record(&mut self, id: PersonId, person: &Person, doctors: &[Practitioner; 2]) -> Answer<()> {
        let lab = professionals::biologist(SEED, 0);
        let radiologist = professionals::radiologist(SEED, 0);
        let papers = [
            (330, Model::Consultation, &doctors[0]),
            (300, Model::LabReport, &lab),
            (210, Model::Imaging, &radiologist),
            (150, Model::Vaccination, &doctors[0]),
            (120, Model::Consultation, &doctors[1]),
            (60, Model::LabReport, &lab),
            (34, Model::Prescription, &doctors[0]),
        ];
        for (n, (days, model, author)) in (0i64..).zip(papers) {
            self.deposit(person, author, model, (days, 36 - n), 1)?;
        }
        self.deposit(person, &lab, Model::LabReport, (6, 6), 1)?;
        // The laboratory corrects itself the next day.
        self.documents -= 1;
        self.deposit(person, &lab, Model::LabReport, (5, 5), 2)?;

        let herself =
            Actor::Citizen { person: id, name: format!("{} {}", person.first_given(), person.family()) };
        let owner = self.visit(herself, self.ago(4));
        let allowed = known(&doctors[0])?;
        self.house
            .store
            .write(move |tx| {
                let pass = consent::open(tx, &owner, id, consent::Action::ManageSharing)?;
                consent::allow(tx, &pass, &allowed, consent::Given::OnTheWeb)
            })
            .wait()?;
        let doctor = self.visit(Actor::Professional(known(&doctors[0])?), self.ago(3));
        self.house
            .store
            .read(move |tx| {
                timeline::show(tx, &doctor, Some(id), &timeline::Asked::default())?;
                let pass = consent::open(tx, &doctor, id, consent::Action::ReadRecord)?;
                let seen = care::record::fold::Seen::load(tx, &pass)?;
                for meta in seen.documents.iter().rev().take(2) {
                    pages::show(tx, &doctor, meta.entry)?;
                }
                Ok(())
            })
            .wait()?;
        // A doctor whom she has not allowed tries.
        let stranger = self.visit(Actor::Professional(known(&doctors[1])?), self.ago(2));
        let tried = self
            .house
            .store
            .read(move |tx| timeline::show(tx, &stranger, Some(id), &timeline::Asked::default()).map(|_| ()))
            .wait();
        match tried {
            Err(refusal) if refusal.fault.is_none() => Ok(()),
            Err(refusal) => Err(refusal),
            Ok(()) => Err(Fault::Internal("a doctor was let in whom nobody allowed".into()).into()),
        }
    }

    fn some_documents(&mut self, person: &Person) -> Answer<()> {
        let author = professionals::doctor(SEED, person.number % 20);
        let lab = professionals::biologist(SEED, person.number % 5);
        for n in 0..(2 + person.number % 4) as i64 {
            let model = Model::ALL[((person.number + n as u64) % 5) as usize];
            let by = if model == Model::LabReport { &lab } else { &author };
            self.deposit(person, by, model, (30 + n * 41, 30 - n), 1)?;
        }
        Ok(())
    }

    /// One document through ITI-65, `written` days ago, received `received` days ago.
    fn deposit(
        &mut self,
        person: &Person,
        author: &Practitioner,
        model: Model,
        (written, received): (i64, i64),
        version: u32,
    ) -> Answer<()> {
        let at: DateTime = self.ago(written).paris().datetime();
        let sheet = Sheet { seed: SEED, number: self.documents, person, author, at, version };
        self.documents += 1;
        let cda = match model {
            Model::LabReport => sheet.lab_report(Some(&pdf::page(
                model.title(),
                &[
                    format!("Patient : {} {}", person.first_given(), person.family()),
                    "Document de démonstration.".into(),
                ],
            ))),
            other => sheet.write(other),
        };
        let parcel = Parcel { sheet: &sheet, model, bytes: cda.as_bytes(), media_type: "text/xml" };
        let bundle = parcel.comprehensive();
        let submission = fhir::mhd::read_provide(&bundle).map_err(Refusal::invalid_all)?;
        let prepared = prepare::submission(submission, None)?;
        let software = Software {
            client_id: "demo".to_owned(),
            organization: author.establishment.name.clone(),
            finess: Some(author.establishment.finess.clone()),
        };
        let visit = self.visit(Actor::Software(software), self.ago(received));
        let deposited = self.house.store.write(move |tx| documents::store(tx, &visit, prepared)).wait()?;
        // Counted as the door counts what comes in, for the operator's page.
        let sender_kind = sender_kind(author.establishment.trade);
        for kind in &deposited.types {
            self.house.tallies.document(deposited.at, &deposited.scope, kind, sender_kind.word());
        }
        Ok(())
    }

    /// The letters of three persons of the second wave, who may still refuse their space.
    fn letters(&self, people: &[Person]) -> Answer<Vec<Value>> {
        let waiting = people.iter().filter(|person| !PILOTS.contains(&person.department));
        let mut letters = Vec::new();
        for person in waiting.take(3) {
            let ins = person.ins.clone();
            let found = self.house.store.read(move |tx| person::find_by_ins(tx, &ins)).wait()?;
            let Some(id) = found else { continue };
            letters.push(json!({
                "name": format!("{} {}", person.first_given(), person.family()),
                "birth_date": person.traits.birth_date.to_string(),
                "opposition_code": opposition::code(self.house.store.keyring(), id)?,
            }));
        }
        Ok(letters)
    }

    /// The code of a professional's activation.
    fn work_code(&self, rpps: &str) -> Answer<String> {
        let visit = self.visit(Actor::Operator { name: "demo".into() }, self.now);
        let (rpps, house) = (rpps.to_owned(), self.house.clone());
        let issue = move |tx: &mut Tx<'_>| {
            account::issue_code(tx, &visit, AccountKind::Professional, &rpps, &house.chance)
        };
        self.house.store.write(issue).wait()
    }

    /// Whose part may be played.
    fn personas(&self, open: &[(PersonId, &Person)]) -> Answer<Vec<Value>> {
        let adults = adults(open);
        let mut personas: Vec<Value> =
            adults.iter().take(PLAYED).map(|(id, person)| citizen(*id, person)).collect();
        // The last one has her letter and nothing else: she shows how an activation goes.
        if let Some((id, person)) = adults.get(PLAYED) {
            let (id, now, house) = (*id, self.now, self.house.clone());
            let code = self
                .house
                .store
                .write(move |tx| activation::issue_code(tx, id, now, &house.chance))
                .wait()?;
            let mut newcomer = citizen(id, person);
            newcomer["kind"] = "newcomer".into();
            newcomer["activation_code"] = code.into();
            newcomer["birth_name"] = person.traits.birth_name.clone().into();
            newcomer["birth_date"] = person.traits.birth_date.to_string().into();
            personas.push(newcomer);
        }
        for (who, activities) in professionals::registered(SEED) {
            let places: Vec<&str> =
                activities.iter().map(|activity| activity.establishment.name.as_str()).collect();
            let mut persona = json!({
                "id": format!("professional-{}", who.rpps), "kind": "professional", "name": who.display(),
                "rpps": who.rpps, "sign_in": format!("/demo/professional-{}", who.rpps), "places": places,
            });
            // These two also have their codes and nothing else: they show how a professional's activation goes, with
            // several places to choose from and with one.
            if activities.len() > 2 || who.establishment.trade == Trade::Pharmacy {
                persona["activation_code"] = self.work_code(&who.rpps)?.into();
            }
            personas.push(persona);
        }
        personas.push(json!({
            "id": "operator-demo", "kind": "operator", "name": "Équipe d'exploitation", "sign_in": "/demo/operator-demo"
        }));
        Ok(personas)
    }
}

/// Those who act for themselves.
fn adults<'a, 'p>(open: &'a [(PersonId, &'p Person)]) -> Vec<&'a (PersonId, &'p Person)> {
    open.iter().filter(|(_, person)| person.representatives.is_empty()).collect()
}

pub(super) fn citizen(id: PersonId, person: &Person) -> Value {
    json!({
        "id": format!("citizen-{id}"),
        "kind": "citizen",
        "name": format!("{} {}", person.first_given(), person.family()),
        "ins": person.ins.matricule,
        "oid": person.ins.authority.oid(),
        "person_id": id.to_string(),
        "sign_in": format!("/demo/citizen-{id}"),
    })
}

/// What the operator's figures call a place of care.
fn sender_kind(trade: Trade) -> SenderKind {
    match trade {
        Trade::Laboratory => SenderKind::Laboratory,
        Trade::Imaging => SenderKind::Imaging,
        Trade::Hospital => SenderKind::Hospital,
        Trade::Practice => SenderKind::Practice,
        Trade::Pharmacy => SenderKind::Pharmacy,
    }
}

/// A practitioner as visits name her.
pub(super) fn known(who: &Practitioner) -> Answer<Professional> {
    let rpps = Rpps::parse(&who.rpps).ok_or_else(|| Fault::Internal(format!("no RPPS: {}", who.rpps)))?;
    Ok(Professional {
        rpps,
        name: who.display(),
        profession: who.profession.to_owned(),
        specialty: who.specialty.map(str::to_owned),
        structure: who.establishment.name.clone(),
        finess: Some(who.establishment.finess.clone()),
    })
}
