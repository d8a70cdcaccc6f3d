//! The nouns: identity, contact, representatives, and the states of a space.

use jiff::civil::Date;
use kernel::{Fault, Ins, Instant, PersonId, Traits};
use serde::{Deserialize, Serialize};
use store::SpaceKey;

/// How far a space has come. The numbers are stored and never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Her wave is announced and its window runs: nothing can be deposited or read yet.
    Announced,
    /// Her space is in use.
    Open,
    /// Closed at her wish or by death: kept ten years, then erased (R1111-28).
    Closed,
    /// She opposed within the window: there is no space.
    Opposed,
    /// Her key is destroyed.
    Erased,
}

impl State {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Announced, Self::Open, Self::Closed, Self::Opposed, Self::Erased];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The state behind a stored number.
    ///
    /// # Errors
    /// `Fault::Damaged` for a number that no state has.
    pub fn from_number(n: i64) -> Result<Self, Fault> {
        usize::try_from(n)
            .ok()
            .and_then(|n| Self::ALL.get(n).copied())
            .ok_or_else(|| Fault::Damaged(format!("{n} is no state of a space")))
    }

    /// The word policies use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Opposed => "opposed",
            Self::Erased => "erased",
        }
    }
}

/// How to reach a person; everything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Contact {
    /// E-mail address.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone, as given.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Postal address, line by line, for letters.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
}

/// Somebody who represents her by law: a parent, a guardian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Representative {
    /// The representative's own INS.
    #[serde(rename = "i")]
    pub ins: Ins,
    /// JDV_J11 relationship code (`MTH`, `FTH`, `TUTEUR` …); the insurer's file may not say.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// What identifies a person. Stored sealed with her key, as compact JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Her national health identifier.
    #[serde(rename = "i")]
    pub ins: Ins,
    /// Her strict traits.
    #[serde(rename = "s")]
    pub traits: Traits,
    /// Nom utilisé, when it is not the birth name.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub used_name: Option<String>,
    /// Prénom utilisé, when it is not the first birth given name.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub used_given: Option<String>,
    /// How to reach her.
    #[serde(rename = "c", default)]
    pub contact: Contact,
    /// Her legal representatives.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<Representative>,
    /// When she died.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub death: Option<Date>,
}

/// The name of the sealed field, part of what its seal is bound to.
const FIELD: &str = "identity";

impl Identity {
    /// As she is greeted and as others read her name: used given name, then used name.
    #[must_use]
    pub fn display_name(&self) -> String {
        let given = self
            .used_given
            .as_deref()
            .unwrap_or_else(|| self.traits.given_names.split(' ').next().unwrap_or_default());
        let family = self.used_name.as_deref().unwrap_or(&self.traits.birth_name);
        format!("{} {}", capitalised(given), family.to_uppercase())
    }

    /// Sealed with her key, for `person.identity`.
    ///
    /// # Errors
    /// `Fault::Keys` when sealing fails.
    pub fn seal(&self, key: &SpaceKey) -> Result<Vec<u8>, Fault> {
        // Room for most: a country's worth of these is written at a time.
        let mut json = Vec::with_capacity(512);
        serde_json::to_writer(&mut json, self).map_err(|e| Fault::Internal(e.to_string()))?;
        key.seal_field(FIELD, &json)
    }

    /// Unsealed again.
    ///
    /// # Errors
    /// `Fault::Damaged` when it is not what was sealed.
    pub fn open(key: &SpaceKey, sealed: &[u8]) -> Result<Self, Fault> {
        let json = key.open_field(FIELD, sealed)?;
        serde_json::from_slice(&json).map_err(|e| Fault::Damaged(format!("identity: {e}")))
    }
}

/// `MARIE-LOUISE` → `Marie-Louise`: the insurer writes capitals, people do not.
fn capitalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut start = true;
    for c in name.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphabetic();
    }
    out
}

/// A person, her key in hand.
#[derive(Debug)]
pub struct Person {
    /// Her number.
    pub id: PersonId,
    /// The state of her space.
    pub state: State,
    /// Since when.
    pub state_at: Instant,
    /// The wave she was announced in.
    pub wave: i64,
    /// Department of her address.
    pub department: String,
    /// Insurer scheme (CPAM, MSA …).
    pub scheme: String,
    /// True once she has opposed being fed by a sender: only then a deposit looks at what she decided.
    pub refuses: bool,
    /// Who she is.
    pub identity: Identity,
    /// What opens her space.
    pub key: SpaceKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_keep_their_numbers() {
        for (n, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(state.number(), n as i64);
            assert_eq!(State::from_number(n as i64).unwrap(), state);
        }
        assert!(State::from_number(5).is_err());
    }

    #[test]
    fn names_are_greeted_as_people_write_them() {
        assert_eq!(capitalised("MARIE-LOUISE"), "Marie-Louise");
        assert_eq!(capitalised("élodie d'arc"), "Élodie D'Arc");
    }
}
