//! Resources that we write ourselves. Every builder's output passes our own validator, which a test holds.

mod audit;
mod capability;
mod document;

use kernel::{Ins, Instant, Traits};
use serde_json::{Map, Value, json};

pub use audit::{AuditAction, AuditEntity, AuditInput, AuditOutcome, audit_event};
pub use capability::{
    CapabilityInput, ResourceCapability, SmartInput, capability_statement, smart_configuration,
};
pub use document::{AuthorInput, DocumentInput, RelationInput, SetInput, document_reference, submission_set};

use crate::mhd::Part;

/// An object that leaves out what is not there.
#[derive(Default)]
pub(crate) struct Object(Map<String, Value>);

impl Object {
    /// Begins a resource.
    pub(crate) fn resource(name: &str) -> Self {
        Self::default().set("resourceType", name)
    }

    /// Sets an element.
    pub(crate) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Sets an element if there is a value.
    pub(crate) fn maybe<V: Into<Value>>(self, name: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets a repeating element if there is at least one value.
    pub(crate) fn many(self, name: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.set(name, values) }
    }

    pub(crate) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// What a `Patient` of ours shows.
#[derive(Clone, Copy, Debug)]
pub struct PatientInput<'a> {
    /// Logical id.
    pub id: &'a str,
    /// Her national identifier.
    pub ins: &'a Ins,
    /// Strict traits.
    pub traits: &'a Traits,
    /// Nom utilisé, when it is not the birth name.
    pub used_name: Option<&'a str>,
    /// False when the space is closed.
    pub active: bool,
    /// `YYYY-MM-DD`.
    pub deceased: Option<&'a str>,
    /// When it last changed.
    pub last_updated: Option<Instant>,
}

/// A `Patient` with her INS, as FR Core's INS patient has it.
/// <https://hl7.fr/ig/fhir/core/StructureDefinition-fr-core-patient-ins.html>
#[must_use]
pub fn patient(input: &PatientInput<'_>) -> Value {
    let traits = input.traits;
    let given: Vec<&str> = traits.given_names.split_whitespace().collect();
    let birth_list = json!([{
        "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name",
        "valueString": traits.given_names,
    }]);
    let official = Object::default()
        .maybe("extension", (!given.is_empty()).then_some(birth_list))
        .set("use", "official")
        .set("family", traits.birth_name.as_str())
        .many("given", given.first().map(|first| vec![Value::from(*first)]).unwrap_or_default());
    let usual = input.used_name.map(|name| {
        json!({"use": "usual", "family": name, "given": given.first().map_or_else(Vec::new, |first| vec![*first])})
    });
    let place = traits.birth_place.as_deref().map(|code| {
        json!([{
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {"extension": [{
                "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
                "valueCoding": {
                    "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
                    "code": code,
                },
            }]},
        }])
    });
    Object::resource("Patient")
        .set("id", input.id)
        .maybe("meta", input.last_updated.map(|at| json!({"lastUpdated": at.to_string()})))
        .maybe("extension", place)
        .set("identifier", json!([ins_identifier(input.ins)]))
        .set("active", input.active)
        .set("name", [Some(official.done()), usual].into_iter().flatten().collect::<Vec<_>>())
        .set("gender", traits.sex.fhir())
        .set("birthDate", traits.birth_date.to_string())
        .maybe("deceasedDateTime", input.deceased)
        .done()
}

/// An INS as a FHIR `Identifier`.
#[must_use]
pub fn ins_identifier(ins: &Ins) -> Value {
    json!({
        "use": "official",
        "type": {"coding": [{
            "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203",
            "code": ins.authority.fhir_code(),
        }]},
        "system": ins.system(),
        "value": ins.matricule,
    })
}

/// A Bundle of `kind` (`searchset`, `collection`, `transaction-response` …) with entries as they are.
#[must_use]
pub fn bundle(kind: &str, entries: Vec<Value>) -> Value {
    Object::resource("Bundle").set("type", kind).many("entry", entries).done()
}

/// What became of one entry of a transaction.
#[derive(Clone, Debug)]
pub struct Located {
    /// `201 Created`, or `200 OK` when it had been filed before.
    pub status: &'static str,
    /// Where it is now: `DocumentReference/…`; none for what was only read.
    pub location: Option<String>,
    /// Its version.
    pub etag: Option<String>,
    /// When it was filed.
    pub last_modified: Option<Instant>,
}

/// The answer to a provide bundle: one response for each entry, in their order (ITI-65 §3.65.4.2).
pub fn provide_response(order: &[Part], located: impl Fn(Part) -> Located) -> Value {
    let entries = order.iter().map(|part| {
        let place = located(*part);
        let response = Object::default()
            .set("status", place.status)
            .maybe("location", place.location)
            .maybe("etag", place.etag)
            .maybe("lastModified", place.last_modified.map(|at| at.to_string()));
        json!({"response": response.done()})
    });
    bundle("transaction-response", entries.collect())
}

#[cfg(test)]
mod tests;
