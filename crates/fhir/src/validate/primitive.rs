//! FHIR's primitive types (R4 §2.24.0.1): which JSON values they take, and which texts.

use serde_json::Value;

use crate::datetime::{Parts, is_time};

/// A primitive type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Primitive {
    Base64Binary,
    Boolean,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Oid,
    PositiveInt,
    /// `string` and `markdown`.
    String,
    Time,
    UnsignedInt,
    /// `uri`, `url` and `canonical`.
    Uri,
    Uuid,
    Xhtml,
}

/// An issue's code and what to say.
pub(super) type Wrong = (&'static str, &'static str);

impl Primitive {
    /// The type with this name in the definitions.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "base64Binary" => Self::Base64Binary,
            "boolean" => Self::Boolean,
            "code" => Self::Code,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "decimal" => Self::Decimal,
            "id" => Self::Id,
            "instant" => Self::Instant,
            "integer" => Self::Integer,
            "oid" => Self::Oid,
            "positiveInt" => Self::PositiveInt,
            "string" | "markdown" => Self::String,
            "time" => Self::Time,
            "unsignedInt" => Self::UnsignedInt,
            "uri" | "url" | "canonical" => Self::Uri,
            "uuid" => Self::Uuid,
            "xhtml" => Self::Xhtml,
            _ => return None,
        })
    }

    /// Checks one value.
    pub(super) fn check(self, value: &Value) -> Result<(), Wrong> {
        match (self, value) {
            (Self::Boolean, Value::Bool(_)) | (Self::Decimal, Value::Number(_)) => Ok(()),
            (Self::Integer | Self::PositiveInt | Self::UnsignedInt, Value::Number(number)) => {
                self.integer(number.as_str())
            }
            (Self::Boolean, _) => Err(("fhir-type", "true or false is expected, without quotes")),
            (Self::Decimal | Self::Integer | Self::PositiveInt | Self::UnsignedInt, _) => {
                Err(("fhir-type", "a number is expected, without quotes"))
            }
            (_, Value::String(text)) => self.text(text),
            _ => Err(("fhir-type", "a string is expected")),
        }
    }

    fn integer(self, digits: &str) -> Result<(), Wrong> {
        let least = match self {
            Self::PositiveInt => 1,
            Self::UnsignedInt => 0,
            _ => i32::MIN,
        };
        match digits.parse::<i32>() {
            Ok(number) if number >= least => Ok(()),
            _ => Err((
                "fhir-value",
                "a whole number of 32 bits is expected; positiveInt starts at 1, unsignedInt at 0",
            )),
        }
    }

    fn text(self, text: &str) -> Result<(), Wrong> {
        if text.is_empty() {
            return Err(("fhir-empty", "a string is never empty; leave the element out"));
        }
        let (fine, wrong) = match self {
            Self::Base64Binary => (is_base64(text), ("fhir-base64", "this is not base64")),
            Self::Code => (is_code(text), ("fhir-value", "a code has no outer and no double spaces")),
            Self::Date => (
                Parts::parse(text).is_some_and(Parts::is_date),
                ("fhir-date", "a date is YYYY, YYYY-MM or YYYY-MM-DD, and a day the calendar has"),
            ),
            Self::DateTime => (
                Parts::parse(text).is_some(),
                ("fhir-date", "a dateTime is a date, or YYYY-MM-DDThh:mm:ss with Z or ±hh:mm"),
            ),
            Self::Instant => (
                Parts::parse(text).is_some_and(|p| !p.is_date()),
                ("fhir-date", "an instant is YYYY-MM-DDThh:mm:ss with Z or ±hh:mm"),
            ),
            Self::Time => (is_time(text), ("fhir-date", "a time is hh:mm:ss")),
            Self::Id => (is_id(text), ("fhir-value", "an id has 1 to 64 letters, digits, hyphens and dots")),
            Self::Uri => {
                (!text.bytes().any(|b| b.is_ascii_whitespace()), ("fhir-value", "a uri holds no white space"))
            }
            Self::Oid => (is_oid(text), ("fhir-value", "an oid is urn:oid: and numbers with dots")),
            Self::Uuid => (is_uuid(text), ("fhir-value", "a uuid is urn:uuid: and a UUID in lower case")),
            Self::Xhtml => return narrative(text),
            _ => (
                !text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')),
                ("fhir-value", "a string holds no control characters but tab, line feed and carriage return"),
            ),
        };
        if fine { Ok(()) } else { Err(wrong) }
    }
}

/// True for base64 with white space allowed. Only the alphabet and the padding are looked at, a block at a
/// time, for documents are megabytes long and are decoded anyway when they are filed.
fn is_base64(text: &str) -> bool {
    let letter = |b: u8| {
        b.is_ascii_lowercase() | b.is_ascii_uppercase() | b.is_ascii_digit() | (b == b'+') | (b == b'/')
    };
    let body = text.trim_ascii_end().trim_end_matches('=');
    let plain = body.as_bytes().chunks(64).all(|block| block.iter().fold(true, |all, b| all & letter(*b)));
    let padding = text.trim_ascii_end().len() - body.len();
    if plain {
        return padding <= 2 && (body.len() + padding).is_multiple_of(4);
    }
    let letters = body.bytes().filter(|b| letter(*b)).count();
    let fine = body.bytes().all(|b| letter(b) || b.is_ascii_whitespace());
    fine && padding <= 2 && (letters + padding).is_multiple_of(4)
}

fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let white = |b: &u8| b.is_ascii_whitespace();
    !bytes.first().is_some_and(white)
        && !bytes.last().is_some_and(white)
        && !bytes.windows(2).any(|pair| pair.iter().all(white))
}

/// True for a FHIR logical id.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

fn is_oid(text: &str) -> bool {
    text.strip_prefix("urn:oid:").is_some_and(|arcs| {
        arcs.starts_with(['0', '1', '2'])
            && arcs.contains('.')
            && arcs.split('.').all(|arc| {
                arc.bytes().all(|b| b.is_ascii_digit())
                    && !arc.is_empty()
                    && (arc == "0" || !arc.starts_with('0'))
            })
    })
}

fn is_uuid(text: &str) -> bool {
    text.strip_prefix("urn:uuid:").is_some_and(|uuid| {
        uuid.len() == 36
            && uuid.bytes().enumerate().all(|(i, b)| match i {
                8 | 13 | 18 | 23 => b == b'-',
                _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
            })
    })
}

/// A narrative is one `div` of inert XHTML (R4 §2.4.0). Pages never show a foreign narrative as it stands;
/// what is active is refused all the same, because others may.
fn narrative(text: &str) -> Result<(), Wrong> {
    let inside = text.trim();
    if !inside.starts_with("<div") || !(inside.ends_with("</div>") || inside.ends_with("/>")) {
        return Err(("fhir-narrative", "a narrative is one XHTML div"));
    }
    for (at, _) in inside.match_indices('<') {
        let name = inside[at + 1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let active = ["script", "iframe", "object", "embed", "form", "input", "base", "link", "head", "body"];
        if active.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
            return Err((
                "fhir-narrative",
                "a narrative holds no scripts, forms, frames or embedded objects",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Primitive;

    #[test]
    fn takes_what_the_specification_takes() {
        for (name, good, bad) in [
            ("boolean", json!([true, false]), json!(["true", 1, null])),
            ("integer", json!([0, -5, 2_147_483_647]), json!([2_147_483_648_i64, 1.5, "1"])),
            ("positiveInt", json!([1]), json!([0, -1])),
            ("unsignedInt", json!([0]), json!([-1])),
            ("decimal", json!([1.5, -3]), json!(["1.5", true])),
            ("string", json!(["a\nb", " x"]), json!(["", "a\u{1}b", 1, {}])),
            ("code", json!(["a", "a b"]), json!(["a ", " a", "a  b", ""])),
            ("id", json!(["a-1.B"]), json!(["a_b", "é", "x".repeat(65)])),
            ("uri", json!(["urn:x", "Patient?identifier=a|b"]), json!(["a b"])),
            (
                "oid",
                json!(["urn:oid:1.2.250.0"]),
                json!(["1.2.3", "urn:oid:3.1", "urn:oid:1.02", "urn:oid:1"]),
            ),
            (
                "uuid",
                json!(["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"]),
                json!([
                    "urn:uuid:C757873D-ec9a-4326-a141-556f43239520",
                    "c757873d-ec9a-4326-a141-556f43239520"
                ]),
            ),
            ("base64Binary", json!(["aGk=", "aG k=\n", "YWFh"]), json!(["aGk", "a*==", "a===", "="])),
            ("date", json!(["2024-02-29"]), json!(["2023-02-29", "2024-02-29T00:00:00Z"])),
            ("instant", json!(["2024-02-29T00:00:00Z"]), json!(["2024-02-29"])),
            ("time", json!(["08:00:00"]), json!(["08:00"])),
            (
                "xhtml",
                json!(["<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"]),
                json!(["x", "<p>x</p>", "<div><SCRIPT>x</SCRIPT></div>"]),
            ),
        ] {
            let primitive = Primitive::named(name).unwrap();
            for value in good.as_array().unwrap() {
                assert_eq!(primitive.check(value), Ok(()), "{name} {value}");
            }
            for value in bad.as_array().unwrap() {
                assert!(primitive.check(value).is_err(), "{name} {value}");
            }
        }
    }
}
