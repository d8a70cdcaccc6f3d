//! The nouns of what a person decides about who may look: one [`Decision`] is one act in her space.

use std::fmt;

use kernel::rpps::Rpps;
use kernel::{App, EntryId, Instant, PersonId, Professional};
use serde::{Deserialize, Serialize};

use crate::delegation::Documents;

/// What she answered when she was asked, once and plainly, who of those who care for her may look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// She has not been asked, or has not answered: as [`Mode::Ask`], and a declared agreement stays.
    #[default]
    #[serde(rename = "unasked")]
    Unasked,
    /// Her care team, without asking her each time; she is told of each new one.
    #[serde(rename = "team")]
    Team,
    /// Whoever asks her each time: a declared agreement lasts for the visit.
    #[serde(rename = "ask")]
    Ask,
    /// Nobody, but whoever types a code that she hands over.
    #[serde(rename = "nobody")]
    Nobody,
}

impl Mode {
    /// Every answer that she can give.
    pub const CHOICES: [Self; 3] = [Self::Team, Self::Ask, Self::Nobody];

    /// The word that policies, forms and the journal use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unasked => "unasked",
            Self::Team => "team",
            Self::Ask => "ask",
            Self::Nobody => "nobody",
        }
    }
}

/// A place whose whole team she allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// FINESS number; what a professional's chosen activity is compared with.
    #[serde(rename = "f")]
    pub finess: String,
    /// Its name on that day.
    #[serde(rename = "n")]
    pub name: String,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
}

/// A code that she hands over at a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loan {
    /// Names it in her space; not a secret.
    #[serde(rename = "i")]
    pub id: String,
    /// When she made it.
    #[serde(rename = "m")]
    pub made: Instant,
    /// Until when it can be typed.
    #[serde(rename = "u")]
    pub usable_until: Instant,
    /// How long whoever typed it may read, in minutes.
    #[serde(rename = "l")]
    pub minutes: u32,
    /// How many professionals may type it.
    #[serde(rename = "n")]
    pub uses: u32,
}

impl Loan {
    /// How long whoever typed it may read, in microseconds.
    #[must_use]
    pub fn lasts(&self) -> i64 {
        i64::from(self.minutes) * 60 * Instant::SECOND
    }

    /// Whether it can be typed at this moment by one more, so many having typed it.
    #[must_use]
    pub fn is_usable(&self, now: Instant, used: usize) -> bool {
        now < self.usable_until && (used as u64) < u64::from(self.uses)
    }

    /// Whether nobody can still read by it.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        self.usable_until.plus(self.lasts()) <= now
    }
}

/// A time of care that she hides as a whole: documents of these days, of one place or of any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Names it in her space.
    #[serde(rename = "i")]
    pub id: String,
    /// What she calls it.
    #[serde(rename = "n")]
    pub name: String,
    /// First moment of the first day.
    #[serde(rename = "f")]
    pub from: Instant,
    /// First moment after the last day.
    #[serde(rename = "t")]
    pub until: Instant,
    /// Only documents from this organisation (identifier, else name as the documents have it).
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
}

/// An organisation that she does not want to be fed by (R1111-47 CSP: for a legitimate motive).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedSender {
    /// As the policies know the sender: FINESS number, else name.
    #[serde(rename = "o")]
    pub organization: String,
    /// Its name on that day.
    #[serde(rename = "n")]
    pub name: String,
    /// Her motive, in her words.
    #[serde(rename = "m")]
    pub motive: String,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
}

/// What an app may read, as she granted it. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Which documents; what she hid, keeps to herself or keeps secret is never among them.
    #[serde(rename = "d", default)]
    pub documents: Documents,
    /// Who she is: name, date of birth, INS.
    #[serde(rename = "p", default)]
    pub profile: bool,
}

impl Granted {
    /// True when nothing at all is granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !(self.profile || self.reads_documents())
    }

    /// True when some documents are.
    #[must_use]
    pub fn reads_documents(&self) -> bool {
        match &self.documents {
            Documents::None => false,
            Documents::Families(families) => !families.is_empty(),
            Documents::All => true,
        }
    }
}

/// An app that is connected to her space: one at a time of each, for each who connects it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The app; [`App::connection`] names this connection in her space.
    #[serde(rename = "a")]
    pub app: App,
    /// What it may read.
    #[serde(rename = "g")]
    pub granted: Granted,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
    /// When it ends by itself.
    #[serde(rename = "u")]
    pub until: Instant,
    /// Who connected it for her: it ends, too, when that right to represent her does. `None` when she did herself.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
}

impl Connection {
    /// Whether it is this app's, connected by her or by this one who represents her.
    #[must_use]
    pub fn is_of(&self, app: &App, by: Option<PersonId>) -> bool {
        self.app.client_id == app.client_id && self.by == by
    }

    /// Whether it holds at this moment, as far as the clock knows.
    #[must_use]
    pub fn holds(&self, now: Instant) -> bool {
        now < self.until
    }
}

/// A professional in a role that she gave or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Who, as she was known on that day.
    #[serde(rename = "p")]
    pub professional: Professional,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
}

/// A professional who came otherwise than by a permission, as the law lets her, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Who.
    #[serde(rename = "p")]
    pub professional: Professional,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
    /// Until when.
    #[serde(rename = "u")]
    pub until: Instant,
    /// The reason she gave, in her words; empty where none is asked.
    #[serde(rename = "r")]
    pub reason: String,
}

/// One decision of hers, as her space keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "d", content = "v")]
#[expect(missing_docs, reason = "each name says it")]
pub enum Decision {
    #[serde(rename = "mode")]
    Share(Mode),
    #[serde(rename = "block")]
    Block(Named),
    #[serde(rename = "unblock")]
    Unblock(Rpps),
    #[serde(rename = "team")]
    AllowTeam(Team),
    /// By FINESS number.
    #[serde(rename = "team-end")]
    DisallowTeam(String),
    #[serde(rename = "treating")]
    NameTreatingDoctor(Named),
    #[serde(rename = "treating-end")]
    EndTreatingDoctor,
    #[serde(rename = "emergency")]
    RefuseEmergency(bool),
    #[serde(rename = "call-centre")]
    RefuseCallCentre(bool),
    #[serde(rename = "sender")]
    RefuseSender(RefusedSender),
    /// By [`RefusedSender::organization`].
    #[serde(rename = "sender-end")]
    AcceptSender(String),
    /// One document: hidden, or shown although its author masked it.
    #[serde(rename = "entry")]
    Hide { entry: EntryId, hidden: bool },
    /// A family of documents (TRE_A03).
    #[serde(rename = "family")]
    HideFamily { class: String, hidden: bool },
    #[serde(rename = "episode")]
    HideEpisode(Episode),
    /// By [`Episode::id`].
    #[serde(rename = "episode-end")]
    ShowEpisode(String),
    #[serde(rename = "loan")]
    Lend(Loan),
    /// By [`Loan::id`].
    #[serde(rename = "loan-end")]
    EndLoan(String),
    #[serde(rename = "app")]
    Connect(Connection),
    /// By [`App::connection`].
    #[serde(rename = "app-end")]
    Disconnect(App),
}

impl Decision {
    /// The word of a block.
    pub(super) const BLOCK: &str = "block";

    /// The word of naming a treating doctor.
    pub(super) const TREATING: &str = "treating";

    /// What the journal line says it was about: a word, and the subject's number or name where it has one
    /// (`block 10001045367`, `mode team`, `family 11`, `app Mon suivi`). Never a motive, never a secret.
    #[must_use]
    pub fn about(&self) -> String {
        let said = |word: &str, subject: &dyn fmt::Display| format!("{word} {subject}");
        match self {
            Self::Share(mode) => said("mode", &mode.word()),
            Self::Block(named) => said(Self::BLOCK, &named.professional.rpps),
            Self::Unblock(rpps) => said("unblock", rpps),
            Self::AllowTeam(team) => said("team", &team.name),
            Self::DisallowTeam(finess) => said("team-end", finess),
            Self::NameTreatingDoctor(named) => said(Self::TREATING, &named.professional.rpps),
            Self::EndTreatingDoctor => "treating-end".to_owned(),
            Self::RefuseEmergency(refused) => said("emergency", refused),
            Self::RefuseCallCentre(refused) => said("call-centre", refused),
            Self::RefuseSender(sender) => said("sender", &sender.name),
            Self::AcceptSender(organization) => said("sender-end", organization),
            Self::Hide { hidden, .. } => said("entry", hidden),
            Self::HideFamily { class, hidden: true } => said("family", class),
            Self::HideFamily { class, hidden: false } => said("family-end", class),
            Self::HideEpisode(episode) => said("episode", &episode.name),
            Self::ShowEpisode(_) => "episode-end".to_owned(),
            Self::Lend(loan) => said("loan", &loan.minutes),
            Self::EndLoan(_) => "loan-end".to_owned(),
            Self::Connect(connection) => said("app", &connection.app.name),
            Self::Disconnect(app) => said("app-end", &app.name),
        }
    }

    /// The document that it is about, for the journal and the document's own page.
    #[must_use]
    pub fn entry(&self) -> Option<EntryId> {
        match self {
            Self::Hide { entry, .. } => Some(*entry),
            _ => None,
        }
    }
}
