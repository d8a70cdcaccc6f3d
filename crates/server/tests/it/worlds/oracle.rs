//! What a viewer may see, said a second time and in other words than the policies; and the same world without what she
//! may not.

use super::stage::{Actor, CARER, FATHER, MOTHER, TEENAGER, professional, software};
use std::collections::{BTreeMap, BTreeSet};

use people::consent::Mode;
use synthetic::cda::Model;

use super::story::{Choice, Event, Form, HIDDEN_FAMILY, Look, World};

/// The family of documents that the delegate for some of them was given (TRE_A03: reports).
pub const GIVEN_FAMILY: &str = "10";

/// The type that a psychologist is not shown (`knowledge/fr/access.toml`).
const NOT_FOR_PSYCHOLOGISTS: Model = Model::Prescription;

/// What the person has decided, after so many events.
#[derive(Debug, Default)]
struct Decided {
    allowed: BTreeSet<u8>,
    blocked: BTreeSet<u8>,
    treating: Option<u8>,
    mode: Mode,
    refuses_emergency: bool,
    broke: BTreeSet<u8>,
    hidden: BTreeMap<usize, bool>,
    family: bool,
}

impl Decided {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Allowed(number, _) => {
                self.allowed.insert(*number);
            }
            Event::Disallowed(number, _) => {
                self.allowed.remove(number);
            }
            Event::Emergency(number)
                if !self.refuses_emergency && !self.blocked.contains(number) && !self.reads(*number) =>
            {
                self.broke.insert(*number);
            }
            Event::Decided(choice) => match choice {
                Choice::Share(mode) => self.mode = *mode,
                Choice::Block(number) => {
                    self.blocked.insert(*number);
                    self.allowed.remove(number);
                    self.treating = self.treating.filter(|treating| treating != number);
                }
                Choice::Unblock(number) => {
                    self.blocked.remove(number);
                }
                Choice::Treating(number) => self.treating = *number,
                Choice::RefuseEmergency(refused) => self.refuses_emergency = *refused,
                Choice::Hide(n, hidden) => {
                    self.hidden.insert(*n, *hidden);
                }
                Choice::Family(hidden) => self.family = *hidden,
            },
            _ => {}
        }
    }

    /// By her word, her team or his role; an emergency aside.
    fn reads(&self, number: u8) -> bool {
        let place = |number: u8| professional(number).establishment.finess;
        let colleague = |other: &u8| place(*other) == place(number);
        let team = self.mode == Mode::Team && self.allowed.iter().chain(&self.treating).any(colleague);
        let named = self.allowed.contains(&number) || self.treating == Some(number) || team;
        self.mode != Mode::Nobody && named
    }

    fn in_emergency(&self, number: u8) -> bool {
        self.broke.contains(&number) && !self.refuses_emergency
    }

    fn enters(&self, number: u8) -> bool {
        !self.blocked.contains(&number) && (self.reads(number) || self.in_emergency(number))
    }
}

impl World {
    fn decided(&self, at: usize) -> Decided {
        let mut decided = Decided::default();
        self.events[..at].iter().for_each(|event| decided.apply(event));
        decided
    }

    /// Whether a professional sees a document when this event happens.
    pub fn sees_at(&self, number: u8, n: usize, at: usize) -> bool {
        let (document, decided) = (&self.documents[n], self.decided(at));
        if !decided.enters(number) {
            return false;
        }
        let wrote = author(document.sender) == Some(number);
        let of_family = document.form != Form::Picture && document.model.class() == HIDDEN_FAMILY;
        let hidden =
            decided.hidden.get(&n).copied().unwrap_or(document.masked || decided.family && of_family);
        let kind = document.form != Form::Picture && document.model == NOT_FOR_PSYCHOLOGISTS;
        let needed = number != 4 || !kind;
        (!hidden || wrote || decided.treating == Some(number)) && (needed || wrote)
    }

    /// Whether a viewer sees a document in the end.
    pub fn sees(&self, viewer: Actor, n: usize) -> bool {
        let document = &self.documents[n];
        let (kept, not_yet) = (self.kept.contains(&n), document.not_yet && !self.announced.contains(&n));
        match viewer {
            Actor::Citizen(person) => person == self.subject && !not_yet,
            // A parent of a minor, or a guardian whom nobody chose.
            Actor::For(MOTHER, TEENAGER) | Actor::For(FATHER, _) => !document.secret && !kept && !not_yet,
            // Whom she chose herself, being of age.
            Actor::For(CARER, _) => !kept && !not_yet,
            Actor::For(..) => {
                let given = document.form != Form::Picture && document.model.class() == GIVEN_FAMILY;
                given && !kept && !not_yet
            }
            Actor::Pro(number) => self.sees_at(number, n, self.events.len()),
            Actor::Laboratory | Actor::Hospital => document.sender == viewer,
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

    /// Whether a viewer sees anything of the space at all.
    fn is_somebody(&self, viewer: Actor) -> bool {
        match viewer {
            Actor::Citizen(person) => person == self.subject,
            Actor::For(..) | Actor::Laboratory | Actor::Hospital => true,
            Actor::Pro(number) => self.decided(self.events.len()).enters(number),
            Actor::Operator | Actor::Nobody => false,
        }
    }

    /// Whether a professional has been in the space, or at its door.
    fn was_here(&self, viewer: Actor) -> bool {
        let Actor::Pro(number) = viewer else { return false };
        let own = |event: &Event| match event {
            Event::Looked(who, _) => *who == viewer,
            Event::Emergency(who) | Event::Announced(_, who) => *who == number,
            _ => false,
        };
        self.events.iter().any(own)
    }

    /// Whether she ever shared with her whole team: then everybody's permission opens doors to colleagues.
    fn is_of_teams(&self) -> bool {
        self.events.contains(&Event::Decided(Choice::Share(Mode::Team)))
    }

    /// A look of the viewer's own at what she sees no more: that she was there she knows.
    fn own_look(&self, viewer: Actor, look: Look) -> Look {
        match (look, viewer) {
            (Look::Page(n) | Look::File(n), _) if self.sees(viewer, n) => look,
            (Look::Page(_) | Look::File(_), Actor::Pro(_)) => Look::List,
            (Look::Page(_) | Look::File(_), _) => Look::Elsewhere,
            _ => look,
        }
    }

    /// Whether somebody may enter the space when this event happens.
    fn may_enter(&self, who: Actor, at: usize) -> bool {
        match who {
            Actor::Citizen(person) => person == self.subject,
            Actor::For(..) | Actor::Laboratory | Actor::Hospital => true,
            Actor::Pro(number) => self.decided(at).enters(number),
            Actor::Operator | Actor::Nobody => false,
        }
    }

    /// The event as it is in the world without what `viewer` may not see: `None` when it never happened there.
    pub fn without(&self, viewer: Actor, at: usize) -> Option<Event> {
        let event = &self.events[at];
        if let Event::Looked(who, look) = event
            && *who == viewer
        {
            return Some(Event::Looked(viewer, self.own_look(viewer, *look)));
        }
        if !self.is_somebody(viewer) {
            // Somebody who has been here once knows what she was then; to whoever never was, everything is nothing.
            return (self.was_here(viewer) && is_decision(event)).then(|| event.clone());
        }
        if let Event::Deposited { set, documents } = event {
            let seen: Vec<usize> = documents.iter().copied().filter(|n| self.sees(viewer, *n)).collect();
            return (!seen.is_empty()).then_some(Event::Deposited { set: *set, documents: seen });
        }
        // Whoever is refused at the door of the space is refused whatever she asked for.
        let at_the_door = matches!(event, Event::Looked(who, _) if !self.may_enter(*who, at));
        if !at_the_door && event.documents().iter().any(|n| !self.sees(viewer, *n)) {
            return None;
        }
        let journal = self.reads_journal(viewer);
        let acts = matches!(viewer, Actor::For(..));
        let happened = match event {
            // A professional is told what those who act for the person do not see.
            Event::Kept(_) | Event::Lifted(_) => matches!(viewer, Actor::Citizen(_) | Actor::Pro(_)),
            Event::DoctorKept | Event::DoctorShown => matches!(viewer, Actor::Citizen(_)),
            Event::Looked(who, _) if acts && *who == Actor::Pro(0) && at < self.doctor_until => false,
            Event::Allowed(0, by) if acts && !matches!(by, Actor::For(..)) && at < self.doctor_until => false,
            Event::Looked(who, _) => journal || *who == viewer,
            Event::Allowed(number, _) | Event::Disallowed(number, _) => {
                journal
                    || viewer == Actor::Pro(*number)
                    || matches!(viewer, Actor::Pro(_)) && self.is_of_teams()
            }
            // Her choices are hers; a professional only meets what they open to him.
            Event::Decided(Choice::Share(_) | Choice::Treating(_) | Choice::RefuseEmergency(_)) => {
                journal || matches!(viewer, Actor::Pro(_))
            }
            Event::Decided(Choice::Block(number) | Choice::Unblock(number)) => {
                journal || matches!(viewer, Actor::Pro(own) if own == *number || self.is_of_teams())
            }
            Event::Decided(Choice::Hide(..)) => journal || matches!(viewer, Actor::Pro(_)),
            Event::Decided(Choice::Family(_)) => journal || matches!(viewer, Actor::Pro(1..=3)),
            Event::Emergency(number) => journal || viewer == Actor::Pro(*number),
            Event::Refused(_) | Event::Repeated(_) => journal || software(viewer).is_some(),
            Event::Worked => journal || matches!(viewer, Actor::For(..) | Actor::Pro(_)),
            _ => true,
        };
        // Without them nobody could have told her of a result that is there for all to see now.
        let told = !self.announced.is_empty() && is_decision(event);
        (happened || told).then(|| event.clone())
    }

    /// What an older document stands for in the world of `viewer`: a document replaces only what is there.
    pub fn replaces(&self, viewer: Option<Actor>, n: usize) -> Option<usize> {
        self.documents[n].replaces.filter(|old| viewer.is_none_or(|viewer| self.sees(viewer, *old)))
    }
}

/// What decides who may enter.
fn is_decision(event: &Event) -> bool {
    match event {
        Event::Allowed(..) | Event::Disallowed(..) | Event::Emergency(_) => true,
        Event::Decided(choice) => !matches!(choice, Choice::Hide(..) | Choice::Family(_)),
        _ => false,
    }
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
    let houses: Vec<String> = (0..4).map(|n| professional(n).establishment.finess).collect();
    assert_ne!(houses[2], houses[3], "{houses:?}");
}
