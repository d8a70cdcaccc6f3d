//! Who is asked what, and what her answer does.

use kernel::{Actor, Purpose};

use super::*;
use crate::testing::{MINUTE, doctor, team, visit};

fn asked(next: Next) -> Asking {
    match next {
        Next::Ask(asking) => *asking,
        next => panic!("{next:?}"),
    }
}

#[test]
fn she_is_told_who_asks_for_what() {
    both(|store| {
        let house = House::of(store);
        let asking = asked(house.asks(citizen(HER, NOW), &[("utm_source", "mail")]).unwrap());
        assert_eq!((asking.listed, asking.person, asking.now), (listed(SUIVI), HER, None));
        assert!(asking.wants_documents && asking.wants_profile && asking.offline);
        assert_eq!(asking.fields, request(&[]), "and what means nothing is left out");
        for (scope, documents_too, profile_too, offline) in [
            ("patient/Patient.r", false, true, false),
            ("patient/Binary.r offline_access", true, false, true),
            ("patient/*.read", true, true, false),
        ] {
            let asking = asked(house.asks(citizen(HER, NOW), &[("scope", scope)]).unwrap());
            let wants = (asking.wants_documents, asking.wants_profile, asking.offline);
            assert_eq!(wants, (documents_too, profile_too, offline), "{scope}");
        }
    });
}

#[test]
fn whoever_is_no_citizen_here_signs_in_and_comes_back_to_the_same_request() {
    both(|store| {
        let house = House::of(store);
        let pro = visit(Actor::Professional(doctor("10001045367")), Purpose::Care, NOW);
        for who in [visit(Actor::Nobody, Purpose::Own, NOW), pro, team(Purpose::Operation, NOW)] {
            let Next::SignIn(path) = house.asks(who.clone(), &[("state", "a b&c")]).unwrap() else {
                panic!("{who:?} is asked")
            };
            assert_eq!(ui::address::local(&path), path);
            let query = path.strip_prefix("/oauth/authorize?").unwrap();
            assert!(query.ends_with("&state=a%20b%26c"), "{query}");
            assert!(query.contains("redirect_uri=https%3A//suivi.example/retour&"), "{query}");
            let answered = house.answers(who, Some((everything(), 90)), &[]).unwrap();
            assert!(matches!(answered, Next::SignIn(_)), "{answered:?}");
        }
        assert_eq!(house.connections(HER), []);
    });
}

/// What the app did wrong is said where it may be said.
#[test]
fn a_wrong_request_goes_back_only_to_an_address_of_the_app() {
    both(|store| {
        let house = House::of(store);
        house.suspends(AUTRE);
        for (changes, expected) in [
            (&[("client_id", "")][..], "shown invalid_request"),
            (&[("client_id", "nobody")], "shown invalid_client"),
            (&[("client_id", AUTRE)], "shown invalid_client"),
            (&[("redirect_uri", "")], "shown invalid_request"),
            (&[("redirect_uri", "https://evil.example/")], "shown invalid_request"),
            (&[("redirect_uri", "https://suivi.example/retour?x")], "shown invalid_request"),
            (&[("redirect_uri", "https://evil.example/"), ("scope", "x")], "shown invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("scope", "openid")], "invalid_scope"),
            (&[("scope", "system/*.cruds")], "invalid_scope"),
            (&[("aud", "https://evil.example/fhir")], "invalid_request"),
            (&[("aud", "")], "invalid_request"),
            (&[("state", "")], "invalid_request"),
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("request_uri", "https://suivi.example/r")], "request_uri_not_supported"),
        ] {
            for done in [
                house.asks(citizen(HER, NOW), changes).unwrap(),
                house.asks(visit(Actor::Nobody, Purpose::Own, NOW), changes).unwrap(),
                house.answers(citizen(HER, NOW), Some((everything(), 90)), changes).unwrap(),
                house.answers(citizen(HER, NOW), None, changes).unwrap(),
            ] {
                assert_eq!(error_in(&done), expected, "{changes:?}");
                if let Next::Leave(to) = done {
                    assert!(to.starts_with("https://suivi.example/retour?error="), "{to}");
                }
            }
        }
        assert!(house.connections(HER).is_empty() && house.told(HER).is_empty());
    });
}

/// She herself, of age or old enough; whoever represents her; nobody else.
#[test]
fn an_app_is_connected_by_whom_the_space_is_for() {
    both(|store| {
        let house = House::of(store);
        let hers = |person| citizen(person, NOW);
        let stranger = |person| Visit { on_behalf_of: Some(person), ..citizen(STRANGER, NOW) };
        for (who, person, expected) in [
            (hers(HER), HER, Ok(())),
            (hers(FIFTEEN), FIFTEEN, Ok(())),
            (acting(CHILD), CHILD, Ok(())),
            (acting(FIFTEEN), FIFTEEN, Ok(())),
            (hers(FOURTEEN), FOURTEEN, Err(RefusalKind::NotFound)),
            (hers(CHILD), CHILD, Err(RefusalKind::NotFound)),
            (stranger(CHILD), CHILD, Err(RefusalKind::Forbidden)),
            (stranger(HER), HER, Err(RefusalKind::Forbidden)),
            (hers(PersonId(99)), PersonId(99), Err(RefusalKind::NotFound)),
        ] {
            let answered = house.answers(who.clone(), Some((everything(), 90)), &[]);
            let asked = house.asks(who.clone(), &[]).map(|next| match next {
                Next::Ask(asking) => assert_eq!(asking.person, person),
                next => panic!("{next:?}"),
            });
            assert_eq!(asked.map_err(|refusal| refusal.kind), expected, "{who:?} is asked");
            assert_eq!(answered.map(|_| ()).map_err(|refusal| refusal.kind), expected, "{who:?} answers");
        }
        assert_eq!(house.connections(CHILD)[0].by, Some(HER));
        assert_eq!(house.connections(HER)[0].by, None);
    });
}

#[test]
fn what_she_grants_is_written_down_and_seen_when_the_app_comes_again() {
    both(|store| {
        let house = House::of(store);
        let some = Documents::Families(["11".to_owned()].into());
        let granted = Granted { documents: some, profile: false };
        let to = house.answers(citizen(HER, NOW), Some((granted.clone(), 30)), &[]).unwrap();
        let Next::Leave(to) = to else { panic!("{to:?}") };
        assert!(to.starts_with("https://suivi.example/retour?code="), "{to}");
        assert!(to.ends_with("&state=s-1&iss=https%3A%2F%2Fcarnet.example"), "{to}");
        let [connection] = &house.connections(HER)[..] else { panic!("one connection") };
        assert_eq!((&connection.granted, connection.since), (&granted, NOW));
        assert_eq!(connection.until, NOW.plus(30 * Instant::DAY));
        assert_eq!(connection.app.name, "Mon suivi");
        assert_eq!(house.told(HER), ["app Mon suivi"]);
        let again = |house: &House| asked(house.asks(citizen(HER, NOW), &[]).unwrap()).now;
        assert_eq!(again(&house).as_ref(), Some(connection));
        assert_eq!(again(&house.later(30 * Instant::DAY)), None, "it is over");
        house.disconnects(HER);
        assert_eq!(again(&house), None);
    });
}

#[test]
fn an_answer_that_says_too_little_is_asked_again_and_one_that_says_too_much_is_cut() {
    both(|store| {
        let house = House::of(store);
        let documents_only = Granted { documents: Documents::All, profile: false };
        let none = Documents::Families([].into());
        for (granted, days, scope, expected) in [
            (Granted::default(), 90, "patient/*.rs", "nothing-granted"),
            (Granted { documents: none, profile: false }, 90, "patient/*.rs", "nothing-granted"),
            (documents_only.clone(), 90, "patient/Patient.r", "nothing-granted"),
            (profile_only(), 90, "patient/Binary.r", "nothing-granted"),
            (everything(), 31, "patient/*.rs", "app-days"),
            (everything(), 0, "patient/*.rs", "app-days"),
        ] {
            let answered = house.answers(citizen(HER, NOW), Some((granted, days)), &[("scope", scope)]);
            assert_eq!(answered.unwrap_err().code(), expected, "{scope} for {days} days");
        }
        assert_eq!(house.connections(HER), []);
        for (scope, left) in [
            ("patient/Patient.r", profile_only()),
            ("patient/Binary.r", documents_only),
            ("patient/*.rs", everything()),
        ] {
            house.code(citizen(HER, NOW), everything(), &[("scope", scope)]);
            assert_eq!(house.connections(HER)[0].granted, left, "{scope}");
        }
    });
}

#[test]
fn no_is_no_and_leaves_nothing() {
    both(|store| {
        let house = House::of(store);
        let said = house.answers(citizen(HER, NOW), None, &[]).unwrap();
        assert_eq!(error_in(&said), "access_denied");
        // Whoever is not asked has no answer.
        let nobody = house.answers(visit(Actor::Nobody, Purpose::Own, NOW), None, &[]).unwrap();
        assert!(matches!(nobody, Next::SignIn(_)), "{nobody:?}");
        let young = house.answers(citizen(CHILD, NOW), None, &[]).unwrap_err();
        assert_eq!(young.kind, RefusalKind::NotFound);
        assert!(house.connections(HER).is_empty() && house.told(HER).is_empty());
    });
}

/// A button that is pressed twice connects once, whatever happened in between.
#[test]
fn the_same_answer_twice_connects_once() {
    both(|store| {
        let house = House::of(store);
        let her = || citizen(HER, NOW);
        let native = [("redirect_uri", "fr.exemple.suivi:/retour")];
        let yes = || Some((everything(), 90));
        let first = house.answers(her(), yes(), &native).unwrap();
        let second = house.later(Instant::SECOND).answers(her(), yes(), &native).unwrap();
        assert_eq!(first, second, "the same code");
        assert_eq!(house.told(HER), ["app Mon suivi"]);
        house.redeems(&code_in(&first), &native).unwrap();
        let third = house.later(2 * Instant::SECOND).answers(her(), yes(), &native).unwrap();
        assert_eq!(third, Next::Leave("https://carnet.example/apps".into()), "the app has come for it");
        assert_eq!(house.told(HER).len(), 1);
        // Another word, another request, or a code that nobody came for: connected anew.
        let other = house.answers(her(), Some((everything(), 30)), &native).unwrap();
        assert_ne!(code_in(&other), code_in(&first));
        let state = house.answers(her(), yes(), &[("state", "s-2")]).unwrap();
        let late = house.later(MINUTE).answers(her(), yes(), &[("state", "s-2")]).unwrap();
        assert_ne!(code_in(&late), code_in(&state));
        assert_eq!((house.told(HER).len(), house.connections(HER).len()), (4, 1));
    });
}

#[test]
fn two_presses_at_the_same_moment_connect_once() {
    both(|store| {
        let house = House::of(store);
        let (fields, her) = (request(&[]), citizen(HER, NOW));
        let presses: Vec<_> = (0..4)
            .map(|_| {
                let (fields, her) = (fields.clone(), her.clone());
                house.act(move |tx, terms| answer(tx, &fields, Some((everything(), 90)), &her, terms))
            })
            .collect();
        let mut codes: Vec<_> = presses.into_iter().map(|press| code_in(&press.wait().unwrap())).collect();
        codes.dedup();
        assert_eq!((codes.len(), house.told(HER).len()), (1, 1));
    });
}

/// Fifty at most: those that a mother connected and that ended with her right are none of them, for nobody could end one.
#[test]
fn what_ended_with_a_parent_s_right_takes_no_room() {
    both(|store| {
        let house = House::of(store);
        let ids: Vec<String> = (0..51).map(|n| format!("app-{n}")).collect();
        let all = ids.clone();
        house
            .act(move |tx, _| all.iter().try_for_each(|id| register(tx, &client(id, ""), &listed(id))))
            .wait()
            .unwrap();
        let year = || Some((everything(), 365));
        let young = house.later(1094 * Instant::DAY);
        let by_her = |id: &str| young.answers(acting(FIFTEEN), year(), &[("client_id", id)]);
        ids[..50].iter().for_each(|id| drop(by_her(id).unwrap()));
        assert_eq!(by_her(&ids[50]).unwrap_err().code(), "many");
        let of_age = young.later(3 * Instant::DAY);
        let connected = of_age.answers(citizen(FIFTEEN, NOW), year(), &[("client_id", &ids[50])]);
        code_in(&connected.unwrap());
    });
}

/// Of all that is connected an app's request looks at its own connection; of the others nobody's right is looked up.
#[test]
fn an_app_s_request_judges_its_own_connection_alone() {
    both(|store| {
        let house = House::of(store);
        let day = house.later(1000 * Instant::DAY);
        day.code(acting(FIFTEEN), everything(), &[]);
        day.code(citizen(FIFTEEN, NOW), everything(), &[]);
        day.code(citizen(FIFTEEN, NOW), everything(), &[("client_id", AUTRE)]);
        let all = day.connections(FIFTEEN);
        assert_eq!(all.len(), 3);
        for one in all {
            let actor = Actor::App(one.app.clone());
            let visit = Visit { on_behalf_of: Some(FIFTEEN), ..visit(actor, Purpose::Own, day.now) };
            let seen = house.store.read(move |tx| {
                let pass = consent::open(tx, &visit, FIFTEEN, consent::Action::ReadRecord)?;
                Ok(pass.sharing().apps.clone())
            });
            assert_eq!(seen.wait().unwrap(), [one]);
        }
    });
}

#[test]
fn the_form_is_judged_as_it_comes_back() {
    both(|store| {
        let house = House::of(store);
        let mut fields = request(&[]);
        fields
            .extend([("days", "365"), ("family", "10"), ("family", "11")].map(|(n, v)| (n.into(), v.into())));
        let her = citizen(HER, NOW);
        let posts = |fields: Vec<(String, String)>| {
            let her = her.clone();
            let answered =
                house.act(move |tx, terms| answer(tx, &fields, Some((everything(), 90)), &her, terms));
            answered.wait().unwrap()
        };
        code_in(&posts(fields.clone()));
        fields.push(("scope".into(), "patient/*.rs".into()));
        assert_eq!(error_in(&posts(fields)), "invalid_request", "a request says each thing once");
    });
}
