-- Whose a sign-in at an outside provider is: found by a keyed hash of the provider and of what it calls that sign-in
-- (`sid`), when it says that she has signed out there. `owner` as in `outside_link`; it crosses persons by its nature.
-- Forgotten when the longest session is over.
CREATE TABLE outside_sign_on (
  hash BYTEA PRIMARY KEY,
  owner BIGINT NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX outside_sign_on_until ON outside_sign_on (until);
