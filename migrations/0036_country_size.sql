-- What a request or a round of the worker reads must not grow with the country: indexes for what was looked through
-- from end to end (crates/store/src/tests/plans.rs holds that nothing is).

-- Professionals ('professional', by name) and places ('place', by name, town and number) are found by the words they are
-- called by, each word by its beginning. Words are folded (kernel::text::fold), so an engine's own order of letters must
-- not have a say. Places get their names' words with the next import; their numbers are known already.
CREATE TABLE called (
  what TEXT NOT NULL,
--sqlite  word TEXT NOT NULL,
--postgres  word TEXT COLLATE "C" NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (what, word, id)
)
--sqlite WITHOUT ROWID
;
INSERT INTO called (what, word, id) SELECT 'place', finess, id FROM structure WHERE finess IS NOT NULL;
--postgres INSERT INTO called (what, word, id)
--postgres   SELECT DISTINCT 'professional', word, rpps
--postgres     FROM professional, unnest(string_to_array(folded, ' ')) AS word WHERE word <> '';
--sqlite INSERT OR IGNORE INTO called (what, word, id)
--sqlite   WITH RECURSIVE split (rpps, word, rest) AS (
--sqlite     SELECT rpps, '', folded || ' ' FROM professional
--sqlite     UNION ALL
--sqlite     SELECT rpps, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
--sqlite       FROM split WHERE rest <> '')
--sqlite   SELECT 'professional', word, rpps FROM split WHERE word <> '';

-- Spaces that wait to be erased: a few, among everybody.
CREATE INDEX person_closed ON person (state_at) WHERE state = 2;
CREATE INDEX idempotency_at ON idempotency (at);
CREATE INDEX guess_last ON guess (last_at);
