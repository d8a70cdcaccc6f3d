//! Who may see a document, said anew by its sender: whom it reaches then, and what is refused.

use kernel::{Answer, EntryId, RefusalKind, Visit};
use people::consent::{self, Action};
use serde_json::{Value, json};
use store::{Kind, Store, testing::both};

use super::support::{HER, MATRICULE, acts, allow_claire, doctor, enrol, her, lab, publish, simplified};
use crate::documents::fhir as door;
use crate::documents::model::{Confidentiality, Security};
use crate::documents::{amend, announce, rules, secret};
use crate::record::fold::Seen;

fn put(store: &Store, id: &str, codes: &[&str]) -> EntryId {
    let labels: Vec<Value> = codes.iter().map(|code| json!({"coding": [{"code": code}]})).collect();
    let more = if labels.is_empty() { json!({}) } else { json!({ "securityLabel": labels }) };
    publish(store, &lab("a"), &simplified(id, "text/plain", b"Glycemie 1,2 g/l", &more)).unwrap().documents[0]
        .entry
}

/// What is done, with which label.
type Said<'a> = &'a [(&'a str, &'a str)];

fn parameters(operations: Said<'_>) -> Value {
    let operation = |(kind, code): &(&str, &str)| match *kind {
        "add" => json!({"name": "operation", "part": [
            {"name": "type", "valueCode": "add"},
            {"name": "path", "valueString": "DocumentReference"},
            {"name": "name", "valueString": "securityLabel"},
            {"name": "value", "valueCodeableConcept": {"coding": [{"code": code}]}},
        ]}),
        _ => json!({"name": "operation", "part": [
            {"name": "type", "valueCode": "delete"},
            {"name": "path", "valueString": format!("DocumentReference.securityLabel.where(coding.code='{code}')")},
        ]}),
    };
    json!({"resourceType": "Parameters", "parameter": operations.iter().map(operation).collect::<Vec<_>>()})
}

fn says(store: &Store, visit: Visit, entry: EntryId, operations: Said<'_>) -> Answer<Value> {
    let asked = parameters(operations);
    store.write(move |tx| amend::amend(tx, &visit, entry, &asked, None)).wait()
}

fn sees(store: &Store, visit: Visit) -> usize {
    store
        .read(move |tx| {
            let pass = consent::open(tx, &visit, HER, Action::ReadRecord)?;
            Ok(Seen::load(tx, &pass)?.documents.len())
        })
        .wait()
        .unwrap()
}

fn codes(resource: &Value) -> Vec<&str> {
    let labels = resource["securityLabel"].as_array().map_or(&[][..], Vec::as_slice);
    labels.iter().map(|label| label["coding"][0]["code"].as_str().unwrap()).collect()
}

#[test]
fn its_author_hides_a_document_later_and_shows_it_again() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let entry = put(&store, "urn:oid:1.2.1", &["N", "OTHER"]);
        assert_eq!(sees(&store, doctor()), 1);
        let masked = says(&store, lab("a"), entry, &[("add", "MASQUE_PS")]).unwrap();
        assert_eq!(codes(&masked), ["N", "MASQUE_PS", "OTHER"], "what says nothing here stays");
        assert_eq!((sees(&store, doctor()), sees(&store, her())), (0, 1));
        // What is so already is written once; that the sender has read it back is written too.
        assert_eq!(says(&store, lab("a"), entry, &[("add", "MASQUE_PS")]).unwrap()["id"], entry.to_string());
        let kinds: Vec<Kind> = acts(&store).iter().map(|act| act.kind).collect();
        assert!(kinds.ends_with(&[Kind::Amended, Kind::DocumentRead]), "{kinds:?}");
        let shown = says(&store, lab("a"), entry, &[("delete", "MASQUE_PS"), ("delete", "N"), ("add", "V")]);
        assert_eq!(codes(&shown.unwrap()), ["V", "OTHER"]);
        assert_eq!(sees(&store, doctor()), 1);
        let read = store.write(move |tx| door::document_reference(tx, &doctor(), entry)).wait().unwrap();
        assert_eq!(codes(&read), ["V", "OTHER"], "whoever reads it is told the labels as they are");
    });
}

#[test]
fn only_its_sender_may_and_nobody_else_learns_that_it_is_there() {
    both(|store| {
        enrol(&store);
        let entry = put(&store, "urn:oid:1.2.1", &[]);
        let none = EntryId { person: HER, tag: 4 };
        let answers = [(lab("b"), entry), (lab("b"), none), (lab("a"), none)].map(|(visit, entry)| {
            let refusal = says(&store, visit, entry, &[("add", "MASQUE_PS")]).unwrap_err();
            (refusal.kind, refusal.to_string())
        });
        assert_eq!(answers[0].0, RefusalKind::NotFound);
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
    });
}

#[test]
fn what_cannot_be_said_is_refused_and_changes_nothing() {
    both(|store| {
        enrol(&store);
        let entry = put(&store, "urn:oid:1.2.1", &["MASQUE_PS"]);
        let told = put(&store, "urn:oid:1.2.2", &["INVISIBLE_PATIENT"]);
        let before = acts(&store).len();
        let cases: &[(EntryId, Said<'_>, &str)] = &[
            (entry, &[("add", "INVISIBLE_PATIENT")], "labels-exclude-everybody"),
            (entry, &[("delete", "MASQUE_PS"), ("add", "INVISIBLE_PATIENT")], "result-told-already"),
            (told, &[("add", "MASQUE_PS")], "labels-exclude-everybody"),
            (entry, &[("add", "MASQUE")], "label-unknown"),
            (entry, &[], "patch-expected"),
        ];
        for (entry, operations, code) in cases {
            let refusal = says(&store, lab("a"), *entry, operations).unwrap_err();
            assert_eq!(refusal.code(), *code, "{operations:?}");
        }
        let status = json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
            {"name": "type", "valueCode": "replace"},
            {"name": "path", "valueString": "DocumentReference.status"},
            {"name": "value", "valueCode": "superseded"},
        ]}]});
        let refused =
            store.write(move |tx| amend::amend(tx, &lab("a"), entry, &status, None)).wait().unwrap_err();
        assert_eq!((refused.kind, refused.code()), (RefusalKind::NotAllowed, "patch-element"));
        let asked = parameters(&[("delete", "MASQUE_PS")]);
        let stale = store.write(move |tx| amend::amend(tx, &lab("a"), entry, &asked, Some("W/\"1\""))).wait();
        assert_eq!(stale.unwrap_err().code(), "version-differs");
        assert_eq!(acts(&store).len(), before);
    });
}

#[test]
fn what_she_was_told_of_stays_told_and_what_she_keeps_stays_kept() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let entry = put(&store, "urn:oid:1.2.1", &["INVISIBLE_PATIENT"]);
        assert_eq!(sees(&store, her()), 0);
        store.write(move |tx| announce::announce(tx, &doctor(), entry)).wait().unwrap();
        assert_eq!(sees(&store, her()), 1);
        let read = store.write(move |tx| door::document_reference(tx, &her(), entry)).wait().unwrap();
        assert_eq!(codes(&read), ["N"], "it is not waiting any more");
        store.write(move |tx| secret::keep(tx, &her(), entry)).wait().unwrap();
        says(&store, lab("a"), entry, &[("add", "INVISIBLE_REPRESENTANTS_LEGAUX")]).unwrap();
        says(&store, lab("a"), entry, &[("delete", "INVISIBLE_REPRESENTANTS_LEGAUX")]).unwrap();
        let security = store
            .read(move |tx| {
                let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
                Ok(Seen::load(tx, &pass)?.document(entry).unwrap().facts.security)
            })
            .wait()
            .unwrap();
        assert_eq!(security, Security { kept: true, ..Security::default() });
    });
}

#[test]
fn one_is_found_by_its_identifier_and_of_several_none_is_guessed() {
    both(|store| {
        enrol(&store);
        put(&store, "urn:oid:1.2.1", &[]);
        put(&store, "urn:oid:1.2.2", &[]);
        let say = |query: &[(&str, &str)]| {
            let ins = format!("urn:oid:1.2.250.1.213.1.4.10|{MATRICULE}");
            let mut pairs = vec![("patient.identifier".to_owned(), ins)];
            pairs.extend(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let asked = parameters(&[("add", "MASQUE_PS")]);
            store.write(move |tx| amend::amend_found(tx, &lab("a"), &pairs, &asked, None)).wait()
        };
        assert_eq!(
            codes(&say(&[("identifier", "urn:ietf:rfc:3986|urn:oid:1.2.2")]).unwrap()),
            ["N", "MASQUE_PS"]
        );
        let several = say(&[("status", "current")]).unwrap_err();
        assert_eq!((several.kind, several.code()), (RefusalKind::Precondition, "several-found"));
        let none = say(&[("identifier", "urn:ietf:rfc:3986|urn:oid:1.2.3")]).unwrap_err();
        assert_eq!(none.kind, RefusalKind::NotFound);
    });
}

#[test]
fn a_change_is_judged_by_what_was_and_what_is_wanted() {
    let plain = Security::default();
    let masked = Security { masked: true, ..plain };
    let waits = Security { invisible_to_patient: true, ..plain };
    let secret = Security { invisible_to_representatives: true, ..plain };
    let closed = Security { confidentiality: Confidentiality::V, ..plain };
    let cases = [
        (plain, masked, None),
        (masked, plain, None),
        (plain, secret, None),
        (secret, plain, None),
        (plain, closed, None),
        (waits, plain, None),
        (waits, masked, None),
        (waits, Security { invisible_to_representatives: true, ..waits }, None),
        (plain, waits, Some("result-told-already")),
        (masked, waits, Some("result-told-already")),
        (waits, Security { masked: true, ..waits }, Some("labels-exclude-everybody")),
    ];
    for (was, wanted, code) in cases {
        let answer = rules::check_change(was, wanted, "securityLabel").err();
        assert_eq!(answer.map(|refusal| refusal.issues[0].code), code, "{was:?} to {wanted:?}");
    }
}
