// Whether a journal is complete and unaltered: the proof that the server gives, against the public log and against what
// its owner kept. A verifier of its own, beside the one in Rust and the one in Python (web/tests/verify.py): none shares
// a line with another, and the tests hold that they find the same.
//
// It knows no page and no network, and believes nothing of the proof but what it has computed.
import { equal, fromHex, hex, int64, join, utf8 } from "./bytes.js";
import { cosignedBy, parseCheckpoint, signedByLog, under, verifierKey } from "./checkpoint.js";
import { leafHash, onlyGrew, rootOf } from "./merkle.js";
import { hmac, sha256 } from "./sha256.js";
import { isProof, readStatement } from "./shape.js";

/** Nodes' clocks differ a little (microseconds). */
const SLACK = 600_000_000;
/** Within this time every act is in the log (microseconds). */
const HOUR = 3_600_000_000;
/** How many acts have one number of a person: an act's id is person × this + rank. */
const RANKS = 1n << 20n;
const NONE = new Uint8Array(8).fill(0xff);
const ZEROS = new Uint8Array(32);

/** The hash of one act, from everything it is made of; a withheld act gives only this hash. */
function digest(person, act) {
  if (act.digest !== undefined) return fromHex(act.digest);
  return sha256(join(
    utf8("carnet-act-2"),
    int64(BigInt(person) * RANKS + BigInt(act.seq)),
    int64(act.at),
    int64(act.kind),
    act.entry === undefined ? NONE : fromHex(act.entry),
    fromHex(act.nonce),
    sha256(utf8(act.line)),
    act.data === undefined ? ZEROS : fromHex(act.data),
    act.content === undefined ? ZEROS : fromHex(act.content),
  ));
}

/**
 * The chain of acts: ranks without gaps, every hash made of the one before. Each link is checked against the hash that
 * the act before claims, so that one changed line is one finding; that every one fits is what makes a chain.
 */
function chain(proof, findings) {
  // Before the first act there is nothing, whatever is said of it.
  let [rank, seen, before] = [proof.after, -Infinity, proof.after === 0 ? ZEROS : fromHex(proof.before)];
  const bySeq = new Map([[rank, before]]);
  for (const act of proof.acts) {
    const claimed = fromHex(act.hash);
    if (act.seq !== rank + 1) findings.push({ code: "dropped", seq: act.seq });
    const hash = sha256(join(utf8("carnet-chain-2"), before, digest(proof.person, act)));
    if (!equal(hash, claimed)) findings.push({ code: "chain", seq: act.seq });
    if (act.at !== undefined) {
      if (act.at < seen - SLACK) findings.push({ code: "back-dated", seq: act.seq });
      seen = act.at;
    }
    bySeq.set(act.seq, claimed);
    [rank, before] = [act.seq, claimed];
  }
  return bySeq;
}

/**
 * The checkpoint, when somebody whom she believes has signed it. The key that she kept signs for a log that was begun anew
 * too, under its new name.
 */
async function trusted(proof, kept, findings) {
  if (proof.checkpoint === null) return undefined;
  const checkpoint = parseCheckpoint(proof.checkpoint);
  const told = proof.keys.map(verifierKey).filter(Boolean);
  let own = kept?.vkey ? verifierKey(kept.vkey) : undefined;
  if (own && proof.begun && checkpoint) own = under(own, checkpoint.origin);
  const keys = own && !told.some((key) => key.text === own.text) ? [own, ...told] : told;
  const signed = checkpoint ? await Promise.all(keys.map((key) => signedByLog(checkpoint, key))) : [];
  const signers = keys.filter((_, i) => signed[i]);
  if (kept?.vkey ? !signers.some((key) => key.text === own?.text) : signers.length === 0) {
    findings.push({ code: "signature" });
    return undefined;
  }
  // The newest one that signs beside hers: the older ones will be retired.
  checkpoint.vkey = signers.at(-1).text;
  // Witnesses whom only the proof names would say what its sender likes: she believes those whom she kept.
  const witnesses = (kept?.witnesses ?? []).map(verifierKey).filter(Boolean);
  if (await cosignedBy(checkpoint, witnesses) < (kept?.threshold ?? 0)) findings.push({ code: "witnesses" });
  return checkpoint;
}

/** The statement of a log that was begun anew, when the log begins with it. */
function begun(proof, checkpoint, findings) {
  if (!proof.begun || !checkpoint) return undefined;
  const entry = join(utf8("carnet-log-begun"), sha256(utf8(proof.begun.statement)));
  const root = rootOf(leafHash(entry), 0, checkpoint.size, proof.begun.proof.map(fromHex));
  const statement = readStatement(proof.begun.statement);
  if (root && equal(root, checkpoint.root) && statement?.origin === checkpoint.origin) return statement;
  findings.push({ code: "fork" });
  return undefined;
}

/** Whether the log that she kept was closed and this one begun, which says why. */
async function restarted(kept, checkpoint, statement, findings) {
  const key = kept?.vkey ? verifierKey(kept.vkey) : undefined;
  const origin = kept?.origin ?? key?.name;
  if (!checkpoint || origin === checkpoint.origin) return false;
  const last = statement?.closed.map((closed) => parseCheckpoint(closed.checkpoint)).find((note) => note?.origin === origin);
  if (!last) return false;
  const signed = !key || await signedByLog(last, under(key, origin));
  // The same number of leaves, and other ones: the old log had two versions.
  if (!signed || (kept.size === last.size && !equal(kept.root, last.root))) findings.push({ code: "fork" });
  findings.push({ code: "restarted" });
  return true;
}

/** Whether the log only grew since the checkpoint that she kept. */
function grown(proof, kept, checkpoint, findings) {
  if (kept?.size === undefined) return;
  if (!checkpoint) {
    if (proof.checkpoint === null) findings.push({ code: "shrunk" });
    return;
  }
  const path = proof.consistency?.since === kept.size ? proof.consistency.proof.map(fromHex) : [];
  if (kept.origin !== checkpoint.origin) findings.push({ code: "fork" });
  else if (kept.size > checkpoint.size) findings.push({ code: "shrunk" });
  else if (!onlyGrew(kept.size, kept.root, checkpoint.size, checkpoint.root, path)) findings.push({ code: "fork" });
}

/**
 * Her leaves of the log: each covers her acts up to a rank, and each must be in the tree as it is signed. They are numbered
 * without gaps: only between the last one below the size that she kept and the newest ones may some be left out.
 */
function leaves(proof, kept, checkpoint, bySeq, findings) {
  if (!checkpoint) return;
  const own = hmac(fromHex(proof.secret));
  const mac = proof.begun ? hmac(own(utf8(`carnet-log-renewed-1${checkpoint.origin}`))) : own;
  const since = kept?.size ?? proof.consistency?.since;
  const fits = proof.leaves.map((leaf) => {
    if (leaf.seq < proof.after) return true;
    const head = bySeq.get(leaf.seq);
    if (!head) return false;
    const label = mac(join(utf8("carnet-log-label-1"), int64(leaf.n))).slice(0, 16);
    const commitment = mac(join(utf8("carnet-log-head-1"), int64(leaf.n), int64(leaf.seq), int64(leaf.at), head));
    const hash = leafHash(join(label, commitment));
    const root = rootOf(hash, leaf.index, checkpoint.size, leaf.proof.map(fromHex));
    return root !== undefined && equal(root, checkpoint.root);
  });
  proof.leaves.forEach((leaf, i) => {
    const before = proof.leaves[i - 1];
    const next = !before || leaf.n === before.n + 1 || (leaf.n > before.n && before.index < since && since <= leaf.index);
    const ascends = !before || (leaf.index > before.index && leaf.seq > before.seq);
    if (!fits[i] || !next || !ascends) findings.push({ code: "rewritten", seq: leaf.seq });
    if (before && leaf.n === before.n + 1) {
      for (const act of proof.acts) {
        if (act.at !== undefined && act.seq > before.seq && act.seq <= leaf.seq && leaf.at - act.at > HOUR) {
          findings.push({ code: "late", seq: act.seq });
        }
      }
    }
  });
}

/** What she kept of the journal itself: where it ended then, and what it can no longer gain. */
function ended(proof, kept, anew, bySeq, findings) {
  if (!kept) return;
  const last = proof.acts.at(-1)?.seq ?? proof.after;
  const head = bySeq.get(kept.seq);
  const same = head !== undefined && hex(head) === kept.head;
  if (kept.seq !== undefined && kept.head !== undefined && !same) {
    if (anew && kept.seq >= proof.after) findings.push({ code: "unshown", seq: kept.seq });
    else if (last < kept.seq) findings.push({ code: "dropped", seq: kept.seq });
    else if (head) findings.push({ code: "rewritten", seq: kept.seq });
  }
  if (kept.at === undefined || kept.size === undefined) return;
  const below = proof.leaves.filter((leaf) => leaf.index < kept.size).map((leaf) => leaf.seq);
  const covered = anew ? (same ? kept.seq : Infinity) : Math.max(0, ...below);
  for (const act of proof.acts) {
    if (act.at !== undefined && act.at + HOUR < kept.at && act.seq > covered) findings.push({ code: "back-dated", seq: act.seq });
  }
}

/** Everything that is older than an hour is in the log. */
function covered(proof, checkpoint, findings) {
  const upto = checkpoint ? (proof.leaves.at(-1)?.seq ?? 0) : 0;
  for (const act of proof.acts) {
    if (act.at !== undefined && act.seq > upto && proof.at - act.at > HOUR) findings.push({ code: "uncovered", seq: act.seq });
  }
}

/** What she kept, ready to be compared; undefined when it cannot be read. */
export function readKept(kept) {
  const checkpoint = kept?.checkpoint ? parseCheckpoint(kept.checkpoint) : undefined;
  if (!kept || (kept.checkpoint && !checkpoint)) return undefined;
  return { ...kept, origin: checkpoint?.origin, size: checkpoint?.size, root: checkpoint?.root };
}

/**
 * Verifies a proof, against what its owner kept if she did.
 * `kept`: `{checkpoint, vkey, seq, head, at, witnesses, threshold}`, each of them or none.
 * Answers `{findings: [{code, seq}], acts, seq, head, size, vkey, begun}`; no findings, all is well; `begun` is when and why
 * the log was begun anew, if it was: `{at, reason}`. Throws where the browser cannot check signatures, or the proof is not one.
 */
export async function verify(proof, kept) {
  if (!isProof(proof)) throw new Error("not a proof of a journal");
  const findings = [];
  const own = readKept(kept);
  if (kept && !own) findings.push({ code: "kept" });
  const bySeq = chain(proof, findings);
  const checkpoint = await trusted(proof, own, findings);
  const statement = begun(proof, checkpoint, findings);
  const anew = await restarted(own, checkpoint, statement, findings);
  if (!anew) grown(proof, own, checkpoint, findings);
  leaves(proof, own, checkpoint, bySeq, findings);
  ended(proof, own, anew, bySeq, findings);
  covered(proof, checkpoint, findings);
  const seq = proof.acts.at(-1)?.seq ?? proof.after;
  const unique = new Map(findings.map((finding) => [`${finding.code} ${finding.seq}`, finding]));
  return {
    findings: [...unique.values()], acts: proof.acts.length, seq, head: hex(bySeq.get(seq)),
    size: checkpoint?.size, vkey: checkpoint?.vkey, begun: statement?.closed.at(-1),
  };
}
