//! Every page of this room in every state, for the test that renders them all. The people are invented.

use jiff::ToSpan;
use kernel::{PersonId, Sex, Visit};
use ui::Words;
use ui::acting::{Relation as Link, Space};
use ui::form::Filled;
use ui::page::Page;

use super::super::model::{Documents, Kind, Relation, Says, Scope, Stage, Standing};
use super::super::offers::Held;
use super::ending::Ending;
use super::{Family, MayAct, Shown, desk, ending, invitation_form, offering, operator, over_page, page};

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
        offered_by: None,
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

fn one(visit: &Visit, standing: Standing, ended: bool, stage: Stage) -> MayAct {
    let (link, relation) = match &standing {
        Standing::Parent => ("MTH", None),
        Standing::Guardian => ("TUTEUR", Some(relation(visit, Scope::default(), ""))),
        Standing::Delegate { scope, .. } => ("carer", Some(relation(visit, scope.clone(), ""))),
    };
    let ended_at = ended.then_some(visit.now);
    let relation = relation.map(|row| Relation { ended_at, ..row });
    MayAct { name: "Nadia <BENALI>".into(), person: None, standing, link: link.into(), relation, stage }
}

fn may_act(visit: &Visit) -> [MayAct; 7] {
    let [narrow, wide] = scopes();
    [
        one(visit, Standing::Delegate { scope: narrow.clone(), chosen: true }, false, Stage::Offered),
        one(visit, Standing::Delegate { scope: wide.clone(), chosen: true }, false, Stage::InForce),
        one(visit, Standing::Delegate { scope: wide, chosen: true }, false, Stage::Waiting),
        one(visit, Standing::Guardian, false, Stage::InForce),
        one(visit, Standing::Delegate { scope: narrow.clone(), chosen: true }, true, Stage::Over),
        one(visit, Standing::Delegate { scope: narrow, chosen: true }, false, Stage::Over),
        one(visit, Standing::Parent, false, Stage::Over),
    ]
}

/// What somebody holds: an offer; a delegation in force and one that begins later.
fn held(visit: &Visit) -> ([Held; 1], [Held; 2]) {
    let [narrow, wide] = scopes();
    let of = |person, name: &str, stage| Held {
        relation: Relation { person: PersonId(person), ..relation(visit, wide.clone(), "") },
        name: name.into(),
        stage,
    };
    let offered = relation(visit, narrow, "Je vois mal l’écran.");
    let offered = Held { relation: offered, name: "Odette ROY".into(), stage: Stage::Offered };
    ([offered], [of(10, "Luc ROY", Stage::InForce), of(11, "Ana ROY", Stage::Waiting)])
}

/// The page of the room in each of its states.
fn pages(visit: &Visit) -> Vec<(&'static str, Page)> {
    let (offered, accepted) = held(visit);
    let space = |id, name: &str, relation, until| Space {
        person: PersonId(id),
        name: name.into(),
        relation,
        until,
        closed: vec!["/journal"],
    };
    let spaces = [
        space(43, "Léa MARTIN", Link::Child(Sex::F), Some(visit.now.date())),
        space(10, "Luc ROY", Link::Helped, None),
    ];
    let may_act = may_act(visit);
    let mother = one(visit, Standing::Parent, false, Stage::InForce);
    let nameless = MayAct { name: String::new(), link: "FTH".into(), ..mother.clone() };
    let parents = [mother, nameless];
    let none =
        Shown { of: None, spaces: &[], held: &[], may_act: Some(&[]), may_offer: true, families: &FAMILIES };
    let acting = Visit { on_behalf_of: Some(PersonId(43)), ..visit.clone() };
    let child = Shown { of: Some("Léa MARTIN"), spaces: &spaces, may_act: Some(&parents), ..none };
    let helped = Shown { of: Some("Luc ROY"), spaces: &spaces, may_act: None, may_offer: false, ..none };
    vec![
        ("none", page(visit, &none)),
        ("family", page(visit, &Shown { spaces: &spaces, held: &accepted, may_act: Some(&may_act), ..none })),
        ("asked", page(visit, &Shown { held: &offered, ..none })),
        ("minor", page(visit, &Shown { may_act: Some(&parents), may_offer: false, ..none })),
        ("acting", page(&acting, &child)),
        ("delegate", page(&acting, &helped)),
        ("over", over_page(visit)),
    ]
}

/// The citizen's pages; `visit` is hers.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
    let mut wrong =
        Filled::empty(words).with("scope", "documents").with("family", "42").with("relation", "12");
    for field in ["name", "born", "matricule", "link", "scope", "months", "code"] {
        wrong.wrong(field, words.t("refusal-invalid"));
    }
    let filled = Filled::empty(words).with("months", "12").with("relation", "12");
    let mut all = pages(visit);
    all.extend([
        ("offer", offering::page(&filled, &FAMILIES)),
        ("offer-wrong", offering::page(&wrong, &FAMILIES)),
        ("code", offering::code_page(visit, "Nadia", "ABCD-EFGH-IJKL-MNOP")),
        ("renew", offering::renew_page(&filled, "Nadia")),
        ("renew-wrong", offering::renew_page(&wrong, "Nadia")),
        ("revoke", ending::page(visit, Ending::Theirs, "Nadia", &[("relation", "12")])),
        ("stop", ending::page(visit, Ending::Hers, "Odette ROY", &[("person", "42"), ("relation", "12")])),
        ("invitation", invitation_form(&Filled::empty(words))),
        ("invitation-wrong", invitation_form(&wrong)),
    ]);
    all
}

/// The operator's pages; `visit` is hers.
#[must_use]
pub fn of_the_team(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
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
