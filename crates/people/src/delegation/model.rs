//! The nouns: somebody who may act for another, by which right, how far and until when.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Fault, Ins, Instant, PersonId};
use serde::{Deserialize, Serialize};
use store::SpaceKey;

/// Which documents a delegate may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Documents {
    /// None.
    #[default]
    #[serde(rename = "-")]
    None,
    /// Those of these families (codes of `TRE_A03`).
    #[serde(rename = "f")]
    Families(BTreeSet<String>),
    /// All that she does not keep from those who act for her.
    #[serde(rename = "*")]
    All,
}

/// How far a delegation goes. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Reading documents.
    #[serde(rename = "d", default)]
    pub documents: Documents,
    /// Reading who she is and her medical profile.
    #[serde(rename = "p", default)]
    pub profile: bool,
    /// Reading and writing her messages.
    #[serde(rename = "m", default)]
    pub messages: bool,
    /// Reading and changing her agenda.
    #[serde(rename = "a", default)]
    pub agenda: bool,
    /// Adding documents.
    #[serde(rename = "w", default)]
    pub add: bool,
    /// Deciding who else may look, and seeing who did: only when she says so explicitly.
    #[serde(rename = "s", default)]
    pub sharing: bool,
}

impl Scope {
    /// True when nothing at all is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing = |families: &BTreeSet<String>| families.is_empty();
        let reads = match &self.documents {
            Documents::None => false,
            Documents::Families(families) => !nothing(families),
            Documents::All => true,
        };
        !(reads || self.profile || self.messages || self.agenda || self.add || self.sharing)
    }

    /// The words that the policies know the given parts by; which documents is asked separately.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        [
            (self.documents != Documents::None, "documents"),
            (self.profile, "profile"),
            (self.messages, "messages"),
            (self.agenda, "agenda"),
            (self.add, "add"),
            (self.sharing, "sharing"),
        ]
        .into_iter()
        .filter_map(|(given, word)| given.then_some(word))
        .collect()
    }
}

/// By which right somebody acts for a person: what [`super::rules::may_act`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Parental authority over a minor (art. 371-1 and 372 Code civil).
    Parent,
    /// A measure of protection with representation (art. 459 and 473 Code civil).
    Guardian,
    /// Somebody was asked to help (art. 1984 Code civil).
    Delegate {
        /// How far that goes.
        scope: Scope,
        /// True when the person asked herself, being of age; false when whoever represented her did.
        chosen: bool,
    },
}

impl Standing {
    /// The word policies and the journal use.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Delegate { .. } => "delegate",
        }
    }
}

/// What kind of relation a row is. The numbers are stored and never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Guardian, with a mission of representation.
    Guardian,
    /// Delegate: carer, relative, trusted person.
    Delegate,
}

impl Kind {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Guardian => 1,
            Self::Delegate => 2,
        }
    }

    pub(super) fn from_number(n: i64) -> Result<Self, Fault> {
        match n {
            1 => Ok(Self::Guardian),
            2 => Ok(Self::Delegate),
            _ => Err(Fault::Damaged(format!("{n} is no kind of relation"))),
        }
    }
}

/// What is sealed in a row: everything that names somebody or says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Says {
    /// The national identifier of whoever acts; missing while an invitation waits for whoever has its code.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub ins: Option<Ins>,
    /// Her birth date as the person knows it: an offer shows itself to nobody else.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub born: Option<Date>,
    /// As she is called: first by the person, once accepted by her own name.
    #[serde(rename = "n")]
    pub name: String,
    /// Her number here, once known: what the journal's lines name her by.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<PersonId>,
    /// What she is to the person: one of [`LINKS`].
    #[serde(rename = "l", default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// How far it goes; of no meaning for a guardian.
    #[serde(rename = "s", default)]
    pub scope: Scope,
    /// Why, or by which decision, in the words of whoever entered it.
    #[serde(rename = "r", default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The national identifier of the representative who offered or last renewed it in the person's name: it holds
    /// as long as that right does. Missing when the person did so herself.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub offered_by: Option<Ins>,
    /// Keyed hash of an invitation's code, as long as nobody has accepted it.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub invitation: Vec<u8>,
}

/// What a delegate may be to a person (a choice from JDV_J11, and the trusted person of L1111-6 CSP).
pub const LINKS: [&str; 7] = ["partner", "child", "parent", "relative", "trusted", "carer", "other"];

/// The name of the sealed column, part of what its seal is bound to.
const FIELD: &str = "may-act";

impl Says {
    pub(super) fn seal(&self, key: &SpaceKey) -> Result<Vec<u8>, Fault> {
        let json = serde_json::to_vec(self).map_err(|e| Fault::Internal(e.to_string()))?;
        key.seal_field(FIELD, &json)
    }

    pub(super) fn open(key: &SpaceKey, sealed: &[u8]) -> Result<Self, Fault> {
        let json = key.open_field(FIELD, sealed)?;
        serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("who may act: {e}")))
    }
}

/// One row: a guardianship, or a delegation from its offer to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Whose space.
    pub person: PersonId,
    /// Names the row among hers.
    pub id: i64,
    /// Guardian or delegate.
    pub kind: Kind,
    /// First day.
    pub begins: Date,
    /// Last day, if there is one.
    pub ends: Option<Date>,
    /// When it was offered or decided.
    pub offered_at: Instant,
    /// When both had agreed, or it took effect.
    pub accepted_at: Option<Instant>,
    /// When it was taken back, given up or declined.
    pub ended_at: Option<Instant>,
    /// The sealed part.
    pub says: Says,
}

/// How a relation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Offered, not yet answered.
    Offered,
    /// Agreed, and begins later.
    Waiting,
    /// In force.
    InForce,
    /// Ended, declined, lapsed or run out.
    Over,
}
