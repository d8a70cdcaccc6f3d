-- Watching professional accounts, so that a stolen one is noticed and stopped. Whose spaces were opened stands here
-- only as keyed hashes: who reads these tables learns how many, never whose.

-- An account that has come in by a door; `suspended_at` shuts every door.
CREATE TABLE watched (
  rpps TEXT PRIMARY KEY,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  suspended_at BIGINT
);

-- Spaces an account has opened lately: one row per space, from its first opening within a day.
CREATE TABLE watched_space (
  rpps TEXT NOT NULL,
  space BYTEA NOT NULL,
  at BIGINT NOT NULL,
  -- 1 when the person lives where the practice is
  linked BIGINT NOT NULL,
  PRIMARY KEY (rpps, space)
);
CREATE INDEX watched_space_at ON watched_space (rpps, at);

-- Searches for a person and refusals, by hour since 1970.
CREATE TABLE watched_hour (
  rpps TEXT NOT NULL,
  hour BIGINT NOT NULL,
  searches BIGINT NOT NULL,
  refusals BIGINT NOT NULL,
  PRIMARY KEY (rpps, hour)
);

-- Devices an account has come from, as keyed hashes of what the browser calls itself.
CREATE TABLE watched_device (
  rpps TEXT NOT NULL,
  device BYTEA NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (rpps, device)
);

-- What was unusual: one row per account, kind and day (since 1970, UTC), so that an attack does not bury its own alert.
CREATE TABLE watch_alert (
  rpps TEXT NOT NULL,
  kind TEXT NOT NULL,
  day BIGINT NOT NULL,
  at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  figure BIGINT NOT NULL,
  PRIMARY KEY (rpps, kind, day)
);
CREATE INDEX watch_alert_last ON watch_alert (last_at);

-- Every suspension there was: by whom, why, until when.
CREATE TABLE watch_suspension (
  rpps TEXT NOT NULL,
  at BIGINT NOT NULL,
  operator TEXT NOT NULL,
  reason TEXT NOT NULL,
  lifted_at BIGINT,
  lifted_by TEXT,
  PRIMARY KEY (rpps, at)
);
