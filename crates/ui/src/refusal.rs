//! A refusal as a sentence and as a page.

use std::borrow::Cow;

use kernel::{Issue, Refusal, RefusalKind};
use maud::html;

use crate::menu::{Nav, Side};
use crate::page::Page;
use crate::parts;
use crate::words::Words;

/// What an issue says to a person: the sentence `refusal-<code>`, or, for codes that only software provokes, a
/// general one.
#[must_use]
pub fn sentence<'w>(words: &'w Words, issue: &Issue) -> Cow<'w, str> {
    words.known(&format!("refusal-{}", issue.code)).unwrap_or_else(|| words.t("refusal-invalid"))
}

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
    let title = words.t(&format!("refusal-title-{family}"));
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
        p { a.ds-link href=(nav.side.home()) { (words.t("refusal-home")) } }
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
