//! Chance is an argument: ids and codes come from here, so that a test replays by its seed.
//!
//! Keys and nonces do *not* come from here: they are drawn by the crypto library itself, in `store`, where
//! nobody can seed them.

use std::sync::Mutex;

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// A source of randomness for ids, codes and jitter.
#[derive(Debug)]
pub enum Chance {
    /// The operating system's generator.
    System,
    /// A generator that gives the same sequence for the same seed.
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

impl Chance {
    /// A replayable source.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Box::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Fills `bytes` with randomness.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => rand::rng().fill_bytes(bytes),
            Self::Seeded(rng) => match rng.lock() {
                Ok(mut rng) => rng.fill_bytes(bytes),
                Err(poisoned) => poisoned.into_inner().fill_bytes(bytes),
            },
        }
    }

    /// A uniformly drawn 64-bit number.
    #[must_use]
    pub fn u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A secret of `N` bytes for codes and session ids.
    #[must_use]
    pub fn secret<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
