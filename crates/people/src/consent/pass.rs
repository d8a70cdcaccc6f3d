//! Permission as a value.

use kernel::{EntryId, PersonId, Refusal, Right, Visit};
use store::{Act, Kind, Line, SpaceKey, Tx};

use super::facts::EntryFacts;
use super::policy::{self, Scene};
use super::sharing::Sharing;
use crate::delegation::Standing;
use crate::person::{Identity, Person, State};

/// What somebody wants to do in a space. Each is an action of `policies/carnet.cedarschema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See the list of what is there.
    ReadRecord,
    /// Read one thing in it. Whether the thing is seen at all is [`Pass::sees`].
    ReadDocument,
    /// Read who she is: her traits, beyond what the asker already gave.
    ReadIdentity,
    /// Take the words out of a document, for its owner's search.
    IndexDocument,
    /// Feed it from an organisation's software.
    DepositDocument,
    /// Add a document of one's own.
    AddOwnDocument,
    /// Take a document back.
    WithdrawDocument,
    /// Say anew who may see what one sent.
    AmendDocument,
    /// Read the journal.
    ReadJournal,
    /// Decide who else may look.
    ManageSharing,
    /// Connect an app.
    ConnectApp,
    /// Decide who may act for her.
    ManageDelegation,
    /// Keep something from those who act for her.
    KeepSecret,
    /// Help her at a public desk, in her presence.
    AssistAtDesk,
    /// Open, at a public desk and at her wish, the space that she does not have yet.
    OpenAtDesk,
    /// Enter or end a judge's measure.
    EnterGuardian,
    /// Look up which measures are in force.
    ReadGuardians,
    /// Record that the person agreed in the professional's presence.
    DeclarePresence,
    /// Come to a minor who asks for secrecy, or leave that.
    ConnectSecretly,
    /// Use a code that she showed.
    UseCode,
    /// Declare an emergency about her.
    BreakGlass,
    /// Take a call about her at the emergency call centre.
    AnswerCall,
    /// Tell her of a result that waited for its announcement.
    AnnounceResult,
    /// Open a line that she handed to the team because she did not recognise it.
    ReadReports,
    /// Answer it.
    AnswerReport,
    /// Manage passkeys, recovery codes and sessions.
    ManageAccess,
    /// Take everything out, sealed.
    ExportSpace,
    /// Close the space.
    CloseSpace,
    /// Open it again.
    ReopenSpace,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 29] = [
        Self::ReadRecord,
        Self::ReadDocument,
        Self::ReadIdentity,
        Self::IndexDocument,
        Self::DepositDocument,
        Self::AddOwnDocument,
        Self::WithdrawDocument,
        Self::AmendDocument,
        Self::ReadJournal,
        Self::ManageSharing,
        Self::ConnectApp,
        Self::ManageDelegation,
        Self::KeepSecret,
        Self::AssistAtDesk,
        Self::OpenAtDesk,
        Self::EnterGuardian,
        Self::ReadGuardians,
        Self::DeclarePresence,
        Self::ConnectSecretly,
        Self::UseCode,
        Self::BreakGlass,
        Self::AnswerCall,
        Self::AnnounceResult,
        Self::ReadReports,
        Self::AnswerReport,
        Self::ManageAccess,
        Self::ExportSpace,
        Self::CloseSpace,
        Self::ReopenSpace,
    ];

    /// The action's name in the policies and, for a refusal, in the journal.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadRecord | Self::ReadDocument => "readRecord",
            Self::ReadIdentity => "readIdentity",
            Self::IndexDocument => "indexDocument",
            Self::DepositDocument => "depositDocument",
            Self::AddOwnDocument => "addDocument",
            Self::WithdrawDocument => "withdrawDocument",
            Self::AmendDocument => "amendDocument",
            Self::ReadJournal => "readJournal",
            Self::ManageSharing => "manageSharing",
            Self::ConnectApp => "connectApp",
            Self::ManageDelegation => "manageDelegation",
            Self::KeepSecret => "keepSecret",
            Self::AssistAtDesk => "assistAtDesk",
            Self::OpenAtDesk => "openAtDesk",
            Self::EnterGuardian => "enterGuardian",
            Self::ReadGuardians => "readGuardians",
            Self::DeclarePresence => "declarePresence",
            Self::ConnectSecretly => "connectSecretly",
            Self::UseCode => "useCode",
            Self::BreakGlass => "breakGlass",
            Self::AnswerCall => "answerCall",
            Self::AnnounceResult => "announceResult",
            Self::ReadReports => "readReports",
            Self::AnswerReport => "answerReport",
            Self::ManageAccess => "manageAccess",
            Self::ExportSpace => "exportSpace",
            Self::CloseSpace => "closeSpace",
            Self::ReopenSpace => "reopenSpace",
        }
    }
}

/// Proof that the policies let this visit do this action in this space. Only `consent::open` makes one; it
/// lives as long as one transaction.
pub struct Pass {
    visit: Visit,
    person: Person,
    scene: Scene,
    sharing: Sharing,
    action: Action,
    right: Option<Right>,
    standing: Option<Standing>,
}

impl Pass {
    pub(super) fn new(visit: Visit, person: Person, scene: Scene, sharing: Sharing, action: Action) -> Self {
        Self { visit, person, scene, sharing, action, right: None, standing: None }
    }

    /// The same by this right, and for somebody who acts for the person.
    pub(super) fn by(mut self, right: Option<Right>, standing: Option<Standing>) -> Self {
        (self.right, self.standing) = (right, standing);
        self
    }

    /// By what right the policies let the visitor in; `None` for the person herself and for the service.
    #[must_use]
    pub fn right(&self) -> Option<Right> {
        self.right
    }

    /// By which right the visitor acts for the person; `None` when she does not act for her.
    #[must_use]
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// Who acts for the person; `None` when nobody does.
    #[must_use]
    pub fn representative(&self) -> Option<PersonId> {
        self.standing.as_ref().and_then(|_| self.visit.actor.citizen())
    }

    /// True before the person's majority, on the day of the visit.
    #[must_use]
    pub fn is_minor(&self) -> bool {
        self.person.identity.traits.age_on(self.visit.now.date()) < crate::delegation::rules::MAJORITY
    }

    /// Whether the policies would also let this visitor do another thing here: what a page may offer. Doing it
    /// takes a pass of its own.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        policy::decide(&self.scene, action).unwrap_or(false)
    }

    /// Notes in the journal that a rule of the room refused what this pass was for, about this document; gives the refusal
    /// back to whoever asked.
    #[must_use]
    pub fn refuse(&self, tx: &mut Tx<'_>, entry: Option<EntryId>, refusal: Refusal) -> Refusal {
        let line = self.line().refused(refusal.code()).about(self.action.word());
        let act = Act { kind: Kind::Refused, at: self.visit.now, entry, line, data: None, blob: None };
        tx.note(self.key(), act);
        refusal
    }

    /// Her, key in hand.
    pub(super) fn whole(&self) -> &Person {
        &self.person
    }

    /// Whose space is open.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person.id
    }

    /// What unseals it.
    #[must_use]
    pub fn key(&self) -> &SpaceKey {
        &self.person.key
    }

    /// Who she is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.person.identity
    }

    /// The state of her space.
    #[must_use]
    pub fn state(&self) -> State {
        self.person.state
    }

    /// Department of her address; what statistics are kept by.
    #[must_use]
    pub fn department(&self) -> &str {
        &self.person.department
    }

    /// The visit it was opened for.
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// The action it was opened for.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// What the person had decided about sharing when it was opened; empty unless a professional or an app asks.
    #[must_use]
    pub fn sharing(&self) -> &Sharing {
        &self.sharing
    }

    /// True when the visitor is the person herself.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        matches!(self.visit.actor, kernel::Actor::Citizen { person, .. } if person == self.person.id)
    }

    /// A journal line for what is done under this pass.
    #[must_use]
    pub fn line(&self) -> Line {
        Line::of(&self.visit).by(self.right)
    }

    /// Whether an entry with these facts exists for this visitor. The full policies decide, once per
    /// distinct facts; an error is a no.
    #[must_use]
    pub fn sees(&self, facts: &EntryFacts) -> bool {
        self.scene.sees(facts)
    }
}

impl std::fmt::Debug for Pass {
    /// Names the person and the action; never a key, never a trait.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pass({} for {})", self.action.word(), self.person.id)
    }
}
