//! What holds for everybody: the one question, emergencies, senders.

use std::borrow::Cow;

use kernel::{Answer, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::form::{self, Choice, Filled};
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card};
use ui::{Words, dates};

use super::ask::{DO, EFFECT, propose};
use super::{SHARING, below, deciding};
use crate::consent::{Mode, Sharing};

/// The one question.
pub const GENERAL: &str = "/sharing/general";
/// Emergencies and the emergency call centre.
pub const EMERGENCY: &str = "/sharing/emergency";
/// Those who may not send.
pub const SENDERS: &str = "/sharing/senders";

/// `GET /sharing/general`: who may look, asked once and plainly.
///
/// # Errors
/// As `consent::open`.
pub fn general(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let (_, sharing) = deciding(tx, visit)?;
    Ok(general_page(&sharing, &Filled::empty(Words::to(visit))))
}

/// The question, with what was answered before or what is wrong with the answer.
#[must_use]
pub fn general_page(sharing: &Sharing, filled: &Filled) -> Page {
    let words = filled.words();
    let choices = Mode::CHOICES
        .into_iter()
        .map(|mode| {
            let key = format!("consent-mode-{}", mode.word());
            Choice::new(mode.word(), words.t(&key)).hint(words.t(&format!("{key}-hint")))
        })
        .collect();
    let shown = match sharing.mode {
        Mode::Unasked => filled.clone(),
        answered => filled.clone().with("mode", answered.word()),
    };
    let title = words.t("consent-question");
    let body = html! {
        (form::error_summary(filled))
        (below(words, &title, &words.t("consent-general-lead")))
        (form::post(EFFECT, filled, html! {
            (form::hidden(DO, "mode"))
            (form::radios("mode", words.t("consent-general-label"), choices).show(&shown))
            (form::actions(html! {
                (form::submit(&words.t("consent-see-effect")))
                a.ds-link href=(SHARING) { (words.t("consent-cancel")) }
            }))
        }))
        p.quiet-text { (words.t("consent-general-later")) }
    };
    let page = Page::new(Nav::citizen(SHARING), title.into_owned(), body);
    if filled.has_errors() { page.refilled(filled) } else { page }
}

/// `GET /sharing/emergency`: two switches, with what each means.
///
/// # Errors
/// As `consent::open`.
pub fn emergency(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let (_, sharing) = deciding(tx, visit)?;
    Ok(emergency_page(visit, &sharing))
}

pub(super) fn emergency_page(visit: &Visit, sharing: &Sharing) -> Page {
    let words = Words::to(visit);
    let title = words.t("consent-emergency");
    let switch = |id: &str, refused: bool| {
        let state = if refused { "refused" } else { "accepted" };
        let (label, value) = if refused { ("accept", "no") } else { ("refuse", "yes") };
        let key = format!("consent-{id}");
        parts::section(
            id,
            &words.t(&format!("{key}-title")),
            html! {
                p { (words.t(&format!("{key}-text"))) }
                p { strong { (words.t(&format!("{key}-{state}"))) } }
                (propose(&words.t(&format!("{key}-{label}")), "", &[(DO, id), ("refused", value)]))
            },
        )
    };
    let body = html! {
        (below(words, &title, &words.t("consent-emergency-lead")))
        (switch("emergency", sharing.refuses_emergency))
        (switch("call-centre", sharing.refuses_call_centre))
        p.quiet-text { (words.t("consent-emergency-blocked")) }
    };
    Page::new(Nav::citizen(SHARING), title.into_owned(), body)
}

/// A sender of her documents: as the policies know it (FINESS number, else name), and its name.
pub type Sender = (String, String);

/// `GET /sharing/senders`: those whom she opposes, and a form to oppose one of `senders`.
#[must_use]
pub fn senders_page(visit: &Visit, sharing: &Sharing, senders: &[Sender], filled: &Filled) -> Page {
    let words = filled.words();
    let title = words.t("consent-senders");
    let choices: Vec<Choice<'_>> = senders
        .iter()
        .filter(|(id, _)| sharing.refused_senders.iter().all(|refused| refused.organization != *id))
        .map(|(id, name)| Choice::new(id.as_str(), name.as_str()))
        .collect();
    let body = html! {
        (form::error_summary(filled))
        (below(words, &title, &words.t("consent-senders-lead")))
        @if !sharing.refused_senders.is_empty() {
            (parts::section("now", &words.t("consent-senders-now"), refused(words, visit, sharing)))
        }
        (parts::section("add", &words.t("consent-senders-add"), html! {
            @if choices.is_empty() {
                p { (words.t("consent-senders-none")) }
            } @else {
                (form::post(EFFECT, filled, html! {
                    (form::hidden(DO, "sender"))
                    (form::select("organization", words.t("consent-senders-who"), choices).show(filled))
                    (form::textarea("motive", words.t("consent-senders-motive"))
                        .hint(words.t("consent-senders-motive-hint")).max(500).show(filled))
                    (form::submit(&words.t("consent-see-effect")))
                }))
            }
        }))
    };
    let page = Page::new(Nav::citizen(SHARING), title.into_owned(), body);
    if filled.has_errors() { page.refilled(filled) } else { page }
}

fn refused(words: &Words, visit: &Visit, sharing: &Sharing) -> Markup {
    let cards: Vec<Card<'_>> = sharing
        .refused_senders
        .iter()
        .map(|sender| {
            let when = dates::moment_near(words, sender.since, visit.now);
            let about = words.with("consent-about", &[("name", sender.name.as_str().into())]);
            let fields = [(DO, "sender-end"), ("organization", sender.organization.as_str())];
            let motive = words.with("consent-senders-because", &[("motive", sender.motive.as_str().into())]);
            Card::plain(sender.name.as_str())
                .line(words.with("consent-senders-since", &[("when", when.into())]))
                .line(Cow::<str>::Owned(motive.into_owned()))
                .actions(propose(&words.t("consent-senders-accept"), &about, &fields))
        })
        .collect();
    parts::cards(&cards)
}
