//! A `DocumentReference` written by us, for documents that came without one: bare CDA, XDM, the person's own.
//! <http://hl7.org/fhir/R4/documentreference.html>, PDSm profile where it adds something.

use kernel::Ins;
use serde_json::{Map, Value, json};

use super::model::{Author, Code, Confidentiality, Facts, Security};

/// The FHIR address of a code system that CDA names by its OID.
#[must_use]
pub(crate) fn system(oid: &str) -> String {
    match oid {
        "" => String::new(),
        cda::types::LOINC => "http://loinc.org".to_owned(),
        cda::types::TRE_A05 => {
            "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
                .to_owned()
        }
        cda::types::TRE_A03 => CLASS_SYSTEM.to_owned(),
        other if other.starts_with(|c: char| c.is_ascii_digit()) => format!("urn:oid:{other}"),
        other => other.to_owned(),
    }
}

const CLASS_SYSTEM: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument";
const LEVELS: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const VISIBILITY: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";

/// The resource, without id and without the address of the bytes: both are known when it is read.
#[must_use]
pub(crate) fn document_reference(facts: &Facts, ins: Option<&Ins>, sha1: &[u8; 20]) -> Value {
    use base64::Engine as _;
    let mut resource = Map::new();
    resource.insert("resourceType".into(), "DocumentReference".into());
    let unique_id = &facts.unique_id;
    // A root alone is a URN; a root with an extension is XDS's way of writing, which FHIR leaves as a text.
    let urn = if unique_id.contains('^') {
        unique_id.clone()
    } else if unique_id.len() == 36 && unique_id.contains('-') {
        format!("urn:uuid:{unique_id}")
    } else {
        format!("urn:oid:{unique_id}")
    };
    resource.insert("masterIdentifier".into(), json!({"system": "urn:ietf:rfc:3986", "value": urn}));
    resource.insert("status".into(), "current".into());
    resource.insert("type".into(), concept(&facts.kind));
    if !facts.class.code.is_empty() {
        resource.insert("category".into(), json!([concept(&facts.class)]));
    }
    if let Some(ins) = ins {
        let identifier = json!({"identifier": {"system": ins.system(), "value": ins.matricule}});
        resource.insert("subject".into(), identifier);
    }
    resource.insert("date".into(), facts.dated.to_string().into());
    if !facts.authors.is_empty() {
        resource.insert("author".into(), facts.authors.iter().map(author).collect());
    }
    resource.insert("securityLabel".into(), labels(facts.security));
    let mut attachment = Map::new();
    attachment.insert("contentType".into(), facts.media.mime().into());
    if let Some(language) = &facts.language {
        attachment.insert("language".into(), language.as_str().into());
    }
    attachment.insert("size".into(), facts.size.into());
    let hash = base64::engine::general_purpose::STANDARD.encode(sha1);
    attachment.insert("hash".into(), hash.into());
    if !facts.title.is_empty() {
        attachment.insert("title".into(), facts.title.as_str().into());
    }
    attachment.insert("creation".into(), facts.dated.to_string().into());
    let mut content = Map::new();
    content.insert("attachment".into(), Value::Object(attachment));
    if let Some(format) = &facts.format {
        content.insert("format".into(), coding(format));
    }
    resource.insert("content".into(), json!([content]));
    if let Some(began) = facts.care_began {
        resource.insert("context".into(), json!({"period": {"start": began.to_string()}}));
    }
    Value::Object(resource)
}

fn coding(code: &Code) -> Value {
    let system = system(&code.system);
    if system.is_empty() { json!({"code": code.code}) } else { json!({"system": system, "code": code.code}) }
}

fn concept(code: &Code) -> Value {
    json!({"coding": [coding(code)]})
}

fn author(author: &Author) -> Value {
    let who = if author.name.is_empty() {
        author.organization.clone().unwrap_or_default()
    } else {
        author.name.clone()
    };
    let kind = if author.name.is_empty() { "Organization" } else { "Practitioner" };
    let mut reference = json!({"type": kind, "display": who});
    if let Some(rpps) = &author.rpps {
        reference["identifier"] = json!({"system": kernel::rpps::Rpps::SYSTEM, "value": rpps});
    } else if let (true, Some(finess)) = (author.name.is_empty(), &author.organization_id) {
        reference["identifier"] = json!({"system": kernel::finess::Finess::SYSTEM, "value": finess});
    }
    reference
}

/// Security labels as FHIR writes them; `N` is always said.
#[must_use]
pub(crate) fn labels(security: Security) -> Value {
    let level = match security.confidentiality {
        Confidentiality::N => "N",
        Confidentiality::R => "R",
        Confidentiality::V => "V",
    };
    let mut all = vec![json!({"coding": [{"system": LEVELS, "code": level}]})];
    for (set, code) in [
        (security.masked, "MASQUE_PS"),
        (security.invisible_to_patient, "INVISIBLE_PATIENT"),
        (security.invisible_to_representatives, "INVISIBLE_REPRESENTANTS_LEGAUX"),
    ] {
        if set {
            all.push(json!({"coding": [{"system": VISIBILITY, "code": code}]}));
        }
    }
    Value::Array(all)
}
