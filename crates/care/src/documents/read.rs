//! Reading one document: what a page or the FHIR door needs of it, with the look noted in the journal.

use kernel::{Answer, EntryId, Fault, Refusal};
use people::consent::Pass;
use store::{Act, Kind, Tx, Want};

use super::deposit::resources;
use super::model::{Media, Meta};
use crate::record::fold::Seen;

/// A document opened for reading.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What lists know of it.
    pub meta: Meta,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// One file to be handed out.
#[derive(Clone, Debug)]
pub struct File {
    /// What it is.
    pub mime: String,
    /// A name for the reader's disk, without anything a file system minds.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// True when a browser may show it in a sandbox; anything else is downloaded.
    pub inline: bool,
}

/// Which part of a document is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The bytes as they were deposited.
    Original,
    /// What a CDA carries ready to print: a PDF or a picture.
    Embedded,
    /// The nth file that comes with a structured CDA.
    Attachment(usize),
}

/// Notes a look in the journal of the space.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    pass: &Pass,
    kind: Kind,
    entry: Option<EntryId>,
    about: impl Into<String>,
) {
    let line = pass.line().about(about);
    tx.note(pass.key(), Act { kind, at: pass.visit().now, entry, line, data: None, blob: None });
}

/// One document's list line, if the viewer sees it. Notes nothing: nothing is shown yet.
///
/// # Errors
/// `not-found` for what does not exist and for what the viewer does not see.
pub fn find(tx: &mut Tx<'_>, pass: &Pass, entry: EntryId) -> Answer<(Meta, Seen)> {
    if entry.person != pass.person() {
        return Err(Refusal::not_found());
    }
    let seen = Seen::load(tx, pass)?;
    match seen.document(entry) {
        Some(meta) => Ok((meta.clone(), seen)),
        None => Err(Refusal::not_found()),
    }
}

/// The bytes of a document that [`find`] gave.
///
/// # Errors
/// `not-found` when they were erased meanwhile; faults of the store.
pub(crate) fn content(tx: &mut Tx<'_>, pass: &Pass, meta: &Meta) -> Answer<Vec<u8>> {
    tx.blob(pass.key(), meta.seq)?.ok_or_else(Refusal::not_found)
}

/// The `DocumentReference` (and, where it stands, the `List`) that came with a document.
pub(crate) fn resource(tx: &mut Tx<'_>, pass: &Pass, meta: &Meta) -> Answer<(Vec<u8>, Option<Vec<u8>>)> {
    let act = tx.act(pass.key(), meta.seq, Want::DATA)?;
    let Some(data) = act.and_then(|act| act.data) else { return Err(Refusal::not_found()) };
    let (resource, set) = resources(&data);
    match resource {
        Some(resource) => Ok((resource.to_vec(), set.map(<[u8]>::to_vec))),
        None => Err(Fault::Damaged(format!("act {} has no DocumentReference", meta.seq.0)).into()),
    }
}

/// Hands out a file, and notes it as read (shown in the browser) or downloaded.
///
/// # Errors
/// As [`find`]; `not-found` when there is no such part; what `cda::parse` refuses cannot happen to what was
/// accepted, and is a fault.
pub fn file(tx: &mut Tx<'_>, pass: &Pass, entry: EntryId, what: What, download: bool) -> Answer<File> {
    let (meta, _) = find(tx, pass, entry)?;
    let bytes = content(tx, pass, &meta)?;
    let file = match what {
        What::Original => File {
            mime: meta.facts.media.mime().to_owned(),
            name: file_name(&meta, meta.facts.media.extension()),
            inline: meta.facts.media.shown_inline(),
            bytes,
        },
        _ if meta.facts.media != Media::Cda => return Err(Refusal::not_found()),
        What::Embedded | What::Attachment(_) => part(&meta, &bytes, what)?,
    };
    let kind = if download || !file.inline { Kind::Downloaded } else { Kind::DocumentRead };
    note(tx, pass, kind, Some(entry), meta.facts.kind.code.as_str());
    Ok(file)
}

fn part(meta: &Meta, bytes: &[u8], what: What) -> Answer<File> {
    let document =
        cda::parse(bytes).map_err(|why| Fault::Damaged(format!("a filed CDA does not parse: {why}")))?;
    let found = match what {
        What::Attachment(n) => {
            document.attachments().get(n).map(|media| (media.media_type.clone(), media.bytes.clone()))
        }
        _ => document.embedded().map(|embedded| (embedded.media_type.to_owned(), embedded.bytes.to_vec())),
    };
    let (declared, bytes) = found.ok_or_else(Refusal::not_found)?;
    // What it is served as comes from its bytes; what cannot be told is only ever downloaded.
    let sniffed = super::rules::sniff(&bytes);
    Ok(File {
        mime: sniffed.map_or("application/octet-stream", Media::mime).to_owned(),
        name: file_name(meta, sniffed.map_or_else(|| ending(&declared), Media::extension)),
        inline: sniffed.is_some_and(Media::shown_inline),
        bytes,
    })
}

fn ending(declared: &str) -> &'static str {
    match declared {
        "application/msword" => "doc",
        _ => "bin",
    }
}

/// `2026-03-02-compte-rendu-de-laboratoire.pdf`: what it is, not whose, since disks are shared.
#[must_use]
pub fn file_name(meta: &Meta, ending: &str) -> String {
    let title = super::plain::title(meta, kernel::Language::Fr);
    let words = kernel::text::fold(&title).to_lowercase().replace(' ', "-");
    let short: String = words.chars().filter(char::is_ascii).take(60).collect();
    format!("{}-{}.{ending}", meta.day(), short.trim_matches('-'))
}
