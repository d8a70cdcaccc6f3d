//! Saying what is wrong: `OperationOutcome` (R4 §2.37).

use kernel::{Issue, Refusal, RefusalKind};
use serde_json::{Map, Value, json};

/// The system of the machine words of our issues (`ins-mismatch`), in `issue.details`.
pub const ISSUE_SYSTEM: &str = "urn:x-carnet:issue";

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// We failed.
    Fatal,
    /// It was not done.
    Error,
    /// It was done, with a doubt.
    Warning,
    /// It was done.
    Information,
}

impl Severity {
    fn code(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// An outcome that lists issues; with none it says that all is well.
#[must_use]
pub fn operation_outcome(issues: &[Issue], severity: Severity) -> Value {
    outcome(issues.iter().map(|found| issue(found, severity, kind_of(found.code))).collect())
}

/// What a refused request is answered. Of a fault of ours it says only that it is ours.
#[must_use]
pub fn of_refusal(refusal: &Refusal) -> Value {
    if refusal.kind == RefusalKind::Fault {
        let (kind, why) = if refusal.is_transient() {
            ("transient", "The service is busy. Please try again in a moment.")
        } else {
            ("exception", "Something went wrong on our side; nothing was changed. Our team has been told.")
        };
        return outcome(vec![json!({"severity": "fatal", "code": kind, "diagnostics": why})]);
    }
    let by_kind = match refusal.kind {
        RefusalKind::Invalid | RefusalKind::Fault => None,
        RefusalKind::SignIn => Some("login"),
        RefusalKind::Forbidden => Some("forbidden"),
        RefusalKind::NotFound => Some("not-found"),
        RefusalKind::NotAllowed | RefusalKind::MediaType => Some("not-supported"),
        RefusalKind::Conflict | RefusalKind::Precondition => Some("conflict"),
        RefusalKind::Gone => Some("deleted"),
        RefusalKind::TooLarge => Some("too-long"),
        RefusalKind::SlowDown { .. } => Some("throttled"),
    };
    let issues = refusal.issues.iter();
    outcome(issues.map(|i| issue(i, Severity::Error, by_kind.unwrap_or_else(|| kind_of(i.code)))).collect())
}

/// R4 `issue-type` of an issue of a request that could not be understood, by its machine word.
fn kind_of(code: &str) -> &'static str {
    match code {
        "fhir-cardinality" | "mhd-required" | "pdsm-required" => "required",
        "fhir-unknown-element" | "fhir-type" | "fhir-choice-twice" | "fhir-empty" | "fhir-resource-type" => {
            "structure"
        }
        "fhir-required-code" => "code-invalid",
        "fhir-extension" | "fhir-contained" => "invariant",
        "json-too-large" | "json-too-deep" => "too-long",
        "search-unknown-parameter" | "search-modifier" | "search-sort" | "mhd-method" | "mhd-entry" => {
            "not-supported"
        }
        "mhd-content-elsewhere" => "not-found",
        "mhd-unique-id-twice" => "duplicate",
        _ if code.starts_with("json-") => "structure",
        _ if code.starts_with("fhir-") => "value",
        _ if code.ends_with("-missing") => "required",
        _ if code.starts_with("mhd-") || code.contains("mismatch") => "business-rule",
        _ => "invalid",
    }
}

fn issue(found: &Issue, severity: Severity, kind: &str) -> Value {
    let mut out = Map::new();
    out.insert("severity".into(), severity.code().into());
    out.insert("code".into(), kind.into());
    out.insert("details".into(), json!({"coding": [{"system": ISSUE_SYSTEM, "code": found.code}]}));
    out.insert("diagnostics".into(), found.diagnostics.as_ref().into());
    if let Some(path) = found.path.as_deref().filter(|path| !path.is_empty()) {
        // FHIRPath begins with a type; a line number or a parameter's name does not.
        let name = if path.starts_with(|c: char| c.is_ascii_uppercase()) { "expression" } else { "location" };
        out.insert(name.into(), json!([path]));
    }
    Value::Object(out)
}

fn outcome(mut issues: Vec<Value>) -> Value {
    if issues.is_empty() {
        issues
            .push(json!({"severity": "information", "code": "informational", "diagnostics": "All is well."}));
    }
    json!({"resourceType": "OperationOutcome", "issue": issues})
}

#[cfg(test)]
mod tests {
    use kernel::{Fault, Issue, Refusal, RefusalKind};
    use serde_json::Value;

    use super::{Severity, of_refusal, operation_outcome};
    use crate::validate::validate;

    #[test]
    fn every_refusal_becomes_a_sound_outcome() {
        let kinds = [
            (RefusalKind::Invalid, "business-rule"),
            (RefusalKind::SignIn, "login"),
            (RefusalKind::Forbidden, "forbidden"),
            (RefusalKind::NotFound, "not-found"),
            (RefusalKind::NotAllowed, "not-supported"),
            (RefusalKind::Conflict, "conflict"),
            (RefusalKind::Gone, "deleted"),
            (RefusalKind::Precondition, "conflict"),
            (RefusalKind::TooLarge, "too-long"),
            (RefusalKind::MediaType, "not-supported"),
            (RefusalKind::SlowDown { retry_after: 3 }, "throttled"),
        ];
        for (kind, code) in kinds {
            let outcome = of_refusal(&Refusal::new(kind, "ins-mismatch", "why"));
            assert_eq!(validate(&outcome), []);
            assert_eq!(outcome["issue"][0]["code"], code, "{kind:?}");
            assert_eq!(outcome["issue"][0]["details"]["coding"][0]["code"], "ins-mismatch");
        }
    }

    #[test]
    fn a_fault_keeps_its_insides_to_itself() {
        for (fault, code) in
            [(Fault::Database("table act".into()), "exception"), (Fault::Busy("lock".into()), "transient")]
        {
            let outcome = of_refusal(&Refusal::from(fault));
            assert_eq!(validate(&outcome), []);
            assert_eq!(outcome["issue"][0]["code"], code);
            assert!(!outcome.to_string().contains("table act"));
        }
    }

    #[test]
    fn places_are_expressions_or_locations() {
        let at = |path: &str| Issue { code: "json-syntax", path: Some(path.into()), diagnostics: "x".into() };
        let outcome = operation_outcome(&[at("Bundle.entry[2]"), at("line 3, column 4")], Severity::Warning);
        assert_eq!(validate(&outcome), []);
        assert_eq!(outcome["issue"][0]["expression"][0], "Bundle.entry[2]");
        assert_eq!(outcome["issue"][1]["location"][0], "line 3, column 4");
        assert_eq!(outcome["issue"][1]["severity"], "warning");
        let fine = operation_outcome(&[], Severity::Information);
        assert_eq!(validate(&fine), Vec::new());
        assert_ne!(fine["issue"], Value::Null);
    }
}
