//! A service at whose door professionals sign in with Carnet: what it registered (OpenID Connect Dynamic Client
//! Registration §2, as data of the operator; nobody registers by herself).

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::error::Denial;
use crate::jwk::KeySet;

/// How a service proves who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proves {
    /// With assertions signed by a registered key (RFC 7523).
    PrivateKeyJwt,
    /// With a certificate of a known authority that carries this subject or name (RFC 8705 §2.1).
    TlsClientAuth(String),
    /// With a certificate that is registered itself, as `x5c` of a key (RFC 8705 §2.2).
    SelfSignedTlsClientAuth,
}

impl Proves {
    /// The registered word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth(_) => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        }
    }
}

/// What our tokens for a service are signed with (`id_token_signed_response_alg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signing {
    /// ECDSA on P-256: what every service gets that asks for nothing else.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA with SHA-256, which OpenID Connect Core §15.1 lets every client count on, and FAPI 2.0 §5.4 forbids.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Signing {
    /// Every algorithm.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// Its name in JOSE.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// What a service registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name in the protocol.
    pub client_id: String,
    /// What it is called, as she reads it.
    pub name: String,
    /// Where answers may be sent; compared letter by letter.
    pub redirect_uris: Vec<String>,
    /// Where she may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it wants to be told that she signed out.
    pub backchannel_logout_uri: Option<String>,
    /// How it proves who it is.
    pub proves: Proves,
    /// Held to the FAPI 2.0 Security Profile: pushed requests only, bound tokens only, its algorithms only.
    pub fapi: bool,
    /// What its ID tokens and logout tokens are signed with.
    #[serde(default)]
    pub signing: Signing,
}

/// True for an address that an answer may be sent to: `https`, or plain HTTP to this very machine, without fragment.
#[must_use]
pub fn is_safe_address(address: &str) -> bool {
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let clean = !address.contains('#')
        && !address.contains('@')
        && address.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&b));
    let placed = match address.split_once("://") {
        Some(("https", rest)) => !host(rest).is_empty(),
        Some(("http", rest)) => {
            let host = host(rest);
            let is_port = |rest: &str| {
                rest.is_empty()
                    || rest.strip_prefix(':').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
            };
            let here = ["localhost", "127.0.0.1", "[::1]"].into_iter();
            here.filter_map(|name| host.strip_prefix(name)).any(is_port)
        }
        _ => false,
    };
    clean && placed
}

/// What a page's content security policy must let a form lead to: scheme, host and port of an address, or the scheme
/// alone of an app's own (`fr.exemple.suivi:`).
#[must_use]
pub fn origin(address: &str) -> Option<&str> {
    if crate::app::is_native_address(address) {
        return address.find(':').map(|colon| &address[..=colon]);
    }
    let start = address.find("://")? + 3;
    let end = address[start..].find(['/', '?']).map_or(address.len(), |at| start + at);
    Some(&address[..end])
}

impl Service {
    /// Everything that is wrong with a registration: member and reason. `keys` is its JWKS, when it has one.
    #[must_use]
    pub fn flaws(&self, keys: Option<&KeySet>) -> Vec<(&'static str, &'static str)> {
        let mut flaws = Vec::new();
        let safe = "https:// (or http:// on this machine), without fragment";
        if self.name.trim().is_empty() || self.name.len() > 120 {
            flaws.push(("name", "1 to 120 characters"));
        }
        if self.redirect_uris.is_empty() {
            flaws.push(("redirect_uris", "at least one"));
        }
        if !self.redirect_uris.iter().all(|address| is_safe_address(address)) {
            flaws.push(("redirect_uris", safe));
        }
        if !self.post_logout_redirect_uris.iter().all(|address| is_safe_address(address)) {
            flaws.push(("post_logout_redirect_uris", safe));
        }
        if self.backchannel_logout_uri.as_ref().is_some_and(|address| !is_safe_address(address)) {
            flaws.push(("backchannel_logout_uri", safe));
        }
        if self.fapi && self.signing != Signing::Es256 {
            flaws.push(("id_token_signed_response_alg", "ES256 under FAPI 2.0"));
        }
        match &self.proves {
            Proves::PrivateKeyJwt | Proves::SelfSignedTlsClientAuth if keys.is_none() => {
                flaws.push(("jwks", "its public keys are needed"));
            }
            Proves::TlsClientAuth(name) if name.trim().is_empty() => {
                flaws.push(("tls_client_auth", "the subject or a name of its certificate"));
            }
            _ => {}
        }
        flaws
    }

    /// Proves a service by the certificate of its connection (RFC 8705 §2), which a trusted proxy handed over.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn check_certificate(
        &self,
        certificate: Option<&Certificate>,
        keys: Option<&KeySet>,
        now_seconds: i64,
    ) -> Result<(), Denial> {
        let certificate =
            certificate.ok_or_else(|| Denial::client("this client proves itself with its certificate"))?;
        if !(certificate.holds.0..=certificate.holds.1).contains(&now_seconds) {
            return Err(Denial::client("the certificate does not hold at this moment"));
        }
        let fits = match &self.proves {
            Proves::PrivateKeyJwt => false,
            Proves::TlsClientAuth(name) => certificate.is_called(name),
            Proves::SelfSignedTlsClientAuth => {
                keys.is_some_and(|keys| keys.has_certificate(&certificate.thumbprint))
            }
        };
        if fits { Ok(()) } else { Err(Denial::client("the certificate is not the one registered")) }
    }
}
