//! Made-up worlds: what she decided, who comes, what lies there. In each, the cheap decision is the full one, and what a
//! preview says is what happens.
//!
//! `CARNET_WORLDS` says how many worlds; CI tries some thousands, the long run 100 000.

use kernel::{App, Chance, EntryId};
use store::ActRow;

use super::super::{fhir, sharing as fold};
use super::*;
use crate::delegation::Documents;

const NUMBERS: [&str; 4] = ["10001045367", "10104335319", "10002518594", "10100000016"];
const PLACES: [Option<&str>; 3] = [None, Some("750100125"), Some("690000001")];
const PROFESSIONS: [&str; 5] = ["10", "40", "60", "98", "00"];
const TYPES: [&str; 4] = ["11502-2", "ATTEST-RESID", "80788-3", "55115-0"];
const FAMILIES: [&str; 3] = ["10", "11", "31"];
const ORGANIZATIONS: [&str; 2] = ["750100125", "Labo"];

/// Dice that a failure replays by.
struct Dice(Chance);

impl Dice {
    fn below(&self, most: usize) -> usize {
        (self.0.u64() % most as u64) as usize
    }

    fn of<'a, T>(&self, some: &'a [T]) -> &'a T {
        &some[self.below(some.len())]
    }

    fn yes(&self) -> bool {
        self.below(2) == 0
    }

    /// A moment within two days of the visit's.
    fn moment(&self) -> Instant {
        visit(Actor::Nobody).now.plus((self.below(97) as i64 - 48) * 3_600 * Instant::SECOND)
    }

    fn professional(&self) -> Professional {
        let mut professional = doctor(NUMBERS[0]);
        let number = self.below(NUMBERS.len());
        professional.rpps = Rpps::parse(NUMBERS[number]).unwrap_or(professional.rpps);
        // Each number works where it works: what she decided by name and by place must not contradict itself.
        professional.finess = PLACES[number % PLACES.len()].map(str::to_owned);
        professional.profession = PROFESSIONS[number % PROFESSIONS.len()].to_owned();
        professional
    }

    fn named(&self) -> Named {
        Named { professional: self.professional(), since: self.moment() }
    }

    /// One of two apps, under one of three connections.
    fn app(&self) -> App {
        App {
            client_id: format!("app-{}", self.below(2)),
            name: "Mon suivi".into(),
            organization: "Coopérative du Parc".into(),
            connection: format!("{}", self.below(3)),
        }
    }

    fn connection(&self) -> Connection {
        let documents = match self.below(3) {
            0 => Documents::None,
            1 => Documents::Families([(*self.of(&FAMILIES)).to_owned()].into()),
            _ => Documents::All,
        };
        let granted = Granted { documents, profile: self.yes() };
        let since = self.moment();
        Connection { app: self.app(), granted, since, until: since.plus(Instant::DAY), by: None }
    }

    /// A professional who comes for care, or an app with a token.
    fn comes(&self) -> Visit {
        if self.below(4) == 0 {
            return Visit { on_behalf_of: Some(HER), ..visit(Actor::App(self.app())) };
        }
        visit(Actor::Professional(self.professional()))
    }

    fn decision(&self) -> Decision {
        let id = || format!("{}", self.below(3));
        match self.below(19) {
            0 => Decision::Share(*self.of(&Mode::CHOICES)),
            1 => Decision::Block(self.named()),
            2 => Decision::Unblock(self.professional().rpps),
            3 => Decision::AllowTeam(Team {
                finess: "690000001".into(),
                name: "Clinique".into(),
                since: self.moment(),
            }),
            4 => Decision::DisallowTeam("690000001".into()),
            5 => Decision::NameTreatingDoctor(self.named()),
            6 => Decision::EndTreatingDoctor,
            7 => Decision::RefuseEmergency(self.yes()),
            8 => Decision::RefuseCallCentre(self.yes()),
            9 => Decision::RefuseSender(RefusedSender {
                organization: "Labo".into(),
                name: "Labo".into(),
                motive: "They sent another's.".into(),
                since: self.moment(),
            }),
            10 => Decision::AcceptSender("Labo".into()),
            11 => Decision::Hide { entry: self.entry(), hidden: self.yes() },
            12 => Decision::HideFamily { class: (*self.of(&FAMILIES)).into(), hidden: self.yes() },
            13 => {
                let from = self.moment();
                let until = from.plus(Instant::DAY);
                let organization = self.yes().then(|| (*self.of(&ORGANIZATIONS)).to_owned());
                Decision::HideEpisode(Episode { id: id(), name: "Care".into(), from, until, organization })
            }
            14 => Decision::ShowEpisode(id()),
            15 => Decision::Lend(Loan {
                id: id(),
                made: self.moment(),
                usable_until: self.moment(),
                minutes: 60,
                uses: 2,
            }),
            16 => Decision::EndLoan(id()),
            17 => Decision::Connect(self.connection()),
            _ => Decision::Disconnect(self.app()),
        }
    }

    fn entry(&self) -> EntryId {
        EntryId { person: HER, tag: self.below(6) as i64 }
    }

    fn exception(&self) -> Exception {
        let since = self.moment();
        Exception {
            professional: self.professional(),
            since,
            until: since.plus(4 * 3_600 * Instant::SECOND),
            reason: "Unconscious".into(),
        }
    }

    /// What she has decided, and what professionals have declared.
    fn sharing(&self) -> Sharing {
        let mut sharing = Sharing::default();
        for _ in 0..self.below(12) {
            match self.below(5) {
                4 => sharing = sharing.after(&Decision::Connect(self.connection())),
                0 => {
                    let since = self.moment();
                    let given = *self.of(&[Given::OnTheWeb, Given::InPresence, Given::ByCode]);
                    let by_code = given == Given::ByCode;
                    let mut permission = Permission::lasting(self.professional(), since, given);
                    permission.until = (by_code || self.yes()).then(|| since.plus(Instant::DAY));
                    permission.loan = by_code.then(|| format!("{}", self.below(3)));
                    sharing.give(permission, since);
                }
                1 if self.yes() => sharing.broke = vec![self.exception()],
                1 => sharing.on_call = vec![self.exception()],
                _ => sharing = sharing.after(&self.decision()),
            }
        }
        sharing
    }

    /// Facts of an entry as care tells them, for whoever reads by what she decided.
    fn facts(&self, sharing: &Sharing) -> EntryFacts {
        let class = *self.of(&FAMILIES);
        let organization = [*self.of(&ORGANIZATIONS)];
        let document = Hideable {
            entry: self.entry(),
            same: &[],
            alike: &[],
            seq: Seq(u32::try_from(self.below(40)).unwrap_or(1)),
            class,
            care: self.moment(),
            organizations: &organization,
            masked: self.below(5) == 0,
        };
        EntryFacts {
            type_code: (*self.of(&TYPES)).into(),
            class_code: class.into(),
            secret: self.below(6) == 0,
            kept: self.below(6) == 0,
            hidden: sharing.hides(&document),
            not_yet_for_patient: self.below(6) == 0,
            by_reader: self.below(6) == 0,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a test tries is said from outside")]
fn worlds(usual: u64) -> u64 {
    std::env::var("CARNET_WORLDS").ok().and_then(|said| said.parse().ok()).unwrap_or(usual)
}

/// Listing asks once per distinct facts; the full decision is asked for every entry here.
#[test]
fn once_per_distinct_facts_is_the_full_decision() {
    let (mut seen, mut hidden, mut by_apps) = (0_u64, 0_u64, 0_u64);
    for world in 0..worlds(2_000) {
        let dice = Dice(Chance::seeded(world));
        let sharing = dice.sharing();
        let who = dice.comes();
        let is_app = matches!(who.actor, Actor::App(_));
        let her = person(State::Open);
        let purpose = exceptions::purpose(&who, &her, &sharing, Action::ReadRecord).unwrap();
        let scene = policy::Scene::of(&Visit { purpose, ..who }, &her, &sharing, None).unwrap();
        for _ in 0..6 {
            let facts = dice.facts(&sharing);
            let full = policy::decide_entry(&scene, &facts).unwrap();
            assert_eq!(scene.sees(&facts), full, "world {world}: {facts:?}");
            assert_eq!(scene.sees(&facts), full, "world {world}, asked again: {facts:?}");
            if full {
                seen += 1;
            } else {
                hidden += 1;
            }
            by_apps += u64::from(full && is_app);
        }
    }
    // Worlds in which nothing is ever seen, or hidden, would prove nothing.
    assert!(seen > 100 && hidden > 100 && by_apps > 50, "{seen} {hidden} {by_apps}");
}

/// Without the ranks of acts, which a preview has none of.
fn unranked(sharing: &Sharing) -> Sharing {
    let mut sharing = sharing.clone();
    for word in sharing.entries.values_mut() {
        word.seq = Seq(0);
    }
    sharing
}

/// What a preview tells before she saves is what is so afterwards: for every professional, space and entry.
#[test]
fn what_a_preview_says_is_what_happens() {
    let hers = visit(citizen(HER));
    let mut changed = 0_u64;
    for world in 0..worlds(1_000) {
        let dice = Dice(Chance::seeded(world ^ 0x5eed));
        let (before, decision) = (dice.sharing(), dice.decision());
        let preview = before.after(&decision);
        let saved = through_an_act(&hers, &before, &decision);
        assert_eq!(unranked(&preview), unranked(&saved), "world {world}: {decision:?}");
        let scene = policy::Scene::of(&hers, &person(State::Open), &before, None).unwrap();
        let pass = Pass::new(hers.clone(), person(State::Open), scene, before.clone(), Action::ManageSharing);
        let professional = dice.professional();
        let shown = eyes(&pass, &professional, Purpose::Care, &preview).unwrap();
        let comes = visit(Actor::Professional(professional.clone()));
        // As she comes for care: what an exception would open is another preview.
        let scene = policy::Scene::of(&comes, &person(State::Open), &saved, None).unwrap();
        assert_eq!(shown.opens(), policy::decide(&scene, Action::ReadRecord).unwrap(), "world {world}");
        for _ in 0..4 {
            let facts = dice.facts(&preview);
            let really = policy::decide_entry(&scene, &facts).unwrap();
            assert_eq!(shown.sees(&facts), really, "world {world}: {facts:?}");
        }
        let earlier = eyes(&pass, &professional, Purpose::Care, &before).unwrap();
        changed += u64::from(earlier.opens() != shown.opens());
    }
    assert!(changed > 5, "decisions that change nothing prove nothing: {changed}");
}

/// The decision written as an act's data, and read again.
fn through_an_act(hers: &Visit, before: &Sharing, decision: &Decision) -> Sharing {
    let scene = policy::Scene::of(hers, &person(State::Open), before, None).unwrap();
    let pass = Pass::new(hers.clone(), person(State::Open), scene, before.clone(), Action::ManageSharing);
    let data = serde_json::to_vec(&fhir::of_decision(&pass, decision).unwrap()).unwrap();
    let row = ActRow {
        seq: Seq(1),
        at: hers.now,
        kind: Kind::Decided,
        entry: None,
        line: None,
        data: None,
        blob_len: None,
        hash: [0; 32],
    };
    let mut after = before.clone();
    fold::apply(&mut after, &row, &data).unwrap();
    after
}

/// An emergency, through her eyes beforehand and for real.
#[test]
fn an_emergency_looks_as_it_will_be() {
    let hers = visit(citizen(HER));
    for world in 0..worlds(300) {
        let dice = Dice(Chance::seeded(world ^ 0xe4));
        let sharing = dice.sharing();
        let scene = policy::Scene::of(&hers, &person(State::Open), &sharing, None).unwrap();
        let pass =
            Pass::new(hers.clone(), person(State::Open), scene, sharing.clone(), Action::ManageSharing);
        let professional = dice.professional();
        let shown = eyes(&pass, &professional, Purpose::Emergency, &sharing).unwrap();
        let expected = !sharing.blocks(&professional.rpps) && !sharing.refuses_emergency;
        // Whoever has a right of her own opens the space also then.
        let comes = visit(Actor::Professional(professional));
        let scene = policy::Scene::of(&comes, &person(State::Open), &sharing, None).unwrap();
        let anyway = policy::decide(&scene, Action::ReadRecord).unwrap();
        assert_eq!(shown.opens(), expected || anyway, "world {world}");
    }
}
