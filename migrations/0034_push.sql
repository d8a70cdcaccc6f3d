-- Telling a person outside her space, once more: whose news go to whom, when the worker looks again, and browsers that
-- are told by Web Push.

-- Whose news go to whom: one row for the person herself, one for each parent or guardian who wants them.
CREATE TABLE notice_reader (
  person BIGINT NOT NULL,
  -- who is told
  reader BIGINT NOT NULL,
  -- rank of the last act that was looked at
  upto BIGINT NOT NULL,
  -- when to look again; nothing: once something happens
  due_at BIGINT,
  -- since when something waits that need not be told at once
  waits_since BIGINT,
  last_sent BIGINT,
  -- JSON of people::notice::Met under the person's key: whose first access is told already
  sealed BYTEA,
  PRIMARY KEY (person, reader)
)
--sqlite WITHOUT ROWID
;
-- What is due, across persons: a round costs what is due and nothing else.
CREATE INDEX notice_reader_due ON notice_reader (due_at) WHERE due_at IS NOT NULL;

-- A key of the old column was person * 2^20 + rank.
INSERT INTO notice_reader (person, reader, upto, due_at, waits_since, last_sent, sealed)
SELECT person, person, upto - person * 1048576, 0, waits_since, last_sent, NULL FROM notice WHERE active = 1;
ALTER TABLE notice DROP COLUMN active;
ALTER TABLE notice DROP COLUMN upto;
ALTER TABLE notice DROP COLUMN beyond;
ALTER TABLE notice DROP COLUMN waits_since;
ALTER TABLE notice DROP COLUMN last_sent;

-- Browsers of a person that are told by Web Push.
CREATE TABLE push_device (
  person BIGINT NOT NULL,
  -- random, never negative
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  -- JSON of people::notice::push::Device under her key
  sealed BYTEA NOT NULL,
  PRIMARY KEY (person, id)
)
--sqlite WITHOUT ROWID
;
