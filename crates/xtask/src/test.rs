//! Every test there is.

use crate::report::Count;
use crate::setup;
use crate::shell::{self, Failed, watch};

/// Runs them all and ends with one line: how many passed, how many failed.
pub(crate) fn all(no_browser: bool) -> Result<(), Failed> {
    setup::web()?;
    setup::test_programs()?;
    let mut count = Count::default();
    let mut broken = Vec::new();
    let mut run = |what: &'static str, program: &str, args: &[&str]| -> Result<(), Failed> {
        let before = count;
        let fine = watch(program, args, &[], |line| count.read(line))?;
        if !fine && count.failed == before.failed {
            // It failed without naming a test: it did not compile, or it crashed.
            broken.push(what);
        }
        Ok(())
    };
    // Always the whole workspace: the features of a dependency are those that all of ours ask for together, and a
    // choice of packages would build half of the tree, the policy engine too, once more.
    // One process per test program, so that its tests share one PostgreSQL.
    run("tests", "cargo", &["test", "--workspace", "--no-fail-fast"])?;
    // The Rust tests have written every page; these look at them one by one.
    let pages = shell::target()?.join("pages");
    run("static pages", "node", &["web/tests/static.mjs", &pages.to_string_lossy()])?;
    if !no_browser {
        let browser = [
            "test",
            "--workspace",
            "--test",
            "it",
            "--",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
            "browser::",
        ];
        run("browser", "cargo", &browser)?;
    }
    let failed = count.failed + broken.len() as u64;
    for what in &broken {
        eprintln!("{what}: did not run to its end");
    }
    eprintln!("{} passed, {failed} failed", count.passed);
    if failed == 0 { Ok(()) } else { Err(Failed("some tests failed".to_owned())) }
}
