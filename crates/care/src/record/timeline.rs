//! The list of documents by month, with its filters and its search; the same for the owner and for a
//! professional whom she allowed.

use std::borrow::Cow;

use kernel::{Actor, Answer, PersonId, Visit};
use maud::{Markup, html};
use people::consent::pages::owner;
use people::consent::{self, Action, Pass};
use people::delegation;
use serde::Deserialize;
use store::{Act, Kind, Tx};
use ui::form::{self, Choice, Filled};
use ui::page::Page;
use ui::parts::{self, Card, Group};
use ui::{Words, address, dates};

use super::coming;
use super::fold::Seen;
use super::sight;
use crate::documents::pages::{self as document_pages, ADD, DOCUMENTS, list_of, nav};
use crate::documents::search::{self, Learnt};
use crate::documents::shelf::{self, Item};

/// Documents on one page: about two screens of a computer, and well under 100 kB.
pub const A_PAGE: usize = 40;

/// What is asked of the list: the query of its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Words to find.
    pub q: String,
    /// Family: a class code.
    pub family: String,
    /// Author or organisation, as the list names it.
    pub author: String,
    /// Year of the document.
    pub year: String,
    /// `yes` for what is hidden from professionals, `no` for the rest.
    pub hidden: String,
    /// Page, from 1; anything else is the first.
    pub page: String,
}

impl Asked {
    fn filters_set(&self) -> usize {
        [&self.family, &self.author, &self.year, &self.hidden]
            .iter()
            .filter(|value| !value.is_empty())
            .count()
    }

    fn page_number(&self) -> usize {
        self.page.parse().unwrap_or(1).max(1)
    }

    fn address(&self, list: &str, page: usize) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let pairs = [
            ("q", self.q.trim()),
            ("family", self.family.as_str()),
            ("author", self.author.as_str()),
            ("year", self.year.as_str()),
            ("hidden", self.hidden.as_str()),
            ("page", page.as_str()),
        ];
        address::with_query(list, &pairs)
    }

    fn keeps(&self, item: &Item<'_>) -> bool {
        let meta = item.meta;
        (self.family.is_empty() || meta.facts.class.code == self.family)
            && (self.author.is_empty() || author_of(item) == self.author)
            && (self.year.is_empty() || meta.day().year().to_string() == self.year)
            && (self.hidden.is_empty() || meta.facts.security.masked == (self.hidden == "yes"))
    }
}

/// A page, and the words that its search has read and that are worth keeping: hand them to
/// [`search::keep`] in a write transaction of its own, without making the reader wait.
#[derive(Debug)]
pub struct Shown {
    /// The page.
    pub page: Page,
    /// What was learnt on the way.
    pub learnt: Learnt,
}

/// `GET /documents` for the owner, `GET /pro/patients/{person}` for a professional: the list. The look, or the
/// search, is journalled (never the words searched for).
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit, person: Option<PersonId>, asked: &Asked) -> Answer<Shown> {
    let person = match person {
        Some(person) => person,
        None => owner(visit)?,
    };
    let pass = consent::open(tx, visit, person, Action::ReadRecord)?;
    let mut seen = Seen::load(tx, &pass)?;
    let decided = sight::decided(tx, &pass)?;
    if let Some(sharing) = &decided {
        sight::mark(&mut seen, sharing);
    }
    let mut learnt = Learnt::default();
    let mut incomplete = false;
    let searching = !asked.q.trim().is_empty();
    if searching {
        let found = search::search(tx, &pass, &seen, asked.q.trim(), visit.language)?;
        learnt = found.learnt;
        incomplete = found.incomplete;
        // Found earlier versions are shown under the version that stands.
        let tags: std::collections::HashSet<i64> = found.documents.iter().map(|m| m.entry.tag).collect();
        let standing = |meta: &crate::documents::model::Meta| {
            tags.contains(&meta.entry.tag)
                || seen.earlier(meta).iter().any(|older| tags.contains(&older.entry.tag))
        };
        let kept: Vec<bool> = seen.documents.iter().map(standing).collect();
        let mut kept = kept.into_iter();
        seen.documents.retain(|_| kept.next().unwrap_or_default());
    }
    let items = shelf::standing(&seen);
    note(tx, &pass, if searching { Kind::Searched } else { Kind::ListRead }, items.len());
    let mut who = matches!(visit.actor, Actor::Professional(_)).then(|| heading_of(&pass, visit));
    if let Some(patient) = &mut who {
        patient.acting = may_act(tx, &pass, visit)?;
    }
    let page = page(visit, &List { person, items: &items, asked, incomplete, patient: who });
    Ok(Shown { page, learnt })
}

/// Notes a look at the list: how many documents there were to be seen.
fn note(tx: &mut Tx<'_>, pass: &Pass, kind: Kind, count: usize) {
    let line = pass.line().about(count.to_string());
    tx.note(pass.key(), Act { kind, at: pass.visit().now, entry: None, line, data: None, blob: None });
}

/// Who she is, as a professional must see it to be sure that it is the right person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patient {
    pub(crate) name: String,
    pub(crate) birth_name: String,
    pub(crate) given_names: String,
    pub(crate) birth_date: jiff::civil::Date,
    pub(crate) age: i16,
    pub(crate) sex: kernel::Sex,
    pub(crate) ins: String,
    /// Who may act for her: name, and what she is to her.
    pub(crate) acting: Vec<String>,
    /// By which exception her space is open, if by one.
    pub(crate) under: Option<coming::Under>,
}

pub(crate) fn heading_of(pass: &Pass, visit: &Visit) -> Patient {
    let identity = pass.identity();
    Patient {
        name: identity.display_name(),
        birth_name: identity.traits.birth_name.clone(),
        given_names: identity.traits.given_names.clone(),
        birth_date: identity.traits.birth_date,
        age: identity.traits.age_on(visit.now.date()),
        sex: identity.traits.sex,
        ins: identity.ins.to_string(),
        acting: Vec::new(),
        under: coming::under(pass),
    }
}

/// Who may act for her today: a professional must know that a relative may be reading along.
fn may_act(tx: &mut Tx<'_>, pass: &Pass, visit: &Visit) -> Answer<Vec<String>> {
    let words = Words::to(visit);
    let helpers = delegation::of_person(tx, pass)?.into_iter();
    let in_force = helpers.filter(|helper| helper.stage == delegation::Stage::InForce);
    Ok(in_force.map(|helper| delegation::pages::named(words, &helper)).collect())
}

/// What the page of the list shows.
pub(crate) struct List<'a> {
    pub(crate) person: PersonId,
    pub(crate) items: &'a [Item<'a>],
    pub(crate) asked: &'a Asked,
    pub(crate) incomplete: bool,
    pub(crate) patient: Option<Patient>,
}

pub(crate) fn page(visit: &Visit, list: &List<'_>) -> Page {
    let words = Words::to(visit);
    let asked = list.asked;
    let here = list_of(visit, list.person);
    let kept: Vec<&Item<'_>> = list.items.iter().filter(|item| asked.keeps(item)).collect();
    let pages = kept.len().div_ceil(A_PAGE).max(1);
    let current = asked.page_number().min(pages);
    let shown = &kept[(current - 1) * A_PAGE..(current * A_PAGE).min(kept.len())];
    let title = match &list.patient {
        Some(patient) => Cow::Borrowed(patient.name.as_str()),
        None => words.t("documents-title"),
    };
    let add = html! {
        @if list.patient.is_none() {
            a.ds-button href=(ADD) { (ui::icons::Icon::Plus.svg()) (words.t("documents-add")) }
        }
    };
    let body = html! {
        (parts::header_with(&title, "", add))
        @if let Some(patient) = &list.patient { (super::professional::identity(words, patient)) }
        (parts::search_box(words, &here, "q", &words.t("record-search-label"), &asked.q))
        (filters(words, &here, list))
        @if list.patient.is_none() && !list.items.is_empty() {
            p.no-print { a.ds-link href=(sight::hiding::CHOOSE) { (words.t("consent-hidden-choose")) } }
        }
        @if list.incomplete && !asked.q.trim().is_empty() { p.quiet-text { (words.t("record-incomplete")) } }
        @if kept.is_empty() {
            (nothing(words, list, &here))
        } @else {
            p.quiet-text role="status" { (words.with("record-count", &[("count", kept.len().into())])) }
            (parts::timeline(&months(words, shown, list.patient.as_ref())))
            (parts::pagination(words, current, pages, |n| asked.address(&here, n)))
        }
    };
    let title = if asked.q.trim().is_empty() {
        title.into_owned()
    } else {
        words.with("record-results", &[("query", asked.q.trim().into())]).into_owned()
    };
    Page::new(nav(visit), title, body)
}

fn nothing(words: &Words, list: &List<'_>, here: &str) -> Markup {
    let asked = list.asked;
    if asked.filters_set() > 0 || !asked.q.trim().is_empty() {
        let back = html! { a.ds-link href=(here) { (words.t("record-all")) } };
        return parts::empty(&words.t("record-none-found"), &words.t("record-none-found-text"), back);
    }
    if list.patient.is_some() {
        return parts::empty(&words.t("record-empty-pro"), &words.t("record-empty-pro-text"), html! {});
    }
    let add = form::button_link(&words.t("documents-add"), ADD, Some(ui::icons::Icon::Plus));
    parts::empty(&words.t("record-empty"), &words.t("record-empty-text"), add)
}

fn months(words: &Words, shown: &[&Item<'_>], patient: Option<&Patient>) -> Vec<Group> {
    let month = |item: &Item<'_>| {
        let day = item.meta.day();
        (day.year(), day.month())
    };
    shown
        .chunk_by(|a, b| month(a) == month(b))
        .map(|items| {
            let cards = items.iter().map(|item| match patient {
                Some(patient) => shelf::card_for_professional(words, item, patient.age),
                None => shelf::card(words, item, None),
            });
            let cards: Vec<Card<'_>> = cards.collect();
            let heading = items.first().map(|item| dates::month(words, item.meta.day())).unwrap_or_default();
            Group { heading, body: parts::cards(&cards) }
        })
        .collect()
}

/// The name that the author filter knows an item by: the organisation, else the author.
fn author_of<'a>(item: &Item<'a>) -> &'a str {
    item.meta.organization().unwrap_or_else(|| item.meta.author_name())
}

fn filters(words: &'static Words, here: &str, list: &List<'_>) -> Markup {
    if list.items.len() < 2 && list.asked.filters_set() == 0 {
        return html! {};
    }
    let asked = list.asked;
    let mut authors: Vec<&str> = list.items.iter().map(author_of).filter(|name| !name.is_empty()).collect();
    authors.sort_unstable();
    authors.dedup();
    let mut years: Vec<i16> = list.items.iter().map(|item| item.meta.day().year()).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    let families: Vec<Choice<'_>> = shelf::families(list.items, words.language())
        .into_iter()
        .map(|(code, name)| Choice::new(code, name))
        .collect();
    let filled = Filled::empty(words)
        .with("family", asked.family.as_str())
        .with("author", asked.author.as_str())
        .with("year", asked.year.as_str())
        .with("hidden", asked.hidden.as_str());
    let hidden = vec![
        Choice::new("no", words.t("consent-filter-shown")),
        Choice::new("yes", words.t("consent-filter-hidden")),
    ];
    // What is hidden does not exist for a professional: there is nothing to choose.
    let is_hers = list.patient.is_none();
    let fields = html! {
        @if !asked.q.trim().is_empty() { (form::hidden("q", asked.q.trim())) }
        (form::select("family", words.t("record-filter-family"), families).optional().show(&filled))
        (form::select("author", words.t("record-filter-author"),
            authors.iter().map(|name| Choice::new(*name, *name)).collect()).optional().show(&filled))
        (form::select("year", words.t("record-filter-year"),
            years.iter().map(|year| Choice::new(year.to_string(), year.to_string())).collect()).optional().show(&filled))
        @if is_hers { (form::select("hidden", words.t("consent-filter"), hidden).optional().show(&filled)) }
    };
    let reset = address::with_query(here, &[("q", asked.q.trim())]);
    parts::filters(words, here, asked.filters_set(), &reset, fields)
}

/// Where the list of a person is, for those who link to it.
#[must_use]
pub fn address_for(visit: &Visit, person: PersonId) -> String {
    document_pages::list_of(visit, person)
}

/// The owner's list.
pub const LIST: &str = DOCUMENTS;
