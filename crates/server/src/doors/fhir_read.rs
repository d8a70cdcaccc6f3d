//! FHIR R4: what is read. Software reads back what it sent; a citizen or a professional with a session reads what
//! her pages show her; an app reads what the person who connected it granted, and never her journal. The same verbs decide
//! and journal all of them.

use care::documents::fhir as room;
use fhir::search::{Handling, Kind};
use kernel::{Answer, EntryId, PersonId};
use oauth::Interaction::{Read, Search};
use serde_json::Value;
use store::Tx;

use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Content, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::Look;
    use Who::{AppOrReader, Reader};
    table! { Door::Fhir;
        Get  "/fhir/DocumentReference"         AppOrReader("DocumentReference", Search) => "fhir::search"             Look(references);
        Post "/fhir/DocumentReference/_search" AppOrReader("DocumentReference", Search) => "fhir::search"             Look(references);
        Get  "/fhir/DocumentReference/{id}"    AppOrReader("DocumentReference", Read)   => "fhir::document_reference" Look(reference);
        Get  "/fhir/List"                      AppOrReader("List", Search)              => "fhir::search"             Look(lists);
        Post "/fhir/List/_search"              AppOrReader("List", Search)              => "fhir::search"             Look(lists);
        Get  "/fhir/List/{id}"                 AppOrReader("List", Read)                => "fhir::list"               Look(list);
        Get  "/fhir/Binary/{id}"               AppOrReader("Binary", Read)              => "fhir::binary"             Look(binary);
        Get  "/fhir/Patient"                   AppOrReader("Patient", Search)           => "fhir::patients"           Look(patients);
        Post "/fhir/Patient/_search"           AppOrReader("Patient", Search)           => "fhir::patients"           Look(patients);
        Get  "/fhir/Patient/{id}"              AppOrReader("Patient", Read)             => "fhir::patient"            Look(patient);
        Get  "/fhir/AuditEvent"                Reader("AuditEvent", Search)        => "fhir::search"             Look(audit_events);
    }
}

fn search(tx: &mut Tx<'_>, asked: &Asked, kind: Kind, resource: &str) -> Answer<Reply> {
    let lenient = asked.header("prefer").is_some_and(|prefer| prefer.contains("handling=lenient"));
    // An ignored filter shows more than was asked for, so a client must ask for leniency (R4 §3.1.1.5).
    let handling = if lenient { Handling::Lenient } else { Handling::Strict };
    let address = address(asked, resource);
    let bundle = room::search(tx, asked.visit()?, kind, &said(asked), handling, &address)?;
    Ok(Reply::resource(200, &bundle))
}

/// The parameters of a search. `_search` sends them in the body, so that an INS stands in no log of addresses.
fn said(asked: &Asked) -> Vec<(String, String)> {
    asked.query.iter().chain(&asked.fields).cloned().collect()
}

fn address(asked: &Asked, resource: &str) -> String {
    format!("{}/fhir/{resource}", asked.house.config.origin)
}

/// ITI-67.
fn references(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    search(tx, asked, Kind::DocumentReference, "DocumentReference")
}

/// ITI-66.
fn lists(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    search(tx, asked, Kind::List, "List")
}

/// The journal of one person.
fn audit_events(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    search(tx, asked, Kind::AuditEvent, "AuditEvent")
}

fn reference(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let id: EntryId = asked.param("id")?;
    Ok(versioned(asked, &room::document_reference(tx, asked.visit()?, id)?))
}

fn list(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let id: EntryId = asked.param("id")?;
    Ok(versioned(asked, &room::list(tx, asked.visit()?, id)?))
}

/// A resource with its version as `ETag`; nothing but that when the client has it already.
fn versioned(asked: &Asked, resource: &Value) -> Reply {
    let Some(version) = resource["meta"]["versionId"].as_str() else { return Reply::resource(200, resource) };
    let etag = format!("W/\"{version}\"");
    if asked.header("if-none-match") == Some(&etag) {
        return Reply::of(Content::Empty(304)).header("etag", etag);
    }
    Reply::resource(200, resource).header("etag", etag)
}

/// ITI-68: the bytes, or the resource for those who ask for FHIR.
fn binary(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let id: EntryId = asked.param("id")?;
    let file = room::binary(tx, asked.visit()?, id)?;
    if asked.header("accept").is_some_and(|accept| accept.contains("fhir+json")) {
        return Ok(Reply::resource(200, &room::binary_resource(id, &file)));
    }
    // Always to be saved: what somebody sent is never shown as a page of ours.
    Ok(Reply::file(file.mime, Some(file.name), file.bytes))
}

fn patients(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let address = address(asked, "Patient");
    Ok(Reply::resource(200, &room::patients(tx, asked.visit()?, &said(asked), &address)?))
}

fn patient(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let id: PersonId = asked.param("id")?;
    Ok(Reply::resource(200, &room::patient(tx, asked.visit()?, id)?))
}
