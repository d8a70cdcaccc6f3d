//! All sentences of one language.
//!
//! They stand in `languages/<language>/<area>.ftl` ([Fluent](https://projectfluent.org)), French first, so that
//! somebody who does not programme can mend one. A room adds its own area by adding the two files. A key that
//! is missing shows as `⟦key⟧`: visible to the reader of a page, and found by the test that checks every page.
//!
//! "Your documents" are somebody else's when a mother reads about her child. What is said to whoever acts for another
//! stands below the sentence, as its attribute `theirs`; a sentence without one is true for both.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use kernel::{Language, Visit};
use unic_langid::LanguageIdentifier;

use crate::embedded;
use crate::numbers;

type Bundle = FluentBundle<FluentResource>;

/// The sentences of one language, said to somebody about her own space or about another's; there are two values per
/// language, for the life of the process.
pub struct Words {
    language: Language,
    /// Whether they are said about the space of somebody else.
    theirs: bool,
    bundle: &'static LazyLock<Bundle>,
}

static FRENCH: LazyLock<Bundle> = LazyLock::new(|| read(Language::Fr, embedded::FR));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::En, embedded::EN));

static FR: Words = Words { language: Language::Fr, theirs: false, bundle: &FRENCH };
static EN: Words = Words { language: Language::En, theirs: false, bundle: &ENGLISH };
static FR_THEIRS: Words = Words { language: Language::Fr, theirs: true, bundle: &FRENCH };
static EN_THEIRS: Words = Words { language: Language::En, theirs: true, bundle: &ENGLISH };

/// The attribute of a sentence that is said instead of it to whoever acts for somebody else.
const THEIRS: &str = "theirs";

impl Words {
    /// The sentences of `language`, as they are said to somebody about herself.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &FR,
            Language::En => &EN,
        }
    }

    /// The sentences as they are said on this visit: to whoever acts for somebody, about that person's space.
    #[must_use]
    pub fn to(visit: &Visit) -> &'static Self {
        match (visit.on_behalf_of, visit.language) {
            (None, language) => Self::of(language),
            (Some(_), Language::Fr) => &FR_THEIRS,
            (Some(_), Language::En) => &EN_THEIRS,
        }
    }

    /// Which language this is.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence under `key`, or `attribute` of a message as `key.attribute`.
    #[must_use]
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        self.find(key, None).unwrap_or_else(|| Cow::Owned(format!("⟦{key}⟧")))
    }

    /// The sentence under `key` with its variables: `words.with("greeting", &[("name", name.into())])`.
    /// Numbers choose plural forms and are written as the language writes them.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> Cow<'_, str> {
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.find(key, Some(&args)).unwrap_or_else(|| Cow::Owned(format!("⟦{key}⟧")))
    }

    /// The sentence under `key`, if there is one: for keys made from codes (`refusal-<code>`).
    #[must_use]
    pub fn known(&self, key: &str) -> Option<Cow<'_, str>> {
        self.find(key, None)
    }

    fn find(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<Cow<'_, str>> {
        let pattern = match key.split_once('.') {
            Some((id, attribute)) => self.bundle.get_message(id)?.get_attribute(attribute)?.value(),
            None => {
                let message = self.bundle.get_message(key)?;
                let theirs = if self.theirs { message.get_attribute(THEIRS) } else { None };
                theirs.map(|attribute| attribute.value()).or(message.value())?
            }
        };
        // An unknown variable is written as `{$name}` into the sentence: visible, and caught by the tests.
        Some(self.bundle.format_pattern(pattern, args, &mut Vec::new()))
    }
}

fn read(language: Language, areas: &[(&str, &str)]) -> Bundle {
    let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks would end up in attributes and in copied text; our variables are not bidirectional.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::Fr => |value, _| numbers::in_sentence(Language::Fr, value),
        Language::En => |value, _| numbers::in_sentence(Language::En, value),
    }));
    for (_, text) in areas {
        // What cannot be read is left out here and reported by the tests below.
        let resource =
            FluentResource::try_new(typeset(language, text)).unwrap_or_else(|(partial, _)| partial);
        if bundle.add_resource(resource).is_err() {
            continue;
        }
    }
    bundle
}

/// French puts a no-break space before `: ; ! ?` and inside `« »`. Those who write sentences type a plain one;
/// nothing in Fluent's own syntax has a space before these signs.
fn typeset(language: Language, text: &str) -> String {
    match language {
        Language::En => text.to_owned(),
        Language::Fr => {
            [":", ";", "!", "?", "»"].iter().fold(text.replace("« ", "«\u{a0}"), |text, sign| {
                text.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"))
            })
        }
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.language.tag())
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
