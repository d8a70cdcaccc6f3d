//! The authorization request (RFC 6749 §4.1.1; OpenID Connect Core §3.1.2.1; RFC 7636; RFC 9126): what is asked, and
//! whether it may be asked like this.

use serde::{Deserialize, Serialize};

use crate::error::{Denial, DenialCode};
use crate::params::{Params, plain};
use crate::service::Service;

/// Scopes that mean something here. `scope_all`, `identity` and `rpps` are Pro Santé Connect's.
pub const SCOPES: [&str; 6] = ["openid", "profile", "scope_all", "identity", "rpps", "offline_access"];

/// The one level of assurance there is: two factors, eIDAS low as Pro Santé Connect names it.
pub const ACR: &str = "eidas1";

/// What the addresses of pushed requests begin with (RFC 9126 §2.2).
pub const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// Longest value of `state` and `nonce`, in bytes: they travel back in an address.
pub(crate) const LONGEST: usize = 2048;

/// How she may be asked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    /// As needed.
    #[default]
    #[serde(rename = "-")]
    AsNeeded,
    /// Not at all.
    #[serde(rename = "n")]
    None,
    /// She signs in, also when she is signed in.
    #[serde(rename = "l")]
    Login,
    /// She is shown which service she enters.
    #[serde(rename = "c")]
    Consent,
}

/// A request that may be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes; one of those registered.
    pub redirect_uri: String,
    /// What is asked for, of what we know; holds `openid`.
    pub scope: String,
    /// Comes back with the answer.
    pub state: Option<String>,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// PKCE, S256.
    pub code_challenge: String,
    /// How she may be asked.
    pub prompt: Prompt,
    /// How long ago she may have signed in, in seconds.
    pub max_age: Option<i64>,
    /// The national id of whom the service expects.
    pub login_hint: Option<String>,
    /// An ID token of an earlier visit: whom the service expects.
    pub id_token_hint: Option<String>,
    /// The key that the tokens will be bound to (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
}

/// The redirect URI of a request, if it is one of those registered, letter by letter (RFC 6749 §3.1.2.3; FAPI 2.0
/// §5.3.2.2): as long as it is not known, nothing may be sent anywhere.
///
/// # Errors
/// `invalid_request`.
pub fn redirect_uri<'a>(params: Params<'a>, registered: &[String]) -> Result<&'a str, Denial> {
    let asked = params.needed("redirect_uri")?;
    if registered.iter().any(|known| known == asked) {
        return Ok(asked);
    }
    Err(Denial::request("redirect_uri is not one of those registered for this client"))
}

impl AuthorizationRequest {
    /// Reads a request of `service`.
    ///
    /// # Errors
    /// What is wrong, for the redirect URI or for the answer to a pushed request.
    pub fn read(pairs: &[(String, String)], service: &Service) -> Result<Self, Denial> {
        let params = Params::new(pairs)?;
        let redirect_uri = redirect_uri(params, &service.redirect_uris)?.to_owned();
        only_code(params, "push the request (RFC 9126)")?;
        for name in ["state", "nonce"] {
            if params.get(name).is_some_and(|value| value.len() > LONGEST) {
                return Err(Denial::request(format!("{name} is longer than {LONGEST} bytes")));
            }
        }
        let max_age = match params.get("max_age").map(str::parse::<i64>) {
            None => None,
            Some(Ok(seconds)) if seconds >= 0 => Some(seconds),
            Some(_) => return Err(Denial::request("max_age is a number of seconds")),
        };
        Ok(Self {
            client_id: service.client_id.clone(),
            redirect_uri,
            scope: scope(params)?,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            code_challenge: challenge(params)?,
            prompt: prompt(params)?,
            max_age,
            login_hint: params.get("login_hint").map(str::to_owned),
            id_token_hint: params.get("id_token_hint").map(str::to_owned),
            dpop_jkt: params.get("dpop_jkt").map(str::to_owned),
        })
    }

    /// The address of the answer with a code (RFC 6749 §4.1.2; RFC 9207 for `iss`).
    #[must_use]
    pub fn answered(&self, code: &str, issuer: &str) -> String {
        answered(&self.redirect_uri, self.state.as_deref(), code, issuer)
    }

    /// The address of the answer that says no.
    #[must_use]
    pub fn denied(&self, denial: &Denial, issuer: &str) -> String {
        denied(&self.redirect_uri, self.state.as_deref(), denial, issuer)
    }
}

/// The address of an answer with a code (RFC 6749 §4.1.2; RFC 9207 for `iss`).
pub(crate) fn answered(redirect_uri: &str, state: Option<&str>, code: &str, issuer: &str) -> String {
    answer(redirect_uri, &[("code", code)], state, issuer)
}

/// The address of an answer that says no (RFC 6749 §4.1.2.1).
#[must_use]
pub fn denied(redirect_uri: &str, state: Option<&str>, denial: &Denial, issuer: &str) -> String {
    let word = denial.error.word();
    let pairs = [("error", word.as_str()), ("error_description", denial.error_description.as_str())];
    answer(redirect_uri, &pairs, state, issuer)
}

fn answer(redirect_uri: &str, pairs: &[(&str, &str)], state: Option<&str>, issuer: &str) -> String {
    let mut out = redirect_uri.to_owned();
    let mut mark = if redirect_uri.contains('?') { '&' } else { '?' };
    let all = pairs.iter().copied().chain(state.map(|state| ("state", state))).chain([("iss", issuer)]);
    for (name, value) in all {
        out.push(mark);
        out.push_str(name);
        out.push('=');
        escape(&mut out, value);
        mark = '&';
    }
    out
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
fn escape(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// That a code is asked for, in an address, by the request itself; `instead` is what whoever sent it otherwise may do.
pub(crate) fn only_code(params: Params<'_>, instead: &str) -> Result<(), Denial> {
    unsupported(params, instead)?;
    match params.needed("response_type")? {
        "code" => {}
        other => {
            let said = format!("response_type {} is not offered: only code is", plain(other));
            return Err(Denial::new(DenialCode::UnsupportedResponseType, said));
        }
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Denial::request("response_mode must be query"));
    }
    Ok(())
}

/// Parameters that have an error of their own when they are not offered (OpenID Connect Core §3.1.2.6).
fn unsupported(params: Params<'_>, instead: &str) -> Result<(), Denial> {
    for (name, code) in [
        ("request", DenialCode::RequestNotSupported),
        ("request_uri", DenialCode::RequestUriNotSupported),
        ("registration", DenialCode::RegistrationNotSupported),
    ] {
        if params.get(name).is_some() {
            return Err(Denial::new(code, format!("{name} is not taken here; {instead}")));
        }
    }
    Ok(())
}

/// What is known of what was asked; unknown scopes are ignored (OpenID Connect Core §3.1.2.1).
pub(crate) fn scope(params: Params<'_>) -> Result<String, Denial> {
    let asked = params.get("scope").unwrap_or_default();
    let known: Vec<&str> =
        SCOPES.into_iter().filter(|name| asked.split(' ').any(|word| word == *name)).collect();
    if known.first() != Some(&"openid") {
        return Err(Denial::new(DenialCode::InvalidScope, "scope must hold openid"));
    }
    Ok(known.join(" "))
}

/// PKCE with S256, always (RFC 7636; FAPI 2.0 §5.3.2.2).
pub(crate) fn challenge(params: Params<'_>) -> Result<String, Denial> {
    let challenge = params.needed("code_challenge")?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(Denial::request("code_challenge_method must be S256"));
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(letters) {
        return Err(Denial::request("code_challenge is not the base64url of a SHA-256"));
    }
    Ok(challenge.to_owned())
}

/// True when `verifier` is what `challenge` was made of; as long to find out wherever they differ.
#[must_use]
pub fn verifies(verifier: &str, challenge: &str) -> bool {
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(letters) {
        return false;
    }
    let made = crate::jwk::sha256_base64url(verifier.as_bytes());
    aws_lc_rs::constant_time::verify_slices_are_equal(made.as_bytes(), challenge.as_bytes()).is_ok()
}

fn prompt(params: Params<'_>) -> Result<Prompt, Denial> {
    let words: Vec<&str> = params.get("prompt").unwrap_or_default().split_ascii_whitespace().collect();
    let mut prompt = Prompt::AsNeeded;
    for word in &words {
        prompt = match *word {
            "none" if words.len() == 1 => Prompt::None,
            "none" => return Err(Denial::request("prompt=none goes with nothing else")),
            // Whoever chooses an account here signs in with it.
            "login" | "select_account" => Prompt::Login,
            "consent" if prompt == Prompt::Login => Prompt::Login,
            "consent" => Prompt::Consent,
            _ => return Err(Denial::request("prompt is none, login, consent or select_account")),
        };
    }
    Ok(prompt)
}
