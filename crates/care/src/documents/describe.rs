//! A `DocumentReference` for documents that came without one: bare CDA, XDM, the person's own.

use ::fhir::build::{AuthorInput, DocumentInput};
use ::fhir::mhd::AuthorKind;
use ::fhir::view::Coding;
use kernel::finess::Finess;
use kernel::rpps::Rpps;
use kernel::{Ins, Instant};
use serde_json::{Value, json};

use super::model::{Author, Code, Confidentiality, Facts, Security};

/// The FHIR address of a code system that CDA names by its OID.
fn system(oid: &str) -> Option<String> {
    Some(match oid {
        "" => return None,
        cda::types::LOINC => "http://loinc.org".to_owned(),
        cda::types::TRE_A05 => {
            "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
                .to_owned()
        }
        cda::types::TRE_A03 => {
            "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument".to_owned()
        }
        other if other.starts_with(|c: char| c.is_ascii_digit()) => format!("urn:oid:{other}"),
        other => other.to_owned(),
    })
}

const LEVELS: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const VISIBILITY: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";

/// The resource, without id and without the address of the bytes: both are known when it is read.
#[must_use]
pub(crate) fn document_reference(facts: &Facts, ins: Option<&Ins>, sha1: &[u8; 20]) -> Value {
    let (kind, class) = (coding(&facts.kind), coding(&facts.class));
    let format = facts.format.as_deref().and_then(coding);
    let authors: Vec<AuthorInput> = facts.authors.iter().map(author).collect();
    let title = Some(facts.title.as_str()).filter(|title| !title.is_empty());
    let period: (Option<Instant>, Option<Instant>) = (facts.care_began, None);
    let mut resource = ::fhir::build::document_reference(&DocumentInput {
        unique_id: &facts.unique_id,
        type_code: kind.as_ref(),
        category: class.as_ref(),
        date: Some(facts.dated),
        authors: &authors,
        security_labels: &labels(facts.security),
        media_type: facts.media.mime(),
        language: facts.language.as_deref(),
        size: Some(facts.size),
        sha1: Some(*sha1),
        title,
        creation: Some(facts.dated),
        format: format.as_ref(),
        period,
        ..DocumentInput::default()
    });
    if let Some(ins) = ins {
        resource["subject"] = json!({"identifier": {"system": ins.system(), "value": ins.matricule}});
    }
    resource
}

/// A code as FHIR writes it; `None` for no code.
pub(super) fn coding(code: &Code) -> Option<Coding> {
    (!code.code.is_empty()).then(|| Coding {
        system: system(&code.system),
        code: code.code.clone(),
        display: None,
    })
}

fn author(author: &Author) -> AuthorInput {
    let is_structure = author.name.is_empty();
    AuthorInput {
        kind: if is_structure { AuthorKind::Organization } else { AuthorKind::Professional },
        name: if is_structure { author.organization.clone() } else { Some(author.name.clone()) },
        rpps: author.rpps.as_deref().and_then(Rpps::parse),
        role: author.role.as_ref().map(|role| Coding { system: None, code: role.clone(), display: None }),
        organization: author.organization.clone(),
        finess: author.organization_id.as_deref().and_then(Finess::parse),
    }
}

/// Security labels as FHIR writes them; the level is always said.
pub(super) fn labels(security: Security) -> Vec<Coding> {
    let label =
        |system: &str, code: &str| Coding { system: Some(system.into()), code: code.into(), display: None };
    let level = match security.confidentiality {
        Confidentiality::N => "N",
        Confidentiality::R => "R",
        Confidentiality::V => "V",
    };
    let mut all = vec![label(LEVELS, level)];
    for (set, code) in [
        (security.masked, "MASQUE_PS"),
        (security.invisible_to_patient, "INVISIBLE_PATIENT"),
        (security.invisible_to_representatives, "INVISIBLE_REPRESENTANTS_LEGAUX"),
    ] {
        if set {
            all.push(label(VISIBILITY, code));
        }
    }
    all
}
