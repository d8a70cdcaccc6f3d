use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::date;
use kernel::Sex;
use kernel::ins::BadIns;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    AuthorKind, Part, Profile, Relation, Submission, point_to, read_provide, read_simplified, unnamed,
};
use crate::validate::validate;

const SHA1_OF_HI: [u8; 20] = [
    0xc2, 0x2b, 0x5f, 0x91, 0x78, 0x34, 0x26, 0x09, 0x42, 0x8d, 0x6f, 0x51, 0xb2, 0xc5, 0xaf, 0x4c, 0x0b,
    0xde, 0x6a, 0x42,
];

/// A laboratory's report for the national fictitious patient, comprehensive metadata.
fn document() -> Value {
    json!({
        "resourceType": "DocumentReference",
        "contained": [
            {"resourceType": "Patient", "id": "p",
                "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}],
                "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                    "valueAddress": {"extension": [{
                        "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
                        "valueCoding": {"code": "51215"}}]}}],
                "name": [{"use": "usual", "family": "AUTRE"},
                    {"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE", "MARIE-LOUISE"]}],
                "gender": "female", "birthDate": "1979-03-28"},
            {"resourceType": "PractitionerRole", "id": "a",
                "practitioner": {"reference": "#who"}, "organization": {"reference": "#org"},
                "code": [{"coding": [{"system": "urn:s", "code": "10", "display": "Médecin"}]}]},
            {"resourceType": "Practitioner", "id": "who",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810001045367"}],
                "name": [{"prefix": ["Dr"], "given": ["Claire"], "family": "Moreau"}]},
            {"resourceType": "Organization", "id": "org", "name": "Laboratoire des Trois-Rivières",
                "identifier": [{"system": "https://finess.esante.gouv.fr", "value": "010000024"}]},
        ],
        "extension": [{"url": "https://example.org/kept", "valueDecimal": 1}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.1"},
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2", "display": "CR d'examens biologiques"}]},
        "category": [{"coding": [{"system": "urn:a03", "code": "10"}]}],
        "subject": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989"},
        "date": "2026-11-22T08:15:00+01:00",
        "author": [{"reference": "#a"}],
        "custodian": {"display": "Laboratoire"},
        "securityLabel": [{"coding": [{"system": "urn:conf", "code": "N"}]}],
        "content": [{
            "attachment": {"contentType": "text/xml", "language": "fr-FR", "url": "urn:uuid:b", "size": 2,
                "hash": STANDARD.encode(SHA1_OF_HI), "title": "Glycémie", "creation": "2026-11-22T08:00:00+01:00"},
            "format": {"system": "urn:f", "code": "urn:ihe:lab:xd-lab:2008"},
        }],
        "context": {
            "period": {"start": "2026-11-21"},
            "sourcePatientInfo": {"reference": "#p"},
            "facilityType": {"coding": [{"code": "SA07"}]},
            "practiceSetting": {"coding": [{"code": "AMBULATOIRE"}]},
        },
    })
}

fn bundle() -> Value {
    json!({
        "resourceType": "Bundle",
        "meta": {"profile": ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle"]},
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:s", "request": {"method": "POST", "url": "List"}, "resource": {
                "resourceType": "List", "status": "current", "mode": "working",
                "extension": [{"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
                    "valueIdentifier": {"value": "urn:oid:1.2.3.4"}}],
                "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4.5"}],
                "code": {"coding": [{"code": "submissionset"}]},
                "date": "2026-11-22T08:15:00+01:00",
                "entry": [{"item": {"reference": "urn:uuid:d"}}]}},
            {"fullUrl": "urn:uuid:d", "request": {"method": "POST", "url": "DocumentReference"}, "resource": document()},
            {"fullUrl": "urn:uuid:b", "request": {"method": "POST", "url": "Binary"}, "resource": {
                "resourceType": "Binary", "contentType": "text/xml", "data": "aGk="}},
        ],
    })
}

fn read(change: impl FnOnce(&mut Value)) -> Result<Submission, Vec<(&'static str, String)>> {
    let mut bundle = bundle();
    change(&mut bundle);
    read_provide(&bundle)
        .map_err(|issues| issues.into_iter().map(|i| (i.code, i.path.unwrap_or_default())).collect())
}

#[test]
fn a_report_is_read_whole() {
    assert_eq!(validate(&bundle()), []);
    let submission = read(|_| ()).unwrap();
    assert_eq!(submission.profile, Profile::Comprehensive);
    assert_eq!(submission.issues_warned, []);
    assert_eq!(submission.source_id.as_deref(), Some("1.2.3.4"));
    assert_eq!(submission.submission_id.as_deref(), Some("1.2.3.4.5"));
    assert_eq!(submission.order, [Part::Set, Part::Document(0), Part::Content(0)]);
    let document = &submission.documents[0];
    assert_eq!(document.unique_id, "1.2.250.1.999.1");
    assert_eq!(document.type_code.as_ref().unwrap().code, "11502-2");
    assert_eq!(document.title.as_deref(), Some("Glycémie"));
    assert_eq!(document.content.bytes, b"hi");
    assert_eq!(document.content.media_type, "text/xml");
    assert!(document.content.check_sha1(&SHA1_OF_HI).is_ok());
    assert_eq!(document.content.check_sha1(&[0; 20]).unwrap_err().code, "mhd-hash-mismatch");
    assert_eq!(document.period.0, crate::datetime::instant("2026-11-21"));
    let patient = &document.patient;
    assert_eq!(patient.ins.as_ref().unwrap().as_ref().unwrap().matricule, "279035121518989");
    assert_eq!(patient.claimed.birth_name.as_deref(), Some("PAT-TROIS"));
    assert_eq!(patient.claimed.given_names.as_deref(), Some("DOMINIQUE MARIE-LOUISE"));
    assert_eq!(patient.claimed.birth_date, Some(date(1979, 3, 28)));
    assert_eq!(patient.claimed.sex, Some(Sex::F));
    assert_eq!(patient.claimed.birth_place.as_deref(), Some("51215"));
    let author = &document.authors[0];
    assert_eq!(author.kind, AuthorKind::Professional);
    assert_eq!(author.name.as_deref(), Some("Dr Claire Moreau"));
    assert_eq!(author.rpps.as_ref().unwrap().as_str(), "10001045367");
    assert_eq!(author.role.as_ref().unwrap().code, "10");
    assert_eq!(author.organization.as_deref(), Some("Laboratoire des Trois-Rivières"));
    assert_eq!(author.finess.as_ref().unwrap().as_str(), "010000024");
    // What we do not know is kept.
    assert_eq!(document.resource, bundle()["entry"][1]["resource"]);
}

#[test]
fn references_lead_everywhere_they_may() {
    // By type and id.
    let by_id = read(|b| {
        b["entry"][2]["resource"]["id"] = json!("bin");
        b["entry"][1]["resource"]["content"][0]["attachment"]["url"] = json!("Binary/bin");
    });
    assert_eq!(by_id.unwrap().order[2], Part::Content(0));
    // By absolute address.
    let absolute = read(|b| {
        b["entry"][2]["fullUrl"] = json!("https://lab.example/fhir/Binary/7");
        b["entry"][1]["resource"]["content"][0]["attachment"]["url"] =
            json!("https://lab.example/fhir/Binary/7");
    });
    assert!(absolute.is_ok());
    // A patient beside the document.
    let beside = read(|b| {
        let patient = b["entry"][1]["resource"]["contained"][0].clone();
        b["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:p",
            "request": {"method": "POST", "url": "Patient"}, "resource": patient}));
        b["entry"][1]["resource"]["subject"] = json!({"reference": "urn:uuid:p"});
        b["entry"][1]["resource"]["context"]["sourcePatientInfo"] = json!({"reference": "urn:uuid:p"});
    })
    .unwrap();
    assert!(beside.documents[0].patient.ins.as_ref().unwrap().is_ok());
    assert_eq!(beside.order[3], Part::Aside);
    // Only by identifier, or by a reference to our own Patient.
    let identifier = read(|b| {
        b["entry"][1]["resource"]["subject"] = json!({"identifier":
            {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "279035121518900"}});
        b["entry"][1]["resource"]["contained"][0]["identifier"] = json!([]);
    });
    assert_eq!(identifier.unwrap().documents[0].patient.ins, Some(Err(BadIns::Key)));
    let ours = read(|b| {
        b["entry"][1]["resource"]["subject"] = json!({"reference": "Patient/42"});
        b["entry"][1]["resource"]["contained"][0]["identifier"] = json!([]);
    });
    assert_eq!(ours.unwrap().documents[0].patient.logical.as_deref(), Some("Patient/42"));
}

#[test]
fn a_replacement_says_what_it_replaces() {
    let submission = read(|b| {
        b["entry"][1]["resource"]["relatesTo"] = json!([
            {"code": "replaces", "target": {"reference": "DocumentReference/9",
                "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.9"}}}]);
        let operation = json!([{"name": "operation", "part": [
            {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "DocumentReference.status"},
            {"name": "value", "valueCode": "superseded"}]}]);
        b["entry"].as_array_mut().unwrap().push(json!({"resource": {"resourceType": "Parameters", "parameter": operation},
            "request": {"method": "PATCH", "url": "DocumentReference?identifier=urn:ietf:rfc:3986%7Curn:oid:1.2.9"}}));
    })
    .unwrap();
    let (relation, target) = &submission.documents[0].relates_to[0];
    assert_eq!((*relation, target.unique_id.as_deref()), (Relation::Replaces, Some("1.2.9")));
    assert_eq!(submission.superseded[0].unique_id.as_deref(), Some("1.2.9"));
    assert_eq!(submission.order[3], Part::Superseded(0));
}

/// Changes one place: `None` removes it, a pointer that ends with `/-` appends.
fn change(bundle: &mut Value, pointer: &str, with: Option<Value>) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = bundle.pointer_mut(parent).unwrap();
    match (parent, with) {
        (Value::Array(all), Some(value)) if last == "-" => all.push(value),
        (Value::Array(all), Some(value)) => all[last.parse::<usize>().unwrap()] = value,
        (Value::Array(all), None) => drop(all.remove(last.parse().unwrap())),
        (Value::Object(map), Some(value)) => drop(map.insert(last.to_owned(), value)),
        (Value::Object(map), None) => drop(map.remove(last)),
        _ => panic!("nothing is at {pointer}"),
    }
}

fn refused_when(code: &str, path: &str, pointer: &str, with: Option<Value>) {
    let found = read(|b| change(b, pointer, with)).unwrap_err();
    assert_eq!(found.iter().map(|(c, p)| (*c, p.as_str())).collect::<Vec<_>>(), [(code, path)], "{pointer}");
}

#[expect(clippy::needless_pass_by_value, reason = "so that cases stay on one line")]
fn entry(method: &str, resource: Value) -> Option<Value> {
    Some(json!({"fullUrl": "urn:uuid:x", "resource": resource, "request": {"method": method, "url": "X"}}))
}

#[test]
fn a_bundle_that_cannot_be_filed_is_refused_with_its_reason() {
    let bundle = bundle();
    let again = |i: usize| Some(bundle["entry"][i].clone());
    let binary = entry("POST", json!({"resourceType": "Binary", "data": "aGk="}));
    let only_set = Some(json!([bundle["entry"][0]]));
    let observation = entry("POST", json!({"resourceType": "Observation"}));
    for (code, path, pointer, with) in [
        ("mhd-bundle", "Bundle.type", "/type", Some(json!("batch"))),
        ("mhd-submission-set", "Bundle.entry", "/entry/0", None),
        ("mhd-submission-set", "Bundle.entry", "/entry/-", again(0)),
        ("mhd-source-id", "Bundle.entry[0].resource.extension", "/entry/0/resource/extension", None),
        ("mhd-required", "Bundle.entry[0].resource.date", "/entry/0/resource/date", None),
        ("mhd-method", "Bundle.entry[1].request.method", "/entry/1/request/method", Some(json!("PUT"))),
        ("mhd-entry", "Bundle.entry[3].resource", "/entry/-", observation),
        // Any patch but the one that supersedes.
        (
            "mhd-entry",
            "Bundle.entry[3].resource",
            "/entry/-",
            entry("PATCH", json!({"resourceType": "Parameters"})),
        ),
        ("mhd-orphan", "Bundle.entry[3].resource", "/entry/-", binary),
        ("mhd-unique-id-twice", "Bundle.entry[3].resource.masterIdentifier", "/entry/-", again(1)),
        ("mhd-no-document", "Bundle.entry", "/entry", only_set),
    ] {
        refused_when(code, path, pointer, with);
    }
}

#[test]
fn a_document_that_cannot_be_filed_is_refused_with_its_reason() {
    let content = bundle()["entry"][1]["resource"]["content"][0].clone();
    let other = json!({"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518988"}});
    let elsewhere = Some(json!("https://elsewhere.example/x.pdf"));
    let nobody = json!([{"code": "replaces", "target": {"display": "x"}}]);
    for (code, below, pointer, with) in [
        ("mhd-required", "type", "type", None),
        ("mhd-required", "context.practiceSetting", "context/practiceSetting", None),
        ("mhd-required", "content.attachment.language", "content/0/attachment/language", None),
        ("mhd-status", "status", "status", Some(json!("superseded"))),
        ("mhd-unique-id-missing", "masterIdentifier", "masterIdentifier", None),
        ("mhd-content", "content", "content/-", Some(content)),
        ("mhd-content-elsewhere", "content[0].attachment.url", "content/0/attachment/url", elsewhere),
        ("mhd-required", "content[0].attachment.url", "content/0/attachment/url", None),
        ("mhd-size-mismatch", "content[0].attachment.size", "content/0/attachment/size", Some(json!(3))),
        ("mhd-hash-format", "content[0].attachment.hash", "content/0/attachment/hash", Some(json!("aGk="))),
        ("mhd-patient-mismatch", "subject", "subject", Some(other)),
        ("mhd-relation", "relatesTo[0]", "relatesTo", Some(nobody)),
    ] {
        refused_when(
            code,
            &format!("Bundle.entry[1].resource.{below}"),
            &format!("/entry/1/resource/{pointer}"),
            with,
        );
    }
    let attachment = "Bundle.entry[1].resource.content[0].attachment";
    refused_when("mhd-content", &format!("{attachment}.url"), "/entry/2/resource/data", None);
    refused_when("mhd-base64", attachment, "/entry/2/resource/data", Some(json!("a?==")));
    refused_when("mhd-content", attachment, "/entry/2/resource/data", Some(json!("")));
    let subject =
        json!({"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518988"}});
    refused_when(
        "mhd-patients-differ",
        "Bundle.entry[1].resource.subject",
        "/entry/0/resource/subject",
        Some(subject),
    );
    let unnamed = read(|b| {
        change(b, "/entry/1/resource/subject", Some(json!({"display": "Dominique"})));
        change(b, "/entry/1/resource/contained/0/identifier", None);
    });
    assert_eq!(unnamed.unwrap_err()[0].0, "mhd-patient-missing");
}

#[test]
fn what_is_only_odd_is_taken_with_a_warning() {
    let warned = |change: fn(&mut Value)| {
        read(change).unwrap().issues_warned.into_iter().map(|i| i.code).collect::<Vec<_>>()
    };
    assert_eq!(warned(|b| b["meta"] = json!({})), ["mhd-profile"]);
    assert_eq!(warned(|b| b["entry"][0]["resource"]["identifier"] = json!([])), ["mhd-submission-id"]);
    assert_eq!(warned(|b| b["entry"][0]["resource"]["entry"] = json!([])), ["mhd-not-in-set"]);
    assert_eq!(
        warned(|b| b["entry"][2]["resource"]["contentType"] = json!("application/xml")),
        ["mhd-media-type"]
    );
    assert_eq!(
        warned(|b| {
            b["meta"]["profile"] = json!([
                "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle"
            ]);
            b["entry"][1]["resource"].as_object_mut().unwrap().remove("custodian");
        }),
        ["pdsm-required"]
    );
    let document = read(|b| {
        b["entry"][1]["resource"]["content"][0]["attachment"].as_object_mut().unwrap().remove("url");
        b["entry"][1]["resource"]["content"][0]["attachment"]["data"] = json!("aG\nk=");
        b["entry"].as_array_mut().unwrap().truncate(2);
    })
    .unwrap();
    assert_eq!(document.issues_warned[0].code, "mhd-inline");
    assert_eq!(document.documents[0].content.bytes, b"hi");
}

#[test]
fn minimal_metadata_need_little() {
    let submission = read(|b| {
        b["meta"]["profile"] = json!(["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle"]);
        b["entry"][1]["resource"] = json!({
            "resourceType": "DocumentReference", "status": "current",
            "identifier": [{"value": "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "type": {"coding": [{"code": "uniqueId"}]}}],
            "subject": {"reference": "Patient/42"},
            "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "url": "urn:uuid:b"}}],
        });
    })
    .unwrap();
    assert_eq!(submission.documents[0].unique_id, "c757873d-ec9a-4326-a141-556f43239520");
    assert_eq!(submission.documents[0].content.media_type, "text/plain");
}

#[test]
fn the_older_manifest_is_a_set_too() {
    let submission = read(|b| {
        b["meta"]["profile"] =
            json!(["http://ihe.net/fhir/StructureDefinition/IHE_MHD_Provide_Comprehensive_DocumentBundle"]);
        b["entry"][0]["resource"] = json!({"resourceType": "DocumentManifest", "status": "current",
            "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4.5"},
            "source": "urn:oid:1.2.3.4", "content": [{"reference": "urn:uuid:d"}]});
    })
    .unwrap();
    assert_eq!(submission.profile, Profile::Comprehensive);
    assert_eq!(submission.source_id.as_deref(), Some("1.2.3.4"));
    assert_eq!(submission.submission_id.as_deref(), Some("1.2.3.4.5"));
    assert_eq!(submission.issues_warned, []);
}

#[test]
fn a_simplified_publication_carries_its_document() {
    let mut resource = document();
    let attachment = resource["content"][0]["attachment"].as_object_mut().unwrap();
    attachment.remove("url");
    attachment.insert("data".into(), json!("aGk="));
    let submission = read_simplified(&resource).unwrap();
    let document = &submission.documents[0];
    assert_eq!(document.content.bytes, b"hi");
    assert_eq!(document.resource["content"][0]["attachment"].get("data"), None, "bytes are not kept twice");
    assert_eq!(document.resource["extension"], resource["extension"]);
    let mut kept = document.resource.clone();
    point_to(&mut kept, "Binary/7", 2, &SHA1_OF_HI);
    assert_eq!(kept["content"][0]["attachment"]["url"], "Binary/7");
    assert_eq!(validate(&kept), []);
    resource["content"][0]["attachment"].as_object_mut().unwrap().remove("data");
    assert_eq!(read_simplified(&resource).unwrap_err()[0].code, "mhd-content");
    assert_eq!(read_simplified(&bundle()).unwrap_err()[0].code, "mhd-bundle");
}

proptest! {
    /// Whatever one puts in whichever place, it is read or refused.
    #[test]
    fn no_change_makes_it_panic(path in prop::collection::vec(0usize..6, 1..7), with in prop::sample::select(vec![
        json!(null), json!([]), json!({}), json!("urn:uuid:d"), json!(-1), json!([null]), json!({"reference": "#a"}),
        json!({"coding": [{"code": "submissionset"}]}), json!([[[]]]),
    ])) {
        let mut bundle = bundle();
        // A JSON pointer of existing steps.
        let mut pointer = String::new();
        for step in path {
            match bundle.pointer(&pointer) {
                Some(Value::Object(map)) if !map.is_empty() => {
                    let key = map.keys().nth(step % map.len()).cloned().unwrap_or_default();
                    pointer = format!("{pointer}/{key}");
                }
                Some(Value::Array(all)) if !all.is_empty() => pointer = format!("{pointer}/{}", step % all.len()),
                _ => {}
            }
        }
        let place = bundle.pointer_mut(&pointer).unwrap();
        *place = with;
        let _ = validate(&bundle);
        let _ = read_provide(&bundle);
        let _ = read_simplified(&bundle["entry"][1]["resource"]);
    }
}

/// A description as French software writes it, with her in every place where one may write her.
fn everywhere() -> Value {
    let ins = json!({"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"});
    json!({
        "resourceType": "DocumentReference",
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">PAT-TROIS</div>"},
        "contained": [
            {"resourceType": "Patient", "id": "patient", "identifier": [ins], "name": [{"family": "PAT-TROIS"}]},
            {"resourceType": "RelatedPerson", "id": "mother", "patient": {"reference": "#patient"},
             "name": [{"family": "PAT-TROIS"}]},
            {"resourceType": "Device", "id": "device", "patient": {"reference": "#patient", "display": "PAT-TROIS"},
             "deviceName": [{"name": "Tensiomètre", "type": "user-friendly-name"}]},
            {"resourceType": "Practitioner", "id": "author", "name": [{"family": "MOREAU"}],
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810000000001"}]},
        ],
        "extension": [
            {"url": "https://own.example/whose", "valueReference": {"reference": "#patient"}},
            {"url": "https://own.example/parts", "extension": [
                {"url": "number", "valueIdentifier": ins}, {"url": "kind", "valueCode": "x"}]},
            {"url": "https://own.example/kept", "valueCode": "y"},
        ],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
        "identifier": [ins, {"system": "urn:own", "value": "7"}],
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}], "text": "Biologie"},
        "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001", "identifier": ins,
            "display": "PAT-TROIS"},
        "author": [
            {"reference": "#author"}, {"reference": "#mother"}, {"reference": "#patient"}, {"reference": "#device"},
            {"reference": "Patient/7", "display": "PAT-TROIS"}, {"type": "Patient", "display": "PAT-TROIS"},
            {"identifier": ins}, {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"},
        ],
        "authenticator": {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989"},
        "custodian": {"reference": "https://elsewhere.example/Patient/9/_history/2"},
        "content": [{"attachment": {"contentType": "text/plain", "title": "Bilan"}}],
        "context": {"sourcePatientInfo": {"reference": "#patient"}},
    })
}

#[test]
fn a_description_without_whose_it_is_keeps_the_rest() {
    let mut resource = everywhere();
    unnamed(&mut resource);
    let text = resource.to_string();
    for hers in
        ["PAT-TROIS", "279035121518989", "Patient", "#patient", "#mother", "RelatedPerson", "urn:uuid"]
    {
        assert!(!text.contains(hers), "{hers}: {text}");
    }
    let kept = json!({
        "resourceType": "DocumentReference",
        "contained": [
            {"resourceType": "Device", "id": "device",
             "deviceName": [{"name": "Tensiomètre", "type": "user-friendly-name"}]},
            {"resourceType": "Practitioner", "id": "author", "name": [{"family": "MOREAU"}],
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810000000001"}]},
        ],
        "extension": [{"url": "https://own.example/kept", "valueCode": "y"}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
        "identifier": [{"system": "urn:own", "value": "7"}],
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}], "text": "Biologie"},
        "author": [{"reference": "#author"}, {"reference": "#device"}],
        "content": [{"attachment": {"contentType": "text/plain", "title": "Bilan"}}],
    });
    assert_eq!(resource, kept);
    assert_eq!(crate::validate::validate(&resource), []);
    // Once is enough.
    unnamed(&mut resource);
    assert_eq!(resource, kept);
}

#[test]
fn a_description_that_names_nobody_stays_as_it_is() {
    let before = json!({
        "resourceType": "List",
        "extension": [{"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId",
            "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.7"}}],
        "status": "current",
        "mode": "working",
        "source": {"type": "Organization", "display": "Laboratoire"},
        "note": [{"text": "Patient à jeun"}],
        "entry": [{"item": {"reference": "DocumentReference/7-1"}}],
    });
    let mut after = before.clone();
    unnamed(&mut after);
    assert_eq!(after, before);
    let source = json!({"url": "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourcePatientId",
        "valueReference": {"display": "PAT-TROIS"}});
    after["extension"].as_array_mut().unwrap().push(source);
    unnamed(&mut after);
    assert_eq!(after, before);
}
