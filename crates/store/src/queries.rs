//! Every statement of the store itself: one text for both engines. `$1` is the person wherever a person owns
//! the row; the range on `id` is what SQLite walks (its rowid), the person is what Citus shards by.

pub(crate) const PERSON_KEY: &str = "SELECT key_generation, wrapped_key FROM person WHERE person = $1";

pub(crate) const ADD_ACT: &str =
    "INSERT INTO act (person, id, at, kind, entry, nonce, hash, line, data, blob)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub(crate) const LAST_ACT: &str =
    "SELECT id, hash FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id DESC LIMIT 1";

pub(crate) const ACTS: &str = "SELECT id, at, kind, entry, nonce, hash, line, data FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";

pub(crate) const LINES: &str = "SELECT id, at, kind, entry, nonce, hash, line FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";

pub(crate) const ACT_BLOB: &str = "SELECT id, at, kind, entry, nonce, hash, line, blob FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3";

pub(crate) const FIRST_OF_ENTRY: &str =
    "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 AND entry = $4 ORDER BY id LIMIT 1";

pub(crate) const ERASE_CONTENT: &str =
    "UPDATE act SET data = NULL, blob = NULL WHERE person = $1 AND id = $2";

pub(crate) const SNAPSHOT: &str = "SELECT upto, bytes FROM snapshot WHERE person = $1 AND slot = $2";

pub(crate) const PUT_SNAPSHOT: &str =
    "INSERT INTO snapshot (person, slot, upto, bytes) VALUES ($1, $2, $3, $4)
 ON CONFLICT (person, slot) DO UPDATE SET upto = excluded.upto, bytes = excluded.bytes
 WHERE snapshot.upto < excluded.upto";

pub(crate) const ENQUEUE: &str = "INSERT INTO job (task, key, person, payload, due, tries)
 VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (task, key) DO NOTHING";

pub(crate) const FINISH_JOB: &str = "DELETE FROM job WHERE task = $1 AND key = $2";

pub(crate) const RETRY_JOB: &str =
    "UPDATE job SET due = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";

pub(crate) const BURY_JOB: &str =
    "UPDATE job SET dead_at = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";

pub(crate) const HOUSE_VALUES: &str = "SELECT name, value FROM house";

pub(crate) const PUT_HOUSE_VALUE: &str = "INSERT INTO house (name, value) VALUES ($1, $2)
 ON CONFLICT (name) DO UPDATE SET value = excluded.value";

pub(crate) const APPLIED: &str = "SELECT name, checksum FROM migration";

pub(crate) const APPLY: &str = "INSERT INTO migration (name, checksum) VALUES ($1, $2)";
