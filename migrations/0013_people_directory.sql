-- Health professionals and where they practise, as the RPPS extract tells it. Public data: nothing here is sealed.
-- Small enough to be copied to every node; what a search needs of them stands in `professional`.

CREATE TABLE practitioner (
  rpps TEXT PRIMARY KEY,
  civil_title TEXT NOT NULL,
  title TEXT NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- `digest` says whether a line of a later extract brings anything new.
CREATE TABLE structure (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  legal_name TEXT NOT NULL,
  finess TEXT,
  legal_finess TEXT,
  siret TEXT,
  siren TEXT,
  street TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  insee TEXT NOT NULL,
  town TEXT NOT NULL,
  department TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  former_id TEXT NOT NULL,
  authority TEXT NOT NULL,
  digest BYTEA NOT NULL
);

-- One line of the extract: one profession exercised in one way in one place. `seen` is the import that saw it last;
-- an activity that an import no longer saw has ended.
CREATE TABLE situation (
  rpps TEXT NOT NULL,
  id TEXT NOT NULL,
  profession TEXT NOT NULL,
  category TEXT NOT NULL,
  know_how TEXT NOT NULL,
  specialty TEXT,
  mode TEXT NOT NULL,
  sector TEXT,
  section TEXT,
  role TEXT,
  structure TEXT NOT NULL,
  seen BIGINT NOT NULL,
  since BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (rpps, id)
);
CREATE INDEX situation_seen ON situation (seen);
CREATE INDEX situation_structure ON situation (structure);
