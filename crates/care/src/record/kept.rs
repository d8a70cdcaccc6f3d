//! The kept form of a record: what a snapshot holds.
//!
//! Every page of a space begins by reading one, so it is made to be read: postcard, a binary form without names,
//! whose texts are borrowed from the bytes until they are needed. It mirrors [`Meta`] instead of being its own
//! form of serde, because the JSON of the acts leaves fields out and a form without names cannot. Senders, authors
//! and codes, which are few and are many documents', stand once, and are shared once read. Senders stand as the JSON
//! that the journal writes of them, so that whatever a sender comes to be made of is kept.
//!
//! A snapshot is never the truth. One of another [`FORM`], or one that does not read, is made anew from the acts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use kernel::{Actor, EntryId, Fault, Instant, PersonId, Seq};
use serde::{Deserialize, Serialize};

use crate::documents::model::{
    Author, Code, Confidentiality, Facts, Media, Meta, Security, Source, Status, SubmissionRef, Tells,
};

/// The form's number, the first byte. Fields and variants are known by their place only: whoever adds, drops or
/// moves one counts on.
pub(super) const FORM: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    senders: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    codes: Vec<Coded<'a>>,
    #[serde(borrow)]
    authors: Vec<Vec<Written<'a>>>,
    #[serde(borrow)]
    documents: Vec<Document<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Document<'a> {
    #[serde(with = "postcard::fixint::le")]
    tag: i64,
    seq: u32,
    version: u32,
    #[serde(with = "postcard::fixint::le")]
    changed: i64,
    #[serde(with = "postcard::fixint::le")]
    received: i64,
    /// Its place in [`Kept::senders`].
    sender: u32,
    status: Status,
    replaced_by: Option<i64>,
    unique_id: &'a str,
    /// Its place in [`Kept::codes`], as that of the class and the format.
    kind: u32,
    class: u32,
    title: &'a str,
    #[serde(with = "postcard::fixint::le")]
    dated: i64,
    care_began: Option<i64>,
    written: Option<i64>,
    tells: u8,
    /// Their place in [`Kept::authors`].
    authors: u32,
    format: Option<u32>,
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

/// Values that stand once, each known by its place.
struct Once<T>(HashMap<T, u32>);

impl<T: Eq + Hash> Once<T> {
    fn place(&mut self, value: T) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(value).or_insert(next)
    }

    fn in_order(self) -> Vec<T> {
        let mut all: Vec<(T, u32)> = self.0.into_iter().collect();
        all.sort_unstable_by_key(|(_, place)| *place);
        all.into_iter().map(|(value, _)| value).collect()
    }
}

/// What many documents share, on its way into a snapshot.
struct Shared<'a> {
    senders: Once<String>,
    codes: Once<Coded<'a>>,
    authors: Once<Vec<Written<'a>>>,
}

/// Writes the documents of a record down.
///
/// # Errors
/// A fault when something does not write, which a test excludes.
pub(super) fn write(documents: &[Meta]) -> Result<Vec<u8>, Fault> {
    let mut shared =
        Shared { senders: Once(HashMap::new()), codes: Once(HashMap::new()), authors: Once(HashMap::new()) };
    let documents = documents.iter().map(|meta| document(meta, &mut shared)).collect::<Result<_, _>>()?;
    let kept = Kept {
        senders: shared.senders.in_order().into_iter().map(Cow::Owned).collect(),
        codes: shared.codes.in_order(),
        authors: shared.authors.in_order(),
        documents,
    };
    postcard::to_extend(&kept, vec![FORM]).map_err(|e| Fault::Internal(format!("a record: {e}")))
}

/// What many documents share, as it is read.
struct Known {
    senders: Vec<Arc<Actor>>,
    codes: Vec<Arc<Code>>,
    authors: Vec<Arc<Vec<Author>>>,
}

/// Reads what [`write()`] wrote for this person; `None` for anything else.
pub(super) fn read(person: PersonId, bytes: &[u8]) -> Option<Vec<Meta>> {
    let (form, rest) = bytes.split_first()?;
    if *form != FORM {
        return None;
    }
    let kept: Kept<'_> = postcard::from_bytes(rest).ok()?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    let author = |(name, rpps, role, organization, organization_id): Written<'_>| Author {
        name: name.to_owned(),
        rpps: text(rpps),
        role: text(role),
        organization: text(organization),
        organization_id: text(organization_id),
    };
    let authors = kept.authors.into_iter().map(|all| Arc::new(all.into_iter().map(author).collect()));
    let known = Known {
        senders: kept
            .senders
            .iter()
            .map(|said| serde_json::from_str(said).map(Arc::new).ok())
            .collect::<Option<_>>()?,
        codes: kept.codes.into_iter().map(|(code, system)| Arc::new(Code::new(system, code))).collect(),
        authors: authors.collect(),
    };
    kept.documents.into_iter().map(|document| meta(person, &document, &known)).collect()
}

fn document<'a>(meta: &'a Meta, shared: &mut Shared<'a>) -> Result<Document<'a>, Fault> {
    // Taken apart by name, so that a new field cannot be forgotten here.
    let Meta {
        entry,
        seq,
        version,
        changed,
        received,
        sender,
        status,
        replaced_by,
        facts,
        same: _,
        alike: _,
    } = meta;
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
    let sender = serde_json::to_string(&**sender).map_err(|e| Fault::Internal(format!("a sender: {e}")))?;
    Ok(Document {
        tag: entry.tag,
        seq: seq.0,
        version: version.0,
        changed: changed.0,
        received: received.0,
        sender: shared.senders.place(sender),
        status: *status,
        replaced_by: replaced_by.map(|by| by.tag),
        unique_id,
        kind: shared.codes.place(coded(kind)),
        class: shared.codes.place(coded(class)),
        title,
        dated: dated.0,
        care_began: care_began.map(|at| at.0),
        written: written.map(|at| at.0),
        tells: tells.0,
        authors: shared.authors.place(authors.iter().map(author).collect()),
        format: format.as_ref().map(|format| shared.codes.place(coded(format))),
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
    })
}

fn meta(person: PersonId, kept: &Document<'_>, known: &Known) -> Option<Meta> {
    let entry = |tag: i64| EntryId { person, tag };
    let code = |place: u32| known.codes.get(place as usize).cloned();
    Some(Meta {
        same: Arc::default(),
        alike: Arc::default(),
        entry: entry(kept.tag),
        seq: Seq(kept.seq),
        version: Seq(kept.version),
        changed: Instant(kept.changed),
        received: Instant(kept.received),
        sender: Arc::clone(known.senders.get(kept.sender as usize)?),
        status: kept.status,
        replaced_by: kept.replaced_by.map(entry),
        facts: Facts {
            unique_id: kept.unique_id.to_owned(),
            kind: code(kept.kind)?,
            class: code(kept.class)?,
            title: kept.title.to_owned(),
            dated: Instant(kept.dated),
            care_began: kept.care_began.map(Instant),
            written: kept.written.map(Instant),
            tells: Tells(kept.tells),
            authors: Arc::clone(known.authors.get(kept.authors as usize)?),
            format: match kept.format {
                Some(place) => Some(code(place)?),
                None => None,
            },
            media: kept.media,
            size: kept.size,
            sha256: kept.sha256.to_owned(),
            language: kept.language.map(str::to_owned),
            security: Security {
                confidentiality: kept.confidentiality,
                masked: kept.masked,
                invisible_to_patient: kept.invisible_to_patient,
                invisible_to_representatives: kept.invisible_to_representatives,
                kept: kept.kept,
            },
            replaces: kept.replaces.iter().copied().map(entry).collect(),
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
