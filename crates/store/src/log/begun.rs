//! A log begun anew: the way out when this one can no longer be continued, because a backup that is older than what
//! others have seen of it was restored, or its leaves are damaged.
//!
//! The old log is closed, never mended: its last known checkpoint stands, with the date and the reason, in a
//! [`Statement`] that the first leaf of the new log commits to and that anybody may read. So beginning anew cannot be
//! done quietly, and whoever kept something of the old log is told what it can no longer prove.
//!
//! A store that was restored signs nothing until somebody has decided: go on ([`Store::continue_log`]), when nothing
//! was shown that is not here, or begin anew ([`Store::restart_log`]).

use kernel::{Answer, Fault, Instant, Refusal};
use serde::{Deserialize, Serialize};

use super::leaf::{ENTRY, Entry, Secret, renewed};
use super::note::{BadNote, Note};
use super::tree::sha256;
use super::{SIGNED, Terms, sweep, tiles};
use crate::keys::SpaceKey;
use crate::tx::Tx;
use crate::{Store, args, queries};

/// What the first field of a statement says.
pub const FORMAT: &str = "carnet-log-begun-1";
/// The label of the leaf that commits to the statement: nobody's.
const LABEL: &[u8; 16] = b"carnet-log-begun";
/// A reason longer than this is an essay (bytes).
const LONGEST: usize = 1000;

const STATEMENT: &str = "log-begun";
const HELD: &str = "log-held";

/// Why this log is not the first one of its house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// [`FORMAT`].
    pub format: String,
    /// The name of the log that begins with this.
    pub origin: String,
    /// Every log before it, the oldest first.
    pub closed: Vec<Closed>,
}

/// A log that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Its last known checkpoint, a signed note.
    pub checkpoint: String,
    /// When it was closed.
    pub at: Instant,
    /// Why, in the operator's words.
    pub reason: String,
}

impl Statement {
    /// Reads a statement; `None` when it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|statement: &Self| statement.format == FORMAT)
    }

    /// The log of this name, if it was closed, and its last known checkpoint.
    #[must_use]
    pub fn closing(&self, origin: &str) -> Option<(&Closed, Note)> {
        let mut notes =
            self.closed.iter().filter_map(|closed| Some((closed, closed.checkpoint.parse::<Note>().ok()?)));
        notes.find(|(_, note)| note.checkpoint.origin == origin)
    }

    /// What its successor says: that this log, whose last known checkpoint is `last`, was closed too.
    fn next(before: Option<Self>, last: &str, origin: &str, at: Instant, reason: &str) -> Self {
        let mut closed = before.map(|statement| statement.closed).unwrap_or_default();
        let first = closed.first().and_then(|closed| closed.checkpoint.lines().next()).unwrap_or(origin);
        let origin = format!("{first}/{}", closed.len() + 2);
        closed.push(Closed { checkpoint: last.to_owned(), at, reason: reason.to_owned() });
        Self { format: FORMAT.to_owned(), origin, closed }
    }
}

/// The first entry of a log that was begun anew: what commits to the statement, byte for byte.
#[must_use]
pub fn entry(statement: &str) -> Entry {
    let mut entry = [0; ENTRY];
    entry[..16].copy_from_slice(LABEL);
    entry[16..].copy_from_slice(&sha256(&[statement.as_bytes()]));
    entry
}

/// Under which secret a person's leaves stand in the log as it is now.
pub(crate) struct Era(Option<String>);

impl Era {
    pub(crate) fn secret(&self, key: &SpaceKey) -> Secret {
        let secret = key.log_secret();
        self.0.as_ref().map_or(secret, |origin| renewed(&secret, origin))
    }
}

fn torn() -> Fault {
    Fault::Damaged("the statement that the transparency log begins with is torn".to_owned())
}

impl Tx<'_> {
    /// The statement that the log begins with, byte for byte; `None` for the first log of a house.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_begun(&mut self) -> Result<Option<String>, Fault> {
        let kept = self.house_value(STATEMENT)?;
        kept.map(String::from_utf8).transpose().map_err(|_| torn())
    }

    pub(crate) fn log_era(&mut self) -> Result<Era, Fault> {
        let Some(text) = self.log_begun()? else { return Ok(Era(None)) };
        Statement::read(&text).map(|statement| Era(Some(statement.origin))).ok_or_else(torn)
    }

    /// Whether the log waits for a decision, since a backup was restored: no leaf is made before.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_is_held(&mut self) -> Result<bool, Fault> {
        Ok(self.house_value(HELD)?.is_some())
    }

    /// Makes the log of a house that was restored wait for a decision; one that had not begun has nothing to decide.
    pub(crate) fn hold_log(&mut self) -> Result<(), Fault> {
        if self.checkpoint_named(SIGNED)?.is_some() {
            self.exec(queries::PUT_HOUSE_VALUE, args![HELD, b"1"])?;
        }
        Ok(())
    }
}

impl Store {
    /// Goes on with the log of a house that was restored. `last` is the newest checkpoint of it that anybody was shown;
    /// what is wrong is answered when the log here does not begin with it.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn continue_log(&self, last: &Note) -> Answer<Result<(), String>> {
        let begins = self.log_begins_with(last)?;
        if begins.is_ok() {
            self.write(|tx| Ok(tx.exec(queries::DROP_HOUSE_VALUE, args![HELD])?)).wait()?;
        }
        Ok(begins)
    }

    /// Closes the log and begins a new one, in which every journal gets its place anew. `last` is the newest checkpoint
    /// of the old one that anybody was shown, when it is not the one here.
    ///
    /// # Errors
    /// [`Fault::Configuration`] when there is no log yet, no reason that fits on a line, or `last` is not signed by it.
    pub fn restart_log(
        &self,
        terms: &Terms,
        last: Option<&str>,
        reason: &str,
        now: Instant,
    ) -> Answer<Statement> {
        let mut newest = None;
        if let Some(text) = last {
            let note: Note = text.parse().map_err(|e: BadNote| refused(&e.to_string()))?;
            // A checkpoint that the log here continues is older than the log here; leaves that are damaged continue none.
            if !matches!(self.log_begins_with(&note), Ok(Ok(()))) {
                newest = Some((note, text.to_owned()));
            }
        }
        let (terms, reason) = (terms.clone(), reason.trim().to_owned());
        self.write(move |tx| restart(tx, &terms, newest, &reason, now)).wait()
    }
}

fn refused(why: &str) -> Refusal {
    Fault::Configuration(why.to_owned()).into()
}

/// What is about one log goes with it; what is due stays due.
const OF_ONE_LOG: [&str; 5] = [
    queries::FORGET_LOG_LEAVES,
    queries::FORGET_LOG_BUNDLES,
    queries::FORGET_LOG_TILES,
    queries::FORGET_LOG_HEAD,
    queries::FORGET_LOG_WITNESSES,
];

fn restart(
    tx: &mut Tx<'_>,
    terms: &Terms,
    last: Option<(Note, String)>,
    reason: &str,
    now: Instant,
) -> Answer<Statement> {
    if reason.is_empty() || reason.len() > LONGEST || reason.contains(char::is_control) {
        return Err(refused("a log is begun anew for a reason, told in a line"));
    }
    // Whoever has this row appends: no leaf is made meanwhile.
    tx.exec(queries::HOLD_LOG, args![SIGNED, now])?;
    let here = tx.checkpoint_named(SIGNED)?.ok_or_else(|| refused("the log has not begun"))?;
    let keys = tx.log_keys(terms)?;
    let last = match last {
        Some((note, _)) if !keys.iter().any(|key| note.is_signed_by(key)) => {
            return Err(refused("that checkpoint is not signed by a key of this log"));
        }
        Some((_, text)) => text,
        None => here.note,
    };
    let before = tx.log_begun()?.and_then(|text| Statement::read(&text));
    let origin = keys.first().map(|key| key.name.clone()).unwrap_or_default();
    let statement = Statement::next(before, &last, &origin, now, reason);
    let text = serde_json::to_string(&statement).map_err(|e| Fault::Internal(e.to_string()))?;
    for sql in OF_ONE_LOG {
        tx.exec(sql, &[])?;
    }
    tx.exec(queries::DROP_HOUSE_VALUE, args![HELD])?;
    tx.exec(queries::PUT_HOUSE_VALUE, args![STATEMENT, text.as_bytes()])?;
    tx.name_log(&statement.origin)?;
    sweep::catch_up_anew(tx)?;
    tiles::append(tx, 0, &[entry(&text)])?;
    sweep::sign(tx, terms, 1, now)?;
    Ok(statement)
}
