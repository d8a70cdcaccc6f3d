-- Who else may act for a person: her guardian by a judge's decision, whomever she asked to help her. Parents are
-- not here: the insurer's file names them in her own identity.
CREATE TABLE may_act (
  person BIGINT NOT NULL,
  -- random, never negative
  relation BIGINT NOT NULL,
  -- 1 guardian, 2 delegate
  kind BIGINT NOT NULL,
  -- first and last day, counted from 1970-01-01; a guardianship may have no last day
  begins BIGINT NOT NULL,
  ends BIGINT,
  offered_at BIGINT NOT NULL,
  -- both have agreed, or a judge has decided
  accepted_at BIGINT,
  -- taken back, given up or declined: at once
  ended_at BIGINT,
  -- JSON of people::delegation::Says under her key
  sealed BYTEA NOT NULL,
  PRIMARY KEY (person, relation)
);

-- Crosses persons: whose spaces may somebody open? A keyed hash of her INS, or of an invitation's code, and the
-- person to ask about. A pointer, never a right: the right is judged anew from the person's own rows each time.
CREATE TABLE may_act_handle (
  hash BYTEA NOT NULL,
  person BIGINT NOT NULL,
  PRIMARY KEY (hash, person)
)
--sqlite WITHOUT ROWID
;
