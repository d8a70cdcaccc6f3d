//! Ways to other pages.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::form::field_id;
use crate::icons::Icon;
use crate::words::Words;

/// The way back up: label and address of each page above this one, then this one's own name.
#[must_use]
pub fn breadcrumbs(words: &Words, above: &[(Cow<'_, str>, Cow<'_, str>)], here: &str) -> Markup {
    html! {
        nav.crumbs.no-print aria-label=(words.t("shell-crumbs")) {
            ol {
                @for (label, href) in above { li { a.ds-link href=(href) { (label) } } }
                li aria-current="page" { (here) }
            }
        }
    }
}

/// Numbered pages; `address` makes the address of a page, which counts from 1. Nothing when one page is all.
#[must_use]
pub fn pagination(words: &Words, current: usize, total: usize, address: impl Fn(usize) -> String) -> Markup {
    let near: Vec<usize> =
        (1..=total).filter(|n| *n == 1 || *n == total || n.abs_diff(current) <= 1).collect();
    html! {
        @if total > 1 {
            nav.pages.no-print aria-label=(words.t("shell-pages")) {
                ul {
                    @if current > 1 {
                        li { a rel="prev" href=(address(current - 1)) { (words.t("shell-previous")) } }
                    }
                    @for (i, n) in near.iter().enumerate() {
                        @if i > 0 && near[i - 1] + 1 < *n { li.gap aria-hidden="true" { "…" } }
                        li {
                            a href=(address(*n)) aria-current=[(*n == current).then_some("page")]
                                aria-label=(words.with("shell-page", &[("page", (*n).into())])) { (n) }
                        }
                    }
                    @if current < total {
                        li { a rel="next" href=(address(current + 1)) { (words.t("shell-next")) } }
                    }
                }
            }
        }
    }
}

/// Newer and older, for lists that are read by a cursor and have no page numbers.
#[must_use]
pub fn turn(words: &Words, newer: Option<&str>, older: Option<&str>) -> Markup {
    html! {
        @if newer.is_some() || older.is_some() {
            nav.pages.no-print aria-label=(words.t("shell-pages")) {
                ul {
                    @if let Some(href) = newer { li { a rel="prev" href=(href) { (words.t("shell-newer")) } } }
                    @if let Some(href) = older { li { a rel="next" href=(href) { (words.t("shell-older")) } } }
                }
            }
        }
    }
}

/// Views of one thing, as links: label, address, whether it is this one.
#[must_use]
pub fn tabs(label: &str, views: &[(Cow<'_, str>, Cow<'_, str>, bool)]) -> Markup {
    html! {
        nav.tabs.no-print aria-label=(label) {
            ul {
                @for (name, href, here) in views {
                    li { a href=(href) aria-current=[here.then_some("page")] { (name) } }
                }
            }
        }
    }
}

/// One search field with its button. `label` is visible: a magnifying glass alone is a riddle.
#[must_use]
pub fn search_box(words: &Words, action: &str, name: &str, label: &str, value: &str) -> Markup {
    let id = field_id(name);
    html! {
        search {
            form.search-box method="get" action=(action) {
                label.ds-label for=(id) { (label) }
                div.search-line {
                    input.ds-input type="search" id=(id) name=(name) value=(value) autocomplete="off";
                    button.ds-button type="submit" { (Icon::Search.svg()) (words.t("shell-search")) }
                }
            }
        }
    }
}

/// Filters of a list, folded away until wanted; open when some are set. `fields` are shown with a
/// [`crate::form::Filled`] made of the query; `reset` is the address without filters.
#[must_use]
pub fn filters(words: &Words, action: &str, set: usize, reset: &str, fields: Markup) -> Markup {
    html! {
        details.ds-details.filters.no-print open[set > 0] {
            summary {
                (words.t("shell-filters"))
                @if set > 0 { " " (words.with("shell-filters-set", &[("count", set.into())])) }
            }
            form.form method="get" action=(action) novalidate {
                div.filter-fields { (fields) }
                div.actions {
                    button.ds-button data-variant="secondary" type="submit" { (words.t("shell-filters-apply")) }
                    @if set > 0 { a.ds-link href=(reset) { (words.t("shell-filters-reset")) } }
                }
            }
        }
    }
}
