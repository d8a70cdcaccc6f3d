//! Acts: the one sequence a space is made of. One act is one row.
//!
//! In clear: whose, rank, when, kind, entry — what the engine routes on. Sealed: the journal line, what the
//! act says, the content deposited. Each row carries a hash over the hash before it, its clear columns and
//! the hashes of its plain parts, so that a row that is changed, dropped, moved or back-dated is found
//! ([`crate::verify`]), while what an act says can be erased without breaking the chain: the hashes of the
//! erased parts stay in its line.

use aws_lc_rs::digest::{Context, SHA256, digest};
use kernel::{Actor, EntryId, Fault, Instant, PersonId, Purpose, Refusal, Right, Seq, Visit};
use serde::{Deserialize, Serialize};

use crate::blobs::{self, Content};
use crate::dictionaries::{Sample, pack, unpack};
use crate::keys::{SpaceKey, random};
use crate::queries;
use crate::seal::{Clear, Part};
use crate::tx::Tx;
use crate::value::{Row, Value};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// What kind of act it is. Stored as its number; numbers are never given a new meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(i64)]
        #[expect(missing_docs, reason = "each name says it")]
        pub enum Kind { $($(#[$doc])* $name = $number),* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The kind of a stored number.
            #[must_use]
            pub fn of(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }

            /// The kind's name, for exports and operators.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

kinds! {
    Opened = 1, Closed = 2, Reopened = 3, IdentityUpdated = 4, Activated = 5, SignedIn = 6,
    SignInRefused = 7, SignedOut = 8, PasskeyAdded = 9, PasskeyRemoved = 10, RecoveryCodesMade = 11,
    WayInClosed = 12, WayInOpened = 13,
    Deposited = 20, Withdrawn = 21, Amended = 22, DepositRefused = 23,
    Allowed = 30, Disallowed = 31, DelegationOffered = 32, DelegationAccepted = 33, DelegationRenewed = 34,
    DelegationEnded = 35, GuardianBegan = 36, GuardianEnded = 37, KeptSecret = 38, SecretLifted = 39,
    ListRead = 40, DocumentRead = 41, Searched = 42, JournalRead = 43, Exported = 44, ProfileRead = 45,
    Downloaded = 46, Indexed = 47,
    ActingBegan = 50, AssistedAtDesk = 51, PermissionKept = 52, PermissionShown = 53,
    InvitationTaken = 54, GuardiansRead = 55,
    Refused = 60,
    Decided = 70, GlassBroken = 71, CallAnswered = 72, Announced = 73, SecretBegan = 74, SecretEnded = 75,
    Reported = 80, ReportRead = 81, ReportAnswered = 82, ReportClosed = 83, NoticeChosen = 84, NoticeSent = 85,
    SharingRead = 86,
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    #[default]
    #[serde(rename = "+")]
    Done,
    /// It was refused, with the refusal's machine word.
    #[serde(rename = "-")]
    Refused(String),
}

impl Outcome {
    fn is_done(&self) -> bool {
        *self == Self::Done
    }
}

/// The journal line of an act: who, for whom, by what right, why, on what, with which outcome. It is hashed as it is
/// written, byte by byte: a field that is new reads on in old lines as absent, and is covered like every other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who acted.
    #[serde(rename = "a")]
    pub actor: Actor,
    /// For whom, when not for herself.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// Why.
    #[serde(rename = "p")]
    pub purpose: Purpose,
    /// By what right she was let in; `None` for the person herself, for the service, for what was refused, and in
    /// lines that are older than the field.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Right>,
    /// How it ended.
    #[serde(rename = "o", default, skip_serializing_if = "Outcome::is_done")]
    pub outcome: Outcome,
    /// The request it belongs to.
    #[serde(rename = "q")]
    pub request_id: u64,
    /// The reason given by the actor, in her words.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A short detail that belongs in the journal: a document type code, a number of results.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Other entries touched (a list that was read): their tags, capped at [`Line::MOST_ENTRIES`].
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<i64>,
}

impl Line {
    /// A line names at most this many other entries.
    pub const MOST_ENTRIES: usize = 100;

    /// The line of a visit that did what it came for.
    #[must_use]
    pub fn of(visit: &Visit) -> Self {
        Self {
            actor: visit.actor.clone(),
            on_behalf_of: visit.on_behalf_of,
            purpose: visit.purpose,
            right: None,
            outcome: Outcome::Done,
            request_id: visit.request_id,
            reason: None,
            about: None,
            entries: Vec::new(),
        }
    }

    /// By this right.
    #[must_use]
    pub fn by(mut self, right: Option<Right>) -> Self {
        self.right = right;
        self
    }

    /// The same line for what was refused, with the refusal's machine word.
    #[must_use]
    pub fn refused(mut self, code: &str) -> Self {
        self.outcome = Outcome::Refused(code.to_owned());
        self
    }

    /// With a short detail.
    #[must_use]
    pub fn about(mut self, detail: impl Into<String>) -> Self {
        self.about = Some(detail.into());
        self
    }

    /// With the actor's reason.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// With the other entries touched; what exceeds [`Line::MOST_ENTRIES`] is left out.
    #[must_use]
    pub fn entries(mut self, tags: impl IntoIterator<Item = i64>) -> Self {
        self.entries = tags.into_iter().take(Self::MOST_ENTRIES).collect();
        self
    }
}

/// An act to be written.
#[derive(Clone, Debug)]
pub struct Act {
    /// What kind of act.
    pub kind: Kind,
    /// When.
    pub at: Instant,
    /// The entry it is about.
    pub entry: Option<EntryId>,
    /// Its journal line.
    pub line: Line,
    /// What it says, usually a FHIR resource as JSON.
    pub data: Option<Vec<u8>>,
    /// Content deposited with it, as it came.
    pub blob: Option<Vec<u8>>,
}

/// An act as it was read.
#[derive(Clone, Debug)]
pub struct ActRow {
    /// Its rank.
    pub seq: Seq,
    /// When.
    pub at: Instant,
    /// What kind of act.
    pub kind: Kind,
    /// The entry it is about.
    pub entry: Option<EntryId>,
    /// Its journal line, when wanted.
    pub line: Option<Line>,
    /// What it says, when wanted and not erased.
    pub data: Option<Vec<u8>>,
    /// Length of the content deposited with it, in bytes; known only when the line is wanted.
    pub blob_len: Option<u64>,
    /// Its hash in the chain.
    pub hash: [u8; 32],
}

/// Which parts of acts to open, and which kinds of acts.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// Open the journal lines.
    pub line: bool,
    /// Open what the acts say.
    pub data: bool,
    /// Only these kinds; empty means all.
    pub kinds: &'static [Kind],
}

impl Want {
    /// Journal lines of all kinds.
    pub const LINES: Self = Self { line: true, data: false, kinds: &[] };
    /// What acts of all kinds say.
    pub const DATA: Self = Self { line: false, data: true, kinds: &[] };
    /// Everything but the contents.
    pub const ALL: Self = Self { line: true, data: true, kinds: &[] };

    /// The same parts of these kinds only.
    #[must_use]
    pub const fn of(self, kinds: &'static [Kind]) -> Self {
        Self { kinds, ..self }
    }
}

/// What the sealed line carries besides the journal line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) data_hash: Option<[u8; 32]>,
    pub(crate) blob: Option<([u8; 32], u64)>,
}

impl Envelope {
    fn write(&self) -> Vec<u8> {
        let mut head = vec![u8::from(self.data_hash.is_some()) | (u8::from(self.blob.is_some()) << 1)];
        if let Some(hash) = &self.data_hash {
            head.extend_from_slice(hash);
        }
        if let Some((hash, length)) = &self.blob {
            head.extend_from_slice(hash);
            head.extend_from_slice(&length.to_be_bytes());
        }
        head
    }

    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (flags, mut rest) = bytes.split_first()?;
        let mut envelope = Self::default();
        if flags & 1 != 0 {
            let (hash, after) = rest.split_first_chunk::<32>()?;
            envelope.data_hash = Some(*hash);
            rest = after;
        }
        if flags & 2 != 0 {
            let (hash, after) = rest.split_first_chunk::<32>()?;
            let (length, after) = after.split_first_chunk::<8>()?;
            envelope.blob = Some((*hash, u64::from_be_bytes(*length)));
            rest = after;
        }
        Some((envelope, rest))
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// The hash of an act by itself. The nonce in it keeps the digest of a withheld act from being guessed.
pub(crate) fn act_digest(clear: &Clear, line: &[u8; 32], envelope: &Envelope) -> [u8; 32] {
    let mut hash = Context::new(&SHA256);
    hash.update(b"carnet-act-2");
    hash.update(&clear.id.to_be_bytes());
    hash.update(&clear.at.to_be_bytes());
    hash.update(&clear.kind.to_be_bytes());
    hash.update(&clear.entry.unwrap_or(-1).to_be_bytes());
    hash.update(&clear.nonce);
    hash.update(line);
    hash.update(&envelope.data_hash.unwrap_or_default());
    hash.update(&envelope.blob.map(|(hash, _)| hash).unwrap_or_default());
    let mut out = [0; 32];
    out.copy_from_slice(hash.finish().as_ref());
    out
}

/// The hash of an act in its chain: over the one before it and its own digest, so that whoever may not see an act
/// can still follow the chain across it.
pub(crate) fn chained(before: &[u8; 32], digest: &[u8; 32]) -> [u8; 32] {
    sha256(&[b"carnet-chain-2".as_slice(), before, digest].concat())
}

/// The hash of an act in its chain.
pub(crate) fn chain_hash(before: &[u8; 32], clear: &Clear, line: &[u8; 32], envelope: &Envelope) -> [u8; 32] {
    chained(before, &act_digest(clear, line, envelope))
}

/// The keys of all acts of `person` after `after`.
pub(crate) fn range(person: PersonId, after: Seq) -> (i64, i64) {
    (person.act_key(after).saturating_add(1), person.act_key(Seq::MAX))
}

/// Where a sequence ends: rank and hash of its last act; zeros when there is none.
pub(crate) type Head = (Seq, [u8; 32]);

/// Reads the columns of [`queries::LAST_ACT`].
pub(crate) fn read_head(person: PersonId, row: &Row<'_>) -> Result<Head, Fault> {
    let hash = row
        .with_bytes(1, |b| b.and_then(|b| b.try_into().ok()))?
        .ok_or_else(|| Fault::Damaged(format!("the last hash of person {person} is torn")))?;
    Ok((Seq::of_key(row.int(0)?), hash))
}

/// A stored row, still sealed.
pub(crate) struct Sealed {
    pub(crate) clear: Clear,
    pub(crate) hash: [u8; 32],
    pub(crate) line: Vec<u8>,
    pub(crate) data: Option<Vec<u8>>,
}

impl Sealed {
    /// Reads the columns of [`queries::ACTS`] and its like; `data` only where the statement has it.
    pub(crate) fn read(row: &Row<'_>, with_data: bool) -> Result<Self, Fault> {
        let id = row.int(0)?;
        let torn = |what: &str| Fault::Damaged(format!("{what} of act {id} has a wrong length"));
        Ok(Self {
            clear: Clear {
                id,
                at: row.int(1)?,
                kind: row.int(2)?,
                entry: row.opt_int(3)?,
                nonce: row
                    .with_bytes(4, |b| b.and_then(|b| b.try_into().ok()))?
                    .ok_or_else(|| torn("nonce"))?,
            },
            hash: row.with_bytes(5, |b| b.and_then(|b| b.try_into().ok()))?.ok_or_else(|| torn("hash"))?,
            line: row.bytes(6)?,
            data: if with_data { row.opt_bytes(7)? } else { None },
        })
    }

    /// The line's envelope and its plain bytes.
    pub(crate) fn open_line(&self, key: &SpaceKey) -> Result<(Envelope, Vec<u8>), Fault> {
        let (version, opened) = self.clear.open(key, Part::Line, &self.line)?;
        let (envelope, packed) = Envelope::read(&opened)
            .ok_or_else(|| Fault::Damaged(format!("the line of act {} is too short", self.clear.id)))?;
        Ok((envelope, unpack(version, packed)?))
    }

    /// The plain bytes of what the act says.
    pub(crate) fn open_data(&self, key: &SpaceKey) -> Result<Option<Vec<u8>>, Fault> {
        let Some(sealed) = &self.data else { return Ok(None) };
        let (version, packed) = self.clear.open(key, Part::Data, sealed)?;
        unpack(version, &packed).map(Some)
    }

    fn row(&self, key: &SpaceKey, want: Want) -> Result<ActRow, Fault> {
        let kind = Kind::of(self.clear.kind).ok_or_else(|| {
            Fault::Damaged(format!("act {} is of unknown kind {}", self.clear.id, self.clear.kind))
        })?;
        let (mut line, mut blob_len) = (None, None);
        if want.line {
            let (envelope, plain) = self.open_line(key)?;
            line = Some(read_line(&plain)?);
            blob_len = envelope.blob.map(|(_, length)| length);
        }
        Ok(ActRow {
            seq: Seq::of_key(self.clear.id),
            at: Instant(self.clear.at),
            kind,
            entry: self.clear.entry.map(|tag| EntryId { person: key.person(), tag }),
            line,
            data: if want.data { self.open_data(key)? } else { None },
            blob_len,
            hash: self.hash,
        })
    }
}

pub(crate) fn read_line(plain: &[u8]) -> Result<Line, Fault> {
    serde_json::from_slice(plain).map_err(|e| Fault::Damaged(format!("a journal line does not parse: {e}")))
}

impl Tx<'_> {
    /// Opens the key of a person's space. Only consent, enrolment and the store itself may ask for one.
    ///
    /// # Errors
    /// `NotFound` when there is no such person, `Gone` when her space was erased.
    pub fn space_key(&mut self, person: PersonId) -> Result<SpaceKey, Refusal> {
        let found = self
            .one(queries::PERSON_KEY, crate::args![person], |row| Ok((row.int(0)?, row.opt_bytes(1)?)))?
            .ok_or_else(Refusal::not_found)?;
        match found {
            (generation, Some(bytes)) => Ok(self.keyring().unwrap(person, generation, &bytes)?),
            (_, None) => Err(Refusal::new(
                kernel::RefusalKind::Gone,
                "space-erased",
                "This space was erased; nothing of it is left.",
            )),
        }
    }

    /// Appends an act to its person's sequence and answers its rank. In write transactions only.
    pub fn append(&mut self, key: &SpaceKey, mut act: Act) -> Result<Seq, Fault> {
        let content = act.blob.take().map(Content::new);
        self.add(key, &act, content.as_ref())
    }

    /// Appends an act with a content that was packed beforehand, which is deposited in place of
    /// [`Act::blob`]. The one writer of SQLite has that much less to do.
    pub fn append_content(&mut self, key: &SpaceKey, act: &Act, content: &Content) -> Result<Seq, Fault> {
        self.add(key, act, Some(content))
    }

    pub(crate) fn add(&mut self, key: &SpaceKey, act: &Act, content: Option<&Content>) -> Result<Seq, Fault> {
        self.must_write()?;
        let person = key.person();
        self.lock_person(person)?;
        let (last, before) = self.last(person)?;
        if last >= Seq::MAX {
            return Err(Fault::Internal(format!("the sequence of person {person} is full")));
        }
        let seq = last.next();
        let clear = Clear {
            id: person.act_key(seq),
            at: act.at.0,
            kind: act.kind as i64,
            entry: act.entry.map(|entry| entry.tag),
            nonce: random()?,
        };
        let line = serde_json::to_vec(&act.line)
            .map_err(|e| Fault::Internal(format!("a journal line does not write: {e}")))?;
        let envelope =
            Envelope { data_hash: act.data.as_deref().map(sha256), blob: content.map(Content::claim) };
        let hash = chain_hash(&before, &clear, &sha256(&line), &envelope);
        self.insert_act(key, &clear, hash, &line, &envelope, act.data.as_deref(), content)?;
        self.remember(person, seq, hash);
        Ok(seq)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    pub(crate) fn insert_act(
        &mut self,
        key: &SpaceKey,
        clear: &Clear,
        hash: [u8; 32],
        line: &[u8],
        envelope: &Envelope,
        data: Option<&[u8]>,
        content: Option<&Content>,
    ) -> Result<(), Fault> {
        let (version, packed) = pack(Sample::Line, line);
        let sealed_line = clear.seal(key, Part::Line, &envelope.write(), (version, &packed))?;
        let sealed_data = match data {
            Some(data) => {
                let (version, packed) = pack(Sample::Resource, data);
                Some(clear.seal(key, Part::Data, &[], (version, &packed))?)
            }
            None => None,
        };
        let sealed_blob = content.map(|content| blobs::put(self, key, clear, content)).transpose()?;
        self.moved(key.person(), Seq::of_key(clear.id), hash);
        self.later(
            queries::ADD_ACT,
            vec![
                Value::from(key.person()),
                Value::from(clear.id),
                Value::from(clear.at),
                Value::from(clear.kind),
                Value::from(clear.entry),
                Value::from(clear.nonce),
                Value::from(hash),
                Value::from(sealed_line),
                Value::from(sealed_data),
                Value::from(sealed_blob),
            ],
        )
    }

    /// Rank and hash of the last act of a person; zeros when there is none.
    pub(crate) fn last(&mut self, person: PersonId) -> Result<Head, Fault> {
        if let Some(known) = self.remembered(person) {
            return Ok(known);
        }
        let (from, to) = range(person, Seq(0));
        let last =
            self.one(queries::LAST_ACT, crate::args![person, from, to], |row| read_head(person, row))?;
        Ok(last.unwrap_or_default())
    }

    /// Hands every act after `after` to `each`, ascending; opens only what is wanted.
    pub fn acts(
        &mut self,
        key: &SpaceKey,
        after: Seq,
        want: Want,
        mut each: impl FnMut(ActRow) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (from, to) = range(key.person(), after);
        let sql = if want.data { queries::ACTS } else { queries::LINES };
        // The engine leaves out most of what is not wanted, so that it never travels; the rest is left out here.
        let kinds = || want.kinds.iter().map(|kind| *kind as i64);
        let (least, most) = kinds().min().zip(kinds().max()).unwrap_or((i64::MIN, i64::MAX));
        self.each(sql, crate::args![key.person(), from, to, least, most], |row| {
            if !want.kinds.is_empty() {
                let kind = row.int(2)?;
                if !kinds().any(|wanted| wanted == kind) {
                    return Ok(());
                }
            }
            each(Sealed::read(row, want.data)?.row(key, want)?)
        })
    }

    /// One act, if it exists.
    pub fn act(&mut self, key: &SpaceKey, seq: Seq, want: Want) -> Result<Option<ActRow>, Fault> {
        let id = key.person().act_key(seq);
        self.one(queries::ACTS, crate::args![key.person(), id, id, i64::MIN, i64::MAX], |row| {
            Sealed::read(row, true)?.row(key, want)
        })
    }

    /// The rank of the last act; 0 when there is none.
    pub fn head(&mut self, key: &SpaceKey) -> Result<Seq, Fault> {
        self.last(key.person()).map(|(seq, _)| seq)
    }

    /// The first act about an entry, if there is one. Scans this person's rows: a space is small.
    pub fn has_entry(&mut self, key: &SpaceKey, entry: EntryId) -> Result<Option<Seq>, Fault> {
        let (from, to) = range(key.person(), Seq(0));
        self.one(queries::FIRST_OF_ENTRY, crate::args![key.person(), from, to, entry.tag], |row| {
            Ok(Seq::of_key(row.int(0)?))
        })
    }

    /// The content deposited with an act, checked against the hash in its line; `None` when the act has no
    /// content or it was erased.
    pub fn blob(&mut self, key: &SpaceKey, seq: Seq) -> Result<Option<Vec<u8>>, Fault> {
        let id = key.person().act_key(seq);
        let found = self.one(queries::ACT_BLOB, crate::args![key.person(), id, id], |row| {
            Ok((Sealed::read(row, false)?, row.opt_bytes(7)?))
        })?;
        let Some((sealed, Some(stored))) = found else { return Ok(None) };
        let (envelope, _) = sealed.open_line(key)?;
        let Some((hash, length)) = envelope.blob else {
            return Err(Fault::Damaged(format!("act {id} has a content that its line does not know")));
        };
        let plain = blobs::get(self, key, &sealed.clear, &stored, length)?;
        if sha256(&plain) != hash {
            return Err(Fault::Damaged(format!("the content of act {id} is not what was deposited")));
        }
        Ok(Some(plain))
    }

    /// Erases what an act says and the content deposited with it. Its line, its hash and the chain stay.
    pub fn erase_content(&mut self, key: &SpaceKey, seq: Seq) -> Result<(), Fault> {
        self.must_write()?;
        let id = key.person().act_key(seq);
        self.exec(queries::ERASE_CONTENT, crate::args![key.person(), id]).map(|_| ())
    }
}
