//! What a person has chosen.

use kernel::{Fault, Instant, Language};
use serde::{Deserialize, Serialize};
use store::SpaceKey;

/// The name of the sealed column.
const FIELD: &str = "notice";

/// Of what she is told, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Her confirmed address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// An address that waits for its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// Each access by somebody else.
    #[serde(default)]
    pub accesses: bool,
    /// Each document that somebody else adds.
    #[serde(default)]
    pub documents: bool,
    /// The language she chose it in; BCP 47.
    #[serde(default)]
    pub language: String,
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

impl Choice {
    /// True when a message may go out: the address is confirmed.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.address.is_some()
    }

    /// What the journal says of it; never the address.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.is_active(), self.accesses, self.documents) {
            (false, ..) => "nothing",
            (true, true, true) => "everything",
            (true, true, false) => "accesses",
            (true, false, true) => "documents",
            (true, false, false) => "urgent",
        }
    }

    pub(super) fn language(&self) -> Language {
        Language::ALL.into_iter().find(|known| known.tag() == self.language).unwrap_or_default()
    }

    pub(super) fn seal(&self, key: &SpaceKey) -> Result<Vec<u8>, Fault> {
        let json = serde_json::to_vec(self).map_err(|e| Fault::Internal(format!("a choice: {e}")))?;
        key.seal_field(FIELD, &json)
    }

    pub(super) fn open(key: &SpaceKey, sealed: &[u8]) -> Result<Self, Fault> {
        let json = key.open_field(FIELD, sealed)?;
        serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("how a person is told: {e}")))
    }
}
