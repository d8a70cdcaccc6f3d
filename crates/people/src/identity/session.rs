//! Sessions: a random secret in a cookie, a hash of it in a row, two ends.
//!
//! A session ends when nobody used it for a while, and in any case after some hours ([`Limits`]); sooner for
//! those who work here, whose screens others pass by. Its secret is new whenever somebody becomes more than she
//! was. The cookie also names its holder's number, so that the row is found in her own part of the table; the
//! number alone opens nothing. How sessions begin stands in [`super::arrival`].

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Fault, Instant, PersonId, Refusal, Visit};
use serde::{Deserialize, Serialize};
use store::{Keyring, Tx};

use super::account::{self, Account, AccountKind, Event};
pub use super::arrival::{BY_CODE, Demo, How, Persona, choose, demo_session, start};
pub(super) use super::arrival::{activating, active, come_in, signed_in};
use super::holder::Holder;
use super::queries;
use crate::enrolment::{Scope, tally};
use crate::openid::leaving;
use crate::outside::{self, Provider};
use crate::person;

/// How long sessions live, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A person's, without use.
    pub idle: i64,
    /// A person's, in any case.
    pub absolute: i64,
    /// Of those who work here, without use.
    pub work_idle: i64,
    /// Of those who work here, in any case: at most the four hours of Pro Santé Connect.
    pub work_absolute: i64,
}

impl Default for Limits {
    fn default() -> Self {
        const MINUTE: i64 = 60 * Instant::SECOND;
        Self {
            idle: 30 * MINUTE,
            absolute: 12 * 60 * MINUTE,
            work_idle: 20 * MINUTE,
            work_absolute: 4 * 60 * MINUTE,
        }
    }
}

impl Limits {
    /// Without use, and in any case, for this actor.
    pub(super) fn of(self, actor: &Actor) -> (i64, i64) {
        match actor {
            Actor::Professional(_) | Actor::Operator { .. } => (self.work_idle, self.work_absolute),
            _ => (self.idle, self.absolute),
        }
    }
}

/// A use is written down at most this often, in microseconds: reading a page need not write.
const GRAIN: i64 = 60 * Instant::SECOND;

/// The sealing domain of what a session says.
const DOMAIN: &str = "session";

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Somebody who gave a right provisional code: she may finish her activation, nothing else.
    #[serde(rename = "a")]
    Activating,
    /// A professional who has signed in and has yet to say in which of her activities she acts.
    #[serde(rename = "c")]
    Choosing,
    /// Signed in.
    #[serde(rename = "f")]
    Full,
}

/// A form that somebody sent and that asks for her passkey first: kept, sealed, until she has shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Where it was sent.
    pub path: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
    /// In whose space, when not in her own: sent again in another one it would do there what she meant for here.
    #[serde(default = "nobodys")]
    pub space: Option<PersonId>,
}

/// The space of a form that was set aside before spaces were written down: no space there is, so it is asked for again.
#[expect(clippy::unnecessary_wraps, reason = "the shape serde asks for")]
fn nobodys() -> Option<PersonId> {
    Some(PersonId(0))
}

/// Through which outside provider a session began, so that the provider can end it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// The provider's name in our configuration.
    #[serde(rename = "p")]
    pub provider: String,
    /// What it calls the sign-in, if it says.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// What the cookie holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub(super) owner: i64,
    pub(super) secret: [u8; 32],
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token(of {})", self.owner)
    }
}

impl Token {
    /// The cookie's value.
    #[must_use]
    pub fn cookie(&self) -> String {
        let mut bytes = self.owner.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.secret);
        kernel::codes::base64url(&bytes)
    }

    /// Reads a cookie's value.
    #[must_use]
    pub fn parse(cookie: &str) -> Option<Self> {
        if cookie.len() > 64 {
            return None;
        }
        let bytes = kernel::codes::from_base64url(cookie)?;
        let (owner, secret) = bytes.split_first_chunk::<8>()?;
        Some(Self { owner: i64::from_be_bytes(*owner), secret: secret.try_into().ok()? })
    }

    pub(super) fn hash(&self, keyring: &Keyring) -> [u8; 32] {
        keyring.keyed_hash(DOMAIN, &self.secret)
    }
}

/// What is sealed in a row.
#[derive(Serialize, Deserialize)]
pub(super) struct Says {
    #[serde(rename = "a")]
    pub(super) actor: Actor,
    #[serde(rename = "s")]
    pub(super) standing: Standing,
    #[serde(rename = "d")]
    pub(super) device: String,
    #[serde(rename = "t")]
    pub(super) scope: Scope,
    /// Whom she acts for, since she chose to.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(super) acting_for: Option<PersonId>,
    /// When a passkey last proved that it is she.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(super) proven: Option<Instant>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub(super) draft: Option<Draft>,
    /// A professional has more than one activity.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_others: bool,
    /// Of an activation: the hash of the code it began with, which a newer code takes the place of.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<Vec<u8>>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(super) came: Option<Came>,
}

impl Says {
    fn open(keyring: &Keyring, sealed: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(&keyring.open(DOMAIN, sealed)?)
            .map_err(|e| Fault::Damaged(format!("a session does not parse: {e}")))
    }
}

/// A session somebody holds.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who acts in it.
    pub actor: Actor,
    /// What it may do.
    pub standing: Standing,
    /// On which device it was started.
    pub device: String,
    /// Since when.
    pub created: Instant,
    /// Last use that was written down.
    pub last_seen: Instant,
    /// When it ends in any case.
    pub ends: Instant,
    /// What ends it from the list of sessions: not its secret.
    pub id: String,
    /// Wave and department of the person, for statistics.
    pub scope: Scope,
    /// True when the adapter should call [`touch`] in a write transaction.
    pub stale: bool,
    /// Whom she acts for, when not for herself ([`act_for`]). It is her wish, not a right: whether she may is
    /// asked of her delegations at every request.
    pub acting_for: Option<PersonId>,
    /// When a passkey last proved that it is she; `None` when she came in otherwise.
    pub proven: Option<Instant>,
    /// True for a professional who had more than one activity when she signed in.
    pub has_others: bool,
    pub(super) draft: Option<Draft>,
    pub(super) code: Option<Vec<u8>>,
    pub(super) came: Option<Came>,
    pub(super) owner: i64,
    pub(super) hash: Vec<u8>,
}

impl Session {
    /// The person whose session it is; `None` for professionals and operators.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        (self.owner > 0).then_some(PersonId(self.owner))
    }

    /// The number of its holder in the tables: a person's, an account's with a minus, or 0 for neither.
    #[must_use]
    pub fn owner(&self) -> i64 {
        self.owner
    }

    pub(super) fn read(keyring: &Keyring, row: queries::SessionRow, now: Instant) -> Result<Self, Fault> {
        let says = Says::open(keyring, &row.sealed)?;
        Ok(Self {
            actor: says.actor,
            standing: says.standing,
            device: says.device,
            created: row.created_at,
            last_seen: row.last_seen_at,
            ends: row.ends_at,
            id: kernel::codes::hex(&row.token[..8.min(row.token.len())]),
            scope: says.scope,
            stale: now.0 - row.last_seen_at.0 > GRAIN,
            acting_for: says.acting_for,
            proven: says.proven,
            has_others: says.has_others,
            draft: says.draft,
            code: says.code,
            came: says.came,
            owner: row.owner,
            hash: row.token,
        })
    }

    pub(super) fn says(&self) -> Says {
        Says {
            actor: self.actor.clone(),
            standing: self.standing,
            device: self.device.clone(),
            scope: self.scope.clone(),
            acting_for: self.acting_for,
            proven: self.proven,
            draft: self.draft.clone(),
            has_others: self.has_others,
            code: self.code.clone(),
            came: self.came.clone(),
        }
    }
}

/// Lets the holder of a session act for somebody from now on, or for herself again with `None`. The secret
/// and the ends of the session stay what they are. Ask first whether she may: this only remembers.
///
/// # Errors
/// Faults of the store.
pub fn act_for(tx: &mut Tx<'_>, held: &Session, whom: Option<PersonId>) -> Answer<()> {
    let whom = whom.filter(|whom| Some(*whom) != held.person());
    resay(tx, held, |says| says.acting_for = whom)
}

/// Changes what a session says. The row is read again and held until the transaction ends: the copy in hand may be
/// older than what another request wrote, and must not undo it. A session that has ended meanwhile says nothing.
pub(super) fn resay(tx: &mut Tx<'_>, held: &Session, change: impl FnOnce(&mut Says)) -> Answer<()> {
    let Some(said) = queries::lock_session(tx, held.owner, &held.hash)? else { return Ok(()) };
    let mut says = Says::open(tx.keyring(), &said)?;
    change(&mut says);
    let sealed = sealed(tx.keyring(), &says)?;
    Ok(queries::reseal_session(tx, held.owner, &held.hash, &sealed)?)
}

pub(super) fn sealed(keyring: &Keyring, says: &Says) -> Answer<Vec<u8>> {
    let plain = serde_json::to_vec(says).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(keyring.seal(DOMAIN, &plain))
}

/// True when a passkey proved no longer than `within` microseconds ago that it is she: what a thief of an
/// open session cannot say. Where it is false, send her to the page that asks for the passkey again.
///
/// # Errors
/// Faults of the store.
pub fn fresh(tx: &mut Tx<'_>, held: &Session, within: i64, now: Instant) -> Answer<bool> {
    // The row is read again: the proof may be younger than the copy in hand.
    let row = queries::session(tx, held.owner, &held.hash, now)?;
    let Some(row) = row else { return Ok(false) };
    let proven = Session::read(tx.keyring(), row, now)?.proven;
    Ok(proven.is_some_and(|at| (0..=within).contains(&(now.0 - at.0))))
}

/// How lately somebody must have come in, or shown her passkey, to change what lets her in, in microseconds: who
/// finds an open screen must not make herself a key.
pub const LATELY: i64 = 10 * 60 * Instant::SECOND;

impl Session {
    /// True when its holder came in, or showed her passkey, within [`LATELY`].
    #[must_use]
    pub fn came_lately(&self, now: Instant) -> bool {
        let since = self.proven.map_or(self.created, |proven| proven.max(self.created));
        (0..=LATELY).contains(&(now.0 - since.0))
    }
}

/// Writes down that a passkey has just proved that it is she.
pub(super) fn prove(tx: &mut Tx<'_>, held: &Session, now: Instant) -> Answer<()> {
    resay(tx, held, |says| says.proven = Some(now))
}

/// The largest form that is set aside, in bytes of its fields; what is larger is asked for again.
const LARGEST_DRAFT: usize = 16 * 1024;

/// Keeps a form in the session until its holder has shown her passkey; answers whether it could be kept.
///
/// # Errors
/// Faults of the store.
pub fn set_aside(tx: &mut Tx<'_>, held: &Session, draft: Draft) -> Answer<bool> {
    let size: usize = draft.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    let kept = Some(draft).filter(|_| size <= LARGEST_DRAFT);
    let is_kept = kept.is_some();
    resay(tx, held, |says| says.draft = kept)?;
    Ok(is_kept)
}

/// The form that was set aside, if there is one.
///
/// # Errors
/// Faults of the store.
pub fn draft(tx: &mut Tx<'_>, held: &Session, now: Instant) -> Answer<Option<Draft>> {
    let row = queries::session(tx, held.owner, &held.hash, now)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Session::read(tx.keyring(), row, now)?.draft)
}

/// Whose sessions end together.
pub(super) fn subject(keyring: &Keyring, actor: &Actor) -> Vec<u8> {
    let name = match actor {
        Actor::Citizen { person, .. } => format!("c:{person}"),
        Actor::Professional(of) => format!("p:{}", of.rpps),
        Actor::Operator { name } => format!("o:{name}"),
        Actor::App(of) => format!("a:{}", of.client_id),
        Actor::Software(of) => format!("s:{}", of.client_id),
        Actor::Nobody | Actor::System { .. } => "-".to_owned(),
    };
    subject_named(keyring, &name)
}

fn subject_of_account(keyring: &Keyring, account: &Account) -> Vec<u8> {
    let kind = match account.kind {
        AccountKind::Professional => 'p',
        AccountKind::Operator => 'o',
    };
    subject_named(keyring, &format!("{kind}:{}", account.name))
}

fn subject_named(keyring: &Keyring, name: &str) -> Vec<u8> {
    keyring.keyed_hash("session-subject", name.as_bytes())[..16].to_vec()
}

/// The session of a cookie, unless it has ended.
///
/// # Errors
/// Faults of the store.
pub fn session(tx: &mut Tx<'_>, token: &Token, now: Instant) -> Answer<Option<Session>> {
    let hash = token.hash(tx.keyring());
    let Some(row) = queries::session(tx, token.owner, &hash, now)? else { return Ok(None) };
    Ok(Some(Session::read(tx.keyring(), row, now)?))
}

/// Makes whoever ends this session wait until the transaction is over, and says whether it has not ended meanwhile:
/// what is begun with a session must be seen by whoever ends it.
///
/// # Errors
/// Faults of the store.
pub(crate) fn hold(tx: &mut Tx<'_>, held: &Session) -> Answer<bool> {
    Ok(queries::lock_session(tx, held.owner, &held.hash)?.is_some())
}

/// Writes down that a session is in use; call it when [`Session::stale`].
///
/// # Errors
/// Faults of the store.
pub fn touch(tx: &mut Tx<'_>, session: &Session, now: Instant, limits: Limits) -> Answer<()> {
    let (idle, _) = limits.of(&session.actor);
    let idle = now.plus(idle).min(session.ends);
    Ok(queries::touch_session(tx, session.owner, &session.hash, now, idle)?)
}

/// Signs out. A cookie whose session has ended already signs out too.
///
/// # Errors
/// Faults of the store.
pub fn sign_out(tx: &mut Tx<'_>, visit: &Visit, token: &Token) -> Answer<()> {
    let hash = token.hash(tx.keyring());
    let Some(row) = queries::session(tx, token.owner, &hash, visit.now)? else { return Ok(()) };
    let session = Session::read(tx.keyring(), row, visit.now)?;
    queries::end_session(tx, session.owner, &session.hash)?;
    closed(tx, &session, visit.now)?;
    journal_end(tx, visit, &session, "1")
}

/// Ends every session of the visitor but the one she holds; answers how many.
///
/// # Errors
/// Faults of the store.
pub fn sign_out_everywhere(tx: &mut Tx<'_>, visit: &Visit, kept: &Token) -> Answer<u64> {
    let (subject, keep) = (subject(tx.keyring(), &visit.actor), kept.hash(tx.keyring()));
    let owner = owner_of(tx, &visit.actor)?;
    end_all(tx, visit, owner, &subject, &keep)
}

/// Ends every session of a person, for closing and erasing.
pub(crate) fn end_all_of(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<u64> {
    let herself = Actor::Citizen { person, name: String::new() };
    let subject = subject(tx.keyring(), &herself);
    end_all(tx, visit, person.0, &subject, &[])
}

/// Ends every session of an account and every sign-on of its owner, those that she approved on her telephone
/// included: when it is suspended, and when she begins anew.
pub(super) fn end_all_of_account(tx: &mut Tx<'_>, visit: &Visit, account: &Account) -> Answer<u64> {
    let subject = subject_of_account(tx.keyring(), account);
    let ended = end_all(tx, visit, -account.id, &subject, &[])?;
    // After the sessions: whoever enters a service at this moment holds hers, and is waited for.
    if let Some(rpps) = account.rpps() {
        leaving::end_all_of(tx, &rpps, visit.now)?;
    }
    Ok(ended)
}

/// The same for a professional whose last activity has ended, whether she has an account or not.
pub(crate) fn end_all_of_professional(tx: &mut Tx<'_>, visit: &Visit, rpps: &Rpps) -> Answer<u64> {
    match account::account(tx, AccountKind::Professional, rpps.as_str())? {
        Some(account) => end_all_of_account(tx, visit, &account),
        None => leaving::end_all_of(tx, rpps, visit.now).map(|()| 0),
    }
}

/// Ends every session of a holder, when she begins anew.
pub(super) fn end_all_of_holder(tx: &mut Tx<'_>, visit: &Visit, holder: &Holder) -> Answer<u64> {
    match holder.account() {
        Some(account) => end_all_of_account(tx, visit, account),
        None => end_all_of(tx, visit, PersonId(holder.number())),
    }
}

fn end_all(tx: &mut Tx<'_>, visit: &Visit, owner: i64, subject: &[u8], keep: &[u8]) -> Answer<u64> {
    let rows = queries::end_sessions(tx, owner, subject, keep)?;
    let count = rows.len() as u64;
    let mut last = None;
    for row in rows {
        let session = Session::read(tx.keyring(), row, visit.now)?;
        closed(tx, &session, visit.now)?;
        last = Some(session);
    }
    if let Some(session) = last {
        journal_end(tx, visit, &session, &count.to_string())?;
    }
    Ok(count)
}

/// Ends a holder's sessions that began through an outside provider: those of its sign-in `sid`, or all. One whose
/// sign-in the provider never named ends with any of them. Answers how many.
pub(crate) fn end_through(
    tx: &mut Tx<'_>,
    visit: &Visit,
    owner: i64,
    (provider, sid): (&Provider, Option<&str>),
) -> Answer<u64> {
    let mut ended = Vec::new();
    for row in queries::sessions_of(tx, owner, visit.now)? {
        let session = Session::read(tx.keyring(), row, visit.now)?;
        let through = session.came.as_ref().is_some_and(|came| {
            let same = came.sid.as_deref().zip(sid).is_none_or(|(hers, said)| hers == said);
            came.provider == provider.name && same
        });
        if through && queries::end_session(tx, owner, &session.hash)? {
            closed(tx, &session, visit.now)?;
            ended.push(session);
        }
    }
    let count = ended.len() as u64;
    if let Some(session) = ended.last() {
        journal_end(tx, visit, session, &outside::left(provider))?;
    }
    Ok(count)
}

/// Ends one session of the visitor's list.
///
/// # Errors
/// `NotFound` when it is not hers or has ended.
pub fn end_one(tx: &mut Tx<'_>, visit: &Visit, id: &str) -> Answer<()> {
    let session = list(tx, &visit.actor, visit.now)?.into_iter().find(|session| session.id == id);
    let session = session.ok_or_else(Refusal::not_found)?;
    queries::end_session(tx, session.owner, &session.hash)?;
    closed(tx, &session, visit.now)?;
    journal_end(tx, visit, &session, "1")
}

/// The visitor's sessions, the one used last first.
///
/// # Errors
/// Faults of the store.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, now: Instant) -> Answer<Vec<Session>> {
    let owner = owner_of(tx, actor)?;
    let subject = subject(tx.keyring(), actor);
    let rows = queries::sessions(tx, owner, &subject, now)?;
    Ok(rows.into_iter().map(|row| Session::read(tx.keyring(), row, now)).collect::<Result<_, _>>()?)
}

/// True when `token` is the secret of `session`.
#[must_use]
pub fn is_same(keyring: &Keyring, session: &Session, token: &Token) -> bool {
    session.hash == token.hash(keyring)
}

/// The number in the tables of whoever acts: 0 for software, nobody, and whoever works here without an account.
pub(super) fn owner_of(tx: &mut Tx<'_>, actor: &Actor) -> Answer<i64> {
    match actor {
        Actor::Citizen { person, .. } => Ok(person.0),
        _ => Ok(account::of_actor(tx, actor)?.map_or(0, |account| -account.id)),
    }
}

/// Tells the holder of a session that has been ended; `about`: how many at once, or through whom she had come in.
fn journal_end(tx: &mut Tx<'_>, visit: &Visit, session: &Session, about: &str) -> Answer<()> {
    // Also a person whose space is being closed reads that she was signed out.
    let holder = match session.person() {
        Some(person) => person::load(tx, person)?.map(|person| Holder::of_person(&person)),
        None => Holder::numbered(tx, session.owner)?,
    };
    match holder {
        Some(holder) => holder.journal(tx, visit, Event::SignedOut, about, None),
        None => Ok(()),
    }
}

/// What goes with a session that somebody ends: services that were entered with it are told, and nothing that they
/// hold opens any more. One that merely ran out leaves them alone: a sign-on has an end of its own.
fn closed(tx: &mut Tx<'_>, session: &Session, now: Instant) -> Answer<()> {
    if session.person().is_none() {
        leaving::end_session(tx, &session.id, now)?;
    }
    ended(tx, session, now)
}

/// Counts a visit that is over: how many, and how long together.
fn ended(tx: &mut Tx<'_>, session: &Session, now: Instant) -> Answer<()> {
    if session.person().is_none() {
        return Ok(());
    }
    let seconds = (session.last_seen.0 - session.created.0).max(0) / Instant::SECOND;
    tally::add(tx, now, &session.scope, "visits", "", 1)?;
    tally::add(tx, now, &session.scope, "visit-seconds", "", seconds)
}

/// Removes sessions that have ended by themselves, at most `most` at a time; answers how many.
///
/// # Errors
/// Faults of the store.
pub fn sweep(tx: &mut Tx<'_>, now: Instant, most: u32) -> Answer<usize> {
    let rows = queries::sweep_sessions(tx, now, most)?;
    let count = rows.len();
    for row in rows {
        let session = Session::read(tx.keyring(), row, now)?;
        ended(tx, &session, now)?;
    }
    Ok(count)
}
