//! The binary `carnet`.

use std::process::ExitCode;

use clap::Parser;

/// A request is many small JSON values and strings; an allocator made for them is worth a seventh of a deposit.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::run(server::cli::Cli::parse())
}
