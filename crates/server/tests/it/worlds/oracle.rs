//! What a viewer may see, said a second time and in other words than the policies; and the same world without what she
//! may not.

use super::stage::{Actor, CARER, FATHER, MOTHER, TEENAGER, professional, software};
use super::story::{Event, Form, Look, World};

/// The family of documents that the delegate for some of them was given (TRE_A03: reports).
pub const GIVEN_FAMILY: &str = "10";

impl World {
    /// Whether a viewer sees a document in the end.
    pub fn sees(&self, viewer: Actor, n: usize) -> bool {
        let document = &self.documents[n];
        let kept = self.kept.contains(&n);
        match viewer {
            Actor::Citizen(person) => person == self.subject && !document.not_yet,
            // A parent of a minor, or a guardian whom nobody chose.
            Actor::For(MOTHER, TEENAGER) | Actor::For(FATHER, _) => {
                !document.secret && !kept && !document.not_yet
            }
            // Whom she chose herself, being of age.
            Actor::For(CARER, _) => !kept && !document.not_yet,
            Actor::For(..) => {
                let given = document.form != Form::Picture && document.model.class() == GIVEN_FAMILY;
                given && !kept && !document.not_yet
            }
            Actor::Pro(number) => {
                let wrote = author(document.sender).is_some_and(|author| author == number);
                self.allowed.contains(&number) && (!document.masked || wrote)
            }
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
            Actor::Pro(number) => self.allowed.contains(&number),
            Actor::Operator | Actor::Nobody => false,
        }
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
            Actor::Pro(number) => {
                let decided = self.events[..at].iter().rev().find_map(|event| match event {
                    Event::Allowed(n, _) if *n == number => Some(true),
                    Event::Disallowed(n, _) if *n == number => Some(false),
                    _ => None,
                });
                decided.unwrap_or(false)
            }
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
            // What was decided about herself, and taken back, she knows.
            let hers =
                matches!(event, Event::Allowed(n, _) | Event::Disallowed(n, _) if viewer == Actor::Pro(*n));
            return hers.then(|| event.clone());
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
                journal || viewer == Actor::Pro(*number)
            }
            Event::Refused(_) | Event::Repeated(_) => journal || software(viewer).is_some(),
            Event::Worked => journal || matches!(viewer, Actor::For(..) | Actor::Pro(_)),
            _ => true,
        };
        happened.then(|| event.clone())
    }

    /// What an older document stands for in the world of `viewer`: a document replaces only what is there.
    pub fn replaces(&self, viewer: Option<Actor>, n: usize) -> Option<usize> {
        self.documents[n].replaces.filter(|old| viewer.is_none_or(|viewer| self.sees(viewer, *old)))
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
