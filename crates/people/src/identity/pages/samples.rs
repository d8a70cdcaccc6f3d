//! The pages of those who work here in all their states, for the test that renders every page.

use kernel::rpps::Rpps;
use kernel::{Refusal, RefusalKind, Visit};
use ui::Words;
use ui::form::Filled;
use ui::menu::Nav;
use ui::page::Page;

use super::confirm::{Has, Why};
use super::work::{self, Word};
use super::{activation_codes, activation_passkey, codes_page, confirm, recovery_form};
use crate::directory::{Mode, Situation, Structure};
use crate::identity::vouching::WAIT;
use crate::identity::{Draft, Side};

fn situations() -> Vec<Situation> {
    let Some(rpps) = Rpps::parse("10001045367") else { return Vec::new() };
    let place = |id: &str, name: &str, street: &str, mode| Situation {
        rpps: rpps.clone(),
        id: id.to_owned(),
        profession: "10".to_owned(),
        category: "C".to_owned(),
        know_how: "S".to_owned(),
        specialty: Some("SM04".to_owned()),
        mode,
        sector: Some("SA01".to_owned()),
        section: None,
        role: None,
        structure: Structure {
            id: id.to_owned(),
            name: name.to_owned(),
            street: street.to_owned(),
            postal_code: "31000".to_owned(),
            town: "TOULOUSE".to_owned(),
            ..Structure::default()
        },
    };
    vec![
        place("a", "Centre hospitalier des Trois-Rivières", "12 rue du Port", Mode::Employed),
        place("b", "Cabinet du docteur Moreau", "", Mode::SelfEmployed),
        place("c", "Dispensaire <Saint-Roch>", "3 place du Marché", Mode::Volunteer),
        place("d", "", "", Mode::Unknown),
    ]
}

/// Name, whether she is signed in, page.
#[must_use]
pub fn work(nobody: &Visit, professional: &Visit, word: Word) -> Vec<(&'static str, bool, Page)> {
    let words = Words::to(nobody);
    let failed = Refusal::new(RefusalKind::Forbidden, "sign-in-failed", "What was given opens nothing.");
    let empty = || Filled::empty(words);
    let wrong = || Filled::sent(words, [("who".to_owned(), "12".to_owned())]).refused(&failed);
    let mut missing = empty().with("next", "/pro");
    missing.wrong("situation", words.t("directory-missing-situation").into_owned());
    let chosen = empty().with("situation", "b");
    let mut late = Filled::sent(words, [("who".to_owned(), "10001045367".to_owned())]);
    late.wrong("code", words.t("identity-missing-code").into_owned());
    let draft = Draft {
        path: "/operator/opposition".to_owned(),
        fields: vec![("reason".to_owned(), "Appel \"du\" <soir>".to_owned())],
        space: None,
    };
    let choice = |nav, filled: &Filled| work::situations_page(professional, nav, &situations(), filled, word);
    vec![
        ("work-sign-in", false, work::sign_in(nobody, "/pro/account")),
        ("work-activation", false, work::activation_form(&empty())),
        ("work-activation-wrong", false, work::activation_form(&wrong())),
        ("work-activation-missing", false, work::activation_form(&late)),
        ("work-recovery", false, recovery_form(Side::Work, &empty())),
        ("work-recovery-wrong", false, recovery_form(Side::Work, &wrong())),
        ("work-activation-passkey", true, activation_passkey(professional)),
        ("work-activation-codes", true, activation_codes(professional)),
        ("work-codes", true, codes_page(professional, &["ABCD-EFGH-IJKL-MNOP".to_owned()])),
        ("work-situations-first", true, choice(Nav::nobody(), &empty())),
        ("work-situations-missing", true, choice(Nav::nobody(), &missing)),
        ("work-situations", true, choice(Nav::of(Some(professional)), &chosen)),
        ("confirm", true, confirm::page(professional, Has::Passkey, Why::Grave, "/pro/account")),
        (
            "confirm-many",
            true,
            confirm::page(professional, Has::Passkey, Why::ManySpaces, "/pro/patients/7?found=abc"),
        ),
        (
            "confirm-stopped",
            true,
            confirm::page(professional, Has::Passkey, Why::Stopped, "/pro/patients/7?found=abc"),
        ),
        ("confirm-no-passkey", true, confirm::page(professional, Has::Nothing, Why::Grave, "")),
        (
            "confirm-young",
            true,
            confirm::page(professional, Has::Young(professional.now.plus(WAIT)), Why::Grave, "/pro/account"),
        ),
        ("confirm-resume", true, confirm::resume_page(professional, Some(&draft))),
        ("confirm-resume-lost", true, confirm::resume_page(professional, None)),
    ]
}
