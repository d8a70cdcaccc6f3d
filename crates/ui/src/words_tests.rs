//! Both languages say the same things.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use kernel::{Actor, Instant, Language, PersonId, Purpose, Visit};

use super::Words;
use crate::embedded;

/// Key (with `.attribute`) → the variables its sentence uses, over all areas of a language.
fn keys(areas: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for (area, text) in areas {
        let parsed = FluentResource::try_new((*text).to_owned());
        assert!(parsed.is_ok(), "{area}.ftl: {:?}", parsed.err().map(|(_, errors)| errors));
        for (key, sentence) in messages(text) {
            let twice = keys.insert(key.clone(), variables(&sentence)).is_some();
            assert!(!twice, "{area}.ftl: {key} is there twice");
        }
    }
    keys
}

/// Keys and sentences of a file: a key starts its line, what is indented goes on.
fn messages(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut message = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let attribute = line.trim_start().strip_prefix('.').and_then(|rest| rest.split_once(" = "));
        match (attribute, line.split_once(" =")) {
            (Some((name, value)), _) => out.push((format!("{message}.{name}"), value.to_owned())),
            (None, Some((key, value))) if !line.starts_with([' ', '}']) => {
                key.clone_into(&mut message);
                out.push((key.to_owned(), value.to_owned()));
            }
            _ => {
                if let Some((_, sentence)) = out.last_mut() {
                    sentence.push_str(line);
                }
            }
        }
    }
    out
}

fn variables(sentence: &str) -> BTreeSet<String> {
    sentence
        .split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect())
        .collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (fr, en) = (keys(embedded::FR), keys(embedded::EN));
    let names = |areas: &[(&'static str, &str)]| areas.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names(embedded::FR), names(embedded::EN), "each area has a file in each language");
    for (key, used) in &fr {
        assert_eq!(Some(used), en.get(key), "{key}: missing in English, or with other variables");
    }
    for key in en.keys() {
        assert!(fr.contains_key(key), "{key}: missing in French");
    }
}

#[test]
fn every_key_gives_a_sentence() {
    for (language, areas) in [(Language::Fr, embedded::FR), (Language::En, embedded::EN)] {
        let words = Words::of(language);
        for (key, used) in keys(areas) {
            let values: Vec<_> = used.iter().map(|name| (name.as_str(), 2.into())).collect();
            let sentence = words.with(&key, &values);
            assert!(!sentence.contains(['⟦', '{', '}']), "{key} in {}: {sentence}", language.tag());
            assert!(!sentence.trim().is_empty(), "{key} in {} says nothing", language.tag());
        }
    }
}

#[test]
fn a_missing_key_is_seen() {
    let words = Words::of(Language::Fr);
    assert_eq!(words.t("no-such-key"), "⟦no-such-key⟧");
    assert_eq!(words.known("no-such-key"), None);
}

#[test]
fn numbers_choose_plural_forms_and_are_grouped() {
    let (fr, en) = (Words::of(Language::Fr), Words::of(Language::En));
    let count = |words: &'static Words, n: i32| words.with("form-errors", &[("count", n.into())]);
    assert_eq!(count(fr, 1), "Il y a une chose à corriger");
    assert_eq!(count(fr, 1200), "Il y a 1\u{202f}200 choses à corriger");
    assert_eq!(count(en, 1200), "There are 1,200 things to correct");
}

#[test]
fn french_is_typeset_as_french() {
    for (area, text) in embedded::FR {
        for (key, sentence) in messages(text) {
            assert!(!sentence.contains('\''), "{area}.ftl, {key}: write ’ and not '");
        }
    }
}

/// What a space is made of, as it is said to the one whose space it is, in French and in English.
const HERS: [[&str; 6]; 2] = [
    ["votre espace", "vos documents", "votre journal", "votre médecin", "votre vie", "agir pour vous"],
    ["your space", "your documents", "your journal", "your treating", "your life", "act for you"],
];

/// Areas of the pages that somebody who acts for another may open.
const BOTH: [&str; 7] = ["apps", "consent", "journal", "journal-check", "lending", "record", "report"];

/// Sentences that only the one whose space it is can read: about her own ways of signing in, what she alone may keep
/// secret, an app that asks a minor; and names by which only she calls those who help her.
const ONLY_HERS: [&str; 8] = [
    "apps-for-her",
    "apps-young-lead",
    "journal-way-in-closed",
    "journal-secret-began",
    "journal-acting-for",
    "journal-link-partner",
    "journal-kept-secret",
    "journal-permission-kept",
];

#[test]
fn nobody_is_told_that_the_space_of_another_is_his() {
    for (areas, hers) in [embedded::FR, embedded::EN].into_iter().zip(HERS) {
        let says = |sentence: &str| hers.iter().any(|part| sentence.to_lowercase().contains(part));
        for (area, text) in areas.iter().filter(|(area, _)| BOTH.contains(area)) {
            let all: BTreeMap<String, String> = messages(text).into_iter().collect();
            for (key, sentence) in &all {
                // What asks whose it is says it itself.
                let spoken = says(sentence) && !sentence.contains("$hers");
                if key.ends_with(".theirs") {
                    assert!(!says(sentence), "{area}.ftl, {key}: {sentence}");
                } else if spoken && !ONLY_HERS.contains(&key.as_str()) {
                    assert!(
                        all.contains_key(&format!("{key}.theirs")),
                        "{area}.ftl, {key} has no .theirs: {sentence}"
                    );
                }
            }
        }
    }
}

#[test]
fn whoever_acts_for_somebody_is_told_of_that_space() {
    let own = Visit {
        actor: Actor::Nobody,
        on_behalf_of: None,
        purpose: Purpose::Own,
        now: Instant(0),
        language: Language::Fr,
        request_id: 1,
    };
    let acting = Visit { on_behalf_of: Some(PersonId(2)), ..own.clone() };
    let english = Visit { language: Language::En, ..acting.clone() };
    assert_eq!(Words::to(&own).t("consent-title"), "Qui peut voir votre espace");
    assert_eq!(Words::to(&acting).t("consent-title"), "Qui peut voir cet espace");
    assert_eq!(Words::to(&english).t("consent-title"), "Who can see this space");
    assert_eq!(Words::to(&acting).t("consent-cancel"), "Annuler", "what is true for both is said to both");
}
