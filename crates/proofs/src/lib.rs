//! Proofs, by machine, that the policies keep their promises.
