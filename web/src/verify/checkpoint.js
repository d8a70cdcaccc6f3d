// Checkpoints of the log and who signed them: C2SP signed-note, tlog-checkpoint and tlog-cosignature (cosignature/v1).
import { equal, fromBase64, hex, join, utf8 } from "./bytes.js";
import { sha256 } from "./sha256.js";

const ED25519 = 1;
const COSIGNATURE = 4;

/** Thrown where the browser has no Ed25519: then nothing can be said about signatures. */
export class Unsupported extends Error {}

/** A verifier key `name+hash+base64(type ‖ public key)`; undefined when it is none of ours or its hash is wrong. */
export function verifierKey(text) {
  const [name, id, ...rest] = text.split("+");
  const bytes = fromBase64(rest.join("+"));
  if (!name || bytes?.length !== 33 || ![ED25519, COSIGNATURE].includes(bytes[0])) return undefined;
  const hash = sha256(join(utf8(`${name}\n`), bytes)).slice(0, 4);
  if (hex(hash) !== id) return undefined;
  return { name, type: bytes[0], hash, key: bytes.slice(1), text };
}

/** The same public key under another name: a log that was begun anew signs with it. */
export function under(key, name) {
  const hash = sha256(join(utf8(`${name}\n`), [key.type], key.key)).slice(0, 4);
  const [, , ...rest] = key.text.split("+");
  return { ...key, name, hash, text: [name, hex(hash), ...rest].join("+") };
}

async function isSigned(key, signature, message) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    throw new Unsupported(error.message);
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

/** A checkpoint's origin, size, root and signatures; undefined when the text is none. */
export function parseCheckpoint(text) {
  const end = text.indexOf("\n\n");
  if (end < 0) return undefined;
  const body = text.slice(0, end + 1);
  const [origin, size, root] = body.split("\n");
  const signatures = [];
  if (!text.endsWith("\n")) return undefined;
  for (const line of text.slice(end + 2).split("\n").slice(0, -1)) {
    const match = /^— ([^ +]+) ([^ ]+)$/.exec(line);
    const bytes = match && fromBase64(match[2]);
    if (!bytes || bytes.length < 5) return undefined;
    signatures.push({ name: match[1], hash: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size) || !root || signatures.length === 0) return undefined;
  const rootBytes = fromBase64(root);
  if (rootBytes?.length !== 32) return undefined;
  return { origin, size: Number(size), root: rootBytes, body, signatures };
}

/** Whether a key of the log (its name is the log's origin) has signed the checkpoint. */
export async function signedByLog(checkpoint, key) {
  if (key.type !== ED25519 || key.name !== checkpoint.origin) return false;
  for (const { name, hash, signature } of checkpoint.signatures) {
    if (name !== key.name || !equal(hash, key.hash) || signature.length !== 64) continue;
    if (await isSigned(key.key, signature, utf8(checkpoint.body))) return true;
  }
  return false;
}

/** How many of these witnesses have cosigned the checkpoint. */
export async function cosignedBy(checkpoint, keys) {
  const found = new Set();
  for (const key of keys) {
    for (const { name, hash, signature } of checkpoint.signatures) {
      if (key.type !== COSIGNATURE || name !== key.name || !equal(hash, key.hash) || signature.length !== 72) continue;
      const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
      const message = utf8(`cosignature/v1\ntime ${time}\n${checkpoint.body}`);
      if (await isSigned(key.key, signature.slice(8), message)) found.add(hex(key.key));
    }
  }
  return found.size;
}
