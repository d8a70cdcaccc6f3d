//! From a `DocumentReference` and its bytes to a [`Deposit`].

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Issue;
use serde_json::{Map, Value};

use super::people::{Find, authors, patient};
use super::{Content, Deposit, PatientRef, Profile, Relation, Target, check_document};
use crate::view::{DocRef, at, items, text};
use kernel::ids::unique_id;

/// Where a document's bytes were found.
pub(super) enum Bytes<'a> {
    /// In the attachment itself.
    Inline(&'a str),
    /// In a `Binary`: its base64 and its own media type.
    Binary(&'a str, Option<&'a str>),
    /// The document is a FHIR resource of the bundle.
    Resource(&'a Value),
}

/// What was found wrong so far.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) refused: Vec<Issue>,
    pub(super) warned: Vec<Issue>,
}

impl Findings {
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        why: impl Into<Cow<'static, str>>,
    ) {
        self.refused.push(Issue { code, path: Some(path.into()), diagnostics: why.into() });
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        why: impl Into<Cow<'static, str>>,
    ) {
        self.warned.push(Issue { code, path: Some(path.into()), diagnostics: why.into() });
    }
}

/// Reads a document reference that stands at `path`; `bytes` are those its attachment means.
pub(super) fn deposit<'a>(
    resource: &'a Value,
    bytes: Option<Bytes<'a>>,
    profile: Profile,
    path: &str,
    find: Find<'_, 'a>,
    findings: &mut Findings,
) -> Option<Deposit> {
    let before = findings.refused.len();
    let (refused, warned) = check_document(resource, profile, path);
    findings.refused.extend(refused);
    findings.warned.extend(warned);
    let view = DocRef(resource);
    let unique_id = view.unique_id();
    if unique_id.as_deref().is_none_or(str::is_empty) {
        let why = "the document's own id is needed: by it a second deposit is recognised";
        findings.refuse("mhd-unique-id-missing", format!("{path}.masterIdentifier"), why);
    }
    let patient = whose(resource, path, find, findings);
    let relates_to = relations(resource, path, find, findings);
    let content = bytes.and_then(|bytes| content(view, &bytes, path, findings));
    if findings.refused.len() > before {
        return None;
    }
    let attachment = view.attachment();
    Some(Deposit {
        unique_id: unique_id?,
        entry_uuid: entry_uuid(resource),
        patient,
        type_code: view.type_coding(),
        category: view.category(),
        format: view.format(),
        facility: view.facility(),
        setting: view.setting(),
        events: view.events(),
        title: view.title().map(str::to_owned),
        date: view.date(),
        creation: attachment.and_then(|a| a.creation()),
        period: view.period(),
        authors: authors(resource, find),
        security_labels: view.security_labels(),
        language: attachment.and_then(|a| a.language()).map(str::to_owned),
        content: content?,
        relates_to,
        resource: without_bytes(resource),
    })
}

fn whose<'a>(resource: &'a Value, path: &str, find: Find<'_, 'a>, findings: &mut Findings) -> PatientRef {
    let (patient, all) = patient(resource, find);
    if let [first, others @ ..] = all.as_slice()
        && others.iter().any(|other| other != first)
    {
        let why = "subject and sourcePatientInfo name two different INS: whose document is this?";
        findings.refuse("mhd-patient-mismatch", format!("{path}.subject"), why);
    }
    if patient.ins.is_none() && patient.logical.is_none() {
        let why =
            "the patient is not identified: subject needs an INS, or a reference to a Patient of this server";
        findings.refuse("mhd-patient-missing", format!("{path}.subject"), why);
    }
    patient
}

/// The identifier that calls itself `entryUUID`, or that is official and a UUID.
fn entry_uuid(resource: &Value) -> Option<String> {
    let says = |i: &&Value| {
        let typed = i.get("type").is_some_and(|t| {
            items(t, "coding")
                .iter()
                .any(|c| text(c, &["code"]).is_some_and(|c| c.eq_ignore_ascii_case("entryUUID")))
        });
        let official = text(i, &["use"]) == Some("official");
        typed || (official && text(i, &["value"]).is_some_and(|v| v.starts_with("urn:uuid:")))
    };
    let identifier = items(resource, "identifier").iter().find(says)?;
    Some(unique_id(None, text(identifier, &["value"])?))
}

fn relations<'a>(
    resource: &'a Value,
    path: &str,
    find: Find<'_, 'a>,
    findings: &mut Findings,
) -> Vec<(Relation, Target)> {
    let mut relations = Vec::new();
    for (i, relation) in items(resource, "relatesTo").iter().enumerate() {
        let code = text(relation, &["code"]).and_then(Relation::parse);
        let target = relation.get("target").map(|t| target(t, find)).unwrap_or_default();
        match code {
            Some(code) if target != Target::default() => relations.push((code, target)),
            _ => {
                let why = "a relation needs a code and a target with a reference or an identifier";
                findings.refuse("mhd-relation", format!("{path}.relatesTo[{i}]"), why);
            }
        }
    }
    relations
}

/// The document that a `Reference` means.
fn target<'a>(reference: &'a Value, find: Find<'_, 'a>) -> Target {
    let literal = text(reference, &["reference"]);
    let identifier = reference.get("identifier");
    let stated = identifier.and_then(|i| Some(unique_id(text(i, &["system"]), text(i, &["value"])?)));
    Target {
        reference: literal.map(str::to_owned),
        unique_id: stated.or_else(|| DocRef(find(literal?)?).unique_id()),
    }
}

fn content(view: DocRef<'_>, bytes: &Bytes<'_>, path: &str, findings: &mut Findings) -> Option<Content> {
    let attachment = view.attachment()?;
    let path = format!("{path}.content[0].attachment");
    let media_type = bare_media_type(attachment.media_type().unwrap_or_default());
    let whole = match bytes {
        Bytes::Inline(data) => decode(data),
        Bytes::Binary(data, own) => {
            if let Some(own) = own.map(bare_media_type).filter(|own| *own != media_type) {
                let why =
                    format!("the Binary calls itself {own}, the attachment {media_type}; the latter counts");
                findings.warn("mhd-media-type", format!("{path}.contentType"), why);
            }
            decode(data)
        }
        Bytes::Resource(resource) => serde_json::to_vec(resource).ok(),
    };
    let Some(whole) = whole else {
        findings.refuse("mhd-base64", path, "the document's bytes are not base64");
        return None;
    };
    if whole.is_empty() {
        findings.refuse("mhd-content", path, "the document is empty");
        return None;
    }
    let mut content = Content { media_type, bytes: whole, sha1: None, size: None };
    if matches!(bytes, Bytes::Resource(_)) {
        if attachment.hash().is_some() || attachment.size().is_some() {
            let why = "the document is a FHIR resource, whose bytes JSON does not fix: size and hash are not compared";
            findings.warn("mhd-hash-unchecked", path, why);
        }
        return Some(content);
    }
    content.size = attachment.size();
    if content.size.is_some_and(|declared| declared != content.bytes.len() as u64) {
        let why =
            format!("{} bytes came, {} are declared", content.bytes.len(), content.size.unwrap_or_default());
        findings.refuse("mhd-size-mismatch", format!("{path}.size"), why);
    }
    if let Some(declared) = attachment.hash() {
        content.sha1 = sha1(declared);
        if content.sha1.is_none() {
            let why = "the hash is the SHA-1 of the document, 20 bytes, in base64";
            findings.refuse("mhd-hash-format", format!("{path}.hash"), why);
        }
    }
    Some(content)
}

/// `Text/XML; charset=utf-8` → `text/xml`.
fn bare_media_type(declared: &str) -> String {
    declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Base64, with white space only if it must be.
fn decode(data: &str) -> Option<Vec<u8>> {
    STANDARD.decode(data).ok().or_else(|| {
        let compact: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        (compact.len() < data.len()).then(|| STANDARD.decode(compact).ok()).flatten()
    })
}

/// Twenty bytes in base64; also their hexadecimal in base64, or bare, as some software writes it.
fn sha1(declared: &str) -> Option<[u8; 20]> {
    let hex = |digits: &[u8]| {
        kernel::codes::from_hex(std::str::from_utf8(digits).ok()?.to_ascii_lowercase().as_str())
    };
    if declared.len() == 40
        && let Some(bytes) = hex(declared.as_bytes())
    {
        return bytes.try_into().ok();
    }
    let bytes = decode(declared)?;
    match bytes.len() {
        20 => bytes.try_into().ok(),
        40 => hex(&bytes)?.try_into().ok(),
        _ => None,
    }
}

/// A copy of the resource without its documents' bytes: neither in attachments nor in a contained `Binary`.
fn without_bytes(resource: &Value) -> Value {
    let Value::Object(map) = resource else { return Value::Null };
    let mut out = Map::with_capacity(map.len());
    for (name, value) in map {
        let kept = match (name.as_str(), value) {
            ("content", Value::Array(contents)) => contents.iter().map(lightened).collect(),
            ("contained", Value::Array(all)) => {
                let rest: Vec<Value> =
                    all.iter().filter(|c| text(c, &["resourceType"]) != Some("Binary")).cloned().collect();
                if rest.is_empty() {
                    continue;
                }
                Value::Array(rest)
            }
            _ => value.clone(),
        };
        out.insert(name.clone(), kept);
    }
    Value::Object(out)
}

fn lightened(content: &Value) -> Value {
    if at(content, &["attachment", "data"]).is_none() {
        return content.clone();
    }
    let (Value::Object(map), Some(Value::Object(attachment))) = (content, content.get("attachment")) else {
        return content.clone();
    };
    let light = attachment.iter().filter(|(name, _)| name.as_str() != "data");
    let light: Map<String, Value> = light.map(|(name, value)| (name.clone(), value.clone())).collect();
    map.iter()
        .map(|(name, value)| match name.as_str() {
            "attachment" => (name.clone(), Value::Object(light.clone())),
            _ => (name.clone(), value.clone()),
        })
        .collect()
}
