//! She comes by, sent by a service: who she is, whether she must sign in first, and the way back.

use kernel::rpps::Rpps;
use kernel::{Answer, Refusal};
use oauth::authorize::{denied, redirect_uri};
use oauth::{AuthorizationRequest, Denial, DenialCode, Params, Prompt, Service};
use store::Tx;

use super::grants::{Granted, Here, here};
use super::requests::{self, Waiting};
use super::{Stop, Terms, grants, identity, keys, queries, services};
use crate::directory;
use crate::identity::session::{self, Session, Standing};

/// Where a browser goes next, or what it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Back to the service.
    Leave(String),
    /// Back to the service, on a page that goes there by itself: she comes from a form of ours, and a browser follows
    /// no form to another site.
    Onward {
        /// What the service is called.
        service: String,
        /// The answer.
        to: String,
    },
    /// To [`super::SIGN_IN`], and then to this path.
    SignIn(String),
    /// She has signed in and has yet to say in which of her activities she acts: there, and then to this path.
    Choose(String),
    /// She has signed in with less than a passkey, or too long ago: she shows it, and then goes to this path.
    Confirm(String),
    /// She is signed in, and the service asks that she signs in again: a page that says so.
    Again(Asking),
    /// She comes to this service for the first time: a page that says where she is going.
    Enter(Asking),
    /// The request cannot be answered, and nobody may be told but her.
    Wrong(Denial),
}

/// A request that waits for her click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// What the service is called.
    pub service: String,
    /// Who answers for it.
    pub organization: String,
    /// Its id.
    pub client_id: String,
    /// The request, as `request_uri` names it.
    pub request_uri: String,
    /// Where the answer will go.
    pub redirect_uri: String,
}

/// The authorization endpoint.
///
/// # Errors
/// Faults only.
pub fn authorize(
    tx: &mut Tx<'_>,
    query: &[(String, String)],
    session: Option<&Session>,
    terms: Terms<'_>,
) -> Answer<Next> {
    let session = held(tx, session)?;
    finished(asked(tx, query, session, terms))
}

/// The session, while it stands. From here on whoever ends it waits until what is entered with it is there to be ended
/// too; one that was ended while this request was on its way enters nothing.
fn held<'s>(tx: &mut Tx<'_>, session: Option<&'s Session>) -> Answer<Option<&'s Session>> {
    Ok(match session {
        Some(held) if session::hold(tx, held)? => Some(held),
        _ => None,
    })
}

fn finished(done: Result<Next, Stop>) -> Answer<Next> {
    match done {
        Ok(next) => Ok(next),
        Err(Stop::Denied(denial)) => Ok(Next::Wrong(denial)),
        Err(Stop::Failed(refusal)) => Err(refusal),
    }
}

fn asked(
    tx: &mut Tx<'_>,
    query: &[(String, String)],
    session: Option<&Session>,
    terms: Terms<'_>,
) -> Result<Next, Stop> {
    let params = Params::unchecked(query);
    let client_id = params.needed("client_id")?;
    let unknown = || Denial::new(DenialCode::InvalidClient, "this client is not registered, or is suspended");
    let (client, service) = services::admitted(tx, client_id)?.ok_or_else(unknown)?;
    let ours = |uri: &&str| uri.starts_with(oauth::authorize::PUSHED);
    let mut waiting = match params.get("request_uri").filter(ours) {
        Some(uri) => requests::look(tx, client_id, uri, terms.now)?,
        None => match direct(query, &service) {
            Ok(request) => Waiting { request, opened_at: terms.now, reference: None },
            Err(denial) => {
                // Only an address that is the service's own may be told.
                let to = redirect_uri(params, &service.redirect_uris)?;
                return Ok(Next::Leave(denied(to, params.get("state"), &denial, terms.issuer)));
            }
        },
    };
    let here = here(session, terms.now);
    let step = step(tx, &waiting, here.as_ref(), terms)?;
    let asking = |tx: &mut Tx<'_>, waiting: &mut Waiting| -> Result<Asking, Stop> {
        requests::place(tx, waiting, terms)?;
        let reference = waiting.reference.clone().unwrap_or_default();
        Ok(Asking {
            service: service.name.clone(),
            organization: client.organization.clone(),
            client_id: service.client_id.clone(),
            request_uri: format!("{}{reference}", oauth::authorize::PUSHED),
            redirect_uri: waiting.request.redirect_uri.clone(),
        })
    };
    match (step, here) {
        (Step::Denied(denial), _) => {
            requests::answered(tx, &waiting)?;
            Ok(Next::Leave(waiting.request.denied(&denial, terms.issuer)))
        }
        (Step::Again, _) => Ok(Next::Again(asking(tx, &mut waiting)?)),
        (Step::Show, _) => Ok(Next::Enter(asking(tx, &mut waiting)?)),
        (Step::Go, Some(here)) => {
            let to = go(tx, &waiting, &here, terms)?;
            // Whoever has several activities has just chosen one, in a form.
            let chose = here.signed_in > waiting.opened_at
                && directory::situations(tx, &here.professional.rpps)?.len() > 1;
            Ok(if chose { Next::Onward { service: service.name.clone(), to } } else { Next::Leave(to) })
        }
        (Step::SignIn | Step::Go, _) => {
            let path = requests::place(tx, &mut waiting, terms)?;
            Ok(way_in(session, path))
        }
    }
}

/// What she does before she is here, with the session that she holds or does not hold.
fn way_in(session: Option<&Session>, path: String) -> Next {
    match session.map(|held| held.standing) {
        Some(Standing::Choosing) => Next::Choose(path),
        Some(Standing::Full) => Next::Confirm(path),
        Some(Standing::Activating) | None => Next::SignIn(path),
    }
}

/// A request that came in the address itself, which FAPI 2.0 §5.3.2.2 does not take.
fn direct(query: &[(String, String)], service: &Service) -> Result<AuthorizationRequest, Denial> {
    if service.fapi {
        return Err(Denial::request("this client pushes its requests first (RFC 9126)"));
    }
    AuthorizationRequest::read(query, service)
}

/// What comes next for her.
enum Step {
    Denied(Denial),
    SignIn,
    Again,
    Show,
    Go,
}

fn step(tx: &mut Tx<'_>, waiting: &Waiting, here: Option<&Here>, terms: Terms<'_>) -> Result<Step, Stop> {
    let request = &waiting.request;
    let quietly = request.prompt == Prompt::None;
    if let Some(here) = here
        && !grants::may_sign_in(tx, &here.professional.rpps)?
    {
        return Ok(Step::Denied(Denial::new(DenialCode::AccessDenied, "her account is suspended")));
    }
    let login = || Denial::new(DenialCode::LoginRequired, "nobody is signed in whom this request would take");
    let expected = expected(tx, request, terms)?;
    let Some(here) = here else {
        return Ok(if quietly { Step::Denied(login()) } else { Step::SignIn });
    };
    // Whoever signed in after she was asked has done what `prompt` and `max_age` want.
    let since_asked = here.signed_in > waiting.opened_at;
    let age = (terms.now.0 - here.signed_in.0).div_euclid(kernel::Instant::SECOND);
    // Her session may be older than the import that ended the activity in which she acts.
    let over = !identity::acts(tx, &here.professional)?;
    let stale = over
        || !since_asked
            && (request.prompt == Prompt::Login || request.max_age.is_some_and(|most| age > most));
    let other = match &expected {
        Expected::Anybody => false,
        Expected::Her(rpps) => *rpps != here.professional.rpps,
        Expected::Nobody => true,
    };
    if quietly {
        return Ok(if stale || other { Step::Denied(login()) } else { Step::Go });
    }
    if stale || (other && !since_asked) {
        return Ok(Step::Again);
    }
    if other && request.id_token_hint.is_some() {
        // She has just signed in, as somebody else than the service said (OpenID Connect Core §3.1.2.1).
        return Ok(Step::Denied(login()));
    }
    let first = since_asked && !queries::has_entered(tx, &here.professional.rpps, &request.client_id)?;
    Ok(if first || request.prompt == Prompt::Consent { Step::Show } else { Step::Go })
}

/// Whom the service expects.
enum Expected {
    Anybody,
    Her(Rpps),
    /// An ID token that is not ours, or not about anybody.
    Nobody,
}

fn expected(tx: &mut Tx<'_>, request: &AuthorizationRequest, terms: Terms<'_>) -> Result<Expected, Stop> {
    if let Some(hint) = &request.id_token_hint {
        let keys = keys::own(tx, terms.now)?;
        let claims = keys.and_then(|keys| oauth::openid::read_hint(hint, &keys, terms.issuer));
        let name = claims.as_ref().and_then(|claims| claims.get("preferred_username")?.as_str());
        return Ok(name.and_then(Rpps::parse).map_or(Expected::Nobody, Expected::Her));
    }
    // A hint that is no national id says nothing that we understand.
    let hinted = request.login_hint.as_deref().and_then(Rpps::parse);
    Ok(hinted.map_or(Expected::Anybody, Expected::Her))
}

/// Back to the service with a code.
fn go(tx: &mut Tx<'_>, waiting: &Waiting, here: &Here, terms: Terms<'_>) -> Result<String, Stop> {
    if !requests::answered(tx, waiting)? {
        return Err(Denial::new(DenialCode::InvalidRequestUri, "this request was answered before").into());
    }
    let request = &waiting.request;
    let sign_on = grants::sign_on(tx, here, &here.session, terms)?;
    let granted = Granted {
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        redirect_uri: Some(request.redirect_uri.clone()),
        challenge: Some(request.code_challenge.clone()),
        dpop_jkt: request.dpop_jkt.clone(),
    };
    grants::note_entered(tx, &sign_on, &request.client_id, terms)?;
    let grant = grants::give(tx, &sign_on, &request.client_id, &granted, true, terms)?;
    queries::entered(tx, &here.professional.rpps, &request.client_id, terms.now)?;
    Ok(request.answered(&grant.code(tx.keyring()), terms.issuer))
}

/// Her click on the page of [`Next::Enter`]: on to the service, or not.
///
/// # Errors
/// Faults only.
pub fn enter(
    tx: &mut Tx<'_>,
    (client_id, request_uri, agreed): (&str, &str, bool),
    session: Option<&Session>,
    terms: Terms<'_>,
) -> Answer<Next> {
    let session = held(tx, session)?;
    let mut entered = || -> Result<Next, Stop> {
        let mut waiting = requests::look(tx, client_id, request_uri, terms.now)?;
        if !agreed {
            requests::answered(tx, &waiting)?;
            let denial = Denial::new(DenialCode::AccessDenied, "she did not want to enter");
            return Ok(Next::Leave(waiting.request.denied(&denial, terms.issuer)));
        }
        match here(session, terms.now) {
            // Whatever the request asked for besides the click must still hold.
            Some(here) => match step(tx, &waiting, Some(&here), terms)? {
                Step::Show | Step::Go => Ok(Next::Leave(go(tx, &waiting, &here, terms)?)),
                _ => Ok(Next::SignIn(requests::place(tx, &mut waiting, terms)?)),
            },
            None => {
                let path = requests::place(tx, &mut waiting, terms)?;
                Ok(way_in(session, path))
            }
        }
    };
    finished(entered())
}

/// Her click on the page of [`Next::Again`]: where she goes once her session has ended. Nothing but a path of ours.
///
/// # Errors
/// `NotFound` when the request is gone.
pub fn again(tx: &mut Tx<'_>, client_id: &str, request_uri: &str, terms: Terms<'_>) -> Answer<String> {
    match requests::look(tx, client_id, request_uri, terms.now) {
        Ok(mut waiting) => Ok(requests::place(tx, &mut waiting, terms)?),
        Err(Stop::Denied(_)) => Err(Refusal::not_found()),
        Err(Stop::Failed(refusal)) => Err(refusal),
    }
}
