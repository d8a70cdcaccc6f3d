//! The outside providers through which somebody comes in: she sees since when, closes one, and opens it again.
//!
//! Closing forgets the link, and is remembered beside it: a provider that proves her by her civil status would
//! otherwise lead to her again the next day. Nobody closes the only way that she has.

use kernel::{Answer, Instant, Refusal, RefusalKind, Visit};
use store::Tx;

use super::{Provider, queries};
use crate::identity::account::Event;
use crate::identity::outside::Outsider;
use crate::identity::session::{self, Token};

/// Whether somebody comes in through a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// She never did; she may.
    Unused,
    /// She did.
    Used {
        /// For the first time.
        since: Instant,
        /// The last time.
        last: Instant,
    },
    /// She closed it.
    Closed {
        /// When.
        at: Instant,
    },
}

/// A provider as somebody sees it who may come in through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its name in the configuration.
    pub provider: String,
    /// What people call it.
    pub label: String,
    /// Whether she comes in through it.
    pub state: State,
}

/// The ways that are hers: every provider of her side.
///
/// # Errors
/// As `consent::open`; faults of the store.
pub fn ways(tx: &mut Tx<'_>, visit: &Visit, providers: &[Provider]) -> Answer<Vec<Way>> {
    let number = Outsider::acting(tx, visit)?.number();
    let (links, closed) = (queries::links(tx, number)?, queries::closed(tx, number)?);
    let state = |name: &str| {
        let shut = closed.iter().find(|(of, _)| of == name).map(|(_, at)| State::Closed { at: *at });
        let used = || links.iter().find(|(of, ..)| of == name);
        shut.or_else(|| used().map(|(_, since, last)| State::Used { since: *since, last: *last }))
            .unwrap_or(State::Unused)
    };
    let way =
        |of: &Provider| Way { provider: of.name.clone(), label: of.label.clone(), state: state(&of.name) };
    Ok(hers(visit, providers).map(way).collect())
}

/// The providers of the visitor's side: a citizen's, a professional's, none of the operator's team.
pub(super) fn hers<'a>(visit: &Visit, providers: &'a [Provider]) -> impl Iterator<Item = &'a Provider> {
    let is_work = match &visit.actor {
        kernel::Actor::Citizen { .. } => Some(false),
        kernel::Actor::Professional(_) => Some(true),
        _ => None,
    };
    providers.iter().filter(move |of| Some(of.kind.is_work()) == is_work)
}

/// Closes a way in: nobody comes in through it any more, and whoever has is out, but for the session that asks.
///
/// # Errors
/// `NotFound` when it is none of hers; `Conflict` (`last-way-in`) when she would have no other; as `consent::open`.
pub fn close(tx: &mut Tx<'_>, visit: &Visit, providers: &[Provider], name: &str, kept: &Token) -> Answer<()> {
    let her = Outsider::acting(tx, visit)?;
    let of = hers(visit, providers).find(|of| of.name == name).ok_or_else(Refusal::not_found)?;
    if !her.has_key(tx)? {
        let said = "Without a passkey and recovery codes this is the way in that she has.";
        return Err(Refusal::new(RefusalKind::Conflict, "last-way-in", said));
    }
    queries::unlink_at(tx, her.number(), &of.name)?;
    if queries::close(tx, her.number(), &of.name, visit.now)? {
        her.changed(tx, visit, Event::WayInClosed, &of.label)?;
        session::sign_out_everywhere(tx, visit, kept)?;
    }
    Ok(())
}

/// Opens it again; she is linked the next time she comes in through it.
///
/// # Errors
/// `NotFound` when it is none of hers; as `consent::open`.
pub fn open(tx: &mut Tx<'_>, visit: &Visit, providers: &[Provider], name: &str) -> Answer<()> {
    let her = Outsider::acting(tx, visit)?;
    let of = hers(visit, providers).find(|of| of.name == name).ok_or_else(Refusal::not_found)?;
    if queries::open(tx, her.number(), &of.name)? {
        her.changed(tx, visit, Event::WayInOpened, &of.label)?;
    }
    Ok(())
}
