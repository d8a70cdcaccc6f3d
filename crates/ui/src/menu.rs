//! The main menu of each side of the house, and the addresses that the shell itself links to.

use kernel::{Actor, Visit};
use maud::{Markup, html};

use crate::icons::Icon;
use crate::words::Words;

/// Where somebody signs in.
pub const SIGN_IN: &str = "/sign-in";
/// Where a POST signs out.
pub const SIGN_OUT: &str = "/sign-out";
/// Changes the language: `?to=en&back=/journal`; the door follows `back` only through [`crate::address::local`].
pub const LANGUAGE: &str = "/language";
/// Where a POST opens another space that the visitor may open ([`crate::acting`]).
pub const ACTING: &str = "/acting-for";
/// Where a professional chooses the activity in which she acts.
pub const SITUATION: &str = "/pro/situation";
/// Where a professional types a code that a person showed.
pub const CODE: &str = "/pro/code";
/// Help.
pub const HELP: &str = "/help";
/// Accessibility statement.
pub const ACCESSIBILITY: &str = "/accessibility";
/// What is kept about whom, and the person's rights.
pub const PRIVACY: &str = "/privacy";
/// Legal notice.
pub const LEGAL: &str = "/legal";

/// Whose pages these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nobody is signed in.
    Nobody,
    /// An insured person, or somebody who acts for her.
    Citizen,
    /// A health professional.
    Professional,
    /// The operator's team.
    Operator,
}

impl Side {
    /// Where the wordmark leads.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            Self::Nobody | Self::Citizen => "/",
            Self::Professional => "/pro",
            Self::Operator => "/operator/enrolment",
        }
    }

    /// Address, sentence and picture of each entry.
    fn entries(self) -> &'static [(&'static str, &'static str, Icon)] {
        match self {
            Self::Nobody => &[],
            Self::Citizen => &[
                ("/", "shell-menu-home", Icon::Home),
                ("/documents", "shell-menu-documents", Icon::Document),
                ("/sharing", "shell-menu-sharing", Icon::People),
                ("/acting", "delegation-title", Icon::Person),
                ("/journal", "shell-menu-journal", Icon::Eye),
                ("/account", "shell-menu-account", Icon::Key),
            ],
            Self::Professional => &[
                ("/pro", "shell-menu-find", Icon::Search),
                ("/pro/approvals", "openid-approvals-title", Icon::Check),
                ("/pro/account", "shell-menu-account", Icon::Key),
            ],
            Self::Operator => &[
                ("/operator/enrolment", "shell-menu-enrolment", Icon::People),
                ("/operator/opposition", "shell-menu-opposition", Icon::Hand),
                ("/operator/closing", "operator-closing-title", Icon::Key),
                ("/operator/guardians", "delegation-guardians-title", Icon::Person),
                ("/operator/desk", "delegation-desk-title", Icon::Letter),
                ("/operator/vigilance", "vigilance-title", Icon::Eye),
                ("/operator/reports", "report-desk", Icon::Hand),
                ("/pro/account", "shell-menu-account", Icon::Key),
            ],
        }
    }
}

/// Whose menu a page has, and which entry it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nav {
    /// Whose menu.
    pub side: Side,
    /// Address of the entry that this page belongs to, if any.
    pub here: Option<&'static str>,
}

impl Nav {
    /// A page that everybody may see, in the menu of whoever sees it.
    #[must_use]
    pub fn of(visit: Option<&Visit>) -> Self {
        let side = match visit.map(|visit| &visit.actor) {
            Some(Actor::Citizen { .. }) => Side::Citizen,
            Some(Actor::Professional(_)) => Side::Professional,
            Some(Actor::Operator { .. }) => Side::Operator,
            Some(Actor::Nobody | Actor::App(_) | Actor::Software(_) | Actor::System { .. }) | None => {
                Side::Nobody
            }
        };
        Self { side, here: None }
    }

    /// A page before signing in.
    #[must_use]
    pub fn nobody() -> Self {
        Self { side: Side::Nobody, here: None }
    }

    /// A page of the insured person; `here` is an entry's address: `/`, `/documents`, `/journal` …
    #[must_use]
    pub fn citizen(here: &'static str) -> Self {
        Self { side: Side::Citizen, here: Some(here) }
    }

    /// A page of a health professional; `here`: `/pro` …
    #[must_use]
    pub fn professional(here: &'static str) -> Self {
        Self { side: Side::Professional, here: Some(here) }
    }

    /// A page of the operator; `here`: `/operator/enrolment` …
    #[must_use]
    pub fn operator(here: &'static str) -> Self {
        Self { side: Side::Operator, here: Some(here) }
    }
}

/// The menu, without the entries that are `closed` to the visitor.
pub(crate) fn render(words: &Words, nav: Nav, closed: &[&str]) -> Markup {
    let open = |(address, ..): &&(&'static str, &'static str, Icon)| !closed.contains(address);
    let entries: Vec<_> = nav.side.entries().iter().filter(open).collect();
    html! {
        @if !entries.is_empty() {
            nav.menu aria-label=(words.t("shell-menu")) {
                ul {
                    @for (address, key, icon) in &entries {
                        li {
                            a href=(address) aria-current=[(nav.here == Some(*address)).then_some("page")] {
                                (icon.svg()) (words.t(key))
                            }
                        }
                    }
                }
            }
        }
    }
}
