//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kernel::{Chance, Clock, Fault};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::house::House;
use crate::{commands, demo, doors, pdf_text, serve, worker};

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
    /// Works off the queue and what is due by the clock, without answering requests.
    Worker,
    /// Prints the table of routes.
    Routes,
    /// Measures a running server, or this machine: hands over to `carnet-bench`.
    Bench {
        /// For the load generator.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    #[command(flatten)]
    Operation(commands::Operation),
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
        Command::Operation(operation) => {
            let config = load(cli.config.as_deref())?;
            start_log(&config);
            commands::run(operation, config)
        }
        Command::Bench { args } => bench(&args),
        Command::Worker => {
            let config = load(cli.config.as_deref())?;
            start_log(&config);
            runtime()?.block_on(async {
                let house = House::open(config, Clock::Wall, Chance::System, None)?;
                let (stop, stopped) = tokio::sync::watch::channel(false);
                let working = tokio::spawn(worker::run(house, stopped));
                serve::told_to_stop().await?;
                // Nobody listening means that the worker has ended already.
                let _ = stop.send(true);
                working.await.map_err(|e| Fault::Internal(e.to_string()))
            })
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

/// Starts the load generator that lies beside this binary; it is built apart, so that the server does not carry it.
fn bench(args: &[String]) -> Result<(), Fault> {
    let own = std::env::current_exe()?;
    let beside = own.with_file_name("carnet-bench");
    if !beside.exists() {
        let said = format!("{} is not there; `cargo xtask bench` builds and runs it", beside.display());
        return Err(Fault::Configuration(said));
    }
    let status = std::process::Command::new(beside).args(args).status()?;
    if status.success() { Ok(()) } else { Err(Fault::Io(format!("the load generator ended with {status}"))) }
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
    // Reading a document is work for a core, not waiting: more threads than this only cost memory, each with its own
    // dictionaries and its own share of the allocator.
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Ok(tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(2 * cores + 2)
        .enable_all()
        .build()?)
}

/// Writes to standard output; a reader that has gone away (`| head`) is no failure.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
