//! She approves on her telephone: client-initiated backchannel authentication, poll mode (CIBA Core 1.0).

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Fault, Instant, Refusal, RefusalKind};
use oauth::ciba::{INTERVAL_SECONDS, MOST_SECONDS};
use oauth::{BackchannelRequest, Denial, DenialCode, Params, Service};
use serde_json::{Value, json};
use store::Tx;

use super::grants::{self, Grant, Granted, SignOn, here};
use super::queries::{self, ApprovalRow};
use super::services::{self, Shown};
use super::{Said, Stop, Terms, said};
use crate::directory;
use crate::identity::session::{self, Session};

const DOMAIN: &str = "openid-approval";

/// More requests of one service than this are not put before her at one time: they would only make her tap yes. Each
/// service has its own three, so that none keeps the others from asking.
const MOST_WAITING: usize = 3;

/// How lately a passkey must have proved that it is she who approves, in microseconds: what she approves lets a
/// service in for four hours, and whoever finds her telephone open must not.
pub const PROVEN_WITHIN: i64 = 15 * 60 * Instant::SECOND;

const REFUSED: i64 = 0;
const APPROVED: i64 = 1;

/// The backchannel authentication endpoint.
///
/// # Errors
/// Faults only; what the service did wrong is a [`Denial`].
pub fn ask(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Said<Value> {
    let mut asked = || -> Result<Value, Stop> {
        let service = services::proven(tx, shown, terms)?;
        let request = BackchannelRequest::read(shown.form, &service)?;
        let unknown = || Denial::new(DenialCode::UnknownUserId, "login_hint is nobody who signs in here");
        let rpps = Rpps::parse(&request.login_hint).ok_or_else(unknown)?;
        if directory::situations(tx, &rpps)?.is_empty() || !grants::may_sign_in(tx, &rpps)? {
            return Err(unknown().into());
        }
        queries::lock_service(tx, &service.client_id)?;
        let waiting = queries::approvals(tx, &rpps, terms.now)?;
        if waiting.iter().filter(|row| row.client_id == service.client_id).count() >= MOST_WAITING {
            return Err(Denial::new(DenialCode::AccessDenied, "she has unanswered requests already").into());
        }
        let id = kernel::codes::base64url(&terms.chance.secret::<32>());
        let row = ApprovalRow {
            hash: hash(tx, &id),
            rpps,
            client_id: service.client_id,
            sealed: super::sealed(tx, DOMAIN, &request)?,
            asked_at: terms.now,
            until: terms.now.plus(request.lifetime.min(MOST_SECONDS) * Instant::SECOND),
            polled_at: None,
            pause: INTERVAL_SECONDS,
            answer: None,
            sid: None,
        };
        queries::add_approval(tx, &row)?;
        Ok(json!({"auth_req_id": id, "expires_in": request.lifetime, "interval": INTERVAL_SECONDS}))
    };
    said(asked())
}

fn hash(tx: &Tx<'_>, id: &str) -> Vec<u8> {
    tx.keyring().keyed_hash(DOMAIN, id.as_bytes()).to_vec()
}

/// What the token endpoint finds behind an `auth_req_id` (CIBA Core §10.1, §11).
pub(super) fn fetched(
    tx: &mut Tx<'_>,
    params: Params<'_>,
    service: &Service,
    terms: Terms<'_>,
) -> Result<(Grant, SignOn), Stop> {
    let deny = |code, said: &str| Stop::Denied(Denial::new(code, said));
    let hash = hash(tx, params.needed("auth_req_id")?);
    let row = queries::approval(tx, &hash)?.filter(|row| row.client_id == service.client_id);
    let Some(row) = row else {
        return Err(Denial::grant("auth_req_id is not one of ours, or was answered before").into());
    };
    if row.until <= terms.now {
        return Err(deny(DenialCode::ExpiredToken, "she did not answer in time"));
    }
    let early = row.polled_at.is_some_and(|at| terms.now < at.plus(row.pause * Instant::SECOND));
    if early && row.answer.is_none() {
        queries::polled(tx, &hash, terms.now, row.pause + 5)?;
        return Err(deny(DenialCode::SlowDown, "wait five seconds longer between two questions"));
    }
    queries::polled(tx, &hash, terms.now, row.pause)?;
    match (row.answer, &row.sid) {
        (None, _) => Err(deny(DenialCode::AuthorizationPending, "she has not answered yet")),
        (Some(APPROVED), Some(sid)) => {
            let over = || deny(DenialCode::AccessDenied, "she signed out");
            let sign_on = grants::standing(tx, sid, terms.now)?.ok_or_else(over)?;
            if !queries::take_approval(tx, &hash)? {
                return Err(Denial::grant("auth_req_id was answered before").into());
            }
            let request: BackchannelRequest = super::opened(tx, DOMAIN, &row.sealed)?;
            let granted = Granted {
                scope: request.scope,
                nonce: None,
                redirect_uri: None,
                challenge: None,
                dpop_jkt: None,
            };
            let grant = grants::give(tx, &sign_on, &service.client_id, &granted, false, terms)?;
            Ok((grant, sign_on))
        }
        _ => Err(deny(DenialCode::AccessDenied, "she refused")),
    }
}

/// A request that waits for her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What a form names it by: not what the service knows it by.
    pub id: String,
    /// What the service is called.
    pub service: String,
    /// What both screens show.
    pub message: Option<String>,
    /// When it was asked.
    pub asked_at: Instant,
}

/// A sign-on of hers that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub sid: String,
    /// What its services are called.
    pub services: Vec<String>,
    /// Since when.
    pub signed_in: Instant,
    /// When it ends by itself.
    pub ends_at: Instant,
}

/// What waits for her, the latest first.
///
/// # Errors
/// Faults of the store.
pub fn waiting(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Answer<Vec<Waiting>> {
    let mut all = Vec::new();
    for row in queries::approvals(tx, rpps, now)? {
        let request: BackchannelRequest = super::opened(tx, DOMAIN, &row.sealed)?;
        all.push(Waiting {
            id: kernel::codes::hex(&row.hash),
            service: services::name(tx, &row.client_id)?,
            message: request.binding_message,
            asked_at: row.asked_at,
        });
    }
    Ok(all)
}

/// Her sign-ons that stand, the latest first.
///
/// # Errors
/// Faults of the store.
pub fn open(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant) -> Answer<Vec<Open>> {
    let mut all = Vec::new();
    for of in queries::sign_ons_of(tx, rpps, now)? {
        let mut names = Vec::new();
        for client_id in queries::services_of(tx, &of.sid)? {
            names.push(services::name(tx, &client_id)?);
        }
        if !names.is_empty() {
            all.push(Open { sid: of.sid, services: names, signed_in: of.signed_in, ends_at: of.ends_at });
        }
    }
    Ok(all)
}

/// Her answer to a request. Approving needs a proof, which the caller asks for when it is older than
/// [`PROVEN_WITHIN`], and begins a sign-on of its own, so that signing out on the telephone does not close the
/// software on her desk. Refusing needs none.
///
/// # Errors
/// `SignIn` when she is nobody who may answer; `Gone` (`approval-over`) when it is too late.
pub fn answer(tx: &mut Tx<'_>, session: &Session, id: &str, approved: bool, terms: Terms<'_>) -> Answer<()> {
    let signed_out = || Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in again first.");
    let Actor::Professional(her) = &session.actor else { return Err(signed_out()) };
    let over =
        || Refusal::new(RefusalKind::Gone, "approval-over", "This request has been answered, or is too old.");
    let hash = kernel::codes::from_hex(id).ok_or_else(over)?;
    let row = queries::approval(tx, &hash)?.ok_or_else(over)?;
    if row.rpps != her.rpps || row.until <= terms.now || row.answer.is_some() {
        return Err(over());
    }
    let sid = if approved {
        let here = here(Some(session), terms.now).ok_or_else(signed_out)?;
        // A session that was ended from another device a moment ago approves nothing.
        if !session::hold(tx, session)? {
            return Err(signed_out());
        }
        queries::entered(tx, &row.rpps, &row.client_id, terms.now)?;
        let sign_on = grants::sign_on(tx, &here, "", terms)?;
        grants::note_entered(tx, &sign_on, &row.client_id, terms)?;
        Some(sign_on.sid)
    } else {
        None
    };
    let word = if approved { APPROVED } else { REFUSED };
    if queries::answer(tx, &hash, word, sid.as_deref())? { Ok(()) } else { Err(over()) }
}

/// Ends one of her sign-ons, with everything that services hold under it.
///
/// # Errors
/// `NotFound` when it is not hers or has ended.
pub fn end(tx: &mut Tx<'_>, rpps: &Rpps, sid: &str, terms: Terms<'_>) -> Answer<()> {
    let found: Result<Option<SignOn>, Fault> = queries::sign_on(tx, sid, terms.now);
    let sign_on = found?.filter(|one| one.rpps == *rpps).ok_or_else(Refusal::not_found)?;
    super::leaving::end(tx, &sign_on, terms.now)
}
