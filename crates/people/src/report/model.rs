//! What a report is.

use kernel::{Fault, Instant, PersonId};
use serde::{Deserialize, Serialize};
use store::SpaceKey;

/// The name of the sealed column.
const FIELD: &str = "report";

/// How far it has come. The numbers are those of `report_desk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has answered yet.
    New,
    /// Answered; the team may write again.
    Answered,
    /// Over.
    Closed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::New, Self::Answered, Self::Closed];

    /// Its word: in addresses, and in `report-state-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Answered => 1,
            Self::Closed => 2,
        }
    }
}

/// The line that was handed over, as its reader was told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The rank under which she knows the act.
    pub rank: u32,
    /// When the act was.
    pub at: Instant,
    /// The sentence of the journal, without the types of documents.
    pub sentence: String,
    /// The professional's RPPS number, so that the team finds the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpps: Option<String>,
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Says {
    /// Who sent it: the owner, or who acts for her.
    pub by: PersonId,
    /// The line.
    pub said: Said,
    /// Her words; may be empty.
    pub why: String,
    /// The team's words; empty before.
    #[serde(default)]
    pub answer: String,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// In whose space.
    pub person: PersonId,
    /// Its number there.
    pub id: i64,
    /// When it was sent.
    pub at: Instant,
    /// When it was answered last.
    pub answered_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// What it says.
    pub says: Says,
}

impl Report {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.answered_at, self.closed_at) {
            (_, Some(_)) => State::Closed,
            (Some(_), None) => State::Answered,
            (None, None) => State::New,
        }
    }
}

/// A report as the desk knows it, before it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnDesk {
    /// In whose space.
    pub person: PersonId,
    /// Its number there.
    pub id: i64,
    /// When it was sent.
    pub at: Instant,
}

impl Says {
    pub(super) fn seal(&self, key: &SpaceKey) -> Result<Vec<u8>, Fault> {
        let json = serde_json::to_vec(self).map_err(|e| Fault::Internal(format!("a report: {e}")))?;
        key.seal_field(FIELD, &json)
    }

    pub(super) fn open(key: &SpaceKey, sealed: &[u8]) -> Result<Self, Fault> {
        let json = key.open_field(FIELD, sealed)?;
        serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("a report: {e}")))
    }
}
