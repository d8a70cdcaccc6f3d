//! The transparency log after a backup was restored: going on with it, or beginning a new one and saying so.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use kernel::{Answer, Fault};

use super::{print, tell, verify};
use crate::house::House;

/// What is decided about the log; docs/operations/transparency.md says when.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Goes on after a restore, when nothing was shown to anybody that is not in the backup.
    Continue {
        /// The newest checkpoint that anybody was shown: what /log/checkpoint of the house before answered last.
        file: PathBuf,
    },
    /// Closes the log and begins a new one under a new name; everybody who kept something of the old one is told.
    Restart {
        /// Why, in a line that everybody may read.
        #[arg(long)]
        reason: String,
        /// The newest checkpoint of the old log that anybody was shown, from a mirror or a witness; the one here when
        /// not given.
        #[arg(long)]
        last: Option<PathBuf>,
    },
}

/// Goes on, or begins anew.
pub(super) fn run(house: &Arc<House>, command: &LogCommand) -> Answer<()> {
    match command {
        LogCommand::Continue { file } => {
            if let Err(what) = house.store.continue_log(&verify::note(file)?)? {
                return Err(Fault::Damaged(format!("{}: {what}", file.display())).into());
            }
            tell("the log goes on");
        }
        LogCommand::Restart { reason, last } => {
            let last = last.as_ref().map(|file| verify::read(file)).transpose()?;
            let terms = house.config.log.terms.clone();
            let now = house.clock.now();
            let begun = house.store.restart_log(&terms, last.as_deref(), reason, now)?;
            tell(format!("{} begins; publish its keys where the old ones are:", begun.origin));
            for key in house.store.read(move |tx| Ok(tx.log_keys(&terms)?)).wait()? {
                print(key);
            }
            tell(
                "/log/begun tells everybody why; give the witnesses the new keys, and tell people before they ask",
            );
        }
    }
    Ok(())
}
