//! What people meet who make a mistake, press a button twice, go back, or change the language in the middle: they are told
//! what to mend, and nothing is lost that is shown only once.

use kernel::rpps::Rpps;
use people::identity::session::Persona;
use synthetic::{country, professionals};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, persona, register};

const UNUSABLE: &str = "Ce qui a été envoyé";

fn citizen(world: &World) -> Browser {
    let her = enrol(world, &[country::sample_patient()])[0];
    persona(world, &Persona::Citizen(her))
}

fn doctor(world: &World) -> Browser {
    let doctor = professionals::doctor(1, 0);
    register(world, &[&doctor]);
    persona(world, &Persona::Professional(Rpps::parse(&doctor.rpps).unwrap()))
}

fn errors(page: &Seen) -> usize {
    page.has_status(422);
    page.does_not_say(UNUSABLE);
    let summary = page.text.split_once("data-error-summary").unwrap().1.split_once("</ul>").unwrap().0;
    summary.matches("<li").count()
}

#[test]
fn what_answers_a_form_offers_no_language_that_would_lose_it() {
    on_both(|world| {
        let hers = citizen(world);
        let form = hers.get("/sharing/code");
        form.says("/language?to=en");
        let code = hers.post(&form, "/sharing/code", &[("minutes", "60"), ("uses", "1")]);
        code.says("Votre code");
        code.does_not_say("/language?");
        code.says("data-answers-form");
        let effect = hers.post(&form, "/sharing/effect", &[("do", "mode"), ("mode", "nobody")]);
        effect.has_status(200);
        effect.does_not_say("/language?");
        // Coming back to such an address leads to its page.
        for (asked, page) in [("/sharing/effect", "/sharing"), ("/account/codes", "/account")] {
            let shown = hers.get(asked);
            shown.has_status(303);
            assert_eq!(shown.location.as_deref(), Some(page), "{asked}");
        }
    });
}

#[test]
fn every_mistake_of_a_form_is_told_at_once_and_says_what_to_mend() {
    on_both(|world| {
        let hers = citizen(world);
        let page = hers.get("/sharing/hidden");
        let ask = |fields: &[(&str, &str)]| {
            let mut all = vec![("do", "episode")];
            all.extend_from_slice(fields);
            hers.post(&page, "/sharing/effect", &all)
        };
        let nothing = ask(&[]);
        assert_eq!(errors(&nothing), 3);
        for said in ["Donnez un nom à cette période", "Indiquez le premier jour", "Indiquez le dernier jour"]
        {
            nothing.says(said);
        }
        let from = [("name", "Chute"), ("from-day", "31"), ("from-month", "2"), ("from-year", "2026")];
        let last = [("last-day", "1"), ("last-year", "2026")];
        let wrong = ask(&[from.as_slice(), last.as_slice()].concat());
        assert_eq!(errors(&wrong), 2);
        wrong.says("Cette date n’existe pas");
        wrong.says("Indiquez le mois");
        let from = [("name", "Chute"), ("from-day", "3"), ("from-month", "2"), ("from-year", "2026")];
        let last = [("last-day", "1"), ("last-month", "2"), ("last-year", "2026")];
        let order = ask(&[from.as_slice(), last.as_slice()].concat());
        assert_eq!(errors(&order), 1);
        order.says("Le dernier jour vient avant le premier");

        let sender = hers.post(&page, "/sharing/effect", &[("do", "sender"), ("motive", "non")]);
        assert_eq!(errors(&sender), 2);
        sender.says("Choisissez qui ne doit plus rien vous envoyer");
        sender.says("Dites pourquoi en quelques mots");
    });
}

#[test]
fn a_search_and_a_code_say_what_is_missing_in_the_form_that_was_sent() {
    on_both(|world| {
        let his = doctor(world);
        let page = his.get("/pro");
        let empty = his.post(&page, "/pro", &[("by", "ins"), ("ins", "")]);
        assert_eq!(errors(&empty), 1);
        empty.says("Tapez le numéro INS");
        assert_eq!(errors(&his.post(&page, "/pro", &[("birth_name", "")])), 4);
        let wrong = his.post(&page, "/pro", &[("by", "ins"), ("ins", "279035121518900")]);
        assert_eq!(errors(&wrong), 1);
        wrong.says("les 2 chiffres de la clé");
        let page = his.get("/pro/code");
        for _ in 0..20 {
            // Nothing was tried, so nothing is slowed down.
            let empty = his.post(&page, "/pro/code", &[("code", " ")]);
            assert_eq!(errors(&empty), 1);
            empty.says("Tapez le code que la personne vous a montré");
        }
    });
}

#[test]
fn a_form_of_somebody_who_has_signed_out_elsewhere_says_so() {
    on_both(|world| {
        let hers = citizen(world);
        let form = hers.get("/sharing/code");
        hers.post(&form, "/sign-out", &[]).has_status(303);
        let told = hers.post(&form, "/sharing/code", &[("minutes", "60"), ("uses", "1")]);
        told.has_status(403);
        told.says("Vous n’êtes plus connecté");
        told.does_not_say("trop longtemps");
    });
}
