use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Detail, Handling, Kind, PatientKey, Query, page, pairs};
use crate::validate::validate;

fn query(text: &str) -> Query {
    Query::parse(Kind::DocumentReference, &pairs(text), Handling::Strict).unwrap()
}

fn refused(text: &str) -> &'static str {
    Query::parse(Kind::DocumentReference, &pairs(text), Handling::Strict).unwrap_err()[0].code
}

fn report() -> Value {
    json!({
        "resourceType": "DocumentReference", "id": "42-a", "status": "current",
        "meta": {"lastUpdated": "2026-11-22T09:00:00.123456Z"},
        "contained": [{"resourceType": "Practitioner", "id": "w", "name": [{"family": "Lœb", "given": ["Élodie"]}],
            "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10001045367"}]}],
        "extension": [{"url": "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived",
            "valueBoolean": false}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "CR de biologie médicale"}]},
        "category": [{"coding": [{"system": "urn:a03", "code": "10"}]}],
        "date": "2026-11-22T08:15:00+01:00",
        "author": [{"reference": "#w"}, {"reference": "https://x.example/fhir/Organization/7"}],
        "description": "Glycémie à jeun, dosage",
        "securityLabel": [{"coding": [{"code": "N"}]}],
        "content": [{"attachment": {"contentType": "text/xml", "creation": "2026-11-21"}}],
        "context": {"period": {"start": "2026-11-20", "end": "2026-11-21"},
            "related": [{"identifier": {"system": "urn:accession", "value": "A1"}}]},
    })
}

#[test]
fn filters_pass_what_they_should() {
    for (text, passes) in [
        ("status=current", true),
        ("status=superseded,current", true),
        ("status=superseded", false),
        ("status:not=superseded", true),
        ("status:not=current", false),
        ("type=11502-2", true),
        ("type=http://loinc.org|11502-2", true),
        ("type=http://loinc.org%7C", true),
        ("type=|11502-2", false),
        ("securityLabel:missing=true", true),
        ("security-label=|N", true),
        ("type=urn:other|11502-2", false),
        ("type:text=biologie medicale", true),
        ("identifier=urn:ietf:rfc:3986|urn:oid:1.2.3", true),
        ("identifier=1.2.3", true),
        ("identifier=urn:oid:1.2.4", false),
        ("facility:missing=true", true),
        ("facility:missing=false", false),
        ("setting:not=X", true),
        ("isArchived=false", true),
        ("isArchived=true", false),
        ("date=2026-11-22", true),
        ("date=2026-11-22T08:15:00+01:00", true),
        ("date=2026-11-22T07:15:00Z", true),
        ("date=2026-11-21", false),
        ("date=ne2026-11-21", true),
        ("date=gt2026-11-21", true),
        ("date=ge2026-11-22", true),
        ("date=lt2026-11-22", false),
        ("date=le2026-11-22", true),
        ("date=sa2026-11-21", true),
        ("date=eb2026-11-23", true),
        ("date=ge2026-11-01&date=lt2026-12-01", true),
        ("_lastUpdated=ge2026-11-22T09:00:00.123456Z", true),
        ("_lastUpdated=gt2026-11-22T09:00:00.123456Z", false),
        ("period=2026", true),
        ("period=gt2026-11-20", true),
        ("period-start=2026-11-20", true),
        ("period-end=lt2026-11-20", false),
        ("creation=2026-11-21", true),
        ("author.family=loeb", true),
        ("author.given=el", true),
        ("author.family:exact=Loeb", false),
        ("author.family:exact=Lœb", true),
        ("author=Organization/7", true),
        ("author=7", true),
        ("author=Organization/8", false),
        ("author:identifier=https://rpps.esante.gouv.fr|10001045367", true),
        ("related:identifier=urn:accession|A1", true),
        ("description:contains=jeun%5C, dosage", true),
        ("description=glycemie", true),
        ("description=jeun", false),
        ("_id=42-a,42-b", true),
        ("_id=42-b", false),
        ("contenttype=text/xml", true),
        ("status=&type=11502-2", true),
    ] {
        let lenient = Query::parse(Kind::DocumentReference, &pairs(text), Handling::Lenient).unwrap();
        assert_eq!(lenient.matches(&report()), passes, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    for (text, code) in [
        ("colour=blue", "search-unknown-parameter"),
        ("securityLabel=N", "search-unknown-parameter"),
        ("_include=DocumentReference:author", "search-unknown-parameter"),
        ("status:in=x", "search-modifier"),
        ("date:exact=2026", "search-modifier"),
        ("date=yesterday", "search-value"),
        ("date=ap2026", "search-value"),
        ("date=é", "search-value"),
        ("type:missing=maybe", "search-value"),
        ("_count=many", "search-value"),
        ("_summary=some", "search-value"),
        ("_sort=colour", "search-sort"),
        ("_page=xyz", "search-page"),
        ("patient.identifier=123", "search-value"),
        ("patient=1&patient=2", "search-patients"),
    ] {
        assert_eq!(refused(text), code, "{text}");
    }
    let lenient =
        Query::parse(Kind::DocumentReference, &pairs("colour=blue&status=current"), Handling::Lenient);
    assert_eq!(lenient.unwrap().understood, [("status".to_owned(), "current".to_owned())]);
}

#[test]
fn the_patient_is_handed_on() {
    let q = query("patient.identifier=urn:oid:1.2.250.1.213.1.4.8%7C279035121518989&status=current");
    let key = PatientKey::Identifier {
        system: "urn:oid:1.2.250.1.213.1.4.8".into(),
        value: "279035121518989".into(),
    };
    assert_eq!(q.patient, Some(key));
    assert_eq!(query("patient=Patient/42").patient, Some(PatientKey::Reference("Patient/42".into())));
    assert_eq!(query("_count=0").detail, Detail::Count);
    assert_eq!(query("_count=99999").count, 500);
}

/// The page of a search that opens every resource.
fn found(all: &[Value], query: &Query, url: &str) -> Value {
    let found = all.iter().filter_map(|one| Some((query.place(one)?, one.clone()))).collect();
    page(query.cut(found), query, url)
}

fn shelf(n: u32) -> Vec<Value> {
    (0..n)
        .map(|i| {
            let mut one = json!({"resourceType": "DocumentReference", "id": format!("d{i:03}"), "status": "current",
                "content": [{"attachment": {"title": "x"}}], "text": {"status": "empty", "div": "<div/>"}});
            // Some share a day, some have none.
            if i % 5 != 0 {
                one["date"] = json!(format!("2026-11-{:02}T10:00:00Z", 1 + i % 7));
            }
            one
        })
        .collect()
}

/// Follows `next` links; between two pages `between` may change the shelf.
fn walk(text: &str, shelf: &mut Vec<Value>, mut between: impl FnMut(&mut Vec<Value>, usize)) -> Vec<String> {
    let mut seen = Vec::new();
    let mut text = text.to_owned();
    for turn in 0.. {
        let query = query(&text);
        let bundle = found(shelf, &query, "https://h.example/fhir/DocumentReference");
        assert_eq!(validate(&bundle), []);
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            seen.push(entry["resource"]["id"].as_str().unwrap().to_owned());
        }
        let next = bundle["link"].as_array().unwrap().iter().find(|l| l["relation"] == "next");
        let Some(next) = next else { break };
        text = next["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
        between(shelf, turn);
    }
    seen
}

#[test]
fn pages_show_everything_once_even_while_documents_come() {
    for order in ["", "&_sort=date", "&_sort=-date,_id", "&_sort=_id", "&_sort=status,-date"] {
        let text = format!("status=current&_count=7{order}");
        let mut still = shelf(40);
        let quiet = walk(&text, &mut still, |_, _| ());
        assert_eq!(quiet.len(), 40);
        let mut busy = shelf(40);
        let seen = walk(&text, &mut busy, |shelf, turn| {
            shelf.insert(
                0,
                json!({"resourceType": "DocumentReference", "id": format!("new{turn}"), "status": "current",
                "date": "2026-11-30T10:00:00Z", "content": [{"attachment": {"title": "x"}}]}),
            );
        });
        let old: Vec<String> = seen.into_iter().filter(|id| id.starts_with('d')).collect();
        assert_eq!(old, quiet, "{order}");
    }
}

#[test]
fn a_page_has_its_total_and_its_links() {
    let shelf = shelf(3);
    let query = query("status=current&_count=2&_elements=date");
    let bundle = found(&shelf, &query, "https://h.example/fhir/DocumentReference");
    assert_eq!(bundle["total"], 3);
    assert_eq!(
        bundle["link"][0]["url"],
        "https://h.example/fhir/DocumentReference?status=current&_count=2&_elements=date"
    );
    assert_eq!(bundle["entry"][0]["fullUrl"], "https://h.example/fhir/DocumentReference/d002");
    assert_eq!(bundle["entry"][0]["resource"]["meta"]["tag"][0]["code"], "SUBSETTED");
    assert!(bundle["entry"][0]["resource"].get("text").is_none());
    assert!(bundle["entry"][0]["resource"].get("content").is_some(), "required elements stay");
    let count =
        super::Query::parse(Kind::DocumentReference, &pairs("_summary=count"), Handling::Strict).unwrap();
    let bundle = found(&shelf, &count, "https://h.example/fhir/DocumentReference");
    assert_eq!((bundle["total"].as_u64(), bundle.get("entry")), (Some(3), None));
}

#[test]
fn what_is_offered_is_what_is_understood() {
    for kind in [Kind::DocumentReference, Kind::List, Kind::AuditEvent] {
        for (name, of) in kind.offered() {
            let value = match (name, of) {
                ("patient.identifier", _) => "a|b",
                (_, "date") => "2026",
                _ => "x",
            };
            let pair = [(name.to_owned(), value.to_owned())];
            assert!(Query::parse(kind, &pair, Handling::Strict).is_ok(), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn no_query_makes_it_panic(text in r"(status|type|date|author|description|_sort|_page|_count|identifier)(:(not|text|missing|identifier))?=[a-z0-9|,\\%+:é\-T]{0,30}") {
        if let Ok(query) = Query::parse(Kind::DocumentReference, &pairs(&text), Handling::Lenient) {
            let all = [report()];
            let _ = found(&all, &query, "https://h.example/fhir/DocumentReference");
        }
    }

    #[test]
    fn pairs_come_back_as_they_went(value in any::<String>()) {
        let encoded: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
        prop_assert_eq!(pairs(&format!("a={encoded}")), [("a".to_owned(), value)]);
    }
}
