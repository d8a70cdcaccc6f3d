//! Software and professionals known to us.
//!
//! Invariants: a client signs in with a key only it holds, and no assertion opens twice; a client's private
//! key is never here; a suspended client gets no token, and the one it has ends within five minutes
//! ([`oauth::token::TOKEN_SECONDS`]).

mod model;
pub mod queries;
#[cfg(test)]
mod tests;

pub use model::{Client, KnownProfessional, SenderKind};

use kernel::rpps::Rpps;
use kernel::{Answer, Fault, Instant, Issue, Refusal, RefusalKind};
use oauth::{AccessToken, Assertion, Denial, DenialCode, KeySet, Rules, Scopes, TokenRequest, TokenResponse};
use store::{Keyring, Tx};

use crate::directory::called::{self, What};

/// Registers a client.
///
/// # Errors
/// `Invalid` with one issue per wrong field (`client-id`, `client-jwks`, `client-scopes`); `Conflict`
/// (`client-exists`) when the id is taken.
pub fn add_client(tx: &mut Tx<'_>, client: &Client) -> Answer<()> {
    let mut issues = Vec::new();
    let mut wrong = |code, path: &str, said: String| {
        issues.push(Issue { code, path: Some(path.to_owned()), diagnostics: said.into() });
    };
    if !is_plain(&client.client_id) {
        wrong("client-id", "client_id", CLIENT_ID.to_owned());
    }
    if let Err(why) = KeySet::parse(&client.jwks) {
        wrong("client-jwks", "jwks", why.to_string());
    }
    if client.scopes.is_empty() {
        wrong("client-scopes", "scopes", "at least one scope, e.g. system/Bundle.c".to_owned());
    }
    if !issues.is_empty() {
        return Err(Refusal::invalid_all(issues));
    }
    if queries::add_client(tx, client)? { Ok(()) } else { Err(taken()) }
}

/// Registers the client of a service at whose door professionals sign in, or of an app that persons connect;
/// [`crate::openid::services::register`] or [`crate::apps::register`] has judged its keys. It is granted nothing as
/// software.
///
/// # Errors
/// `Invalid` (`client-id`); `Conflict` (`client-exists`) when the id is taken.
pub(crate) fn add_without_scopes(tx: &mut Tx<'_>, client: &Client) -> Answer<()> {
    if !is_plain(&client.client_id) {
        return Err(Refusal::invalid("client-id", "client_id", CLIENT_ID));
    }
    if queries::add_client(tx, client)? { Ok(()) } else { Err(taken()) }
}

/// What is said when a client is registered under the id of another.
pub(crate) fn taken() -> Refusal {
    Refusal::new(RefusalKind::Conflict, "client-exists", "This client_id is taken.")
}

/// What a client may be called.
const CLIENT_ID: &str = "1 to 64 letters, digits, - _ or .";

fn is_plain(client_id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&client_id.len()) && client_id.chars().all(plain)
}

/// A client, suspended or not.
///
/// # Errors
/// Faults of the store.
pub fn client(tx: &mut Tx<'_>, client_id: &str) -> Answer<Option<Client>> {
    Ok(queries::client(tx, client_id)?)
}

/// Every client, by name of its organisation.
///
/// # Errors
/// Faults of the store.
pub fn clients(tx: &mut Tx<'_>) -> Answer<Vec<Client>> {
    Ok(queries::clients(tx)?)
}

/// Suspends a client from `at` on, or lets it in again with `None`.
///
/// # Errors
/// `NotFound`.
pub fn suspend(tx: &mut Tx<'_>, client_id: &str, at: Option<Instant>) -> Answer<()> {
    if queries::suspend(tx, client_id, at)? { Ok(()) } else { Err(Refusal::not_found()) }
}

/// The domain of sealed access tokens.
const TOKENS: &str = "access-token";

/// The token endpoint: proves the client, burns the assertion, seals a token. `audiences` are the addresses
/// by which this endpoint is known, `jti` is random. Call it in a write transaction: the burnt assertion must
/// be durable before the token leaves.
///
/// # Errors
/// Faults only; what the client did wrong is a [`Denial`], which the door answers as RFC 6749 §5.2 says.
pub fn give_token(
    tx: &mut Tx<'_>,
    request: &TokenRequest,
    audiences: &[&str],
    jti: u64,
    now: Instant,
) -> Answer<Result<TokenResponse, Denial>> {
    let client = match who(tx, request, audiences, now)? {
        Ok(client) => client,
        Err(denial) => return Ok(Err(denial)),
    };
    let scopes = match request.grant(&client.scopes) {
        Ok(scopes) => scopes,
        Err(denial) => return Ok(Err(denial)),
    };
    let token = AccessToken::new(client.software(), client.sender_kind.word().to_owned(), scopes, jti, now);
    let text = token.seal(|plain| tx.keyring().seal(TOKENS, plain));
    Ok(Ok(token.response(text)))
}

fn who(
    tx: &mut Tx<'_>,
    request: &TokenRequest,
    audiences: &[&str],
    now: Instant,
) -> Answer<Result<Client, Denial>> {
    let assertion = match request.assertion().and_then(Assertion::peek) {
        Ok(assertion) => assertion,
        Err(denial) => return Ok(Err(denial)),
    };
    let client = queries::client(tx, assertion.client_id())?.filter(|client| client.suspended_at.is_none());
    let Some(client) = client else { return Ok(Err(unknown())) };
    let rules = Rules::software(audiences);
    Ok(prove(tx, &client, &assertion, rules, now)?.map(|()| client))
}

/// What an unknown client, a suspended one and one without keys are told, in the same words: which clients exist is
/// nobody's affair.
pub(crate) fn unknown() -> Denial {
    Denial::new(DenialCode::InvalidClient, "this client is not registered, or is suspended")
}

/// Proves that a client made an assertion, and burns it.
///
/// # Errors
/// Faults only: of the store, or when the client's keys do not parse.
pub(crate) fn prove(
    tx: &mut Tx<'_>,
    client: &Client,
    assertion: &Assertion<'_>,
    rules: Rules<'_>,
    now: Instant,
) -> Answer<Result<(), Denial>> {
    // A service that its certificate proves has no keys.
    if client.jwks.is_empty() {
        return Ok(Err(unknown()));
    }
    let keys = KeySet::parse(&client.jwks)
        .map_err(|why| Fault::Damaged(format!("keys of client {}: {why}", client.client_id)))?;
    let proven = match assertion.verify(&keys, rules, now) {
        Ok(proven) => proven,
        Err(denial) => return Ok(Err(denial)),
    };
    let name = format!("{}|{}", proven.client_id, proven.jti);
    if burn(tx, "client-assertion", name.as_bytes(), proven.burn_until)? {
        return Ok(Ok(()));
    }
    let said = "this assertion was used before: make a new one, with a new jti, for each request";
    Ok(Err(Denial::new(DenialCode::InvalidClient, said)))
}

/// What a bearer token says; `None` when it is not ours or has ended. No query.
#[must_use]
pub fn open_token(keyring: &Keyring, bearer: &str, now: Instant) -> Option<AccessToken> {
    AccessToken::open(bearer, now, |sealed| keyring.open(TOKENS, sealed).ok())
}

/// Burns a value that may open its door once: `false` when it was burnt before. `until` is when it would be
/// too old anyway.
///
/// # Errors
/// Faults of the store.
pub fn burn(tx: &mut Tx<'_>, domain: &str, value: &[u8], until: Instant) -> Answer<bool> {
    let hash = tx.keyring().keyed_hash(domain, value);
    Ok(queries::burn(tx, &hash[..16], until)?)
}

/// Forgets burnt values whose time has come; the worker does it now and then.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep_burnt(tx, now)?)
}

/// Adds a professional, or replaces what was known of her.
///
/// # Errors
/// Faults of the store.
pub fn add_professional(tx: &mut Tx<'_>, professional: &KnownProfessional) -> Answer<()> {
    Ok(queries::add_professional(tx, professional)?)
}

/// The professional of this RPPS number.
///
/// # Errors
/// Faults of the store.
pub fn professional(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Option<KnownProfessional>> {
    Ok(queries::professional(tx, rpps)?)
}

/// Professionals in whose name every word that was typed begins a word, or whose RPPS number it is; at most `most`, by
/// name.
///
/// # Errors
/// Faults of the store.
pub fn find(tx: &mut Tx<'_>, typed: &str, most: u32) -> Answer<Vec<KnownProfessional>> {
    if let Some(rpps) = Rpps::parse(typed) {
        return Ok(queries::professional(tx, &rpps)?.into_iter().collect());
    }
    let typed = called::words(typed);
    if typed.iter().all(|word| word.len() < 2) {
        return Ok(Vec::new());
    }
    let Some(word) = called::rarest(tx, What::Professional, &typed)? else { return Ok(Vec::new()) };
    let mut found = queries::find_professionals(tx, word)?;
    found.retain(|known| called::fits(&typed, &called::words(&known.professional.name)));
    found.truncate(most as usize);
    Ok(found)
}

/// Scopes a depositing and reading software usually gets; the default of `carnet client add`.
#[must_use]
pub fn usual_scopes() -> Scopes {
    Scopes::parse(
        "system/Bundle.c system/DocumentReference.crus system/List.crs system/Binary.r system/Patient.rs",
    )
}
