//! Apps that a person connects to her space (HL7 SMART App Launch 2.2, "Standalone Launch", patient-facing): what one
//! asks in her browser, and the token that it reads with.
//!
//! An app reads, in one space, and nothing else: [`offered`] is all that it can be registered for.

use kernel::{App, Instant, PersonId};
use serde::{Deserialize, Serialize};

use crate::authorize::{self, LONGEST};
use crate::error::{Denial, DenialCode};
use crate::params::Params;
use crate::scope::Scopes;
use crate::sealed;
use crate::token::TOKEN_SECONDS;

/// Asks to be told whose space it is, which every app is told here.
pub const LAUNCH: &str = "launch/patient";
/// Asks for a refresh token.
pub const OFFLINE: &str = "offline_access";

/// Every parameter of an authorization request that means something here, also those that are refused by name.
pub const PARAMETERS: [&str; 12] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "aud",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "request",
    "request_uri",
    "registration",
];

/// Reading documents: the entries, the lists that they stand in, what they hold. What they hold is read one by one: nobody
/// searches in it.
#[must_use]
pub fn documents() -> Scopes {
    Scopes::parse("patient/Binary.r patient/DocumentReference.rs patient/List.rs")
}

/// Reading who she is.
#[must_use]
pub fn profile() -> Scopes {
    Scopes::parse("patient/Patient.rs")
}

/// Everything that an app can be registered for.
#[must_use]
pub fn offered() -> Scopes {
    documents().and(&profile())
}

/// The scope that an app would need for a type of resource, as we offer it; empty for what no app reads.
#[must_use]
pub fn scope_for(resource: &str) -> Scopes {
    offered().granted(&Scopes::parse(&format!("patient/{resource}.cruds")))
}

/// The redirect URI of an app's request, if it is one of those registered: letter by letter, but for the port of an app on
/// her computer, which its system gives it anew each time (RFC 8252 §7.3). As long as it is not known, nothing may be
/// sent anywhere.
///
/// # Errors
/// `invalid_request`.
pub fn redirect_uri<'a>(params: Params<'a>, registered: &[String]) -> Result<&'a str, Denial> {
    let asked = params.needed("redirect_uri")?;
    let here = without_port(asked);
    if here.is_some() && registered.iter().any(|known| without_port(known) == here) {
        return Ok(asked);
    }
    authorize::redirect_uri(params, registered)
}

/// An address of this very machine, by its number, in two parts: before the port and after it. A name (`localhost`) may
/// lead elsewhere (RFC 8252 §8.3).
fn without_port(address: &str) -> Option<(&str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| Some((host, address.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(port) => {
            let end = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            let (port, rest) = port.split_at(end);
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

/// True for the address of an app on a telephone or a computer: a scheme that is a domain name in reverse, then one
/// slash (RFC 8252 §7.1): `fr.exemple.suivi:/retour`. Without a dot anybody's app could have taken the same scheme.
#[must_use]
pub fn is_native_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    scheme.contains('.')
        && scheme.split('.').all(label)
        && rest.starts_with('/')
        && !rest.starts_with("//")
        && rest.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&b))
}

/// What an app registered, as far as its requests are judged by it.
#[derive(Clone, Copy, Debug)]
pub struct Registered<'a> {
    /// Its name in the protocol.
    pub client_id: &'a str,
    /// Where answers may be sent; compared as [`redirect_uri`] says.
    pub redirect_uris: &'a [String],
    /// What it may ask for.
    pub scopes: &'a Scopes,
}

/// What an app asks her for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes; one of those registered, with the port that the app listens on now.
    pub redirect_uri: String,
    /// Comes back with the answer; the app tells its own requests by it.
    pub state: String,
    /// PKCE, S256.
    pub code_challenge: String,
    /// What it asks to read, of what it is registered for; never empty.
    pub scopes: Scopes,
    /// It asked for [`LAUNCH`].
    pub launch: bool,
    /// It asked for [`OFFLINE`].
    pub offline: bool,
}

impl AppRequest {
    /// Reads a request. `audience` is the address of our FHIR door, for which alone tokens are made here: an app that
    /// was led to believe in another one finds out now (SMART App Launch 2.2, `aud`).
    ///
    /// # Errors
    /// What is wrong, for the redirect URI once [`redirect_uri()`] is known.
    pub fn read(pairs: &[(String, String)], of: Registered<'_>, audience: &str) -> Result<Self, Denial> {
        let params = Params::new(pairs)?;
        let redirect_uri = redirect_uri(params, of.redirect_uris)?.to_owned();
        authorize::only_code(params, "send each parameter by itself")?;
        let state = params.needed("state")?;
        if state.len() > LONGEST {
            return Err(Denial::request(format!("state is longer than {LONGEST} bytes")));
        }
        let aud = params.needed("aud")?;
        if aud.strip_suffix('/').unwrap_or(aud) != audience {
            return Err(Denial::request(format!("aud must be {audience}")));
        }
        let asked = params.get("scope").unwrap_or_default();
        let has = |word: &str| asked.split_ascii_whitespace().any(|one| one == word);
        let scopes = Scopes::parse(asked).granted(of.scopes).granted(&offered());
        if scopes.is_empty() {
            let said = "scope must hold a patient/ scope that this app is registered for";
            return Err(Denial::new(DenialCode::InvalidScope, said));
        }
        Ok(Self {
            client_id: of.client_id.to_owned(),
            redirect_uri,
            state: state.to_owned(),
            code_challenge: authorize::challenge(params)?,
            scopes,
            launch: has(LAUNCH),
            offline: has(OFFLINE),
        })
    }

    /// True when it asks to read documents.
    #[must_use]
    pub fn wants_documents(&self) -> bool {
        !self.scopes.granted(&documents()).is_empty()
    }

    /// True when it asks who she is.
    #[must_use]
    pub fn wants_profile(&self) -> bool {
        !self.scopes.granted(&profile()).is_empty()
    }

    /// Of what it asks to read, what she granted.
    #[must_use]
    pub fn cut(&self, documents_too: bool, profile_too: bool) -> Scopes {
        let part = |given: bool, of: Scopes| if given { self.scopes.granted(&of) } else { Scopes::default() };
        part(documents_too, documents()).and(&part(profile_too, profile()))
    }

    /// The address of the answer with a code (RFC 6749 §4.1.2; RFC 9207 for `iss`).
    #[must_use]
    pub fn answered(&self, code: &str, issuer: &str) -> String {
        authorize::answered(&self.redirect_uri, Some(&self.state), code, issuer)
    }

    /// The address of the answer that says no.
    #[must_use]
    pub fn denied(&self, denial: &Denial, issuer: &str) -> String {
        authorize::denied(&self.redirect_uri, Some(&self.state), denial, issuer)
    }
}

/// What an app's access token says once it is opened. It is good for one space, and what it may read there is asked of
/// her word each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppToken {
    /// Whose space.
    #[serde(rename = "p")]
    pub person: PersonId,
    /// The app, with the connection that the token was given under, as the journal will name it.
    #[serde(rename = "a")]
    pub app: App,
    /// What it allows: `patient/` scopes.
    #[serde(rename = "s")]
    pub scopes: Scopes,
    /// When it ends.
    #[serde(rename = "e")]
    pub expires: Instant,
    /// The grant that it was given under; names it and opens nothing.
    #[serde(rename = "g")]
    pub grant: String,
}

impl AppToken {
    /// A token of five minutes, and never beyond `until`.
    #[must_use]
    pub fn new(
        person: PersonId,
        app: App,
        scopes: Scopes,
        grant: String,
        (now, until): (Instant, Instant),
    ) -> Self {
        Self { person, app, scopes, expires: now.plus(TOKEN_SECONDS * Instant::SECOND).min(until), grant }
    }

    /// How long it lives, in whole seconds.
    #[must_use]
    pub fn seconds(&self, now: Instant) -> i64 {
        (self.expires.0 - now.0).div_euclid(Instant::SECOND)
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
        (token.expires > now).then_some(token)
    }
}
