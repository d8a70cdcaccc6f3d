-- Enrolment: waves of announced departments, loads of the insurer's file, and what is counted.

-- `departments` is a list separated by commas, or * for all that are in no earlier wave.
CREATE TABLE wave (
  wave BIGINT PRIMARY KEY,
  departments TEXT NOT NULL,
  weeks BIGINT NOT NULL,
  announced_at BIGINT NOT NULL,
  -- the last person whose space was looked at when opening, so that opening goes on where it stopped
  opened_upto BIGINT NOT NULL,
  swept_at BIGINT
);

-- How far the load of a file has come; a file is known by a hash of its beginning and its length.
CREATE TABLE enrolment_load (
  file BYTEA PRIMARY KEY,
  started_at BIGINT NOT NULL,
  line BIGINT NOT NULL,
  position BIGINT NOT NULL,
  added BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  finished_at BIGINT
);

-- Counts per day, department and wave; never about one person.
CREATE TABLE tally (
  day BIGINT NOT NULL,
  wave BIGINT NOT NULL,
  department TEXT NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (day, wave, department, what, kind)
);
