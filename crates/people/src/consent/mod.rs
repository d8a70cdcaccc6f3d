//! Who may see and do what in a space: the one place where that is decided.
//!
//! Invariants:
//! - [`open`] is the only constructor of a [`Pass`], and every verb that touches a space takes a `&Pass`:
//!   no decision, no query.
//! - The decision is made by the policies in `policies/`; an evaluation error is a denial.
//! - A refusal is journalled in the space it protects before the asker hears of it.
//! - What a [`Pass`] does not see it does not see anywhere: lists, counts, search and sorting are only ever
//!   given the entries for which [`Pass::sees`] is true.

pub mod access;
mod connecting;
mod decision;
mod exceptions;
mod eyes;
mod facts;
mod fhir;
mod lending;
pub mod pages;
mod pass;
pub mod policy;
mod queries;
mod sharing;
mod wishes;

pub use connecting::{DAYS, connect, connection};
pub use decision::{
    Connection, Decision, Episode, Exception, Granted, Loan, Mode, Named, RefusedSender, Team,
};
pub use exceptions::{
    Declared, answer_call, break_glass, comes_secretly, connect_secretly, end_secrecy, exception,
    may_want_secrecy,
};
pub use eyes::{Eyes, app_eyes, as_if_allowed, eyes};
pub use facts::EntryFacts;
pub use lending::{CODE, Lend, Lent, MINUTES, USES, lend, loan_address, sweep, use_code};
pub use pass::{Action, Pass};
pub use sharing::{Given, Hideable, Permission, Sharing, Word};
pub use wishes::{Wish, decide, intend, is_so, problem, says_why};

use kernel::{Actor, Answer, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Kind, Line, Tx};

use crate::delegation::{self, Standing};
use crate::person::{self, Person, State};

/// Opens a person's space for one action, or refuses.
///
/// # Errors
/// `Refusal::not_found` when there is no such person, or when the asker may not know whether there is;
/// `SignIn` for nobody; `Forbidden` (`no-consent`, `not-permitted`) when the policies say no;
/// `Gone` (`space-closed`, `space-not-open`) when the asker may know that the space is not in use.
pub fn open(tx: &mut Tx<'_>, visit: &Visit, person: PersonId, action: Action) -> Answer<Pass> {
    if visit.actor == Actor::Nobody {
        return Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first."));
    }
    let Some(found) = person::load(tx, person)? else { return Err(Refusal::not_found()) };
    open_loaded(tx, visit, found, action)
}

/// As [`open`], for a person who has just been loaded (the deposit door has matched her traits already).
///
/// # Errors
/// As [`open`].
pub fn open_loaded(tx: &mut Tx<'_>, visit: &Visit, person: Person, action: Action) -> Answer<Pass> {
    crate::vigilance::may_open(tx, visit, person.id)?;
    // Only professionals, apps and senders are judged by what the person decided; nobody else's decision reads it, and
    // a sender's only where she has refused one.
    let sharing = match visit.actor {
        Actor::Professional(_) => sharing::fold(tx, &person.key)?,
        Actor::App(ref app) => connecting::for_app(tx, &person, app, visit.now)?,
        Actor::Software(_) if person.refuses => sharing::fold(tx, &person.key)?,
        _ => Sharing::default(),
    };
    let purpose = exceptions::purpose(visit, &person, &sharing, action)?;
    let visit = &Visit { purpose, ..visit.clone() };
    let standing = match (&visit.actor, visit.on_behalf_of) {
        (Actor::Citizen { person: acting, .. }, Some(other)) if other == person.id => {
            delegation::standing(tx, *acting, &person, visit.now.date())?
        }
        _ => None,
    };
    let scene = policy::Scene::of(visit, &person, &sharing, standing.as_ref())?;
    let visit = &as_noted(visit, person.id);
    let ruling = policy::ruling(&scene, action)?;
    if ruling.permitted {
        return Ok(Pass::new(visit.clone(), person, scene, sharing, action).by(ruling.right, standing));
    }
    let refusal = why_not(visit, &person, standing.as_ref(), action);
    let line = Line::of(visit).refused(refusal.code()).about(action.word());
    tx.note(
        &person.key,
        Act { kind: Kind::Refused, at: visit.now, entry: None, line, data: None, blob: None },
    );
    Err(refusal)
}

/// The visit as this space's journal writes it: for whom somebody acts elsewhere is not told here.
fn as_noted(visit: &Visit, person: PersonId) -> Visit {
    Visit { on_behalf_of: visit.on_behalf_of.filter(|other| *other == person), ..visit.clone() }
}

/// The refusal that tells the asker what to do and nothing she may not know. A stranger learns the same
/// from a closed space as from one that never was; software that feeds the space learns that it is closed.
fn why_not(visit: &Visit, person: &Person, standing: Option<&Standing>, action: Action) -> Refusal {
    match &visit.actor {
        // She had opened this space by right; what has become of that is hers to know.
        Actor::Citizen { .. } if visit.on_behalf_of == Some(person.id) => match standing {
            Some(_) => Refusal::forbidden("acting-limited", "This was not given to you for this person."),
            None => Refusal::forbidden("acting-over", "You may no longer act for this person."),
        },
        // Its token was good when it was made: that she has cut the connection since, or never granted this, it may know.
        Actor::App(_) if visit.on_behalf_of == Some(person.id) => Refusal::forbidden(
            "app-not-granted",
            "The person has not granted this to the app, or has disconnected it.",
        ),
        Actor::Professional(_) if person.state == State::Open => Refusal::forbidden(
            "no-consent",
            "The person has not allowed you to open her space. Ask her, or record that she agreed.",
        ),
        Actor::Citizen { person: own, .. } if *own == person.id && person.state == State::Closed => {
            Refusal::new(RefusalKind::Gone, "space-closed", "This space is closed.")
        }
        // Of age she may; below the age of secrets those who represent her do.
        Actor::Citizen { person: own, .. }
            if *own == person.id && person.state == State::Open && action == Action::ManageSharing =>
        {
            Refusal::forbidden("sharing-of-a-minor", "Those who represent her decide who may look.")
        }
        Actor::Software(_) | Actor::System { .. } | Actor::Operator { .. } if person.state != State::Open => {
            Refusal::new(
                RefusalKind::Gone,
                if person.state == State::Closed { "space-closed" } else { "space-not-open" },
                format!("The person's space is {}: nothing can be done in it.", person.state.word()),
            )
        }
        Actor::Software(_) | Actor::System { .. } | Actor::Operator { .. } => {
            Refusal::forbidden("not-permitted", format!("You may not do this here: {}.", action.word()))
        }
        _ => Refusal::not_found(),
    }
}

/// What the person has decided about sharing, as the holder of the pass may know it: somebody who acts for her is
/// not told of professionals whom she keeps from those who do. Of apps only those are there that are connected now.
///
/// # Errors
/// Faults of the store.
pub fn sharing(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Sharing> {
    let sharing = sharing::fold(tx, pass.key())?;
    let sharing = connecting::without_ended(tx, pass.whole(), sharing, pass.visit().now)?;
    Ok(if pass.standing().is_some() { sharing.without_kept() } else { sharing })
}

/// As [`sharing()`], for a page that shows it: the look is journalled, because whoever acts for her reads there who may
/// see what.
///
/// # Errors
/// Faults of the store.
pub fn read_sharing(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Sharing> {
    let sharing = sharing(tx, pass)?;
    let (at, line) = (pass.visit().now, pass.line());
    tx.note(pass.key(), Act { kind: Kind::SharingRead, at, entry: None, line, data: None, blob: None });
    Ok(sharing)
}

/// Everything she has decided, for leaving out of a journal what is kept from its reader.
///
/// # Errors
/// Faults of the store.
pub fn kept(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Sharing> {
    Ok(sharing::fold(tx, pass.key())?)
}

/// Keeps a professional whom she allowed from those who act for her, or no longer does: the permission, and what
/// that professional has done and does here, leaves no trace for them (L1111-5 CSP). Idempotent.
///
/// # Errors
/// `not-found` for a professional whom she has not allowed; `Conflict` (`permission-known`) when somebody who acts
/// for her has allowed the same one, or it is, or was, her treating doctor; a fault under another action's pass.
pub fn keep_permission(tx: &mut Tx<'_>, pass: &Pass, rpps: &kernel::rpps::Rpps, keep: bool) -> Answer<()> {
    if pass.action() != Action::KeepSecret {
        let said = "a permission was kept secret under another action's pass";
        return Err(kernel::Fault::Internal(said.into()).into());
    }
    tx.lock_person(pass.person())?;
    let sharing = sharing::fold(tx, pass.key())?;
    if !sharing.allows(rpps) {
        return Err(Refusal::not_found());
    }
    if sharing.keeps_now(rpps) == keep {
        return Ok(());
    }
    let is_known = sharing.kept.get(rpps.as_str()).is_some_and(Option::is_some);
    if keep && is_known {
        let said = "Somebody who acts for her knows of this professional.";
        return Err(Refusal::new(RefusalKind::Conflict, "permission-known", said));
    }
    let kind = if keep { Kind::PermissionKept } else { Kind::PermissionShown };
    let line = pass.line().about(rpps.as_str());
    let act = Act { kind, at: pass.visit().now, entry: None, line, data: None, blob: None };
    tx.append(pass.key(), act)?;
    Ok(())
}

/// Records that a professional may read: given by the owner on the web, or declared by the professional in
/// her presence. Idempotent: allowing twice changes nothing.
///
/// # Errors
/// Faults of the store. The pass must be for [`Action::ManageSharing`] or [`Action::DeclarePresence`]; any
/// other is a fault of ours.
pub fn allow(tx: &mut Tx<'_>, pass: &Pass, professional: &kernel::Professional, given: Given) -> Answer<()> {
    let fits = match given {
        Given::OnTheWeb => pass.action() == Action::ManageSharing,
        Given::InPresence => {
            pass.action() == Action::DeclarePresence
                && matches!(&pass.visit().actor, Actor::Professional(own) if own.rpps == professional.rpps)
        }
        Given::ByCode => false,
    };
    if !fits {
        return Err(
            kernel::Fault::Internal("a permission was given under another action's pass".into()).into()
        );
    }
    let now = pass.visit().now;
    // Somebody who acts for her must not learn from silence that the permission was there already.
    let known = sharing(tx, pass)?;
    if known.blocks(&professional.rpps) {
        return Err(Refusal::invalid("blocked", "rpps", "She blocked this professional; unblock first."));
    }
    let lasts = known.permissions(&professional.rpps, now).any(|p| p.until.is_none());
    if lasts {
        return Ok(());
    }
    let mut permission = Permission::lasting(professional.clone(), now, given);
    // Who wants to be asked each time has agreed to this visit and no other.
    if given == Given::InPresence && known.mode == Mode::Ask {
        let hours = i64::from(access::table()?.presence_hours);
        permission.until = Some(now.plus(hours * 3_600 * kernel::Instant::SECOND));
    }
    sharing::append(tx, pass, Kind::Allowed, &permission)
}

/// Takes a permission back; what the professional has read stays in the journal. Idempotent.
///
/// # Errors
/// Faults of the store.
pub fn disallow(tx: &mut Tx<'_>, pass: &Pass, rpps: &kernel::rpps::Rpps) -> Answer<()> {
    if pass.action() != Action::ManageSharing {
        return Err(kernel::Fault::Internal(
            "a permission was taken back under another action's pass".into(),
        )
        .into());
    }
    let sharing = sharing(tx, pass)?;
    let Some(permission) = sharing.allowed.iter().find(|p| p.professional.rpps == *rpps) else {
        return Ok(());
    };
    let ended = Permission { since: pass.visit().now, ..permission.clone() };
    sharing::append(tx, pass, Kind::Disallowed, &ended)
}

/// Lets a verb go on under its own action's pass only.
pub(crate) fn must_be(pass: &Pass, action: Action, what: &str) -> Answer<()> {
    if pass.action() == action { Ok(()) } else { Err(misused(what)) }
}

fn misused(what: &str) -> Refusal {
    kernel::Fault::Internal(format!("{what} under another action's pass")).into()
}

/// After a person was brought in from another house: makes what a deposit looks at first fit what she decided.
///
/// # Errors
/// Faults of the store.
pub fn settle(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    match person::load(tx, person)? {
        Some(found) => wishes::keep_hint(tx, &found.key),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
