// The Merkle tree of RFC 6962: proofs that something is in it, and that it only grew (RFC 9162 §2.1.3.2, §2.1.4.2
// write the same checks down as steps). Sizes stay below 2⁵³: they are counted, not shifted.
import { equal, join } from "./bytes.js";
import { sha256 } from "./sha256.js";

/** The hash of a leaf. */
export const leafHash = (entry) => sha256(join([0], entry));

const nodeHash = (left, right) => sha256(join([1], left, right));

const half = (n) => Math.floor(n / 2);

/** The root that this leaf and its proof lead to, or undefined when the proof has the wrong length. */
export function rootOf(leaf, index, size, proof) {
  if (!(index >= 0 && index < size)) return undefined;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      // A node without a right neighbour rises until it has a left one.
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? hash : undefined;
}

/** Whether the tree of `size` leaves with `root` begins with the tree of `since` leaves with `old`. */
export function onlyGrew(since, old, size, root, proof) {
  if (since === 0) return proof.length === 0 && equal(old, sha256([]));
  if (since === size) return proof.length === 0 && equal(old, root);
  if (!(since > 0 && since < size)) return false;
  const path = [...proof];
  // A whole power of two is a node of the new tree itself, and the proof leaves it out.
  if (Number.isInteger(Math.log2(since))) path.unshift(old);
  if (path.length === 0) return false;
  let [at, last] = [since - 1, size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [oldHash, newHash] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equal(oldHash, old) && equal(newHash, root);
}
