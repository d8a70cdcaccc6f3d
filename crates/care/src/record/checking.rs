//! The part of the journal's page that checks the journal: by `web/src/verify.js` on the reader's own device, or, without
//! it, by hand. The server only says where the proof is and in which words the answer is told; it is never asked
//! whether all is well.

use maud::{Markup, html};
use ui::Words;
use ui::parts;

use super::sentences::Told;

/// Where the proof of the journal is (made by the store's log).
pub const PROOF: &str = "/journal/proof";

/// What can be found, by the word that every verifier of Carnet uses for it. The last ones are this
/// page's own: the proof cannot be read, a line is told here otherwise than the journal holds it or not at all, and what
/// she kept cannot be read.
const FINDINGS: [&str; 16] = [
    "dropped",
    "chain",
    "back-dated",
    "late",
    "rewritten",
    "uncovered",
    "signature",
    "witnesses",
    "shrunk",
    "fork",
    "restarted",
    "unshown",
    "unreadable",
    "page",
    "missing-here",
    "kept",
];

/// Sentences that the script needs besides.
const SAID: [&str; 17] = [
    "checking",
    "good",
    "good-kept",
    "good-young",
    "anew",
    "anew-title",
    "anew-same",
    "anew-keep",
    "bad",
    "what-to-do",
    "unsupported",
    "unreachable",
    "line",
    "kept",
    "forgotten",
    "clock",
    "report",
];

/// What a line of the page tells, for the script to compare with what the journal holds: rank, time, kind of each act.
pub(crate) fn acts(told: &Told<'_>) -> String {
    let one = |act: &&super::sentences::Entry| format!("{}:{}:{}", act.seq.0, act.at.0, act.kind as i64);
    told.acts.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The part of the page; `whole` when no filter leaves lines out between the first and the last.
pub(crate) fn part(words: &Words, whole: bool) -> Markup {
    let word = |key: &str| words.t(&format!("journal-check-{key}"));
    html! {
        section.section #check aria-labelledby="check-title" data-verify=(PROOF) data-whole=[whole.then_some("")] {
            h2.ds-heading #check-title { (word("title")) }
            div data-verify-answer role="status" { p { (word("without-script")) } }
            div.actions hidden data-verify-buttons {
                (button("again", &word("again")))
                (button("keep", &word("keep")))
                (button("download", &word("download")))
                (button("forget", &word("forget")))
            }
            (parts::details(&word("elsewhere"), html! {
                p { (word("elsewhere-text")) }
                div hidden data-verify-paste {
                    div.ds-field {
                        label.ds-label for="kept-checkpoint" { (word("paste")) }
                        textarea.ds-input #kept-checkpoint rows="6" autocomplete="off" spellcheck="false" {}
                    }
                    (button("compare", &word("compare")))
                }
            }))
            (parts::details(&word("otherwise"), html! {
                p { (word("otherwise-text")) }
                ol.ds-list {
                    li { a.ds-link href={ (PROOF) "?leaves=all" } download="journal.json" { (word("get-proof")) } }
                    li { (word("run")) " " code { "carnet verify --proof journal.json" } }
                    li { (word("run-kept")) " " code { "carnet verify --proof journal.json --checkpoint carnet.json" } }
                }
                p { (word("otherwise-paper")) }
            }))
            ul hidden data-verify-words {
                @for key in FINDINGS { li data-word=(key) { (words.t(&format!("journal-found-{key}"))) } }
                @for key in SAID { li data-word={ "said-" (key) } { (words.t(&format!("journal-said-{key}"))) } }
            }
            script defer src=(ui::assets::asset_url("verify.js")) {}
        }
    }
}

fn button(what: &str, label: &str) -> Markup {
    html! { button.ds-button type="button" data-variant="secondary" data-verify-do=(what) { (label) } }
}
