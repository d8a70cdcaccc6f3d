//! The insurer's file, as `carnet enrol` reads it (columns: `docs/operations/enrolment.md`).

use crate::country::{Person, Role};

/// The names of the columns, in the order in which [`csv`] writes them.
pub const COLUMNS: &str = "matricule,oid,birth_name,given_names,used_name,birth_date,sex,birth_place,department,\
scheme,email,phone,address,representatives,death_date";

/// One line of CSV, without line end.
#[must_use]
pub fn csv(person: &Person) -> String {
    let fields = fields(person);
    let mut line = String::with_capacity(220);
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        if field.contains([',', '"', '\n']) {
            line.push('"');
            line.push_str(&field.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(field);
        }
    }
    line
}

/// One line of NDJSON, without line end.
#[must_use]
pub fn ndjson(person: &Person) -> String {
    let mut object = serde_json::Map::new();
    for (name, value) in COLUMNS.split(',').zip(fields(person)) {
        if !value.is_empty() {
            object.insert(name.to_owned(), value.into());
        }
    }
    serde_json::Value::Object(object).to_string()
}

fn fields(person: &Person) -> [String; 15] {
    let traits = &person.traits;
    let address = format!("{}, {} {}", person.address.line, person.address.postal_code, person.address.town);
    let representatives: Vec<String> = person
        .representatives
        .iter()
        .map(|(ins, role)| {
            let role = if *role == Role::Mother { "mother" } else { "father" };
            format!("{}:{role}", ins.matricule)
        })
        .collect();
    [
        person.ins.matricule.clone(),
        person.ins.authority.oid().to_owned(),
        traits.birth_name.clone(),
        traits.given_names.clone(),
        person.used_name.clone().unwrap_or_default(),
        traits.birth_date.to_string(),
        traits.sex.letter().to_owned(),
        traits.birth_place.clone().unwrap_or_default(),
        person.department.to_owned(),
        person.scheme.to_owned(),
        person.email.clone().unwrap_or_default(),
        person.phone.clone().unwrap_or_default(),
        address,
        representatives.join(" "),
        person.death.map(|date| date.to_string()).unwrap_or_default(),
    ]
}
