//! The pages of signing in, and the two halves of a passkey ceremony as the browser's script wants them.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/sign-in` | [`sign_in`] |
//! | POST `/sign-in/options`, `/sign-in/finish` (JSON) | [`super::passkeys::start_sign_in`], `finish_sign_in` |
//! | GET, POST `/sign-in/recovery`, `/pro/recovery` | [`recovery_form`], [`recover`] |
//! | GET, POST `/activation` | [`activation_form`], [`activate`] |
//! | GET `/activation/passkey` | [`activation_passkey`]: session of standing `Activating` |
//! | POST `/activation/passkey/options`, `/finish` (JSON) | [`register_options`], [`activation_finish`] |
//! | POST `/activation/later` | [`activation_later`]: goes on without a passkey |
//! | GET `/activation/codes` | [`activation_codes`]: session of standing `Full`, as all below |
//! | GET `/account` | [`account::show`] |
//! | POST `/account/passkey/options`, `/finish` (JSON) | [`register_options`], [`register_finish`] |
//! | POST `/account/passkey/rename`, `/remove` | [`account::rename`], [`account::remove`] |
//! | POST `/account/codes` | [`account::codes`] |
//! | POST `/account/session/end`, `/account/sign-out-everywhere` | [`account::end_session`], `…everywhere` |
//! | GET `/signed-out` | [`signed_out`] |
//!
//! Those who work here have the same pages under `/pro`, where words and fields differ written anew in [`work`];
//! and for everybody there is [`confirm`], which asks for the passkey once more.

pub mod account;
pub mod confirm;
pub mod samples;
#[cfg(test)]
mod tests;
pub mod work;

use std::borrow::Cow;

use kernel::{Actor, Answer, Chance, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use serde_json::Value;
use store::Tx;
use ui::Words;
use ui::form::{self, Ceremony, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::activation::{self, ActivationForm};
use super::guard::Knock;
use super::holder::{Holder, Side};
use super::passkeys::{self, Site, Started};
use super::recovery::{self, RecoveryForm};
use super::session::{How, Limits, Session, Token};
use super::vouching::Backing;
use crate::consent::{self, Action, Pass};

/// Recovery sign-in.
pub const RECOVERY: &str = "/sign-in/recovery";
/// First step of the activation.
pub const ACTIVATION: &str = "/activation";
/// Second step.
pub const ACTIVATION_PASSKEY: &str = "/activation/passkey";
/// Third step.
pub const ACTIVATION_CODES: &str = "/activation/codes";
/// The security page.
pub const ACCOUNT: &str = "/account";

/// What a form leads to.
#[derive(Debug)]
pub enum Reply {
    /// A page; `retry_after` seconds go into the header of that name.
    Page {
        /// The page, with its status.
        page: Box<Page>,
        /// Seconds to wait, when the visitor was too fast.
        retry_after: Option<u32>,
    },
    /// A session has begun or has a new secret: set its cookie and go there.
    Begin {
        /// The new cookie.
        token: Token,
        /// Where to go.
        to: &'static str,
    },
    /// Go there.
    Go(&'static str),
}

impl Reply {
    /// A page.
    #[must_use]
    pub fn page(page: Page) -> Self {
        Self::Page { page: Box::new(page), retry_after: None }
    }

    /// The page of a form that was refused.
    pub(crate) fn refused(page: Page, refusal: &Refusal) -> Self {
        let status = ui::refusal::status(refusal);
        let retry_after = match refusal.kind {
            RefusalKind::SlowDown { retry_after } => Some(retry_after),
            _ => None,
        };
        // A form that did not fit is answered like any other form with errors, not as a forbidden page.
        let status = if retry_after.is_some() { status } else { 422 };
        Self::Page { page: Box::new(page.status(status)), retry_after }
    }
}

/// The visitor, as the one who manages what lets her in. Nobody manages it for somebody else: also while she acts
/// for her child, her passkeys are her own.
pub(super) fn own(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Holder> {
    if let Actor::Citizen { .. } = &visit.actor {
        return Ok(Holder::of_pass(&own_space(tx, visit)?));
    }
    match super::account::of_actor(tx, &visit.actor)? {
        Some(account) => Holder::of_account(tx, account),
        None => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
    }
}

/// The visitor's own space, for what lets her in.
fn own_space(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Pass> {
    let Actor::Citizen { person, .. } = &visit.actor else {
        return Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first."));
    };
    let visit = Visit { on_behalf_of: None, ..visit.clone() };
    consent::open(tx, &visit, *person, Action::ManageAccess)
}

/// What the addresses of this visitor's pages begin with: those who work here have theirs under `/pro`.
fn prefix(visit: &Visit) -> &'static str {
    if is_work(visit) { "/pro" } else { "" }
}

fn is_work(visit: &Visit) -> bool {
    matches!(visit.actor, Actor::Professional(_) | Actor::Operator { .. })
}

/// The menu of the visitor's security page.
fn nav(visit: &Visit) -> Nav {
    Nav { here: Some(account_address(visit)), ..Nav::of(Some(visit)) }
}

/// The page to sign in.
#[must_use]
pub fn sign_in(visit: &Visit) -> Page {
    sign_in_or(visit, &html! {})
}

/// The same with other ways in: the outside providers that are configured.
#[must_use]
pub fn sign_in_or(visit: &Visit, ways: &Markup) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let ready = html! {
        p { (words.t("identity-sign-in-how")) }
        (form::submit(&words.t("identity-sign-in-button")))
    };
    let otherwise = html! { p { (words.t("identity-sign-in-otherwise")) } };
    let body = html! {
        (parts::header_with(&words.t("identity-sign-in-title"), &words.t("identity-sign-in-lead"), html! {}))
        (parts::paper(form::passkey(
            Ceremony::SignIn, "/sign-in/options", "/sign-in/finish", &filled, ready, otherwise,
        )))
        (ways)
        (parts::section("other", &words.t("identity-sign-in-other"), html! {
            ul.ds-list {
                li { a.ds-link href=(ACTIVATION) { (words.t("identity-go-activation")) } }
                li { a.ds-link href=(RECOVERY) { (words.t("identity-go-recovery")) } }
            }
        }))
    };
    Page::new(Nav::nobody(), words.t("identity-sign-in-title"), body)
}

/// The page after signing out.
#[must_use]
pub fn signed_out(visit: &Visit) -> Page {
    let words = Words::to(visit);
    let again = form::button_link(&words.t("identity-signed-out-again"), ui::menu::SIGN_IN, None);
    let body = html! {
        (parts::header_with(&words.t("identity-signed-out-title"), &words.t("identity-signed-out-lead"), again))
    };
    Page::new(Nav::nobody(), words.t("identity-signed-out-title"), body)
}

/// The field that says who she is: her matricule, or what those who work here are known by.
fn who_field(side: Side) -> &'static str {
    match side {
        Side::Space => "matricule",
        Side::Work => "who",
    }
}

fn who(side: Side, filled: &Filled) -> Markup {
    let (words, name) = (filled.words(), who_field(side));
    let (label, hint, longest) = match side {
        Side::Space => ("identity-matricule", "identity-matricule-hint", 30),
        Side::Work => ("identity-pro-who", "identity-pro-who-hint", 64),
    };
    form::text(name, words.t(label)).hint(words.t(hint)).width(22).max(longest).show(filled)
}

/// The form to sign in with a recovery code.
#[must_use]
pub fn recovery_form(side: Side, filled: &Filled) -> Page {
    let words = filled.words();
    let action = match side {
        Side::Space => RECOVERY,
        Side::Work => work::RECOVERY,
    };
    let body = html! {
        (form::error_summary(filled))
        (parts::header_with(&words.t("identity-recovery-title"), &words.t("identity-recovery-lead"), html! {}))
        (parts::paper(form::post(action, filled, html! {
            (who(side, filled))
            (form::code("code", words.t("identity-recovery-code")).hint(words.t("identity-recovery-code-hint"))
                .width(22).max(40).show(filled))
            (form::submit(&words.t("identity-recovery-button")))
        })))
    };
    Page::new(Nav::nobody(), words.t("identity-recovery-title"), body).refilled(filled)
}

/// Signs in with a recovery code.
///
/// # Errors
/// Faults.
pub fn recover(
    tx: &mut Tx<'_>,
    (visit, side): (&Visit, Side),
    mut filled: Filled,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Reply> {
    for field in [who_field(side), "code"] {
        needed(&mut filled, field);
    }
    if filled.has_errors() {
        return Ok(Reply::page(recovery_form(side, &filled)));
    }
    let who = filled.value(who_field(side)).to_owned();
    let sent = RecoveryForm { side, who, code: filled.value("code").to_owned() };
    let to = match side {
        Side::Space => "/account?after=recovery",
        Side::Work => "/pro/account?after=recovery",
    };
    match recovery::sign_in(tx, &sent, visit, knock, terms)? {
        Ok(token) => Ok(Reply::Begin { token, to }),
        Err(refusal) => Ok(Reply::refused(recovery_form(side, &filled.refused(&refusal)), &refusal)),
    }
}

fn needed(filled: &mut Filled, field: &str) {
    if filled.given(field).is_none() {
        let key = format!("identity-missing-{}", field.replace('_', "-"));
        let message = filled.words().t(&key).into_owned();
        filled.wrong(field, message);
    }
}

fn steps(words: &'static Words, current: usize) -> Markup {
    let names: Vec<Cow<'_, str>> =
        ["identity-step-who", "identity-step-passkey", "identity-step-codes"].map(|key| words.t(key)).into();
    parts::steps(words, &names, current)
}

/// Step one: who she is, and the code of her letter.
#[must_use]
pub fn activation_form(filled: &Filled) -> Page {
    let words = filled.words();
    let body = html! {
        (form::error_summary(filled))
        (steps(words, 0))
        (parts::header_with(&words.t("identity-activation-title"), &words.t("identity-activation-lead"), html! {}))
        (parts::paper(form::post(ACTIVATION, filled, html! {
            (who(Side::Space, filled))
            (form::text("birth_name", words.t("identity-birth-name")).hint(words.t("identity-birth-name-hint"))
                .autocomplete("family-name").max(100).show(filled))
            (form::date("birth_date", words.t("identity-birth-date")).hint(words.t("identity-birth-date-hint"))
                .birthday().show(filled))
            (form::code("code", words.t("identity-code")).hint(words.t("identity-code-hint"))
                .width(22).max(40).show(filled))
            (form::submit(&words.t("identity-continue")))
        })))
        (parts::details(&words.t("identity-no-code"), html! { p { (words.t("identity-no-code-text")) } }))
    };
    Page::new(Nav::nobody(), words.t("identity-activation-title"), body).refilled(filled)
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
    for field in ["matricule", "birth_name"] {
        needed(&mut filled, field);
    }
    let birth_date = read_date(&mut filled, "birth_date", "identity-missing-birth-date");
    needed(&mut filled, "code");
    let (Some(birth_date), false) = (birth_date, filled.has_errors()) else {
        return Ok(Reply::page(activation_form(&filled)));
    };
    let sent = ActivationForm {
        matricule: filled.value("matricule").to_owned(),
        birth_name: filled.value("birth_name").to_owned(),
        birth_date,
        code: filled.value("code").to_owned(),
    };
    match activation::activate(tx, &sent, visit, knock, terms)? {
        Ok(token) => Ok(Reply::Begin { token, to: ACTIVATION_PASSKEY }),
        Err(refusal) => Ok(Reply::refused(activation_form(&filled.refused(&refusal)), &refusal)),
    }
}

/// A date that must be there; what is wrong stands at its field.
pub(crate) fn read_date(filled: &mut Filled, field: &str, missing: &str) -> Option<jiff::civil::Date> {
    match filled.date(field) {
        Ok(Some(date)) => Some(date),
        Ok(None) => {
            let message = filled.words().t(missing).into_owned();
            filled.wrong(field, message);
            None
        }
        Err(message) => {
            filled.wrong(field, message);
            None
        }
    }
}

/// Step two: the passkey.
#[must_use]
pub fn activation_passkey(visit: &Visit) -> Page {
    let (words, prefix) = (Words::to(visit), prefix(visit));
    let filled = Filled::empty(words);
    let name = words.t("identity-passkey-first-name");
    let ready = html! {
        p { (words.t("identity-passkey-what")) }
        (form::hidden("name", &name))
        (form::submit(&words.t("identity-passkey-create")))
    };
    let otherwise = html! { p { (words.t("identity-passkey-not-here")) } };
    let body = html! {
        (steps(words, 1))
        (parts::header_with(&words.t("identity-passkey-title"), &words.t("identity-passkey-lead"), html! {}))
        (parts::paper(form::passkey(
            Ceremony::Register, &format!("{prefix}/activation/passkey/options"),
            &format!("{prefix}/activation/passkey/finish"), &filled, ready, otherwise,
        )))
        (parts::section("later", &words.t("identity-later-title"), html! {
            p { (words.t("identity-later-text")) }
            (form::button_post(&words.t("identity-later-button"), "", &format!("{prefix}/activation/later"), &[]))
        }))
    };
    Page::new(Nav::nobody(), words.t("identity-passkey-title"), body)
}

/// The options of a new passkey, called `name`.
///
/// # Errors
/// As `consent::open`; `passkeys-full`.
pub fn register_options(tx: &mut Tx<'_>, visit: &Visit, site: &Site, name: &str) -> Answer<Started> {
    let holder = own(tx, visit)?;
    passkeys::start_registration(tx, &holder, site, name, visit.now)
}

/// Finishes a passkey made on the security page.
///
/// # Errors
/// As `consent::open`; faults; inside, `passkey-refused`.
pub fn register_finish(
    tx: &mut Tx<'_>,
    visit: &Visit,
    site: &Site,
    answer: (&str, &Value),
    held: &Session,
) -> super::Attempt<usize> {
    let holder = own(tx, visit)?;
    let backing = Backing::of(held.standing, held.proven, visit.now);
    passkeys::finish_registration(tx, (&holder, visit), site, answer, backing)
}

/// Finishes the first passkey, and with it the activation. The new cookie leads to the page of codes.
///
/// # Errors
/// As `consent::open`; `activation-over`; inside, `passkey-refused`.
pub fn activation_finish(
    tx: &mut Tx<'_>,
    visit: &Visit,
    site: &Site,
    answer: (&str, &Value),
    (session, knock): (&Session, &Knock),
    terms: (Limits, &Chance),
) -> super::Attempt<Token> {
    let holder = own(tx, visit)?;
    let backing = Backing::of(session.standing, session.proven, visit.now);
    match passkeys::finish_registration(tx, (&holder, visit), site, answer, backing)? {
        Ok(_) => activation::finish(tx, (&holder, visit), session, How::Passkey, knock, terms),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Goes on with recovery codes alone, where the device has no passkeys.
///
/// # Errors
/// As `consent::open`; `activation-over`; what keeps an account from opening.
pub fn activation_later(
    tx: &mut Tx<'_>,
    visit: &Visit,
    session: &Session,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Reply> {
    let holder = own(tx, visit)?;
    let token = activation::finish(tx, (&holder, visit), session, How::ActivationCode, knock, terms)??;
    Ok(Reply::Begin { token, to: codes_address(visit) })
}

/// Where an activation goes on after its second step.
#[must_use]
pub fn codes_address(visit: &Visit) -> &'static str {
    if is_work(visit) { work::ACTIVATION_CODES } else { ACTIVATION_CODES }
}

/// The security page's address.
#[must_use]
pub fn account_address(visit: &Visit) -> &'static str {
    if is_work(visit) { work::ACCOUNT } else { ACCOUNT }
}

/// Step three, before the codes are made: they are shown once, so she says when she is ready to print.
#[must_use]
pub fn activation_codes(visit: &Visit) -> Page {
    let (words, home) = (Words::to(visit), Nav::of(Some(visit)).side.home());
    let body = html! {
        (steps(words, 2))
        (parts::header_with(&words.t("identity-codes-title"), &words.t("identity-codes-lead"), html! {}))
        (form::button_post(&words.t("identity-codes-show"), "", &format!("{}/account/codes", prefix(visit)), &[]))
        p { a.ds-link href=(home) { (words.t("identity-codes-skip")) } }
    };
    Page::new(nav(visit), words.t("identity-codes-title"), body)
}

/// The codes, this once.
pub(super) fn codes_page(visit: &Visit, codes: &[String]) -> Page {
    let (words, home) = (Words::to(visit), Nav::of(Some(visit)).side.home());
    let keep = if is_work(visit) { "identity-pro-codes-keep" } else { "identity-codes-keep" };
    let body = html! {
        (parts::header_with(
            &words.t("identity-codes-yours"),
            &words.t("identity-codes-once"),
            parts::print_button(words),
        ))
        (parts::paper(html! {
            ol.ds-list.codes #recovery-codes { @for code in codes { li { code { (code) } } } }
            (parts::copy_button(words, "recovery-codes"))
        }))
        (parts::alert(Tone::Info, &words.t("identity-codes-keep-title"), html! {
            p { (words.t(keep)) }
        }))
        p.no-print { (form::button_link(&words.t("identity-codes-done"), home, None)) }
    };
    Page::new(nav(visit), words.t("identity-codes-yours"), body)
}
