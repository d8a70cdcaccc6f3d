-- What helps the rooms of documents; all of it can be rebuilt or forgotten without losing a record.

-- Words of a document for full-text search inside one opened space. Derived: `carnet` fills it again when it
-- is empty. Sealed with the person's key (field "terms").
CREATE TABLE search_terms (
    person BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (person, entry)
);

-- Idempotency-Key headers of deposits: the key (hashed with its client) and what was sent under it, so that a
-- key used again for something else is told. Kept for a few days.
CREATE TABLE idempotency (
    person BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    sent_hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, key_hash)
)
--sqlite WITHOUT ROWID
;
