-- Apps that persons connect to their spaces. Codes and refresh tokens are stored nowhere: they carry a keyed hash of the
-- grant that they open. That a person connected an app, and what she granted it, is an act of hers and not here.

-- The catalogue: what an app's maker registered (JSON of people::apps::Listed). Its row in `client` has its keys, if it
-- has any, and says whether it is suspended.
CREATE TABLE app (
  client_id TEXT PRIMARY KEY,
  registration TEXT NOT NULL
);

-- What an app was given under a connection of hers.
CREATE TABLE app_grant (
  person BIGINT NOT NULL,
  -- random
  id BYTEA NOT NULL,
  -- until when its code opens; nothing: the code was used
  code_until BIGINT,
  -- refresh tokens that took the place of another
  renewed BIGINT NOT NULL,
  -- when it is over: with the code, then with what the code opened
  ends_at BIGINT NOT NULL,
  -- JSON of people::apps::grants::Held under her key: which app it is says something of her health
  sealed BYTEA NOT NULL,
  PRIMARY KEY (person, id)
)
--sqlite WITHOUT ROWID
;
CREATE INDEX app_grant_ends ON app_grant (ends_at);
