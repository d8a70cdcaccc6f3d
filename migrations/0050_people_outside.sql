-- Sign-ins at outside providers (Pro Santé Connect, FranceConnect, the Carte Vitale app).

-- Whose an outside identity is: found by the provider's name in our configuration and a keyed hash of its name for her.
-- `owner` is a person's number, or an account's with a minus, as for passkeys. It crosses persons by its nature, like
-- `handle`.
CREATE TABLE outside_link (
  provider TEXT NOT NULL,
  subject BYTEA NOT NULL,
  owner BIGINT NOT NULL,
  linked_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (provider, subject)
);
CREATE INDEX outside_link_owner ON outside_link (owner);

-- The ID token of whoever came in through a provider, sealed, so that she can sign out there too: providers want it as
-- a hint. Named by a keyed hash of what her cookie holds; forgotten when the longest session is over.
CREATE TABLE outside_entered (
  hash BYTEA PRIMARY KEY,
  sealed BYTEA NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX outside_entered_until ON outside_entered (until);
