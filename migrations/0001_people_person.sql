-- A person, announced by her insurer or already the owner of a space. What names her is sealed.
CREATE TABLE person (
  person BIGINT PRIMARY KEY,
  -- 0 announced, 1 open, 2 closed, 3 opposed, 4 erased
  state BIGINT NOT NULL,
  state_at BIGINT NOT NULL,
  wave BIGINT NOT NULL,
  department TEXT NOT NULL,
  scheme TEXT NOT NULL,
  -- days since 1970-01-01
  born BIGINT NOT NULL,
  key_generation BIGINT NOT NULL,
  -- her key under the master key; NULL once her space is erased
  wrapped_key BYTEA,
  -- JSON of people::person::Identity under her key
  identity BYTEA
);

-- Finds the person of a national identity (INS) without storing the number: a keyed hash.
CREATE TABLE handle (
  hash BYTEA PRIMARY KEY,
  person BIGINT NOT NULL
)
--sqlite WITHOUT ROWID
;

-- Finds persons by their strict traits, likewise; several persons may share one hash.
CREATE TABLE trait_handle (
  hash BIGINT NOT NULL,
  person BIGINT NOT NULL,
  PRIMARY KEY (hash, person)
)
--sqlite WITHOUT ROWID
;
