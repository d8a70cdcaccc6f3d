//! Ending what somebody may do for another, asked once more before it is done: it takes effect at once, and what was
//! given comes back only by asking and accepting again.

use kernel::{Answer, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Filled};
use ui::page::Page;
use ui::{Words, parts};

use super::{ACTING, DECLINE, REVOKE, nav, whose};
use crate::consent::{self, Action};
use crate::delegation::offers;

/// What is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Somebody else may no longer act for her.
    Theirs,
    /// She no longer acts for somebody else.
    Hers,
}

/// A button that leads to the question.
pub(super) fn ask(label: &str, about: &str, question: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="get" action=(question) {
            @for (name, value) in fields { (form::hidden(name, value)) }
            button.ds-button data-variant="secondary" type="submit" { (label) span.ds-sr-only { " " (about) } }
        }
    }
}

/// `GET /acting/revoke`: whether this access is really to be taken back.
///
/// # Errors
/// As `consent::open`; `not-found` for what is not there any more.
pub fn revoke_form(tx: &mut Tx<'_>, visit: &Visit, relation: &str) -> Answer<Page> {
    let pass = consent::open(tx, visit, whose(visit)?, Action::ManageDelegation)?;
    let known = crate::delegation::of_person(tx, &pass)?;
    let of = |one: &crate::delegation::MayAct| {
        one.relation.as_ref().is_some_and(|row| row.id.to_string() == relation)
    };
    let name = known.into_iter().find(of).map(|one| one.name).ok_or_else(Refusal::not_found)?;
    Ok(page(visit, Ending::Theirs, &name, &[("relation", relation)]))
}

/// `GET /acting/decline`: whether she really wants to stop acting for somebody.
///
/// # Errors
/// `not-found` for what is not there any more; faults.
pub fn decline_form(tx: &mut Tx<'_>, visit: &Visit, person: &str, relation: &str) -> Answer<Page> {
    let of = |held: &offers::Held| {
        held.relation.person.to_string() == person && held.relation.id.to_string() == relation
    };
    let name = offers::held(tx, visit)?.into_iter().find(of).map(|held| held.name);
    let name = name.ok_or_else(Refusal::not_found)?;
    Ok(page(visit, Ending::Hers, &name, &[("person", person), ("relation", relation)]))
}

pub(super) fn page(visit: &Visit, what: Ending, name: &str, fields: &[(&str, &str)]) -> Page {
    let words: &'static Words = Words::to(visit);
    let (key, label, action) = match what {
        Ending::Theirs => ("delegation-revoke", "delegation-revoke", REVOKE),
        Ending::Hers => ("delegation-stop", "delegation-stop", DECLINE),
    };
    let named = [("name", name.into())];
    let title = words.with(&format!("{key}-title"), &named);
    let body = html! {
        (parts::header_with(&title, &words.with(&format!("{key}-what"), &named), html! {}))
        (form::post(action, &Filled::empty(words), html! {
            @for (name, value) in fields { (form::hidden(name, value)) }
            (form::actions(html! {
                (form::danger(&words.t(label)))
                a.ds-link href=(ACTING) { (words.t("delegation-back")) }
            }))
        }))
    };
    Page::new(nav(), title.into_owned(), body)
}
