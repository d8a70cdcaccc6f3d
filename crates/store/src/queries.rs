//! Every statement of the store itself: one text for both engines. `$1` is the person wherever a person owns
//! the row; the range on `id` is what SQLite walks (its rowid), the person is what Citus shards by.

pub(crate) const PERSON_KEY: &str = "SELECT key_generation, wrapped_key FROM person WHERE person = $1";

pub(crate) const ADD_ACT: &str =
    "INSERT INTO act (person, id, at, kind, entry, nonce, hash, line, data, blob)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub(crate) const LAST_ACT: &str =
    "SELECT id, hash FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id DESC LIMIT 1";

pub(crate) const LAST_AT: &str =
    "SELECT at FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id DESC LIMIT 1";

pub(crate) const ACTS: &str = "SELECT id, at, kind, entry, nonce, hash, line, data FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";

pub(crate) const LINES: &str = "SELECT id, at, kind, entry, nonce, hash, line FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";

pub(crate) const IDS: &str = "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";

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

pub(crate) const HAS_BLOB: &str = "SELECT 1 FROM blob WHERE person = $1 AND name = $2 AND chunk = 0";

pub(crate) const ADD_BLOB: &str = "INSERT INTO blob (person, name, chunk, bytes) VALUES ($1, $2, $3, $4)";

pub(crate) const BLOB_CHUNKS: &str = "SELECT bytes FROM blob WHERE person = $1 AND name = $2 ORDER BY chunk";

pub(crate) const ALL_BLOBS: &str = "SELECT person, name, bytes FROM blob ORDER BY person, name, chunk";

pub(crate) const FORGET_HOUSE: &str = "DELETE FROM house";

pub(crate) const ENQUEUE: &str = "INSERT INTO job (task, key, person, payload, due, tries)
 VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (task, key) DO NOTHING";

pub(crate) const FINISH_JOB: &str = "DELETE FROM job WHERE task = $1 AND key = $2";

pub(crate) const RETRY_JOB: &str =
    "UPDATE job SET due = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";

pub(crate) const BURY_JOB: &str =
    "UPDATE job SET dead_at = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";

pub(crate) const STALE_KEYS: &str = "SELECT person, key_generation, wrapped_key FROM person
 WHERE person > $1 AND key_generation < $2 AND wrapped_key IS NOT NULL ORDER BY person LIMIT $3";

pub(crate) const REWRAP: &str = "UPDATE person SET key_generation = $2, wrapped_key = $3
 WHERE person = $1 AND key_generation = $4 AND wrapped_key IS NOT NULL";

pub(crate) const COUNT_OF_GENERATION: &str =
    "SELECT count(*) FROM person WHERE key_generation = $1 AND wrapped_key IS NOT NULL";

pub(crate) const DROP_HOUSE_VALUE: &str = "DELETE FROM house WHERE name = $1";

pub(crate) const ERASE_KEY: &str = "UPDATE person SET wrapped_key = NULL, identity = NULL WHERE person = $1";

pub(crate) const ERASE_CONTENTS: &str =
    "UPDATE act SET data = NULL, blob = NULL WHERE person = $1 AND id BETWEEN $2 AND $3
 AND (data IS NOT NULL OR blob IS NOT NULL)";

pub(crate) const ERASE_SNAPSHOTS: &str = "DELETE FROM snapshot WHERE person = $1";

pub(crate) const ERASE_BLOBS: &str = "DELETE FROM blob WHERE person = $1";

pub(crate) const ERASE_BLOB: &str = "DELETE FROM blob WHERE person = $1 AND name = $2";

pub(crate) const NAMES_OF_BLOBS: &str =
    "SELECT person, name FROM blob WHERE chunk = 0 AND (person > $1 OR (person = $1 AND name > $2))
 ORDER BY person, name LIMIT $3";

pub(crate) const USES_OF_BLOB: &str =
    "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 AND blob = $4 LIMIT 1";

pub(crate) const CONTENTS: &str = "SELECT id, length(blob) FROM act
 WHERE person = $1 AND id BETWEEN $2 AND $3 AND blob IS NOT NULL ORDER BY id";

pub(crate) const SNAPSHOTS: &str = "SELECT slot, upto FROM snapshot WHERE person = $1";

pub(crate) const PERSONS: &str = "SELECT person, CASE WHEN wrapped_key IS NULL THEN 1 ELSE 0 END FROM person WHERE person > $1 ORDER BY person LIMIT $2";

pub(crate) const DEAD_JOBS: &str = "SELECT count(*) FROM job WHERE dead_at IS NOT NULL";

pub(crate) const ANY_PERSON: &str = "SELECT person FROM person LIMIT 1";

pub(crate) const HOUSE_VALUES: &str = "SELECT name, value FROM house";

pub(crate) const PUT_HOUSE_VALUE: &str = "INSERT INTO house (name, value) VALUES ($1, $2)
 ON CONFLICT (name) DO UPDATE SET value = excluded.value";

pub(crate) const APPLIED: &str = "SELECT name, checksum FROM migration";

pub(crate) const APPLY: &str = "INSERT INTO migration (name, checksum) VALUES ($1, $2)";
