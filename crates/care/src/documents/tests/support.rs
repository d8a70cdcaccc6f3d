//! One person, some senders, and documents made for the test.

use std::sync::Arc;

use kernel::{Actor, EntryId, Instant, Professional, Purpose, Seq, Software, Visit};
use people::consent::{self, Action, Given};
use people::testing;
use serde_json::{Value, json};
use store::{ActRow, Store, Want};

use crate::documents::model::{Code, Facts, Media, Meta, Security, Source, Status};
use crate::documents::{Deposited, prepare, store as file};

pub(super) use people::testing::{HER, MATRICULE, NOW, enrol, enrol_as};

const REPORT: &str = include_str!("../../../fixtures/report.xml");

/// A CDA with this id and this sentence in it.
pub(super) fn cda(id: &str, sentence: &str) -> Vec<u8> {
    REPORT
        .replace("extension=\"CR-1\"", &format!("extension=\"{id}\""))
        .replace("Bilan hépatique normal.", sentence)
        .into_bytes()
}

pub(super) fn visit(actor: Actor) -> Visit {
    testing::visit(actor, Purpose::Care, NOW)
}

pub(super) fn her() -> Visit {
    testing::citizen(HER, NOW)
}

pub(super) fn lab(client: &str) -> Visit {
    visit(Actor::Software(Software {
        client_id: client.into(),
        organization: format!("Labo {client}"),
        finess: None,
    }))
}

pub(super) fn claire() -> Professional {
    testing::doctor("10001045367")
}

pub(super) fn doctor() -> Visit {
    visit(Actor::Professional(claire()))
}

/// She allows Dr Moreau.
pub(super) fn allow_claire(store: &Store) {
    store
        .write(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ManageSharing)?;
            consent::allow(tx, &pass, &claire(), Given::OnTheWeb)
        })
        .wait()
        .unwrap();
}

/// Deposits a bare CDA.
pub(super) fn deposit(store: &Store, visit: &Visit, bytes: Vec<u8>) -> Result<Deposited, kernel::Refusal> {
    let prepared = prepare::cda(bytes, Source::Cda)?;
    let visit = visit.clone();
    store.write(move |tx| file(tx, &visit, prepared)).wait()
}

/// One `DocumentReference` with its bytes inside (ITI-105); `more` is merged into it.
pub(super) fn simplified(unique_id: &str, content_type: &str, bytes: &[u8], more: &Value) -> Value {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut resource = json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference"]},
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": unique_id},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}]},
        "subject": {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MATRICULE}},
        "date": "2026-11-20T10:00:00+01:00",
        "author": [{"display": "Dr Paul LENOIR"}],
        "content": [{"attachment": {"contentType": content_type, "data": data, "title": "Bilan", "creation": "2026-11-20T10:00:00+01:00"}}],
    });
    if let (Value::Object(into), Value::Object(more)) = (&mut resource, more) {
        for (name, value) in more {
            into.insert(name.clone(), value.clone());
        }
    }
    resource
}

/// Deposits a `DocumentReference` with its bytes.
pub(super) fn publish(store: &Store, visit: &Visit, resource: &Value) -> Result<Deposited, kernel::Refusal> {
    let submission = fhir::mhd::read_simplified(resource).map_err(kernel::Refusal::invalid_all)?;
    let prepared = prepare::submission(submission, None)?;
    let visit = visit.clone();
    store.write(move |tx| file(tx, &visit, prepared)).wait()
}

/// All acts of her space, lines open.
pub(super) fn acts(store: &Store) -> Vec<ActRow> {
    store
        .read(|tx| {
            let key = tx.space_key(HER)?;
            let mut rows = Vec::new();
            tx.acts(&key, Seq(0), Want::ALL, |row| {
                rows.push(row);
                Ok(())
            })?;
            Ok(rows)
        })
        .wait()
        .unwrap()
}

/// What is known of one that nothing was deposited for: a report of hers from this sender.
pub(in crate::documents) fn meta(tag: i64, sender: Actor) -> Meta {
    Meta {
        same: Arc::default(),
        alike: Arc::default(),
        entry: EntryId { person: HER, tag },
        seq: Seq(1),
        version: Seq(1),
        changed: Instant(0),
        received: Instant(0),
        sender: sender.into(),
        status: Status::Current,
        replaced_by: None,
        facts: Facts {
            unique_id: format!("1.2.{tag}"),
            kind: Code::new(cda::types::LOINC, "11502-2").into(),
            class: Default::default(),
            title: String::new(),
            dated: Instant(0),
            care_began: None,
            written: None,
            tells: Default::default(),
            authors: Default::default(),
            format: None,
            media: Media::Pdf,
            size: 1,
            sha256: String::new(),
            language: None,
            security: Security::default(),
            replaces: Vec::new(),
            submission: None,
            source: Source::Fhir,
        },
    }
}
