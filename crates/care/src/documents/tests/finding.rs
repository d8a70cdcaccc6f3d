//! A professional looks for a person: one answer for everybody without a space in use, and the person's journal.

use people::person::State;
use store::{Kind, Store};

use super::support::{MATRICULE, acts, claire, doctor, enrol};
use crate::record::professional::{Finding, find_post};
use crate::record::sentences::LOOKED_UP;

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
        enrol(&store, state);
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
