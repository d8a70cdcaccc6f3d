//! Every mistake in a form of these pages is told in words that say what to mend.

use kernel::Language;
use ui::Words;

/// What can refuse a form of these pages.
const SOURCES: [&str; 4] = [
    include_str!("../wishes.rs"),
    include_str!("../lending.rs"),
    include_str!("ask.rs"),
    include_str!("code.rs"),
];

/// The first text between quotation marks after each of these beginnings: the code of a refusal.
fn codes() -> Vec<&'static str> {
    const BEFORE: [&str; 5] =
        ["Refusal::invalid(\"", "Some((\"", "then_some((\"", "wrong.push((\"", "RefusalKind::Conflict, \""];
    let after = |source: &'static str| {
        BEFORE
            .into_iter()
            .flat_map(move |before| source.split(before).skip(1))
            .filter_map(|rest| rest.split('"').next())
    };
    let missing = ["episode-from", "episode-last", "form-date-none", "form-date-missing-month"];
    SOURCES.into_iter().flat_map(after).chain(missing).collect()
}

#[test]
fn every_code_that_a_form_of_hers_can_give_has_a_sentence() {
    let codes = codes();
    for known in ["sender-unknown", "motive-short", "episode-name", "episode-days", "many", "not-a-doctor"] {
        assert!(codes.contains(&known), "{known} is not found any more in {codes:?}");
    }
    for code in codes {
        for language in Language::ALL {
            let sentence = ui::refusal::known(Words::of(language), code);
            assert!(sentence.is_some(), "refusal-{code} is missing in {language:?}");
        }
    }
}
