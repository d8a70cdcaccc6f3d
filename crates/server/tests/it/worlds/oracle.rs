//! What a viewer may see, said a second time and in other words than the policies; and the same world without what she
//! may not.

use std::collections::BTreeSet;

use people::consent::Mode;
use people::delegation::model::Documents;
use synthetic::cda::Model;

use super::stage::{Actor, CARER, FATHER, MOTHER, TEENAGER, professional, software};
use super::story::{Choice, Event, Form, Look, World};

/// The family of documents that the delegate for some of them was given (TRE_A03: reports).
pub const GIVEN_FAMILY: &str = "10";

/// The type that a psychologist is not shown (`knowledge/fr/access.toml`).
const NOT_FOR_PSYCHOLOGISTS: Model = Model::Prescription;

impl World {
    /// Whether a professional sees a document when this event happens.
    pub fn sees_at(&self, number: u8, n: usize, at: usize) -> bool {
        let (document, decided) = (&self.documents[n], self.decided(at));
        if !decided.enters(number) {
            return false;
        }
        let wrote = author(document.sender) == Some(number);
        let knows = wrote || decided.treating == Some(number);
        let kind = document.form != Form::Picture && document.model == NOT_FOR_PSYCHOLOGISTS;
        // In secret he sees what those who represent her do not.
        let of_secrecy = self.labels_at(n, at).secret || self.kept_at(n, at);
        let known = !decided.secretly.contains(&number) || of_secrecy;
        known && (knows || !self.hidden_at(n, at)) && (wrote || number != 4 || !kind)
    }

    /// Whether this event is a result that a professional tells her of, who may.
    pub fn tells(&self, at: usize) -> bool {
        let Event::Announced(n, number) = self.events[at] else { return false };
        self.decided(at).cares(number) && self.sees_at(number, n, at)
    }

    /// Whether nobody has told her of a result yet, when this event happens.
    pub fn not_yet_at(&self, n: usize, at: usize) -> bool {
        let announces = |(at, event): (usize, &Event)| {
            matches!(event, Event::Announced(of, _) if *of == n) && self.tells(at)
        };
        self.documents[n].not_yet && !self.events[..at].iter().enumerate().any(announces)
    }

    /// Whether a viewer sees a document in the end.
    pub fn sees(&self, viewer: Actor, n: usize) -> bool {
        self.saw(viewer, n, self.events.len())
    }

    /// Whether somebody sees a document when this event happens.
    fn saw(&self, viewer: Actor, n: usize, at: usize) -> bool {
        let (document, kept, not_yet) = (&self.documents[n], self.kept_at(n, at), self.not_yet_at(n, at));
        let secret = self.labels_at(n, at).secret;
        match viewer {
            Actor::Citizen(person) => person == self.subject && !not_yet,
            // A parent of a minor, or a guardian whom nobody chose.
            Actor::For(MOTHER, TEENAGER) | Actor::For(FATHER, _) => !secret && !kept && !not_yet,
            // Whom she chose herself, being of age.
            Actor::For(CARER, _) => !kept && !not_yet,
            Actor::For(..) => {
                let given = document.form != Form::Picture && document.model.class() == GIVEN_FAMILY;
                given && !kept && !not_yet
            }
            Actor::Pro(number) => self.sees_at(number, n, at),
            Actor::Laboratory | Actor::Hospital => document.sender == viewer,
            Actor::App(number, _) => {
                let given = match self.decided(at).granted(number, at).documents {
                    Documents::None => false,
                    Documents::Families(families) => {
                        document.form != Form::Picture && families.contains(document.model.class())
                    }
                    Documents::All => true,
                };
                // Whoever holds the telephone reads what an app reads.
                given && !self.hidden_at(n, at) && !secret && !kept && !not_yet
            }
            Actor::Operator | Actor::Nobody => false,
        }
    }

    /// Whether a viewer reads the journal of the space.
    pub fn reads_journal(&self, viewer: Actor) -> bool {
        match viewer {
            Actor::Citizen(person) => person == self.subject,
            Actor::For(MOTHER, other) => other == TEENAGER,
            Actor::For(..) => true,
            _ => false,
        }
    }

    /// Whether somebody may enter the space when this event happens.
    fn may_enter(&self, who: Actor, at: usize) -> bool {
        match who {
            Actor::Citizen(person) => person == self.subject,
            Actor::For(..) | Actor::Laboratory | Actor::Hospital => true,
            Actor::Pro(number) => self.decided(at).enters(number),
            Actor::App(number, _) => !self.decided(at).granted(number, at).is_empty(),
            Actor::Operator | Actor::Nobody => false,
        }
    }

    /// Whether a professional has been in the space, or at its door.
    fn was_here(&self, viewer: Actor) -> bool {
        matches!(viewer, Actor::Pro(_)) && self.any(|event| event.doer(self.subject) == Some(viewer))
    }

    /// A look of the viewer's own at what she sees no more: that she was there she knows.
    fn own_look(&self, viewer: Actor, look: Look, at: usize) -> Look {
        match (look, viewer) {
            (Look::Page(n) | Look::File(n), _) if self.sees(viewer, n) && self.saw(viewer, n, at) => look,
            (Look::Page(_) | Look::File(_), Actor::Pro(_)) => Look::List,
            (Look::Page(_) | Look::File(_), _) => Look::Elsewhere,
            _ => look,
        }
    }

    /// Whether somebody is refused at the door of the space, whatever she asks for there.
    fn is_at_the_door(&self, at: usize) -> bool {
        match &self.events[at] {
            Event::Looked(Actor::App(number, _), look) => {
                let granted = self.decided(at).granted(*number, at);
                !(if *look == Look::Profile { granted.profile } else { granted.reads_documents() })
            }
            Event::Looked(who, _) => !self.may_enter(*who, at),
            Event::Announced(_, number) => !self.decided(at).cares(*number),
            _ => false,
        }
    }

    /// The event as it is in the world without what `viewer` may not see: `None` when it never happened there.
    pub fn without(&self, viewer: Actor, at: usize) -> Option<Event> {
        let event = &self.events[at];
        match event {
            Event::Looked(who, look) if *who == viewer => {
                return Some(Event::Looked(viewer, self.own_look(viewer, *look, at)));
            }
            // That he came is his own to know, and what watches over accounts counts it.
            Event::Announced(n, number) if Actor::Pro(*number) == viewer && !self.sees(viewer, *n) => {
                return Some(Event::Looked(viewer, Look::List));
            }
            // What she sent to the operator's team is theirs to read, and no one else's.
            Event::Reported => {
                let known = viewer == Actor::Operator || viewer == Actor::Citizen(self.subject);
                return known.then(|| event.clone());
            }
            _ => {}
        }
        if !self.may_enter(viewer, self.events.len()) {
            // Somebody who has been here once knows what she was then; to whoever never was, everything is nothing.
            let known = match viewer {
                Actor::App(own, _) => is_of_app(event, own),
                // Whoever looks for her may ask to come in, unless she blocked him or wants nobody: that answer is his.
                Actor::Pro(own) if decides_who_may_ask(event, own) => true,
                _ => self.was_here(viewer) && is_of_entering(event),
            };
            return known.then(|| event.clone());
        }
        match event {
            Event::Deposited { set, documents } => {
                let seen: Vec<usize> = documents.iter().copied().filter(|n| self.sees(viewer, *n)).collect();
                return (!seen.is_empty()).then_some(Event::Deposited { set: *set, documents: seen });
            }
            Event::Decided(by, Choice::Hide(documents, hidden)) => {
                return self.word_without(viewer, *by, documents, *hidden, at);
            }
            // Of documents that are kept he knows which, and not by which of them she said it.
            Event::Kept(documents) | Event::Lifted(documents) if self.meets_what_is_kept(viewer) => {
                let all = documents.iter().flat_map(|n| self.one_secret(*n, at));
                let seen: BTreeSet<usize> = all.filter(|n| self.stands_for(viewer, *n, at)).collect();
                let seen: Vec<usize> = seen.into_iter().collect();
                let keeps = matches!(event, Event::Kept(_));
                let word = if keeps { Event::Kept } else { Event::Lifted };
                return (!seen.is_empty()).then(|| word(seen));
            }
            _ => {}
        }
        if !self.is_at_the_door(at) && event.documents().iter().any(|n| !self.sees(viewer, *n)) {
            return None;
        }
        let journal = self.reads_journal(viewer);
        let happened = if journal { self.is_in_journal(viewer, at) } else { self.is_met(viewer, at) };
        // Without them nobody could have told her of a result that is there for all to see now.
        let told = !journal && !self.announced.is_empty() && is_of_entering(event);
        (happened || told).then(|| event.clone())
    }

    /// What came kept with this event, because it is one with what she keeps, as far as a professional sees it: he is told
    /// so, whatever it is one with.
    pub fn joined(&self, viewer: Actor, at: usize) -> Vec<usize> {
        if !matches!(self.events[at], Event::Deposited { .. }) || !self.meets_what_is_kept(viewer) {
            return Vec::new();
        }
        let before = self.kept(at);
        let joins = |n: &usize| !before.contains(n) && self.stands_for(viewer, *n, at);
        self.kept(at + 1).into_iter().filter(joins).collect()
    }

    /// Whether it matters to a viewer what is kept: a professional is told so; and a sender sees that she was told of
    /// a result, which somebody who came in secret could do because it was kept.
    fn meets_what_is_kept(&self, viewer: Actor) -> bool {
        matches!(viewer, Actor::Pro(_)) || software(viewer).is_some() && !self.announced.is_empty()
    }

    /// Whether a document that a viewer sees in the end has not been taken back yet.
    fn stands_for(&self, viewer: Actor, n: usize, at: usize) -> bool {
        self.sees(viewer, n) && !self.events[..at].contains(&Event::Withdrawn(n))
    }

    /// A word on documents, as it is there. To a professional, or an app, nothing is hidden in a space without what is
    /// hidden from him; only what its author masked must still be shown.
    fn word_without(
        &self,
        viewer: Actor,
        by: Actor,
        documents: &[usize],
        hidden: bool,
        at: usize,
    ) -> Option<Event> {
        let word = |by: Actor, documents: Vec<usize>| {
            (!documents.is_empty()).then_some(Event::Decided(by, Choice::Hide(documents, hidden)))
        };
        if self.reads_journal(viewer) {
            return word(by, documents.iter().copied().filter(|n| self.sees(viewer, *n)).collect());
        }
        if hidden || !matches!(viewer, Actor::Pro(_) | Actor::App(..)) {
            return None;
        }
        let same = documents.iter().flat_map(|n| self.same(*n, self.events.len(), |_| true));
        let shown = |n: &usize| {
            self.labels_at(*n, self.events.len()).masked
                && self.arrival(*n) < at
                && !self.events[..at].contains(&Event::Withdrawn(*n))
                && self.sees(viewer, *n)
        };
        word(Actor::Citizen(self.subject), same.filter(shown).collect())
    }

    /// Whether an event leaves lines in the journal that `viewer` reads.
    fn is_in_journal(&self, viewer: Actor, at: usize) -> bool {
        let event = &self.events[at];
        let acts = matches!(viewer, Actor::For(..));
        let by_doctor = match event {
            Event::Decided(by, Choice::Allow(0)) => !matches!(by, Actor::For(..)),
            _ => event.doer(self.subject) == Some(Actor::Pro(0)),
        };
        if acts && (by_doctor && at < self.doctor_until || self.is_in_secret(at)) {
            return false;
        }
        match event {
            Event::Kept(_) | Event::Lifted(_) | Event::DoctorKept | Event::DoctorShown => !acts,
            // A wrong code is nobody's.
            Event::Typed(number, loan) => self.decided(at).notices(*number, *loan),
            // What was not to be seen was not there.
            Event::Announced(..) => self.is_at_the_door(at) || self.tells(at),
            Event::Looked(who, Look::Page(n) | Look::File(n)) => {
                self.is_at_the_door(at) || self.saw(*who, *n, at)
            }
            _ => true,
        }
    }

    /// Whether a professional does this in secret, or begins or ends that.
    fn is_in_secret(&self, at: usize) -> bool {
        let (event, decided) = (&self.events[at], self.decided(at));
        let Some(Actor::Pro(number)) = event.doer(self.subject) else { return false };
        let runs = decided.secretly.contains(&number);
        self.subject == TEENAGER
            && match event {
                Event::Secretly(_) | Event::SecretEnded(_) => true,
                // It ends that first.
                Event::Emergency(_) | Event::Call(_) => runs && !decided.may_leave(number),
                _ => runs,
            }
    }

    /// Whether somebody who reads no journal may meet what follows from an event.
    fn is_met(&self, viewer: Actor, at: usize) -> bool {
        let event = &self.events[at];
        let Actor::Pro(own) = viewer else {
            return match event {
                Event::Announced(..) => self.tells(at),
                Event::Added(_) | Event::Worked => matches!(viewer, Actor::For(..) | Actor::App(..)),
                Event::Decided(_, choice) if choice.app().is_some() => {
                    matches!(viewer, Actor::App(own, _) if is_of_app(event, own))
                }
                Event::Refused(_) | Event::Repeated(_) => software(viewer).is_some(),
                Event::TurnedAway(sender) => *sender == viewer,
                Event::Decided(_, Choice::RefuseSender(sender) | Choice::AcceptSender(sender)) => {
                    *sender == viewer
                }
                Event::Withdrawn(_) | Event::Amended(..) => true,
                _ => false,
            };
        };
        // Whose permission it is matters to colleagues, and how often a code was typed to whoever types it too.
        let teams = self.any(|event| matches!(event, Event::Decided(_, Choice::Share(Mode::Team))));
        let types = self.any(|event| matches!(event, Event::Typed(number, _) if *number == own));
        match event {
            // A professional is told what those who act for the person do not see.
            Event::Kept(_) | Event::Lifted(_) | Event::Withdrawn(_) | Event::Added(_) | Event::Worked => true,
            Event::Amended(..) => true,
            Event::Announced(_, number) => self.tells(at) || *number == own && self.is_at_the_door(at),
            Event::Emergency(number)
            | Event::Call(number)
            | Event::Present(number)
            | Event::Secretly(number)
            | Event::SecretEnded(number) => *number == own,
            // What he had been given in secret ends when somebody who acts for her decides about him.
            Event::DoctorKept | Event::DoctorShown => own == 0 || teams,
            Event::Typed(..) | Event::Decided(_, Choice::Lend(..) | Choice::EndLoan(_)) => types,
            Event::Decided(_, choice) => match choice {
                Choice::Allow(of) | Choice::Disallow(of) | Choice::Block(of) | Choice::Unblock(of) => {
                    *of == own || teams
                }
                choice => choice.is_of_entering(),
            },
            _ => false,
        }
    }

    /// What an older document stands for in the world of `viewer`: a document replaces only what is there.
    pub fn replaces(&self, viewer: Option<Actor>, n: usize) -> Option<usize> {
        self.documents[n].replaces.filter(|old| viewer.is_none_or(|viewer| self.sees(viewer, *old)))
    }

    fn any(&self, is: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(is)
    }
}

/// What decides who may enter.
fn is_of_entering(event: &Event) -> bool {
    match event {
        Event::Emergency(_)
        | Event::Call(_)
        | Event::Present(_)
        | Event::Secretly(_)
        | Event::SecretEnded(_)
        | Event::DoctorKept
        | Event::DoctorShown
        | Event::Typed(..) => true,
        Event::Decided(_, choice) => choice.is_of_entering(),
        _ => false,
    }
}

/// What decides whether a professional may ask to come in, and how.
fn decides_who_may_ask(event: &Event, own: u8) -> bool {
    let Event::Decided(_, choice) = event else { return false };
    match choice {
        Choice::Block(of) | Choice::Unblock(of) => *of == own,
        Choice::Share(_) | Choice::RefuseEmergency(_) | Choice::RefuseCalls(_) => true,
        _ => false,
    }
}

/// Whether an app is connected, or disconnected.
fn is_of_app(event: &Event, app: u8) -> bool {
    matches!(event, Event::Decided(_, choice) if choice.app() == Some(app))
}

/// The professional who writes what a sender sends.
pub fn author(sender: Actor) -> Option<u8> {
    match sender {
        Actor::Laboratory => Some(2),
        Actor::Hospital => Some(3),
        _ => None,
    }
}

#[test]
fn the_senders_are_two_houses() {
    let houses: Vec<String> = (0..7).map(|n| professional(n).establishment.finess).collect();
    assert_ne!(houses[2], houses[3], "{houses:?}");
}
