//! The nouns of documents: what a list says about one, without opening it.
//!
//! [`Facts`] are what the door established when the document came in; they stand in clear JSON on the first
//! line of the act's sealed data, so that a list is folded without parsing FHIR or CDA again. [`Meta`] is
//! facts plus what the sequence says: when it came, from whom, whether it still stands. What many documents of a
//! space have in common (senders, authors, codes) is shared between them.

use std::sync::Arc;

use kernel::{Actor, EntryId, Instant, Seq};
use serde::{Deserialize, Serialize};

/// A code with the system that defines it, as an OID or a FHIR address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// `11502-2`.
    #[serde(rename = "c")]
    pub code: String,
    /// `2.16.840.1.113883.6.1` or `http://loinc.org`.
    #[serde(rename = "s", default, skip_serializing_if = "String::is_empty")]
    pub system: String,
}

impl Code {
    /// A code of a system.
    #[must_use]
    pub fn new(system: impl Into<String>, code: impl Into<String>) -> Self {
        Self { code: code.into(), system: system.into() }
    }
}

/// Who wrote a document, as its list line shows her.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// As the document says it: `Dr Claire MOREAU`; empty when only an organisation signs.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// RPPS number, when it is one.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub rpps: Option<String>,
    /// Role or profession in the words or code of the producer (`G15_10/SM26`, `Médecin`).
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The organisation she wrote for.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Its FINESS number or other national id.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

/// What the bytes of a document are: told by looking at them, not by what was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Media {
    /// HL7 CDA R2 in XML.
    #[serde(rename = "cda")]
    Cda,
    /// PDF.
    #[serde(rename = "pdf")]
    Pdf,
    /// JPEG picture.
    #[serde(rename = "jpg")]
    Jpeg,
    /// PNG picture.
    #[serde(rename = "png")]
    Png,
    /// TIFF picture.
    #[serde(rename = "tif")]
    Tiff,
    /// Rich text.
    #[serde(rename = "rtf")]
    Rtf,
    /// Plain text in UTF-8.
    #[serde(rename = "txt")]
    Text,
    /// DICOM part 10, in practice a KOS manifest of an imaging study.
    #[serde(rename = "dcm")]
    Dicom,
    /// A FHIR document or other FHIR resource in JSON.
    #[serde(rename = "fhir")]
    FhirJson,
}

impl Media {
    /// The media type it is served with.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Cda => "text/xml",
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Rtf => "application/rtf",
            Self::Text => "text/plain",
            Self::Dicom => "application/dicom",
            Self::FhirJson => "application/fhir+json",
        }
    }

    /// The end of a downloaded file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Cda => "xml",
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tif",
            Self::Rtf => "rtf",
            Self::Text => "txt",
            Self::Dicom => "dcm",
            Self::FhirJson => "json",
        }
    }

    /// True when browsers show it safely by themselves, in a sandbox.
    #[must_use]
    pub fn shown_inline(self) -> bool {
        matches!(self, Self::Pdf | Self::Jpeg | Self::Png | Self::Text)
    }
}

/// HL7 confidentiality of a document, in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Confidentiality {
    /// Normal.
    #[default]
    N,
    /// Restricted.
    R,
    /// Very restricted.
    V,
}

/// Who must not see a document (JDV_J08; facts/france.md §3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// HL7 level.
    #[serde(rename = "c", default)]
    pub confidentiality: Confidentiality,
    /// `MASQUE_PS`: hidden from professionals but its author and the treating doctor.
    #[serde(rename = "m", default, skip_serializing_if = "is_false")]
    pub masked: bool,
    /// `INVISIBLE_PATIENT`: waits for a consultation in which somebody tells her.
    #[serde(rename = "i", default, skip_serializing_if = "is_false")]
    pub invisible_to_patient: bool,
    /// `INVISIBLE_REPRESENTANTS_LEGAUX`: a minor's secret care.
    #[serde(rename = "l", default, skip_serializing_if = "is_false")]
    pub invisible_to_representatives: bool,
    /// The person keeps it from everybody who acts for her: a minor from her parents, first of all.
    #[serde(rename = "k", default, skip_serializing_if = "is_false")]
    pub kept: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Through which door a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// FHIR MHD: ITI-65 or ITI-105.
    #[serde(rename = "fhir")]
    Fhir,
    /// A bare CDA.
    #[serde(rename = "cda")]
    Cda,
    /// Added by the person herself.
    #[serde(rename = "upload")]
    Upload,
    /// Brought over from the old DMP (IHE XDM or bare CDA).
    #[serde(rename = "dmp")]
    Dmp,
}

/// The submission that brought a document, with the others that came along (FHIR `List`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionRef {
    /// Its tag as an entry of the space: the `List`'s id.
    #[serde(rename = "t")]
    pub tag: i64,
    /// True on the document whose act also carries the `List` resource.
    #[serde(rename = "h", default, skip_serializing_if = "is_false")]
    pub here: bool,
    /// When it was sent, on the document with [`here`](Self::here), if the `List` tells nothing else of it that
    /// searches sort or tell it by.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Instant>,
}

/// The search parameters that facts answer just as the resource itself would, so that a search need not open it.
/// Established at the door ([`super::outline`]); none for what came before there was this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tells(pub(crate) u8);

impl Tells {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
    fn is_nothing(&self) -> bool {
        self.0 == 0
    }
}

/// What the door established about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The sender's unique id, normalised by [`kernel::ids::unique_id`].
    #[serde(rename = "u")]
    pub unique_id: String,
    /// What it is (typeCode).
    #[serde(rename = "t")]
    pub kind: Arc<Code>,
    /// Its family (classCode); empty code when neither the sender nor our table knows.
    #[serde(rename = "k", default)]
    pub class: Arc<Code>,
    /// Title as the sender gave it; may be empty.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// When the document was made (or the act it tells of, when that is all there is).
    #[serde(rename = "d")]
    pub dated: Instant,
    /// When the care it tells of began.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub care_began: Option<Instant>,
    /// When its `DocumentReference` was written; searches of software sort by it.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Instant>,
    /// Which searches these facts answer in place of the resource.
    #[serde(rename = "x", default, skip_serializing_if = "Tells::is_nothing")]
    pub tells: Tells,
    /// Who wrote it.
    #[serde(rename = "a", default, skip_serializing_if = "is_without_authors")]
    pub authors: Arc<Vec<Author>>,
    /// Format code (`urn:ihe:lab:xd-lab:2008`).
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Arc<Code>>,
    /// What its bytes are.
    #[serde(rename = "m")]
    pub media: Media,
    /// How many bytes.
    #[serde(rename = "z")]
    pub size: u64,
    /// SHA-256 of the bytes, URL-safe base64: the same report sent by two doors is shown once.
    #[serde(rename = "h")]
    pub sha256: String,
    /// BCP 47 tag.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who must not see it.
    #[serde(rename = "y", default)]
    pub security: Security,
    /// Documents of this space that it replaces.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EntryId>,
    /// The submission it came in.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<SubmissionRef>,
    /// The door.
    #[serde(rename = "o")]
    pub source: Source,
}

fn is_without_authors(authors: &Arc<Vec<Author>>) -> bool {
    authors.is_empty()
}

impl Facts {
    /// Forgets what a withdrawn document told; what is left says that there was one, of which type and size.
    pub fn forget_content(&mut self) {
        self.title.clear();
        self.authors = Arc::default();
        self.sha256.clear();
        self.care_began = None;
    }
}

/// Whether a document still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It stands.
    #[serde(rename = "c")]
    Current,
    /// A newer version stands in its place.
    #[serde(rename = "s")]
    Superseded,
    /// Taken back by whoever put it there; its content is not shown any more.
    #[serde(rename = "w")]
    Withdrawn,
}

impl Status {
    /// FHIR's `document-reference-status`.
    #[must_use]
    pub fn fhir(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Superseded => "superseded",
            Self::Withdrawn => "entered-in-error",
        }
    }
}

/// One document as lists know it. Kept in snapshots in a form of its own (`record/kept.rs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Its id in this space.
    pub entry: EntryId,
    /// The act that carries its content.
    pub seq: Seq,
    /// The last act that changed its description or status; FHIR's version id.
    pub version: Seq,
    /// When the last such act happened.
    pub changed: Instant,
    /// When it came in.
    pub received: Instant,
    /// Who sent it.
    pub sender: Arc<Actor>,
    /// Whether it still stands.
    pub status: Status,
    /// What replaced it.
    pub replaced_by: Option<EntryId>,
    /// What the door established.
    pub facts: Facts,
    /// All that are the same document to the person, it among them: its versions, and copies of the same bytes. What
    /// she hides is hidden in all of them ([`Sharing::word`](people::consent::Sharing::word)). Empty when it is alone,
    /// and until somebody looks at the record.
    pub same: Arc<[EntryId]>,
    /// Of these, those that are open to the same people as it: what she shows is shown in them. Empty as above.
    pub alike: Arc<[EntryId]>,
}

impl Meta {
    /// The day it is shown under.
    #[must_use]
    pub fn day(&self) -> jiff::civil::Date {
        self.facts.dated.date()
    }

    /// True when she put it there herself.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.facts.source == Source::Upload
    }

    /// The first author's organisation, or the sender's.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        let written = self.facts.authors.iter().find_map(|a| a.organization.as_deref());
        written.or(match &*self.sender {
            Actor::Software(software) => Some(&software.organization),
            Actor::Professional(professional) => Some(&professional.structure),
            _ => None,
        })
    }

    /// The first author's name, else her organisation, else who sent it; empty for the person's own.
    #[must_use]
    pub fn author_name(&self) -> &str {
        let written = self.facts.authors.iter().map(|a| a.name.as_str()).find(|n| !n.is_empty());
        written.or_else(|| self.organization()).unwrap_or_default()
    }
}
