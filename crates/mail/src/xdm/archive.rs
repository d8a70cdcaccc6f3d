//! The zip: inflated within limits, names made comparable.

use std::cell::OnceCell;
use std::io::{Cursor, Read};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use kernel::codes::hex;
use zip::ZipArchive;
use zip::result::ZipError;

use super::Rejection;

/// How much an archive may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries, folders included.
    pub entries: usize,
    /// Bytes of one inflated entry.
    pub entry_bytes: u64,
    /// Bytes of all inflated entries.
    pub total_bytes: u64,
    /// How many times its size the archive may inflate to, beyond the first megabyte. Deflate cannot do
    /// more than 1032; clinical XML does 10 to 20.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 2000, entry_bytes: 25 << 20, total_bytes: 200 << 20, ratio: 200 }
    }
}

/// One file of the archive.
pub(super) struct Entry {
    /// Its path with forward slashes, as written.
    pub(super) path: String,
    /// The same in lower case, to compare.
    key: String,
    /// What it holds, until a document takes it.
    pub(super) bytes: Vec<u8>,
    /// True once a document took it. A file belongs to one document: else a small archive could stand for
    /// thousands of copies of its largest file.
    pub(super) taken: bool,
    sha1: OnceCell<String>,
}

impl Entry {
    /// SHA-1 in hexadecimal, computed once; meaningless after the file was taken.
    pub(super) fn sha1(&self) -> &str {
        self.sha1.get_or_init(|| sha1(&self.bytes))
    }
}

/// An inflated archive.
pub(super) struct Archive {
    pub(super) entries: Vec<Entry>,
}

/// Inflates an archive.
pub(super) fn inflate(zip_bytes: &[u8], limits: Limits) -> Result<Archive, Rejection> {
    let mut zip = ZipArchive::new(Cursor::new(zip_bytes)).map_err(|error| broken(&error))?;
    if zip.len() > limits.entries {
        return Err(Rejection::new(
            "xdm-too-many-entries",
            format!("The archive has {} entries; at most {} are taken.", zip.len(), limits.entries),
        ));
    }
    let allowed = (zip_bytes.len() as u64).saturating_mul(limits.ratio).saturating_add(1 << 20);
    let mut left = limits.total_bytes.min(allowed);
    let mut entries = Vec::with_capacity(zip.len());
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).map_err(|error| broken(&error))?;
        let path = safe_path(&file.name().map_err(|error| broken(&error))?)?;
        if file.is_dir() || path.ends_with('/') {
            continue;
        }
        if file.is_symlink() {
            return Err(Rejection::at("xdm-bad-name", path, "The archive holds a symbolic link."));
        }
        let most = limits.entry_bytes.min(left);
        let mut bytes = Vec::with_capacity(usize::try_from(file.size().min(most).min(1 << 20)).unwrap_or(0));
        // What the entry declares may be a lie; what is read counts.
        file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(|error| {
            Rejection::at("xdm-damaged", &path, format!("The entry cannot be inflated: {error}"))
        })?;
        let size = bytes.len() as u64;
        if size > most {
            return Err(Rejection::at(
                "xdm-too-large",
                path,
                format!(
                    "The entry inflates beyond what is taken ({} bytes each, {} together, {} times the archive).",
                    limits.entry_bytes, limits.total_bytes, limits.ratio
                ),
            ));
        }
        left -= size;
        let key = path.to_ascii_lowercase();
        entries.push(Entry { path, key, bytes, taken: false, sha1: OnceCell::new() });
    }
    Ok(Archive { entries })
}

fn broken(error: &ZipError) -> Rejection {
    match error {
        ZipError::UnsupportedArchive(reason) if reason.to_ascii_lowercase().contains("password") => {
            Rejection::new(
                "xdm-encrypted",
                "The archive is encrypted; send it in clear inside the secure mail.",
            )
        }
        error => Rejection::new("xdm-not-zip", format!("This is not a readable zip archive: {error}")),
    }
}

/// A path with forward slashes; refused when it would climb out of a folder it is unpacked into.
fn safe_path(name: &str) -> Result<String, Rejection> {
    let path = name.replace('\\', "/");
    let climbs = path.starts_with('/')
        || path.as_bytes().get(1) == Some(&b':')
        || path.split('/').any(|part| part == "..");
    if climbs || path.is_empty() || path.len() > 512 || path.chars().any(char::is_control) {
        return Err(Rejection::at(
            "xdm-bad-name",
            path.chars().filter(|c| !c.is_control()).take(80).collect::<String>(),
            "An entry has an absolute, climbing, overlong or unprintable name.",
        ));
    }
    Ok(path.trim_start_matches("./").to_owned())
}

impl Archive {
    /// Where the `METADATA.XML` files are, in the order of their paths. What a Mac adds about its own files
    /// is not one of them.
    pub(super) fn metadata_files(&self) -> Vec<usize> {
        let is_metadata =
            |key: &str| key.rsplit('/').next() == Some("metadata.xml") && !key.starts_with("__macosx/");
        let mut found: Vec<usize> =
            (0..self.entries.len()).filter(|i| is_metadata(&self.entries[*i].key)).collect();
        found.sort_by(|a, b| self.entries[*a].key.cmp(&self.entries[*b].key));
        found
    }

    /// The folder of an entry, in lower case, with its slash; empty at the top.
    fn folder(&self, at: usize) -> &str {
        let key = &self.entries[at].key;
        key.rfind('/').map_or("", |slash| &key[..=slash])
    }

    /// The file that a `URI` names, seen from the metadata at `at`.
    pub(super) fn by_uri(&self, at: usize, uri: &str) -> Option<usize> {
        let uri = uri.replace('\\', "/").to_ascii_lowercase();
        let uri = uri.trim_start_matches("./").trim_start_matches('/');
        let full = format!("{}{uri}", self.folder(at));
        self.entries.iter().position(|entry| entry.key == full)
    }

    /// The file beside the metadata whose name, without its ending, is `stem`.
    pub(super) fn by_stem(&self, at: usize, stem: &str) -> Option<usize> {
        let wanted = stem.to_ascii_lowercase();
        self.beside(at).find(|i| {
            let name = self.entries[*i].key.rsplit('/').next().unwrap_or_default();
            name.rsplit_once('.').map_or(name, |(stem, _)| stem) == wanted
        })
    }

    /// The file beside the metadata with that SHA-1.
    pub(super) fn by_hash(&self, at: usize, hash: &str) -> Option<usize> {
        self.beside(at).find(|i| self.entries[*i].sha1() == hash)
    }

    /// Other files of the same folder that no document took yet.
    fn beside(&self, at: usize) -> impl Iterator<Item = usize> {
        let folder = self.folder(at);
        self.entries.iter().enumerate().filter_map(move |(i, entry)| {
            let is_beside = entry.key.strip_prefix(folder).is_some_and(|name| !name.contains('/'));
            (i != at && is_beside && !entry.taken).then_some(i)
        })
    }
}

/// SHA-1 in hexadecimal: what XDS calls the hash of a document. It tells accidents, not attacks.
pub(super) fn sha1(bytes: &[u8]) -> String {
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())
}
