//! All sentences of one language.
//!
//! They stand in `languages/<language>/<area>.ftl` ([Fluent](https://projectfluent.org)), French first, so that
//! somebody who does not programme can mend one. A room adds its own area by adding the two files. A key that
//! is missing shows as `⟦key⟧`: visible to the reader of a page, and found by the test that checks every page.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use kernel::Language;
use unic_langid::LanguageIdentifier;

use crate::embedded;
use crate::numbers;

/// The sentences of one language; there is one value per language, for the life of the process.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

static FR: LazyLock<Words> = LazyLock::new(|| Words::read(Language::Fr, embedded::FR));
static EN: LazyLock<Words> = LazyLock::new(|| Words::read(Language::En, embedded::EN));

impl Words {
    /// The sentences of `language`.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &FR,
            Language::En => &EN,
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
        let (id, attribute) = match key.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (key, None),
        };
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        // An unknown variable is written as `{$name}` into the sentence: visible, and caught by the tests.
        Some(self.bundle.format_pattern(pattern, args, &mut Vec::new()))
    }

    fn read(language: Language, areas: &[(&str, &str)]) -> Self {
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
        Self { language, bundle }
    }
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
