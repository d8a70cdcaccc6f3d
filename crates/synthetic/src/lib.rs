//! A small country that does not exist: people, families, insurers, laboratories, and what they write.
//!
//! The demo, the tests and the benchmarks live on it. Everything is a pure function of a seed and a number, so
//! that person 2 345 678 is the same in every run, can be made without making the others, and no real person
//! is ever near a test. Numbers have the right shape and check digits, under the *test* authority of the INS;
//! names come from our own short lists; mail addresses end in `example.org` (RFC 2606).

pub mod cda;
pub mod country;
pub mod family;
pub mod insurer;
mod lists;
pub mod mhd;
pub mod pdf;
pub mod pictures;
pub mod professionals;
pub mod xdm;

pub use country::{Country, Person};
pub use professionals::{Establishment, Practitioner};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The generator of thing `number` of family `what` in the country of `seed`: neighbours share nothing.
pub(crate) fn dice(seed: u64, what: u64, number: u64) -> ChaCha8Rng {
    let mixed = seed
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(what.wrapping_mul(0xD1B5_4A32_D192_ED03))
        .wrapping_add(number.wrapping_mul(0x2545_F491_4F6C_DD1D));
    ChaCha8Rng::seed_from_u64(mixed ^ (mixed >> 29))
}

/// One of a list that is never empty.
pub(crate) fn pick<T: Copy>(rng: &mut ChaCha8Rng, from: &[T]) -> T {
    use rand::Rng;
    from[rng.random_range(0..from.len())]
}
