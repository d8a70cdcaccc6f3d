-- The transparency log over the heads of all sequences; see crates/store/src/log and
-- docs/decisions/0011-transparency-log.md. Only `log_leaf` is about a person, and only the house reads it.

-- Heads that moved and are not in the log yet: written in the commit that moved them, one row a commit. Each is the
-- clustered key of an act and its hash, 40 bytes.
CREATE TABLE log_due (
  id BIGINT PRIMARY KEY,
  heads BYTEA NOT NULL
);

-- Where a person's leaves are.
CREATE TABLE log_leaf (
  person BIGINT NOT NULL,
  -- her leaves are numbered from 1 without gaps
  n BIGINT NOT NULL,
  -- the last act it covers
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  -- its place in the log
  place BIGINT NOT NULL,
  PRIMARY KEY (person, n)
)
--sqlite WITHOUT ROWID
;

-- Entries of the log, 256 to a bundle; the hashes of level 0 follow from them.
CREATE TABLE log_bundle (
  n BIGINT PRIMARY KEY,
  entries BYTEA NOT NULL
);
--postgres ALTER TABLE log_bundle ALTER COLUMN entries SET STORAGE EXTERNAL;

-- Hashes above the leaves, 256 to a tile.
CREATE TABLE log_tile (
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (level, n)
);
--postgres ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The newest checkpoint that the log signed ('signed'), and the newest that enough witnesses cosigned ('cosigned').
CREATE TABLE log_checkpoint (
  name TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  note TEXT NOT NULL
);

-- How far each witness has followed, and its signature under that checkpoint.
CREATE TABLE log_witness (
  name TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  line TEXT NOT NULL
);
