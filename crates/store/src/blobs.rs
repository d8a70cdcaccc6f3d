//! Contents of documents. What packs into [`INLINE`] bytes lies in the act's own row; the rest beside it, in
//! sealed chunks: on SQLite one file each, on PostgreSQL rows of a table, in the same transaction.
//!
//! Files are written before the commit that names them and synced as a group with it ([`Files::sync`]), so a
//! document is there whole or not at all. What a lost transaction leaves behind is swept by `doctor`. Equal
//! content in one space has one name, keyed by the space, and is kept once.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use kernel::{Fault, PersonId};

use crate::acts::sha256;
use crate::dictionaries::{Sample, pack, unpack};
use crate::keys::{SpaceKey, random};
use crate::queries;
use crate::seal::{Clear, Part};
use crate::tx::Tx;

/// Up to this many packed bytes a content lies in the act's row: larger rows cost more than a file does
/// (docs/benchmarks.md).
pub(crate) const INLINE: usize = 16 * 1024;

/// First byte of a row's content that lies elsewhere; 16 bytes of its name follow. Dictionaries never get
/// this number.
pub(crate) const ELSEWHERE: u8 = 255;

/// Plain bytes of a chunk.
const CHUNK: usize = 256 * 1024;

/// Length of the tag behind each chunk.
const TAG: usize = 16;

/// First bytes of a sealed content: format, dictionary, nonce.
const HEAD: usize = 2 + NONCE_LEN;

/// Format of a sealed content.
const FORMAT: u8 = 1;

/// The name of a content within its space.
pub(crate) type Name = [u8; 16];

/// A content to be deposited, hashed and packed. Making it takes longer than anything else about a deposit:
/// make it before the transaction, where others do not wait for it ([`Tx::append_content`]).
#[derive(Clone)]
pub struct Content {
    hash: [u8; 32],
    length: u64,
    version: u8,
    packed: Vec<u8>,
}

impl Content {
    /// Hashes and packs a content as it came.
    #[must_use]
    pub fn new(plain: Vec<u8>) -> Self {
        let (hash, length) = (sha256(&plain), plain.len() as u64);
        let (version, packed) = pack(Sample::Content, &plain);
        let packed = match packed {
            Cow::Owned(packed) => Some(packed),
            Cow::Borrowed(_) => None,
        };
        Self { hash, length, version, packed: packed.unwrap_or(plain) }
    }

    /// SHA-256 of the content as it came.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.hash
    }

    /// What the act's line remembers of it.
    pub(crate) fn claim(&self) -> ([u8; 32], u64) {
        (self.hash, self.length)
    }
}

impl From<Vec<u8>> for Content {
    fn from(plain: Vec<u8>) -> Self {
        Self::new(plain)
    }
}

/// Says how much there is, never what.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.length)
    }
}

/// Seals a content; answers what the act's row keeps of it.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    clear: &Clear,
    content: &Content,
) -> Result<Vec<u8>, Fault> {
    let Content { hash, version, packed, .. } = content;
    let version = *version;
    if packed.len() <= INLINE {
        return clear.seal(key, Part::Blob, &[], (version, packed));
    }
    let name = key.content_name(hash);
    let person = key.person();
    let house = tx.house;
    match &house.files {
        Some(files) => {
            let path = files.path(person, &name);
            if !is_whole(key, &name, &path, hash) {
                let chunks = seal_chunks(key, &name, version, packed)?;
                files.write(&path, &chunks)?;
                tx.created.push(path);
            }
        }
        None => put_rows(tx, key, &name, version, packed)?,
    }
    Ok([&[ELSEWHERE], name.as_slice()].concat())
}

/// The reverse of [`put`]; `length` is what the act's line says.
pub(crate) fn get(
    tx: &mut Tx<'_>,
    key: &SpaceKey,
    clear: &Clear,
    stored: &[u8],
    length: u64,
) -> Result<Vec<u8>, Fault> {
    let plain = match elsewhere(stored) {
        Some(name) => {
            let chunks = match &tx.house.files {
                Some(files) => read(&files.path(key.person(), &name))?,
                None => get_rows(tx, key.person(), &name)?,
            };
            open_chunks(key, &name, &chunks)?
        }
        None => {
            let (version, packed) = clear.open(key, Part::Blob, stored)?;
            unpack(version, &packed)?
        }
    };
    if plain.len() as u64 == length {
        Ok(plain)
    } else {
        Err(Fault::Damaged(format!("a content of person {} has a wrong length", key.person())))
    }
}

/// The name in a row's content, when it lies elsewhere.
pub(crate) fn elsewhere(stored: &[u8]) -> Option<Name> {
    match stored.split_first() {
        Some((&ELSEWHERE, name)) => name.try_into().ok(),
        _ => None,
    }
}

fn aad(person: PersonId, name: &Name, version: u8, chunk: u32, last: bool) -> [u8; 30] {
    let mut aad = [0; 30];
    aad[0..8].copy_from_slice(&person.0.to_be_bytes());
    aad[8..24].copy_from_slice(name);
    aad[24] = version;
    aad[25..29].copy_from_slice(&chunk.to_be_bytes());
    aad[29] = u8::from(last);
    aad
}

fn nonce(base: &[u8; NONCE_LEN], chunk: u32) -> Nonce {
    let mut nonce = *base;
    for (byte, number) in nonce[NONCE_LEN - 4..].iter_mut().zip(chunk.to_be_bytes()) {
        *byte ^= number;
    }
    Nonce::assume_unique_for_key(nonce)
}

fn seal_chunks(key: &SpaceKey, name: &Name, version: u8, packed: &[u8]) -> Result<Vec<u8>, Fault> {
    let base: [u8; NONCE_LEN] = random()?;
    let count = packed.len().div_ceil(CHUNK).max(1);
    let mut out = Vec::with_capacity(HEAD + packed.len() + count * TAG);
    out.extend_from_slice(&[FORMAT, version]);
    out.extend_from_slice(&base);
    for (i, plain) in packed.chunks(CHUNK).enumerate() {
        let number =
            u32::try_from(i).map_err(|_| Fault::Internal("a content has too many chunks".to_owned()))?;
        let start = out.len();
        out.extend_from_slice(plain);
        let aad = Aad::from(aad(key.person(), name, version, number, i + 1 == count));
        let tag = key
            .aes()
            .seal_in_place_separate_tag(nonce(&base, number), aad, &mut out[start..])
            .map_err(|_| Fault::Internal("sealing failed".to_owned()))?;
        out.extend_from_slice(tag.as_ref());
    }
    Ok(out)
}

fn open_chunks(key: &SpaceKey, name: &Name, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let person = key.person();
    let damaged = |what: &str| {
        Fault::Damaged(format!("content {} of person {person}: {what}", kernel::codes::hex(name)))
    };
    if sealed.len() <= HEAD || sealed[0] != FORMAT {
        return Err(damaged("it is torn or of an unknown format"));
    }
    let version = sealed[1];
    let mut base = [0; NONCE_LEN];
    base.copy_from_slice(&sealed[2..HEAD]);
    let body = &sealed[HEAD..];
    let count = body.len().div_ceil(CHUNK + TAG);
    let mut packed = Vec::with_capacity(body.len());
    for (i, chunk) in body.chunks(CHUNK + TAG).enumerate() {
        let number = u32::try_from(i).map_err(|_| damaged("it has too many chunks"))?;
        let mut chunk = chunk.to_vec();
        let aad = Aad::from(aad(person, name, version, number, i + 1 == count));
        let plain = key
            .aes()
            .open_in_place(nonce(&base, number), aad, &mut chunk)
            .map_err(|_| damaged(&format!("chunk {} does not open", i + 1)))?;
        packed.extend_from_slice(plain);
    }
    unpack(version, &packed)
}

fn put_rows(tx: &mut Tx<'_>, key: &SpaceKey, name: &Name, version: u8, packed: &[u8]) -> Result<(), Fault> {
    let person = key.person();
    if tx.one(queries::HAS_BLOB, crate::args![person, name], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let sealed = seal_chunks(key, name, version, packed)?;
    add_rows(tx, person, name, &sealed)
}

/// Puts a sealed content back where this store keeps contents.
pub(crate) fn restore(tx: &mut Tx<'_>, person: PersonId, name: &Name, sealed: &[u8]) -> Result<(), Fault> {
    let house = tx.house;
    match &house.files {
        Some(files) => {
            let path = files.path(person, name);
            files.write(&path, sealed)?;
            tx.created.push(path);
            Ok(())
        }
        None => add_rows(tx, person, name, sealed),
    }
}

fn add_rows(tx: &mut Tx<'_>, person: PersonId, name: &Name, sealed: &[u8]) -> Result<(), Fault> {
    for (i, bytes) in sealed.chunks(CHUNK).enumerate() {
        tx.later(queries::ADD_BLOB, crate::args![person, name, i as i64, bytes].to_vec())?;
    }
    Ok(())
}

fn get_rows(tx: &mut Tx<'_>, person: PersonId, name: &Name) -> Result<Vec<u8>, Fault> {
    let mut sealed = Vec::new();
    tx.each(queries::BLOB_CHUNKS, crate::args![person, name], |row| {
        row.with_bytes(0, |bytes| sealed.extend_from_slice(bytes.unwrap_or_default()))
    })?;
    if sealed.is_empty() {
        return Err(missing(person, name));
    }
    Ok(sealed)
}

fn missing(person: PersonId, name: &Name) -> Fault {
    Fault::Damaged(format!("content {} of person {person} is missing", kernel::codes::hex(name)))
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Fault::Damaged(format!("content {} is missing", path.display())),
        _ => Fault::from(e),
    })
}

/// True when the file is there and holds what its name promises. A file that a crash tore is written anew.
fn is_whole(key: &SpaceKey, name: &Name, path: &Path, hash: &[u8; 32]) -> bool {
    path.exists()
        && std::fs::read(path)
            .ok()
            .and_then(|sealed| open_chunks(key, name, &sealed).ok())
            .is_some_and(|plain| sha256(&plain) == *hash)
}

/// The folder of content files.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) root: PathBuf,
}

impl Files {
    /// Where a content lies: `<root>/<3 hex>/<person>-<name>`; all of a person in one of 4 096 folders.
    pub(crate) fn path(&self, person: PersonId, name: &Name) -> PathBuf {
        let folder = format!("{:03x}", person.0 & 0xfff);
        self.root.join(folder).join(format!("{person}-{}", kernel::codes::hex(name)))
    }

    /// Whose content a file is, by its name.
    pub(crate) fn owner(path: &Path) -> Option<(PersonId, Name)> {
        let (person, name) = path.file_name()?.to_str()?.split_once('-')?;
        let name = kernel::codes::from_hex(name)?.try_into().ok()?;
        Some((person.parse().ok()?, name))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Fault> {
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(path)?;
            file.write_all(bytes)
        };
        let written = write().or_else(|e| match (e.kind(), path.parent()) {
            (std::io::ErrorKind::NotFound, Some(folder)) => {
                std::fs::create_dir_all(folder)?;
                write()
            }
            _ => Err(e),
        });
        written.map_err(|e| {
            let _ = std::fs::remove_file(path);
            Fault::from(e)
        })
    }

    /// Makes the files of a group durable, names included. One sync of the file system costs about as much as
    /// one `fsync`, whatever the number of files (docs/benchmarks.md); it also waits for what others wrote
    /// there, so give the store a disk of its own where you can.
    pub(crate) fn sync(&self, created: &[PathBuf]) -> Result<(), Fault> {
        if created.is_empty() { Ok(()) } else { sync_all(&self.root, created) }
    }

    /// Removes the files of a transaction that is lost.
    pub(crate) fn discard(created: &[PathBuf]) {
        for path in created {
            // What stays is an orphan, which `doctor` sweeps.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Hands every content file to `each`.
    pub(crate) fn walk(&self, each: &mut dyn FnMut(&Path) -> Result<(), Fault>) -> Result<(), Fault> {
        for inner in folder(&self.root)? {
            for file in folder(&inner)? {
                each(&file)?;
            }
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn sync_all(root: &Path, _created: &[PathBuf]) -> Result<(), Fault> {
    let root = std::fs::File::open(root)?;
    rustix::fs::syncfs(root).map_err(|e| Fault::from(std::io::Error::from(e)))
}

#[cfg(not(target_os = "linux"))]
fn sync_all(root: &Path, created: &[PathBuf]) -> Result<(), Fault> {
    let folders: std::collections::BTreeSet<&Path> =
        created.iter().filter_map(|path| path.parent()).collect();
    let files = created.iter().map(PathBuf::as_path);
    for path in files.chain(folders).chain([root]) {
        std::fs::File::open(path)?.sync_all()?;
    }
    Ok(())
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}
