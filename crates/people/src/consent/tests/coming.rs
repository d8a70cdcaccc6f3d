//! Codes, presence, emergencies and calls: what opens, for how long, and what is answered to whom it does not.

use std::net::{IpAddr, Ipv4Addr};

use kernel::Chance;

use super::deciding::{decided, peopled, wish};
use super::*;
use crate::identity::Knock;
use crate::testing::MINUTE;

const CLAIRE: &str = "10001045367";
const OTHER: &str = "10104335319";
const HOUR: i64 = 60 * MINUTE;
const WHY: &str = "Unconscious after a fall";

fn at(number: &str, micros: i64) -> Visit {
    let visit = visit(Actor::Professional(doctor(number)));
    Visit { now: visit.now.plus(micros), ..visit }
}

/// Why she is in the space, or the code of the refusal.
fn reads(store: &Store, visit: Visit) -> Result<Purpose, String> {
    let answer = store.read(move |tx| Ok(open(tx, &visit, HER, Action::ReadRecord)?.visit().purpose));
    answer.wait().map_err(|refusal| refusal.code().to_owned())
}

fn lent(store: &Store, asked: Lend) -> Lent {
    let hers = visit(citizen(HER));
    store
        .write(move |tx| {
            let pass = open(tx, &hers, HER, Action::ManageSharing)?;
            lend(tx, &pass, asked, &Chance::System)
        })
        .wait()
        .unwrap()
}

fn types(store: &Store, visit: Visit, code: &str) -> Result<PersonId, String> {
    let knock = Knock { network: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)), device: String::new() };
    let code = code.to_owned();
    let attempt = store.write(move |tx| use_code(tx, &visit, &code, &knock)).wait().unwrap();
    attempt.map_err(|refusal| refusal.code().to_owned())
}

const HOUR_LONG: Lend = Lend { usable_minutes: 24 * 60, minutes: 60, uses: 1 };

#[test]
fn a_code_opens_for_its_time_and_its_uses() {
    store::testing::both(|store| {
        peopled(&store);
        let Lent { loan, code } = lent(&store, HOUR_LONG);
        assert_eq!(code.len(), 9);
        assert!(!format!("{:?}", decided(&store)).contains(&code), "the code is kept nowhere");
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        let said = code.to_lowercase().replace('-', " ");
        assert_eq!(types(&store, at(CLAIRE, 0), &said), Ok(HER));
        assert_eq!(types(&store, at(CLAIRE, MINUTE), &code), Ok(HER), "while it holds, again is nothing new");
        assert_eq!(decided(&store).allowed.len(), 1);
        assert_eq!(types(&store, at(OTHER, 0), &code), Err("code-wrong".into()), "one use");
        assert_eq!(reads(&store, at(CLAIRE, HOUR - 1)), Ok(Purpose::Care));
        assert_eq!(reads(&store, at(CLAIRE, HOUR)), Err("no-consent".into()));
        assert_eq!(types(&store, at(CLAIRE, HOUR), &code), Err("code-wrong".into()), "her use is spent");
        let permission = decided(&store).allowed[0].clone();
        assert_eq!((permission.given, permission.loan), (Given::ByCode, Some(loan.id)));
    });
}

#[test]
fn a_code_for_several_ends_when_she_says_so() {
    store::testing::both(|store| {
        peopled(&store);
        // Whatever she decided in general, a code is her word of that moment.
        wish(&store, Wish::Share(Mode::Nobody)).unwrap();
        let Lent { loan, code } = lent(&store, Lend { uses: 2, ..HOUR_LONG });
        for who in [CLAIRE, OTHER] {
            assert_eq!(types(&store, at(who, 0), &code), Ok(HER));
            assert_eq!(reads(&store, at(who, 0)), Ok(Purpose::Care));
        }
        let taken = Rpps::parse(OTHER).unwrap();
        let hers = visit(citizen(HER));
        store
            .write(move |tx| {
                let pass = open(tx, &hers, HER, Action::ManageSharing)?;
                disallow(tx, &pass, &taken)
            })
            .wait()
            .unwrap();
        assert_eq!(reads(&store, at(OTHER, 0)), Err("no-consent".into()));
        assert_eq!(types(&store, at(OTHER, 0), &code), Err("code-wrong".into()), "a use is not given back");
        wish(&store, Wish::EndLoan(loan.id)).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        assert_eq!(types(&store, at(CLAIRE, 0), &code), Err("code-wrong".into()));
    });
}

#[test]
fn a_blocked_professional_and_a_guesser_hear_the_same_and_pay_the_same() {
    store::testing::both(|store| {
        peopled(&store);
        let Lent { code, .. } = lent(&store, Lend { uses: 20, ..HOUR_LONG });
        wish(&store, Wish::Block(Rpps::parse(CLAIRE).unwrap())).unwrap();
        let tried = |who: &'static str, code: &str| -> Vec<_> {
            (0..7).map(|n| types(&store, at(who, n * Instant::SECOND), code)).collect()
        };
        let blocked = tried(CLAIRE, &code);
        assert_eq!(blocked, tried("10002518594", "AAAA-AAAA"));
        assert_eq!(blocked[0], Err("code-wrong".into()));
        assert_eq!(blocked[6], Err("slow-down".into()));
        assert!(kinds(&store, HER).contains(&Kind::Refused), "her journal knows that somebody tried");
    });
}

#[test]
fn a_code_does_not_take_away_what_lasts() {
    store::testing::both(|store| {
        peopled(&store);
        super::deciding::allow_on_the_web(&store, CLAIRE);
        let Lent { code, .. } = lent(&store, HOUR_LONG);
        types(&store, at(CLAIRE, 0), &code).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 30 * Instant::DAY)), Ok(Purpose::Care));
    });
}

#[test]
fn codes_are_good_for_minutes_to_days_and_there_are_not_many() {
    store::testing::both(|store| {
        peopled(&store);
        for (asked, code, field) in [
            (Lend { usable_minutes: 4, ..HOUR_LONG }, "loan-times", "usable_minutes"),
            (Lend { minutes: 43_201, ..HOUR_LONG }, "loan-times", "minutes"),
            (Lend { uses: 0, ..HOUR_LONG }, "loan-uses", "uses"),
            (Lend { uses: 21, ..HOUR_LONG }, "loan-uses", "uses"),
        ] {
            assert_eq!(asked.problem(), Some((code, field)));
        }
        for _ in 0..10 {
            lent(&store, HOUR_LONG);
        }
        let hers = visit(citizen(HER));
        let one_more = store.write(move |tx| {
            let pass = open(tx, &hers, HER, Action::ManageSharing)?;
            lend(tx, &pass, HOUR_LONG, &Chance::System)
        });
        assert_eq!(one_more.wait().unwrap_err().code(), "many");
        let later = visit(citizen(HER)).now.plus(2 * Instant::DAY);
        assert_eq!(store.write(move |tx| sweep(tx, later)).wait().unwrap(), 10);
    });
}

fn declares(store: &Store, visit: Visit) -> Result<(), String> {
    let Actor::Professional(who) = visit.actor.clone() else { unreachable!() };
    let answer = store.write(move |tx| {
        let pass = open(tx, &visit, HER, Action::DeclarePresence)?;
        allow(tx, &pass, &who, Given::InPresence)
    });
    answer.wait().map_err(|refusal| refusal.code().to_owned())
}

#[test]
fn a_declared_agreement_lasts_as_she_said() {
    store::testing::both(|store| {
        peopled(&store);
        // What she answered, what a declaration is answered, whether it opens after a day and after a month.
        let cases = [
            (Mode::Team, Ok(()), true, true),
            (Mode::Ask, Ok(()), false, false),
            (Mode::Nobody, Err("no-consent".to_owned()), false, false),
        ];
        for (mode, declared, after_a_day, after_a_month) in cases {
            wish(&store, Wish::Share(mode)).unwrap();
            assert_eq!(declares(&store, at(CLAIRE, 0)), declared, "{mode:?}");
            assert_eq!(reads(&store, at(CLAIRE, HOUR)).is_ok(), declared.is_ok(), "{mode:?}");
            for (days, expected) in [(1, after_a_day), (30, after_a_month)] {
                let opens = reads(&store, at(CLAIRE, days * Instant::DAY)).is_ok();
                assert_eq!(opens, expected, "{mode:?} {days}");
            }
            let hers = visit(citizen(HER));
            store
                .write(move |tx| {
                    let pass = open(tx, &hers, HER, Action::ManageSharing)?;
                    disallow(tx, &pass, &Rpps::parse(CLAIRE).unwrap())
                })
                .wait()
                .unwrap();
        }
    });
}

fn breaks(store: &Store, visit: Visit, why: &'static str) -> Result<Declared, String> {
    let answer = store.write(move |tx| break_glass(tx, &visit, HER, why));
    answer.wait().map_err(|refusal| refusal.code().to_owned())
}

#[test]
fn an_emergency_wants_a_reason_and_lasts_some_hours() {
    store::testing::both(|store| {
        peopled(&store);
        for short in ["", "urgent", "très urgent", "! ! ! !"] {
            assert_eq!(breaks(&store, at(CLAIRE, 0), short), Err("reason-short".into()));
        }
        assert_eq!(kinds(&store, HER), [], "a form that says nothing writes nothing");
        // What the visit says of itself is not believed.
        let claims = Visit { purpose: Purpose::Emergency, ..at(CLAIRE, 0) };
        assert_eq!(reads(&store, claims), Err("no-consent".into()));
        let until = at(CLAIRE, 4 * HOUR).now;
        assert_eq!(breaks(&store, at(CLAIRE, 0), WHY), Ok(Declared::Until(until)));
        assert_eq!(reads(&store, at(CLAIRE, 0)), Ok(Purpose::Emergency));
        assert_eq!(reads(&store, at(CLAIRE, 4 * HOUR - 1)), Ok(Purpose::Emergency));
        assert_eq!(reads(&store, at(CLAIRE, 4 * HOUR)), Err("no-consent".into()));
        assert_eq!(reads(&store, at(OTHER, 0)), Err("no-consent".into()), "hers alone");
        // Her objection ends it at once.
        wish(&store, Wish::RefuseEmergency(true)).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        assert_eq!(breaks(&store, at(OTHER, 0), WHY), Err("no-consent".into()));
        // And by changing her mind she lets nobody in: who comes then says why.
        wish(&store, Wish::RefuseEmergency(false)).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        assert_eq!(breaks(&store, at(CLAIRE, 0), WHY), Ok(Declared::Until(until)));
        wish(&store, Wish::Block(Rpps::parse(CLAIRE).unwrap())).unwrap();
        wish(&store, Wish::Unblock(Rpps::parse(CLAIRE).unwrap())).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
    });
}

#[test]
fn the_reason_and_the_purpose_are_in_her_journal() {
    store::testing::both(|store| {
        peopled(&store);
        breaks(&store, at(CLAIRE, 0), WHY).unwrap();
        let line = store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                let mut found = None;
                tx.acts(&key, Seq(0), Want::LINES, |row| {
                    found = row.line.filter(|_| row.kind == Kind::GlassBroken).or(found.take());
                    Ok(())
                })?;
                Ok(found.unwrap())
            })
            .wait()
            .unwrap();
        assert_eq!((line.reason.as_deref(), line.purpose), (Some(WHY), Purpose::Emergency));
    });
}

#[test]
fn whoever_has_a_right_of_her_own_is_not_there_by_exception() {
    store::testing::both(|store| {
        peopled(&store);
        super::deciding::allow_on_the_web(&store, CLAIRE);
        assert_eq!(breaks(&store, at(CLAIRE, 0), WHY), Ok(Declared::Needless));
        assert!(!kinds(&store, HER).contains(&Kind::GlassBroken));
        // Declared first, allowed afterwards: she is there for care.
        breaks(&store, at(OTHER, 0), WHY).unwrap();
        assert_eq!(reads(&store, at(OTHER, 0)), Ok(Purpose::Emergency));
        super::deciding::allow_on_the_web(&store, OTHER);
        assert_eq!(reads(&store, at(OTHER, 0)), Ok(Purpose::Care));
    });
}

#[test]
fn a_blocked_professional_breaks_no_glass() {
    store::testing::both(|store| {
        peopled(&store);
        breaks(&store, at(CLAIRE, 0), WHY).unwrap();
        wish(&store, Wish::Block(Rpps::parse(CLAIRE).unwrap())).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        assert_eq!(breaks(&store, at(CLAIRE, 0), WHY), Err("no-consent".into()));
    });
}

#[test]
fn many_emergencies_are_told_to_the_team() {
    store::testing::both(|store| {
        peopled(&store);
        for n in 0..5 {
            breaks(&store, at(CLAIRE, n * HOUR), WHY).unwrap();
        }
        let team = visit(operator());
        let alerts = store.read(move |tx| crate::vigilance::alerts(tx, &team)).wait().unwrap();
        let told = alerts.iter().find(|alert| alert.sign == crate::vigilance::Sign::Emergencies).unwrap();
        assert_eq!((told.rpps.as_str(), told.figure), (CLAIRE, 5));
    });
}

/// The call centre of these tests, beside what the built-in table says.
fn with_a_call_centre() {
    let text = access::BUILT_IN.replacen("call_centres = []", "call_centres = [\"750100125\"]", 1);
    access::install(&text).unwrap();
}

#[test]
fn a_doctor_of_the_call_centre_takes_her_call_unless_she_objects() {
    with_a_call_centre();
    store::testing::both(|store| {
        peopled(&store);
        let takes = |visit: Visit| {
            let answer = store.write(move |tx| answer_call(tx, &visit, HER, "call 4711"));
            answer.wait().map_err(|refusal| refusal.code().to_owned())
        };
        let mut elsewhere = doctor(OTHER);
        elsewhere.finess = Some("690000001".into());
        assert_eq!(takes(visit(Actor::Professional(elsewhere))), Err("no-consent".into()));
        let mut nurse = doctor(OTHER);
        nurse.profession = "60".into();
        assert_eq!(takes(visit(Actor::Professional(nurse))), Err("no-consent".into()));
        assert!(matches!(takes(at(CLAIRE, 0)), Ok(Declared::Until(_))));
        assert_eq!(reads(&store, at(CLAIRE, 0)), Ok(Purpose::CallCentre));
        // Her two objections are separate.
        wish(&store, Wish::RefuseEmergency(true)).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Ok(Purpose::CallCentre));
        wish(&store, Wish::RefuseCallCentre(true)).unwrap();
        assert_eq!(reads(&store, at(CLAIRE, 0)), Err("no-consent".into()));
        assert_eq!(takes(at(CLAIRE, 0)), Err("no-consent".into()));
    });
}
