//! Every limit holds at its edge, and nothing makes the guard fall over.

use kernel::{Issue, Refusal, RefusalKind};
use proptest::prelude::*;

use crate::{Kind, Limits, Rejection, attr, parse};

const SMALL: Limits = Limits { bytes: 1_000, depth: 3, attributes: 2, nodes: 20 };
const LARGE: Limits = Limits { bytes: 10 << 20, depth: 30_000, attributes: 128, nodes: 1_000_000 };

fn kind(text: &str, limits: &Limits) -> Option<Kind> {
    parse(text, limits).err().map(|flaw| flaw.kind)
}

#[test]
fn each_limit_holds_at_its_edge() {
    let scoped: String = (0..3_200).map(|i| format!("<a xmlns:n{i}='u'>")).collect();
    for (text, limits, refused) in [
        ("<a><b><c/></b></a>", &SMALL, None),
        ("<a><b><c></c></b></a>", &SMALL, None),
        ("<a><b><c><d></d></c></b></a>", &SMALL, Some(Kind::TooDeep)),
        ("<a x='1' y='2'/>", &SMALL, None),
        ("<a x='1' y='2' z='3'/>", &SMALL, Some(Kind::TooManyAttributes)),
        (&format!("<a>{}</a>", "<b/>".repeat(17)), &SMALL, None),
        (&format!("<a>{}</a>", "<b/>".repeat(18)), &SMALL, Some(Kind::TooManyNodes)),
        (&format!("<a>{}</a>", "x".repeat(1_000)), &SMALL, Some(Kind::TooLarge)),
        ("<!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>", &SMALL, Some(Kind::Doctype)),
        ("<a>&b;</a>", &SMALL, Some(Kind::Malformed)),
        ("<a><b></a></b>", &SMALL, Some(Kind::Malformed)),
        ("<a x=''><b", &SMALL, Some(Kind::Malformed)),
        ("", &SMALL, Some(Kind::Malformed)),
        (&scoped, &LARGE, Some(Kind::TooManyNamespaces)),
    ] {
        assert_eq!(kind(text, limits), refused, "{}", &text[..text.len().min(60)]);
    }
}

#[test]
fn a_flaw_says_where() {
    let flaw = parse("<a>\n <b><c><d></d></c></b></a>", &SMALL).unwrap_err();
    assert_eq!(flaw.place.as_deref(), Some("line 2, column 11"));
    let flaw = parse("<a>\n &b;</a>", &SMALL).unwrap_err();
    assert_eq!(flaw.place.as_deref(), Some("line 2, column 2"));
    assert!(!flaw.message.contains("2:2"), "the place is said once: {}", flaw.message);
}

#[test]
fn an_attribute_without_anything_in_it_is_not_there() {
    let tree = parse("<a x=' 1 ' y=' '/>", &SMALL).unwrap();
    assert_eq!(attr(tree.root_element(), "x"), Some("1"));
    assert_eq!(attr(tree.root_element(), "y"), None);
    assert_eq!(attr(tree.root_element(), "z"), None);
}

#[test]
fn a_rejection_becomes_a_refusal_with_everything_in_it() {
    let refusal = Refusal::from(Rejection::at("cda-no-id", "ClinicalDocument/id", "No id."));
    assert_eq!(refusal.kind, RefusalKind::Invalid);
    let issue =
        Issue { code: "cda-no-id", path: Some("ClinicalDocument/id".into()), diagnostics: "No id.".into() };
    assert_eq!(refusal.issues, [issue]);
    assert_eq!(Refusal::from(Rejection::new("xdm-too-large", "!")).kind, RefusalKind::TooLarge);
}

proptest! {
    #[test]
    fn nothing_makes_it_fall_over(text in "[<>/a-c=' \"&;!?x\\-\\[\\]\n]{0,200}") {
        let _ = parse(&text, &SMALL);
    }
}
