//! The pages of opposition, of closing one's space, and of the operator.
//!
//! | address | function |
//! | --- | --- |
//! | GET, POST `/opposition` | [`opposition_form`], [`opposition_check`] |
//! | POST `/opposition/confirm` | [`opposition_confirm`] |
//! | GET, POST `/account/close` | [`close_form`], [`close`] |
//! | GET, POST `/account/reopen` | [`reopen_form`], [`reopen`] |
//! | GET `/operator/enrolment`, `/operator/enrolment.csv` | [`operator::figures`], [`operator::csv`] |
//! | GET, POST `/operator/opposition` | [`operator::opposition_form`], [`operator::oppose`] |
//! | GET, POST `/operator/closing` | [`request::form`], [`request::send`] |

pub mod operator;
pub mod request;
#[cfg(test)]
mod tests;

use kernel::{Actor, Answer, PersonId, Refusal, RefusalKind, Visit};
use maud::html;
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::closing;
use super::opposition::{self, OppositionForm};
use crate::consent::{self, Action, Pass};
use crate::delegation::rules::MAJORITY;
use crate::identity::Knock;
use crate::identity::pages::{Reply, read_date};
use crate::person::State;

/// Opposing with the code of one's letter.
pub const OPPOSITION: &str = "/opposition";
/// Closing one's space.
pub const CLOSE: &str = "/account/close";
/// Opening it again.
pub const REOPEN: &str = "/account/reopen";

/// The form: code and birth date.
#[must_use]
pub fn opposition_form(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("enrolment-oppose-title"), &words.t("enrolment-oppose-lead"), html! {}))
        (parts::paper(form::post(OPPOSITION, filled, html! {
            (form::code("code", words.t("enrolment-oppose-code")).hint(words.t("enrolment-oppose-code-hint"))
                .width(22).max(40).show(filled))
            (form::date("birth_date", words.t("enrolment-oppose-birth"))
                .hint(words.t("enrolment-oppose-birth-hint")).show(filled))
            (form::submit(&words.t("enrolment-oppose-continue")))
        })))
    };
    Page::new(Nav::nobody(), words.t("enrolment-oppose-title"), body).refilled(filled)
}

fn read(filled: &mut Filled) -> Option<OppositionForm> {
    if filled.given("code").is_none() {
        let message = filled.words().t("enrolment-missing-code").into_owned();
        filled.wrong("code", message);
    }
    let birth_date = read_date(filled, "birth_date", "enrolment-missing-birth");
    let code = filled.value("code").to_owned();
    (!filled.has_errors()).then_some(())?;
    Some(OppositionForm { code, birth_date: birth_date? })
}

/// Checks the form, and asks whether she is sure.
///
/// # Errors
/// Faults.
pub fn opposition_check(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled, knock: &Knock) -> Answer<Reply> {
    let Some(sent) = read(&mut filled) else { return Ok(Reply::page(opposition_form(&filled))) };
    if let Err(refusal) = opposition::check(tx, &sent, visit.now, knock)? {
        return Ok(Reply::refused(opposition_form(&filled.refused(&refusal)), &refusal));
    }
    let words = Words::to(visit);
    let date = |part: &str| filled.value(&format!("birth_date-{part}")).to_owned();
    let body = html! {
        (parts::header_with(&words.t("enrolment-confirm-title"), &words.t("enrolment-confirm-lead"), html! {}))
        (parts::alert(Tone::Warning, &words.t("enrolment-confirm-what"), html! {
            ul.ds-list {
                li { (words.t("enrolment-confirm-no-documents")) }
                li { (words.t("enrolment-confirm-care")) }
                li { (words.t("enrolment-confirm-later")) }
            }
        }))
        (form::post("/opposition/confirm", &filled, html! {
            (form::hidden("code", filled.value("code")))
            (form::hidden("birth_date-day", &date("day")))
            (form::hidden("birth_date-month", &date("month")))
            (form::hidden("birth_date-year", &date("year")))
            (form::actions(html! {
                (form::danger(&words.t("enrolment-confirm-button")))
                (form::button_link(&words.t("enrolment-confirm-back"), OPPOSITION, None))
            }))
        }))
    };
    Ok(Reply::page(Page::new(Nav::nobody(), words.t("enrolment-confirm-title"), body)))
}

/// Opposes.
///
/// # Errors
/// Faults.
pub fn opposition_confirm(
    tx: &mut Tx<'_>,
    visit: &Visit,
    mut filled: Filled,
    knock: &Knock,
) -> Answer<Reply> {
    let Some(sent) = read(&mut filled) else { return Ok(Reply::page(opposition_form(&filled))) };
    if let Err(refusal) = opposition::oppose(tx, &sent, visit, knock)? {
        return Ok(Reply::refused(opposition_form(&filled.refused(&refusal)), &refusal));
    }
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(
            &words.t("enrolment-opposed-title"),
            &words.t("enrolment-opposed-lead"),
            parts::print_button(words),
        ))
        p { (words.with("enrolment-opposed-when", &[("when", ui::dates::moment(words, visit.now).into())])) }
    };
    Ok(Reply::page(Page::new(Nav::nobody(), words.t("enrolment-opposed-title"), body)))
}

/// Whose space the visitor closes or opens.
fn owner(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(visit.on_behalf_of.unwrap_or(*person)),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person.")),
    }
}

/// Opens the visitor's own space to close it or to have it back. A minor is told why she may not (L1111-2 CSP).
fn open(tx: &mut Tx<'_>, visit: &Visit, action: Action) -> Answer<Pass> {
    let id = owner(visit)?;
    let refusal = match consent::open(tx, visit, id, action) {
        Err(refusal) if visit.on_behalf_of.is_none() && refusal.fault.is_none() => refusal,
        answer => return answer,
    };
    let herself = crate::person::load(tx, id)?.ok_or_else(Refusal::not_found)?;
    if herself.identity.traits.age_on(visit.now.date()) >= MAJORITY {
        return Err(refusal);
    }
    let code = if herself.state == State::Closed { "closed-space-of-a-minor" } else { "space-of-a-minor" };
    Err(Refusal::forbidden(code, "Those who represent a minor close her space, and have it back."))
}

/// What closing means, and the button.
///
/// # Errors
/// As `consent::open`; `space-of-a-minor`, or `closed-space-of-a-minor`, as for all below.
pub fn close_form(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    open(tx, visit, Action::CloseSpace)?;
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let body = html! {
        (parts::header_with(&words.t("enrolment-close-title"), &words.t("enrolment-close-lead"), html! {}))
        (parts::alert(Tone::Warning, &words.t("enrolment-close-what"), html! {
            ul.ds-list {
                li { (words.t("enrolment-close-nobody")) }
                li { (words.t("enrolment-close-kept")) }
                li { (words.t("enrolment-close-back")) }
            }
        }))
        (form::post(CLOSE, &filled, html! {
            (form::textarea("reason", words.t("enrolment-close-reason")).optional().max(500).show(&filled))
            (form::actions(html! {
                (form::danger(&words.t("enrolment-close-button")))
                (form::button_link(&words.t("enrolment-close-cancel"), crate::identity::pages::ACCOUNT, None))
            }))
        }))
    };
    Ok(Page::new(Nav::citizen("/account"), words.t("enrolment-close-title"), body))
}

/// Closes the space; field `reason`.
///
/// # Errors
/// As `consent::open`; `space-not-open`.
pub fn close(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<Reply> {
    let pass = open(tx, visit, Action::CloseSpace)?;
    let reason: String = filled.value("reason").chars().take(500).collect();
    closing::close(tx, &pass, &reason)?;
    Ok(Reply::Go(REOPEN))
}

/// Where the owner of a closed space lands: it is closed, until when it is kept, and the way back.
///
/// # Errors
/// As `consent::open`.
pub fn reopen_form(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let pass = open(tx, visit, Action::ReopenSpace)?;
    let since = crate::person::load(tx, pass.person())?.map_or(visit.now, |person| person.state_at);
    let until = since.date().saturating_add(jiff::Span::new().years(closing::KEPT_YEARS));
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(
            &words.t("enrolment-closed-title"),
            &words.with("enrolment-closed-lead", &[("until", ui::dates::date(words, until).into())]),
            html! {},
        ))
        (form::button_post(&words.t("enrolment-reopen-button"), "", REOPEN, &[]))
    };
    Ok(Page::new(Nav::citizen("/account"), words.t("enrolment-closed-title"), body))
}

/// Opens it again.
///
/// # Errors
/// As `consent::open`; `space-not-closed`.
pub fn reopen(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Reply> {
    let pass = open(tx, visit, Action::ReopenSpace)?;
    closing::reopen(tx, &pass, "")?;
    Ok(Reply::Go("/"))
}
