//! What a request costs must not grow with the country: no statement of any room reads a table from end to end, but those
//! that are named here with their reason. (Nor may a range that an index walks grow so; of that a plan says nothing.)

use std::path::{Path, PathBuf};

use crate::Store;
use crate::value::Value;

/// Tables that stay small in a country of any size, and why.
const SMALL: &[(&str, &str)] = &[
    ("house", "a dozen values of the house"),
    ("migration", "one row a migration"),
    ("openid_key", "a few signing keys"),
    ("client", "registered software, looked at by the operator"),
    ("app", "apps of the catalogue, all on one page"),
    ("wave", "waves of enrolment"),
    ("tally", "counts by day, wave and department, looked at by the operator"),
    ("log_witness", "a row a witness"),
];

/// Statements that read a large table from its beginning, and why they may.
const NAMED: &[(&str, &str)] = &[
    ("SELECT person FROM person LIMIT 1", "the first row only"),
    ("SELECT id, heads FROM log_due ORDER BY id LIMIT $1", "the first rows in the order of their key"),
    ("SELECT count(*) FROM log_due", "the doctor's"),
    ("SELECT count(*) FROM log_leaf", "the doctor's"),
    ("SELECT count(*) FROM job WHERE dead_at IS NOT NULL", "the doctor's"),
    ("SELECT person, name, bytes FROM blob ORDER BY person, name, chunk", "a backup holds everything"),
    (
        "SELECT count(*) FROM person WHERE key_generation = $1 AND wrapped_key IS NOT NULL",
        "when a master key is retired, and at the start after a retirement that was cut short",
    ),
    ("SELECT count(*) FROM situation WHERE ended_at IS NULL", "when an extract was imported"),
];

/// Every file in which rooms keep their statements.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.ends_with("queries.rs") {
            found.push(path);
        }
    }
}

/// The texts between quotes in a source, on one line each.
fn texts(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.split_inclusive('\n') {
        // A comment may hold one quote of two.
        let code = if line.trim_start().starts_with("//") { "" } else { line };
        found.push(code);
    }
    let code = found.concat().replace("\\\"", "");
    let words = |text: &str| text.replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    code.split('"').skip(1).step_by(2).map(words).collect()
}

fn statements() -> Vec<String> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut found);
    assert!(found.len() > 10, "{found:?}");
    let is_one = |text: &String| {
        ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "].iter().any(|verb| text.starts_with(verb))
    };
    found.iter().flat_map(|file| texts(&std::fs::read_to_string(file).unwrap())).filter(is_one).collect()
}

/// How SQLite runs a statement, one step a line.
fn plan(store: &Store, sql: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let arguments = vec![Value::Null; (1..40).filter(|n| sql.contains(&format!("${n}"))).max().unwrap_or(0)];
    let looked = store.read(move |tx| {
        let mut plan = Vec::new();
        tx.connection.each_of(&explain, &arguments, &mut |row| {
            plan.push(row.text(3)?);
            Ok(())
        })?;
        Ok(plan)
    });
    looked.wait().unwrap_or_else(|refusal| panic!("{sql}: {refusal}"))
}

#[test]
fn no_statement_reads_a_table_as_large_as_the_country() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let statements = statements();
    assert!(statements.len() > 250, "the test sees {} statements", statements.len());
    let mut wrong = Vec::new();
    for sql in &statements {
        let plan = plan(&store, sql);
        let read: Vec<&str> =
            plan.iter().filter_map(|step| step.strip_prefix("SCAN ")?.split(' ').next()).collect();
        // What a statement made itself it may read.
        let own = |table: &str| plan.iter().any(|step| step.ends_with(&format!("ROUTINE {table}")));
        let large =
            read.into_iter().find(|table| !own(table) && !SMALL.iter().any(|(small, _)| small == table));
        if let Some(table) = large.filter(|_| !NAMED.iter().any(|(named, _)| named == sql)) {
            wrong.push(format!("{sql}\n  reads all of {table}"));
        }
    }
    assert!(wrong.is_empty(), "an index, or a line in this test with the reason:\n{}", wrong.join("\n"));
    for (named, _) in NAMED {
        assert!(statements.iter().any(|sql| sql == named), "nothing says {named} any more");
    }
}

#[test]
fn a_table_read_from_end_to_end_is_noticed() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    assert_eq!(plan(&store, "SELECT person FROM person WHERE department = $1"), ["SCAN person"]);
}
