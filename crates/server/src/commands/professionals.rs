//! Professionals and the operator's team: the directory's extract, codes for activation, suspension.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use clap::{Args, Subcommand};
use kernel::{Actor, Answer, Fault, Refusal, Visit};
use people::directory::import::{self, Terms};
use people::identity::account::{self, AccountKind};
use people::identity::pages::work;

use super::{bar, print, tell, visit};
use crate::house::House;

/// The name under which a terminal acts: whoever holds the machine is the operator.
const TERMINAL: &str = "terminal";

/// The operator's team.
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Prints a code with which a member of the team activates her account (six weeks, single use), and where.
    Add {
        /// Her account name: letters, digits, - _ . or @.
        name: String,
    },
}

/// Accounts of those who work here.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Ends an account's sessions at once and lets it in no more.
    Suspend {
        /// Whose.
        #[command(flatten)]
        whose: Whose,
        /// Why; its owner reads it.
        #[arg(long)]
        reason: String,
    },
    /// Lets a suspended account in again.
    Admit {
        /// Whose.
        #[command(flatten)]
        whose: Whose,
    },
}

/// Whose account.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// A professional's, by her RPPS number.
    #[arg(long)]
    rpps: Option<String>,
    /// A team member's, by her account name.
    #[arg(long)]
    operator: Option<String>,
}

impl Whose {
    fn named(self) -> (AccountKind, String) {
        match self.rpps {
            Some(rpps) => (AccountKind::Professional, rpps),
            None => (AccountKind::Operator, self.operator.unwrap_or_default()),
        }
    }
}

fn terminal(house: &Arc<House>) -> Visit {
    Visit { actor: Actor::Operator { name: TERMINAL.to_owned() }, ..visit(house, "accounts") }
}

/// Takes an RPPS extract in.
pub(super) fn import(house: &Arc<House>, file: &Path, rejects: Option<PathBuf>, shrink: bool) -> Answer<()> {
    let unreadable = |e: std::io::Error| Refusal::from(Fault::Io(format!("{}: {e}", file.display())));
    let rejects = rejects.unwrap_or_else(|| file.with_added_extension("rejects.csv"));
    let source = File::open(file).map_err(unreadable)?;
    let length = source.metadata().map_err(unreadable)?.len();
    let (bar, started) = (bar(length, "lines"), Stopwatch::now());
    let mut refused = Rejects { path: &rejects, file: None };
    let terms = Terms { shrink, ..Terms::at(house.clock.now()) };
    let mut reject = |line: u64, why: import::Reject| refused.add(line, why);
    let source = BufReader::with_capacity(1 << 20, source);
    let done = import::import(&house.store, source, terms, &mut reject, &mut |progress| {
        bar.set_message(progress.line.to_string());
        bar.set_position(progress.position);
    })?;
    bar.finish_and_clear();
    refused.close()?;
    let counts = done.counts;
    tell(format!(
        "{} lines in {:.1} s: {} activities new, {} changed, {} unchanged, {} ended, {} lines rejected",
        done.line,
        started.elapsed().as_secs_f64(),
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.ended,
        counts.rejected
    ));
    if counts.rejected > 0 {
        tell(format!("the reasons are in {}", rejects.display()));
    }
    Ok(())
}

/// The rejects file: line, code, sentence; made with the first reject.
struct Rejects<'a> {
    path: &'a Path,
    file: Option<BufWriter<File>>,
}

impl Rejects<'_> {
    fn add(&mut self, line: u64, why: import::Reject) -> Answer<()> {
        let failed = |e: std::io::Error| Refusal::from(Fault::Io(format!("{}: {e}", self.path.display())));
        if self.file.is_none() {
            let mut file = BufWriter::new(File::create(self.path).map_err(failed)?);
            writeln!(file, "line,code,sentence").map_err(failed)?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            writeln!(file, "{line},{},\"{}\"", why.word(), why.sentence()).map_err(failed)?;
        }
        Ok(())
    }

    fn close(self) -> Answer<()> {
        let Some(file) = self.file else { return Ok(()) };
        let file = file.into_inner().map_err(|e| Refusal::from(Fault::Io(e.to_string())))?;
        file.sync_all().map_err(|e| Refusal::from(Fault::from(e)))
    }
}

/// Prints an activation code for a professional.
pub(super) fn code(house: &Arc<House>, rpps: &str) -> Answer<()> {
    issue(house, AccountKind::Professional, rpps)
}

/// The operator's team.
pub(super) fn operator(house: &Arc<House>, command: OperatorCommand) -> Answer<()> {
    match command {
        OperatorCommand::Add { name } => issue(house, AccountKind::Operator, &name),
    }
}

/// The code goes to standard output, where a script finds it; where to type it, to whoever reads.
fn issue(house: &Arc<House>, kind: AccountKind, name: &str) -> Answer<()> {
    let (visit, name, inside) = (terminal(house), name.to_owned(), house.clone());
    let code =
        house.store.write(move |tx| account::issue_code(tx, &visit, kind, &name, &inside.chance)).wait()?;
    tell(format!("to be typed at {}{} within six weeks:", house.config.origin, work::ACTIVATION));
    print(code);
    Ok(())
}

/// Suspends and admits.
pub(super) fn account(house: &Arc<House>, command: AccountCommand) -> Answer<()> {
    let visit = terminal(house);
    match command {
        AccountCommand::Suspend { whose, reason } => {
            let (kind, name) = whose.named();
            house.store.write(move |tx| account::suspend(tx, &visit, kind, &name, &reason)).wait()?;
            tell("suspended: its sessions have ended");
        }
        AccountCommand::Admit { whose } => {
            let (kind, name) = whose.named();
            house.store.write(move |tx| account::admit(tx, &visit, kind, &name)).wait()?;
            tell("admitted");
        }
    }
    Ok(())
}
