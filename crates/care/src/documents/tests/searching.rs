//! Searches of software decide on outlines and open one page: what they answer is what opening everything gives.

use fhir::search::{Handling, Kind as Searched, Query, page, pairs};
use kernel::Visit;
use people::consent::{self, Action};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use store::Store;

use super::software::{provide, send};
use super::support::{HER, allow_claire, cda, deposit, doctor, enrol, her, lab, meta, publish, simplified};
use crate::documents::fhir as door;
use crate::documents::fhir_search::cut;
use crate::documents::model::Tells;
use crate::documents::sets::{self, Set};
use crate::record::fold::Seen;

const URL: &str = "https://carnet.example/fhir/X";

/// What a sender may write beside what it must: dates of all kinds, codes with words and without, several, none.
fn more() -> impl Strategy<Value = Value> {
    let date = prop::sample::select(vec![
        "2026-11-20T10:00:00+01:00",
        "2026-11-20T09:00:00Z",
        "2026-11-20T09:00:00.250Z",
        "2025-01-02T00:00:00Z",
        "2024-02-29T23:59:59-11:00",
    ]);
    let creation = prop::sample::select(vec!["2026-11-20", "2026", "2025-03-01T12:00:00Z", ""]);
    let kinds = prop::sample::select(vec![
        json!({"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "Biologie"}]}),
        json!({"coding": [{"system": "http://loinc.org", "code": "11488-4"}, {"system": "urn:own", "code": "X"}]}),
        json!({"coding": [{"code": "34112-3"}]}),
        json!({"coding": [{"system": "urn:oid:2.16.840.1.113883.6.1", "code": "11502-2"}]}),
        json!({"text": "Compte rendu"}),
        Value::Null,
    ]);
    let category = prop::sample::select(vec![
        json!([{"coding": [{"system": "urn:a03", "code": "10"}]}]),
        json!([{"coding": [{"code": "10"}]}, {"coding": [{"code": "11"}]}]),
        Value::Null,
    ]);
    (date, creation, kinds, category, any::<bool>(), prop::sample::select(vec!["fr", "fr-FR", ""])).prop_map(
        |(date, creation, kind, category, masked, language)| {
            let mut more = json!({"date": date, "type": kind, "category": category});
            if masked {
                more["securityLabel"] = json!([{"coding": [{"code": "MASQUE_PS"}]}]);
            }
            more["x"] = json!({"creation": creation, "language": language});
            more
        },
    )
}

/// A document with what [`more`] drew; nothing that is null or empty.
fn resource(n: usize, mut more: Value) -> Value {
    let attachment = more.as_object_mut().unwrap().shift_remove("x").unwrap();
    let (mime, bytes) = if n.is_multiple_of(2) {
        ("text/plain", format!("text {n}"))
    } else {
        ("application/pdf", format!("%PDF-1.4 {n}"))
    };
    let mut resource = simplified(&format!("urn:oid:1.2.3.{n}"), mime, bytes.as_bytes(), &more);
    for (name, value) in attachment.as_object().unwrap() {
        resource["content"][0]["attachment"][name] = value.clone();
    }
    without_nothing(&mut resource);
    resource
}

fn without_nothing(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null() && *value != "");
            map.values_mut().for_each(without_nothing);
        }
        Value::Array(all) => all.iter_mut().for_each(without_nothing),
        _ => {}
    }
}

/// Forty documents of all kinds; some replaced, some in a set, one only a CDA.
fn fill(store: &Store) {
    let mut runner = TestRunner::deterministic();
    let mut filed = 0;
    for n in 0..40 {
        let mut one = resource(n, more().new_tree(&mut runner).unwrap().current());
        if n > 10 && n.is_multiple_of(7) {
            let target = json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:1.2.3.{}", n - 3)}});
            one["relatesTo"] = json!([{"code": "replaces", "target": target}]);
        }
        filed += usize::from(publish(store, &lab("a"), &one).is_ok());
    }
    assert!(filed > 30, "{filed} of 40 were taken");
    let two: [(&str, &str, &[u8], Value); 2] = [
        ("urn:oid:1.2.4.1", "text/plain", b"one", json!({})),
        ("urn:oid:1.2.4.2", "text/plain", b"two", json!({})),
    ];
    send(store, &provide(&two)).unwrap();
    deposit(store, &lab("b"), cda("Z", "x")).unwrap();
}

/// A search: some filters, an order, a page.
fn searches(kind: Searched) -> impl Strategy<Value = String> {
    let filters: Vec<&str> = match kind {
        Searched::DocumentReference => vec![
            "status=current",
            "status=superseded",
            "status:not=current",
            "type=11502-2",
            "type=http://loinc.org|11502-2",
            "type:not=11502-2",
            "type=http://loinc.org|",
            "type:missing=true",
            "type:text=biologie",
            "category=10",
            "category=urn:a03|10",
            "category:missing=false",
            "date=ge2026",
            "date=lt2026-11-20T09:00:00.1Z",
            "date=2026-11-20T09:00:00Z",
            "creation=2026",
            "creation=2026-11-20",
            "creation:missing=true",
            "contenttype=application/pdf",
            "language=fr",
            "language:missing=true",
            "format:missing=true",
            "security-label=MASQUE_PS",
            "_lastUpdated=gt2020",
            "identifier=urn:oid:1.2.3.5",
            "relation=replaces",
        ],
        Searched::List => vec![
            "status=current",
            "code=submissionset",
            "date=ge2026-11-20",
            "date=lt2026",
            "title=bil",
            "sourceId=1.2.3",
        ],
        Searched::AuditEvent => vec![
            "action=C",
            "action=R",
            "subtype=deposited",
            "subtype:text=Depo",
            "date=gt2020",
            "date=lt2020",
            "outcome=0",
            "outcome=4",
            "agent-name:contains=labo",
            "type=rest",
            "entity:missing=false",
        ],
    };
    let orders: Vec<&str> = match kind {
        Searched::DocumentReference => vec![
            "",
            "_sort=date",
            "_sort=-creation,_id",
            "_sort=type",
            "_sort=status,-date",
            "_sort=contenttype,-_lastUpdated",
        ],
        Searched::List => vec!["", "_sort=date", "_sort=title", "_sort=-_id"],
        Searched::AuditEvent => vec!["", "_sort=date", "_sort=action,-date", "_sort=subtype", "_sort=-_id"],
    };
    let counts = vec!["_count=3", "_count=7", "_count=500", "_summary=count"];
    (prop::sample::subsequence(filters, 0..3), prop::sample::select(orders), prop::sample::select(counts))
        .prop_map(|(filters, order, count)| {
            let parts: Vec<&str> =
                filters.into_iter().chain([order, count]).filter(|part| !part.is_empty()).collect();
            parts.join("&")
        })
}

fn bundle(store: &Store, visit: &Visit, kind: Searched, text: &str, by_outline: bool) -> Value {
    let query = Query::parse(kind, &pairs(text), Handling::Strict).unwrap();
    let visit = visit.clone();
    store
        .read(move |tx| {
            let action = if kind == Searched::AuditEvent { Action::ReadJournal } else { Action::ReadRecord };
            let pass = consent::open(tx, &visit, HER, action)?;
            Ok(page(cut(tx, &pass, &query, by_outline)?, &query, URL))
        })
        .wait()
        .unwrap()
}

#[test]
fn a_search_answers_as_if_everything_had_been_opened() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    enrol(&store);
    allow_claire(&store);
    fill(&store);
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().new_rng());
    let (mut found, mut pages) = (0, 0);
    for kind in [Searched::DocumentReference, Searched::List, Searched::AuditEvent] {
        for visit in [her(), doctor()] {
            if kind == Searched::AuditEvent && visit.actor != her().actor {
                continue;
            }
            for _ in 0..60 {
                let mut text = searches(kind).new_tree(&mut runner).unwrap().current();
                // Follows the pages.
                for _ in 0..8 {
                    let quick = bundle(&store, &visit, kind, &text, true);
                    assert_eq!(quick, bundle(&store, &visit, kind, &text, false), "{kind:?} {text}");
                    found += quick["total"].as_u64().unwrap();
                    pages += 1;
                    let next =
                        quick["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next");
                    let Some(next) = next else { break };
                    text = next["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
                }
            }
        }
    }
    assert!(found > 1000 && pages > 400, "{found} found on {pages} pages");
}

/// What French software usually asks is answered from facts alone.
#[test]
fn facts_tell_what_is_usually_asked() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    enrol(&store);
    let usual = json!({"category": [{"coding": [{
        "system": "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument", "code": "10",
    }]}]});
    publish(&store, &lab("a"), &simplified("urn:oid:1.9", "text/plain", b"x", &usual)).unwrap();
    deposit(&store, &lab("a"), cda("A", "x")).unwrap();
    let seen = store
        .read(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
            Ok(Seen::load(tx, &pass)?)
        })
        .wait()
        .unwrap();
    assert!(seen.documents.iter().all(|meta| meta.facts.tells == Tells(0b111_1111)), "{seen:?}");
}

/// A type that only the CDA's header told is answered over FHIR; what was sent stays as it was.
#[test]
fn a_type_left_to_the_cda_is_told() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    enrol(&store);
    let mut sent = simplified("urn:oid:1.2.250.1.213.9.9.1", "text/xml", &cda("A", "x"), &json!({}));
    sent.as_object_mut().unwrap().shift_remove("type");
    let entry = publish(&store, &lab("a"), &sent).unwrap().documents[0].entry;
    let read = store.read(move |tx| door::document_reference(tx, &her(), entry)).wait().unwrap();
    assert_eq!(read["type"]["coding"][0], json!({"system": "http://loinc.org", "code": "11502-2"}));
    let found = bundle(&store, &her(), Searched::DocumentReference, "type=http://loinc.org|11502-2", true);
    assert_eq!(found["total"], 1);
}

/// What an archive of the former record says of its sending is kept as a `List`, as that of ITI-65 is.
#[test]
fn an_archives_submission_set_is_a_list() {
    let code = |code: &str| mail::xdm::Code {
        code: code.into(),
        system: "1.2.250.1.213.1.1.4.12".into(),
        display: None,
    };
    let set = Set::of_xdm(&mail::xdm::SubmissionSet {
        entry_uuid: "urn:uuid:11111111-2222-4333-8444-555555555555".into(),
        unique_id: Some("1.2.250.9.1".into()),
        source_id: Some("1.2.250.9".into()),
        title: Some("Bilan de sortie".into()),
        content_type: Some(code("04")),
        submission_time: Some(super::support::NOW),
        authors: vec![mail::xdm::Author {
            person: Some(mail::xdm::Person {
                family: Some("LENOIR".into()),
                given: Some("Paul".into()),
                ..Default::default()
            }),
            ..Default::default()
        }],
        intended_recipients: vec!["Dr Claire MOREAU".into()],
        ..Default::default()
    });
    assert_eq!((set.unique_id.as_deref(), set.sent), (Some("1.2.250.9.1"), Some(super::support::NOW)));
    let meta = meta(1, lab("a").actor);
    let list = sets::list(9, &[&meta], Some(&set.resource), true);
    assert_eq!(fhir::validate::validate(&list), [], "{list}");
    let passes =
        |text: &str| Query::parse(Searched::List, &pairs(text), Handling::Strict).unwrap().matches(&list);
    for text in [
        "code=submissionset",
        "identifier=urn:oid:1.2.250.9.1",
        "sourceId=urn:oid:1.2.250.9",
        "title=bilan",
        "designationType=04",
    ] {
        assert!(passes(text), "{text}: {list}");
    }
    assert_eq!(list["source"]["display"], "Paul LENOIR");
}

/// What a reader sees of a set changes with what she sees of its documents: a version of the sender's would tell her
/// that nothing has.
#[test]
fn a_set_has_no_version_of_its_senders() {
    let meta = meta(1, lab("a").actor);
    let sent = json!({
        "resourceType": "List",
        "meta": {"versionId": "3", "profile": ["https://own.example/set"]},
        "mode": "working",
        "subject": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989"},
    });
    let sent = sent.to_string();
    for named in [true, false] {
        let list = sets::list(9, &[&meta], Some(sent.as_bytes()), named);
        assert_eq!(list["meta"], json!({"profile": ["https://own.example/set"]}));
        assert!(!list.to_string().contains("279035121518989"), "{list}");
    }
}
