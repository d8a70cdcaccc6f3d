//! IHE XDM (ITI-32, IHE ITI TF-2 §3.32): a zip of documents with their XDS metadata in ebRIM.
//!
//! ```text
//! README.TXT  INDEX.HTM  IHE_XDM/SUBSET01/METADATA.XML  IHE_XDM/SUBSET01/DOC00001.XML …
//! ```
//!
//! [`open`] is tolerant of what real senders do (a folder around everything, back-slashes, no `IHE_XDM`
//! folder, no `URI`, elements in the wrong namespace or case) and strict about what would harm: bombs, paths
//! that climb, several patients in one archive, a document that is named but missing.

mod archive;
mod fields;
mod metadata;
mod write;

use kernel::Ins;
use kernel::Instant;
use kernel::ins::{BadIns, Claimed};
use kernel::rpps::Rpps;

pub use archive::Limits;
pub use write::write;
pub use xml::{Code, Rejection};

/// A person as HL7 v2 XCN: `801234567897^MOREAU^Claire^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Her identifier.
    pub id: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// Given name.
    pub given: Option<String>,
    /// OID of whoever gave the identifier.
    pub authority: Option<String>,
    /// Her RPPS number, when the identifier is one.
    pub rpps: Option<Rpps>,
}

/// An organisation as HL7 v2 XON: `Laboratoire^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1010000024`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Institution {
    /// Its name.
    pub name: String,
    /// Its identifier.
    pub id: Option<String>,
    /// OID of whoever gave the identifier.
    pub authority: Option<String>,
}

/// Who wrote a document or sent a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The person, or the device by its name.
    pub person: Option<Person>,
    /// On whose behalf; none for a patient's own words.
    pub institutions: Vec<Institution>,
    /// Parts played.
    pub roles: Vec<String>,
    /// Profession and specialty: `G15_10/SM26`.
    pub specialties: Vec<Code>,
}

/// A patient's identifier as HL7 v2 CX: `279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientId {
    /// The identifier.
    pub id: String,
    /// OID of whoever gave it.
    pub authority: String,
    /// The national identity, when the authority is one of its.
    pub ins: Option<Result<Ins, BadIns>>,
}

/// The act of sending: one per subset of the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubmissionSet {
    /// Its id within the metadata.
    pub entry_uuid: String,
    /// Its id for ever.
    pub unique_id: Option<String>,
    /// Who sent it, as an OID.
    pub source_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// A comment.
    pub comments: Option<String>,
    /// What activity it comes from (JDV_J03).
    pub content_type: Option<Code>,
    /// When it was sent.
    pub submission_time: Option<Instant>,
    /// For whom.
    pub patient_id: Option<PatientId>,
    /// Who sent it.
    pub authors: Vec<Author>,
    /// To whom, as sent.
    pub intended_recipients: Vec<String>,
}

/// A document with its metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XdmDocument {
    /// Which of [`Submission::sets`] it came with.
    pub set: usize,
    /// Its id within the metadata, or in the registry it comes from.
    pub entry_uuid: String,
    /// Its id for ever: the id of the CDA.
    pub unique_id: String,
    /// Media type as declared.
    pub mime_type: String,
    /// Its file within the archive.
    pub file: String,
    /// SHA-1 as declared, in lower case hexadecimal.
    pub declared_hash: Option<String>,
    /// Size in bytes as declared.
    pub declared_size: Option<u64>,
    /// Whether hash and size, as far as they are declared, are those of the file. Some senders compute
    /// them before they change line ends, so it is the reader's choice what to do with `false`.
    pub hash_ok: bool,
    /// Its title.
    pub title: Option<String>,
    /// A comment.
    pub comments: Option<String>,
    /// What it is (typeCode).
    pub type_code: Option<Code>,
    /// Its family (classCode).
    pub class_code: Option<Code>,
    /// Its format.
    pub format_code: Option<Code>,
    /// Sort of facility.
    pub facility_type: Option<Code>,
    /// Sort of practice.
    pub practice_setting: Option<Code>,
    /// Acts it is about.
    pub event_codes: Vec<Code>,
    /// Who may see it.
    pub confidentiality: Vec<Code>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// When it was made.
    pub creation_time: Option<Instant>,
    /// When the act began.
    pub service_start: Option<Instant>,
    /// When the act ended.
    pub service_stop: Option<Instant>,
    /// By whom.
    pub authors: Vec<Author>,
    /// Who answers for it.
    pub legal_authenticator: Option<Person>,
    /// For whom.
    pub patient_id: Option<PatientId>,
    /// For whom, in the sender's own numbering.
    pub source_patient_id: Option<PatientId>,
    /// The traits that the sender claims (`sourcePatientInfo`).
    pub source_patient: SourcePatient,
    /// `urn:oasis:names:tc:ebxml-regrep:StatusType:Approved` and the like.
    pub availability: Option<String>,
    /// Entry ids of the documents it replaces (RPLC).
    pub replaces: Vec<String>,
    /// The document.
    pub bytes: Vec<u8>,
}

/// `sourcePatientInfo`: lines of a PID segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePatient {
    /// The strict traits among them.
    pub claimed: Claimed,
    /// The name used in daily life, if it was sent.
    pub used_name: Option<String>,
}

/// What an archive holds. All of it is for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The acts of sending, in the order of their folders; never empty.
    pub sets: Vec<SubmissionSet>,
    /// The documents, in the order of the metadata.
    pub documents: Vec<XdmDocument>,
}

impl Submission {
    /// For whom: the first patient id that the metadata gives.
    #[must_use]
    pub fn patient_id(&self) -> Option<&PatientId> {
        let of_documents = self.documents.iter().filter_map(|document| document.patient_id.as_ref());
        of_documents.chain(self.sets.iter().filter_map(|set| set.patient_id.as_ref())).next()
    }
}

/// Opens an archive.
///
/// # Errors
/// A [`Rejection`] that says what the sender has to mend.
pub fn open(zip_bytes: &[u8], limits: Limits) -> Result<Submission, Rejection> {
    let mut archive = archive::inflate(zip_bytes, limits)?;
    let mut submission = Submission::default();
    for at in archive.metadata_files() {
        metadata::read(&mut archive, at, &mut submission)?;
    }
    if submission.sets.is_empty() && submission.documents.is_empty() {
        return Err(Rejection::new(
            "xdm-no-metadata",
            "There is no METADATA.XML with a submission in the archive (IHE_XDM/SUBSET01/METADATA.XML).",
        ));
    }
    one_patient(&submission)?;
    Ok(submission)
}

/// CI-SIS: an archive is for one patient.
fn one_patient(submission: &Submission) -> Result<(), Rejection> {
    let mut ids = submission.documents.iter().filter_map(|document| document.patient_id.as_ref());
    let Some(first) = ids.next() else { return Ok(()) };
    if ids.any(|other| (&other.id, &other.authority) != (&first.id, &first.authority)) {
        return Err(Rejection::new(
            "xdm-several-patients",
            "The archive holds documents of several patients; send one archive for each.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
