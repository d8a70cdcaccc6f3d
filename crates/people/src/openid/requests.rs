//! Authorization requests that wait: pushed by the service (RFC 9126), or kept while the professional signs in.

use kernel::{Fault, Instant};
use oauth::authorize::PUSHED;
use oauth::{AuthorizationRequest, Denial, DenialCode, Params, dpop};
use serde_json::{Value, json};
use store::Tx;

use super::queries::{self, RequestRow};
use super::services::{self, Shown};
use super::{Said, Stop, Terms, said};

/// How long a pushed request waits to be opened, in seconds (FAPI 2.0 §5.3.2.2: less than ten minutes).
pub const PUSHED_SECONDS: i64 = 90;

/// How long she has to sign in once it has been opened, in microseconds.
const OPENED: i64 = 10 * 60 * Instant::SECOND;

const DOMAIN: &str = "openid-request";

/// A request that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) request: AuthorizationRequest,
    /// Since when she is asked.
    pub(super) opened_at: Instant,
    /// Its row, when it has one.
    pub(super) reference: Option<String>,
}

/// The pushed authorization request endpoint: answers the address that the browser takes along.
///
/// # Errors
/// Faults only; what the service did wrong is a [`Denial`].
pub fn push(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<Value> {
    said(pushed(tx, shown, terms))
}

fn pushed(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Result<Value, Stop> {
    let service = services::proven(tx, shown, terms)?;
    // RFC 9126 §2.1: a pushed request does not point at another one.
    if Params::unchecked(shown.form).get("request_uri").is_some() {
        return Err(Denial::request("request_uri cannot be pushed").into());
    }
    let mut request = AuthorizationRequest::read(shown.form, &service)?;
    let address = terms.at(shown.path);
    let target = dpop::Target { method: "POST", address: &address, access_token: None };
    if let Some(jkt) = services::possessed(tx, shown.proofs, target, terms.now)? {
        // RFC 9449 §10.1.
        if request.dpop_jkt.as_ref().is_some_and(|named| *named != jkt) {
            let said = "dpop_jkt is not the key of the DPoP proof";
            return Err(Denial::new(DenialCode::InvalidDpopProof, said).into());
        }
        request.dpop_jkt = Some(jkt);
    }
    let until = terms.now.plus(PUSHED_SECONDS * Instant::SECOND);
    let reference = keep(tx, &request, (None, until), terms)?;
    Ok(json!({"request_uri": format!("{PUSHED}{reference}"), "expires_in": PUSHED_SECONDS}))
}

fn hash(tx: &Tx<'_>, reference: &str) -> [u8; 32] {
    tx.keyring().keyed_hash(DOMAIN, reference.as_bytes())
}

fn keep(
    tx: &mut Tx<'_>,
    request: &AuthorizationRequest,
    (opened_at, until): (Option<Instant>, Instant),
    terms: Terms<'_>,
) -> Result<String, Fault> {
    let reference = kernel::codes::base64url(&terms.chance.secret::<32>());
    let sealed = super::sealed(tx, DOMAIN, request)?;
    let row = RequestRow { client_id: request.client_id.clone(), sealed, opened_at, until };
    let hash = hash(tx, &reference);
    queries::add_request(tx, &hash, row)?;
    Ok(reference)
}

/// The waiting request behind a `request_uri` of ours, for this service. Looking at it opens it: from then on she
/// has ten minutes. It can be looked at again, because she comes back to it after signing in; it is answered once.
pub(super) fn look(
    tx: &mut Tx<'_>,
    client_id: &str,
    request_uri: &str,
    now: Instant,
) -> Result<Waiting, Stop> {
    let gone =
        || Denial::new(DenialCode::InvalidRequestUri, "this request is unknown, was answered, or is too old");
    let reference = request_uri.strip_prefix(PUSHED).ok_or_else(gone)?;
    let hash = hash(tx, reference);
    let row = queries::request(tx, &hash, now)?.filter(|row| row.client_id == client_id).ok_or_else(gone)?;
    let opened_at = match row.opened_at {
        Some(at) => at,
        None => {
            queries::open_request(tx, &hash, now, now.plus(OPENED))?;
            now
        }
    };
    let request = super::opened(tx, DOMAIN, &row.sealed)?;
    Ok(Waiting { request, opened_at, reference: Some(reference.to_owned()) })
}

/// Where she finds the request again after signing in. One that came in an address is kept for that.
pub(super) fn place(tx: &mut Tx<'_>, waiting: &mut Waiting, terms: Terms<'_>) -> Result<String, Fault> {
    let reference = match &waiting.reference {
        Some(reference) => reference.clone(),
        None => {
            let times = (Some(waiting.opened_at), terms.now.plus(OPENED));
            keep(tx, &waiting.request, times, terms)?
        }
    };
    let uri = format!("{PUSHED}{reference}");
    waiting.reference = Some(reference);
    let query = [("client_id", waiting.request.client_id.as_str()), ("request_uri", uri.as_str())];
    Ok(ui::address::with_query("/oauth/authorize", &query))
}

/// Takes a request away, because it is being answered: `false` when that has happened before.
pub(super) fn answered(tx: &mut Tx<'_>, waiting: &Waiting) -> Result<bool, Fault> {
    match &waiting.reference {
        Some(reference) => {
            let hash = hash(tx, reference);
            queries::take_request(tx, &hash)
        }
        None => Ok(true),
    }
}
