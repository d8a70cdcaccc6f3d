//! Documents as software deposits them: IHE MHD 4.2 (ITI-65 Provide Document Bundle, ITI-105 Simplified
//! Publish), its French profile PDSm, and the older MHD 3 with a `DocumentManifest`.
//!
//! <https://profiles.ihe.net/ITI/MHD/ITI-65.html>, <https://profiles.ihe.net/ITI/MHD/ITI-105.html>,
//! <https://interop.esante.gouv.fr/ig/fhir/pdsm>.
//!
//! [`read_provide`] and [`read_simplified`] turn a validated resource into a [`Submission`], or say exactly
//! why not. What a profile requires and we could live without is refused only where IHE itself requires it;
//! what only the French profile adds is a warning, because the national examples themselves lack it.

mod document;
mod people;
mod profile;
mod provide;
mod unnamed;

use kernel::ins::{BadIns, Claimed};
use kernel::{Ins, Instant, Issue};
use serde_json::Value;

pub use people::{AuthorKind, AuthorView, authors, patient_claims};
pub use profile::{Profile, check_document};
pub use unnamed::unnamed;

use crate::view::Coding;

/// Documents that came in one request, to be filed together or not at all.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What the sender says it follows; the least demanding one when it says nothing.
    pub profile: Profile,
    /// The sending software's id: an OID as a rule, without `urn:oid:`. ITI-105 has none.
    pub source_id: Option<String>,
    /// The submission's own id, normalised as documents' ids are; optional in MHD 4.
    pub submission_id: Option<String>,
    /// The submission set as it was sent (a `List`, or a `DocumentManifest`); null for ITI-105.
    pub set: Value,
    /// At least one, all of one patient.
    pub documents: Vec<Deposit>,
    /// Folders (`List`) that the documents are put in, as they were sent.
    pub folders: Vec<Value>,
    /// Documents that the sender marks as superseded in the same breath (a PATCH of their status).
    pub superseded: Vec<Target>,
    /// What each entry of the bundle was, in its order: an answer must answer them one by one.
    pub order: Vec<Part>,
    /// What is not as its profile wants, and was taken nevertheless.
    pub issues_warned: Vec<Issue>,
}

/// What an entry of a provide bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The submission set.
    Set,
    /// The metadata of `Submission::documents[n]`.
    Document(usize),
    /// The bytes of `Submission::documents[n]`.
    Content(usize),
    /// A folder: `Submission::folders[n]`.
    Folder(usize),
    /// The patient's identity, or another resource that documents refer to: read, not filed.
    Aside,
    /// `Submission::superseded[n]`.
    Superseded(usize),
}

/// One document with its metadata.
#[derive(Clone, Debug)]
pub struct Deposit {
    /// Its id for life, by which a second deposit is recognised: see [`kernel::ids::unique_id`].
    pub unique_id: String,
    /// The metadata sheet's id (`urn:uuid:` taken off), if it was given one.
    pub entry_uuid: Option<String>,
    /// Whose document it is.
    pub patient: PatientRef,
    /// What kind of document (JDV_J07).
    pub type_code: Option<Coding>,
    /// Its class (JDV_J06).
    pub category: Option<Coding>,
    /// What is inside the media type.
    pub format: Option<Coding>,
    /// Kind of structure.
    pub facility: Option<Coding>,
    /// Clinical setting.
    pub setting: Option<Coding>,
    /// What is documented.
    pub events: Vec<Coding>,
    /// Title, or description when there is none.
    pub title: Option<String>,
    /// When the metadata were written.
    pub date: Option<Instant>,
    /// When the document was written.
    pub creation: Option<Instant>,
    /// When what it tells about began and ended.
    pub period: (Option<Instant>, Option<Instant>),
    /// Who wrote it.
    pub authors: Vec<AuthorView>,
    /// Confidentiality and masking.
    pub security_labels: Vec<Coding>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The bytes.
    pub content: Content,
    /// Older documents it replaces, transforms, signs or appends to.
    pub relates_to: Vec<(Relation, Target)>,
    /// The `DocumentReference` as it was sent, unknown extensions and all, but without the bytes.
    pub resource: Value,
}

/// The bytes of a document and what was declared about them.
#[derive(Clone, Debug)]
pub struct Content {
    /// Media type in lower case, without parameters.
    pub media_type: String,
    /// Decoded.
    pub bytes: Vec<u8>,
    /// SHA-1 as declared. `None` when none was declared, and when the document is itself a FHIR resource in
    /// the bundle, whose bytes nobody can tell.
    pub sha1: Option<[u8; 20]>,
    /// Size as declared; already compared.
    pub size: Option<u64>,
}

impl Content {
    /// Compares the SHA-1 that the caller computed with the declared one.
    ///
    /// # Errors
    /// `mhd-hash-mismatch`: the bytes are not those that the sender described.
    pub fn check_sha1(&self, computed: &[u8; 20]) -> Result<(), Issue> {
        match &self.sha1 {
            Some(declared) if declared != computed => Err(Issue {
                code: "mhd-hash-mismatch",
                path: Some("DocumentReference.content[0].attachment.hash".into()),
                diagnostics: "the SHA-1 of the document is not the declared one; was it changed on the way?"
                    .into(),
            }),
            _ => Ok(()),
        }
    }
}

/// Whose document it is, by every means the sender used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatientRef {
    /// A literal reference, `Patient/42` or absolute, when it does not lead into the bundle.
    pub logical: Option<String>,
    /// The INS, or why what stands there is not one.
    pub ins: Option<Result<Ins, BadIns>>,
    /// The traits that the sender claims.
    pub claimed: Claimed,
}

/// How a document relates to an older one (R4 `document-relationship-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It takes its place.
    Replaces,
    /// It says the same in another form.
    Transforms,
    /// It signs it.
    Signs,
    /// It adds to it.
    Appends,
}

impl Relation {
    /// FHIR's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Replaces => "replaces",
            Self::Transforms => "transforms",
            Self::Signs => "signs",
            Self::Appends => "appends",
        }
    }

    /// From FHIR's code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "replaces" => Self::Replaces,
            "transforms" => Self::Transforms,
            "signs" => Self::Signs,
            "appends" => Self::Appends,
            _ => return None,
        })
    }
}

/// Another document, by reference or by its own id; at least one is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// A literal reference.
    pub reference: Option<String>,
    /// Its unique id, normalised.
    pub unique_id: Option<String>,
}

/// Reads an ITI-65 request: a validated transaction Bundle.
///
/// # Errors
/// Everything that keeps it from being filed, each with the path of the element in the bundle. Codes begin
/// with `mhd-`.
pub fn read_provide(bundle: &Value) -> Result<Submission, Vec<Issue>> {
    provide::read(bundle)
}

/// Reads an ITI-105 request: a validated `DocumentReference` that carries its document.
///
/// # Errors
/// As [`read_provide`].
pub fn read_simplified(document_reference: &Value) -> Result<Submission, Vec<Issue>> {
    provide::read_simplified(document_reference)
}

/// Makes a document reference point to where we keep its bytes, with their true size and SHA-1.
pub fn point_to(resource: &mut Value, url: &str, size: u64, sha1: &[u8; 20]) {
    use base64::Engine as _;
    let content = resource.get_mut("content").and_then(|c| c.get_mut(0));
    if let Some(Value::Object(attachment)) = content.and_then(|c| c.get_mut("attachment")) {
        attachment.remove("data");
        attachment.insert("url".into(), url.into());
        attachment.insert("size".into(), size.into());
        attachment.insert("hash".into(), base64::engine::general_purpose::STANDARD.encode(sha1).into());
    }
}

#[cfg(test)]
mod tests;
