//! What the person has decided after so many events, folded a second time and in other words than the product's, and what
//! follows from it: who comes in, and what is hidden from professionals.

use std::collections::{BTreeMap, BTreeSet};

use kernel::PersonId;
use people::consent::{Granted, Mode};

use super::stage::{Actor, TEENAGER, professional};
use super::story::{Choice, Document, Event, Form, Labels, World};

/// How a professional's permission was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    OnTheWeb,
    /// He recorded that she agreed; `for_good` unless she wants to be asked each time.
    InPresence {
        for_good: bool,
    },
}

/// What she has decided.
#[derive(Debug, Default)]
pub struct Decided {
    /// Whether somebody represents her.
    minor: bool,
    mode: Mode,
    pub allowed: BTreeMap<u8, Given>,
    pub blocked: BTreeSet<u8>,
    pub treating: Option<u8>,
    /// Places whose team she allowed.
    teams: BTreeSet<String>,
    refuses_emergency: bool,
    refuses_calls: bool,
    broke: BTreeSet<u8>,
    on_call: BTreeSet<u8>,
    /// Those who come in secret.
    pub secretly: BTreeSet<u8>,
    /// Whether she keeps her doctor from those who act for her: nobody comes along by one whom she keeps.
    doctor_kept: bool,
    /// Senders whom she refuses.
    pub refused: BTreeSet<Actor>,
    /// Codes that stand, and how many may type each.
    loans: BTreeMap<usize, usize>,
    typed: BTreeMap<usize, BTreeSet<u8>>,
    /// By which code a professional reads.
    lent: BTreeMap<u8, usize>,
    /// Words on documents: which, hidden or shown, and when.
    words: Vec<(usize, bool, usize)>,
    families: BTreeSet<&'static str>,
    /// Times of care that she hides, in days before the morning: the first, the last.
    pub episodes: BTreeMap<usize, (i64, i64)>,
    /// What apps may read, and the event that they may no longer at.
    apps: BTreeMap<u8, (Granted, usize)>,
}

pub(super) fn place(number: u8) -> String {
    professional(number).establishment.finess
}

impl Decided {
    /// Before anything was decided.
    pub fn of(subject: PersonId) -> Self {
        Self { minor: subject == TEENAGER, ..Self::default() }
    }

    /// One event further, the one of this number.
    pub fn apply(&mut self, event: &Event, at: usize) {
        match event {
            Event::Secretly(number) if self.may_be_secret(*number) => {
                self.secretly.insert(*number);
            }
            Event::DoctorKept => self.doctor_kept = true,
            Event::DoctorShown => self.doctor_kept = false,
            Event::SecretEnded(number) if self.may_leave(*number) => {
                self.secretly.remove(number);
            }
            Event::Decided(by, choice) => {
                // Whoever acts for her decides about him without knowing that he was kept: from then on he is known.
                if choice.tells_of_the_doctor() && matches!(by, Actor::For(..)) && self.doctor_kept {
                    self.doctor_kept = false;
                    // What he had in secret ends.
                    self.allowed.remove(&0);
                    self.broke.remove(&0);
                    self.on_call.remove(&0);
                }
                self.choose(choice, at);
            }
            Event::Emergency(number) if !self.refuses_emergency && self.may_leave(*number) => {
                self.secretly.remove(number);
                if !self.cares(*number) {
                    self.broke.insert(*number);
                }
            }
            Event::Call(number) if !self.refuses_calls && self.may_leave(*number) => {
                self.secretly.remove(number);
                if !self.cares(*number) {
                    self.on_call.insert(*number);
                }
            }
            Event::Present(number) if self.may_begin(*number) && self.mode != Mode::Nobody => {
                let lasts = |given: &Given| *given != Given::InPresence { for_good: false };
                if !self.allowed.get(number).is_some_and(lasts) {
                    self.allowed.insert(*number, Given::InPresence { for_good: self.mode != Mode::Ask });
                }
            }
            Event::Typed(number, loan) if self.opens(*number, *loan) => {
                self.typed.entry(*loan).or_default().insert(*number);
                self.lent.insert(*number, *loan);
            }
            _ => {}
        }
    }

    fn choose(&mut self, choice: &Choice, at: usize) {
        match choice {
            Choice::Allow(number) => {
                if self.allowed.get(number) != Some(&Given::InPresence { for_good: true }) {
                    self.allowed.insert(*number, Given::OnTheWeb);
                }
            }
            Choice::Disallow(number) => self.forget(*number),
            Choice::Share(mode) => self.mode = *mode,
            Choice::Block(number) => {
                self.forget(*number);
                self.broke.remove(number);
                self.on_call.remove(number);
                self.blocked.insert(*number);
                self.treating = self.treating.filter(|treating| treating != number);
            }
            Choice::Unblock(number) => {
                self.blocked.remove(number);
            }
            Choice::Treating(number) => self.treating = *number,
            Choice::AllowTeam(number) => {
                self.teams.insert(place(*number));
            }
            Choice::DisallowTeam(number) => {
                self.teams.remove(&place(*number));
            }
            Choice::RefuseEmergency(refused) => {
                self.refuses_emergency = *refused;
                self.broke.retain(|_| !refused);
            }
            Choice::RefuseCalls(refused) => {
                self.refuses_calls = *refused;
                self.on_call.retain(|_| !refused);
            }
            Choice::RefuseSender(sender) => {
                self.refused.insert(*sender);
            }
            Choice::AcceptSender(sender) => {
                self.refused.remove(sender);
            }
            Choice::Hide(documents, hidden) => self.words.extend(documents.iter().map(|n| (*n, *hidden, at))),
            Choice::Family(family, true) => {
                self.families.insert(family);
            }
            Choice::Family(family, false) => {
                self.families.remove(family);
            }
            Choice::Episode(which, from, last) => {
                self.episodes.insert(*which, (*from, *last));
            }
            Choice::ShowEpisode(which) => {
                self.episodes.remove(which);
            }
            Choice::Lend(loan, uses) => {
                self.loans.insert(*loan, *uses);
            }
            Choice::EndLoan(loan) => {
                self.loans.remove(loan);
                self.typed.remove(loan);
                self.lent.retain(|_, by| by != loan);
            }
            Choice::Connect(app, granted, ends) => {
                self.apps.insert(*app, (granted.clone(), *ends));
            }
            Choice::Disconnect(app) => {
                self.apps.remove(app);
            }
        }
    }

    /// Takes back whatever a professional was given, by name or by a code.
    fn forget(&mut self, number: u8) {
        self.allowed.remove(&number);
        self.lent.remove(&number);
    }

    pub fn may_be_secret(&self, number: u8) -> bool {
        self.minor && !self.blocked.contains(&number) && self.mode != Mode::Nobody
    }

    /// Nothing else begins in secret.
    fn may_begin(&self, number: u8) -> bool {
        !self.blocked.contains(&number) && !self.secretly.contains(&number)
    }

    /// Where life is in danger, or somebody calls, nothing goes on in secret.
    pub fn may_leave(&self, number: u8) -> bool {
        !self.blocked.contains(&number)
    }

    /// Whether a code that he types gives him something that he had not.
    fn opens(&self, number: u8, loan: usize) -> bool {
        let typed = self.typed.get(&loan).map_or(0, BTreeSet::len);
        let again = self.typed.get(&loan).is_some_and(|who| who.contains(&number));
        let usable = self.loans.get(&loan).is_some_and(|uses| typed < *uses);
        self.may_begin(number) && usable && !again
    }

    /// Whether a code that he types leaves a trace with the person: it opened, or he was refused.
    pub fn notices(&self, number: u8, loan: usize) -> bool {
        self.opens(number, loan) || !self.may_begin(number) && self.loans.contains_key(&loan)
    }

    /// Whether a code that he types lets him in, or would do so again.
    pub fn lets_in(&self, number: u8, loan: usize) -> bool {
        self.opens(number, loan) || self.may_begin(number) && self.lent.get(&number) == Some(&loan)
    }

    /// Whether he reads by her word, a code, her team or his role, in secret or not: without an emergency or a call.
    pub fn cares(&self, number: u8) -> bool {
        let web = self.allowed.iter().filter(|(_, given)| **given == Given::OnTheWeb).map(|(who, _)| who);
        let colleague = |other: &u8| place(*other) == place(number) && !(self.doctor_kept && *other == 0);
        let of_care_team = self.mode == Mode::Team && web.chain(&self.treating).any(colleague);
        let named = self.allowed.contains_key(&number) || self.treating == Some(number);
        let secretly = self.minor && self.secretly.contains(&number);
        let by_word = named || secretly || of_care_team || self.teams.contains(&place(number));
        !self.blocked.contains(&number)
            && (self.lent.contains_key(&number) || self.mode != Mode::Nobody && by_word)
    }

    /// Whether he is let in because of an emergency, or of a call.
    fn is_excepted(&self, number: u8) -> bool {
        let emergency = self.broke.contains(&number) && !self.refuses_emergency;
        let call = self.on_call.contains(&number) && !self.refuses_calls;
        self.may_begin(number) && (emergency || call)
    }

    /// What an app may read when the event of this number happens; nothing where it is not connected.
    pub fn granted(&self, app: u8, at: usize) -> Granted {
        let holds = self.apps.get(&app).filter(|(_, ends)| at < *ends);
        holds.map(|(granted, _)| granted.clone()).unwrap_or_default()
    }

    pub fn enters(&self, number: u8) -> bool {
        self.cares(number) || self.is_excepted(number)
    }
}

impl World {
    /// What she has decided when this event happens.
    pub fn decided(&self, at: usize) -> Decided {
        let mut decided = Decided::of(self.subject);
        self.events[..at].iter().enumerate().for_each(|(at, event)| decided.apply(event, at));
        decided
    }

    /// Whether she keeps a document from those who act for her when this event happens.
    pub fn kept_at(&self, n: usize, at: usize) -> bool {
        self.kept(at).contains(&n)
    }

    /// What she keeps from those who act for her when this event happens: what she said it of, with all that is one with
    /// it, and what came to be one since.
    pub fn kept(&self, at: usize) -> BTreeSet<usize> {
        let mut kept = BTreeSet::new();
        for (at, event) in self.events[..at].iter().enumerate() {
            let all = |documents: &[usize]| -> BTreeSet<usize> {
                documents.iter().flat_map(|n| self.one_secret(*n, at)).collect()
            };
            match event {
                Event::Kept(documents) => kept.extend(all(documents)),
                Event::Lifted(documents) => {
                    let lifted = all(documents);
                    kept.retain(|n| !lifted.contains(n));
                }
                Event::Deposited { documents, .. } => {
                    for n in documents {
                        if self.comes_kept(*n, at, &kept) {
                            kept.insert(*n);
                        }
                    }
                }
                _ => {}
            }
        }
        kept
    }

    /// What a word on a document is about: all that are the same to her, and what waits right beside one of them.
    pub fn one_secret(&self, n: usize, at: usize) -> BTreeSet<usize> {
        let known = self.same(n, at, |other| !self.not_yet_at(other, at));
        let waits = |other: &usize| self.arrival(*other) < at && self.not_yet_at(*other, at);
        let beside = |other: &usize| known.iter().any(|one| self.are_one(*one, *other, at));
        let waiting: Vec<usize> = (0..self.documents.len()).filter(waits).filter(beside).collect();
        known.into_iter().chain(waiting).collect()
    }

    /// Whether a new document is kept because it is one with what is kept, as far as she knows of that. For somebody of age
    /// it is only as a new version.
    fn comes_kept(&self, n: usize, at: usize, kept: &BTreeSet<usize>) -> bool {
        let minor = self.subject == TEENAGER;
        let is_one = |old: usize| {
            if minor { self.are_one(n, old, at) } else { self.documents[n].replaces == Some(old) }
        };
        kept.iter().any(|old| !self.not_yet_at(*old, at) && is_one(*old))
    }

    /// Whether one of these replaces the other, or they are copies. What was taken back has no bytes any more.
    fn are_one(&self, a: usize, b: usize, at: usize) -> bool {
        let taken_back = |n: usize| self.events[..at].contains(&Event::Withdrawn(n));
        let bytes = |n: usize| (!taken_back(n)).then(|| self.documents[n].copies.unwrap_or(n));
        let replaces = |new: usize, old: usize| self.documents[new].replaces == Some(old);
        replaces(a, b) || replaces(b, a) || bytes(a).is_some() && bytes(a) == bytes(b)
    }

    /// Whom its sender keeps from a document when this event happens.
    pub fn labels_at(&self, n: usize, at: usize) -> Labels {
        let word = |event: &Event| match event {
            Event::Amended(of, labels) if *of == n => Some(*labels),
            _ => None,
        };
        let said = self.events[..at].iter().rev().find_map(word);
        said.unwrap_or_else(|| self.documents[n].labels())
    }

    /// All that are the same document to her when this event happens, as far as they count for somebody.
    pub fn same(&self, n: usize, at: usize, counts: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let there = |n: &usize| self.arrival(*n) < at && counts(*n);
        let (mut all, mut next) = (BTreeSet::from([n]), vec![n]);
        while let Some(one) = next.pop() {
            for other in (0..self.documents.len()).filter(there) {
                if self.are_one(one, other, at) && all.insert(other) {
                    next.push(other);
                }
            }
        }
        all
    }

    /// Of these, those that the same people see: she, and each of those who act for her.
    pub fn alike(&self, n: usize, at: usize) -> BTreeSet<usize> {
        let open_to = |n: usize| {
            let document = &self.documents[n];
            let class = (document.form != Form::Picture).then(|| document.model.class());
            (self.labels_at(n, at).secret, self.kept_at(n, at), self.not_yet_at(n, at), class)
        };
        let own = open_to(n);
        self.same(n, at, |other| open_to(other) == own)
    }

    /// Whether professionals are kept from a document when this event happens, by her or by its author.
    pub fn hidden_at(&self, n: usize, at: usize) -> bool {
        let (document, decided) = (&self.documents[n], self.decided(at));
        let (same, alike) = (self.same(n, at, |_| true), self.alike(n, at));
        let reaches = |(word, hidden, _): &&(usize, bool, usize)| {
            if *hidden { same.contains(word) } else { alike.contains(word) }
        };
        // Of each document her last word counts alone: what she hid and shows again is not hidden in a version either.
        let mut heard = BTreeSet::new();
        let last = decided.words.iter().rev().filter(|(word, ..)| heard.insert(*word)).find(reaches);
        if let Some((_, hidden, said)) = last
            && (*hidden || self.arrival(n) < *said)
        {
            return *hidden;
        }
        let family = |document: &Document| document.form != Form::Picture;
        let time = |(from, last): &(i64, i64)| (*last..=*from).contains(&document.days);
        self.labels_at(n, at).masked
            || family(document) && decided.families.contains(document.model.class())
            || decided.episodes.values().any(time)
    }
}
