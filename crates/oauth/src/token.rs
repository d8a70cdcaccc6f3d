//! The token endpoint's form and answer, and the access token itself.
//!
//! An access token is opaque to clients and complete for us: who, what for, until when, sealed with a key of
//! ours. Checking one is one decryption; nothing is looked up. It lives five minutes, so a client that is
//! suspended keeps at most that.

use kernel::{Instant, Software};
use serde::{Deserialize, Serialize};

use crate::assertion::ASSERTION_TYPE;
use crate::error::{Denial, DenialCode};
use crate::scope::Scopes;
use crate::sealed;

/// How long an access token lives, in seconds (SMART: "SHOULD NOT exceed 300").
pub const TOKEN_SECONDS: i64 = 300;

/// The form a client posts (`application/x-www-form-urlencoded`).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    /// Must be `client_credentials`.
    pub grant_type: String,
    /// What is asked for.
    pub scope: String,
    /// Must be [`ASSERTION_TYPE`].
    pub client_assertion_type: String,
    /// The signed JWT.
    pub client_assertion: String,
}

impl TokenRequest {
    /// The assertion, when the rest of the form is as SMART wants it.
    ///
    /// # Errors
    /// `unsupported_grant_type`, `invalid_request`.
    pub fn assertion(&self) -> Result<&str, Denial> {
        if self.grant_type != "client_credentials" {
            let said = "grant_type must be client_credentials";
            return Err(Denial::new(DenialCode::UnsupportedGrantType, said));
        }
        if self.client_assertion_type != ASSERTION_TYPE {
            let said = format!("client_assertion_type must be {ASSERTION_TYPE}");
            return Err(Denial::new(DenialCode::InvalidRequest, said));
        }
        if self.client_assertion.is_empty() {
            return Err(Denial::new(DenialCode::InvalidRequest, "client_assertion is missing"));
        }
        Ok(&self.client_assertion)
    }

    /// What is granted of what was asked. SMART makes `scope` a required parameter, so that a developer sees
    /// in her own code what she holds.
    ///
    /// # Errors
    /// `invalid_scope` when nothing was asked or nothing is left.
    pub fn grant(&self, registered: &Scopes) -> Result<Scopes, Denial> {
        if self.scope.trim().is_empty() {
            return Err(Denial::new(DenialCode::InvalidScope, "scope is missing"));
        }
        let granted = Scopes::parse(&self.scope).granted(registered);
        if granted.is_empty() {
            let said = "none of the requested scopes is among those this client is registered for";
            return Err(Denial::new(DenialCode::InvalidScope, said));
        }
        Ok(granted)
    }
}

/// What an access token says once it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The software it was given to, as the journal will name it.
    #[serde(rename = "c")]
    pub software: Software,
    /// What kind of organisation sends (`laboratory`, `hospital` …), for statistics.
    #[serde(rename = "k")]
    pub sender_kind: String,
    /// What it allows.
    #[serde(rename = "s")]
    pub scopes: Scopes,
    /// When it ends.
    #[serde(rename = "e")]
    pub expires: Instant,
    /// Its own id, for the log.
    #[serde(rename = "j")]
    pub jti: u64,
}

/// The answer of the token endpoint (RFC 6749 §5.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The sealed token.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: i64,
    /// What was granted.
    pub scope: String,
}

impl AccessToken {
    /// A token for a client that has proven itself; `jti` is random.
    #[must_use]
    pub fn new(software: Software, sender_kind: String, scopes: Scopes, jti: u64, now: Instant) -> Self {
        Self { software, sender_kind, scopes, expires: now.plus(TOKEN_SECONDS * Instant::SECOND), jti }
    }

    /// The token as text, sealed by the caller's authenticated encryption.
    #[must_use]
    pub fn seal(&self, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        sealed::seal(self, seal)
    }

    /// Opens a bearer token; `None` when it is not ours, was altered, or has ended.
    #[must_use]
    pub fn open(text: &str, now: Instant, open: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Option<Self> {
        let token: Self = sealed::open(text, open)?;
        (token.expires > now).then_some(token)
    }

    /// The endpoint's answer with this token sealed as `text`.
    #[must_use]
    pub fn response(&self, text: String) -> TokenResponse {
        TokenResponse {
            access_token: text,
            token_type: "bearer".to_owned(),
            expires_in: TOKEN_SECONDS,
            scope: self.scopes.to_string(),
        }
    }
}
