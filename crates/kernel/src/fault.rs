//! What went wrong on our side. A fault is never the asker's doing and never shows its insides to her.

use thiserror::Error;

use crate::refusal::Refusal;

/// A failure of ours: the asker gets "try again later", the operator gets the whole sentence.
#[derive(Debug, Error)]
pub enum Fault {
    /// The database engine said no for a reason that trying again will not change.
    #[error("database: {0}")]
    Database(String),
    /// Another transaction was in the way; the same work may succeed when it is tried again.
    #[error("database busy: {0}")]
    Busy(String),
    /// No room is left on the device; nothing was acknowledged that is not stored.
    #[error("the disk is full: {0}")]
    DiskFull(String),
    /// What was read is not what was written: a flipped bit, a torn write, a broken chain, a wrong key.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The keys at hand do not open what is stored.
    #[error("keys: {0}")]
    Keys(String),
    /// A file or socket failed.
    #[error("input/output: {0}")]
    Io(String),
    /// Configuration, policies or knowledge files are wrong; found at start-up.
    #[error("configuration: {0}")]
    Configuration(String),
    /// An invariant of ours does not hold.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull(error.to_string())
        } else {
            Self::Io(error.to_string())
        }
    }
}

/// What a room answers: the thing asked for, or why not.
pub type Answer<T> = Result<T, Refusal>;
