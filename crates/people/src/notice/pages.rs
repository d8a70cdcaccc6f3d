//! « Comment vous prévenir » : what she is told of outside her space, and where.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/journal/notices` | [`show`] |
//! | POST `/journal/notices/address` | [`address`]: field `address` |
//! | POST `/journal/notices/code` | [`code`]: field `code` |
//! | POST `/journal/notices` | [`choose`]: fields `of` (`accesses`, `documents`) |
//! | POST `/journal/notices/forget` | [`forget`] |

use std::borrow::Cow;

use kernel::{Answer, Chance, Instant, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::model::{Asked, Choice};

/// The page; a POST chooses of what she is told.
pub const NOTICES: &str = "/journal/notices";
/// A POST sends a code to an address.
pub const ADDRESS: &str = "/journal/notices/address";
/// A POST confirms the address with its code.
pub const CODE: &str = "/journal/notices/code";
/// A POST forgets the address.
pub const FORGET: &str = "/journal/notices/forget";

/// The journal, which this page stands under.
const JOURNAL: &str = "/journal";

/// The page. `service` is what the service is called, where it can send mail.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, service: Option<&str>) -> Answer<Page> {
    let choice = super::chosen(tx, visit)?;
    Ok(page(visit, &choice, &Filled::empty(Words::of(visit.language)), service))
}

/// What a form leads to: `None` back to the page, or the page with what is wrong.
type Led = Answer<Option<Page>>;

fn again(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, refusal: &Refusal, service: Option<&str>) -> Led {
    let choice = super::chosen(tx, visit)?;
    let filled = filled.refused(refusal);
    Ok(Some(page(visit, &choice, &filled, service).status(ui::refusal::status(refusal))))
}

/// Sends a code to the address.
///
/// # Errors
/// As `consent::open`; `NotFound` where no relay is set up.
pub fn address(
    tx: &mut Tx<'_>,
    visit: &Visit,
    filled: Filled,
    chance: &Chance,
    service: Option<&str>,
) -> Led {
    if service.is_none() {
        return Err(Refusal::not_found());
    }
    match super::ask(tx, visit, filled.value("address"), chance)? {
        Ok(()) => Ok(None),
        Err(refusal) => again(tx, visit, filled, &refusal, service),
    }
}

/// Confirms the address.
///
/// # Errors
/// As `consent::open`.
pub fn code(tx: &mut Tx<'_>, visit: &Visit, filled: Filled, service: Option<&str>) -> Led {
    match super::confirm(tx, visit, filled.value("code"))? {
        Ok(()) => Ok(None),
        Err(refusal) => again(tx, visit, filled, &refusal, service),
    }
}

/// Chooses of what she is told.
///
/// # Errors
/// As `consent::open`.
pub fn choose(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    super::choose(tx, visit, filled.has("of", "accesses"), filled.has("of", "documents"))
}

/// Forgets the address; or, with `asked` in the field `what`, only the one that waits for its code.
///
/// # Errors
/// As `consent::open`.
pub fn forget(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<()> {
    super::forget(tx, visit, filled.value("what") == "asked")
}

fn page(visit: &Visit, choice: &Choice, filled: &Filled, service: Option<&str>) -> Page {
    let words = Words::of(visit.language);
    let title = words.t("notice-title");
    let up = [(words.t("journal-title"), Cow::Borrowed(JOURNAL))];
    let body = html! {
        (form::error_summary(filled))
        (parts::breadcrumbs(words, &up, &title))
        (parts::header_with(&title, &words.t("notice-lead"), html! {}))
        (parts::section("inside", &words.t("notice-inside"), html! { p { (words.t("notice-inside-text")) } }))
        (parts::section("email", &words.t("notice-email"), html! {
            @if service.is_some() { (email(words, choice, filled)) } @else { p { (words.t("notice-email-none")) } }
        }))
        @if let Some(name) = service {
            (parts::section("never", &words.t("notice-never"), html! {
                p { (words.t("notice-never-text")) }
                blockquote.ds-paragraph { (words.with("notice-mail-text", &[("name", name.into())])) }
            }))
        }
    };
    Page::new(Nav::citizen(JOURNAL), title, body).refilled(filled)
}

fn email(words: &'static Words, choice: &Choice, filled: &Filled) -> Markup {
    html! {
        @if let Some(asked) = &choice.asked { (waiting(words, asked, filled)) }
        @if let Some(address) = &choice.address {
            (parts::alert(Tone::Success, &words.t("notice-confirmed"), html! {
                p { (words.with("notice-confirmed-text", &[("address", address.as_str().into())])) }
            }))
            (wishes(words, choice))
            (form::button_post(&words.t("notice-forget"), address, FORGET, &[]))
        }
        @if choice.asked.is_none() {
            @let label = if choice.address.is_some() { "notice-other-address" } else { "notice-address" };
            (form::post(ADDRESS, filled, html! {
                (form::email("address", words.t(label)).hint(words.t("notice-address-hint")).max(254).show(filled))
                (form::actions(form::submit(&words.t("notice-address-send"))))
            }))
        }
    }
}

fn waiting(words: &'static Words, asked: &Asked, filled: &Filled) -> Markup {
    let address = [("address", asked.address.as_str().into())];
    html! {
        p { (words.with("notice-code-sent", &address)) }
        (form::post(CODE, filled, html! {
            (form::code("code", words.t("notice-code")).hint(words.t("notice-code-hint")).width(9).max(20).show(filled))
            (form::actions(form::submit(&words.t("notice-code-confirm"))))
        }))
        // The same address again, or none: both by what is already there.
        (form::button_post(&words.t("notice-code-again"), &asked.address, ADDRESS, &[("address", &asked.address)]))
        (form::button_post(&words.t("notice-code-give-up"), &asked.address, FORGET, &[("what", "asked")]))
    }
}

fn wishes(words: &'static Words, choice: &Choice) -> Markup {
    let mut filled = Filled::empty(words);
    for (word, wanted) in [("accesses", choice.accesses), ("documents", choice.documents)] {
        if wanted {
            filled = filled.with("of", word);
        }
    }
    let of = vec![
        form::Choice::new("accesses", words.t("notice-of-accesses")),
        form::Choice::new("documents", words.t("notice-of-documents")),
    ];
    form::post(
        NOTICES,
        &filled,
        html! {
            (form::checkboxes("of", words.t("notice-of"), of).optional().show(&filled))
            p { (words.t("notice-always")) }
            (form::actions(form::submit(&words.t("notice-save"))))
        },
    )
}

/// The pages in their states, for the test that looks at every page.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = Words::of(visit.language);
    let (empty, service) = (Filled::empty(words), Some("Carnet"));
    let asked = Asked {
        address: "camille@example.org".into(),
        code: "ABCD-EFGH".into(),
        at: visit.now.plus(-60 * Instant::SECOND),
    };
    let confirmed = Choice { address: Some(asked.address.clone()), accesses: true, ..Choice::default() };
    let waiting = Choice { asked: Some(asked.clone()), ..Choice::default() };
    let wrong = |code, path: &str| empty.clone().refused(&Refusal::invalid(code, path, ""));
    let typed =
        empty.clone().with("address", "camille@").refused(&Refusal::invalid("notice-address", "address", ""));
    let both = Choice { asked: Some(asked), ..confirmed.clone() };
    vec![
        ("none", page(visit, &Choice::default(), &empty, service)),
        ("no-relay", page(visit, &Choice::default(), &empty, None)),
        ("address-wrong", page(visit, &Choice::default(), &typed, service)),
        ("code", page(visit, &waiting, &empty, service)),
        ("code-wrong", page(visit, &waiting, &wrong("notice-code", "code"), service)),
        ("confirmed", page(visit, &confirmed, &empty, service)),
        ("another", page(visit, &both, &empty, service)),
    ]
}
