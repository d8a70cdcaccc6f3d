//! What senders send: documents as bytes, and submissions of them.

use kernel::Instant;
use serde_json::{Value, json};
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{pdf, professionals::Practitioner};

use super::oracle::author;
use super::stage::{Actor, member, professional};
use super::story::{Form, World};
use crate::harness::MORNING;

/// A submission of these documents in the set of `set`; `other` changes their bytes.
pub fn bundle(world: &World, viewer: Option<Actor>, set: usize, documents: &[usize], other: bool) -> Value {
    let person = member(world.subject);
    let one = |n: usize| -> Value {
        let document = &world.documents[n];
        let by = professional(author(document.sender).unwrap_or(3));
        let sheet = sheet(world, n, &by, &person);
        let (bytes, media_type) = content(world, document.copies.unwrap_or(n), other);
        let parcel = Parcel { sheet: &sheet, model: document.model, bytes: &bytes, media_type };
        let mut bundle = parcel.comprehensive();
        let reference = &mut bundle["entry"][1]["resource"];
        let labels = [
            (document.secret, "INVISIBLE_REPRESENTANTS_LEGAUX"),
            (document.masked, "MASQUE_PS"),
            (document.not_yet, "INVISIBLE_PATIENT"),
        ];
        for (_, label) in labels.into_iter().filter(|(set, _)| *set) {
            reference["securityLabel"].as_array_mut().unwrap().push(json!({"coding": [{"code": label}]}));
        }
        if let Some(old) = world.replaces(viewer, n) {
            let id = self::sheet(world, old, &by, &person).unique_id();
            let target =
                json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{id}")}});
            reference["relatesTo"] = json!([{"code": "replaces", "target": target}]);
        }
        bundle
    };
    let mut whole = one(set);
    let first = whole["entry"][0]["resource"]["entry"].as_array().cloned().unwrap_or_default();
    let mut items = Vec::new();
    let mut entries = vec![whole["entry"][0].clone()];
    for n in documents {
        let part = if *n == set { whole.clone() } else { one(*n) };
        items.push(if *n == set {
            first[0].clone()
        } else {
            part["entry"][0]["resource"]["entry"][0].clone()
        });
        entries.extend([part["entry"][1].clone(), part["entry"][2].clone()]);
    }
    entries[0]["resource"]["entry"] = Value::Array(items);
    whole["entry"] = Value::Array(entries);
    whole
}

/// A small report by a sender's own author, in a space where it is new: number 900 and on are no documents of a world.
pub fn report(world: &World, sender: Actor, number: u64) -> Value {
    let (person, by) = (member(world.subject), professional(author(sender).unwrap_or(3)));
    let at = MORNING.plus(-Instant::DAY).paris().datetime();
    let sheet = Sheet { seed: world.seed, number, person: &person, author: &by, at, version: 1 };
    let xml = sheet.brief_lab_report();
    let parcel =
        Parcel { sheet: &sheet, model: Model::LabReport, bytes: xml.as_bytes(), media_type: "text/xml" };
    parcel.comprehensive()
}

/// The unique id that the sender of a document gave it.
pub fn unique_id(world: &World, n: usize) -> String {
    let (person, by) = (member(world.subject), professional(3));
    sheet(world, n, &by, &person).unique_id()
}

fn sheet<'a>(world: &World, n: usize, author: &'a Practitioner, person: &'a synthetic::Person) -> Sheet<'a> {
    let at = MORNING.plus(-world.documents[n].days * Instant::DAY).paris().datetime();
    Sheet { seed: world.seed, number: n as u64, person, author, at, version: 1 }
}

/// The bytes of a document that copies nothing.
fn content(world: &World, n: usize, other: bool) -> (Vec<u8>, &'static str) {
    let (document, person) = (&world.documents[n], member(world.subject));
    let by = professional(author(document.sender).unwrap_or(3));
    let sheet = sheet(world, n, &by, &person);
    let title = if other { "Other".to_owned() } else { format!("Bilan {n}") };
    let page = pdf::page(&title, &["Glucose 5 mmol/L".to_owned()]);
    let xml = match document.form {
        Form::Pdf => return (page, "application/pdf"),
        Form::Wrapped => sheet.wrapped_pdf(document.model, &page),
        Form::Attached => sheet.lab_report(Some(&page)),
        Form::Cda | Form::Picture => sheet.write(document.model),
    };
    let xml = if other { xml.replace("</ClinicalDocument>", "<!-- --></ClinicalDocument>") } else { xml };
    (xml.into_bytes(), "text/xml")
}
