//! The OAuth 2 and OpenID Connect that Carnet speaks, without clock, socket or table.
//!
//! Two kinds of clients knock. An organisation's software acts for itself (SMART Backend Services, HL7 SMART App
//! Launch 2.2; RFC 6749 §4.4; RFC 7523). A door looks up the client in its registry and asks in turn:
//!
//! 1. [`Assertion::peek`]: which client says it is knocking (nothing is proven yet);
//! 2. [`Assertion::verify`]: is it signed with that client's registered key, for us, and fresh; the answer
//!    carries the `jti` that the door must burn, because an assertion opens once;
//! 3. [`Scopes::granted`]: what it asked for, cut down to what it is registered for;
//! 4. [`AccessToken::seal`]: an opaque token that holds everything a later request must know, so that
//!    checking it costs one decryption and no query.
//!
//! A service at whose door professionals sign in ([`Service`]) speaks OpenID Connect to us: [`authorize`] reads what it
//! asks (pushed or not), [`openid`] makes ID tokens and claims, [`access`] its access tokens, [`dpop`] and
//! [`certificate`] what they are bound to, [`ciba`] asks on her telephone.
//!
//! An app that a person connects to her space asks her in her browser and reads with a token of its own: [`app`].
//!
//! And where Carnet itself is the client of an outside provider, [`relying`] has its side of the conversation.

pub mod access;
pub mod app;
pub mod assertion;
pub mod authorize;
pub mod certificate;
pub mod ciba;
pub mod dpop;
pub mod error;
pub mod jwk;
pub mod openid;
pub mod params;
pub mod relying;
pub mod scope;
mod sealed;
pub mod service;
pub mod token;

pub use access::{Binding, ServiceToken};
pub use app::{AppRequest, AppToken};
pub use assertion::{Assertion, Proven, Rules, sign_assertion};
pub use authorize::{AuthorizationRequest, Prompt};
pub use certificate::Certificate;
pub use ciba::BackchannelRequest;
pub use error::{Denial, DenialCode};
pub use jwk::{BadKey, KeySet, PrivateKey};
pub use params::Params;
pub use scope::{Interaction, Scopes};
pub use service::{Proves, Service, Signing};
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
