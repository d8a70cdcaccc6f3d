-- Outside providers through which somebody does not want to come in any more. `person` is a person's number, or an
-- account's with a minus, as for passkeys; `provider` its name in our configuration.
CREATE TABLE outside_closed (
  person BIGINT NOT NULL,
  provider TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  PRIMARY KEY (person, provider)
);
