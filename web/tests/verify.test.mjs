// The journal's verifier of the browser, `carnet verify` and the one in Python find the same: nothing in a good journal,
// and what was done to a bad one. Journals are made here (verify.make.mjs), with every kind of lie that a server could
// tell. CARNET names the program; without it only the other two are compared, and the first test says so.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hex } from "../src/verify/bytes.js";
import { verify } from "../src/verify/proof.js";
import { hmac, sha256 } from "../src/verify/sha256.js";
import {
  HOUR, NOW, SECOND, acts, blocksFor, checkpoint, countWork, digest, kept, log, proof, publish, rechain, rotated, statement, witnesses,
} from "./verify.make.mjs";
import { carnet, python, said } from "./verify.others.mjs";

const folder = mkdtempSync(join(tmpdir(), "carnet-verify-"));
after(() => rmSync(folder, { recursive: true }));

/** What the two others say, which are the same. */
function others(of, marker) {
  const text = JSON.stringify(of);
  const found = python(folder, text, marker);
  if (process.env.CARNET) assert.deepEqual(carnet(folder, text, marker), found, "carnet verify");
  return found;
}

/** All three verifiers say exactly this. */
async function finds(expected, of, marker) {
  const here = said((await verify(structuredClone(of), marker && structuredClone(marker))).findings);
  assert.deepEqual(here, expected);
  assert.deepEqual(others(of, marker), expected);
}

/** All three say the same; what it is. */
async function agree(of, marker) {
  const here = said((await verify(structuredClone(of), marker && structuredClone(marker))).findings);
  assert.deepEqual(others(of, marker), here);
  return here;
}

/** No verifier takes it for a proof. */
async function refuses(of) {
  await assert.rejects(verify(structuredClone(of)), /not a proof/);
  assert.equal(others(of), "no proof");
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

test("all three verifiers are here", { skip: !process.env.CARNET && "CARNET is not set" }, () => {
  assert.deepEqual(carnet(folder, JSON.stringify(plain)), []);
});

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
  const swapped = await agree(change(plain, ({ acts }) => ([acts[9], acts[10]] = [acts[10], acts[9]])));
  assert.ok(swapped.includes("dropped 11") && swapped.includes("chain 10") && swapped.includes("chain 11"), `${swapped}`);
  // The same with their ranks changed too: numbered as if nothing were.
  await finds(["chain 10", "chain 11", "chain 12"], change(plain, ({ acts }) => {
    [acts[9], acts[10]] = [{ ...acts[10], seq: 10 }, { ...acts[9], seq: 11 }];
  }));
  // A date alone: the line is not the one that was written, whatever date it is given.
  await finds(["chain 12"], change(plain, ({ acts }) => (acts[11].at -= 60 * SECOND)));
  await finds(["back-dated 12", "chain 12", "late 12"], change(plain, ({ acts }) => (acts[11].at -= 30 * HOUR)));
  // The end is cut off, and the leaves with it: only a marker tells.
  const short = good.slice(0, 16);
  const cut = { ...proof(short, publish(short)), at: short.at(-1).at + SECOND };
  await finds([], cut);
  const found = await agree(cut, kept(good, published, 10));
  assert.ok(found.includes("dropped 40"), `${found}`);
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
  const found = await agree(of, mark);
  assert.ok(found.includes("back-dated 41"), `${found}`);
});

test("a log that is not signed, not cosigned, shorter or another one is found", async () => {
  const stranger = { ...log, sign: witnesses[0].sign };
  await finds(["signature"], { ...plain, at: good[0].at, checkpoint: checkpoint(published.leaves, { by: stranger }) });
  for (const text of ["nonsense", "", plain.checkpoint.trimEnd(), plain.checkpoint.replace("=\n", "\n"), plain.checkpoint.replace("— ", "— é+")]) {
    await finds(["signature"], { ...plain, at: good[0].at, checkpoint: text });
  }
  await finds(["witnesses"], { ...later, checkpoint: checkpoint(published.leaves, { cosigned: witnesses.slice(1) }) }, marker);
  const late = kept(good, published, published.hers.length);
  const of = good.slice(0, 40);
  const shorter = proof(of, { leaves: published.leaves.slice(0, 30), hers: published.hers.slice(0, 10) });
  const found = await agree(shorter, late);
  assert.ok(found.includes("shrunk"), `${found}`);
  await finds(["shrunk"], { ...plain, at: good[0].at, checkpoint: null, leaves: [] }, { checkpoint: marker.checkpoint });
  for (const how of [(p) => p.consistency.proof.pop(), (p) => (p.consistency.proof[0] = "0".repeat(64)), (p) => (p.consistency = null)]) {
    await finds(["fork"], change(later, how), marker);
  }
});

test("what has two readings is no proof", async () => {
  for (const how of [
    // Shown as one thing, hashed as another: the digest of the true act beside a line that tells another story.
    ({ acts }) => (acts[11] = { ...acts[11], line: "{}", digest: digest(acts[11]).toString("hex") }),
    ({ acts }) => (acts[13].line = "{}"),
    // Bytes that move from one field to the next leave the hash as it was.
    ({ acts }) => (acts[11].nonce += "00"),
    ({ acts }) => (acts[11].data = ""),
    // Texts where numbers belong are compared as texts.
    ({ acts }) => (acts[11].at = `${acts[11].at}`),
    ({ acts }) => (acts[11].seq = 12.5),
    ({ acts }) => (acts[11].more = 1),
    ({ leaves }) => (leaves[1].index = null),
    ({ leaves }) => (leaves[1].proof[0] = "zz".repeat(32)),
    (p) => (p.secret = p.secret.slice(2)),
    (p) => (p.format = "carnet-journal-proof-2"),
    (p) => delete p.acts,
  ]) {
    await refuses(change(plain, how));
  }
});

test("a number of hers that the log does not show is missed", async () => {
  const skipped = publish(good, { skipped: 5 });
  await finds([`rewritten ${skipped.hers[4].seq}`], proof(good, skipped));
  // Only between what she kept and the newest leaves may some be left out.
  const since = published.hers[4].index + 1;
  const some = change(proof(good, published, { since }), (p) => p.leaves.splice(5, 3));
  await finds([], some, marker);
  await finds([`rewritten ${some.leaves[5].seq}`], { ...some, consistency: null });
});

test("a log that was begun anew says so, and what it can no longer prove", async () => {
  const story = statement(checkpoint(published.leaves));
  const anew = (of, options) => proof(of, publish(of, { said: story, ...options }));
  // Whoever kept nothing reads it on the page; whoever kept the last line she knew sees that it is the same.
  await finds([], anew(good));
  assert.equal((await verify(anew(good))).begun.reason, "An older backup was restored.");
  await finds(["restarted"], anew(good), marker);
  await finds(["restarted"], anew(good), { checkpoint: marker.checkpoint });
  await finds(["restarted"], anew(good), { ...marker, checkpoint: undefined });
  // What was written since the backup is lost, or was written again otherwise.
  const restored = good.slice(0, 16);
  await finds(["restarted", "unshown 20"], { ...anew(restored), at: restored.at(-1).at + SECOND }, marker);
  const again = structuredClone(good);
  again[17].line = "{}";
  await finds(["restarted", "unshown 20"], anew(rechain(again)), marker);
  // A line behind the last one that she knew, from before she kept it.
  const old = structuredClone(good);
  old[21].at = marker.at - 2 * HOUR;
  await finds(["restarted", "back-dated 22", "late 22"], anew(rechain(old)), marker);
});

test("a log that was begun anew cannot say so falsely", async () => {
  const story = statement(checkpoint(published.leaves));
  const of = proof(good, publish(good, { said: story }));
  // Another story than the first leaf commits to, about another log, or none at all.
  for (const statement_ of [story.replace("older", "newer"), story.replace("log/2", "log/3"), "{", "{}"]) {
    await finds(["fork"], { ...of, begun: { ...of.begun, statement: statement_ } }, marker);
  }
  await finds(["fork"], change(of, (p) => p.begun.proof.pop()), marker);
  const other = statement(checkpoint(published.leaves), { origin: "example.org/other" });
  await finds(["fork"], proof(good, publish(good, { said: other })), marker);
  // The old log was closed as another one than she knew, or by somebody else; or is none of those that were closed.
  const size = published.hers[4].index + 1;
  const two = statement(checkpoint(published.leaves.slice(1, size + 1)));
  await finds(["fork", "restarted"], proof(good, publish(good, { said: two })), marker);
  const stranger = statement(checkpoint(published.leaves, { by: { ...log, sign: witnesses[0].sign } }));
  await finds(["fork", "restarted"], proof(good, publish(good, { said: stranger })), marker);
  const elsewhere = statement(checkpoint(published.leaves).replace(log.name, "example.org/else"));
  await finds(["fork"], proof(good, publish(good, { said: elsewhere })), marker);
  // Begun anew without a word: the key that she kept signs for no log of this name.
  const { begun: _, ...silent } = of;
  assert.ok((await agree(silent, marker)).includes("signature"));
});

test("a new key of the log is taken up while the old one still signs", async () => {
  const both = { ...plain, keys: [log.vkey, rotated.vkey], checkpoint: checkpoint(published.leaves, { also: [rotated] }) };
  await finds([], both, { vkey: log.vkey });
  assert.equal((await verify(both, { vkey: log.vkey })).vkey, rotated.vkey);
  assert.equal((await verify(plain, { vkey: log.vkey })).vkey, log.vkey);
  const retired = { ...plain, at: good[0].at, keys: [rotated.vkey], checkpoint: checkpoint(published.leaves, { by: rotated }) };
  await finds([], retired, { vkey: rotated.vkey });
  await finds(["signature"], retired, { vkey: log.vkey });
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
    if (bit % 20 === 0) assert.deepEqual(others(bad), ["signature"]);
  }
});

test("hashes are those of Node", () => {
  for (let n = 0; n < 200; n++) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => (i * n) % 256);
    assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"));
    assert.equal(hex(hmac(bytes.slice(0, 32))(bytes)), createHmac("sha256", bytes.slice(0, 32)).update(bytes).digest("hex"));
  }
});

test("the work grows with the lines and with the tree's height, and every line is looked at", async (t) => {
  // The same acts, published ever more often, and ten times as many: no line is hashed twice, no signature checked twice.
  for (const [lines, each] of [[500, 16], [500, 1], [5000, 16], [5000, 5000]]) {
    const of = acts(lines, { step: 6 });
    const big = proof(of, publish(of, { each }));
    const { lines: least, most } = blocksFor(big);
    countWork();
    const found = await verify(big);
    const { words, signatures } = globalThis.work;
    assert.deepEqual([found.findings, found.acts, found.seq, found.size > lines / each], [[], lines, lines, true]);
    assert.ok(words / 16 >= least && words / 16 <= most, `${lines} lines: ${words / 16} blocks, ${least} … ${most}`);
    assert.equal(signatures, 1);
    t.diagnostic(`${lines} lines, ${big.leaves.length} leaves: ${words / 16} blocks of SHA-256, at most ${most}`);
  }
  const of = acts(500, { step: 60 });
  const big = proof(of, publish(of, { each: 16 }));
  const times = [];
  for (let i = 0; i < 21; i++) {
    const start = performance.now();
    const { findings, acts: looked } = await verify(big);
    times.push(performance.now() - start);
    assert.deepEqual([findings, looked], [[], 500]);
  }
  times.sort((a, b) => a - b);
  // Said and not tested: how fast this machine is today is no property of the verifier.
  t.diagnostic(`500 lines, ${big.leaves.length} leaves: median ${times[10].toFixed(1)} ms (Node)`);
});
