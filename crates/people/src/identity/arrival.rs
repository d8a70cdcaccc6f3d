//! How sessions begin: after a proof, with what its holder may then do.
//!
//! A person is signed in by her proof. Whoever works here also needs an account that is not suspended, and a
//! professional an activity: she acts in the only one she has, or chooses one before she can do anything else.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Chance, Instant, PersonId, Professional, Refusal, Visit};
use store::Tx;

use super::account::{self, Account, AccountKind, Event};
use super::guard::Knock;
use super::holder::Holder;
use super::session::{Came, Limits, Says, Session, Standing, Token, owner_of, resay, sealed, subject};
use super::{Attempt, may_sign_in, queries};
use crate::directory;
use crate::enrolment::{Scope, tally};

/// How somebody has proven who she is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// With a passkey.
    Passkey,
    /// With a passkey that does not vouch yet ([`super::vouching`]).
    YoungPasskey,
    /// With a printed recovery code.
    RecoveryCode,
    /// With the code of her activation, on a device without passkeys.
    ActivationCode,
    /// By a click, in the demo.
    Demo,
    /// By an outside provider's word.
    Outside {
        /// When she proved it there, if the provider says.
        proven: Option<Instant>,
        /// Through which.
        came: Came,
    },
}

/// What the journal says of a sign-in with a printed code.
pub const BY_CODE: &str = "recovery-code";

impl How {
    fn word(&self) -> &'static str {
        match self {
            Self::Passkey | Self::YoungPasskey => "passkey",
            Self::RecoveryCode => BY_CODE,
            Self::ActivationCode => "activation-code",
            Self::Demo => "demo",
            Self::Outside { .. } => "outside",
        }
    }

    /// Since when what asks for a fresh passkey is satisfied. A click in the demo plays a passkey.
    fn proven(&self, now: Instant) -> Option<Instant> {
        match self {
            Self::Passkey | Self::Demo => Some(now),
            Self::Outside { proven, .. } => *proven,
            Self::YoungPasskey | Self::RecoveryCode | Self::ActivationCode => None,
        }
    }

    fn came(self) -> Option<Came> {
        match self {
            Self::Outside { came, .. } => Some(came),
            _ => None,
        }
    }
}

/// Starts a session for somebody who has proven who she is elsewhere.
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
    let owner = owner_of(tx, actor)?;
    begin(tx, owner, &says(actor.clone(), standing, scope, knock), terms)
}

fn says(actor: Actor, standing: Standing, scope: Scope, knock: &Knock) -> Says {
    let device = knock.device.clone();
    Says {
        actor,
        standing,
        device,
        scope,
        acting_for: None,
        proven: None,
        draft: None,
        has_others: false,
        code: None,
        came: None,
    }
}

fn begin(
    tx: &mut Tx<'_>,
    owner: i64,
    says: &Says,
    (now, limits, chance): (Instant, Limits, &Chance),
) -> Answer<Token> {
    let (idle, absolute) = limits.of(&says.actor);
    let ends = now.plus(absolute);
    add(tx, owner, says, (now, now, ends, now.plus(idle).min(ends)), chance)
}

fn add(
    tx: &mut Tx<'_>,
    owner: i64,
    says: &Says,
    (created_at, last_seen_at, ends_at, idle_at): (Instant, Instant, Instant, Instant),
    chance: &Chance,
) -> Answer<Token> {
    let token = Token { owner, secret: chance.secret() };
    let row = queries::SessionRow {
        owner,
        token: token.hash(tx.keyring()).to_vec(),
        sealed: sealed(tx.keyring(), says)?,
        created_at,
        last_seen_at,
        ends_at,
    };
    let subject = subject(tx.keyring(), &says.actor);
    queries::add_session(tx, &row, &subject, idle_at)?;
    Ok(token)
}

/// The session of somebody who gave a right code, known by its hash, and has yet to finish her activation.
pub(super) fn activating(
    tx: &mut Tx<'_>,
    (holder, code): (&Holder, Vec<u8>),
    scope: Scope,
    knock: &Knock,
    terms: (Instant, Limits, &Chance),
) -> Answer<Token> {
    let says = Says { code: Some(code), ..says(unplaced(holder)?, Standing::Activating, scope, knock) };
    begin(tx, holder.number(), &says, terms)
}

/// Who it is, before a professional has said where she acts.
fn unplaced(holder: &Holder) -> Answer<Actor> {
    let name = holder.name.clone();
    let Some(account) = holder.account() else {
        return Ok(Actor::Citizen { person: PersonId(holder.number()), name });
    };
    Ok(match account.rpps() {
        None => Actor::Operator { name: account.name.clone() },
        Some(rpps) => Actor::Professional(Professional {
            rpps,
            name,
            profession: String::new(),
            specialty: None,
            structure: String::new(),
            finess: None,
        }),
    })
}

/// Who it is and what she may do, or why she may not come in although she has proven who she is.
fn placed(tx: &mut Tx<'_>, holder: &Holder) -> Attempt<(Actor, Standing)> {
    let actor = unplaced(holder)?;
    let Some(account) = holder.account() else { return Ok(Ok((actor, Standing::Full))) };
    if let Err(refusal) = account::may_come_in(tx, account)? {
        return Ok(Err(refusal));
    }
    let Some(rpps) = account.rpps() else { return Ok(Ok((actor, Standing::Full))) };
    let situations = directory::situations(tx, &rpps)?;
    Ok(match situations.as_slice() {
        [] => Err(Refusal::forbidden("no-situation", "The directory knows no activity of hers.")),
        [only] => Ok((Actor::Professional(only.acting(&holder.name)), Standing::Full)),
        _ => Ok((actor, Standing::Choosing)),
    })
}

/// After a proof: journals the sign-in, counts who is active this month, starts the session.
pub(super) fn signed_in(
    tx: &mut Tx<'_>,
    visit: &Visit,
    holder: &Holder,
    how: How,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let word = how.word();
    signed_in_through(tx, visit, holder, (how, word), knock, terms)
}

/// The same with more to say in the journal than how.
pub(super) fn signed_in_through(
    tx: &mut Tx<'_>,
    visit: &Visit,
    holder: &Holder,
    (how, about): (How, &str),
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let scope = holder.scope.clone();
    if holder.account().is_none() {
        active(tx, PersonId(holder.number()), &scope, visit.now)?;
    }
    let arrived = come_in(tx, visit, holder, scope, how, knock, terms)?;
    let visit = Visit { actor: unplaced(holder)?, ..visit.clone() };
    match &arrived {
        Ok(_) => holder.journal(tx, &visit, Event::SignedIn, about, None)?,
        Err(refusal) => {
            holder.journal(tx, &visit, Event::SignInRefused, about, Some(refusal.code()))?;
        }
    }
    Ok(arrived)
}

/// Starts the session that somebody's proof and what we know of her allow.
pub(super) fn come_in(
    tx: &mut Tx<'_>,
    visit: &Visit,
    holder: &Holder,
    scope: Scope,
    how: How,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let (actor, standing) = match placed(tx, holder)? {
        Ok(placed) => placed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    holder.came_in(tx, visit.now)?;
    let (proven, has_others) = (how.proven(visit.now), standing == Standing::Choosing);
    let says = Says { proven, has_others, came: how.came(), ..says(actor, standing, scope, knock) };
    begin(tx, holder.number(), &says, (visit.now, terms.0, terms.1)).map(Ok)
}

/// Lets a professional act in one of her activities from now on. Answers a new secret for the cookie when she
/// becomes more than she was; who only changes her place keeps hers. The session ends when it would have.
///
/// # Errors
/// `Invalid` (`situation-unknown`) when it is not hers or has ended; `SignIn` for anybody else.
pub fn choose(
    tx: &mut Tx<'_>,
    visit: &Visit,
    held: &Session,
    situation: &str,
    terms: (Limits, &Chance),
) -> Answer<Option<Token>> {
    let not_hers = || Refusal::new(kernel::RefusalKind::SignIn, "sign-in-needed", "Sign in first.");
    let Actor::Professional(of) = &held.actor else { return Err(not_hers()) };
    if held.standing == Standing::Activating {
        return Err(not_hers());
    }
    let account = account::of_actor(tx, &held.actor)?.ok_or_else(not_hers)?;
    let found = directory::situation(tx, &of.rpps, situation)?.ok_or_else(|| {
        Refusal::invalid("situation-unknown", "situation", "That is none of her activities.")
    })?;
    queries::choose_situation(tx, account.id, &found.id)?;
    account::journal(tx, &account, visit, Event::SituationChosen, &found.structure.name, "")?;
    let actor = Actor::Professional(found.acting(&of.name));
    if held.standing == Standing::Full {
        resay(tx, held, |says| says.actor = actor)?;
        return Ok(None);
    }
    // Somebody may end it at this moment, from another device: then nothing takes its place.
    if !queries::end_session(tx, held.owner(), &held.hash)? {
        return Err(not_hers());
    }
    let (idle, _) = terms.0.of(&actor);
    let moments = (held.created, visit.now, held.ends, visit.now.plus(idle).min(held.ends));
    let says = Says { actor, standing: Standing::Full, ..held.says() };
    add(tx, held.owner(), &says, moments, terms.1).map(Some)
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
    /// A professional of the directory.
    Professional(Rpps),
    /// A member of the operator's team.
    Operator(String),
}

/// Signs a persona in, in the demo. A persona who works here gets an account if she has none.
///
/// # Errors
/// `NotFound` when there is no such person, or nobody may sign in to her space; what keeps an account from
/// opening.
pub fn demo_session(
    tx: &mut Tx<'_>,
    _: &Demo,
    visit: &Visit,
    who: &Persona,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Token> {
    let holder = match who {
        Persona::Citizen(id) => {
            let person = may_sign_in(tx, *id)?.ok_or_else(Refusal::not_found)?;
            Holder::of_person(&person)
        }
        Persona::Professional(rpps) => {
            directory::name(tx, rpps)?.ok_or_else(Refusal::not_found)?;
            let account = opened(tx, AccountKind::Professional, rpps.as_str(), visit, terms.1)?;
            Holder::of_account(tx, account)?
        }
        Persona::Operator(name) => {
            let account = opened(tx, AccountKind::Operator, name, visit, terms.1)?;
            Holder::of_account(tx, account)?
        }
    };
    signed_in(tx, visit, &holder, How::Demo, knock, terms)?
}

fn opened(tx: &mut Tx<'_>, kind: AccountKind, name: &str, visit: &Visit, chance: &Chance) -> Answer<Account> {
    match account::account(tx, kind, name)? {
        Some(account) => Ok(account),
        None => account::open(tx, kind, name, visit.now, chance),
    }
}
