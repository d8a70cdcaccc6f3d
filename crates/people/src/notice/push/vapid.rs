//! Who speaks to a push service: a key of the house that browsers bind their subscriptions to (VAPID, RFC 8292).
//!
//! It is derived from the root of the keyring, like the key of the transparency log: there is nothing more to keep, every
//! node has it, and it does not change, for a new one would silence every device.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use kernel::codes::base64url;
use kernel::{Fault, Instant};
use serde_json::json;
use store::Keyring;

/// How long a token says that it is good, in seconds; RFC 8292 §2 allows a day.
const LIVES: i64 = 12 * 3600;

/// The key of the house.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    public: String,
}

impl Vapid {
    pub(super) fn of(keyring: &Keyring) -> Result<Self, Fault> {
        let refused = || Fault::Keys("no key for Web Push comes out of the keyring".to_owned());
        // A number as large as the curve's order is no key; one in four thousand million is.
        let seeds = (0..=u8::MAX).map(|n| keyring.keyed_hash("web push", &[n]));
        let mut keys = seeds.filter_map(|seed| {
            let public = PrivateKey::from_private_key(&ECDH_P256, &seed).ok()?.compute_public_key().ok()?;
            let rule = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pair = EcdsaKeyPair::from_private_key_and_public_key(rule, &seed, public.as_ref()).ok()?;
            Some(Self { pair, public: base64url(public.as_ref()) })
        });
        keys.next().ok_or_else(refused)
    }

    /// What a browser subscribes with (`applicationServerKey`), as base64url.
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` header of a request to the push service at `origin`. `contact` is where its operator may
    /// complain: `mailto:…` or `https://…`.
    pub(super) fn authorization(&self, origin: &str, contact: &str, now: Instant) -> Result<String, Fault> {
        let claims = json!({"aud": origin, "exp": now.0 / Instant::SECOND + LIVES, "sub": contact});
        let header = json!({"typ": "JWT", "alg": "ES256"});
        let part = |value: &serde_json::Value| base64url(value.to_string().as_bytes());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self
            .pair
            .sign_digest(&digest(&SHA256, message.as_bytes()))
            .map_err(|_| Fault::Internal("the key for Web Push does not sign".to_owned()))?;
        Ok(format!("vapid t={message}.{}, k={}", base64url(signature.as_ref()), self.public))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use kernel::codes::from_base64url as bytes;

    use super::*;

    #[test]
    fn a_push_service_can_check_who_speaks() {
        let keyring = Keyring::ephemeral().unwrap();
        let vapid = Vapid::of(&keyring).unwrap();
        assert_eq!(
            vapid.public(),
            Vapid::of(&keyring).unwrap().public(),
            "the same on every node, at every start"
        );
        let now = Instant(1_795_334_400_000_000);
        let header = vapid.authorization("https://push.example", "mailto:a@example.org", now).unwrap();
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, vapid.public());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key).unwrap());
        key.verify(message.as_bytes(), &bytes(signature).unwrap()).unwrap();
        let claims = bytes(message.split_once('.').unwrap().1).unwrap();
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&claims).unwrap(),
            json!({"aud": "https://push.example", "exp": 1_795_334_400 + 43_200, "sub": "mailto:a@example.org"})
        );
    }
}
