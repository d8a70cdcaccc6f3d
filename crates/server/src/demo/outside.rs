//! The providers at which citizens and professionals of the demo sign in, shaped as FranceConnect and Pro Santé Connect
//! are. They are nobody's: their addresses lead to this machine, where `web/services.mjs` plays them. Two namesakes born
//! on the same day show what happens then; a professional may also be asked on her telephone.

use kernel::ins::Authority;
use kernel::{Ins, Traits};
use serde_json::{Value, json};
use synthetic::Person;
use synthetic::family::Family;
use synthetic::professionals::{self, Practitioner};

/// A provider: what it gives, its name in addresses, what people call it, where its program listens and who it is, and
/// whether it asks people on their telephones.
struct Outside {
    kind: &'static str,
    name: &'static str,
    label: &'static str,
    issuer: &'static str,
    telephone: bool,
}

const CITIZENS: Outside = Outside {
    kind: "franceconnect",
    name: "franceconnect",
    label: "FranceConnect (démonstration)",
    issuer: "http://localhost:9482",
    telephone: false,
};
const PROFESSIONALS: Outside = Outside {
    kind: "pro-sante-connect",
    name: "psc",
    label: "Pro Santé Connect (démonstration)",
    issuer: "http://localhost:9483",
    telephone: true,
};
/// Our name there.
const CLIENT_ID: &str = "carnet-demo";
/// What proves us there: between two programs of one machine it keeps nothing secret, so it is written here.
const SECRET: &str = "rien-ici-n-est-secret";

/// The settings with which Carnet knows them.
pub(super) fn settings() -> impl Iterator<Item = (String, String)> {
    [CITIZENS, PROFESSIONALS].into_iter().flat_map(|of| {
        let settings = [
            ("KIND", of.kind),
            ("LABEL", of.label),
            ("ISSUER", of.issuer),
            ("CLIENT_ID", CLIENT_ID),
            ("SECRET", SECRET),
            ("TELEPHONE", if of.telephone { "true" } else { "false" }),
        ];
        let variable = move |key| format!("CARNET_PROVIDERS_{}_{key}", of.name.to_uppercase());
        settings.map(|(key, value)| (variable(key), value.to_owned()))
    })
}

/// Two women with the same names, born in the same town on the same day as the family's carer.
pub(super) fn namesakes(family: &Family) -> [Person; 2] {
    let carer = &family.carer;
    [997_u32, 998].map(|order| {
        // Sex, year and month of birth and town, as her own number has them; the order number is nobody else's.
        let number = format!("{}{order}", carer.ins.matricule.get(..10).unwrap_or_default());
        let ins = Ins::parse(&number, Authority::TestNir).unwrap_or_else(|_| carer.ins.clone());
        let traits =
            Traits { birth_name: "PETIT".into(), given_names: "MARIE JEANNE".into(), ..carer.traits.clone() };
        Person { number: u64::MAX - 1 - u64::from(order), ins, traits, ..carer.clone() }
    })
}

/// What its makers must know, and what it says of whom: the pivot identity of FranceConnect.
pub(super) fn described(people: &[&Person], namesakes: &[Person]) -> Value {
    let mut known: Vec<Value> = people.iter().map(|person| pivot(person, "one")).collect();
    known.extend(namesakes.iter().map(|person| pivot(person, "several")));
    // Somebody whom France knows and this country of the demo does not.
    if let Some(namesake) = namesakes.first() {
        let traits =
            Traits { birth_name: "NGUYEN".into(), given_names: "AWA".into(), ..namesake.traits.clone() };
        let ins = Ins { matricule: "0".into(), ..namesake.ins.clone() };
        let mut stranger = pivot(&Person { traits, ins, ..namesake.clone() }, "none");
        stranger["number"] = Value::Null;
        known.push(stranger);
    }
    let who = professionals::registered(super::seed::SEED);
    let who: Vec<Value> = who.iter().map(|(who, _)| professional(who)).collect();
    let described = |of: Outside, people: Vec<Value>| {
        json!({
            "name": of.name, "label": of.label, "issuer": of.issuer, "client_id": CLIENT_ID, "secret": SECRET,
            "telephone": of.telephone, "people": people,
        })
    };
    json!([described(CITIZENS, known), described(PROFESSIONALS, who)])
}

/// What the professionals' says of one: her RPPS number, and who she is there.
fn professional(who: &Practitioner) -> Value {
    let national = format!("8{}", who.rpps);
    json!({
        "name": who.display(),
        "number": who.rpps,
        "claims": { "sub": format!("psc-{}", who.rpps), "SubjectNameID": national },
    })
}

/// What it says of somebody; `fits` is how many spaces that leads to.
fn pivot(person: &Person, fits: &str) -> Value {
    let traits = &person.traits;
    json!({
        "name": format!("{} {}", person.first_given(), person.family()),
        "number": person.ins.matricule,
        "fits": fits,
        "claims": {
            // A provider's name for somebody is its own secret; here only a name that no other has.
            "sub": format!("fc-{}", person.ins.matricule),
            "family_name": traits.birth_name,
            "given_name": traits.given_names,
            "birthdate": traits.birth_date.to_string(),
            "gender": traits.sex.fhir(),
            "birthplace": traits.birth_place,
            "birthcountry": "99100",
        },
    })
}
