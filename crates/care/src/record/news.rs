//! What is new in a journal since somebody was told: read as she would read it, the owner or whoever represents her, so
//! that nobody is told of something that she may not see.

use kernel::{Actor, Answer, Fault, Instant, PersonId, Purpose, Seq};
use people::identity::session::BY_CODE;
use people::notice::telling::{self, Look};
use people::notice::{Met, News, Pair};
use store::{Kind, Outcome, Tx, Want};

use super::known::Known;
use super::sentences::{self, Entry};

/// Looks for news of a space for one reader, and queues the messages about them; the worker calls it for every pair that
/// [`telling::due`] names. Answers how many acts were read: those since the last look, and once, when a professional
/// or an app looks for the first time since she began to be told, those before.
///
/// # Errors
/// Faults of the store.
pub fn look(tx: &mut Tx<'_>, pair: Pair, now: Instant) -> Answer<usize> {
    let Some(mut look) = telling::begin(tx, pair, now)? else { return Ok(0) };
    let head = tx.head(look.pass().key())?;
    let (mut news, mut looked) = (News::default(), Vec::new());
    let mut read = acts(tx, &look, look.after(), head, |entry| {
        add(&mut news, &entry, look.reader());
        looked.extend(looker(&entry));
    })?;
    let mut met = look.met();
    if !looked.is_empty() {
        let known = match &mut met {
            Some(known) => known,
            None => {
                let (before, more) = met_before(tx, &look)?;
                read += more;
                met.insert(before)
            }
        };
        // Everybody is remembered, so that two who come at the same time are both known afterwards.
        news.first_access = looked.iter().filter(|who| known.meets(who)).count() > 0;
    }
    telling::weighed(tx, look, &news, met, head)?;
    Ok(read)
}

/// The professionals and apps who had looked before the reader began to be told, and how many acts that took to read.
fn met_before(tx: &mut Tx<'_>, look: &Look) -> Answer<(Met, usize)> {
    let mut met = Met::default();
    let read = acts(tx, look, Seq(0), look.after(), |entry| {
        if let Some(who) = looker(&entry) {
            met.meets(&who);
        }
    })?;
    Ok((met, read))
}

/// Hands every act after `after`, up to `last`, that the reader may know of to `each`; answers how many were read.
fn acts(tx: &mut Tx<'_>, look: &Look, after: Seq, last: Seq, mut each: impl FnMut(Entry)) -> Answer<usize> {
    let mut known = Known::outside(tx, look.pass())?;
    let mut read = 0;
    tx.acts(look.pass().key(), after, Want::LINES, |mut row| -> Result<(), Fault> {
        if row.seq > last {
            return Ok(());
        }
        read += 1;
        // Her own rank of the act is nobody's affair here: only whether she has one.
        if known.rank(&mut row).is_some()
            && let Some(line) = row.line
        {
            each(Entry { seq: row.seq, at: row.at, kind: row.kind, entry: row.entry, line });
        }
        Ok(())
    })?;
    Ok(read)
}

/// A professional, or an app by its connection, who looked at something here: of the first look of each she is told at
/// once. What an app reads after that stands in her journal and is no news: she connected it in order that it reads, and
/// one that reads every hour would make her deaf to the rest. A new connection is a new app.
fn looker(entry: &Entry) -> Option<String> {
    match &entry.line.actor {
        Actor::Professional(of) if is_access(entry) => Some(of.rpps.as_str().to_owned()),
        Actor::App(app) if is_access(entry) => Some(format!("app {}", app.connection)),
        _ => None,
    }
}

/// Somebody saw something of the space, or came in to.
fn is_access(entry: &Entry) -> bool {
    let looked = sentences::is_look(entry.kind)
        || matches!(entry.kind, Kind::Exported | Kind::ActingBegan | Kind::GlassBroken | Kind::CallAnswered);
    looked && entry.line.outcome == Outcome::Done && !sentences::is_look_up(entry)
}

/// What lets the owner in has changed, or somebody came in with one of her printed codes.
fn changes_keys(entry: &Entry) -> bool {
    let by_code = entry.line.about.as_deref() == Some(BY_CODE);
    matches!(entry.kind, Kind::PasskeyAdded | Kind::PasskeyRemoved)
        || (entry.kind == Kind::SignedIn && by_code)
}

fn add(news: &mut News, entry: &Entry, reader: PersonId) {
    let own = matches!(&entry.line.actor, Actor::Citizen { person, .. } if *person == reader);
    let machine =
        matches!(entry.line.actor, Actor::App(_) | Actor::Software(_) | Actor::System { .. } | Actor::Nobody);
    let done = entry.line.outcome == Outcome::Done;
    if own {
        news.keys |= done && changes_keys(entry);
        return;
    }
    news.accesses |= !machine && is_access(entry);
    news.documents |= done && entry.kind == Kind::Deposited;
    news.answer |= entry.kind == Kind::ReportAnswered;
    let urgent = matches!(entry.line.purpose, Purpose::Emergency | Purpose::CallCentre)
        || matches!(entry.kind, Kind::GlassBroken | Kind::CallAnswered);
    news.emergency |= !machine && done && urgent;
}

#[cfg(test)]
mod tests {
    use kernel::App;
    use people::testing;
    use store::Line;

    use super::*;

    fn entry(actor: Actor, kind: Kind, refused: bool) -> Entry {
        let line = Line::of(&testing::visit(actor, Purpose::Own, Instant(1)));
        let line = if refused { line.refused("app-not-granted") } else { line };
        Entry { seq: Seq(1), at: Instant(1), kind, entry: None, line }
    }

    fn app(connection: &str) -> Actor {
        let (client_id, name) = ("mon-suivi".to_owned(), "Mon suivi".to_owned());
        let (organization, connection) = ("Cœur & Santé".to_owned(), connection.to_owned());
        Actor::App(App { client_id, name, organization, connection })
    }

    /// Who did what → under which name she is met; whether each time is news.
    #[test]
    fn an_app_is_told_of_once_a_connection_and_a_professional_each_time() {
        let doctor = || Actor::Professional(testing::doctor("10001045367"));
        for (actor, kind, refused, met, each_time) in [
            (doctor(), Kind::DocumentRead, false, Some("10001045367"), true),
            (app("1"), Kind::DocumentRead, false, Some("app 1"), false),
            (app("2"), Kind::ListRead, false, Some("app 2"), false),
            (app("2"), Kind::ProfileRead, false, Some("app 2"), false),
            (app("1"), Kind::Refused, true, None, false),
            (Actor::System { task: "index".into() }, Kind::Indexed, false, None, false),
        ] {
            let entry = entry(actor, kind, refused);
            let mut news = News::default();
            add(&mut news, &entry, PersonId(7));
            assert_eq!((looker(&entry).as_deref(), news.accesses), (met, each_time), "{entry:?}");
            assert!(!news.emergency && !news.documents && !news.keys, "{news:?}");
        }
        // Connected again, it is a new one to her.
        let mut met = Met::default();
        let met: Vec<bool> = ["1", "1", "2"]
            .map(|connection| looker(&entry(app(connection), Kind::ListRead, false)))
            .into_iter()
            .flatten()
            .map(|who| met.meets(&who))
            .collect();
        assert_eq!(met, [true, false, true]);
    }
}
