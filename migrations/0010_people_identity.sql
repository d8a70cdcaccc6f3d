-- Signing in. What a thief of the database would want is hashed with a key or sealed.

-- The provisional code of a person's first activation: the last one issued, usable once.
CREATE TABLE activation (
  person BIGINT PRIMARY KEY,
  code BYTEA NOT NULL,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

-- Passkeys; `credential` is a keyed hash of the credential's id, `sealed` its name and public key under the
-- person's key.
CREATE TABLE passkey (
  person BIGINT NOT NULL,
  credential BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  added_at BIGINT NOT NULL,
  last_used_at BIGINT,
  PRIMARY KEY (person, credential)
);

-- Printed recovery codes as keyed hashes; each works once.
CREATE TABLE recovery_code (
  person BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (person, hash)
);

-- Sessions; `person` is 0 for professionals and operators, `token` is a hash of the cookie's secret, `sealed`
-- says who acts and on which device.
CREATE TABLE session (
  person BIGINT NOT NULL,
  token BYTEA NOT NULL,
  subject BYTEA NOT NULL,
  sealed BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  idle_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (person, token)
);
CREATE INDEX session_idle ON session (idle_at);

-- Failed tries per person's handle and per network, both as keyed hashes: what slows guessing down.
CREATE TABLE guess (
  subject BYTEA PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

-- When a person last signed in: counts who is active in a month without counting her twice.
CREATE TABLE activity (
  person BIGINT PRIMARY KEY,
  activated_at BIGINT,
  last_at BIGINT NOT NULL
);
