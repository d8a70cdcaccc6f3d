//! A message that one browser can read and nobody on the way: RFC 8291, which is RFC 8188 (`aes128gcm`) in one record
//! under a key agreed with the browser's.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use kernel::Fault;

/// The largest record we could make; the only one we make is far smaller.
const RECORD: u32 = 4096;
/// What ends the last record, before which padding could stand (RFC 8188 §2).
const LAST: u8 = 2;

/// A browser's half of the agreement, as its subscription says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipient {
    /// Its point on P-256, uncompressed (`p256dh`).
    pub(super) key: Vec<u8>,
    /// What only it and we know (`auth`).
    pub(super) secret: Vec<u8>,
}

impl Recipient {
    /// Seals `text`: the body of the request to the push service. `None` when the browser's point is on no curve.
    pub(super) fn seal(&self, text: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let refused = |_| Fault::Internal("the crypto library gives no key for a message".to_owned());
        let key = PrivateKey::generate(&ECDH_P256).map_err(refused)?;
        let mut salt = [0; 16];
        aws_lc_rs::rand::fill(&mut salt).map_err(refused)?;
        Ok(self.sealed(text, &key, &salt).ok())
    }

    /// The same with a key and a salt that are given.
    pub(super) fn sealed(
        &self,
        text: &[u8],
        ours: &PrivateKey,
        salt: &[u8; 16],
    ) -> Result<Vec<u8>, Unspecified> {
        let public = ours.compute_public_key()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.key);
        let both = [b"WebPush: info\0".as_slice(), &self.key, public.as_ref()].concat();
        let agreed =
            agreement::agree(ours, theirs, Unspecified, |shared| Ok(derived(&self.secret, shared, &both)))?;
        let key = &derived(salt, &agreed, b"Content-Encoding: aes128gcm\0")[..16];
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&derived(salt, &agreed, b"Content-Encoding: nonce\0")[..NONCE_LEN]);
        let mut record = [text, &[LAST]].concat();
        LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key)?).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut record,
        )?;
        let length = u8::try_from(public.as_ref().len()).map_err(|_| Unspecified)?;
        Ok([salt.as_slice(), &RECORD.to_be_bytes(), &[length], public.as_ref(), &record].concat())
    }
}

/// HKDF-SHA-256 (RFC 5869), its first 32 bytes: nobody here needs more.
fn derived(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    let tag = |key: &[u8], text: &[u8]| {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref());
        out
    };
    tag(&tag(salt, secret), &[info, &[1]].concat())
}

#[cfg(test)]
mod tests {
    use kernel::codes::{base64url, from_base64url as bytes};

    use super::*;

    #[test]
    fn the_example_of_rfc_8291_comes_out_letter_by_letter() {
        // RFC 8291 Appendix A.
        let recipient = Recipient {
            key: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            )
            .unwrap(),
            secret: bytes("BTBZMqHH6r4Tts7J_aSIgg").unwrap(),
        };
        let ours = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").unwrap();
        let ours = PrivateKey::from_private_key(&ECDH_P256, &ours).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").unwrap().try_into().unwrap();
        let body = recipient.sealed(b"When I grow up, I want to be a watermelon", &ours, &salt).unwrap();
        assert_eq!(
            base64url(&body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PB\
             ru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn every_message_has_its_own_key_and_a_point_on_no_curve_has_none() {
        let mut recipient = Recipient {
            key: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            )
            .unwrap(),
            secret: vec![7; 16],
        };
        let twice = [0, 1].map(|_| recipient.seal(b"x").unwrap().unwrap());
        assert_ne!(twice[0], twice[1]);
        recipient.key[64] ^= 1;
        assert_eq!(recipient.seal(b"x").unwrap(), None);
    }
}
