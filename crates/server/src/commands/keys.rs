//! Master keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use kernel::{Answer, Fault};
use store::Keyring;

use super::{print, tell};
use crate::config::Config;
use crate::house::House;

/// What is done with master keys; docs/operations/keys.md says when.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Makes the keyring file; refuses when there is one.
    Init,
    /// Writes the keyring with a new generation to another file, for a vault that hands the keyring out; `rotate` wraps
    /// with it once the program has been started with that one.
    Next {
        /// The new file.
        to: PathBuf,
    },
    /// Adds a generation, unless the keyring has one that nothing is wrapped with yet, and wraps every person's key with
    /// it, while the house is open.
    Rotate,
    /// Destroys an old generation: what was erased can no longer be read from old backups.
    Retire {
        /// The generation.
        generation: i64,
        /// Another file for the keyring that is left, for a vault that hands it out.
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Makes a new key to sign ID tokens with; the old one is published until its last token has ended.
    RotateOpenid,
    /// Prints the public keys of the transparency log, the oldest first.
    Log,
    /// Makes a new key to sign the transparency log with; the old one signs beside it until it is retired.
    RotateLog,
    /// Lets every key of the transparency log but the newest sign no more.
    RetireLog,
}

/// Persons whose key is wrapped in one transaction.
const BATCH: u32 = 500;

/// Makes the keyring file.
pub(super) fn init(config: &Config) -> Result<(), Fault> {
    if config.key_file.exists() {
        return Err(Fault::Configuration(format!("{} is already there", config.key_file.display())));
    }
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Keyring::create(&config.key_file)?;
    tell(format!(
        "made {}: keep two copies apart from the data; nothing can be read without it",
        config.key_file.display()
    ));
    Ok(())
}

/// Makes the keyring that a vault will hand out next.
pub(super) fn next(config: &Config, to: &Path) -> Result<(), Fault> {
    if to.exists() {
        return Err(Fault::Configuration(format!("{} is already there", to.display())));
    }
    let keyring = Keyring::load(&config.key_file)?;
    let generation = keyring.begin_generation(to)?;
    tell(format!(
        "{} has generation {generation} too: put it into the vault, destroy this copy, start every node with it, then \
         run carnet keys rotate",
        to.display()
    ));
    Ok(())
}

/// Rotates or retires.
pub(super) fn run(house: &Arc<House>, command: &KeysCommand) -> Answer<()> {
    let file = &house.config.key_file;
    match command {
        KeysCommand::Init => init(&house.config)?,
        KeysCommand::Next { to } => next(&house.config, to)?,
        KeysCommand::Rotate => {
            let progress = indicatif::ProgressBar::no_length();
            let generation = house.store.rotate(file, BATCH, |done| progress.set_position(done))?;
            progress.finish_and_clear();
            tell(format!("every key is wrapped by generation {generation}; back up {} now", file.display()));
        }
        KeysCommand::RotateOpenid => {
            let now = house.clock.now();
            let kid = house.store.write(move |tx| people::openid::keys::rotate(tx, now)).wait()?;
            tell(format!("ID tokens are signed with {kid} from now on"));
        }
        KeysCommand::Log => {
            let terms = house.config.log.terms.clone();
            for key in house.store.read(move |tx| Ok(tx.log_keys(&terms)?)).wait()? {
                print(key);
            }
        }
        KeysCommand::RotateLog => {
            let number = house.store.rotate_log_key().wait()?;
            tell(format!(
                "key {number} signs the log too from now on; publish it, and retire the old one later"
            ));
        }
        KeysCommand::RetireLog => {
            let retired = house.store.retire_log_keys().wait()?;
            tell(format!("{retired} keys sign the log no more"));
        }
        KeysCommand::Retire { generation, to } => {
            let (generation, file) = (*generation, to.as_ref().unwrap_or(file));
            house.store.retire(generation, file)?;
            tell(format!(
                "generation {generation} is destroyed; the keyring is in {}: destroy the old copies",
                file.display()
            ));
        }
    }
    Ok(())
}
