//! FHIRPath Patch (R4, "FHIRPath Patch"): the changes that a `Parameters` carries, made to one element of a resource and
//! to nothing else. The language of PDSm flow 03, by which a sender says anew who may see a document.
//! <http://hl7.org/fhir/R4/fhirpatch.html>
//!
//! Of FHIRPath this reads what names one element: members, `[n]`, `first()` and `where(a.b = 'c' and …)`.

use kernel::Issue;
use serde_json::{Map, Value};

use crate::view::{items, text};

/// Why a patch was not made.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is about another element, which is not changed this way (PDSm: 405).
    Elsewhere(Issue),
    /// It cannot be understood, or names nothing, or more than one.
    Wrong(Issue),
}

/// Makes all changes of `parameters` to `element` of a resource; none of them when one fails.
///
/// # Errors
/// [`Trouble`]: `patch-element`, `patch-expected`, `patch-path`, `patch-place`, `patch-value`.
pub fn apply(parameters: &Value, resource: &mut Value, element: &str) -> Result<(), Trouble> {
    let operations = items(parameters, "parameter");
    if text(parameters, &["resourceType"]) != Some("Parameters") || operations.is_empty() {
        let said = "this address takes a Parameters with the operations of a FHIRPath Patch";
        return Err(wrong("patch-expected", "Parameters".into(), said));
    }
    let mut changed = resource.clone();
    for (i, operation) in operations.iter().enumerate() {
        let place = format!("Parameters.parameter[{i}]");
        Operation::read(operation, &place)?.apply(&mut changed, element, &place)?;
    }
    *resource = changed;
    Ok(())
}

enum Operation<'a> {
    Add { path: &'a str, name: &'a str, value: Value },
    Replace { path: &'a str, value: Value },
    Delete { path: &'a str },
}

impl<'a> Operation<'a> {
    fn read(operation: &'a Value, place: &str) -> Result<Self, Trouble> {
        let part = |name: &str| items(operation, "part").iter().find(|p| text(p, &["name"]) == Some(name));
        let said = |name: &str| part(name).and_then(scalar).and_then(Value::as_str);
        let path =
            said("path").ok_or_else(|| wrong("patch-path", place.to_owned(), "an operation has a path"))?;
        let value = || {
            let value = part("value").and_then(value_of);
            value.ok_or_else(|| wrong("patch-value", place.to_owned(), "this operation has a value"))
        };
        match said("type") {
            Some("add") => {
                let missing = || wrong("patch-path", place.to_owned(), "an add has the name of what it adds");
                Ok(Self::Add { path, name: said("name").ok_or_else(missing)?, value: value()? })
            }
            Some("replace") => Ok(Self::Replace { path, value: value()? }),
            Some("delete") => Ok(Self::Delete { path }),
            _ => Err(wrong(
                "patch-expected",
                place.to_owned(),
                "an operation is an add, a replace or a delete",
            )),
        }
    }

    fn apply(self, resource: &mut Value, element: &str, place: &str) -> Result<(), Trouble> {
        let (Self::Add { path, .. } | Self::Replace { path, .. } | Self::Delete { path }) = self;
        let steps = steps(path)
            .ok_or_else(|| wrong("patch-path", place.to_owned(), "this path is not understood"))?;
        let kind = text(resource, &["resourceType"]).unwrap_or_default();
        let steps = match steps.split_first() {
            Some((Step::Member(name), rest)) if *name == kind => rest,
            _ => &steps[..],
        };
        let first = match (&self, steps.first()) {
            (Self::Add { name, .. }, None) => Some(*name),
            (_, Some(Step::Member(name))) => Some(*name),
            _ => None,
        };
        if first != Some(element) {
            let said = format!("only {kind}.{element} is changed this way");
            return Err(Trouble::Elsewhere(issue("patch-element", place.to_owned(), said)));
        }
        let found = select(resource, steps);
        let one = match (found.as_slice(), &self) {
            ([one], _) => one.clone(),
            ([], Self::Delete { .. }) => return Ok(()),
            ([], _) => return Err(wrong("patch-place", place.to_owned(), "there is nothing at this path")),
            _ => {
                return Err(wrong(
                    "patch-place",
                    place.to_owned(),
                    "there is more than one thing at this path",
                ));
            }
        };
        match self {
            Self::Add { name, value, .. } => add(resource, &one, name, value)
                .ok_or_else(|| wrong("patch-place", place.to_owned(), "nothing can be added at this path")),
            Self::Replace { value, .. } => {
                if let Some(old) = resource.pointer_mut(&one) {
                    *old = value;
                }
                Ok(())
            }
            Self::Delete { .. } => {
                remove(resource, &one);
                Ok(())
            }
        }
    }
}

fn wrong(code: &'static str, path: String, said: impl Into<String>) -> Trouble {
    Trouble::Wrong(issue(code, path, said))
}

fn issue(code: &'static str, path: String, said: impl Into<String>) -> Issue {
    Issue { code, path: Some(path), diagnostics: said.into().into() }
}

/// The simple `value[x]` of a parameter.
fn scalar(part: &Value) -> Option<&Value> {
    part.as_object()?.iter().find(|(name, _)| name.starts_with("value")).map(|(_, value)| value)
}

/// The value of a parameter: its `value[x]`, or what its parts make together.
fn value_of(part: &Value) -> Option<Value> {
    if let Some(value) = scalar(part) {
        return Some(value.clone());
    }
    let mut made = Map::new();
    for inner in items(part, "part") {
        let (name, value) = (text(inner, &["name"])?, value_of(inner)?);
        match made.get_mut(name).and_then(Value::as_array_mut) {
            Some(several) => several.push(value),
            None if repeats(name) => {
                made.insert(name.to_owned(), Value::Array(vec![value]));
            }
            None => {
                made.insert(name.to_owned(), value);
            }
        }
    }
    (!made.is_empty()).then_some(Value::Object(made))
}

/// Elements that may stand several times, of those that are changed this way.
fn repeats(name: &str) -> bool {
    matches!(name, "securityLabel" | "coding" | "extension")
}

#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    Member(&'a str),
    Nth(usize),
    /// Every comparison holds: members, and the text at their end.
    Where(Vec<(Vec<&'a str>, &'a str)>),
}

/// The steps of a path; `None` when it is more FHIRPath than is read here.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for segment in cut(path.trim(), '.')? {
        let segment = segment.trim();
        if segment == "first()" {
            steps.push(Step::Nth(0));
            continue;
        }
        if let Some(held) = segment.strip_prefix("where(").and_then(|rest| rest.strip_suffix(')')) {
            steps.push(Step::Where(held.split(" and ").map(comparison).collect::<Option<_>>()?));
            continue;
        }
        let (name, nth) = match segment.split_once('[') {
            Some((name, nth)) => (name, Some(nth.strip_suffix(']')?.parse().ok()?)),
            None => (segment, None),
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        steps.push(Step::Member(name));
        steps.extend(nth.map(Step::Nth));
    }
    Some(steps)
}

/// `a.b = 'c'`.
fn comparison(said: &str) -> Option<(Vec<&str>, &str)> {
    let (left, right) = said.split_once('=')?;
    let right = right.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let members: Vec<&str> = left.trim().split('.').collect();
    let named = members.iter().all(|m| !m.is_empty() && m.chars().all(|c| c.is_ascii_alphanumeric()));
    (named && !right.contains('\'')).then_some((members, right))
}

/// Cuts at a sign that stands in no bracket and no quotation; `None` when one of those is not closed.
fn cut(path: &str, at: char) -> Option<Vec<&str>> {
    let (mut depth, mut quoted, mut from) = (0_u32, false, 0);
    let mut parts = Vec::new();
    for (i, c) in path.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            _ if c == at && depth == 0 => {
                parts.push(&path[from..i]);
                from = i + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&path[from..]);
    (depth == 0 && !quoted).then_some(parts)
}

/// Where a path leads to, as JSON pointers.
fn select(resource: &Value, steps: &[Step<'_>]) -> Vec<String> {
    let mut found = vec![String::new()];
    for step in steps {
        found = match step {
            Step::Member(name) => found.iter().flat_map(|at| member(resource, at, name)).collect(),
            Step::Nth(n) => found.into_iter().nth(*n).into_iter().collect(),
            Step::Where(held) => {
                let holds = |at: &String| {
                    held.iter().all(|(members, wanted)| {
                        let mut ends = vec![at.clone()];
                        for name in members {
                            ends = ends.iter().flat_map(|end| member(resource, end, name)).collect();
                        }
                        let said =
                            |end: &String| resource.pointer(end).and_then(Value::as_str) == Some(wanted);
                        ends.iter().any(said)
                    })
                };
                found.into_iter().filter(holds).collect()
            }
        };
    }
    found
}

fn member(resource: &Value, at: &str, name: &str) -> Vec<String> {
    let here = format!("{at}/{name}");
    match resource.pointer(&here) {
        Some(Value::Array(several)) => (0..several.len()).map(|i| format!("{here}/{i}")).collect(),
        Some(_) => vec![here],
        None => Vec::new(),
    }
}

/// Adds a member to the object at a place, beside those of its name where there may be several.
fn add(resource: &mut Value, at: &str, name: &str, value: Value) -> Option<()> {
    let object = resource.pointer_mut(at)?.as_object_mut()?;
    match object.get_mut(name) {
        Some(Value::Array(several)) => several.push(value),
        None if repeats(name) => {
            object.insert(name.to_owned(), Value::Array(vec![value]));
        }
        _ => {
            object.insert(name.to_owned(), value);
        }
    }
    Some(())
}

/// Takes away what stands at a place, and what is empty then: FHIR knows no empty elements.
fn remove(resource: &mut Value, at: &str) {
    let Some((parent, last)) = at.rsplit_once('/') else { return };
    let empty = match resource.pointer_mut(parent) {
        Some(Value::Array(several)) => {
            if let Some(i) = last.parse().ok().filter(|i: &usize| *i < several.len()) {
                several.remove(i);
            }
            several.is_empty()
        }
        Some(Value::Object(map)) => {
            map.remove(last);
            map.is_empty()
        }
        _ => false,
    };
    if empty && !parent.is_empty() {
        remove(resource, parent);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VISIBILITY: &str = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";

    fn operation(kind: &str, path: &str, more: &[Value]) -> Value {
        let mut part =
            vec![json!({"name": "type", "valueCode": kind}), json!({"name": "path", "valueString": path})];
        part.extend_from_slice(more);
        json!({"name": "operation", "part": part})
    }

    fn patch(operations: &[Value]) -> Value {
        json!({"resourceType": "Parameters", "parameter": operations})
    }

    fn label(code: &str) -> Value {
        json!({"coding": [{"system": VISIBILITY, "code": code}]})
    }

    /// The codes of the labels afterwards, or the word for what is wrong.
    fn patched(operations: &[Value]) -> Result<Vec<String>, &'static str> {
        let mut resource = json!({
            "resourceType": "DocumentReference", "status": "current",
            "securityLabel": [
                {"coding": [{"system": "urn:levels", "code": "N"}]}, label("MASQUE_PS"), label("X"), label("X"),
            ],
        });
        let before = resource.clone();
        match apply(&patch(operations), &mut resource, "securityLabel") {
            Ok(()) => {
                assert_eq!(resource["status"], "current");
                let labels = items(&resource, "securityLabel").iter();
                Ok(labels
                    .flat_map(|l| items(l, "coding"))
                    .map(|c| c["code"].as_str().unwrap().into())
                    .collect())
            }
            Err(Trouble::Wrong(issue) | Trouble::Elsewhere(issue)) => {
                assert_eq!(resource, before, "all or nothing");
                Err(issue.code)
            }
        }
    }

    #[test]
    fn each_operation_changes_what_its_path_names_and_nothing_else() {
        let value = |value: Value| json!({"name": "value", "valueCodeableConcept": value});
        let named = |name: &str| json!({"name": "name", "valueString": name});
        let parts = json!({"name": "value", "part": [{"name": "coding", "part": [
            {"name": "system", "valueUri": VISIBILITY}, {"name": "code", "valueCode": "NEW"},
        ]}]});
        let add = |value: Value| operation("add", "DocumentReference", &[named("securityLabel"), value]);
        let delete = |path: &str| operation("delete", &format!("DocumentReference.{path}"), &[]);
        let replace = |path: &str, with: Value| operation("replace", path, &[with]);
        let code = json!({"name": "value", "valueCode": "R"});
        let masked = "securityLabel.where(coding.code = 'MASQUE_PS')";
        type Case = (Vec<Value>, Result<&'static [&'static str], &'static str>);
        let cases: Vec<Case> = vec![
            (vec![add(value(label("NEW")))], Ok(&["N", "MASQUE_PS", "X", "X", "NEW"])),
            (vec![add(parts)], Ok(&["N", "MASQUE_PS", "X", "X", "NEW"])),
            (vec![delete(masked)], Ok(&["N", "X", "X"])),
            (vec![delete("securityLabel[1]")], Ok(&["N", "X", "X"])),
            (vec![delete("securityLabel.coding.where(code='MASQUE_PS')")], Ok(&["N", "X", "X"])),
            (vec![delete("securityLabel.first()"), delete("securityLabel[0]")], Ok(&["X", "X"])),
            // What is not there need not be taken away; of two, none is guessed.
            (vec![delete("securityLabel.where(coding.code='GONE')")], Ok(&["N", "MASQUE_PS", "X", "X"])),
            (vec![delete("securityLabel.where(coding.code='X')")], Err("patch-place")),
            (
                vec![replace(
                    "DocumentReference.securityLabel.coding.where(system='urn:levels').code",
                    code.clone(),
                )],
                Ok(&["R", "MASQUE_PS", "X", "X"]),
            ),
            (
                vec![replace(
                    &format!(
                        "DocumentReference.securityLabel.coding.where(system='{VISIBILITY}' and code='MASQUE_PS').code"
                    ),
                    code.clone(),
                )],
                Ok(&["N", "R", "X", "X"]),
            ),
            (vec![replace("DocumentReference.securityLabel[9]", code.clone())], Err("patch-place")),
            // Nothing is changed when a later one fails.
            (
                vec![delete(masked), replace("DocumentReference.securityLabel[9]", code.clone())],
                Err("patch-place"),
            ),
            (vec![replace("DocumentReference.status", code.clone())], Err("patch-element")),
            (vec![operation("add", "DocumentReference", &[named("status"), code])], Err("patch-element")),
            (vec![delete("securityLabel.where(coding.exists())")], Err("patch-path")),
            (vec![delete("securityLabel.where(")], Err("patch-path")),
            (vec![operation("move", "DocumentReference.securityLabel", &[])], Err("patch-expected")),
            (vec![operation("replace", "DocumentReference.securityLabel[0]", &[])], Err("patch-value")),
            (vec![], Err("patch-expected")),
        ];
        for (operations, expected) in cases {
            let found = patched(&operations);
            let expected = expected.map(|codes| codes.iter().map(|c| (*c).to_owned()).collect());
            assert_eq!(found, expected, "{operations:?}");
        }
    }

    #[test]
    fn an_element_that_is_empty_then_is_gone() {
        let mut resource = json!({"resourceType": "DocumentReference", "securityLabel": [label("X")]});
        let all = patch(&[operation("delete", "DocumentReference.securityLabel[0].coding[0].code", &[])]);
        apply(&all, &mut resource, "securityLabel").unwrap();
        assert_eq!(items(&resource, "securityLabel").len(), 1, "its system is still there");
        let all = patch(&[operation("delete", "DocumentReference.securityLabel[0]", &[])]);
        apply(&all, &mut resource, "securityLabel").unwrap();
        assert_eq!(resource.get("securityLabel"), None);
    }
}
