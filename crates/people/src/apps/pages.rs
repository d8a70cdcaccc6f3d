//! What a citizen sees of it: an app that asks, and the apps that she has connected.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/oauth/authorize`, for a client of the catalogue | [`authorize`] |
//! | POST `/oauth/connect` | [`answer`] |
//! | GET `/apps` | [`show`]; its buttons lead to `/sharing/effect` |
//!
//! Nothing is chosen for her: no box is ticked before she ticks it (art. 4(11), 7 GDPR), and what was connected before is
//! told, not filled in.

mod asked;
mod connected;
mod samples;

use kernel::{Actor, Answer, Language, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Tone};

use super::{Asking, Listed, Next, Text};
use crate::consent::pages::ask;
use crate::consent::{Connection, access};
use crate::delegation::Documents;
use crate::openid::Terms;
use crate::person;

pub use connected::show;
pub use samples::samples;

/// Where a POST connects an app, or does not: the fields of the request, those of [`asked`], and `answer` (`connect`, or
/// anything else).
pub const CONNECT: &str = "/oauth/connect";

/// What the door does.
#[derive(Debug)]
pub enum Shown {
    /// She is asked.
    Asked {
        /// The page.
        page: Page,
    },
    /// A page that ends here.
    Page(Page),
    /// She signs in first, and comes back to this path.
    SignIn(String),
    /// Back to the app at this address.
    Leave {
        /// Where.
        to: String,
        /// What stands on the page meanwhile.
        page: Page,
    },
}

/// `GET /oauth/authorize`: what an app asks.
///
/// # Errors
/// As [`super::authorize`].
pub fn authorize(
    tx: &mut Tx<'_>,
    visit: &Visit,
    query: &[(String, String)],
    terms: Terms<'_>,
) -> Answer<Shown> {
    let next = match super::authorize(tx, query, visit, terms) {
        Err(refusal) if refusal.kind == RefusalKind::NotFound => match too_young(tx, visit)? {
            Some(age) => return Ok(Shown::Page(young_page(visit, age))),
            None => return Err(refusal),
        },
        next => next?,
    };
    shown(tx, visit, query, next)
}

/// `POST /oauth/connect`: her answer. What is wrong with it comes back with it.
///
/// # Errors
/// As [`super::open`], [`super::Open::answer`].
pub fn answer(
    tx: &mut Tx<'_>,
    visit: &Visit,
    fields: &[(String, String)],
    terms: Terms<'_>,
) -> Answer<Shown> {
    let filled = Filled::sent(Words::to(visit), fields.iter().cloned());
    // What was asked is judged again: it came back through a browser.
    let request = asked::request(fields);
    let open = match super::open(tx, &request, visit, terms)? {
        Ok(open) => open,
        Err(next) => return shown(tx, visit, &request, next),
    };
    let granted = match filled.value("answer") {
        "connect" => match asked::read(&open.asking, filled.clone()) {
            Ok(granted) => Some(granted),
            Err(wrong) => return asked_page(tx, visit, &open.asking, &wrong),
        },
        _ => None,
    };
    match open.answer(tx, granted, terms) {
        Ok(next) => shown(tx, visit, &request, next),
        Err(refusal) if refusal.kind == RefusalKind::Invalid => {
            asked_page(tx, visit, &open.asking, &filled.refused(&refusal))
        }
        Err(refusal) => Err(refusal),
    }
}

/// She is asked, in a form that is filled so far.
fn asked_page(tx: &mut Tx<'_>, visit: &Visit, asking: &Asking, filled: &Filled) -> Answer<Shown> {
    let whose = asked::Whose::of(tx, visit, asking.person)?;
    Ok(Shown::Asked { page: asked::page(visit, asking, &whose, filled) })
}

fn shown(tx: &mut Tx<'_>, visit: &Visit, request: &[(String, String)], next: Next) -> Answer<Shown> {
    Ok(match next {
        Next::Ask(asking) => return asked_page(tx, visit, &asking, &Filled::empty(Words::to(visit))),
        Next::SignIn(path) => Shown::SignIn(path),
        Next::Leave(to) => {
            let listed = super::find(tx, ask::Fields(request).get("client_id"))?;
            let name = listed.map(|listed| listed.name).unwrap_or_default();
            Shown::Leave { page: onward(visit, &name, &to), to }
        }
        Next::Wrong(denial) => Shown::Page(crate::openid::pages::wrong(visit, &denial)),
    })
}

/// Back to the app; the door adds the header that makes the browser go there by itself.
fn onward(visit: &Visit, app: &str, to: &str) -> Page {
    let words = Words::to(visit);
    let named = [("app", app.into())];
    let title = words.t("apps-onward-title");
    let body = html! {
        (parts::header_with(&title, &words.with("apps-onward-lead", &named), html! {
            (form::button_link(&words.with("apps-onward-link", &named), to, None))
        }))
    };
    Page::new(Nav::citizen(super::APPS), title, body)
}

/// The age from which she connects apps by herself, for a minor in her own space who is not that old.
fn too_young(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Option<i16>> {
    let Actor::Citizen { person: herself, .. } = &visit.actor else { return Ok(None) };
    let age = access::table()?.app_age;
    let own = if visit.on_behalf_of.is_none() { person::load(tx, *herself)? } else { None };
    Ok(own.filter(|own| own.identity.traits.age_on(visit.now.date()) < age).map(|_| age))
}

fn young_page(visit: &Visit, age: i16) -> Page {
    let words = Words::to(visit);
    let title = words.t("apps-young-title");
    let lead = words.with("apps-young-lead", &[("age", age.into())]);
    let body = html! {
        (parts::header_with(&title, &lead, html! {}))
        p { (words.t("apps-young-text")) }
        p.no-print { (form::button_link(&words.t("apps-young-back"), "/", None)) }
    };
    Page::new(Nav::citizen(super::APPS), title, body).status(403)
}

/// What a connection lets an app read, one line each.
fn reads(words: &'static Words, connection: &Connection) -> Vec<String> {
    let granted = &connection.granted;
    let mut said = Vec::new();
    match &granted.documents {
        Documents::All => said.push(words.t("apps-reads-all").into_owned()),
        Documents::Families(codes) if !codes.is_empty() => {
            let names: Vec<&str> =
                codes.iter().map(|code| ask::family_name(words.language(), code)).collect();
            let families = names.join(", ");
            said.push(words.with("apps-reads-families", &[("families", families.into())]).into_owned());
        }
        Documents::Families(_) | Documents::None => {
            said.push(words.t("apps-reads-no-documents").into_owned());
        }
    }
    if granted.profile {
        let key = if granted.reads_documents() { "apps-reads-profile" } else { "apps-reads-profile-only" };
        said.retain(|_| granted.reads_documents());
        said.push(words.t(key).into_owned());
    }
    said
}

/// What an app does, in the language of the page.
fn about<'a>(words: &Words, text: &'a Text) -> &'a str {
    match words.language() {
        Language::Fr => &text.fr,
        Language::En => &text.en,
    }
}

/// A link to an app's own site, where it has one that a link may lead to.
fn site(words: &Words, listed: &Listed) -> Markup {
    let safe = listed.website.as_deref().filter(|site| oauth::service::is_safe_address(site));
    html! {
        @if let Some(site) = safe {
            a.ds-link href=(site) rel="noopener noreferrer" {
                (words.t("apps-site"))
                span.ds-sr-only { " " (words.with("apps-site-about", &[("app", listed.name.as_str().into())])) }
            }
        }
    }
}

/// That something must be known before she answers.
fn told(tone: Tone, title: &str, text: &str) -> Markup {
    parts::alert(tone, title, html! { p { (text) } })
}
