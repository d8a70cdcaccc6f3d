//! The operator's commands: each opens the house as the server does, says what it does while it does it, and
//! leaves nothing half done.
//!
//! What people read goes to standard error; what a script may want (a code, a head, a table) to standard output.

mod apps;
mod bring;
mod enrolment;
mod keep;
mod keys;
mod professionals;
mod services;
mod software;
mod transparency;
mod verify;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Chance, Clock, Fault, Refusal};

use crate::config::Config;
use crate::house::House;

/// What the operator's team does from a terminal.
#[derive(Debug, Subcommand)]
pub enum Operation {
    /// Reads the insurer's file (CSV or NDJSON; docs/operations/enrolment.md has its columns).
    Enrol {
        /// The file.
        file: PathBuf,
        /// Where lines that are not taken go; FILE.rejects.csv when not given.
        #[arg(long)]
        rejects: Option<PathBuf>,
        /// Lines in one transaction; fewer leave a server that is up its turn sooner.
        #[arg(long)]
        batch: Option<usize>,
    },
    /// Waves of announced persons: announce, letters, activation-letters, list.
    #[command(subcommand)]
    Wave(enrolment::WaveCommand),
    /// Prints a provisional activation code for a person's space, or for a professional's account (six weeks,
    /// single use).
    Code {
        /// INS matricule, 13 or 15 characters.
        #[arg(long, required_unless_present = "rpps")]
        ins: Option<String>,
        /// A professional of the directory, by her RPPS number.
        #[arg(long, conflicts_with = "ins")]
        rpps: Option<String>,
        /// OID of the register that gave it.
        #[arg(long, default_value = "1.2.250.1.213.1.4.8")]
        oid: String,
    },
    /// Members of the operator's team: add.
    #[command(subcommand)]
    Operator(professionals::OperatorCommand),
    /// Accounts of professionals and of the operator's team: suspend, admit.
    #[command(subcommand)]
    Account(professionals::AccountCommand),
    /// Registered software: add, add-service, list, suspend, admit.
    #[command(subcommand)]
    Client(software::ClientCommand),
    /// The catalogue of apps that people may connect: add, list, suspend, resume.
    #[command(subcommand)]
    App(apps::AppCommand),
    /// Master keys: init, rotate, retire; what ID tokens are signed with: rotate-openid; what the transparency log is
    /// signed with: log, rotate-log, retire-log.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The transparency log after a backup was restored: continue, restart.
    #[command(subcommand)]
    Log(transparency::LogCommand),
    /// Writes one consistent moment of everything to a file, while the house is open.
    Backup {
        /// The file; must not exist.
        file: PathBuf,
    },
    /// Loads a backup into an empty store, of either engine.
    Restore {
        /// The file.
        file: PathBuf,
    },
    /// Writes one person's whole space, journal included, sealed with a code that is printed once.
    Export {
        /// Her number.
        #[arg(long)]
        person: i64,
        /// The file; must not exist.
        file: PathBuf,
    },
    /// Brings an exported space in (FILE), documents of the former record (dmp DIR), or professionals (rpps FILE).
    Import {
        /// A sealed export, `dmp` or `rpps`.
        what: PathBuf,
        /// With `dmp`: a folder of IHE XDM archives and bare CDA documents, of many persons. With `rpps`: the public
        /// extract of persons and activities (docs/operations/professionals.md).
        dir: Option<PathBuf>,
        /// Where what is not taken goes; DIR.rejects.csv when not given.
        #[arg(long)]
        rejects: Option<PathBuf>,
        /// With `rpps`: lets the extract end more than half of all activities.
        #[arg(long)]
        shrink: bool,
    },
    /// Walks journals and says what is wrong with them: one person's, or everybody's; or, without any house, checks the
    /// proof of a journal that its owner downloaded (docs/operations/transparency.md).
    Verify(verify::Verify),
    /// Examines keys, schema, disk, clock, every journal, the transparency log, and contents that belong to nobody.
    Doctor {
        /// Also read every content deposited.
        #[arg(long)]
        contents: bool,
        /// Remove contents that belong to nobody.
        #[arg(long)]
        sweep: bool,
    },
}

/// Does what was asked.
///
/// # Errors
/// The sentence that the operator reads.
pub fn run(operation: Operation, config: Config) -> Result<(), Fault> {
    if let Operation::Keys(keys::KeysCommand::Init) = operation {
        return keys::init(&config);
    }
    if let Operation::Keys(keys::KeysCommand::Next { to }) = &operation {
        return keys::next(&config, to);
    }
    if let Operation::Verify(verify::Verify { proof: Some(file), against, .. }) = &operation {
        return verify::proof(file, against);
    }
    let house = House::open(config, Clock::Wall, Chance::System, None)?;
    let done = match operation {
        Operation::Enrol { file, rejects, batch } => enrolment::enrol(&house, &file, rejects, batch),
        Operation::Wave(command) => enrolment::wave(&house, command),
        Operation::Code { rpps: Some(rpps), .. } => professionals::code(&house, &rpps),
        Operation::Code { ins, oid, .. } => enrolment::code(&house, &ins.unwrap_or_default(), &oid),
        Operation::Operator(command) => professionals::operator(&house, command),
        Operation::Account(command) => professionals::account(&house, command),
        Operation::Client(command) => software::client(&house, command),
        Operation::App(command) => apps::app(&house, command),
        Operation::Keys(command) => keys::run(&house, &command),
        Operation::Backup { file } => keep::backup(&house, &file),
        Operation::Restore { file } => keep::restore(&house, &file),
        Operation::Export { person, file } => keep::export(&house, person, &file),
        Operation::Import { what, dir: None, .. } => keep::import(&house, &what),
        Operation::Import { what, dir: Some(dir), rejects, .. } if what.as_os_str() == "dmp" => {
            bring::dmp(&house, &dir, rejects)
        }
        Operation::Import { what, dir: Some(file), rejects, shrink } if what.as_os_str() == "rpps" => {
            professionals::import(&house, &file, rejects, shrink)
        }
        Operation::Import { what, .. } => {
            let said =
                format!("import FILE, import dmp DIR or import rpps FILE; not import {} …", what.display());
            Err(Fault::Configuration(said).into())
        }
        Operation::Log(command) => transparency::run(&house, &command),
        Operation::Verify(wanted) => verify::house(&house, &wanted),
        Operation::Doctor { contents, sweep } => keep::doctor(&house, contents, sweep),
    };
    done.map_err(said)
}

/// A refusal as the sentence that ends a command.
fn said(refusal: Refusal) -> Fault {
    match refusal.fault {
        Some(fault) => fault,
        None => Fault::Configuration(refusal.to_string()),
    }
}

/// A line for scripts; a reader that has gone away (`| head`) is no failure.
fn print(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line for people.
fn tell(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A bar with rate and time left; silent where nobody looks.
fn bar(length: u64, unit: &str) -> ProgressBar {
    let style = format!("{{bar:30}} {{percent:>3}} %  {{msg}} {unit}  {{elapsed}} so far, {{eta}} left");
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(&style) {
        bar.set_style(style);
    }
    bar
}

/// The visit of the system itself, for the task named.
fn visit(house: &Arc<House>, task: &str) -> kernel::Visit {
    people::enrolment::waves::system(task, house.clock.now(), house.chance.u64())
}
