//! The outside identities with which somebody comes in, among what she decides about her own access: since when, and
//! the buttons that close one and open it again.

use kernel::{Actor, Answer, Refusal, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};
use ui::{Words, dates};

use crate::identity::pages::account_address;
use crate::outside::Provider;
use crate::outside::ways::{self, State, Way};

/// Where a citizen sees hers.
pub const WAYS: &str = "/account/ways";
/// Where a POST closes one: field `provider`.
pub const CLOSE: &str = "/account/ways/close";
/// Where a POST opens one again: field `provider`.
pub const OPEN: &str = "/account/ways/open";

/// An address of this page for this visitor: a professional's is under `/pro`.
#[must_use]
pub fn address(visit: &Visit, path: &str) -> String {
    let prefix = if matches!(visit.actor, Actor::Professional(_)) { "/pro" } else { "" };
    format!("{prefix}{path}")
}

/// The page of her account, with the way to this one where she has any outside provider.
#[must_use]
pub fn below(account: Page, visit: &Visit, providers: &[Provider]) -> Page {
    let words = Words::to(visit);
    if ways::hers(visit, providers).next().is_none() {
        return account;
    }
    let names: Vec<&str> = ways::hers(visit, providers).map(|of| of.label.as_str()).collect();
    let link = html! {
        (account.body)
        (parts::section("outside", &words.t("outside-mine-title"), html! {
            p { (words.with("outside-mine-which", &[("providers", names.join(", ").into())])) }
            p { a.ds-link href=(address(visit, WAYS)) { (words.t("outside-mine-link")) } }
        }))
    };
    Page { body: link, ..account }
}

/// The page; `after` is `closed` or `opened` when she has just done that.
///
/// # Errors
/// As [`ways::ways`].
pub fn show(
    tx: &mut Tx<'_>,
    visit: &Visit,
    providers: &[Provider],
    after: &str,
    filled: &Filled,
) -> Answer<Page> {
    Ok(page(visit, &ways::ways(tx, visit, providers)?, after, filled))
}

/// The page again, with what was refused.
///
/// # Errors
/// As [`show`].
pub fn refused(tx: &mut Tx<'_>, visit: &Visit, providers: &[Provider], refusal: &Refusal) -> Answer<Page> {
    let filled = Filled::empty(Words::to(visit)).refused(refusal);
    Ok(show(tx, visit, providers, "", &filled)?.status(ui::refusal::status(refusal)))
}

pub(super) fn page(visit: &Visit, ways: &[Way], after: &str, filled: &Filled) -> Page {
    let words = Words::to(visit);
    let account = account_address(visit);
    let cards: Vec<Card<'_>> = ways.iter().map(|way| card(words, visit, way)).collect();
    let above = [(words.t("identity-account-title"), account.into())];
    let body = html! {
        (parts::breadcrumbs(words, &above, &words.t("outside-mine-title")))
        (form::error_summary(filled))
        (parts::header_with(&words.t("outside-mine-title"), &words.t("outside-mine-lead"), html! {}))
        @if let "closed" | "opened" = after {
            (parts::alert(Tone::Success, &words.t(&format!("outside-mine-{after}-done")), html! {
                p { (words.t(&format!("outside-mine-{after}-text"))) }
            }))
        }
        @if cards.is_empty() {
            (parts::empty(&words.t("outside-mine-none"), &words.t("outside-mine-none-text"), html! {}))
        } @else {
            (parts::cards(&cards))
        }
        p { (words.t("outside-mine-close-means")) }
        p { a.ds-link href=(account) { (words.t("outside-mine-back")) } }
    };
    let nav = Nav { here: Some(account), ..Nav::of(Some(visit)) };
    Page::new(nav, words.t("outside-mine-title"), body).refilled(filled)
}

fn card<'a>(words: &'static Words, visit: &Visit, way: &'a Way) -> Card<'a> {
    let near = |at| dates::moment_near(words, at, visit.now);
    let card = Card::plain(way.label.as_str());
    let button = |key: &str, path: &str| -> Markup {
        form::button_post(&words.t(key), &way.label, &address(visit, path), &[("provider", &way.provider)])
    };
    match way.state {
        State::Unused => card
            .line(words.t("outside-mine-unused").into_owned())
            .actions(button("outside-mine-close", CLOSE)),
        State::Used { since, last } => card
            .line(words.with("outside-mine-since", &[("when", near(since).into())]).into_owned())
            .line(words.with("outside-mine-last", &[("when", near(last).into())]).into_owned())
            .actions(button("outside-mine-close", CLOSE)),
        State::Closed { at } => card
            .line(words.with("outside-mine-shut", &[("when", near(at).into())]).into_owned())
            .tags(parts::tag(Some(Tone::Warning), &words.t("outside-mine-shut-tag")))
            .actions(button("outside-mine-open", OPEN)),
    }
}

/// The page in every state, for the test that renders pages.
#[must_use]
pub fn samples(citizen: &Visit, professional: &Visit) -> Vec<(&'static str, bool, Page)> {
    let words = Words::of(citizen.language);
    let at = |hours: i64| citizen.now.plus(-hours * 3600 * kernel::Instant::SECOND);
    let way = |label: &str, state| Way { provider: label.to_lowercase(), label: label.to_owned(), state };
    let all = [
        way("FranceConnect+", State::Used { since: at(2000), last: at(3) }),
        way("Appli <Carte Vitale>", State::Unused),
        way("Ma caisse", State::Closed { at: at(30) }),
    ];
    let one = [way("Pro Santé Connect", State::Used { since: at(500), last: at(1) })];
    let empty = || Filled::empty(words);
    let last = Refusal::new(kernel::RefusalKind::Conflict, "last-way-in", "The only way in.");
    vec![
        ("mine", false, page(citizen, &all, "", &empty())),
        ("mine-closed", false, page(citizen, &all, "closed", &empty())),
        ("mine-opened", false, page(citizen, &all, "opened", &empty())),
        ("mine-none", false, page(citizen, &[], "", &empty())),
        ("mine-last", false, page(citizen, &all[..1], "", &empty().refused(&last)).status(409)),
        ("mine-work", true, page(professional, &one, "", &empty())),
    ]
}
