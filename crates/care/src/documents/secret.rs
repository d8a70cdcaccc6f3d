//! What a person keeps from everybody who acts for her: a minor from her parents, first of all (L1111-5 CSP). She
//! and the professionals whom she allows go on seeing it; to the others it leaves no trace anywhere.

use kernel::{Actor, Answer, EntryId, Refusal, Visit};
use maud::{Markup, html};
use people::consent::{self, Action, Pass};
use people::delegation::{self, Stage};
use store::{Act, Kind, Tx};
use ui::Words;
use ui::form;
use ui::parts::{self, Tone};

use super::model::Meta;
use super::read;
use crate::record::fold::Record;

/// Where a POST keeps a document secret.
#[must_use]
pub fn keep_href(entry: EntryId) -> String {
    format!("/documents/{entry}/secret")
}

/// Where a POST no longer keeps it secret.
#[must_use]
pub fn lift_href(entry: EntryId) -> String {
    format!("/documents/{entry}/secret/lift")
}

/// Keeps a document secret, with its other versions and its copies. Keeping it twice is the same as once.
///
/// # Errors
/// As `consent::open` (too young: `not-found`); `not-found` for what she does not see.
pub fn keep(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    turn(tx, visit, entry, Kind::KeptSecret)
}

/// No longer keeps it secret, nor its other versions and copies. What its author kept secret stays so.
///
/// # Errors
/// As [`keep`].
pub fn lift(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId) -> Answer<()> {
    turn(tx, visit, entry, Kind::SecretLifted)
}

fn turn(tx: &mut Tx<'_>, visit: &Visit, entry: EntryId, kind: Kind) -> Answer<()> {
    let pass = consent::open(tx, visit, entry.person, Action::KeepSecret)?;
    if !pass.is_owner() {
        return Err(Refusal::not_found());
    }
    tx.lock_person(pass.person())?;
    read::find(tx, &pass, entry)?;
    let record = Record::load(tx, pass.key())?;
    let kept = kind == Kind::KeptSecret;
    let turned: Vec<&Meta> =
        record.one_secret(entry).into_iter().filter(|meta| meta.facts.security.kept != kept).collect();
    if turned.is_empty() {
        return Ok(());
    }
    // An act for each: what joins two versions may be erased one day.
    for meta in turned {
        let line = pass.line().about(meta.facts.kind.code.as_str());
        let act = Act { kind, at: visit.now, entry: Some(meta.entry), line, data: None, blob: None };
        tx.append(pass.key(), act)?;
    }
    // The kept state must not lag behind a decision to hide.
    Ok(Record::load(tx, pass.key())?.keep(tx, pass.key())?)
}

/// What a reader is told about a document's being kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Nothing: nobody acts for the person, or the reader acts for her.
    NotSaid,
    /// The person herself, under age; `may` when she is old enough to keep something by herself.
    Minor {
        /// True from the age that the policies say.
        may: bool,
    },
    /// The person herself, of age, for whom somebody acts.
    Adult,
    /// A professional, who must know what parents do not see.
    Professional,
}

/// What the holder of this pass is told.
///
/// # Errors
/// Faults of the store.
pub(crate) fn secrecy(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Secrecy> {
    if matches!(pass.visit().actor, Actor::Professional(_)) {
        return Ok(if pass.is_minor() { Secrecy::Professional } else { Secrecy::NotSaid });
    }
    if !pass.is_owner() {
        return Ok(Secrecy::NotSaid);
    }
    if pass.is_minor() {
        return Ok(Secrecy::Minor { may: pass.may(Action::KeepSecret) });
    }
    let helped = delegation::of_person(tx, pass)?.iter().any(|helper| helper.stage != Stage::Over);
    Ok(if helped { Secrecy::Adult } else { Secrecy::NotSaid })
}

/// What the document's page says and offers about secrecy.
pub(crate) fn part(words: &Words, meta: &Meta, secrecy: Secrecy) -> Markup {
    let (kept, by_author) = (meta.facts.security.kept, meta.facts.security.invisible_to_representatives);
    let (keep, tag, what, may) = match secrecy {
        Secrecy::NotSaid => return html! {},
        Secrecy::Professional => {
            return html! {
                @if kept || by_author {
                    (parts::alert(Tone::Warning, &words.t("delegation-secret-tag-pro"), html! {}))
                }
            };
        }
        Secrecy::Minor { may } => {
            ("delegation-secret-keep", "delegation-secret-tag", "delegation-secret-what", may)
        }
        Secrecy::Adult => (
            "delegation-secret-keep-adult",
            "delegation-secret-tag-adult",
            "delegation-secret-what-adult",
            true,
        ),
    };
    // The author's flag falls the day she is of age; what she keeps herself stays until she says otherwise.
    let by_author = by_author && secrecy != Secrecy::Adult;
    html! {
        @if kept || by_author || may {
            section.section.no-print aria-labelledby="secret-title" #secret {
                h2.ds-heading #secret-title { (words.t(if kept || by_author { tag } else { keep })) }
                p { (words.t(if by_author { "delegation-secret-by-author" } else { what })) }
                @if kept {
                    (form::button_post(&words.t("delegation-secret-lift"), "", &lift_href(meta.entry), &[]))
                } @else if may && !by_author {
                    (form::button_post(&words.t(keep), "", &keep_href(meta.entry), &[]))
                }
            }
        }
    }
}
