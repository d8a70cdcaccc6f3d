//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::{Chance, Clock, Fault};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::house::House;
use crate::{demo, doors, pdf_text, serve};

/// Carnet: a personal health space for a whole country.
#[derive(Debug, Parser)]
#[command(name = "carnet", version)]
pub struct Cli {
    /// Configuration file (TOML). Without it: the embedded engine, in ./carnet-data.
    #[arg(long, global = true, env = "CARNET_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves web, FHIR and sign-in, and works off the queue.
    Serve,
    /// Starts with a small country that does not exist.
    Demo {
        /// Folder for its data.
        #[arg(long, default_value = "./carnet-data-demo")]
        data: PathBuf,
        /// Port of the web; the admin door takes the next one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Address of a database server; without it the embedded engine.
        #[arg(long, default_value = "")]
        database: String,
    },
    /// Prints the table of routes.
    Routes,
    /// Takes the text out of a PDF (started by the worker; reads standard input).
    #[command(hide = true)]
    PdfText,
}

/// Runs a command; the exit code is 0 when it went well, 1 when not, 2 when the command line was wrong.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("carnet: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> Result<(), Fault> {
    match cli.command {
        Command::PdfText => pdf_text::child(),
        Command::Routes => {
            print(&doors::print());
            Ok(())
        }
        Command::Demo { data, port, database } => {
            let config = demo::config(&data, port, &database)?;
            start_log(&config);
            runtime()?.block_on(demo::run(config))
        }
        Command::Serve => {
            let config = load(cli.config.as_deref())?;
            start_log(&config);
            runtime()?.block_on(async {
                let house = House::open(config, Clock::Wall, Chance::System, None)?;
                serve::until_told(house).await
            })
        }
    }
}

/// Reads the configuration from the file and from the process's environment: the only place that does.
fn load(file: Option<&std::path::Path>) -> Result<Config, Fault> {
    let variables = std::env::vars().filter(|(name, _)| name != "CARNET_CONFIG");
    Config::load(file, variables)
}

fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only the first of several calls in one process sets the log, which is what a test wants.
    let _ = if config.log_json { log.json().try_init() } else { log.try_init() };
}

fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Writes to standard output; a reader that has gone away (`| head`) is no failure.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
