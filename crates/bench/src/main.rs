//! `carnet-bench`: the load generator as a program of its own, so that it never shares a process with the
//! server it measures.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match bench::run(&bench::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let _ = writeln!(std::io::stderr(), "carnet-bench: {trouble}");
            ExitCode::FAILURE
        }
    }
}
