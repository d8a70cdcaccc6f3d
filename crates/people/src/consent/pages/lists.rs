//! Teams, the treating doctor, those who are blocked: each a list and a search.

use kernel::{Answer, Professional, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use super::{SHARING, ask, below, deciding, propose_about, results, search};
use crate::consent::access::DOCTOR;
use crate::consent::{Named, Sharing};
use crate::directory::{self, Structure};

/// Places whose whole team she allows.
pub const TEAM: &str = "/sharing/team";
/// Her treating doctor.
pub const TREATING: &str = "/sharing/treating";
/// Those whom she blocked.
pub const BLOCKED: &str = "/sharing/blocked";

/// More places than this and she is asked for a more precise name.
const MOST_PLACES: usize = 20;

/// `GET /sharing/team`: the teams she allows, and a search for one more.
///
/// # Errors
/// As `consent::open`.
pub fn team(tx: &mut Tx<'_>, visit: &Visit, query: &str) -> Answer<Page> {
    let (_, sharing) = deciding(tx, visit)?;
    let query = query.trim();
    let found = if query.is_empty() { None } else { Some(directory::places(tx, query, MOST_PLACES)?) };
    Ok(team_page(visit, &sharing, query, found.as_deref()))
}

pub(super) fn team_page(visit: &Visit, sharing: &Sharing, query: &str, found: Option<&[Structure]>) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-team");
    let body = html! {
        (below(words, &title, &words.t("consent-team-lead")))
        @if !sharing.teams.is_empty() {
            (parts::section("allowed", &words.t("consent-teams-allowed"), teams(words, visit, sharing)))
        }
        (parts::section("add", &words.t("consent-team-add"), html! {
            (parts::search_box(words, TEAM, "q", &words.t("consent-team-search"), query))
            @if let Some(found) = found { (places(words, sharing, query, found)) }
        }))
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}

/// The places whose teams she allowed by name.
pub(super) fn teams(words: &Words, visit: &Visit, sharing: &Sharing) -> Markup {
    let cards: Vec<Card<'_>> = sharing
        .teams
        .iter()
        .map(|team| {
            let about = words.with("consent-about", &[("name", team.name.as_str().into())]);
            let fields = [(ask::DO, "team-end"), ("finess", team.finess.as_str())];
            Card::plain(team.name.as_str())
                .icon(ui::icons::Icon::Hospital)
                .line(on(words, visit, "consent-team-since", team.since))
                .actions(ask::propose(&words.t("consent-disallow"), &about, &fields))
        })
        .collect();
    parts::cards(&cards)
}

fn places(words: &Words, sharing: &Sharing, query: &str, found: &[Structure]) -> Markup {
    if found.is_empty() {
        let title = words.with("consent-team-none", &[("query", query.into())]);
        return parts::empty(&title, &words.t("consent-team-none-text"), html! {});
    }
    let cards: Vec<Card<'_>> = found
        .iter()
        .map(|place| {
            let finess = place.finess.as_deref().unwrap_or_default();
            let card = Card::plain(place.name.as_str())
                .line(format!("{} {}", place.postal_code, place.town).trim().to_owned())
                .line(format!("FINESS {finess}"));
            if sharing.teams.iter().any(|team| team.finess == finess) {
                return card.tags(parts::tag(Some(Tone::Success), &words.t("consent-team-already")));
            }
            let about = words.with("consent-about", &[("name", place.name.as_str().into())]);
            let fields = [(ask::DO, "team"), ("finess", finess)];
            card.actions(ask::propose(&words.t("consent-team-allow"), &about, &fields))
        })
        .collect();
    html! {
        p role="status" { (words.with("consent-team-found", &[("count", found.len().into())])) }
        (parts::cards(&cards))
        @if found.len() >= MOST_PLACES { p { (words.t("consent-team-many")) } }
    }
}

/// `GET /sharing/treating`: her treating doctor, and a search for another.
///
/// # Errors
/// As `consent::open`.
pub fn treating(tx: &mut Tx<'_>, visit: &Visit, query: &str) -> Answer<Page> {
    let (_, sharing) = deciding(tx, visit)?;
    let found = search(tx, query)?;
    Ok(treating_page(visit, &sharing, query.trim(), found.as_deref()))
}

pub(super) fn treating_page(
    visit: &Visit,
    sharing: &Sharing,
    query: &str,
    found: Option<&[Professional]>,
) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-treating");
    let offers = |who: &Professional| {
        if sharing.is_treating(&who.rpps) {
            return (parts::tag(Some(Tone::Success), &words.t("consent-treating-is")), html! {});
        }
        if sharing.blocks(&who.rpps) {
            return (parts::tag(Some(Tone::Warning), &words.t("consent-is-blocked")), html! {});
        }
        if who.profession != DOCTOR {
            return (parts::tag(None, &words.t("consent-treating-no-doctor")), html! {});
        }
        (html! {}, propose_about(words, "consent-treating-name", "treating", who))
    };
    let body = html! {
        (below(words, &title, &words.t("consent-treating-lead")))
        @match &sharing.treating {
            Some(named) => {
                (parts::section("now", &words.t("consent-treating-now"), {
                    let end = words.t("consent-treating-end");
                    let card = person(words, visit, named, "consent-treating-since");
                    parts::cards(&[card.actions(ask::propose(&end, "", &[(ask::DO, "treating-end")]))])
                }))
            },
            None => p { (words.t("consent-treating-none")) },
        }
        (parts::section("add", &words.t("consent-treating-add"), html! {
            (parts::search_box(words, TREATING, "q", &words.t("consent-search-label"), query))
            @if let Some(found) = found { (results(words, query, found, offers)) }
        }))
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}

/// What the page of those blocked shows.
#[derive(Clone, Copy, Debug)]
pub struct Blocked<'a> {
    /// Her decisions.
    pub sharing: &'a Sharing,
    /// What she searches for.
    pub query: &'a str,
    /// Who was found.
    pub found: Option<&'a [Professional]>,
    /// Those who have come here, the last first: her journal's.
    pub met: &'a [Professional],
}

/// `GET /sharing/blocked`: those whom she blocked, those who have come here, and a search.
#[must_use]
pub fn blocked_page(visit: &Visit, shown: &Blocked<'_>) -> Page {
    let words = Words::to(visit);
    let Blocked { sharing, query, found, met } = *shown;
    let title = words.t("consent-blocked");
    let offers = |who: &Professional| {
        if sharing.blocks(&who.rpps) {
            return (parts::tag(Some(Tone::Warning), &words.t("consent-is-blocked")), html! {});
        }
        (html! {}, propose_about(words, "consent-block", "block", who))
    };
    let met: Vec<Card<'_>> = met
        .iter()
        .filter(|who| !sharing.blocks(&who.rpps))
        .map(|who| Card::plain(who.name.as_str()).line(who.structure.as_str()).actions(offers(who).1))
        .collect();
    let body = html! {
        (below(words, &title, &words.t("consent-blocked-lead")))
        (parts::section("now", &words.t("consent-blocked-now"), blocked(words, visit, sharing)))
        @if !met.is_empty() {
            (parts::section("met", &words.t("consent-blocked-met"), parts::cards(&met)))
        }
        (parts::section("add", &words.t("consent-blocked-add"), html! {
            (parts::search_box(words, BLOCKED, "q", &words.t("consent-search-label"), query))
            @if let Some(found) = found { (results(words, query, found, offers)) }
        }))
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}

fn blocked(words: &Words, visit: &Visit, sharing: &Sharing) -> Markup {
    if sharing.blocked.is_empty() {
        return html! { p { (words.t("consent-blocked-nobody")) } };
    }
    let cards: Vec<Card<'_>> = sharing
        .blocked
        .iter()
        .rev()
        .map(|named| {
            let unblock = propose_about(words, "consent-unblock", "unblock", &named.professional);
            person(words, visit, named, "consent-blocked-since").actions(unblock)
        })
        .collect();
    parts::cards(&cards)
}

fn person<'a>(words: &Words, visit: &Visit, named: &'a Named, since: &str) -> Card<'a> {
    Card::plain(named.professional.name.as_str()).line(named.professional.structure.as_str()).line(on(
        words,
        visit,
        since,
        named.since,
    ))
}

/// A sentence with a moment in it.
fn on(words: &Words, visit: &Visit, key: &str, at: kernel::Instant) -> String {
    let when = dates::moment_near(words, at, visit.now);
    words.with(key, &[("when", when.into())]).into_owned()
}
