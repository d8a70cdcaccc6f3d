// The two verifiers that are no page's: `carnet verify` (Rust, the program that CARNET names) and verify.py. Both are
// given the same files, and answer in the same form as the browser's own: `code rank`, sorted; "no proof" for what is none.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const byRank = (a, b) => (a.seq ?? 0) - (b.seq ?? 0) || (a.code < b.code ? -1 : 1);
/** Findings of the browser's verifier, as the others print them. */
export const said = (findings) =>
  [...findings].sort(byRank).map(({ code, seq }) => (seq === undefined ? code : `${code} ${seq}`));

function run(program, arguments_) {
  // Our own variables are none of its configuration.
  return spawnSync(program, arguments_, { encoding: "utf8", env: { PATH: process.env.PATH, HOME: process.env.HOME } });
}

/** What verify.py says of a proof, as JSON text, against what its owner kept. */
export function python(folder, proof, kept) {
  const [of, marker] = [join(folder, "proof.json"), join(folder, "kept.json")];
  writeFileSync(of, proof);
  writeFileSync(marker, JSON.stringify(kept ?? null));
  const program = fileURLToPath(new URL("verify.py", import.meta.url));
  const { status, stdout, stderr } = run("python3", [program, of, ...(kept ? ["--kept", marker] : [])]);
  assert.equal(stderr, "");
  if (status === 2) return "no proof";
  const found = stdout.split("\n").filter(Boolean);
  assert.equal(status, found.length === 0 ? 0 : 1);
  return found;
}

/** What `carnet verify` says of it. It takes a whole marker, a checkpoint alone, or a key alone. */
export function carnet(folder, proof, kept) {
  const [of, marker] = [join(folder, "proof.json"), join(folder, "kept.json")];
  writeFileSync(of, proof);
  const against = [];
  if (kept?.head) {
    writeFileSync(marker, JSON.stringify(kept));
    against.push("--checkpoint", marker);
  } else if (kept?.checkpoint) {
    writeFileSync(marker, kept.checkpoint);
    against.push("--checkpoint", marker);
  } else if (kept?.vkey) {
    against.push("--key", kept.vkey);
  }
  const { status, stdout, stderr } = run(process.env.CARNET, ["verify", "--proof", of, ...against]);
  if (stdout === "") {
    assert.match(stderr, /is no journal proof/);
    return "no proof";
  }
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines.pop(), /^person /);
  assert.equal(status === 0, lines.length === 0, stderr);
  // A proof of another kind reads well and is none.
  if (lines[0]?.startsWith("format\t")) return "no proof";
  const found = lines.map((line) => line.split("\t"))
    .map(([code, act]) => ({ code, seq: act ? Number(act.replace("act ", "")) : undefined }));
  return [...new Set(said(found))];
}
