//! Things said to the reader.

use maud::{Markup, html};

use crate::icons::Icon;

/// How something is meant; always said in words too, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Take care.
    Warning,
    /// It went wrong, or something will be lost.
    Danger,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 4] = [Self::Info, Self::Success, Self::Warning, Self::Danger];

    pub(crate) fn color(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// A notice inside a page. `title` stands as an `h2`, because it says what matters on this page.
#[must_use]
pub fn alert(tone: Tone, title: &str, body: Markup) -> Markup {
    html! {
        div.ds-alert data-color=(tone.color()) {
            @if !title.is_empty() { h2.ds-heading { (title) } }
            (body)
        }
    }
}

/// Nothing is here yet: why, and what to do about it.
#[must_use]
pub fn empty(title: &str, text: &str, action: Markup) -> Markup {
    html! {
        div.empty {
            (Icon::Empty.svg())
            h2.ds-heading { (title) }
            p { (text) }
            (action)
        }
    }
}

/// A word or two about the state of something; `None` for a neutral one.
#[must_use]
pub fn tag(tone: Option<Tone>, text: &str) -> Markup {
    html! { span.ds-tag data-color=(tone.map_or("neutral", Tone::color)) { (text) } }
}

/// A number with what it counts: `3` + `nouveaux documents` (heard, not seen).
#[must_use]
pub fn badge(count: usize, of_what: &str) -> Markup {
    html! { span.count { (count) span.ds-sr-only { " " (of_what) } } }
}
