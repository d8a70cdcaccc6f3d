//! What a viewer may see, said a second time and in other words than the policies; and the same world without what she
//! may not.

use super::stage::{Actor, CARER, FATHER, MOTHER, TEENAGER, professional, software};
use super::story::{Event, Form, World};

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

    /// The event as it is in the world without what `viewer` may not see: `None` when it never happened there.
    pub fn without(&self, viewer: Actor, at: usize) -> Option<Event> {
        let event = &self.events[at];
        if !self.is_somebody(viewer) {
            return None;
        }
        if let Event::Deposited { set, documents } = event {
            let seen: Vec<usize> = documents.iter().copied().filter(|n| self.sees(viewer, *n)).collect();
            return (!seen.is_empty()).then_some(Event::Deposited { set: *set, documents: seen });
        }
        if event.documents().iter().any(|n| !self.sees(viewer, *n)) {
            return None;
        }
        let journal = self.reads_journal(viewer);
        let acts = matches!(viewer, Actor::For(..));
        let happened = match event {
            Event::Kept(_) | Event::Lifted(_) => {
                // A professional who looks after a minor is told what her parents do not see.
                matches!(viewer, Actor::Citizen(_))
                    || matches!(viewer, Actor::Pro(_)) && self.subject == TEENAGER
            }
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
