//! « Ce que vous cachez » : documents, sorts of documents, times of care.

use std::borrow::Cow;

use kernel::{Answer, Instant, Visit};
use maud::{Markup, html};
use people::consent::pages::ask::{DO, EFFECT, family_name, propose};
use people::consent::pages::{HIDDEN, SHARING, below, deciding};
use people::consent::{Episode, Sharing};
use store::{Kind, Tx};
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card};
use ui::{Words, address, dates};

use super::{Hidden, Space};
use crate::documents::plain;
use crate::documents::read::note;
use crate::documents::shelf::{self, Item};
use crate::record::fold::Seen;

/// Choosing documents one by one.
pub const CHOOSE: &str = "/sharing/hidden/choose";
/// What the form of that page asks for.
pub(crate) const CHOOSING: &str = "choose";

/// Documents on one page of the choice.
const A_PAGE: usize = 40;

/// `GET /sharing/hidden`: what is hidden, and what more can be.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    again(tx, visit, &Filled::empty(Words::to(visit)))
}

pub(super) fn again(tx: &mut Tx<'_>, visit: &Visit, filled: &Filled) -> Answer<Page> {
    let (sharing, seen) = opened(tx, visit)?;
    Ok(page(&sharing, &seen, filled))
}

/// What she decided, and what she sees herself, noted as a look at the list; nothing for whoever may not read it.
fn opened(tx: &mut Tx<'_>, visit: &Visit) -> Answer<(Sharing, Seen)> {
    let (pass, sharing) = deciding(tx, visit)?;
    let Some(space) = Space::open(tx, visit, &pass)? else { return Ok((sharing, Seen::default())) };
    let own = space.own();
    let count = shelf::standing(&own).len();
    note(tx, &space.pass, Kind::ListRead, None, count.to_string());
    Ok((sharing, own))
}

pub(crate) fn page(sharing: &Sharing, seen: &Seen, filled: &Filled) -> Page {
    let words = filled.words();
    let title = words.t("consent-hidden");
    let items = shelf::standing(seen);
    let body = html! {
        (form::error_summary(filled))
        (below(words, &title, &words.t("consent-hidden-lead")))
        (parts::section("documents", &words.t("consent-hidden-documents"), html! {
            (documents(words, sharing, &items))
            @if !items.is_empty() {
                p.no-print { (form::button_link(&words.t("consent-hidden-choose"), CHOOSE, None)) }
            }
        }))
        (parts::section("families", &words.t("consent-hidden-families"), html! {
            p { (words.t("consent-hidden-families-text")) }
            (families(words, sharing, &items))
        }))
        (parts::section("episodes", &words.t("consent-hidden-episodes"), html! {
            p { (words.t("consent-hidden-episodes-text")) }
            @if !sharing.episodes.is_empty() { (episodes(words, sharing)) }
            (episode_form(filled, &items))
        }))
    };
    let page = Page::new(Nav::citizen(SHARING), title.into_owned(), body);
    if filled.has_errors() { page.refilled(filled) } else { page }
}

fn documents(words: &Words, sharing: &Sharing, items: &[Item<'_>]) -> Markup {
    let language = words.language();
    let hidden = |item: &Item<'_>| Hidden::of(sharing, item.meta, language);
    let cards: Vec<Card<'_>> = items
        .iter()
        .filter_map(|item| {
            let how = hidden(item)?;
            let title = plain::title(item.meta, language);
            let entry = item.meta.entry.to_string();
            let fields = [(DO, "documents"), ("show", entry.as_str())];
            let show = propose(&words.t("consent-hidden-family-show"), &title, &fields);
            let card = Card::link(shelf::href(item.meta), title).icon(shelf::icon(item.meta));
            let card = card.line(dates::date(words, item.meta.day())).line(how.said(words));
            Some(card.actions(show))
        })
        .collect();
    if cards.is_empty() {
        return html! { p { (words.t("consent-hidden-nothing")) } };
    }
    parts::cards(&cards)
}

fn families(words: &Words, sharing: &Sharing, items: &[Item<'_>]) -> Markup {
    let language = words.language();
    let here = shelf::families(items, language);
    let absent = sharing.families.iter().filter(|code| here.iter().all(|(known, _)| known != *code));
    let absent = absent.map(|code| (code.as_str(), family_name(language, code)));
    let cards: Vec<Card<'_>> = here
        .iter()
        .copied()
        .chain(absent)
        .map(|(code, name)| {
            let count = items.iter().filter(|item| item.meta.facts.class.code == code).count();
            let hidden = sharing.families.contains(code);
            let (label, word) = if hidden {
                ("consent-hidden-family-show", "family-end")
            } else {
                ("consent-hidden-family-hide", "family")
            };
            let title = words.with("consent-hidden-family", &[("name", name.into()), ("count", count.into())]);
            Card::plain(title)
                .tags(html! { @if hidden { (parts::tag(Some(parts::Tone::Warning), &words.t("consent-hidden-tag"))) } })
                .actions(propose(&words.t(label), name, &[(DO, word), ("family", code)]))
        })
        .collect();
    parts::cards(&cards)
}

fn episodes(words: &Words, sharing: &Sharing) -> Markup {
    let card = |episode: &Episode| {
        let from = dates::date(words, episode.from.date());
        // What ends at midnight ended the day before.
        let last = dates::date(words, episode.until.plus(-Instant::SECOND).date());
        let days = words.with("consent-hidden-episode-days", &[("from", from.into()), ("last", last.into())]);
        let mut card = Card::plain(episode.name.clone()).line(days.into_owned());
        if let Some(place) = &episode.organization {
            let place = words.with("consent-hidden-episode-place", &[("place", place.as_str().into())]);
            card = card.line(place.into_owned());
        }
        let fields = [(DO, "episode-end"), ("episode", episode.id.as_str())];
        card.actions(propose(&words.t("consent-hidden-family-show"), &episode.name, &fields))
    };
    let cards: Vec<Card<'_>> = sharing.episodes.iter().map(card).collect();
    parts::cards(&cards)
}

fn episode_form(filled: &Filled, items: &[Item<'_>]) -> Markup {
    let words = filled.words();
    let mut places: Vec<&str> = items.iter().filter_map(|item| item.meta.organization()).collect();
    places.sort_unstable();
    places.dedup();
    let places: Vec<Choice<'_>> = places.into_iter().map(|name| Choice::new(name, name)).collect();
    form::post(
        EFFECT,
        filled,
        html! {
            (form::hidden(DO, "episode"))
            (form::text("name", words.t("consent-hidden-episode-name"))
                .hint(words.t("consent-hidden-episode-name-hint")).max(80).show(filled))
            (form::date("from", words.t("consent-hidden-episode-from")).show(filled))
            (form::date("last", words.t("consent-hidden-episode-last")).show(filled))
            @if !places.is_empty() {
                (form::select("organization", words.t("consent-hidden-episode-where"), places).optional().show(filled))
            }
            (form::submit(&words.t("consent-see-effect")))
        },
    )
}

/// `GET /sharing/hidden/choose`: every document with a box.
///
/// # Errors
/// As `consent::open`.
pub fn choose(tx: &mut Tx<'_>, visit: &Visit, page: &str) -> Answer<Page> {
    let (sharing, seen) = opened(tx, visit)?;
    Ok(choose_page(visit, &sharing, &seen, page.parse().unwrap_or(1)))
}

pub(crate) fn choose_page(visit: &Visit, sharing: &Sharing, seen: &Seen, page: usize) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-hidden-choose");
    let items = shelf::standing(seen);
    let pages = items.len().div_ceil(A_PAGE).max(1);
    let current = page.clamp(1, pages);
    let shown = &items[(current - 1) * A_PAGE..(current * A_PAGE).min(items.len())];
    let choices = shown
        .iter()
        .map(|item| {
            let hidden = Hidden::of(sharing, item.meta, visit.language);
            let day = dates::date(words, item.meta.day());
            let from = plain::from(item.meta);
            let mut hint = if from.is_empty() { day } else { format!("{from}, {day}") };
            if let Some(hidden) = hidden {
                hint = format!("{hint}. {}", hidden.said(words));
            }
            Choice::new(item.meta.entry.to_string(), plain::title(item.meta, visit.language)).hint(hint)
        })
        .collect();
    let mut filled = Filled::empty(words);
    for item in shown.iter().filter(|item| Hidden::of(sharing, item.meta, visit.language).is_some()) {
        filled = filled.with("hide", item.meta.entry.to_string());
    }
    let listed: Vec<String> = shown.iter().map(|item| item.meta.entry.to_string()).collect();
    let listed = listed.join(" ");
    let above = [
        (words.t("consent-title"), Cow::Borrowed(SHARING)),
        (words.t("consent-hidden"), Cow::Borrowed(HIDDEN)),
    ];
    let body = html! {
        (parts::breadcrumbs(words, &above, &title))
        (parts::header_with(&title, &words.t("consent-hidden-choose-lead"), html! {}))
        @if items.is_empty() {
            p { (words.t("consent-hidden-choose-none")) }
        } @else {
            (form::post(EFFECT, &filled, html! {
                (form::hidden(DO, CHOOSING))
                (form::hidden("listed", &listed))
                (form::checkboxes("hide", words.t("consent-hidden-tag"), choices).show(&filled))
                (form::actions(html! {
                    (form::submit(&words.t("consent-see-effect")))
                    a.ds-link href=(HIDDEN) { (words.t("consent-cancel")) }
                }))
            }))
            (parts::pagination(words, current, pages, |n| address::with_query(CHOOSE, &[("page", &n.to_string())])))
        }
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}
