//! Every SQL statement about records. The record itself is acts and a snapshot, and `store` reads those.

use kernel::{Fault, PersonId};
use store::{Slot, Tx, args};

/// The last act that the snapshot of a record holds, and its stored size in bytes; `None` when there is none.
pub(super) fn age_of_snapshot(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<(i64, i64)>, Fault> {
    tx.one(
        "SELECT upto, length(bytes) FROM snapshot WHERE person = $1 AND slot = $2",
        args![person, Slot::Record as i64],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}
