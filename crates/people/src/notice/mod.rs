//! How a person is told, outside her space, that something happened in it: by e-mail, or by a notification on her
//! telephone or computer; in one sentence and a link.
//!
//! Invariants:
//! - No message holds a health word: it is built from the service's name and address alone ([`message`]), and is the
//!   same whatever happened and whoever did it.
//! - Nothing goes to an address that has not been confirmed with a code sent to it, except that code; nor to a device
//!   whose browser has not agreed ([`push`]).
//! - She is told of what she can see in her journal, and of nothing else: who weighs the news ([`rules`]) is given the
//!   entries that her own pass sees. The same holds for a parent or a guardian and the journal of whom she represents.
//! - What she chose, and each message, is an act in her sequence.
//!
//! [`telling`] is the worker's half: who is due, what is told, and the messages of the queue.

pub mod message;
pub mod model;
pub mod pages;
pub mod push;
mod queries;
pub mod rules;
pub mod telling;
#[cfg(test)]
mod tests;

use kernel::{Actor, Answer, Chance, Instant, PersonId, Refusal, RefusalKind, Visit};
use store::{Act, Job, Kind, SpaceKey, Tx};

pub use message::Message;
pub use model::{Asked, Choice, Met, Pair, Wishes};
pub use rules::{News, Weight};
pub use telling::{PUSH, TELL};

use crate::consent::{self, Action, Pass};
use crate::delegation::{self, Standing};
use crate::identity::Attempt;
use crate::identity::guard::{self, Subject};
use crate::person;
use push::Device;

/// The task that sends a code to an address.
pub const CODE: &str = "notice-code";

/// How long a code that was sent to an address may be typed.
pub const CODE_LIVES: i64 = 30 * 60 * Instant::SECOND;

/// What a person has chosen, and the devices that are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Her address and her wishes.
    pub choice: Choice,
    /// Her devices, the oldest first.
    pub devices: Vec<Device>,
}

impl Chosen {
    /// True when a message can reach her.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        self.choice.address.is_some() || !self.devices.is_empty()
    }

    fn load(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<Self> {
        let choice = queries::choice(tx, key)?.unwrap_or_default();
        Ok(Self { choice, devices: push::of(tx, key)? })
    }
}

/// The space of whoever visits: everybody chooses for her own.
fn open(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Pass> {
    let Actor::Citizen { person, .. } = &visit.actor else {
        return Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in as the person."));
    };
    consent::open(tx, visit, *person, Action::ManageAccess)
}

/// What she has chosen.
///
/// # Errors
/// As `consent::open`.
pub fn chosen(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Chosen> {
    let pass = open(tx, visit)?;
    Chosen::load(tx, pass.key())
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
    let mut choice = queries::choice(tx, pass.key())?.unwrap_or_default();
    let code = kernel::codes::spoken(&chance.secret::<5>());
    choice.language = visit.language.tag().to_owned();
    choice.asked = Some(Asked { address, code, at: visit.now });
    queries::put_choice(tx, pass.key(), &choice)?;
    let key = format!("{}-{}", pass.person(), visit.now.0);
    let person = Some(pass.person());
    tx.enqueue(Job { task: CODE, key, person, payload: String::new(), due: visit.now })?;
    Ok(Ok(()))
}

/// Confirms the address with the code that was sent to it. Who could not be reached before is told of everything in her
/// space from now on, until she says otherwise.
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
    let mut chosen = Chosen::load(tx, pass.key())?;
    let fits = chosen.choice.asked.as_ref().is_some_and(|asked| {
        visit.now.0 - asked.at.0 <= CODE_LIVES
            && kernel::codes::heard(typed) == kernel::codes::heard(&asked.code)
    });
    if !fits {
        guard::count(tx, visit.now, &subjects)?;
        let said = "This is not the code that was sent, or it is too old.";
        return Ok(Err(Refusal::invalid("notice-code", "code", said)));
    }
    if !chosen.is_reachable() {
        chosen.choice.wishes = Wishes::FIRST;
    }
    chosen.choice.address = chosen.choice.asked.take().map(|asked| asked.address);
    let word = chosen.choice.wishes.word();
    keep(tx, &pass, chosen, word)?;
    Ok(Ok(()))
}

/// Chooses of what she is told. What she is told at once, always, is [`Weight::AtOnce`].
///
/// # Errors
/// As `consent::open`.
pub fn choose(tx: &mut Tx<'_>, visit: &Visit, wishes: Wishes) -> Answer<()> {
    let pass = open(tx, visit)?;
    tx.lock_person(pass.person())?;
    let mut chosen = Chosen::load(tx, pass.key())?;
    if chosen.choice.wishes == wishes {
        return Ok(());
    }
    chosen.choice.wishes = wishes;
    visit.language.tag().clone_into(&mut chosen.choice.language);
    keep(tx, &pass, chosen, wishes.word())
}

/// Forgets her address: no e-mail is sent any more. Or `asked` only: the address that waits for its code.
///
/// # Errors
/// As `consent::open`.
pub fn forget(tx: &mut Tx<'_>, visit: &Visit, asked: bool) -> Answer<()> {
    let pass = open(tx, visit)?;
    tx.lock_person(pass.person())?;
    let mut chosen = Chosen::load(tx, pass.key())?;
    chosen.choice.asked = None;
    if asked || chosen.choice.address.take().is_none() {
        return Ok(queries::put_choice(tx, pass.key(), &chosen.choice)?);
    }
    keep(tx, &pass, chosen, "nothing")
}

/// Writes down what she chose, begins or ends telling her, and notes it in her journal as `word`; never the address.
fn keep(tx: &mut Tx<'_>, pass: &Pass, chosen: Chosen, word: &str) -> Answer<()> {
    let represented = chosen.is_reachable() && chosen.choice.wishes.represented;
    follow(tx, pass.key(), chosen)?;
    if represented {
        follow_represented(tx, pass.person(), pass.visit().now)?;
    }
    let line = pass.line().about(word);
    let act =
        Act { kind: Kind::NoticeChosen, at: pass.visit().now, entry: None, line, data: None, blob: None };
    tx.append(pass.key(), act)?;
    Ok(())
}

/// Writes down what she chose, and begins or ends telling her. Only what happens from now on is news.
fn follow(tx: &mut Tx<'_>, key: &SpaceKey, mut chosen: Chosen) -> Answer<()> {
    if chosen.is_reachable() {
        let head = tx.head(key)?;
        queries::begin(tx, Pair::own(key.person()), head)?;
    } else {
        queries::end(tx, Pair::own(key.person()))?;
        // Who can be reached again later says anew of what she is told.
        chosen.choice.wishes = Wishes::default();
    }
    Ok(queries::put_choice(tx, key, &chosen.choice)?)
}

/// Begins to tell somebody of the spaces of those whom she represents today; those of whom she is told already go on.
fn follow_represented(tx: &mut Tx<'_>, reader: PersonId, now: Instant) -> Answer<()> {
    for space in delegation::spaces(tx, reader, now.date())? {
        let Some(found) = person::load(tx, space.person)? else { continue };
        if represents(tx, reader, &found, now)? {
            let head = tx.head(&found.key)?;
            queries::begin(tx, Pair { person: space.person, reader }, head)?;
        }
    }
    Ok(())
}

/// Whether somebody is a parent or guardian of a person today. Delegates are told by the person, not by us.
fn represents(tx: &mut Tx<'_>, reader: PersonId, of: &person::Person, now: Instant) -> Answer<bool> {
    let standing = delegation::standing(tx, reader, of, now.date())?;
    Ok(matches!(standing, Some(Standing::Parent | Standing::Guardian)))
}

/// Takes up what came with a person from another house: telling her begins here and now, and devices that were bound to
/// the other house's key are forgotten, because only its messages reach them.
///
/// # Errors
/// Faults of the store.
pub fn settle(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<()> {
    push::forget_foreign(tx, key)?;
    resume(tx, key)
}

/// Her space is open again: what she chose holds from here on.
///
/// # Errors
/// Faults of the store.
pub fn resume(tx: &mut Tx<'_>, key: &SpaceKey) -> Answer<()> {
    let chosen = Chosen::load(tx, key)?;
    follow(tx, key, chosen)
}

/// Forgets everything about a person who is erased.
///
/// # Errors
/// Faults of the store.
pub fn forget_all(tx: &mut Tx<'_>, person: PersonId) -> Answer<()> {
    queries::forget_all(tx, person)?;
    Ok(push::forget_all(tx, person)?)
}
