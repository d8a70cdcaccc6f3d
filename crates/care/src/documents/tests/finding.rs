//! A professional looks for a person: one answer for everybody without a space in use, and the person's journal.

use kernel::PersonId;
use people::person::State;
use store::{Kind, Store};

use super::support::{HER, MATRICULE, acts, claire, doctor, enrol_as};
use crate::documents::fhir as door;
use crate::record::professional::{Finding, find_post};
use crate::record::sentences::LOOKED_UP;

/// The traits that [`people::testing`] gives her, as typed.
const TRAITS: [(&str, &str); 6] = [
    ("birth_name", "PAT-TROIS"),
    ("given_name", "DOMINIQUE"),
    ("birth-day", "28"),
    ("birth-month", "3"),
    ("birth-year", "1979"),
    ("sex", "F"),
];

/// Another person with her traits.
const TWIN: PersonId = PersonId(8);

/// What a professional is answered who looks for this INS: an address, or the form with its message.
fn looked_for(store: &Store, ins: &str) -> String {
    let fields = vec![("ins".to_owned(), ins.to_owned())];
    let found = store.read(move |tx| find_post(tx, &doctor(), fields)).wait().unwrap();
    match found {
        Finding::One(address) => address,
        // What was typed stands in the form again.
        Finding::Again(form) => form.body.0.replace(ins, "INS"),
    }
}

/// What a professional is answered who looks for the traits that [`people::testing`] gives her.
fn looked_for_by_traits(store: &Store) -> String {
    let fields = TRAITS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let found = store.read(move |tx| find_post(tx, &doctor(), fields)).wait().unwrap();
    match found {
        Finding::One(address) => address,
        Finding::Again(form) => form.body.0,
    }
}

#[test]
fn several_with_the_same_traits_are_told_only_where_a_space_is_in_use() {
    let nobody = {
        let (store, _folder) = store::testing::sqlite().unwrap();
        looked_for_by_traits(&store)
    };
    for (hers, others, several) in [
        (State::Open, State::Open, true),
        (State::Open, State::Announced, true),
        (State::Announced, State::Opposed, false),
        (State::Closed, State::Announced, false),
    ] {
        let (store, _folder) = store::testing::sqlite().unwrap();
        enrol_as(&store, HER, hers);
        enrol_as(&store, TWIN, others);
        let answer = looked_for_by_traits(&store);
        assert!(!answer.starts_with("/pro/patients/"), "the one in use may be the wrong one: {answer}");
        assert_eq!(answer != nobody, several, "{hers:?} {others:?}");
        let looks = acts(&store).into_iter().filter(|row| row.kind == Kind::Searched).count();
        assert_eq!(looks, usize::from(matches!(hers, State::Open | State::Closed)), "{hers:?}");
    }
}

#[test]
fn a_number_that_software_searches_tells_a_doctor_nothing_without_a_space() {
    const NOBODY: &str = "269054958815780";
    let searched = |store: &Store, matricule: &'static str| {
        let pairs = vec![("identifier".to_owned(), format!("urn:oid:1.2.250.1.213.1.4.10|{matricule}"))];
        let found = store.read(move |tx| door::patients(tx, &doctor(), &pairs, "Patient")).wait();
        found
            .map(|bundle| bundle.to_string().replace(matricule, "INS"))
            .map_err(|refusal| refusal.code().to_owned())
    };
    for (state, told) in
        [(State::Open, true), (State::Closed, false), (State::Announced, false), (State::Opposed, false)]
    {
        let (store, _folder) = store::testing::sqlite().unwrap();
        let nobody = searched(&store, NOBODY);
        assert!(nobody.as_ref().is_ok_and(|bundle| bundle.contains("\"total\":0")), "{nobody:?}");
        enrol_as(&store, HER, state);
        let answer = searched(&store, MATRICULE);
        if told {
            assert_eq!(answer, Err("no-consent".to_owned()), "she sees it in her journal");
        } else {
            assert_eq!(answer, nobody, "{state:?}");
        }
        let refused = acts(&store).into_iter().filter(|row| row.kind == Kind::Refused).count();
        assert_eq!(refused, usize::from(matches!(state, State::Open | State::Closed)), "{state:?}");
    }
}

#[test]
fn only_a_space_in_use_is_told_and_she_reads_who_looked() {
    const NOBODY: &str = "269054958815780";
    let nobody = {
        let (store, _folder) = store::testing::sqlite().unwrap();
        looked_for(&store, NOBODY)
    };
    for (state, told, journalled) in [
        (State::Open, true, true),
        (State::Closed, false, true),
        (State::Announced, false, false),
        (State::Opposed, false, false),
    ] {
        let (store, _folder) = store::testing::sqlite().unwrap();
        enrol_as(&store, HER, state);
        let answer = looked_for(&store, MATRICULE);
        if told {
            assert!(answer.starts_with("/pro/patients/7?found="), "{answer}");
        } else {
            assert_eq!(answer, nobody, "{state:?}");
        }
        let looks: Vec<_> = acts(&store).into_iter().filter(|row| row.kind == Kind::Searched).collect();
        assert_eq!(looks.len(), usize::from(journalled), "{state:?}");
        for look in looks {
            let line = look.line.unwrap();
            assert_eq!(line.about.as_deref(), Some(LOOKED_UP));
            assert_eq!(line.actor, kernel::Actor::Professional(claire()));
        }
    }
}
