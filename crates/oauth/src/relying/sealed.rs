//! Tokens that are encrypted for us, as FranceConnect+ sends them: JWE in compact form (RFC 7516 §7.1) with `ECDH-ES`
//! on P-256 (RFC 7518 §4.6) and `A256GCM`. `RSA-OAEP` is not taken: register a P-256 key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, UnparsedPublicKey};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Wrong;
use crate::jwk::BadKey;

/// The name of the content encryption, which is also what the key is derived for.
const CONTENT: &str = "A256GCM";

/// Our private key for what is encrypted for us.
pub struct OpeningKey {
    key: agreement::PrivateKey,
    kid: Option<String>,
}

impl std::fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpeningKey({:?})", self.kid)
    }
}

impl OpeningKey {
    /// Reads a private JWK on P-256.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn parse(jwk: &Value) -> Result<Self, BadKey> {
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        if (text("kty"), text("crv")) != (Some("EC"), Some("P-256")) {
            return Err(BadKey::Algorithm);
        }
        let secret = text("d").and_then(|d| URL_SAFE_NO_PAD.decode(d).ok()).ok_or(BadKey::Numbers)?;
        let key =
            agreement::PrivateKey::from_private_key(&ECDH_P256, &secret).map_err(|_| BadKey::Numbers)?;
        Ok(Self { key, kid: text("kid").map(str::to_owned) })
    }

    /// Opens a JWE; what is inside is a signed token, still to be checked.
    ///
    /// # Errors
    /// [`Wrong::Token`] when it is not encrypted for us, or was altered.
    pub fn open(&self, text: &str) -> Result<String, Wrong> {
        self.try_open(text).ok_or(Wrong::Token("it is encrypted in a way, or for a key, that is not ours"))
    }

    fn try_open(&self, text: &str) -> Option<String> {
        let parts: Vec<&str> = text.split('.').collect();
        let [head, wrapped, nonce, content, tag] = parts.as_slice() else { return None };
        let header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()?;
        let word = |name: &str| header.get(name).and_then(Value::as_str);
        // `zip` would let a small token become a huge one; `crit` names what we would have to understand.
        let plain = !header.contains_key("zip") && !header.contains_key("crit");
        let ours = word("kid").is_none_or(|kid| self.kid.as_deref().is_none_or(|own| own == kid));
        if word("alg") != Some("ECDH-ES") || word("enc") != Some(CONTENT) || !plain || !ours {
            return None;
        }
        // With direct agreement there is no wrapped key (RFC 7518 §4.6).
        if !wrapped.is_empty() {
            return None;
        }
        let peer = public_point(header.get("epk")?)?;
        let party = |name: &str| URL_SAFE_NO_PAD.decode(word(name).unwrap_or_default()).ok();
        let (apu, apv) = (party("apu")?, party("apv")?);
        let key = agreement::agree(&self.key, UnparsedPublicKey::new(&ECDH_P256, peer), (), |shared| {
            Ok(derived(shared, CONTENT, 256, (&apu, &apv)))
        })
        .ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&URL_SAFE_NO_PAD.decode(nonce).ok()?).ok()?;
        let mut sealed = URL_SAFE_NO_PAD.decode(content).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok().filter(|tag| tag.len() == 16)?;
        sealed.extend(tag);
        let opened = key.open_in_place(nonce, Aad::from(head.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }
}

/// True for the shape of a JWE: five parts where a signed token has three.
pub(super) fn is_sealed(text: &str) -> bool {
    text.split('.').count() == 5
}

/// The point of an ephemeral key, uncompressed.
fn public_point(jwk: &Value) -> Option<Vec<u8>> {
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    if (text("kty"), text("crv")) != (Some("EC"), Some("P-256")) {
        return None;
    }
    let number = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok().filter(|n| n.len() == 32);
    let mut point = vec![4];
    point.extend(number("x")?);
    point.extend(number("y")?);
    Some(point)
}

/// The Concat KDF of NIST SP 800-56A §5.8.1 in one round of SHA-256, as RFC 7518 §4.6.2 uses it; `bits` are at most 256.
pub(super) fn derived(shared: &[u8], algorithm: &str, bits: u32, (apu, apv): (&[u8], &[u8])) -> Vec<u8> {
    let mut round = digest::Context::new(&digest::SHA256);
    round.update(&1_u32.to_be_bytes());
    round.update(shared);
    for part in [algorithm.as_bytes(), apu, apv] {
        round.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        round.update(part);
    }
    round.update(&bits.to_be_bytes());
    let mut key = round.finish().as_ref().to_vec();
    key.truncate(bits as usize / 8);
    key
}
