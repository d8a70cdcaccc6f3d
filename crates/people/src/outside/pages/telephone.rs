//! Pages of signing in on one's telephone: her number, and the waiting.

use kernel::{Refusal, Visit};
use maud::html;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts;

use crate::identity::pages::work;
use crate::outside::Provider;
use crate::outside::telephone::{CALL, WAITING};

/// Where she types her number for this provider.
#[must_use]
pub fn address(provider: &Provider, next: &str) -> String {
    ui::address::with_query(&format!("{CALL}{}", provider.name), &[("next", next)])
}

/// Her number, please.
#[must_use]
pub fn ask(provider: &Provider, filled: &Filled) -> Page {
    let words = filled.words();
    let named = [("provider", provider.label.as_str().into())];
    let title = words.with("outside-telephone-title", &named);
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&title, &words.t("outside-telephone-lead"), html! {}))
        (parts::paper(form::post(&format!("{CALL}{}", provider.name), filled, html! {
            (form::hidden("next", filled.value("next")))
            (form::text("rpps", words.t("outside-telephone-number"))
                .hint(words.t("outside-telephone-number-hint")).digits().width(14).max(20).show(filled))
            (form::submit(&words.t("outside-telephone-button")))
        })))
        p { a.ds-link href=(work::SIGN_IN) { (words.t("outside-otherwise")) } }
    };
    Page::new(Nav::nobody(), title, body).refilled(filled)
}

/// The same, with what was wrong.
#[must_use]
pub fn ask_again(provider: &Provider, filled: Filled, refusal: &Refusal) -> Page {
    let status = if refusal.code() == "slow-down" { ui::refusal::status(refusal) } else { 422 };
    ask(provider, &filled.refused(refusal)).status(status)
}

/// Her telephone rings. The door makes the browser look again by itself; the button does the same.
#[must_use]
pub fn waiting(visit: &Visit, provider: &Provider, message: &str) -> Page {
    let words = Words::to(visit);
    let named = [("provider", provider.label.as_str().into())];
    let body = html! {
        (parts::header_with(
            &words.t("outside-waiting-title"), &words.with("outside-waiting-lead", &named), html! {}))
        p { (words.t("outside-waiting-same")) }
        (parts::secret("message", message))
        p { (words.t("outside-waiting-other")) }
        (form::actions(html! {
            (form::button_link(&words.t("outside-waiting-done"), WAITING, None))
        }))
        p { a.ds-link href=(work::SIGN_IN) { (words.t("outside-otherwise")) } }
    };
    Page::new(Nav::nobody(), words.t("outside-waiting-title"), body)
}

/// Both pages in every state.
pub(super) fn samples(nobody: &Visit, provider: &Provider) -> Vec<(String, Page)> {
    let words = Words::of(nobody.language);
    let filled = || Filled::sent(words, [("rpps".to_owned(), "12".to_owned())]);
    let slow = Refusal::new(kernel::RefusalKind::SlowDown { retry_after: 30 }, "slow-down", "Wait.");
    vec![
        ("telephone".to_owned(), ask(provider, &Filled::empty(words))),
        (
            "telephone-wrong".to_owned(),
            ask_again(provider, filled(), &crate::outside::telephone::no_number()),
        ),
        ("telephone-slow".to_owned(), ask_again(provider, filled(), &slow)),
        ("telephone-waiting".to_owned(), waiting(nobody, provider, "4821")),
    ]
}
