//! Carnet as the client of an OpenID provider: Pro Santé Connect, FranceConnect, the Carte Vitale app, another Carnet.
//! One code for all; what differs between them is data.
//!
//! A sign-in goes one way, and the door does what needs a socket between the steps:
//!
//! 1. [`Document::read`]: where the provider's endpoints are, from its own discovery document;
//! 2. [`Request::parameters`]: what is asked, pushed first where the provider takes that ([`OurProof`] proves us);
//! 3. [`answer`]: what the browser brought back, held against what was asked;
//! 4. [`Request::exchange`] and [`Tokens::read`]: the code for tokens;
//! 5. [`id_token`]: who signed in, at which level, for us and for this very request;
//! 6. [`userinfo`]: what is said about her, as JSON, signed, or sealed for us;
//! 7. [`claims`]: from words of the provider to words of ours.
//!
//! When she signs out there, the provider says so behind her back: [`logout_token`].
//!
//! Where she has a telephone that the provider asks her on, [`Call`] takes the place of the steps 2 to 4, and
//! [`heard`] what is heard of it.
//!
//! Whatever does not hold is a [`Wrong`], and nobody is signed in.
//!
//! Sources: OpenID Connect Core 1.0 §3.1, §5.3; Discovery 1.0 §4; RFC 7636 (PKCE), RFC 9126 (pushed requests), RFC 9207
//! (`iss` in answers), RFC 8705 (certificates), CIBA Core 1.0 (her telephone), Back-Channel Logout 1.0, RFC 7516 and
//! RFC 7518 §4.6 (encrypted tokens).

pub mod claims;
mod discovery;
mod logout;
mod proof;
mod request;
mod sealed;
mod telephone;
mod token;

#[cfg(test)]
mod tests;

pub use discovery::Document;
pub use logout::{LoggedOut, logout_token};
pub use proof::OurProof;
pub use request::{Request, answer, leaving};
pub use sealed::OpeningKey;
pub use telephone::{Call, Heard, Ringing, fetching, heard};
pub use token::{Expected, ProviderKeys, SignedIn, Tokens, id_token, reaches, userinfo};

use thiserror::Error;

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// Its discovery document cannot be used.
    #[error("the provider's discovery document: {0}")]
    Document(&'static str),
    /// None of its keys can be used.
    #[error("the provider publishes no key that we can use")]
    Keys,
    /// She turned round, or her provider did not let her through.
    #[error("she did not go through with it")]
    Declined,
    /// What came back is not the answer to what was asked.
    #[error("the answer: {0}")]
    Answer(&'static str),
    /// The provider says that something is wrong; the word is its own.
    #[error("the provider says {0}")]
    Said(String),
    /// The ID token does not hold.
    #[error("the ID token: {0}")]
    Token(&'static str),
    /// It is signed with a key that we have not seen: the provider may have changed its keys since.
    #[error("a token is signed with a key that the provider did not publish")]
    UnknownKey,
    /// She signed in, but by weaker means than we ask for.
    #[error("the sign-in is of a lower level than asked for")]
    Level,
    /// What is said about her does not hold.
    #[error("userinfo: {0}")]
    Userinfo(&'static str),
}
