//! Every dependency has a licence on the list in `deny.toml`; advisories are asked for where `cargo-deny` is at hand.

use std::collections::BTreeSet;

use crate::shell::{Failed, has, output, root, step};

/// Checks licences, and advisories when `cargo-deny` is installed and its database can be reached.
pub(crate) fn check() -> Result<(), Failed> {
    let allowed = allowed()?;
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|e| Failed(format!("cargo metadata: {e}")))?;
    let mut wrong = Vec::new();
    let mut count = 0;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or_default();
        count += 1;
        if !satisfied(licence, &allowed) {
            wrong.push(format!("{name} {}: {licence:?}", package["version"].as_str().unwrap_or_default()));
        }
    }
    if !wrong.is_empty() {
        return Err(Failed(format!("licences that deny.toml does not allow:\n  {}", wrong.join("\n  "))));
    }
    eprintln!("licences of {count} packages: fine");
    if !has("cargo-deny") {
        return unasked("cargo-deny is not installed");
    }
    if step("cargo", &["deny", "fetch"]).is_err() {
        return unasked("the database of advisories cannot be reached");
    }
    step("cargo", &["deny", "check", "advisories", "bans", "sources"])
}

/// A build without network goes on without advisories, unless `CARNET_ADVISORIES` is `required`: so in the pipeline that
/// decides what is delivered (ASVS V15.2.1).
fn unasked(why: &str) -> Result<(), Failed> {
    if std::env::var_os("CARNET_ADVISORIES").is_some_and(|value| value == "required") {
        return Err(Failed(format!("advisories are required, and {why}")));
    }
    eprintln!("advisories: not checked here, {why}");
    Ok(())
}

fn allowed() -> Result<BTreeSet<String>, Failed> {
    let text =
        std::fs::read_to_string(root().join("deny.toml")).map_err(|e| Failed(format!("deny.toml: {e}")))?;
    let table: toml::Table = text.parse().map_err(|e| Failed(format!("deny.toml: {e}")))?;
    let list = table.get("licenses").and_then(|t| t.get("allow")).and_then(|v| v.as_array());
    Ok(list.into_iter().flatten().filter_map(|v| v.as_str()).map(str::to_owned).collect())
}

/// True when an SPDX expression can be met with allowed licences: `OR` needs one side, `AND` both.
fn satisfied(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, allowed);
    met && at == words.len() && !words.is_empty()
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        // Both sides are read, so that the position is right.
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any(words, at, allowed);
        *at += 1;
        return met;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed.contains(&format!("{word} WITH {exception}"));
    }
    allowed.contains(*word)
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions_are_met_as_spdx_means_them() {
        let allowed =
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"].map(str::to_owned).into();
        for (expression, met) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0 OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND ISC", true),
            ("(GPL-2.0 OR GPL-3.0) AND ISC", false),
            ("Apache-2.0 WITH LLVM-exception OR BSD-4-Clause", true),
            ("Apache-2.0 WITH Other-exception", false),
            ("", false),
        ] {
            assert_eq!(satisfied(expression, &allowed), met, "{expression}");
        }
    }
}
