//! Why what a stranger sent is not taken, in words that tell its sender what to mend.

use kernel::{Issue, Refusal, RefusalKind};
use thiserror::Error;

/// A document or an archive that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} [{code}]")]
pub struct Rejection {
    /// Stable machine word that starts with the tongue: `cda-no-patient`, `xdm-not-zip` … One that ends in
    /// `-too-large` is answered as such (HTTP 413).
    pub code: &'static str,
    /// Where: a path in the document (`recordTarget/patientRole`), an entry of the archive, or a line
    /// (`line 12, column 4`).
    pub path: Option<String>,
    /// What is wrong and what would be right, for a developer; no health fact, no name.
    pub message: String,
}

impl Rejection {
    /// One that concerns the whole.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, path: None, message: message.into() }
    }

    /// One that concerns a place.
    pub fn at(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
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
        let kind =
            if rejection.code.ends_with("-too-large") { RefusalKind::TooLarge } else { RefusalKind::Invalid };
        Self { kind, issues: vec![rejection.into()], fault: None }
    }
}
