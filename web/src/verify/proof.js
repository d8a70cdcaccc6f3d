// Whether a journal is complete and unaltered: the proof that the server gives, against the public log and against what
// its owner kept. A verifier of its own, beside the one in Rust and the one in Python (web/tests/verify.py): none shares
// a line with another, and the tests hold that they find the same.
//
// It knows no page and no network, and believes nothing of the proof but what it has computed.
import { equal, fromHex, hex, int64, join, utf8 } from "./bytes.js";
import { cosignedBy, parseCheckpoint, signedByLog, verifierKey } from "./checkpoint.js";
import { leafHash, onlyGrew, rootOf } from "./merkle.js";
import { hmac, sha256 } from "./sha256.js";

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
  let [rank, seen, before] = [proof.after, -Infinity, fromHex(proof.before)];
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

/** The checkpoint, when somebody whom she believes has signed it. */
async function trusted(proof, kept, findings) {
  const checkpoint = proof.checkpoint === null ? undefined : parseCheckpoint(proof.checkpoint);
  if (!checkpoint) {
    if (proof.checkpoint !== null) findings.push({ code: "signature" });
    return undefined;
  }
  const keys = (kept?.vkey ? [kept.vkey] : proof.keys).map(verifierKey).filter(Boolean);
  const signed = await Promise.all(keys.map((key) => signedByLog(checkpoint, key)));
  if (!signed.includes(true)) {
    findings.push({ code: "signature" });
    return undefined;
  }
  checkpoint.vkey = keys[signed.indexOf(true)].text;
  // Witnesses whom only the proof names would say what its sender likes: she believes those whom she kept.
  const witnesses = (kept?.witnesses ?? []).map(verifierKey).filter(Boolean);
  if (await cosignedBy(checkpoint, witnesses) < (kept?.threshold ?? 0)) findings.push({ code: "witnesses" });
  return checkpoint;
}

/** Whether the log only grew since the checkpoint that she kept. */
function grown(proof, kept, checkpoint, findings) {
  if (!kept || !checkpoint) {
    if (kept && proof.checkpoint === null) findings.push({ code: "shrunk" });
    return;
  }
  const path = proof.consistency?.since === kept.size ? proof.consistency.proof.map(fromHex) : [];
  if (kept.size > checkpoint.size) findings.push({ code: "shrunk" });
  else if (kept.origin !== checkpoint.origin
    || !onlyGrew(kept.size, kept.root, checkpoint.size, checkpoint.root, path)) findings.push({ code: "fork" });
}

/** Her leaves of the log: each covers her acts up to a rank, and each must be in the tree as it is signed. */
function leaves(proof, checkpoint, bySeq, findings) {
  if (!checkpoint) return;
  const mac = hmac(fromHex(proof.secret));
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
    const ascends = !before || (leaf.n > before.n && leaf.index > before.index && leaf.seq > before.seq);
    if (!fits[i] || !ascends) findings.push({ code: "rewritten", seq: leaf.seq });
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
function ended(proof, kept, bySeq, findings) {
  if (!kept) return;
  const last = proof.acts.at(-1)?.seq ?? proof.after;
  if (kept.seq !== undefined && last < kept.seq) findings.push({ code: "dropped", seq: kept.seq });
  else if (kept.head !== undefined && bySeq.has(kept.seq) && hex(bySeq.get(kept.seq)) !== kept.head) {
    findings.push({ code: "rewritten", seq: kept.seq });
  }
  if (kept.at === undefined || kept.size === undefined) return;
  const covered = Math.max(0, ...proof.leaves.filter((leaf) => leaf.index < kept.size).map((leaf) => leaf.seq));
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
 * Answers `{findings: [{code, seq}], acts, seq, head, size, vkey}`; no findings, all is well. Throws where the browser cannot
 * check signatures, or the proof is not one.
 */
export async function verify(proof, kept) {
  if (proof.format !== "carnet-journal-proof-1") throw new Error("not a proof of a journal");
  const findings = [];
  const own = readKept(kept);
  if (kept && !own) findings.push({ code: "kept" });
  const bySeq = chain(proof, findings);
  const checkpoint = await trusted(proof, own, findings);
  const withCheckpoint = own?.size === undefined ? undefined : own;
  grown(proof, withCheckpoint, checkpoint, findings);
  leaves(proof, checkpoint, bySeq, findings);
  ended(proof, own, bySeq, findings);
  covered(proof, checkpoint, findings);
  const seq = proof.acts.at(-1)?.seq ?? proof.after;
  const unique = new Map(findings.map((finding) => [`${finding.code} ${finding.seq}`, finding]));
  return { findings: [...unique.values()], acts: proof.acts.length, seq, head: hex(bySeq.get(seq)), size: checkpoint?.size, vkey: checkpoint?.vkey };
}
