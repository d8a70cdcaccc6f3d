//! What we sign ID tokens and logout tokens with: one key at a time for each algorithm, its successors and predecessors
//! published. The RSA key is made when the first service asks for it.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Answer, Fault, Instant};
use oauth::jwk::{public_jwks, thumbprint_of};
use oauth::{KeySet, PrivateKey, Signing};
use serde_json::{Value, json};
use store::Tx;

use super::queries;

/// The sealing domain of private keys.
const DOMAIN: &str = "openid-key";

/// How long a key is published after it has signed for the last time, in microseconds: as long as the last ID token
/// may come back as a hint at signing out.
const KNOWN: i64 = super::SIGN_ON + oauth::openid::ID_TOKEN_SECONDS * Instant::SECOND;

/// The keys used last, opened: opening one anew for every token would cost more than signing with it. Their names are
/// their thumbprints, so that no key is mistaken for another.
static OPENED: Mutex<Vec<(String, Arc<PrivateKey>)>> = Mutex::new(Vec::new());

/// How many keys are kept open: one for each algorithm.
const KEPT: usize = Signing::ALL.len();

/// The key that signs with this algorithm. Makes the first one, so call it in a write transaction.
pub(super) fn signing(tx: &mut Tx<'_>, with: Signing, now: Instant) -> Result<Arc<PrivateKey>, Fault> {
    let all = queries::signing_keys(tx)?;
    let found = all.into_iter().find(|(_, jwk, _)| algorithm(jwk).as_deref() == Some(with.word()));
    let (kid, sealed) = match found {
        Some((kid, _, sealed)) => (kid, sealed),
        None => make(tx, with, now)?,
    };
    let opened = || OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, key)) = opened().iter().find(|(known, _)| *known == kid) {
        return Ok(key.clone());
    }
    let jwk: Value = super::opened(tx, DOMAIN, &sealed)?;
    let key = PrivateKey::parse(&jwk).map_err(|why| Fault::Damaged(format!("signing key {kid}: {why}")))?;
    let key = Arc::new(key);
    let mut kept = opened();
    let old = kept.len().saturating_sub(KEPT - 1);
    kept.drain(..old);
    kept.push((kid, key.clone()));
    Ok(key)
}

/// What a published key signs with.
fn algorithm(jwk: &str) -> Option<String> {
    let jwk: Value = serde_json::from_str(jwk).ok()?;
    jwk.get("alg")?.as_str().map(str::to_owned)
}

fn make(tx: &mut Tx<'_>, with: Signing, now: Instant) -> Result<(String, Vec<u8>), Fault> {
    let broken = |why: oauth::BadKey| Fault::Internal(format!("no signing key could be made: {why}"));
    let made = match with {
        Signing::Es256 => PrivateKey::generate(""),
        Signing::Rs256 => PrivateKey::generate_rsa(""),
    };
    let mut jwk = made.map_err(broken)?;
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
    signing(tx, Signing::default(), now)?;
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
    // An RSA key, where there was one, is made again by the first token that needs it.
    let (kid, _) = make(tx, Signing::default(), now)?;
    queries::retire_keys(tx, &kid, now.plus(KNOWN))?;
    Ok(kid)
}
