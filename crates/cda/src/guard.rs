//! The guard: decodes bytes of strangers and refuses, in one streaming pass, whatever would be slow or
//! endless to read.
//!
//! Each limit stands for a measured trap: attributes and namespaces are compared pairwise by the tree
//! parser (100 000 of them cost 17 s), deep nesting overflows recursive walkers, a DOCTYPE can expand
//! without end.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::rejection::Rejection;

/// Largest document, in bytes: a 25 MB upload is the largest the house takes.
pub(crate) const MAX_BYTES: usize = 25 * 1024 * 1024;
const MAX_DEPTH: usize = 200;
const MAX_ATTRIBUTES: usize = 128;
const MAX_NODES: usize = 1_000_000;
const MAX_NAMESPACES: usize = 20_000;
const MAX_NAMESPACE_WORK: usize = 5_000_000;

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

/// What has been seen so far; each count has its limit.
#[derive(Default)]
struct Seen {
    nodes: usize,
    declared: usize,
    namespace_work: usize,
    /// Namespace declarations in scope at each open level.
    in_scope: Vec<usize>,
}

/// Streams over the text once and refuses what breaks a limit.
pub(crate) fn check(text: &str) -> Result<(), Rejection> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    // The tree parser checks names again; here only the shape matters.
    config.check_end_names = false;
    let mut seen = Seen::default();
    loop {
        let event = reader.read_event();
        seen.nodes += 1;
        if seen.nodes > MAX_NODES {
            return Err(Rejection::new(
                "cda-too-many-nodes",
                format!("More than {MAX_NODES} elements and texts; this is not a clinical document."),
            ));
        }
        match event {
            Ok(Event::Start(tag)) => {
                let scope = attributes(&tag, text, reader.buffer_position(), &mut seen)?;
                seen.in_scope.push(scope);
                if seen.in_scope.len() > MAX_DEPTH {
                    return Err(Rejection::at(
                        "cda-too-deep",
                        place(text, reader.buffer_position()),
                        format!("Elements are nested more than {MAX_DEPTH} deep."),
                    ));
                }
            }
            Ok(Event::Empty(tag)) => {
                attributes(&tag, text, reader.buffer_position(), &mut seen)?;
            }
            Ok(Event::End(_)) => {
                seen.in_scope.pop();
            }
            Ok(Event::DocType(_)) => {
                return Err(Rejection::at(
                    "cda-doctype",
                    place(text, reader.buffer_position()),
                    "A DOCTYPE is not allowed in a clinical document; remove it.",
                ));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                return Err(Rejection::at(
                    "cda-not-xml",
                    place(text, reader.error_position()),
                    format!("This is not well-formed XML: {error}"),
                ));
            }
        }
    }
}

/// Counts the attributes of one tag; answers how many namespace declarations are in scope inside it.
fn attributes(tag: &BytesStart<'_>, text: &str, at: u64, seen: &mut Seen) -> Result<usize, Rejection> {
    let outer = seen.in_scope.last().copied().unwrap_or(0);
    let mut own = 0;
    for (i, attribute) in tag.attributes().with_checks(false).enumerate() {
        if i >= MAX_ATTRIBUTES {
            return Err(Rejection::at(
                "cda-too-many-attributes",
                place(text, at),
                format!("One element has more than {MAX_ATTRIBUTES} attributes."),
            ));
        }
        if attribute.is_ok_and(|a| a.key.as_ref().starts_with("xmlns")) {
            own += 1;
        }
    }
    seen.declared += own;
    seen.namespace_work += (outer + own) * own;
    if seen.declared > MAX_NAMESPACES || seen.namespace_work > MAX_NAMESPACE_WORK {
        return Err(Rejection::at(
            "cda-too-many-namespaces",
            place(text, at),
            "Too many namespace declarations; declare each once, on the root element.",
        ));
    }
    Ok(outer + own)
}

/// A byte offset as a person finds it: `line 12, column 4`.
fn place(text: &str, offset: u64) -> String {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..offset];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    format!("line {line}, column {column}")
}
