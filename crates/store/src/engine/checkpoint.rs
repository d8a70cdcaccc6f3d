//! Moving what was written from SQLite's log to its tables, beside the writer and in small steps.
//!
//! Left to itself SQLite does this inside a commit, and everybody waits (p99 90 ms). Here another thread does
//! it while the writer goes on. Under unbroken load it can never quite catch up; so when the log has grown
//! large, the writer itself moves the little that is left, and starts the log anew.

use std::cell::Cell;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use rusqlite::hooks::Wal;

/// Pages in the log after which the other thread is woken: 8 MB.
const STEP: i32 = 2_000;

/// Pages in the log after which the writer itself finishes: 128 MB.
const MOST: i32 = 32_000;

thread_local! {
    /// Pages in the log after this thread's last commit.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// Counts the log's pages for the thread that writes through this connection; this also keeps SQLite from
/// checkpointing by itself.
pub(crate) fn watch(connection: &mut rusqlite::Connection) -> rusqlite::Result<()> {
    connection.wal_hook(Some(count))
}

fn count(_: &mut Wal, pages: std::ffi::c_int) -> rusqlite::Result<()> {
    PAGES.set(pages);
    Ok(())
}

/// Wakes the thread that empties the log.
pub(crate) struct Trigger {
    wake: Sender<()>,
    woken_at: Cell<i32>,
}

impl Trigger {
    pub(crate) fn new(wake: Sender<()>) -> Self {
        Self { wake, woken_at: Cell::new(0) }
    }

    /// Looks at the log after a commit.
    pub(crate) fn after_commit(&self, connection: &rusqlite::Connection) {
        let pages = PAGES.get();
        if pages < self.woken_at.get() {
            self.woken_at.set(0);
        }
        if pages >= MOST {
            // What fails here is tried again after the next commit; the log only grows meanwhile.
            let _ = step(connection);
            self.woken_at.set(pages);
        } else if pages - self.woken_at.get() >= STEP {
            match self.wake.try_send(()) {
                Ok(()) | Err(TrySendError::Full(())) => self.woken_at.set(pages),
                Err(TrySendError::Disconnected(())) => {}
            }
        }
    }
}

/// The thread that empties the log.
pub(crate) fn serve(connection: &rusqlite::Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // A reader in the way leaves pages in the log for the next time.
        let _ = step(connection);
    }
}

fn step(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |_| Ok(()))
}
