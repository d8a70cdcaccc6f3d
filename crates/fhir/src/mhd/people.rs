//! Patients and authors, wherever a sender puts them: contained, beside the document, or only by identifier.

use jiff::civil::Date;
use kernel::finess::Finess;
use kernel::ins::{Authority, BadIns, Claimed};
use kernel::rpps::Rpps;
use kernel::{Ins, Sex};
use serde_json::Value;

use super::PatientRef;
use crate::view::{Coding, items, text};

/// What kind of author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorKind {
    /// A professional.
    Professional,
    /// A structure.
    Organization,
    /// The patient herself.
    Patient,
    /// Somebody close to the patient.
    Related,
    /// Software or a device.
    Device,
}

/// An author as a list shows her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorView {
    /// What kind.
    pub kind: AuthorKind,
    /// The name; of a structure or device, its name.
    pub name: Option<String>,
    /// Her number, if it is a sound RPPS.
    pub rpps: Option<Rpps>,
    /// What she was there: profession or specialty.
    pub role: Option<Coding>,
    /// The structure she acted for.
    pub organization: Option<String>,
    /// Its FINESS number.
    pub finess: Option<Finess>,
}

/// Finds the resource that a literal reference means, outside the resource that holds it.
pub(super) type Find<'f, 'a> = &'f dyn Fn(&str) -> Option<&'a Value>;

/// The resource that a `Reference` in `holder` means, contained or found by `find`.
pub(super) fn resolve<'a>(holder: &'a Value, reference: &str, find: Find<'_, 'a>) -> Option<&'a Value> {
    match reference.strip_prefix('#') {
        Some(id) => items(holder, "contained").iter().find(|c| text(c, &["id"]) == Some(id)),
        None => find(reference),
    }
}

/// The authors of a `DocumentReference`.
#[must_use]
pub fn authors<'a>(resource: &'a Value, find: &dyn Fn(&str) -> Option<&'a Value>) -> Vec<AuthorView> {
    items(resource, "author").iter().filter_map(|reference| author(resource, reference, find)).collect()
}

fn author<'a>(holder: &'a Value, reference: &'a Value, find: Find<'_, 'a>) -> Option<AuthorView> {
    let literal = text(reference, &["reference"]);
    let target = literal.and_then(|r| resolve(holder, r, find));
    let kind = target
        .and_then(|t| text(t, &["resourceType"]))
        .or_else(|| text(reference, &["type"]))
        .or_else(|| literal.and_then(|r| r.rsplit('/').nth(1)))
        .unwrap_or("Practitioner");
    let mut view = AuthorView {
        kind: match kind {
            "Organization" => AuthorKind::Organization,
            "Patient" => AuthorKind::Patient,
            "RelatedPerson" => AuthorKind::Related,
            "Device" => AuthorKind::Device,
            _ => AuthorKind::Professional,
        },
        name: text(reference, &["display"]).map(str::to_owned),
        rpps: None,
        role: None,
        organization: None,
        finess: None,
    };
    if let Some(identifier) = reference.get("identifier") {
        view.identify(identifier);
    }
    if let Some(target) = target {
        view.take(target);
        for name in ["practitioner", "organization"] {
            let Some(part) = target.get(name) else { continue };
            let resolved = text(part, &["reference"]).and_then(|r| resolve(holder, r, find));
            view.take_part(name, part, resolved);
        }
    }
    let said =
        view.name.is_some() || view.rpps.is_some() || view.organization.is_some() || view.finess.is_some();
    (said || target.is_some() || literal.is_some()).then_some(view)
}

impl AuthorView {
    /// Takes what the author's own resource says.
    fn take(&mut self, resource: &Value) {
        for identifier in items(resource, "identifier") {
            self.identify(identifier);
        }
        if let Some(name) = name_of(resource) {
            self.name = Some(name);
        }
        let qualification =
            || items(resource, "qualification").iter().find_map(|q| Coding::of_concept(q.get("code")?));
        let role =
            items(resource, "code").iter().chain(items(resource, "specialty")).find_map(Coding::of_concept);
        self.role = role.or_else(qualification).or(self.role.take());
        if self.kind == AuthorKind::Organization {
            self.organization.clone_from(&self.name);
        }
    }

    /// Takes what the practitioner or the organisation of a role says.
    fn take_part(&mut self, part: &str, reference: &Value, resource: Option<&Value>) {
        let display = text(reference, &["display"]).map(str::to_owned);
        let name = resource.and_then(name_of).or(display);
        if part == "organization" {
            self.organization = name.or(self.organization.take());
        } else {
            self.name = name.or(self.name.take());
        }
        let own = resource.map_or(&[][..], |r| items(r, "identifier"));
        for identifier in own.iter().chain(reference.get("identifier")) {
            self.identify(identifier);
        }
    }

    fn identify(&mut self, identifier: &Value) {
        let (Some(system), Some(value)) = (text(identifier, &["system"]), text(identifier, &["value"]))
        else {
            return;
        };
        let oid = system.strip_prefix("urn:oid:").unwrap_or(system);
        if oid == Rpps::IDNPS || system.trim_end_matches('/') == Rpps::SYSTEM {
            self.rpps = self.rpps.take().or_else(|| Rpps::parse(value));
        } else if oid == Finess::IDNST || system.trim_end_matches('/') == Finess::SYSTEM {
            self.finess = self.finess.take().or_else(|| Finess::parse(value));
        }
    }
}

/// The name of a person (`Dr Claire Moreau`), a structure or a device.
fn name_of(resource: &Value) -> Option<String> {
    if let Some(name) = text(resource, &["name"]) {
        return Some(name.to_owned());
    }
    if let Some(name) = items(resource, "deviceName").first() {
        return text(name, &["name"]).map(str::to_owned);
    }
    let name = items(resource, "name").first()?;
    if let Some(whole) = text(name, &["text"]) {
        return Some(whole.to_owned());
    }
    let words: Vec<&str> = ["prefix", "given"]
        .iter()
        .flat_map(|part| items(name, part))
        .filter_map(Value::as_str)
        .chain(text(name, &["family"]))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Whose document this is: `subject` by reference, identifier or search (`Patient?identifier=…`), then
/// `context.sourcePatientInfo`. Returns also every INS that was found, so that two that differ are noticed.
pub(super) fn patient<'a>(resource: &'a Value, find: Find<'_, 'a>) -> (PatientRef, Vec<Result<Ins, BadIns>>) {
    let mut patient = PatientRef::default();
    let mut found = Vec::new();
    let source = resource.get("context").and_then(|c| c.get("sourcePatientInfo"));
    for reference in [resource.get("subject"), source].into_iter().flatten() {
        found.extend(reference.get("identifier").and_then(ins));
        let Some(literal) = text(reference, &["reference"]) else { continue };
        if let Some(target) = resolve(resource, literal, find) {
            found.extend(items(target, "identifier").iter().filter_map(ins));
            let claimed = std::mem::take(&mut patient.claimed);
            patient.claimed = merge(claimed, patient_claims(target));
        } else if let Some(query) = literal.split_once("Patient?identifier=").map(|(_, query)| query) {
            let query = query.replace("%7C", "|").replace("%7c", "|");
            found.extend(query.split_once('|').and_then(|(system, value)| ins_of(system, value)));
        } else if patient.logical.is_none() && !literal.starts_with('#') && !literal.starts_with("urn:") {
            patient.logical = Some(literal.to_owned());
        }
    }
    patient.ins = found.first().cloned();
    (patient, found)
}

/// The INS in an identifier; `None` when the identifier is of another kind.
fn ins(identifier: &Value) -> Option<Result<Ins, BadIns>> {
    ins_of(text(identifier, &["system"])?, text(identifier, &["value"])?)
}

fn ins_of(system: &str, value: &str) -> Option<Result<Ins, BadIns>> {
    let authority = Authority::from_oid(system)?;
    Some(Ins::parse(value, authority))
}

/// The strict traits that a `Patient` claims (FR Core INS patient). A name counts as the birth name when it
/// says so (`official`, `maiden`), or when it is the only one and says nothing.
#[must_use]
pub fn patient_claims(patient: &Value) -> Claimed {
    let names = items(patient, "name");
    let used = |name: &&Value, word: &str| text(name, &["use"]) == Some(word);
    let official = names.iter().find(|n| used(n, "official"));
    let birth = official.or_else(|| names.iter().find(|n| used(n, "maiden"))).or(match names {
        [only] if only.get("use").is_none() => Some(only),
        _ => None,
    });
    let given = |name: &Value| {
        let listed = items(name, "extension")
            .iter()
            .find(|e| text(e, &["url"]).is_some_and(|u| u.ends_with("birth-list-given-name")));
        let words: Vec<&str> = items(name, "given").iter().filter_map(Value::as_str).collect();
        let list = listed.and_then(|e| text(e, &["valueString"])).map(str::to_owned);
        list.or_else(|| (!words.is_empty()).then(|| words.join(" ")))
    };
    Claimed {
        birth_name: birth.and_then(|n| text(n, &["family"])).map(str::to_owned),
        given_names: birth.and_then(given),
        birth_date: text(patient, &["birthDate"]).and_then(|d| d.parse::<Date>().ok()),
        sex: text(patient, &["gender"]).and_then(Sex::parse),
        birth_place: birth_place(patient),
    }
}

/// The INSEE code of the birth place: FR Core's extension of the address, or what stands in its district.
fn birth_place(patient: &Value) -> Option<String> {
    let ends = |e: &&Value, tail: &str| text(e, &["url"]).is_some_and(|u| u.ends_with(tail));
    let place = items(patient, "extension").iter().find(|e| ends(e, "patient-birthPlace"))?;
    let address = place.get("valueAddress")?;
    let coded = items(address, "extension").iter().find(|e| ends(e, "insee-code"));
    let code =
        coded.and_then(|e| text(e, &["valueCoding", "code"])).or_else(|| text(address, &["district"]))?;
    let shape = code.len() == 5 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    shape.then(|| code.to_owned())
}

/// The first claim of each trait.
fn merge(first: Claimed, then: Claimed) -> Claimed {
    Claimed {
        birth_name: first.birth_name.or(then.birth_name),
        given_names: first.given_names.or(then.given_names),
        birth_date: first.birth_date.or(then.birth_date),
        sex: first.sex.or(then.sex),
        birth_place: first.birth_place.or(then.birth_place),
    }
}
