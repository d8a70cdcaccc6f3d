//! What she may decide, what is refused, what is written once.

use jiff::civil::date;
use kernel::Chance;

use super::*;
use crate::registry::KnownProfessional;

const DENTIST: &str = "10104335319";

fn rpps(number: &str) -> Rpps {
    Rpps::parse(number).unwrap()
}

/// A doctor and a dentist whom the directory knows, and a sender.
pub(super) fn peopled(store: &Store) {
    enrol(store);
    store
        .write(|tx| {
            let mut dentist = doctor(DENTIST);
            (dentist.profession, dentist.name) = ("40".into(), "Mme Paule DENT".into());
            for professional in [doctor("10001045367"), dentist] {
                let known = KnownProfessional { professional, sector: None };
                crate::registry::add_professional(tx, &known)?;
            }
            let key = oauth::PrivateKey::generate("k").map_err(|e| kernel::Fault::Internal(e.to_string()))?;
            let client = crate::registry::Client {
                client_id: "labo".into(),
                organization: "Labo".into(),
                finess: None,
                sender_kind: crate::registry::SenderKind::Laboratory,
                jwks: oauth::jwk::public_jwks(&key).to_string(),
                scopes: crate::registry::usual_scopes(),
                added_at: Instant(0),
                suspended_at: None,
            };
            crate::registry::add_client(tx, &client)
        })
        .wait()
        .unwrap();
}

/// As the person; answers whether anything changed.
pub(super) fn wish(store: &Store, wish: Wish) -> Answer<bool> {
    let hers = visit(citizen(HER));
    store
        .write(move |tx| {
            let pass = open(tx, &hers, HER, Action::ManageSharing)?;
            decide(tx, &pass, wish, &Chance::System)
        })
        .wait()
}

pub(super) fn decided(store: &Store) -> Sharing {
    let hers = visit(citizen(HER));
    store
        .read(move |tx| {
            let pass = open(tx, &hers, HER, Action::ManageSharing)?;
            sharing(tx, &pass)
        })
        .wait()
        .unwrap()
}

fn team(finess: &str) -> Wish {
    Wish::AllowTeam(finess.into())
}

fn episode(name: &str, from: jiff::civil::Date, last: jiff::civil::Date) -> Wish {
    Wish::HideEpisode { name: name.into(), from, last, organization: None }
}

fn sender(organization: &str, motive: &str) -> Wish {
    Wish::RefuseSender { organization: organization.into(), motive: motive.into() }
}

#[test]
fn what_cannot_be_decided_is_refused_at_its_field() {
    store::testing::both(|store| {
        peopled(&store);
        wish(&store, Wish::Block(rpps("10001045367"))).unwrap();
        let family = |class: &str| Wish::HideFamily { class: class.into(), hidden: true };
        let stranger = kernel::EntryId { person: PersonId(8), tag: 1 };
        let (day, before) = (date(2026, 3, 2), date(2026, 3, 1));
        let cases = [
            (Wish::Share(Mode::Unasked), "mode-unknown", "mode"),
            (Wish::Block(rpps("10002518594")), "professional-unknown", "rpps"),
            (Wish::NameTreatingDoctor(rpps("10002518594")), "professional-unknown", "rpps"),
            (Wish::NameTreatingDoctor(rpps(DENTIST)), "not-a-doctor", "rpps"),
            (Wish::NameTreatingDoctor(rpps("10001045367")), "blocked", "rpps"),
            (team("999999999"), "team-unknown", "finess"),
            (team(""), "team-unknown", "finess"),
            (sender("Labo", ""), "motive-short", "motive"),
            (sender("Labo", "non non"), "motive-short", "motive"),
            (sender("Labo", "- - - -"), "motive-short", "motive"),
            (sender("Nobody", "They sent another's results."), "sender-unknown", "organization"),
            (family(""), "family-unknown", "family"),
            (family("<b>"), "family-unknown", "family"),
            (Wish::Hide { entry: stranger, hidden: true }, "entry-unknown", "entry"),
            (episode(" ", day, day), "episode-name", "name"),
            (episode("Hospital", day, before), "episode-days", "last"),
            (episode("Life", date(1980, 1, 1), day), "episode-days", "last"),
        ];
        let before = kinds(&store, HER);
        for (wanted, code, field) in cases {
            let refusal = wish(&store, wanted.clone()).unwrap_err();
            let at = refusal.issues[0].path.as_deref();
            assert_eq!((refusal.code(), at), (code, Some(field)), "{wanted:?}");
        }
        assert_eq!(kinds(&store, HER), before, "a refused wish writes nothing");
    });
}

#[test]
fn each_decision_is_written_once_and_can_be_taken_back() {
    store::testing::both(|store| {
        peopled(&store);
        let dentist = || rpps(DENTIST);
        allow_on_the_web(&store, "10001045367");
        // What is wished, and what takes it back.
        let pairs = [
            (Wish::Share(Mode::Team), Wish::Share(Mode::Ask)),
            (Wish::Block(dentist()), Wish::Unblock(dentist())),
            (team("750100125"), Wish::DisallowTeam("750100125".into())),
            (Wish::NameTreatingDoctor(rpps("10001045367")), Wish::EndTreatingDoctor),
            (Wish::RefuseEmergency(true), Wish::RefuseEmergency(false)),
            (Wish::RefuseCallCentre(true), Wish::RefuseCallCentre(false)),
            (sender("Labo", "They sent another's results."), Wish::AcceptSender("Labo".into())),
            (
                Wish::HideFamily { class: "11".into(), hidden: true },
                Wish::HideFamily { class: "11".into(), hidden: false },
            ),
        ];
        for (wanted, back) in pairs {
            let before = decided(&store);
            for wanted in [&wanted, &back] {
                assert!(wish(&store, wanted.clone()).unwrap(), "{wanted:?}");
                assert!(!wish(&store, wanted.clone()).unwrap(), "twice: {wanted:?}");
            }
            let after = decided(&store);
            assert_eq!(after.blocked, before.blocked);
            assert_eq!(after.teams, before.teams);
            assert_eq!(after.refused_senders, before.refused_senders);
        }
        let entry = kernel::EntryId { person: HER, tag: 5 };
        let hide = |hidden: bool| wish(&store, Wish::Hide { entry, hidden }).unwrap();
        // She shows what she sees as she says so: a masked copy may have come since she said it last.
        assert_eq!([hide(true), hide(true), hide(false), hide(false)], [true, false, true, true]);
        let hospital = || episode("Hospital", date(2026, 3, 1), date(2026, 3, 4));
        assert!(wish(&store, hospital()).unwrap());
        assert!(!wish(&store, hospital()).unwrap());
        let made = decided(&store).episodes;
        assert_eq!((made[0].from.date(), made[0].until.date()), (date(2026, 3, 1), date(2026, 3, 5)));
        assert!(wish(&store, Wish::ShowEpisode(made[0].id.clone())).unwrap());
        assert!(decided(&store).episodes.is_empty());
    });
}

/// As the person, on the web.
pub(super) fn allow_on_the_web(store: &Store, number: &'static str) {
    let hers = visit(citizen(HER));
    store
        .write(move |tx| {
            let pass = open(tx, &hers, HER, Action::ManageSharing)?;
            allow(tx, &pass, &doctor(number), Given::OnTheWeb)
        })
        .wait()
        .unwrap();
}

#[test]
fn blocking_ends_the_role_and_gives_nothing_back() {
    store::testing::both(|store| {
        peopled(&store);
        allow_on_the_web(&store, "10001045367");
        wish(&store, Wish::NameTreatingDoctor(rpps("10001045367"))).unwrap();
        wish(&store, Wish::Block(rpps("10001045367"))).unwrap();
        let sharing = decided(&store);
        assert_eq!((sharing.treating, sharing.allowed.len()), (None, 0));
        let hers = visit(citizen(HER));
        let refusal = store
            .write(move |tx| {
                let pass = open(tx, &hers, HER, Action::ManageSharing)?;
                allow(tx, &pass, &doctor("10001045367"), Given::OnTheWeb)
            })
            .wait()
            .unwrap_err();
        assert_eq!(refusal.code(), "blocked");
        wish(&store, Wish::Unblock(rpps("10001045367"))).unwrap();
        let claire = visit(Actor::Professional(doctor("10001045367")));
        let refusal =
            store.read(move |tx| open(tx, &claire, HER, Action::ReadRecord).map(|_| ())).wait().unwrap_err();
        assert_eq!(refusal.code(), "no-consent");
    });
}

#[test]
fn decisions_want_the_right_to_decide() {
    store::testing::both(|store| {
        peopled(&store);
        let hers = visit(citizen(HER));
        let answer = store
            .write(move |tx| {
                let pass = open(tx, &hers, HER, Action::ReadRecord)?;
                decide(tx, &pass, Wish::Share(Mode::Team), &Chance::System)
            })
            .wait();
        assert!(answer.unwrap_err().fault.is_some());
        for actor in [Actor::Professional(doctor("10001045367")), software(), operator()] {
            let visit = visit(actor);
            let answer = store.read(move |tx| open(tx, &visit, HER, Action::ManageSharing).map(|_| ()));
            assert!(answer.wait().is_err());
        }
    });
}

/// A deposit looks at her decisions only once she has refused somebody; and then at every one.
#[test]
fn only_a_refusal_of_a_sender_makes_deposits_look() {
    store::testing::both(|store| {
        peopled(&store);
        let deposit = || {
            let before = store.statements();
            let labo = visit(software());
            let answer =
                store.read(move |tx| open(tx, &labo, HER, Action::DepositDocument).map(|_| ())).wait();
            (answer.map_err(|refusal| refusal.code().to_owned()), store.statements() - before)
        };
        let (answer, undecided) = deposit();
        assert_eq!(answer, Ok(()));
        wish(&store, Wish::Share(Mode::Team)).unwrap();
        wish(&store, Wish::RefuseEmergency(true)).unwrap();
        assert_eq!(deposit(), (Ok(()), undecided), "decisions about others cost a deposit nothing");
        wish(&store, sender("Labo", "They sent another's results.")).unwrap();
        let (answer, looked) = deposit();
        assert_eq!(answer, Err("not-permitted".to_owned()));
        assert!(looked > undecided);
        wish(&store, Wish::AcceptSender("Labo".into())).unwrap();
        assert_eq!(deposit(), (Ok(()), undecided));
    });
}
