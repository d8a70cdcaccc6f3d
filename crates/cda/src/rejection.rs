//! Why a document is not taken, in words that tell its sender what to mend.

use kernel::{Issue, Refusal, RefusalKind};
use thiserror::Error;

/// A document that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} [{code}]")]
pub struct Rejection {
    /// Stable machine word: `cda-not-xml`, `cda-no-patient` …
    pub code: &'static str,
    /// Where: a path in the document (`recordTarget/patientRole`) or a line (`line 12, column 4`).
    pub path: Option<String>,
    /// What is wrong and what would be right, for a developer; no health fact, no name.
    pub message: String,
}

impl Rejection {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, path: None, message: message.into() }
    }

    pub(crate) fn at(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: Some(path.into()), message: message.into() }
    }
}

impl From<Rejection> for Issue {
    fn from(rejection: Rejection) -> Self {
        Self { code: rejection.code, path: rejection.path, diagnostics: rejection.message.into() }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let kind = match rejection.code {
            "cda-too-large" => RefusalKind::TooLarge,
            _ => RefusalKind::Invalid,
        };
        Self { kind, issues: vec![rejection.into()], fault: None }
    }
}
