// The journal's verifier of the browser and the one in Python find the same: nothing in a good journal, and what was
// done to a bad one. Journals are made here (verify.make.mjs), with every kind of lie that a server could tell.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hex } from "../src/verify/bytes.js";
import { verify } from "../src/verify/proof.js";
import { hmac, sha256 } from "../src/verify/sha256.js";
import { HOUR, NOW, SECOND, acts, checkpoint, digest, kept, log, proof, publish, rechain, witnesses } from "./verify.make.mjs";

const folder = mkdtempSync(join(tmpdir(), "carnet-verify-"));
after(() => rmSync(folder, { recursive: true }));

/** `code rank`, sorted, as Python prints it. */
const said = (findings) => findings
  .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0) || (a.code < b.code ? -1 : 1))
  .map(({ code, seq }) => (seq === undefined ? code : `${code} ${seq}`));

function python(of, marker) {
  const files = [join(folder, "proof.json"), join(folder, "kept.json")];
  writeFileSync(files[0], JSON.stringify(of));
  writeFileSync(files[1], JSON.stringify(marker ?? null));
  const arguments_ = [fileURLToPath(new URL("verify.py", import.meta.url)), files[0], ...(marker ? ["--kept", files[1]] : [])];
  try {
    return execFileSync("python3", arguments_, { encoding: "utf8" }).split("\n").filter(Boolean);
  } catch (error) {
    assert.equal(error.status, 1, error.stderr);
    return error.stdout.split("\n").filter(Boolean);
  }
}

/** Both verifiers say exactly this. */
async function finds(expected, of, marker) {
  const here = said((await verify(structuredClone(of), marker && structuredClone(marker))).findings);
  assert.deepEqual(here, expected);
  assert.deepEqual(python(of, marker), expected);
}

const good = acts(60);
const published = publish(good);
const plain = proof(good, published);
const marker = kept(good, published, 5);
const later = proof(good, published, { since: published.hers[4].index + 1 });
const change = (of, how) => {
  const copy = structuredClone(of);
  how(copy);
  return copy;
};
/** The acts changed and chained anew by somebody who has every key, and published as if that were the journal. */
const forged = (how, options) => {
  const changed = structuredClone(good);
  how(changed);
  const of = rechain(changed);
  return proof(of, publish(of), options);
};

test("a good journal has no findings, with and without a marker", async () => {
  await finds([], plain);
  await finds([], later, marker);
  await finds([], later, { checkpoint: marker.checkpoint });
  await finds([], plain, { seq: marker.seq, head: marker.head });
  for (const n of [1, 2, 3, 7, 8, 33]) {
    const of = acts(n);
    await finds([], proof(of, publish(of)));
  }
  // From every earlier point to this one.
  for (let n = 1; n <= published.hers.length; n++) {
    const since = published.hers[n - 1].index + 1;
    await finds([], proof(good, published, { since }), kept(good, published, n));
  }
});

test("a changed line is that line", async () => {
  for (const how of [
    (act) => (act.line = act.line.replace("own", "care")),
    (act) => (act.kind = 6),
    (act) => (act.at += SECOND),
    (act) => (act.entry = "0".repeat(16)),
    (act) => (act.nonce = "0".repeat(24)),
    (act) => (act.data = "1".repeat(64)),
    (act) => (act.content = "2".repeat(64)),
  ]) {
    await finds(["chain 12"], change(plain, ({ acts }) => how(acts[11])));
  }
  await finds(["chain 14"], change(plain, ({ acts }) => (acts[13].digest = "3".repeat(64))));
});

test("a changed line with all hashes made anew is not what was published", async () => {
  const of = structuredClone(good);
  of[11].line = of[11].line.replace("own", "care");
  const rewritten = rechain(of);
  const hers = published.hers.filter((leaf) => leaf.seq >= 12).map((leaf) => `rewritten ${leaf.seq}`);
  await finds(hers, proof(rewritten, published));
  // Published anew too: then only who kept something can know.
  const everything = forged((all) => (all[11].line = "{}"), { since: marker && published.hers[4].index + 1 });
  await finds([], { ...everything, consistency: null });
  await finds(["fork", `rewritten ${marker.seq}`].sort(), everything, marker);
});

test("dropped, reordered and back-dated lines are found", async () => {
  await finds(["chain 12", "dropped 12"], change(plain, ({ acts }) => acts.splice(10, 1)));
  const swapped = said((await verify(change(plain, ({ acts }) => ([acts[9], acts[10]] = [acts[10], acts[9]])))).findings);
  assert.ok(swapped.includes("dropped 11") && swapped.includes("chain 10") && swapped.includes("chain 11"), `${swapped}`);
  assert.deepEqual(python(change(plain, ({ acts }) => ([acts[9], acts[10]] = [acts[10], acts[9]]))), swapped);
  // The end is cut off, and the leaves with it: only a marker tells.
  const short = good.slice(0, 16);
  const cut = { ...proof(short, publish(short)), at: short.at(-1).at + SECOND };
  await finds([], cut);
  const found = await verify(cut, kept(good, published, 10));
  assert.ok(said(found.findings).includes("dropped 40"));
  assert.deepEqual(python(cut, kept(good, published, 10)), said(found.findings));
  // A line written now with a date of long ago.
  await finds(["back-dated 60"], forged((all) => (all[59].at = NOW - 30 * HOUR)));
});

test("a line that is inserted into the past with a marker around is back-dated", async () => {
  const all = acts(61, { withheld: false });
  const old = all.slice(0, 40);
  const log1 = publish(old);
  const mark = { ...kept(old, log1, 10), at: NOW - 5 * HOUR };
  const since = log1.hers[9].index + 1;
  const more = structuredClone(old);
  more.push({ ...all[40], at: NOW - 8 * HOUR });
  const chained = rechain(more);
  const of = proof(chained, publish(chained), { since });
  const said_ = said((await verify(of, mark)).findings);
  assert.ok(said_.includes("back-dated 41"), `${said_}`);
  assert.deepEqual(python(of, mark), said_);
});

test("a log that is not signed, not cosigned, shorter or another one is found", async () => {
  const stranger = { ...log, sign: witnesses[0].sign };
  await finds(["signature"], { ...plain, at: good[0].at, checkpoint: checkpoint(published.leaves, { by: stranger }) });
  await finds(["signature"], { ...plain, at: good[0].at, checkpoint: "nonsense" });
  await finds(["witnesses"], { ...later, checkpoint: checkpoint(published.leaves, { cosigned: witnesses.slice(1) }) }, marker);
  const late = kept(good, published, published.hers.length);
  const of = good.slice(0, 40);
  const shorter = proof(of, { leaves: published.leaves.slice(0, 30), hers: published.hers.slice(0, 10) });
  const found = await verify(shorter, late);
  assert.ok(said(found.findings).includes("shrunk"));
  assert.deepEqual(python(shorter, late), said(found.findings));
  await finds(["shrunk"], { ...plain, at: good[0].at, checkpoint: null, leaves: [] }, { checkpoint: marker.checkpoint });
  for (const how of [(p) => p.consistency.proof.pop(), (p) => (p.consistency.proof[0] = "0".repeat(64)), (p) => (p.consistency = null)]) {
    await finds(["fork"], change(later, how), marker);
  }
});

test("leaves that do not lead to the signed root, or out of order, are found", async () => {
  for (const how of [
    (leaf) => (leaf.index -= 1),
    (leaf) => leaf.proof.pop(),
    (leaf) => leaf.proof.push("0".repeat(64)),
    (leaf) => (leaf.at += 1),
  ]) {
    await finds(["rewritten 8"], change(plain, ({ leaves }) => how(leaves[1])));
  }
  await finds(["uncovered 1", "uncovered 2", "uncovered 3", "uncovered 4", "uncovered 5", "uncovered 6", "uncovered 8"],
    { ...change(plain, (p) => p.acts.splice(8)), leaves: [], checkpoint: null });
});

test("what one verifier takes for a signature the other does", async () => {
  // Sixty signatures, each with one bit turned: never well, whichever bit.
  for (let bit = 0; bit < 60; bit++) {
    const text = checkpoint(published.leaves, { cosigned: [] });
    const at = text.lastIndexOf(" ") + 1;
    const bytes = Buffer.from(text.slice(at), "base64");
    bytes[4 + Math.floor(bit * 64 / 60)] ^= 1 << (bit % 8);
    const bad = { ...plain, at: good[0].at, checkpoint: `${text.slice(0, at)}${bytes.toString("base64")}\n` };
    assert.deepEqual(said((await verify(bad)).findings), ["signature"]);
    if (bit % 20 === 0) assert.deepEqual(python(bad), ["signature"]);
  }
});

test("hashes are those of Node", () => {
  for (let n = 0; n < 200; n++) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => (i * n) % 256);
    assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
    assert.equal(hex(hmac(bytes.slice(0, 32))(bytes)), createHmac("sha256", bytes.slice(0, 32)).update(bytes).digest("hex"));
  }
});

test("how long a journal of some hundreds of lines takes", async (t) => {
  const of = acts(500, { step: 60 });
  const big = proof(of, publish(of, { each: 16 }));
  await verify(big);
  const times = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    assert.deepEqual((await verify(big)).findings, []);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`500 lines, ${big.leaves.length} leaves: median ${times[10].toFixed(1)} ms, longest ${times[19].toFixed(1)} ms (Node)`);
  assert.ok(digest(of[0]).length === 32);
});
