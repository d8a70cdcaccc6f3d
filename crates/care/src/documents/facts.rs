//! From the words of FHIR, CDA and XDM to the facts of a document. Pure.

use ::fhir::mhd;
use ::fhir::view::Coding;
use kernel::Instant;

use super::model::{Author, Code, Confidentiality, Security};

pub(super) fn code(coding: &Coding) -> Code {
    Code::new(coding.system.clone().unwrap_or_default(), coding.code.clone())
}

/// The family of a document: ours for the type when we know it, because the type fixes it (ASS_X16) and
/// senders err; else the sender's.
pub(super) fn class(kind: &Code, sent: Option<&Coding>) -> Code {
    let table = cda::types::Table::built_in();
    if let Some(known) = table.document_type(&kind.code) {
        return Code::new(cda::types::TRE_A03, known.class.clone());
    }
    sent.map(code).unwrap_or_default()
}

pub(super) fn author(view: &mhd::AuthorView) -> Author {
    let is_structure = view.kind == mhd::AuthorKind::Organization;
    Author {
        name: if is_structure { String::new() } else { view.name.clone().unwrap_or_default() },
        rpps: view.rpps.as_ref().map(|r| r.as_str().to_owned()),
        role: view.role.as_ref().map(|r| r.code.clone()),
        organization: view.organization.clone(),
        organization_id: view.finess.as_ref().map(|f| f.as_str().to_owned()),
    }
}

pub(super) fn xdm_author(author: &mail::xdm::Author) -> Author {
    let institution = author.institutions.first();
    let person = author.person.as_ref();
    let parts = person.map(|p| [p.given.as_deref(), p.family.as_deref()]).unwrap_or_default();
    Author {
        name: parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
        rpps: person.and_then(|p| p.rpps.as_ref()).map(|r| r.as_str().to_owned()),
        role: author.specialties.first().map(|code| code.code.clone()),
        organization: institution.map(|i| i.name.clone()),
        organization_id: institution
            .and_then(|i| i.id.as_deref())
            .and_then(kernel::finess::Finess::parse)
            .map(|finess| finess.as_str().to_owned()),
    }
}

pub(super) fn cda_authors(header: &cda::Header) -> Vec<Author> {
    let organization = |o: Option<&cda::Organization>| {
        let own = o.or(header.custodian.as_ref());
        (own.and_then(|o| o.name.clone()), own.and_then(|o| o.finess.as_ref()).map(|f| f.as_str().to_owned()))
    };
    let people = header.authors.iter().filter(|author| !author.device);
    let mut authors: Vec<Author> = people
        .map(|author| {
            let (organization, organization_id) = organization(author.organization.as_ref());
            Author {
                name: author.person_name.clone().unwrap_or_default(),
                rpps: author.rpps.as_ref().map(|r| r.as_str().to_owned()),
                role: author.code.as_ref().map(|c| c.code.clone()),
                organization,
                organization_id,
            }
        })
        .collect();
    if authors.is_empty() && header.custodian.is_some() {
        let (organization, organization_id) = organization(None);
        authors.push(Author { organization, organization_id, ..Author::default() });
    }
    authors
}

pub(super) fn service_start(header: &cda::Header) -> Option<Instant> {
    header.service.as_ref().and_then(|s| s.start.as_ref()).map(|point| point.instant)
}

pub(super) fn security(labels: &[Coding]) -> Security {
    security_of(labels.iter().map(|label| label.code.as_str()))
}

/// Who must not see a document, by the codes of its labels.
pub(super) fn security_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Security {
    codes.into_iter().fold(Security::default(), with_label)
}

pub(super) fn cda_security(header: &cda::Header) -> Security {
    header
        .confidentiality
        .iter()
        .fold(Security::default(), |security, label| with_label(security, &label.code))
}

/// Adds one security label (JDV_J08, HL7 Confidentiality). A label that says nothing to us restricts
/// nothing here; it stays in the resource.
pub(super) fn with_label(mut security: Security, label: &str) -> Security {
    let level = |level: Confidentiality| level.max(security.confidentiality);
    match label {
        "R" => security.confidentiality = level(Confidentiality::R),
        "V" => security.confidentiality = level(Confidentiality::V),
        "MASQUE_PS" => security.masked = true,
        "INVISIBLE_PATIENT" => security.invisible_to_patient = true,
        "INVISIBLE_REPRESENTANTS_LEGAUX" | "INVISIBLE_REP_LEGAUX" => {
            security.invisible_to_representatives = true;
        }
        _ => {}
    }
    security
}
