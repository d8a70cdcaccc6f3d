//! Home: what is new since the last visit, what to do next, one search box.

use kernel::{Actor, Answer, Instant, Seq, Visit};
use maud::{Markup, html};
use people::consent::pages::inside::{alerts, inside};
use people::consent::pages::{owner, switches};
use people::consent::{self, Action, Connection, Mode, Pass, Sharing};
use store::{Act, Kind, Tx, Want};
use ui::Words;
use ui::form;
use ui::icons::Icon;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};

use super::fold::Seen;
use super::known::Known;
use super::sight;
use crate::documents::pages::{ADD, DOCUMENTS};
use crate::documents::shelf::{self, Item};

/// How many new documents home shows; the list has the others.
const MOST_NEW: usize = 5;

/// How far back home looks for the last visit: more acts than anybody makes between two.
const LOOK_BACK: u32 = 2_000;

/// The last visit before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastVisit {
    pub(crate) at: Instant,
    seq: Seq,
}

impl LastVisit {
    /// A last visit for the samples.
    pub(crate) fn at(at: Instant) -> Self {
        Self { at, seq: Seq(0) }
    }
}

/// `GET /`: the person's home.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let pass = consent::open(tx, visit, owner(visit)?, Action::ReadRecord)?;
    let mut seen = Seen::load(tx, &pass)?;
    let last = last_visit(tx, &pass)?;
    // The journal's lines, even counted, are for those who may read it. On a first visit everything is new.
    let looks = if pass.may(Action::ReadJournal) {
        let after = match last {
            Some(last) => last.seq,
            None => looked_back(tx, &pass)?,
        };
        looks_of_others(tx, &pass, after)?
    } else {
        0
    };
    // Whoever may not decide on sharing is not asked to, and so is not told whether somebody is allowed.
    let decided = sight::decided(tx, &pass)?;
    let allowed = decided.as_ref().map_or(usize::MAX, |sharing| allowed(sharing, visit.now));
    let unasked = decided.as_ref().is_some_and(|sharing| sharing.mode == Mode::Unasked);
    if let Some(sharing) = &decided {
        sight::mark(&mut seen, sharing);
    }
    let items = shelf::standing(&seen);
    let connected = decided.as_ref().map(|sharing| connected_since(sharing, last)).unwrap_or_default();
    let line = pass.line().about(items.len().to_string());
    tx.note(
        pass.key(),
        Act { kind: Kind::ListRead, at: visit.now, entry: None, line, data: None, blob: None },
    );
    let name = pass.identity().display_name();
    let inside = match &decided {
        Some(sharing) => alerts(Words::to(visit), visit, &inside(&pass, sharing)?, &name),
        None => html! {},
    };
    let home = Home { name: &name, items: &items, last, looks, allowed, unasked, connected, inside };
    Ok(page(visit, &home))
}

/// How many she has let in, by name, by a code, as a team or as her treating doctor.
fn allowed(sharing: &Sharing, now: Instant) -> usize {
    let by_name = sharing.allowed.iter().filter(|permission| permission.holds(now)).count();
    by_name + sharing.teams.len() + usize::from(sharing.treating.is_some())
}

/// From where home reads her acts when nothing says where to begin: in her own space only so far back; for somebody who
/// acts for her from the first, because how far back she is shown must not depend on acts that are kept from her.
fn looked_back(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Seq> {
    if pass.visit().on_behalf_of.is_some() {
        return Ok(Seq(0));
    }
    Ok(Seq(tx.head(pass.key())?.0.saturating_sub(LOOK_BACK)))
}

/// When she signed in before this time: the last sign-in but one. The current session began with the last. For
/// somebody who acts for her: when that one opened this space before.
fn last_visit(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Option<LastVisit>> {
    let acting = pass.visit().on_behalf_of.is_some();
    let after = looked_back(tx, pass)?;
    let (mut before, mut latest) = (None, None);
    let began: &[Kind] = if acting { &[Kind::ActingBegan] } else { &[Kind::SignedIn] };
    let wanted = Want { line: acting, data: false, kinds: began };
    tx.acts(pass.key(), after, wanted, |row| {
        if row.line.is_some_and(|line| line.actor != pass.visit().actor) {
            return Ok(());
        }
        before = latest;
        latest = Some(LastVisit { at: row.at, seq: row.seq });
        Ok(())
    })?;
    Ok(before)
}

/// The apps that were connected since the last visit and still are: whoever holds her telephone may have done it. On a
/// first visit everything is new, and her own page of apps says it.
fn connected_since(sharing: &Sharing, last: Option<LastVisit>) -> Vec<&str> {
    let since = last.map(|last| last.at);
    let is_new = |one: &&Connection| since.is_some_and(|since| since < one.since);
    sharing.apps.iter().filter(is_new).map(|one| one.app.name.as_str()).collect()
}

/// How often somebody else looked since `after`, as far as the reader may know of it. What apps read is in her journal
/// and not counted here: one that reads every hour would drown the people.
fn looks_of_others(tx: &mut Tx<'_>, pass: &Pass, after: Seq) -> Answer<usize> {
    let mut known = Known::of(tx, pass)?;
    let looks = Want::LINES.of(&[Kind::ListRead, Kind::DocumentRead, Kind::Downloaded, Kind::Searched]);
    let mut count = 0;
    tx.acts(pass.key(), after, looks, |mut row| {
        if known.rank(&mut row).is_none() {
            return Ok(());
        }
        let by_other = row.line.is_some_and(|line| {
            let own = matches!(line.actor, Actor::Citizen { person, .. } if person == pass.person());
            let app = matches!(line.actor, Actor::App(_));
            !own && !app && line.actor != pass.visit().actor
        });
        count += usize::from(by_other);
        Ok(())
    })?;
    Ok(count)
}

/// What home shows.
pub(crate) struct Home<'a> {
    pub(crate) name: &'a str,
    pub(crate) items: &'a [Item<'a>],
    pub(crate) last: Option<LastVisit>,
    pub(crate) looks: usize,
    pub(crate) allowed: usize,
    /// Whether the one question about who may look waits for its answer.
    pub(crate) unasked: bool,
    /// Names of the apps that were connected since the last visit.
    pub(crate) connected: Vec<&'a str>,
    /// What says that somebody can read at this moment whom she did not let in.
    pub(crate) inside: Markup,
}

pub(crate) fn page(visit: &Visit, home: &Home<'_>) -> Page {
    let words = Words::to(visit);
    let of = |key: &str| words.with(key, &[("name", home.name.into())]);
    let newest = if home.last.is_some() { words.t("record-new") } else { of("record-new-first") };
    let body = html! {
        (parts::header(&of("record-greeting")))
        (home.inside)
        (parts::search_box(words, DOCUMENTS, "q", &words.t("record-search-label"), ""))
        @if home.unasked { (question(words, &words.t("consent-question"))) }
        (parts::section("new", &newest, new(words, visit, home)))
        (parts::section("next", &words.t("record-next"), next(words, home)))
    };
    Page::new(Nav::citizen("/"), words.t("record-home-title"), body)
}

/// Who may look, asked once and plainly.
fn question(words: &Words, asks: &str) -> Markup {
    let answer = form::button_link(&words.t("consent-question-answer"), switches::GENERAL, None);
    let body = html! { p { (words.t("consent-question-text")) } p.no-print { (answer) } };
    parts::alert(Tone::Info, asks, body)
}

fn new(words: &Words, visit: &Visit, home: &Home<'_>) -> Markup {
    if home.items.is_empty() {
        return parts::empty(&words.t("record-empty"), &words.t("record-empty-text"), html! {});
    }
    let since = home.last.map(|last| last.at);
    let is_new =
        |item: &&Item<'_>| since.is_none_or(|since| item.meta.received > since) && !item.meta.is_own();
    let mut fresh: Vec<&Item<'_>> = home.items.iter().filter(is_new).collect();
    // Many come on one day, when a space is first fed: then the newest is the one that was written last.
    let latest = |item: &&Item<'_>| match since {
        Some(_) => (item.meta.received.date(), item.meta.day(), item.meta.received),
        None => (item.meta.day(), item.meta.day(), item.meta.received),
    };
    fresh.sort_by_key(|item| std::cmp::Reverse(latest(item)));
    let all = html! { p { a.ds-link href=(DOCUMENTS) { (words.t("record-all")) } } };
    if fresh.is_empty() {
        let said = match since {
            Some(since) => {
                let when = ui::dates::moment_near(words, since, visit.now);
                words.with("record-nothing-new", &[("when", when.into())])
            }
            None => words.t("record-nothing-yet"),
        };
        return html! { p { (said) } (all) };
    }
    let cards: Vec<Card<'_>> =
        fresh.iter().take(MOST_NEW).map(|item| shelf::card(words, item, since)).collect();
    html! {
        @if fresh.len() > MOST_NEW {
            p { (words.with("record-new-count", &[("count", fresh.len().into())])) }
        }
        (parts::cards(&cards))
        (all)
    }
}

fn next(words: &Words, home: &Home<'_>) -> Markup {
    let of =
        |key: &str| words.with(key, &[("name", home.name.into()), ("count", home.looks.into())]).into_owned();
    let mut cards = Vec::new();
    if !home.connected.is_empty() {
        let (count, names) = (home.connected.len(), home.connected.join(", "));
        let said =
            words.with("record-apps", &[("count", count.into()), ("names", names.into())]).into_owned();
        cards.push(Card::link(people::apps::APPS, said).line(words.t("record-apps-text")).icon(Icon::App));
    }
    if home.looks > 0 {
        let said = of(if home.last.is_some() { "record-looks" } else { "record-looks-first" });
        cards.push(Card::link("/journal", said).line(words.t("record-looks-text")).icon(Icon::Eye));
    }
    if home.allowed == 0 {
        cards.push(
            Card::link("/sharing", of("record-share")).line(words.t("record-share-text")).icon(Icon::People),
        );
    }
    cards.push(Card::link(ADD, words.t("record-add")).line(words.t("record-add-text")).icon(Icon::Plus));
    if home.looks == 0 {
        let card = Card::link("/journal", of("record-see-journal"));
        cards.push(card.line(words.t("record-see-journal-text")).icon(Icon::Eye));
    }
    parts::cards(&cards)
}

#[cfg(test)]
mod tests;
