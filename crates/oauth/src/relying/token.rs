//! Tokens of a provider: are they its own, for us, for this request, fresh, and of the level that we need.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use kernel::Instant;
use serde_json::{Map, Value};

use super::Wrong;
use super::sealed::{OpeningKey, is_sealed};
use crate::jwk::{PublicKey, public_key, word};

/// How far two honest clocks may differ, in seconds.
const SKEW_SECONDS: i64 = 60;

/// How old an ID token may be that comes straight from the token endpoint, in seconds.
const OLDEST_SECONDS: i64 = 600;

/// The largest token that is looked at, in bytes.
const MAX_BYTES: usize = 32 * 1024;

/// What the token endpoint gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Opens userinfo.
    pub access: String,
    /// Says who signed in; possibly sealed for us.
    pub id: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// Reads the answer of the token endpoint (OpenID Connect Core §3.1.3.3).
    ///
    /// # Errors
    /// [`Wrong::Said`] with the provider's word for a refusal; [`Wrong::Token`] for anything else that is not tokens.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let all: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Wrong::Token("the answer is not a JSON object"))?;
        let given = |name: &str| all.get(name).and_then(Value::as_str).filter(|word| !word.is_empty());
        if let Some(error) = given("error") {
            return Err(Wrong::Said(crate::params::plain(error)));
        }
        if !given("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(Wrong::Token("the access token is no bearer token"));
        }
        match (given("access_token"), given("id_token")) {
            (Some(access), Some(id)) => Ok(Self { access: access.to_owned(), id: id.to_owned() }),
            _ => Err(Wrong::Token("a token is missing")),
        }
    }
}

/// The keys that a provider publishes, those that we can use.
#[derive(Clone, Debug)]
pub struct ProviderKeys(Vec<PublicKey>);

impl ProviderKeys {
    /// Reads a JWKS. Unlike a client's registration, a key that we cannot use is passed over: providers publish keys
    /// for other purposes beside those that sign.
    ///
    /// # Errors
    /// [`Wrong::Keys`] when none is left.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let set: Value = serde_json::from_str(text).map_err(|_| Wrong::Keys)?;
        let all = set.get("keys").and_then(Value::as_array).ok_or(Wrong::Keys)?;
        let usable: Vec<PublicKey> = all.iter().filter_map(|key| public_key(key).ok()).collect();
        if usable.is_empty() { Err(Wrong::Keys) } else { Ok(Self(usable)) }
    }

    /// The claims of a token of one of these `kinds` (`typ`, in small letters) that one of these keys signed.
    pub(super) fn verified(
        &self,
        text: &str,
        kinds: &[&str],
    ) -> Result<(Algorithm, Map<String, Value>), Wrong> {
        crate::install_crypto();
        if text.len() > MAX_BYTES {
            return Err(Wrong::Token("it is longer than 32 kB"));
        }
        let header = text.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let header: Map<String, Value> = header
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(Wrong::Token("it is no signed token"))?;
        let said = |name: &str| header.get(name).and_then(Value::as_str);
        if header.contains_key("crit") {
            return Err(Wrong::Token("its header asks for what we do not understand"));
        }
        // Neither a logout token nor an access token is taken for an ID token (RFC 8725 §3.11).
        if said("typ").is_some_and(|typ| !kinds.contains(&typ.to_ascii_lowercase().as_str())) {
            return Err(Wrong::Token("it is a token of another kind"));
        }
        const TAKEN: [Algorithm; 5] =
            [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256];
        let named = said("alg").unwrap_or_default();
        let algorithm = TAKEN.into_iter().find(|taken| word(*taken) == named);
        let algorithm =
            algorithm.ok_or(Wrong::Token("it is signed with an algorithm that we do not take"))?;
        let kid = said("kid");
        let candidates: Vec<&PublicKey> = self
            .0
            .iter()
            .filter(|key| key.algorithms.contains(&algorithm) && (kid.is_none() || key.kid.as_deref() == kid))
            .collect();
        if candidates.is_empty() {
            return Err(Wrong::UnknownKey);
        }
        // Times and audience are checked below against the moment that we were given.
        let mut rules = Validation::new(algorithm);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        candidates
            .into_iter()
            .find_map(|key| decode::<Map<String, Value>>(text, &key.decoding, &rules).ok())
            .map(|token| (algorithm, token.claims))
            .ok_or(Wrong::Token("its signature does not fit"))
    }
}

/// What an ID token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Us.
    pub client_id: &'a str,
    /// As we sent it; `None` where nothing is sent: a token fetched with `auth_req_id` comes straight from whom we
    /// asked.
    pub nonce: Option<&'a str>,
    /// The level that we need at least.
    pub acr: &'a str,
    /// The access token that came with it.
    pub access_token: &'a str,
    /// The present.
    pub now: Instant,
}

/// Somebody who signed in at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Her name there, for us alone or for everybody, as the provider decides; never an identity of ours.
    pub sub: String,
    /// The level that she reached.
    pub acr: String,
    /// When she proved it, if the provider says.
    pub auth_time: Option<Instant>,
    /// What the provider calls this sign-in, if it says so when it ends ([`super::logout_token`]).
    pub sid: Option<String>,
    /// The token, opened: it is the hint when she signs out.
    pub token: String,
}

/// Checks an ID token (OpenID Connect Core §3.1.3.7), opening it first where it is sealed.
///
/// # Errors
/// [`Wrong`]: [`Wrong::UnknownKey`] when the keys should be fetched again, once; [`Wrong::Level`] when she signed in by
/// weaker means than asked for.
pub fn id_token(
    text: &str,
    keys: &ProviderKeys,
    opening: Option<&OpeningKey>,
    expected: Expected<'_>,
) -> Result<SignedIn, Wrong> {
    let token = opened(text, opening)?;
    let (algorithm, claims) = keys.verified(&token, &["jwt"])?;
    let said = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    if said("iss") != Some(expected.issuer) {
        return Err(Wrong::Token("iss is another provider"));
    }
    for_us(&claims, expected.client_id)?;
    in_time(&claims, expected.now)?;
    if expected.nonce.is_some_and(|sent| said("nonce") != Some(sent)) {
        return Err(Wrong::Token("nonce is another request's"));
    }
    if said("at_hash").is_some_and(|hash| hash != half_hash(algorithm, expected.access_token)) {
        return Err(Wrong::Token("at_hash is another access token's"));
    }
    let sub = said("sub").filter(|sub| (1..=255).contains(&sub.len()));
    let sub = sub.ok_or(Wrong::Token("sub must have 1 to 255 characters"))?.to_owned();
    let acr = said("acr").filter(|acr| reaches(acr, expected.acr)).ok_or(Wrong::Level)?.to_owned();
    let auth_time = number("auth_time").map(|at| Instant(at.saturating_mul(Instant::SECOND)));
    let sid = said("sid").filter(|sid| (1..=255).contains(&sid.len())).map(str::to_owned);
    Ok(SignedIn { sub, acr, auth_time, sid, token })
}

/// `exp`, `iat` and `nbf` of a token that has just been made; answers its end, in seconds since 1970.
pub(super) fn in_time(claims: &Map<String, Value>, now: Instant) -> Result<i64, Wrong> {
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let now = now.0.div_euclid(Instant::SECOND);
    let ends = number("exp").filter(|exp| *exp > now - SKEW_SECONDS);
    let ends = ends.ok_or(Wrong::Token("exp is past"))?;
    match number("iat") {
        Some(iat) if iat > now + SKEW_SECONDS => return Err(Wrong::Token("iat is in the future")),
        Some(iat) if iat < now - OLDEST_SECONDS => return Err(Wrong::Token("iat is too long ago")),
        Some(_) => {}
        None => return Err(Wrong::Token("iat is missing")),
    }
    if number("nbf").is_some_and(|nbf| nbf > now + SKEW_SECONDS) {
        return Err(Wrong::Token("nbf is in the future"));
    }
    Ok(ends)
}

pub(super) fn opened(text: &str, opening: Option<&OpeningKey>) -> Result<String, Wrong> {
    if text.len() > MAX_BYTES {
        return Err(Wrong::Token("it is longer than 32 kB"));
    }
    match (is_sealed(text), opening) {
        (false, _) => Ok(text.to_owned()),
        (true, Some(key)) => key.open(text),
        (true, None) => Err(Wrong::Token("it is encrypted, and no key to open it is configured")),
    }
}

/// `aud` and `azp` (OpenID Connect Core §3.1.3.7, 3 to 5).
pub(super) fn for_us(claims: &Map<String, Value>, client_id: &str) -> Result<(), Wrong> {
    let (named, several) = match claims.get("aud") {
        Some(Value::String(aud)) => (aud == client_id, false),
        Some(Value::Array(list)) => (list.iter().any(|aud| aud == client_id), list.len() > 1),
        _ => (false, false),
    };
    let party = claims.get("azp");
    if !named {
        return Err(Wrong::Token("aud is another client"));
    }
    if party.is_some_and(|azp| azp != client_id) || (several && party.is_none()) {
        return Err(Wrong::Token("azp is another client"));
    }
    Ok(())
}

/// `at_hash` (OpenID Connect Core §3.1.3.6): the left half of the hash that goes with the signature.
fn half_hash(algorithm: Algorithm, access_token: &str) -> String {
    let by = match algorithm {
        Algorithm::ES384 => &digest::SHA384,
        Algorithm::EdDSA => &digest::SHA512,
        _ => &digest::SHA256,
    };
    let hash = digest::digest(by, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// Whether a level is at least what was asked for: levels of eIDAS have an order, any other word only fits itself.
#[must_use]
pub fn reaches(given: &str, asked: &str) -> bool {
    let level = |word: &str| ["eidas1", "eidas2", "eidas3"].iter().position(|known| *known == word);
    match (level(given), level(asked)) {
        (Some(given), Some(asked)) => given >= asked,
        _ => given == asked,
    }
}

/// What userinfo says about somebody (OpenID Connect Core §5.3.2): JSON, or a signed token, or a sealed one.
///
/// # Errors
/// [`Wrong::Userinfo`] when it is about somebody else or cannot be read; [`Wrong::UnknownKey`] as for ID tokens.
pub fn userinfo(
    content_type: &str,
    body: &str,
    keys: &ProviderKeys,
    opening: Option<&OpeningKey>,
    (issuer, client_id, sub): (&str, &str, &str),
) -> Result<Map<String, Value>, Wrong> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let claims = match kind.as_str() {
        "application/json" => {
            serde_json::from_str(body).map_err(|_| Wrong::Userinfo("it is not a JSON object"))?
        }
        "application/jwt" => {
            let (_, claims) = keys.verified(&opened(body.trim(), opening)?, &["jwt"])?;
            // Both are there to be checked when it is signed (§5.3.2).
            if claims.get("iss").is_some_and(|iss| iss != issuer) {
                return Err(Wrong::Userinfo("iss is another provider"));
            }
            if claims.contains_key("aud") {
                for_us(&claims, client_id)?;
            }
            claims
        }
        _ => return Err(Wrong::Userinfo("it is neither JSON nor a signed token")),
    };
    // Without this, an access token that was swapped would make her somebody else.
    if claims.get("sub").and_then(Value::as_str) != Some(sub) {
        return Err(Wrong::Userinfo("it is about somebody else"));
    }
    Ok(claims)
}
