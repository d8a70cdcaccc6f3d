//! How a person is told, outside her space, that something happened in it: by e-mail, in one sentence and a link.
//!
//! Invariants:
//! - No message holds a health word: it is built from the service's name and address alone ([`message`]), and is the
//!   same whatever happened and whoever did it.
//! - Nothing goes to an address that has not been confirmed with a code sent to it, except that code.
//! - She is told of what she can see in her journal, and of nothing else: who weighs the news ([`rules`]) is given the
//!   entries that the owner's own pass sees.
//! - What she chose, and each message, is an act in her sequence.
//!
//! The worker asks [`due`] whose journal has grown, reads what is new (`care::record::news`), and calls [`weighed`];
//! the message goes through the queue, so a relay that is down delays it and loses nothing.

pub mod message;
pub mod model;
pub mod pages;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;

use kernel::{Actor, Answer, Chance, Fault, Instant, PersonId, Refusal, RefusalKind, Seq, Visit};
use store::{Act, Job, Kind, Line, SpaceKey, Tx};

pub use message::Message;
pub use model::{Asked, Choice};
pub use rules::{News, Weight};

use crate::consent::{self, Action, Pass};
use crate::identity::Attempt;
use crate::identity::guard::{self, Subject};
use crate::person::{self, State};
use queries::Row;

/// The task that sends the sentence.
pub const TELL: &str = "notice-tell";
/// The task that sends a code to an address.
pub const CODE: &str = "notice-code";

/// How long a code that was sent to an address may be typed.
pub const CODE_LIVES: i64 = 30 * 60 * Instant::SECOND;

/// The space of whoever visits: everybody chooses for her own.
fn open(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Pass> {
    let Actor::Citizen { person, .. } = &visit.actor else {
        return Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person."));
    };
    consent::open(tx, visit, *person, Action::ManageAccess)
}

fn load(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<Row> {
    match queries::row(tx, key)? {
        Some(row) => Ok(row),
        None => {
            // Only what happens from now on is news.
            let head = tx.head(key)?;
            Ok(Row { choice: Choice::default(), upto: head, waits_since: None, last_sent: None })
        }
    }
}

/// What she has chosen.
///
/// # Errors
/// As `consent::open`.
pub fn chosen(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Choice> {
    let pass = open(tx, visit)?;
    Ok(load(tx, pass.key())?.choice)
}

/// Sends a code to an address that she wants to be told at. The address that was confirmed before stays until this one
/// is. Each code counts as a try, so that nobody's mailbox is flooded from here.
///
/// # Errors
/// As `consent::open`. Inside, to be committed: `notice-address` at `address`; `slow-down`.
pub fn ask(tx: &mut Tx<'_>, visit: &Visit, address: &str, chance: &Chance) -> Attempt<()> {
    let pass = open(tx, visit)?;
    let Some(address) = rules::address(address) else {
        let said = "This is not an e-mail address.";
        return Ok(Err(Refusal::invalid("notice-address", "address", said)));
    };
    let subjects = [Subject::named("notice-address", &pass.person().to_string())];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    guard::count(tx, visit.now, &subjects)?;
    tx.lock_person(pass.person())?;
    let mut row = load(tx, pass.key())?;
    let code = kernel::codes::spoken(&chance.secret::<5>());
    row.choice.language = visit.language.tag().to_owned();
    row.choice.asked = Some(Asked { address, code, at: visit.now });
    queries::put(tx, pass.key(), &row)?;
    let key = format!("{}-{}", pass.person(), visit.now.0);
    let person = Some(pass.person());
    tx.enqueue(Job { task: CODE, key, person, payload: String::new(), due: visit.now })?;
    Ok(Ok(()))
}

/// Confirms the address with the code that was sent to it. From now on she is told of everything, until she says
/// otherwise.
///
/// # Errors
/// As `consent::open`. Inside, to be committed: `notice-code` at `code`; `slow-down`.
pub fn confirm(tx: &mut Tx<'_>, visit: &Visit, typed: &str) -> Attempt<()> {
    let pass = open(tx, visit)?;
    let subjects = [Subject::named("notice-code", &pass.person().to_string())];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    tx.lock_person(pass.person())?;
    let mut row = load(tx, pass.key())?;
    let fits = row.choice.asked.as_ref().is_some_and(|asked| {
        visit.now.0 - asked.at.0 <= CODE_LIVES
            && kernel::codes::heard(typed) == kernel::codes::heard(&asked.code)
    });
    if !fits {
        guard::count(tx, visit.now, &subjects)?;
        let said = "This is not the code that was sent, or it is too old.";
        return Ok(Err(Refusal::invalid("notice-code", "code", said)));
    }
    let first = row.choice.address.is_none();
    row.choice.address = row.choice.asked.take().map(|asked| asked.address);
    if first {
        (row.choice.accesses, row.choice.documents) = (true, true);
        row.upto = tx.head(pass.key())?;
    }
    keep(tx, &pass, &row)?;
    Ok(Ok(()))
}

/// Chooses of what she is told. What she is told at once, always, is [`Weight::AtOnce`].
///
/// # Errors
/// As `consent::open`.
pub fn choose(tx: &mut Tx<'_>, visit: &Visit, accesses: bool, documents: bool) -> Answer<()> {
    let pass = open(tx, visit)?;
    tx.lock_person(pass.person())?;
    let mut row = load(tx, pass.key())?;
    if (row.choice.accesses, row.choice.documents) == (accesses, documents) {
        return Ok(());
    }
    (row.choice.accesses, row.choice.documents) = (accesses, documents);
    visit.language.tag().clone_into(&mut row.choice.language);
    keep(tx, &pass, &row)
}

/// Forgets her address: nothing is sent any more. Or `asked` only: the address that waits for its code.
///
/// # Errors
/// As `consent::open`.
pub fn forget(tx: &mut Tx<'_>, visit: &Visit, asked: bool) -> Answer<()> {
    let pass = open(tx, visit)?;
    tx.lock_person(pass.person())?;
    let mut row = load(tx, pass.key())?;
    if asked || row.choice.address.is_none() {
        row.choice.asked = None;
        return Ok(queries::put(tx, pass.key(), &row)?);
    }
    keep(tx, &pass, &Row { choice: Choice::default(), waits_since: None, ..row })
}

fn keep(tx: &mut Tx<'_>, pass: &Pass, row: &Row) -> Answer<()> {
    queries::put(tx, pass.key(), row)?;
    let line = pass.line().about(row.choice.word());
    let act =
        Act { kind: Kind::NoticeChosen, at: pass.visit().now, entry: None, line, data: None, blob: None };
    tx.append(pass.key(), act)?;
    Ok(())
}

/// Whose journal has grown since it was looked at, and for whom something has waited long enough; at most `most`.
///
/// # Errors
/// Faults of the store.
pub fn due(tx: &mut Tx<'_>, now: Instant, most: u32) -> Answer<Vec<PersonId>> {
    Ok(queries::due(tx, now.plus(-rules::BETWEEN), most)?)
}

/// Where the worker begins to read somebody's journal: `None` when she is not told any more.
///
/// # Errors
/// Faults of the store.
pub fn read_from(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Option<Seq>> {
    let row = queries::row(tx, pass.key())?;
    Ok(row.filter(|row| row.choice.is_active()).map(|row| row.upto))
}

/// Looks no further for somebody whose space is not open.
///
/// # Errors
/// Faults of the store.
pub fn rest(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    Ok(queries::rest(tx, person)?)
}

/// Everything up to `head` has been read, and this is the news: queues a message, or lets it wait for the next one.
///
/// # Errors
/// Faults of the store.
pub fn weighed(tx: &mut Tx<'_>, pass: &Pass, news: &News, head: Seq) -> Answer<()> {
    let now = pass.visit().now;
    let Some(mut row) = queries::row(tx, pass.key())? else { return Ok(()) };
    row.upto = head;
    let weight = news.weight(&row.choice);
    if weight == Weight::Later && row.waits_since.is_none() {
        row.waits_since = Some(now);
    }
    let waited =
        row.waits_since.is_some() && row.last_sent.is_none_or(|last| last.plus(rules::BETWEEN) <= now);
    if weight == Weight::AtOnce || waited {
        (row.waits_since, row.last_sent) = (None, Some(now));
        let key = format!("{}-{}", pass.person(), head.0);
        let person = Some(pass.person());
        tx.enqueue(Job { task: TELL, key, person, payload: String::new(), due: now })?;
    }
    Ok(queries::put(tx, pass.key(), &row)?)
}

/// The message of a job, and to whom; `None` when she has changed her mind meanwhile, or her space is gone.
///
/// # Errors
/// Faults of the store.
pub fn to_send(
    tx: &mut Tx<'_>,
    task: &str,
    id: PersonId,
    site: &message::Site<'_>,
) -> Answer<Option<Message>> {
    let Some(found) = person::load(tx, id)? else { return Ok(None) };
    let Some(row) = queries::row(tx, &found.key)? else { return Ok(None) };
    let language = row.choice.language();
    Ok(match task {
        CODE => row.choice.asked.map(|asked| message::code(&asked.address, &asked.code, language, site)),
        _ if found.state != State::Open => None,
        _ => row.choice.address.map(|address| message::news(&address, language, site)),
    })
}

/// Writes down that she was told.
///
/// # Errors
/// Faults of the store.
pub fn sent(tx: &mut Tx<'_>, id: PersonId, visit: &Visit) -> Answer<()> {
    let Some(found) = person::load(tx, id)? else { return Ok(()) };
    let line = Line::of(visit).about("email");
    let act = Act { kind: Kind::NoticeSent, at: visit.now, entry: None, line, data: None, blob: None };
    tx.append(&found.key, act)?;
    Ok(())
}

/// A visit in the owner's own name, by which the worker sees what she would see; it leaves no line, for nobody looks.
/// `None` for a space that is not open.
///
/// # Errors
/// Faults of the store.
pub fn as_she_sees(tx: &mut Tx<'_>, id: PersonId, now: Instant) -> Answer<Option<Pass>> {
    let Some(found) = person::load(tx, id)?.filter(|found| found.state == State::Open) else {
        return Ok(None);
    };
    let visit = Visit {
        actor: Actor::Citizen { person: id, name: found.identity.display_name() },
        on_behalf_of: None,
        purpose: kernel::Purpose::Own,
        now,
        language: kernel::Language::Fr,
        request_id: 0,
    };
    match consent::open_loaded(tx, &visit, found, Action::ReadJournal) {
        Ok(pass) => Ok(Some(pass)),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        // The policies let every owner of an open space read her journal; whoever changes that changes this.
        Err(refusal) => Err(Fault::Internal(format!("an owner may not read her journal: {refusal}")).into()),
    }
}
