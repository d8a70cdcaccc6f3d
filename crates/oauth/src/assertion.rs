//! The signed assertion by which a client proves who it is (`private_key_jwt`; RFC 7523 §3, SMART App Launch
//! 2.2 "Asymmetric authentication").

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use kernel::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Denial;
use crate::jwk::{BadKey, KeySet, PrivateKey};
use crate::params::Params;

/// The one `client_assertion_type` there is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// SMART: "no more than five minutes in the future".
pub const LIFETIME_SECONDS: i64 = 300;

/// How far two honest clocks may differ, in seconds.
const SKEW_SECONDS: i64 = 30;

/// The largest assertion that is looked at, in bytes; an ES384 one is about 500.
const MAX_BYTES: usize = 8 * 1024;

/// An assertion as it came, not proven yet.
#[derive(Clone, Debug)]
pub struct Assertion<'a> {
    text: &'a str,
    kid: Option<String>,
    algorithm: Algorithm,
    claims: Claims,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

/// Which assertions are taken.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// By which names we are known.
    pub audiences: &'a [&'a str],
    /// How far ahead `exp` may be, in seconds.
    pub lifetime: i64,
    /// Held to FAPI 2.0 §5.3.2.1 and §5.4: one audience as a string, and no algorithm but its three.
    pub fapi: bool,
}

impl<'a> Rules<'a> {
    /// Those for software on its own account, to which this endpoint is known by these names.
    #[must_use]
    pub fn software(audiences: &'a [&'a str]) -> Self {
        Self { audiences, lifetime: LIFETIME_SECONDS, fapi: false }
    }
}

/// What a verified assertion proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The client that signed.
    pub client_id: String,
    /// The assertion's own id: burn it until [`Proven::burn_until`], or it can be used again.
    pub jti: String,
    /// From this moment on the assertion is too old to be taken anyway.
    pub burn_until: Instant,
}

impl<'a> Assertion<'a> {
    /// Reads an assertion without believing it, to learn whose keys to look up.
    ///
    /// # Errors
    /// `invalid_client` when it is not a JWT of the right shape.
    pub fn peek(text: &'a str) -> Result<Self, Denial> {
        if text.len() > MAX_BYTES {
            return Err(Denial::client("client_assertion is longer than 8 kB"));
        }
        let header = decode_header(text).map_err(|_| Denial::client("client_assertion is not a JWT"))?;
        if crate::jwk::word(header.alg).starts_with("none") {
            return Err(Denial::client(
                "client_assertion must be signed with ES256, ES384, EdDSA, PS256 or RS256",
            ));
        }
        let claims = text
            .split('.')
            .nth(1)
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
            .and_then(|bytes| serde_json::from_slice::<Claims>(&bytes).ok())
            .ok_or_else(|| Denial::client("client_assertion must hold iss, sub, aud, exp and jti"))?;
        Ok(Self { text, kid: header.kid, algorithm: header.alg, claims })
    }

    /// The assertion in the form that a client posts, if there is one; not proven yet.
    ///
    /// # Errors
    /// `invalid_client` as [`Assertion::peek`], for a `client_secret`, and for a `client_id` that is somebody else;
    /// `invalid_request` for another type of assertion.
    pub fn beside(params: Params<'a>) -> Result<Option<Self>, Denial> {
        if params.get("client_secret").is_some() {
            return Err(Denial::client("nobody has a client_secret here"));
        }
        let Some(text) = params.get("client_assertion") else { return Ok(None) };
        if params.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(Denial::request(format!("client_assertion_type must be {ASSERTION_TYPE}")));
        }
        let assertion = Self::peek(text)?;
        if params.get("client_id").is_some_and(|named| named != assertion.client_id()) {
            return Err(Denial::client("client_id is not who signed client_assertion"));
        }
        Ok(Some(assertion))
    }

    /// The client it claims to be.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.claims.iss
    }

    /// Proves the assertion against the client's registered `keys`. The caller must then burn the `jti`.
    ///
    /// # Errors
    /// `invalid_client`, with a sentence for the developer.
    pub fn verify(&self, keys: &KeySet, rules: Rules<'_>, now: Instant) -> Result<Proven, Denial> {
        crate::install_crypto();
        if rules.fapi && !matches!(self.algorithm, Algorithm::ES256 | Algorithm::EdDSA | Algorithm::PS256) {
            return Err(Denial::client("FAPI 2.0 takes ES256, EdDSA and PS256 only"));
        }
        if rules.fapi && !self.claims.aud.is_string() {
            return Err(Denial::client("aud must be our issuer, as one string (FAPI 2.0)"));
        }
        self.signature(keys)?;
        self.check_claims(rules, now.0.div_euclid(Instant::SECOND))?;
        Ok(Proven {
            client_id: self.claims.iss.clone(),
            jti: self.claims.jti.clone(),
            burn_until: Instant((self.claims.exp + SKEW_SECONDS + 1).saturating_mul(Instant::SECOND)),
        })
    }

    fn signature(&self, keys: &KeySet) -> Result<(), Denial> {
        // Times and audience are checked below against the moment we were given: the library would read the
        // machine's clock.
        let mut rules = Validation::new(self.algorithm);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let signed = keys
            .candidates(self.kid.as_deref(), self.algorithm)
            .any(|key| decode::<Value>(self.text, &key.decoding, &rules).is_ok());
        if signed {
            return Ok(());
        }
        Err(Denial::client("the signature fits none of the client's registered keys (check kid and alg)"))
    }

    fn check_claims(&self, rules: Rules<'_>, now: i64) -> Result<(), Denial> {
        let (claims, audiences) = (&self.claims, rules.audiences);
        let for_us = match &claims.aud {
            Value::String(aud) => audiences.contains(&aud.as_str()),
            // More than one audience would let another receiver replay it here.
            Value::Array(list) => match list.as_slice() {
                [Value::String(aud)] => audiences.contains(&aud.as_str()),
                _ => false,
            },
            _ => false,
        };
        let wrong = if claims.iss != claims.sub {
            "iss and sub must both be the client_id"
        } else if !for_us {
            "aud must be our issuer or the address of this endpoint"
        } else if claims.exp <= now - SKEW_SECONDS {
            "exp is past"
        } else if claims.exp > now + rules.lifetime + SKEW_SECONDS {
            "exp is too far ahead: five minutes for software, an hour for services"
        } else if claims.iat.is_some_and(|iat| iat > now + SKEW_SECONDS) {
            "iat is in the future"
        } else if claims.nbf.is_some_and(|nbf| nbf > now + SKEW_SECONDS) {
            "nbf is in the future"
        } else if claims.jti.is_empty() || claims.jti.len() > 255 {
            "jti must have 1 to 255 characters"
        } else {
            return Ok(());
        };
        Err(Denial::client(wrong))
    }
}

/// Makes an assertion, as a client does: `jti` must be new each time.
///
/// # Errors
/// [`BadKey`] when the key does not sign.
pub fn sign_assertion(
    key: &PrivateKey,
    client_id: &str,
    token_endpoint: &str,
    jti: &str,
    now: Instant,
) -> Result<String, BadKey> {
    let seconds = now.0.div_euclid(Instant::SECOND);
    let mut header = json!({ "alg": key.alg, "typ": "JWT" });
    if let Some(kid) = &key.kid {
        header["kid"] = json!(kid);
    }
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": token_endpoint,
        "exp": seconds + LIFETIME_SECONDS - 60, "iat": seconds, "jti": jti,
    });
    sign_claims(key, &header, &claims)
}

/// Signs any header and claims; apart from [`sign_assertion`] so that tests can sign wrong ones.
pub(crate) fn sign_claims(key: &PrivateKey, header: &Value, claims: &Value) -> Result<String, BadKey> {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = key.sign(message.as_bytes())?;
    Ok(format!("{message}.{signature}"))
}
