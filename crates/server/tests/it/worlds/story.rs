//! What happens in a world, drawn from its seed: documents of all kinds come in, are replaced and taken back, the
//! person decides, and everybody looks.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Chance, PersonId};
use people::consent::Mode;
use synthetic::cda::Model;

use super::stage::{Actor, CARER, FATHER, GRANDMOTHER, MOTHER, TEENAGER};

/// Documents that a world may hold.
pub const DOCUMENTS: usize = 7;
/// What happens in a world, at most.
const EVENTS: usize = 24;

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
    /// At a page that is of no space.
    Elsewhere,
}

/// Something that happens.
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
    Withdrawn(usize),
    /// The person, or somebody for her, adds a picture.
    Added(usize),
    Kept(usize),
    Lifted(usize),
    Looked(Actor, Look),
    /// A professional is allowed, or no longer.
    Allowed(u8, Actor),
    Disallowed(u8, Actor),
    /// She keeps her doctor from those who act for her, or no longer.
    DoctorKept,
    DoctorShown,
    /// She decides about sharing.
    Decided(Choice),
    /// A professional tells her of a result that she does not see yet.
    Announced(usize, u8),
    /// A professional declares an emergency about her.
    Emergency(u8),
    /// The worker reads the words of PDFs.
    Worked,
}

/// What she decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Share(Mode),
    Block(u8),
    Unblock(u8),
    Treating(Option<u8>),
    RefuseEmergency(bool),
    /// Hides a document, or shows it although its author masked it.
    Hide(usize, bool),
    /// Hides every document of [`HIDDEN_FAMILY`], or no longer.
    Family(bool),
}

/// The family of documents that she may hide as a whole (TRE_A03: prescriptions).
pub const HIDDEN_FAMILY: &str = "42";

impl Event {
    /// The documents it is about.
    pub fn documents(&self) -> Vec<usize> {
        match self {
            Self::Deposited { documents, .. } => documents.clone(),
            Self::Repeated(n)
            | Self::Refused(n)
            | Self::Withdrawn(n)
            | Self::Added(n)
            | Self::Kept(n)
            | Self::Lifted(n)
            | Self::Announced(n, _)
            | Self::Decided(Choice::Hide(n, _))
            | Self::Looked(_, Look::Page(n) | Look::File(n)) => vec![*n],
            _ => Vec::new(),
        }
    }
}

/// A world: whose space, what there is, what happens, and how it stands in the end.
#[derive(Debug)]
pub struct World {
    pub seed: u64,
    pub subject: PersonId,
    pub documents: Vec<Document>,
    pub events: Vec<Event>,
    pub kept: BTreeSet<usize>,
    /// Results that she was told of.
    pub announced: BTreeSet<usize>,
    /// What her doctor did before this event is kept from those who act for her in the end; 0 for nothing.
    pub doctor_until: usize,
}

/// Those who act for a person: parents, a guardian, a delegate for everything, one for a family of documents.
pub fn helpers(subject: PersonId) -> &'static [Actor] {
    const PARENTS: [Actor; 1] = [Actor::For(MOTHER, TEENAGER)];
    const OTHERS: [Actor; 3] =
        [Actor::For(FATHER, GRANDMOTHER), Actor::For(CARER, GRANDMOTHER), Actor::For(MOTHER, GRANDMOTHER)];
    if subject == TEENAGER { &PARENTS } else { &OTHERS }
}

/// Everybody whose answers are looked at.
pub fn viewers(subject: PersonId) -> Vec<Actor> {
    let mut all = vec![Actor::Citizen(subject)];
    all.extend(helpers(subject));
    all.extend([
        Actor::Pro(0),
        Actor::Pro(1),
        Actor::Pro(2),
        Actor::Pro(3),
        Actor::Pro(4),
        Actor::Pro(5),
        Actor::Laboratory,
        Actor::Hospital,
        Actor::Operator,
        Actor::Nobody,
    ]);
    // A stranger; the carer of the other family, with nothing to do here.
    all.push(Actor::Citizen(if subject == TEENAGER { CARER } else { TEENAGER }));
    all
}

/// Everybody who does something in a world and signs in for it.
pub fn cast(subject: PersonId) -> Vec<Actor> {
    let mut all = vec![Actor::Citizen(subject)];
    all.extend((0..6).map(Actor::Pro));
    all.extend(helpers(subject));
    all
}

/// A world that is being made up.
struct Draft<'a> {
    chance: &'a Chance,
    subject: PersonId,
    documents: Vec<Document>,
    /// Those that are there and may be replaced or taken back.
    standing: BTreeSet<usize>,
    there: BTreeSet<usize>,
    kept: BTreeSet<usize>,
    announced: BTreeSet<usize>,
    allowed: BTreeSet<u8>,
    blocked: BTreeSet<u8>,
    doctor_kept: bool,
    doctor_known: bool,
}

impl Draft<'_> {
    fn one_in(&self, n: u64) -> bool {
        self.chance.u64().is_multiple_of(n)
    }

    fn of<'t, T>(&self, all: &'t [T]) -> Option<&'t T> {
        (!all.is_empty()).then(|| &all[(self.chance.u64() % all.len() as u64) as usize])
    }

    fn pick(&self, among: impl Fn(usize) -> bool) -> Option<usize> {
        let all: Vec<usize> = self.there.iter().copied().filter(|n| among(*n)).collect();
        self.of(&all).copied()
    }

    fn is_own(&self, n: usize) -> bool {
        self.documents[n].form == Form::Picture
    }

    fn document(&mut self, sender: Actor) -> Document {
        let model = *self.of(&Model::ALL).unwrap_or(&Model::LabReport);
        let form = match self.chance.u64() % 5 {
            0 => Form::Wrapped,
            1 => Form::Attached,
            2 => Form::Pdf,
            _ => Form::Cda,
        };
        let model = if form == Form::Attached { Model::LabReport } else { model };
        let label = self.chance.u64() % 8;
        let replaces = if self.one_in(3) {
            let all: Vec<usize> =
                self.standing.iter().copied().filter(|n| self.documents[*n].sender == sender).collect();
            self.of(&all).copied()
        } else {
            None
        };
        if let Some(old) = replaces {
            self.standing.remove(&old);
        }
        Document {
            sender,
            model,
            form,
            days: 3 + (self.chance.u64() % 40) as i64 * 9,
            secret: label == 0 || label == 1,
            masked: label == 2 || label == 3,
            not_yet: label == 4 || label == 1,
            replaces,
        }
    }

    fn deposit(&mut self) -> Option<Event> {
        let sender = if self.one_in(2) { Actor::Laboratory } else { Actor::Hospital };
        let many = if self.one_in(4) { 2 } else { 1 };
        let set = self.documents.len();
        if set + many > DOCUMENTS {
            return None;
        }
        for n in set..set + many {
            let document = self.document(sender);
            self.documents.push(document);
            self.there.insert(n);
        }
        self.standing.extend(set..set + many);
        Some(Event::Deposited { set, documents: (set..set + many).collect() })
    }

    fn added(&mut self) -> Option<Event> {
        let n = self.documents.len();
        if n >= DOCUMENTS {
            return None;
        }
        let helper = helpers(self.subject)[0];
        let sender = if self.one_in(3) { helper } else { Actor::Citizen(self.subject) };
        self.documents.push(Document {
            sender,
            model: Model::LabReport,
            form: Form::Picture,
            days: 0,
            secret: false,
            masked: false,
            not_yet: false,
            replaces: None,
        });
        self.there.insert(n);
        self.standing.insert(n);
        Some(Event::Added(n))
    }

    fn look(&self) -> Option<Event> {
        let mut who = cast(self.subject);
        who.push(Actor::Nobody);
        let who = *self.of(&who)?;
        let look = match self.chance.u64() % 7 {
            0 => Look::List,
            1 => Look::Search,
            2 => Look::Fhir,
            3 => Look::Journal,
            4 => Look::File(self.pick(|_| true)?),
            _ => Look::Page(self.pick(|_| true)?),
        };
        Some(Event::Looked(who, look))
    }

    fn sharing(&mut self) -> Option<Event> {
        let number = *self.of(&[1, 1, 2, 4])?;
        let by = if self.one_in(3) { helpers(self.subject)[0] } else { Actor::Citizen(self.subject) };
        if self.blocked.contains(&number) {
            return None;
        }
        if self.allowed.remove(&number) {
            return Some(Event::Disallowed(number, by));
        }
        self.allowed.insert(number);
        Some(Event::Allowed(number, by))
    }

    fn choice(&mut self) -> Option<Event> {
        let number = *self.of(&[1, 2, 4, 5])?;
        Some(Event::Decided(match self.chance.u64() % 9 {
            0 => Choice::Share(*self.of(&Mode::CHOICES)?),
            1 => Choice::Share(Mode::Team),
            2 | 3 if self.blocked.remove(&number) => Choice::Unblock(number),
            2 | 3 => {
                // Whom she blocks has no permission any more.
                self.allowed.remove(&number);
                self.blocked.insert(number);
                Choice::Block(number)
            }
            4 if self.blocked.contains(&1) => return None,
            4 => Choice::Treating(if self.one_in(3) { None } else { Some(1) }),
            5 => Choice::RefuseEmergency(self.one_in(2)),
            6 => Choice::Family(self.one_in(2)),
            _ => Choice::Hide(self.pick(|n| !self.documents[n].not_yet)?, !self.one_in(3)),
        }))
    }

    fn doctor(&mut self) -> Option<Event> {
        // Who told her of a result is not kept from those who then see it.
        if self.subject != TEENAGER || self.doctor_known || !self.announced.is_empty() {
            return None;
        }
        if self.doctor_kept && self.one_in(2) {
            self.doctor_known = true;
            return Some(Event::Allowed(0, helpers(self.subject)[0]));
        }
        self.doctor_kept = !self.doctor_kept;
        Some(if self.doctor_kept { Event::DoctorKept } else { Event::DoctorShown })
    }

    fn event(&mut self) -> Option<Event> {
        match self.chance.u64() % 28 {
            0..=4 => self.deposit(),
            5 => self.added(),
            6 => Some(Event::Repeated(self.pick(|n| !self.is_own(n))?)),
            7 => Some(Event::Refused(self.pick(|n| !self.is_own(n))?)),
            8 => {
                // What she keeps from whoever added it for her, that one does not find any more.
                let lost =
                    |n: &usize| matches!(self.documents[*n].sender, Actor::For(..)) && self.kept.contains(n);
                let all: Vec<usize> = self.standing.iter().copied().filter(|n| !lost(n)).collect();
                let n = *self.of(&all)?;
                self.standing.remove(&n);
                self.there.remove(&n);
                Some(Event::Withdrawn(n))
            }
            // What she does not see yet she cannot keep.
            9 | 10 => {
                let n = self.pick(|n| !self.kept.contains(&n) && !self.documents[n].not_yet)?;
                self.kept.insert(n);
                Some(Event::Kept(n))
            }
            11 => {
                let n = self.pick(|n| self.kept.contains(&n))?;
                self.kept.remove(&n);
                Some(Event::Lifted(n))
            }
            12 | 22 => self.sharing(),
            13 => self.doctor(),
            14 => Some(Event::Worked),
            23..=25 => self.choice(),
            26 if !self.doctor_kept => {
                let n = self.pick(|n| self.documents[n].not_yet && !self.announced.contains(&n))?;
                self.announced.insert(n);
                Some(Event::Announced(n, 0))
            }
            27 => Some(Event::Emergency(5)),
            _ => self.look(),
        }
    }
}

/// The world of a seed.
pub fn world(seed: u64) -> World {
    let chance = Chance::seeded(seed);
    let subject = if chance.u64().is_multiple_of(2) { TEENAGER } else { GRANDMOTHER };
    let mut draft = Draft {
        chance: &chance,
        subject,
        documents: Vec::new(),
        standing: BTreeSet::new(),
        there: BTreeSet::new(),
        kept: BTreeSet::new(),
        announced: BTreeSet::new(),
        allowed: BTreeSet::from([0]),
        blocked: BTreeSet::new(),
        doctor_kept: false,
        doctor_known: false,
    };
    let mut events = vec![Event::Allowed(0, Actor::Citizen(subject))];
    while events.len() < EVENTS {
        events.extend(draft.event());
    }
    let known = events.iter().position(|event| matches!(event, Event::Allowed(0, Actor::For(..))));
    let doctor_until = if draft.doctor_kept { known.unwrap_or(usize::MAX) } else { 0 };
    let mut world = World {
        seed,
        subject,
        documents: draft.documents,
        events,
        kept: draft.kept,
        announced: BTreeSet::new(),
        doctor_until,
    };
    // Told of is only what whoever tells sees at that moment.
    for at in 0..world.events.len() {
        if let Event::Announced(n, number) = world.events[at]
            && world.sees_at(number, n, at)
        {
            world.announced.insert(n);
        }
    }
    world
}

/// Ids of a world's documents and of their submission sets, as far as they came in.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    pub documents: BTreeMap<usize, String>,
    pub sets: BTreeMap<usize, String>,
}
