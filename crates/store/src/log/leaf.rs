//! What the public log says about a person: nothing to anybody else.
//!
//! A person's leaves are numbered from 1 without gaps, and each covers all her acts up to a rank. An entry is a
//! label and a commitment, both keyed by a secret that is hers alone, so an outsider cannot tell whose a leaf is,
//! nor that two leaves are of one person. The label depends on the number only: two different heads under one
//! number would be the same label twice in the log, which anybody can see (docs/decisions/0011-transparency-log.md).

use aws_lc_rs::hmac;
use kernel::{Instant, Seq};

use super::tree::{Hash, leaf_hash};

/// Length of an entry: label and commitment.
pub const ENTRY: usize = 48;

/// An entry of the log.
pub type Entry = [u8; ENTRY];

/// What links a person to her leaves and opens them. Derived from the key of her space: it is gone when that is.
pub type Secret = [u8; 32];

/// The secret in a log that was begun anew under the name `origin`: without another one the labels of the old log would
/// stand in the new one too, and link the two.
#[must_use]
pub fn renewed(secret: &Secret, origin: &str) -> Secret {
    let mut renewed = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    renewed.update(b"carnet-log-renewed-1");
    renewed.update(origin.as_bytes());
    let mut out = [0; 32];
    out.copy_from_slice(renewed.sign().as_ref());
    out
}

/// What a leaf commits to: where a person's sequence ended, and when the log took note of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its number among her leaves, from 1.
    pub n: u64,
    /// The last act it covers.
    pub seq: Seq,
    /// When it was made.
    pub at: Instant,
    /// The hash of that act in her chain.
    pub head: Hash,
}

impl Leaf {
    /// The leaf as the log holds it.
    #[must_use]
    pub fn entry(&self, secret: &Secret) -> Entry {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let mut label = hmac::Context::with_key(&key);
        label.update(b"carnet-log-label-1");
        label.update(&self.n.to_be_bytes());
        let mut commitment = hmac::Context::with_key(&key);
        commitment.update(b"carnet-log-head-1");
        commitment.update(&self.n.to_be_bytes());
        commitment.update(&u64::from(self.seq.0).to_be_bytes());
        commitment.update(&self.at.0.to_be_bytes());
        commitment.update(&self.head);
        let mut entry = [0; ENTRY];
        entry[..16].copy_from_slice(&label.sign().as_ref()[..16]);
        entry[16..].copy_from_slice(commitment.sign().as_ref());
        entry
    }

    /// Its hash in the tree.
    #[must_use]
    pub fn hash(&self, secret: &Secret) -> Hash {
        leaf_hash(&self.entry(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_tells_nothing_and_a_label_depends_on_the_number_only() {
        let leaf = Leaf { n: 3, seq: Seq(9), at: Instant(1_795_334_400_000_000), head: [5; 32] };
        let entry = leaf.entry(&[1; 32]);
        let rewritten = Leaf { seq: Seq(8), head: [6; 32], ..leaf }.entry(&[1; 32]);
        assert_eq!(entry[..16], rewritten[..16], "the same number again is seen by anybody");
        assert_ne!(entry[16..], rewritten[16..]);
        let next = Leaf { n: 4, ..leaf }.entry(&[1; 32]);
        let others = leaf.entry(&[2; 32]);
        assert_ne!(entry[..16], next[..16]);
        assert_ne!(entry[..16], others[..16]);
        assert_ne!(entry[16..], others[16..]);
    }
}
