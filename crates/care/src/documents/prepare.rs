//! The first half of a deposit, without the database: what can be known from the bytes alone is checked
//! here, outside any transaction, so that the single writer only files what is sound.

use std::borrow::Cow;
use std::sync::Arc;

use ::fhir::mhd::{self, Part, Relation, Submission};
use kernel::ins::{BadIns, Claimed};
use kernel::{Ins, Instant, Issue, Refusal, RefusalKind};
use serde_json::Value;
use store::Content;

use super::facts::{
    author, cda_authors, cda_security, class, code, security, service_start, with_label, xdm_author,
};
use super::model::{Author, Code, Facts, Media, Security, Source, Tells};
use super::sets::Set;
use super::{describe, outline, rules};

/// What a sender says about whom a document is for.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// Where it stands in what was sent.
    pub(crate) path: String,
    /// The traits claimed.
    pub(crate) claimed: Claimed,
}

/// A document to be replaced, as the sender names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Our own id of it: the last part of a literal reference.
    pub(crate) id: Option<String>,
    /// Its unique id.
    pub(crate) unique_id: Option<String>,
    /// A CDA may name a version that never came here; then there is nothing to replace.
    pub(crate) must_exist: bool,
    /// Where it stands in what was sent.
    pub(crate) path: String,
}

/// One document, sound in itself.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    /// What is known about it; replaced documents and submission are filled in when it is stored.
    pub(crate) facts: Facts,
    /// What it replaces.
    pub(crate) replaces: Vec<Replaced>,
    /// Its `DocumentReference`, without id, bytes and address of the bytes.
    pub(crate) resource: Vec<u8>,
    /// Its bytes, packed already, so that the one writer need not.
    pub(crate) content: Content,
    /// True when its words are in a PDF, which only the worker reads.
    pub(crate) words_in_pdf: bool,
    /// The submission set it came in, by its place in [`Prepared::sets`].
    pub(crate) set: Option<usize>,
    /// Where it stands in what was sent.
    pub(crate) path: String,
}

impl Ready {
    /// A document at the place `path`, of the submission set `set`.
    fn of(
        mut facts: Facts,
        replaces: Vec<Replaced>,
        resource: &Value,
        content: Vec<u8>,
        (path, set): (String, Option<usize>),
    ) -> Self {
        outline::establish(&mut facts, resource);
        let words_in_pdf = match facts.media {
            Media::Pdf => true,
            Media::Cda => has_pdf_inside(&content),
            _ => false,
        };
        Self {
            facts,
            replaces,
            resource: resource.to_string().into_bytes(),
            content: Content::new(content),
            words_in_pdf,
            set,
            path,
        }
    }
}

/// A delivery that is sound in itself: what is left is whether it is right for the space.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) ins: Ins,
    pub(crate) ins_path: String,
    pub(crate) claims: Vec<Claim>,
    pub(crate) documents: Vec<Ready>,
    /// The submission sets its documents came in.
    pub(crate) sets: Vec<Set>,
    /// What each entry of the request was, for the answer.
    pub(crate) order: Vec<Part>,
    pub(crate) superseded: Vec<Replaced>,
    /// `Idempotency-Key`, and a hash of what was sent under it.
    pub(crate) repeat: Option<(String, [u8; 32])>,
    /// What is not as its profile wants, and is taken nevertheless.
    pub warnings: Vec<Issue>,
}

impl Prepared {
    /// Whose space the sender means.
    #[must_use]
    pub fn ins(&self) -> &Ins {
        &self.ins
    }

    /// How many documents it brings.
    #[must_use]
    pub fn count(&self) -> usize {
        self.documents.len()
    }
}

/// Judges a FHIR submission (ITI-65 or ITI-105) by itself.
///
/// # Errors
/// `ins-missing`, `ins-invalid`, `ins-differs`, `folder-not-kept`, `patch-without-replacement`, what
/// [`rules::check_content`], [`rules::check_security`] and [`cda::header_only`] refuse, `mhd-hash-mismatch`.
pub fn submission(submission: Submission, idempotency_key: Option<&str>) -> Result<Prepared, Refusal> {
    if !submission.folders.is_empty() {
        let said = "folders are not kept here; send the documents without them";
        return Err(Refusal::invalid("folder-not-kept", "Bundle.entry", said));
    }
    let in_bundle = !submission.set.is_null();
    let place = |i: usize| match submission.order.iter().position(|part| *part == Part::Document(i)) {
        Some(n) if in_bundle => format!("Bundle.entry[{n}].resource"),
        _ => "DocumentReference".to_owned(),
    };
    let repeat = idempotency_key.map(|key| (key.to_owned(), fingerprint(&submission)));
    let paths: Vec<String> = (0..submission.documents.len()).map(place).collect();
    let superseded: Vec<Replaced> =
        submission.superseded.into_iter().map(|t| replaced(t, "Bundle.entry")).collect();
    let mut delivery = Delivery::default();
    if in_bundle {
        delivery.sets.push(Set::of(&submission.set, submission.submission_id));
    }
    for (deposit, path) in submission.documents.into_iter().zip(paths) {
        delivery.add_deposit(deposit, path)?;
    }
    let named = |mark: &Replaced| {
        delivery
            .documents
            .iter()
            .flat_map(|d| &d.replaces)
            .any(|r| r.id == mark.id && r.unique_id == mark.unique_id)
    };
    if !superseded.iter().all(named) {
        let said = "a document is marked superseded that no document of this submission replaces (relatesTo)";
        return Err(Refusal::invalid("patch-without-replacement", "Bundle.entry", said));
    }
    let mut prepared = delivery.finish()?;
    prepared.order = submission.order;
    prepared.superseded = superseded;
    prepared.repeat = repeat;
    prepared.warnings = submission.issues_warned;
    Ok(prepared)
}

/// Judges a bare CDA by itself.
///
/// # Errors
/// As [`submission`].
pub fn cda(bytes: Vec<u8>, source: Source) -> Result<Prepared, Refusal> {
    // The reader of CDA says what is wrong with other XML, and where.
    rules::check_size(&bytes, "ClinicalDocument")?;
    let mut delivery = Delivery::default();
    delivery.add_cda(bytes, source)?;
    delivery.finish()
}

/// Judges an archive of the former record (IHE XDM), all of whose documents are for one person. The metadata
/// lead, a CDA's header fills their gaps.
///
/// # Errors
/// As [`submission`]; what [`mail::xdm::open`] refuses.
pub fn xdm(zip: &[u8]) -> Result<Prepared, Refusal> {
    let archive = mail::xdm::open(zip, mail::xdm::Limits::default())?;
    let ids: Vec<(String, String)> =
        archive.documents.iter().map(|d| (d.entry_uuid.clone(), d.unique_id.clone())).collect();
    let mut delivery =
        Delivery { sets: archive.sets.iter().map(Set::of_xdm).collect(), ..Delivery::default() };
    for document in archive.documents {
        delivery.add_xdm(document, &ids)?;
    }
    delivery.finish()
}

/// A delivery being put together.
#[derive(Default)]
struct Delivery {
    sets: Vec<Set>,
    ins: Option<(Ins, String)>,
    claims: Vec<Claim>,
    documents: Vec<Ready>,
}

impl Delivery {
    fn add_deposit(&mut self, deposit: mhd::Deposit, path: String) -> Result<(), Refusal> {
        self.claim_ins(deposit.patient.ins, &format!("{path}.subject"))?;
        self.claims.push(Claim { path: format!("{path}.subject"), claimed: deposit.patient.claimed.clone() });
        let attachment = format!("{path}.content[0].attachment");
        let content = deposit.content;
        let media = rules::check_content(&content.bytes, Some(&content.media_type), &attachment)?;
        let sha1 = sha1(&content.bytes);
        content.check_sha1(&sha1).map_err(|issue| Refusal::invalid_all(vec![issue]))?;
        let header = self.read_header(media, &content.bytes, &path)?;
        let header = header.as_ref();
        let security = security(&deposit.security_labels);
        rules::check_security(security, &format!("{path}.securityLabel"))?;
        let kind = deposit.type_code.as_ref().map(code);
        let kind = kind.or_else(|| header.map(|h| Code::new(&h.type_code.system, &h.type_code.code)));
        // IHE lets a minimal DocumentReference go without a type; it is then listed by its title.
        let kind = kind.unwrap_or_default();
        let authors: Vec<Author> = deposit.authors.iter().map(author).collect();
        let dates = [deposit.creation, header.map(|h| h.effective.instant), deposit.period.0, deposit.date];
        let facts = Facts {
            unique_id: deposit.unique_id,
            class: class(&kind, deposit.category.as_ref()).into(),
            kind: kind.into(),
            title: deposit.title.or_else(|| header.map(|h| h.title.clone())).unwrap_or_default(),
            dated: dates.into_iter().flatten().next().unwrap_or_default(),
            care_began: deposit.period.0.or_else(|| header.and_then(service_start)),
            written: None,
            tells: Tells::default(),
            authors: Arc::new(if authors.is_empty() {
                header.map(cda_authors).unwrap_or_default()
            } else {
                authors
            }),
            format: deposit.format.as_ref().map(code).map(Arc::new),
            media,
            size: content.bytes.len() as u64,
            sha256: sha256(&content.bytes),
            language: deposit.language.or_else(|| header.and_then(|h| h.language.clone())),
            security,
            replaces: Vec::new(),
            submission: None,
            source: Source::Fhir,
        };
        let mut replaces: Vec<Replaced> = deposit
            .relates_to
            .into_iter()
            .filter(|(relation, _)| *relation == Relation::Replaces)
            .map(|(_, target)| replaced(target, &format!("{path}.relatesTo")))
            .collect();
        if replaces.is_empty() {
            replaces.extend(header.into_iter().flat_map(cda_replaces));
        }
        let mut resource = deposit.resource;
        mhd::point_to(&mut resource, "", facts.size, &sha1);
        let set = (!self.sets.is_empty()).then_some(0);
        self.documents.push(Ready::of(facts, replaces, &resource, content.bytes, (path, set)));
        Ok(())
    }

    fn add_cda(&mut self, bytes: Vec<u8>, source: Source) -> Result<(), Refusal> {
        let path = "ClinicalDocument".to_owned();
        let Some(header) = self.read_header(Media::Cda, &bytes, &path)? else { return Ok(()) };
        let security = cda_security(&header);
        rules::check_security(security, &format!("{path}/confidentialityCode"))?;
        let kind = Code::new(&header.type_code.system, &header.type_code.code);
        let facts = Facts {
            unique_id: kernel::ids::unique_id(None, &header.unique_id),
            class: class(&kind, None).into(),
            kind: kind.into(),
            title: header.title.clone(),
            dated: header.effective.instant,
            care_began: service_start(&header),
            written: None,
            tells: Tells::default(),
            authors: cda_authors(&header).into(),
            format: header.format_hint.as_ref().map(|f| Code::new("", f).into()),
            media: Media::Cda,
            size: bytes.len() as u64,
            sha256: sha256(&bytes),
            language: header.language.clone(),
            security,
            replaces: Vec::new(),
            submission: None,
            source,
        };
        let replaces = cda_replaces(&header).collect();
        let ins = self.ins.as_ref().map(|(ins, _)| ins);
        let resource = describe::document_reference(&facts, ins, &sha1(&bytes));
        self.documents.push(Ready::of(facts, replaces, &resource, bytes, (path, None)));
        Ok(())
    }

    fn add_xdm(&mut self, document: mail::xdm::XdmDocument, ids: &[(String, String)]) -> Result<(), Refusal> {
        let path = document.file.clone();
        self.claim_ins(document.patient_id.and_then(|id| id.ins), &format!("{path}: patientId"))?;
        let place = format!("{path}: sourcePatientInfo");
        self.claims.push(Claim { path: place, claimed: document.source_patient.claimed });
        // Senders of the former record often computed hashes before changing line ends: the bytes decide.
        let media = rules::check_content(&document.bytes, Some(&document.mime_type), &path)?;
        let header = self.read_header(media, &document.bytes, &path)?;
        let header = header.as_ref();
        let labels = document.confidentiality.iter().map(|label| label.code.as_str());
        let security = labels.fold(header.map(cda_security).unwrap_or_default(), with_label);
        rules::check_security(security, &path)?;
        let code = |code: &mail::xdm::Code| Code::new(&code.system, &code.code);
        let kind = document.type_code.as_ref().map(code);
        let kind = kind.or_else(|| header.map(|h| Code::new(&h.type_code.system, &h.type_code.code)));
        let kind = kind.unwrap_or_default();
        let authors: Vec<Author> = document.authors.iter().map(xdm_author).collect();
        let dates = [document.creation_time, header.map(|h| h.effective.instant), document.service_start];
        let facts = Facts {
            unique_id: kernel::ids::unique_id(None, &document.unique_id),
            class: class(&kind, None).into(),
            kind: kind.into(),
            title: document.title.or_else(|| header.map(|h| h.title.clone())).unwrap_or_default(),
            dated: dates.into_iter().flatten().next().unwrap_or_default(),
            care_began: document.service_start.or_else(|| header.and_then(service_start)),
            written: None,
            tells: Tells::default(),
            authors: Arc::new(if authors.is_empty() {
                header.map(cda_authors).unwrap_or_default()
            } else {
                authors
            }),
            format: document.format_code.as_ref().map(code).map(Arc::new),
            media,
            size: document.bytes.len() as u64,
            sha256: sha256(&document.bytes),
            language: document.language.or_else(|| header.and_then(|h| h.language.clone())),
            security,
            replaces: Vec::new(),
            submission: None,
            source: Source::Dmp,
        };
        let ins = self.ins.as_ref().map(|(ins, _)| ins);
        let resource = describe::document_reference(&facts, ins, &sha1(&document.bytes));
        // An older version may be in the same archive, named by its entry id, or may never have been brought.
        let mut replaces: Vec<Replaced> = document
            .replaces
            .iter()
            .filter_map(|uuid| ids.iter().find(|(entry, _)| entry == uuid))
            .map(|(_, unique_id)| Replaced {
                id: None,
                unique_id: Some(kernel::ids::unique_id(None, unique_id)),
                must_exist: false,
                path: path.clone(),
            })
            .collect();
        if replaces.is_empty() {
            replaces.extend(header.into_iter().flat_map(cda_replaces));
        }
        let set = (document.set < self.sets.len()).then_some(document.set);
        self.documents.push(Ready::of(facts, replaces, &resource, document.bytes, (path, set)));
        Ok(())
    }

    /// Reads a CDA's header, and notes whom it says it is about.
    fn read_header(
        &mut self,
        media: Media,
        bytes: &[u8],
        path: &str,
    ) -> Result<Option<cda::Header>, Refusal> {
        if media != Media::Cda {
            return Ok(None);
        }
        let mut header = cda::header_only(bytes)?;
        let path = format!("{path}: ClinicalDocument/recordTarget/patientRole");
        self.claim_ins(header.patient.ins.take(), &path)?;
        self.claims.push(Claim { path, claimed: header.patient.claimed.clone() });
        Ok(Some(header))
    }

    /// Takes one more statement of the INS; all must agree.
    fn claim_ins(&mut self, ins: Option<Result<Ins, BadIns>>, path: &str) -> Result<(), Refusal> {
        match ins {
            None => Ok(()),
            Some(Err(why)) => Err(Refusal::invalid("ins-invalid", path, why.to_string())),
            Some(Ok(ins)) => match &self.ins {
                Some((known, at)) if *known != ins => Err(Refusal::invalid(
                    "ins-differs",
                    path,
                    format!("not the INS given at {at}: one delivery is for one person"),
                )),
                Some(_) => Ok(()),
                None => {
                    self.ins = Some((ins, path.to_owned()));
                    Ok(())
                }
            },
        }
    }

    fn finish(self) -> Result<Prepared, Refusal> {
        let Some((ins, ins_path)) = self.ins else {
            let said = "no INS: send identifier system urn:oid:1.2.250.1.213.1.4.8 (or .9, .10, .11) with the \
                        15 characters of the matricule";
            let path = self.claims.first().map_or("DocumentReference.subject", |claim| claim.path.as_str());
            return Err(Refusal::invalid("ins-missing", path, said));
        };
        Ok(Prepared {
            ins,
            ins_path,
            claims: self.claims,
            documents: self.documents,
            sets: self.sets,
            order: Vec::new(),
            superseded: Vec::new(),
            repeat: None,
            warnings: Vec::new(),
        })
    }
}

/// A hash of what identifies a submission: the documents' ids and bytes.
fn fingerprint(submission: &Submission) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for document in &submission.documents {
        context.update(&(document.unique_id.len() as u64).to_be_bytes());
        context.update(document.unique_id.as_bytes());
        context.update(&(document.content.bytes.len() as u64).to_be_bytes());
        context.update(&document.content.bytes);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

fn replaced(target: mhd::Target, path: &str) -> Replaced {
    let id = target.reference.as_deref().map(|r| r.split("/_history/").next().unwrap_or(r));
    let id = id.and_then(|r| r.rsplit('/').next()).map(str::to_owned);
    Replaced { id, unique_id: target.unique_id, must_exist: true, path: path.to_owned() }
}

fn cda_replaces(header: &cda::Header) -> impl Iterator<Item = Replaced> + '_ {
    header.replaces.iter().map(|unique_id| Replaced {
        id: None,
        unique_id: Some(kernel::ids::unique_id(None, unique_id)),
        must_exist: false,
        path: "ClinicalDocument/relatedDocument".to_owned(),
    })
}

/// True when a CDA says that it carries a PDF, told without decoding it.
fn has_pdf_inside(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"application/pdf").is_some()
}

/// SHA-256 as [`Facts::sha256`] writes it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    kernel::codes::base64url(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref())
}

/// SHA-1, which FHIR R4 asks for in `attachment.hash`.
pub(crate) fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut out = [0; 20];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    out.copy_from_slice(digest.as_ref());
    out
}

/// What a person adds herself.
#[derive(Clone, Debug)]
pub struct Added {
    /// The file's bytes.
    pub content: Vec<u8>,
    /// The name it had on her device; only its title is taken from it.
    pub file_name: String,
    /// The media type her browser declared.
    pub declared: Option<String>,
}

/// Judges a file that a person adds to her own space: PDF, JPEG or PNG. `unique_id` is drawn by the caller.
///
/// # Errors
/// What [`rules::check_content`] refuses; `upload-type` for other kinds of files.
pub(crate) fn own_file(
    file: Added,
    kind: Code,
    title: String,
    dated: Instant,
    unique_id: String,
    ins: &Ins,
) -> Result<Ready, Refusal> {
    // Browsers declare by the file's ending; the bytes decide.
    let media = rules::check_content(&file.content, None, "files")?;
    if !matches!(media, Media::Pdf | Media::Jpeg | Media::Png) {
        let said = "only PDF, JPEG and PNG files can be added";
        let issue =
            Issue { code: "upload-type", path: Some("files".into()), diagnostics: Cow::Borrowed(said) };
        return Err(Refusal { kind: RefusalKind::MediaType, issues: vec![issue], fault: None });
    }
    let facts = Facts {
        unique_id,
        class: class(&kind, None).into(),
        kind: kind.into(),
        title,
        dated,
        care_began: None,
        written: None,
        tells: Tells::default(),
        authors: Arc::default(),
        format: None,
        media,
        size: file.content.len() as u64,
        sha256: sha256(&file.content),
        language: None,
        security: Security::default(),
        replaces: Vec::new(),
        submission: None,
        source: Source::Upload,
    };
    let resource = describe::document_reference(&facts, Some(ins), &sha1(&file.content));
    Ok(Ready::of(facts, Vec::new(), &resource, file.content, ("files".to_owned(), None)))
}
