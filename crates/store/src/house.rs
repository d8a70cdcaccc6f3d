//! What belongs to the whole house: its keys, and how the database recognises them.

use kernel::Fault;

use crate::blobs::Files;
use crate::engine::Connection;
use crate::keys::{Keyring, check_of};
use crate::{args, queries};

/// What every transaction can reach.
#[derive(Debug)]
pub struct House {
    pub(crate) keyring: Keyring,
    /// Where large contents lie, when they lie in files.
    pub(crate) files: Option<Files>,
    /// How many statements were asked of the database: what a test compares instead of a stopwatch's time.
    #[cfg(feature = "testing")]
    pub(crate) statements: std::sync::atomic::AtomicU64,
}

impl House {
    pub(crate) const fn new(keyring: Keyring, files: Option<Files>) -> Self {
        Self {
            keyring,
            files,
            #[cfg(feature = "testing")]
            statements: std::sync::atomic::AtomicU64::new(0),
        }
    }

    /// One more statement.
    #[cfg(feature = "testing")]
    pub(crate) fn count(&self) {
        self.statements.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    #[cfg(not(feature = "testing"))]
    #[expect(clippy::unused_self, reason = "only tests count")]
    pub(crate) const fn count(&self) {}
}

/// Compares the keyring with what the database remembers of it, and remembers what is new. A keyring of
/// another house, or one without a generation that still wraps keys, is refused here, before anything is
/// served. An older generation that wraps nothing and is gone was retired; the database had not heard of it yet.
pub(crate) fn check_keys(connection: &mut Connection<'_>, keyring: &Keyring) -> Result<(), Fault> {
    let mut known = Vec::new();
    connection.each(queries::HOUSE_VALUES, &[], &mut |row| {
        known.push((row.text(0)?, row.bytes(1)?));
        Ok(())
    })?;
    let checks = keyring.checks();
    let fresh = !known.iter().any(|(name, _)| name.starts_with("key-check "));
    for (name, value) in known.iter().filter(|(name, _)| name.starts_with("key-check ")) {
        match checks.iter().find(|(own, _)| own == name) {
            Some((_, own)) if own.as_slice() == value => {}
            Some(_) => return Err(Fault::Keys(format!("this keyring belongs to another database ({name})"))),
            None if was_retired(connection, keyring, name)? => {
                connection.exec(queries::DROP_HOUSE_VALUE, args![name])?;
            }
            None => return Err(Fault::Keys(format!("the keyring lacks a key that is in use ({name})"))),
        }
    }
    for (name, value) in &checks {
        if fresh || !known.iter().any(|(own, _)| own == name) {
            connection.exec(queries::PUT_HOUSE_VALUE, args![name, value])?;
        }
    }
    Ok(())
}

/// Whether the generation of a check value is older than what the keyring wraps with, and wraps nobody's key.
fn was_retired(connection: &mut Connection<'_>, keyring: &Keyring, name: &str) -> Result<bool, Fault> {
    let older = keyring.generation() - 1;
    let of_name = (1..=older).find(|generation| check_of(*generation) == name);
    of_name.map_or(Ok(false), |generation| Ok(wraps(connection, generation)? == 0))
}

/// How many persons' keys a generation wraps.
pub(crate) fn wraps(connection: &mut Connection<'_>, generation: i64) -> Result<i64, Fault> {
    let count = connection.one(queries::COUNT_OF_GENERATION, args![generation], |row| row.int(0))?;
    Ok(count.unwrap_or(0))
}
