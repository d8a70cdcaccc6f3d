//! The operator's page on which a space is closed, or opened again, at the request of the person or of those who
//! represent her.

use kernel::{Answer, Visit};
use maud::html;
use store::Tx;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::words;
use crate::enrolment::closing::{self, Request};
use crate::identity::pages::{Reply, read_date};
use crate::identity::team;
use crate::person::{self, State};

/// The page.
pub const CLOSING: &str = "/operator/closing";

/// What can be asked for, as the form says it.
const ASKED: [(&str, State); 2] = [("close", State::Closed), ("reopen", State::Open)];

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
        filled.wrong("ins", words.t("refusal-person-unknown").into_owned());
    }
    let born = read_date(filled, "birth", "enrolment-missing-birth");
    let becomes = ASKED.iter().find(|(word, _)| *word == filled.value("what")).map(|(_, state)| *state);
    if becomes.is_none() {
        filled.wrong("what", words.t("operator-missing-what").into_owned());
    }
    let reason: String = filled.value("reason").chars().take(500).collect();
    let (Some(ins), Some(born), Some(becomes)) = (ins, born, becomes) else { return Ok(None) };
    Ok(Some(Request { ins, born, becomes, reason }))
}

/// Does what is asked for.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn send(tx: &mut Tx<'_>, visit: &Visit, mut filled: Filled) -> Answer<Reply> {
    team(visit)?;
    let Some(request) = read(tx, &mut filled)? else { return Ok(Reply::page(form(visit, &filled)?)) };
    let done = closing::on_request(tx, visit, &request);
    match done.and_then(std::convert::identity) {
        Ok(()) => {
            let words = words(visit);
            let said = words.t(&format!("operator-closing-{}-done", filled.value("what")));
            Ok(Reply::page(form(visit, &Filled::empty(words))?.flash(Tone::Success, said)))
        }
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(form(visit, &filled.refused(&refusal))?)),
    }
}
