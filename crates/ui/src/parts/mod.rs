//! What pages are put together from, other than forms.

mod lists;
mod messages;
mod navigation;
mod tools;

use maud::{Markup, html};

pub use lists::{Card, Column, Group, Table, cards, facts, steps, timeline};
pub use messages::{Tone, alert, badge, empty, tag};
pub use navigation::{breadcrumbs, filters, pagination, search_box, tabs, turn};
pub use tools::{copy_button, date_of, details, print_button, qr, secret, time_of};

/// The page's one `h1`.
#[must_use]
pub fn header(title: &str) -> Markup {
    html! { div.page-header { h1.ds-heading { (title) } } }
}

/// The page's `h1`, a sentence that says what the page is for, and what can be done here.
#[must_use]
pub fn header_with(title: &str, lead: &str, actions: Markup) -> Markup {
    html! {
        div.page-header {
            h1.ds-heading { (title) }
            @if !lead.is_empty() { p.lead { (lead) } }
            @if !actions.0.is_empty() { div.actions.no-print { (actions) } }
        }
    }
}

/// A part of a page under its own `h2`; `id` makes it a target of links.
#[must_use]
pub fn section(id: &str, title: &str, body: Markup) -> Markup {
    html! {
        section.section aria-labelledby={ (id) "-title" } id=(id) {
            h2.ds-heading id={ (id) "-title" } { (title) }
            (body)
        }
    }
}

/// A quiet paper for something that belongs together: a form, a document.
#[must_use]
pub fn paper(body: Markup) -> Markup {
    html! { div.paper { (body) } }
}
