//! The passkey once more, for what a thief of an open session must not do.
//!
//! A form that asks for it is set aside, sealed in the session; after the passkey one press sends it again, so
//! nothing typed is lost. What is too large to be set aside is asked for again, and the page says so.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/confirm?next=` | [`ask`] |
//! | POST `/confirm/finish` (JSON) | [`super::super::passkeys::finish_confirmation`] |
//! | GET `/confirm/resume` | [`resume`] |

use kernel::{Answer, Instant, Visit};
use maud::html;
use store::Tx;
use ui::Words;
use ui::form::{self, Ceremony, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::account::young;
use super::{account_address, own};
use crate::identity::passkeys::{self, PasskeyEntry};
use crate::identity::session::{self, Draft, Session};
use crate::vigilance::{self, Judgement};

/// Where the passkey is asked for again; `next` is a path of this site to go on to.
pub const CONFIRM: &str = "/confirm";
/// Under which a professional opens spaces: who is sent here from there has opened many.
const SPACES: &str = "/pro/patients/";
/// Where a form that was set aside is sent again.
pub const RESUME: &str = "/confirm/resume";

/// The page that asks for the passkey; `next` is where she goes then.
///
/// # Errors
/// As `consent::open`.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, next: &str) -> Answer<Page> {
    let holder = own(tx, visit)?;
    let has = Has::of(&passkeys::list(tx, &holder)?, visit.now);
    let judged = if next.starts_with(SPACES) { vigilance::next_opening(tx, visit)? } else { Judgement::Open };
    let why = match judged {
        Judgement::Open => Why::Grave,
        Judgement::Confirm => Why::ManySpaces,
        Judgement::Refuse => Why::Stopped,
    };
    Ok(page(visit, has, why, next))
}

/// What she can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// A passkey that vouches.
    Passkey,
    /// Only such as do not vouch yet; the first of them will from then on.
    Young(Instant),
    /// None.
    Nothing,
}

impl Has {
    fn of(keys: &[PasskeyEntry], now: Instant) -> Self {
        match keys.iter().map(|key| key.vouches_from).min() {
            None => Self::Nothing,
            Some(from) if from <= now => Self::Passkey,
            Some(from) => Self::Young(from),
        }
    }
}

/// Why the passkey is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// What she is about to do is grave.
    Grave,
    /// Her account opens more spaces than usual.
    ManySpaces,
    /// Her account has opened more spaces than possible: no passkey helps.
    Stopped,
}

/// Where an emergency is declared about whom she was on the way to: a count stops nobody whose life is in danger.
fn emergency(next: &str) -> Option<String> {
    let (path, query) = next.strip_prefix(SPACES)?.split_once('?')?;
    let found = query.split('&').find(|pair| pair.starts_with("found="))?;
    let plain = path.chars().all(|c| c.is_ascii_digit());
    plain.then(|| format!("{SPACES}{path}/emergency?{found}"))
}

/// The same page from what it shows.
#[must_use]
pub fn page(visit: &Visit, has: Has, why: Why, next: &str) -> Page {
    let words = Words::to(visit);
    let lead = match why {
        Why::Grave => "identity-confirm-lead",
        Why::ManySpaces => "refusal-confirm-needed",
        Why::Stopped => "refusal-too-many-spaces",
    };
    let title = if why == Why::Stopped { "identity-confirm-stopped" } else { "identity-confirm-title" };
    let filled = Filled::empty(words);
    let ready = html! {
        (form::hidden("next", next))
        (form::submit(&words.t("identity-confirm-button")))
    };
    let otherwise = html! { p { (words.t("identity-confirm-otherwise")) } };
    let body = html! {
        (parts::header_with(&words.t(title), &words.t(lead), html! {}))
        @match has {
            _ if why == Why::Stopped => {}
            Has::Passkey => (parts::paper(form::passkey(
                Ceremony::SignIn, "/sign-in/options", "/confirm/finish", &filled, ready, otherwise,
            ))),
            Has::Young(from) => (parts::alert(Tone::Info, &words.t("identity-confirm-young-title"), html! {
                p { (words.t("identity-confirm-young")) }
                p { (young(words, from)) }
            })),
            Has::Nothing => (parts::alert(Tone::Info, &words.t("identity-confirm-none-title"), html! {
                p { (words.t("identity-confirm-none")) }
                p { a.ds-link href=(account_address(visit)) { (words.t("identity-confirm-none-link")) } }
            })),
        }
        @if let Some(emergency) = emergency(next) {
            (parts::section("emergency", &words.t("identity-confirm-emergency"), html! {
                p { a.ds-link href=(emergency) { (words.t("identity-confirm-emergency-link")) } }
            }))
        }
    };
    Page::new(Nav::of(Some(visit)), words.t(title), body)
}

/// The page that sends a form again that was set aside.
///
/// # Errors
/// Faults of the store.
pub fn resume(tx: &mut Tx<'_>, visit: &Visit, held: &Session) -> Answer<Page> {
    let draft = session::draft(tx, held, visit.now)?;
    Ok(resume_page(visit, draft.as_ref()))
}

/// The same page from what it shows; without a form it says that it must be filled in again. So it says of one that was
/// filled in in another space than the one that is open now: there it would be done for somebody whom she did not mean.
#[must_use]
pub fn resume_page(visit: &Visit, draft: Option<&Draft>) -> Page {
    let words = Words::to(visit);
    let filled = Filled::empty(words);
    let lost = match draft {
        Some(_) => "identity-resume-elsewhere",
        None => "identity-resume-lost",
    };
    let body = html! {
        @match draft.filter(|draft| draft.space == visit.on_behalf_of) {
            Some(draft) => {
                (parts::header_with(&words.t("identity-resume-title"), &words.t("identity-resume-lead"), html! {}))
                (parts::paper(form::post(&draft.path, &filled, html! {
                    @for (name, value) in &draft.fields { (form::hidden(name, value)) }
                    (form::submit(&words.t("identity-resume-button")))
                })))
            }
            None => {
                (parts::header_with(&words.t("identity-resume-title"), &words.t(lost), html! {}))
                p { (form::button_link(&words.t("identity-resume-home"), Nav::of(Some(visit)).side.home(), None)) }
            }
        }
    };
    Page::new(Nav::of(Some(visit)), words.t("identity-resume-title"), body)
}
