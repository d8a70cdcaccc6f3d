//! « Qui peut voir » : what the person decides about who may look.
//!
//! | address | function |
//! | --- | --- |
//! | GET `/sharing` | [`show`]: how it stands, and the way to everything below |
//! | GET `/sharing/general` | [`switches::general`]: the one question |
//! | GET `/sharing/team`, `/sharing/treating`, `/sharing/blocked` | [`lists`] |
//! | GET `/sharing/emergency`, `/sharing/senders` | [`switches`] |
//! | GET, POST `/sharing/code` | [`code`]: a code to hand over |
//! | POST `/sharing/effect`, `/sharing/decide` | [`ask`]: what would change; saving it |
//!
//! What needs her documents (hiding, seeing with another's eyes) is in `care::record::sight`.

pub mod ask;
pub mod code;
pub mod inside;
pub mod lists;
mod samples;
pub mod switches;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, PersonId, Professional, Refusal, RefusalKind, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form;
use ui::icons::Icon;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use self::inside::Inside;
use super::{Action, Given, Mode, Pass, Permission, Sharing};
use crate::registry;

pub use samples::samples;

/// Where the page is.
pub const SHARING: &str = "/sharing";
/// What she hides.
pub const HIDDEN: &str = "/sharing/hidden";
/// Seeing with another's eyes.
pub const PREVIEW: &str = "/sharing/preview";

/// Where a POST keeps a professional from those who act for her: field `rpps`.
pub const KEEP: &str = "/sharing/keep";
/// Where a POST no longer does.
pub const SHOW: &str = "/sharing/show";

/// The field of an address that says that something was saved.
pub const DONE: &str = "done";

/// More than this many answers and she is asked for a more precise name.
const MOST_FOUND: u32 = 20;

/// Whose space the visitor decides about.
///
/// # Errors
/// `sign-in-needed` for anybody but a citizen.
pub fn owner(visit: &Visit) -> Answer<PersonId> {
    match &visit.actor {
        Actor::Citizen { person, .. } => Ok(visit.on_behalf_of.unwrap_or(*person)),
        _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person.")),
    }
}

/// Her space, open for deciding, and what she has decided: for a page that shows it.
///
/// # Errors
/// As [`super::open`].
pub fn deciding(tx: &mut Tx<'_>, visit: &Visit) -> Answer<(Pass, Sharing)> {
    let pass = super::open(tx, visit, owner(visit)?, Action::ManageSharing)?;
    let sharing = super::read_sharing(tx, &pass)?;
    Ok((pass, sharing))
}

/// Professionals whose name or number this is; `None` when nothing was typed.
pub(crate) fn search(tx: &mut Tx<'_>, typed: &str) -> Answer<Option<Vec<Professional>>> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let known = registry::find(tx, typed.trim(), MOST_FOUND)?;
    Ok(Some(known.into_iter().map(|known| known.professional).collect()))
}

/// The page: how it stands, and a search among the professionals known to us when `query` is not empty.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, query: &str) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    let found = search(tx, query)?;
    let may_keep = pass.is_owner() && pass.is_minor() && pass.may(Action::KeepSecret);
    let of = pass.identity().display_name();
    let shown = Shown {
        sharing: &sharing,
        inside: &inside::inside(&pass, &sharing)?,
        of: &of,
        query: query.trim(),
        found: found.as_deref(),
        may_keep,
    };
    Ok(page(visit, &shown))
}

/// The page with the sentence that what was asked for is done.
#[must_use]
pub fn told(page: Page, visit: &Visit, done: Option<&str>) -> Page {
    match done {
        Some(_) => page.flash(Tone::Success, Words::to(visit).t("consent-done")),
        None => page,
    }
}

/// Keeps the professional with this number from those who act for her, or no longer does.
///
/// # Errors
/// As `consent::open`, [`super::keep_permission`].
pub fn keep(tx: &mut Tx<'_>, visit: &Visit, rpps: &str, keep: bool) -> Answer<()> {
    let pass = super::open(tx, visit, owner(visit)?, Action::KeepSecret)?;
    let rpps = Rpps::parse(rpps).ok_or_else(Refusal::not_found)?;
    super::keep_permission(tx, &pass, &rpps, keep)
}

/// A page below this one: its way back up, its title and what it is for.
#[must_use]
pub fn below(words: &Words, title: &str, lead: &str) -> Markup {
    let above = [(words.t("consent-title"), Cow::Borrowed(SHARING))];
    html! {
        (parts::breadcrumbs(words, &above, title))
        (parts::header_with(title, lead, html! {}))
    }
}

/// What the page shows.
struct Shown<'a> {
    sharing: &'a Sharing,
    inside: &'a [Inside<'a>],
    /// Whose space it is.
    of: &'a str,
    query: &'a str,
    found: Option<&'a [Professional]>,
    may_keep: bool,
}

fn page(visit: &Visit, shown: &Shown<'_>) -> Page {
    let words = Words::to(visit);
    let Shown { sharing, query, found, may_keep, .. } = *shown;
    let title = words.t("consent-title");
    let lead = words.with("consent-lead", &[("name", shown.of.into())]);
    let body = html! {
        (parts::header_with(&title, &lead, html! {}))
        (inside::alerts(words, visit, shown.inside, shown.of))
        @if sharing.mode == Mode::Unasked { (question(words, &words.t("consent-question"))) }
        (parts::section("allowed", &words.t("consent-allowed"), allowed(words, visit, sharing, may_keep)))
        (parts::section("add", &words.t("consent-add"), html! {
            p { (words.t("consent-add-why")) }
            (parts::search_box(words, SHARING, "q", &words.t("consent-search-label"), query))
            @if let Some(found) = found {
                (results(words, query, found, |who| results_allow(words, sharing, who)))
            }
        }))
        (parts::section("more", &words.t("consent-more"), parts::cards(&ways(words, visit, sharing))))
        (parts::section("helpers", &words.t("consent-sight-acting"), html! {
            p { (words.t("delegation-sharing-text")) }
            p { a.ds-link href=(crate::delegation::pages::ACTING) { (words.t("delegation-sharing-link")) } }
        }))
        (parts::section("always", &words.t("consent-always"), html! {
            ul {
                li { (words.t("consent-always-author")) }
                li { (words.t("consent-always-journal")) }
                li { (words.t("consent-always-never")) }
            }
        }))
    };
    Page::new(Nav::citizen(SHARING), title, body)
}

/// The one question, as long as she has not answered it.
fn question(words: &Words, asks: &str) -> Markup {
    parts::alert(
        Tone::Info,
        asks,
        html! {
            p { (words.t("consent-question-text")) }
            p.no-print { (form::button_link(&words.t("consent-question-answer"), switches::GENERAL, None)) }
        },
    )
}

/// Everything else that she may decide, each with how it stands.
fn ways<'a>(words: &'a Words, visit: &Visit, sharing: &Sharing) -> Vec<Card<'a>> {
    let counted = |key: &str, count: usize| words.with(key, &[("count", count.into())]);
    let live = sharing.loans.iter().filter(|loan| visit.now < loan.usable_until).count();
    // Some of the documents may be secret from whoever acts for her: they are not counted to her.
    let entries = match visit.on_behalf_of {
        Some(_) => 0,
        None => sharing.entries.values().filter(|word| word.hidden).count(),
    };
    let hidden = sharing.families.len() + sharing.episodes.len() + entries;
    let treating = match &sharing.treating {
        Some(named) => Cow::Owned(named.professional.name.clone()),
        None => words.t("consent-way-treating-none"),
    };
    let emergency = match (sharing.refuses_emergency, sharing.refuses_call_centre) {
        (false, false) => "consent-way-emergency-both",
        (true, true) => "consent-way-emergency-none",
        _ => "consent-way-emergency-one",
    };
    let general = words.t(&format!("consent-mode-{}", sharing.mode.word()));
    [
        (switches::GENERAL, "consent-general", Icon::People, general),
        (code::CODE, "consent-code", Icon::Key, counted("consent-way-code", live)),
        (lists::TEAM, "consent-team", Icon::Hospital, counted("consent-way-team", sharing.teams.len())),
        (lists::TREATING, "consent-treating", Icon::Person, treating),
        (
            lists::BLOCKED,
            "consent-blocked",
            Icon::Hand,
            counted("consent-way-blocked", sharing.blocked.len()),
        ),
        (crate::apps::APPS, "consent-apps", Icon::App, counted("consent-way-apps", sharing.apps.len())),
        (HIDDEN, "consent-hidden", Icon::Document, counted("consent-way-hidden", hidden)),
        (switches::EMERGENCY, "consent-emergency", Icon::Plus, words.t(emergency)),
        (PREVIEW, "consent-preview", Icon::Eye, words.t("consent-way-preview")),
        (
            switches::SENDERS,
            "consent-senders",
            Icon::Letter,
            counted("consent-way-senders", sharing.refused_senders.len()),
        ),
    ]
    .map(|(href, key, icon, line)| Card::link(href, words.t(key)).line(line).icon(icon))
    .into()
}

fn allowed(words: &Words, visit: &Visit, sharing: &Sharing, may_keep: bool) -> Markup {
    let standing: Vec<&Permission> =
        sharing.allowed.iter().rev().filter(|permission| permission.holds(visit.now)).collect();
    let closed = sharing.mode == Mode::Nobody;
    let cards: Vec<Card<'_>> = standing
        .iter()
        .map(|permission| {
            let professional = &permission.professional;
            let mut card = Card::plain(professional.name.as_str())
                .line(professional.structure.as_str())
                .line(since(words, visit, permission));
            if let Some(until) = ask::ends(permission, visit.now) {
                let when = dates::moment_near(words, until, visit.now);
                card = card.line(words.with("consent-until", &[("when", when.into())]));
            }
            card.tags(html! {
                @if sharing.keeps_now(&professional.rpps) {
                    (parts::tag(Some(Tone::Info), &words.t("delegation-secret-tag")))
                }
                @if sharing.is_treating(&professional.rpps) {
                    (parts::tag(Some(Tone::Info), &words.t("consent-treating")))
                }
                @if closed && permission.given != Given::ByCode {
                    (parts::tag(Some(Tone::Warning), &words.t("consent-suspended")))
                }
            })
            .actions(html! {
                (propose_about(words, "consent-disallow", "disallow", professional))
                @if may_keep || sharing.keeps_now(&professional.rpps) {
                    (keep_button(words, professional, sharing))
                }
            })
        })
        .collect();
    html! {
        @if closed { p { (words.t("consent-closed")) } }
        @if cards.is_empty() {
            (parts::empty(&words.t("consent-nobody"), &words.t("consent-nobody-text"), html! {}))
        } @else {
            (parts::cards(&cards))
        }
        @if !sharing.teams.is_empty() {
            h3.ds-heading { (words.t("consent-teams-allowed")) }
            (lists::teams(words, visit, sharing))
        }
    }
}

/// A button about a professional that leads to what would change.
fn propose_about(words: &Words, label: &str, word: &str, who: &Professional) -> Markup {
    let about = words.with("consent-about", &[("name", who.name.as_str().into())]);
    ask::propose(&words.t(label), &about, &[(ask::DO, word), ("rpps", who.rpps.as_str())])
}

/// Keeps her from parents, who then learn nothing of this permission and of what she does here.
fn keep_button(words: &Words, professional: &Professional, sharing: &Sharing) -> Markup {
    let (label, address) = if sharing.keeps_now(&professional.rpps) {
        ("delegation-secret-lift", SHOW)
    } else {
        ("delegation-secret-keep", KEEP)
    };
    let fields = [("rpps", professional.rpps.as_str())];
    form::button_post(&words.t(label), &professional.name, address, &fields)
}

fn since(words: &Words, visit: &Visit, permission: &Permission) -> String {
    let when = dates::moment_near(words, permission.since, visit.now);
    let key = match permission.given {
        Given::OnTheWeb => "consent-given-web",
        Given::InPresence => "consent-given-presence",
        Given::ByCode => "consent-given-code",
    };
    words.with(key, &[("when", when.into())]).into_owned()
}

/// What is offered beside somebody found: allowing her, unless she is allowed or blocked.
fn results_allow(words: &Words, sharing: &Sharing, who: &Professional) -> (Markup, Markup) {
    let none = || html! {};
    if sharing.blocks(&who.rpps) {
        return (parts::tag(Some(Tone::Warning), &words.t("consent-is-blocked")), none());
    }
    if sharing.allows(&who.rpps) {
        return (parts::tag(Some(Tone::Success), &words.t("consent-already")), none());
    }
    (none(), propose_about(words, "consent-allow", "allow", who))
}

/// Those found; `offers` makes the tags and the buttons of each.
fn results(
    words: &Words,
    query: &str,
    found: &[Professional],
    offers: impl Fn(&Professional) -> (Markup, Markup),
) -> Markup {
    if found.is_empty() {
        let title = words.with("consent-none-found", &[("query", query.into())]);
        return parts::empty(&title, &words.t("consent-none-found-text"), html! {});
    }
    let cards: Vec<Card<'_>> = found
        .iter()
        .map(|professional| {
            let (tags, actions) = offers(professional);
            Card::plain(professional.name.as_str())
                .line(professional.structure.as_str())
                .line(format!("RPPS {}", professional.rpps))
                .tags(tags)
                .actions(actions)
        })
        .collect();
    html! {
        p role="status" { (words.with("consent-found", &[("count", found.len().into())])) }
        (parts::cards(&cards))
        @if found.len() >= MOST_FOUND as usize { p { (words.t("consent-found-many")) } }
    }
}
