//! From bytes to text: the encodings in which documents still come.

use std::borrow::Cow;

use xml::Rejection;

/// Largest document, in bytes: a 25 MB upload is the largest the house takes.
pub(crate) const MAX_BYTES: usize = 25 * 1024 * 1024;

/// The text of a document: UTF-8 (with or without mark), UTF-16 with mark, ISO-8859-1, -15 or windows-1252
/// when it declares so.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Rejection> {
    if bytes.len() > MAX_BYTES {
        return Err(Rejection::new(
            "cda-too-large",
            format!("The document has {} bytes; at most {MAX_BYTES} are taken.", bytes.len()),
        ));
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match declared_encoding(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(Rejection::new(
                "cda-encoding",
                format!(
                    "Byte {} is not UTF-8. Send UTF-8, or declare ISO-8859-1 or windows-1252 in the XML declaration.",
                    error.valid_up_to()
                ),
            )),
        },
        Some("iso-8859-1" | "latin1" | "windows-1252" | "cp1252") => Ok(Cow::Owned(western(bytes))),
        Some("iso-8859-15" | "latin9") => Ok(Cow::Owned(western(bytes).chars().map(latin_nine).collect())),
        Some(other) => Err(Rejection::new(
            "cda-encoding",
            format!(
                "The encoding “{}” is not read here; send UTF-8.",
                other.chars().take(40).collect::<String>()
            ),
        )),
    }
}

/// Text of unknown origin, as good as it gets: UTF-8, else windows-1252.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(western(bytes)), Cow::Borrowed)
}

fn utf16(bytes: &[u8], order: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Rejection> {
    let units = bytes.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(Cow::Owned)
        .map_err(|_| Rejection::new("cda-encoding", "The document is marked UTF-16 but is not; send UTF-8."))
}

/// The `encoding` of the XML declaration, in lower case.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.iter().take(256).position(|b| *b == b'>')?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_ascii_lowercase())
}

/// Windows-1252, which is ISO-8859-1 with printable characters where that has unused controls.
fn western(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}',
        '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
    ];
    bytes
        .iter()
        .map(|byte| match byte {
            0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
            _ => char::from(*byte),
        })
        .collect()
}

/// The eight places where ISO-8859-15 differs from ISO-8859-1.
fn latin_nine(c: char) -> char {
    match c {
        '\u{A4}' => '€',
        '\u{A6}' => 'Š',
        '\u{A8}' => 'š',
        '\u{B4}' => 'Ž',
        '\u{B8}' => 'ž',
        '\u{BC}' => 'Œ',
        '\u{BD}' => 'œ',
        '\u{BE}' => 'Ÿ',
        other => other,
    }
}
