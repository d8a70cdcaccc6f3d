//! Is this a FHIR R4 resource? Elements, cardinalities, types, choices, and the codes of required bindings,
//! from the official definitions; every finding says where, as a FHIRPath expression.
//!
//! Not looked at: invariants beyond the few below, extensible bindings, and slices of profiles. The few are
//! those that protect meaning: an extension has a value or extensions (ext-1), an object says something
//! (ele-1), what is contained contains nothing (dom-2).

mod primitive;
mod table;

use kernel::Issue;
use serde_json::{Map, Value};

use primitive::Primitive;
use table::{Element, Is, Slot, Table, Type, table};

/// More findings than this help nobody.
const MOST: usize = 100;
/// Values that did not come through [`crate::json::parse`] have no limit of their own.
const DEEPEST: usize = 100;

/// Everything that is wrong with a resource; nothing when it is sound. At most 100 findings.
///
/// Codes: `fhir-resource-type`, `fhir-unknown-element`, `fhir-cardinality`, `fhir-type`, `fhir-choice-twice`,
/// `fhir-required-code`, `fhir-date`, `fhir-base64`, `fhir-narrative`, `fhir-value`, `fhir-empty`,
/// `fhir-extension`, `fhir-contained`.
#[must_use]
pub fn validate(resource: &Value) -> Vec<Issue> {
    let mut walk = Walk { table: table(), issues: Vec::new(), depth: 0, contained: false };
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or("Resource");
    walk.resource(resource, &Step::Root(name));
    walk.issues
}

/// Makes the first use of the table happen now rather than in the first request. Takes a few milliseconds.
pub fn warm_up() {
    let _ = table();
}

/// What `_summary=true` answers (R4 §3.1.1.5.8): the elements that are in summaries, the required ones with
/// them, and the tag that says so.
#[must_use]
pub fn summary(resource: &Value) -> Value {
    let of = resource.get("resourceType").and_then(Value::as_str).and_then(|name| table().resource(name));
    let (Some(of), Value::Object(map)) = (of, resource) else { return resource.clone() };
    Value::Object(summarised(of, map))
}

fn summarised(of: &Type, map: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in map {
        let Some(slot) = of.slot(key.trim_start_matches('_')) else {
            if key == "resourceType" {
                out.insert(key.clone(), value.clone());
            }
            continue;
        };
        let required = of.required & (1 << slot.element) != 0;
        if !of.elements[slot.element].summary && !required {
            continue;
        }
        let inner = |value: &Value| match (slot.is, value) {
            // Only backbones are thinned: a datatype is whole or it is not what it says.
            (Is::Complex(index), Value::Object(map)) if table().of(index).name.contains('.') => {
                Value::Object(summarised(table().of(index), map))
            }
            _ => value.clone(),
        };
        let thin = match value {
            Value::Array(items) => Value::Array(items.iter().map(inner).collect()),
            single => inner(single),
        };
        out.insert(key.clone(), thin);
    }
    out
}

/// What `_elements=…` answers: the elements named, with `id`, `meta` and those that are required.
#[must_use]
pub fn only(resource: &Value, names: &[&str]) -> Value {
    let of = resource.get("resourceType").and_then(Value::as_str).and_then(|name| table().resource(name));
    let (Some(of), Value::Object(map)) = (of, resource) else { return resource.clone() };
    let kept = map.iter().filter(|(key, _)| {
        let key = key.trim_start_matches('_');
        let slot = of.slot(key);
        let element = slot.map_or(key, |slot| of.elements[slot.element].name);
        matches!(key, "resourceType" | "id" | "meta")
            || names.contains(&element)
            || slot.is_some_and(|slot| of.required & (1 << slot.element) != 0)
    });
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// Where the walk is: the way back to the root, kept on the stack and written out only for a finding.
enum Step<'a> {
    Root(&'a str),
    Field(&'a Step<'a>, &'a str),
    Item(&'a Step<'a>, usize),
}

impl Step<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Root(name) => out.push_str(name),
            Self::Field(parent, name) => {
                parent.write(out);
                out.push('.');
                out.push_str(name);
            }
            Self::Item(parent, index) => {
                parent.write(out);
                out.push('[');
                out.push_str(&index.to_string());
                out.push(']');
            }
        }
    }
}

struct Walk {
    table: &'static Table,
    issues: Vec<Issue>,
    depth: usize,
    /// Inside `contained`.
    contained: bool,
}

impl Walk {
    fn note(
        &mut self,
        at: &Step<'_>,
        code: &'static str,
        diagnostics: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        if self.issues.len() < MOST {
            let mut path = String::new();
            at.write(&mut path);
            self.issues.push(Issue { code, path: Some(path), diagnostics: diagnostics.into() });
        }
    }

    fn resource(&mut self, value: &Value, at: &Step<'_>) {
        let Value::Object(map) = value else {
            return self.note(at, "fhir-type", "a resource is an object");
        };
        match map.get("resourceType") {
            Some(Value::String(name)) => match self.table.resource(name) {
                Some(of) => self.object(of, map, at),
                None => {
                    self.note(at, "fhir-resource-type", format!("{} is not a resource of R4", shown(name)));
                }
            },
            _ => self.note(at, "fhir-resource-type", "resourceType is missing: which resource is this?"),
        }
    }

    fn object(&mut self, of: &'static Type, map: &Map<String, Value>, at: &Step<'_>) {
        if self.depth >= DEEPEST {
            return self.note(at, "fhir-value", "nested too deeply");
        }
        self.depth += 1;
        let mut seen = 0u128;
        for (key, value) in map {
            if of.is_resource && key == "resourceType" {
                continue;
            }
            let (name, companion) = match key.strip_prefix('_') {
                Some(name) => (name, true),
                None => (key.as_str(), false),
            };
            let Some(slot) = of.slot(name).filter(|s| !companion || matches!(s.is, Is::Primitive(_))) else {
                self.note(
                    &Step::Field(at, key),
                    "fhir-unknown-element",
                    format!("{} has no such element", of.name),
                );
                continue;
            };
            let element = &of.elements[slot.element];
            let here = Step::Field(at, element.name);
            let bit = 1 << slot.element;
            if element.choice && seen & bit != 0 && others_fill(of, map, slot, name) {
                self.note(&here, "fhir-choice-twice", "only one of the types of a choice may be there");
            }
            seen |= bit;
            if companion {
                self.companions(element, value, &here);
            } else {
                self.element(element, slot, value, companion_of(map, key, value), &here);
            }
        }
        let missing = of.required & !seen;
        if missing != 0 {
            for (_, element) in of.elements.iter().enumerate().filter(|(i, _)| missing & (1 << i) != 0) {
                self.note(&Step::Field(at, element.name), "fhir-cardinality", "this element is required");
            }
        }
        self.invariants(of, map, at);
        self.depth -= 1;
    }

    fn invariants(&mut self, of: &Type, map: &Map<String, Value>, at: &Step<'_>) {
        if map.is_empty() {
            self.note(at, "fhir-empty", "an object holds at least one element");
        }
        if of.name == "Extension" {
            let value = map.keys().any(|key| key.trim_start_matches('_').starts_with("value"));
            if value == map.contains_key("extension") {
                self.note(at, "fhir-extension", "an extension has either a value or extensions (ext-1)");
            }
        }
    }

    fn element(
        &mut self,
        element: &Element,
        slot: Slot,
        value: &Value,
        beside: Option<&Value>,
        at: &Step<'_>,
    ) {
        match (element.many, value) {
            (true, Value::Array(items)) => {
                if items.is_empty() {
                    self.note(at, "fhir-empty", "an array is never empty; leave the element out");
                }
                for (i, item) in items.iter().enumerate() {
                    let primitive = matches!(slot.is, Is::Primitive(_));
                    let explained = beside.and_then(|b| b.get(i)).is_some_and(|b| !b.is_null());
                    if !(item.is_null() && primitive && explained) {
                        self.value(element, slot.is, item, &Step::Item(at, i));
                    }
                }
            }
            (true, _) => self.note(at, "fhir-type", "this element repeats: an array is expected"),
            (false, Value::Array(_)) => {
                self.note(at, "fhir-cardinality", "this element does not repeat: no array is expected");
            }
            (false, single) => self.value(element, slot.is, single, at),
        }
    }

    fn value(&mut self, element: &Element, is: Is, value: &Value, at: &Step<'_>) {
        if value.is_null() {
            return self.note(at, "fhir-empty", "null says nothing; leave the element out");
        }
        match is {
            Is::Primitive(primitive) => {
                if let Err((code, why)) = primitive.check(value) {
                    self.note(at, code, why);
                } else if let (Primitive::Code, Some(set), Some(code)) =
                    (primitive, element.codes, value.as_str())
                {
                    self.bound(set, &[code], at);
                }
            }
            Is::Complex(index) => {
                let of = self.table.of(index);
                let Value::Object(map) = value else {
                    return self.note(at, "fhir-type", format!("{} is an object", of.name));
                };
                self.object(of, map, at);
                if let (Some(set), Some(Value::Array(codings))) = (element.codes, map.get("coding")) {
                    let codes: Vec<&str> = codings.iter().filter_map(|c| c.get("code")?.as_str()).collect();
                    self.bound(set, &codes, at);
                }
            }
            Is::Resource if element.name == "contained" => {
                if self.contained {
                    return self.note(
                        at,
                        "fhir-contained",
                        "a contained resource contains nothing itself (dom-2)",
                    );
                }
                self.contained = true;
                self.resource(value, at);
                self.contained = false;
            }
            Is::Resource => {
                // A resource in an entry of a contained bundle may contain again.
                let outer = std::mem::replace(&mut self.contained, false);
                self.resource(value, at);
                self.contained = outer;
            }
        }
    }

    /// One of `codes` must be in the value set; no codes at all is a matter of cardinality.
    fn bound(&mut self, set: usize, codes: &[&str], at: &Step<'_>) {
        if codes.is_empty() || codes.iter().any(|code| self.table.allows(set, code)) {
            return;
        }
        let known = self.table.codes(set);
        let some = known.iter().take(12).copied().collect::<Vec<_>>().join(", ");
        let more = if known.len() > 12 { ", …" } else { "" };
        let diagnostics = format!("{} is not one of the codes required here: {some}{more}", shown(codes[0]));
        self.note(at, "fhir-required-code", diagnostics);
    }

    /// `_name`: ids and extensions of a primitive, or an array of them.
    fn companions(&mut self, element: &Element, value: &Value, at: &Step<'_>) {
        let of = self.table.companion();
        match (element.many, value) {
            (true, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    match item {
                        Value::Null => {}
                        Value::Object(map) => self.object(of, map, &Step::Item(at, i)),
                        _ => self.note(&Step::Item(at, i), "fhir-type", "an object or null is expected"),
                    }
                }
            }
            (false, Value::Object(map)) => self.object(of, map, at),
            _ => self.note(at, "fhir-type", "beside a primitive stands an object, beside an array an array"),
        }
    }
}

/// True when another type of the choice that `slot` fills stands under another name.
fn others_fill(of: &Type, map: &Map<String, Value>, slot: Slot, name: &str) -> bool {
    map.keys().any(|key| {
        let key = key.trim_start_matches('_');
        key != name && of.slot(key).is_some_and(|other| other.element == slot.element)
    })
}

/// The companion array of an array that holds nulls: only there does it matter to what stands in the array.
fn companion_of<'a>(map: &'a Map<String, Value>, key: &str, value: &Value) -> Option<&'a Value> {
    match value {
        Value::Array(items) if items.iter().any(Value::is_null) => map.get(&format!("_{key}")),
        _ => None,
    }
}

/// What was sent, short and quoted: enough to find it, too little to leak a record into a log.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    format!("{short:?}")
}

#[cfg(test)]
mod tests;
