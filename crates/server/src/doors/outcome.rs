//! Refusals as FHIR `OperationOutcome`s (http://hl7.org/fhir/R4/operationoutcome.html).

use kernel::{Refusal, RefusalKind};
use serde_json::{Value, json};

/// The outcome of a refusal; a fault says only which request it was.
#[must_use]
pub fn of(refusal: &Refusal, request_id: u64) -> Value {
    let code = issue_type(refusal);
    let mut issues: Vec<Value> = refusal
        .issues
        .iter()
        .map(|issue| {
            let mut one = json!({
                "severity": "error",
                "code": code,
                "details": {"coding": [{"system": "urn:carnet:refusal", "code": issue.code}]},
                "diagnostics": issue.diagnostics,
            });
            if let Some(path) = &issue.path {
                one["expression"] = json!([path]);
            }
            one
        })
        .collect();
    if issues.is_empty() {
        issues.push(json!({
            "severity": "fatal",
            "code": code,
            "diagnostics": format!("We failed, not you. The operator finds this request as {request_id:016x}."),
        }));
    }
    json!({"resourceType": "OperationOutcome", "issue": issues})
}

/// FHIR's `issue-type` for a refusal.
fn issue_type(refusal: &Refusal) -> &'static str {
    match refusal.kind {
        RefusalKind::Invalid => "invalid",
        RefusalKind::SignIn => "login",
        RefusalKind::Forbidden => "forbidden",
        RefusalKind::NotFound => "not-found",
        RefusalKind::NotAllowed | RefusalKind::MediaType => "not-supported",
        RefusalKind::Conflict if refusal.code().contains("duplicate") => "duplicate",
        RefusalKind::Conflict | RefusalKind::Precondition => "conflict",
        RefusalKind::Gone => "deleted",
        RefusalKind::TooLarge => "too-long",
        RefusalKind::SlowDown { .. } => "throttled",
        RefusalKind::Fault if refusal.is_transient() => "transient",
        RefusalKind::Fault => "exception",
    }
}
