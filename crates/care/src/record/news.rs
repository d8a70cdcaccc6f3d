//! What is new in a journal since somebody was told: read as its owner would read it, so that she is never told of
//! something that she may not see yet.

use std::collections::HashSet;

use kernel::{Actor, Answer, Instant, PersonId, Purpose};
use people::notice::{self, News};
use store::{Kind, Outcome, Tx};

use super::journal;
use super::sentences::{self, Entry};

/// Looks for news in a person's journal and queues the message about them; the worker calls it for whoever
/// [`notice::due`] names.
///
/// # Errors
/// Faults of the store.
pub fn look(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Answer<()> {
    let Some(pass) = notice::as_she_sees(tx, person, now)? else { return notice::rest(tx, person) };
    tx.lock_person(person)?;
    let Some(after) = notice::read_from(tx, &pass)? else { return Ok(()) };
    let head = tx.head(pass.key())?;
    let mut news = News::default();
    let mut looked: HashSet<String> = HashSet::new();
    journal::all(tx, &pass, after, |entry| {
        add(&mut news, &entry, person);
        looked.extend(professional_look(&entry).map(str::to_owned));
        Ok(())
    })?;
    if !looked.is_empty() {
        journal::all(tx, &pass, kernel::Seq(0), |entry| {
            if entry.seq <= after
                && let Some(rpps) = professional_look(&entry)
            {
                looked.remove(rpps);
            }
            Ok(())
        })?;
        news.first_access = !looked.is_empty();
    }
    notice::weighed(tx, &pass, &news, head)
}

/// The RPPS number of a professional who looked at something here.
fn professional_look(entry: &Entry) -> Option<&str> {
    match &entry.line.actor {
        Actor::Professional(of) if is_access(entry) => Some(of.rpps.as_str()),
        _ => None,
    }
}

/// Somebody saw something of the space, or came in to.
fn is_access(entry: &Entry) -> bool {
    let looked = sentences::is_look(entry.kind)
        || matches!(entry.kind, Kind::Exported | Kind::ActingBegan | Kind::GlassBroken | Kind::CallAnswered);
    looked && entry.line.outcome == Outcome::Done && !sentences::is_look_up(entry)
}

fn add(news: &mut News, entry: &Entry, owner: PersonId) {
    let own = matches!(&entry.line.actor, Actor::Citizen { person, .. } if *person == owner);
    let machine = matches!(entry.line.actor, Actor::Software(_) | Actor::System { .. } | Actor::Nobody);
    let done = entry.line.outcome == Outcome::Done;
    if own {
        return;
    }
    news.accesses |= !machine && is_access(entry);
    news.documents |= done && entry.kind == Kind::Deposited;
    news.answer |= entry.kind == Kind::ReportAnswered;
    let urgent = matches!(entry.line.purpose, Purpose::Emergency | Purpose::CallCentre)
        || matches!(entry.kind, Kind::GlassBroken | Kind::CallAnswered);
    news.emergency |= !machine && done && urgent;
}
