//! What a review found and what must not come back: codes that were replaced, keys from before, requests that meet.

use std::sync::mpsc;
use std::time::Duration;

use store::testing::both;

use super::*;
use crate::delegation::guardians::{self, Measure};
use crate::identity::account::{self, AccountKind};
use crate::person::Representative;

const LATER: Instant = Instant(NOW.0 + 3600 * Instant::SECOND);

impl House {
    fn letter(&self, now: Instant) -> String {
        let id = self.id;
        self.act(move |tx, _, chance| activation::issue_code(tx, id, now, chance)).unwrap()
    }

    fn type_letter(&self, code: &str, born: jiff::civil::Date, now: Instant) -> Result<Token, &'static str> {
        self.activate(
            |form| {
                form.code = code.to_owned();
                form.birth_date = born;
            },
            now,
        )
    }

    /// The last step of an activation that `token` began; with a new passkey on `phone`, or without one.
    fn finish(&self, token: &Token, phone: Option<&mut Phone>, now: Instant) -> Result<Token, &'static str> {
        let made = phone.map(|phone| self.register(phone, "neuf", now));
        let held = self.session(token, now).unwrap();
        self.with_pass(now, move |tx, whose, site, chance| {
            let how = if made.is_some() { session::How::Passkey } else { session::How::ActivationCode };
            if let Some((ceremony, credential)) = made {
                passkeys::finish_registration(
                    tx,
                    whose,
                    site,
                    (&ceremony, &credential),
                    Backing::Activation,
                )??;
            }
            activation::finish(tx, whose, &held, how, &knock(), (Limits::default(), chance))
        })
        .map_err(|refusal| refusal.code())?
        .map_err(|refusal| refusal.code())
    }

    fn passkeys(&self) -> Vec<String> {
        let listed = self.with_pass(NOW, |tx, (holder, _), _, _| passkeys::list(tx, holder)).unwrap();
        listed.into_iter().map(|one| one.name).collect()
    }
}

fn born() -> jiff::civil::Date {
    insured().identity.traits.birth_date
}

#[test]
fn a_code_that_was_replaced_finishes_nothing_it_began() {
    both(|store| {
        let house = House::of(store);
        let thief = house.type_letter(&house.letter(NOW), born(), NOW).unwrap();
        // She misses her letter and asks for another, which makes the first one worthless.
        let code = house.letter(NOW);
        assert_eq!(house.finish(&thief, Some(&mut phone()), NOW), Err("activation-over"));
        assert!(house.passkeys().is_empty(), "and leaves no key behind");
        let hers = house.type_letter(&code, born(), NOW).unwrap();
        assert!(house.finish(&hers, Some(&mut phone()), NOW).is_ok());
    });
}

#[test]
fn who_begins_anew_leaves_old_keys_and_codes_behind() {
    both(|store| {
        let house = House::of(store);
        let mut lost = phone();
        house.add_passkey(&mut lost, "perdu");
        let codes = house.codes();
        let token = house.type_letter(&house.letter(LATER), born(), LATER).unwrap();
        let mut new = phone();
        house.finish(&token, Some(&mut new), LATER).unwrap();
        assert_eq!(house.passkeys(), ["neuf"]);
        let answer = house.answer(&mut lost, ORIGIN, LATER);
        assert_eq!(house.sign_in(&answer, LATER), Err("sign-in-failed"));
        assert_eq!(house.recover(MATRICULE, &codes[0], LATER), Err("sign-in-failed"));
        let answer = house.answer(&mut new, ORIGIN, LATER);
        assert!(house.sign_in(&answer, LATER).is_ok());
        assert!(house.kinds().contains(&(Kind::PasskeyRemoved, true)), "her journal says so");
        // Without a passkey of its own, a later activation leaves none.
        let again = LATER.plus(Instant::DAY);
        let token = house.type_letter(&house.letter(again), born(), again).unwrap();
        house.finish(&token, None, again).unwrap();
        assert!(house.passkeys().is_empty());
    });
}

#[test]
fn nobody_becomes_a_child_or_a_ward_by_her_letter() {
    let today = NOW.date();
    let aged = |years: i16| jiff::civil::Date::new(today.year() - years, today.month(), today.day()).unwrap();
    let of = |birth_date, role: Option<&str>| {
        let mut insured = insured();
        insured.identity.traits.birth_date = birth_date;
        let ins = Ins::parse("1550699999034", Authority::TestNir).unwrap();
        insured.identity.representatives =
            role.map(|role| Representative { ins, role: Some(role.into()) }).into_iter().collect();
        insured
    };
    let (almost, of_age) = (aged(15).tomorrow().unwrap(), aged(15));
    for (birth_date, role, expected) in [
        (almost, Some("MTH"), Err("activation-represented")),
        (of_age, Some("MTH"), Ok(())),
        (aged(40), Some("TUTEUR"), Err("activation-represented")),
        (aged(40), None, Ok(())),
    ] {
        both(|store| {
            let house = House::of_whom(store, of(birth_date, role));
            let code = house.letter(NOW);
            let typed = |code: &str| house.type_letter(code, birth_date, NOW).map(|_| ());
            assert_eq!(typed(&code), expected, "{birth_date} {role:?}");
            // Only whoever has everything right learns it.
            assert_eq!(typed("AAAA-AAAA-AAAA-AAAA"), Err("sign-in-failed"));
        });
    }
}

#[test]
fn a_judge_s_measure_keeps_a_letter_from_opening_a_ward_s_space() {
    both(|store| {
        let house = House::of(store);
        let mut other = insured();
        other.identity.ins = Ins::parse("1550699999034", Authority::TestNir).unwrap();
        let measure = Measure {
            ward: insured().identity.ins,
            guardian: other.identity.ins.clone(),
            ends: None,
            decision: "TJ de Rennes, 3 mars 2026".into(),
        };
        house
            .act(move |tx, _, chance| {
                crate::enrolment::add_for_tests(tx, PersonId(2), &other, NOW)?;
                guardians::begins(tx, &support(), &measure, chance)
            })
            .unwrap();
        let code = house.letter(NOW);
        let typed = house.type_letter(&code, born(), NOW);
        assert_eq!(typed, Err("activation-represented"));
    });
}

fn support() -> Visit {
    Visit { purpose: Purpose::Operation, ..visit(Actor::Operator { name: "support".into() }, NOW) }
}

#[test]
fn an_activity_is_not_chosen_in_a_session_that_has_just_ended() {
    both(|store| {
        let house = work::house(store);
        let code = house.code(AccountKind::Professional, work::TWO).unwrap();
        let token = house.begin_work(&mut phone(), work::TWO, &code).unwrap();
        let (held, places) = (house.session(&token, NOW).unwrap(), house.places());
        // Meanwhile she signs out everywhere, from another device.
        let her = visit(held.actor.clone(), NOW);
        let (mut out, other) = (her.clone(), token);
        out.request_id = 9;
        house.act(move |tx, _, _| session::sign_out(tx, &out, &other)).unwrap();
        let chosen = house.act(move |tx, _, chance| {
            session::choose(tx, &her, &held, &places[0].0, (Limits::default(), chance))
        });
        assert_eq!(chosen.unwrap_err().code(), "sign-in-needed");
    });
}

#[test]
fn what_two_requests_write_into_a_session_both_stays() {
    both(|store| {
        let house = House::of(store);
        let mut phone = phone();
        house.add_passkey(&mut phone, "un");
        let codes = house.codes();
        let token = house.recover(MATRICULE, &codes[0], NOW).unwrap();
        // Both requests began before either had written.
        let held = house.session(&token, NOW).unwrap();
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        let (first, second, third) = (held.clone(), held.clone(), held);
        let draft = Draft { path: "/x".into(), fields: vec![], space: None };
        let kept = draft.clone();
        house.act(move |tx, _, _| session::act_for(tx, &first, Some(PersonId(9)))).unwrap();
        let herself = house.herself(NOW);
        house
            .act(move |tx, site, _| {
                passkeys::finish_confirmation(tx, site, (&answer.0, &answer.1), (&herself, &second))
            })
            .unwrap()
            .unwrap();
        house.act(move |tx, _, _| session::set_aside(tx, &third, kept)).unwrap();
        let now = house.session(&token, NOW).unwrap();
        assert_eq!((now.acting_for, now.proven), (Some(PersonId(9)), Some(NOW)));
        let found = house.act(move |tx, _, _| session::draft(tx, &now, NOW)).unwrap();
        assert_eq!(found, Some(draft));
    });
}

#[test]
fn junk_from_one_device_keeps_nobody_else_of_its_network_out() {
    both(|store| {
        let house = House::of(store);
        let mut phone = phone();
        house.add_passkey(&mut phone, "un");
        let codes = house.codes();
        for _ in 0..40 {
            let junk = ("AAAA".to_owned(), serde_json::json!({}));
            assert_eq!(house.sign_in(&junk, NOW), Err("sign-in-failed"));
        }
        let answer = house.answer(&mut phone, ORIGIN, NOW);
        assert!(house.sign_in(&answer, NOW).is_ok());
        assert!(house.recover(MATRICULE, &codes[0], NOW).is_ok());
    });
}

#[test]
fn codes_made_twice_at_once_are_ten() {
    both(|store| {
        let house = House::of(store);
        let (begun, told) = mpsc::channel();
        std::thread::scope(|scope| {
            let (house, slow) = (&house, begun.clone());
            scope.spawn(move || {
                house
                    .with_pass(NOW, move |tx, (holder, visit), _, chance| {
                        let codes = recovery::make_codes(tx, holder, visit, chance)?;
                        let _ = slow.send(());
                        std::thread::sleep(Duration::from_millis(300));
                        Ok(codes)
                    })
                    .unwrap();
            });
            // The second begins while the first has written and not yet committed.
            told.recv().unwrap();
            house.codes();
        });
        let left = house.with_pass(NOW, |tx, (holder, _), _, _| recovery::left(tx, holder)).unwrap();
        assert_eq!(left, Some((10, NOW)));
    });
}

#[test]
fn ceremonies_begun_side_by_side_make_no_more_passkeys_than_there_may_be() {
    both(|store| {
        let house = House::of(store);
        for _ in 1..passkeys::MOST {
            house.add_passkey(&mut phone(), "un");
        }
        let begun = [house.register(&mut phone(), "deux", NOW), house.register(&mut phone(), "trois", NOW)];
        let finished = begun.map(|(ceremony, credential)| house.finish_registration(&ceremony, &credential));
        assert_eq!(finished, [Ok(passkeys::MOST), Err("passkeys-full")]);
    });
}

#[test]
fn accounts_are_the_team_s_affair() {
    both(|store| {
        let house = work::house(store);
        house.code(AccountKind::Operator, "marie").unwrap();
        let professional = house.code(AccountKind::Professional, work::ONE).unwrap();
        let token = house.begin_work(&mut phone(), work::ONE, &professional).unwrap();
        let doctor = visit(house.session(&token, NOW).unwrap().actor, NOW);
        for who in [house.herself(NOW), doctor, visit(Actor::Nobody, NOW)] {
            let codes = house.act(move |tx, _, chance| {
                let kind = AccountKind::Operator;
                let tried = [
                    account::suspend(tx, &who, kind, "marie", "parce que").map_err(|no| no.code()),
                    account::admit(tx, &who, kind, "marie").map_err(|no| no.code()),
                    account::issue_code(tx, &who, kind, "eve", chance).map(|_| ()).map_err(|no| no.code()),
                ];
                Ok(tried)
            });
            assert_eq!(codes.unwrap(), [Err("not-found"); 3]);
        }
        assert_eq!(house.account(AccountKind::Operator, "marie").suspended, None);
    });
}

#[test]
fn whose_last_activity_ends_is_signed_out_and_whose_other_goes_on_is_not() {
    both(|store| {
        let house = work::house(store);
        let begin = |who: &'static str| {
            let code = house.code(AccountKind::Professional, who).unwrap();
            house.begin_work(&mut phone(), who, &code).unwrap()
        };
        let (one, two) = (begin(work::ONE), begin(work::TWO));
        let soon = NOW.plus(60 * Instant::SECOND);
        work::extract_without(&house, &[work::ONE, "CABINET DU PORT"], soon);
        assert!(house.session(&one, soon).is_none());
        assert!(house.session(&two, soon).is_some());
    });
}
