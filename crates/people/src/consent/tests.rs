//! The decision table, and what a refusal gives away.

use jiff::civil::date;
use kernel::rpps::Rpps;
use kernel::{Actor, Instant, PersonId, Professional, Purpose, RefusalKind, Seq, Software, Visit};
use store::{Keyring, Kind, Store, Want};

use super::*;
use crate::testing::{self, HER, NOW, doctor, enrol, identity, kinds};

mod apps;
mod coming;
mod deciding;
mod hiding;
mod professions;
mod rights;
mod secrecy;
mod worlds;

fn visit(actor: Actor) -> Visit {
    testing::visit(actor, Purpose::Care, NOW)
}

fn citizen(person: PersonId) -> Actor {
    Actor::Citizen { person, name: "Dominique".into() }
}

fn software() -> Actor {
    Actor::Software(Software { client_id: "labo".into(), organization: "Labo".into(), finess: None })
}

fn system(task: &str) -> Actor {
    Actor::System { task: task.into() }
}

fn operator() -> Actor {
    Actor::Operator { name: "ana".into() }
}

fn person(state: State) -> Person {
    let (key, _) = Keyring::ephemeral().unwrap().new_space_key(HER).unwrap();
    Person {
        id: HER,
        state,
        state_at: Instant(0),
        wave: 1,
        department: "31".into(),
        scheme: "CPAM".into(),
        refuses: false,
        identity: identity(HER),
        key,
    }
}

fn allowing(professional: Professional) -> Sharing {
    Sharing {
        allowed: vec![Permission::lasting(professional, Instant(0), Given::OnTheWeb)],
        ..Sharing::default()
    }
}

#[test]
fn policies_fit_their_schema() {
    policy::check().unwrap();
}

/// Actor × what she allowed × state → the actions that are permitted; every other action is refused.
#[test]
fn who_may_do_what() {
    use Action::*;
    let own = [
        ReadRecord,
        ReadDocument,
        ReadIdentity,
        AddOwnDocument,
        WithdrawDocument,
        ReadJournal,
        ManageSharing,
        ConnectApp,
        ManageDelegation,
        KeepSecret,
        ManageAccess,
        ExportSpace,
        CloseSpace,
    ];
    // What a professional may try at any open space.
    const COMES: [Action; 3] = [DeclarePresence, UseCode, BreakGlass];
    // Elsewhere than at the call centre that another test puts into the table of this process.
    let claire =
        || Actor::Professional(Professional { finess: Some("310000017".into()), ..doctor("10001045367") });
    let cases: Vec<(&str, Actor, Sharing, State, &[Action])> = vec![
        ("owner", citizen(HER), Sharing::default(), State::Open, &own),
        ("owner, closed", citizen(HER), Sharing::default(), State::Closed, &[ReopenSpace]),
        ("owner, announced", citizen(HER), Sharing::default(), State::Announced, &[]),
        ("owner, opposed", citizen(HER), Sharing::default(), State::Opposed, &[]),
        ("another citizen", citizen(PersonId(8)), Sharing::default(), State::Open, &[]),
        ("stranger doctor", claire(), Sharing::default(), State::Open, &COMES),
        ("stranger doctor, closed", claire(), Sharing::default(), State::Closed, &[]),
        (
            "allowed doctor",
            claire(),
            allowing(doctor("10001045367")),
            State::Open,
            &[ReadRecord, ReadDocument, ReadIdentity, AnnounceResult, DeclarePresence, UseCode, BreakGlass],
        ),
        ("allowed doctor, closed", claire(), allowing(doctor("10001045367")), State::Closed, &[]),
        ("another was allowed", claire(), allowing(doctor("10104335319")), State::Open, &COMES),
        (
            "software",
            software(),
            Sharing::default(),
            State::Open,
            &[ReadRecord, ReadDocument, DepositDocument, WithdrawDocument, AmendDocument],
        ),
        ("software, closed", software(), Sharing::default(), State::Closed, &[]),
        ("software, opposed", software(), Sharing::default(), State::Opposed, &[]),
        ("migration", system("migration"), Sharing::default(), State::Open, &[DepositDocument]),
        ("search", system("search"), Sharing::default(), State::Open, &[IndexDocument]),
        ("search, closed", system("search"), Sharing::default(), State::Closed, &[]),
        ("another task", system("sweep"), Sharing::default(), State::Open, &[]),
        ("death", system("enrolment"), Sharing::default(), State::Open, &[CloseSpace]),
    ];
    for (what, actor, sharing, state, permitted) in cases {
        permits(what, actor, &sharing, state, permitted);
    }
}

/// These actions, and no other.
fn permits(what: &str, actor: Actor, sharing: &Sharing, state: State, permitted: &[Action]) {
    let scene = policy::Scene::of(&visit(actor), &person(state), sharing, None).unwrap();
    for action in Action::ALL {
        let decided = policy::decide(&scene, action).unwrap();
        assert_eq!(decided, permitted.contains(&action), "{what}: {action:?}");
    }
}

#[test]
fn the_operator_opens_and_closes_and_never_reads() {
    use Action::*;
    let cases: [(State, &[Action]); 5] = [
        (State::Announced, &[OpenAtDesk, EnterGuardian, ReadGuardians]),
        (State::Opposed, &[OpenAtDesk, EnterGuardian, ReadGuardians]),
        (
            State::Open,
            &[AssistAtDesk, EnterGuardian, ReadGuardians, ReadReports, AnswerReport, ExportSpace, CloseSpace],
        ),
        (State::Closed, &[EnterGuardian, ReadGuardians, ReadReports, AnswerReport, ExportSpace, ReopenSpace]),
        (State::Erased, &[]),
    ];
    for (state, permitted) in cases {
        permits(state.word(), operator(), &Sharing::default(), state, permitted);
    }
}

/// Who reads which entries: (hidden, not yet for the patient, by the reader) → (owner, allowed doctor).
#[test]
fn what_is_seen() {
    let cases = [
        ((false, false, false), (true, true)),
        ((true, false, false), (true, false)),
        ((true, false, true), (true, true)),
        ((false, true, false), (false, true)),
        ((true, true, false), (false, false)),
    ];
    for ((hidden, not_yet_for_patient, by_reader), (owner, doctor_sees)) in cases {
        let facts = EntryFacts {
            type_code: "11502-2".into(),
            hidden,
            not_yet_for_patient,
            by_reader,
            ..EntryFacts::default()
        };
        let sharing = allowing(doctor("10001045367"));
        let sees = |actor| {
            let scene = policy::Scene::of(&visit(actor), &person(State::Open), &sharing, None).unwrap();
            policy::decide_entry(&scene, &facts).unwrap()
        };
        assert_eq!(sees(citizen(HER)), owner, "owner: {facts:?}");
        assert_eq!(sees(Actor::Professional(doctor("10001045367"))), doctor_sees, "doctor: {facts:?}");
        assert!(!sees(Actor::Professional(doctor("10104335319"))), "stranger: {facts:?}");
        assert!(!sees(citizen(PersonId(8))), "another citizen: {facts:?}");
        assert_eq!(sees(software()), by_reader, "software: {facts:?}");
    }
}

#[test]
fn a_refusal_is_in_her_journal_and_a_permission_opens() {
    store::testing::both(|store| {
        enrol(&store);
        let claire = || visit(Actor::Professional(doctor("10001045367")));
        let read = || {
            let visit = claire();
            store.read(move |tx| open(tx, &visit, HER, Action::ReadRecord).map(|_| ())).wait()
        };

        let refusal = read().unwrap_err();
        assert_eq!((refusal.kind, refusal.code()), (RefusalKind::Forbidden, "no-consent"));
        assert_eq!(kinds(&store, HER), [Kind::Refused]);

        let declared = claire();
        store
            .write(move |tx| {
                let pass = open(tx, &declared, HER, Action::DeclarePresence)?;
                allow(tx, &pass, &doctor("10001045367"), Given::InPresence)?;
                allow(tx, &pass, &doctor("10001045367"), Given::InPresence)
            })
            .wait()
            .unwrap();
        read().unwrap();
        assert_eq!(kinds(&store, HER), [Kind::Refused, Kind::Allowed], "allowing twice is one act");

        let hers = visit(citizen(HER));
        store
            .write(move |tx| {
                let pass = open(tx, &hers, HER, Action::ManageSharing)?;
                let before = sharing(tx, &pass)?;
                assert_eq!(before.allowed.len(), 1);
                assert_eq!(before.allowed[0].professional, doctor("10001045367"));
                assert_eq!(before.allowed[0].given, Given::InPresence);
                disallow(tx, &pass, &doctor("10001045367").rpps)
            })
            .wait()
            .unwrap();
        assert_eq!(read().unwrap_err().code(), "no-consent");
    });
}

#[test]
fn a_professional_cannot_declare_for_another() {
    store::testing::both(|store| {
        enrol(&store);
        let claire = visit(Actor::Professional(doctor("10001045367")));
        let answer = store
            .write(move |tx| {
                let pass = open(tx, &claire, HER, Action::DeclarePresence)?;
                allow(tx, &pass, &doctor("10104335319"), Given::InPresence)
            })
            .wait();
        assert!(answer.is_err());
        assert_eq!(kinds(&store, HER), []);
    });
}

#[test]
fn an_unknown_person_and_another_s_space_answer_alike() {
    store::testing::both(|store| {
        enrol(&store);
        for person in [HER, PersonId(4242)] {
            let stranger = visit(citizen(PersonId(8)));
            let refusal = store
                .read(move |tx| open(tx, &stranger, person, Action::ReadRecord).map(|_| ()))
                .wait()
                .unwrap_err();
            assert_eq!((refusal.kind, refusal.code()), (RefusalKind::NotFound, "not-found"));
        }
    });
}

#[test]
fn a_child_is_told_who_decides_who_may_look() {
    store::testing::both(|store| {
        let child = PersonId(3);
        testing::enrol_all(&store, vec![(child, testing::child(child, date(2016, 5, 1), &[HER]))], "31");
        let refused = |visit: Visit, action| {
            store.read(move |tx| open(tx, &visit, child, action).map(|_| ())).wait().unwrap_err().code()
        };
        let own = || testing::citizen(child, NOW);
        assert_eq!(refused(own(), Action::ManageSharing), "sharing-of-a-minor");
        assert_eq!(refused(own(), Action::CloseSpace), "not-found");
        assert_eq!(refused(testing::citizen(PersonId(8), NOW), Action::ManageSharing), "not-found");
    });
}
