//! What the house demands of its own text (DESIGN, "Limits that a test enforces"). Clippy holds the length of
//! functions (`clippy.toml`); here is what clippy cannot see.

use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file of ours with one of these endings, by its path from the root.
fn files(endings: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | ".git" | "dist")
                    && !name.starts_with("carnet-data")
                {
                    walk(&path, found);
                }
            } else {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let mut files: Vec<(String, String)> = paths
        .into_iter()
        .filter_map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            endings.iter().any(|ending| name.ends_with(ending)).then(|| {
                let text = fs::read_to_string(&path).unwrap_or_default();
                (name, text)
            })
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "nothing ends with {endings:?}");
    files
}

/// Where in `text` a line of code (not a comment) holds one of `words`.
fn lines_with<'a>(text: &'a str, words: &'a [&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().filter_map(move |(n, line)| {
        let code = line.split("//").next().unwrap_or_default();
        words.iter().any(|word| code.contains(word)).then_some((n + 1, line.trim()))
    })
}

/// Test code may know what rooms may not.
fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/examples/")
        || path.ends_with("tests.rs")
        || path.contains("/testing/")
        || path.ends_with("testing.rs")
}

/// The part of a file before its own tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

fn must_be_empty(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// Code that holds one of `words` outside the places where it is `allowed`.
fn strays(words: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    files(&[".rs"])
        .iter()
        .filter(|(path, _)| !is_test(path) && !allowed(path))
        .flat_map(|(path, text)| {
            lines_with(without_tests(text), words)
                .map(|(n, line)| format!("{path}:{n}: {line}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn files_are_short_enough_to_be_read() {
    let long: Vec<String> = files(&[".rs", ".mjs", ".js"])
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    must_be_empty(&format!("files over {LONGEST_FILE} lines"), &long);
}

#[test]
fn the_limit_of_functions_is_not_switched_off() {
    let clippy = fs::read_to_string(root().join("clippy.toml")).unwrap();
    assert!(clippy.contains("too-many-lines-threshold = 70"));
    let found = strays(&["clippy::too_many_lines"], |_| false);
    must_be_empty("functions that were let off", &found);
}

#[test]
fn sql_stands_in_queries() {
    let words =
        ["\"SELECT ", "\"INSERT INTO", "\"UPDATE ", "\"DELETE FROM", "\"CREATE TABLE", "\"WITH RECURSIVE"];
    let found = strays(&words, |path| {
        path.ends_with("queries.rs") || path.starts_with("crates/store/") || path.starts_with("crates/bench/")
    });
    must_be_empty("SQL outside queries.rs", &found);
}

#[test]
fn engines_are_named_in_the_store_only() {
    let found = strays(&["rusqlite", "postgres", "Postgres", "sqlite", "Sqlite"], |path| {
        path.starts_with("crates/store/")
            // Where an operator's address becomes a place, and where a machine is set up.
            || path == "crates/server/src/config.rs"
            || path == "crates/server/src/config/keys.rs"
            || path.starts_with("crates/xtask/")
            || path.starts_with("crates/bench/")
    });
    must_be_empty("engines named outside the store", &found);
}

#[test]
fn time_is_an_argument() {
    let words = ["SystemTime::now", "Timestamp::now", "Zoned::now"];
    must_be_empty("clocks", &strays(&words, |path| path == "crates/kernel/src/clock.rs"));
}

#[test]
fn chance_is_an_argument() {
    let words = ["rand::rng(", "thread_rng", "OsRng", "SystemRandom"];
    let found = strays(&words, |path| {
        path == "crates/kernel/src/chance.rs"
            // A signature draws its own nonce; nobody may seed it.
            || path == "crates/oauth/src/jwk.rs"
            || path.starts_with("crates/store/")
            || path.starts_with("crates/bench/")
    });
    must_be_empty("sources of chance", &found);
}

#[test]
fn rooms_and_tongues_touch_nothing_outside() {
    let words = ["env::var", "TcpListener", "TcpStream", "UdpSocket", "std::fs::", "tokio::", "reqwest::"];
    let found = strays(&words, |path| {
        ["server", "store", "bench", "xtask"].iter().any(|name| path.starts_with(&format!("crates/{name}/")))
            || path.ends_with("/build.rs")
            // The insurer's file is larger than memory: the room streams it itself.
            || path.starts_with("crates/people/src/enrolment/load")
    });
    must_be_empty("rooms that reach outside", &found);
}

#[test]
fn the_environment_is_read_in_one_place() {
    let found = strays(&["env::var"], |path| {
        path == "crates/server/src/cli.rs"
            || path.ends_with("/build.rs")
            || path.starts_with("crates/xtask/")
            || path.starts_with("crates/bench/")
    });
    must_be_empty("reads of the environment", &found);
}

#[test]
fn keys_of_spaces_are_asked_for_where_permission_is_decided() {
    let found = strays(&[".space_key("], |path| {
        [
            "crates/store/",
            "crates/people/src/consent/",
            "crates/people/src/enrolment/",
            "crates/people/src/person/",
            "crates/bench/benches/",
        ]
        .iter()
        .any(|folder| path.starts_with(folder))
    });
    must_be_empty("keys asked for past consent", &found);
}

#[test]
fn knowledge_says_where_it_comes_from_and_when() {
    let nameless: Vec<String> = files(&[".toml"])
        .iter()
        .filter(|(path, _)| path.starts_with("knowledge/"))
        .filter(|(_, text)| !(text.contains("source") && (text.contains("date") || text.contains("from"))))
        .map(|(path, _)| path.clone())
        .collect();
    must_be_empty("knowledge without source or date", &nameless);
}

#[test]
fn every_path_that_a_document_names_exists() {
    let tops = ["crates/", "docs/", "policies/", "knowledge/", "migrations/", "web/", ".ci/", "tests/it/"];
    let root = root();
    let mut missing = Vec::new();
    for (file, text) in files(&[".md"]) {
        let folder = root.join(&file).parent().unwrap().to_owned();
        for quoted in text.split('`').skip(1).step_by(2) {
            let path = quoted.split([' ', ':', '#', ',']).next().unwrap_or_default();
            let is_path = tops.iter().any(|top| path.starts_with(top))
                && !path.contains(['*', '<', '{', '$', '…'])
                && !path.starts_with("web/dist")
                && !path.starts_with("web/node_modules");
            let found = root.join(path).exists() || root.join("crates/server").join(path).exists();
            if is_path && !found {
                missing.push(format!("{file}: {path}"));
            }
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty()
                && !path.contains("://")
                && !path.starts_with("mailto:")
                && !folder.join(path).exists()
            {
                missing.push(format!("{file}: {path}"));
            }
        }
    }
    must_be_empty("paths that do not exist", &missing);
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Written in pieces, so that this file does not hold them.
    let words = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/tmp", "/bash"].concat()];
    let found: Vec<String> =
        files(&[".rs", ".md", ".toml", ".mjs", ".js", ".css", ".sql", ".ftl", ".cedar", "run"])
            .iter()
            .flat_map(|(path, text)| {
                words
                    .iter()
                    .filter(|word| text.contains(word.as_str()))
                    .map(move |word| format!("{path}: {word}"))
            })
            .collect();
    must_be_empty("names of somebody's machine", &found);
}
