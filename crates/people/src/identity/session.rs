//! Sessions: a random secret in a cookie, a hash of it in a row, two ends.
//!
//! A session ends when nobody used it for [`Limits::idle`], and in any case after [`Limits::absolute`]. Its
//! secret is new whenever somebody becomes more than she was. The cookie also names the person's number, so
//! that the row is found in her own part of the table; the number alone opens nothing.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Chance, Fault, Instant, PersonId, Refusal, Visit};
use serde::{Deserialize, Serialize};
use store::{Keyring, Kind, Line, Tx};

use super::guard::Knock;
use super::{as_herself, citizen, journal, may_sign_in, queries};
use crate::enrolment::{Scope, tally};
use crate::person::{self, Person};
use crate::registry;

/// How long sessions live, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without use.
    pub idle: i64,
    /// In any case.
    pub absolute: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { idle: 30 * 60 * Instant::SECOND, absolute: 12 * 3600 * Instant::SECOND }
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
    /// Signed in.
    #[serde(rename = "f")]
    Full,
}

/// What the cookie holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    person: i64,
    secret: [u8; 32],
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token(of {})", self.person)
    }
}

impl Token {
    /// The cookie's value.
    #[must_use]
    pub fn cookie(&self) -> String {
        let mut bytes = self.person.to_be_bytes().to_vec();
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
        let (person, secret) = bytes.split_first_chunk::<8>()?;
        Some(Self { person: i64::from_be_bytes(*person), secret: secret.try_into().ok()? })
    }

    fn hash(&self, keyring: &Keyring) -> [u8; 32] {
        keyring.keyed_hash(DOMAIN, &self.secret)
    }

    /// The token that forms of this session carry against forgery.
    #[must_use]
    pub fn csrf(&self, keyring: &Keyring) -> String {
        csrf(keyring, &self.secret)
    }
}

/// The anti-forgery token that goes with a random cookie: the session's own, or, for forms before signing in,
/// one the adapter gives to every visitor.
#[must_use]
pub fn csrf(keyring: &Keyring, seed: &[u8]) -> String {
    kernel::codes::base64url(&keyring.keyed_hash("csrf", seed)[..18])
}

/// True when `given` is the token of `seed`; takes the same time wherever they differ.
#[must_use]
pub fn csrf_fits(keyring: &Keyring, seed: &[u8], given: &str) -> bool {
    let right = csrf(keyring, seed);
    aws_lc_rs::constant_time::verify_slices_are_equal(right.as_bytes(), given.as_bytes()).is_ok()
}

/// What is sealed in a row.
#[derive(Serialize, Deserialize)]
pub(super) struct Says {
    #[serde(rename = "a")]
    actor: Actor,
    #[serde(rename = "s")]
    standing: Standing,
    #[serde(rename = "d")]
    device: String,
    #[serde(rename = "t")]
    scope: Scope,
    /// Whom she acts for, since she chose to.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    acting_for: Option<PersonId>,
    /// When a passkey last proved that it is she.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    proven: Option<Instant>,
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
    person: i64,
    hash: Vec<u8>,
}

impl Session {
    /// The person whose session it is; `None` for professionals and operators.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        (self.person != 0).then_some(PersonId(self.person))
    }

    pub(super) fn read(keyring: &Keyring, row: queries::SessionRow, now: Instant) -> Result<Self, Fault> {
        let says: Says = serde_json::from_slice(&keyring.open(DOMAIN, &row.sealed)?)
            .map_err(|e| Fault::Damaged(format!("a session does not parse: {e}")))?;
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
            person: row.person,
            hash: row.token,
        })
    }

    fn says(&self) -> Says {
        Says {
            actor: self.actor.clone(),
            standing: self.standing,
            device: self.device.clone(),
            scope: self.scope.clone(),
            acting_for: self.acting_for,
            proven: self.proven,
        }
    }
}

/// Lets the holder of a session act for somebody from now on, or for herself again with `None`. The secret
/// and the ends of the session stay what they are. Ask first whether she may: this only remembers.
///
/// # Errors
/// Faults of the store.
pub fn act_for(tx: &mut Tx<'_>, held: &Session, whom: Option<PersonId>) -> Answer<()> {
    let changed = Session { acting_for: whom.filter(|whom| Some(*whom) != held.person()), ..held.clone() };
    resay(tx, &changed)
}

/// Writes down what a session says now.
fn resay(tx: &mut Tx<'_>, session: &Session) -> Answer<()> {
    let sealed = sealed(tx.keyring(), &session.says())?;
    Ok(queries::reseal_session(tx, session.person, &session.hash, &sealed)?)
}

fn sealed(keyring: &Keyring, says: &Says) -> Answer<Vec<u8>> {
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
    let row = queries::session(tx, held.person, &held.hash, now)?;
    let Some(row) = row else { return Ok(false) };
    let proven = Session::read(tx.keyring(), row, now)?.proven;
    Ok(proven.is_some_and(|at| (0..=within).contains(&(now.0 - at.0))))
}

/// Starts a session for somebody who has proven who she is.
///
/// # Errors
/// Faults of the store.
pub fn start(
    tx: &mut Tx<'_>,
    actor: &Actor,
    standing: Standing,
    scope: Scope,
    knock: &Knock,
    terms: (Instant, Limits, &Chance),
) -> Answer<Token> {
    let says = Says {
        actor: actor.clone(),
        standing,
        device: knock.device.clone(),
        scope,
        acting_for: None,
        proven: None,
    };
    begin(tx, &says, terms)
}

fn begin(tx: &mut Tx<'_>, says: &Says, terms: (Instant, Limits, &Chance)) -> Answer<Token> {
    let (now, limits, chance) = terms;
    let actor = &says.actor;
    let person = match actor {
        Actor::Citizen { person, .. } => person.0,
        _ => 0,
    };
    let token = Token { person, secret: chance.secret() };
    let ends = now.plus(limits.absolute);
    let row = queries::SessionRow {
        person,
        token: token.hash(tx.keyring()).to_vec(),
        sealed: sealed(tx.keyring(), says)?,
        created_at: now,
        last_seen_at: now,
        ends_at: ends,
    };
    let subject = subject(tx.keyring(), actor);
    queries::add_session(tx, &row, &subject, now.plus(limits.idle).min(ends))?;
    Ok(token)
}

/// Whose sessions end together.
fn subject(keyring: &Keyring, actor: &Actor) -> Vec<u8> {
    let name = match actor {
        Actor::Citizen { person, .. } => format!("c:{person}"),
        Actor::Professional(of) => format!("p:{}", of.rpps),
        Actor::Operator { name } => format!("o:{name}"),
        Actor::Software(of) => format!("s:{}", of.client_id),
        Actor::Nobody | Actor::System { .. } => "-".to_owned(),
    };
    keyring.keyed_hash("session-subject", name.as_bytes())[..16].to_vec()
}

/// The session of a cookie, unless it has ended.
///
/// # Errors
/// Faults of the store.
pub fn session(tx: &mut Tx<'_>, token: &Token, now: Instant) -> Answer<Option<Session>> {
    let hash = token.hash(tx.keyring());
    let Some(row) = queries::session(tx, token.person, &hash, now)? else { return Ok(None) };
    Ok(Some(Session::read(tx.keyring(), row, now)?))
}

/// Writes down that a session is in use; call it when [`Session::stale`].
///
/// # Errors
/// Faults of the store.
pub fn touch(tx: &mut Tx<'_>, session: &Session, now: Instant, limits: Limits) -> Answer<()> {
    let idle = now.plus(limits.idle).min(session.ends);
    Ok(queries::touch_session(tx, session.person, &session.hash, now, idle)?)
}

/// Gives a session a new secret, when its holder becomes more than she was.
///
/// # Errors
/// Faults of the store.
pub fn promote(
    tx: &mut Tx<'_>,
    session: &Session,
    knock: &Knock,
    terms: (Instant, Limits, &Chance),
) -> Answer<Token> {
    queries::end_session(tx, session.person, &session.hash)?;
    start(tx, &session.actor, Standing::Full, session.scope.clone(), knock, terms)
}

/// Signs out. A cookie whose session has ended already signs out too.
///
/// # Errors
/// Faults of the store.
pub fn sign_out(tx: &mut Tx<'_>, visit: &Visit, token: &Token) -> Answer<()> {
    let hash = token.hash(tx.keyring());
    let Some(row) = queries::session(tx, token.person, &hash, visit.now)? else { return Ok(()) };
    let session = Session::read(tx.keyring(), row, visit.now)?;
    queries::end_session(tx, session.person, &session.hash)?;
    ended(tx, &session, visit.now)?;
    journal_end(tx, visit, &session, 1)
}

/// Ends every session of the visitor but the one she holds; answers how many.
///
/// # Errors
/// Faults of the store.
pub fn sign_out_everywhere(tx: &mut Tx<'_>, visit: &Visit, kept: &Token) -> Answer<u64> {
    let (subject, keep) = (subject(tx.keyring(), &visit.actor), kept.hash(tx.keyring()));
    end_all(tx, visit, kept.person, &subject, &keep)
}

/// Ends every session of a person, for closing and erasing.
pub(crate) fn end_all_of(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Answer<u64> {
    let herself = Actor::Citizen { person, name: String::new() };
    let subject = subject(tx.keyring(), &herself);
    end_all(tx, visit, person.0, &subject, &[])
}

fn end_all(tx: &mut Tx<'_>, visit: &Visit, person: i64, subject: &[u8], keep: &[u8]) -> Answer<u64> {
    let rows = queries::end_sessions(tx, person, subject, keep)?;
    let count = rows.len() as u64;
    let mut last = None;
    for row in rows {
        let session = Session::read(tx.keyring(), row, visit.now)?;
        ended(tx, &session, visit.now)?;
        last = Some(session);
    }
    if let Some(session) = last {
        journal_end(tx, visit, &session, count)?;
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
    queries::end_session(tx, session.person, &session.hash)?;
    ended(tx, &session, visit.now)?;
    journal_end(tx, visit, &session, 1)
}

/// The visitor's sessions, the one used last first.
///
/// # Errors
/// Faults of the store.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, now: Instant) -> Answer<Vec<Session>> {
    let person = match actor {
        Actor::Citizen { person, .. } => person.0,
        _ => 0,
    };
    let subject = subject(tx.keyring(), actor);
    let rows = queries::sessions(tx, person, &subject, now)?;
    Ok(rows.into_iter().map(|row| Session::read(tx.keyring(), row, now)).collect::<Result<_, _>>()?)
}

/// True when `token` is the secret of `session`.
#[must_use]
pub fn is_same(keyring: &Keyring, session: &Session, token: &Token) -> bool {
    session.hash == token.hash(keyring)
}

fn journal_end(tx: &mut Tx<'_>, visit: &Visit, session: &Session, count: u64) -> Answer<()> {
    let Some(person) = session.person() else { return Ok(()) };
    let Some(person) = person::load(tx, person)? else { return Ok(()) };
    let line = Line::of(visit).about(count.to_string());
    journal(tx, &person.key, visit.now, Kind::SignedOut, line)
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

/// After a proof: journals the sign-in, counts who is active this month, starts the session.
pub(super) fn signed_in(
    tx: &mut Tx<'_>,
    visit: &Visit,
    person: &Person,
    how: &str,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Token> {
    let visit = as_herself(visit, person);
    let line = Line::of(&visit).about(how);
    journal(tx, &person.key, visit.now, Kind::SignedIn, line)?;
    let scope = Scope::of(person);
    active(tx, person.id, &scope, visit.now)?;
    start(tx, &citizen(person), Standing::Full, scope, knock, (visit.now, terms.0, terms.1))
}

/// Counts a person as active in this month, once.
pub(super) fn active(tx: &mut Tx<'_>, person: PersonId, scope: &Scope, now: Instant) -> Answer<()> {
    let month = |at: Instant| {
        let day = at.date();
        (day.year(), day.month())
    };
    let before = queries::activity(tx, person, now)?;
    if before.is_none_or(|before| month(before) != month(now)) {
        tally::add(tx, now, scope, "active", "", 1)?;
    }
    Ok(())
}

/// Proof that this server runs in demo mode, where a click signs anybody in. Only the demo's own start-up
/// makes one.
#[derive(Debug)]
pub struct Demo(());

impl Demo {
    /// Call this where the demo is started, and nowhere else.
    #[must_use]
    pub fn nothing_here_is_real() -> Self {
        Self(())
    }
}

/// Whose part somebody plays in the demo.
#[derive(Clone, Debug)]
pub enum Persona {
    /// An insured person.
    Citizen(PersonId),
    /// A professional of the registry.
    Professional(Rpps),
    /// A member of the operator's team.
    Operator(String),
}

/// Signs a persona in, in the demo.
///
/// # Errors
/// `NotFound` when there is no such person, or nobody may sign in to her space.
pub fn demo_session(
    tx: &mut Tx<'_>,
    _: &Demo,
    visit: &Visit,
    who: &Persona,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Token> {
    let (limits, chance) = terms;
    let actor = match who {
        Persona::Citizen(id) => {
            let person = may_sign_in(tx, *id)?.ok_or_else(Refusal::not_found)?;
            return signed_in(tx, visit, &person, "demo", knock, terms);
        }
        Persona::Professional(rpps) => {
            let known = registry::professional(tx, rpps)?.ok_or_else(Refusal::not_found)?;
            Actor::Professional(known.professional)
        }
        Persona::Operator(name) => Actor::Operator { name: name.clone() },
    };
    start(tx, &actor, Standing::Full, Scope::default(), knock, (visit.now, limits, chance))
}
