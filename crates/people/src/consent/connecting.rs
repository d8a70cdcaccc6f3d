//! Connecting an app: what it may read is her word, and ends when she says so or on the day that she chose. What
//! somebody connected who represents her ends, too, when that right does: a mother's app does not read on when her
//! child is of age.

use kernel::{Answer, App, Chance, Instant, PersonId, Refusal};
use store::Tx;

use super::decision::{Connection, Decision, Granted};
use super::pass::{Action, Pass};
use super::sharing::Sharing;
use super::{sharing, wishes};
use crate::delegation::{self, Standing};
use crate::person::Person;

/// How long an app may be connected, in days: the choices of the page. What lasts for ever is forgotten.
pub const DAYS: [u32; 3] = [30, 90, 365];
/// Apps connected at the same time.
const MOST: usize = 50;

/// Connects an app. One that the same person has connected already, on another device or for less, stays the same
/// connection, from now on as it is said here: what it got before is held to that too. What somebody else connected who
/// represents her is another one.
///
/// # Errors
/// `Invalid`: `nothing-granted` at `documents`, `app-days` at `days`; `Conflict` (`many`); a fault under another
/// action's pass than [`Action::ConnectApp`].
pub fn connect(
    tx: &mut Tx<'_>,
    pass: &Pass,
    (mut app, granted): (App, Granted),
    days: u32,
    chance: &Chance,
) -> Answer<Connection> {
    super::must_be(pass, Action::ConnectApp, "an app was connected")?;
    if granted.is_empty() {
        return Err(Refusal::invalid("nothing-granted", "documents", "Nothing was granted to the app."));
    }
    if !DAYS.contains(&days) {
        return Err(Refusal::invalid("app-days", "days", "An app cannot be connected for this long."));
    }
    tx.lock_person(pass.person())?;
    let since = pass.visit().now;
    let known = sharing::fold(tx, pass.key())?;
    let known = without_ended(tx, pass.whole(), known, since)?;
    let by = pass.representative();
    let (same, others): (Vec<_>, Vec<_>) =
        known.apps.into_iter().partition(|connection| connection.is_of(&app, by));
    if others.len() >= MOST {
        return Err(wishes::many());
    }
    let name = same.into_iter().next().map(|connection| connection.app.connection);
    app.connection = name.unwrap_or_else(|| format!("{:016x}", chance.u64()));
    let until = since.plus(i64::from(days) * Instant::DAY);
    let connection = Connection { app, granted, since, until, by };
    sharing::append_decision(tx, pass, &Decision::Connect(connection.clone()))?;
    Ok(connection)
}

/// The connection that an app shows a token of, while it holds and whoever made it may still speak for her. It opens
/// nothing: whether the app may read there, [`super::open`] says.
///
/// # Errors
/// Faults of the store.
pub fn connection(tx: &mut Tx<'_>, person: &Person, app: &App, now: Instant) -> Answer<Option<Connection>> {
    Ok(for_app(tx, person, app, now)?.connection(app, now).cloned())
}

/// What she has decided, for an app that comes: of all that is connected only its own connection, while that is not over.
/// Nobody else's right to represent her is looked up for it.
pub(super) fn for_app(tx: &mut Tx<'_>, person: &Person, app: &App, now: Instant) -> Answer<Sharing> {
    let mut sharing = sharing::fold(tx, &person.key)?;
    sharing.apps.retain(|known| known.app.connection == app.connection);
    without_ended(tx, person, sharing, now)
}

/// Leaves out the connections that are over: by the clock, or because whoever made one for her represents her no more.
pub(super) fn without_ended(
    tx: &mut Tx<'_>,
    person: &Person,
    mut sharing: Sharing,
    now: Instant,
) -> Answer<Sharing> {
    let mut holding = Vec::new();
    for connection in std::mem::take(&mut sharing.apps) {
        if connection.holds(now) && represents(tx, connection.by, person, now)? {
            holding.push(connection);
        }
    }
    sharing.apps = holding;
    Ok(sharing)
}

/// Whether whoever connected an app for her still stands in her place; true when she did herself.
fn represents(tx: &mut Tx<'_>, by: Option<PersonId>, person: &Person, now: Instant) -> Answer<bool> {
    let Some(by) = by else { return Ok(true) };
    let standing = delegation::standing(tx, by, person, now.date())?;
    Ok(matches!(standing, Some(Standing::Parent | Standing::Guardian)))
}
