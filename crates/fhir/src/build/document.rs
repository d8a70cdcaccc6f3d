//! A `DocumentReference` of our own making: a person's upload, a CDA, a migrated DMP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Instant;
use kernel::finess::Finess;
use kernel::rpps::Rpps;
use serde_json::{Value, json};

use super::Object;
use crate::mhd::{AuthorKind, AuthorView, Relation};
use crate::view::Coding;

/// Who wrote a document.
pub type AuthorInput = AuthorView;

/// An older document that this one replaces or adds to.
#[derive(Clone, Copy, Debug)]
pub struct RelationInput<'a> {
    /// How.
    pub relation: Relation,
    /// `DocumentReference/…`, when we know it.
    pub reference: Option<&'a str>,
    /// Its unique id, as [`kernel::ids::unique_id`] writes it.
    pub unique_id: Option<&'a str>,
}

/// Everything we know about a document. What is `None` or empty is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct DocumentInput<'a> {
    /// Logical id.
    pub id: Option<&'a str>,
    /// The document's own id, as [`kernel::ids::unique_id`] writes it.
    pub unique_id: &'a str,
    /// `current` when empty.
    pub status: &'a str,
    /// `Patient/…`.
    pub patient: Option<&'a str>,
    /// What kind of document.
    pub type_code: Option<&'a Coding>,
    /// Its class.
    pub category: Option<&'a Coding>,
    /// When the metadata were written.
    pub date: Option<Instant>,
    /// Who wrote it.
    pub authors: &'a [AuthorInput],
    /// Whose record-keeping it comes from.
    pub custodian: Option<&'a str>,
    /// Comments.
    pub description: Option<&'a str>,
    /// Confidentiality and masking.
    pub security_labels: &'a [Coding],
    /// What it relates to.
    pub relates_to: &'a [RelationInput<'a>],
    /// Media type.
    pub media_type: &'a str,
    /// BCP 47 tag.
    pub language: Option<&'a str>,
    /// Where the bytes are.
    pub url: Option<&'a str>,
    /// How many.
    pub size: Option<u64>,
    /// Their SHA-1.
    pub sha1: Option<[u8; 20]>,
    /// Title.
    pub title: Option<&'a str>,
    /// When the document was written.
    pub creation: Option<Instant>,
    /// What is inside the media type.
    pub format: Option<&'a Coding>,
    /// What is documented.
    pub events: &'a [Coding],
    /// When what it tells about began and ended.
    pub period: (Option<Instant>, Option<Instant>),
    /// Kind of structure.
    pub facility: Option<&'a Coding>,
    /// Clinical setting.
    pub setting: Option<&'a Coding>,
}

/// The `DocumentReference`, authors contained, as MHD Comprehensive has it.
#[must_use]
pub fn document_reference(input: &DocumentInput<'_>) -> Value {
    let mut contained = Vec::new();
    let authors: Vec<Value> =
        input.authors.iter().enumerate().map(|(i, author)| reference_to(author, i, &mut contained)).collect();
    let attachment = Object::default()
        .set("contentType", input.media_type)
        .maybe("language", input.language)
        .maybe("url", input.url)
        .maybe("size", input.size)
        .maybe("hash", input.sha1.map(|sha1| STANDARD.encode(sha1)))
        .maybe("title", input.title)
        .maybe("creation", input.creation.map(|at| at.to_string()));
    let content = Object::default()
        .set("attachment", attachment.done())
        .maybe("format", input.format.map(Coding::value));
    let relations = input.relates_to.iter().map(|relation| {
        let target = Object::default()
            .maybe("reference", relation.reference)
            .maybe("identifier", relation.unique_id.map(identifier));
        json!({"code": relation.relation.code(), "target": target.done()})
    });
    Object::resource("DocumentReference")
        .maybe("id", input.id)
        .many("contained", contained)
        .set("masterIdentifier", identifier(input.unique_id))
        .set("status", if input.status.is_empty() { "current" } else { input.status })
        .maybe("type", input.type_code.map(Coding::concept))
        .many("category", input.category.map(Coding::concept).into_iter().collect())
        .maybe("subject", input.patient.map(|patient| json!({ "reference": patient })))
        .maybe("date", input.date.map(|at| at.to_string()))
        .many("author", authors)
        .maybe("custodian", input.custodian.map(|name| json!({ "display": name })))
        .many("relatesTo", relations.collect())
        .maybe("description", input.description)
        .many("securityLabel", input.security_labels.iter().map(Coding::concept).collect())
        .set("content", json!([content.done()]))
        .maybe("context", context(input))
        .done()
}

/// Everything we know about documents that were sent together. What is `None` or empty is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetInput<'a> {
    /// The submission's own id, as [`kernel::ids::unique_id`] writes it.
    pub unique_id: Option<&'a str>,
    /// Its id within the metadata, a UUID.
    pub entry_uuid: Option<&'a str>,
    /// Which software sent it: an OID.
    pub source_id: Option<&'a str>,
    /// Title.
    pub title: Option<&'a str>,
    /// What activity it comes from.
    pub designation: Option<&'a Coding>,
    /// When it was sent.
    pub date: Option<Instant>,
    /// Who sent it, in words, with her RPPS number.
    pub source: Option<(&'a str, Option<&'a Rpps>)>,
    /// To whom, as sent.
    pub recipients: &'a [String],
    /// A comment.
    pub note: Option<&'a str>,
}

/// The `List` that MHD calls a SubmissionSet, without id, subject and entries: those are known when it is read.
/// <https://profiles.ihe.net/ITI/MHD/4.2.2/StructureDefinition-IHE.MHD.Minimal.SubmissionSet.html>
#[must_use]
pub fn submission_set(input: &SetInput<'_>) -> Value {
    let url = |name: &str| format!("https://profiles.ihe.net/ITI/MHD/StructureDefinition/{name}");
    let mut extensions = Vec::new();
    if let Some(kind) = input.designation {
        extensions.push(json!({"url": url("ihe-designationType"), "valueCodeableConcept": kind.concept()}));
    }
    if let Some(source) = input.source_id {
        extensions.push(json!({"url": url("ihe-sourceId"), "valueIdentifier": identifier(source)}));
    }
    for recipient in input.recipients {
        extensions
            .push(json!({"url": url("ihe-intendedRecipient"), "valueReference": {"display": recipient}}));
    }
    let used = |word: &str, id: &str| {
        let mut identifier = identifier(id);
        identifier["use"] = word.into();
        identifier
    };
    let identifiers =
        [input.unique_id.map(|id| used("usual", id)), input.entry_uuid.map(|id| used("official", id))];
    let source = input.source.map(|(name, rpps)| {
        let rpps = rpps.map(|rpps| json!({"system": Rpps::SYSTEM, "value": rpps.as_str()}));
        Object::default().maybe("identifier", rpps).set("display", name).done()
    });
    Object::resource("List")
        .many("extension", extensions)
        .many("identifier", identifiers.into_iter().flatten().collect())
        .set("status", "current")
        .set("mode", "working")
        .maybe("title", input.title)
        .set(
            "code",
            json!({"coding": [{
                "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset",
            }]}),
        )
        .maybe("date", input.date.map(|at| at.to_string()))
        .maybe("source", source)
        .many("note", input.note.iter().map(|text| json!({ "text": text })).collect())
        .done()
}

fn context(input: &DocumentInput<'_>) -> Option<Value> {
    let moment = |at: Option<Instant>| at.map(|at| at.to_string());
    let period =
        Object::default().maybe("start", moment(input.period.0)).maybe("end", moment(input.period.1)).done();
    let context = Object::default()
        .many("event", input.events.iter().map(Coding::concept).collect())
        .maybe("period", (period != json!({})).then_some(period))
        .maybe("facilityType", input.facility.map(Coding::concept))
        .maybe("practiceSetting", input.setting.map(Coding::concept))
        .done();
    (context != json!({})).then_some(context)
}

/// A unique id as a FHIR identifier: the reverse of [`kernel::ids::unique_id`].
fn identifier(unique_id: &str) -> Value {
    let is_oid = |text: &str| text.contains('.') && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_uuid = unique_id.len() == 36 && unique_id.bytes().filter(|b| *b == b'-').count() == 4;
    if is_uuid {
        return json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{unique_id}")});
    }
    if is_oid(unique_id.split('^').next().unwrap_or_default()) {
        return json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{unique_id}")});
    }
    match unique_id.split_once('^') {
        Some((system, value)) if !value.is_empty() && !system.is_empty() => {
            json!({"system": system, "value": value})
        }
        _ => json!({ "value": unique_id }),
    }
}

/// Puts an author among the contained resources and returns the reference to her.
fn reference_to(author: &AuthorInput, i: usize, contained: &mut Vec<Value>) -> Value {
    let id = format!("author-{i}");
    let reference = json!({"reference": format!("#{id}")});
    let rpps = author.rpps.as_ref().map(|rpps| json!({"system": Rpps::SYSTEM, "value": rpps.as_str()}));
    let finess =
        author.finess.as_ref().map(|finess| json!({"system": Finess::SYSTEM, "value": finess.as_str()}));
    let kind = match author.kind {
        AuthorKind::Professional => "PractitionerRole",
        AuthorKind::Organization => "Organization",
        AuthorKind::Patient => "Patient",
        AuthorKind::Related => "RelatedPerson",
        AuthorKind::Device => "Device",
    };
    let shell = Object::resource(kind).set("id", id);
    let name = author.name.as_deref();
    let whole_name = name.map(|name| json!([{ "text": name }]));
    let resource = match author.kind {
        AuthorKind::Professional => {
            let practitioner = Object::default().maybe("identifier", rpps).maybe("display", name).done();
            let organization = Object::default()
                .maybe("identifier", finess)
                .maybe("display", author.organization.as_deref())
                .done();
            shell
                .maybe("practitioner", (practitioner != json!({})).then_some(practitioner))
                .maybe("organization", (organization != json!({})).then_some(organization))
                .many("code", author.role.iter().map(Coding::concept).collect())
                .done()
        }
        AuthorKind::Organization => {
            let known = author.organization.as_deref().or(name);
            shell.many("identifier", finess.into_iter().collect()).maybe("name", known).done()
        }
        AuthorKind::Patient => shell.maybe("name", whole_name).done(),
        AuthorKind::Related => {
            // R4 requires whose relative; the record itself says so.
            shell
                .set("patient", json!({"display": "the patient of this document"}))
                .maybe("name", whole_name)
                .done()
        }
        AuthorKind::Device => {
            let named = name.map(|name| json!([{"name": name, "type": "user-friendly-name"}]));
            shell.maybe("deviceName", named).done()
        }
    };
    contained.push(resource);
    reference
}
