//! Permissions and decisions as FHIR R4 `Consent` (<http://hl7.org/fhir/R4/consent.html>), and back.

use kernel::rpps::Rpps;
use kernel::{Fault, Instant, Professional};
use serde_json::{Value, json};
use store::Kind;

use super::decision::{Decision, Exception};
use super::pass::Pass;
use super::sharing::{Given, Permission};

/// A permission as a FHIR R4 `Consent` (<http://hl7.org/fhir/R4/consent.html>).
pub(super) fn of_permission(pass: &Pass, kind: Kind, permission: &Permission) -> Value {
    let professional = &permission.professional;
    json!({
        "resourceType": "Consent",
        "status": if kind == Kind::Allowed { "active" } else { "inactive" },
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": format!("Patient/{}", pass.person()) },
        "dateTime": permission.since.to_string(),
        "policyRule": { "text": match permission.given {
            Given::OnTheWeb => "web",
            Given::InPresence => "presence",
            Given::ByCode => "code",
        } },
        "provision": {
            "type": "permit",
            "period": period(permission),
            "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": {
                    "type": "Practitioner",
                    "identifier": { "system": Rpps::SYSTEM, "value": professional.rpps.as_str() },
                    "display": professional.name,
                    "extension": extensions(professional),
                },
            }],
        },
    })
}

/// From when until when; a loan's name goes with it.
fn period(permission: &Permission) -> Value {
    let mut period = json!({ "start": permission.since.to_string() });
    if let Some(until) = permission.until {
        period["end"] = json!(until.to_string());
    }
    if let Some(loan) = &permission.loan {
        period["id"] = json!(loan);
    }
    period
}

/// What the directory said of the professional on that day, so that the journal stays readable when the
/// directory changes.
const ACTIVITY: &str = "https://carnet.example/fhir/StructureDefinition/activity";

fn extensions(professional: &Professional) -> Value {
    let mut parts = vec![
        json!({ "url": "profession", "valueCode": professional.profession }),
        json!({ "url": "structure", "valueString": professional.structure }),
    ];
    if let Some(specialty) = &professional.specialty {
        parts.push(json!({ "url": "specialty", "valueCode": specialty }));
    }
    if let Some(finess) = &professional.finess {
        parts.push(json!({ "url": "finess", "valueString": finess }));
    }
    json!([{ "url": ACTIVITY, "extension": parts }])
}

pub(super) fn to_permission(bytes: &[u8]) -> Result<Permission, Fault> {
    let damaged = |what: &str| Fault::Damaged(format!("consent: {what}"));
    let consent: Value = serde_json::from_slice(bytes).map_err(|e| damaged(&e.to_string()))?;
    let reference = &consent["provision"]["actor"][0]["reference"];
    let activity = &reference["extension"][0]["extension"];
    let part = |url: &str, value: &str| -> Option<String> {
        let found = activity.as_array()?.iter().find(|e| e["url"] == url)?;
        found[value].as_str().map(str::to_owned)
    };
    let rpps = reference["identifier"]["value"].as_str().and_then(Rpps::parse);
    let since = consent["dateTime"].as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok());
    Ok(Permission {
        professional: Professional {
            rpps: rpps.ok_or_else(|| damaged("no RPPS"))?,
            name: reference["display"].as_str().unwrap_or_default().to_owned(),
            profession: part("profession", "valueCode").unwrap_or_default(),
            specialty: part("specialty", "valueCode"),
            structure: part("structure", "valueString").unwrap_or_default(),
            finess: part("finess", "valueString"),
        },
        since: Instant::from(since.ok_or_else(|| damaged("no date"))?),
        given: match consent["policyRule"]["text"].as_str() {
            Some("presence") => Given::InPresence,
            Some("code") => Given::ByCode,
            _ => Given::OnTheWeb,
        },
        until: match consent["provision"]["period"]["end"].as_str() {
            Some(end) => Some(Instant::from(end.parse::<jiff::Timestamp>().map_err(|_| damaged("no end"))?)),
            None => None,
        },
        loan: consent["provision"]["period"]["id"].as_str().map(str::to_owned),
    })
}

/// Where a decision that `Consent` has no words for is kept in it.
const DECISION: &str = "https://carnet.example/fhir/StructureDefinition/sharing-decision";
/// Where an emergency or a call is.
const EXCEPTION: &str = "https://carnet.example/fhir/StructureDefinition/access-exception";

/// A decision as a `Consent` whose extension says it whole.
pub(super) fn of_decision(pass: &Pass, decision: &Decision) -> Result<Value, Fault> {
    wrapped(pass, DECISION, serde_json::to_string(decision))
}

/// An emergency, or a call, as a `Consent` of the kind that the law gives.
pub(super) fn of_exception(pass: &Pass, exception: &Exception) -> Result<Value, Fault> {
    wrapped(pass, EXCEPTION, serde_json::to_string(exception))
}

fn wrapped(pass: &Pass, url: &str, said: serde_json::Result<String>) -> Result<Value, Fault> {
    let said = said.map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": format!("Patient/{}", pass.person()) },
        "dateTime": pass.visit().now.to_string(),
        "extension": [{ "url": url, "valueString": said }],
    }))
}

pub(super) fn to_decision(bytes: &[u8]) -> Result<Decision, Fault> {
    unwrapped(bytes, DECISION)
}

pub(super) fn to_exception(bytes: &[u8]) -> Result<Exception, Fault> {
    unwrapped(bytes, EXCEPTION)
}

fn unwrapped<T: serde::de::DeserializeOwned>(bytes: &[u8], url: &str) -> Result<T, Fault> {
    let damaged = |what: String| Fault::Damaged(format!("consent: {what}"));
    let consent: Value = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
    let extensions = consent["extension"].as_array().map(Vec::as_slice).unwrap_or_default();
    let said = extensions.iter().find(|e| e["url"] == url).and_then(|e| e["valueString"].as_str());
    let said = said.ok_or_else(|| damaged(format!("no {url}")))?;
    serde_json::from_str(said).map_err(|e| damaged(e.to_string()))
}
