//! Journeys in a real browser, on each engine: this starts the demo and hands it to `node --test web/tests`. Run by
//! `cargo xtask test`, which has set up Chromium and the npm packages.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::Place;

/// A demo of the real binary that ends with this.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Which of the browser tests to run.
#[derive(Clone, Copy, PartialEq)]
enum Tests {
    /// All of them, and every look at every page.
    All,
    /// What people do, from end to end, where it reads and writes spaces, in one language; how pages look and read, what
    /// the script does and what other services see is the same on every engine.
    Journeys,
}

/// Writes into the demo's database behind the server's back: it runs alone, after everything else.
const TAMPERS: &str = "verify.journal.test.mjs";

/// Journeys that say nothing about an engine.
const ENGINES_APART: [&str; 6] = [
    "journey.announcement.test.mjs",
    "journey.back.test.mjs",
    "journey.guide.test.mjs",
    "journey.outside.test.mjs",
    "journey.reading.test.mjs",
    "journey.vigilance.test.mjs",
];

fn journeys(database: &str, which: Tests) {
    let data = tempfile::tempdir().unwrap();
    let port = crate::harness::two_ports();
    let binary = env!("CARGO_BIN_EXE_carnet");
    let _demo = Demo(
        Command::new(binary)
            .args(["demo", "--data"])
            .arg(data.path())
            .args(["--port", &port.to_string(), "--database", database])
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let described = data.path().join("demo.json");
    let started = Instant::now();
    while !described.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "the demo does not answer");
        std::thread::sleep(Duration::from_millis(100));
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let tests: Vec<_> = std::fs::read_dir(web.join("tests"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let on_each = name.starts_with("journey.") && !ENGINES_APART.contains(&name.as_str());
            name.ends_with(".test.mjs") && name != TAMPERS && (which == Tests::All || on_each)
        })
        .collect();
    assert!(!tests.is_empty());
    let node = |tests: &[PathBuf]| {
        let mut node = Command::new("node");
        node.args(["--test", "--test-reporter=tap", "--test-concurrency=1"])
            .args(tests)
            .current_dir(&web)
            .env("CARNET_BASE", format!("http://localhost:{port}"))
            .env("CARNET_DEMO", &described)
            .env("CARNET", binary);
        node
    };
    let mut all = node(&tests);
    match which {
        Tests::All => all.env("CARNET_PAGES", Path::new(binary).ancestors().nth(2).unwrap().join("pages")),
        Tests::Journeys => all.env("CARNET_ANOTHER_ENGINE", "1"),
    };
    let went_well = all.status().unwrap().success();
    // Both are tried, so that one run names everything that is wrong.
    let journal = which == Tests::Journeys || {
        let mut last = node(&[web.join("tests").join(TAMPERS)]);
        last.env("CARNET_DATA", data.path()).status().unwrap().success()
    };
    assert!(went_well && journal);
}

#[test]
#[ignore = "needs Chromium: cargo xtask test"]
fn journeys_on_the_embedded_engine() {
    journeys("", Tests::All);
}

#[test]
#[ignore = "needs Chromium: cargo xtask test"]
fn journeys_on_the_server_engine() {
    let database = store::testing::Database::new().unwrap();
    let Place::Postgres { url, .. } = database.place() else { panic!("not the server engine") };
    journeys(&url, Tests::Journeys);
}
