-- How a person is told, outside her space, that something happened in it: who asked for it and up to where the worker
-- has looked. What she chose and her address are sealed with her key.
CREATE TABLE notice (
  person BIGINT PRIMARY KEY,
  -- 1 when a confirmed address and a wish are there
  active BIGINT NOT NULL,
  -- keys of the last act that was looked at, and of the last one that her sequence can ever have
  upto BIGINT NOT NULL,
  beyond BIGINT NOT NULL,
  -- since when something waits that need not be told at once
  waits_since BIGINT,
  last_sent BIGINT,
  -- JSON of people::notice::Choice under her key
  sealed BYTEA NOT NULL
);
