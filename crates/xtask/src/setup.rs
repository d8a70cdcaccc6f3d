//! Getting what a clean clone lacks.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::shell::{self, Failed, has, output, root, step, succeeds};

/// Styles, scripts and fonts: `npm ci` when the lock file is newer than what is installed, `npm run build` when a
/// source is newer than what was built.
pub(crate) fn web() -> Result<(), Failed> {
    if !has("node") || !has("npm") {
        return Err(Failed("Node.js 20 or newer (with npm) is needed: https://nodejs.org".to_owned()));
    }
    let version = output("node", &["--version"])?;
    let major: u32 =
        version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if major < 20 {
        return Err(Failed(format!("Node.js 20 or newer is needed; here is {}", version.trim())));
    }
    let web = root().join("web");
    let (locked, installed) = (web.join("package-lock.json"), web.join("node_modules/.package-lock.json"));
    if newest(&locked) > newest(&installed) || !installed.exists() {
        step("npm", &["ci", "--prefix", "web", "--no-fund", "--no-audit"])?;
    }
    let sources = newest(&web.join("src")).max(newest(&web.join("build.mjs"))).max(newest(&installed));
    if !web.join("dist").exists() || sources > newest(&web.join("dist")) {
        step("npm", &["run", "--prefix", "web", "build"])?;
        touch(&web.join("dist"));
    }
    Ok(())
}

/// Programs that only tests need: PostgreSQL's server, Chromium, and what the proofs need.
pub(crate) fn test_programs() -> Result<(), Failed> {
    let mut missing = Vec::new();
    if !has_postgres() {
        missing.push(&["postgresql"][..]);
    }
    if !BROWSERS.into_iter().any(has) {
        // The second saves time, where this Debian has it.
        missing.extend([&["chromium"][..], &["chromium-headless-shell", "chromium"][..]]);
    }
    install(&missing)?;
    solver()
}

/// What browser tests look for (`web/tests/chromium.mjs`).
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The solver of the proofs: the library in its wheel from PyPI, held to the hashes that we keep, under `target`.
/// `crates/proofs/solver/smtlib.py` makes a program of it.
pub(crate) fn solver() -> Result<(), Failed> {
    let folder = shell::target()?.join("cvc5");
    let library = folder.to_string_lossy();
    let answers = || succeeds("python3", &[ADAPTER, "--version"], &[("PYTHONPATH", &library)]);
    if answers() {
        return Ok(());
    }
    let mut missing = Vec::new();
    if !has("python3") {
        missing.push(&["python3"][..]);
    }
    if !succeeds("python3", &["-m", "pip", "--version"], &[]) {
        missing.push(&["python3-pip"][..]);
    }
    install(&missing)?;
    // Made for another Python, or half there.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| Failed(format!("{library}: {e}")))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    let what = ["--only-binary=:all:", "--require-hashes", "-r", SOLVER, "--target", &library];
    if step("python3", &[&pip[..], &what[..]].concat()).is_err() || !answers() {
        return Err(Failed(
            "the proofs need Python 3.10 to 3.14 and a way to PyPI, or a mirror of it".to_owned(),
        ));
    }
    Ok(())
}

const ADAPTER: &str = "crates/proofs/solver/smtlib.py";
const SOLVER: &str = "crates/proofs/solver/requirements.txt";

/// Installs Debian packages when we may, else names them. Each is the first of some that do, if this Debian has it.
fn install(missing: &[&[&str]]) -> Result<(), Failed> {
    if missing.is_empty() {
        return Ok(());
    }
    let is_root = output("id", &["-u"])?.trim() == "0";
    if is_root && has("apt-get") {
        step("apt-get", &["update", "-q"])?;
        let known = |package: &&&str| succeeds("apt-cache", &["show", package], &[]);
        let chosen = missing.iter().filter_map(|some| some.iter().find(known).or(some.last()));
        let args = ["install", "-y", "-q", "--no-install-recommends"].iter().chain(chosen).copied();
        return step("apt-get", &args.collect::<Vec<_>>());
    }
    let named: Vec<String> = missing.iter().map(|some| some.join(" or ")).collect();
    Err(Failed(format!("the tests need these Debian packages: {}", named.join(", "))))
}

fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    has("postgres") || versions.into_iter().any(|version| version.path().join("bin/postgres").exists())
}

/// When the newest file under `path` was changed; the beginning of time when there is none.
fn newest(path: &Path) -> SystemTime {
    let own = fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    if !path.is_dir() {
        return own;
    }
    let inside = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| newest(&entry.path()));
    inside.max().unwrap_or(own)
}

/// A build that changed nothing leaves old files; the newest of them now says that it was made.
fn touch(dist: &Path) {
    let stamp = dist.join(".built");
    // Without the stamp the next command builds once more, which is slow but right.
    let _ = fs::write(stamp, "");
}
