//! A refusal as a sentence and as a page.

use std::borrow::Cow;

use kernel::{Issue, Refusal, RefusalKind};
use maud::html;

use crate::form;
use crate::menu::{self, Nav, Side};
use crate::page::Page;
use crate::parts;
use crate::words::Words;

/// What an issue says to a person: the sentence `refusal-<code>`, that of a date which cannot be read
/// ([`crate::form::Filled::date_or`]), or, for codes that only software provokes, a general one.
#[must_use]
pub fn sentence<'w>(words: &'w Words, issue: &Issue) -> Cow<'w, str> {
    known(words, issue.code).unwrap_or_else(|| words.t("refusal-invalid"))
}

/// The sentence of a code that has one of its own.
#[must_use]
pub fn known<'w>(words: &'w Words, code: &str) -> Option<Cow<'w, str>> {
    let of_a_date = || words.known(code).filter(|_| code.starts_with("form-date-"));
    words.known(&format!("refusal-{code}")).or_else(of_a_date)
}

/// The code of a space that is not open to a professional, whether it could ever be, was until now, or does not exist.
pub const NOT_OPEN: &str = "not-open-to-you";

/// Where she has her closed space back.
const REOPEN: &str = "/account/reopen";

/// The HTTP status of a refusal.
#[must_use]
pub fn status(refusal: &Refusal) -> u16 {
    match refusal.kind {
        RefusalKind::Invalid => 422,
        RefusalKind::SignIn => 401,
        RefusalKind::Forbidden => 403,
        RefusalKind::NotFound => 404,
        RefusalKind::NotAllowed => 405,
        RefusalKind::Conflict => 409,
        RefusalKind::Gone => 410,
        RefusalKind::Precondition => 412,
        RefusalKind::TooLarge => 413,
        RefusalKind::MediaType => 415,
        RefusalKind::SlowDown { .. } => 429,
        RefusalKind::Fault if refusal.is_transient() => 503,
        RefusalKind::Fault => 500,
    }
}

/// The page for a refusal that has no form to go back to: what happened, and what to do. `reference` is the
/// request's id, which the operator's log knows, for faults.
#[must_use]
pub fn page(words: &Words, refusal: &Refusal, nav: Nav, reference: &str) -> Page {
    // To a citizen only her own space is said to be closed.
    if refusal.code() == "space-closed" && nav.side == Side::Citizen {
        return own_closed(words, refusal, nav);
    }
    let family = match refusal.kind {
        RefusalKind::SignIn => "sign-in",
        RefusalKind::Forbidden => "forbidden",
        RefusalKind::NotFound | RefusalKind::NotAllowed => "not-found",
        RefusalKind::Conflict | RefusalKind::Precondition => "conflict",
        RefusalKind::Gone => "gone",
        RefusalKind::TooLarge => "too-large",
        RefusalKind::SlowDown { .. } => "slow-down",
        RefusalKind::Fault => "fault",
        RefusalKind::Invalid | RefusalKind::MediaType => "invalid",
    };
    let title = words.known(&format!("refusal-title-{}", refusal.code()));
    let title = title.unwrap_or_else(|| words.t(&format!("refusal-title-{family}")));
    let mut sentences: Vec<Cow<'_, str>> =
        refusal.issues.iter().map(|issue| sentence(words, issue)).collect();
    if sentences.is_empty() {
        sentences.push(words.t("refusal-fault"));
    }
    sentences.dedup();
    let body = html! {
        (parts::header(&title))
        @for sentence in &sentences { p.lead { (sentence) } }
        @if let RefusalKind::SlowDown { retry_after } = refusal.kind {
            p { (words.with("refusal-wait", &[("minutes", retry_after.div_ceil(60).max(1).into())])) }
        }
        @if refusal.kind == RefusalKind::Fault {
            p.quiet-text { (words.with("refusal-reference", &[("reference", reference.into())])) }
        }
        @if refusal.code() == NOT_OPEN {
            div.actions {
                (form::button_link(&words.t("shell-menu-find"), Side::Professional.home(), None))
                (form::button_link(&words.t("coming-code"), menu::CODE, None))
            }
        } @else {
            p { a.ds-link href=(nav.side.home()) { (words.t("refusal-home")) } }
        }
    };
    Page::new(nav, title.clone(), body).status(status(refusal))
}

/// She has closed her space: nothing is lost, and the way back.
fn own_closed(words: &Words, refusal: &Refusal, nav: Nav) -> Page {
    let title = words.t("enrolment-closed-title");
    let body = html! {
        (parts::header_with(&title, &words.t("enrolment-closed-kept"), html! {}))
        div.actions { (crate::form::button_link(&words.t("enrolment-reopen-button"), REOPEN, None)) }
    };
    Page::new(nav, title.clone(), body).status(status(refusal))
}
