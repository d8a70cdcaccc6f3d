//! Numbers of persons as codes that only we can make and read, without storing them.
//!
//! A synthetic-nonce cipher: the tag is a keyed hash of the number, and the number is hidden by a key stream
//! drawn from the tag. The same number always gives the same code; changing a bit of it is found out with
//! the probability that the tag's length promises.

use store::Keyring;

/// The code of `number` in `domain`: `TAG` bytes of tag and `BODY` bytes of hidden number. `None` when the
/// number needs more than `BODY` bytes.
pub(crate) fn numbered<const TAG: usize, const BODY: usize>(
    keyring: &Keyring,
    domain: &str,
    number: i64,
) -> Option<([u8; TAG], [u8; BODY])> {
    let bytes = u64::try_from(number).ok()?.to_be_bytes();
    let (zeros, rest) = bytes.split_at_checked(8usize.checked_sub(BODY)?)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let tag = tag::<TAG>(keyring, domain, number);
    let stream = stream(keyring, domain, &tag);
    let mut body = [0; BODY];
    for (hidden, (plain, key)) in body.iter_mut().zip(rest.iter().zip(stream)) {
        *hidden = plain ^ key;
    }
    Some((tag, body))
}

/// The number behind a code; `None` when we did not make it.
pub(crate) fn number_of<const TAG: usize, const BODY: usize>(
    keyring: &Keyring,
    domain: &str,
    given: &[u8; TAG],
    body: &[u8; BODY],
) -> Option<i64> {
    let stream = stream(keyring, domain, given);
    let mut number: i64 = 0;
    for (hidden, key) in body.iter().zip(stream) {
        number = (number.checked_mul(256)?).checked_add(i64::from(hidden ^ key))?;
    }
    let right = tag::<TAG>(keyring, domain, number);
    aws_lc_rs::constant_time::verify_slices_are_equal(&right, given).is_ok().then_some(number)
}

fn tag<const TAG: usize>(keyring: &Keyring, domain: &str, number: i64) -> [u8; TAG] {
    let hash = keyring.keyed_hash(&format!("{domain} tag"), &number.to_be_bytes());
    let mut tag = [0; TAG];
    tag.copy_from_slice(&hash[..TAG]);
    tag
}

fn stream(keyring: &Keyring, domain: &str, tag: &[u8]) -> [u8; 32] {
    keyring.keyed_hash(&format!("{domain} stream"), tag)
}

#[cfg(test)]
mod tests {
    use super::{number_of, numbered};
    use proptest::prelude::*;
    use store::Keyring;

    proptest! {
        #[test]
        fn codes_come_back_and_forgeries_do_not(number in 0..(1i64 << 40), bit in 0usize..80) {
            let keyring = Keyring::ephemeral().unwrap();
            let (tag, body) = numbered::<5, 5>(&keyring, "test", number).unwrap();
            prop_assert_eq!(number_of(&keyring, "test", &tag, &body), Some(number));
            prop_assert_eq!(number_of(&keyring, "other", &tag, &body), None);
            let mut all = [tag, body].concat();
            all[bit / 8] ^= 1 << (bit % 8);
            let (tag, body) = (all[..5].try_into().unwrap(), all[5..].try_into().unwrap());
            prop_assert_eq!(number_of::<5, 5>(&keyring, "test", &tag, &body), None);
        }
    }

    #[test]
    fn a_number_that_does_not_fit_has_no_code() {
        let keyring = Keyring::ephemeral().unwrap();
        assert!(numbered::<5, 5>(&keyring, "test", 1 << 40).is_none());
        assert!(numbered::<8, 8>(&keyring, "test", -1).is_none());
        let (tag, body) = numbered::<8, 8>(&keyring, "test", i64::MAX).unwrap();
        assert_eq!(number_of(&keyring, "test", &tag, &body), Some(i64::MAX));
    }
}
