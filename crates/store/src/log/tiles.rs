//! Tiles: the tree as others fetch it (c2sp.org/tlog-tiles), and how it is kept.
//!
//! Entries are kept in bundles of 256, hashes above them in tiles of 256. The hashes of level 0 are not kept, since
//! they follow from the entries. A partial tile is the beginning of what becomes the full one, so one row serves
//! every size.

use std::collections::HashMap;

use kernel::Fault;

use super::leaf::{ENTRY, Entry};
use super::stored;
use super::tree::{Hash, Subtrees, fold, leaf_hash};
use crate::tx::Tx;
use crate::{args, queries};

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;
/// Levels of the tree in one tile.
const HEIGHT: u32 = 8;

/// A tile or a bundle of entries, as its address names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Level; `None` for entries.
    pub level: Option<u32>,
    /// Which one of its level.
    pub n: u64,
    /// How many hashes or entries.
    pub width: u64,
}

impl Address {
    /// Reads what follows `tile/`: `0/x001/x234/067`, `entries/000.p/17`.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => None,
            number => Some(plain(number).filter(|level| *level < 64)? as u32),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, plain(width).filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let mut n: u64 = 0;
        let mut groups = index.split('/').peekable();
        while let Some(group) = groups.next() {
            let digits = match groups.peek() {
                Some(_) => group.strip_prefix('x')?,
                None => group,
            };
            if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            n = n.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let address = Self { level, n, width };
        // One tile has one address: no leading group of zeros.
        (address.index() == index).then_some(address)
    }

    fn index(&self) -> String {
        let mut written = format!("{:03}", self.n % 1000);
        let mut rest = self.n / 1000;
        while rest > 0 {
            written = format!("x{:03}/{written}", rest % 1000);
            rest /= 1000;
        }
        written
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.level {
            Some(level) => write!(f, "{level}/{}", self.index())?,
            None => write!(f, "entries/{}", self.index())?,
        }
        if self.width < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// A decimal number without leading zeros.
fn plain(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn missing(what: &str, n: u64) -> Fault {
    Fault::Damaged(format!("{what} {n} of the transparency log is not there"))
}

/// Reads tiles, each once.
pub(crate) struct Tiles<'t, 'a> {
    tx: &'t mut Tx<'a>,
    known: HashMap<(u32, u64), Vec<Hash>>,
}

impl<'t, 'a> Tiles<'t, 'a> {
    pub(crate) fn new(tx: &'t mut Tx<'a>) -> Self {
        Self { tx, known: HashMap::new() }
    }

    fn tile(&mut self, level: u32, n: u64) -> Result<&[Hash], Fault> {
        if !self.known.contains_key(&(level, n)) {
            let hashes = match level {
                0 => entries(self.tx, n)?.iter().map(|entry| leaf_hash(entry)).collect(),
                _ => hashes(self.tx, level, n)?,
            };
            self.known.insert((level, n), hashes);
        }
        Ok(self.known.get(&(level, n)).map(Vec::as_slice).unwrap_or_default())
    }
}

impl Subtrees for Tiles<'_, '_> {
    type Error = Fault;

    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, Fault> {
        let (level, within) = (height / HEIGHT, height % HEIGHT);
        let first = index << within;
        let (n, from) = (first / WIDTH, (first % WIDTH) as usize);
        let tile = self.tile(level, n)?;
        let part = tile.get(from..from + (1 << within)).ok_or_else(|| missing("a hash of tile", n))?;
        Ok(fold(part.to_vec()))
    }
}

/// The entries of a bundle, none when there is no such bundle.
pub(crate) fn entries(tx: &mut Tx<'_>, n: u64) -> Result<Vec<Entry>, Fault> {
    let kept = tx.one(queries::LOG_BUNDLE, args![stored(n)], |row| row.bytes(0))?.unwrap_or_default();
    let (entries, rest) = kept.as_chunks::<ENTRY>();
    if rest.is_empty() { Ok(entries.to_vec()) } else { Err(missing("an entry of bundle", n)) }
}

/// The hashes of a tile above the leaves, none when there is no such tile.
pub(crate) fn hashes(tx: &mut Tx<'_>, level: u32, n: u64) -> Result<Vec<Hash>, Fault> {
    let kept = tx.one(queries::LOG_TILE, args![level, stored(n)], |row| row.bytes(0))?.unwrap_or_default();
    let (hashes, rest) = kept.as_chunks::<32>();
    if rest.is_empty() { Ok(hashes.to_vec()) } else { Err(missing("a hash of tile", n)) }
}

/// Appends entries to a log of `size` leaves.
pub(crate) fn append(tx: &mut Tx<'_>, size: u64, new: &[Entry]) -> Result<(), Fault> {
    let mut open: HashMap<u32, (u64, Vec<Hash>)> = HashMap::new();
    let mut n = size / WIDTH;
    let mut bundle = if size.is_multiple_of(WIDTH) { Vec::new() } else { entries(tx, n)? };
    bundle.truncate((size % WIDTH) as usize);
    if bundle.len() as u64 != size % WIDTH {
        return Err(missing("an entry of bundle", n));
    }
    for entry in new {
        bundle.push(*entry);
        if bundle.len() as u64 == WIDTH {
            let root = fold(bundle.iter().map(|entry| leaf_hash(entry)).collect());
            put_bundle(tx, n, &bundle)?;
            carry(tx, &mut open, 1, n, root)?;
            bundle.clear();
            n += 1;
        }
    }
    if !bundle.is_empty() {
        put_bundle(tx, n, &bundle)?;
    }
    for (level, (n, hashes)) in open {
        put_tile(tx, level, n, &hashes)?;
    }
    Ok(())
}

/// Enters the root of a full tile as hash `index` of the level above it, and goes on upwards when that fills too.
fn carry(
    tx: &mut Tx<'_>,
    open: &mut HashMap<u32, (u64, Vec<Hash>)>,
    mut level: u32,
    mut index: u64,
    mut hash: Hash,
) -> Result<(), Fault> {
    loop {
        let (n, at) = (index / WIDTH, (index % WIDTH) as usize);
        let mut tile = match open.remove(&level) {
            Some((known, tile)) if known == n => tile,
            _ if at == 0 => Vec::new(),
            _ => hashes(tx, level, n)?,
        };
        tile.truncate(at);
        if tile.len() != at {
            return Err(missing("a hash of tile", n));
        }
        tile.push(hash);
        if (tile.len() as u64) < WIDTH {
            open.insert(level, (n, tile));
            return Ok(());
        }
        put_tile(tx, level, n, &tile)?;
        hash = fold(tile);
        (level, index) = (level + 1, n);
    }
}

fn put_bundle(tx: &mut Tx<'_>, n: u64, entries: &[Entry]) -> Result<(), Fault> {
    tx.later(queries::PUT_LOG_BUNDLE, args![stored(n), entries.as_flattened()].to_vec())
}

fn put_tile(tx: &mut Tx<'_>, level: u32, n: u64, hashes: &[Hash]) -> Result<(), Fault> {
    tx.later(queries::PUT_LOG_TILE, args![level, stored(n), hashes.as_flattened()].to_vec())
}

/// A tile or bundle as the door sends it; `None` when a log of `size` leaves has none of this width.
pub(crate) fn serve(tx: &mut Tx<'_>, address: Address, size: u64) -> Result<Option<Vec<u8>>, Fault> {
    let level = address.level.unwrap_or(0);
    let Some(end) = address.n.checked_mul(WIDTH).and_then(|from| from.checked_add(address.width)) else {
        return Ok(None);
    };
    // How many hashes this level has in all.
    let whole = size.checked_shr(level * HEIGHT).unwrap_or(0);
    if end > whole {
        return Ok(None);
    }
    let width = address.width as usize;
    let bytes = match address.level {
        None => {
            let kept = entries(tx, address.n)?;
            let wanted = kept.get(..width).ok_or_else(|| missing("an entry of bundle", address.n))?;
            let length = (ENTRY as u16).to_be_bytes();
            wanted.iter().flat_map(|entry| length.iter().chain(entry)).copied().collect()
        }
        Some(level) => {
            let mut tiles = Tiles::new(tx);
            let tile = tiles.tile(level, address.n)?;
            tile.get(..width).ok_or_else(|| missing("a hash of tile", address.n))?.as_flattened().to_vec()
        }
    };
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_specification() {
        for (text, level, n, width) in [
            ("0/x001/x234/067", Some(0), 1_234_067, 256),
            ("entries/000.p/17", None, 0, 17),
            ("1/000.p/1", Some(1), 0, 1),
            ("63/999", Some(63), 999, 256),
            ("entries/x001/000", None, 1000, 256),
        ] {
            let address = Address { level, n, width };
            assert_eq!(Address::parse(text), Some(address), "{text}");
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn whatever_is_no_address_is_refused() {
        for text in [
            "",
            "0",
            "0/",
            "0/67",
            "0/1/067",
            "0/x000/067",
            "00/067",
            "64/000",
            "0/067.p/0",
            "0/067.p/256",
            "0/067.p/01",
            "0/x067",
            "-1/067",
            "0/+67",
            "0/067/",
            "0/x001/x234/67",
            "leaves/000",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
