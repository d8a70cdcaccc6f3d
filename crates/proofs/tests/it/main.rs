//! What the policies promise, proved for every request that the schema admits, and what they allow, as a table.
//! Why and how: docs/decisions/0010-policies-are-proved.md.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing, and how much it tried"
)]

mod errors;
mod house;
mod mutants;
mod prover;
mod scenes;
mod table;
mod theorems;
