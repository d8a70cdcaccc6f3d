//! Tokens as text: JSON under the caller's authenticated encryption, in base64url.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longer texts are no tokens of ours.
const LONGEST: usize = 4096;

/// A token as text.
pub(crate) fn seal(token: &impl Serialize, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    // A few plain members always serialise; an empty token would open to nothing.
    let plain = serde_json::to_vec(token).unwrap_or_default();
    kernel::codes::base64url(&seal(&plain))
}

/// The token that a text is; `None` when it is not ours or was altered.
pub(crate) fn open<T: DeserializeOwned>(
    text: &str,
    open: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    let plain = open(&kernel::codes::from_base64url(text)?)?;
    serde_json::from_slice(&plain).ok()
}
