//! The Merkle tree of RFC 6962 §2.1, as pure functions.
//!
//! Whoever can name the hash of a complete subtree ([`Subtrees`]) gets roots and proofs; whoever has a root and a
//! proof gets a yes or a no (the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2, which need no tree).

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A hash over these pieces, one behind the other.
pub(crate) fn sha256(pieces: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for piece in pieces {
        context.update(piece);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// The hash of a leaf: the prefix keeps a leaf from passing for a node.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(&[&[0], entry])
}

/// The hash of a node over its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root of the tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The root over a power of two of hashes; of nothing, the empty root.
#[must_use]
pub fn fold(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| pair.get(1).map_or(pair[0], |right| node_hash(&pair[0], right)))
            .collect();
    }
    hashes.first().copied().unwrap_or_else(empty_root)
}

/// Whatever knows the hashes of complete subtrees: tiles in a database, or the leaves themselves.
pub trait Subtrees {
    /// Why a hash is not there.
    type Error;

    /// The hash of the complete subtree of `2^height` leaves that begins at leaf `index << height`.
    ///
    /// # Errors
    /// When it is not known.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The largest power of two smaller than `n`, where a tree of `n` leaves splits; `n` is at least 2.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// `MTH(D[from:to])`, for the ranges that RFC 6962 makes by splitting.
fn range<S: Subtrees>(tree: &mut S, from: u64, to: u64) -> Result<Hash, S::Error> {
    match to.saturating_sub(from) {
        0 => Ok(empty_root()),
        n if n.is_power_of_two() => tree.subtree(n.trailing_zeros(), from / n),
        n => {
            let middle = from + split(n);
            let left = range(tree, from, middle)?;
            Ok(node_hash(&left, &range(tree, middle, to)?))
        }
    }
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// When a hash is not known.
pub fn root<S: Subtrees>(tree: &mut S, size: u64) -> Result<Hash, S::Error> {
    range(tree, 0, size)
}

/// The proof that leaf `index` is in the tree of `size` leaves (RFC 6962 §2.1.1), lowest sibling first. `index` is
/// below `size`.
///
/// # Errors
/// When a hash is not known.
pub fn inclusion<S: Subtrees>(tree: &mut S, index: u64, size: u64) -> Result<Vec<Hash>, S::Error> {
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to.saturating_sub(from) > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `size` leaves begins with the tree of `old` leaves (RFC 6962 §2.1.2); nothing when
/// there is nothing to prove.
///
/// # Errors
/// When a hash is not known.
pub fn consistency<S: Subtrees>(tree: &mut S, old: u64, size: u64) -> Result<Vec<Hash>, S::Error> {
    if old == 0 || old >= size {
        return Ok(Vec::new());
    }
    let (mut from, mut to, mut whole) = (0, size, true);
    let mut path = Vec::new();
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(range(tree, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `proof` leads from leaf `index` to the root of the tree of `size` leaves (RFC 9162 §2.1.3.2).
#[must_use]
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `size` leaves with `root` begins with the tree of `old` leaves with
/// `old_root` (RFC 9162 §2.1.4.2).
#[must_use]
pub fn is_consistent(old: u64, size: u64, old_root: &Hash, root: &Hash, proof: &[Hash]) -> bool {
    if old > size {
        return false;
    }
    if old == size || old == 0 {
        return proof.is_empty() && if old == 0 { *old_root == empty_root() } else { old_root == root };
    }
    // A complete old tree is a node of the new one, and its root is left out of the proof.
    let (first, rest) = match (old.is_power_of_two(), proof.split_first()) {
        (true, _) => (old_root, proof),
        (false, Some((first, rest))) => (first, rest),
        (false, None) => return false,
    };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut before, mut after) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            before = node_hash(sibling, &before);
            after = node_hash(sibling, &after);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            after = node_hash(&after, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && before == *old_root && after == *root
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    /// Every leaf in memory: the definition, word for word.
    struct Naive(Vec<Hash>);

    impl Naive {
        fn mth(&self, from: usize, to: usize) -> Hash {
            match to - from {
                0 => empty_root(),
                1 => self.0[from],
                n => {
                    let mut k = 1;
                    while k * 2 < n {
                        k *= 2;
                    }
                    node_hash(&self.mth(from, from + k), &self.mth(from + k, to))
                }
            }
        }
    }

    impl Subtrees for Naive {
        type Error = Infallible;

        fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, Infallible> {
            let from = (index << height) as usize;
            Ok(self.mth(from, from + (1 << height)))
        }
    }

    fn tree(size: u64) -> Naive {
        Naive((0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect())
    }

    fn of(tree: &mut Naive, size: u64) -> Hash {
        let Ok(root) = root(tree, size);
        root
    }

    /// The leaves and roots that the Certificate Transparency project tests its own trees with.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_rfc_6962() {
        let leaves = LEAVES.iter().map(|hex| leaf_hash(&HEXLOWER.decode(hex.as_bytes()).unwrap()));
        let mut tree = Naive(leaves.collect());
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(HEXLOWER.encode(&of(&mut tree, size as u64)), *expected, "{size} leaves");
        }
    }

    #[test]
    fn every_proof_of_small_trees_holds_and_no_changed_one_does() {
        let mut tree = tree(40);
        for size in 1..=40 {
            let root = of(&mut tree, size);
            for index in 0..size {
                let Ok(proof) = inclusion(&mut tree, index, size);
                let leaf = tree.0[index as usize];
                assert!(is_included(&leaf, index, size, &proof, &root), "{index} in {size}");
                let other = (index + 1) % size;
                assert!(size == 1 || !is_included(&leaf, other, size, &proof, &root), "{other} in {size}");
                let mut longer = proof.clone();
                longer.push(root);
                assert!(!is_included(&leaf, index, size, &longer, &root));
                assert!(proof.is_empty() || !is_included(&leaf, index, size, &proof[1..], &root));
            }
            for old in 0..=size {
                let old_root = of(&mut tree, old);
                let Ok(proof) = consistency(&mut tree, old, size);
                assert!(is_consistent(old, size, &old_root, &root, &proof), "{old} to {size}");
                assert!(!is_consistent(old, size, &[7; 32], &root, &proof), "{old} to {size}, other root");
                let mut longer = proof.clone();
                longer.push(root);
                assert!(!is_consistent(old, size, &old_root, &root, &longer), "{old} to {size}, longer");
            }
        }
    }

    proptest! {
        #[test]
        fn a_changed_bit_is_noticed(size in 2u64..700, index: u64, old: u64, node: usize, bit in 0usize..256) {
            let mut tree = tree(size);
            let (index, old) = (index % size, 1 + old % (size - 1));
            let root = of(&mut tree, size);
            let leaf = tree.0[index as usize];
            let Ok(mut proof) = inclusion(&mut tree, index, size);
            prop_assert!(is_included(&leaf, index, size, &proof, &root));
            let node_of = node % proof.len();
            proof[node_of][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_included(&leaf, index, size, &proof, &root));
            let old_root = of(&mut tree, old);
            let Ok(mut proof) = consistency(&mut tree, old, size);
            prop_assert!(is_consistent(old, size, &old_root, &root, &proof));
            let node_of = node % proof.len();
            proof[node_of][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_consistent(old, size, &old_root, &root, &proof));
        }

        #[test]
        fn a_tree_that_was_rewritten_is_not_the_continuation(size in 2u64..300, old: u64, changed: u64) {
            let mut before = tree(size);
            let old = 1 + old % (size - 1);
            let changed = changed % old;
            let old_root = of(&mut before, old);
            let mut after = tree(size);
            after.0[changed as usize] = leaf_hash(b"another");
            let root = of(&mut after, size);
            let Ok(proof) = consistency(&mut after, old, size);
            prop_assert!(!is_consistent(old, size, &old_root, &root, &proof));
        }
    }
}
