-- "I don't recognise this": a line of her journal that a person has handed to the operator's team, with her words and
-- the answer.
CREATE TABLE report (
  person BIGINT NOT NULL,
  -- random, never negative
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  answered_at BIGINT,
  closed_at BIGINT,
  -- JSON of people::report::Says under her key
  sealed BYTEA NOT NULL,
  PRIMARY KEY (person, id)
);

-- Crosses persons: what waits on the team's desk. Nothing but where to look; the report itself is opened, and written
-- into the person's journal, one by one.
CREATE TABLE report_desk (
  -- 0 new, 1 answered, 2 closed
  state BIGINT NOT NULL,
  at BIGINT NOT NULL,
  person BIGINT NOT NULL,
  id BIGINT NOT NULL,
  PRIMARY KEY (state, at, person, id)
)
--sqlite WITHOUT ROWID
;
