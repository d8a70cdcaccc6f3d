//! Codes that people type or read aloud, and bytes as text.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// Bytes as unpadded URL-safe base64.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The reverse of [`base64url`]; `None` on anything else.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The reverse of [`hex`]; `None` on anything else.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(text.as_bytes()).ok()
}

/// Random bytes as a code that can be read aloud: capitals and 2–7 in groups of four, `ABCD-EFGH-…`.
#[must_use]
pub fn spoken(bytes: &[u8]) -> String {
    let letters = BASE32_NOPAD.encode(bytes);
    let groups: Vec<&str> =
        letters.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join("-")
}

/// What somebody typed for a [`spoken`] code, made comparable: capitals, no separators, 0→O, 1→I, 8→B.
#[must_use]
pub fn heard(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{heard, spoken};

    #[test]
    fn a_spoken_code_is_heard_however_it_is_typed() {
        let code = spoken(&[7; 10]);
        assert_eq!(code.len(), 19);
        assert_eq!(heard(&code), heard(&code.to_lowercase().replace('-', " ")));
    }
}
