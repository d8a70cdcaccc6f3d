//! How a professional comes into a space that is not open to her: with a code that the person showed, in an emergency,
//! for a call at the emergency call centre; and the banner that says so on every page there.
//!
//! What is shown before anything opens is the same whoever is found and whatever she decided: it tells neither that she
//! blocked this professional, nor that she objected to emergencies.

use kernel::{Actor, Answer, Instant, PersonId, Purpose, Refusal, Visit};
use maud::{Markup, html};
use people::consent::{self, Declared, Exception, Pass};
use people::identity::{Attempt, Knock};
use store::Tx;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};
use ui::{Words, address, dates};

use super::professional::{FIND, check_slip, record_href, signed_in};
use super::secrecy;

/// Where an emergency is declared.
#[must_use]
pub fn emergency_href(person: PersonId) -> String {
    format!("{}/emergency", record_href(person))
}

/// Where a call is taken.
#[must_use]
pub fn call_href(person: PersonId) -> String {
    format!("{}/call", record_href(person))
}

/// `GET /pro/code`: the form for a code. A picture of a code leads here with the code behind `#`, which the script
/// writes into the field; without it she types.
///
/// # Errors
/// `sign-in-needed` for anybody but a professional.
pub fn code(visit: &Visit) -> Answer<Page> {
    signed_in(visit)?;
    Ok(code_page(&Filled::empty(Words::to(visit))))
}

/// `POST /pro/code`: the field is `code`. Answers where the record is, or the form again.
///
/// # Errors
/// As `consent::use_code`.
pub fn code_post(
    tx: &mut Tx<'_>,
    visit: &Visit,
    filled: Filled,
    knock: &Knock,
) -> Answer<Result<String, Page>> {
    if filled.given("code").is_none() {
        // Nothing was tried.
        let (mut filled, said) = (filled, Words::to(visit).t("coming-code-missing"));
        signed_in(visit)?;
        filled.wrong("code", said);
        return Ok(Err(code_page(&filled).refilled(&filled)));
    }
    let typed = filled.value("code").to_owned();
    let attempt: Attempt<PersonId> = consent::use_code(tx, visit, &typed, knock);
    match attempt? {
        Ok(person) => Ok(Ok(record_href(person))),
        Err(refusal) => {
            let mut filled = filled;
            let key = if refusal.code() == "slow-down" { "coming-code-slow" } else { "coming-code-wrong" };
            let said = filled.words().t(key);
            filled.wrong("code", said);
            let status = if refusal.code() == "slow-down" { 429 } else { 422 };
            Ok(Err(code_page(&filled).refilled(&filled).status(status)))
        }
    }
}

pub(crate) fn code_page(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("coming-code"), &words.t("coming-code-lead"), html! {}))
        div data-from-fragment="code" {
            (form::post(consent::CODE, filled, html! {
                (form::code("code", words.t("coming-code-label")).hint(words.t("coming-code-hint")).width(12).show(filled))
                (form::submit(&words.t("coming-code-submit")))
            }))
        }
        p { a.ds-link href=(FIND) { (words.t("record-find")) } }
    };
    Page::new(Nav::professional(consent::CODE), words.t("coming-code"), body)
}

/// What may be declared about a person who is not open to this professional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declaring {
    /// Life or health in danger.
    Emergency,
    /// A call at the emergency call centre.
    Call,
}

impl Declaring {
    fn href(self, person: PersonId) -> String {
        match self {
            Self::Emergency => emergency_href(person),
            Self::Call => call_href(person),
        }
    }

    /// Beginning of its sentences' names.
    fn word(self) -> &'static str {
        match self {
            Self::Emergency => "coming-emergency",
            Self::Call => "coming-call",
        }
    }
}

/// `GET /pro/patients/{person}/emergency`, `/call`: the form. `found` is the proof of the search. It shows nothing of
/// the person.
///
/// # Errors
/// `not-found` without that proof, and for a call by whoever takes none.
pub fn declare(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    found: &str,
    what: Declaring,
) -> Answer<Page> {
    check_slip(tx, visit, person, found)?;
    may_try(visit, what)?;
    let filled = Filled::empty(Words::to(visit));
    Ok(declare_page(person, found, &filled, what))
}

/// Only doctors of a call centre have the page of calls.
fn may_try(visit: &Visit, what: Declaring) -> Answer<()> {
    let may = what == Declaring::Emergency || takes_calls(visit)?;
    if may { Ok(()) } else { Err(Refusal::not_found()) }
}

/// Whether the visitor answers calls at an emergency call centre.
pub(crate) fn takes_calls(visit: &Visit) -> Answer<bool> {
    let Actor::Professional(professional) = &visit.actor else { return Ok(false) };
    Ok(consent::access::table()?.regulates(professional))
}

pub(crate) fn declare_page(person: PersonId, found: &str, filled: &Filled, what: Declaring) -> Page {
    let words = filled.words();
    let said = |end: &str| words.t(&format!("{}{end}", what.word()));
    let reason = match what {
        Declaring::Emergency => {
            form::textarea("reason", said("-reason")).hint(said("-reason-hint")).max(500).show(filled)
        }
        Declaring::Call => {
            form::text("reason", said("-reason")).hint(said("-reason-hint")).optional().show(filled)
        }
    };
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&said(""), &said("-lead"), html! {}))
        (parts::alert(Tone::Warning, &said("-told"), html! { p { (said("-told-text")) } }))
        (form::post(&what.href(person), filled, html! {
            (form::hidden("found", found))
            (reason)
            (form::submit(&said("-submit")))
        }))
        p { a.ds-link href=(FIND) { (words.t("record-find-another")) } }
    };
    Page::new(Nav::professional(FIND), said("").into_owned(), body)
}

/// `POST` to the same addresses: declares it. Answers where the record is, or the form again when the reason says
/// nothing.
///
/// # Errors
/// As [`declare`]; as `consent::break_glass`, `consent::answer_call`, but `emergency-closed` and `call-closed` whatever
/// she decided: that she objected, or that she blocked this professional.
pub fn declare_post(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: PersonId,
    filled: Filled,
    what: Declaring,
) -> Answer<Result<String, Page>> {
    let found = filled.value("found").to_owned();
    check_slip(tx, visit, person, &found)?;
    may_try(visit, what)?;
    let reason = filled.value("reason").to_owned();
    let declared = match what {
        Declaring::Emergency => consent::break_glass(tx, visit, person, &reason),
        Declaring::Call => consent::answer_call(tx, visit, person, &reason),
    };
    match declared {
        Ok(Declared::Needless | Declared::Until(_)) => Ok(Ok(record_href(person))),
        Err(refusal) if refusal.code() == "reason-short" => {
            let mut filled = filled;
            let said = filled.words().t("coming-emergency-reason-short");
            filled.wrong("reason", said);
            Ok(Err(declare_page(person, &found, &filled, what).refilled(&filled).status(422)))
        }
        Err(refusal) if refusal.code() == "no-consent" => Err(closed(what)),
        Err(refusal) => Err(refusal),
    }
}

fn closed(what: Declaring) -> Refusal {
    let code = match what {
        Declaring::Emergency => "emergency-closed",
        Declaring::Call => "call-closed",
    };
    Refusal::forbidden(code, "This space cannot be opened so. Help the person without it.")
}

/// Under which exception somebody is in a space, for the banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Under {
    pub(crate) person: PersonId,
    pub(crate) purpose: Purpose,
    pub(crate) until: Instant,
    pub(crate) reason: String,
}

/// The exception that this pass was opened by; `None` for an ordinary visit.
pub(crate) fn under(pass: &Pass) -> Option<Under> {
    let Exception { until, reason, .. } = consent::exception(pass)?.clone();
    Some(Under { person: pass.person(), purpose: pass.visit().purpose, until, reason })
}

/// The banner of every page of a space that is open by an exception.
pub(crate) fn banner(words: &Words, under: &Under) -> Markup {
    let until = dates::moment(words, under.until);
    let key = match under.purpose {
        Purpose::Secret => return secrecy::banner(words, under.person, &until),
        Purpose::CallCentre => "coming-call-banner",
        _ => "coming-emergency-banner",
    };
    parts::alert(
        Tone::Danger,
        &words.with(key, &[("until", until.into())]),
        html! {
            p {
                @if !under.reason.is_empty() {
                    (words.with("coming-banner-reason", &[("reason", under.reason.as_str().into())])) " "
                }
                (words.t("coming-banner-text"))
            }
        },
    )
}

/// The other ways in, on the page of a space that is not open.
pub(crate) fn ways(words: &Words, person: PersonId, found: &str, calls: bool) -> Markup {
    let with_proof = |href: String| address::with_query(&href, &[("found", found)]);
    html! {
        (parts::section("code", &words.t("coming-code"), html! {
            p { (words.t("coming-code-why")) }
            p { (form::button_link(&words.t("coming-code-link"), consent::CODE, None)) }
        }))
        @if calls {
            (parts::section("call", &words.t("coming-call"), html! {
                p { (words.t("coming-call-why")) }
                p { (form::button_link(&words.t("coming-call-link"), &with_proof(call_href(person)), None)) }
            }))
        }
        (parts::section("emergency", &words.t("coming-emergency"), html! {
            p { (words.t("coming-emergency-why")) }
            p { a.ds-link href=(with_proof(emergency_href(person))) { (words.t("coming-emergency-link")) } }
        }))
    }
}
