//! Documents and journal for software: answers to deposits (ITI-65, ITI-105), searches (ITI-66, ITI-67), reads
//! (ITI-68), `Patient` and `AuditEvent` of one person.
//! <https://profiles.ihe.net/ITI/MHD/4.2.2/index.html>, <http://hl7.org/fhir/R4/http.html>.
//!
//! A search is over what the viewer sees of one space, and nothing else: neither totals nor pages nor errors
//! know of the rest. Every read is journalled.

use std::collections::HashMap;

use ::fhir::build::{self, AuditAction, AuditEntity, AuditInput, AuditOutcome, Located, PatientInput};
use ::fhir::mhd::Part;
use ::fhir::search::{Handling, PatientKey, Query};
use ::fhir::view::Coding;
use kernel::{Actor, Answer, EntryId, Fault, Ins, PersonId, Refusal, Seq, Visit};
use people::consent::{self, Action, Pass};
use people::person;
use serde_json::{Value, json};
use store::{Kind, Outcome, Tx, Want};

use super::deposit::{Deposited, resources};
use super::model::{Media, Meta};
use super::read::{self, File, What, note};
use super::{pages, plain};
use crate::record::fold::Seen;
use crate::record::journal;
use crate::record::sentences;

/// The answer to a transaction (ITI-65): one response for each entry, in their order.
#[must_use]
pub fn answer(deposited: &Deposited) -> Value {
    build::provide_response(&deposited.order, |part| located(deposited, part))
}

fn located(deposited: &Deposited, part: Part) -> Located {
    let nothing = Located { status: "200 OK", location: None, etag: None, last_modified: None };
    let document = |i: usize, kind: &str| match deposited.documents.get(i) {
        Some(stored) => Located {
            status: if stored.new { "201 Created" } else { "200 OK" },
            location: Some(format!("{kind}/{}/_history/{}", stored.entry, stored.seq.0)),
            etag: Some(format!("W/\"{}\"", stored.seq.0)),
            last_modified: Some(deposited.at),
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

/// Whose record a search is about: the patient named, else the citizen herself.
///
/// # Errors
/// `patient-missing`; `not-found` for nobody we know.
fn whose(tx: &mut Tx<'_>, visit: &Visit, key: Option<&PatientKey>) -> Answer<PersonId> {
    match key {
        None if matches!(visit.actor, Actor::Citizen { .. }) => pages::owner(visit),
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

/// `GET DocumentReference?…`, `GET List?…`, `GET AuditEvent?…`: one page of what was found. `url` is the
/// address of the search without its query.
///
/// # Errors
/// What `::fhir::search` refuses; `patient-missing`; as `consent::open`.
pub fn search(
    tx: &mut Tx<'_>,
    visit: &Visit,
    kind: ::fhir::search::Kind,
    pairs: &[(String, String)],
    handling: Handling,
    url: &str,
) -> Answer<Value> {
    use ::fhir::search::Kind as Searched;
    let query = Query::parse(kind, pairs, handling).map_err(Refusal::invalid_all)?;
    let person = whose(tx, visit, query.patient.as_ref())?;
    let action = if kind == Searched::AuditEvent { Action::ReadJournal } else { Action::ReadRecord };
    let pass = consent::open(tx, visit, person, action)?;
    let all = match kind {
        Searched::DocumentReference => document_references(tx, &pass)?,
        Searched::List => lists(tx, &pass)?,
        Searched::AuditEvent => audit_events(tx, &pass)?,
    };
    let found = query.select(&all);
    let noted = if kind == Searched::AuditEvent { Kind::JournalRead } else { Kind::Searched };
    note(tx, &pass, noted, None, found.len().to_string());
    Ok(::fhir::search::page(&found, &query, url))
}

/// `GET DocumentReference/{id}`.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn document_reference(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<Value> {
    let pass = consent::open(tx, visit, entry.person, Action::ReadDocument)?;
    let (meta, seen) = read::find(tx, &pass, entry)?;
    let (resource, _) = read::resource(tx, &pass, &meta)?;
    note(tx, &pass, Kind::DocumentRead, Some(entry), meta.facts.kind.code.as_str());
    dressed(&resource, &meta, &seen)
}

/// `GET Binary/{id}` (ITI-68): the bytes as they were deposited. [`binary_resource`] is the same as a resource,
/// for `Accept: application/fhir+json`.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn binary(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<File> {
    let pass = consent::open(tx, visit, entry.person, Action::ReadDocument)?;
    read::file(tx, &pass, entry, What::Original, false)
}

/// A file as a `Binary`.
#[must_use]
pub fn binary_resource(entry: EntryId, file: &File) -> Value {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
    json!({"resourceType": "Binary", "id": entry.to_string(), "contentType": file.mime, "data": data})
}

/// `GET List/{id}`: a submission set.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn list(tx: &mut Tx<'_>, visit: &Visit, id: EntryId) -> Answer<Value> {
    let pass = consent::open(tx, visit, id.person, Action::ReadRecord)?;
    let wanted = id.to_string();
    let found = lists(tx, &pass)?.into_iter().find(|list| list["id"] == wanted.as_str());
    let found = found.ok_or_else(Refusal::not_found)?;
    note(tx, &pass, Kind::ListRead, None, "1");
    Ok(found)
}

/// `GET Patient/{id}`.
///
/// # Errors
/// As `consent::open`.
pub fn patient(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<Value> {
    let pass = consent::open(tx, visit, person, Action::ReadIdentity)?;
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

/// `GET Patient?identifier=system|value`: a Bundle with the person, or an empty one for nobody.
///
/// # Errors
/// `identifier-missing`, `ins-invalid`; as `consent::open` for somebody.
pub fn patients(tx: &mut Tx<'_>, visit: &Visit, pairs: &[(String, String)], url: &str) -> Answer<Value> {
    let identifier = pairs.iter().find(|(name, _)| name == "identifier").map(|(_, value)| value.as_str());
    let Some((system, value)) = identifier.and_then(|identifier| identifier.split_once('|')) else {
        let said = "search a Patient by identifier=urn:oid:1.2.250.1.213.1.4.8|<matricule>";
        return Err(Refusal::invalid("identifier-missing", "identifier", said));
    };
    let ins = Ins::from_oid(value, system)
        .map_err(|why| Refusal::invalid("ins-invalid", "identifier", why.to_string()))?;
    let mut entries = Vec::new();
    if let Some(found) = person::find_by_ins(tx, &ins)? {
        let resource = patient(tx, visit, found)?;
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

/// Every `DocumentReference` that the viewer sees, in one pass over her deposits.
fn document_references(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<Value>> {
    let seen = Seen::load(tx, pass)?;
    let mut data = deposited_data(tx, pass)?;
    let mut all = Vec::with_capacity(seen.documents.len());
    for meta in &seen.documents {
        let Some(data) = data.remove(&meta.seq) else { continue };
        if let (Some(resource), _) = resources(&data) {
            all.push(dressed(resource, meta, &seen)?);
        }
    }
    Ok(all)
}

fn deposited_data(tx: &mut Tx<'_>, pass: &Pass) -> Answer<HashMap<Seq, Vec<u8>>> {
    let mut found = HashMap::new();
    tx.acts(pass.key(), Seq(0), Want::DATA.of(&[Kind::Deposited]), |row| {
        if let Some(data) = row.data {
            found.insert(row.seq, data);
        }
        Ok(())
    })?;
    Ok(found)
}

/// A stored resource with what only the record knows: id, version, status, whose, where the bytes are, and
/// what it replaces as far as the viewer sees that.
fn dressed(resource: &[u8], meta: &Meta, seen: &Seen) -> Answer<Value> {
    let damaged = |why: String| Fault::Damaged(format!("act {}: {why}", meta.seq.0));
    let mut value: Value = serde_json::from_slice(resource).map_err(|e| damaged(e.to_string()))?;
    let Value::Object(map) = &mut value else { return Err(damaged("no resource".into()).into()) };
    let id = meta.entry.to_string();
    map.insert("id".into(), id.as_str().into());
    let mut about = map.remove("meta").filter(Value::is_object).unwrap_or_else(|| json!({}));
    about["versionId"] = meta.version.0.to_string().into();
    about["lastUpdated"] = meta.changed.to_string().into();
    map.insert("meta".into(), about);
    map.insert("status".into(), meta.status.fhir().into());
    let mut subject = map.remove("subject").filter(Value::is_object).unwrap_or_else(|| json!({}));
    subject["reference"] = format!("Patient/{}", meta.entry.person).into();
    map.insert("subject".into(), subject);
    let relations = relations(map.remove("relatesTo"), meta, seen);
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

/// Every submission set of which the viewer sees a document, with the documents she sees.
fn lists(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<Value>> {
    let seen = Seen::load(tx, pass)?;
    let mut members: Vec<(i64, Vec<&Meta>)> = Vec::new();
    for meta in &seen.documents {
        let Some(submission) = &meta.facts.submission else { continue };
        match members.iter_mut().find(|(tag, _)| *tag == submission.tag) {
            Some((_, documents)) => documents.push(meta),
            None => members.push((submission.tag, vec![meta])),
        }
    }
    let mut all = Vec::with_capacity(members.len());
    for (tag, documents) in members {
        let carrier = documents.iter().find(|meta| meta.facts.submission.as_ref().is_some_and(|s| s.here));
        let sent = match carrier {
            Some(meta) => read::resource(tx, pass, meta)?.1,
            None => None,
        };
        all.push(list_of(tag, &documents, sent.as_deref()));
    }
    Ok(all)
}

fn list_of(tag: i64, documents: &[&Meta], sent: Option<&[u8]>) -> Value {
    let person = documents[0].entry.person;
    let sent: Option<Value> = sent.and_then(|sent| serde_json::from_slice(sent).ok());
    // A DocumentManifest (MHD 3) is answered as the List that took its place.
    let mut list = sent.filter(|sent| sent["resourceType"] == "List").unwrap_or_else(|| {
        json!({
            "resourceType": "List",
            "mode": "working",
            "code": {"coding": [{
                "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset",
            }]},
            "date": documents[0].received.to_string(),
        })
    });
    list["id"] = EntryId { person, tag }.to_string().into();
    list["status"] = "current".into();
    list["subject"] = json!({"reference": format!("Patient/{person}")});
    list["entry"] = documents
        .iter()
        .map(|meta| json!({"item": {"reference": format!("DocumentReference/{}", meta.entry)}}))
        .collect();
    list
}

/// The journal as `AuditEvent`s, as far as the viewer may know it.
fn audit_events(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Vec<Value>> {
    let mut all = Vec::new();
    let patient = format!("Patient/{}", pass.person());
    journal::all(tx, pass, Seq(0), |entry| {
        let word = sentences::word(entry.kind);
        let subtype = Coding::new("urn:x-carnet:act", word, entry.kind.name());
        let on_behalf = entry.line.on_behalf_of.map(|person| format!("Patient/{person}"));
        let (outcome, reason) = match &entry.line.outcome {
            Outcome::Done => (AuditOutcome::Success, None),
            Outcome::Refused(code) => (AuditOutcome::Refused, Some(code.as_str())),
        };
        let reference = entry.entry.map(|entry| format!("DocumentReference/{entry}"));
        let name = entry.line.about.as_deref().filter(|_| reference.is_some());
        let name = name.map(|code| plain::type_name(code, pass.visit().language));
        let entities: Vec<AuditEntity<'_>> =
            reference.iter().map(|reference| AuditEntity { reference, name }).collect();
        all.push(build::audit_event(&AuditInput {
            id: &format!("{}-a{}", pass.person(), entry.seq.0),
            when: entry.at,
            actor: &entry.line.actor,
            on_behalf_of: on_behalf.as_deref(),
            purpose: entry.line.purpose,
            action: action_of(entry.kind),
            subtype: &subtype,
            outcome,
            reason: reason.or(entry.line.reason.as_deref()),
            patient: &patient,
            entities: &entities,
            observer: "Carnet",
        }));
        Ok(())
    })?;
    Ok(all)
}

fn action_of(kind: Kind) -> AuditAction {
    match kind {
        Kind::Deposited | Kind::Opened | Kind::PasskeyAdded | Kind::RecoveryCodesMade => AuditAction::Create,
        Kind::Withdrawn | Kind::PasskeyRemoved => AuditAction::Delete,
        Kind::Amended | Kind::IdentityUpdated => AuditAction::Update,
        kind if sentences::is_look(kind) => AuditAction::Read,
        _ => AuditAction::Execute,
    }
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
