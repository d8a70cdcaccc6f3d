//! What a service gets: the token endpoint, userinfo, introspection, revocation.

use kernel::{Answer, Instant};
use oauth::access::ACCESS_SECONDS;
use oauth::openid::IdToken;
use oauth::{
    Binding, Certificate, Denial, DenialCode, Params, Service, ServiceToken, authorize, ciba, dpop, openid,
};
use serde_json::{Value, json};
use store::{Keyring, Tx};

use super::grants::{self, Grant, Granted, SignOn};
use super::identity::{identity, national_id};
use super::services::{self, Shown};
use super::{Said, Stop, Terms, approvals, keys, queries, said};

/// The sealing domain of access tokens.
const ACCESS: &str = "openid-access";

/// The token endpoint, for everything but software of its own (`registry::give_token`).
///
/// # Errors
/// Faults only; what the service did wrong is a [`Denial`].
pub fn give(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<Value> {
    said(given(tx, shown, terms))
}

fn given(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Result<Value, Stop> {
    let service = services::proven(tx, shown, terms)?;
    let params = Params::new(shown.form)?;
    let grant_type = params.needed("grant_type")?;
    if !["authorization_code", "refresh_token", ciba::GRANT].contains(&grant_type) {
        let said = "grant_type is authorization_code, refresh_token or urn:openid:params:grant-type:ciba";
        return Err(Denial::new(DenialCode::UnsupportedGrantType, said).into());
    }
    let binding = services::binding(tx, &service, shown, terms)?;
    match grant_type {
        "authorization_code" => by_code(tx, params, &service, binding, terms),
        "refresh_token" => by_refresh(tx, params, &service, binding, terms),
        _ => {
            let (grant, sign_on) = approvals::fetched(tx, params, &service, terms)?;
            let granted = grant.granted(tx)?;
            answer(tx, &service, (&grant, &granted, &sign_on), binding, terms)
        }
    }
}

fn by_code(
    tx: &mut Tx<'_>,
    params: Params<'_>,
    service: &Service,
    binding: Binding,
    terms: Terms<'_>,
) -> Result<Value, Stop> {
    let refused =
        || Denial::grant("the code is not one of ours, is another client's, was used, or is too old");
    let grant = grants::by_code(tx, params.needed("code")?)?.ok_or_else(refused)?;
    if grant.client_id != service.client_id {
        return Err(refused().into());
    }
    if grant.code_used_at.is_some() {
        // RFC 6749 §4.1.2: whoever used it first may have been a thief.
        queries::revoke(tx, &grant.id, terms.now)?;
        return Err(refused().into());
    }
    if grant.code_until.is_none_or(|until| until <= terms.now) || !grant.stands(terms.now) {
        return Err(refused().into());
    }
    let granted = grant.granted(tx)?;
    if params.get("redirect_uri") != granted.redirect_uri.as_deref() {
        return Err(Denial::grant("redirect_uri is not the one that the code was sent to").into());
    }
    let verifier = params.needed("code_verifier")?;
    if !granted.challenge.as_deref().is_some_and(|challenge| authorize::verifies(verifier, challenge)) {
        return Err(Denial::grant("code_verifier is not what code_challenge was made of").into());
    }
    let bound = granted.dpop_jkt.as_ref().is_none_or(|jkt| binding == Binding::Key(jkt.clone()));
    if !bound {
        let said = "the code is bound to the key named by dpop_jkt, which was not shown";
        return Err(Denial::new(DenialCode::InvalidDpopProof, said).into());
    }
    let sign_on = grants::standing(tx, &grant.sid, terms.now)?.ok_or_else(refused)?;
    if !queries::use_code(tx, &grant.id, terms.now)? {
        queries::revoke(tx, &grant.id, terms.now)?;
        return Err(refused().into());
    }
    answer(tx, service, (&grant, &granted, &sign_on), binding, terms)
}

fn by_refresh(
    tx: &mut Tx<'_>,
    params: Params<'_>,
    service: &Service,
    binding: Binding,
    terms: Terms<'_>,
) -> Result<Value, Stop> {
    let refused =
        || Denial::grant("the refresh token is not one of ours, was replaced, or its session is over");
    let (mut grant, number) = grants::by_refresh(tx, params.needed("refresh_token")?)?.ok_or_else(refused)?;
    if grant.client_id != service.client_id || !grant.stands(terms.now) {
        return Err(refused().into());
    }
    if number != grant.renewed {
        // Two hold tokens of this row, and one of them is a thief (RFC 9700 §4.14.2).
        queries::revoke(tx, &grant.id, terms.now)?;
        return Err(refused().into());
    }
    let sign_on = grants::standing(tx, &grant.sid, terms.now)?.ok_or_else(refused)?;
    let mut granted = grant.granted(tx)?;
    if let Some(asked) = params.get("scope") {
        let within = |word: &str| granted.scope.split(' ').any(|known| known == word);
        if !asked.split(' ').all(within) {
            return Err(Denial::new(DenialCode::InvalidScope, "scope is more than what was granted").into());
        }
        granted.scope = asked.to_owned();
    }
    // FAPI 2.0 §5.3.2.1 wants no rotation: its tokens are bound to keys, and a lost answer must not end a session.
    if !service.fapi {
        if !queries::renew(tx, &grant.id, grant.renewed)? {
            return Err(refused().into());
        }
        grant.renewed += 1;
    }
    // OpenID Connect Core §12.2: an ID token that is no answer to a nonce carries none.
    granted.nonce = None;
    answer(tx, service, (&grant, &granted, &sign_on), binding, terms)
}

/// The answer of the token endpoint (RFC 6749 §5.1; OpenID Connect Core §3.1.3.3).
fn answer(
    tx: &mut Tx<'_>,
    service: &Service,
    (grant, granted, sign_on): (&Grant, &Granted, &SignOn),
    binding: Binding,
    terms: Terms<'_>,
) -> Result<Value, Stop> {
    let professional = sign_on.professional(tx)?;
    let token = ServiceToken {
        grant: kernel::codes::base64url(&grant.id),
        client_id: service.client_id.clone(),
        scope: granted.scope.clone(),
        issued: terms.now,
        binding,
    };
    let access_token = token.seal(|plain| tx.keyring().seal(ACCESS, plain));
    let key = keys::signing(tx, service.signing, terms.now)?;
    let id_token = IdToken {
        issuer: terms.issuer,
        client_id: &service.client_id,
        national_id: &national_id(&professional),
        sid: &sign_on.sid,
        signed_in: sign_on.signed_in,
        nonce: granted.nonce.as_deref(),
        access_token: &access_token,
    }
    .sign(&key, terms.now)?;
    // Never beyond the end of the sign-on.
    let left = (sign_on.ends_at.0 - terms.now.0).div_euclid(Instant::SECOND);
    Ok(json!({
        "access_token": access_token,
        "token_type": token.binding.token_type(),
        "expires_in": ACCESS_SECONDS.min(left),
        "refresh_token": grant.refresh(tx.keyring()),
        "id_token": id_token,
        "scope": granted.scope,
    }))
}

/// What an access token says; `None` when it is not ours or has ended. No query.
#[must_use]
pub fn open(keyring: &Keyring, token: &str, now: Instant) -> Option<ServiceToken> {
    ServiceToken::open(token, now, |sealed| keyring.open(ACCESS, sealed).ok())
}

/// The grant and sign-on of an access token, while both stand.
fn standing(tx: &mut Tx<'_>, token: &ServiceToken, now: Instant) -> Answer<Option<(Grant, SignOn)>> {
    let Some(id) = kernel::codes::from_base64url(&token.grant) else { return Ok(None) };
    let Some(grant) = queries::grant(tx, &id)?.filter(|grant| grant.stands(now)) else { return Ok(None) };
    if services::admitted(tx, &grant.client_id)?.is_none() {
        return Ok(None);
    }
    Ok(grants::standing(tx, &grant.sid, now)?.map(|sign_on| (grant, sign_on)))
}

/// What is shown at a resource of ours.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// `Bearer` or `DPoP`, and the access token.
    pub authorization: (&'a str, &'a str),
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The values of every `DPoP` header.
    pub proofs: &'a [String],
    /// The certificate of the connection, as a trusted proxy handed it over.
    pub certificate: Option<&'a Certificate>,
}

/// The userinfo endpoint.
///
/// # Errors
/// Faults only; a token that opens nothing is a [`Denial`].
pub fn userinfo(tx: &mut Tx<'_>, shown: Presented<'_>, terms: Terms<'_>) -> Said<Value> {
    let mut told = || -> Result<Value, Stop> {
        let over =
            || Denial::new(DenialCode::InvalidToken, "the access token is not one of ours, or has ended");
        let (scheme, text) = shown.authorization;
        let token = open(tx.keyring(), text, terms.now).ok_or_else(over)?;
        let address = terms.at("/oauth/userinfo");
        let target = dpop::Target { method: shown.method, address: &address, access_token: Some(text) };
        let jkt = services::possessed(tx, shown.proofs, target, terms.now)?;
        token.check_binding(scheme, jkt.as_deref(), shown.certificate)?;
        let (_, sign_on) = standing(tx, &token, terms.now)?.ok_or_else(over)?;
        let professional = sign_on.professional(tx)?;
        Ok(openid::userinfo(terms.issuer, &identity(tx, &professional)?))
    };
    said(told())
}

/// Introspection (RFC 7662): a registered service asks about an access token that it was shown, or about a token of
/// its own.
///
/// # Errors
/// Faults only; a service that does not prove itself is a [`Denial`].
pub fn introspect(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<Value> {
    let mut told = || -> Result<Value, Stop> {
        let service = services::proven(tx, shown, terms)?;
        let text = Params::new(shown.form)?.needed("token")?;
        let nothing = || json!({"active": false});
        if let Some((grant, number)) = grants::by_refresh(tx, text)? {
            let own = grant.client_id == service.client_id && number == grant.renewed;
            let alive =
                own && grant.stands(terms.now) && grants::standing(tx, &grant.sid, terms.now)?.is_some();
            let until = grant.ends_at.0.div_euclid(Instant::SECOND);
            return Ok(if alive {
                json!({"active": true, "client_id": grant.client_id, "exp": until, "iss": terms.issuer})
            } else {
                nothing()
            });
        }
        let Some(token) = open(tx.keyring(), text, terms.now) else { return Ok(nothing()) };
        let Some((_, sign_on)) = standing(tx, &token, terms.now)? else { return Ok(nothing()) };
        let name = national_id(&sign_on.professional(tx)?);
        let mut answer = json!({
            "active": true,
            "iss": terms.issuer,
            "sub": openid::subject(terms.issuer, &name),
            "username": name,
            "client_id": token.client_id,
            "scope": token.scope,
            "token_type": token.binding.token_type(),
            "iat": token.issued.0.div_euclid(Instant::SECOND),
            "exp": token.expires().0.div_euclid(Instant::SECOND),
            "sid": sign_on.sid,
        });
        if let Some(confirmation) = token.binding.confirmation() {
            answer["cnf"] = confirmation;
        }
        Ok(answer)
    };
    said(told())
}

/// Revocation (RFC 7009): whichever token is given back, the whole grant ends.
///
/// # Errors
/// Faults only; a service that does not prove itself, or gives back another's token, is a [`Denial`].
pub fn revoke(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<()> {
    let mut done = || -> Result<(), Stop> {
        let service = services::proven(tx, shown, terms)?;
        let text = Params::new(shown.form)?.needed("token")?;
        let opened = open(tx.keyring(), text, terms.now);
        let id = opened.and_then(|token| kernel::codes::from_base64url(&token.grant));
        let grant = match id {
            Some(id) => queries::grant(tx, &id)?,
            None => grants::by_refresh(tx, text)?.map(|(grant, _)| grant),
        };
        // What opens nothing needs no revoking (§2.2).
        let Some(grant) = grant else { return Ok(()) };
        if grant.client_id != service.client_id {
            return Err(Denial::new(DenialCode::UnauthorizedClient, "this token is another client's").into());
        }
        Ok(queries::revoke(tx, &grant.id, terms.now)?)
    };
    said(done())
}
