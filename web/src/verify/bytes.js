// Bytes, as the journal's proof writes them: lower-case hexadecimal, big-endian integers.

const encoder = new TextEncoder();

/** UTF-8 bytes of a text. */
export const utf8 = (text) => encoder.encode(text);

/** Bytes of a hexadecimal text; throws on anything else. */
export function fromHex(text) {
  if (typeof text !== "string" || text.length % 2 || /[^0-9a-f]/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** Hexadecimal text of bytes. */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes of standard base64. */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** One array of several. */
export function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A 64-bit integer, big-endian. Ranks and times of acts fit a double; their ids do not. */
export function int64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
