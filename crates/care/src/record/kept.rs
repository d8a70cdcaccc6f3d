//! The kept form of a record: what a snapshot holds.
//!
//! Every page of a space begins by reading one, so it is made to be read: postcard, a binary form without names,
//! whose texts are borrowed from the bytes until they are needed. It mirrors [`Meta`] instead of being its own
//! form of serde, because the JSON of the acts leaves fields out and a form without names cannot. Senders, who
//! are few and are many documents', stand once, as the JSON that the journal writes of them: whatever a sender
//! comes to be made of is kept.
//!
//! A snapshot is never the truth. One of another [`FORM`], or one that does not read, is made anew from the acts.

use std::collections::HashMap;

use kernel::{Actor, EntryId, Fault, Instant, PersonId, Seq};
use serde::{Deserialize, Serialize};

use crate::documents::model::{
    Author, Code, Confidentiality, Facts, Media, Meta, Security, Source, Status, SubmissionRef, Tells,
};

/// The form's number, the first byte. Fields and variants are known by their place only: whoever adds, drops or
/// moves one counts on.
pub(super) const FORM: u8 = 3;

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    senders: Vec<&'a str>,
    #[serde(borrow)]
    documents: Vec<Document<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Document<'a> {
    tag: i64,
    seq: u32,
    version: u32,
    changed: i64,
    received: i64,
    /// Its place in [`Kept::senders`].
    sender: u32,
    status: Status,
    replaced_by: Option<i64>,
    unique_id: &'a str,
    kind: Coded<'a>,
    class: Coded<'a>,
    title: &'a str,
    dated: i64,
    care_began: Option<i64>,
    written: Option<i64>,
    tells: u8,
    #[serde(borrow)]
    authors: Vec<Written<'a>>,
    format: Option<Coded<'a>>,
    media: Media,
    size: u64,
    sha256: &'a str,
    language: Option<&'a str>,
    confidentiality: Confidentiality,
    masked: bool,
    invisible_to_patient: bool,
    invisible_to_representatives: bool,
    kept: bool,
    replaces: Vec<i64>,
    submission: Option<(i64, bool, Option<i64>)>,
    source: Source,
}

/// A code and its system.
type Coded<'a> = (&'a str, &'a str);

/// An author: name, RPPS number, role, organisation, its number.
type Written<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// Writes the documents of a record down.
///
/// # Errors
/// A fault when something does not write, which a test excludes.
pub(super) fn write(documents: &[Meta]) -> Result<Vec<u8>, Fault> {
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut of = Vec::with_capacity(documents.len());
    for meta in documents {
        let said =
            serde_json::to_string(&meta.sender).map_err(|e| Fault::Internal(format!("a sender: {e}")))?;
        let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
        of.push(*places.entry(said).or_insert(next));
    }
    let mut senders = vec![""; places.len()];
    for (said, place) in &places {
        senders[*place as usize] = said;
    }
    let documents = documents.iter().zip(of).map(|(meta, sender)| document(meta, sender)).collect();
    postcard::to_extend(&Kept { senders, documents }, vec![FORM])
        .map_err(|e| Fault::Internal(format!("a record does not write: {e}")))
}

/// Reads what [`write`] wrote for this person; `None` for anything else.
pub(super) fn read(person: PersonId, bytes: &[u8]) -> Option<Vec<Meta>> {
    let (form, rest) = bytes.split_first()?;
    if *form != FORM {
        return None;
    }
    let kept: Kept<'_> = postcard::from_bytes(rest).ok()?;
    let senders: Vec<Actor> =
        kept.senders.iter().map(|said| serde_json::from_str(said)).collect::<Result<_, _>>().ok()?;
    kept.documents.into_iter().map(|document| meta(person, document, &senders)).collect()
}

fn document(meta: &Meta, sender: u32) -> Document<'_> {
    // Taken apart by name, so that a new field cannot be forgotten here.
    let Meta { entry, seq, version, changed, received, sender: _, status, replaced_by, facts } = meta;
    let Facts {
        unique_id,
        kind,
        class,
        title,
        dated,
        care_began,
        written,
        tells,
        authors,
        format,
        media,
        size,
        sha256,
        language,
        security,
        replaces,
        submission,
        source,
    } = facts;
    let Security { confidentiality, masked, invisible_to_patient, invisible_to_representatives, kept } =
        *security;
    Document {
        tag: entry.tag,
        seq: seq.0,
        version: version.0,
        changed: changed.0,
        received: received.0,
        sender,
        status: *status,
        replaced_by: replaced_by.map(|by| by.tag),
        unique_id,
        kind: coded(kind),
        class: coded(class),
        title,
        dated: dated.0,
        care_began: care_began.map(|at| at.0),
        written: written.map(|at| at.0),
        tells: tells.0,
        authors: authors.iter().map(author).collect(),
        format: format.as_ref().map(coded),
        media: *media,
        size: *size,
        sha256,
        language: language.as_deref(),
        confidentiality,
        masked,
        invisible_to_patient,
        invisible_to_representatives,
        kept,
        replaces: replaces.iter().map(|entry| entry.tag).collect(),
        submission: submission
            .as_ref()
            .map(|SubmissionRef { tag, here, sent }| (*tag, *here, sent.map(|at| at.0))),
        source: *source,
    }
}

fn meta(person: PersonId, kept: Document<'_>, senders: &[Actor]) -> Option<Meta> {
    let entry = |tag: i64| EntryId { person, tag };
    let code = |(code, system): Coded<'_>| Code::new(system, code);
    let text = |text: Option<&str>| text.map(str::to_owned);
    let author = |(name, rpps, role, organization, organization_id): Written<'_>| Author {
        name: name.to_owned(),
        rpps: text(rpps),
        role: text(role),
        organization: text(organization),
        organization_id: text(organization_id),
    };
    Some(Meta {
        entry: entry(kept.tag),
        seq: Seq(kept.seq),
        version: Seq(kept.version),
        changed: Instant(kept.changed),
        received: Instant(kept.received),
        sender: senders.get(kept.sender as usize)?.clone(),
        status: kept.status,
        replaced_by: kept.replaced_by.map(entry),
        facts: Facts {
            unique_id: kept.unique_id.to_owned(),
            kind: code(kept.kind),
            class: code(kept.class),
            title: kept.title.to_owned(),
            dated: Instant(kept.dated),
            care_began: kept.care_began.map(Instant),
            written: kept.written.map(Instant),
            tells: Tells(kept.tells),
            authors: kept.authors.into_iter().map(author).collect(),
            format: kept.format.map(code),
            media: kept.media,
            size: kept.size,
            sha256: kept.sha256.to_owned(),
            language: text(kept.language),
            security: Security {
                confidentiality: kept.confidentiality,
                masked: kept.masked,
                invisible_to_patient: kept.invisible_to_patient,
                invisible_to_representatives: kept.invisible_to_representatives,
                kept: kept.kept,
            },
            replaces: kept.replaces.into_iter().map(entry).collect(),
            submission: kept.submission.map(|(tag, here, sent)| SubmissionRef {
                tag,
                here,
                sent: sent.map(Instant),
            }),
            source: kept.source,
        },
    })
}

fn coded(code: &Code) -> Coded<'_> {
    (&code.code, &code.system)
}

fn author(author: &Author) -> Written<'_> {
    let Author { name, rpps, role, organization, organization_id } = author;
    (name, rpps.as_deref(), role.as_deref(), organization.as_deref(), organization_id.as_deref())
}
