//! Submission sets: the documents that were sent together, and what was said of them (ITI-65, XDM). Pure.

use ::fhir::build::{self, SetInput};
use ::fhir::search::Kind;
use ::fhir::view::{Coding, text};
use kernel::{EntryId, Instant};
use serde_json::{Value, json};

use super::describe;
use super::model::{Code, Meta};

/// A submission set on its way in.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// The `List` as it was sent, or as XDM's metadata say it.
    pub(crate) resource: Vec<u8>,
    /// Its own id; a sender may leave it out.
    pub(crate) unique_id: Option<String>,
    /// When it was sent, if a search need not open the `List` to know that and what it is.
    pub(crate) sent: Option<Instant>,
}

impl Set {
    pub(super) fn of(list: &Value, unique_id: Option<String>) -> Self {
        let sent = text(list, &["date"]).and_then(::fhir::datetime::instant).filter(|at| {
            let alike = |parameter, told: Value| Kind::List.answers_alike(parameter, &[told], list);
            list["resourceType"] == "List" && alike("date", at.to_string().into()) && alike("code", code())
        });
        Self { resource: list.to_string().into_bytes(), unique_id, sent }
    }

    /// The set of an archive of the former record.
    pub(super) fn of_xdm(set: &mail::xdm::SubmissionSet) -> Self {
        let bare = |id: &str| kernel::ids::unique_id(None, id);
        let unique_id = set.unique_id.as_deref().map(bare);
        let person = set.authors.iter().find_map(|author| author.person.as_ref());
        let name = person.map(|p| [p.given.as_deref(), p.family.as_deref()]).unwrap_or_default();
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let organization = set.authors.iter().find_map(|author| author.institutions.first());
        let source = match (name.as_str(), organization) {
            ("", None) => None,
            ("", Some(organization)) => Some((organization.name.as_str(), None)),
            (name, _) => Some((name, person.and_then(|p| p.rpps.as_ref()))),
        };
        let designation = set.content_type.as_ref().and_then(|code| {
            let coding = describe::coding(&Code::new(&code.system, &code.code))?;
            Some(Coding { display: code.display.clone(), ..coding })
        });
        let list = build::submission_set(&SetInput {
            unique_id: unique_id.as_deref(),
            entry_uuid: Some(bare(&set.entry_uuid)).filter(|id| id.len() == 36).as_deref(),
            source_id: set.source_id.as_deref().map(bare).as_deref(),
            title: set.title.as_deref(),
            designation: designation.as_ref(),
            date: set.submission_time,
            source,
            recipients: &set.intended_recipients,
            note: set.comments.as_deref(),
        });
        Self::of(&list, unique_id)
    }
}

/// The code of a `List` that is a submission set.
pub(super) fn code() -> Value {
    json!({"coding": [{
        "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset",
    }]})
}

/// A submission set as its reader sees it: what was sent of it, and the documents that she sees. Not `named`, nothing of
/// what was sent says whose they are.
pub(super) fn list(tag: i64, documents: &[&Meta], sent: Option<&[u8]>, named: bool) -> Value {
    let person = documents[0].entry.person;
    let sent: Option<Value> = sent.and_then(|sent| serde_json::from_slice(sent).ok());
    // A DocumentManifest (MHD 3) is answered as the List that took its place.
    let mut list = sent.filter(|sent| sent["resourceType"] == "List").unwrap_or_else(|| {
        json!({
            "resourceType": "List",
            "mode": "working",
            "code": code(),
            "date": documents[0].received.to_string(),
        })
    });
    if !named {
        ::fhir::mhd::unnamed(&mut list);
    }
    // The sender's count of its versions: which documents a reader sees changes without it.
    if let Some(Value::Object(meta)) = list.get_mut("meta") {
        meta.shift_remove("versionId");
    }
    list["id"] = EntryId { person, tag }.to_string().into();
    list["status"] = "current".into();
    list["subject"] = json!({"reference": format!("Patient/{person}")});
    list["entry"] = documents
        .iter()
        .map(|meta| json!({"item": {"reference": format!("DocumentReference/{}", meta.entry)}}))
        .collect();
    list
}
