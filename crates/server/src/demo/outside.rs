//! A provider at which citizens of the demo sign in, shaped as FranceConnect is. It is nobody's: its address leads to
//! this machine, where `web/services.mjs` plays it. Two namesakes born on the same day show what happens then.

use kernel::ins::Authority;
use kernel::{Ins, Traits};
use serde_json::{Value, json};
use synthetic::Person;
use synthetic::family::Family;

/// Its name in addresses.
const NAME: &str = "franceconnect";
/// Where its program listens, and who it is.
const ISSUER: &str = "http://localhost:9482";
/// Our name there.
const CLIENT_ID: &str = "carnet-demo";
/// What proves us there: between two programs of one machine it keeps nothing secret, so it is written here.
const SECRET: &str = "rien-ici-n-est-secret";

/// The settings with which Carnet knows it.
pub(super) fn settings() -> [(&'static str, String); 5] {
    [
        ("CARNET_PROVIDERS_FRANCECONNECT_KIND", NAME.to_owned()),
        ("CARNET_PROVIDERS_FRANCECONNECT_LABEL", "FranceConnect (démonstration)".to_owned()),
        ("CARNET_PROVIDERS_FRANCECONNECT_ISSUER", ISSUER.to_owned()),
        ("CARNET_PROVIDERS_FRANCECONNECT_CLIENT_ID", CLIENT_ID.to_owned()),
        ("CARNET_PROVIDERS_FRANCECONNECT_SECRET", SECRET.to_owned()),
    ]
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
        stranger["ins"] = Value::Null;
        known.push(stranger);
    }
    json!([{
        "name": NAME, "issuer": ISSUER, "client_id": CLIENT_ID, "secret": SECRET, "people": known,
    }])
}

/// What it says of somebody; `fits` is how many spaces that leads to.
fn pivot(person: &Person, fits: &str) -> Value {
    let traits = &person.traits;
    json!({
        "name": format!("{} {}", person.first_given(), person.family()),
        "ins": person.ins.matricule,
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
