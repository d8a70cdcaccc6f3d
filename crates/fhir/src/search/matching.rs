//! Does a resource pass a filter?

use kernel::Instant;
use kernel::text::fold;
use serde_json::Value;

use super::params::Param;
use super::{Clause, Modifier, Prefix, Test};
use crate::datetime;
use crate::view::{items, text};
use kernel::ids::unique_id;

/// Every value that a parameter looks at, in the resource's order.
pub(super) fn values<'a>(param: &Param, resource: &'a Value) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for path in param.paths {
        follow(resource, resource, path, &mut found);
    }
    found
}

fn follow<'a>(resource: &'a Value, value: &'a Value, path: &str, found: &mut Vec<&'a Value>) {
    if let Value::Array(all) = value {
        for item in all {
            follow(resource, item, path, found);
        }
        return;
    }
    if path.is_empty() {
        found.push(value);
        return;
    }
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    if let Some(tail) = head.strip_prefix("ext:") {
        for extension in items(value, "extension") {
            if text(extension, &["url"]).is_some_and(|url| url.ends_with(tail)) {
                follow(resource, extension, rest, found);
            }
        }
    } else if head == "->" {
        if let Some(target) = contained(resource, value) {
            follow(resource, target, rest, found);
        }
    } else if let Some(next) = value.get(head) {
        follow(resource, next, rest, found);
    }
}

/// The contained resource that a reference means.
fn contained<'a>(resource: &'a Value, reference: &Value) -> Option<&'a Value> {
    let id = text(reference, &["reference"])?.strip_prefix('#')?;
    items(resource, "contained").iter().find(|c| text(c, &["id"]) == Some(id))
}

pub(super) fn passes(clause: &Clause, resource: &Value) -> bool {
    let values = values(clause.param, resource);
    if clause.modifier != Modifier::Identifier {
        return holds(clause, &values);
    }
    values.iter().any(|reference| {
        let identifiers = reference.get("identifier").into_iter();
        let of_target = contained(resource, reference).map_or(&[][..], |target| items(target, "identifier"));
        let mut all = identifiers.chain(of_target);
        all.any(|identifier| clause.tests.iter().any(|t| token(t, identifier)))
    })
}

/// Whether these values of a parameter pass; for all but `:identifier`, which looks around in the resource.
pub(super) fn holds(clause: &Clause, values: &[&Value]) -> bool {
    let mut tested = values.iter().flat_map(|value| clause.tests.iter().map(move |test| (test, *value)));
    match clause.modifier {
        Modifier::Missing(missing) => values.is_empty() == missing,
        // R4: what has no value at all is among those that are not it.
        Modifier::Not => !tested.any(|(test, value)| token(test, value)),
        Modifier::Text => tested.any(|(test, value)| words(test, value)),
        _ => tested.any(|(test, value)| one(test, &clause.modifier, value)),
    }
}

fn one(test: &Test, modifier: &Modifier, value: &Value) -> bool {
    match test {
        Test::Token { .. } => token(test, value),
        Test::Date { prefix, from, to } => when(value).is_some_and(|span| prefix.holds(span, (*from, *to))),
        Test::Text(sought) => value.as_str().is_some_and(|own| match modifier {
            Modifier::Exact => own == sought,
            Modifier::Contains => fold(own).contains(sought.as_str()),
            _ => fold(own).starts_with(sought.as_str()),
        }),
        Test::Reference(sought) => refers(value, sought),
    }
}

/// True when a coded value, an identifier, a plain code or a boolean is the one sought.
fn token(test: &Test, value: &Value) -> bool {
    let Test::Token { system, code } = test else { return false };
    let of = |own: Option<&str>| match system.as_deref() {
        None => true,
        Some("") => own.is_none(),
        Some(sought) => own == Some(sought),
    };
    let is = |own: Option<&str>| code.as_deref().is_none_or(|sought| own == Some(sought));
    match value {
        // A plain code's system is implied by its element; naming it may not hurt.
        Value::String(own) => is(Some(own)),
        Value::Bool(own) => is(Some(if *own { "true" } else { "false" })),
        Value::Object(_) if value.get("coding").is_some() => {
            items(value, "coding").iter().any(|c| of(text(c, &["system"])) && is(text(c, &["code"])))
        }
        Value::Object(_) if value.get("value").is_some() => {
            let (own_system, own) = (text(value, &["system"]), text(value, &["value"]));
            let same_id = |own| {
                code.as_deref().is_some_and(|c| unique_id(system.as_deref(), c) == unique_id(own_system, own))
            };
            (of(own_system) && is(own)) || own.is_some_and(same_id)
        }
        Value::Object(_) => of(text(value, &["system"])) && is(text(value, &["code"])),
        _ => false,
    }
}

/// `:text`: the words of a code.
fn words(test: &Test, value: &Value) -> bool {
    let Test::Text(sought) = test else { return false };
    let own = items(value, "coding").iter().filter_map(|c| text(c, &["display"]));
    let mut own = own.chain(text(value, &["text"])).chain(text(value, &["display"]));
    own.any(|words| fold(words).contains(sought.as_str()))
}

/// The span of a date or of a `Period`; a period without one end never ends, or never began.
pub(super) fn when(value: &Value) -> Option<(Instant, Instant)> {
    if let Some(text) = value.as_str() {
        return datetime::span(text);
    }
    let part = |name| text(value, &[name]).and_then(datetime::span);
    let (start, end) = (part("start"), part("end"));
    if start.is_none() && end.is_none() {
        return None;
    }
    Some((start.map_or(Instant(i64::MIN), |s| s.0), end.map_or(Instant(i64::MAX), |e| e.1)))
}

impl Prefix {
    /// Compares the resource's span with the one sought (R4 §3.1.1.4.5).
    fn holds(self, own: (Instant, Instant), sought: (Instant, Instant)) -> bool {
        let inside = sought.0 <= own.0 && own.1 <= sought.1;
        match self {
            Self::Eq => inside,
            Self::Ne => !inside,
            Self::Gt => own.1 > sought.1,
            Self::Lt => own.0 < sought.0,
            Self::Ge => own.1 > sought.1 || inside,
            Self::Le => own.0 < sought.0 || inside,
            Self::Sa => own.0 >= sought.1,
            Self::Eb => own.1 <= sought.0,
        }
    }
}

/// True when a `Reference` means what is sought: `Type/id`, `id`, or the whole address.
fn refers(reference: &Value, sought: &str) -> bool {
    let literal = text(reference, &["reference"]).unwrap_or_default();
    let own = literal.split("/_history/").next().unwrap_or_default();
    !own.is_empty()
        && (own == sought
            || own.strip_suffix(sought).is_some_and(|before| before.ends_with('/'))
            || sought.strip_suffix(own).is_some_and(|before| before.ends_with('/')))
}
