//! Changing the master key while the house is open, and erasing a space.
//!
//! A new generation is saved in the keyring file before anything is wrapped by it; then every person's key is wrapped again, in batches,
//! while reading and writing go on. An interrupted rotation goes on where it stopped: what is left is what
//! still names an old generation. Retiring an old generation afterwards is what makes erasure reach backups
//! (docs/operations/keys.md).

use std::path::Path;

use kernel::{Fault, PersonId, Refusal, Seq};

use crate::acts::range;
use crate::keys::{Keyring, check_of, newest};
use crate::tx::Tx;
use crate::{Store, args, queries};

impl Store {
    /// Wraps every person's key with a new generation of the master key, or finishes a rotation that was
    /// interrupted. `batch` persons per transaction; `progress` hears how many were done in all. Answers the
    /// generation.
    ///
    /// # Errors
    /// When the keyring cannot be saved or a key does not open; what was wrapped stays wrapped.
    pub fn rotate(&self, keyring: &Path, batch: u32, mut progress: impl FnMut(u64)) -> Result<i64, Refusal> {
        let unfinished = self.stale(PersonId(0), 1)? > 0;
        let generation = if unfinished {
            self.keyring().generation()
        } else {
            self.keyring().begin_generation(keyring)?
        };
        self.write(|tx| {
            let keyring = tx.keyring().clone();
            Ok(crate::house::check_keys(&mut tx.connection, &keyring)?)
        })
        .wait()?;
        let (mut after, mut done) = (PersonId(0), 0);
        while let Some((last, count)) = self.rewrap(after, batch)? {
            after = last;
            done += count;
            progress(done);
        }
        Ok(generation)
    }

    /// How many persons after `after` (at most `most`) are not under the newest generation.
    fn stale(&self, after: PersonId, most: u32) -> Result<usize, Refusal> {
        self.read(move |tx| {
            let newest = tx.keyring().generation();
            Ok(tx.all(queries::STALE_KEYS, args![after, newest, most], |row| row.int(0))?.len())
        })
        .wait()
    }

    fn rewrap(&self, after: PersonId, batch: u32) -> Result<Option<(PersonId, u64)>, Refusal> {
        self.write(move |tx| {
            let keyring = tx.keyring().clone();
            let stale = tx.all(queries::STALE_KEYS, args![after, keyring.generation(), batch], |row| {
                Ok((PersonId(row.int(0)?), row.int(1)?, row.bytes(2)?))
            })?;
            let mut done = None;
            for (person, generation, wrapped) in stale {
                let key = keyring.unwrap(person, generation, &wrapped)?;
                let fresh = keyring.wrap(&key)?;
                tx.exec(queries::REWRAP, args![person, fresh.generation, fresh.bytes, generation])?;
                done = Some((person, done.map_or(1, |(_, count)| count + 1)));
            }
            Ok(done)
        })
        .wait()
    }

    /// Destroys an old generation of the master key: refused while any person's key is still wrapped by it.
    /// Backups made before the rotation lose the keys of everybody, and so of those who were erased since.
    ///
    /// The file comes first, the database's memory of the generation after it, the keyring at hand last. Whatever is cut
    /// short is finished by the next start ([`crate::house::check_keys`]) or by asking again.
    ///
    /// # Errors
    /// [`Fault::Keys`] when the generation is the newest or still in use; the file has it then.
    pub fn retire(&self, generation: i64, keyring: &Path) -> Result<(), Refusal> {
        self.retire_from(generation, |all, without| match without {
            Some(number) => all.save_without(number, keyring),
            None => all.save(keyring),
        })
    }

    /// The same with what writes the keyring: without a generation, or whole.
    pub(crate) fn retire_from(
        &self,
        generation: i64,
        write: impl Fn(&Keyring, Option<i64>) -> Result<(), Fault>,
    ) -> Result<(), Refusal> {
        if generation == self.keyring().generation() {
            return Err(newest(generation).into());
        }
        self.read(move |tx| Ok(is_unused(tx, generation)?)).wait()?;
        write(self.keyring(), Some(generation))?;
        let let_go = self.write(move |tx| {
            // A node that has not heard of the rotation may have wrapped a key meanwhile.
            is_unused(tx, generation)?;
            tx.exec(queries::DROP_HOUSE_VALUE, args![check_of(generation)])?;
            Ok(())
        });
        if let Err(refusal) = let_go.wait() {
            write(self.keyring(), None)?;
            return Err(refusal);
        }
        Ok(self.keyring().forget_generation(generation)?)
    }
}

fn is_unused(tx: &mut Tx<'_>, generation: i64) -> Result<(), Fault> {
    match crate::house::wraps(&mut tx.connection, generation)? {
        0 => Ok(()),
        used => Err(Fault::Keys(format!("generation {generation} still wraps the keys of {used} persons"))),
    }
}

impl Tx<'_> {
    /// Erases a space: her key, her identity, every content, every state kept and where her leaves are in the log.
    /// What remains of her acts is their hashes and what nobody can open.
    pub fn erase_space(&mut self, person: PersonId) -> Result<(), Fault> {
        self.must_write()?;
        self.lock_person(person)?;
        let (from, to) = range(person, Seq(0));
        self.exec(queries::ERASE_KEY, args![person])?;
        self.exec(queries::ERASE_CONTENTS, args![person, from, to])?;
        // Not while leaves are being made: one of hers would be left behind.
        self.exec(queries::HOLD_LOG, args![crate::log::SIGNED, 0i64])?;
        self.exec(queries::ERASE_LOG_LEAVES, args![person])?;
        self.exec(queries::ERASE_SNAPSHOTS, args![person])?;
        self.exec(queries::ERASE_BLOBS, args![person]).map(|_| ())
    }
}
