//! Signing in with an outside identity: Pro Santé Connect for professionals, FranceConnect and the Carte Vitale app for
//! citizens, another Carnet. Which outside identity is whose.
//!
//! Invariants:
//! - A provider proves who somebody is; whether she may come in, and as what, is decided here, as after a passkey.
//! - What ties an answer to a request (state, nonce, PKCE's verifier) lies sealed in the browser that was sent away, for
//!   ten minutes, and opens once.
//! - Nobody is matched to a space by less than her strict traits. A near miss gets the same page as a stranger: it does
//!   not say whether there is a space.
//! - Several persons with the same traits are told apart by their INS, in a form that is guarded against guessing.
//! - Once somebody came in, the provider's name for her leads straight to her; her traits are held against it again each
//!   time, and when they no longer fit nobody comes in.
//! - A provider that she closed opens nothing of hers until she opens it again, whoever it says she is.
//!
//! Verbs, in the order of a sign-in: [`begin`], [`returned`], (the door talks to the provider), [`arrive`], [`decide`];
//! and at its end [`entered_through`], [`leave`], or, when she signs out at the provider, [`ended()`]; [`telephone`]: signing in without a browser at the
//! provider; [`ways`]: what she sees of it, closes and opens again.

mod arriving;
mod ended;
mod model;
pub mod pages;
mod queries;
pub mod telephone;
#[cfg(test)]
mod tests;
pub mod ways;

pub use arriving::{Arrived, arrive, decide};
pub use ended::{ENDED, ended};
pub use model::{Asking, Calling, Kind, Proven, Provider, Tls, Whom};

use kernel::{Answer, Chance, Fault, Instant, PersonId, Visit};
use model::Held;
use oauth::relying::Wrong;
use serde::{Deserialize, Serialize};
use store::{Keyring, Tx};

use crate::registry;

/// Where a sign-in at a provider begins; its name follows.
pub const WITH: &str = "/sign-in/with/";
/// Where she comes back; the provider's name follows.
pub const BACK: &str = "/sign-in/back/";
/// Where she says which of several persons she is.
pub const DECIDE: &str = "/sign-in/decide";
/// Where she signs out of the provider too.
pub const LEAVE: &str = "/sign-in/leave";

/// How long a sign-in at a provider may take, in microseconds.
const PATIENCE: i64 = 600 * Instant::SECOND;

/// How long the hint for signing out is kept, in microseconds: as long as the longest session.
const KEPT: i64 = 12 * 3600 * Instant::SECOND;

/// The sealing domain of the cookie.
const DOMAIN: &str = "outside";

/// Why a sign-in at a provider came to nothing, as its page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// She turned round.
    Declined,
    /// It was not begun here, took too long, or was finished before.
    Late,
    /// She signed in by weaker means than her space asks for.
    Weak,
    /// The provider does not answer, or not well.
    Silent,
    /// What it sent does not hold.
    Broken,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Self; 5] = [Self::Declined, Self::Late, Self::Weak, Self::Silent, Self::Broken];

    /// The word in the names of its sentences.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Late => "late",
            Self::Weak => "weak",
            Self::Silent => "silent",
            Self::Broken => "broken",
        }
    }
}

impl From<&Wrong> for Trouble {
    fn from(wrong: &Wrong) -> Self {
        match wrong {
            Wrong::Declined => Self::Declined,
            Wrong::Level => Self::Weak,
            Wrong::Said(word) if word == "temporarily_unavailable" || word == "server_error" => Self::Silent,
            Wrong::Document(_) | Wrong::Keys => Self::Silent,
            Wrong::Answer(_) | Wrong::Said(_) | Wrong::Token(_) | Wrong::UnknownKey | Wrong::Userinfo(_) => {
                Self::Broken
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    #[serde(rename = "h")]
    held: T,
    #[serde(rename = "u")]
    until: Instant,
}

fn sealed(keyring: &Keyring, held: &Held, until: Instant) -> Answer<String> {
    let plain = serde_json::to_vec(&Sealed { held, until }).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(kernel::codes::base64url(&keyring.seal(DOMAIN, &plain)))
}

/// What a cookie of ours holds; `None` for a foreign or an old one.
fn opened(keyring: &Keyring, cookie: &str, now: Instant) -> Option<Held> {
    if cookie.len() > 4096 {
        return None;
    }
    let plain = keyring.open(DOMAIN, &kernel::codes::from_base64url(cookie)?).ok()?;
    let sealed: Sealed<Held> = serde_json::from_slice(&plain).ok()?;
    (sealed.until > now).then_some(sealed.held)
}

/// Begins a sign-in at `provider`: what is asked there, and the cookie that ties it to this browser. `next` is where she
/// goes then, a path of this site.
///
/// # Errors
/// Faults.
pub fn begin(
    keyring: &Keyring,
    provider: &Provider,
    next: &str,
    now: Instant,
    chance: &Chance,
) -> Answer<(Asking, String)> {
    let word = || kernel::codes::base64url(&chance.secret::<32>());
    let next: String = if next.len() <= 1024 { next.to_owned() } else { "/".to_owned() };
    let asking =
        Asking { provider: provider.name.clone(), state: word(), nonce: word(), verifier: word(), next };
    let cookie = sealed(keyring, &Held::Asking(asking.clone()), now.plus(PATIENCE))?;
    Ok((asking, cookie))
}

/// She is back: what was asked, if it was asked from this browser, not long ago, and not answered yet. Call it in a
/// write transaction of its own, before anything is said to the provider: whatever follows, it opens once.
///
/// # Errors
/// Faults.
pub fn returned(
    tx: &mut Tx<'_>,
    cookie: &str,
    provider: &Provider,
    state: &str,
    now: Instant,
) -> Answer<Option<Asking>> {
    let Some(Held::Asking(asking)) = opened(tx.keyring(), cookie, now) else { return Ok(None) };
    if asking.provider != provider.name || asking.state != state {
        return Ok(None);
    }
    let fresh = registry::burn(tx, DOMAIN, state.as_bytes(), now.plus(PATIENCE))?;
    Ok(fresh.then_some(asking))
}

/// Which provider she came in through, by her cookie, for the page after signing out.
#[must_use]
pub fn entered_through(keyring: &Keyring, cookie: &str, now: Instant) -> Option<String> {
    match opened(keyring, cookie, now)? {
        Held::Entered { provider, .. } => Some(provider),
        _ => None,
    }
}

/// She signs out of her provider too: its name, and the ID token that it wants as a hint. Works once.
///
/// # Errors
/// Faults.
pub fn leave(tx: &mut Tx<'_>, cookie: &str, now: Instant) -> Answer<Option<(String, String)>> {
    let Some(Held::Entered { provider, key }) = opened(tx.keyring(), cookie, now) else { return Ok(None) };
    let hash = entered_hash(tx.keyring(), &key);
    let Some(sealed) = queries::left(tx, &hash)? else { return Ok(None) };
    let token = tx.keyring().open(DOMAIN, &sealed)?;
    let token = String::from_utf8(token).map_err(|_| Fault::Damaged("an ID token is no text".to_owned()))?;
    Ok(Some((provider, token)))
}

fn entered_hash(keyring: &Keyring, key: &str) -> Vec<u8> {
    keyring.keyed_hash("outside-entered", key.as_bytes())[..16].to_vec()
}

/// Remembers the hint for signing out, and answers the cookie that finds it.
fn remember(
    tx: &mut Tx<'_>,
    provider: &Provider,
    id_token: &str,
    visit: &Visit,
    chance: &Chance,
) -> Answer<String> {
    let key = kernel::codes::base64url(&chance.secret::<16>());
    let until = visit.now.plus(KEPT);
    let hash = entered_hash(tx.keyring(), &key);
    let hint = tx.keyring().seal(DOMAIN, id_token.as_bytes());
    queries::entered(tx, &hash, &hint, until)?;
    sealed(tx.keyring(), &Held::Entered { provider: provider.name.clone(), key }, until)
}

/// Forgets every outside identity of a person, when she is erased; answers how many there were.
///
/// # Errors
/// Faults of the store.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Answer<u64> {
    queries::open_all(tx, person.0)?;
    Ok(queries::unlink_all(tx, person.0)?)
}

/// Forgets which outside identities were a holder's, because what lets her in begins anew. What she closed stays
/// closed.
///
/// # Errors
/// Faults of the store.
pub(crate) fn unlink(tx: &mut Tx<'_>, owner: i64) -> Answer<u64> {
    Ok(queries::unlink_all(tx, owner)?)
}

/// What a journal line says of a sign-in through `provider`; [`told`] reads it.
fn through(provider: &Provider, acr: &str) -> String {
    format!("outside {acr} {}", provider.label)
}

/// The same for a session that was ended because the one at the provider has ended.
pub(crate) fn left(provider: &Provider) -> String {
    format!("outside left {}", provider.label)
}

/// What people call the provider, in a journal line about a session through one: `FranceConnect+`.
#[must_use]
pub fn told(about: &str) -> Option<&str> {
    about.strip_prefix("outside ")?.split_once(' ').map(|(_, label)| label)
}

/// Forgets hints whose sessions are over; the worker does it now and then.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep(tx, now)?)
}
