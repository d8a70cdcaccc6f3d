//! The ways in of those who work here, and the choice of an activity.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/pro/sign-in?next=` | [`sign_in`] |
//! | GET, POST `/pro/activation` | [`activation_form`], [`activate`] |
//! | GET, POST `/pro/situation?next=` | [`situations`], [`choose`] |

use kernel::{Answer, Chance, Language, Professional, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Ceremony, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts;

use super::{Reply, needed, own, steps, who, who_field};
use crate::directory::{self, Mode, Situation};
use crate::identity::activation::{self, AccountForm};
use crate::identity::guard::Knock;
use crate::identity::holder::Side;
use crate::identity::session::{self, Limits, Session, Token};

/// Where those who work here sign in; `next` is a path of this site to go on to.
pub const SIGN_IN: &str = "/pro/sign-in";
/// First step of their activation.
pub const ACTIVATION: &str = "/pro/activation";
/// Second step.
pub const ACTIVATION_PASSKEY: &str = "/pro/activation/passkey";
/// Third step.
pub const ACTIVATION_CODES: &str = "/pro/activation/codes";
/// Their recovery sign-in.
pub const RECOVERY: &str = "/pro/recovery";
/// Their security page.
pub const ACCOUNT: &str = "/pro/account";
/// The choice of an activity; `next` is a path of this site to go on to.
pub const SITUATION: &str = "/pro/situation";

/// What a professional is called in a sentence, in the language given: `cardiologue`.
pub type Word = fn(&Professional, Language) -> Option<&'static str>;

/// The page to sign in; `next` is where she goes then.
#[must_use]
pub fn sign_in(visit: &Visit, next: &str) -> Page {
    sign_in_or(visit, next, &html! {})
}

/// The same with other ways in: the outside providers that are configured.
#[must_use]
pub fn sign_in_or(visit: &Visit, next: &str, ways: &Markup) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let ready = html! {
        p { (words.t("identity-sign-in-how")) }
        (form::hidden("next", next))
        (form::submit(&words.t("identity-sign-in-button")))
    };
    let otherwise = html! { p { (words.t("identity-sign-in-otherwise")) } };
    let body = html! {
        (parts::header_with(&words.t("identity-pro-sign-in-title"), &words.t("identity-pro-sign-in-lead"), html! {}))
        (parts::paper(form::passkey(
            Ceremony::SignIn, "/sign-in/options", "/pro/sign-in/finish", &filled, ready, otherwise,
        )))
        (ways)
        (parts::section("other", &words.t("identity-sign-in-other"), html! {
            ul.ds-list {
                li { a.ds-link href=(ACTIVATION) { (words.t("identity-pro-go-activation")) } }
                li { a.ds-link href=(RECOVERY) { (words.t("identity-go-recovery")) } }
                li { a.ds-link href=(ui::menu::SIGN_IN) { (words.t("identity-pro-go-space")) } }
            }
        }))
    };
    Page::new(Nav::nobody(), words.t("identity-pro-sign-in-title"), body)
}

/// Step one of the activation: who she is, and the code she was given.
#[must_use]
pub fn activation_form(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (steps(words, 0))
        (parts::header_with(
            &words.t("identity-pro-activation-title"), &words.t("identity-pro-activation-lead"), html! {}))
        (parts::paper(form::post(ACTIVATION, filled, html! {
            (who(Side::Work, filled))
            (form::code("code", words.t("identity-code")).hint(words.t("identity-code-hint"))
                .width(22).max(40).show(filled))
            (form::submit(&words.t("identity-continue")))
        })))
        (parts::details(&words.t("identity-no-code"), html! { p { (words.t("identity-pro-no-code-text")) } }))
    };
    Page::new(Nav::nobody(), words.t("identity-pro-activation-title"), body).refilled(filled)
}

/// Checks step one.
///
/// # Errors
/// Faults.
pub fn activate(
    tx: &mut Tx<'_>,
    visit: &Visit,
    mut filled: Filled,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Reply> {
    for field in [who_field(Side::Work), "code"] {
        needed(&mut filled, field);
    }
    if filled.has_errors() {
        return Ok(Reply::page(activation_form(&filled)));
    }
    let sent = AccountForm {
        who: filled.value(who_field(Side::Work)).to_owned(),
        code: filled.value("code").to_owned(),
    };
    match activation::activate_account(tx, &sent, visit, knock, terms)? {
        Ok(token) => Ok(Reply::Begin { token, to: ACTIVATION_PASSKEY }),
        Err(refusal) => Ok(Reply::refused(activation_form(&filled.refused(&refusal)), &refusal)),
    }
}

/// The page that asks in which of her activities she acts; `filled` holds `situation` and `next`.
///
/// # Errors
/// `SignIn` for anybody but a professional.
pub fn situations(
    tx: &mut Tx<'_>,
    visit: &Visit,
    held: &Session,
    filled: Filled,
    word: Word,
) -> Answer<Page> {
    let holder = own(tx, visit)?;
    let account = holder.account().cloned();
    let found = match account.as_ref().and_then(crate::identity::Account::rpps) {
        Some(rpps) => directory::situations(tx, &rpps)?,
        None => return Err(kernel::Refusal::not_found()),
    };
    let last = account.map(|account| account.situation).unwrap_or_default();
    let filled = if filled.value("situation").is_empty() { filled.with("situation", last) } else { filled };
    let nav = match held.standing {
        session::Standing::Full => Nav::of(Some(visit)),
        _ => Nav::nobody(),
    };
    Ok(situations_page(visit, nav, &found, &filled, word))
}

/// The same page from what it shows.
#[must_use]
pub fn situations_page(visit: &Visit, nav: Nav, found: &[Situation], filled: &Filled, word: Word) -> Page {
    let words = Words::to(visit);
    let choices = found.iter().map(|one| {
        let acting = one.acting("");
        let profession = word(&acting, visit.language).unwrap_or_default();
        let mode = match one.mode {
            Mode::SelfEmployed => words.t("directory-mode-self-employed"),
            Mode::Employed => words.t("directory-mode-employed"),
            Mode::Volunteer => words.t("directory-mode-volunteer"),
            Mode::Unknown => "".into(),
        };
        let address = format!("{} {}", one.structure.postal_code, one.structure.town);
        let about: Vec<&str> = [profession, mode.as_ref(), one.structure.street.as_str(), address.trim()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let name = match one.structure.name.as_str() {
            "" => words.t("directory-structure-unnamed"),
            name => name.into(),
        };
        Choice::new(one.id.clone(), name.into_owned()).hint(about.join(", "))
    });
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("directory-situation-title"), &words.t("directory-situation-lead"), html! {}))
        (parts::paper(form::post(SITUATION, filled, html! {
            (form::hidden("next", filled.value("next")))
            (form::radios("situation", words.t("directory-situation-label"), choices.collect()).show(filled))
            (form::submit(&words.t("directory-situation-button")))
        })))
        p { (words.t("directory-situation-missing")) }
    };
    Page::new(nav, words.t("directory-situation-title"), body).refilled(filled)
}

/// Takes the choice over: the page again with what was wrong, or a new secret for the cookie if there is one.
///
/// # Errors
/// `SignIn` for anybody but a professional; faults.
pub fn choose(
    tx: &mut Tx<'_>,
    visit: &Visit,
    held: &Session,
    mut filled: Filled,
    word: Word,
    terms: (Limits, &Chance),
) -> Answer<Result<Option<Token>, Page>> {
    if filled.given("situation").is_none() {
        let message = filled.words().t("directory-missing-situation").into_owned();
        filled.wrong("situation", message);
        return Ok(Err(situations(tx, visit, held, filled, word)?));
    }
    match session::choose(tx, visit, held, filled.value("situation"), terms) {
        Ok(token) => Ok(Ok(token)),
        Err(refusal) if refusal.code() == "situation-unknown" => {
            Ok(Err(situations(tx, visit, held, filled.refused(&refusal), word)?))
        }
        Err(refusal) => Err(refusal),
    }
}
