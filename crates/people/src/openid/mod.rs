//! Carnet as OpenID provider for professionals: one identity for many services.
//!
//! Invariants:
//! - Nothing is sent to an address that the service has not registered, letter by letter.
//! - A code opens once; a second try revokes what the first one got. So does a refresh token that was replaced.
//! - Tokens stand and fall with their sign-on: when she signs out, or four hours after she signed in, every
//!   service's tokens end, and those that asked for it are told (back-channel logout).
//! - Codes and refresh tokens are stored nowhere: they carry a keyed hash of the grant that they open, so that a
//!   copy of the database opens nothing. Private keys and what requests say are sealed.
//! - What a service did wrong is a [`Denial`]; the transaction commits all the same, because burnt proofs and
//!   revoked grants must stay so.
//!
//! [`services`]: who may ask, and proof of who asks · [`requests`]: what is asked · [`entering`]: she comes by ·
//! [`tokens`]: what the service gets · [`approvals`]: she approves on her telephone · [`leaving`]: she signs out ·
//! [`keys`]: what we sign with · [`pages`]: what she sees of it

pub mod approvals;
pub mod entering;
mod grants;
mod identity;
pub(crate) mod keyed;
pub mod keys;
pub mod leaving;
pub mod pages;
mod queries;
pub mod requests;
pub mod services;
#[cfg(test)]
mod tests;
pub mod tokens;

pub use entering::Next;
pub use services::Shown;

use kernel::{Answer, Chance, Fault, Instant, Refusal};
use oauth::Denial;
use store::Tx;

/// How long a sign-on lasts, and with it every token of every service: four hours, as at Pro Santé Connect.
pub const SIGN_ON: i64 = 4 * 3600 * Instant::SECOND;

/// Where she approves what services sent to her telephone.
pub const APPROVALS: &str = "/pro/approvals";

/// Where professionals sign in: `?next=` says where they go then.
pub const SIGN_IN: &str = "/pro/sign-in";

/// What verbs of this room stand on besides the transaction.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The public address of this house, without slash at the end: who we are in every token.
    pub issuer: &'a str,
    /// The present.
    pub now: Instant,
    /// Where ids come from.
    pub chance: &'a Chance,
}

impl Terms<'_> {
    /// An address of ours.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}

/// The answer of a verb that a service called: commit on `Ok`, whatever is inside.
pub type Said<T> = Answer<Result<T, Denial>>;

/// Why a verb stops half-way: the service's doing, or ours.
#[derive(Debug)]
pub(crate) enum Stop {
    Denied(Denial),
    Failed(Refusal),
}

impl From<Denial> for Stop {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<oauth::BadKey> for Stop {
    fn from(why: oauth::BadKey) -> Self {
        Self::Failed(Fault::Internal(format!("a key of ours does not sign: {why}")).into())
    }
}

/// From [`Stop`] to [`Said`].
pub(crate) fn said<T>(done: Result<T, Stop>) -> Said<T> {
    match done {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Denied(denial)) => Ok(Err(denial)),
        Err(Stop::Failed(refusal)) => Err(refusal),
    }
}

/// Forgets what has ended; the worker does it now and then. Answers how many rows went.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep(tx, now)?)
}

/// Reads what a row seals.
fn opened<T: serde::de::DeserializeOwned>(tx: &Tx<'_>, domain: &str, sealed: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(&tx.keyring().open(domain, sealed)?)
        .map_err(|e| Fault::Damaged(format!("a value sealed for {domain} does not parse: {e}")))
}

/// What a row seals.
fn sealed<T: serde::Serialize>(tx: &Tx<'_>, domain: &str, value: &T) -> Result<Vec<u8>, Fault> {
    let plain = serde_json::to_vec(value).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(tx.keyring().seal(domain, &plain))
}
