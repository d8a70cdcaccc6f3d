-- Codes that a person hands over at a visit: whose space does a typed code open? A keyed hash of the code and the
-- person to ask about; whether it still opens anything is judged from her own acts each time.
CREATE TABLE loan_handle (
  hash BYTEA PRIMARY KEY,
  person BIGINT NOT NULL,
  -- until when it can be typed
  until BIGINT NOT NULL
);
CREATE INDEX loan_handle_until ON loan_handle (until);

-- 1 once she has opposed being fed by somebody: only then a deposit looks at what she decided.
ALTER TABLE person ADD COLUMN refuses BIGINT NOT NULL DEFAULT 0;

-- Finding the place whose team she allows.
CREATE INDEX structure_finess ON structure (finess);

-- Emergencies that an account declared, by hour: more than a few are unusual.
ALTER TABLE watched_hour ADD COLUMN emergencies BIGINT NOT NULL DEFAULT 0;
