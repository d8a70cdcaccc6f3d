//! Heads that moved and are not in the log yet: one row a commit, written by that commit itself.

use std::collections::{BTreeMap, HashMap};

use kernel::{Fault, PersonId, Seq};

use super::tree::Hash;
use crate::acts::Head;
use crate::engine::Connection;
use crate::keys::random;
use crate::tx::Tx;
use crate::{args, queries};

/// Bytes of a head in a row: the clustered key of the act and its hash.
const LENGTH: usize = 40;
/// Rows taken at a time, and heads after which no further row is opened: deposits wait for the one writer while it makes
/// leaves, so it makes few at a time.
const ROWS: usize = 128;
const HEADS: usize = 128;

/// Writes down which heads a commit moves.
pub(crate) fn put(connection: &mut Connection<'_>, moved: &HashMap<PersonId, Head>) -> Result<(), Fault> {
    if moved.is_empty() {
        return Ok(());
    }
    let mut heads = Vec::with_capacity(moved.len() * LENGTH);
    for (person, (seq, hash)) in moved {
        heads.extend_from_slice(&person.act_key(*seq).to_be_bytes());
        heads.extend_from_slice(hash);
    }
    // Nodes do not agree on numbers; 63 random bits are nobody else's.
    let id = i64::from_be_bytes(random()?) & i64::MAX;
    connection.later(queries::ADD_LOG_DUE, args![id, heads].to_vec())
}

/// Heads that are due, each person's last one, and the rows that they come from.
#[derive(Default)]
pub(crate) struct Due {
    pub(crate) heads: BTreeMap<PersonId, (Seq, Hash)>,
    rows: Vec<i64>,
    /// True when there may be more.
    pub(crate) more: bool,
}

impl Due {
    /// Takes one or two hundred.
    pub(crate) fn take(tx: &mut Tx<'_>) -> Result<Self, Fault> {
        let mut due = Self::default();
        let mut seen = 0;
        tx.each(queries::LOG_DUE, args![ROWS as i64], |row| {
            seen += 1;
            if due.heads.len() >= HEADS {
                due.more = true;
                return Ok(());
            }
            due.rows.push(row.int(0)?);
            row.with_bytes(1, |heads| due.read(heads.unwrap_or_default()))?
        })?;
        due.more |= seen == ROWS;
        Ok(due)
    }

    fn read(&mut self, heads: &[u8]) -> Result<(), Fault> {
        let (heads, rest) = heads.as_chunks::<LENGTH>();
        if !rest.is_empty() {
            return Err(Fault::Damaged("a row of heads that are due for the log is torn".to_owned()));
        }
        for head in heads {
            let (mut key, mut hash) = ([0; 8], [0; 32]);
            key.copy_from_slice(&head[..8]);
            hash.copy_from_slice(&head[8..]);
            let key = i64::from_be_bytes(key);
            let (person, seq) = (PersonId(key >> kernel::ids::SEQ_BITS), Seq::of_key(key));
            let last = self.heads.entry(person).or_insert((seq, hash));
            if last.0 < seq {
                *last = (seq, hash);
            }
        }
        Ok(())
    }

    /// Forgets the rows that were taken.
    pub(crate) fn done(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.rows.iter().try_for_each(|id| tx.later(queries::FORGET_LOG_DUE, args![*id].to_vec()))
    }
}
