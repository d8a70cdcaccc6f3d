//! Apps: what a connected one may read, who may connect one, and that a cut connection is one no more.

use std::collections::BTreeSet;

use kernel::{App, Chance, Right};

use super::*;
use crate::delegation::Documents;

fn app() -> App {
    App {
        client_id: "mon-suivi".into(),
        name: "Mon suivi".into(),
        organization: "Coopérative du Parc".into(),
        connection: "c1".into(),
    }
}

fn families(codes: &[&str]) -> Documents {
    Documents::Families(codes.iter().map(|&code| code.to_owned()).collect::<BTreeSet<_>>())
}

fn granting(documents: Documents, profile: bool) -> Sharing {
    let now = visit(Actor::Nobody).now;
    let granted = Granted { documents, profile };
    let connection = Connection { app: app(), granted, since: now, until: now.plus(Instant::DAY), by: None };
    Sharing { apps: vec![connection], ..Sharing::default() }
}

fn comes(app: App) -> Visit {
    Visit { on_behalf_of: Some(HER), purpose: Purpose::Own, ..visit(Actor::App(app)) }
}

fn scene(visit: &Visit, sharing: &Sharing) -> policy::Scene {
    policy::Scene::of(visit, &person(State::Open), sharing, None).unwrap()
}

/// What was granted × what is there → what is read.
#[test]
fn an_app_reads_what_it_was_granted_and_nothing_else() {
    let of = |class: &str| EntryFacts {
        type_code: "11502-2".into(),
        class_code: class.into(),
        ..EntryFacts::default()
    };
    let cases = [
        ("all, a letter", Documents::All, of("10"), true),
        ("its family", families(&["10", "31"]), of("31"), true),
        ("another family", families(&["10", "31"]), of("11"), false),
        ("no family", families(&[]), of("10"), false),
        ("no documents", Documents::None, of("10"), false),
        ("hidden", Documents::All, EntryFacts { hidden: true, ..of("10") }, false),
        ("kept", Documents::All, EntryFacts { kept: true, ..of("10") }, false),
        ("a minor's secret", Documents::All, EntryFacts { secret: true, ..of("10") }, false),
        ("not announced", Documents::All, EntryFacts { not_yet_for_patient: true, ..of("10") }, false),
    ];
    for (what, documents, facts, read) in cases {
        let scene = scene(&comes(app()), &granting(documents, false));
        assert_eq!(scene.sees(&facts), read, "{what}");
    }
}

/// What was granted → the actions that are permitted, and by what right; every other one is refused.
#[test]
fn an_app_does_what_it_was_granted_and_nothing_else() {
    use Action::{ReadDocument, ReadIdentity, ReadRecord};
    let cases: [(&str, Sharing, &[Action]); 5] = [
        ("never connected", Sharing::default(), &[]),
        ("documents", granting(families(&["10"]), false), &[ReadRecord, ReadDocument]),
        ("who she is", granting(Documents::None, true), &[ReadIdentity]),
        ("both", granting(Documents::All, true), &[ReadRecord, ReadDocument, ReadIdentity]),
        ("nothing", granting(Documents::None, false), &[]),
    ];
    for (what, sharing, permitted) in cases {
        let scene = scene(&comes(app()), &sharing);
        for action in Action::ALL {
            let ruling = policy::ruling(&scene, action).unwrap();
            let expected = permitted.contains(&action);
            let right = expected.then_some(Right::App);
            assert_eq!((ruling.permitted, ruling.right), (expected, right), "{what}: {action:?}");
        }
    }
}

/// A token is good for its own app, connection and space, while the connection holds and the space is open.
#[test]
fn a_token_is_good_for_one_connection_in_one_space() {
    let sharing = granting(Documents::All, true);
    let now = visit(Actor::Nobody).now;
    let other = |change: fn(&mut App)| {
        let mut app = app();
        change(&mut app);
        comes(app)
    };
    let cases = [
        ("its own", comes(app()), true),
        ("another app", other(|app| app.client_id = "autre".into()), false),
        ("an earlier connection", other(|app| app.connection = "c0".into()), false),
        ("another's space", Visit { on_behalf_of: Some(PersonId(8)), ..comes(app()) }, false),
        ("no space", Visit { on_behalf_of: None, ..comes(app()) }, false),
        ("its last moment", Visit { now: Instant(now.plus(Instant::DAY).0 - 1), ..comes(app()) }, true),
        ("its end", Visit { now: now.plus(Instant::DAY), ..comes(app()) }, false),
    ];
    for (what, visit, reads) in cases {
        let decided = policy::decide(&scene(&visit, &sharing), Action::ReadRecord).unwrap();
        assert_eq!(decided, reads, "{what}");
    }
    for state in [State::Announced, State::Closed, State::Opposed, State::Erased] {
        let scene = policy::Scene::of(&comes(app()), &person(state), &sharing, None).unwrap();
        for action in Action::ALL {
            assert!(!policy::decide(&scene, action).unwrap(), "{state:?}: {action:?}");
        }
    }
}

/// Age → whether she connects apps by herself.
#[test]
fn she_connects_apps_by_herself_from_fifteen() {
    for (born, connects) in [(date(1979, 3, 28), true), (date(2011, 9, 1), true), (date(2012, 3, 28), false)]
    {
        let mut her = person(State::Open);
        her.identity.traits.birth_date = born;
        let scene = policy::Scene::of(&visit(citizen(HER)), &her, &Sharing::default(), None).unwrap();
        assert_eq!(policy::decide(&scene, Action::ConnectApp).unwrap(), connects, "{born}");
    }
}

/// Connected on one device, on another, with less, disconnected: what each token reads at each step.
#[test]
fn an_app_is_one_on_all_her_devices_and_cutting_it_ends_all() {
    store::testing::both(|store| {
        deciding::peopled(&store);
        let connects = |documents: Documents, profile: bool, days: u32| {
            let granted = Granted { documents, profile };
            let chance = Chance::seeded(u64::from(days) + u64::from(profile));
            store
                .write(move |tx| {
                    let pass = open(tx, &visit(citizen(HER)), HER, Action::ConnectApp)?;
                    connect(tx, &pass, (app(), granted.clone()), days, &chance)
                })
                .wait()
        };
        let reads = |connection: &Connection| {
            let app = connection.app.clone();
            let answer = store.read(move |tx| open(tx, &comes(app), HER, Action::ReadRecord).map(|_| ()));
            answer.wait().map_err(|refusal| refusal.code().to_owned())
        };
        let cut = Err("app-not-granted".to_owned());
        let refused = |documents, days| connects(documents, false, days).unwrap_err().code().to_owned();
        assert_eq!(refused(Documents::None, 30), "nothing-granted");
        assert_eq!(refused(families(&[]), 30), "nothing-granted");
        assert_eq!(refused(Documents::All, 3_650), "app-days");

        let first = connects(Documents::All, false, 30).unwrap();
        assert_eq!(reads(&first), Ok(()));
        let second = connects(Documents::All, true, 90).unwrap();
        assert_eq!(reads(&first), Ok(()), "on another device it is the same connection");
        assert_eq!(first.app, second.app);
        let less = connects(Documents::None, true, 90).unwrap();
        assert_eq!(reads(&first), cut, "and all of them are held to what she said last");
        connects(less.granted.documents, false, 30).unwrap_err();
        let second = connects(Documents::All, true, 90).unwrap();
        let cuts = || deciding::wish(&store, Wish::Disconnect(second.app.connection.clone())).unwrap();
        assert!(cuts());
        assert_eq!(reads(&second), cut);
        assert_eq!(reads(&first), cut);
        assert!(!cuts(), "there is nothing left to cut");
    });
}
