-- Carnet as OpenID provider for professionals. What a thief of the database would want is hashed or sealed; codes and
-- refresh tokens are stored nowhere: they carry a keyed hash of the grant that they open.

-- What a service registered (JSON of oauth::Service); its row in `client` has its keys and says whether it is suspended.
CREATE TABLE service (
  client_id TEXT PRIMARY KEY,
  registration TEXT NOT NULL
);

-- Our signing keys: `jwk` is public; `sealed` the private one, until the next key takes over. A key is published until
-- `known_until`, when the last token that it signed has ended.
CREATE TABLE openid_key (
  kid TEXT PRIMARY KEY,
  jwk TEXT NOT NULL,
  sealed BYTEA,
  made_at BIGINT NOT NULL,
  known_until BIGINT
);

-- Authorization requests that wait: pushed ones, and those whose professional is signing in.
CREATE TABLE openid_request (
  hash BYTEA PRIMARY KEY,
  client_id TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  opened_at BIGINT,
  until BIGINT NOT NULL
);
CREATE INDEX openid_request_until ON openid_request (until);

-- A sign-on: one professional, signed in once, for all services that she enters. `session` names the session of Carnet
-- that it came from (not its secret); empty when she approved on her telephone.
CREATE TABLE sign_on (
  sid TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  rpps TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  signed_in BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX sign_on_session ON sign_on (session);
CREATE INDEX sign_on_rpps ON sign_on (rpps);
CREATE INDEX sign_on_ends ON sign_on (ends_at);

-- What a service was given under a sign-on. `code_until` is NULL where no code was given; `renewed` counts the refresh
-- tokens that took the place of another.
CREATE TABLE service_grant (
  id BYTEA PRIMARY KEY,
  sid TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  code_until BIGINT,
  code_used_at BIGINT,
  renewed BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX service_grant_sid ON service_grant (sid);
CREATE INDEX service_grant_ends ON service_grant (ends_at);

-- Requests that a service sent to her telephone. `answer`: NULL not yet, 1 approved, 0 refused.
CREATE TABLE approval (
  hash BYTEA PRIMARY KEY,
  rpps TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  asked_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  polled_at BIGINT,
  pause BIGINT NOT NULL,
  answer BIGINT,
  sid TEXT
);
CREATE INDEX approval_rpps ON approval (rpps);
CREATE INDEX approval_until ON approval (until);

-- Which services a professional has entered before: the first time she is shown which one it is.
CREATE TABLE service_entered (
  rpps TEXT NOT NULL,
  client_id TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  PRIMARY KEY (rpps, client_id)
);
