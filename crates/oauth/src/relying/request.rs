//! What is asked of a provider, and what comes back through her browser.

use super::{Document, Wrong};
use crate::jwk::sha256_base64url;
use crate::params::Params;

/// One sign-in at a provider, as it was begun.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Our name there.
    pub client_id: &'a str,
    /// Where she comes back.
    pub redirect_uri: &'a str,
    /// What we want to know, separated by spaces; `openid` among it.
    pub scopes: &'a str,
    /// The level that we need (`eidas2`).
    pub acr: &'a str,
    /// Ties the answer to this browser.
    pub state: &'a str,
    /// Ties the ID token to this request.
    pub nonce: &'a str,
    /// Ties the code to us (RFC 7636 §4.1).
    pub verifier: &'a str,
    /// The language she reads (`fr`).
    pub language: &'a str,
}

impl Request<'_> {
    /// The parameters of the authorization request (OpenID Connect Core §3.1.2.1), with PKCE S256.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        [
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("scope", self.scopes),
            ("acr_values", self.acr),
            ("state", self.state),
            ("nonce", self.nonce),
            ("code_challenge", &sha256_base64url(self.verifier.as_bytes())),
            ("code_challenge_method", "S256"),
            ("ui_locales", self.language),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .collect()
    }

    /// The fields that exchange the code; what proves us comes besides.
    #[must_use]
    pub fn exchange(&self, code: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.redirect_uri.to_owned()),
            ("code_verifier", self.verifier.to_owned()),
        ]
    }
}

/// The code in what her browser brought back (OpenID Connect Core §3.1.2.5; RFC 9207 §2.4).
///
/// # Errors
/// [`Wrong::Answer`] when it does not answer what was asked; [`Wrong::Declined`] when she turned round;
/// [`Wrong::Said`] with the provider's own word for any other error.
pub fn answer(query: &[(String, String)], document: &Document, state: &str) -> Result<String, Wrong> {
    let query = Params::new(query).map_err(|_| Wrong::Answer("a parameter came twice"))?;
    if query.get("state") != Some(state) {
        return Err(Wrong::Answer("its state is another's"));
    }
    match query.get("iss") {
        Some(named) if named != document.issuer => {
            return Err(Wrong::Answer("it comes from another provider"));
        }
        None if document.names_itself => return Err(Wrong::Answer("it does not say who it comes from")),
        _ => {}
    }
    match (query.get("error"), query.get("code")) {
        (Some("access_denied" | "interaction_required" | "login_required"), _) => Err(Wrong::Declined),
        (Some(word), _) => Err(Wrong::Said(crate::params::plain(word))),
        (None, Some(code)) if code.len() <= 4096 => Ok(code.to_owned()),
        (None, _) => Err(Wrong::Answer("it holds no code")),
    }
}

/// The parameters of the address where she signs out of her provider too (RP-Initiated Logout §2).
#[must_use]
pub fn leaving(client_id: &str, id_token: &str, back: &str, state: &str) -> Vec<(&'static str, String)> {
    [
        ("id_token_hint", id_token),
        ("client_id", client_id),
        ("post_logout_redirect_uri", back),
        ("state", state),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into_iter()
    .collect()
}
