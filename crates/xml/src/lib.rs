//! XML as strangers send it: guarded before it is parsed. Below the tongues that read it (`cda`, `mail`).
//!
//! [`parse`] is the only way to a tree, so no tree is built of a text that the guard has not passed. A tongue
//! sets its [`Limits`] and names each [`Flaw`] in its own codes; what it cannot take, for this or any other
//! reason, is a [`Rejection`]. No I/O.

mod code;
mod guard;
mod rejection;
mod tree;

pub use code::Code;
pub use guard::{Flaw, Kind, Limits};
pub use rejection::Rejection;
pub use tree::{attr, parse};

#[cfg(test)]
mod tests;
