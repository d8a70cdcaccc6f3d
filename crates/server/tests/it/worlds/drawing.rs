//! A world, drawn from its seed: documents of all kinds come in, are replaced, copied and taken back, the person
//! decides, and everybody looks. What is drawn can happen, but where a refusal is part of the world.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Chance;
use people::consent::{Granted, Mode};
use people::delegation::model::Documents;
use synthetic::cda::Model;

use super::decided::{Decided, place};
use super::stage::{Actor, GRANDMOTHER, TEENAGER};
use super::story::{Choice, Document, Event, FAMILIES, Form, Labels, Look, World, helpers};

/// Documents that a world may hold.
pub const DOCUMENTS: usize = 7;
/// What happens in a world.
const EVENTS: usize = 30;

/// A world that is being made up.
struct Draft<'a> {
    chance: &'a Chance,
    world: World,
    decided: Decided,
    /// Those that are there and may be replaced or taken back.
    standing: BTreeSet<usize>,
    there: BTreeSet<usize>,
    /// What senders said anew.
    amended: BTreeMap<usize, Labels>,
    tells: bool,
    loans: usize,
    times: usize,
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

    fn is_kept(&self, n: usize) -> bool {
        self.world.kept_at(n, self.world.events.len())
    }

    fn is_own(&self, n: usize) -> bool {
        self.world.documents[n].form == Form::Picture
    }

    /// She, or the first of those who act for her.
    fn one_who_decides(&self) -> Actor {
        if self.one_in(3) { helpers(self.world.subject)[0] } else { Actor::Citizen(self.world.subject) }
    }

    fn document(&mut self, sender: Actor) -> Option<Document> {
        let drawn = *self.of(&Model::ALL)?;
        let form = match self.chance.u64() % 5 {
            0 => Form::Wrapped,
            1 => Form::Attached,
            2 => Form::Pdf,
            _ => Form::Cda,
        };
        let drawn = if form == Form::Attached { Model::LabReport } else { drawn };
        let copied = if self.one_in(5) { self.pick(|n| !self.is_own(n)) } else { None };
        let copies = copied.map(|n| self.world.documents[n].copies.unwrap_or(n));
        let (model, form) =
            copies.map_or((drawn, form), |n| (self.world.documents[n].model, self.world.documents[n].form));
        let label = self.chance.u64() % 8;
        let replaces = if self.one_in(3) {
            let hers = |n: &usize| self.world.documents[*n].sender == sender;
            let all: Vec<usize> = self.standing.iter().copied().filter(hers).collect();
            self.of(&all).copied()
        } else {
            None
        };
        if let Some(old) = replaces {
            self.standing.remove(&old);
        }
        Some(Document {
            sender,
            model,
            form,
            days: 3 + (self.chance.u64() % 40) as i64 * 9,
            secret: label == 0 || label == 1,
            masked: label == 2 || label == 3,
            not_yet: label == 4 || label == 1,
            replaces,
            copies,
        })
    }

    fn deposit(&mut self) -> Option<Event> {
        let sender = if self.one_in(2) { Actor::Laboratory } else { Actor::Hospital };
        let many = if self.one_in(4) { 2 } else { 1 };
        let set = self.world.documents.len();
        if self.decided.refused.contains(&sender) {
            return Some(Event::TurnedAway(sender));
        }
        if set + many > DOCUMENTS {
            return None;
        }
        for n in set..set + many {
            let document = self.document(sender)?;
            self.world.documents.push(document);
            self.there.insert(n);
        }
        self.standing.extend(set..set + many);
        Some(Event::Deposited { set, documents: (set..set + many).collect() })
    }

    fn added(&mut self) -> Option<Event> {
        let n = self.world.documents.len();
        if n >= DOCUMENTS {
            return None;
        }
        self.world.documents.push(Document {
            sender: self.one_who_decides(),
            model: Model::LabReport,
            form: Form::Picture,
            days: 0,
            secret: false,
            masked: false,
            not_yet: false,
            replaces: None,
            copies: None,
        });
        self.there.insert(n);
        self.standing.insert(n);
        Some(Event::Added(n))
    }

    /// Something that its sender may send again.
    fn sent(&self) -> Option<usize> {
        self.pick(|n| !self.is_own(n) && !self.decided.refused.contains(&self.world.documents[n].sender))
    }

    fn look(&self) -> Option<Event> {
        let mut who = vec![Actor::Citizen(self.world.subject), Actor::Nobody];
        who.extend((0..7).map(Actor::Pro));
        who.extend(helpers(self.world.subject));
        who.extend([0, 1, 0, 1].map(|number| Actor::App(number, self.world.subject)));
        let who = *self.of(&who)?;
        let look = match self.chance.u64() % 7 {
            0 if matches!(who, Actor::App(..)) => Look::Profile,
            0 => Look::List,
            1 => Look::Search,
            2 => Look::Fhir,
            3 => Look::Journal,
            4 => Look::File(self.pick(|_| true)?),
            _ => Look::Page(self.pick(|_| true)?),
        };
        Some(Event::Looked(who, look))
    }

    fn allowing(&mut self) -> Option<Event> {
        let number = *self.of(&[1, 1, 2, 4])?;
        let by = self.one_who_decides();
        if self.decided.blocked.contains(&number) {
            return None;
        }
        let known = self.decided.allowed.contains_key(&number);
        Some(Event::Decided(by, if known { Choice::Disallow(number) } else { Choice::Allow(number) }))
    }

    fn choice(&mut self) -> Option<Event> {
        let by = self.one_who_decides();
        let number = *self.of(&[1, 2, 4, 5, 6])?;
        let yes = self.one_in(2);
        let choice = match self.chance.u64() % 20 {
            0 => Choice::Share(*self.of(&Mode::CHOICES)?),
            1 => Choice::Share(Mode::Team),
            2 | 3 if self.decided.blocked.contains(&number) => Choice::Unblock(number),
            2 | 3 => Choice::Block(number),
            4 if self.one_in(3) => Choice::Treating(None),
            4 => self.treating(by)?,
            5 => Choice::RefuseEmergency(yes),
            6 => Choice::RefuseCalls(yes),
            7 => Choice::Family(self.of(&FAMILIES)?, !self.one_in(3)),
            8 if yes => {
                let hidden: Vec<usize> = self.decided.episodes.keys().copied().collect();
                Choice::ShowEpisode(*self.of(&hidden)?)
            }
            8 | 9 => {
                self.times += 1;
                let last = (self.chance.u64() % 300) as i64;
                Choice::Episode(self.times - 1, last + 20 + (self.chance.u64() % 90) as i64, last)
            }
            10 if yes => Choice::DisallowTeam(*self.of(&[1, 2, 4])?),
            10 => Choice::AllowTeam(*self.of(&[1, 2, 4])?),
            11 => {
                let sender = if yes { Actor::Laboratory } else { Actor::Hospital };
                let refused = self.decided.refused.contains(&sender);
                if refused { Choice::AcceptSender(sender) } else { Choice::RefuseSender(sender) }
            }
            12 if self.loans > 0 && yes => Choice::EndLoan((self.chance.u64() % self.loans as u64) as usize),
            12 | 13 if self.loans < 3 => {
                self.loans += 1;
                Choice::Lend(self.loans - 1, if self.one_in(2) { 1 } else { 2 })
            }
            12 | 13 => return None,
            _ => self.hiding(by)?,
        };
        Some(Event::Decided(by, choice))
    }

    /// Those who act for her are told who is her treating doctor: she names none whom she keeps from them.
    fn treating(&mut self, by: Actor) -> Option<Choice> {
        let number = *self.of(&[0, 1, 1])?;
        let herself = by == Actor::Citizen(self.world.subject);
        if self.decided.blocked.contains(&number)
            || number == 0 && self.doctor_kept && !self.doctor_known && herself
        {
            return None;
        }
        self.doctor_known |= number == 0;
        Some(Choice::Treating(Some(number)))
    }

    /// A word on one document, or two, that whoever says it sees.
    fn hiding(&mut self, by: Actor) -> Option<Choice> {
        let herself = by == Actor::Citizen(self.world.subject);
        let seen = |n: usize| {
            let document = &self.world.documents[n];
            let secret = self.amended.get(&n).map_or(document.secret, |labels| labels.secret);
            !document.not_yet && (herself || !secret && !self.is_kept(n))
        };
        let mut all = vec![self.pick(seen)?];
        if self.one_in(4) {
            all.extend(self.pick(seen));
            all.dedup();
        }
        Some(Choice::Hide(all, !self.one_in(3)))
    }

    /// What an app is granted.
    fn granted(&self) -> Option<Granted> {
        let families = || -> Option<_> { Some((*self.of(&["10", "42", "31", "52"])?).to_owned()) };
        Some(match self.chance.u64() % 5 {
            0 => Granted { documents: Documents::None, profile: true },
            1 => {
                Granted { documents: Documents::Families([families()?, families()?].into()), profile: false }
            }
            2 => Granted { documents: Documents::Families([families()?].into()), profile: true },
            3 => Granted { documents: Documents::All, profile: false },
            _ => Granted { documents: Documents::All, profile: true },
        })
    }

    /// An app is connected, or connected otherwise, or disconnected.
    fn app(&mut self) -> Option<Event> {
        let (by, number) = (self.one_who_decides(), *self.of(&[0, 1])?);
        let known = !self.decided.granted(number, self.world.events.len()).is_empty();
        let ends = known && self.one_in(2);
        let choice = if ends {
            Choice::Disconnect(number)
        } else {
            Choice::Connect(number, self.granted()?, usize::MAX)
        };
        Some(Event::Decided(by, choice))
    }

    fn doctor(&mut self) -> Option<Event> {
        // Who told her of a result is not kept from those who then see it.
        if self.world.subject != TEENAGER || self.doctor_known || self.tells {
            return None;
        }
        if self.doctor_kept && self.one_in(2) {
            self.doctor_known = true;
            let choice = if self.one_in(3) { Choice::Block(0) } else { Choice::Allow(0) };
            return Some(Event::Decided(helpers(self.world.subject)[0], choice));
        }
        // His colleagues come in by him, and while he is kept no more: what they did before, and that they were refused
        // meanwhile, stays told (decision 12).
        let is_colleague = |event: &Event| matches!(event.doer(self.world.subject), Some(Actor::Pro(n)) if n != 0 && place(n) == place(0));
        let kept = self.doctor_kept;
        let mut since =
            self.world.events.iter().rev().take_while(|event| !kept || **event != Event::DoctorKept);
        if since.any(is_colleague) {
            return None;
        }
        self.doctor_kept = !self.doctor_kept;
        Some(if self.doctor_kept { Event::DoctorKept } else { Event::DoctorShown })
    }

    fn announcing(&mut self) -> Option<Event> {
        let n = self.pick(|n| self.world.documents[n].not_yet)?;
        let number = *self.of(if self.doctor_kept { &[1, 2] } else { &[0, 0, 1, 2] })?;
        self.tells |= number == 0;
        Some(Event::Announced(n, number))
    }

    /// How professionals come into a space that is not open to them.
    fn coming(&mut self) -> Option<Event> {
        Some(match self.chance.u64() % 8 {
            6 => Event::Secretly(*self.of(&[0, 1, 2, 5])?),
            7 => {
                let secretly: Vec<u8> = self.decided.secretly.iter().copied().collect();
                Event::SecretEnded(*self.of(&secretly)?)
            }
            0 => Event::Emergency(*self.of(&[5, 5, 2, 6])?),
            1 => Event::Call(6),
            2 => Event::Present(*self.of(&[0, 1, 2, 4, 5])?),
            _ if self.loans == 0 => return None,
            _ => {
                let number = *self.of(&[0, 1, 2, 4, 5])?;
                Event::Typed(number, (self.chance.u64() % self.loans as u64) as usize)
            }
        })
    }

    fn withdrawal(&mut self) -> Option<Event> {
        // What she keeps from whoever added it for her, that one does not find any more.
        let lost = |n: &usize| matches!(self.world.documents[*n].sender, Actor::For(..)) && self.is_kept(*n);
        let all: Vec<usize> = self.standing.iter().copied().filter(|n| !lost(n)).collect();
        let n = *self.of(&all)?;
        self.standing.remove(&n);
        self.there.remove(&n);
        Some(Event::Withdrawn(n))
    }

    fn amending(&mut self) -> Option<Event> {
        let n = self.pick(|n| !self.is_own(n))?;
        let document = &self.world.documents[n];
        let masked = self.one_in(2) && !document.not_yet;
        let mut labels = Labels { secret: self.one_in(3), masked };
        if document.not_yet {
            // Whoever told her of it in secret leaves no line; that she was told shows once it is no secret any more.
            labels.secret = document.secret;
        }
        self.amended.insert(n, labels);
        Some(Event::Amended(n, labels))
    }

    fn happens(&mut self, event: Event) {
        self.decided.apply(&event, self.world.events.len());
        self.world.events.push(event);
    }

    fn event(&mut self) -> Option<Event> {
        match self.chance.u64() % 40 {
            0..=5 => self.deposit(),
            6 => self.added(),
            7 => self.sent().map(Event::Repeated),
            8 => self.sent().map(Event::Refused),
            9 => self.withdrawal(),
            // What she does not see yet she cannot keep.
            10 | 11 => {
                let n = self.pick(|n| !self.is_kept(n) && !self.world.documents[n].not_yet)?;
                Some(Event::Kept(vec![n]))
            }
            12 => {
                let n = self.pick(|n| self.is_kept(n) && !self.world.documents[n].not_yet)?;
                Some(Event::Lifted(vec![n]))
            }
            13 | 14 => self.allowing(),
            15 => self.doctor(),
            16 => Some(Event::Worked),
            17..=22 => self.choice(),
            23 => self.announcing(),
            24..=26 => self.coming(),
            27 if !self.world.events.contains(&Event::Reported) => Some(Event::Reported),
            28 | 29 => self.app(),
            30 => self.amending(),
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
        world: World {
            seed,
            subject,
            documents: Vec::new(),
            events: Vec::new(),
            announced: BTreeSet::new(),
            doctor_until: 0,
        },
        decided: Decided::of(subject),
        standing: BTreeSet::new(),
        there: BTreeSet::new(),
        amended: BTreeMap::new(),
        tells: false,
        loans: 0,
        times: 0,
        doctor_kept: false,
        doctor_known: false,
    };
    if draft.one_in(2)
        && let Some(granted) = draft.granted()
    {
        // Weeks ago; it ends by itself while all this happens.
        let ends = 6 + (chance.u64() % EVENTS as u64) as usize;
        draft.happens(Event::Decided(Actor::Citizen(subject), Choice::Connect(1, granted, ends)));
    }
    draft.happens(Event::Decided(Actor::Citizen(subject), Choice::Allow(0)));
    while draft.world.events.len() < EVENTS {
        if let Some(event) = draft.event() {
            draft.happens(event);
        }
    }
    let known = |event: &Event| matches!(event, Event::Decided(Actor::For(..), choice) if choice.tells_of_the_doctor());
    let known = draft.world.events.iter().position(known);
    let doctor_until = if draft.doctor_kept { known.unwrap_or(usize::MAX) } else { 0 };
    let mut world = World { doctor_until, ..draft.world };
    // Told of is only what whoever tells sees at that moment.
    for at in 0..world.events.len() {
        if world.tells(at)
            && let Event::Announced(n, _) = world.events[at]
        {
            world.announced.insert(n);
        }
    }
    world
}
