//! Which profile a sender follows, and what that profile asks of a `DocumentReference` beyond FHIR itself.

use kernel::Issue;
use serde_json::Value;

use crate::view::{at, items, text};

/// A profile of document sharing, from the least demanding to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// MHD Minimal metadata.
    Minimal,
    /// MHD Simplified Publish.
    Simplified,
    /// MHD Comprehensive metadata; people may stand beside the document rather than in it.
    UnContained,
    /// MHD Comprehensive metadata, people contained.
    Comprehensive,
    /// French PDSm Simplified Publish.
    PdsmSimplified,
    /// French PDSm Comprehensive.
    Pdsm,
}

impl Profile {
    /// What `meta.profile` of a resource says; `None` when it names no profile of document sharing.
    #[must_use]
    pub fn declared(resource: &Value) -> Option<Self> {
        let profiles = at(resource, &["meta", "profile"])?.as_array()?.iter();
        profiles.filter_map(|url| Self::of_url(url.as_str()?)).max()
    }

    fn of_url(url: &str) -> Option<Self> {
        let url = url.split('|').next().unwrap_or(url).to_ascii_lowercase();
        let simplified = url.contains("simplified");
        if url.contains("/pdsm/") || url.contains("/pdsm-") {
            return Some(if simplified { Self::PdsmSimplified } else { Self::Pdsm });
        }
        if !url.contains("mhd") {
            return None;
        }
        // MHD 3 wrote IHE_MHD_Provide_Comprehensive_DocumentBundle, MHD 4 writes dots.
        Some(if simplified {
            Self::Simplified
        } else if url.contains("uncontained") {
            Self::UnContained
        } else if url.contains("comprehensive") {
            Self::Comprehensive
        } else {
            Self::Minimal
        })
    }

    /// True where MHD's Comprehensive metadata are required.
    #[must_use]
    pub fn is_comprehensive(self) -> bool {
        matches!(self, Self::Comprehensive | Self::UnContained | Self::Pdsm)
    }
}

/// Elements that every profile here requires: path below the resource. FHIR's own requirements are the
/// validator's.
const ALWAYS: [&[&str]; 1] = [&["content", "attachment", "contentType"]];

/// What MHD Comprehensive adds (StructureDefinition IHE.MHD.UnContained.Comprehensive.DocumentReference).
const COMPREHENSIVE: [&[&str]; 10] = [
    &["type"],
    &["category"],
    &["subject"],
    &["securityLabel"],
    &["content", "attachment", "language"],
    &["content", "attachment", "creation"],
    &["content", "format"],
    &["context", "facilityType"],
    &["context", "practiceSetting"],
    &["context", "sourcePatientInfo"],
];

/// What French PDSm adds (PDSm_ComprehensiveDocumentReference).
const PDSM: [&[&str]; 6] = [
    &["author"],
    &["custodian"],
    &["date"],
    &["content", "attachment", "size"],
    &["content", "attachment", "hash"],
    &["content", "attachment", "title"],
];

/// What a `DocumentReference` (standing at `path`) lacks: what keeps it from being filed, and what is merely
/// not as its profile wants.
#[must_use]
pub fn check_document(resource: &Value, profile: Profile, path: &str) -> (Vec<Issue>, Vec<Issue>) {
    let (mut refused, mut warned) = (Vec::new(), Vec::new());
    let issue = |code, below: &str, diagnostics: String| Issue {
        code,
        path: Some(format!("{path}.{below}")),
        diagnostics: diagnostics.into(),
    };
    let contents = items(resource, "content").len();
    if contents != 1 {
        refused.push(issue(
            "mhd-content",
            "content",
            format!("one document is expected here, not {contents}"),
        ));
    }
    for below in ALWAYS.iter().filter(|below| !has(resource, below)) {
        refused.push(issue("mhd-required", &below.join("."), "MHD requires this element".into()));
    }
    if profile.is_comprehensive() {
        for below in COMPREHENSIVE.iter().filter(|below| !has(resource, below)) {
            let why = "MHD Comprehensive metadata, which the sender declares, require this element";
            refused.push(issue("mhd-required", &below.join("."), why.into()));
        }
    }
    if profile == Profile::Pdsm {
        for below in PDSM.iter().filter(|below| !has(resource, below)) {
            warned.push(issue("pdsm-required", &below.join("."), "PDSm requires this element".into()));
        }
    }
    if items(resource, "category").len() > 1 {
        warned.push(issue(
            "mhd-category",
            "category",
            "MHD allows one category; the first one counts".into(),
        ));
    }
    let status = text(resource, &["status"]).unwrap_or_default();
    if status != "current" {
        let why = format!("a new document is current, not {status:?}");
        refused.push(issue("mhd-status", "status", why));
    }
    (refused, warned)
}

/// True when the element is there; of a repeating one, in its first repetition.
fn has(resource: &Value, below: &[&str]) -> bool {
    let mut value = resource;
    for name in below {
        let next = value.get(name).or_else(|| value.get(0).and_then(|first| first.get(name)));
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    true
}
