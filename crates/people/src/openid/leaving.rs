//! She signs out: at one service, at Carnet, everywhere (OpenID Connect RP-Initiated Logout 1.0, Back-Channel
//! Logout 1.0).

use kernel::rpps::Rpps;
use kernel::{Answer, Fault, Instant};
use oauth::{Denial, Params, Service, openid};
use serde::{Deserialize, Serialize};
use store::{Job, TakenJob, Tx};

use super::grants::SignOn;
use super::identity::national_id;
use super::{Terms, keys, queries, services};
use crate::identity::session::Session;

/// The task of the queue that tells a service; the server sends what [`call`] makes.
pub const TELL: &str = "openid-logout";

/// What a job of [`TELL`] needs.
#[derive(Serialize, Deserialize)]
struct Telling {
    client_id: String,
    sid: String,
    national_id: String,
}

/// What happens when a service sends her to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// She has signed out.
    Left {
        /// Where she goes: back to the service, or to our own page.
        back: Option<String>,
        /// True when the session of Carnet in this browser ends too; the caller ends it.
        here: bool,
    },
    /// She is asked first: the service did not prove that it speaks of her. `back` is where she goes then.
    Ask {
        /// What the service is called, if it is known.
        service: Option<String>,
        /// The id of the service, if it is known.
        client_id: Option<String>,
        /// Where she goes then: one of the addresses that the service registered, with `state`.
        back: Option<String>,
    },
    /// The request cannot be followed.
    Wrong(Denial),
}

/// The end-session endpoint. The caller ends the session of Carnet itself when she [`Leaving::Left`].
///
/// # Errors
/// Faults only.
pub fn leave(
    tx: &mut Tx<'_>,
    query: &[(String, String)],
    session: Option<&Session>,
    terms: Terms<'_>,
) -> Answer<Leaving> {
    let params = match Params::new(query) {
        Ok(params) => params,
        Err(denial) => return Ok(Leaving::Wrong(denial)),
    };
    let claims = match (params.get("id_token_hint"), keys::own(tx, terms.now)?) {
        (Some(hint), Some(keys)) => openid::read_hint(hint, &keys, terms.issuer),
        _ => None,
    };
    if params.get("id_token_hint").is_some() && claims.is_none() {
        return Ok(Leaving::Wrong(Denial::request("id_token_hint is no ID token of ours")));
    }
    let claim = |name: &str| claims.as_ref().and_then(|claims| claims.get(name)?.as_str());
    let client_id = match (params.get("client_id"), claim("aud")) {
        (Some(named), Some(aud)) if named != aud => {
            return Ok(Leaving::Wrong(Denial::request("client_id is not whom id_token_hint was made for")));
        }
        (named, aud) => named.or(aud),
    };
    let service = match client_id {
        Some(client_id) => services::admitted(tx, client_id)?.map(|(_, service)| service),
        None => None,
    };
    let back = match back(params, service.as_ref()) {
        Ok(back) => back,
        Err(denial) => return Ok(Leaving::Wrong(denial)),
    };
    let named = match claim("sid") {
        Some(sid) => queries::sign_on(tx, sid, terms.now)?,
        None => None,
    };
    match (named, session) {
        // The service speaks of the sign-on of this very browser.
        (Some(sign_on), Some(session)) if sign_on.session == session.id => {
            end_session(tx, &session.id, terms.now)?;
            Ok(Leaving::Left { back, here: true })
        }
        // Of one that no browser holds, or whose session of Carnet was left alone for too long: it is the service's
        // own to end.
        (Some(sign_on), session) if session.is_none() || sign_on.session.is_empty() => {
            end(tx, &sign_on, terms.now)?;
            Ok(Leaving::Left { back, here: false })
        }
        (_, None) => Ok(Leaving::Left { back, here: false }),
        (_, Some(_)) => Ok(Leaving::Ask {
            service: service.as_ref().map(|service| service.name.clone()),
            client_id: service.map(|service| service.client_id),
            back,
        }),
    }
}

/// Where she goes after signing out, if it is one of the addresses registered, letter by letter.
fn back(params: Params<'_>, service: Option<&Service>) -> Result<Option<String>, Denial> {
    let Some(asked) = params.get("post_logout_redirect_uri") else { return Ok(None) };
    let Some(service) = service else {
        return Err(Denial::request("post_logout_redirect_uri needs client_id or id_token_hint beside it"));
    };
    if !service.post_logout_redirect_uris.iter().any(|registered| registered == asked) {
        return Err(Denial::request(
            "post_logout_redirect_uri is not one of those registered for this client",
        ));
    }
    let mark = if asked.contains('?') { '&' } else { '?' };
    Ok(Some(match params.get("state") {
        Some(state) => format!("{asked}{mark}state={}", ui::address::encode(state).replace('/', "%2F")),
        None => asked.to_owned(),
    }))
}

/// Her click on the page of [`Leaving::Ask`]. The address is judged anew: what a form brings back is not believed.
///
/// # Errors
/// Faults only.
pub fn confirmed(
    tx: &mut Tx<'_>,
    (client_id, back): (&str, &str),
    session: Option<&Session>,
    terms: Terms<'_>,
) -> Answer<Option<String>> {
    if let Some(session) = session {
        end_session(tx, &session.id, terms.now)?;
    }
    let service = services::admitted(tx, client_id)?.map(|(_, service)| service);
    let registered = service.map(|service| service.post_logout_redirect_uris).unwrap_or_default();
    let bare = |back: &str| match back.rsplit_once(['?', '&']) {
        Some((bare, rest)) if rest.starts_with("state=") => bare.to_owned(),
        _ => back.to_owned(),
    };
    let known = registered.iter().any(|known| known == back || *known == bare(back));
    Ok(known.then(|| back.to_owned()))
}

/// Ends every sign-on that came from a session of Carnet, by [`Session::id`]; call it wherever a session ends, so that
/// nothing that was entered with it outlives it.
///
/// # Errors
/// Faults of the store.
pub fn end_session(tx: &mut Tx<'_>, session_id: &str, now: Instant) -> Answer<()> {
    for sign_on in queries::sign_ons_of_session(tx, session_id, now)? {
        end(tx, &sign_on, now)?;
    }
    Ok(())
}

/// Ends every sign-on of a professional, those approved on her telephone too: her account was suspended, or what lets
/// her in was made anew. Letting her in again revives nothing.
///
/// # Errors
/// Faults of the store.
pub fn end_all_of(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Answer<()> {
    for sign_on in queries::sign_ons_of(tx, rpps, now)? {
        end(tx, &sign_on, now)?;
    }
    Ok(())
}

/// Ends a sign-on: every token under it, and every service that asked for it is told.
pub(super) fn end(tx: &mut Tx<'_>, sign_on: &SignOn, now: Instant) -> Answer<()> {
    if !queries::end_sign_on(tx, &sign_on.sid, now)? {
        return Ok(());
    }
    let national_id = national_id(&sign_on.professional(tx)?);
    for client_id in queries::services_of(tx, &sign_on.sid)? {
        let wants = services::admitted(tx, &client_id)?
            .is_some_and(|(_, service)| service.backchannel_logout_uri.is_some());
        if wants {
            let telling = Telling {
                client_id: client_id.clone(),
                sid: sign_on.sid.clone(),
                national_id: national_id.clone(),
            };
            let payload = serde_json::to_string(&telling).map_err(|e| Fault::Internal(e.to_string()))?;
            let key = format!("{}|{client_id}", sign_on.sid);
            tx.enqueue(Job { task: TELL, key, person: None, payload, due: now })?;
        }
    }
    Ok(())
}

/// What is posted to a service: where, and the signed logout token. Made when it is sent, because it lives two
/// minutes. `None` when the service is gone.
///
/// # Errors
/// Faults of the store.
pub fn call(tx: &mut Tx<'_>, job: &TakenJob, terms: Terms<'_>) -> Answer<Option<(String, String)>> {
    let telling: Telling =
        serde_json::from_str(&job.payload).map_err(|e| Fault::Damaged(format!("a job of {TELL}: {e}")))?;
    let service = services::admitted(tx, &telling.client_id)?;
    let Some((_, service)) = service else { return Ok(None) };
    let Some(address) = service.backchannel_logout_uri else { return Ok(None) };
    let key = keys::signing(tx, service.signing, terms.now)?;
    let jti = kernel::codes::base64url(&terms.chance.secret::<16>());
    let about = (telling.client_id.as_str(), telling.national_id.as_str(), telling.sid.as_str());
    let token = openid::logout_token(&key, terms.issuer, about, &jti, terms.now)
        .map_err(|why| Fault::Internal(format!("a key of ours does not sign: {why}")))?;
    Ok(Some((address, token)))
}
