//! What bytes are, by their first bytes; and base64 as people send it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding or not, clean tail or not: what matters is whether a viewer can open it.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The media type that the first bytes prove, of those a document may embed; `None` when they prove none.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'I', b'I', 0x2A, 0x00, ..] | [b'M', b'M', 0x00, 0x2A, ..] => Some("image/tiff"),
        [b'{', b'\\', b'r', b't', b'f', ..] => Some("text/rtf"),
        // Readers accept a PDF header anywhere in the first kilobyte (ISO 32000-1, annex H).
        _ => bytes[..bytes.len().min(1024)].windows(5).any(|w| w == b"%PDF-").then_some("application/pdf"),
    }
}

/// A declared media type, reduced to the name we use: lower case, no parameters, no synonyms.
pub(crate) fn plain_type(declared: &str) -> String {
    let name = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "application/rtf" => "text/rtf".to_owned(),
        "image/jpg" | "image/pjpeg" => "image/jpeg".to_owned(),
        "image/tif" => "image/tiff".to_owned(),
        "application/x-pdf" => "application/pdf".to_owned(),
        _ => name,
    }
}

/// Types that [`sniff`] can prove; to declare one of them is to promise its first bytes.
pub(crate) fn is_provable(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/pdf" | "image/png" | "image/jpeg" | "image/gif" | "image/tiff" | "text/rtf"
    )
}

/// Base64 with line breaks and spaces; `None` when it is not base64.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    TOLERANT.decode(compact).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode_base64, plain_type, sniff};

    #[test]
    fn knows_files_by_their_first_bytes() {
        for (bytes, expected) in [
            (&b"%PDF-1.7 ..."[..], Some("application/pdf")),
            (b"\n\n%PDF-1.4", Some("application/pdf")),
            (b"\xFF\xD8\xFF\xE0", Some("image/jpeg")),
            (b"{\\rtf1", Some("text/rtf")),
            (b"II\x2A\x00", Some("image/tiff")),
            (b"<html>", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), expected);
        }
    }

    #[test]
    fn takes_base64_as_it_comes() {
        assert_eq!(decode_base64(" SGVs\r\n bG8= ").as_deref(), Some(&b"Hello"[..]));
        assert_eq!(decode_base64("SGVsbG8").as_deref(), Some(&b"Hello"[..]));
        assert!(decode_base64("not base64!").is_none());
        assert_eq!(plain_type("Application/RTF; charset=x"), "text/rtf");
    }
}
