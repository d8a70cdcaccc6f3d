//! What a person has chosen, and how far she has been told.

use kernel::{Fault, Instant, Language, PersonId, Seq};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::SpaceKey;

/// Of what she is told, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Her confirmed address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// An address that waits for its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// What is news to her.
    #[serde(flatten)]
    pub wishes: Wishes,
    /// The language she chose it in; BCP 47.
    #[serde(default)]
    pub language: String,
}

/// What is news to her, besides what is told to everybody at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Each access by somebody else.
    #[serde(default)]
    pub accesses: bool,
    /// Each document that somebody else adds.
    #[serde(default)]
    pub documents: bool,
    /// The same in the spaces of her children and of those whose guardian she is.
    #[serde(default)]
    pub represented: bool,
}

/// An address to which a code was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The address.
    pub address: String,
    /// The code, as it was sent.
    pub code: String,
    /// When.
    pub at: Instant,
}

impl Wishes {
    /// What somebody has who has just begun to be told: everything about her own space.
    pub(super) const FIRST: Self = Self { accesses: true, documents: true, represented: false };

    /// What the journal says of it.
    pub(super) fn word(self) -> &'static str {
        match (self.accesses, self.documents) {
            (true, true) => "everything",
            (true, false) => "accesses",
            (false, true) => "documents",
            (false, false) => "urgent",
        }
    }
}

impl Choice {
    pub(super) fn language(&self) -> Language {
        language(&self.language)
    }
}

/// The language of a tag that we wrote; French for any other.
pub(super) fn language(tag: &str) -> Language {
    Language::ALL.into_iter().find(|known| known.tag() == tag).unwrap_or_default()
}

/// Whose news go to whom: herself, or a parent or guardian of hers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Whose space it is.
    pub person: PersonId,
    /// Who is told.
    pub reader: PersonId,
}

impl Pair {
    /// Somebody who is told of her own space.
    #[must_use]
    pub fn own(person: PersonId) -> Self {
        Self { person, reader: person }
    }

    /// True for her own space.
    #[must_use]
    pub fn is_own(self) -> bool {
        self.person == self.reader
    }
}

/// How far somebody has been told of a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Rank of the last act that was looked at.
    pub(super) upto: Seq,
    /// Since when something waits for the next message.
    pub(super) waits_since: Option<Instant>,
    /// When the last message was queued.
    pub(super) last_sent: Option<Instant>,
    /// Whose first access is no news; unknown until somebody has looked.
    pub(super) met: Option<Met>,
}

/// Professionals who have looked before, by RPPS number, the latest last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met(Vec<String>);

impl Met {
    /// How many are remembered. Whoever is forgotten is told of once more, at once: that is safe.
    pub const MOST: usize = 1_000;

    /// Remembers somebody; true when she is new.
    pub fn meets(&mut self, rpps: &str) -> bool {
        if self.0.iter().any(|known| known == rpps) {
            return false;
        }
        self.0.push(rpps.to_owned());
        let over = self.0.len().saturating_sub(Self::MOST);
        self.0.drain(..over);
        true
    }
}

/// Seals a value of the room under a person's key, in the column called `field`.
pub(super) fn seal<T: Serialize>(key: &SpaceKey, field: &'static str, value: &T) -> Result<Vec<u8>, Fault> {
    let json = serde_json::to_vec(value).map_err(|e| Fault::Internal(format!("{field}: {e}")))?;
    key.seal_field(field, &json)
}

/// Opens what [`seal`] made.
pub(super) fn open<T: DeserializeOwned>(
    key: &SpaceKey,
    field: &'static str,
    sealed: &[u8],
) -> Result<T, Fault> {
    let json = key.open_field(field, sealed)?;
    serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("{field}: {e}")))
}
