-- The letter that carries a person's provisional code: when it was made. Her code follows from her number, this
-- moment and the keyring, so that the letter can be printed again without a second code.
CREATE TABLE activation_letter (
  person BIGINT PRIMARY KEY,
  issued_at BIGINT NOT NULL
);
