//! Small tools of a page: unfold, print, copy, a code to keep, a moment.

use jiff::civil::Date;
use kernel::Instant;
use maud::{Markup, html};

use crate::dates;
use crate::icons::Icon;
use crate::words::Words;

/// Something that most readers need not read.
#[must_use]
pub fn details(summary: &str, body: Markup) -> Markup {
    html! { details.ds-details { summary { (summary) } div { (body) } } }
}

/// Prints the page. Without JavaScript it is not there; browsers have their own.
#[must_use]
pub fn print_button(words: &Words) -> Markup {
    html! {
        button.ds-button.needs-js data-variant="secondary" type="button" data-print {
            (Icon::Print.svg()) (words.t("shell-print"))
        }
    }
}

/// Copies the text of the element with the id `target`. Without JavaScript it is not there.
#[must_use]
pub fn copy_button(words: &Words, target: &str) -> Markup {
    html! {
        button.ds-button.needs-js data-variant="secondary" type="button"
            data-copy=(target) data-copied=(words.t("shell-copied")) {
            span aria-live="polite" { (words.t("shell-copy")) }
        }
    }
}

/// A code to copy or print, in letters that cannot be mistaken for one another.
#[must_use]
pub fn secret(id: &str, code: &str) -> Markup {
    html! { p.secret id=(id) translate="no" { (code) } }
}

/// A two-dimensional code (`svg` without its own text), with what it is for and the same thing as text below.
#[must_use]
pub fn qr(label: &str, svg: Markup, same_as_text: Markup) -> Markup {
    html! {
        figure.qr {
            div role="img" aria-label=(label) { (svg) }
            figcaption { (same_as_text) }
        }
    }
}

/// A moment that machines can read too.
#[must_use]
pub fn time_of(words: &Words, at: Instant) -> Markup {
    let machine = at.paris().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    html! { time datetime=(machine) { (dates::short_moment(words, at)) } }
}

/// A day that machines can read too.
#[must_use]
pub fn date_of(words: &Words, day: Date) -> Markup {
    html! { time datetime=(dates::machine(day)) { (dates::date(words, day)) } }
}
