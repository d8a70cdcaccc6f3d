//! The operator's page on which a space is closed, or opened again, at the request of the person or of those who
//! represent her.

use kernel::{Answer, Visit};
use maud::html;
use store::Tx;
use ui::Words;
use ui::dates;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use crate::enrolment::closing::{self, Request};
use crate::identity::pages::{Reply, read_date};
use crate::identity::team;
use crate::person::{self, State};

/// The page.
pub const CLOSING: &str = "/operator/closing";

/// What can be asked for, as the form says it.
const ASKED: [(&str, State); 2] = [("close", State::Closed), ("reopen", State::Open)];

/// The fields of the form.
const SENT: [&str; 6] = ["ins", "birth-day", "birth-month", "birth-year", "what", "reason"];
/// The field that says that it was shown before.
const SURE: &str = "sure";

/// The form.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn form(visit: &Visit, filled: &Filled) -> Answer<Page> {
    team(visit)?;
    let words = filled.words();
    let asked = ASKED
        .map(|(word, _)| {
            let said = words.t(&format!("operator-closing-{word}"));
            Choice::new(word, said).hint(words.t(&format!("operator-closing-{word}-hint")))
        })
        .into_iter()
        .collect();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("operator-closing-title"), &words.t("operator-closing-lead"), html! {}))
        (parts::paper(form::post(CLOSING, filled, html! {
            (form::text("ins", words.t("identity-matricule")).width(22).max(30).autocomplete("off").show(filled))
            (form::date("birth", words.t("operator-closing-birth")).show(filled))
            (form::radios("what", words.t("operator-closing-what"), asked).show(filled))
            (form::textarea("reason", words.t("operator-closing-reason"))
                .hint(words.t("operator-closing-reason-hint")).max(500).show(filled))
            (form::submit(&words.t("operator-closing-button")))
        })))
    };
    Ok(Page::new(Nav::operator(CLOSING), words.t("operator-closing-title"), body).refilled(filled))
}

fn read(tx: &mut Tx<'_>, filled: &mut Filled) -> Answer<Option<Request>> {
    let words = filled.words();
    let ins = person::typed_ins(tx, filled.value("ins"))?;
    if ins.is_none() {
        let key =
            if filled.given("ins").is_none() { "operator-missing-number" } else { "refusal-person-unknown" };
        filled.wrong("ins", words.t(key));
    }
    let born = read_date(filled, "birth", "enrolment-missing-birth");
    let becomes = ASKED.iter().find(|(word, _)| *word == filled.value("what")).map(|(_, state)| *state);
    if becomes.is_none() {
        filled.wrong("what", words.t("operator-missing-what").into_owned());
    }
    let reason: String = filled.value("reason").chars().take(500).collect();
    if reason.trim().is_empty() {
        filled.wrong("reason", words.t("refusal-reason-missing"));
    }
    let (Some(ins), Some(born), Some(becomes), false) = (ins, born, becomes, filled.has_errors()) else {
        return Ok(None);
    };
    Ok(Some(Request { ins, born, becomes, reason }))
}

/// Everything that was typed, once more, before it is done: a space that is closed by mistake is one that its person
/// finds closed. Nothing of the space is shown: who types must have it from a paper.
pub(super) fn sure_page(visit: &Visit, filled: &Filled, request: &Request) -> Page {
    let words = Words::to(visit);
    let title = words.t(&format!("operator-closing-{}-sure", filled.value("what")));
    let (number, born) = (request.ins.matricule.as_str(), dates::date(words, request.born));
    let label = words.t(&format!("operator-closing-{}", filled.value("what")));
    let body = html! {
        (parts::header_with(&title, &words.t("operator-closing-sure-lead"), html! {}))
        ul {
            li { strong { (words.with("operator-closing-sure-number", &[("number", number.into())])) } }
            li { strong { (words.with("operator-closing-sure-born", &[("date", born.into())])) } }
            li { (words.with("operator-closing-sure-reason", &[("reason", request.reason.as_str().into())])) }
        }
        (form::post(CLOSING, filled, html! {
            @for field in SENT { (form::hidden(field, filled.value(field))) }
            (form::hidden(SURE, "yes"))
            (form::actions(html! {
                @if request.becomes == State::Closed { (form::danger(&label)) } @else { (form::submit(&label)) }
                a.ds-link href=(CLOSING) { (words.t("delegation-back")) }
            }))
        }))
    };
    Page::new(Nav::operator(CLOSING), title.into_owned(), body)
}

/// Does what is asked for, once it has been shown and confirmed.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn send(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled) -> Answer<Reply> {
    team(visit)?;
    let Some(request) = read(tx, &mut filled)? else { return Ok(Reply::page(form(visit, &filled)?)) };
    if !filled.has(SURE, "yes") {
        return Ok(Reply::page(sure_page(visit, &filled, &request)));
    }
    let done = closing::on_request(tx, visit, &request);
    match done.and_then(std::convert::identity) {
        Ok(()) => {
            let words = Words::to(visit);
            let said = words.t(&format!("operator-closing-{}-done", filled.value("what")));
            Ok(Reply::page(form(visit, &Filled::empty(words))?.flash(Tone::Success, said)))
        }
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(form(visit, &filled.refused(&refusal))?)),
    }
}
