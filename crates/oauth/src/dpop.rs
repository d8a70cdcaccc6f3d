//! Demonstrating proof of possession (RFC 9449): a small JWT, new for every request, by which a client shows that it
//! holds the key that its tokens are bound to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use kernel::Instant;
use serde_json::{Value, json};

use crate::assertion::sign_claims;
use crate::error::{Denial, DenialCode};
use crate::jwk::{self, BadKey, PrivateKey, public_jwks, sha256_base64url};

/// How old a proof may be, in seconds.
pub const LIFETIME_SECONDS: i64 = 60;

/// How far ahead of ours a client's clock may be, in seconds.
const AHEAD_SECONDS: i64 = 15;

/// The largest proof that is looked at, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// Algorithms of proofs, for discovery.
pub const ALGORITHMS: [&str; 4] = ["ES256", "ES384", "EdDSA", "PS256"];

/// The request that a proof must be about.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, without query.
    pub address: &'a str,
    /// The access token that is shown beside the proof, at a resource.
    pub access_token: Option<&'a str>,
}

/// What a proof proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key (`cnf.jkt`).
    pub jkt: String,
    /// What must be burnt until [`Proof::burn_until`], or the proof can be used again.
    pub replay: String,
    /// From this moment on the proof is too old to be taken anyway.
    pub burn_until: Instant,
}

fn bad(said: &str) -> Denial {
    Denial::new(DenialCode::InvalidDpopProof, said)
}

/// Checks a proof against the request it came with (RFC 9449 §4.3). The caller must then burn [`Proof::replay`].
///
/// # Errors
/// `invalid_dpop_proof`, with a sentence for the developer.
pub fn check(text: &str, target: Target<'_>, now: Instant) -> Result<Proof, Denial> {
    crate::install_crypto();
    if text.len() > MAX_BYTES {
        return Err(bad("the proof is longer than 8 kB"));
    }
    let mut parts = text.split('.');
    let (Some(header), Some(claims), Some(_), None) =
        (parts.next().and_then(object), parts.next().and_then(object), parts.next(), parts.next())
    else {
        return Err(bad("the proof is not a JWT"));
    };
    if header["typ"] != "dpop+jwt" {
        return Err(bad("typ must be dpop+jwt"));
    }
    let algorithm = match header["alg"].as_str() {
        Some("ES256") => Algorithm::ES256,
        Some("ES384") => Algorithm::ES384,
        Some("EdDSA") => Algorithm::EdDSA,
        Some("PS256") => Algorithm::PS256,
        _ => return Err(bad("alg must be ES256, ES384, EdDSA or PS256")),
    };
    let key = jwk::public_key(&header["jwk"]).map_err(|why| bad(&format!("jwk: {why}")))?;
    if !key.algorithms.contains(&algorithm) {
        return Err(bad("alg does not go with jwk"));
    }
    let mut rules = Validation::new(algorithm);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    if decode::<Value>(text, &key.decoding, &rules).is_err() {
        return Err(bad("the signature is not made with jwk"));
    }
    let (jti, issued) = fresh(&claims, target, now)?;
    Ok(Proof {
        replay: format!("{}|{jti}", key.thumbprint),
        jkt: key.thumbprint,
        burn_until: Instant((issued + LIFETIME_SECONDS + AHEAD_SECONDS + 1).saturating_mul(Instant::SECOND)),
    })
}

fn object(part: &str) -> Option<Value> {
    let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    value.is_object().then_some(value)
}

fn fresh<'a>(claims: &'a Value, target: Target<'_>, now: Instant) -> Result<(&'a str, i64), Denial> {
    let now = now.0.div_euclid(Instant::SECOND);
    let jti = claims["jti"].as_str().filter(|jti| (1..=255).contains(&jti.len()));
    let issued = whole_seconds(&claims["iat"]);
    let (Some(jti), Some(issued)) = (jti, issued) else {
        return Err(bad("jti (1 to 255 characters) and iat are needed"));
    };
    let hash = target.access_token.map(|token| sha256_base64url(token.as_bytes()));
    let wrong = if claims["htm"] != target.method {
        "htm is not the method of this request"
    } else if !claims["htu"].as_str().is_some_and(|htu| same_address(htu, target.address)) {
        "htu is not the address of this request"
    } else if issued < now - LIFETIME_SECONDS {
        "iat is more than a minute ago"
    } else if issued > now + AHEAD_SECONDS {
        "iat is in the future"
    } else if hash.is_some_and(|hash| claims["ath"] != hash) {
        "ath is not the hash of the access token"
    } else {
        return Ok((jti, issued));
    };
    Err(bad(wrong))
}

/// A NumericDate, which may have a fraction (RFC 7519 §2).
fn whole_seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|f| f.abs() < 1e15).map(|f| f as i64))
}

/// Equal without query and fragment, after the normalisation of RFC 3986 §6.2.2 and §6.2.3 that clients may apply:
/// scheme and host in any case, the scheme's own port left out or not.
fn same_address(given: &str, own: &str) -> bool {
    fn normal(address: &str) -> Option<(String, String)> {
        let address = address.split(['?', '#']).next()?;
        let (scheme, rest) = address.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (scheme, mut host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
        let port = if scheme == "https" { ":443" } else { ":80" };
        if let Some(bare) = host.strip_suffix(port) {
            host = bare.to_owned();
        }
        Some((format!("{scheme}://{host}"), if path.is_empty() { "/".to_owned() } else { path.to_owned() }))
    }
    let (given, own) = (normal(given), normal(own));
    given.is_some() && given == own
}

/// Makes a proof, as a client does; `jwk` is its private key.
///
/// # Errors
/// [`BadKey`] when the key does not sign.
pub fn sign(jwk: &Value, target: Target<'_>, jti: &str, now: Instant) -> Result<String, BadKey> {
    let key = PrivateKey::parse(jwk)?;
    let public = &public_jwks(jwk)["keys"][0];
    let shown = json!({"kty": public["kty"], "crv": public["crv"], "x": public["x"], "y": public["y"]});
    let header = json!({"typ": "dpop+jwt", "alg": key.alg, "jwk": shown});
    let mut claims = json!({
        "htm": target.method, "htu": target.address, "jti": jti, "iat": now.0.div_euclid(Instant::SECOND),
    });
    if let Some(token) = target.access_token {
        claims["ath"] = json!(sha256_base64url(token.as_bytes()));
    }
    sign_claims(&key, &header, &claims)
}
