//! Full-text search inside one opened space: titles, authors, and the words of CDA and PDF documents.
//!
//! The words of a document are kept sealed in `search_terms`, which can be thrown away at any time: those of
//! a CDA are made again by the search that misses them, those of a PDF by the worker (reading a stranger's
//! PDF is left to a process that can be killed). Only documents that the viewer sees are looked at, so an
//! answer, its count and its silence tell nothing about others.

use std::collections::HashMap;

use kernel::{Answer, EntryId, Fault, Language, PersonId};
use people::consent::Pass;
use store::{Kind, SpaceKey, Tx};

use super::model::{Media, Meta};
use super::terms::{self, Question};
use super::{plain, queries, read};
use crate::record::fold::Seen;

/// The name the words are sealed under.
const FIELD: &str = "terms";

/// A search that meets unindexed documents reads at most this many itself; the next one goes on.
const MOST_AT_ONCE: usize = 40;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Documents that answer the question, newest first.
    pub documents: Vec<Meta>,
    /// Words that were read on the way and are worth keeping: hand them to [`keep`] in a write transaction.
    pub learnt: Learnt,
    /// True when some documents could not be looked into yet.
    pub incomplete: bool,
}

/// Sealed words of documents, on their way into `search_terms`.
#[derive(Clone, Debug, Default)]
pub struct Learnt {
    rows: Vec<(PersonId, i64, Vec<u8>)>,
}

impl Learnt {
    /// True when there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Documents of `seen` that answer what was typed. Reads; never writes.
///
/// # Errors
/// Faults of the store.
pub fn search(tx: &mut Tx<'_>, pass: &Pass, seen: &Seen, typed: &str, language: Language) -> Answer<Found> {
    let Some(question) = Question::parse(typed) else { return Ok(Found::default()) };
    let mut kept: HashMap<i64, Vec<u8>> =
        queries::terms(tx, pass.person())?.into_iter().map(|row| (row.entry, row.sealed)).collect();
    let mut found = Found::default();
    let mut read_now = 0;
    for meta in seen.documents.iter().rev() {
        let head = terms::index(&head_words(meta, language));
        let body = match kept.remove(&meta.entry.tag) {
            Some(sealed) => unseal(pass.key(), meta.entry, &sealed)?,
            None if meta.facts.media == Media::Cda && read_now < MOST_AT_ONCE => {
                read_now += 1;
                let words = cda_words(tx, pass, meta)?;
                found.learnt.rows.push((
                    pass.person(),
                    meta.entry.tag,
                    seal(pass.key(), meta.entry, &words)?,
                ));
                words
            }
            None => {
                found.incomplete |= matches!(meta.facts.media, Media::Cda | Media::Pdf);
                String::new()
            }
        };
        if question.is_answered_by(&[&head, &body]) {
            found.documents.push(meta.clone());
        }
    }
    found.documents.sort_by_key(|meta| std::cmp::Reverse((meta.facts.dated, meta.seq)));
    Ok(found)
}

/// Keeps words that a search has read.
///
/// # Errors
/// Faults of the store.
pub fn keep(tx: &mut Tx<'_>, learnt: Learnt) -> Answer<()> {
    for (person, entry, sealed) in learnt.rows {
        queries::put_terms(tx, person, entry, &sealed)?;
    }
    Ok(())
}

/// Keeps the words of one document; `text` is what the PDF reader found. A CDA's own words are added.
///
/// # Errors
/// `not-found` when the document is gone; faults of the store.
pub fn index_document(tx: &mut Tx<'_>, pass: &Pass, entry: EntryId, text: &str) -> Answer<()> {
    let record = crate::record::fold::Record::load(tx, pass.key())?;
    let Some(meta) = record.find(entry.tag).filter(|meta| meta.status != super::model::Status::Withdrawn)
    else {
        return Ok(());
    };
    let mut words = String::new();
    if meta.facts.media == Media::Cda {
        let bytes = read::content(tx, pass, meta)?;
        words = cda::parse(&bytes).map(|document| document.text()).unwrap_or_default();
        words.push(' ');
    }
    words.push_str(text);
    let sealed = seal(pass.key(), entry, &terms::index(&words))?;
    Ok(queries::put_terms(tx, pass.person(), entry.tag, &sealed)?)
}

/// The PDF whose words the worker shall read: the document itself, or what a CDA carries. `None` when the
/// document is gone meanwhile or has no PDF.
///
/// # Errors
/// Faults of the store.
pub fn pdf_to_read(tx: &mut Tx<'_>, pass: &Pass, entry: EntryId) -> Answer<Option<Vec<u8>>> {
    let record = crate::record::fold::Record::load(tx, pass.key())?;
    let Some(meta) = record.find(entry.tag) else { return Ok(None) };
    read::note(tx, pass, Kind::Indexed, Some(entry), meta.facts.kind.code.as_str());
    let Some(bytes) = tx.blob(pass.key(), meta.seq)? else { return Ok(None) };
    Ok(match meta.facts.media {
        Media::Pdf => Some(bytes),
        Media::Cda => cda::parse(&bytes).ok().and_then(|document| {
            let embedded = document.embedded()?;
            (embedded.media_type == "application/pdf").then(|| embedded.bytes.to_vec())
        }),
        _ => None,
    })
}

/// The words of a document's list line.
fn head_words(meta: &Meta, language: Language) -> String {
    let mut words = format!("{} {}", plain::title(meta, language), meta.facts.title);
    for part in [plain::family(meta, language).unwrap_or_default(), &plain::from(meta)] {
        words.push(' ');
        words.push_str(part);
    }
    for author in meta.facts.authors.iter() {
        words.push(' ');
        words.push_str(&plain::author(author));
    }
    words
}

fn cda_words(tx: &mut Tx<'_>, pass: &Pass, meta: &Meta) -> Answer<String> {
    let Some(bytes) = tx.blob(pass.key(), meta.seq)? else { return Ok(String::new()) };
    // What parsed at the door parses again; if not, its words are none and reading it will say so.
    Ok(cda::parse(&bytes).map(|document| terms::index(&document.text())).unwrap_or_default())
}

/// The entry stands inside the seal, so that words cannot be moved to another document.
fn seal(key: &SpaceKey, entry: EntryId, words: &str) -> Result<Vec<u8>, Fault> {
    key.seal_field(FIELD, format!("{}\n{words}", entry.tag).as_bytes())
}

fn unseal(key: &SpaceKey, entry: EntryId, sealed: &[u8]) -> Result<String, Fault> {
    let plain = key.open_field(FIELD, sealed)?;
    let text = String::from_utf8(plain).map_err(|_| Fault::Damaged("search words are not text".into()))?;
    match text.split_once('\n') {
        Some((tag, words)) if tag == entry.tag.to_string() => Ok(words.to_owned()),
        _ => Err(Fault::Damaged("search words of another document".into())),
    }
}
