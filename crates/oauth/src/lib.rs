//! The OAuth 2 that an organisation's software speaks to us: SMART Backend Services
//! (HL7 SMART App Launch 2.2, "Backend Services"; RFC 6749 §4.4 and §5.2; RFC 7521 and 7523 for the signed
//! assertion; RFC 7517 for keys).
//!
//! Nothing here reads a clock, a socket or a table. A door takes the form of a token request, looks up the
//! client in its registry, and asks this crate in turn:
//!
//! 1. [`Assertion::peek`]: which client says it is knocking (nothing is proven yet);
//! 2. [`Assertion::verify`]: is it signed with that client's registered key, for us, and fresh; the answer
//!    carries the `jti` that the door must burn, because an assertion opens once;
//! 3. [`Scopes::granted`]: what it asked for, cut down to what it is registered for;
//! 4. [`AccessToken::seal`]: an opaque token that holds everything a later request must know, so that
//!    checking it costs one decryption and no query.

pub mod assertion;
pub mod error;
pub mod jwk;
pub mod scope;
pub mod token;

pub use assertion::{Assertion, Proven, sign_assertion};
pub use error::{Denial, DenialCode};
pub use jwk::{BadKey, KeySet, PrivateKey};
pub use scope::{Interaction, Scopes};
pub use token::{AccessToken, TokenRequest, TokenResponse};

/// Chooses aws-lc-rs as the provider of `jsonwebtoken`, once per process.
///
/// The crate panics at run time when features of another dependency switch a second provider on and nobody
/// chose; every function here that needs it calls this first, so no order of start-up can be wrong.
pub fn install_crypto() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // An error only says that somebody in this process chose before us, which is as good.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    });
}

#[cfg(test)]
mod tests;
