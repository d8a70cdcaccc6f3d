//! Error answers of the token endpoint (RFC 6749 §5.2).

use serde::Serialize;
use thiserror::Error;

/// The words that RFC 6749 §5.2 allows in `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DenialCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is unknown or did not prove who it is; the one code that goes with HTTP 401.
    InvalidClient,
    /// The grant is not valid.
    InvalidGrant,
    /// This client may not use this grant.
    UnauthorizedClient,
    /// We do not offer this grant.
    UnsupportedGrantType,
    /// No requested scope can be granted.
    InvalidScope,
}

impl DenialCode {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            _ => 400,
        }
    }
}

/// The body of a refused token request: a code for the program, a sentence for its developer.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[error("{error_description}")]
pub struct Denial {
    /// The code.
    pub error: DenialCode,
    /// What to mend, in English; says nothing that only the real client should know.
    pub error_description: String,
}

impl Denial {
    /// A denial.
    pub fn new(error: DenialCode, description: impl Into<String>) -> Self {
        Self { error, error_description: description.into() }
    }

    /// The client did not prove who it is.
    pub(crate) fn client(description: impl Into<String>) -> Self {
        Self::new(DenialCode::InvalidClient, description)
    }
}
