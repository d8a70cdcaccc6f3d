//! What reading one deposit costs: a provide bundle with a document of 6 kB and comprehensive metadata.
//! `cargo run --release -p fhir --example hot_path [BYTES]` prints the median and the best of many runs, in
//! microseconds.

#![expect(clippy::print_stdout, reason = "a report on standard output is what this program is for")]

use std::hint::black_box;
use std::time::Instant;

use fhir::json::{Limits, parse};
use fhir::{mhd, validate};
use serde_json::json;

fn main() {
    let size = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(6_000);
    let text = bundle(size).to_string();
    let bytes = text.as_bytes();
    let began = Instant::now();
    validate::warm_up();
    println!("table loaded once: {} µs; bundle of {} bytes", began.elapsed().as_micros(), bytes.len());
    let Ok(value) = parse(bytes, Limits::bytes(64 << 20)) else { return };
    assert!(validate::validate(&value).is_empty(), "{:?}", validate::validate(&value));
    assert!(mhd::read_provide(&value).is_ok(), "{:?}", mhd::read_provide(&value).err());
    measure("parse", || drop(black_box(parse(bytes, Limits::bytes(64 << 20)))));
    measure("validate", || drop(black_box(validate::validate(&value))));
    measure("read_provide", || drop(black_box(mhd::read_provide(&value))));
    measure("all three", || {
        let Ok(value) = parse(bytes, Limits::bytes(64 << 20)) else { return };
        let issues = validate::validate(&value);
        drop(black_box((mhd::read_provide(&value), issues)));
    });
    measure("write the metadata", || drop(black_box(value["entry"][1]["resource"].to_string())));
}

fn measure(name: &str, run: impl Fn()) {
    let mut times: Vec<f64> = (0..3000)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:>20}: median {:7.1} µs, best {:7.1} µs", times[times.len() / 2], times[0]);
}

fn bundle(size: usize) -> serde_json::Value {
    let concept = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code, "display": "Libellé"}]});
    let identifier = |system: &str, value: &str| json!([{"system": system, "value": value}]);
    let request = |name: &str| json!({"method": "POST", "url": name});
    let url = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/";
    // Four letters of base64 are three bytes.
    let data = "PD94".repeat(size.div_ceil(3));
    let document = json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": [format!("{url}IHE.MHD.Comprehensive.DocumentReference")]},
        "contained": [
            {"resourceType": "Patient", "id": "p", "identifier": identifier("urn:oid:1.2.250.1.213.1.4.10", "279035121518989"),
                "name": [{"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE"]}], "gender": "female", "birthDate": "1979-03-28"},
            {"resourceType": "PractitionerRole", "id": "a", "practitioner": {"reference": "#w"}, "organization": {"reference": "#o"}},
            {"resourceType": "Practitioner", "id": "w", "identifier": identifier("urn:oid:1.2.250.1.71.4.2.1", "810001045367"),
                "name": [{"given": ["Claire"], "family": "Moreau"}]},
            {"resourceType": "Organization", "id": "o", "name": "Laboratoire", "identifier": identifier("https://finess.esante.gouv.fr", "010000024")},
        ],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.1"},
        "status": "current",
        "type": concept("http://loinc.org", "11502-2"),
        "category": [concept("urn:oid:1.2.250.1.213.1.1.4.1", "10")],
        "subject": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989"},
        "date": "2026-11-22T08:15:00+01:00",
        "author": [{"reference": "#a"}],
        "authenticator": {"reference": "#a"},
        "custodian": {"display": "Laboratoire"},
        "securityLabel": [concept("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")],
        "content": [{"attachment": {"contentType": "text/xml", "language": "fr-FR", "url": "urn:uuid:b",
            "size": size.div_ceil(3) * 3, "hash": "qqqqqqqqqqqqqqqqqqqqqqqqqqo=", "title": "Glycémie", "creation": "2026-11-22T08:00:00+01:00"},
            "format": {"system": "urn:f", "code": "urn:ihe:lab:xd-lab:2008"}}],
        "context": {"event": [concept("urn:oid:1.2.250.1.213.2.5", "ABCD001")],
            "period": {"start": "2026-11-21T09:00:00+01:00", "end": "2026-11-21T10:00:00+01:00"},
            "sourcePatientInfo": {"reference": "#p"},
            "facilityType": concept("urn:j02", "SA07"), "practiceSetting": concept("urn:j04", "AMBULATOIRE")},
    });
    json!({
        "resourceType": "Bundle",
        "meta": {"profile": [format!("{url}IHE.MHD.Comprehensive.ProvideBundle")]},
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:s", "request": request("List"), "resource": {"resourceType": "List", "status": "current", "mode": "working",
                "extension": [{"url": format!("{url}ihe-sourceId"), "valueIdentifier": {"value": "urn:oid:1.2.3.4"}},
                    {"url": format!("{url}ihe-designationType"), "valueCodeableConcept": concept("urn:j03", "04")}],
                "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4.5"}],
                "code": concept("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset"),
                "date": "2026-11-22T08:15:00+01:00", "entry": [{"item": {"reference": "urn:uuid:d"}}]}},
            {"fullUrl": "urn:uuid:d", "request": request("DocumentReference"), "resource": document},
            {"fullUrl": "urn:uuid:b", "request": request("Binary"),
                "resource": {"resourceType": "Binary", "contentType": "text/xml", "data": data}},
        ],
    })
}
