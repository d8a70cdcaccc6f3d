//! Documents: how they come in, how they are read, how they are taken back.
//!
//! ```text
//! a door ── prepare (pure: bytes, hashes, header, labels) ── store (one transaction) ── one act per document
//! ```
//!
//! Invariants:
//! - A document is filed in the space of the person it is about, or not at all: INS and traits match.
//! - One document is one act: journal line, description and bytes are written together.
//! - A sender's unique id names one document of hers for ever; the same bytes again change nothing. Another's number tells
//!   nothing.
//! - A reader is only ever given what she sees ([`crate::record::fold::Seen`]).

pub mod amend;
pub mod announce;
pub mod deposit;
mod describe;
mod facts;
pub mod fhir;
mod fhir_search;
pub mod model;
mod outline;
pub mod own;
pub mod pages;
pub mod plain;
pub mod prepare;
mod queries;
pub mod read;
pub mod rules;
pub mod search;
pub mod secret;
mod sets;
pub mod shelf;
pub mod terms;

#[cfg(test)]
mod tests;

pub use deposit::{Deposited, Stored, store};
pub use own::{About, upload, withdraw};
pub use prepare::{Added, Prepared};

/// The worker's task that reads the words of a PDF; its payload is `{"entry": "<id>"}`.
pub const INDEX_PDF: &str = "index-pdf";

/// How long an idempotency key is remembered, in microseconds: senders repeat within minutes, and a
/// weekend's outage is survived.
pub const REMEMBER_KEYS: i64 = 4 * kernel::Instant::DAY;

/// Forgets idempotency keys that are too old; the worker calls it now and then.
///
/// # Errors
/// Faults of the store.
pub fn forget_old_keys(tx: &mut store::Tx<'_>, now: kernel::Instant) -> kernel::Answer<u64> {
    Ok(queries::forget_sent(tx, now.plus(-REMEMBER_KEYS))?)
}
