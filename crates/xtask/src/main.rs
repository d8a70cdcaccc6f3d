//! The commands that the README names: `cargo xtask demo | test | proofs | ci | conformance | bench`.
//!
//! Each sets up what it needs (npm packages, the built styles, the solver, Debian packages when run as root), so that
//! a clean clone on a machine with Rust and Node.js is enough.

mod licences;
mod report;
mod setup;
mod shell;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shell::{Failed, step};

#[derive(Debug, Parser)]
#[command(name = "xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds Carnet and starts it with a small synthetic country.
    Demo {
        /// Folder for its data; without it, a new one that is thrown away at the end.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Port of the web; the admin door takes the next one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Optimised: slower to build, faster to use.
        #[arg(long)]
        release: bool,
    },
    /// Runs every test: rooms, both engines, pages, browser.
    Test {
        /// Leaves the browser tests out.
        #[arg(long)]
        no_browser: bool,
    },
    /// Fetches the solver and proves what the policies promise; what follows goes to the tests.
    Proofs {
        /// Names of theorems; all when there is none.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Everything a change must pass: format, lints, licences, documentation, tests.
    Ci,
    /// Only the licences (and advisories) of dependencies.
    Licences,
    /// Deposits and opens every file of corpora that others wrote, and compares with docs/conformance.md.
    Conformance {
        /// Folder with cda-fr, cda-us, mhd and fhir-fr.
        #[arg(long)]
        data: PathBuf,
        /// Writes docs/conformance.md anew instead of comparing.
        #[arg(long)]
        write: bool,
    },
    /// Builds optimised and runs the load generator; what follows is passed on.
    Bench {
        /// For the load generator.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failed> {
    match command {
        Command::Demo { data, port, release } => demo(data, port, release),
        Command::Test { no_browser } => test::all(no_browser),
        Command::Proofs { args } => proofs(&args),
        Command::Ci => ci(),
        Command::Licences => licences::check(),
        Command::Conformance { data, write } => conformance(&data, write),
        Command::Bench { args } => bench(&args),
    }
}

fn demo(data: Option<PathBuf>, port: u16, release: bool) -> Result<(), Failed> {
    setup::web()?;
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    let mut build = vec!["build", "-p", "server", "--bin", "carnet"];
    build.extend(profile);
    step("cargo", &build)?;
    // The folder goes away when this function ends, which is when the demo has been stopped.
    let throwaway;
    let data = match data {
        Some(data) => data,
        None => {
            throwaway = tempfile::tempdir().map_err(|e| Failed(format!("no temporary folder: {e}")))?;
            throwaway.path().to_owned()
        }
    };
    let binary = shell::target()?.join(if release { "release/carnet" } else { "debug/carnet" });
    let (binary, data) = (binary.to_string_lossy(), data.to_string_lossy());
    step(&binary, &["demo", "--data", &data, "--port", &port.to_string()])
}

fn proofs(args: &[String]) -> Result<(), Failed> {
    setup::solver()?;
    // As `cargo xtask test` builds them, so that nothing is built twice.
    let mut words = vec!["test", "--workspace", "--test", "proofs", "--"];
    words.extend(args.iter().map(String::as_str));
    step("cargo", &words)
}

fn ci() -> Result<(), Failed> {
    setup::web()?;
    step("cargo", &["fmt", "--all", "--check"])?;
    step("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    licences::check()?;
    shell::step_with(
        "cargo",
        &["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    test::all(false)
}

fn conformance(data: &std::path::Path, write: bool) -> Result<(), Failed> {
    setup::web()?;
    let data = data.canonicalize().map_err(|e| Failed(format!("{}: {e}", data.display())))?;
    let data = data.to_string_lossy();
    let mut variables = vec![("CARNET_TEST_CORPORA", &*data)];
    if write {
        variables.push(("CARNET_TEST_WRITE", "1"));
    }
    let args = ["test", "--workspace", "--test", "it", "--", "--ignored", "--nocapture", "conformance::"];
    shell::step_with("cargo", &args, &variables)
}

fn bench(args: &[String]) -> Result<(), Failed> {
    setup::web()?;
    let build = ["build", "--profile", "fast", "-p", "server", "-p", "bench", "--bins"];
    step("cargo", &build)?;
    let binary = shell::target()?.join("fast/carnet-bench");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    step(&binary.to_string_lossy(), &args)
}
