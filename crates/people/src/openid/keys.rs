//! What we sign ID tokens and logout tokens with: one key at a time, its successors and predecessors published.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Answer, Fault, Instant};
use oauth::jwk::{public_jwks, thumbprint_of};
use oauth::{KeySet, PrivateKey};
use serde_json::{Value, json};
use store::Tx;

use super::queries;

/// The sealing domain of private keys.
const DOMAIN: &str = "openid-key";

/// How long a key is published after it has signed for the last time, in microseconds: as long as the last ID token
/// may come back as a hint at signing out.
const KNOWN: i64 = super::SIGN_ON + oauth::openid::ID_TOKEN_SECONDS * Instant::SECOND;

/// The key used last, opened: opening one anew for every token would cost more than signing with it. Its name is its
/// thumbprint, so that no key is mistaken for another.
static OPENED: Mutex<Option<(String, Arc<PrivateKey>)>> = Mutex::new(None);

/// The key that signs. Makes the first one, so call it in a write transaction.
pub(super) fn signing(tx: &mut Tx<'_>, now: Instant) -> Result<Arc<PrivateKey>, Fault> {
    let (kid, sealed) = match queries::signing_key(tx)? {
        Some(found) => found,
        None => make(tx, now)?,
    };
    let held = OPENED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((known, key)) = held
        && known == kid
    {
        return Ok(key);
    }
    let jwk: Value = super::opened(tx, DOMAIN, &sealed)?;
    let key = PrivateKey::parse(&jwk).map_err(|why| Fault::Damaged(format!("signing key {kid}: {why}")))?;
    let key = Arc::new(key);
    *OPENED.lock().unwrap_or_else(PoisonError::into_inner) = Some((kid, key.clone()));
    Ok(key)
}

fn make(tx: &mut Tx<'_>, now: Instant) -> Result<(String, Vec<u8>), Fault> {
    let broken = |why: oauth::BadKey| Fault::Internal(format!("no signing key could be made: {why}"));
    let mut jwk = PrivateKey::generate("").map_err(broken)?;
    let kid = thumbprint_of(&jwk).map_err(broken)?;
    jwk["kid"] = json!(kid);
    let sealed = super::sealed(tx, DOMAIN, &jwk)?;
    queries::add_key(tx, &kid, &public_jwks(&jwk)["keys"][0].to_string(), sealed.clone(), now)?;
    Ok((kid, sealed))
}

/// Our public keys as a JWKS, those on their way out too; empty before the first one is made.
///
/// # Errors
/// Faults of the store.
pub fn published(tx: &mut Tx<'_>, now: Instant) -> Answer<Value> {
    let keys = queries::public_keys(tx, now)?;
    let keys: Vec<Value> = keys.iter().filter_map(|jwk| serde_json::from_str(jwk).ok()).collect();
    Ok(json!({ "keys": keys }))
}

/// Makes the first key where there is none, so that services find one before the first token.
///
/// # Errors
/// Faults of the store.
pub fn ensure(tx: &mut Tx<'_>, now: Instant) -> Answer<()> {
    signing(tx, now)?;
    Ok(())
}

/// Our public keys, to read our own ID tokens with.
pub(super) fn own(tx: &mut Tx<'_>, now: Instant) -> Answer<Option<KeySet>> {
    Ok(KeySet::parse(&published(tx, now)?.to_string()).ok())
}

/// Makes a new key, which signs from now on. The private half of the old one is destroyed at once; its public half
/// is published until the last token that it signed has ended. Answers the new key's name.
///
/// # Errors
/// Faults of the store.
pub fn rotate(tx: &mut Tx<'_>, now: Instant) -> Answer<String> {
    let (kid, _) = make(tx, now)?;
    queries::retire_keys(tx, &kid, now.plus(KNOWN))?;
    Ok(kid)
}
