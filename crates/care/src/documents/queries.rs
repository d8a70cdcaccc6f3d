//! Every SQL statement about documents: the derived search words, and the keys of repeated requests. The
//! documents themselves are acts, and `store` reads those.

use kernel::{Fault, Instant, PersonId};
use store::{Tx, args};

/// The sealed words of one document.
pub(super) struct SealedTerms {
    /// The document's tag.
    pub(super) entry: i64,
    /// Its words, sealed.
    pub(super) sealed: Vec<u8>,
}

/// The words of all documents of a person that have been indexed.
pub(super) fn terms(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<SealedTerms>, Fault> {
    tx.all("SELECT entry, sealed FROM search_terms WHERE person = $1", args![person], |row| {
        Ok(SealedTerms { entry: row.int(0)?, sealed: row.bytes(1)? })
    })
}

/// Keeps the words of a document, in place of earlier ones.
pub(super) fn put_terms(tx: &mut Tx<'_>, person: PersonId, entry: i64, sealed: &[u8]) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO search_terms (person, entry, sealed) VALUES ($1, $2, $3)
           ON CONFLICT (person, entry) DO UPDATE SET sealed = excluded.sealed",
        args![person, entry, sealed],
    )
    .map(|_| ())
}

/// Forgets the words of a document.
pub(super) fn forget_terms(tx: &mut Tx<'_>, person: PersonId, entry: i64) -> Result<(), Fault> {
    tx.exec("DELETE FROM search_terms WHERE person = $1 AND entry = $2", args![person, entry]).map(|_| ())
}

/// What was sent under an idempotency key before.
pub(super) fn sent_under(
    tx: &mut Tx<'_>,
    person: PersonId,
    key_hash: &[u8],
) -> Result<Option<Vec<u8>>, Fault> {
    tx.one(
        "SELECT sent_hash FROM idempotency WHERE person = $1 AND key_hash = $2",
        args![person, key_hash],
        |row| row.bytes(0),
    )
}

/// Remembers what was sent under an idempotency key.
pub(super) fn remember_sent(
    tx: &mut Tx<'_>,
    person: PersonId,
    key_hash: &[u8],
    sent_hash: &[u8],
    at: Instant,
) -> Result<(), Fault> {
    tx.exec(
        "INSERT INTO idempotency (person, key_hash, sent_hash, at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (person, key_hash) DO NOTHING",
        args![person, key_hash, sent_hash, at],
    )
    .map(|_| ())
}

/// Forgets idempotency keys from before `before`; answers how many.
pub(super) fn forget_sent(tx: &mut Tx<'_>, before: Instant) -> Result<u64, Fault> {
    tx.exec("DELETE FROM idempotency WHERE at < $1", args![before])
}
