//! Every page of signing in, opposition and the operator has all its sentences in both languages.

use kernel::{Actor, Instant, Language, Purpose, Visit};
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use super::*;
use crate::enrolment::pages as enrolment;
use crate::identity::Draft;

fn visit(language: Language, actor: Actor) -> Visit {
    let now = Instant(1_795_000_000 * Instant::SECOND);
    Visit { actor, on_behalf_of: None, purpose: Purpose::Own, now, language, request_id: 1 }
}

fn whole(page: &Page) {
    assert!(!page.title.contains('⟦'), "{}", page.title);
    let html = &page.body.0;
    let missing = html.find('⟦').map(|at| html[at..].chars().take(60).collect::<String>());
    assert_eq!(missing, None, "{}", page.title);
    assert_eq!(html.matches("<h1").count(), 1, "{}", page.title);
}

#[test]
fn no_sentence_is_missing() {
    for language in Language::ALL {
        let words = Words::of(language);
        let nobody = visit(language, Actor::Nobody);
        let team = visit(language, Actor::Operator { name: "support".into() });
        let mut filled = Filled::empty(words);
        let fields = vec![("reason".into(), "a\"b".into())];
        let draft = Draft { path: "/operator/opposition".into(), fields, space: None };
        let elsewhere = Draft { space: Some(kernel::PersonId(9)), ..draft.clone() };
        for page in [
            sign_in(&nobody),
            signed_out(&nobody),
            recovery_form(Side::Space, &filled),
            activation_form(&filled),
            activation_passkey(&nobody),
            activation_codes(&nobody),
            activation_passkey(&team),
            activation_codes(&team),
            codes_page(&nobody, &["ABCD-EFGH-IJKL-MNOP".to_owned()]),
            codes_page(&team, &["ABCD-EFGH-IJKL-MNOP".to_owned()]),
            work::sign_in(&nobody, "/oauth/authorize?x=1"),
            work::activation_form(&filled),
            recovery_form(Side::Work, &filled),
            confirm::page(&team, confirm::Has::Passkey, confirm::Why::Grave, "/operator"),
            confirm::page(&team, confirm::Has::Nothing, confirm::Why::Grave, ""),
            confirm::resume_page(&team, None),
            confirm::resume_page(&team, Some(&draft)),
            confirm::resume_page(&team, Some(&elsewhere)),
            enrolment::opposition_form(&filled),
            enrolment::operator::opposition_form(&team, &filled).unwrap(),
        ] {
            whole(&page);
        }
        for field in ["matricule", "birth_name", "code"] {
            needed(&mut filled, field);
        }
        read_date(&mut filled, "birth_date", "identity-missing-birth-date");
        let page = activation_form(&filled);
        whole(&page);
        assert_eq!((page.status, page.has_errors), (422, true));
        assert!(enrolment::operator::opposition_form(&nobody, &filled).is_err());
    }
}

#[test]
fn every_refusal_of_these_rooms_has_its_sentence() {
    let codes = [
        "sign-in-failed",
        "slow-down",
        "activation-over",
        "passkey-refused",
        "passkeys-full",
        "passkey-name",
        "last-passkey",
        "opposition-failed",
        "opposition-too-late",
        "space-not-open",
        "space-not-closed",
        "reason-missing",
        "person-unknown",
        "account-suspended",
        "no-situation",
        "passkey-of-space",
        "passkey-of-work",
        "professional-unknown",
        "operator-name",
        "situation-unknown",
        "situation-needed",
        "proof-needed",
        "passkey-young",
    ];
    for language in Language::ALL {
        for event in crate::identity::account::Event::ALL {
            let key = format!("identity-act-{}", event.word());
            assert!(Words::of(language).known(&key).is_some(), "{key}");
        }
        for code in codes {
            assert!(Words::of(language).known(&format!("refusal-{code}")).is_some(), "{code}");
        }
    }
}

#[test]
fn pages_with_what_somebody_has_are_whole() {
    use crate::identity::{Limits, Persona, session};
    store::testing::both(|store| {
        let outcome = store
            .write(|tx| {
                let now = Instant(1_795_000_000 * Instant::SECOND);
                let insured = crate::identity::tests::insured();
                let id = kernel::PersonId(1);
                crate::enrolment::add_for_tests(tx, id, &insured, now)?;
                crate::enrolment::waves::open_now(tx, &crate::enrolment::waves::system("test", now, 1), id)?;
                let chance = Chance::seeded(1);
                let demo = session::Demo::nothing_here_is_real();
                let knock = crate::identity::tests::knock();
                let terms = (Limits::default(), &chance);
                let nobody = visit(Language::Fr, Actor::Nobody);
                let token = session::demo_session(tx, &demo, &nobody, &Persona::Citizen(id), &knock, terms)?;
                for language in Language::ALL {
                    let herself = visit(language, Actor::Citizen { person: id, name: "H".into() });
                    let filled = Filled::empty(Words::of(language));
                    whole(&account::show(tx, &herself, &token, "recovery", &filled)?);
                    account::codes(tx, &herself, &chance)?;
                    whole(&account::show(tx, &herself, &token, "", &filled)?);
                    whole(&enrolment::close_form(tx, &herself)?);
                    let team = visit(language, Actor::Operator { name: "support".into() });
                    whole(&enrolment::operator::figures(tx, &team)?);
                    assert!(enrolment::operator::csv(tx, &team)?.starts_with("wave,department"));
                    assert!(enrolment::operator::csv(tx, &herself).is_err());
                }
                Ok(())
            })
            .wait();
        outcome.unwrap();
    });
}

/// A form goes on only in the space it was filled in; one that does not say which was set aside by an older program.
#[test]
fn a_form_set_aside_is_sent_again_only_where_it_was_filled_in() {
    let child = kernel::PersonId(9);
    let mother = Actor::Citizen { person: kernel::PersonId(7), name: "Jeanne BERNARD".into() };
    let kept = |space: Option<kernel::PersonId>| {
        let draft = Draft { path: "/oauth/connect".into(), fields: vec![], space };
        serde_json::from_str::<Draft>(&serde_json::to_string(&draft).unwrap()).unwrap()
    };
    let older: Draft = serde_json::from_str(r#"{"path": "/oauth/connect", "fields": []}"#).unwrap();
    for (open, draft, sent) in [
        (None, kept(None), true),
        (Some(child), kept(Some(child)), true),
        (None, kept(Some(child)), false),
        (Some(child), kept(None), false),
        (None, older.clone(), false),
        (Some(child), older, false),
    ] {
        let visit = Visit { on_behalf_of: open, ..visit(Language::Fr, mother.clone()) };
        let page = confirm::resume_page(&visit, Some(&draft));
        assert_eq!(page.body.0.contains("action=\"/oauth/connect\""), sent, "{open:?} {draft:?}");
    }
}
