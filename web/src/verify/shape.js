// The shape of a proof. Every value has one reading only, and nothing stands in an act that is not hashed: a text where a
// number belongs, a hash that is too long, or an act both withheld and told would be checked as one thing and shown as another.

const number = (value) => Number.isSafeInteger(value);
const rank = (value) => number(value) && value >= 0 && value < 2 ** 20;
const text = (value) => typeof value === "string";
const texts = (value) => Array.isArray(value) && value.every(text);
const bytes = (length) => (value) => text(value) && value.length === 2 * length && /^[0-9a-f]*$/.test(value);
const hash = bytes(32);
const path = (value) => Array.isArray(value) && value.every(hash);
const maybe = (is) => (value) => value === null || is(value);
const optional = (is) => (value) => value === undefined || is(value);
const list = (fields) => (value) => Array.isArray(value) && value.every((one) => has(one, fields));

/** Whether an object has these fields, each of this shape. */
function has(object, fields) {
  if (typeof object !== "object" || object === null) return false;
  for (const name in fields) if (!fields[name](object[name])) return false;
  return true;
}

/** Whether it has no field besides. */
function only(object, fields) {
  for (const name in object) if (!(name in fields)) return false;
  return true;
}

const WITHHELD = { seq: rank, digest: hash, hash };
const TOLD = {
  seq: rank, at: number, kind: number, name: optional(text), entry: optional(bytes(8)), nonce: bytes(12), line: text,
  data: optional(hash), content: optional(hash), hash,
};
const isAct = (act) => [WITHHELD, TOLD].some((fields) => has(act, fields) && only(act, fields));

const PROOF = {
  format: (value) => value === "carnet-journal-proof-1",
  person: number,
  at: number,
  secret: hash,
  after: rank,
  before: hash,
  acts: (value) => Array.isArray(value) && value.every(isAct),
  checkpoint: maybe(text),
  keys: texts,
  witnesses: texts,
  threshold: number,
  leaves: list({ n: number, seq: rank, at: number, index: number, proof: path }),
  consistency: maybe((value) => has(value, { since: number, proof: path })),
  begun: optional((value) => has(value, { statement: text, proof: path })),
};

/** Whether this is a proof of a journal. */
export const isProof = (proof) => has(proof, PROOF);

const STATEMENT = {
  format: (value) => value === "carnet-log-begun-1",
  origin: text,
  closed: list({ checkpoint: text, at: number, reason: text }),
};

/** The statement that a log which was begun anew begins with; undefined when the text is none. */
export function readStatement(written) {
  try {
    const statement = JSON.parse(written);
    return has(statement, STATEMENT) ? statement : undefined;
  } catch {
    return undefined;
  }
}
