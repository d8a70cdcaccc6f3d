//! What software is answered: a bundle filed whole, searched, read; another person's nothing.

use fhir::search::{Handling, Kind as Searched, pairs};
use kernel::RefusalKind;
use serde_json::{Value, json};
use store::testing::both;

use super::support::{HER, MATRICULE, acts, allow_claire, cda, doctor, enrol, her, lab, simplified};
use crate::documents::fhir as door;
use crate::documents::{prepare, store as file};

const URL: &str = "https://carnet.example/fhir/DocumentReference";

/// An ITI-65 bundle: a submission set, and for each document its reference and its bytes.
pub(super) fn provide(documents: &[(&str, &str, &[u8], Value)]) -> Value {
    use base64::Engine as _;
    let subject = json!({"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": MATRICULE}});
    let mut entries = Vec::new();
    let mut items = Vec::new();
    for (n, (unique_id, content_type, bytes, more)) in documents.iter().enumerate() {
        let (document, binary) = (
            format!("urn:uuid:00000000-0000-4000-8000-00000000000{n}"),
            format!("urn:uuid:00000000-0000-4000-8000-0000000000b{n}"),
        );
        let mut resource = simplified(unique_id, content_type, bytes, more);
        if let Value::Object(map) = &mut resource {
            map.shift_remove("meta");
        }
        let attachment = resource["content"][0]["attachment"].as_object_mut().unwrap();
        attachment.shift_remove("data");
        attachment.insert("url".into(), binary.as_str().into());
        items.push(json!({"item": {"reference": document}}));
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        entries.push(json!({"fullUrl": document, "resource": resource, "request": {"method": "POST", "url": "DocumentReference"}}));
        entries.push(json!({
            "fullUrl": binary,
            "resource": {"resourceType": "Binary", "contentType": content_type, "data": data},
            "request": {"method": "POST", "url": "Binary"},
        }));
    }
    entries.insert(0, json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-0000000000aa",
        "resource": {
            "resourceType": "List",
            "extension": [{
                "url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {"value": "urn:oid:1.2.3"},
            }],
            "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.99"}],
            "status": "current",
            "mode": "working",
            "title": "Bilan",
            "code": {"coding": [{
                "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset",
            }]},
            "subject": subject,
            "date": "2026-11-20T10:00:00+01:00",
            "entry": items,
        },
        "request": {"method": "POST", "url": "List"},
    }));
    json!({
        "resourceType": "Bundle",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle"]},
        "type": "transaction",
        "entry": entries,
    })
}

pub(super) fn send(store: &store::Store, bundle: &Value) -> Result<Value, kernel::Refusal> {
    let submission = fhir::mhd::read_provide(bundle).map_err(kernel::Refusal::invalid_all)?;
    let prepared = prepare::submission(submission, None)?;
    let deposited = store.write(move |tx| file(tx, &lab("a"), prepared)).wait()?;
    Ok(door::answer(&deposited))
}

#[test]
fn a_bundle_is_filed_whole_and_answered_entry_by_entry() {
    both(|store| {
        enrol(&store);
        let report = cda("A", "x");
        let bundle = |second: &[u8]| {
            provide(&[
                ("urn:oid:1.2.3.1", "text/xml", &report, json!({})),
                ("urn:oid:1.2.3.2", "application/pdf", second, json!({})),
            ])
        };
        let answer = send(&store, &bundle(b"%PDF-1.4")).unwrap();
        let entries = answer["entry"].as_array().unwrap();
        assert_eq!(entries.len(), 5);
        let part =
            |n: usize, name: &str| entries[n]["response"][name].as_str().unwrap_or_default().to_owned();
        assert!((0..5).all(|n| part(n, "status") == "201 Created"), "{answer}");
        assert!(part(0, "location").starts_with("List/7-"));
        assert!(part(1, "location").starts_with("DocumentReference/7-"));
        assert!(part(2, "location").starts_with("Binary/7-"));
        // Again: nothing new.
        let again = send(&store, &bundle(b"%PDF-1.4")).unwrap();
        assert_eq!(again["entry"][1]["response"]["location"], entries[1]["response"]["location"]);
        assert_eq!(again["entry"][1]["response"]["status"], "200 OK");
        assert_eq!(acts(&store).len(), 2);
        // One document of two is wrong: none is filed.
        let mixed = provide(&[
            ("urn:oid:1.2.3.7", "application/pdf", b"%PDF-1.7", json!({})),
            ("urn:oid:1.2.3.2", "application/pdf", b"%PDF-1.4 other", json!({})),
        ]);
        assert_eq!(send(&store, &mixed).unwrap_err().code(), "duplicate-unique-id");
        assert_eq!(acts(&store).iter().filter(|row| row.kind == store::Kind::Deposited).count(), 2);
    });
}

#[test]
fn searches_and_reads_know_only_what_the_reader_sees() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let masked = json!({"securityLabel": [{"coding": [{"code": "MASQUE_PS"}]}]});
        send(
            &store,
            &provide(&[
                ("urn:oid:1.2.3.1", "text/plain", b"masked", masked),
                ("urn:oid:1.2.3.2", "application/pdf", b"%PDF-1.4", json!({})),
            ]),
        )
        .unwrap();
        let search = |visit: kernel::Visit, kind: Searched, query: &'static str| {
            store.read(move |tx| door::search(tx, &visit, kind, &pairs(query), Handling::Strict, URL)).wait()
        };
        let mine = search(her(), Searched::DocumentReference, "status=current").unwrap();
        assert_eq!(mine["total"], 2);
        let hers = search(doctor(), Searched::DocumentReference, "patient=Patient/7").unwrap();
        assert_eq!(hers["total"], 1, "{hers}");
        let resource = &hers["entry"][0]["resource"];
        assert_eq!(resource["subject"]["reference"], "Patient/7");
        assert_eq!(resource["status"], "current");
        assert!(fhir::validate::validate(resource).is_empty(), "{resource}");
        let lists = search(doctor(), Searched::List, "patient=7&code=submissionset").unwrap();
        assert_eq!(lists["entry"][0]["resource"]["entry"].as_array().unwrap().len(), 1);
        // The bytes, and the same as a resource.
        let url = resource["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
        let entry: kernel::EntryId = url.strip_prefix("Binary/").unwrap().parse().unwrap();
        let bytes = store.read(move |tx| door::binary(tx, &doctor(), entry)).wait().unwrap();
        assert_eq!(bytes.bytes, b"%PDF-1.4");
        assert_eq!(door::binary_resource(entry, &bytes)["contentType"], "application/pdf");
        let read = store.read(move |tx| door::document_reference(tx, &her(), entry)).wait().unwrap();
        assert_eq!(read["id"], entry.to_string());
        // Her journal as AuditEvents; nobody else's to read.
        let audit = search(her(), Searched::AuditEvent, "patient=7").unwrap();
        assert!(audit["total"].as_u64().unwrap() >= 6, "{audit}");
        assert!(search(doctor(), Searched::AuditEvent, "patient=7").is_err());
        assert_eq!(
            search(doctor(), Searched::DocumentReference, "patient=8").unwrap_err().kind,
            RefusalKind::NotFound
        );
        assert_eq!(search(doctor(), Searched::DocumentReference, "").unwrap_err().code(), "patient-missing");
        let query = format!("identifier=urn:oid:1.2.250.1.213.1.4.10|{MATRICULE}");
        let found = store.read(move |tx| door::patients(tx, &doctor(), &pairs(&query), "u")).wait().unwrap();
        assert_eq!(found["entry"][0]["resource"]["id"], HER.to_string());
    });
}

/// A document that came as a bare CDA has a `DocumentReference` that others can read.
#[test]
fn a_bare_cda_is_described_in_fhir() {
    both(|store| {
        enrol(&store);
        let entry = super::support::deposit(&store, &lab("a"), cda("A", "x")).unwrap().documents[0].entry;
        let read = store.read(move |tx| door::document_reference(tx, &her(), entry)).wait().unwrap();
        assert!(fhir::validate::validate(&read).is_empty(), "{read}");
        assert_eq!(read["type"]["coding"][0]["system"], "http://loinc.org");
        assert_eq!(read["content"][0]["attachment"]["url"], format!("Binary/{entry}"));
        assert_eq!(fhir::view::DocRef(&read).unique_id().as_deref(), Some("1.2.250.1.213.9.9.1^A"));
    });
}
