//! A visit: who is at the door, for whom, why, when, and in which language. Every room function that does
//! something for somebody takes one; every journal line is written from one.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::ids::PersonId;
use crate::rpps::Rpps;

/// The language a page or a sentence is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Français.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

/// A health professional in the activity she chose for this visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Professional {
    /// Her number for life.
    #[serde(rename = "r")]
    pub rpps: Rpps,
    /// As patients know her: `Dr Claire Moreau`.
    #[serde(rename = "n")]
    pub name: String,
    /// TRE_G15 profession code (`10` doctor, `21` pharmacist, `60` nurse …).
    #[serde(rename = "p")]
    pub profession: String,
    /// Specialty code (JDV_J107: `SM04` cardiology …), if any.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub specialty: Option<String>,
    /// Where she acts: name of the structure.
    #[serde(rename = "o")]
    pub structure: String,
    /// Its FINESS number, if it has one.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub finess: Option<String>,
}

/// An organisation's software, signed in by its own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    /// The registered client.
    #[serde(rename = "c")]
    pub client_id: String,
    /// The organisation that answers for it: `Laboratoire des Trois-Rivières`.
    #[serde(rename = "n")]
    pub organization: String,
    /// The organisation's FINESS number, if it has one.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub finess: Option<String>,
}

impl Software {
    /// What policies and decisions know its organisation by: the FINESS number, else the name.
    #[must_use]
    pub fn sender(&self) -> &str {
        self.finess.as_deref().unwrap_or(&self.organization)
    }
}

/// An app that a person connected, reading in her space with a token that it got by her word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// The registered client.
    #[serde(rename = "c")]
    pub client_id: String,
    /// What it is called, as she knows it: `Mon suivi`.
    #[serde(rename = "n")]
    pub name: String,
    /// Who answers for it.
    #[serde(rename = "o")]
    pub organization: String,
    /// The connection that its token was given under; names it in her space and is no secret.
    #[serde(rename = "g")]
    pub connection: String,
}

/// Who acts. This is also how the journal writes it down, so the tags are short and never change meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k")]
pub enum Actor {
    /// Nobody is signed in.
    #[serde(rename = "-")]
    Nobody,
    /// An insured person.
    #[serde(rename = "c")]
    Citizen {
        /// Herself.
        person: PersonId,
        /// Her used name at the time, for journals of other spaces.
        #[serde(rename = "n")]
        name: String,
    },
    /// A health professional.
    #[serde(rename = "p")]
    Professional(Professional),
    /// A registered organisation's software.
    #[serde(rename = "s")]
    Software(Software),
    /// An app that the person connected; [`Visit::on_behalf_of`] says whose.
    #[serde(rename = "a")]
    App(App),
    /// A member of the operator's team.
    #[serde(rename = "o")]
    Operator {
        /// Account name.
        #[serde(rename = "n")]
        name: String,
    },
    /// The system itself, for the task named.
    #[serde(rename = "w")]
    System {
        /// `enrolment`, `erasure`, `migration` …
        #[serde(rename = "t")]
        task: String,
    },
}

impl Actor {
    /// The insured person who acts, if it is one.
    #[must_use]
    pub fn citizen(&self) -> Option<PersonId> {
        match self {
            Self::Citizen { person, .. } => Some(*person),
            _ => None,
        }
    }
}

/// Why somebody looks or writes: `purposeofuse` of the VIHF, with the owner's own reason added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The person's own use of her space.
    #[serde(rename = "own")]
    Own,
    /// Care as usual.
    #[serde(rename = "care")]
    Care,
    /// Break-glass: life in danger, the person cannot speak (L1111-17).
    #[serde(rename = "emergency")]
    Emergency,
    /// The emergency call centre regulates a call about this person.
    #[serde(rename = "call-centre")]
    CallCentre,
    /// Care that a minor asked to keep from those who represent her (« connexion secrète », L1111-5 CSP).
    #[serde(rename = "secret")]
    Secret,
    /// Running the service: enrolment, support, erasure.
    #[serde(rename = "operation")]
    Operation,
}

/// One request, as rooms see it.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who acts.
    pub actor: Actor,
    /// For whom, when not for herself: a parent for a child, a carer for a relative.
    pub on_behalf_of: Option<PersonId>,
    /// Why.
    pub purpose: Purpose,
    /// When; the only present a room knows.
    pub now: Instant,
    /// The language of the answer.
    pub language: Language,
    /// Ties the log, the journal and the answer of one request together.
    pub request_id: u64,
}
