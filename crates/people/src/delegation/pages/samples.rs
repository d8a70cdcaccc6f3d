//! Every page of this room in every state, for the test that renders them all. The people are invented.

use jiff::ToSpan;
use kernel::{PersonId, Sex, Visit};
use ui::acting::{Relation as Link, Space};
use ui::form::Filled;
use ui::page::Page;

use super::super::model::{Documents, Kind, Relation, Says, Scope, Stage, Standing};
use super::super::offers::Held;
use super::{Family, MayAct, Shown, desk, invitation_form, offering, operator, over_page, page, words};

const FAMILIES: [Family; 2] = [("10", "Comptes rendus"), ("42", "Ordonnances")];

fn relation(visit: &Visit, scope: Scope, reason: &str) -> Relation {
    let today = visit.now.date();
    let says = Says {
        ins: None,
        born: Some(today.saturating_sub(40.years())),
        name: "Nadia <BENALI>".into(),
        acting: Some(PersonId(44)),
        link: "carer".into(),
        scope,
        reason: reason.into(),
        invitation: Vec::new(),
    };
    Relation {
        person: PersonId(9),
        id: 12,
        kind: Kind::Delegate,
        begins: today,
        ends: Some(today.saturating_add(6.months())),
        offered_at: visit.now,
        accepted_at: None,
        ended_at: None,
        says,
    }
}

fn scopes() -> [Scope; 2] {
    let some = Documents::Families(["42".to_owned(), "10".to_owned()].into());
    [
        Scope { documents: some, agenda: true, ..Scope::default() },
        Scope {
            documents: Documents::All,
            profile: true,
            messages: true,
            agenda: true,
            add: true,
            sharing: true,
        },
    ]
}

/// The citizen's pages; `visit` is hers.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let [narrow, wide] = scopes();
    let words = words(visit);
    let offered = relation(visit, narrow.clone(), "Je vois mal l’écran.");
    let held = [Held { relation: offered.clone(), name: "Odette ROY".into(), stage: Stage::Offered }];
    let accepted = Held {
        relation: Relation { person: PersonId(10), ..relation(visit, wide.clone(), "") },
        name: "Luc ROY".into(),
        stage: Stage::InForce,
    };
    let later = Held { name: "Ana ROY".into(), stage: Stage::Waiting, ..accepted.clone() };
    let waiting =
        [accepted.clone(), Held { relation: Relation { person: PersonId(11), ..later.relation }, ..later }];
    let space =
        |id, name: &str, relation, until| Space { person: PersonId(id), name: name.into(), relation, until };
    let spaces = [
        space(43, "Léa MARTIN", Link::Child(Sex::F), Some(visit.now.date())),
        space(10, "Luc ROY", Link::Helped, None),
    ];
    let helper = |standing: Standing, link: &str, row: Option<Relation>, stage| MayAct {
        name: "Nadia <BENALI>".into(),
        person: None,
        standing,
        link: link.into(),
        relation: row,
        stage,
    };
    let delegate = |scope: &Scope, stage| {
        helper(Standing::Delegate(scope.clone()), "carer", Some(relation(visit, scope.clone(), "")), stage)
    };
    let ended = Relation { ended_at: Some(visit.now), ..offered.clone() };
    let helpers = [
        delegate(&narrow, Stage::Offered),
        delegate(&wide, Stage::InForce),
        delegate(&wide, Stage::Waiting),
        helper(Standing::Guardian, "TUTEUR", Some(offered.clone()), Stage::InForce),
        helper(Standing::Delegate(narrow.clone()), "other", Some(ended), Stage::Over),
        delegate(&narrow, Stage::Over),
    ];
    let parents = [
        helper(Standing::Parent, "MTH", None, Stage::InForce),
        MayAct { name: String::new(), ..helper(Standing::Parent, "FTH", None, Stage::InForce) },
    ];
    let none =
        Shown { of: None, spaces: &[], held: &[], helpers: Some(&[]), may_offer: true, families: &FAMILIES };
    let acting = Visit { on_behalf_of: Some(PersonId(43)), ..visit.clone() };
    let mut wrong =
        Filled::empty(words).with("scope", "documents").with("family", "42").with("relation", "12");
    for field in ["name", "born", "matricule", "link", "scope", "months", "code"] {
        wrong.wrong(field, words.t("refusal-invalid"));
    }
    let filled = Filled::empty(words).with("months", "12");
    vec![
        ("none", page(visit, &none)),
        ("family", page(visit, &Shown { spaces: &spaces, held: &waiting, helpers: Some(&helpers), ..none })),
        ("asked", page(visit, &Shown { held: &held, ..none })),
        ("minor", page(visit, &Shown { helpers: Some(&parents), may_offer: false, ..none })),
        (
            "acting",
            page(
                &acting,
                &Shown { of: Some("Léa MARTIN"), spaces: &spaces, helpers: Some(&parents), ..none },
            ),
        ),
        (
            "delegate",
            page(
                &acting,
                &Shown { of: Some("Luc ROY"), spaces: &spaces, helpers: None, may_offer: false, ..none },
            ),
        ),
        ("over", over_page(visit)),
        ("offer", offering::page(&filled, &FAMILIES)),
        ("offer-wrong", offering::page(&wrong, &FAMILIES)),
        ("code", offering::code_page(visit, "Nadia", "ABCD-EFGH-IJKL-MNOP")),
        ("renew", offering::renew_page(&filled.clone().with("relation", "12"), "Nadia")),
        ("renew-wrong", offering::renew_page(&wrong, "Nadia")),
        ("invitation", invitation_form(&Filled::empty(words))),
        ("invitation-wrong", invitation_form(&wrong)),
    ]
}

/// The operator's pages; `visit` is hers.
#[must_use]
pub fn of_the_team(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = words(visit);
    let row = Relation {
        kind: Kind::Guardian,
        ends: None,
        ..relation(visit, Scope::default(), "TJ Lille, 3 mars")
    };
    let mut wrong = Filled::empty(words).with("ward", "279").with("what", "delegate");
    for field in
        ["ward", "guardian", "ends", "decision", "ins", "birth", "document", "name", "born", "months"]
    {
        wrong.wrong(field, words.t("refusal-invalid"));
    }
    let empty = Filled::empty(words);
    let looked = empty.clone().with("ward", "279035121518989");
    vec![
        ("guardians", operator::page(visit, &empty, None)),
        ("guardians-wrong", operator::page(visit, &wrong, None)),
        ("guardians-in-force", operator::page(visit, &looked, Some(&[row]))),
        ("guardians-none", operator::page(visit, &looked, Some(&[]))),
        ("desk", desk::page(&empty.clone().with("what", "code"), &FAMILIES)),
        ("desk-wrong", desk::page(&wrong, &FAMILIES)),
        ("desk-code", desk::code_page(visit, "ABCD-EFGH-IJKL-MNOP")),
        ("desk-named", desk::named_page(visit, "Nadia", Some("ABCD-EFGH-IJKL-MNOP"))),
        ("desk-named-known", desk::named_page(visit, "Nadia", None)),
    ]
}
