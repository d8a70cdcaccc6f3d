//! Lists of things: cards, tables, facts, time lines, steps.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::icons::Icon;
use crate::words::Words;

/// One thing in a list that can be opened: a document, a person, an access.
#[derive(Debug)]
pub struct Card<'a> {
    /// Where it leads; the whole card can be clicked, its title is the link. Without it nothing can be opened.
    pub href: Option<Cow<'a, str>>,
    /// What it is.
    pub title: Cow<'a, str>,
    /// From whom, when: one short line each.
    pub lines: Vec<Cow<'a, str>>,
    /// A picture of its kind.
    pub icon: Option<Icon>,
    /// Tags ([`super::tag`]).
    pub tags: Markup,
    /// Buttons that belong to it.
    pub actions: Markup,
}

impl<'a> Card<'a> {
    /// A card that opens.
    pub fn link(href: impl Into<Cow<'a, str>>, title: impl Into<Cow<'a, str>>) -> Self {
        Self { href: Some(href.into()), ..Self::plain(title) }
    }

    /// A card that does not open.
    pub fn plain(title: impl Into<Cow<'a, str>>) -> Self {
        Self {
            href: None,
            title: title.into(),
            lines: Vec::new(),
            icon: None,
            tags: html! {},
            actions: html! {},
        }
    }

    /// One more line.
    #[must_use]
    pub fn line(mut self, line: impl Into<Cow<'a, str>>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// A picture of its kind.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Tags.
    #[must_use]
    pub fn tags(mut self, tags: Markup) -> Self {
        self.tags = tags;
        self
    }

    /// Buttons.
    #[must_use]
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = actions;
        self
    }

    fn show(&self) -> Markup {
        html! {
            li.card.opens[self.href.is_some()] {
                @if let Some(icon) = self.icon { span.card-icon { (icon.svg()) } }
                div.card-text {
                    p.card-title {
                        @match &self.href {
                            Some(href) => a href=(href) { (self.title) },
                            None => (self.title),
                        }
                    }
                    @for line in &self.lines { p.card-line { (line) } }
                    @if !self.tags.0.is_empty() { p.card-tags { (self.tags) } }
                }
                @if !self.actions.0.is_empty() { div.card-actions.no-print { (self.actions) } }
            }
        }
    }
}

/// Cards as one list.
#[must_use]
pub fn cards(cards: &[Card<'_>]) -> Markup {
    html! { ul.cards { @for card in cards { (card.show()) } } }
}

/// One stretch of a time line: a day, a month.
#[derive(Debug)]
pub struct Group {
    /// `mars 2026`, `hier`.
    pub heading: String,
    /// Its things, as a list: [`cards`], or sentences in `ul`.
    pub body: Markup,
}

/// Things in the order of time, under headings of level 2.
#[must_use]
pub fn timeline(groups: &[Group]) -> Markup {
    html! {
        div.timeline {
            @for group in groups {
                section.stretch { h2.ds-heading { (group.heading) } (group.body) }
            }
        }
    }
}

/// Names and values: who, when, why.
#[must_use]
pub fn facts(pairs: &[(Cow<'_, str>, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in pairs { div { dt { (name) } dd { (value) } } } }
    }
}

/// How a column reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its heading.
    pub name: Cow<'a, str>,
    /// Numbers stand right-aligned, digit under digit.
    pub number: bool,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub fn words(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), number: false }
    }

    /// A column of numbers.
    pub fn number(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), number: true }
    }
}

/// A table. On a narrow screen each row becomes a small card, in which each value carries its column's name.
#[derive(Debug)]
pub struct Table<'a> {
    /// What the table shows.
    pub caption: Cow<'a, str>,
    /// The first column names its row.
    pub columns: Vec<Column<'a>>,
    /// As many cells as columns.
    pub rows: Vec<Vec<Markup>>,
}

impl Table<'_> {
    /// The table; without rows it is still there with its headings, so say "none yet" beside it. One of many
    /// columns scrolls in its own box, which a keyboard must reach (WCAG 2.1.1).
    #[must_use]
    pub fn show(&self) -> Markup {
        const FITS: usize = 6;
        if self.columns.len() <= FITS {
            return self.table();
        }
        html! { div.scrolls role="group" tabindex="0" aria-label=(self.caption) { (self.table()) } }
    }

    fn table(&self) -> Markup {
        html! {
            table.ds-table.rows {
                caption { (self.caption) }
                thead {
                    tr { @for column in &self.columns { th.number[column.number] scope="col" { (column.name) } } }
                }
                tbody { @for row in &self.rows { (self.row(row)) } }
            }
        }
    }

    fn row(&self, row: &[Markup]) -> Markup {
        html! {
            tr {
                @for (i, (column, cell)) in self.columns.iter().zip(row).enumerate() {
                    @if i == 0 { th scope="row" { (cell) } }
                    @else { td.number[column.number] data-label=(column.name) { (cell) } }
                }
            }
        }
    }
}

/// Where one is in something that takes several pages; `current` counts from 0.
#[must_use]
pub fn steps(words: &Words, names: &[Cow<'_, str>], current: usize) -> Markup {
    html! {
        nav.steps aria-label=(words.t("shell-steps")) {
            p.steps-count {
                (words.with("shell-step", &[("current", (current + 1).into()), ("total", names.len().into())]))
            }
            ol {
                @for (i, name) in names.iter().enumerate() {
                    li.done[i < current] aria-current=[(i == current).then_some("step")] {
                        (name)
                        @if i < current { span.ds-sr-only { " " (words.t("shell-step-done")) } }
                    }
                }
            }
        }
    }
}
