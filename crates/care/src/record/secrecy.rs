//! « Connexion secrète » (L1111-5 CSP): before anything of a minor's space is opened a professional is asked whether she
//! wants those who represent her to know nothing of it. In secret he sees only what they do not see, and leaves no trace
//! for them.
//!
//! The question shows nothing of the person. It is put from the age that `knowledge/fr/access.toml` says; for somebody
//! younger the professional asks for it with his search.

use kernel::{Answer, PersonId, Refusal, Visit};
use maud::{Markup, html};
use people::consent;
use people::person::{self, Person};
use store::Tx;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};
use ui::{Words, address};

use super::professional::{FIND, check_slip, record_href};

/// Where the question is put, and where its answer goes.
#[must_use]
pub fn secret_href(person: PersonId) -> String {
    format!("{}/secret", record_href(person))
}

/// Where a secret connection is ended.
#[must_use]
pub fn end_href(person: PersonId) -> String {
    format!("{}/end", secret_href(person))
}

/// Where a professional goes who has found this person: to the question, or to the record where it is not put. `wanted`
/// is true when he has said that she asks for secrecy.
///
/// # Errors
/// Faults.
pub(crate) fn door(tx: &mut Tx<'_>, visit: &Visit, found: &Person, wanted: bool) -> Answer<String> {
    let put = is_minor(visit, found) && (wanted || consent::may_want_secrecy(visit, found)?);
    let asks = put && !consent::comes_secretly(tx, visit, found)?;
    Ok(if asks { secret_href(found.id) } else { record_href(found.id) })
}

fn is_minor(visit: &Visit, person: &Person) -> bool {
    person.identity.traits.age_on(visit.now.date()) < people::delegation::rules::MAJORITY
}

/// `GET /pro/patients/{person}/secret`: the question. `found` is the proof of the search.
///
/// # Errors
/// `not-found` without that proof, and for a person of age.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<Page> {
    must_be_minor(tx, visit, person, found)?;
    Ok(ask_page(visit, person, found))
}

fn must_be_minor(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<()> {
    check_slip(tx, visit, person, found)?;
    let minor = person::load(tx, person)?.filter(|found| is_minor(visit, found));
    minor.map(|_| ()).ok_or_else(Refusal::not_found)
}

pub(crate) fn ask_page(visit: &Visit, person: PersonId, found: &str) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let openly = address::with_query(&record_href(person), &[("found", found)]);
    let body = html! {
        (parts::header_with(&words.t("secrecy"), &words.t("secrecy-lead"), html! {}))
        (parts::section("secretly", &words.t("secrecy-yes"), html! {
            p { (words.t("secrecy-yes-text")) }
            (form::post(&secret_href(person), &filled, html! {
                (form::hidden("found", found))
                (form::submit(&words.t("secrecy-yes-submit")))
            }))
        }))
        (parts::section("openly", &words.t("secrecy-no"), html! {
            p { (words.t("secrecy-no-text")) }
            p { (form::button_link(&words.t("secrecy-no-link"), &openly, None)) }
        }))
        p { a.ds-link href=(FIND) { (words.t("record-find-another")) } }
    };
    Page::new(Nav::professional(FIND), words.t("secrecy").into_owned(), body)
}

/// `POST /pro/patients/{person}/secret`: she asks for secrecy, in the professional's presence. Answers where the record
/// is.
///
/// # Errors
/// As [`ask`]; as `consent::connect_secretly`.
pub fn connect(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<String> {
    must_be_minor(tx, visit, person, found)?;
    consent::connect_secretly(tx, visit, person)?;
    Ok(record_href(person))
}

/// `POST /pro/patients/{person}/secret/end`: the professional leaves. Answers where he goes on: elsewhere, so that no
/// look follows by mistake that would not be secret.
///
/// # Errors
/// As `consent::end_secrecy`.
pub fn leave(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<&'static str> {
    consent::end_secrecy(tx, visit, person)?;
    Ok(FIND)
}

/// The banner of every page of a space that is open in secret.
pub(crate) fn banner(words: &Words, person: PersonId, until: &str) -> Markup {
    parts::alert(
        Tone::Warning,
        &words.with("secrecy-banner", &[("until", until.into())]),
        html! {
            p { (words.t("secrecy-banner-text")) }
            (form::button_post(&words.t("secrecy-end"), "", &end_href(person), &[]))
        },
    )
}
