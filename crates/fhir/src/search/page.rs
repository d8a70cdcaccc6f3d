//! Sorting, and pages that stay right while documents come and go: the next page begins after the last entry
//! of this one, by its sort values and its id, not at a number.

use std::cmp::Ordering;

use kernel::text::fold;
use serde_json::{Map, Value, json};

use super::params::Type;
use super::{Detail, Query, matching};
use crate::validate;
use crate::view::text;

/// Where an entry stands in the order: its sort values, then its id.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    parts: Vec<Part>,
    id: String,
}

/// One sort value; what has none comes last, whatever the direction.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    None,
    Time(i64),
    Text(String),
}

impl Key {
    fn of(query: &Query, resource: &Value) -> Self {
        let part = |(param, _): &(&'static super::Param, bool)| {
            let values = matching::values(param, resource);
            let Some(first) = values.first() else { return Part::None };
            match param.of {
                Type::Date => matching::when(first).map_or(Part::None, |(from, to)| {
                    // A period without beginning sorts by the end that it has.
                    Part::Time(if from.0 == i64::MIN { to.0 } else { from.0 })
                }),
                _ => Part::Text(fold(&plain(first))),
            }
        };
        let id = text(resource, &["id"]).unwrap_or_default().to_owned();
        Self { parts: query.sort.iter().map(part).collect(), id }
    }

    fn compare(&self, other: &Self, query: &Query) -> Ordering {
        let directions = query.sort.iter().map(|(_, descending)| *descending);
        for ((a, b), descending) in self.parts.iter().zip(&other.parts).zip(directions) {
            let order = match (a, b) {
                (Part::None, Part::None) => Ordering::Equal,
                (Part::None, _) => Ordering::Greater,
                (_, Part::None) => Ordering::Less,
                (Part::Time(a), Part::Time(b)) if descending => b.cmp(a),
                (Part::Time(a), Part::Time(b)) => a.cmp(b),
                (Part::Text(a), Part::Text(b)) if descending => b.cmp(a),
                (Part::Text(a), Part::Text(b)) => a.cmp(b),
                (Part::Time(_), Part::Text(_)) => Ordering::Less,
                (Part::Text(_), Part::Time(_)) => Ordering::Greater,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        self.id.cmp(&other.id)
    }

    /// The opaque word of the `_page` parameter.
    fn write(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::None => Value::Null,
            Part::Time(at) => Value::from(*at),
            Part::Text(words) => Value::from(words.as_str()),
        });
        let all: Vec<Value> = parts.chain([Value::from(self.id.as_str())]).collect();
        kernel::codes::base64url(Value::from(all).to_string().as_bytes())
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        let bytes = kernel::codes::from_base64url(word)?;
        let value = crate::json::parse(&bytes, crate::json::Limits::bytes(4096)).ok()?;
        let (id, parts) = value.as_array()?.split_last()?;
        let part = |value: &Value| match value {
            Value::Null => Some(Part::None),
            Value::Number(_) => value.as_i64().map(Part::Time),
            Value::String(words) => Some(Part::Text(words.clone())),
            _ => None,
        };
        Some(Self { parts: parts.iter().map(part).collect::<Option<_>>()?, id: id.as_str()?.to_owned() })
    }

    /// True when it was made by a search that sorts by as many values.
    pub(super) fn fits(&self, query: &Query) -> bool {
        self.parts.len() == query.sort.len()
    }
}

/// What a value sorts by: its words, or its code.
fn plain(value: &Value) -> String {
    let coding = value.get("coding").and_then(|c| c.get(0)).unwrap_or(value);
    let words = [&["display"][..], &["code"], &["value"], &["reference"]];
    let found = value.as_str().or_else(|| words.iter().find_map(|path| text(coding, path)));
    found.map_or_else(|| value.as_bool().map(|b| b.to_string()).unwrap_or_default(), str::to_owned)
}

/// Sorts as the query asks; equals by id.
pub(super) fn sort(query: &Query, resources: &mut Vec<&Value>) {
    let mut keyed: Vec<(Key, &Value)> = resources.iter().map(|r| (Key::of(query, r), *r)).collect();
    keyed.sort_by(|a, b| a.0.compare(&b.0, query));
    resources.clear();
    resources.extend(keyed.into_iter().map(|(_, resource)| resource));
}

/// A searchset Bundle with one page of `found`, which are the resources that passed ([`Query::select`]).
///
/// `self_url` is the address of the search without its query, `https://…/fhir/DocumentReference`: links are
/// made from it and from what was understood, and a resource's address is it and the resource's id.
#[must_use]
pub fn page(found: &[&Value], query: &Query, self_url: &str) -> Value {
    let base = self_url.split('?').next().unwrap_or(self_url);
    let mut bundle = Map::new();
    bundle.insert("resourceType".into(), "Bundle".into());
    bundle.insert("type".into(), "searchset".into());
    bundle.insert("total".into(), found.len().into());
    let start = query.cursor.as_ref().map_or(0, |cursor| {
        found.partition_point(|r| Key::of(query, r).compare(cursor, query) != Ordering::Greater)
    });
    let rest = found.get(start..).unwrap_or_default();
    let shown = if query.detail == Detail::Count { &[] } else { &rest[..rest.len().min(query.count)] };
    let address = |page: Option<&Key>| address(base, &query.understood, page);
    let mut links = vec![json!({"relation": "self", "url": address(query.cursor.as_ref())})];
    if let Some(last) = shown.last().filter(|_| shown.len() < rest.len()) {
        links.push(json!({"relation": "next", "url": address(Some(&Key::of(query, last)))}));
    }
    bundle.insert("link".into(), links.into());
    let entries: Vec<Value> = shown
        .iter()
        .map(|resource| {
            let id = text(resource, &["id"]).unwrap_or_default();
            json!({
                "fullUrl": format!("{base}/{id}"),
                "resource": detailed(resource, &query.detail),
                "search": {"mode": "match"},
            })
        })
        .collect();
    if !entries.is_empty() {
        bundle.insert("entry".into(), entries.into());
    }
    Value::Object(bundle)
}

fn address(base: &str, understood: &[(String, String)], page: Option<&Key>) -> String {
    let mut out = base.to_owned();
    let page = page.map(|key| ("_page".to_owned(), key.write()));
    for (i, (name, value)) in understood.iter().chain(page.as_ref()).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// Percent-encoding of everything that could mean something else in a query.
fn encode(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b',') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// As much of a resource as was asked for; what is less than all says so (R4 §3.1.1.5.8).
fn detailed(resource: &Value, detail: &Detail) -> Value {
    let mut thin = match detail {
        Detail::Full | Detail::Count => return resource.clone(),
        Detail::Summary => validate::summary(resource),
        Detail::Text => validate::only(resource, &["text"]),
        Detail::Data => {
            let mut whole = resource.clone();
            if let Value::Object(map) = &mut whole {
                map.shift_remove("text");
            }
            whole
        }
        Detail::Elements(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            validate::only(resource, &names)
        }
    };
    if let Value::Object(map) = &mut thin {
        let tag = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"});
        let meta = map.entry("meta").or_insert_with(|| json!({}));
        if let Value::Object(meta) = meta
            && let Value::Array(tags) = meta.entry("tag").or_insert_with(|| json!([]))
        {
            tags.push(tag);
        }
    }
    thin
}
