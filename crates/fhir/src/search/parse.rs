//! From a query string to a [`Query`].

use std::borrow::Cow;

use kernel::Issue;
use kernel::text::fold;

use super::page::Key;
use super::params::{Param, Type};
use super::{Clause, Detail, Handling, Kind, Modifier, PatientKey, Prefix, Query, Test};
use crate::datetime;

/// A page has at most so many entries, whatever is asked for.
const MOST: usize = 500;
/// A page has so many entries when nothing is asked for.
const USUAL: usize = 50;

/// Decoded name–value pairs of a query string (`application/x-www-form-urlencoded`).
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).filter(|h| !h.starts_with('+'));
        match (first, hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn issue(code: &'static str, name: &str, why: impl Into<Cow<'static, str>>) -> Issue {
    Issue { code, path: Some(name.to_owned()), diagnostics: why.into() }
}

pub(super) fn query(kind: Kind, pairs: &[(String, String)], handling: Handling) -> Result<Query, Vec<Issue>> {
    let mut query = Query {
        kind,
        patient: None,
        count: USUAL,
        detail: Detail::Full,
        understood: Vec::new(),
        clauses: Vec::new(),
        sort: Vec::new(),
        cursor: None,
    };
    let mut issues = Vec::new();
    for (name, value) in pairs {
        // An empty value filters nothing (R4 §3.1.1.3).
        if value.is_empty() {
            continue;
        }
        match one(&mut query, name, value) {
            Ok(()) if name != "_page" => query.understood.push((name.clone(), value.clone())),
            Ok(()) => {}
            Err(found) if found.code == "search-unknown-parameter" && handling == Handling::Lenient => {}
            Err(found) => issues.push(found),
        }
    }
    if query.sort.is_empty() {
        query.sort.extend(kind.param("date").map(|date| (date, true)));
    }
    if query.cursor.as_ref().is_some_and(|key| !key.fits(&query)) {
        issues.push(issue("search-page", "_page", "this page belongs to another search"));
    }
    if issues.is_empty() { Ok(query) } else { Err(issues) }
}

fn one(query: &mut Query, name: &str, value: &str) -> Result<(), Issue> {
    match name {
        "_count" => {
            let count =
                value.parse::<usize>().map_err(|_| issue("search-value", name, "a number is expected"))?;
            if count == 0 {
                query.detail = Detail::Count;
            }
            query.count = count.clamp(1, MOST);
        }
        "_sort" => query.sort = sort(query.kind, value)?,
        "_summary" => {
            query.detail = match value {
                "true" => Detail::Summary,
                "text" => Detail::Text,
                "data" => Detail::Data,
                "count" => Detail::Count,
                "false" => Detail::Full,
                _ => return Err(issue("search-value", name, "true, text, data, count or false is expected")),
            }
        }
        "_elements" => {
            query.detail = Detail::Elements(value.split(',').map(|e| e.trim().to_owned()).collect());
        }
        "_page" => {
            query.cursor =
                Some(Key::read(value).ok_or_else(|| issue("search-page", name, "this page is not known"))?);
        }
        // JSON is the only format there is, and totals are always exact.
        "_format" | "_pretty" | "_total" => {}
        "patient" | "subject" => patient(query, name, value)?,
        _ if is_by_number(name) => patient(query, name, value)?,
        _ => {
            let clause = clause(query.kind, name, value)?;
            query.clauses.push(clause);
        }
    }
    Ok(())
}

/// True for a parameter that chooses a record by somebody's number.
pub(super) fn is_by_number(name: &str) -> bool {
    ["patient.identifier", "patient:identifier", "subject:identifier"].contains(&name)
}

fn patient(query: &mut Query, name: &str, value: &str) -> Result<(), Issue> {
    let key = if name.ends_with("identifier") {
        match value.split_once('|') {
            Some((system, value)) if !system.is_empty() && !value.is_empty() => {
                PatientKey::Identifier { system: system.to_owned(), value: value.to_owned() }
            }
            _ => {
                return Err(issue(
                    "search-value",
                    name,
                    "system|value is expected, as in urn:oid:1.2.250.1.213.1.4.8|…",
                ));
            }
        }
    } else {
        PatientKey::Reference(value.to_owned())
    };
    if query.patient.as_ref().is_some_and(|known| *known != key) {
        return Err(issue("search-patients", name, "one search is about one patient"));
    }
    query.patient = Some(key);
    Ok(())
}

fn sort(kind: Kind, value: &str) -> Result<Vec<(&'static Param, bool)>, Issue> {
    let one = |word: &str| {
        let (name, descending) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
        kind.param(name).map(|param| (param, descending)).ok_or_else(|| {
            issue("search-sort", "_sort", format!("{} cannot be sorted by {name:?}", kind.name()))
        })
    };
    value.split(',').map(|word| one(word.trim())).collect()
}

fn clause(kind: Kind, name: &str, value: &str) -> Result<Clause, Issue> {
    let (bare, word) = name.split_once(':').map_or((name, None), |(bare, word)| (bare, Some(word)));
    let param = kind.param(bare).ok_or_else(|| {
        issue(
            "search-unknown-parameter",
            name,
            format!("{} has no search parameter {bare:?} here", kind.name()),
        )
    })?;
    let modifier = match (word, param.of) {
        (None, _) => Modifier::None,
        (Some("missing"), _) => match value {
            "true" => Modifier::Missing(true),
            "false" => Modifier::Missing(false),
            _ => return Err(issue("search-value", name, "true or false is expected")),
        },
        (Some("not"), Type::Token) => Modifier::Not,
        (Some("text"), Type::Token) => Modifier::Text,
        (Some("exact"), Type::Text) => Modifier::Exact,
        (Some("contains"), Type::Text) => Modifier::Contains,
        (Some("identifier"), Type::Reference) => Modifier::Identifier,
        (Some(other), _) => {
            return Err(issue(
                "search-modifier",
                name,
                format!("the modifier {other:?} is not offered here"),
            ));
        }
    };
    let tests = match modifier {
        Modifier::Missing(_) => Vec::new(),
        _ => split(value, ',')
            .iter()
            .map(|part| test(param.of, &modifier, part, name))
            .collect::<Result<_, _>>()?,
    };
    Ok(Clause { param, modifier, tests })
}

fn test(of: Type, modifier: &Modifier, part: &str, name: &str) -> Result<Test, Issue> {
    Ok(match (of, modifier) {
        (_, Modifier::Exact) => Test::Text(unescaped(part)),
        (Type::Text, _) | (_, Modifier::Text) => Test::Text(fold(&unescaped(part))),
        (Type::Reference, Modifier::Identifier) | (Type::Token, _) => token(part),
        (Type::Reference, _) => Test::Reference(unescaped(part)),
        (Type::Date, _) => {
            return date(part).ok_or_else(|| {
                issue(
                    "search-value",
                    name,
                    "a date is expected, with eq, ne, gt, lt, ge, le, sa or eb before it or nothing",
                )
            });
        }
    })
}

fn token(part: &str) -> Test {
    let halves = split(part, '|');
    match halves.as_slice() {
        [code] => Test::Token { system: None, code: Some(unescaped(code)) },
        [system, rest @ ..] => {
            let code = unescaped(&rest.join("|"));
            Test::Token { system: Some(unescaped(system)), code: (!code.is_empty()).then_some(code) }
        }
        [] => Test::Token { system: None, code: None },
    }
}

fn date(part: &str) -> Option<Test> {
    let prefix = match part.get(..2)? {
        "eq" => Some(Prefix::Eq),
        "ne" => Some(Prefix::Ne),
        "gt" => Some(Prefix::Gt),
        "lt" => Some(Prefix::Lt),
        "ge" => Some(Prefix::Ge),
        "le" => Some(Prefix::Le),
        "sa" => Some(Prefix::Sa),
        "eb" => Some(Prefix::Eb),
        _ => None,
    };
    let text = if prefix.is_some() { part.get(2..)? } else { part };
    // A plus sign that nobody escaped arrives as a space.
    let (from, to) = datetime::span(&text.trim_end().replace(' ', "+"))?;
    Some(Test::Date { prefix: prefix.unwrap_or(Prefix::Eq), from, to })
}

/// Splits at `separator` where no backslash stands before it; escapes stay.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == separator && !escaped {
            parts.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// `\,` `\|` `\$` `\\` → the character.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}
