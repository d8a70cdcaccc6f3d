//! The log's name and the keys that sign for it.
//!
//! A key is derived from the root of the keyring by its number, so there is nothing more to keep apart, and every
//! node that has the keyring can sign. Which numbers sign is a value of the house: after a rotation the old key and
//! the new one sign side by side, until the old one is retired and those who kept it have taken up the new one.

use kernel::{Answer, Fault, Refusal};

use super::Terms;
use super::note::{Kind, Signer};
use crate::tx::Tx;
use crate::{Pending, Store, args, queries};

const ORIGIN: &str = "log-origin";
const NUMBERS: &str = "log-keys";

fn signer(tx: &Tx<'_>, origin: &str, number: u32) -> Result<Signer, Fault> {
    let seed = tx.keyring().keyed_hash("transparency log", &number.to_be_bytes());
    Signer::from_seed(origin, Kind::Log, &seed)
}

impl Tx<'_> {
    pub(crate) fn house_value(&mut self, name: &'static str) -> Result<Option<Vec<u8>>, Fault> {
        self.one(queries::HOUSE_VALUE, args![name], |row| row.bytes(0))
    }

    fn log_origin(&mut self, terms: &Terms) -> Result<String, Fault> {
        let kept = self.house_value(ORIGIN)?;
        Ok(kept.and_then(|kept| String::from_utf8(kept).ok()).unwrap_or_else(|| terms.origin.clone()))
    }

    fn log_numbers(&mut self) -> Result<Vec<u32>, Fault> {
        let kept = self.house_value(NUMBERS)?.unwrap_or_default();
        let numbers: Vec<u32> = kept.as_chunks().0.iter().map(|four| u32::from_be_bytes(*four)).collect();
        Ok(if numbers.is_empty() { vec![1] } else { numbers })
    }

    /// Everybody who signs for the log, the oldest key first.
    pub(crate) fn log_signers(&mut self, terms: &Terms) -> Result<Vec<Signer>, Fault> {
        let origin = self.log_origin(terms)?;
        self.log_numbers()?.into_iter().map(|number| signer(self, &origin, number)).collect()
    }

    /// The public keys of the log, the oldest first.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn log_keys(&mut self, terms: &Terms) -> Result<Vec<super::note::VerifierKey>, Fault> {
        Ok(self.log_signers(terms)?.iter().map(|signer| signer.verifier().clone()).collect())
    }

    /// Keeps the name that the log begins with: its identity stays when the operator's address changes.
    pub(super) fn keep_log_origin(&mut self, terms: &Terms) -> Result<(), Fault> {
        if self.house_value(ORIGIN)?.is_none() {
            self.name_log(&terms.origin)?;
        }
        Ok(())
    }

    /// Gives the log the name that it signs with from now on.
    pub(super) fn name_log(&mut self, origin: &str) -> Result<(), Fault> {
        self.exec(queries::PUT_HOUSE_VALUE, args![ORIGIN, origin.as_bytes()]).map(|_| ())
    }
}

impl Store {
    /// Makes a new key for the log, which signs beside the old ones from the next checkpoint on. Answers its number.
    pub fn rotate_log_key(&self) -> Pending<u32> {
        self.write(|tx| {
            let mut numbers = tx.log_numbers()?;
            let next = numbers.iter().max().map_or(1, |last| last + 1);
            numbers.push(next);
            put(tx, &numbers)?;
            Ok(next)
        })
    }

    /// Lets every key but the newest one sign no more. Answers how many were retired.
    pub fn retire_log_keys(&self) -> Pending<usize> {
        self.write(|tx| -> Answer<usize> {
            let mut numbers = tx.log_numbers()?;
            let newest =
                numbers.pop().ok_or_else(|| Refusal::from(Fault::Keys("the log has no key".into())))?;
            put(tx, &[newest])?;
            Ok(numbers.len())
        })
    }
}

fn put(tx: &mut Tx<'_>, numbers: &[u32]) -> Result<(), Fault> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    tx.exec(queries::PUT_HOUSE_VALUE, args![NUMBERS, bytes]).map(|_| ())
}
