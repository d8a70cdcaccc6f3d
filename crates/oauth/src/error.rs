//! Error answers: of the token endpoint (RFC 6749 §5.2), of authorization (§4.1.2.1; OpenID Connect Core §3.1.2.6),
//! of pushed requests, DPoP, backchannel authentication and protected resources.

use serde::Serialize;
use thiserror::Error;

/// The words that the specifications allow in `error`.
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
    /// Only codes are given (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// She said no (RFC 6749 §4.1.2.1; CIBA Core §11).
    AccessDenied,
    /// Nobody is signed in and nobody may be asked (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// Somebody would have to be asked something, and nobody may be asked.
    InteractionRequired,
    /// `request` is not taken; push the request instead.
    RequestNotSupported,
    /// `request_uri` of the client's own is not taken; push the request instead.
    RequestUriNotSupported,
    /// `registration` is not taken.
    RegistrationNotSupported,
    /// The pushed request is unknown, used or too old (RFC 9101 §7).
    InvalidRequestUri,
    /// The proof of possession does not hold (RFC 9449 §5).
    InvalidDpopProof,
    /// The access token does not open anything (RFC 6750 §3.1); goes with HTTP 401.
    InvalidToken,
    /// She has not answered yet (CIBA Core §11).
    AuthorizationPending,
    /// The client asks too often (CIBA Core §11).
    SlowDown,
    /// She did not answer in time (CIBA Core §11).
    ExpiredToken,
    /// The hint names nobody who signs in here (CIBA Core §13).
    UnknownUserId,
    /// The binding message cannot be shown (CIBA Core §13).
    InvalidBindingMessage,
}

impl DenialCode {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            _ => 400,
        }
    }

    /// The word as it travels.
    #[must_use]
    pub fn word(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(word)) => word,
            _ => "server_error".to_owned(),
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

    /// What was sent is malformed.
    pub fn request(description: impl Into<String>) -> Self {
        Self::new(DenialCode::InvalidRequest, description)
    }

    /// The code, refresh token or `auth_req_id` opens nothing.
    pub fn grant(description: impl Into<String>) -> Self {
        Self::new(DenialCode::InvalidGrant, description)
    }
}
