//! Counting what test programs say they did.

/// Why a browser test may be skipped, in the words it gives itself; everything else that is skipped has failed: nobody
/// would know that what it holds is no longer held.
const MAY_BE_SKIPPED: [(&str, &str); 2] = [
    ("an earlier step failed", "that step is counted, and this one could only fail again"),
    (
        "no Python with authlib, and none could be installed",
        "a machine without the package index cannot install it, and three other clients are tried",
    ),
];

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Passed.
    pub(crate) passed: u64,
    /// Failed.
    pub(crate) failed: u64,
}

impl Count {
    /// Adds what one line of output says, in the words of `cargo test`, nextest, `node --test` and our static check.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("test result:") {
            self.passed += before(rest, " passed");
            self.failed += before(rest, " failed");
        } else if line.starts_with("Summary [") {
            self.passed += before(line, " passed");
            self.failed += before(line, " failed") + before(line, " timed out");
        } else if line.contains(" pages, ") && line.contains(" findings, ") {
            // web/tests/static.mjs: a page is a test, and so is every finding.
            self.passed += before(line, " pages,");
            self.failed += before(line, " findings,");
        } else if let Some((name, reason)) = skipped(line) {
            match MAY_BE_SKIPPED.iter().find(|(known, _)| reason.starts_with(known)) {
                Some((_, why)) => eprintln!("xtask: skipped: {name}: {reason} ({why})"),
                None => {
                    self.failed += 1;
                    eprintln!("xtask: skipped, and must not be: {name}: {reason}");
                }
            }
        } else if let Some(n) = after(line, "pass ") {
            self.passed += n;
        } else if let Some(n) = after(line, "fail ") {
            self.failed += n;
        }
    }
}

/// The name of a test that node's TAP says was skipped, and the reason that it gives.
fn skipped(line: &str) -> Option<(&str, &str)> {
    let (_, named) = line.strip_prefix("ok ")?.split_once(" - ")?;
    let (name, reason) = named.split_once(" # SKIP")?;
    Some((name, reason.trim()))
}

/// The number that stands before `word`.
fn before(text: &str, word: &str) -> u64 {
    let Some((head, _)) = text.split_once(word) else { return 0 };
    head.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// The number after `# pass ` or `ℹ pass `, as node's reporters end.
fn after(line: &str, word: &str) -> Option<u64> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    rest.strip_prefix(word)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn each_reporter_is_understood() {
        let mut count = Count::default();
        for line in [
            "test result: FAILED. 13 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
            "     Summary [   1.234s] 120 tests run: 118 passed (2 slow), 2 failed, 3 skipped",
            "90 pages, 3 findings, 12.3 s",
            "# pass 7",
            "ℹ fail 2",
            "ok 1 - pass 900",
        ] {
            count.read(line);
        }
        assert_eq!(count, Count { passed: 228, failed: 8 });
    }

    #[test]
    fn what_was_skipped_has_failed_unless_its_reason_is_known() {
        let mut count = Count::default();
        for (line, failed) in [
            ("    ok 8 - she signs out # SKIP an earlier step failed", 0),
            ("ok 3 - authlib # SKIP no Python with authlib, and none could be installed (CARNET_PYTHON)", 0),
            ("ok 70 - a database that was changed # SKIP CARNET_DATA is not set", 1),
            ("ok 71 - one without a word # SKIP", 2),
            ("ok 72 - she skips a page # of her journal", 2),
            ("not ok 73 - she SKIPs", 2),
        ] {
            count.read(line);
            assert_eq!(count, Count { passed: 0, failed }, "{line}");
        }
    }
}
