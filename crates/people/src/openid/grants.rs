//! What is remembered between two requests of a service: the sign-on, and the grant that it was given under it.
//!
//! A code and a refresh token are the grant's random id behind a keyed hash of it ([`keyed`]). Replaced refresh tokens are
//! told from invented ones by their number.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Fault, Instant, Language, Professional, Purpose, Visit};
use serde::{Deserialize, Serialize};
use store::{Keyring, Tx};

use super::keyed::{self, CODE_SECONDS};
use super::{SIGN_ON, Terms, identity, queries, services};
use crate::identity::account::{self, Event};
use crate::identity::session::{Session, Standing};
use crate::vigilance;

const SAID: &str = "sign-on";
const GRANTED: &str = "service-grant";
const CODE: &str = "openid-code";
const REFRESH: &str = "openid-refresh";

/// One professional, signed in once for all services.
#[derive(Clone, Debug)]
pub(super) struct SignOn {
    pub(super) sid: String,
    /// The session of Carnet that it came from; empty when she approved on her telephone.
    pub(super) session: String,
    pub(super) rpps: Rpps,
    pub(super) sealed: Vec<u8>,
    pub(super) signed_in: Instant,
    pub(super) ends_at: Instant,
}

/// What a service was given.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) id: Vec<u8>,
    pub(super) sid: String,
    pub(super) client_id: String,
    pub(super) sealed: Vec<u8>,
    pub(super) code_until: Option<Instant>,
    pub(super) code_used_at: Option<Instant>,
    /// How many refresh tokens took the place of another.
    pub(super) renewed: i64,
    pub(super) ends_at: Instant,
    pub(super) revoked_at: Option<Instant>,
}

/// What a grant seals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Granted {
    pub(super) scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) redirect_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) challenge: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dpop_jkt: Option<String>,
}

/// A professional with a session of Carnet.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) professional: Professional,
    pub(super) session: String,
    /// When a passkey, or the provider that she came in by, proved that it is she.
    pub(super) signed_in: Instant,
}

/// Who is here as a professional, with a proof not older than a sign-on lasts. Whoever came in by a printed code has
/// shown one factor; ID tokens say two ([`oauth::authorize::ACR`]), so that she is not here before she proves it.
pub(super) fn here(session: Option<&Session>, now: Instant) -> Option<Here> {
    let session = session?;
    let Actor::Professional(professional) = &session.actor else { return None };
    let signed_in = session.proven?;
    let young = session.standing == Standing::Full && signed_in.plus(SIGN_ON) > now;
    young.then(|| Here { professional: professional.clone(), session: session.id.clone(), signed_in })
}

/// Her sign-on: the one that this session of Carnet has already, with the activity that she has chosen meanwhile, or
/// a new one. `session` is empty for a sign-on of its own.
pub(super) fn sign_on(tx: &mut Tx<'_>, of: &Here, session: &str, terms: Terms<'_>) -> Result<SignOn, Fault> {
    let known = if session.is_empty() {
        None
    } else {
        let all = queries::sign_ons_of_session(tx, session, terms.now)?;
        all.into_iter().find(|one| one.rpps == of.professional.rpps && one.signed_in == of.signed_in)
    };
    let sealed = super::sealed(tx, SAID, &of.professional)?;
    if let Some(mut known) = known {
        queries::say_sign_on(tx, &known.sid, sealed.clone())?;
        known.sealed = sealed;
        return Ok(known);
    }
    let new = SignOn {
        sid: kernel::codes::base64url(&terms.chance.secret::<16>()),
        session: session.to_owned(),
        rpps: of.professional.rpps.clone(),
        sealed,
        signed_in: of.signed_in,
        ends_at: of.signed_in.plus(SIGN_ON),
    };
    queries::add_sign_on(tx, &new)?;
    Ok(new)
}

/// A sign-on that stands: not over, its holder's account not suspended, and the activity in which she entered still
/// hers: a professional who is struck off is one for nobody from the import on that says so.
pub(super) fn standing(tx: &mut Tx<'_>, sid: &str, now: Instant) -> Answer<Option<SignOn>> {
    let Some(sign_on) = queries::sign_on(tx, sid, now)? else { return Ok(None) };
    let professional = sign_on.professional(tx)?;
    let stands = may_sign_in(tx, &sign_on.rpps)? && identity::acts(tx, &professional)?;
    Ok(stands.then_some(sign_on))
}

/// Whether her account is not suspended.
pub(super) fn may_sign_in(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<bool> {
    match vigilance::may_sign_in(tx, rpps) {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.fault.is_none() => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

impl SignOn {
    /// Who she is, in the activity that she chose.
    pub(super) fn professional(&self, tx: &Tx<'_>) -> Result<Professional, Fault> {
        super::opened(tx, SAID, &self.sealed)
    }
}

/// Writes into her journal that she entered a service; once for each sign-on, however often it sends her by. Call it
/// before [`give`].
pub(super) fn note_entered(
    tx: &mut Tx<'_>,
    sign_on: &SignOn,
    client_id: &str,
    terms: Terms<'_>,
) -> Answer<()> {
    if queries::services_of(tx, &sign_on.sid)?.iter().any(|known| known == client_id) {
        return Ok(());
    }
    let actor = Actor::Professional(sign_on.professional(tx)?);
    let Some(account) = account::of_actor(tx, &actor)? else { return Ok(()) };
    let visit = Visit {
        actor,
        on_behalf_of: None,
        purpose: Purpose::Care,
        now: terms.now,
        language: Language::Fr,
        request_id: terms.chance.u64(),
    };
    let name = services::name(tx, client_id)?;
    account::journal(tx, &account, &visit, Event::ServiceEntered, &name, "")
}

/// Gives a service something under a sign-on; with a code when `code` is true.
pub(super) fn give(
    tx: &mut Tx<'_>,
    sign_on: &SignOn,
    client_id: &str,
    granted: &Granted,
    code: bool,
    terms: Terms<'_>,
) -> Result<Grant, Fault> {
    let grant = Grant {
        id: terms.chance.secret::<16>().to_vec(),
        sid: sign_on.sid.clone(),
        client_id: client_id.to_owned(),
        sealed: super::sealed(tx, GRANTED, granted)?,
        code_until: code.then(|| terms.now.plus(CODE_SECONDS * Instant::SECOND)),
        code_used_at: None,
        renewed: 0,
        ends_at: sign_on.ends_at,
        revoked_at: None,
    };
    queries::add_grant(tx, &grant, terms.now)?;
    Ok(grant)
}

impl Grant {
    /// What was granted.
    pub(super) fn granted(&self, tx: &Tx<'_>) -> Result<Granted, Fault> {
        super::opened(tx, GRANTED, &self.sealed)
    }

    /// True while tokens may be made under it.
    pub(super) fn stands(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.ends_at > now
    }

    /// The code that opens it.
    pub(super) fn code(&self, keyring: &Keyring) -> String {
        keyed::text(keyring, CODE, &self.id)
    }

    /// Its refresh token.
    pub(super) fn refresh(&self, keyring: &Keyring) -> String {
        keyed::text(keyring, REFRESH, &[self.id.as_slice(), &self.renewed.to_be_bytes()].concat())
    }
}

/// The grant that a code opens, if it is one of ours.
pub(super) fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Grant>, Fault> {
    match keyed::name::<16>(tx.keyring(), CODE, code) {
        Some(id) => queries::grant(tx, &id),
        None => Ok(None),
    }
}

/// The grant that a refresh token belongs to, if it is one of ours, and which one of its row it is.
pub(super) fn by_refresh(tx: &mut Tx<'_>, token: &str) -> Result<Option<(Grant, i64)>, Fault> {
    let Some(name) = keyed::name::<24>(tx.keyring(), REFRESH, token) else { return Ok(None) };
    let number = keyed::number(&name, 16).unwrap_or(i64::MAX);
    Ok(queries::grant(tx, &name[..16])?.map(|grant| (grant, number)))
}
