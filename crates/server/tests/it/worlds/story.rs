//! The words that worlds are told in: documents, looks, decisions, what professionals and senders do. `drawing.rs` makes
//! a world of them by chance.

use std::collections::{BTreeMap, BTreeSet};

use kernel::PersonId;
use oauth::AppToken;
use people::consent::{Granted, Mode};
use synthetic::cda::Model;

use super::stage::{Actor, CARER, FATHER, GRANDMOTHER, MOTHER, TEENAGER};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Cda,
    /// A CDA around a PDF.
    Wrapped,
    /// A laboratory's report with a PDF beside it.
    Attached,
    Pdf,
    /// What the person, or somebody for her, adds herself.
    Picture,
}

/// One document.
#[derive(Clone, Debug)]
pub struct Document {
    pub sender: Actor,
    pub model: Model,
    pub form: Form,
    /// Days before the morning.
    pub days: i64,
    pub secret: bool,
    pub masked: bool,
    pub not_yet: bool,
    pub replaces: Option<usize>,
    /// The document whose very bytes it has; that one copies nothing.
    pub copies: Option<usize>,
}

/// Whom the sender of a document keeps from it, besides results that wait: those who act for the person, professionals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    pub secret: bool,
    pub masked: bool,
}

impl Document {
    /// What its sender said of it when it came.
    pub fn labels(&self) -> Labels {
        Labels { secret: self.secret, masked: self.masked }
    }
}

/// A look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    List,
    Search,
    Fhir,
    Journal,
    Page(usize),
    File(usize),
    /// At who she is.
    Profile,
    /// At a page that is of no space.
    Elsewhere,
}

/// Something that happens. Professionals are the numbers of `stage::professional`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Documents come in one submission, whose set is that of `set`'s first.
    Deposited {
        set: usize,
        documents: Vec<usize>,
    },
    /// The same bytes again.
    Repeated(usize),
    /// The same unique id with other bytes: refused.
    Refused(usize),
    /// A sender whom she refuses tries to send something.
    TurnedAway(Actor),
    Withdrawn(usize),
    /// Its sender says anew who may see a document.
    Amended(usize, Labels),
    /// The person, or somebody for her, adds a picture.
    Added(usize),
    Kept(Vec<usize>),
    Lifted(Vec<usize>),
    Looked(Actor, Look),
    /// She keeps her doctor from those who act for her, or no longer.
    DoctorKept,
    DoctorShown,
    /// She, or somebody for her, decides about sharing.
    Decided(Actor, Choice),
    /// A professional tells her of a result that she does not see yet.
    Announced(usize, u8),
    /// A professional declares an emergency about her, takes a call, records that she agreed, types one of her codes.
    Emergency(u8),
    Call(u8),
    Present(u8),
    Typed(u8, usize),
    /// She asks him that those who represent her know nothing of it, and he leaves that again.
    Secretly(u8),
    SecretEnded(u8),
    /// She does not recognise a line of her journal.
    Reported,
    /// The worker reads the words of PDFs.
    Worked,
}

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Allow(u8),
    Disallow(u8),
    Share(Mode),
    Block(u8),
    Unblock(u8),
    Treating(Option<u8>),
    /// The whole team of the place where this professional works.
    AllowTeam(u8),
    DisallowTeam(u8),
    RefuseEmergency(bool),
    RefuseCalls(bool),
    RefuseSender(Actor),
    AcceptSender(Actor),
    /// Hides documents, or shows them although their author masked them.
    Hide(Vec<usize>, bool),
    /// Hides every document of a family (TRE_A03), or no longer.
    Family(&'static str, bool),
    /// Hides a time of care, from so many days before the morning to so many.
    Episode(usize, i64, i64),
    ShowEpisode(usize),
    /// Makes a code that so many may type.
    Lend(usize, usize),
    EndLoan(usize),
    /// Connects an app; the connection is over when the event of the number comes.
    Connect(u8, Granted, usize),
    Disconnect(u8),
}

impl Choice {
    /// Whether it decides which professionals come in, or what those who come in see.
    pub fn is_of_entering(&self) -> bool {
        !matches!(
            self,
            Self::Hide(..)
                | Self::Family(..)
                | Self::Episode(..)
                | Self::ShowEpisode(_)
                | Self::RefuseSender(_)
                | Self::AcceptSender(_)
        ) && self.app().is_none()
    }

    /// Whether whoever acts for her, when she decides so, knows of the doctor from then on.
    pub fn tells_of_the_doctor(&self) -> bool {
        matches!(self, Self::Allow(0) | Self::Block(0) | Self::Treating(Some(0)))
    }

    /// The app that it is about.
    pub fn app(&self) -> Option<u8> {
        match self {
            Self::Connect(number, ..) | Self::Disconnect(number) => Some(*number),
            _ => None,
        }
    }
}

/// Families of documents that she may hide (TRE_A03: prescriptions, imaging, vaccinations).
pub const FAMILIES: [&str; 3] = ["42", "31", "52"];

impl Event {
    /// The documents it is about, each of which must be known to whoever knows of it.
    pub fn documents(&self) -> Vec<usize> {
        match self {
            Self::Deposited { documents, .. } | Self::Kept(documents) | Self::Lifted(documents) => {
                documents.clone()
            }
            Self::Repeated(n)
            | Self::Refused(n)
            | Self::Withdrawn(n)
            | Self::Amended(n, _)
            | Self::Added(n)
            | Self::Announced(n, _)
            | Self::Looked(_, Look::Page(n) | Look::File(n)) => vec![*n],
            _ => Vec::new(),
        }
    }

    /// Who does it and signs in for it; nobody for what software and the worker do.
    pub fn doer(&self, subject: PersonId) -> Option<Actor> {
        Some(match self {
            Self::Looked(who, _) | Self::Decided(who, _) => *who,
            Self::Announced(_, number)
            | Self::Emergency(number)
            | Self::Call(number)
            | Self::Present(number)
            | Self::Secretly(number)
            | Self::SecretEnded(number)
            | Self::Typed(number, _) => Actor::Pro(*number),
            Self::Kept(_) | Self::Lifted(_) | Self::DoctorKept | Self::DoctorShown | Self::Reported => {
                Actor::Citizen(subject)
            }
            _ => return None,
        })
    }
}

/// A world: whose space, what there is, what happens, and how it stands in the end.
#[derive(Debug)]
pub struct World {
    pub seed: u64,
    pub subject: PersonId,
    pub documents: Vec<Document>,
    pub events: Vec<Event>,
    /// Results that she was told of.
    pub announced: BTreeSet<usize>,
    /// What her doctor did before this event is kept from those who act for her in the end; 0 for nothing.
    pub doctor_until: usize,
}

impl World {
    /// When a document comes in; after everything for one that never does.
    pub fn arrival(&self, n: usize) -> usize {
        let brings = |event: &Event| match event {
            Event::Deposited { documents, .. } => documents.contains(&n),
            Event::Added(added) => *added == n,
            _ => false,
        };
        self.events.iter().position(brings).unwrap_or(usize::MAX)
    }

    /// Everybody who does something here and signs in for it, and the person, who signs in first.
    pub fn cast(&self) -> Vec<Actor> {
        let mut all = vec![Actor::Citizen(self.subject)];
        let added = |event: &Event| match event {
            Event::Added(n) | Event::Withdrawn(n) => Some(self.documents[*n].sender),
            _ => None,
        };
        let doers = self.events.iter().flat_map(|event| [event.doer(self.subject), added(event)]).flatten();
        for who in doers {
            if !all.contains(&who) {
                all.push(who);
            }
        }
        all
    }
}

/// Those who act for a person: parents, a guardian, a delegate for everything, one for a family of documents.
pub fn helpers(subject: PersonId) -> &'static [Actor] {
    const PARENTS: [Actor; 1] = [Actor::For(MOTHER, TEENAGER)];
    const OTHERS: [Actor; 3] =
        [Actor::For(FATHER, GRANDMOTHER), Actor::For(CARER, GRANDMOTHER), Actor::For(MOTHER, GRANDMOTHER)];
    if subject == TEENAGER { &PARENTS } else { &OTHERS }
}

/// Everybody whose answers are looked at; those who see most, and not all, are looked at most often.
pub fn viewers(subject: PersonId) -> Vec<Actor> {
    let mut all = vec![Actor::Citizen(subject); 4];
    let helpers = helpers(subject);
    all.extend(helpers.iter().cycle().take(helpers.len().max(2) * 2));
    all.extend([0, 1, 0, 1].map(|number| Actor::App(number, subject)));
    all.extend((0..7).chain(0..5).map(Actor::Pro));
    all.extend([Actor::Laboratory, Actor::Laboratory, Actor::Hospital, Actor::Operator, Actor::Nobody]);
    // A stranger; the carer of the other family, with nothing to do here.
    all.push(Actor::Citizen(if subject == TEENAGER { CARER } else { TEENAGER }));
    all
}

/// Names of what came to be in a world, as far as it did.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    pub documents: BTreeMap<usize, String>,
    pub sets: BTreeMap<usize, String>,
    pub episodes: BTreeMap<usize, String>,
    /// Codes: what is typed, and what they are called in her space.
    pub loans: BTreeMap<usize, (String, String)>,
    /// What each app was given when it was connected last.
    pub apps: BTreeMap<u8, AppToken>,
}
