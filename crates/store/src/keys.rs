//! Keys: a master key wraps one key per person; destroying a person's key erases her space.
//!
//! ```text
//! keyring file (mode 0600) ─ master key, generation 1…n ─ wraps ─ key of a person ─ seals her acts
//!                          └ root ─ one derived key per domain ─ handles, codes, sessions
//! ```
//!
//! The keyring comes from a file today; a key management system takes its place by answering the same calls
//! of [`Keyring`]. Wrapped keys name their generation, so that a new generation can take over online
//! ([`crate::Store::rotate`]) and an old one can be destroyed, which is what makes erasure reach backups.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use data_encoding::BASE64;
use kernel::{Fault, PersonId};
use zeroize::Zeroizing;

use crate::dictionaries::{self, Sample};

type Secret = Zeroizing<[u8; 32]>;

/// The keys of the house. Cheap to clone; a generation added through one clone is seen by all.
#[derive(Clone)]
pub struct Keyring(Arc<Inner>);

struct Inner {
    root: Secret,
    generations: RwLock<BTreeMap<i64, Generation>>,
    domains: RwLock<HashMap<String, hmac::Key>>,
}

struct Generation {
    secret: Secret,
    key: LessSafeKey,
}

/// A person's key as it is stored: sealed under the generation named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// Generation of the master key.
    pub generation: i64,
    /// Nonce, sealed key, tag: 60 bytes.
    pub bytes: Vec<u8>,
}

/// The opened key of one person. Whoever holds it can read her whole space: only consent, enrolment and the
/// store itself ask for one.
#[derive(Clone)]
pub struct SpaceKey(Arc<Space>);

struct Space {
    person: PersonId,
    secret: Secret,
    key: LessSafeKey,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring(generation {})", self.generation())
    }
}

impl fmt::Debug for SpaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpaceKey(person {})", self.0.person)
    }
}

/// First line of a keyring file.
const MAGIC: &str = "carnet-keyring-1";

impl Keyring {
    /// Makes a new keyring and writes it to `path` (mode 0600). Refuses to overwrite a file.
    pub fn create(path: &Path) -> Result<Self, Fault> {
        let keyring = Self::ephemeral()?;
        put(path, true, &keyring.text(keyring.all().iter()))?;
        Ok(keyring)
    }

    /// A keyring that is nowhere but in memory: for tests and rehearsals.
    pub fn ephemeral() -> Result<Self, Fault> {
        let mut generations = BTreeMap::new();
        generations.insert(1, Generation::new(secret()?)?);
        Ok(Self::of(secret()?, generations))
    }

    /// Reads a keyring file. Refuses one that others than its owner can read.
    pub fn load(path: &Path) -> Result<Self, Fault> {
        let mode = std::fs::metadata(path)
            .map_err(|e| Fault::Keys(format!("keyring {}: {e}", path.display())))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(Fault::Keys(format!(
                "keyring {} can be read by others (mode {:o}); set it to 600",
                path.display(),
                mode & 0o777
            )));
        }
        let text = Zeroizing::new(std::fs::read_to_string(path)?);
        Self::parse(&text).map_err(|why| Fault::Keys(format!("keyring {}: {why}", path.display())))
    }

    fn of(root: Secret, generations: BTreeMap<i64, Generation>) -> Self {
        Self(Arc::new(Inner {
            root,
            generations: RwLock::new(generations),
            domains: RwLock::new(HashMap::new()),
        }))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines();
        if lines.next() != Some(MAGIC) {
            return Err(format!("does not begin with `{MAGIC}`"));
        }
        let mut root = None;
        let mut generations = BTreeMap::new();
        for line in lines.filter(|l| !l.trim().is_empty()) {
            let (name, value) = line.rsplit_once(' ').ok_or("a line has no value")?;
            let bytes = Zeroizing::new(BASE64.decode(value.as_bytes()).map_err(|e| e.to_string())?);
            let secret: [u8; 32] = bytes.as_slice().try_into().map_err(|_| "a key is not 32 bytes long")?;
            let secret = Zeroizing::new(secret);
            match name.strip_prefix("generation ") {
                Some(number) => {
                    let number = number.parse().map_err(|_| "a generation has no number")?;
                    generations.insert(number, Generation::new(secret).map_err(|e| e.to_string())?);
                }
                None if name == "root" => root = Some(secret),
                None => return Err(format!("unknown word `{name}`")),
            }
        }
        if generations.is_empty() {
            return Err("no generation".to_owned());
        }
        Ok(Self::of(root.ok_or("no root")?, generations))
    }

    /// Writes the keyring to `path`, whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), Fault> {
        put(path, false, &self.text(self.all().iter()))
    }

    /// The same without one generation, which stays at hand here.
    pub(crate) fn save_without(&self, number: i64, path: &Path) -> Result<(), Fault> {
        put(path, false, &self.text(self.all().iter().filter(|(own, _)| **own != number)))
    }

    /// What a file says of these generations.
    fn text<'a>(&self, generations: impl Iterator<Item = (&'a i64, &'a Generation)>) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{MAGIC}\nroot {}\n", BASE64.encode(self.0.root.as_slice())));
        for (number, generation) in generations {
            text.push_str(&format!("generation {number} {}\n", BASE64.encode(generation.secret.as_slice())));
        }
        text
    }

    fn all(&self) -> RwLockReadGuard<'_, BTreeMap<i64, Generation>> {
        self.0.generations.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The generation that wraps new keys: the highest.
    #[must_use]
    pub fn generation(&self) -> i64 {
        self.generations().last().copied().unwrap_or(0)
    }

    /// Every generation at hand, ascending.
    #[must_use]
    pub fn generations(&self) -> Vec<i64> {
        self.all().keys().copied().collect()
    }

    /// Writes the keyring with a new generation to `path`, and wraps with that from then on; answers its number. In this
    /// order: a key wrapped by a generation that is in no file would be lost with this process.
    pub fn begin_generation(&self, path: &Path) -> Result<i64, Fault> {
        let generation = Generation::new(secret()?)?;
        let mut all = self.0.generations.write().unwrap_or_else(PoisonError::into_inner);
        let number = all.keys().next_back().copied().unwrap_or(0) + 1;
        put(path, false, &self.text(all.iter().chain([(&number, &generation)])))?;
        all.insert(number, generation);
        Ok(number)
    }

    /// Forgets a generation, unless it has been forgotten before. What is still wrapped by it can never be opened again.
    pub(crate) fn forget_generation(&self, number: i64) -> Result<(), Fault> {
        let mut all = self.0.generations.write().unwrap_or_else(PoisonError::into_inner);
        if all.keys().next_back() == Some(&number) {
            return Err(newest(number));
        }
        all.remove(&number);
        Ok(())
    }

    /// A new key for a person, and its wrapped form for her row.
    pub fn new_space_key(&self, person: PersonId) -> Result<(SpaceKey, Wrapped), Fault> {
        let key = SpaceKey::of(person, secret()?)?;
        let wrapped = self.wrap(&key)?;
        Ok((key, wrapped))
    }

    /// A person's key under the newest generation.
    pub fn wrap(&self, key: &SpaceKey) -> Result<Wrapped, Fault> {
        let all = self.all();
        let (number, generation) =
            all.last_key_value().ok_or_else(|| Fault::Keys("the keyring is empty".to_owned()))?;
        let bytes = seal_random(&generation.key, &wrap_aad(key.0.person, *number), key.0.secret.as_slice())?;
        Ok(Wrapped { generation: *number, bytes })
    }

    /// Opens a wrapped key of `person`.
    pub fn unwrap(&self, person: PersonId, generation: i64, bytes: &[u8]) -> Result<SpaceKey, Fault> {
        let all = self.all();
        let master = all.get(&generation).ok_or_else(|| {
            Fault::Keys(format!("generation {generation} of the master key is not in the keyring"))
        })?;
        let opened = open_random(&master.key, &wrap_aad(person, generation), bytes)
            .ok_or_else(|| Fault::Keys(format!("the key of person {person} does not open")))?;
        let secret: [u8; 32] = opened
            .as_slice()
            .try_into()
            .map_err(|_| Fault::Damaged(format!("the key of person {person} has a wrong length")))?;
        SpaceKey::of(person, Zeroizing::new(secret))
    }

    /// HMAC-SHA-256 of `bytes` under a key derived for `domain`: handles, codes, tokens.
    #[must_use]
    pub fn keyed_hash(&self, domain: &str, bytes: &[u8]) -> [u8; 32] {
        if let Some(key) = self.0.domains.read().unwrap_or_else(PoisonError::into_inner).get(domain) {
            return tag(key, bytes);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.derive(domain).as_slice());
        let hash = tag(&key, bytes);
        self.0.domains.write().unwrap_or_else(PoisonError::into_inner).insert(domain.to_owned(), key);
        hash
    }

    /// Seals what belongs to no person's sequence (sessions, tokens, passkey state) under a key derived for
    /// `domain`.
    #[must_use]
    pub fn seal(&self, domain: &str, plain: &[u8]) -> Vec<u8> {
        self.domain_key(domain)
            .and_then(|key| seal_random(&key, domain.as_bytes(), plain))
            .unwrap_or_default()
    }

    /// Opens what [`Keyring::seal`] made.
    pub fn open(&self, domain: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open_random(&self.domain_key(domain)?, domain.as_bytes(), sealed)
            .map(|plain| plain.to_vec())
            .ok_or_else(|| Fault::Keys(format!("a value sealed for `{domain}` does not open")))
    }

    /// What the database keeps to recognise the right keyring: one value for the root, one per generation.
    pub(crate) fn checks(&self) -> Vec<(String, [u8; 32])> {
        let mut checks = vec![("key-check root".to_owned(), check(&self.0.root))];
        for (number, generation) in self.all().iter() {
            checks.push((check_of(*number), check(&generation.secret)));
        }
        checks
    }

    fn derive(&self, domain: &str) -> Secret {
        let root = hmac::Key::new(hmac::HMAC_SHA256, self.0.root.as_slice());
        Zeroizing::new(tag(&root, format!("carnet-domain-1 {domain}").as_bytes()))
    }

    fn domain_key(&self, domain: &str) -> Result<LessSafeKey, Fault> {
        aes(&self.derive(&format!("{domain} seal")))
    }
}

impl Generation {
    fn new(secret: Secret) -> Result<Self, Fault> {
        Ok(Self { key: aes(&secret)?, secret })
    }
}

impl SpaceKey {
    fn of(person: PersonId, secret: Secret) -> Result<Self, Fault> {
        Ok(Self(Arc::new(Space { person, key: aes(&secret)?, secret })))
    }

    /// Whose key it is.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.0.person
    }

    /// Seals one field outside the sequence (her identity, a setting): compressed, then AES-256-GCM bound to
    /// the person and the field's name.
    pub fn seal_field(&self, field: &'static str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let (version, packed) = dictionaries::pack(Sample::Field, plain);
        let mut sealed = vec![version];
        sealed.extend(seal_random(&self.0.key, &self.field_aad(field, version), &packed)?);
        Ok(sealed)
    }

    /// Opens what [`SpaceKey::seal_field`] made.
    pub fn open_field(&self, field: &'static str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let damaged = || Fault::Damaged(format!("field {field} of person {} does not open", self.0.person));
        let (version, rest) = sealed.split_first().ok_or_else(damaged)?;
        let packed = open_random(&self.0.key, &self.field_aad(field, *version), rest).ok_or_else(damaged)?;
        dictionaries::unpack(*version, &packed)
    }

    /// The AES key itself, for sealing acts and blobs.
    pub(crate) fn aes(&self) -> &LessSafeKey {
        &self.0.key
    }

    /// A name for content in this space: equal content has an equal name here and nowhere else.
    pub(crate) fn content_name(&self, hash: &[u8; 32]) -> [u8; 16] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.secret.as_slice());
        let mut name = [0; 16];
        name.copy_from_slice(&tag(&key, &[b"carnet-blob-name-1".as_slice(), hash].concat())[..16]);
        name
    }

    /// What links this person to her leaves in the transparency log, and opens them.
    pub(crate) fn log_secret(&self) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.secret.as_slice());
        tag(&key, b"carnet-log-secret-1")
    }

    fn field_aad(&self, field: &str, version: u8) -> Vec<u8> {
        let mut aad = self.0.person.0.to_be_bytes().to_vec();
        aad.push(version);
        aad.extend_from_slice(field.as_bytes());
        aad
    }
}

/// What the database calls the check value of a generation.
pub(crate) fn check_of(generation: i64) -> String {
    format!("key-check generation {generation}")
}

/// Why the generation that wraps new keys stays.
pub(crate) fn newest(number: i64) -> Fault {
    Fault::Keys(format!("generation {number} is the newest and cannot be retired"))
}

/// Writes a keyring file, whole or not at all; a `fresh` one only where there is none.
fn put(path: &Path, fresh: bool, text: &str) -> Result<(), Fault> {
    let target = if fresh { path.to_path_buf() } else { path.with_extension("new") };
    let mut open = std::fs::OpenOptions::new();
    open.write(true).mode(0o600);
    if fresh {
        open.create_new(true);
    } else {
        open.create(true).truncate(true);
    }
    let mut file =
        open.open(&target).map_err(|e| Fault::Keys(format!("keyring {}: {e}", target.display())))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if !fresh {
        std::fs::rename(&target, path)?;
    }
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn wrap_aad(person: PersonId, generation: i64) -> Vec<u8> {
    let mut aad = b"carnet-space-key-1".to_vec();
    aad.extend_from_slice(&person.0.to_be_bytes());
    aad.extend_from_slice(&generation.to_be_bytes());
    aad
}

fn check(secret: &Secret) -> [u8; 32] {
    tag(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice()), b"carnet-key-check-1")
}

fn tag(key: &hmac::Key, bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(key, bytes).as_ref());
    out
}

fn aes(secret: &Secret) -> Result<LessSafeKey, Fault> {
    UnboundKey::new(&AES_256_GCM, secret.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_| Fault::Internal("an AES key was refused".to_owned()))
}

/// Random bytes from the crypto library itself.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Fault::Internal("the system gives no randomness".to_owned()))?;
    Ok(bytes)
}

fn secret() -> Result<Secret, Fault> {
    Ok(Zeroizing::new(random()?))
}

/// Nonce ‖ ciphertext ‖ tag, with a random nonce.
pub(crate) fn seal_random(key: &LessSafeKey, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let nonce: [u8; NONCE_LEN] = random()?;
    let mut out = Vec::with_capacity(NONCE_LEN + plain.len() + 16);
    out.extend_from_slice(&nonce);
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut body)
        .map_err(|_| Fault::Internal("sealing failed".to_owned()))?;
    out.extend_from_slice(&body);
    Ok(out)
}

/// The reverse of [`seal_random`]; `None` when it does not open.
pub(crate) fn open_random(key: &LessSafeKey, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut body = Zeroizing::new(body.to_vec());
    let length =
        key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}
