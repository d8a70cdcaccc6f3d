//! By what right somebody was let in: for each situation the word that her journal will hold.

use kernel::Right;

use super::*;
use crate::delegation::{Documents, Scope};

/// A professional who works at the place of `doctor`, and is not her.
fn colleague() -> Professional {
    doctor("10104335319")
}

fn claire() -> Professional {
    doctor("10001045367")
}

fn named() -> Named {
    Named { professional: claire(), since: Instant(0) }
}

fn given(given: Given) -> Sharing {
    Sharing { allowed: vec![Permission::lasting(claire(), Instant(0), given)], ..Sharing::default() }
}

/// One that runs at the moment of these tests.
fn running() -> Vec<Exception> {
    let now = visit(Actor::Nobody).now;
    vec![Exception {
        professional: claire(),
        since: now,
        until: now.plus(Instant::SECOND),
        reason: String::new(),
    }]
}

fn ruled(visit: &Visit, her: &Person, sharing: &Sharing, action: Action) -> policy::Ruling {
    let purpose = exceptions::purpose(visit, her, sharing, action).unwrap();
    let scene = policy::Scene::of(&Visit { purpose, ..visit.clone() }, her, sharing, None).unwrap();
    policy::ruling(&scene, action).unwrap()
}

#[test]
fn each_situation_has_its_right() {
    let team = Team { finess: "750100125".into(), name: "Clinique".into(), since: Instant(0) };
    let plain = Sharing::default;
    let shares = || Sharing { mode: Mode::Team, ..allowing(claire()) };
    let cases: [(&str, Professional, Sharing, Option<Right>); 16] = [
        ("a stranger", claire(), plain(), None),
        ("allowed by name", claire(), allowing(claire()), Some(Right::Allowed)),
        ("allowed, works with her team too", claire(), shares(), Some(Right::Allowed)),
        ("present", claire(), given(Given::InPresence), Some(Right::Present)),
        ("with a code", claire(), given(Given::ByCode), Some(Right::Code)),
        ("treating", claire(), Sharing { treating: Some(named()), ..plain() }, Some(Right::Treating)),
        (
            "treating, and with a code",
            claire(),
            Sharing { treating: Some(named()), ..given(Given::ByCode) },
            Some(Right::Treating),
        ),
        (
            "of an allowed team",
            colleague(),
            Sharing { teams: vec![team.clone()], ..plain() },
            Some(Right::Team),
        ),
        ("of her care team", colleague(), shares(), Some(Right::CareTeam)),
        ("both teams", colleague(), Sharing { teams: vec![team], ..shares() }, Some(Right::Team)),
        ("her care team, before she was asked", colleague(), allowing(claire()), None),
        (
            "a colleague of one whom she keeps secret",
            colleague(),
            Sharing { kept: [(claire().rpps.as_str().to_owned(), None)].into(), ..shares() },
            None,
        ),
        ("in an emergency", claire(), Sharing { broke: running(), ..plain() }, Some(Right::Emergency)),
        (
            "an emergency declared, and allowed",
            claire(),
            Sharing { broke: running(), ..allowing(claire()) },
            Some(Right::Allowed),
        ),
        ("blocked, though allowed", claire(), Sharing { blocked: vec![named()], ..allowing(claire()) }, None),
        ("in secret to somebody of age", claire(), Sharing { secretly: running(), ..plain() }, None),
    ];
    for (what, who, sharing, right) in cases {
        let ruling =
            ruled(&visit(Actor::Professional(who)), &person(State::Open), &sharing, Action::ReadRecord);
        assert_eq!((ruling.permitted, ruling.right), (right.is_some(), right), "{what}");
    }
}

#[test]
fn what_is_begun_has_its_right_and_who_is_at_home_needs_none() {
    let cases = [
        (Actor::Professional(claire()), Action::BreakGlass, Some(Right::Emergency)),
        (Actor::Professional(claire()), Action::DeclarePresence, Some(Right::Asking)),
        (Actor::Professional(claire()), Action::UseCode, Some(Right::Code)),
        (software(), Action::DepositDocument, Some(Right::Feeding)),
        (software(), Action::WithdrawDocument, Some(Right::Feeding)),
        (software(), Action::AmendDocument, Some(Right::Feeding)),
        (software(), Action::ReadRecord, Some(Right::ReadingBack)),
        (citizen(HER), Action::ReadRecord, None),
        (operator(), Action::ExportSpace, None),
        (system("search"), Action::IndexDocument, None),
    ];
    for (actor, action, right) in cases {
        let ruling = ruled(&visit(actor), &person(State::Open), &Sharing::default(), action);
        assert_eq!((ruling.permitted, ruling.right), (true, right), "{action:?}");
    }
}

#[test]
fn whoever_acts_has_the_right_she_stands_by() {
    let delegate =
        Standing::Delegate { scope: Scope { documents: Documents::All, ..Scope::default() }, chosen: true };
    for (standing, her, right) in [
        (Standing::Guardian, person(State::Open), Right::Guardian),
        (delegate, person(State::Open), Right::Delegate),
        (Standing::Parent, minor(), Right::Parent),
    ] {
        let acting = Visit { on_behalf_of: Some(HER), ..visit(citizen(PersonId(8))) };
        let scene = policy::Scene::of(&acting, &her, &Sharing::default(), Some(&standing)).unwrap();
        let ruling = policy::ruling(&scene, Action::ReadRecord).unwrap();
        assert_eq!((ruling.permitted, ruling.right), (true, Some(right)), "{standing:?}");
    }
}

/// Her of these tests, sixteen years old.
fn minor() -> Person {
    let mut her = person(State::Open);
    her.identity.traits.birth_date = date(2010, 3, 28);
    her
}

/// In a secret connection: what is read, by what right, and that nothing else begins.
#[test]
fn in_secret_only_secrets_are_read_and_nothing_else_begins() {
    let secretly = || Sharing { secretly: running(), ..Sharing::default() };
    let cases = [
        ("declared", secretly(), Some(Right::Secrecy)),
        (
            "declared, allowed before",
            Sharing { secretly: running(), ..allowing(claire()) },
            Some(Right::Allowed),
        ),
        ("declared, then blocked", Sharing { blocked: vec![named()], ..secretly() }, None),
        ("declared, then nobody", Sharing { mode: Mode::Nobody, ..secretly() }, None),
    ];
    for (what, sharing, right) in cases {
        let comes = visit(Actor::Professional(claire()));
        let purpose = exceptions::purpose(&comes, &minor(), &sharing, Action::ReadRecord).unwrap();
        assert_eq!(purpose, Purpose::Secret, "{what}: also what is refused is secret");
        let comes = Visit { purpose, ..comes };
        let scene = policy::Scene::of(&comes, &minor(), &sharing, None).unwrap();
        assert_eq!(policy::ruling(&scene, Action::ReadRecord).unwrap().right, right, "{what}");
        for (secret, kept) in [(false, false), (true, false), (false, true)] {
            let facts = EntryFacts { type_code: "11502-2".into(), secret, kept, ..EntryFacts::default() };
            assert_eq!(scene.sees(&facts), right.is_some() && (secret || kept), "{what}: {facts:?}");
        }
        for action in [Action::DeclarePresence, Action::UseCode, Action::BreakGlass, Action::AnswerCall] {
            assert!(!policy::decide(&scene, action).unwrap(), "{what}: {action:?}");
        }
    }
}

/// Whoever is let in by another than the person herself has a word for it: no right is left to guess.
#[test]
fn every_policy_that_lets_another_in_names_its_right() {
    let mut named = 0;
    for (file, text) in policy::POLICIES {
        let policies: cedar_policy::PolicySet = text.parse().unwrap();
        for policy in policies.policies() {
            let (id, text) = (policy.annotation("id").unwrap(), policy.to_string());
            let lets_in = policy.effect() == cedar_policy::Effect::Permit
                && ["Professional", "Acting", "App", "Software"]
                    .iter()
                    .any(|who| text.contains(&format!("principal is {who}")))
                && text.contains("resource is Space");
            let keys_of_her_own = id == "acting-keeps-her-own-keys";
            assert_eq!(policy.annotation("right").is_some(), lets_in && !keys_of_her_own, "{file}: {id}");
            named += usize::from(lets_in);
        }
    }
    assert!(named > 15, "{named}");
}
