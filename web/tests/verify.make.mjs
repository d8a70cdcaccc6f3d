// A journal and its log, made for the tests of the verifiers: a log of everybody's leaves with hers among them, signed
// and cosigned. Made with Node's own crypto, which none of the verifiers uses; RFC 6962 as the RFC defines it.
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";

export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
export const NOW = 1_795_334_400_000_000;
const PERSON = 42;

const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const i64 = (n) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(n));
  return bytes;
};

// The tree of RFC 6962 §2.1.
const split = (n) => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};
const root = (leaves) => leaves.length === 1 ? leaves[0]
  : sha([1], root(leaves.slice(0, split(leaves.length))), root(leaves.slice(split(leaves.length))));
const path = (m, leaves) => {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
};
const consistency = (m, leaves, whole = true) => {
  if (m === leaves.length) return whole ? [] : [root(leaves)];
  const k = split(leaves.length);
  return m <= k ? [...consistency(m, leaves.slice(0, k), whole), root(leaves.slice(k))]
    : [...consistency(m - k, leaves.slice(k), false), root(leaves.slice(0, k))];
};

/** A signer by name: keys are made of a name, so that every run is the same. */
function signer(name, type, keyOf = name) {
  const seed = sha(Buffer.from(`key of ${keyOf}`));
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8" });
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const tagged = Buffer.concat([Buffer.from([type]), raw]);
  const id = sha(Buffer.from(`${name}\n`), tagged).subarray(0, 4);
  return { name, id, sign: (text) => sign(null, Buffer.from(text), key), vkey: `${name}+${id.toString("hex")}+${tagged.toString("base64")}` };
}

export const log = signer("example.org/log", 1);
/** The log after it was begun anew: the same key under another name; and after that the key was changed too. */
export const renewed = signer("example.org/log/2", 1, log.name);
export const rotated = signer(log.name, 1, "another key");
export const witnesses = ["north.example", "south.example"].map((name) => signer(name, 4));

/** The checkpoint of these leaves. */
export function checkpoint(leaves, { by = log, also = [], cosigned = witnesses } = {}) {
  const body = `${by.name}\n${leaves.length}\n${root(leaves).toString("base64")}\n`;
  const line = (who, bytes) => `— ${who.name} ${Buffer.concat([who.id, bytes]).toString("base64")}\n`;
  const time = 1_795_334_400;
  const cosignatures = cosigned.map((witness) =>
    line(witness, Buffer.concat([i64(time), witness.sign(`cosignature/v1\ntime ${time}\n${body}`)])));
  const signatures = [by, ...also].map((who) => line(who, who.sign(body)));
  return `${body}\n${signatures.join("")}${cosignatures.join("")}`;
}

const secret = sha(Buffer.from("her secret"));
const before = Buffer.alloc(32);

export function digest(act) {
  if (act.digest) return Buffer.from(act.digest, "hex");
  return sha(Buffer.from("carnet-act-2"), i64(BigInt(PERSON) * 2n ** 20n + BigInt(act.seq)), i64(act.at), i64(act.kind),
    Buffer.from(act.entry ?? "ff".repeat(8), "hex"), Buffer.from(act.nonce, "hex"), sha(Buffer.from(act.line)),
    Buffer.from(act.data ?? "00".repeat(32), "hex"), Buffer.from(act.content ?? "00".repeat(32), "hex"));
}

/** Chains acts anew, as somebody with every key of the operator could. */
export function rechain(acts) {
  let last = before;
  return acts.map((act) => {
    last = sha(Buffer.from("carnet-chain-2"), last, digest(act));
    return { ...act, hash: last.toString("hex") };
  });
}

/** Acts 1 … n, ten minutes apart, the last just now; every seventh is withheld. */
export function acts(n, { withheld = true, step = 600 } = {}) {
  const made = Array.from({ length: n }, (_, i) => {
    const seq = i + 1;
    const line = JSON.stringify({ a: { k: "c", person: PERSON, n: "Camille Aubert-Lefèvre" }, p: "own", q: seq });
    return {
      seq, at: NOW - (n - seq) * step * SECOND, kind: 40 + (seq % 3), name: "ListRead", nonce: sha(i64(seq)).subarray(0, 12).toString("hex"), line,
      ...(seq % 4 === 0 && { entry: sha(i64(-seq)).subarray(0, 8).toString("hex") }),
      ...(seq % 5 === 0 && { data: sha(Buffer.from(`data ${seq}`)).toString("hex") }),
      ...(seq % 10 === 0 && { content: sha(Buffer.from(`content ${seq}`)).toString("hex") }),
    };
  });
  const hidden = (act) => ({ seq: act.seq, digest: digest(act).toString("hex") });
  return rechain(made.map((act) => (withheld && act.seq % 7 === 0 ? hidden(act) : act)));
}

/** What the log that was begun anew says of the one before, whose last known checkpoint this is. */
export const statement = (last, { origin = renewed.name, reason = "An older backup was restored." } = {}) =>
  JSON.stringify({ format: "carnet-log-begun-1", origin, closed: [{ checkpoint: last, at: NOW - HOUR, reason }] });

function leafHash(leaf, head, said) {
  const anew = () => createHmac("sha256", secret).update(`carnet-log-renewed-1${renewed.name}`).digest();
  const mac = (text, ...parts) => createHmac("sha256", said ? anew() : secret).update(Buffer.concat([Buffer.from(text), ...parts])).digest();
  const label = mac("carnet-log-label-1", i64(leaf.n)).subarray(0, 16);
  const commitment = mac("carnet-log-head-1", i64(leaf.n), i64(leaf.seq), i64(leaf.at), Buffer.from(head, "hex"));
  return sha([0], label, commitment);
}

/**
 * The public log: hers are leaves n at every third place, each for `each` more acts; the others are somebody's. It begins
 * with the statement `said`, if it was begun anew; the number `skipped` is not used.
 */
export function publish(of, { each = 4, said, skipped } = {}) {
  const leaves = said ? [sha([0], Buffer.from("carnet-log-begun"), sha(Buffer.from(said)))] : [];
  const hers = [];
  for (let seq = Math.min(each, of.length); ; seq = Math.min(seq + each, of.length)) {
    leaves.push(sha(i64(leaves.length)), sha(i64(-leaves.length)));
    const act = of[seq - 1];
    const leaf = { n: hers.length + (hers.length + 1 >= skipped ? 2 : 1), seq, at: (act.at ?? of[seq - 2].at) + SECOND, index: leaves.length };
    leaves.push(leafHash(leaf, act.hash, said));
    hers.push(leaf);
    if (seq === of.length) break;
  }
  return { leaves, hers, said };
}

/** What the server would answer. */
export function proof(of, { leaves, hers, said }, { since } = {}) {
  const by = said ? renewed : log;
  const hexes = (nodes) => nodes.map((node) => node.toString("hex"));
  return {
    format: "carnet-journal-proof-1", person: PERSON, at: NOW + 60 * SECOND, secret: secret.toString("hex"),
    after: 0, before: before.toString("hex"), acts: of,
    checkpoint: checkpoint(leaves, { by }), keys: [by.vkey], witnesses: witnesses.map((witness) => witness.vkey), threshold: 2,
    leaves: hers.map((leaf) => ({ ...leaf, proof: hexes(path(leaf.index, leaves)) })),
    consistency: since ? { since, proof: hexes(consistency(since, leaves)) } : null,
    ...(said && { begun: { statement: said, proof: hexes(path(0, leaves)) } }),
  };
}

/** What she kept when the journal had `seq` acts, which her leaf `n` covers. */
export function kept(of, { leaves, hers }, n) {
  const leaf = hers[n - 1];
  return {
    format: "carnet-kept-1", checkpoint: checkpoint(leaves.slice(0, leaf.index + 1)), vkey: log.vkey,
    witnesses: witnesses.map((witness) => witness.vkey), threshold: 2,
    seq: leaf.seq, head: of[leaf.seq - 1].hash, at: leaf.at + SECOND,
  };
}

/**
 * From now on every block of SHA-256 that is hashed and every signature that is checked is counted in `globalThis.work`.
 * Runs here and, given to a page, in a browser: nothing of the verifier's own is touched, which hashes by DataViews alone.
 */
export function countWork() {
  globalThis.work = { words: 0, signatures: 0 };
  if (globalThis.isCounting) return;
  globalThis.isCounting = true;
  const [word, verify] = [DataView.prototype.getUint32, crypto.subtle.verify.bind(crypto.subtle)];
  DataView.prototype.getUint32 = function (...where) {
    globalThis.work.words += 1;
    return word.apply(this, where);
  };
  crypto.subtle.verify = (...what) => {
    globalThis.work.signatures += 1;
    return verify(...what);
  };
}

/**
 * How many blocks of SHA-256 (of 16 words) a proof may cost: a few for each line, for each leaf its path up the tree, and
 * what little does not grow. `lines` are the least, without which some line was not looked at.
 */
export function blocksFor(of) {
  const blocks = (length) => Math.ceil((length + 9) / 64);
  const act = ({ line, digest }) => blocks(14 + 64) + (digest ? 0 : blocks(Buffer.byteLength(line)) + blocks(12 + 4 * 8 + 12 + 3 * 32));
  const lines = of.acts.reduce((sum, one) => sum + act(one), 0);
  const size = Number(of.checkpoint.split("\n")[1]);
  const leaf = blocks(64 + 26) + blocks(64 + 73) + 2 * blocks(64 + 32) + blocks(49) + Math.ceil(Math.log2(size)) * blocks(65);
  return { lines, most: lines + of.leaves.length * leaf + 8 * (of.keys.length + of.witnesses.length + 4) };
}
