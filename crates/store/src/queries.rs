//! Every statement of the store itself: one text for both engines. `$1` is the person wherever a person owns
//! the row; the range on `id` is what SQLite walks (its rowid), the person is what Citus shards by.

/// Declares statements and the list of them all, which a test prepares on both engines.
macro_rules! statements {
    ($($name:ident = $sql:literal;)*) => {
        $(pub(crate) const $name: &str = $sql;)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

statements! {
    PERSON_KEY = "SELECT key_generation, wrapped_key FROM person WHERE person = $1";
    ADD_ACT =
        "INSERT INTO act (person, id, at, kind, entry, nonce, hash, line, data, blob)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LAST_ACT =
        "SELECT id, hash FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id DESC LIMIT 1";
    LAST_AT = "SELECT at FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id DESC LIMIT 1";
    ACTS =
        "SELECT id, at, kind, entry, nonce, hash, line, data FROM act
         WHERE person = $1 AND id BETWEEN $2 AND $3 AND kind BETWEEN $4 AND $5 ORDER BY id";
    LINES =
        "SELECT id, at, kind, entry, nonce, hash, line FROM act
         WHERE person = $1 AND id BETWEEN $2 AND $3 AND kind BETWEEN $4 AND $5 ORDER BY id";
    IDS = "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 ORDER BY id";
    ACT_BLOB =
        "SELECT id, at, kind, entry, nonce, hash, line, blob FROM act
         WHERE person = $1 AND id BETWEEN $2 AND $3";
    FIRST_OF_ENTRY =
        "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 AND entry = $4 ORDER BY id LIMIT 1";
    ERASE_CONTENT = "UPDATE act SET data = NULL, blob = NULL WHERE person = $1 AND id = $2";
    SNAPSHOT = "SELECT upto, bytes FROM snapshot WHERE person = $1 AND slot = $2";
    PUT_SNAPSHOT =
        "INSERT INTO snapshot (person, slot, upto, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person, slot) DO UPDATE SET upto = excluded.upto, bytes = excluded.bytes
         WHERE snapshot.upto < excluded.upto";
    HAS_BLOB = "SELECT 1 FROM blob WHERE person = $1 AND name = $2 AND chunk = 0";
    ADD_BLOB = "INSERT INTO blob (person, name, chunk, bytes) VALUES ($1, $2, $3, $4)";
    BLOB_CHUNKS = "SELECT bytes FROM blob WHERE person = $1 AND name = $2 ORDER BY chunk";
    ALL_BLOBS = "SELECT person, name, bytes FROM blob ORDER BY person, name, chunk";
    FORGET_HOUSE = "DELETE FROM house";
    ENQUEUE =
        "INSERT INTO job (task, key, person, payload, due, tries)
         VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (task, key) DO NOTHING";
    FINISH_JOB = "DELETE FROM job WHERE task = $1 AND key = $2";
    RETRY_JOB = "UPDATE job SET due = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";
    BURY_JOB = "UPDATE job SET dead_at = $3, error = $4, taken_until = NULL WHERE task = $1 AND key = $2";
    STALE_KEYS =
        "SELECT person, key_generation, wrapped_key FROM person
         WHERE person > $1 AND key_generation < $2 AND wrapped_key IS NOT NULL ORDER BY person LIMIT $3";
    REWRAP =
        "UPDATE person SET key_generation = $2, wrapped_key = $3
         WHERE person = $1 AND key_generation = $4 AND wrapped_key IS NOT NULL";
    COUNT_OF_GENERATION = "SELECT count(*) FROM person WHERE key_generation = $1 AND wrapped_key IS NOT NULL";
    DROP_HOUSE_VALUE = "DELETE FROM house WHERE name = $1";
    ERASE_KEY = "UPDATE person SET wrapped_key = NULL, identity = NULL WHERE person = $1";
    ERASE_CONTENTS =
        "UPDATE act SET data = NULL, blob = NULL WHERE person = $1 AND id BETWEEN $2 AND $3
         AND (data IS NOT NULL OR blob IS NOT NULL)";
    ERASE_SNAPSHOTS = "DELETE FROM snapshot WHERE person = $1";
    ERASE_BLOBS = "DELETE FROM blob WHERE person = $1";
    ERASE_BLOB = "DELETE FROM blob WHERE person = $1 AND name = $2";
    NAMES_OF_BLOBS =
        "SELECT person, name FROM blob WHERE chunk = 0 AND (person > $1 OR (person = $1 AND name > $2))
         ORDER BY person, name LIMIT $3";
    USES_OF_BLOB = "SELECT id FROM act WHERE person = $1 AND id BETWEEN $2 AND $3 AND blob = $4 LIMIT 1";
    CONTENTS =
        "SELECT id, length(blob) FROM act
         WHERE person = $1 AND id BETWEEN $2 AND $3 AND blob IS NOT NULL ORDER BY id";
    SNAPSHOTS = "SELECT slot, upto FROM snapshot WHERE person = $1";
    PERSONS =
        "SELECT person, CASE WHEN wrapped_key IS NULL THEN 1 ELSE 0 END FROM person WHERE person > $1 ORDER BY person LIMIT $2";
    DEAD_JOBS = "SELECT count(*) FROM job WHERE dead_at IS NOT NULL";
    ANY_PERSON = "SELECT person FROM person LIMIT 1";
    HOUSE_VALUES = "SELECT name, value FROM house";
    PUT_HOUSE_VALUE =
        "INSERT INTO house (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    HOUSE_VALUE = "SELECT value FROM house WHERE name = $1";
    ADD_LOG_DUE = "INSERT INTO log_due (id, heads) VALUES ($1, $2)";
    LOG_DUE = "SELECT id, heads FROM log_due ORDER BY id LIMIT $1";
    FORGET_LOG_HEAD = "DELETE FROM log_checkpoint";
    FORGET_LOG_LEAVES = "DELETE FROM log_leaf";
    FORGET_LOG_BUNDLES = "DELETE FROM log_bundle";
    FORGET_LOG_TILES = "DELETE FROM log_tile";
    FORGET_LOG_WITNESSES = "DELETE FROM log_witness";
    FORGET_LOG_DUE = "DELETE FROM log_due WHERE id = $1";
    COUNT_LOG_DUE = "SELECT count(*) FROM log_due";
    HOLD_LOG =
        "INSERT INTO log_checkpoint (name, size, at, note) VALUES ($1, 0, $2, '')
         ON CONFLICT (name) DO UPDATE SET size = log_checkpoint.size";
    LOG_CHECKPOINT = "SELECT size, at, note FROM log_checkpoint WHERE name = $1";
    PUT_LOG_CHECKPOINT =
        "INSERT INTO log_checkpoint (name, size, at, note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET size = excluded.size, at = excluded.at, note = excluded.note";
    LOG_STANDING =
        "SELECT p.key_generation, p.wrapped_key, l.n, l.seq FROM person p
         LEFT JOIN log_leaf l ON l.person = $1 AND l.n = (SELECT max(m.n) FROM log_leaf m WHERE m.person = $1)
         WHERE p.person = $1";
    ADD_LOG_LEAF = "INSERT INTO log_leaf (person, n, seq, at, place) VALUES ($1, $2, $3, $4, $5)";
    LOG_LEAVES =
        "SELECT n, seq, at, place FROM log_leaf WHERE person = $1 AND place < $2 ORDER BY n DESC LIMIT $3";
    ERASE_LOG_LEAVES = "DELETE FROM log_leaf WHERE person = $1";
    COUNT_LOG_LEAVES = "SELECT count(*) FROM log_leaf";
    LOG_BUNDLE = "SELECT entries FROM log_bundle WHERE n = $1";
    PUT_LOG_BUNDLE =
        "INSERT INTO log_bundle (n, entries) VALUES ($1, $2)
         ON CONFLICT (n) DO UPDATE SET entries = excluded.entries";
    LOG_TILE = "SELECT hashes FROM log_tile WHERE level = $1 AND n = $2";
    PUT_LOG_TILE =
        "INSERT INTO log_tile (level, n, hashes) VALUES ($1, $2, $3)
         ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes";
    LOG_WITNESS = "SELECT size FROM log_witness WHERE name = $1";
    PUT_LOG_WITNESS =
        "INSERT INTO log_witness (name, size, at, line) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET size = excluded.size, at = excluded.at, line = excluded.line";
    LOG_COSIGNATURES = "SELECT line FROM log_witness WHERE size = $1 ORDER BY name";
    APPLIED = "SELECT name, checksum FROM migration";
    APPLY = "INSERT INTO migration (name, checksum) VALUES ($1, $2)";
}
