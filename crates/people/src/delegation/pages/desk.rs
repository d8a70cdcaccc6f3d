//! The page of the public desk: who stands there, which document she shows, and what is done for her.

use kernel::{Answer, Chance, Visit};
use maud::html;
use store::Tx;
use ui::Words;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::Family;
use super::offering;
use crate::delegation::desk::{self, DOCUMENTS, Present};
use crate::identity::pages::{Reply, read_date};
use crate::identity::{Attempt, team};
use crate::person;

/// The page.
pub const DESK: &str = "/operator/desk";

/// The form.
///
/// # Errors
/// `NotFound` for anybody but the operator's team.
pub fn form(visit: &Visit, families: &[Family]) -> Answer<Page> {
    team(visit)?;
    Ok(page(&Filled::empty(Words::to(visit)).with("what", "code").with("months", "12"), families))
}

pub(super) fn page(filled: &Filled, families: &[Family]) -> Page {
    let words = filled.words();
    let documents = DOCUMENTS
        .map(|document| Choice::new(document, words.t(&format!("delegation-desk-{document}"))))
        .into_iter()
        .collect();
    let what = vec![
        Choice::new("code", words.t("delegation-desk-code")).hint(words.t("delegation-desk-code-hint")),
        Choice::new("delegate", words.t("delegation-desk-delegate"))
            .hint(words.t("delegation-desk-delegate-hint")),
    ];
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("delegation-desk-title"), &words.t("delegation-desk-lead"), html! {}))
        (form::post(DESK, filled, html! {
            (form::text("ins", words.t("delegation-desk-ins")).width(22).max(30).autocomplete("off").show(filled))
            (form::date("birth", words.t("delegation-desk-birth")).show(filled))
            (form::select("document", words.t("delegation-desk-document"), documents).show(filled))
            (form::radios("what", words.t("delegation-desk-what"), what).show(filled))
            (parts::details(&words.t("delegation-desk-more"), offering::fields(filled, families)))
            (form::submit(&words.t("delegation-desk-submit")))
        }))
    };
    Page::new(Nav::operator(DESK), words.t("delegation-desk-title"), body).refilled(filled)
}

/// Does what was chosen.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; faults.
pub fn send(
    tx: &mut Tx<'_>,
    visit: &Visit,
    mut filled: Filled,
    families: &[Family],
    chance: &Chance,
) -> Answer<Reply> {
    team(visit)?;
    let ins = person::typed_ins(tx, filled.value("ins"))?;
    if ins.is_none() {
        let key =
            if filled.given("ins").is_none() { "operator-missing-number" } else { "refusal-desk-unknown" };
        filled.wrong("ins", Words::to(visit).t(key));
    }
    let born = read_date(&mut filled, "birth", "delegation-missing-born");
    let (Some(ins), Some(born)) = (ins, born) else { return Ok(Reply::page(page(&filled, families))) };
    let present = Present { ins, born, document: filled.value("document").to_owned() };
    let done = if filled.value("what") == "delegate" {
        delegate(tx, visit, &mut filled, &present, chance)
    } else {
        desk::code(tx, visit, &present, chance).map(|done| done.map(|code| Some(code_page(visit, &code))))
    };
    match done.and_then(std::convert::identity) {
        Ok(Some(done)) => Ok(Reply::page(done)),
        Ok(None) => Ok(Reply::page(page(&filled, families))),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(Reply::page(page(&filled.refused(&refusal), families))),
    }
}

fn delegate(
    tx: &mut Tx<'_>,
    visit: &Visit,
    filled: &mut Filled,
    present: &Present,
    chance: &Chance,
) -> Attempt<Option<Page>> {
    let own = (&present.ins, None);
    let Some(offer) = offering::read(tx, filled, own, visit.now.date())? else { return Ok(Ok(None)) };
    let name = offer.name.clone();
    let offered = desk::name_delegate(tx, visit, present, offer, chance)?;
    Ok(offered.map(|offered| Some(named_page(visit, &name, offered.code.as_deref()))))
}

/// The provisional code, this once.
pub(super) fn code_page(visit: &Visit, code: &str) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(
            &words.t("delegation-desk-code-title"),
            &words.t("delegation-desk-code-lead"),
            parts::print_button(words),
        ))
        (parts::paper(parts::secret("desk-code", code)))
        (parts::alert(Tone::Info, &words.t("delegation-code-once"), html! {
            p { (words.t("delegation-desk-code-once")) }
        }))
        p.no-print { (form::button_link(&words.t("delegation-desk-next"), DESK, None)) }
    };
    Page::new(Nav::operator(DESK), words.t("delegation-desk-code-title"), body)
}

/// The delegate has been named: how she accepts.
pub(super) fn named_page(visit: &Visit, name: &str, code: Option<&str>) -> Page {
    let words = Words::to(visit);
    let body = html! {
        (parts::header_with(
            &words.with("delegation-desk-named", &[("name", name.into())]),
            &words.t("delegation-desk-named-lead"),
            parts::print_button(words),
        ))
        @if let Some(code) = code {
            (parts::paper(html! {
                p { (words.with("delegation-code-lead", &[("name", name.into())])) }
                (parts::secret("invitation-code", code))
            }))
        }
        p.no-print { (form::button_link(&words.t("delegation-desk-next"), DESK, None)) }
    };
    Page::new(Nav::operator(DESK), words.t("delegation-desk-title"), body)
}
