//! What a sender puts around a document: ITI-65 transactions (minimal, comprehensive as the French PDSm profile
//! writes them) and ITI-105 simplified publish. IHE MHD 4.2; PDSm 3.1.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::DateTime;
use kernel::Ins;
use serde_json::{Value, json};

use crate::cda::{Model, Sheet};

const CLASS_SYSTEM: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument";
const MHD: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition";

/// A document and what a sender knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// The document's header: who, whom, when, ids.
    pub sheet: &'a Sheet<'a>,
    /// What it is.
    pub model: Model,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// `text/xml` for CDA, `application/pdf`, `image/jpeg` …
    pub media_type: &'static str,
}

impl Parcel<'_> {
    /// ITI-65, minimal profile: submission set, document reference with subject and attachment, binary.
    #[must_use]
    pub fn minimal(&self) -> Value {
        let mut reference = self.reference();
        reference["content"][0]["attachment"]["url"] = self.urn(3).into();
        let list = self.submission_set(&format!("{MHD}/IHE.MHD.Minimal.SubmissionSet"));
        self.transaction(&format!("{MHD}/IHE.MHD.Minimal.ProvideBundle"), list, reference)
    }

    /// ITI-65, comprehensive: everything PDSm requires, with author and patient contained.
    #[must_use]
    pub fn comprehensive(&self) -> Value {
        let mut reference = self.reference();
        reference["meta"] = json!({"profile": [format!("{PDSM}/pdsm-comprehensive-document-reference")]});
        reference["contained"] = self.contained();
        reference["author"] = json!([{"reference": "#author"}]);
        reference["authenticator"] = json!({"reference": "#author"});
        reference["custodian"] = json!({"reference": "#house"});
        reference["category"] = json!([{"coding": [{"system": CLASS_SYSTEM, "code": self.model.class()}]}]);
        reference["securityLabel"] = json!([{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"
        }]}]);
        let attachment = &mut reference["content"][0]["attachment"];
        attachment["url"] = self.urn(3).into();
        attachment["language"] = "fr-FR".into();
        attachment["size"] = self.bytes.len().into();
        attachment["hash"] = sha1(self.bytes).into();
        reference["content"][0]["format"] = json!({
            "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "code": self.model.format()
        });
        reference["context"] = json!({
            "period": {"start": self.date()},
            "sourcePatientInfo": {"reference": "#patient"},
            "facilityType": {"coding": [{"system": "urn:oid:1.2.250.1.71.4.2.4", "code": "SA25"}]},
            "practiceSetting": {"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.9", "code": "AMBULATOIRE"}]},
        });
        if self.sheet.version > 1 {
            let replaced = Sheet { version: self.sheet.version - 1, ..*self.sheet }.unique_id();
            reference["relatesTo"] = json!([{"code": "replaces", "target": {"identifier": {
                "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{replaced}")
            }}}]);
        }
        let mut list = self.submission_set(&format!("{PDSM}/pdsm-submissionset-comprehensive"));
        list["contained"] = self.contained();
        list["source"] = json!({"reference": "#author"});
        list["extension"] = json!([
            {"url": format!("{MHD}/ihe-designationType"),
             "valueCodeableConcept": {"coding": [{"system": CLASS_SYSTEM, "code": self.model.class()}]}},
            {"url": format!("{MHD}/ihe-sourceId"),
             "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.7"}},
            {"url": format!("{MHD}/ihe-sourcePatientId"), "valueReference": {"reference": "#patient"}},
        ]);
        self.transaction(&format!("{PDSM}/pdsm-comprehensive-provide-document-bundle"), list, reference)
    }

    /// ITI-105: one DocumentReference with the document inside.
    #[must_use]
    pub fn simplified(&self) -> Value {
        let mut reference = self.reference();
        reference["meta"] = json!({"profile": [format!("{PDSM}/pdsm-simplified-publish")]});
        reference["contained"] = self.contained();
        reference["author"] = json!([{"reference": "#author"}]);
        reference["content"][0]["attachment"]["data"] = STANDARD.encode(self.bytes).into();
        reference
    }

    fn reference(&self) -> Value {
        json!({
            "resourceType": "DocumentReference",
            "masterIdentifier": {
                "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{}", self.sheet.unique_id())
            },
            "status": "current",
            "type": {"coding": [{"system": "http://loinc.org", "code": self.model.code()}]},
            "subject": subject(&self.sheet.person.ins),
            "date": self.date(),
            "content": [{"attachment": {
                "contentType": self.media_type, "title": self.model.title(), "creation": self.date()
            }}],
        })
    }

    fn submission_set(&self, profile: &str) -> Value {
        json!({
            "resourceType": "List",
            "meta": {"profile": [profile]},
            "extension": [{"url": format!("{MHD}/ihe-sourceId"),
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.7"}}],
            "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986",
                "value": format!("urn:oid:{}.1", self.sheet.unique_id())}],
            "status": "current",
            "mode": "working",
            "code": {"coding": [{
                "system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "submissionset"
            }]},
            "subject": subject(&self.sheet.person.ins),
            "date": self.date(),
            "entry": [{"item": {"reference": self.urn(2)}}],
        })
    }

    fn transaction(&self, profile: &str, list: Value, reference: Value) -> Value {
        let entry = |n, resource: Value| {
            let kind = resource["resourceType"].clone();
            json!({"fullUrl": self.urn(n), "resource": resource, "request": {"method": "POST", "url": kind}})
        };
        let binary = json!({
            "resourceType": "Binary", "contentType": self.media_type, "data": STANDARD.encode(self.bytes)
        });
        json!({
            "resourceType": "Bundle",
            "meta": {"profile": [profile]},
            "type": "transaction",
            "entry": [entry(1, list), entry(2, reference), entry(3, binary)],
        })
    }

    fn contained(&self) -> Value {
        let (person, author) = (self.sheet.person, self.sheet.author);
        let house = &author.establishment;
        json!([
            {"resourceType": "Patient", "id": "patient",
             "identifier": [{"system": person.ins.system(), "value": person.ins.matricule}],
             "name": [{"use": "official", "family": person.traits.birth_name,
                       "given": person.traits.given_names.split(' ').collect::<Vec<_>>()}],
             "gender": person.traits.sex.fhir(),
             "birthDate": person.traits.birth_date.to_string()},
            {"resourceType": "Practitioner", "id": "author",
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": format!("8{}", author.rpps)}],
             "name": [{"family": author.family, "given": [author.given]}]},
            {"resourceType": "Organization", "id": "house",
             "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": format!("1{}", house.finess)}],
             "name": house.name},
        ])
    }

    fn date(&self) -> String {
        fhir_time(self.sheet.at)
    }

    /// A `urn:uuid:` of this document that is the same in every run.
    fn urn(&self, n: u8) -> String {
        let sheet = self.sheet;
        let (a, b) = (sheet.seed as u32, (sheet.number >> 32) as u16);
        format!(
            "urn:uuid:{a:08x}-{b:04x}-4{:03x}-8{n:03x}-{:012x}",
            sheet.version & 0xFFF,
            sheet.number as u32
        )
    }
}

fn subject(ins: &Ins) -> Value {
    json!({"reference": format!("Patient?identifier={}|{}", ins.system(), ins.matricule)})
}

fn fhir_time(at: DateTime) -> String {
    let offset = if (4..=10).contains(&at.month()) { "+02:00" } else { "+01:00" };
    format!("{}{offset}", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// SHA-1 in base64: what FHIR R4's `Attachment.hash` is defined to be.
fn sha1(bytes: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes))
}
