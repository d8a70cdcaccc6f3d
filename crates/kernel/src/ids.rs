//! Ids of our own.
//!
//! A person is a dense integer: it leads every key, so acts of one person lie together and a fresh country
//! loads in key order. What is inside a space has an id that names its person and is otherwise random, so
//! that an outsider can route by it but learns nothing from it, not even how much there is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A person, and so her space: 1 to 2⁴³−1. Never re-used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

/// The rank of an act in its person's sequence, from 1; at most 2²⁰−1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u32);

/// How many low bits of an act's key hold its [`Seq`].
pub const SEQ_BITS: u32 = 20;

impl PersonId {
    /// The largest person number that leaves room for [`SEQ_BITS`].
    pub const MAX: i64 = (1 << (63 - SEQ_BITS)) - 1;

    /// The clustered key of act `seq` of this person: `person << 20 | seq`.
    #[must_use]
    pub fn act_key(self, seq: Seq) -> i64 {
        (self.0 << SEQ_BITS) | i64::from(seq.0)
    }
}

impl Seq {
    /// The largest rank.
    pub const MAX: Self = Self((1 << SEQ_BITS) - 1);

    /// The rank inside an act's clustered key.
    #[must_use]
    pub fn of_key(key: i64) -> Self {
        Self((key & i64::from(Self::MAX.0)) as u32)
    }

    /// The rank after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for PersonId {
    type Err = BadId;

    fn from_str(s: &str) -> Result<Self, BadId> {
        match s.parse::<i64>() {
            Ok(n) if (1..=Self::MAX).contains(&n) && !s.starts_with(['0', '+']) => Ok(Self(n)),
            _ => Err(BadId),
        }
    }
}

/// Something inside a space that keeps its identity over its versions: a document, a measure, a permission.
/// Written `<person>-<13 letters>`, which is a valid FHIR id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId {
    /// Whose space it is in.
    pub person: PersonId,
    /// What it is called there: random, or derived from a sender's own unique id; never negative.
    pub tag: i64,
}

/// Crockford's alphabet in lower case: no letter is mistaken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl EntryId {
    /// An id in `person`'s space from 64 random (or hashed) bits.
    #[must_use]
    pub fn new(person: PersonId, bits: u64) -> Self {
        Self { person, tag: (bits >> 1) as i64 }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = [0u8; 13];
        let mut rest = self.tag as u64;
        for letter in letters.iter_mut().rev() {
            *letter = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        write!(f, "{}-{}", self.person, String::from_utf8_lossy(&letters))
    }
}

impl FromStr for EntryId {
    type Err = BadId;

    fn from_str(s: &str) -> Result<Self, BadId> {
        let (person, letters) = s.split_once('-').ok_or(BadId)?;
        if letters.len() != 13 {
            return Err(BadId);
        }
        let mut tag: u64 = 0;
        for byte in letters.bytes() {
            let value = ALPHABET.iter().position(|a| *a == byte).ok_or(BadId)? as u64;
            tag = tag.checked_mul(32).and_then(|t| t.checked_add(value)).ok_or(BadId)?;
        }
        let tag = i64::try_from(tag).map_err(|_| BadId)?;
        Ok(Self { person: person.parse()?, tag })
    }
}

impl Serialize for EntryId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntryId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = std::borrow::Cow::<str>::deserialize(d)?;
        s.parse().map_err(serde::de::Error::custom)
    }
}

/// What was given is not an id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this server")]
pub struct BadId;

/// An identifier of a document, written one way whoever wrote it: `urn:oid:` and `urn:uuid:` taken off, a
/// UUID in lower case, and a root with an extension as `root^extension` (as XDS writes a CDA id). Sent
/// through FHIR or in a CDA header, one document has one such id.
#[must_use]
pub fn unique_id(system: Option<&str>, value: &str) -> String {
    let bare = |text: &str| {
        let text = text.trim();
        let text = text.strip_prefix("urn:oid:").or_else(|| text.strip_prefix("urn:uuid:")).unwrap_or(text);
        let uuid = text.len() == 36 && text.bytes().filter(|b| *b == b'-').count() == 4;
        if uuid { text.to_ascii_lowercase() } else { text.to_owned() }
    };
    match system.map(str::trim) {
        None | Some("" | "urn:ietf:rfc:3986") => bare(value),
        // A value that is a URN says everything itself, whatever the system beside it.
        Some(_) if value.trim().starts_with("urn:") => bare(value),
        Some(system) => format!("{}^{}", bare(system), value.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entry_ids_survive_writing(person in 1..PersonId::MAX, bits: u64) {
            let id = EntryId::new(PersonId(person), bits);
            prop_assert_eq!(id.to_string().parse::<EntryId>(), Ok(id));
        }

        #[test]
        fn foreign_text_never_parses_to_another_id(text in "[0-9a-z-]{1,40}") {
            if let Ok(id) = text.parse::<EntryId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn one_document_has_one_unique_id_whoever_writes_it() {
        let oid = "1.2.250.1.213.1.1.9^42";
        for (system, value, id) in [
            (None, "urn:oid:1.2.250.1.213", "1.2.250.1.213"),
            (
                Some("urn:ietf:rfc:3986"),
                "urn:uuid:0C3151BD-1CBF-4D64-B04D-CD9187A4C6E0",
                "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
            ),
            (Some("urn:oid:1.2.250.1.213.1.1.9"), "42", oid),
            (Some("1.2.250.1.213.1.1.9"), " 42 ", oid),
            (Some("http://example.org"), "urn:oid:1.2.3", "1.2.3"),
        ] {
            assert_eq!(unique_id(system, value), id);
        }
    }

    #[test]
    fn act_keys_cluster_by_person() {
        let last = PersonId(7).act_key(Seq::MAX);
        assert!(last < PersonId(8).act_key(Seq(1)));
        assert_eq!(Seq::of_key(PersonId(7).act_key(Seq(9))), Seq(9));
    }
}
