//! Getting what a clean clone lacks.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::shell::{Failed, has, output, root, step};

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

/// Programs that only tests need: PostgreSQL's server and Chromium. Installed when we may, else named.
pub(crate) fn test_programs() -> Result<(), Failed> {
    let mut missing = Vec::new();
    if !has_postgres() {
        missing.push("postgresql");
    }
    if !has("chromium") && !has("chromium-browser") && !has("google-chrome") {
        missing.push("chromium");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let is_root = output("id", &["-u"])?.trim() == "0";
    if is_root && has("apt-get") {
        step("apt-get", &["update", "-q"])?;
        let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
        args.extend(&missing);
        return step("apt-get", &args);
    }
    Err(Failed(format!("the tests need these Debian packages: {}", missing.join(" "))))
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
