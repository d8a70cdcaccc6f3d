//! Keys as JSON (RFC 7517): the public ones a client registers, the private one it signs with.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value, json};
use thiserror::Error;

/// Why a key is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadKey {
    /// Not JSON, or not a JWK or JWKS.
    #[error("not a JSON Web Key (Set): {0}")]
    Shape(&'static str),
    /// A private key was given where a public one belongs; whoever sent it must make a new pair.
    #[error("the set holds a private or symmetric key: register the public key only, and make a new pair")]
    Private,
    /// An algorithm that neither SMART Backend Services nor FAPI 2.0 uses.
    #[error(
        "only ES256 (P-256), ES384 (P-384), EdDSA (Ed25519), RS256 and PS256 (RSA, 2048 bits or more) keys are taken"
    )]
    Algorithm,
    /// The numbers in it are not a key.
    #[error("the key's numbers are not a key")]
    Numbers,
    /// A set without keys verifies nothing.
    #[error("the set holds no key")]
    Empty,
}

/// One registered public key.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    pub(crate) kid: Option<String>,
    /// What it may have signed with: one, or two for an RSA key that names none.
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) decoding: DecodingKey,
    /// RFC 7638, SHA-256.
    pub(crate) thumbprint: String,
    /// SHA-256 of the certificate in `x5c`, if there is one (RFC 8705 §2.2.2).
    certificate: Option<[u8; 32]>,
}

/// A client's public keys: the JWKS it registered.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

/// Members of a JWK that only a private or symmetric key has (RFC 7518 §6).
const SECRET_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", PKCS8];

/// Where our own RSA keys keep their private half: `aws-lc-rs` writes and reads PKCS#8 and no JWK.
const PKCS8: &str = "pkcs8";

impl KeySet {
    /// Reads a JWKS, or a single JWK.
    ///
    /// # Errors
    /// [`BadKey`] says which rule a key breaks; one bad key refuses the set, because a key that silently
    /// does not count is found out on the night it is needed.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let value: Value = serde_json::from_str(text).map_err(|_| BadKey::Shape("it is not JSON"))?;
        let keys: Vec<PublicKey> = match value.get("keys") {
            Some(Value::Array(keys)) => keys.iter().map(public_key).collect::<Result<_, _>>()?,
            Some(_) => return Err(BadKey::Shape("`keys` is not a list")),
            None => vec![public_key(&value)?],
        };
        if keys.is_empty() {
            return Err(BadKey::Empty);
        }
        Ok(Self { keys })
    }

    /// The keys that may have signed: the one named, or all of this algorithm when none is named.
    pub(crate) fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a PublicKey> {
        self.keys
            .iter()
            .filter(move |key| key.algorithms.contains(&algorithm))
            .filter(move |key| kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid)
    }

    /// True when `certificate` (SHA-256 of its DER) is one of those registered (RFC 8705 §2.2).
    #[must_use]
    pub fn has_certificate(&self, certificate: &[u8; 32]) -> bool {
        self.keys.iter().any(|key| key.certificate.as_ref() == Some(certificate))
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Never true; here because every `len` has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

pub(crate) fn public_key(value: &Value) -> Result<PublicKey, BadKey> {
    let key = value.as_object().ok_or(BadKey::Shape("a key is not an object"))?;
    if SECRET_MEMBERS.iter().any(|member| key.contains_key(*member)) {
        return Err(BadKey::Private);
    }
    let text = |member: &str| key.get(member).and_then(Value::as_str);
    let (able, decoding): (&[Algorithm], _) = match (text("kty"), text("crv")) {
        (Some("EC"), Some("P-256")) => (&[Algorithm::ES256], ec(key, 32)?),
        (Some("EC"), Some("P-384")) => (&[Algorithm::ES384], ec(key, 48)?),
        (Some("OKP"), Some("Ed25519")) => (&[Algorithm::EdDSA], ed25519(key)?),
        (Some("RSA"), _) => (&[Algorithm::RS256, Algorithm::PS256], rsa(key)?),
        (Some("oct"), _) => return Err(BadKey::Private),
        (None, _) => return Err(BadKey::Shape("`kty` is missing")),
        _ => return Err(BadKey::Algorithm),
    };
    let named = |alg: &Algorithm| text("alg").is_none_or(|name| name == word(*alg));
    let algorithms: Vec<Algorithm> = able.iter().copied().filter(named).collect();
    if algorithms.is_empty() || text("use").is_some_and(|usage| usage != "sig") {
        return Err(BadKey::Algorithm);
    }
    Ok(PublicKey {
        kid: text("kid").map(str::to_owned),
        algorithms,
        decoding,
        thumbprint: thumbprint(key)?,
        certificate: certificate(key)?,
    })
}

/// The name of an algorithm in JOSE.
pub(crate) fn word(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::EdDSA => "EdDSA",
        Algorithm::RS256 => "RS256",
        Algorithm::PS256 => "PS256",
        _ => "none of ours",
    }
}

/// RFC 7638: the members that make the key, in alphabetical order, hashed.
fn thumbprint(key: &Map<String, Value>) -> Result<String, BadKey> {
    let names: &[&str] = match key.get("kty").and_then(Value::as_str) {
        Some("RSA") => &["e", "kty", "n"],
        Some("OKP") => &["crv", "kty", "x"],
        _ => &["crv", "kty", "x", "y"],
    };
    let mut canonical = Map::new();
    for name in names {
        let value = key.get(*name).cloned().ok_or(BadKey::Shape("a member of the key is missing"))?;
        canonical.insert((*name).to_owned(), value);
    }
    Ok(sha256_base64url(Value::Object(canonical).to_string().as_bytes()))
}

/// `base64url(SHA-256(bytes))`: how thumbprints, PKCE challenges and access token hashes are written.
#[must_use]
pub fn sha256_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// The first certificate of `x5c`, hashed.
fn certificate(key: &Map<String, Value>) -> Result<Option<[u8; 32]>, BadKey> {
    let Some(chain) = key.get("x5c") else { return Ok(None) };
    let first = chain.get(0).and_then(Value::as_str).ok_or(BadKey::Shape("`x5c` holds no certificate"))?;
    let der = base64::engine::general_purpose::STANDARD.decode(first).map_err(|_| BadKey::Numbers)?;
    Ok(Some(crate::certificate::thumbprint(&der)))
}

fn ec(key: &Map<String, Value>, width: usize) -> Result<DecodingKey, BadKey> {
    let (x, y) = (member(key, "x")?, member(key, "y")?);
    if x.len() != width || y.len() != width {
        return Err(BadKey::Numbers);
    }
    DecodingKey::from_ec_components(&URL_SAFE_NO_PAD.encode(x), &URL_SAFE_NO_PAD.encode(y))
        .map_err(|_| BadKey::Numbers)
}

fn ed25519(key: &Map<String, Value>) -> Result<DecodingKey, BadKey> {
    let x = member(key, "x")?;
    if x.len() != 32 {
        return Err(BadKey::Numbers);
    }
    DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(x)).map_err(|_| BadKey::Numbers)
}

fn rsa(key: &Map<String, Value>) -> Result<DecodingKey, BadKey> {
    let (n, e) = (member(key, "n")?, member(key, "e")?);
    let modulus = n.iter().skip_while(|byte| **byte == 0).count();
    if !(256..=1024).contains(&modulus) || e.is_empty() || e.len() > 8 {
        return Err(BadKey::Algorithm);
    }
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

/// A number of a key; padding is forgiven, other alphabets are not.
fn member(key: &Map<String, Value>, name: &str) -> Result<Vec<u8>, BadKey> {
    let text =
        key.get(name).and_then(Value::as_str).ok_or(BadKey::Shape("a number of the key is missing"))?;
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| BadKey::Numbers)
}

/// The private key that somebody signs with: we our tokens, a client its assertions.
#[derive(Debug)]
pub struct PrivateKey {
    pair: Pair,
    pub(crate) kid: Option<String>,
    pub(crate) alg: &'static str,
}

#[derive(Debug)]
enum Pair {
    Curve(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// A fresh ES256 pair as a private JWK (with `kid`); [`public_jwks`] gives what to register.
    ///
    /// # Errors
    /// [`BadKey::Numbers`] when the crypto library refuses, which it does not.
    pub fn generate(kid: &str) -> Result<Value, BadKey> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| BadKey::Numbers)?;
        let point = pair.public_key().as_ref();
        let secret = aws_lc_rs::encoding::AsBigEndian::as_be_bytes(&pair.private_key())
            .map_err(|_: aws_lc_rs::error::Unspecified| BadKey::Numbers)?;
        let secret: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = secret;
        Ok(json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
            "d": URL_SAFE_NO_PAD.encode(secret.as_ref()),
        }))
    }

    /// A fresh RS256 pair of 2048 bits, for tokens of services that read nothing else.
    ///
    /// # Errors
    /// [`BadKey::Numbers`] when the crypto library refuses, which it does not.
    pub fn generate_rsa(kid: &str) -> Result<Value, BadKey> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| BadKey::Numbers)?;
        let secret: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| BadKey::Numbers)?;
        let public = pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
            PKCS8: number(secret.as_ref()),
        }))
    }

    /// Reads a private EC JWK (P-256 or P-384), or an RSA key of [`PrivateKey::generate_rsa`].
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn parse(jwk: &Value) -> Result<Self, BadKey> {
        let key = jwk.as_object().ok_or(BadKey::Shape("a key is not an object"))?;
        let text = |member: &str| key.get(member).and_then(Value::as_str);
        let kid = text("kid").map(str::to_owned);
        if text("kty") == Some("RSA") {
            let pair = RsaKeyPair::from_pkcs8(&member(key, PKCS8)?).map_err(|_| BadKey::Numbers)?;
            return Ok(Self { pair: Pair::Rsa(pair), kid, alg: "RS256" });
        }
        let (rule, alg): (&'static EcdsaSigningAlgorithm, _) = match text("crv") {
            Some("P-256") => (&ECDSA_P256_SHA256_FIXED_SIGNING, "ES256"),
            Some("P-384") => (&ECDSA_P384_SHA384_FIXED_SIGNING, "ES384"),
            _ => return Err(BadKey::Algorithm),
        };
        let mut point = vec![4];
        point.extend(member(key, "x")?);
        point.extend(member(key, "y")?);
        let pair = EcdsaKeyPair::from_private_key_and_public_key(rule, &member(key, "d")?, &point)
            .map_err(|_| BadKey::Numbers)?;
        Ok(Self { pair: Pair::Curve(pair), kid, alg })
    }

    /// The name that its signatures carry.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<String, BadKey> {
        let (chance, refused) = (SystemRandom::new(), |_| BadKey::Numbers);
        Ok(match &self.pair {
            Pair::Curve(pair) => {
                URL_SAFE_NO_PAD.encode(pair.sign(&chance, message).map_err(refused)?.as_ref())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &chance, message, &mut signature).map_err(refused)?;
                URL_SAFE_NO_PAD.encode(signature)
            }
        })
    }
}

/// The thumbprint of a private or public JWK (RFC 7638), which makes a `kid` that no other key has.
///
/// # Errors
/// [`BadKey`].
pub fn thumbprint_of(jwk: &Value) -> Result<String, BadKey> {
    thumbprint(jwk.as_object().ok_or(BadKey::Shape("a key is not an object"))?)
}

/// The JWKS to register for a private JWK: the same key without its secret.
#[must_use]
pub fn public_jwks(private: &Value) -> Value {
    let mut key = private.as_object().cloned().unwrap_or_default();
    for member in SECRET_MEMBERS {
        key.remove(member);
    }
    json!({ "keys": [key] })
}
