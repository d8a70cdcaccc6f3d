//! What a professional sees of it: where she is going, what she approves, that she has left.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Instant, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use oauth::Denial;
use store::Tx;
use ui::Words;
use ui::dates;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};

use super::approvals::{self, Open, Waiting};
use super::entering::Asking;
use super::{APPROVALS, SIGN_IN};

/// Where a POST goes on to a service: fields `client_id`, `request_uri`, `answer` (`enter`, or anything else).
pub const ENTER: &str = "/oauth/enter";
/// Where a POST ends the session of Carnet and goes to sign in again: fields `client_id`, `request_uri`.
pub const AGAIN: &str = "/oauth/again";
/// Where a POST signs out: fields `client_id`, `back`.
pub const LEAVE: &str = "/oauth/logout/confirm";
/// Where a POST approves or refuses: fields `id`, `answer` (`approve`, or anything else).
pub const ANSWER: &str = "/pro/approvals/answer";
/// Where a POST ends a sign-on: field `sid`.
pub const END: &str = "/pro/approvals/end";

/// A request that cannot be answered, and nobody may be told but her.
#[must_use]
pub fn wrong(visit: &Visit, denial: &Denial) -> Page {
    let words = Words::to(visit);
    let code = denial.error.word();
    let body = html! {
        (parts::header_with(&words.t("openid-wrong-title"), &words.t("openid-wrong-lead"), html! {}))
        (parts::paper(html! {
            p { (words.t("openid-wrong-what-now")) }
            p { (words.t("openid-wrong-developer")) " " code lang="en" { (code) ": " (denial.error_description) } }
        }))
    };
    Page::new(Nav::of(Some(visit)), words.t("openid-wrong-title"), body).status(400)
}

/// Where she is going, the first time.
#[must_use]
pub fn enter(visit: &Visit, asking: &Asking) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let named =
        [("service", asking.service.as_str().into()), ("organization", asking.organization.as_str().into())];
    let host = oauth::service::origin(&asking.redirect_uri).unwrap_or_default();
    let body = html! {
        (parts::header_with(
            &words.with("openid-enter-title", &named), &words.with("openid-enter-lead", &named), html! {}
        ))
        (parts::paper(form::post(ENTER, &filled, html! {
            p { (words.t("openid-enter-learns")) }
            ul.ds-list {
                li { (words.t("openid-enter-name")) }
                li { (words.t("openid-enter-activities")) }
            }
            p { (words.t("openid-enter-not")) }
            p { (words.t("openid-enter-address")) " " strong { (host) } }
            (asked(asking))
            (form::actions(html! {
                button.ds-button type="submit" name="answer" value="enter" { (words.t("openid-enter-button")) }
                (form::secondary(&words.t("openid-enter-refuse"), "answer", "refuse"))
            }))
        })))
    };
    Page::new(Nav::of(Some(visit)), words.with("openid-enter-title", &named), body)
}

fn asked(asking: &Asking) -> Markup {
    html! {
        (form::hidden("client_id", &asking.client_id))
        (form::hidden("request_uri", &asking.request_uri))
    }
}

/// On to the service; the door adds the header that makes the browser go there by itself.
#[must_use]
pub fn onward(visit: &Visit, service: &str, to: &str) -> Page {
    let words = Words::to(visit);
    let named = [("service", service.into())];
    let link = form::button_link(&words.with("openid-onward-link", &named), to, None);
    let body = html! {
        (parts::header_with(&words.t("openid-onward-title"), &words.with("openid-onward-lead", &named), link))
    };
    Page::new(Nav::of(Some(visit)), words.t("openid-onward-title"), body)
}

/// The service asks that she signs in again.
#[must_use]
pub fn again(visit: &Visit, asking: &Asking) -> Page {
    let words = Words::to(visit);
    let named = [("service", asking.service.as_str().into())];
    let body = html! {
        (parts::header_with(&words.t("openid-again-title"), &words.with("openid-again-lead", &named), html! {}))
        (parts::paper(form::post(AGAIN, &Filled::empty(words), html! {
            p { (words.t("openid-again-why")) }
            (asked(asking))
            (form::submit(&words.t("openid-again-button")))
        })))
    };
    Page::new(Nav::of(Some(visit)), words.t("openid-again-title"), body)
}

/// She is asked before she signs out.
#[must_use]
pub fn leave(visit: &Visit, service: Option<&str>, client_id: Option<&str>, back: Option<&str>) -> Page {
    let words = Words::to(visit);
    let lead = match service {
        Some(service) => words.with("openid-leave-lead", &[("service", service.into())]),
        None => words.t("openid-leave-lead-nobody"),
    };
    let body = html! {
        (parts::header_with(&words.t("openid-leave-title"), &lead, html! {}))
        (parts::paper(form::post(LEAVE, &Filled::empty(words), html! {
            p { (words.t("openid-leave-what")) }
            (form::hidden("client_id", client_id.unwrap_or_default()))
            (form::hidden("back", back.unwrap_or_default()))
            (form::actions(html! {
                (form::submit(&words.t("openid-leave-button")))
                (form::button_link(&words.t("openid-leave-stay"), "/pro", None))
            }))
        })))
    };
    Page::new(Nav::of(Some(visit)), words.t("openid-leave-title"), body)
}

/// She has signed out.
#[must_use]
pub fn left(visit: &Visit) -> Page {
    let words = Words::to(visit);
    let again = form::button_link(&words.t("openid-left-again"), SIGN_IN, None);
    let body = html! {
        (parts::header_with(&words.t("openid-left-title"), &words.t("openid-left-lead"), again))
    };
    Page::new(Nav::nobody(), words.t("openid-left-title"), body)
}

fn herself(visit: &Visit) -> Answer<Rpps> {
    match &visit.actor {
        Actor::Professional(of) => Ok(of.rpps.clone()),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as a professional.")),
    }
}

/// What services sent to her telephone, and where she is signed in. `after`: `approved`, `refused`, `late`, `ended`.
///
/// # Errors
/// `SignIn` for anybody but a professional.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, after: &str) -> Answer<Page> {
    let rpps = herself(visit)?;
    let waiting = approvals::waiting(tx, &rpps, visit.now)?;
    let open = approvals::open(tx, &rpps, visit.now)?;
    Ok(page(visit, &waiting, &open, after))
}

fn page(visit: &Visit, waiting: &[Waiting], open: &[Open], after: &str) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(&words.t("openid-approvals-title"), &words.t("openid-approvals-lead"), html! {}))
        @if waiting.is_empty() {
            (parts::empty(&words.t("openid-approvals-none"), &words.t("openid-approvals-none-text"),
                form::button_link(&words.t("openid-approvals-look"), APPROVALS, None)))
        }
        @for (n, one) in waiting.iter().enumerate() {
            (request(words, visit, one, (waiting.len() > 1).then_some(n + 1)))
        }
        (parts::section("open", &words.t("openid-open-title"), signed_in(words, visit, open)))
    };
    let page = Page::new(Nav::professional(APPROVALS), words.t("openid-approvals-title"), body);
    match after {
        "approved" => page.flash(Tone::Success, words.t("openid-flash-approved")),
        "refused" => page.flash(Tone::Info, words.t("openid-flash-refused")),
        "late" => page.flash(Tone::Warning, words.t("openid-flash-late")),
        "ended" => page.flash(Tone::Success, words.t("openid-flash-ended")),
        _ => page,
    }
}

/// `number` tells several requests of one service apart, for those who hear them.
fn request(words: &'static Words, visit: &Visit, of: &Waiting, number: Option<usize>) -> Markup {
    let when = dates::moment_near(words, of.asked_at, visit.now);
    let named = [("service", of.service.as_str().into()), ("when", when.into())];
    let inside = form::post(
        ANSWER,
        &Filled::empty(words),
        html! {
            @if let Some(message) = &of.message {
                p { (words.t("openid-approvals-compare")) }
                p { strong.code { (message) } }
            } @else {
                p { (words.t("openid-approvals-no-message")) }
            }
            p { (words.t("openid-approvals-only-if")) }
            (form::hidden("id", &of.id))
            (form::actions(html! {
                button.ds-button type="submit" name="answer" value="approve" { (words.t("openid-approvals-yes")) }
                (form::secondary(&words.t("openid-approvals-no"), "answer", "refuse"))
            }))
        },
    );
    let id = format!("request-{}", &of.id[..8.min(of.id.len())]);
    let title = words.with("openid-approvals-asks", &named);
    match number {
        Some(number) => parts::section(&id, &format!("{number}. {title}"), inside),
        None => parts::section(&id, &title, inside),
    }
}

fn signed_in(words: &'static Words, visit: &Visit, open: &[Open]) -> Markup {
    if open.is_empty() {
        return html! { p { (words.t("openid-open-none")) } };
    }
    let line = |at: Instant| dates::moment_near(words, at, visit.now);
    let cards: Vec<Card<'_>> = open
        .iter()
        .map(|one| {
            let name = one.services.join(", ");
            let times = [("since", line(one.signed_in).into()), ("until", line(one.ends_at).into())];
            let button = form::button_post(
                &words.t("openid-open-end"),
                &words.with("openid-open-end-about", &[("service", name.as_str().into())]),
                END,
                &[("sid", one.sid.as_str())],
            );
            Card::plain(name).line(words.with("openid-open-times", &times)).actions(button)
        })
        .collect();
    parts::cards(&cards)
}

/// Every page of this room in every state, with its name.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let asking = Asking {
        service: "Dossier de soins".to_owned(),
        organization: "Clinique des Tilleuls".to_owned(),
        client_id: "dossier".to_owned(),
        request_uri: "urn:ietf:params:oauth:request_uri:sample".to_owned(),
        redirect_uri: "https://dossier.example/retour".to_owned(),
    };
    let waiting = |id: &str, message: Option<&str>| Waiting {
        id: id.to_owned(),
        service: "Logiciel de cabinet".to_owned(),
        message: message.map(str::to_owned),
        asked_at: visit.now.plus(-20 * Instant::SECOND),
    };
    let open = Open {
        sid: "sample".to_owned(),
        services: vec!["Dossier de soins".to_owned(), "Logiciel de cabinet".to_owned()],
        signed_in: visit.now.plus(-3600 * Instant::SECOND),
        ends_at: visit.now.plus(3 * 3600 * Instant::SECOND),
    };
    let both = [waiting("00112233aa", Some("42 17")), waiting("44556677bb", None)];
    let denial = Denial::request("redirect_uri is not one of those registered for this client");
    vec![
        ("wrong", wrong(visit, &denial)),
        ("enter", enter(visit, &asking)),
        ("again", again(visit, &asking)),
        ("onward", onward(visit, "Dossier de soins", "https://dossier.example/retour?code=sample")),
        (
            "leave",
            leave(visit, Some("Dossier de soins"), Some("dossier"), Some("https://dossier.example/fin")),
        ),
        ("leave-nobody", leave(visit, None, None, None)),
        ("left", left(visit)),
        ("approvals-none", page(visit, &[], &[], "")),
        ("approvals", page(visit, &both, std::slice::from_ref(&open), "")),
        ("approvals-approved", page(visit, &[], &[open], "approved")),
        ("approvals-refused", page(visit, &[], &[], "refused")),
        ("approvals-late", page(visit, &[], &[], "late")),
        ("approvals-ended", page(visit, &[], &[], "ended")),
    ]
}
