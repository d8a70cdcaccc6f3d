-- Accounts of those who work here: professionals and the operator's team. Their passkeys, codes and sessions lie in
-- the same tables as everybody's, under the number -id in the column `person`: no person has a number below 1.
-- `name` is an RPPS number or the name of a member of the team; `situation` the activity chosen last.
CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  suspended_at BIGINT,
  reason TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  activated_at BIGINT,
  last_at BIGINT,
  situation TEXT NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (kind, name);

-- What was done with an account, and by whom: its owner's journal of signing in. `n` tells acts of one moment apart.
CREATE TABLE account_act (
  account BIGINT NOT NULL,
  at BIGINT NOT NULL,
  n BIGINT NOT NULL,
  event TEXT NOT NULL,
  refused TEXT NOT NULL,
  about TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (account, at, n, event)
);
