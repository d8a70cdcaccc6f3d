//! The table of the OWASP ASVS: every requirement of levels 1 and 2 has one row, and every test that a row names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../../../docs/security/asvs.md");

/// Sections of ASVS 5.0.0 with the level of each of their requirements, in order: `V1.1.1` and `V1.1.2` are of level 2.
const LEVELS: &str = "1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23 3.1:3
    3.2:113 3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222 5.1:2 5.2:112333
    5.3:113 5.4:222 6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222 7.1:222
    7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222 10.1:22 10.2:223
    10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222 11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23
    11.6:23 11.7:33 12.1:12233 12.2:11 12.3:22223 13.1:2333 13.2:222223 13.3:2233 13.4:1222233 14.1:22 14.2:12223333
    14.3:122 15.1:12233 15.2:12233 15.3:1222222 15.4:3333 16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23
    17.2:22223333 17.3:22";

/// Every requirement with its level.
fn requirements() -> BTreeMap<String, char> {
    let sections = LEVELS.split_whitespace().map(|section| section.split_once(':').unwrap());
    sections
        .flat_map(|(section, levels)| {
            levels.chars().zip(1..).map(move |(level, n)| (format!("V{section}.{n}"), level))
        })
        .collect()
}

/// The rows: id, level, paraphrase, how it holds.
fn rows() -> Vec<Vec<String>> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| V"));
    rows.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// Words in backquotes that name a test: several words joined by underscores, and nothing else.
pub fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|word| {
        let plain = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        plain && word.matches('_').count() >= 2 && !word.starts_with("carnet_")
    })
}

/// Every name of a function below this folder.
pub fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let mut test = false;
            for line in text.lines().map(str::trim_start) {
                if let Some(rest) = line.strip_prefix("fn ").filter(|_| test) {
                    found.insert(rest.split(['(', '<']).next().unwrap().to_owned());
                }
                // Attributes may stand between the mark and the function; properties have theirs in a macro.
                test = line.starts_with("#[test]")
                    || (test && (line.starts_with("#[") || line.starts_with("//")));
            }
        }
    }
}

#[test]
fn every_requirement_of_levels_one_and_two_has_one_row() {
    let requirements = requirements();
    let count = |level| requirements.values().filter(|of| **of == level).count();
    // What OWASP says of version 5.0.0: 70, 183 and 92.
    assert_eq!((count('1'), count('2'), count('3')), (70, 183, 92));
    let rows = rows();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let [id, level, short, how] = row.as_slice() else { panic!("four cells: {row:?}") };
        assert!(seen.insert(id.clone()), "{id} has two rows");
        let known = requirements.get(id).unwrap_or_else(|| panic!("there is no {id}"));
        assert_eq!(level, &known.to_string(), "{id}");
        assert!(!short.is_empty() && !how.is_empty(), "{id} is not argued");
    }
    let missing: Vec<_> = requirements
        .iter()
        .filter(|(id, level)| **level != '3' && !seen.contains(*id))
        .map(|(id, _)| id)
        .collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

#[test]
fn every_gap_is_listed_at_the_top() {
    let (_, rest) = TABLE.split_once("## Gaps").unwrap();
    let (list, _) = rest.split_once("\n## ").unwrap();
    let mut listed: Vec<&str> =
        list.split("**").skip(1).step_by(2).filter(|word| word.starts_with('V')).collect();
    let rows = rows();
    let mut gaps: Vec<&str> =
        rows.iter().filter(|row| row[3].starts_with("**gap**")).map(|row| row[0].as_str()).collect();
    listed.sort_unstable();
    gaps.sort_unstable();
    assert_eq!(listed, gaps);
}

#[test]
fn every_test_that_a_row_names_exists() {
    let mut known = BTreeSet::new();
    functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut known);
    assert!(known.len() > 300, "only {} tests were found", known.len());
    let named: BTreeSet<&str> = tests_named(TABLE).collect();
    assert!(named.len() > 100, "only {} tests are named", named.len());
    let missing: Vec<_> = named.iter().filter(|name| !known.contains(**name)).collect();
    assert!(missing.is_empty(), "no such test: {missing:?}");
}
