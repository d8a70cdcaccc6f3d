// Bytes, as the journal's proof writes them: lower-case hexadecimal, big-endian integers.

const encoder = new TextEncoder();

/** UTF-8 bytes of a text. */
export const utf8 = (text) => encoder.encode(text);

/** What a hexadecimal digit's character code stands for; 255 for every other character. */
const DIGITS = new Uint8Array(128).fill(255);
[..."0123456789abcdef"].forEach((digit, i) => (DIGITS[digit.charCodeAt(0)] = i));

/** Bytes of a hexadecimal text; throws on anything else. */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = DIGITS[text.charCodeAt(2 * i)];
    const low = DIGITS[text.charCodeAt(2 * i + 1)];
    // A character beyond the table is undefined, which is no number either.
    if (!(high < 16 && low < 16)) throw new Error("not hexadecimal");
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** Hexadecimal text of bytes. */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes of standard base64; undefined when the text is not how those bytes are written. */
export function fromBase64(text) {
  try {
    const letters = atob(text);
    return btoa(letters) === text ? Uint8Array.from(letters, (letter) => letter.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

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
  const view = new DataView(bytes.buffer);
  if (typeof value === "bigint") {
    view.setBigInt64(0, value);
  } else {
    view.setInt32(0, Math.floor(value / 2 ** 32));
    view.setUint32(4, value % 2 ** 32);
  }
  return bytes;
}

/** Whether two arrays hold the same bytes. */
export function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
