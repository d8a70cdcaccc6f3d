//! A family in which a visitor can try acting for somebody: separated parents, a teenager with a secret, her sister whose
//! eighteenth birthday is today, a grandmother whom a carer helps and who has asked her daughter too.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::ins::Authority;
use kernel::{Actor, Answer, Ins, Instant, PersonId, Refusal, Software, Traits, Visit};
use people::delegation::model::{Documents, Scope};
use people::delegation::offers::{self, Offer};
use people::{consent, delegation, person};
use serde_json::{Value, json};
use synthetic::cda::{Model, Sheet};
use synthetic::family::Family;
use synthetic::mhd::Parcel;
use synthetic::{Person, professionals};

use super::seed::{SEED, Seeding, citizen};
use care::documents::{self, prepare, secret};

/// Documents of the family are numbered from here, so that none shares an id with the country's.
const FIRST: u64 = 900_000;

/// The teenager's sister Emma, who came of age this morning.
pub(super) fn grown(family: &Family, today: Date) -> Person {
    let birth_date = today.saturating_sub(18.years());
    let (year, month) = (birth_date.year().rem_euclid(100), birth_date.month());
    let number = format!("2{year:02}{month:02}31555999");
    let ins = Ins::parse(&number, Authority::TestNir).unwrap_or_else(|_| family.teenager.ins.clone());
    let traits = Traits { given_names: "EMMA LOUISE".into(), birth_date, ..family.teenager.traits.clone() };
    Person { number: u64::MAX - 1000, ins, traits, ..family.teenager.clone() }
}

/// What lives in the family's spaces, and its personas.
pub(super) fn live(seeding: &Seeding, family: &Family, grown: &Person) -> Answer<Vec<Value>> {
    let lab = professionals::biologist(SEED, 0);
    let doctor = professionals::doctor(SEED, 0);
    let papers: [(&Person, _, Model, i64, bool); 8] = [
        (&family.teenager, &doctor, Model::Vaccination, 300, false),
        (&family.teenager, &doctor, Model::Consultation, 31, true),
        (&family.teenager, &lab, Model::LabReport, 29, false),
        (&family.child, &doctor, Model::Consultation, 33, false),
        (&family.grandmother, &doctor, Model::Prescription, 34, false),
        (&family.grandmother, &lab, Model::LabReport, 32, false),
        (grown, &lab, Model::LabReport, 36, false),
        (grown, &doctor, Model::Consultation, 35, true),
    ];
    for (number, (person, author, model, days, hidden)) in (FIRST..).zip(papers) {
        let (at, received) = (seeding.ago(days).paris().datetime(), days.min(36));
        let sheet = Sheet { seed: SEED, number, person, author, at, version: 1 };
        let cda = sheet.write(model);
        let parcel = Parcel { sheet: &sheet, model, bytes: cda.as_bytes(), media_type: "text/xml" };
        let mut bundle = parcel.comprehensive();
        if hidden {
            keep_from_parents(&mut bundle);
        }
        let submission = fhir::mhd::read_provide(&bundle).map_err(Refusal::invalid_all)?;
        let prepared = prepare::submission(submission, None)?;
        let software = Software {
            client_id: "demo".to_owned(),
            organization: author.establishment.name.clone(),
            finess: Some(author.establishment.finess.clone()),
        };
        let visit = seeding.visit(Actor::Software(software), seeding.ago(received));
        seeding.house.store.write(move |tx| documents::store(tx, &visit, prepared)).wait()?;
    }
    helped(seeding, family)?;
    while_minor(seeding, family, grown)?;
    let mut personas = Vec::new();
    for (member, role) in [
        (&family.mother, "mother"),
        (&family.father, "father"),
        (&family.teenager, "teenager"),
        (&family.grandmother, "grandmother"),
        (&family.carer, "carer"),
        (grown, "grown"),
    ] {
        let mut persona = citizen(id(seeding, member)?, member);
        persona["family"] = json!(role);
        persona["birth_date"] = json!(member.traits.birth_date.to_string());
        personas.push(persona);
    }
    Ok(personas)
}

/// Flags the documents of a delivery as a minor's secret care (JDV_J08).
fn keep_from_parents(bundle: &mut Value) {
    for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
        let resource = &mut entry["resource"];
        if resource["resourceType"] == "DocumentReference"
            && let Some(labels) = resource["securityLabel"].as_array_mut()
        {
            labels.push(json!({"coding": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}]}));
        }
    }
}

fn id(seeding: &Seeding, member: &Person) -> Answer<PersonId> {
    let ins = member.ins.clone();
    let found = seeding.house.store.read(move |tx| person::find_by_ins(tx, &ins)).wait()?;
    found.ok_or_else(Refusal::not_found)
}

fn herself(seeding: &Seeding, member: &Person, at: Instant) -> Answer<Visit> {
    let name = format!("{} {}", member.first_given(), member.family());
    Ok(seeding.visit(Actor::Citizen { person: id(seeding, member)?, name }, at))
}

/// The grandmother is helped by her carer, who may read prescriptions and keep her agenda; her daughter has been asked
/// for more and has not answered yet. The teenager keeps one more document to herself.
fn helped(seeding: &Seeding, family: &Family) -> Answer<()> {
    let today = seeding.now.date();
    let offer = |to: &Person, link: &str, scope: Scope| Offer {
        name: format!("{} {}", to.first_given(), to.family()),
        born: to.traits.birth_date,
        ins: Some(to.ins.clone()),
        link: link.to_owned(),
        scope,
        begins: today,
        ends: people::delegation::rules::last_day(today),
        reason: String::new(),
    };
    let narrow =
        Scope { documents: Documents::Families(["42".to_owned()].into()), agenda: true, ..Scope::default() };
    let wide =
        Scope { documents: Documents::All, profile: true, messages: true, add: true, ..Scope::default() };
    let offers = [offer(&family.carer, "carer", narrow), offer(&family.mother, "child", wide)];
    let asks = herself(seeding, &family.grandmother, seeding.now)?;
    let accepts = herself(seeding, &family.carer, seeding.now)?;
    let keeps = herself(seeding, &family.teenager, seeding.ago(1))?;
    let (grandmother, house) = (id(seeding, &family.grandmother)?, seeding.house.clone());
    seeding
        .house
        .store
        .write(move |tx| {
            let pass = consent::open(tx, &asks, grandmother, consent::Action::ManageDelegation)?;
            let mut made = Vec::new();
            for offer in offers {
                made.push(offers::offer(tx, &pass, offer, &house.chance)?.relation);
            }
            if let Some(first) = made.first() {
                offers::accept(tx, &accepts, grandmother, *first)?;
            }
            // Her own last result: what a teenager may decide by herself.
            let own = consent::open(tx, &keeps, keeps_person(&keeps)?, consent::Action::ReadRecord)?;
            let seen = care::record::fold::Seen::load(tx, &own)?;
            let last = seen.documents.iter().rev().find(|meta| meta.facts.kind.code == "11502-2");
            match last.map(|meta| meta.entry) {
                Some(entry) => secret::keep(tx, &keeps, entry),
                None => Ok(()),
            }
        })
        .wait()
}

/// Three days ago her mother opened Emma's space, as she might then. Emma goes on reading it in her journal.
fn while_minor(seeding: &Seeding, family: &Family, grown: &Person) -> Answer<()> {
    let visit = herself(seeding, &family.mother, seeding.ago(3))?;
    let emma = id(seeding, grown)?;
    seeding.house.store.write(move |tx| delegation::begin(tx, &visit, emma)).wait()
}

fn keeps_person(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(*person),
        _ => Err(Refusal::not_found()),
    }
}
