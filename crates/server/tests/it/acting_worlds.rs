//! Worlds for `acting_secrets.rs`: what happens in a teenager's space, drawn from a seed, and the same without what she
//! keeps secret.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Chance;

/// Documents that a world may hold.
pub const DOCUMENTS: usize = 6;

/// Something that happens in the teenager's space.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hospital's software deposits document `n`; it may be flagged secret, and may replace an earlier one.
    Deposited {
        n: usize,
        flagged: bool,
        replaces: Option<usize>,
    },
    /// The same unique id with other bytes: refused.
    DepositRefused {
        n: usize,
    },
    /// The software takes its document back.
    Withdrawn {
        n: usize,
    },
    /// The teenager, or her mother for her, adds a picture.
    Added {
        n: usize,
        by_mother: bool,
    },
    /// The teenager keeps a document secret in all its versions, or no longer does.
    Kept {
        n: usize,
    },
    Lifted {
        n: usize,
    },
    /// Her doctor, she herself, or her mother for her opens a document; her doctor and she may see any.
    Read {
        n: usize,
        who: Who,
    },
    Downloaded {
        n: usize,
        who: Who,
    },
    /// The list, a search, the journal.
    Listed {
        who: Who,
    },
    Searched {
        who: Who,
    },
    JournalRead {
        mother: bool,
    },
    /// Her mother opens the space.
    Began,
    /// The teenager keeps her doctor from her parents, or no longer does.
    DoctorKept,
    DoctorShown,
    /// Her mother allows the same doctor, not knowing that her daughter has.
    DoctorAllowedByMother,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Doctor,
    Herself,
    Mother,
}

/// What a world remembers while it is made up.
#[derive(Default)]
struct Draft {
    there: BTreeSet<usize>,
    replaced: BTreeSet<usize>,
    own: BTreeSet<usize>,
    secret: BTreeSet<usize>,
    kept: BTreeSet<usize>,
    /// The first version of each document that came from a sender.
    first: BTreeMap<usize, usize>,
    doctor_kept: bool,
    doctor_known: bool,
}

impl Draft {
    fn pick(&self, chance: &Chance, among: impl Fn(usize) -> bool) -> Option<usize> {
        let all: Vec<usize> = self.there.iter().copied().filter(|n| among(*n)).collect();
        (!all.is_empty()).then(|| all[(chance.u64() % all.len() as u64) as usize])
    }

    fn hidden(&self, n: usize) -> bool {
        self.secret.contains(&n) || self.kept.contains(&n)
    }

    /// A document and all its versions.
    fn versions(&self, n: usize) -> Vec<usize> {
        match self.first.get(&n) {
            Some(own) => self.first.iter().filter(|(_, first)| *first == own).map(|(n, _)| *n).collect(),
            None => vec![n],
        }
    }

    fn deposit(&mut self, chance: &Chance) -> Option<Event> {
        let n = (0..DOCUMENTS).find(|n| !self.there.contains(n) && !self.replaced.contains(n))?;
        let replaces = if chance.u64().is_multiple_of(3) {
            self.pick(chance, |old| !self.own.contains(&old) && !self.replaced.contains(&old))
        } else {
            None
        };
        let flagged = chance.u64().is_multiple_of(2);
        self.there.insert(n);
        self.replaced.extend(replaces);
        if flagged {
            self.secret.insert(n);
        }
        self.first.insert(n, replaces.map_or(n, |old| self.first[&old]));
        if self.versions(n).iter().any(|n| self.kept.contains(n)) {
            self.kept.insert(n);
        }
        Some(Event::Deposited { n, flagged, replaces })
    }

    fn event(&mut self, chance: &Chance) -> Option<Event> {
        let who = [Who::Doctor, Who::Herself, Who::Mother][(chance.u64() % 3) as usize];
        let any = |draft: &Self| match who {
            Who::Mother => draft.pick(chance, |n| !draft.hidden(n)),
            _ => draft.pick(chance, |_| true),
        };
        match chance.u64() % 17 {
            0..=2 => self.deposit(chance),
            3 => {
                let n = self.pick(chance, |n| !self.own.contains(&n))?;
                Some(Event::DepositRefused { n })
            }
            4 => {
                let n = self.pick(chance, |n| !self.own.contains(&n) && !self.replaced.contains(&n))?;
                self.there.remove(&n);
                self.replaced.insert(n);
                Some(Event::Withdrawn { n })
            }
            5 => {
                let n = (0..DOCUMENTS).find(|n| !self.there.contains(n) && !self.replaced.contains(n))?;
                self.there.insert(n);
                self.own.insert(n);
                Some(Event::Added { n, by_mother: chance.u64().is_multiple_of(2) })
            }
            6 | 7 => {
                let n = self.pick(chance, |n| !self.kept.contains(&n))?;
                self.kept.extend(self.versions(n));
                Some(Event::Kept { n })
            }
            8 => {
                let n = self.pick(chance, |n| self.kept.contains(&n))?;
                let lifted = self.versions(n);
                self.kept.retain(|n| !lifted.contains(n));
                Some(Event::Lifted { n })
            }
            9 | 10 => Some(Event::Read { n: any(self)?, who }),
            11 => Some(Event::Downloaded { n: any(self)?, who }),
            14 if !self.doctor_known => {
                self.doctor_kept = !self.doctor_kept;
                Some(if self.doctor_kept { Event::DoctorKept } else { Event::DoctorShown })
            }
            15 if self.doctor_kept && !self.doctor_known => {
                self.doctor_known = true;
                Some(Event::DoctorAllowedByMother)
            }
            14 | 15 => None,
            12 => Some(if chance.u64().is_multiple_of(2) {
                Event::Listed { who }
            } else {
                Event::Searched { who }
            }),
            _ => Some(match chance.u64() % 3 {
                0 => Event::Began,
                n => Event::JournalRead { mother: n == 1 },
            }),
        }
    }
}

/// A world.
pub struct World {
    pub events: Vec<Event>,
    /// The documents that are secret in the end.
    pub secret: BTreeSet<usize>,
    /// What her doctor did before this event is secret in the end; 0 for nothing.
    pub doctor_until: usize,
}

/// The world of a seed.
pub fn world(seed: u64) -> World {
    let chance = Chance::seeded(seed);
    let mut draft = Draft::default();
    let mut events = Vec::new();
    while events.len() < 20 {
        events.extend(draft.event(&chance));
    }
    let secret = draft.secret.union(&draft.kept).copied().collect();
    let known = events.iter().position(|event| matches!(event, Event::DoctorAllowedByMother));
    let doctor_until = if draft.doctor_kept { known.unwrap_or(usize::MAX) } else { 0 };
    World { events, secret, doctor_until }
}

impl World {
    /// The same world without its secret acts: `None` for those that never happened.
    pub fn without(&self, at: usize) -> Option<Event> {
        let secret = &self.secret;
        match &self.events[at] {
            Event::Kept { .. } | Event::Lifted { .. } | Event::DoctorKept | Event::DoctorShown => None,
            Event::Deposited { n, .. }
            | Event::DepositRefused { n }
            | Event::Withdrawn { n }
            | Event::Added { n, .. }
            | Event::Read { n, .. }
            | Event::Downloaded { n, .. }
                if secret.contains(n) =>
            {
                None
            }
            Event::Read { who, .. }
            | Event::Downloaded { who, .. }
            | Event::Listed { who }
            | Event::Searched { who }
                if *who == Who::Doctor && at < self.doctor_until =>
            {
                None
            }
            Event::Deposited { n, flagged, replaces } => {
                let replaces = replaces.filter(|old| !secret.contains(old));
                Some(Event::Deposited { n: *n, flagged: *flagged, replaces })
            }
            other => Some(other.clone()),
        }
    }
}
