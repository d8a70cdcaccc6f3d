//! An account, day by day, on both engines.

use kernel::Language;
use store::Store;

use super::*;
use crate::consent::{self, Action};
use crate::person::State;
use crate::testing::{self, MINUTE, NOW as MORNING, identity, kinds};

fn claire() -> Professional {
    Professional {
        rpps: Rpps::parse("10001045367").unwrap(),
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: None,
        structure: "Clinique des Tilleuls".into(),
        finess: Some("690000001".into()),
    }
}

fn hers(now: Instant) -> Visit {
    testing::visit(Actor::Professional(claire()), Purpose::Care, now)
}

fn team(now: Instant) -> Visit {
    testing::team(Purpose::Care, now)
}

/// Persons 1 to `count`, all living in `department`, their spaces open.
fn people(store: &Store, count: i64, department: &'static str) {
    let people = (1..=count).map(PersonId).map(|person| (person, identity(person))).collect();
    testing::enrol_all(store, people, department);
}

fn came_in(store: &Store, now: Instant, device: &'static str) -> Result<(), Refusal> {
    store.write(move |tx| came(tx, &hers(now), device)).wait().unwrap()
}

fn opens(store: &Store, person: i64, now: Instant) -> Refusal {
    store.read(move |tx| may_open(tx, &hers(now), PersonId(person))).wait().err().unwrap_or_else(|| {
        // Past the count, it is the policies that answer.
        let said = store
            .read(move |tx| consent::open(tx, &hers(now), PersonId(person), Action::ReadRecord).map(|_| ()))
            .wait();
        said.unwrap_err()
    })
}

fn counts(store: &Store, person: i64, now: Instant, proven: Option<Instant>) -> Judgement {
    store.write(move |tx| count(tx, &hers(now), PersonId(person), proven)).wait().unwrap()
}

fn signs(store: &Store, now: Instant) -> Vec<(Sign, i64)> {
    let found = store.read(move |tx| alerts(tx, &team(now))).wait().unwrap();
    let mut signs: Vec<_> = found.into_iter().map(|alert| (alert.sign, alert.figure)).collect();
    signs.sort();
    signs
}

#[test]
fn a_space_is_counted_before_it_is_opened() {
    store::testing::both(|store| {
        people(&store, 2, "69");
        // Whoever came through no door is not watched.
        assert_eq!(opens(&store, 1, MORNING).code(), "no-consent");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        let refusal = opens(&store, 1, MORNING);
        assert_eq!((refusal.code(), refusal.issues[0].path.as_deref()), (UNCOUNTED, Some("1")));
        assert_eq!(counts(&store, 1, MORNING, None), Judgement::Open);
        assert_eq!(opens(&store, 1, MORNING).code(), "no-consent");
        assert_eq!(opens(&store, 2, MORNING).code(), UNCOUNTED, "each space for itself");
        assert_eq!(opens(&store, 1, MORNING.plus(23 * 60 * MINUTE)).code(), "no-consent");
        assert_eq!(opens(&store, 1, MORNING.plus(25 * 60 * MINUTE)).code(), UNCOUNTED, "a day later again");
        assert_eq!(signs(&store, MORNING), []);
    });
}

#[test]
fn too_many_spaces_need_a_proof_and_then_a_person() {
    store::testing::both(|store| {
        people(&store, 95, "75");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        // The page that asks for the passkey says why, once the next space is one too many and no sooner.
        let asks = |visit: Visit| {
            store.read(move |tx| next_opening(tx, &visit)).wait().unwrap() == Judgement::Confirm
        };
        for person in 1..=30 {
            assert!(!asks(hers(MORNING)), "{person}");
            assert_eq!(counts(&store, person, MORNING, None), Judgement::Open, "{person}");
        }
        assert_eq!(counts(&store, 31, MORNING, None), Judgement::Confirm);
        assert!(asks(hers(MORNING)));
        assert!(!asks(team(MORNING)), "nobody else is watched");
        assert!(!asks(hers(MORNING.plus(2 * 60 * MINUTE))), "an hour later it is usual again");
        let proven = Some(MORNING);
        for person in 31..=90 {
            assert_eq!(counts(&store, person, MORNING, proven), Judgement::Open, "{person}");
        }
        assert_eq!(counts(&store, 91, MORNING, proven), Judgement::Refuse);
        // The person whose space it was reads that in her journal.
        assert_eq!(kinds(&store, PersonId(91)), [Kind::Refused]);
        // The team sees what was unusual: one line a sign, its highest figure, nobody's name.
        assert_eq!(signs(&store, MORNING), [(Sign::ManySpaces, 90), (Sign::Stopped, 91), (Sign::Far, 91)]);
        let account = store.read(|tx| super::account(tx, &team(MORNING), &claire().rpps)).wait().unwrap();
        assert_eq!((account.pattern.hour, account.pattern.far, account.devices), (90, 90, 1));
        // Life in danger is never stopped by a count.
        let emergency = Visit { purpose: Purpose::Emergency, ..hers(MORNING) };
        let judged = store.write(move |tx| count(tx, &emergency, PersonId(92), None)).wait().unwrap();
        assert_eq!(judged, Judgement::Open);
        // An hour later the hour is free, the day is not.
        assert_eq!(counts(&store, 93, MORNING.plus(61 * MINUTE), proven), Judgement::Open);
        let account =
            move |tx: &mut Tx<'_>| super::account(tx, &team(MORNING.plus(61 * MINUTE)), &claire().rpps);
        let pattern = store.read(account).wait().unwrap().pattern;
        assert_eq!((pattern.hour, pattern.day), (1, 92));
    });
}

/// What stands in the journals of persons 1 to `count`.
fn journalled(store: &Store, count: i64) -> Vec<(i64, Kind)> {
    let of = |person| kinds(store, PersonId(person)).into_iter().map(move |kind| (person, kind));
    (1..=count).flat_map(of).collect()
}

#[test]
fn a_number_that_nobody_has_counts_like_a_space() {
    store::testing::both(|store| {
        people(&store, 3, "69");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        // Twice the same number is one space, also when it is nobody's.
        for number in (101..=130).chain([101, 130]) {
            assert_eq!(counts(&store, number, MORNING, None), Judgement::Open, "{number}");
        }
        for number in [1, 131] {
            assert_eq!(counts(&store, number, MORNING, None), Judgement::Confirm, "{number}");
        }
        for number in 131..=190 {
            assert_eq!(counts(&store, number, MORNING, Some(MORNING)), Judgement::Open, "{number}");
        }
        // Beyond what is possible all numbers are refused; only who has or had a space reads of it.
        let states = |tx: &mut Tx<'_>| {
            for (person, state) in [(1, State::Open), (2, State::Announced), (3, State::Opposed)] {
                tx.exec(
                    "UPDATE person SET state = $2 WHERE person = $1",
                    store::args![person, state.number()],
                )?;
            }
            Ok(())
        };
        store.write(states).wait().unwrap();
        for number in [1, 2, 3, 191] {
            assert_eq!(counts(&store, number, MORNING, Some(MORNING)), Judgement::Refuse, "{number}");
        }
        assert_eq!(journalled(&store, 3), [(1, Kind::Refused)]);
    });
}

#[test]
fn choosing_a_wider_activity_gains_nothing() {
    store::testing::both(|store| {
        people(&store, 40, "69");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        // The directory knows her as a doctor; whoever holds her account acts as a pharmacist.
        let known = registry::KnownProfessional { professional: claire(), sector: None };
        store.write(move |tx| registry::add_professional(tx, &known)).wait().unwrap();
        let pharmacist = || Visit {
            actor: Actor::Professional(Professional { profession: "21".into(), ..claire() }),
            ..hers(MORNING)
        };
        let judged = |person| {
            let visit = pharmacist();
            store.write(move |tx| count(tx, &visit, PersonId(person), None)).wait().unwrap()
        };
        let doctors = Norms::built_in().unwrap().of("10").confirm_hour;
        assert!(Norms::built_in().unwrap().of("21").confirm_hour > doctors);
        for person in 1..=doctors {
            assert_eq!(judged(person), Judgement::Open, "{person}");
        }
        assert_eq!(judged(doctors + 1), Judgement::Confirm);
        let searching = || {
            let visit = pharmacist();
            store.write(move |tx| searched(tx, &visit)).wait().unwrap()
        };
        assert_eq!((0..91).filter(|_| searching()).count(), 90, "a doctor's searches");
    });
}

#[test]
fn searches_and_refusals_are_counted_by_the_hour() {
    store::testing::both(|store| {
        let search = || store.write(|tx| searched(tx, &hers(MORNING))).wait().unwrap();
        let allowed = (0..91).map(|_| search()).filter(|may| *may).count();
        assert_eq!(allowed, 90, "three times what may be opened in an hour");
        for _ in 0..10 {
            store.write(|tx| refused(tx, &hers(MORNING))).wait().unwrap();
        }
        let found: Vec<Sign> = signs(&store, MORNING).into_iter().map(|(sign, _)| sign).collect();
        assert_eq!(found, [Sign::Refusals, Sign::IdleSearches, Sign::ManySearches]);
        let later = store.write(|tx| searched(tx, &hers(MORNING.plus(60 * MINUTE)))).wait().unwrap();
        assert!(later, "the next hour is another");
    });
}

#[test]
fn a_new_device_is_a_sign_when_there_is_another() {
    store::testing::both(|store| {
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        came_in(&store, MORNING.plus(1), "Firefox, Linux").unwrap();
        assert_eq!(signs(&store, MORNING), []);
        came_in(&store, MORNING.plus(2), "Chrome, Windows").unwrap();
        assert_eq!(signs(&store, MORNING), [(Sign::NewDevice, 2)]);
    });
}

#[test]
fn a_suspension_stops_the_next_request_until_it_is_lifted() {
    store::testing::both(|store| {
        people(&store, 1, "69");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        assert_eq!(counts(&store, 1, MORNING, None), Judgement::Open);
        let (rpps, now) = (claire().rpps, MORNING);
        let suspending = |reason: &'static str| {
            let rpps = rpps.clone();
            store.write(move |tx| suspend(tx, &team(now), &rpps, reason)).wait()
        };
        assert_eq!(suspending("  ").unwrap_err().code(), "reason-missing");
        suspending("Stolen telephone.").unwrap();
        suspending("Again.").unwrap();
        assert_eq!(opens(&store, 1, MORNING).code(), "account-suspended");
        assert_eq!(came_in(&store, MORNING, "Firefox, Linux").unwrap_err().code(), "account-suspended");
        assert_eq!(counts(&store, 1, MORNING, None), Judgement::Refuse);
        let mine = rpps.clone();
        let signing = store.read(move |tx| may_sign_in(tx, &mine)).wait();
        assert_eq!(signing.unwrap_err().code(), "account-suspended");
        // Only the team suspends and lifts.
        let mine = rpps.clone();
        let own = store.write(move |tx| lift(tx, &hers(MORNING), &mine)).wait();
        assert_eq!(own.unwrap_err().code(), "not-found");
        let mine = rpps.clone();
        store.write(move |tx| lift(tx, &team(MORNING.plus(MINUTE)), &mine)).wait().unwrap();
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        assert_eq!(opens(&store, 1, MORNING).code(), "no-consent");
        let account = store.read(move |tx| super::account(tx, &team(MORNING), &rpps)).wait().unwrap();
        assert_eq!(account.suspended_at, None);
        let [only] = account.suspensions.as_slice() else { panic!("{:?}", account.suspensions) };
        assert_eq!((only.reason.as_str(), only.operator.as_str()), ("Stolen telephone.", "support"));
        assert_eq!(only.lifted, Some((MORNING.plus(MINUTE), "support".to_owned())));
    });
}

#[test]
fn every_sentence_is_there() {
    for language in Language::ALL {
        let visit = Visit { language, ..team(MORNING) };
        for (name, page) in pages::samples(&visit) {
            let html = page.body.into_string();
            assert!(!html.contains('⟦'), "{name}: {html}");
        }
        let words = ui::Words::of(language);
        for code in ["account-suspended", "too-many-spaces", "confirm-needed", "too-many-searches"] {
            assert!(words.known(&format!("refusal-{code}")).is_some(), "{code}");
        }
    }
}

#[test]
fn an_opened_space_costs_one_short_read() {
    store::testing::both(|store| {
        people(&store, 90, "69");
        came_in(&store, MORNING, "Firefox, Linux").unwrap();
        for person in 1..=90 {
            assert_eq!(counts(&store, person, MORNING, Some(MORNING)), Judgement::Open);
        }
        let rounds = 1_000;
        let spent = store
            .read(move |tx| {
                let started = std::time::Instant::now();
                for round in 0..rounds {
                    may_open(tx, &hers(MORNING), PersonId(round % 90 + 1))?;
                }
                Ok(started.elapsed())
            })
            .wait()
            .unwrap();
        let each = spent / u32::try_from(rounds).unwrap();
        println!("{}: {each:?} a check", store.engine());
        // Unoptimised, on a busy machine: what must not happen is a walk over everything that was opened.
        assert!(each < std::time::Duration::from_millis(5), "{each:?}");
    });
}
