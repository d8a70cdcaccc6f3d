//! Documents and journal for software: answers to deposits (ITI-65, ITI-105), searches (ITI-66, ITI-67), reads
//! (ITI-68), `Patient` and `AuditEvent` of one person.
//! <https://profiles.ihe.net/ITI/MHD/4.2.2/index.html>, <http://hl7.org/fhir/R4/http.html>.
//!
//! A search (`fhir_search.rs`) is over what the viewer sees of one space, and nothing else: neither totals nor
//! pages nor errors know of the rest. Every read is journalled.

use ::fhir::build::{self, Located, PatientInput};
use ::fhir::mhd::Part;
use ::fhir::search::PatientKey;
use kernel::{Actor, Answer, EntryId, Fault, Ins, Instant, PersonId, Refusal, RefusalKind, Visit};
use people::consent::{self, Action, Pass};
use people::person;
use serde_json::{Value, json};
use store::{Kind, Tx};

pub use super::fhir_search::{list, search};

use super::amend;
use super::deposit::Deposited;
use super::describe;
use super::model::{Media, Meta};
use super::read::{self, File, What, note};
use crate::record::fold::Seen;

/// The code system of [`crate::record::sentences::word`], in `AuditEvent.subtype`.
pub(super) const ACT: &str = "urn:x-carnet:act";

/// The answer to a transaction (ITI-65): one response for each entry, in their order.
#[must_use]
pub fn answer(deposited: &Deposited) -> Value {
    build::provide_response(&deposited.order, |part| located(deposited, part))
}

/// A version is named by its moment, in microseconds: the rank of its act would tell how much else happens in the
/// space.
#[must_use]
pub fn version(changed: Instant) -> String {
    changed.0.to_string()
}

fn located(deposited: &Deposited, part: Part) -> Located {
    let nothing = Located { status: "200 OK", location: None, etag: None, last_modified: None };
    let document = |i: usize, kind: &str| match deposited.documents.get(i) {
        Some(stored) => Located {
            status: if stored.new { "201 Created" } else { "200 OK" },
            location: Some(format!("{kind}/{}/_history/{}", stored.entry, version(stored.at))),
            etag: Some(format!("W/\"{}\"", version(stored.at))),
            last_modified: Some(stored.at),
        },
        None => nothing.clone(),
    };
    match part {
        Part::Document(i) => document(i, "DocumentReference"),
        Part::Content(i) => document(i, "Binary"),
        Part::Set => match deposited.set {
            Some(set) => {
                let new = deposited.documents.iter().any(|stored| stored.new);
                let status = if new { "201 Created" } else { "200 OK" };
                Located { status, location: Some(format!("List/{set}")), ..nothing }
            }
            None => nothing,
        },
        Part::Superseded(i) => match deposited.superseded.get(i).copied().flatten() {
            Some(entry) => Located { location: Some(format!("DocumentReference/{entry}")), ..nothing },
            None => nothing,
        },
        Part::Folder(_) | Part::Aside => nothing,
    }
}

/// Opens the space that a search is about: the patient's who is named, else the citizen's own, or that of the person
/// whose app asks.
///
/// # Errors
/// As [`whose`] and [`reading`].
pub(super) fn searching(
    tx: &mut Tx<'_>,
    visit: &Visit,
    key: Option<&PatientKey>,
    action: Action,
) -> Answer<Pass> {
    let Some(PatientKey::Identifier { .. }) = key.filter(|_| matches!(visit.actor, Actor::App(_))) else {
        let person = whose(tx, visit, key)?;
        return reading(tx, visit, person, action);
    };
    // Her space is opened before the number is looked at, so that a refusal is the same for every number; and one that
    // is hers is as unknown as any other to an app that was not told who she is.
    let hers = whose(tx, visit, None)?;
    let pass = reading(tx, visit, hers, action)?;
    let named = whose(tx, visit, key)?;
    if named == pass.person() && tells_whose(&pass) { Ok(pass) } else { Err(Refusal::not_found()) }
}

/// Whether this reader may be told, beside what a document says itself, whose it is. An app to which she gave documents and
/// not who she is gets no data of her, wherever a sender wrote them.
pub(super) fn tells_whose(pass: &Pass) -> bool {
    !matches!(pass.visit().actor, Actor::App(_)) || pass.may(Action::ReadIdentity)
}

/// Whose record a search is about: the patient named, else the citizen herself, or the person whose app asks.
///
/// # Errors
/// `patient-missing`; `not-found` for nobody we know.
pub(super) fn whose(tx: &mut Tx<'_>, visit: &Visit, key: Option<&PatientKey>) -> Answer<PersonId> {
    match key {
        None if matches!(visit.actor, Actor::Citizen { .. }) => people::consent::pages::owner(visit),
        None if matches!(visit.actor, Actor::App(_)) => visit.on_behalf_of.ok_or_else(Refusal::not_found),
        None => Err(Refusal::invalid(
            "patient-missing",
            "patient",
            "say whose: patient=… or patient.identifier=…",
        )),
        Some(PatientKey::Reference(reference)) => {
            let id = reference.rsplit('/').next().unwrap_or_default();
            id.parse().map_err(|_| Refusal::not_found())
        }
        Some(PatientKey::Identifier { system, value }) => {
            let ins = Ins::from_oid(value, system)
                .map_err(|why| Refusal::invalid("ins-invalid", "patient.identifier", why.to_string()))?;
            person::find_by_ins(tx, &ins)?.ok_or_else(Refusal::not_found)
        }
    }
}

/// Opens a space for reading over FHIR. Software that feeds spaces learns that one is closed, or was never opened, when
/// it deposits there (R1111-47 CSP); whatever it asks for before, such a space is like none. The person's journal has
/// the refusal as it is. An app's token is for one space: to whatever else it names it is told that nothing is there, and
/// no stranger's journal keeps that it asked.
pub(super) fn reading(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, action: Action) -> Answer<Pass> {
    if matches!(visit.actor, Actor::App(_)) && visit.on_behalf_of != Some(person) {
        return Err(Refusal::not_found());
    }
    consent::open(tx, visit, person, action).map_err(|refusal| match visit.actor {
        Actor::Software(_) if refusal.fault.is_none() => Refusal::not_found(),
        _ => refusal,
    })
}

/// `GET DocumentReference/{id}`.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn document_reference(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<Value> {
    let pass = reading(tx, visit, entry.person, Action::ReadDocument)?;
    let (meta, seen) = read::find(tx, &pass, entry)?;
    let (resource, _) = read::resource(tx, &pass, &meta)?;
    note(tx, &pass, Kind::DocumentRead, Some(entry), meta.facts.kind.code.as_str());
    dressed(&resource, &meta, &seen, tells_whose(&pass))
}

/// `GET Binary/{id}` (ITI-68): the bytes as they were deposited. [`binary_resource`] is the same as a resource,
/// for `Accept: application/fhir+json`.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn binary(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<File> {
    let pass = reading(tx, visit, entry.person, Action::ReadDocument)?;
    read::file(tx, &pass, entry, What::Original, false)
}

/// A file as a `Binary`.
#[must_use]
pub fn binary_resource(entry: EntryId, file: &File) -> Value {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
    json!({"resourceType": "Binary", "id": entry.to_string(), "contentType": file.mime, "data": data})
}

/// `GET Patient/{id}`. Software that feeds spaces reads nobody: any number tells it the same.
///
/// # Errors
/// As `consent::open`; for software always `not-found`.
pub fn patient(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<Value> {
    let pass = reading(tx, visit, person, Action::ReadIdentity)?;
    note(tx, &pass, Kind::ProfileRead, None, "");
    let identity = pass.identity();
    let death = identity.death.map(|day| day.to_string());
    Ok(build::patient(&PatientInput {
        id: &person.to_string(),
        ins: &identity.ins,
        traits: &identity.traits,
        used_name: identity.used_name.as_deref(),
        active: pass.state() == person::State::Open,
        deceased: death.as_deref(),
        last_updated: None,
    }))
}

/// `GET Patient?identifier=system|value`: a Bundle with the person, or an empty one for nobody and for whoever the
/// asker may not know of: the two answers are one, so that a number tells nothing. A citizen finds herself and the
/// person in whose space she is.
///
/// # Errors
/// `identifier-missing`, `ins-invalid`; as `consent::open` for somebody whom the asker may know of.
pub fn patients(tx: &mut Tx<'_>, visit: &Visit, pairs: &[(String, String)], url: &str) -> Answer<Value> {
    let identifier = pairs.iter().find(|(name, _)| name == "identifier").map(|(_, value)| value.as_str());
    let Some((system, value)) = identifier.and_then(|identifier| identifier.split_once('|')) else {
        let said = "search a Patient by identifier=urn:oid:1.2.250.1.213.1.4.8|<matricule>";
        return Err(Refusal::invalid("identifier-missing", "identifier", said));
    };
    let ins = Ins::from_oid(value, system)
        .map_err(|why| Refusal::invalid("ins-invalid", "identifier", why.to_string()))?;
    let mut entries = Vec::new();
    if let Some((found, resource)) = patient_of(tx, visit, &ins)? {
        entries.push(json!({
            "fullUrl": format!("{url}/{found}"), "resource": resource, "search": {"mode": "match"},
        }));
    }
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": entries.len(),
        "link": [{"relation": "self", "url": format!("{url}?identifier={system}%7C{value}")}],
    });
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    Ok(bundle)
}

/// The person of a number, where the asker may know of her.
fn patient_of(tx: &mut Tx<'_>, visit: &Visit, ins: &Ins) -> Answer<Option<(PersonId, Value)>> {
    if let (Actor::App(_), Some(person)) = (&visit.actor, visit.on_behalf_of) {
        // Before the number is looked at: to an app that was not told who she is, hers is refused like any other.
        reading(tx, visit, person, Action::ReadIdentity)?;
    }
    let Some(found) = person::find_by_ins(tx, ins)? else { return Ok(None) };
    // Before anything is opened: a stranger's try would stand in the journal of somebody who never had a space.
    let may_know = match &visit.actor {
        Actor::Citizen { person, .. } => *person == found || visit.on_behalf_of == Some(found),
        Actor::App(_) => visit.on_behalf_of == Some(found),
        Actor::Professional(_) => {
            let known = person::load(tx, found)?;
            known.is_some_and(|known| matches!(known.state, person::State::Open | person::State::Closed))
        }
        // Only where somebody has a space is there a journal that keeps its try.
        Actor::Software(_) => {
            person::load(tx, found)?.is_some_and(|known| known.state == person::State::Open)
        }
        _ => true,
    };
    if !may_know {
        return Ok(None);
    }
    match patient(tx, visit, found) {
        Ok(resource) => Ok(Some((found, resource))),
        Err(refusal) if refusal.kind == RefusalKind::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// A stored resource with what only the record knows: id, version, status, whose, where the bytes are, and
/// what it replaces as far as the viewer sees that. A type that its sender left to the CDA is filled in. Not `named`,
/// nothing of what was sent says whose it is ([`tells_whose`]).
pub(super) fn dressed(resource: &[u8], meta: &Meta, seen: &Seen, named: bool) -> Answer<Value> {
    let damaged = |why: String| Fault::Damaged(format!("act {}: {why}", meta.seq.0));
    let mut value: Value = serde_json::from_slice(resource).map_err(|e| damaged(e.to_string()))?;
    if !named {
        ::fhir::mhd::unnamed(&mut value);
    }
    let Value::Object(map) = &mut value else { return Err(damaged("no resource".into()).into()) };
    let id = meta.entry.to_string();
    map.insert("id".into(), id.as_str().into());
    let mut about = map.shift_remove("meta").filter(Value::is_object).unwrap_or_else(|| json!({}));
    about["versionId"] = version(meta.changed).into();
    about["lastUpdated"] = meta.changed.to_string().into();
    map.insert("meta".into(), about);
    map.insert("status".into(), meta.status.fhir().into());
    amend::say_labels(map, meta.facts.security);
    if !map.contains_key("type")
        && let Some(kind) = describe::coding(&meta.facts.kind)
    {
        map.insert("type".into(), kind.concept());
    }
    let mut subject = map.shift_remove("subject").filter(Value::is_object).unwrap_or_else(|| json!({}));
    subject["reference"] = format!("Patient/{}", meta.entry.person).into();
    map.insert("subject".into(), subject);
    let relations = relations(map.shift_remove("relatesTo"), meta, seen);
    if !relations.is_empty() {
        map.insert("relatesTo".into(), Value::Array(relations));
    }
    if let Some(attachment) =
        map.get_mut("content").and_then(|c| c.get_mut(0)).and_then(|c| c.get_mut("attachment"))
    {
        attachment["url"] = format!("Binary/{id}").into();
    }
    Ok(value)
}

fn relations(sent: Option<Value>, meta: &Meta, seen: &Seen) -> Vec<Value> {
    let replaced = meta.facts.replaces.iter().filter(|entry| seen.document(**entry).is_some());
    let mut all: Vec<Value> = replaced
        .map(|entry| json!({"code": "replaces", "target": {"reference": format!("DocumentReference/{entry}")}}))
        .collect();
    let Some(Value::Array(sent)) = sent else { return all };
    all.extend(sent.into_iter().filter(|relation| {
        let target = ::fhir::view::text(relation, &["target", "reference"]).unwrap_or_default();
        let entry = target.rsplit('/').next().and_then(|id| id.parse::<EntryId>().ok());
        // What points into this space is shown only if its end is.
        relation["code"] != "replaces" && entry.is_some_and(|entry| seen.document(entry).is_some())
    }));
    all
}

/// The media types `Binary` is served with; what the capability statement tells.
pub const MEDIA: [Media; 9] = [
    Media::Cda,
    Media::Pdf,
    Media::Jpeg,
    Media::Png,
    Media::Tiff,
    Media::Rtf,
    Media::Text,
    Media::Dicom,
    Media::FhirJson,
];
