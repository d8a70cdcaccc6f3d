//! The load generator: measures a running Carnet, or any FHIR R4 server, over HTTP and from outside.
//!
//! ```text
//! scenario ── makes ──▶ roles ── asked in turn by ──▶ load (closed or open loop) ── over ──▶ wire
//!                                                       └─▶ tally ──▶ report
//! ```
//!
//! It shares its cores with the server it measures, so what it does per request is little: one thread, one
//! buffer, bodies made beforehand in which only ids are patched ([`stencil`]), answers read to their length and
//! not parsed. It says how much of the processor it took itself. Everything random comes from `--seed`.
//!
//! It talks to loopback addresses only, unless `--target` names somebody else: nobody shall be put under load
//! by accident.

pub mod carnet;
pub mod cli;
pub mod demo;
pub mod field;
pub mod guests;
pub mod inside;
pub mod load;
pub mod login;
pub mod machine;
pub mod owners;
pub mod phone;
pub mod population;
pub mod process;
pub mod report;
pub mod scenario;
pub mod settle;
pub mod stencil;
pub mod tally;
pub mod whole;
pub mod wire;

#[cfg(test)]
mod fake;

pub use cli::Cli;

/// Why a measurement did not take place; for the person at the terminal.
pub type Trouble = Box<dyn std::error::Error>;

/// Runs what the command line asks for and prints the figures.
///
/// # Errors
/// Whatever kept a measurement from being made: no server, no permission, no room on disk.
pub fn run(cli: &Cli) -> Result<(), Trouble> {
    cli.run()
}
