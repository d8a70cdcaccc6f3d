//! Both languages say the same things.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use kernel::Language;

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
