//! Access tokens of OpenID services: opaque, sealed with a key of ours, bound to a key of the client's where it has
//! one. Opening one is a decryption; whether its grant still stands is the room's to look up.

use kernel::Instant;
use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::error::{Denial, DenialCode};
use crate::sealed;

/// How long an access token lives, in seconds; Pro Santé Connect's live two minutes.
pub const ACCESS_SECONDS: i64 = 120;

/// What a token is bound to: whoever shows the token must show this too (RFC 9449 §6, RFC 8705 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Binding {
    /// Nothing: a bearer token.
    #[serde(rename = "-")]
    Bearer,
    /// A DPoP key, by its thumbprint.
    #[serde(rename = "j")]
    Key(String),
    /// A client certificate, by its SHA-256 as base64url.
    #[serde(rename = "x")]
    Certificate(String),
}

impl Binding {
    /// `token_type` of the answer.
    #[must_use]
    pub fn token_type(&self) -> &'static str {
        match self {
            Self::Key(_) => "DPoP",
            Self::Bearer | Self::Certificate(_) => "Bearer",
        }
    }

    /// `cnf` of an introspection answer.
    #[must_use]
    pub fn confirmation(&self) -> Option<serde_json::Value> {
        match self {
            Self::Bearer => None,
            Self::Key(jkt) => Some(serde_json::json!({ "jkt": jkt })),
            Self::Certificate(x5t) => Some(serde_json::json!({ "x5t#S256": x5t })),
        }
    }
}

/// What an access token says once it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceToken {
    /// The grant it was given under.
    #[serde(rename = "g")]
    pub grant: String,
    /// The service it was given to.
    #[serde(rename = "c")]
    pub client_id: String,
    /// What for.
    #[serde(rename = "s")]
    pub scope: String,
    /// When it was made.
    #[serde(rename = "i")]
    pub issued: Instant,
    /// What it is bound to.
    #[serde(rename = "b")]
    pub binding: Binding,
}

impl ServiceToken {
    /// When it ends.
    #[must_use]
    pub fn expires(&self) -> Instant {
        self.issued.plus(ACCESS_SECONDS * Instant::SECOND)
    }

    /// The token as text, sealed by the caller's authenticated encryption.
    #[must_use]
    pub fn seal(&self, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        sealed::seal(self, seal)
    }

    /// Opens a token; `None` when it is not ours, was altered, or has ended.
    #[must_use]
    pub fn open(text: &str, now: Instant, open: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Option<Self> {
        let token: Self = sealed::open(text, open)?;
        (token.expires() > now).then_some(token)
    }

    /// Checks that whoever shows it holds what it is bound to. `scheme` is the word before the token in the
    /// `Authorization` header; `jkt` what a checked proof proved.
    ///
    /// # Errors
    /// `invalid_token`.
    pub fn check_binding(
        &self,
        scheme: &str,
        jkt: Option<&str>,
        certificate: Option<&Certificate>,
    ) -> Result<(), Denial> {
        let bearer = scheme.eq_ignore_ascii_case("bearer");
        let fits = match &self.binding {
            Binding::Bearer => bearer,
            Binding::Key(key) => scheme.eq_ignore_ascii_case("dpop") && jkt == Some(key.as_str()),
            Binding::Certificate(x5t) => bearer && certificate.is_some_and(|shown| shown.x5t() == *x5t),
        };
        if fits {
            return Ok(());
        }
        Err(Denial::new(DenialCode::InvalidToken, "the token is bound to a key that was not shown with it"))
    }
}
