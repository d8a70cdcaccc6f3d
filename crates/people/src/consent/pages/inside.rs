//! Whoever can read at this moment without her having let them in: a doctor who declared an emergency, or who answers a
//! call about her. She is told on the first page she opens: who, why, until when, and how to end it.

use std::borrow::Cow;

use kernel::{Answer, Professional, Purpose, Visit};
use maud::{Markup, html};
use ui::parts::{self, Tone};
use ui::{Words, dates};

use super::ask::{DO, propose};
use crate::consent::{Exception, Pass, Sharing, eyes};

/// A professional who can read at this moment by what she declared, and not by a word of the person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside<'a> {
    /// Emergency, or call.
    pub purpose: Purpose,
    /// What she declared.
    pub exception: &'a Exception,
}

/// How this professional comes in at this moment, if at all: for care where she has a right of her own, else by what she
/// declared and still runs.
///
/// # Errors
/// As [`eyes()`].
pub fn comes(pass: &Pass, who: &Professional, sharing: &Sharing) -> Answer<Option<Purpose>> {
    let now = pass.visit().now;
    for purpose in [Purpose::Care, Purpose::Emergency, Purpose::CallCentre] {
        let declared = || sharing.exception(&who.rpps, purpose, now).is_some();
        if (purpose == Purpose::Care || declared()) && eyes(pass, who, purpose, sharing)?.opens() {
            return Ok(Some(purpose));
        }
    }
    Ok(None)
}

/// Everybody who declared an emergency or a call that still runs, the last first, each once: whether she comes by it or
/// by a right of her own, or no longer, [`comes`] says.
#[must_use]
pub fn declared<'a>(pass: &Pass, sharing: &'a Sharing) -> Vec<&'a Exception> {
    let now = pass.visit().now;
    let mut all: Vec<&Exception> = Vec::new();
    for one in sharing.broke.iter().rev().chain(sharing.on_call.iter().rev()) {
        if now < one.until && all.iter().all(|known| known.professional.rpps != one.professional.rpps) {
            all.push(one);
        }
    }
    all
}

/// Everybody who can read at this moment only because she declared an emergency or a call.
///
/// # Errors
/// As [`eyes()`].
pub fn inside<'a>(pass: &Pass, sharing: &'a Sharing) -> Answer<Vec<Inside<'a>>> {
    let mut all = Vec::new();
    for one in declared(pass, sharing) {
        let purpose = comes(pass, &one.professional, sharing)?.filter(|purpose| *purpose != Purpose::Care);
        let rpps = &one.professional.rpps;
        let by = purpose.and_then(|by| Some((by, sharing.exception(rpps, by, pass.visit().now)?)));
        all.extend(by.map(|(purpose, exception)| Inside { purpose, exception }));
    }
    Ok(all)
}

/// One red box for each of them. `of` is whose space it is, for somebody who acts for her.
#[must_use]
pub fn alerts(words: &Words, visit: &Visit, inside: &[Inside<'_>], of: &str) -> Markup {
    html! { @for one in inside { (alert(words, visit, *one, of)) } }
}

fn alert(words: &Words, visit: &Visit, one: Inside<'_>, of: &str) -> Markup {
    let who = &one.exception.professional;
    let hers = if visit.on_behalf_of.is_none() { "yes" } else { "no" };
    let said = |key: &str| {
        let when = dates::moment_near(words, one.exception.until, visit.now);
        let values = [
            ("hers", hers.into()),
            ("of", of.into()),
            ("name", who.name.as_str().into()),
            ("reason", one.exception.reason.as_str().into()),
            ("when", when.into()),
        ];
        words.with(key, &values).into_owned()
    };
    let (until, refuse, word) = match one.purpose {
        Purpose::CallCentre => ("consent-inside-call-centre", "consent-do-call-centre-refuse", "call-centre"),
        _ => ("consent-inside-emergency", "consent-do-emergency-refuse", "emergency"),
    };
    let about: Cow<'_, str> = words.with("consent-about", &[("name", who.name.as_str().into())]);
    parts::alert(
        Tone::Danger,
        &said("consent-inside"),
        html! {
            p { @if !who.structure.is_empty() { (who.structure) ". " } (said(until)) }
            @if !one.exception.reason.is_empty() { p { (said("consent-inside-reason")) } }
            p { (said("consent-inside-what")) }
            div.actions.no-print {
                (propose(&words.t("consent-block-her"), &about, &[(DO, "block"), ("rpps", who.rpps.as_str())]))
                (propose(&words.t(refuse), "", &[(DO, word), ("refused", "yes")]))
                a.ds-link href="/journal" { (words.t("consent-inside-journal")) }
            }
        },
    )
}
