//! The plain pages that every footer leads to: help, accessibility, data and rights, legal notice.
//!
//! They say what the product does and nothing more: who changes what is kept, or who may read, changes these
//! pages (`languages/*/about.ftl`) with it. Whom to call is the operator's to say: in its configuration
//! ([`Contact`]), and on the letter that announces a space.

use maud::{Markup, html};

use crate::contact::{Contact, Whom};
use crate::menu::Nav;
use crate::page::Page;
use crate::parts;
use crate::words::Words;

/// One part of a plain page; its heading is the sentence `about-<page>-<name>`.
struct Part {
    name: &'static str,
    /// How its sentences stand.
    shape: Shape,
    /// What follows `about-<page>-<name>-` in the key of each sentence, in the order of reading.
    says: &'static [Says],
}

/// How the sentences of a part stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One paragraph each.
    Text,
    /// One point of a list each.
    List,
}

/// A sentence.
enum Says {
    /// Only read.
    Plain(&'static str),
    /// It leads somewhere.
    Link(&'static str, &'static str),
    /// How to reach somebody, where the operator says it; else this sentence.
    Reach(&'static str, Whom),
}

use Says::{Link, Plain, Reach};
use Shape::{List, Text};

const HELP: &[Part] = &[
    Part {
        name: "enter",
        shape: Text,
        says: &[
            Plain("first"),
            Plain("key"),
            Link("activation", "/activation"),
            Link("recovery", "/sign-in/recovery"),
            Plain("no-code"),
        ],
    },
    Part {
        name: "documents",
        shape: Text,
        says: &[Plain("from"), Plain("missing"), Plain("wrong"), Plain("own")],
    },
    Part {
        name: "sharing",
        shape: Text,
        says: &[Plain("nobody"), Plain("urgent"), Plain("presence"), Plain("journal")],
    },
    Part { name: "safe", shape: Text, says: &[Plain("codes"), Plain("seen")] },
    Part { name: "contact", shape: Text, says: &[Reach("letter", Whom::Team), Plain("emergency")] },
];

const ACCESSIBILITY: &[Part] = &[
    Part { name: "aim", shape: Text, says: &[Plain("level"), Plain("audit")] },
    Part {
        name: "tested",
        shape: List,
        says: &[Plain("each"), Plain("widths"), Plain("keyboard"), Plain("font")],
    },
    Part {
        name: "gaps",
        shape: List,
        says: &[Plain("machines"), Plain("documents"), Plain("device"), Plain("languages")],
    },
    Part { name: "tell", shape: Text, says: &[Reach("us", Whom::Team), Plain("what"), Plain("defender")] },
];

const PRIVACY: &[Part] = &[
    Part {
        name: "kept",
        shape: List,
        says: &[
            Plain("identity"),
            Plain("documents"),
            Plain("decisions"),
            Plain("journal"),
            Plain("keys"),
            Plain("counts"),
        ],
    },
    Part {
        name: "who",
        shape: List,
        says: &[
            Plain("you"),
            Plain("allowed"),
            Plain("urgent"),
            Plain("acting"),
            Plain("apps"),
            Plain("senders"),
            Plain("operator"),
            Plain("never"),
        ],
    },
    Part { name: "announced", shape: Text, says: &[Plain("first")] },
    Part { name: "safe", shape: Text, says: &[Plain("sealed"), Plain("cookies")] },
    Part { name: "long", shape: List, says: &[Plain("open"), Plain("closed")] },
    Part {
        name: "rights",
        shape: List,
        says: &[
            Link("refuse", "/opposition"),
            Plain("see"),
            Plain("copy"),
            Plain("correct"),
            Plain("close"),
            Plain("complain"),
        ],
    },
    Part { name: "contact", shape: Text, says: &[Reach("operator", Whom::Privacy)] },
];

const LEGAL: &[Part] = &[
    Part { name: "operator", shape: Text, says: &[Plain("who"), Reach("contact", Whom::Body)] },
    Part { name: "care", shape: Text, says: &[Plain("doctor"), Plain("emergency")] },
    Part { name: "content", shape: Text, says: &[Plain("authors")] },
    Part { name: "software", shape: Text, says: &[Plain("licence")] },
];

/// `/help`: the questions people have, and whom to ask.
#[must_use]
pub fn help(words: &'static Words, nav: Nav, contact: &Contact) -> Page {
    plain(words, nav, contact, ("about-help", HELP))
}

/// `/accessibility`: what is aimed for, what is checked and how, and what is missing (article 47 of the French
/// law 2005-102 asks for such a statement).
#[must_use]
pub fn accessibility(words: &'static Words, nav: Nav, contact: &Contact) -> Page {
    plain(words, nav, contact, ("about-accessibility", ACCESSIBILITY))
}

/// `/privacy`: what is kept about whom, who may see it, for how long, and the person's rights (articles 13 and
/// 14 GDPR).
#[must_use]
pub fn privacy(words: &'static Words, nav: Nav, contact: &Contact) -> Page {
    plain(words, nav, contact, ("about-privacy", PRIVACY))
}

/// `/legal`: who answers for the service, and what it is not.
#[must_use]
pub fn legal(words: &'static Words, nav: Nav, contact: &Contact) -> Page {
    plain(words, nav, contact, ("about-legal", LEGAL))
}

fn plain(words: &'static Words, nav: Nav, contact: &Contact, (key, content): (&str, &[Part])) -> Page {
    let title = words.t(&format!("{key}-title"));
    let body = html! {
        (parts::header_with(&title, &words.t(&format!("{key}-lead")), html! {}))
        @for part in content {
            @let heading = format!("{key}-{}", part.name);
            (parts::section(part.name, &words.t(&heading), sentences(words, contact, &heading, part)))
        }
    };
    Page::new(nav, title, body)
}

fn sentences(words: &Words, contact: &Contact, heading: &str, part: &Part) -> Markup {
    html! {
        @if part.shape == List {
            ul.ds-list { @for says in part.says { li { (sentence(words, heading, says)) } } }
        } @else {
            @for says in part.says {
                @match says {
                    Reach(_, whom) if contact.knows(*whom) => (contact.show(words, *whom)),
                    says => p { (sentence(words, heading, says)) },
                }
            }
        }
    }
}

fn sentence(words: &Words, heading: &str, says: &Says) -> Markup {
    match says {
        Plain(name) | Reach(name, _) => html! { (words.t(&format!("{heading}-{name}"))) },
        Link(name, href) => html! { a.ds-link href=(href) { (words.t(&format!("{heading}-{name}"))) } },
    }
}
