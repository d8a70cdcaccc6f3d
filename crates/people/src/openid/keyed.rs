//! Codes and refresh tokens: what names a grant, behind a keyed hash of that name. Nothing that opens anything is stored,
//! and one that somebody made up costs no look-up.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use store::Keyring;

/// How long a code opens, in seconds (FAPI 2.0 §5.3.2.1: at most a minute).
pub(crate) const CODE_SECONDS: i64 = 60;

/// The text that opens what `name` names; `domain` says as what.
pub(crate) fn text(keyring: &Keyring, domain: &'static str, name: &[u8]) -> String {
    kernel::codes::base64url(&[name, &keyring.keyed_hash(domain, name)].concat())
}

/// The name in a text that [`text`] made; `None` for any other.
pub(crate) fn name<const N: usize>(keyring: &Keyring, domain: &'static str, text: &str) -> Option<[u8; N]> {
    let bytes = kernel::codes::from_base64url(text)?;
    let (name, tag) = bytes.split_first_chunk::<N>()?;
    verify_slices_are_equal(tag, &keyring.keyed_hash(domain, name)).is_ok().then_some(*name)
}

/// The part of a name that begins at `from`, as a number.
pub(crate) fn number(name: &[u8], from: usize) -> Option<i64> {
    Some(i64::from_be_bytes(*name.get(from..)?.first_chunk()?))
}
