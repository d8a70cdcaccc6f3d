//! Apps: services of the catalogue (L1111-13-1 III CSP) that a person may connect to her space, and the tokens that they
//! read it with (HL7 SMART App Launch 2.2, standalone, patient-facing).
//!
//! Invariants:
//! - What an app may read is her word ([`consent::connect`](crate::consent::connect)), folded anew at every request, so that
//!   a connection that she cuts is over at once. A token only says who shows it; it never holds more than she ticked.
//! - Nothing is sent to an address that the app has not registered, letter by letter; whoever comes for a token holds the
//!   secret of whoever asked for the code (PKCE S256).
//! - A code opens once; a second try ends what the first one got. So does a refresh token that was replaced.
//! - Codes and refresh tokens are stored nowhere. What names an app in her rows is sealed with her key.
//! - What an app did wrong is a [`Denial`](oauth::Denial); the transaction commits all the same.
//!
//! A door that serves services and apps under one address asks [`knows`] (whose request is it) and [`calls`] (who posts a
//! form). A door that is shown a bearer token asks [`tokens::open`], then in its transaction [`tokens::stands`], and then
//! `consent::open` under [`AppToken::app`](oauth::AppToken) with [`Visit::on_behalf_of`](kernel::Visit) her.
//!
//! [`Listed`]: what is registered · [`asking`]: she is asked · [`tokens`]: what the app gets ·
//! [`pages`]: what she sees of it

pub mod asking;
mod grants;
mod model;
pub mod pages;
mod queries;
#[cfg(test)]
mod tests;
pub mod tokens;

pub use crate::openid::{Said, Shown, Terms};
pub use asking::{Asking, Next, Open, answer, authorize, open};
pub use model::{Listed, Text};

use kernel::{Answer, Fault, Instant, Issue, PersonId, Refusal};
use oauth::{Assertion, KeySet, Params, Scopes};
use store::Tx;

use crate::registry::{self, Client};

/// Where she sees the apps that she may connect and those that she did.
pub const APPS: &str = "/apps";

/// Where an app sends her; services send professionals to the same address.
pub const AUTHORIZE: &str = "/oauth/authorize";

/// The address of our FHIR door, which an app names as `aud`.
pub const FHIR: &str = "/fhir";

/// Puts an app into the catalogue, or what is new of one that is there. Without keys it is a public client. It is granted
/// nothing on its own account: `client.scopes` is not looked at.
///
/// # Errors
/// `Invalid` with one issue per wrong member (`app-registration`; `client-id`); `Conflict` (`client-exists`) when the id is
/// taken by something that is no app, or by an app with other keys.
pub fn register(tx: &mut Tx<'_>, client: &Client, listed: &Listed) -> Answer<()> {
    if client.client_id != listed.client_id || client.organization != listed.organization {
        return Err(Fault::Internal("an app is registered under two names".into()).into());
    }
    let mut flaws: Vec<(&str, String)> =
        listed.flaws().into_iter().map(|(member, why)| (member, why.to_owned())).collect();
    if !client.jwks.is_empty()
        && let Err(why) = KeySet::parse(&client.jwks)
    {
        flaws.push(("jwks", why.to_string()));
    }
    if !flaws.is_empty() {
        let issue = |(member, why): (&str, String)| Issue {
            code: "app-registration",
            path: Some(member.to_owned()),
            diagnostics: why.into(),
        };
        return Err(Refusal::invalid_all(flaws.into_iter().map(issue).collect()));
    }
    match registry::queries::client(tx, &client.client_id)? {
        None => registry::add_without_scopes(tx, &Client { scopes: Scopes::default(), ..client.clone() })?,
        Some(known) if known.jwks == client.jwks && knows(tx, &client.client_id)? => {
            queries::answers_for(tx, &client.client_id, &client.organization, client.finess.as_deref())?;
        }
        Some(_) => return Err(registry::taken()),
    }
    let registration = serde_json::to_string(listed).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(queries::put(tx, &listed.client_id, &registration)?)
}

fn read(client_id: &str, registration: &str) -> Result<Listed, Fault> {
    serde_json::from_str(registration)
        .map_err(|e| Fault::Damaged(format!("registration of the app {client_id}: {e}")))
}

/// Every app that is registered, by name, and whether it is suspended.
///
/// # Errors
/// Faults of the store.
pub fn all(tx: &mut Tx<'_>) -> Answer<Vec<(Listed, bool)>> {
    let rows = queries::all(tx)?.into_iter();
    let mut all = rows
        .map(|(id, text, suspended)| Ok((read(&id, &text)?, suspended)))
        .collect::<Result<Vec<_>, Fault>>()?;
    all.sort_by_cached_key(|(listed, _)| (kernel::text::fold(&listed.name), listed.client_id.clone()));
    Ok(all)
}

/// The apps that she may connect, by name; without those that are suspended.
///
/// # Errors
/// Faults of the store.
pub fn catalogue(tx: &mut Tx<'_>) -> Answer<Vec<Listed>> {
    Ok(all(tx)?.into_iter().filter(|(_, suspended)| !suspended).map(|(listed, _)| listed).collect())
}

/// An app with its client, while it is registered and not suspended.
fn admitted(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<(Client, Listed)>, Fault> {
    let Some(registration) = queries::registration(tx, client_id)? else { return Ok(None) };
    let client = registry::queries::client(tx, client_id)?.filter(|client| client.suspended_at.is_none());
    let Some(client) = client else { return Ok(None) };
    Ok(Some((client, read(client_id, &registration)?)))
}

/// The app of this id, while it is registered and not suspended.
///
/// # Errors
/// Faults of the store.
pub fn find(tx: &mut Tx<'_>, client_id: &str) -> Answer<Option<Listed>> {
    Ok(admitted(tx, client_id)?.map(|(_, listed)| listed))
}

/// True when this is the id of an app, suspended or not.
///
/// # Errors
/// Faults of the store.
pub fn knows(tx: &mut Tx<'_>, client_id: &str) -> Answer<bool> {
    Ok(queries::registration(tx, client_id)?.is_some())
}

/// True when whoever posts this form to the token or the revocation endpoint says that it is an app; proves nothing.
///
/// # Errors
/// Faults of the store.
pub fn calls(tx: &mut Tx<'_>, form: &[(String, String)]) -> Answer<bool> {
    let params = Params::unchecked(form);
    let signed = params.get("client_assertion").and_then(|text| Assertion::peek(text).ok());
    match signed.as_ref().map(Assertion::client_id).or_else(|| params.get("client_id")) {
        Some(client_id) => knows(tx, client_id),
        None => Ok(false),
    }
}

/// Forgets what has ended; the worker does it now and then. Answers how many rows went.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Answer<u64> {
    Ok(queries::sweep(tx, now)?)
}

/// Forgets what apps were given in the space of a person who is erased.
///
/// # Errors
/// Faults of the store.
pub fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    Ok(queries::forget_all(tx, person)?)
}
