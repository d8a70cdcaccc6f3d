//! Sorting, and pages that stay right while documents come and go: the next page begins after the last entry
//! of this one, by its sort values and its id, not at a number.

use std::cmp::Ordering;

use kernel::text::fold;
use serde_json::{Map, Value, json};

use super::params::Type;
use super::{Detail, Outline, Query, matching};
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

/// Where something that was found stands among the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Place(Key);

impl Place {
    pub(super) fn of(query: &Query, resource: &Value) -> Self {
        let part = |param: &super::Param| {
            matching::values(param, resource).first().map_or(Part::None, |v| Part::of(param, v))
        };
        let id = text(resource, &["id"]).unwrap_or_default().to_owned();
        Self(Key { parts: query.sort.iter().map(|(param, _)| part(param)).collect(), id })
    }

    /// The same as far as an outline tells it: what sorts by words needs the resource.
    pub(super) fn outlined(query: &Query, outline: &impl Outline) -> Option<Self> {
        let part = |param: &super::Param| match outline.values(param.name)?.first() {
            None => Some(Part::None),
            Some(value) if param.of == Type::Date || !value.is_object() => Some(Part::of(param, value)),
            Some(_) => None,
        };
        let parts = query.sort.iter().map(|(param, _)| part(param)).collect::<Option<_>>()?;
        Some(Self(Key { parts, id: outline.id() }))
    }
}

impl Part {
    fn of(param: &super::Param, value: &Value) -> Self {
        match param.of {
            Type::Date => matching::when(value).map_or(Self::None, |(from, to)| {
                // A period without beginning sorts by the end that it has.
                Self::Time(if from.0 == i64::MIN { to.0 } else { from.0 })
            }),
            _ => Self::Text(fold(&plain(value))),
        }
    }
}

impl Key {
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
        // Acts of one instant in their order: what counts up in an id is not padded.
        (self.id.len(), &self.id).cmp(&(other.id.len(), &other.id))
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

/// One page of what was found, in order.
#[derive(Clone, Debug)]
pub struct Cut<T> {
    total: usize,
    shown: Vec<T>,
    /// The last entry's place when others follow it.
    next: Option<Key>,
}

impl<T> Cut<T> {
    /// How many were found in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The same page with each entry opened.
    ///
    /// # Errors
    /// The first one of `open`.
    pub fn open<U, E>(self, open: impl FnMut(T) -> Result<U, E>) -> Result<Cut<U>, E> {
        let shown = self.shown.into_iter().map(open).collect::<Result<_, E>>()?;
        Ok(Cut { total: self.total, shown, next: self.next })
    }
}

pub(super) fn cut<T>(query: &Query, mut found: Vec<(Place, T)>) -> Cut<T> {
    let total = found.len();
    if query.detail == Detail::Count {
        return Cut { total, shown: Vec::new(), next: None };
    }
    found.sort_by(|(a, _), (b, _)| a.0.compare(&b.0, query));
    let start = query.cursor.as_ref().map_or(0, |cursor| {
        found.partition_point(|(place, _)| place.0.compare(cursor, query) != Ordering::Greater)
    });
    let more = found.len() - start > query.count;
    found.truncate(start + query.count);
    let next = found.last().filter(|_| more).map(|(place, _)| place.0.clone());
    Cut { total, shown: found.drain(start..).map(|(_, one)| one).collect(), next }
}

/// A searchset Bundle with one page of what was found ([`Query::cut`]).
///
/// `self_url` is the address of the search without its query, `https://…/fhir/DocumentReference`: links are
/// made from it and from what was understood, and a resource's address is it and the resource's id.
#[must_use]
pub fn page(cut: Cut<Value>, query: &Query, self_url: &str) -> Value {
    let base = self_url.split('?').next().unwrap_or(self_url);
    let mut bundle = Map::new();
    bundle.insert("resourceType".into(), "Bundle".into());
    bundle.insert("type".into(), "searchset".into());
    bundle.insert("total".into(), cut.total.into());
    let address = |page: Option<&Key>| address(base, &query.understood, page);
    let mut links = vec![json!({"relation": "self", "url": address(query.cursor.as_ref())})];
    links.extend(cut.next.iter().map(|last| json!({"relation": "next", "url": address(Some(last))})));
    bundle.insert("link".into(), links.into());
    let entry = |resource: Value| {
        let id = text(&resource, &["id"]).unwrap_or_default();
        let mut entry = Map::new();
        entry.insert("fullUrl".into(), format!("{base}/{id}").into());
        entry.insert("resource".into(), detailed(resource, &query.detail));
        entry.insert("search".into(), json!({"mode": "match"}));
        Value::Object(entry)
    };
    let entries: Vec<Value> = cut.shown.into_iter().map(entry).collect();
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
fn detailed(mut resource: Value, detail: &Detail) -> Value {
    let mut thin = match detail {
        Detail::Full | Detail::Count => return resource,
        Detail::Summary => validate::summary(&resource),
        Detail::Text => validate::only(&resource, &["text"]),
        Detail::Data => {
            if let Value::Object(map) = &mut resource {
                map.shift_remove("text");
            }
            resource
        }
        Detail::Elements(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            validate::only(&resource, &names)
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
