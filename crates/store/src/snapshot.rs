//! Snapshots: the state of a space as of an act, so that a long sequence opens as fast as a short one. They
//! can be rebuilt at any time and are never the truth.

use kernel::{Fault, Seq};

use crate::keys::SpaceKey;
use crate::queries;
use crate::tx::Tx;

/// Which state of a space is kept. Numbers are never given a new meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Slot {
    /// Who may see what.
    Sharing = 1,
    /// What the space holds.
    Record = 2,
}

impl Slot {
    /// The name the state is sealed under.
    fn field(self) -> &'static str {
        match self {
            Self::Sharing => "snapshot sharing",
            Self::Record => "snapshot record",
        }
    }
}

impl Tx<'_> {
    /// The state kept in `slot` and the act it includes last. A snapshot ahead of the sequence or one that
    /// does not open is a fault, not a reason to guess.
    pub fn snapshot(&mut self, key: &SpaceKey, slot: Slot) -> Result<Option<(Seq, Vec<u8>)>, Fault> {
        let found = self.one(queries::SNAPSHOT, crate::args![key.person(), slot as i64], |row| {
            Ok((row.int(0)?, row.bytes(1)?))
        })?;
        let Some((upto, sealed)) = found else { return Ok(None) };
        let plain = key.open_field(slot.field(), &sealed)?;
        let (sealed_upto, state) = plain
            .split_first_chunk::<4>()
            .ok_or_else(|| Fault::Damaged(format!("a snapshot of person {} is torn", key.person())))?;
        let seq = Seq(u32::from_be_bytes(*sealed_upto));
        if i64::from(seq.0) != upto {
            return Err(Fault::Damaged(format!("a snapshot of person {} was moved", key.person())));
        }
        Ok(Some((seq, state.to_vec())))
    }

    /// Keeps a state that includes every act up to `upto`. An older state never replaces a newer one.
    pub fn put_snapshot(&mut self, key: &SpaceKey, slot: Slot, upto: Seq, bytes: &[u8]) -> Result<(), Fault> {
        self.must_write()?;
        let sealed = key.seal_field(slot.field(), &[&upto.0.to_be_bytes(), bytes].concat())?;
        self.later(queries::PUT_SNAPSHOT, crate::args![key.person(), slot as i64, upto, sealed].to_vec())
    }
}
