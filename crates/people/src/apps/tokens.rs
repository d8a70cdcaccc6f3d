//! What an app gets: tokens for a code or a refresh token, and giving them back.

use kernel::{Actor, Answer, Instant, Language, Purpose, Visit};
use oauth::{AppToken, Assertion, Denial, DenialCode, Params, Rules, Scopes, authorize};
use serde_json::{Value, json};
use store::{Keyring, Tx};

use super::grants::{self, Grant};
use super::{Listed, Said, Shown, Terms, queries};
use crate::consent::{self, Action, Connection};
use crate::openid::{Stop, said};
use crate::person::Person;
use crate::registry;

/// The sealing domain of access tokens.
const ACCESS: &str = "app-access";

/// The token endpoint, for apps.
///
/// # Errors
/// Faults only; what the app did wrong is a [`Denial`].
pub fn give(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<Value> {
    said(given(tx, shown, terms))
}

fn given(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Result<Value, Stop> {
    let app = proven(tx, shown, terms)?;
    let params = Params::new(shown.form)?;
    match params.needed("grant_type")? {
        "authorization_code" => by_code(tx, params, &app, terms),
        "refresh_token" => by_refresh(tx, params, &app, terms),
        _ => {
            let said = "grant_type is authorization_code or refresh_token";
            Err(Denial::new(DenialCode::UnsupportedGrantType, said).into())
        }
    }
}

/// Who knocks: an app with keys proves it with an assertion, which is burnt; one without says its name, and PKCE proves
/// the rest.
fn proven(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Result<Listed, Stop> {
    let params = Params::new(shown.form)?;
    let assertion = Assertion::beside(params)?;
    let named = assertion.as_ref().map(Assertion::client_id).or_else(|| params.get("client_id"));
    let found = match named {
        Some(client_id) => super::admitted(tx, client_id)?,
        None => None,
    };
    let (client, listed) = found.ok_or_else(registry::unknown)?;
    match assertion {
        None if client.jwks.is_empty() => {}
        None => {
            let said = "this client proves itself with client_assertion";
            return Err(Denial::new(DenialCode::InvalidClient, said).into());
        }
        Some(assertion) => {
            let (token, endpoint) = (terms.at("/oauth/token"), terms.at(shown.path));
            let audiences = [terms.issuer, token.as_str(), endpoint.as_str()];
            registry::prove(tx, &client, &assertion, Rules::software(&audiences), terms.now)??;
        }
    }
    Ok(listed)
}

fn by_code(tx: &mut Tx<'_>, params: Params<'_>, app: &Listed, terms: Terms<'_>) -> Result<Value, Stop> {
    let refused =
        || Denial::grant("the code is not one of ours, is another client's, was used, or is too old");
    let (person, grant) = grants::by_code(tx, params.needed("code")?)?.ok_or_else(refused)?;
    if grant.held.app.client_id != app.client_id {
        return Err(refused().into());
    }
    let Some(code_until) = grant.code_until else {
        // RFC 6749 §4.1.2: whoever used it first may have been a thief.
        return over(tx, &grant, refused());
    };
    if code_until <= terms.now {
        return Err(refused().into());
    }
    let request = &grant.held.request;
    if params.get("redirect_uri") != Some(request.redirect_uri.as_str()) {
        return Err(Denial::grant("redirect_uri is not the one that the code was sent to").into());
    }
    if !authorize::verifies(params.needed("code_verifier")?, &request.code_challenge) {
        return Err(Denial::grant("code_verifier is not what code_challenge was made of").into());
    }
    let Some((connection, scopes)) = standing(tx, &grant, person, app, terms)? else {
        return over(tx, &grant, refused());
    };
    let token = token(&grant, scopes, &connection, terms.now);
    let ends_at = if request.offline { connection.until } else { token.expires };
    if !queries::use_code(tx, &grant, ends_at)? {
        return over(tx, &grant, refused());
    }
    Ok(answer(tx.keyring(), &grant, &token, terms.now))
}

/// Nothing more is given under this grant.
fn over<T>(tx: &mut Tx<'_>, grant: &Grant, denial: Denial) -> Result<T, Stop> {
    queries::end(tx, grant)?;
    Err(denial.into())
}

fn by_refresh(tx: &mut Tx<'_>, params: Params<'_>, app: &Listed, terms: Terms<'_>) -> Result<Value, Stop> {
    let refused =
        || Denial::grant("the refresh token is not one of ours, was replaced, or the connection has ended");
    let found = grants::by_refresh(tx, params.needed("refresh_token")?)?;
    let ((person, mut grant), number) = found.ok_or_else(refused)?;
    if grant.held.app.client_id != app.client_id || grant.ends_at <= terms.now {
        return Err(refused().into());
    }
    if number != grant.renewed {
        // Two hold tokens of this row, and one of them is a thief (RFC 9700 §4.14.2).
        return over(tx, &grant, refused());
    }
    let asked = asked(params.get("scope"), &grant)?;
    let Some((connection, whole)) = standing(tx, &grant, person, app, terms)? else {
        return over(tx, &grant, refused());
    };
    let scopes = asked.map_or(whole.clone(), |asked| asked.granted(&whole));
    if scopes.is_empty() {
        let said = "of the scopes that were granted, those asked for are not granted any more";
        return Err(Denial::new(DenialCode::InvalidScope, said).into());
    }
    if !queries::renew(tx, &grant, connection.until)? {
        return over(tx, &grant, refused());
    }
    grant.renewed += 1;
    let token = token(&grant, scopes, &connection, terms.now);
    Ok(answer(tx.keyring(), &grant, &token, terms.now))
}

/// What a refresh asks for, of what was granted at first (RFC 6749 §6); `None` when it does not say, and asks for all.
fn asked(asked: Option<&str>, grant: &Grant) -> Result<Option<Scopes>, Denial> {
    let whole = &grant.held.scopes;
    let Some(asked) = asked else { return Ok(None) };
    let said = grant.held.scope(whole);
    let known = |word: &str| said.split(' ').any(|one| one == word);
    let is_within = |word: &str| {
        known(word) || Scopes::parse_all(word).is_ok_and(|one| !one.is_empty() && one.is_within(whole))
    };
    let scopes = Scopes::parse(asked);
    if scopes.is_empty() || !asked.split_ascii_whitespace().all(is_within) {
        return Err(Denial::new(DenialCode::InvalidScope, "scope is more than what was granted"));
    }
    Ok(Some(scopes))
}

/// The connection that a grant was given under, while she lets the app read, and what the grant is good for: what was
/// asked then, cut to her last word, which she may have said on another device, and to what the app is registered for
/// today. What is cut comes back when she grants it again: the row keeps what it was given. `None` when nothing is left.
fn standing(
    tx: &mut Tx<'_>,
    grant: &Grant,
    person: Person,
    listed: &Listed,
    terms: Terms<'_>,
) -> Answer<Option<(Connection, Scopes)>> {
    let (app, held) = (&grant.held.app, &grant.held.scopes);
    let scopes = match consent::connection(tx, &person, app, terms.now)? {
        Some(Connection { granted, .. }) => {
            let cut = grant.held.request.cut(granted.reads_documents(), granted.profile);
            cut.granted(held).granted(&listed.scopes)
        }
        // Nothing is left of it, but that is for the policies to say, and for her journal.
        None => held.clone(),
    };
    if scopes.is_empty() {
        return Ok(None);
    }
    let reads_documents = !scopes.granted(&oauth::app::documents()).is_empty();
    let action = if reads_documents { Action::ReadRecord } else { Action::ReadIdentity };
    let visit = Visit {
        actor: Actor::App(app.clone()),
        on_behalf_of: Some(person.id),
        purpose: Purpose::Own,
        now: terms.now,
        language: Language::Fr,
        request_id: terms.chance.u64(),
    };
    match consent::open_loaded(tx, &visit, person, action) {
        Ok(pass) => Ok(pass.sharing().connection(app, terms.now).cloned().map(|found| (found, scopes))),
        Err(refusal) if refusal.fault.is_none() => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn token(grant: &Grant, scopes: Scopes, connection: &Connection, now: Instant) -> AppToken {
    let app = connection.app.clone();
    AppToken::new(grant.person, app, scopes, grant.label(), (now, connection.until))
}

/// The answer of the token endpoint (RFC 6749 §5.1; SMART App Launch 2.2, "Launch context").
fn answer(keyring: &Keyring, grant: &Grant, token: &AppToken, now: Instant) -> Value {
    let mut answer = json!({
        "access_token": token.seal(|plain| keyring.seal(ACCESS, plain)),
        "token_type": "Bearer",
        "expires_in": token.seconds(now),
        "scope": grant.held.scope(&token.scopes),
        "patient": token.person.to_string(),
    });
    if grant.held.request.offline {
        answer["refresh_token"] = json!(grant.refresh(keyring));
    }
    answer
}

/// What an access token says; `None` when it is not ours or has ended. No query: whether its grant still stands is
/// [`stands`].
#[must_use]
pub fn open(keyring: &Keyring, bearer: &str, now: Instant) -> Option<AppToken> {
    AppToken::open(bearer, now, |sealed| keyring.open(ACCESS, sealed).ok())
}

/// False once the app gave the token back, or somebody showed its code or a replaced refresh token again, and from the
/// moment on which the operator suspended the app. One look-up by keys. That she lets the app read is `consent::open`'s to
/// say.
///
/// # Errors
/// Faults of the store.
pub fn stands(tx: &mut Tx<'_>, token: &AppToken, now: Instant) -> Answer<bool> {
    let Some(id) = kernel::codes::from_base64url(&token.grant) else { return Ok(false) };
    let ends_at = queries::ends_at(tx, token.person, &id, &token.app.client_id)?;
    Ok(ends_at.is_some_and(|ends_at| ends_at > now))
}

/// Revocation (RFC 7009): whichever token is given back, what the app was given ends. The connection stays: it is hers,
/// and she ends it.
///
/// # Errors
/// Faults only; an app that does not prove itself, or gives back another's token, is a [`Denial`].
pub fn revoke(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<()> {
    let mut done = || -> Result<(), Stop> {
        let app = proven(tx, shown, terms)?;
        let text = Params::new(shown.form)?.needed("token")?;
        let found = match open(tx.keyring(), text, terms.now) {
            Some(token) => match kernel::codes::from_base64url(&token.grant) {
                Some(id) => grants::by_id(tx, token.person, &id)?,
                None => None,
            },
            None => grants::by_refresh(tx, text)?.map(|(found, _)| found),
        };
        // What opens nothing needs no revoking (§2.2).
        let Some((_, grant)) = found else { return Ok(()) };
        if grant.held.app.client_id != app.client_id {
            return Err(Denial::new(DenialCode::UnauthorizedClient, "this token is another client's").into());
        }
        Ok(queries::end(tx, &grant)?)
    };
    said(done())
}
