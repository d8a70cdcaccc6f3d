-- Software and professionals known to us.

-- An organisation's software that signs in with its own key.
CREATE TABLE client (
  client_id TEXT PRIMARY KEY,
  organization TEXT NOT NULL,
  finess TEXT,
  sender_kind TEXT NOT NULL,
  jwks TEXT NOT NULL,
  scopes TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  suspended_at BIGINT
);

-- Values that open a door once (assertion ids, passkey challenges), as keyed hashes, until the moment from
-- which they would be too old anyway.
CREATE TABLE burnt (
  hash BYTEA PRIMARY KEY,
  until BIGINT NOT NULL
);
CREATE INDEX burnt_until ON burnt (until);

-- Health professionals, as the national directory has them.
CREATE TABLE professional (
  rpps TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  profession TEXT NOT NULL,
  specialty TEXT,
  structure TEXT NOT NULL,
  finess TEXT,
  sector TEXT
);
CREATE INDEX professional_name ON professional (folded);
