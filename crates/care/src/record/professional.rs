//! The professional's way in: find a person by her INS or by her strict traits, and open her record if she
//! allowed it, or after recording that she agreed in one's presence.

use jiff::civil::Date;
use kernel::ins::Authority;
use kernel::{Actor, Answer, Ins, Instant, PersonId, Professional, Refusal, RefusalKind, Sex, Traits, Visit};
use maud::{Markup, html};
use people::consent::{self, Action, Given};
use people::person::{self, Person, State};
use store::{Act, Keyring, Kind, Line, Tx};
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};
use ui::{Words, dates};

use super::sentences::LOOKED_UP;
use super::timeline::{Patient, heading_of};
use super::{coming, secrecy};
use crate::documents::read::note;

/// Where the search is, and where it is posted: what is searched for never stands in an address.
pub const FIND: &str = "/pro";

/// Where the record of a found person is.
#[must_use]
pub fn record_href(person: PersonId) -> String {
    format!("/pro/patients/{person}")
}

/// How long a search stays good for asking and for recording an agreement, in microseconds.
const SLIP_LIFE: i64 = 3_600 * Instant::SECOND;

/// The proof that this professional has found this person: without it a person's number, which is easy to
/// guess, would show her identity and let a stranger record an agreement. Bound to both and to the hour.
fn slip(keyring: &Keyring, professional: &Professional, person: PersonId, hour: i64) -> String {
    let bound = format!("{}|{person}|{hour}", professional.rpps);
    kernel::codes::base64url(&keyring.keyed_hash("found", bound.as_bytes())[..16])
}

/// Refuses like a person who does not exist when `found` is not a slip of this or the last hour.
pub(crate) fn check_slip(tx: &Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<()> {
    let professional = signed_in(visit)?;
    let hour = visit.now.0 / SLIP_LIFE;
    let fits =
        [hour, hour - 1].into_iter().any(|hour| slip(tx.keyring(), professional, person, hour) == found);
    if fits { Ok(()) } else { Err(Refusal::not_found()) }
}

/// `GET /pro`: the search.
///
/// # Errors
/// `sign-in-needed` for anybody but a professional.
pub fn find(visit: &Visit) -> Answer<Page> {
    signed_in(visit)?;
    Ok(find_page(&Filled::empty(Words::to(visit))))
}

pub(crate) fn signed_in(visit: &Visit) -> Answer<&kernel::Professional> {
    match &visit.actor {
        Actor::Professional(professional) => Ok(professional),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as a professional.")),
    }
}

/// Whom a search found.
#[derive(Debug)]
pub enum Finding {
    /// Exactly one person: the door redirects to this address, which carries the proof of the search.
    One(String),
    /// Nobody, several, or something to mend: the form again.
    Again(Box<Page>),
}

/// `POST /pro`: looks for one person. The fields are `ins`, or `birth_name`, `given_name`, `birth-day` …,
/// `sex`; and one of [`SECRET`], when she is a minor who asks for secrecy. Who has no space in use (nobody we know, not yet open, closed, opposed) gets one answer: that nobody
/// matches. Several with the same traits, one of them with a space in use, are told apart by their INS only: the one
/// in use may be the wrong one. Whoever has or had a space sees in her journal that somebody looked.
///
/// # Errors
/// Faults of the store; `sign-in-needed`.
pub fn find_post(tx: &mut Tx<'_>, visit: &Visit, fields: Vec<(String, String)>) -> Answer<Finding> {
    signed_in(visit)?;
    let words = Words::to(visit);
    let mut filled = Filled::sent(words, fields);
    if filled.has(BY, BY_INS) && filled.given("ins").is_none() {
        filled.wrong("ins", words.t("coming-find-ins-missing"));
        return Ok(Finding::Again(Box::new(find_page(&filled).refilled(&filled))));
    }
    if let Some(typed) = filled.given("ins").map(str::to_owned) {
        let mut readable = false;
        for authority in [Authority::Nir, Authority::Nia, Authority::TestNir, Authority::DemoNir] {
            let Ok(ins) = Ins::parse(&typed, authority) else { continue };
            // Invented numbers bear any key: what only they could be is a number typed wrong.
            readable = readable || authority.is_production();
            if let Some(found) = person::find_by_ins(tx, &ins)?
                && let Some(in_use) = looked_up(tx, visit, found)?
            {
                return Ok(Finding::One(found_at(tx, visit, &in_use, &filled)?));
            }
        }
        filled.wrong("ins", words.t(if readable { "record-find-nobody" } else { "coming-find-ins-wrong" }));
        return Ok(Finding::Again(Box::new(find_page(&filled).refilled(&filled))));
    }
    let Some(traits) = traits(words, &mut filled) else {
        return Ok(Finding::Again(Box::new(find_page(&filled).refilled(&filled))));
    };
    let found = person::find_by_traits(tx, &traits)?;
    let mut in_use = None;
    for one in &found {
        in_use = looked_up(tx, visit, *one)?.or(in_use);
    }
    let key = match (found.as_slice(), &in_use) {
        ([_], Some(one)) => return Ok(Finding::One(found_at(tx, visit, one, &filled)?)),
        ([_, _, ..], Some(_)) => "record-find-several",
        _ => "record-find-nobody",
    };
    filled.wrong("birth_name", words.t(key));
    Ok(Finding::Again(Box::new(find_page(&filled).refilled(&filled))))
}

/// The address that carries the proof of the search.
fn found_at(tx: &mut Tx<'_>, visit: &Visit, found: &Person, filled: &Filled) -> Answer<String> {
    let slip = slip(tx.keyring(), signed_in(visit)?, found.id, visit.now.0 / SLIP_LIFE);
    let door = secrecy::door(tx, visit, found, SECRET.iter().any(|name| filled.has(name, "yes")))?;
    Ok(format!("{door}?found={slip}"))
}

/// This person, if her space is in use. Who has or had one sees in her journal that somebody looked whether she
/// has one.
fn looked_up(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<Option<Person>> {
    let Some(found) = person::load(tx, person)? else { return Ok(None) };
    if matches!(found.state, State::Open | State::Closed) {
        let line = Line::of(visit).about(LOOKED_UP);
        let act = Act { kind: Kind::Searched, at: visit.now, entry: None, line, data: None, blob: None };
        tx.note(&found.key, act);
    }
    Ok(Some(found).filter(|found| found.state == State::Open))
}

/// The strict traits as typed; what is missing is noted in the form.
fn traits(words: &Words, filled: &mut Filled) -> Option<Traits> {
    let read = |filled: &Filled, name: &str| filled.given(name).map(str::to_owned);
    let (birth_name, given_names) = (read(filled, "birth_name"), read(filled, "given_name"));
    if birth_name.is_none() {
        filled.wrong("birth_name", words.t("record-find-birth-name-missing"));
    }
    if given_names.is_none() {
        filled.wrong("given_name", words.t("record-find-given-name-missing"));
    }
    let birth_date = match filled.date("birth") {
        Ok(Some(date)) => Some(date),
        Ok(None) => {
            filled.wrong("birth", words.t("record-find-birth-missing"));
            None
        }
        Err(message) => {
            filled.wrong("birth", message);
            None
        }
    };
    let sex = filled.given("sex").and_then(Sex::parse);
    if sex.is_none() {
        filled.wrong("sex", words.t("record-find-sex-missing"));
    }
    Some(Traits {
        birth_name: birth_name?,
        given_names: given_names?,
        birth_date: birth_date?,
        sex: sex?,
        birth_place: None,
    })
}

pub(crate) fn find_page(filled: &Filled) -> Page {
    let words = filled.words();
    let sexes = vec![Choice::new("F", words.t("record-sex-f")), Choice::new("M", words.t("record-sex-m"))];
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("record-find"), &words.t("record-find-lead"), html! {}))
        (parts::section("by-ins", &words.t("record-find-by-ins"), form::post(FIND, filled, html! {
            (form::hidden(BY, BY_INS))
            (form::text("ins", words.t("record-find-ins")).hint(words.t("record-find-ins-hint")).width(22).show(filled))
            (asks_for_secrecy(SECRET[0], filled))
            (form::submit(&words.t("coming-find-submit-ins")))
        })))
        (parts::section("by-traits", &words.t("record-find-by-traits"), form::post(FIND, filled, html! {
            (form::text("birth_name", words.t("record-find-birth-name")).show(filled))
            (form::text("given_name", words.t("record-find-given-name")).show(filled))
            (form::date("birth", words.t("record-find-birth")).show(filled))
            (form::radios("sex", words.t("record-find-sex"), sexes).show(filled))
            (asks_for_secrecy(SECRET[1], filled))
            (form::submit(&words.t("coming-find-submit-traits")))
        })))
        (parts::section("by-code", &words.t("coming-code"), html! {
            p { (words.t("coming-code-why")) }
            p { a.ds-link href=(consent::CODE) { (words.t("coming-code-link")) } }
        }))
    };
    Page::new(Nav::professional(FIND), words.t("record-find"), body)
}

/// Which of the two forms was sent, where that shows: an empty number is no half-filled identity.
const BY: &str = "by";
const BY_INS: &str = "ins";

/// Under which names the two forms say that a minor asks for secrecy.
const SECRET: [&str; 2] = ["secret", "secret-by-traits"];

fn asks_for_secrecy(name: &str, filled: &Filled) -> Markup {
    let words = filled.words();
    form::checkbox(name, &words.t("secrecy-find"), Some(&words.t("secrecy-find-hint")), filled)
}

/// The record is not open to this professional: what she may do about it. Shown when the list refused with
/// `no-consent`; the refusal is journalled already, and that her identity is shown is journalled here. `found`
/// is the proof of the search. Who cannot record an agreement is shown no identity either: whether the person blocked
/// her, or wants nobody to look, is not told.
///
/// # Errors
/// `not-found` without that proof; as `consent::open` for `DeclarePresence`.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<Page> {
    check_slip(tx, visit, person, found)?;
    let patient = match consent::open(tx, visit, person, Action::DeclarePresence) {
        Ok(pass) => {
            note(tx, &pass, Kind::ProfileRead, None, "");
            Some(heading_of(&pass, visit))
        }
        Err(refusal) if refusal.code() == "no-consent" => None,
        Err(refusal) => return Err(refusal),
    };
    Ok(ask_page(visit, person, patient.as_ref(), found, coming::takes_calls(visit)?))
}

pub(crate) fn ask_page(
    visit: &Visit,
    person: PersonId,
    patient: Option<&Patient>,
    found: &str,
    calls: bool,
) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let action = format!("{}/presence", record_href(person));
    let title = patient.map_or_else(|| words.t("coming-closed"), |patient| patient.name.as_str().into());
    let body = html! {
        (parts::header(&title))
        @if let Some(patient) = patient { (identity(words, patient)) }
        (parts::alert(Tone::Info, &words.t("record-not-allowed"), html! {
            p { (words.t("record-not-allowed-text")) }
        }))
        @if patient.is_some() {
            (parts::section("presence", &words.t("record-presence"), html! {
                p { (words.t("record-presence-text")) }
                (form::post(&action, &filled, html! {
                    (form::hidden("found", found))
                    (form::submit(&words.t("record-presence-submit")))
                }))
            }))
        }
        (coming::ways(words, person, found, calls))
        p { a.ds-link href=(FIND) { (words.t("record-find-another")) } }
    };
    Page::new(Nav::professional(FIND), title.into_owned(), body).status(403)
}

/// `POST /pro/patients/{person}/presence`: records that she agreed in the professional's presence. Afterwards
/// the door redirects to [`record_href`].
///
/// # Errors
/// `not-found` without the proof of the search; as `consent::open`, `consent::allow`.
pub fn presence(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, found: &str) -> Answer<()> {
    check_slip(tx, visit, person, found)?;
    let professional = signed_in(visit)?.clone();
    let pass = consent::open(tx, visit, person, Action::DeclarePresence)?;
    consent::allow(tx, &pass, &professional, Given::InPresence)
}

/// Who the open record is about: all strict traits in one line, so that nobody reads the wrong person's and the
/// documents still begin on the first screen of a phone. Her number is one touch away.
pub(crate) fn identity(words: &Words, patient: &Patient) -> Markup {
    html! {
        @if let Some(under) = &patient.under { (coming::banner(words, under)) }
        p.lead { (strict_traits(words, patient)) }
        @if !patient.acting.is_empty() {
            p.quiet-text { (words.with("delegation-pro-title", &[("names", patient.acting.join(", ").into())])) }
        }
        (parts::details(&words.t("record-ins"), html! { p translate="no" { (patient.ins) } }))
    }
}

/// Birth name, given names, date of birth, age and sex; what each is, is said to who hears the page.
pub(crate) fn strict_traits(words: &Words, patient: &Patient) -> Markup {
    let sex = match patient.sex {
        Sex::F => words.t("record-sex-f"),
        Sex::M => words.t("record-sex-m"),
        Sex::I => words.t("record-sex-i"),
    };
    let said = |key: &str| html! { span.ds-sr-only { (words.t(key)) ": " } };
    html! {
        (said("record-find-birth-name")) strong { (patient.birth_name) } " "
        (said("record-given-names")) (patient.given_names) " · "
        (said("record-find-birth")) (born(words, patient.birth_date, patient.age)) " · "
        (said("record-find-sex")) (sex)
    }
}

fn born(words: &Words, date: Date, age: i16) -> Markup {
    let age = words.with("record-age", &[("years", i64::from(age).into())]);
    html! { (dates::date(words, date)) " (" (age) ")" }
}
