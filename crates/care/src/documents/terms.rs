//! Words for full-text search: what a document says as a set of comparable words, and whether a question is
//! answered by them. Pure.
//!
//! A word is folded (capitals, no accents: [`kernel::text::fold`]) and stemmed in French, so that
//! « vaccinations » finds « vacciné »; in English documents the folded word itself still matches. The last
//! word of a question also matches as a beginning, because people stop typing.

use std::collections::BTreeSet;

use kernel::text::fold;
use rust_stemmers::{Algorithm, Stemmer};

/// Words kept of one document; enough for a long hospital report, and a bound on what a row may hold.
const MOST_WORDS: usize = 6_000;

/// The words of a text, ready to be sealed: one line per word, `folded` or `folded stem`.
#[must_use]
pub fn index(text: &str) -> String {
    let stemmer = Stemmer::create(Algorithm::French);
    let mut words = BTreeSet::new();
    for word in fold(text).split(' ').filter(|word| is_worth_keeping(word)) {
        if words.len() >= MOST_WORDS {
            break;
        }
        words.insert(word.to_lowercase());
    }
    let mut out = String::with_capacity(words.len() * 14);
    for word in words {
        let stem = stemmer.stem(&word);
        out.push_str(&word);
        if stem != word.as_str() {
            out.push(' ');
            out.push_str(&stem);
        }
        out.push('\n');
    }
    out
}

/// Letters alone say nothing; very long runs are base64 or broken text.
fn is_worth_keeping(word: &str) -> bool {
    (2..=40).contains(&word.len()) || (word.len() == 1 && word.as_bytes()[0].is_ascii_digit())
}

/// A question, ready to be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Each word but the last with its stem.
    whole: Vec<(String, String)>,
    /// The last word, which may be only a beginning.
    last: Option<(String, String)>,
}

impl Question {
    /// Reads what somebody typed; `None` when there is no word in it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let stemmer = Stemmer::create(Algorithm::French);
        let mut whole: Vec<(String, String)> = fold(typed)
            .split(' ')
            .filter(|word| is_worth_keeping(word) && !is_filler(word))
            .take(12)
            .map(|word| {
                let word = word.to_lowercase();
                let stem = stemmer.stem(&word).into_owned();
                (word, stem)
            })
            .collect();
        let last = whole.pop()?;
        Some(Self { whole, last: Some(last) })
    }

    /// True when every word is in at least one of the texts, each given as [`index`] wrote it.
    #[must_use]
    pub fn is_answered_by(&self, texts: &[&str]) -> bool {
        let found = |word: &str, stem: &str, beginning: bool| {
            texts.iter().any(|text| {
                text.lines().any(|line| {
                    let (own, own_stem) = line.split_once(' ').unwrap_or((line, line));
                    own == word || own_stem == stem || (beginning && own.starts_with(word))
                })
            })
        };
        self.whole.iter().all(|(word, stem)| found(word, stem, false))
            && self.last.as_ref().is_none_or(|(word, stem)| found(word, stem, true))
    }
}

/// Words that say nothing in a question (« résultat de la prise de sang »).
fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "DE" | "DU"
            | "DES"
            | "LA"
            | "LE"
            | "LES"
            | "UN"
            | "UNE"
            | "ET"
            | "EN"
            | "AU"
            | "AUX"
            | "MON"
            | "MA"
            | "MES"
            | "OF"
            | "THE"
            | "AND"
            | "MY"
    )
}

#[cfg(test)]
mod tests {
    use super::{Question, index};

    #[test]
    fn questions_find_what_people_mean() {
        let report = index(
            "Compte rendu : vaccinations à jour. Bilan hépatique normal, cœur régulier. Dr Élodie Anne-Lœb. 12,5",
        );
        for (typed, found) in [
            ("vaccin", true),
            ("vacciné", true),
            ("VACCINATION", true),
            ("hepatiq", true),
            ("hépatiques coeur", true),
            ("coeur hépat", true),
            ("norm coeur", false), // only the last word may be a beginning
            ("coeur norm", true),
            ("loeb", true),
            ("bilan du foie", false),
            ("bilan de la vaccination", true),
            ("régul", true),
            ("12", true),
        ] {
            let question = Question::parse(typed).unwrap();
            assert_eq!(question.is_answered_by(&[&report]), found, "{typed}");
        }
        assert_eq!(Question::parse("  – , "), None);
        assert_eq!(Question::parse("de la"), None);
    }

    #[test]
    fn words_may_stand_in_title_and_text() {
        let (title, text) = (index("Radiographie du genou"), index("Pas de fracture."));
        assert!(Question::parse("genou fracture").unwrap().is_answered_by(&[&title, &text]));
        assert!(!Question::parse("genou fracture").unwrap().is_answered_by(&[&title]));
    }

    #[test]
    fn an_index_is_bounded_whatever_is_sent() {
        let long: String = (0..20_000).map(|n| format!("mot{n} ")).collect();
        assert!(index(&long).lines().count() <= 6_000);
        assert!(index(&"x".repeat(100_000)).is_empty());
    }
}
