//! Finding somebody or something by the words it is called by: what is typed begins words of the name.
//!
//! A search reads the index for its rarest word and compares the others itself, so it costs the same in a country of any
//! size. Of a word that very many are called by, some are found: whoever searches says more.

use std::collections::BTreeSet;

use kernel::Fault;
use kernel::text::fold;
use store::Tx;

use super::queries;

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A professional, by name.
    Professional,
    /// A place with a FINESS number, by name, town and number.
    Place,
}

impl What {
    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Place => "place",
        }
    }
}

/// More than anybody reads, so that those which the other words leave out do not leave too few.
pub const MOST: u32 = 1000;

/// The words of a name, each once.
#[must_use]
pub fn words(name: &str) -> BTreeSet<String> {
    fold(name).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether every word that was typed begins one of these.
#[must_use]
pub fn fits(typed: &BTreeSet<String>, words: &BTreeSet<String>) -> bool {
    typed.iter().all(|typed| words.iter().any(|word| word.starts_with(typed)))
}

/// Behind every word that begins with this one, in the order of bytes.
#[must_use]
pub fn behind(word: &str) -> String {
    format!("{word}\u{10ffff}")
}

/// Writes down by which words something is found from now on.
///
/// # Errors
/// Faults of the store.
pub fn put(
    tx: &mut Tx<'_>,
    what: What,
    id: &str,
    before: &BTreeSet<String>,
    now: &BTreeSet<String>,
) -> Result<(), Fault> {
    queries::put_words(tx, what, id, before, now)
}

/// Of the words that were typed the one that fewest are called by; `None` when nothing was typed.
///
/// # Errors
/// Faults of the store.
pub fn rarest<'t>(
    tx: &mut Tx<'_>,
    what: What,
    typed: &'t BTreeSet<String>,
) -> Result<Option<&'t str>, Fault> {
    let mut rarest: Option<(i64, &str)> = None;
    for word in typed {
        let count = queries::count_called(tx, what, word, MOST)?;
        if rarest.is_none_or(|(least, _)| count < least) {
            rarest = Some((count, word));
        }
    }
    Ok(rarest.map(|(_, word)| word))
}
