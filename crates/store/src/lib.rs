//! The waist of the house: spaces as sealed, hash-chained sequences of acts, on SQLite or PostgreSQL.
//!
//! Five words are all that rooms say: [`Store::read`], [`Store::write`], [`Tx::exec`], [`Tx::one`],
//! [`Tx::all`]. Closures run on the store's own threads; what they answer reaches the caller through
//! [`Pending`], once it is durable. Nothing else in the house names an engine or holds a key.
//!
//! - [`acts`]: the sequence; [`seal`]: how a part is sealed; [`keys`]: a key per person under a master key
//! - [`snapshot`], [`blobs`], [`queue`]: states kept, contents, work to do later
//! - [`log`]: the transparency log over the heads of all sequences
//! - [`engine`]: the two engines; [`dialect`]: what they cannot share; [`migrations`]: the schema

pub mod acts;
mod archive;
mod backup;
mod blobs;
mod dialect;
mod dictionaries;
pub mod doctor;
mod engine;
mod export;
mod house;
pub mod keys;
pub mod log;
mod migrations;
mod queries;
mod queue;
mod rotation;
mod seal;
mod sealed_stream;
mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod tx;
mod value;
pub mod verify;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{Answer, Fault};

pub use acts::{Act, ActRow, Kind, Line, Outcome, Want};
pub use blobs::Content;
pub use dialect::bulk_load;
pub use doctor::{Examination, Remark, Severity};
pub use engine::work::Pending;
pub use house::House;
pub use keys::{Keyring, SpaceKey, Wrapped};
pub use queue::{Job, LEASE, MOST_TRIES, TakenJob};
pub use sealed_stream::ExportCode;
pub use snapshot::Slot;
pub use tx::Tx;
pub use value::{Row, Value};
pub use verify::{Finding, Verified, Wrong};

use engine::Engine;
use engine::postgres::Postgres;
use engine::sqlite::Sqlite;
use engine::work::task;

/// Where a store lives.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a folder of this machine.
    Sqlite {
        /// The folder; made when it is not there.
        dir: PathBuf,
    },
    /// On a PostgreSQL server.
    Postgres {
        /// `postgres://…` or `host=… user=…`.
        url: String,
        /// A folder of this machine for what is not in the database.
        dir: PathBuf,
    },
}

/// How a store runs. The defaults are right for two to eight cores.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read.
    pub readers: usize,
    /// Connections that write (PostgreSQL).
    pub writers: usize,
    /// Closures committed together at most (SQLite).
    pub batch: usize,
    /// Page cache of each reader, in KiB (SQLite).
    pub cache_kib: u32,
    /// Page cache of the writer, in KiB (SQLite): loads in bulk want more than a reader does.
    pub writer_cache_kib: u32,
    /// The database may not grow beyond this many pages of 4 KiB (SQLite): a quota, and how tests fill a disk.
    pub most_pages: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 8,
            writers: 16,
            batch: 128,
            cache_kib: 4 * 1024,
            writer_cache_kib: 48 * 1024,
            most_pages: None,
        }
    }
}

/// An open store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Open>);

struct Open {
    house: Arc<House>,
    engine: Engine,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.engine())
    }
}

impl Store {
    /// Opens a store: makes it when it is not there, brings its schema up to date, refuses a keyring that is
    /// not its own.
    pub fn open(place: &Place, keyring: Keyring, options: &Options) -> Result<Self, Fault> {
        let files = match place {
            Place::Sqlite { dir } => Some(blobs::Files { root: dir.join("blobs") }),
            Place::Postgres { .. } => None,
        };
        let house = Arc::new(House::new(keyring, files));
        let engine = match place {
            Place::Sqlite { dir } => {
                make(&dir.join("blobs"))?;
                Engine::Sqlite(Sqlite::open(dir, &house, options)?)
            }
            Place::Postgres { url, .. } => Engine::Postgres(Postgres::open(url, &house, options)?),
        };
        Ok(Self(Arc::new(Open { house, engine })))
    }

    /// Runs a closure that only looks, in a consistent view of the database. Its notes are durable before
    /// its answer comes.
    pub fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Pending<T> {
        let (work, pending) = task(f);
        self.0.engine.send(work, false);
        pending
    }

    /// Runs a closure that writes; it is undone when it answers a refusal. The answer comes when everything
    /// is durable.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Answer<T> + Send + 'static,
    ) -> Pending<T> {
        let (work, pending) = task(f);
        self.0.engine.send(work, true);
        pending
    }

    /// The keys of the house.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.0.house.keyring
    }

    /// How many statements the database was asked since the store was opened.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.house.statements.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// The engine's name, for people to read.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        self.dialect().name()
    }

    pub(crate) fn dialect(&self) -> dialect::Dialect {
        match self.0.engine {
            Engine::Sqlite(_) => dialect::Dialect::Sqlite,
            Engine::Postgres(_) => dialect::Dialect::Postgres,
        }
    }
}

fn make(dir: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(dir).map_err(|e| Fault::Io(format!("{}: {e}", dir.display())))
}
