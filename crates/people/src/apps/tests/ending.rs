//! How it ends: she cuts it, its time is over, the app gives it back, and what is swept and forgotten.

use super::*;
use crate::enrolment::closing;
use crate::testing::{MINUTE, kinds};

/// A connection of ninety days with tokens.
fn connected(house: &House) -> Value {
    let code = house.code(citizen(HER, NOW), everything(), &[]);
    house.redeems(&code, &[]).unwrap()
}

fn rows(house: &House, person: PersonId) -> usize {
    let read = house.store.read(move |tx| {
        let Some(found) = crate::person::load(tx, person)? else { return Ok(0) };
        Ok(queries::grants(tx, &found.key)?.len())
    });
    read.wait().unwrap()
}

/// Each way in which her word ends, and what the app hears when it comes again: before it has come for its code, and
/// after.
#[test]
fn an_app_that_she_lets_read_no_more_gets_nothing() {
    type Ends = fn(&House) -> House;
    let ways: [(&str, Ends, &str); 6] = [
        ("nothing happened", Clone::clone, "given"),
        (
            "she cut it",
            |house| {
                house.disconnects(HER);
                house.clone()
            },
            "invalid_grant",
        ),
        (
            "she connected it again, for less",
            |house| {
                house.code(citizen(HER, NOW), profile_only(), &[("state", "s-2")]);
                house.clone()
            },
            "given",
        ),
        (
            "she connected it again, for nothing of what it had asked here",
            |house| {
                let less = [("state", "s-2"), ("scope", "patient/List.r")];
                house.code(citizen(HER, NOW), documents_only(), &less);
                house.clone()
            },
            "given",
        ),
        (
            "her space was closed",
            |house| {
                let her = citizen(HER, NOW);
                let closes = house.act(move |tx, _| {
                    let pass = consent::open(tx, &her, HER, consent::Action::CloseSpace)?;
                    closing::close(tx, &pass, "")
                });
                closes.wait().unwrap();
                house.clone()
            },
            "invalid_grant",
        ),
        (
            "the app was suspended",
            |house| {
                house.suspends(SUIVI);
                house.clone()
            },
            "invalid_client",
        ),
    ];
    for (what, ends, expected) in ways {
        both(|store| {
            let house = House::of(store);
            let code = house.code(citizen(HER, NOW), everything(), &[]);
            let house = ends(&house);
            assert_eq!(word(house.redeems(&code, &[])), expected, "{what}: a code");
        });
        both(|store| {
            let house = House::of(store);
            let given = connected(&house);
            let house = ends(&house);
            let token = text(&given, "refresh_token");
            assert_eq!(word(house.refreshes(token, &[])), expected, "{what}: a refresh token");
            if expected == "invalid_grant" {
                assert!(!house.opens(text(&given, "access_token")).unwrap().1, "{what}: its grant is over");
            }
        });
    }
}

#[test]
fn a_suspended_app_opens_nothing_from_that_moment_on() {
    both(|store| {
        let house = House::of(store);
        let given = connected(&house);
        let stands = || house.opens(text(&given, "access_token")).unwrap().1;
        house.suspends(AUTRE);
        assert!(stands(), "another one is another one");
        house.suspends(SUIVI);
        assert!(!stands(), "its token is not a second older");
        house.act(|tx, _| registry::suspend(tx, SUIVI, None)).wait().unwrap();
        assert!(stands(), "put back, it holds what it held");
    });
}

/// For how many days she connected it on her telephone, and, twenty days later, on her tablet; after how many the telephone
/// still comes in, and from when on it does not.
#[test]
fn what_every_device_holds_lasts_as_long_as_she_said_last() {
    for (first, then, comes, over) in [(30, 365, 384, 385), (365, 30, 49, 50)] {
        both(|store| {
            let house = House::of(store);
            let day = |days: i64| house.later(days * Instant::DAY);
            let her = |days: u32| Some((everything(), days));
            let code = house.answers(citizen(HER, NOW), her(first), &[]).unwrap();
            let phone = house.redeems(&code_in(&code), &[]).unwrap();
            day(20).answers(citizen(HER, NOW), her(then), &[("state", "tablet")]).unwrap();
            // It was not used once in between.
            let phone = day(comes).refreshes(text(&phone, "refresh_token"), &[]).unwrap();
            assert_eq!(word(day(over).refreshes(text(&phone, "refresh_token"), &[])), "invalid_grant");
        });
    }
}

/// A row that was written with an earlier end is put right by the refresh token that is used of it.
#[test]
fn a_refresh_lasts_until_the_connection_ends() {
    both(|store| {
        let house = House::of(store);
        let given = connected(&house);
        house
            .act(|tx, terms| {
                let found = crate::person::load(tx, HER)?.ok_or_else(Refusal::not_found)?;
                let grant = queries::grants(tx, &found.key)?.remove(0);
                Ok(queries::lasts(tx, &grant, terms.now.plus(Instant::DAY))?)
            })
            .wait()
            .unwrap();
        let given = house.later(MINUTE).refreshes(text(&given, "refresh_token"), &[]).unwrap();
        assert_eq!(
            word(house.later(89 * Instant::DAY).refreshes(text(&given, "refresh_token"), &[])),
            "given"
        );
    });
}

/// The ninth device takes the place of the one that came first, however long each was to last; what is over takes none.
#[test]
fn the_oldest_device_gives_way() {
    both(|store| {
        let house = House::of(store);
        let device = |n: i64, days: u32, scope: &str| {
            let (house, state) = (house.later(n * MINUTE), format!("s-{n}"));
            let asked = [("state", state.as_str()), ("scope", scope)];
            let asked = if scope.is_empty() { &asked[..1] } else { &asked[..] };
            let answer = house.answers(citizen(HER, NOW), Some((everything(), days)), asked).unwrap();
            house.redeems(&code_in(&answer), &[]).unwrap()
        };
        let first: Vec<Value> = (0..8).map(|n| device(n, 365, "")).collect();
        // Reads for five minutes, and is over when the next ones come.
        device(8, 30, "patient/Patient.r");
        let then: Vec<Value> = (20..22).map(|n| device(n, 30, "")).collect();
        let holds =
            |given: &Value| word(house.later(30 * MINUTE).refreshes(text(given, "refresh_token"), &[]));
        let held: Vec<String> = first.iter().chain(&then).map(holds).collect();
        let expected = |n: usize| if n < 2 { "invalid_grant" } else { "given" };
        assert_eq!(held, (0..10).map(expected).collect::<Vec<_>>());
    });
}

#[test]
fn a_connection_ends_on_its_day_and_its_last_token_with_it() {
    both(|store| {
        let house = House::of(store);
        let given = connected(&house);
        let last = house.later(90 * Instant::DAY - 42 * Instant::SECOND);
        let given = last.refreshes(text(&given, "refresh_token"), &[]).unwrap();
        assert_eq!(given["expires_in"], 42);
        let over = house.later(90 * Instant::DAY);
        assert_eq!(over.opens(text(&given, "access_token")), None);
        assert_eq!(word(over.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
    });
}

/// A mother's app does not read on when her child is of age.
#[test]
fn what_a_parent_connected_ends_with_her_right() {
    both(|store| {
        let house = House::of(store);
        let young = house.later(1094 * Instant::DAY);
        let code = young.code(acting(FIFTEEN), everything(), &[]);
        let given = young.redeems(&code, &[]).unwrap();
        let given = young.later(MINUTE).refreshes(text(&given, "refresh_token"), &[]).unwrap();
        let of_age = young.later(3 * Instant::DAY);
        assert_eq!(word(of_age.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
    });
}

#[test]
fn a_refusal_is_told_to_her_once() {
    both(|store| {
        let house = House::of(store);
        let given = connected(&house);
        house.disconnects(HER);
        for _ in 0..3 {
            assert_eq!(word(house.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
        }
        assert_eq!(house.told(HER), ["app Mon suivi", "app-end Mon suivi", "readRecord"]);
    });
}

#[test]
fn tokens_that_turn_write_nothing_into_her_journal() {
    both(|store| {
        let house = House::of(store);
        let mut given = connected(&house);
        let before = kinds(&house.store, HER);
        for n in 1..4 {
            given = house.later(n * MINUTE).refreshes(text(&given, "refresh_token"), &[]).unwrap();
        }
        assert_eq!(kinds(&house.store, HER), before);
    });
}

#[test]
fn an_app_gives_back_what_it_holds_and_nothing_of_others() {
    both(|store| {
        let house = House::of(store);
        for member in ["access_token", "refresh_token"] {
            let given = connected(&house);
            let token = text(&given, member);
            let denied = house.gives_back(token, &[("client_id", AUTRE)]).unwrap_err();
            assert_eq!(denied.error.word(), "unauthorized_client");
            for changes in [&[("client_id", SIGNED)][..], &[("client_id", "")]] {
                let denied = house.gives_back(token, changes).unwrap_err();
                assert_eq!(denied.error.word(), "invalid_client", "{changes:?}");
            }
            assert!(house.opens(text(&given, "access_token")).unwrap().1);
            assert_eq!(house.gives_back(token, &[]), Ok(()));
            assert!(!house.opens(text(&given, "access_token")).unwrap().1, "{member}");
            assert_eq!(word(house.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
            assert_eq!(house.gives_back(token, &[]), Ok(()), "again is no harm");
            assert_eq!(house.connections(HER).len(), 1, "the connection is hers to end");
        }
        assert_eq!(house.gives_back("nothing of ours", &[]), Ok(()));
        assert_eq!(house.gives_back("", &[]).unwrap_err().error.word(), "invalid_request");
    });
}

#[test]
fn what_is_over_is_swept_and_what_is_not_stays() {
    both(|store| {
        let house = House::of(store);
        let sweep = |house: &House| house.act(|tx, terms| sweep(tx, terms.now)).wait().unwrap();
        assert_eq!(sweep(&house), 0);
        // A code that nobody comes for, one that opened five minutes, one that opened ninety days.
        house.code(citizen(HER, NOW), everything(), &[("client_id", AUTRE)]);
        let short = house.code(citizen(FIFTEEN, NOW), everything(), &[("scope", "patient/Patient.r")]);
        house.redeems(&short, &[]).unwrap();
        let given = connected(&house);
        assert_eq!((rows(&house, HER), rows(&house, FIFTEEN)), (2, 1));
        assert_eq!(sweep(&house.later(MINUTE - 1)), 0);
        assert_eq!(sweep(&house.later(MINUTE)), 1);
        assert_eq!(sweep(&house.later(5 * MINUTE)), 1);
        assert_eq!(word(house.later(Instant::DAY).refreshes(text(&given, "refresh_token"), &[])), "given");
        assert_eq!(sweep(&house.later(90 * Instant::DAY)), 1);
        assert_eq!(rows(&house, HER), 0);
    });
}

#[test]
fn one_connection_has_so_many_grants_however_often_she_connects_it() {
    both(|store| {
        let house = House::of(store);
        for n in 0..10 {
            let state = format!("s-{n}");
            house.code(citizen(HER, NOW), everything(), &[("state", &state)]);
            house.code(citizen(HER, NOW), everything(), &[("state", &state), ("client_id", AUTRE)]);
        }
        assert_eq!((rows(&house, HER), house.connections(HER).len()), (16, 2));
    });
}

#[test]
fn a_person_who_is_erased_leaves_nothing_that_an_app_could_open() {
    both(|store| {
        let house = House::of(store);
        let given = connected(&house);
        house.act(|tx, terms| closing::erase(tx, HER, terms.now)).wait().unwrap();
        assert_eq!(word(house.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
        assert!(!house.opens(text(&given, "access_token")).unwrap().1);
        assert_eq!(house.gives_back(text(&given, "refresh_token"), &[]), Ok(()));
    });
}

/// What a thief of the database reads: not which app, and nothing that opens anything.
#[test]
fn a_row_names_no_app() {
    both(|store| {
        let house = House::of(store);
        connected(&house);
        let sealed = house.store.read(|tx| {
            let found = crate::person::load(tx, HER)?.ok_or_else(Refusal::not_found)?;
            let grant = queries::grants(tx, &found.key)?.remove(0);
            assert_eq!(grant.held.app.client_id, SUIVI);
            let key = found.key;
            Ok((grant.held.seal(&key)?, grants::Held::open(&key, &[0, 1, 2]).is_err()))
        });
        let (sealed, refuses) = sealed.wait().unwrap();
        assert!(refuses && !String::from_utf8_lossy(&sealed).contains("suivi"));
    });
}
