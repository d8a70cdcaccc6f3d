//! Documents as a reader meets them in a list: newest first, earlier versions folded under the standing one,
//! the same bytes received twice shown once. Pure.

use std::collections::HashMap;

use kernel::{Instant, Language};
use maud::{Markup, html};
use people::delegation::rules::MAJORITY;
use ui::Words;
use ui::icons::Icon;
use ui::parts::{self, Card, Tone};

use super::model::{Meta, Status};
use super::plain;
use crate::record::fold::Seen;

/// One line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<'a> {
    /// The document.
    pub meta: &'a Meta,
    /// How many earlier versions lie under it.
    pub earlier: usize,
    /// The same document as others sent it.
    pub twins: Vec<&'a Meta>,
}

/// The standing documents, newest first.
#[must_use]
pub fn standing(seen: &Seen) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::with_capacity(seen.documents.len());
    let mut by_bytes: HashMap<&str, usize> = HashMap::new();
    for meta in seen.documents.iter().filter(|meta| meta.status == Status::Current) {
        let bytes = meta.facts.sha256.as_str();
        match by_bytes.get(bytes) {
            Some(first) if !bytes.is_empty() => items[*first].twins.push(meta),
            _ => {
                by_bytes.insert(bytes, items.len());
                let earlier = if meta.facts.replaces.is_empty() { 0 } else { seen.earlier(meta).len() };
                items.push(Item { meta, earlier, twins: Vec::new() });
            }
        }
    }
    items.sort_by_key(|item| std::cmp::Reverse((item.meta.facts.dated, item.meta.seq)));
    items
}

/// Where a document's page is.
#[must_use]
pub fn href(meta: &Meta) -> String {
    format!("/documents/{}", meta.entry)
}

/// The picture of a document's kind.
#[must_use]
pub fn icon(meta: &Meta) -> Icon {
    match (meta.facts.kind.code.as_str(), meta.facts.class.code.as_str()) {
        ("11502-2" | "60568-3" | "51969-4" | "DOCPAT05" | "PRESC-BIO" | "96173-0", _) => Icon::Flask,
        ("11369-6" | "87273-9" | "96874-3", _) => Icon::Syringe,
        ("34112-3" | "15507-7" | "34874-8" | "34133-9", _) => Icon::Hospital,
        ("11490-0" | "18761-7" | "96349-6", _) => Icon::Letter,
        (_, "31") => Icon::Image,
        (_, "42" | "43" | "45") => Icon::Pill,
        _ => Icon::Document,
    }
}

/// A list line as a card. `since` is the last visit: what came in after it is new.
#[must_use]
pub fn card<'a>(words: &Words, item: &Item<'a>, since: Option<Instant>) -> Card<'a> {
    plain_card(words, item).tags(tags(words, item, since))
}

/// The same for a professional in the space of somebody of this age. Of a minor's document he must know what those who
/// represent her do not see, before he speaks of it to them; they are never told that there is something to see.
#[must_use]
pub fn card_for_professional<'a>(words: &Words, item: &Item<'a>, age: i16) -> Card<'a> {
    let security = item.meta.facts.security;
    // What its author kept from her parents falls the day she is of age, and is said to nobody any more.
    let secret = age < MAJORITY && (security.kept || security.invisible_to_representatives);
    let tags = html! {
        (tags(words, item, None))
        @if secret { (parts::tag(Some(Tone::Warning), &words.t("delegation-secret-tag-pro"))) }
    };
    plain_card(words, item).tags(tags)
}

fn plain_card<'a>(words: &Words, item: &Item<'a>) -> Card<'a> {
    let meta = item.meta;
    let language = words.language();
    let mut card = Card::link(href(meta), plain::title(meta, language)).icon(icon(meta));
    if let Some(subtitle) = plain::subtitle(meta, language) {
        card = card.line(subtitle);
    }
    card.line(from_and_when(words, meta))
}

/// `Laboratoire des Tilleuls, 3 mars 2026`; `Ajouté par vous, 3 mars 2026`.
fn from_and_when(words: &Words, meta: &Meta) -> String {
    let day = ui::dates::date(words, meta.day());
    let from = plain::from(meta);
    match (meta.is_own(), from.is_empty()) {
        (true, _) => words.with("documents-added-by-her", &[("date", day.into())]).into_owned(),
        (false, true) => day,
        (false, false) => format!("{from}, {day}"),
    }
}

/// What to know before opening it.
pub(crate) fn tags(words: &Words, item: &Item<'_>, since: Option<Instant>) -> Markup {
    let security = item.meta.facts.security;
    html! {
        @if since.is_some_and(|since| item.meta.received > since) && !item.meta.is_own() {
            (parts::tag(Some(Tone::Info), &words.t("documents-tag-new")))
        }
        @if item.earlier > 0 { (parts::tag(None, &words.t("documents-tag-replaces"))) }
        @if !item.twins.is_empty() { (parts::tag(None, &words.t("documents-tag-twice"))) }
        @if security.masked { (parts::tag(Some(Tone::Warning), &words.t("documents-tag-masked"))) }
        @if security.invisible_to_patient {
            (parts::tag(Some(Tone::Warning), &words.t("documents-tag-not-yet")))
        }
        @if security.kept { (parts::tag(Some(Tone::Info), &words.t("delegation-secret-tag-list"))) }
        @if item.meta.status == Status::Superseded {
            (parts::tag(Some(Tone::Warning), &words.t("documents-tag-superseded")))
        }
    }
}

/// The families there are in a list, in the order of a menu: code and plain name.
#[must_use]
pub fn families(items: &[Item<'_>], language: Language) -> Vec<(&'static str, &'static str)> {
    cda::types::Table::built_in()
        .classes
        .iter()
        .filter(|class| items.iter().any(|item| item.meta.facts.class.code == class.code))
        .map(|class| {
            let name = match language {
                Language::Fr => class.fr_family.as_str(),
                Language::En => class.en_family.as_str(),
            };
            (class.code.as_str(), name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use kernel::Actor;

    use super::*;
    use crate::documents::model::Security;
    use crate::documents::tests::support::meta;

    /// A card's tags, for somebody who acts for her or herself, and for a professional when she is so old.
    fn said(language: Language, kept: bool, by_author: bool) -> [String; 3] {
        let mut meta = meta(1, Actor::Nobody);
        meta.facts.security =
            Security { kept, invisible_to_representatives: by_author, ..Security::default() };
        let (words, item) = (Words::of(language), Item { meta: &meta, earlier: 0, twins: Vec::new() });
        let cards = [
            card(words, &item, None),
            card_for_professional(words, &item, MAJORITY - 1),
            card_for_professional(words, &item, MAJORITY),
        ];
        cards.map(|card| parts::cards(&[card]).0)
    }

    #[test]
    fn a_professional_is_told_what_a_minors_parents_do_not_see_and_nobody_else_is() {
        for language in [Language::Fr, Language::En] {
            let words = Words::of(language);
            let (not_theirs, hers) =
                (words.t("delegation-secret-tag-pro"), words.t("delegation-secret-tag-list"));
            for (kept, by_author, expected) in [
                (false, false, [false; 3]),
                (false, true, [false, true, false]),
                (true, false, [false, true, false]),
                (true, true, [false, true, false]),
            ] {
                let said = said(language, kept, by_author);
                assert_eq!(
                    said.each_ref().map(|card| card.contains(&*not_theirs)),
                    expected,
                    "{kept} {by_author}"
                );
                // That she keeps it herself is said as ever, to her and to whoever she lets read it.
                assert_eq!(said.map(|card| card.contains(&*hers)), [kept; 3], "{kept} {by_author}");
            }
        }
    }
}
