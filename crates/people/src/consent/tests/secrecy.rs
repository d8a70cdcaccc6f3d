//! What a minor keeps secret, as those who act for her see her decisions.

use std::collections::BTreeMap;

use super::*;

const CLAIRE: &str = "10001045367";
const CODE: &str = "a code of hers";

/// Claire typed a code by the act 10. `None` when nothing of Claire is kept; else until which act it is.
fn as_a_parent_sees(kept: Option<Option<u32>>) -> Sharing {
    let permission = Permission {
        loan: Some(CODE.into()),
        ..Permission::lasting(doctor(CLAIRE), Instant(0), Given::ByCode)
    };
    let hers = Sharing {
        allowed: vec![permission],
        typed: BTreeMap::from([(CODE.into(), BTreeMap::from([(CLAIRE.into(), Seq(10))]))]),
        kept: kept.into_iter().map(|until| (CLAIRE.into(), until)).collect(),
        ..Sharing::default()
    };
    hers.without_kept()
}

#[test]
fn a_code_typed_in_secret_shows_no_use_to_a_parent_whatever_she_decides_since() {
    let cases: &[(&str, Option<Option<u32>>, usize)] = &[
        ("nothing is kept", None, 1),
        ("he is kept", Some(None), 0),
        ("a parent blocked or allowed him by the act 20, and knows of what came since", Some(Some(20)), 0),
        ("a parent knew of him before he typed it", Some(Some(5)), 1),
    ];
    for (what, kept, uses) in cases {
        let seen = as_a_parent_sees(*kept);
        assert_eq!((seen.uses(CODE), seen.allowed.len()), (*uses, *uses), "{what}");
    }
}

/// What is folded when somebody says `kind` about Claire, or `about` it, by the act of this rank.
fn said(sharing: &mut Sharing, kind: Kind, about: &str, (seq, by_a_parent): (u32, bool)) {
    let own = crate::testing::citizen(crate::testing::HER, Instant(0));
    let acting = Visit { on_behalf_of: Some(crate::testing::HER), ..own.clone() };
    let line = Line::of(if by_a_parent { &acting } else { &own }).about(about);
    sharing.keep(kind, Seq(seq), &line);
}

#[test]
fn a_parent_who_names_a_secret_doctor_treating_knows_of_him_from_then_on_and_of_nothing_before() {
    let treating = format!("treating {CLAIRE}");
    let mut hers = Sharing {
        allowed: vec![Permission::lasting(doctor(CLAIRE), Instant(0), Given::OnTheWeb)],
        ..Sharing::default()
    };
    said(&mut hers, Kind::PermissionKept, CLAIRE, (5, false));
    assert!(hers.keeps_now(&doctor(CLAIRE).rpps) && hers.clone().without_kept().allowed.is_empty());
    said(&mut hers, Kind::Decided, &treating, (9, true));
    hers.treating = Some(Named { professional: doctor(CLAIRE), since: Instant(0) });
    assert!(!hers.keeps_now(&doctor(CLAIRE).rpps));
    assert!(hers.keeps(CLAIRE, Seq(8)) && !hers.keeps(CLAIRE, Seq(9)));
    let seen = hers.clone().without_kept();
    assert!(seen.treating.is_some() && seen.allowed.is_empty(), "{seen:?}");
    // What he had in secret has ended: when her word is over he has nothing left that a parent would wonder about.
    assert!(hers.allowed.is_empty());
}

#[test]
fn a_treating_doctor_was_told_to_parents_and_is_not_kept_afterwards() {
    for by_a_parent in [false, true] {
        let mut hers = Sharing::default();
        said(&mut hers, Kind::Decided, &format!("treating {CLAIRE}"), (3, by_a_parent));
        assert_eq!(hers.kept.get(CLAIRE), Some(&Some(0)), "known, and of everything");
    }
    // Whom she keeps she does not name: her parents would be told.
    let mut hers = Sharing::default();
    said(&mut hers, Kind::PermissionKept, CLAIRE, (5, false));
    let named = Decision::NameTreatingDoctor(Named { professional: doctor(CLAIRE), since: Instant(0) });
    assert_eq!(wishes::problem(&hers, &named), Some(("treating-kept", "rpps")));
    assert_eq!(wishes::problem(&hers.without_kept(), &named), None, "a parent does not know");
}
