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
