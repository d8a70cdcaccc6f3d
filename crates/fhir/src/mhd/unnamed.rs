//! What a sender wrote around a document, without whose it is: for a reader to whom the documents were given, and not
//! who the person is.
//!
//! What goes is data: patients and relatives contained, whatever refers to them, numbers of the national register, the
//! narrative, which repeats them in words. A title is the document's own, as its bytes are, and stays.

use kernel::ins::Authority;
use serde_json::Value;

use crate::view::{items, text};

/// Resources that say who somebody is: her, or somebody by whom she is known.
const PERSONS: [&str; 3] = ["Patient", "RelatedPerson", "Person"];

/// Takes out of a `DocumentReference` or a submission set as it was sent whatever says who the patient is, its `subject`
/// with the rest. The caller says whose it is by a reference of ours, which tells no more than the address of the search.
pub fn unnamed(resource: &mut Value) {
    let hers = Hers::of(resource);
    let Value::Object(map) = resource else { return };
    map.shift_remove("subject");
    map.shift_remove("text");
    if let Some(Value::Object(context)) = map.get_mut("context") {
        context.shift_remove("sourcePatientInfo");
        if context.is_empty() {
            map.shift_remove("context");
        }
    }
    hers.strip(resource);
}

/// The literal references by which a resource means the patient, or somebody close to her.
struct Hers<'a>(Vec<std::borrow::Cow<'a, str>>);

impl Hers<'static> {
    fn of(resource: &Value) -> Self {
        let person = |one: &&Value| text(one, &["resourceType"]).is_some_and(|kind| PERSONS.contains(&kind));
        let contained = items(resource, "contained").iter().filter(person);
        let contained = contained.filter_map(|one| Some(format!("#{}", text(one, &["id"])?)));
        let said = [&["subject", "reference"][..], &["context", "sourcePatientInfo", "reference"]];
        let said = said.into_iter().filter_map(|path| text(resource, path));
        let source = |one: &&Value| text(one, &["url"]).is_some_and(|url| url.ends_with(SOURCE_PATIENT));
        let source = items(resource, "extension").iter().filter(source);
        let source = source.filter_map(|one| text(one, &["valueReference", "reference"]));
        Self(contained.chain(said.chain(source).map(str::to_owned)).map(Into::into).collect())
    }
}

/// How the address of MHD's extension ends that says whose a submission set is.
const SOURCE_PATIENT: &str = "sourcePatientId";

impl Hers<'_> {
    /// True for a person, for a reference to her, and for a number by which she is known.
    fn holds(&self, value: &Value) -> bool {
        let is_number = |of: &Value| text(of, &["system"]).is_some_and(|s| Authority::from_oid(s).is_some());
        let is_person = |name| text(value, &[name]).is_some_and(|kind| PERSONS.contains(&kind));
        let refers = |literal: &str| {
            self.0.iter().any(|known| known == literal)
                || literal.split(['/', '?']).any(|part| PERSONS.contains(&part))
        };
        is_person("resourceType")
            || is_person("type")
            || text(value, &["reference"]).is_some_and(refers)
            || text(value, &["url"]).is_some_and(|url| url.ends_with(SOURCE_PATIENT))
            || is_number(value)
            || value.get("identifier").is_some_and(is_number)
    }

    /// Takes them out of a value, and what is empty without them; true when something was taken.
    fn strip(&self, value: &mut Value) -> bool {
        match value {
            Value::Object(map) => {
                let before = map.len();
                let mut went = false;
                map.retain(|name, child| {
                    let lost = match child {
                        // An extension says one thing; half of it says nothing.
                        Value::Array(all) if name.ends_with("xtension") => {
                            let before = all.len();
                            all.retain_mut(|one| !self.holds(one) && !self.strip(one));
                            all.len() < before
                        }
                        _ if self.holds(child) => return false,
                        _ => self.strip(child),
                    };
                    went |= lost;
                    !(lost && is_empty(child))
                });
                went || map.len() < before
            }
            Value::Array(all) => {
                let before = all.len();
                let mut went = false;
                all.retain_mut(|one| {
                    if self.holds(one) {
                        return false;
                    }
                    let lost = self.strip(one);
                    went |= lost;
                    !(lost && is_empty(one))
                });
                went || all.len() < before
            }
            _ => false,
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(all) => all.is_empty(),
        _ => false,
    }
}
