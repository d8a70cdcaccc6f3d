//! Why somebody does not get what she asked for, in a form that a page, an `OperationOutcome` and the
//! journal can each show in their own way.

use std::borrow::Cow;
use std::fmt;

use crate::fault::Fault;

/// The family of a refusal; a door turns it into its own status (HTTP, SMTP, exit code).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// What was sent cannot be understood or breaks a rule: HTTP 400 or 422.
    Invalid,
    /// Nobody is signed in: HTTP 401.
    SignIn,
    /// A policy said no, and saying so gives nothing away: HTTP 403.
    Forbidden,
    /// It does not exist, or the asker may not know whether it does: HTTP 404.
    NotFound,
    /// The method is not offered here: HTTP 405.
    NotAllowed,
    /// It clashes with what is already there: HTTP 409.
    Conflict,
    /// It was there and is no more (closed space, withdrawn document): HTTP 410.
    Gone,
    /// A precondition of the request does not hold: HTTP 412.
    Precondition,
    /// Larger than this door takes: HTTP 413.
    TooLarge,
    /// A media type we do not take: HTTP 415.
    MediaType,
    /// Too many tries; `retry_after` says how many seconds to wait: HTTP 429.
    SlowDown {
        /// Seconds to wait before the next try.
        retry_after: u32,
    },
    /// Our fault: HTTP 500, or 503 when trying again makes sense.
    Fault,
}

/// One thing that is wrong, precise enough to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Stable machine word, e.g. `ins-mismatch`. Pages look up the sentence `refusal-<code>` in both
    /// languages; API clients may rely on the word.
    pub code: &'static str,
    /// Where: a FHIRPath expression, a form field's name or a line number.
    pub path: Option<String>,
    /// What a developer needs, in English; never a health fact, never a secret.
    pub diagnostics: Cow<'static, str>,
}

/// A refusal: its family, and one or more issues.
#[derive(Debug)]
pub struct Refusal {
    /// The family.
    pub kind: RefusalKind,
    /// What is wrong; never empty except for faults.
    pub issues: Vec<Issue>,
    /// The fault behind it, for the operator's log only.
    pub fault: Option<Fault>,
}

impl Refusal {
    /// A refusal with one issue.
    pub fn new(kind: RefusalKind, code: &'static str, diagnostics: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, issues: vec![Issue { code, path: None, diagnostics: diagnostics.into() }], fault: None }
    }

    /// Something sent is wrong at `path`.
    pub fn invalid(
        code: &'static str,
        path: impl Into<String>,
        diagnostics: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind: RefusalKind::Invalid,
            issues: vec![Issue { code, path: Some(path.into()), diagnostics: diagnostics.into() }],
            fault: None,
        }
    }

    /// Several things sent are wrong.
    #[must_use]
    pub fn invalid_all(issues: Vec<Issue>) -> Self {
        Self { kind: RefusalKind::Invalid, issues, fault: None }
    }

    /// The answer for what does not exist and for what the asker may not know to exist: one and the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(RefusalKind::NotFound, "not-found", "Nothing is here for you under this address.")
    }

    /// A policy said no.
    pub fn forbidden(code: &'static str, diagnostics: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RefusalKind::Forbidden, code, diagnostics)
    }

    /// The first issue's machine word, or `fault`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.issues.first().map_or("fault", |issue| issue.code)
    }

    /// True when trying the same again may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.fault, Some(Fault::Busy(_)))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { kind: RefusalKind::Fault, issues: Vec::new(), fault: Some(fault) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fault) = &self.fault {
            return write!(f, "{fault}");
        }
        for (i, issue) in self.issues.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            match &issue.path {
                Some(path) => write!(f, "{path}: {} [{}]", issue.diagnostics, issue.code)?,
                None => write!(f, "{} [{}]", issue.diagnostics, issue.code)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
