//! What the policies promise.

mod errors;
mod house;
mod prover;
mod theorems;
