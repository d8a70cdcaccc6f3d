//! The worker's half: who is due, what is told, and the messages of the queue.
//!
//! A commit writes down whose sequence it moved (`store::log`), the sweep of the log hands that on ([`moved`]), and
//! whoever is told of that person is due. So a round costs what is due, however many people want to be told. The worker
//! asks [`due`], opens the journal as each reader would see it ([`begin`]), reads what is new (`care::record::news`) and
//! calls [`weighed`]; messages go through the queue, so a relay that is down delays them and loses nothing.

use kernel::{Actor, Answer, Fault, Instant, PersonId, Purpose, Seq, Visit};
use serde::{Deserialize, Serialize};
use store::{Act, Job, Kind, Line, Tx};

use super::message::{self, Message, Site, Whose};
use super::model::{Met, Pair, Told};
use super::rules::{self, News, Weight};
use super::{CODE, Chosen, follow_represented, push, queries, represents};
use crate::consent::{self, Action, Pass};
use crate::person::{self, Person, State};

/// The task that sends the sentence by e-mail.
pub const TELL: &str = "notice-tell";
/// The task that sends it to one device.
pub const PUSH: &str = "notice-push";

/// What a message needs besides its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) whose: Whose,
    /// The device, for a notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<i64>,
    /// Whether the news is that a space was closed: then hers may be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) closed: bool,
}

impl Errand {
    /// No payload: of her own space, by e-mail.
    fn read(payload: &str) -> Result<Self, Fault> {
        if payload.is_empty() {
            return Ok(Self { whose: Whose::Own, device: None, closed: false });
        }
        serde_json::from_str(payload).map_err(|e| Fault::Internal(format!("a message to somebody: {e}")))
    }

    fn write(self) -> Result<String, Fault> {
        serde_json::to_string(&self).map_err(|e| Fault::Internal(format!("a message to somebody: {e}")))
    }

    /// Whether it is still to be told to somebody whose own space is in this state.
    fn reaches(self, state: State) -> bool {
        state == State::Open || (self.closed && state == State::Closed)
    }
}

/// Something was written into the sequences of these persons.
///
/// # Errors
/// Faults of the store.
pub fn moved(tx: &mut Tx<'_>, persons: &[PersonId], now: Instant) -> Answer<()> {
    persons.iter().try_for_each(|person| queries::moved(tx, *person, now)).map_err(Into::into)
}

/// Who is to be told of whose space, at most `most`: what was written into has not been looked at, or something has
/// waited long enough.
///
/// # Errors
/// Faults of the store.
pub fn due(tx: &mut Tx<'_>, now: Instant, most: u32) -> Answer<Vec<Pair>> {
    Ok(queries::due(tx, now, most)?)
}

/// A journal that is about to be looked at for somebody.
#[derive(Debug)]
pub struct Look {
    pair: Pair,
    pass: Pass,
    told: Told,
    chosen: Chosen,
}

impl Look {
    /// What the reader sees; it leaves no line, for nobody looks.
    #[must_use]
    pub fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Who is told.
    #[must_use]
    pub fn reader(&self) -> PersonId {
        self.pair.reader
    }

    /// Rank of the last act that was looked at for her.
    #[must_use]
    pub fn after(&self) -> Seq {
        self.told.upto
    }

    /// Whose first access is no news; `None` when nobody has looked yet what there was before.
    pub fn met(&mut self) -> Option<Met> {
        self.told.met.take()
    }
}

/// Opens the journal as its reader would see it. `None` when she is not told of it any more: she wants no messages, the
/// space is not open, or she does not represent the person any more. Then it is not due any more either.
///
/// # Errors
/// Faults of the store.
pub fn begin(tx: &mut Tx<'_>, pair: Pair, now: Instant) -> Answer<Option<Look>> {
    let look = open(tx, pair, now)?;
    match &look {
        None => queries::end(tx, pair)?,
        Some(look) if pair.is_own() && look.chosen.choice.wishes.represented => {
            // A child who was born since: she learns it at her next step here.
            follow_represented(tx, pair.reader, now)?;
        }
        Some(_) => {}
    }
    Ok(look)
}

fn open(tx: &mut Tx<'_>, pair: Pair, now: Instant) -> Answer<Option<Look>> {
    let Some(reader) = person::load(tx, pair.reader)? else { return Ok(None) };
    let chosen = Chosen::load(tx, &reader.key)?;
    let wanted = pair.is_own() || chosen.choice.wishes.represented;
    if !wanted || !chosen.is_reachable() {
        return Ok(None);
    }
    let name = reader.identity.display_name();
    let found = if pair.is_own() { Some(reader) } else { person::load(tx, pair.person)? };
    let Some(found) = found.filter(|found| found.state == State::Open) else { return Ok(None) };
    if !pair.is_own() && !represents(tx, pair.reader, &found, now)? {
        return Ok(None);
    }
    tx.lock_person(pair.person)?;
    let Some(told) = queries::told(tx, &found.key, pair.reader)? else { return Ok(None) };
    let visit = Visit {
        actor: Actor::Citizen { person: pair.reader, name },
        on_behalf_of: (!pair.is_own()).then_some(pair.person),
        purpose: Purpose::Own,
        now,
        language: kernel::Language::Fr,
        request_id: 0,
    };
    match consent::open_loaded(tx, &visit, found, Action::ReadJournal) {
        Ok(pass) => Ok(Some(Look { pair, pass, told, chosen })),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        // The policies let every owner, parent and guardian read an open space's journal; whoever changes that changes
        // this.
        Err(refusal) => Err(Fault::Internal(format!("a journal may not be read: {refusal}")).into()),
    }
}

/// Everything up to `head` has been read, and this is the news: queues messages, or lets it wait for the next ones.
///
/// # Errors
/// Faults of the store.
pub fn weighed(tx: &mut Tx<'_>, look: Look, news: &News, met: Option<Met>, head: Seq) -> Answer<()> {
    let (now, Look { pair, pass, chosen, told }) = (look.pass.visit().now, look);
    let mut told = Told { upto: head, met, ..told };
    let weight = news.weight(chosen.choice.wishes);
    if weight == Weight::Later && told.waits_since.is_none() {
        told.waits_since = Some(now);
    }
    let next = told.last_sent.map_or(now, |last| last.plus(rules::BETWEEN));
    if weight == Weight::AtOnce || (told.waits_since.is_some() && next <= now) {
        (told.waits_since, told.last_sent) = (None, Some(now));
        queue(tx, pair, &chosen, (head, now, false))?;
    }
    let due = told.waits_since.map(|_| next);
    Ok(queries::put_told(tx, pass.key(), pair.reader, &told, due)?)
}

/// The team has closed a space, or opened it again, at somebody's request: whoever is told of news there is told at once.
/// `of` is the person as she was before.
///
/// # Errors
/// Faults of the store.
pub fn turned(tx: &mut Tx<'_>, of: &Person, now: Instant) -> Answer<()> {
    let head = tx.head(&of.key)?;
    for reader in queries::readers(tx, of.id)? {
        let pair = Pair { person: of.id, reader };
        let key = if pair.is_own() { Some(of.key.clone()) } else { person::load(tx, reader)?.map(|r| r.key) };
        let Some(key) = key else { continue };
        let chosen = Chosen::load(tx, &key)?;
        let wanted = pair.is_own() || (chosen.choice.wishes.represented && represents(tx, reader, of, now)?);
        if wanted {
            queue(tx, pair, &chosen, (head, now, of.state == State::Open))?;
        }
    }
    Ok(())
}

/// One message for the address, one for each device; `closed` when the news is that the space is.
fn queue(
    tx: &mut Tx<'_>,
    pair: Pair,
    chosen: &Chosen,
    (head, now, closed): (Seq, Instant, bool),
) -> Answer<()> {
    let whose = if pair.is_own() { Whose::Own } else { Whose::Represented };
    let person = Some(pair.reader);
    let named = format!("{}-{}-{}", pair.reader, pair.person, head.0);
    if chosen.choice.address.is_some() {
        let payload = Errand { whose, device: None, closed }.write()?;
        tx.enqueue(Job { task: TELL, key: named.clone(), person, payload, due: now })?;
    }
    for device in &chosen.devices {
        let payload = Errand { whose, device: Some(device.id), closed }.write()?;
        tx.enqueue(Job { task: PUSH, key: format!("{named}-{}", device.id), person, payload, due: now })?;
    }
    Ok(())
}

/// The e-mail of a job, and to whom; `None` when she has changed her mind meanwhile, or her space is gone.
///
/// # Errors
/// Faults of the store.
pub fn mail(
    tx: &mut Tx<'_>,
    task: &str,
    payload: &str,
    id: PersonId,
    site: &Site<'_>,
) -> Answer<Option<Message>> {
    let Some(found) = person::load(tx, id)? else { return Ok(None) };
    let Some(choice) = queries::choice(tx, &found.key)? else { return Ok(None) };
    let language = choice.language();
    if task == CODE {
        return Ok(choice.asked.map(|asked| message::code(&asked.address, &asked.code, language, site)));
    }
    let errand = Errand::read(payload)?;
    let address = choice.address.filter(|_| errand.reaches(found.state));
    Ok(address.map(|address| message::news(&address, errand.whose, language, site)))
}

/// The notification of a job; `None` when the device is forgotten meanwhile, or her space is gone.
///
/// # Errors
/// Faults of the store.
pub fn notification(
    tx: &mut Tx<'_>,
    payload: &str,
    id: PersonId,
    house: &push::House<'_>,
) -> Answer<Option<push::Letter>> {
    let errand = Errand::read(payload)?;
    let found = person::load(tx, id)?.filter(|found| errand.reaches(found.state));
    let (Some(found), Some(device)) = (found, errand.device) else { return Ok(None) };
    push::letter(tx, &found.key, device, errand.whose, house)
}

/// Writes down that she was told: by `email` or `push`.
///
/// # Errors
/// Faults of the store.
pub fn sent(tx: &mut Tx<'_>, id: PersonId, visit: &Visit, by: &str) -> Answer<()> {
    let Some(found) = person::load(tx, id)? else { return Ok(()) };
    let line = Line::of(visit).about(by);
    let act = Act { kind: Kind::NoticeSent, at: visit.now, entry: None, line, data: None, blob: None };
    tx.append(&found.key, act)?;
    Ok(())
}

/// The push service says that this device is gone: forgets it, and says so in her journal.
///
/// # Errors
/// Faults of the store.
pub fn gone(tx: &mut Tx<'_>, id: PersonId, device: i64, visit: &Visit) -> Answer<()> {
    let Some(found) = person::load(tx, id)? else { return Ok(()) };
    tx.lock_person(id)?;
    if !push::forget(tx, &found.key, device)? {
        return Ok(());
    }
    let chosen = Chosen::load(tx, &found.key)?;
    super::follow(tx, &found.key, chosen)?;
    let line = Line::of(visit).about(push::GONE);
    let act = Act { kind: Kind::NoticeChosen, at: visit.now, entry: None, line, data: None, blob: None };
    tx.append(&found.key, act)?;
    Ok(())
}
