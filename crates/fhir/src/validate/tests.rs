use proptest::prelude::*;
use serde_json::{Value, json};

use super::{summary, validate};

fn findings(resource: &Value) -> Vec<(&'static str, String)> {
    validate(resource).into_iter().map(|i| (i.code, i.path.unwrap_or_default())).collect()
}

fn only(resource: &Value, code: &'static str, path: &str) {
    assert_eq!(findings(resource), [(code, path.to_owned())], "{resource}");
}

fn observation() -> Value {
    json!({
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "_status": {"extension": [{"url": "https://example.org/why", "valueString": "x"}]},
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "effectiveDateTime": "2026-11-22T08:15:00+01:00",
        "valueQuantity": {"value": 120.5, "unit": "mmHg"},
        "component": [{"code": {"text": "a"}, "valueString": "b"}],
    })
}

/// A sound Observation after `change`.
fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut resource = observation();
    change(&mut resource);
    resource
}

#[test]
fn thirteen_bad_inputs_are_refused_and_say_where() {
    assert_eq!(findings(&observation()), []);
    only(&with(|o| o["foo"] = json!(1)), "fhir-unknown-element", "Observation.foo");
    only(&with(|o| o["code"]["bar"] = json!("x")), "fhir-unknown-element", "Observation.code.bar");
    only(
        &with(|o| {
            o.as_object_mut().unwrap().remove("status");
            o.as_object_mut().unwrap().remove("_status");
        }),
        "fhir-cardinality",
        "Observation.status",
    );
    only(
        &with(|o| {
            o.as_object_mut().unwrap().remove("code");
        }),
        "fhir-cardinality",
        "Observation.code",
    );
    only(&with(|o| o["category"] = json!({"text": "x"})), "fhir-type", "Observation.category");
    only(&with(|o| o["code"] = json!([{"text": "x"}])), "fhir-cardinality", "Observation.code");
    only(&with(|o| o["valueQuantity"]["value"] = json!("120")), "fhir-type", "Observation.value.value");
    only(&with(|o| o["valueString"] = json!("x")), "fhir-choice-twice", "Observation.value");
    only(&with(|o| o["status"] = json!("finished")), "fhir-required-code", "Observation.status");
    only(&with(|o| o["effectiveDateTime"] = json!("2026-02-30")), "fhir-date", "Observation.effective");
    only(&with(|o| o["component"] = json!([])), "fhir-empty", "Observation.component");
    only(&with(|o| o["resourceType"] = json!("Observatoin")), "fhir-resource-type", "Observatoin");
    // The thirteenth, a duplicate key, is refused by the reader: see `json::tests`.
    let twice = br#"{"resourceType":"Patient","active":true,"active":false}"#;
    assert_eq!(
        crate::json::parse(twice, crate::json::Limits::default()).unwrap_err()[0].code,
        "json-duplicate-key"
    );
}

#[test]
fn paths_lead_into_bundles_and_contained_resources() {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "gender": "femme"}},
        {"resource": {"resourceType": "List", "status": "current", "mode": "working",
            "contained": [{"resourceType": "Patient", "id": "p", "birthDate": "1979-13-01"}],
            "entry": [{"item": {"reference": 1}}]}},
    ]});
    assert_eq!(
        findings(&bundle),
        [
            ("fhir-required-code", "Bundle.entry[0].resource.gender".to_owned()),
            ("fhir-date", "Bundle.entry[1].resource.contained[0].birthDate".to_owned()),
            ("fhir-type", "Bundle.entry[1].resource.entry[0].item.reference".to_owned()),
        ]
    );
}

#[test]
fn primitives_have_companions() {
    let patient = |extra: Value| {
        let mut patient = json!({"resourceType": "Patient"});
        patient.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        findings(&patient)
    };
    let extension = json!({"extension": [{"url": "u", "valueCode": "unknown"}]});
    assert_eq!(patient(json!({"_birthDate": extension})), []);
    assert_eq!(patient(json!({"name": [{"given": ["A", null], "_given": [null, extension]}]})), []);
    assert_eq!(
        patient(json!({"name": [{"given": ["A", null]}]})),
        [("fhir-empty", "Patient.name[0].given[1]".to_owned())]
    );
    assert_eq!(
        patient(json!({"_name": [extension]})),
        [("fhir-unknown-element", "Patient._name".to_owned())]
    );
    assert_eq!(patient(json!({"_birthDate": [extension]})), [("fhir-type", "Patient.birthDate".to_owned())]);
    assert_eq!(
        patient(json!({"deceasedBoolean": true, "_deceasedDateTime": extension})),
        [("fhir-choice-twice", "Patient.deceased".to_owned())]
    );
    assert_eq!(patient(json!({"deceasedBoolean": true, "_deceasedBoolean": extension})), []);
}

#[test]
fn what_protects_meaning_is_checked() {
    let extension = |e: Value| findings(&json!({"resourceType": "Patient", "extension": [e]}));
    assert_eq!(extension(json!({"url": "u"})), [("fhir-extension", "Patient.extension[0]".to_owned())]);
    assert_eq!(extension(json!({"url": "u", "extension": [{"url": "v", "valueBoolean": true}]})), []);
    only(
        &json!({"resourceType": "Patient", "contained": [
            {"resourceType": "Patient", "contained": [{"resourceType": "Patient", "id": "x"}]}]}),
        "fhir-contained",
        "Patient.contained[0].contained[0]",
    );
    only(&json!({"resourceType": "Patient", "maritalStatus": {}}), "fhir-empty", "Patient.maritalStatus");
    only(&json!({"resourceType": "Patient", "active": null}), "fhir-empty", "Patient.active");
    only(&json!([]), "fhir-type", "Resource");
    only(&json!({"active": true}), "fhir-resource-type", "Resource");
    only(
        &json!({"resourceType": "Condition", "subject": {"display": "x"}, "clinicalStatus": {"coding": [{"code": "hot"}]}}),
        "fhir-required-code",
        "Condition.clinicalStatus",
    );
}

#[test]
fn findings_are_bounded() {
    let many: Vec<Value> = (0..1000).map(|_| json!({"x": 1})).collect();
    assert_eq!(validate(&json!({"resourceType": "Patient", "name": many})).len(), super::MOST);
}

#[test]
fn a_summary_keeps_what_summaries_hold() {
    let full = json!({"resourceType": "DocumentReference", "status": "current", "id": "1",
        "text": {"status": "empty", "div": "<div/>"},
        "content": [{"attachment": {"title": "T"}}], "context": {"period": {"start": "2026"}}});
    assert_eq!(validate(&full), []);
    let thin = summary(&full);
    assert!(thin.get("text").is_none());
    assert_eq!(thin["content"][0]["attachment"]["title"], "T");
    assert_eq!(validate(&thin), []);
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "resourceType",
        "id",
        "_id",
        "extension",
        "url",
        "valueString",
        "_valueCode",
        "contained",
        "name",
        "given",
        "_given",
        "status",
        "entry",
        "resource",
        "text",
        "div",
        "code",
        "coding",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec![
            "Patient",
            "Bundle",
            "List",
            "",
            "current",
            "<div",
            "<div></div>",
            "2026-02-30"
        ])
        .prop_map(Value::from),
        "[\\PC]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_makes_it_panic(mut value in any_json(), name in prop::sample::select(vec!["Patient", "Bundle", "List"])) {
        let _ = validate(&value);
        if let Value::Object(map) = &mut value {
            map.insert("resourceType".into(), name.into());
        }
        let _ = validate(&value);
        let _ = summary(&value);
    }
}
