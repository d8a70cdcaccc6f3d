-- One act, one row; see crates/store/src/acts.rs. `id` is person << 20 | rank, so that the rows of a person
-- lie together: on SQLite it is the rowid, on PostgreSQL the person leads the key so that Citus can shard.
CREATE TABLE act (
  person BIGINT NOT NULL,
--sqlite  id BIGINT PRIMARY KEY,
--postgres  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  entry BIGINT,
  nonce BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  line BYTEA NOT NULL,
  data BYTEA,
  blob BYTEA
--postgres  , PRIMARY KEY (person, id)
);

-- State of a space as of act `upto`: sealed, rebuildable, never the truth.
CREATE TABLE snapshot (
  person BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  upto BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (person, slot)
)
--sqlite WITHOUT ROWID
;

-- Large contents, in sealed chunks, where they are kept inside the database.
CREATE TABLE blob (
  person BIGINT NOT NULL,
  name BYTEA NOT NULL,
  chunk BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (person, name, chunk)
);
--postgres ALTER TABLE blob ALTER COLUMN bytes SET STORAGE EXTERNAL;
--postgres ALTER TABLE act ALTER COLUMN line SET STORAGE EXTERNAL;
--postgres ALTER TABLE act ALTER COLUMN data SET STORAGE EXTERNAL;
--postgres ALTER TABLE act ALTER COLUMN blob SET STORAGE EXTERNAL;

-- Work to do later, written in the transaction that needs it.
CREATE TABLE job (
  task TEXT NOT NULL,
  key TEXT NOT NULL,
  person BIGINT,
  payload TEXT NOT NULL,
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  -- until when a worker has it
  taken_until BIGINT,
  -- when it was given up, and why; dead letters are kept
  dead_at BIGINT,
  error TEXT,
  PRIMARY KEY (task, key)
);
CREATE INDEX job_due ON job (due);
