//! What she sees of it: the ways in, and why a way did not lead in.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/sign-in/with/{provider}?next=` | [`super::begin`], then off to the provider |
//! | GET `/sign-in/back/{provider}` | [`super::arrive`]; [`unknown`], [`several`], [`changed`], [`not_listed`], [`shut`], [`closed`], [`trouble`] |
//! | POST `/sign-in/decide` | [`super::decide`] |
//! | GET `/sign-in/leave` | [`super::leave`], then off to the provider |
//! | GET `/account/ways`, `/pro/account/ways` | [`mine::show`] |
//! | GET `/signed-out` | [`signed_out`], for whoever came in through a provider |

pub mod mine;
pub mod telephone;

use std::sync::Arc;

use kernel::{Refusal, Visit};
use maud::{Markup, html};
use oauth::relying::OurProof;
use ui::Words;
use ui::address;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::{DECIDE, Kind, LEAVE, Provider, Tls, Trouble, WITH};
use crate::identity::pages::{ACTIVATION, work};

/// Where others sign in who come the way of this provider.
fn sign_in_page(is_work: bool) -> &'static str {
    if is_work { work::SIGN_IN } else { ui::menu::SIGN_IN }
}

/// The providers of one side, for its sign-in page; nothing where none is configured. `next` is where she goes then, a
/// path of this site.
#[must_use]
pub fn ways(visit: &Visit, providers: &[Provider], is_work: bool, next: &str) -> Markup {
    let words = Words::to(visit);
    let here: Vec<&Provider> = providers.iter().filter(|one| one.kind.is_work() == is_work).collect();
    if here.is_empty() {
        return html! {};
    }
    let (title, text) = if is_work {
        (words.t("outside-ways-work-title"), words.t("outside-ways-work-text"))
    } else {
        (words.t("outside-ways-title"), words.t("outside-ways-text"))
    };
    parts::section(
        "outside",
        &title,
        html! {
            p { (text) }
            (form::actions(html! {
                @for one in &here {
                    (form::button_link(
                        &words.with("outside-way", &[("provider", one.label.as_str().into())]),
                        &with(one, next), None,
                    ))
                    @if one.telephone {
                        (form::button_link(
                            &words.with("outside-way-telephone", &[("provider", one.label.as_str().into())]),
                            &telephone::address(one, next), None,
                        ))
                    }
                }
            }))
        },
    )
}

/// Where a sign-in at this provider begins.
fn with(provider: &Provider, next: &str) -> String {
    address::with_query(&format!("{WITH}{}", provider.name), &[("next", next)])
}

/// Her provider proved her, and nothing here is hers to open; the same page for every reason.
#[must_use]
pub fn unknown(visit: &Visit, provider: &str) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.into())];
    let body = html! {
        (parts::header_with(
            &words.t("outside-unknown-title"), &words.with("outside-unknown-lead", &named), html! {}))
        p { (words.with("outside-unknown-why", &named)) }
        (parts::section("what", &words.t("outside-unknown-what"), html! {
            ul.ds-list {
                li {
                    (words.t("outside-unknown-letter")) " "
                    a.ds-link href=(ACTIVATION) { (words.t("outside-unknown-letter-link")) }
                }
                li {
                    (words.t("outside-unknown-civil")) " "
                    a.ds-link href=(ui::menu::SIGN_IN) { (words.t("outside-unknown-civil-link")) }
                }
                li { (words.t("outside-unknown-call")) }
            }
        }))
    };
    Page::new(Nav::nobody(), words.t("outside-unknown-title"), body).status(403)
}

/// Several persons have these traits: which one is she.
#[must_use]
pub fn several(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("outside-several-title"), &words.t("outside-several-lead"), html! {}))
        (parts::paper(form::post(DECIDE, filled, html! {
            (form::text("matricule", words.t("outside-several-matricule"))
                .hint(words.t("outside-several-matricule-hint")).width(22).max(30).show(filled))
            (form::submit(&words.t("outside-several-button")))
        })))
        (parts::details(&words.t("outside-several-no-card"), html! {
            p { (words.t("outside-several-no-card-text")) }
        }))
    };
    Page::new(Nav::nobody(), words.t("outside-several-title"), body).refilled(filled)
}

/// The same, with what was wrong about the number, or that it is missing.
#[must_use]
pub fn several_again(mut filled: Filled, refusal: Option<&Refusal>) -> Page {
    let Some(refusal) = refusal else {
        let message = filled.words().t("outside-several-missing").into_owned();
        filled.wrong("matricule", message);
        return several(&filled).status(422);
    };
    let status = if refusal.code() == "slow-down" { ui::refusal::status(refusal) } else { 422 };
    several(&filled.refused(refusal)).status(status)
}

/// Her provider says something else about her than before.
#[must_use]
pub fn changed(visit: &Visit, provider: &Provider) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.label.as_str().into())];
    let otherwise =
        form::button_link(&words.t("outside-changed-back"), sign_in_page(provider.kind.is_work()), None);
    let body = html! {
        (parts::header_with(
            &words.t("outside-changed-title"), &words.with("outside-changed-lead", &named), otherwise))
        p { (words.t("outside-changed-why")) }
        p { (words.t("outside-changed-what")) }
    };
    Page::new(Nav::nobody(), words.t("outside-changed-title"), body).status(403)
}

/// The directory does not know this professional, or no activity of hers.
#[must_use]
pub fn not_listed(visit: &Visit, provider: &str) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.into())];
    let body = html! {
        (parts::header_with(
            &words.t("outside-not-listed-title"), &words.with("outside-not-listed-lead", &named), html! {}))
        p { (words.t("outside-not-listed-why")) }
        p { (words.t("outside-not-listed-what")) }
        p { a.ds-link href=(work::SIGN_IN) { (words.t("outside-otherwise")) } }
    };
    Page::new(Nav::nobody(), words.t("outside-not-listed-title"), body).status(403)
}

/// She closed this way in herself.
#[must_use]
pub fn shut(visit: &Visit, provider: &Provider) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.label.as_str().into())];
    let otherwise =
        form::button_link(&words.t("outside-changed-back"), sign_in_page(provider.kind.is_work()), None);
    let body = html! {
        (parts::header_with(
            &words.with("outside-shut-title", &named), &words.with("outside-shut-lead", &named), otherwise))
        p { (words.t("outside-shut-what")) }
    };
    Page::new(Nav::nobody(), words.with("outside-shut-title", &named), body).status(403)
}

/// Her account does not open.
#[must_use]
pub fn closed(visit: &Visit, refusal: &Refusal) -> Page {
    let words = Words::to(visit);
    let said: Vec<_> = refusal.issues.iter().map(|issue| ui::refusal::sentence(words, issue)).collect();
    let body = html! {
        (parts::header(&words.t("outside-closed-title")))
        (parts::alert(Tone::Warning, &words.t("outside-closed-title"), html! { p { (said.join(" ")) } }))
        p { a.ds-link href=(work::SIGN_IN) { (words.t("outside-otherwise")) } }
    };
    Page::new(Nav::nobody(), words.t("outside-closed-title"), body).status(403)
}

/// A sign-in came to nothing. `next` is where she wanted to go, when that is still known.
#[must_use]
pub fn trouble(visit: &Visit, provider: &Provider, trouble: Trouble, next: Option<&str>) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.label.as_str().into())];
    let key = |part: &str| format!("outside-trouble-{}-{part}", trouble.word());
    let title = words.with(&key("title"), &named);
    let again =
        form::button_link(&words.with("outside-again", &named), &with(provider, next.unwrap_or("/")), None);
    let body = html! {
        (parts::header_with(&title, &words.with(&key("lead"), &named), again))
        p {
            a.ds-link href=(sign_in_page(provider.kind.is_work())) { (words.t("outside-otherwise")) }
        }
    };
    let status = match trouble {
        Trouble::Declined | Trouble::Late | Trouble::Broken => 400,
        Trouble::Weak => 403,
        Trouble::Silent => 503,
    };
    Page::new(Nav::nobody(), title, body).status(status)
}

/// After signing out, for whoever came in through a provider: it may still know her on this device.
#[must_use]
pub fn signed_out(visit: &Visit, provider: &Provider) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.label.as_str().into())];
    let there = form::button_link(&words.with("outside-signed-out-there", &named), LEAVE, None);
    let body = html! {
        (parts::header_with(
            &words.t("outside-signed-out-title"), &words.with("outside-signed-out-lead", &named), there))
        p { (words.t("outside-signed-out-shared")) }
        p {
            a.ds-link href=(sign_in_page(provider.kind.is_work())) { (words.t("identity-signed-out-again")) }
        }
    };
    Page::new(Nav::nobody(), words.t("outside-signed-out-title"), body)
}

/// One provider of each kind, as an operator configures them.
fn sample_providers() -> Vec<Provider> {
    let of = |kind: Kind| Provider {
        name: kind.word().to_owned(),
        kind,
        label: kind.label().to_owned(),
        issuer: String::new(),
        discovery: String::new(),
        client_id: String::new(),
        scopes: String::new(),
        acr: String::new(),
        proof: Arc::new(OurProof::Secret(String::new())),
        opening: None,
        published: Vec::new(),
        tls: Tls::default(),
        telephone: kind.is_work(),
    };
    Kind::ALL.map(of).into()
}

/// Every page in every state, for the test that renders them.
#[must_use]
pub fn samples(nobody: &Visit) -> Vec<(String, Page)> {
    let (words, providers) = (Words::to(nobody), sample_providers());
    let filled = || Filled::sent(words, [("matricule".to_owned(), "279035121518988".to_owned())]);
    let wrong = Refusal::forbidden("sign-in-failed", "What was given opens nothing.");
    let slow = Refusal::new(kernel::RefusalKind::SlowDown { retry_after: 30 }, "slow-down", "Wait.");
    let suspended = Refusal::forbidden("account-suspended", "This account is suspended.");
    let mut all = vec![
        ("several".to_owned(), several(&Filled::empty(words))),
        ("several-missing".to_owned(), several_again(Filled::empty(words), None)),
        ("several-wrong".to_owned(), several_again(filled(), Some(&wrong))),
        ("several-slow".to_owned(), several_again(filled(), Some(&slow))),
        ("closed".to_owned(), closed(nobody, &suspended)),
    ];
    for one in &providers {
        let name = &one.name;
        let is_work = one.kind.is_work();
        let ways = ways(nobody, &providers, is_work, "/documents?of=2026&sort=<new>");
        let page = Page::new(Nav::nobody(), one.label.clone(), html! { (parts::header(&one.label)) (ways) });
        all.push((format!("{name}-ways"), page));
        all.push((format!("{name}-unknown"), unknown(nobody, &one.label)));
        all.push((format!("{name}-changed"), changed(nobody, one)));
        all.push((format!("{name}-not-listed"), not_listed(nobody, &one.label)));
        all.push((format!("{name}-shut"), shut(nobody, one)));
        all.push((format!("{name}-signed-out"), signed_out(nobody, one)));
        if one.telephone {
            all.extend(telephone::samples(nobody, one));
        }
        for what in Trouble::ALL {
            all.push((format!("{name}-trouble-{}", what.word()), trouble(nobody, one, what, None)));
        }
    }
    all
}
