//! What a person gets to check her own journal, with nothing but SHA-256, HMAC and Ed25519: her acts as they are
//! chained, where her leaves are, and the proofs that the public log holds them.
//!
//! The JSON is described in docs/operations/transparency.md; [`super::check`] is what a verifier does with it, and
//! two others do the same in other languages (web/src, and the tests).

use data_encoding::HEXLOWER;
use kernel::{Fault, Instant, PersonId, Seq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::leaf::Leaf;
use super::note::Note;
use super::tiles::Tiles;
use super::{Terms, size, stored, tree};
use crate::acts::{ActRow, Kind, Sealed, act_digest, range, read_line, sha256};
use crate::keys::SpaceKey;
use crate::tx::Tx;
use crate::{args, queries};

/// What the first field says.
pub const FORMAT: &str = "carnet-journal-proof-1";
/// How many of her newest leaves are proven when nobody asks for more.
pub const LEAVES: u32 = 32;

/// Bytes of a known length, written in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex<const N: usize>(pub [u8; N]);

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| serde::de::Error::custom("a value has a wrong length"))
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// The size of the checkpoint that she kept.
    pub since: Option<u64>,
    /// Only acts after this one.
    pub after: Seq,
    /// How many of her newest leaves to prove.
    pub leaves: u32,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: String,
    /// Whose journal.
    pub person: PersonId,
    /// When this was made.
    pub at: Instant,
    /// What links her to her leaves.
    pub secret: Hex<32>,
    /// The act before the first one below; 0 when there is none.
    pub after: Seq,
    /// Its hash; zeros when there is none.
    pub before: Hex<32>,
    /// Her acts, ascending.
    pub acts: Vec<Link>,
    /// The signed checkpoint that everything is proven in; none while the log is empty.
    pub checkpoint: Option<String>,
    /// The log's keys.
    pub keys: Vec<String>,
    /// The witnesses' keys.
    pub witnesses: Vec<String>,
    /// How many of them must have cosigned.
    pub threshold: usize,
    /// Her leaves, ascending.
    pub leaves: Vec<Placed>,
    /// That the log she knew is the beginning of this one.
    pub consistency: Option<Consistency>,
    /// Why this log is not the first one, and that it begins with saying so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Begun>,
}

/// What a log that was begun anew begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The [statement](super::begun::Statement), byte for byte.
    pub statement: String,
    /// RFC 6962 §2.1.1, from leaf 0, which commits to it, to the checkpoint.
    pub proof: Vec<Hex<32>>,
}

/// An act in its chain: with everything that is hashed, or withheld.
///
/// Nothing stands in it that is not hashed, but a name for people to read: what a page tells of an act must be what was
/// checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Link {
    /// Everything that is hashed.
    Told(Told),
    /// Of what she may not see there is only the digest, which still binds the acts before it.
    Withheld {
        /// Its rank.
        seq: Seq,
        /// What is chained.
        digest: Hex<32>,
        /// Its hash in the chain.
        hash: Hex<32>,
    },
}

/// Everything of an act that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its rank.
    pub seq: Seq,
    /// When.
    pub at: Instant,
    /// What kind of act, as its number.
    pub kind: i64,
    /// The kind's name, for people to read; it is not hashed.
    pub name: String,
    /// The tag of the entry it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Hex<8>>,
    /// Random bytes, which keep a withheld act from being guessed.
    pub nonce: Hex<12>,
    /// The journal line, byte for byte.
    pub line: String,
    /// The hash of what the act says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Hex<32>>,
    /// The hash of the content deposited with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Hex<32>>,
    /// Its hash in the chain.
    pub hash: Hex<32>,
}

/// A leaf of hers, and the proof that the log has it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Its number among hers.
    pub n: u64,
    /// The last act it covers.
    pub seq: Seq,
    /// When it was made.
    pub at: Instant,
    /// Its place in the log.
    pub index: u64,
    /// RFC 6962 §2.1.1, lowest sibling first.
    pub proof: Vec<Hex<32>>,
}

/// RFC 6962 §2.1.2, from the tree of `since` leaves to the checkpoint's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consistency {
    /// How many leaves she knew.
    pub since: u64,
    /// The proof.
    pub proof: Vec<Hex<32>>,
}

impl Link {
    /// Its rank.
    #[must_use]
    pub fn seq(&self) -> Seq {
        match self {
            Self::Told(told) => told.seq,
            Self::Withheld { seq, .. } => *seq,
        }
    }
}

fn hex(hashes: Vec<tree::Hash>) -> Vec<Hex<32>> {
    hashes.into_iter().map(Hex).collect()
}

impl Tx<'_> {
    /// Everything that the owner of a space needs to check her journal. `may_see` says of each act whether she may
    /// be told; it is asked in their order, from the first one that is wanted on.
    ///
    /// # Errors
    /// Faults of the database. An act that does not open is none: its reader finds that it does not fit.
    pub fn journal_proof(
        &mut self,
        key: &SpaceKey,
        terms: &Terms,
        now: Instant,
        ask: Ask,
        may_see: impl FnMut(&ActRow) -> bool,
    ) -> Result<Proof, Fault> {
        let person = key.person();
        let before = match ask.after {
            Seq(0) => [0; 32],
            after => self.hash_of(person, after)?,
        };
        let acts = self.links(key, ask.after, may_see)?;
        let shown = self.log_checkpoint(terms)?;
        let whole = shown.as_ref().map_or(0, |kept| kept.size);
        let leaves = self.placed(person, ask, whole)?;
        let consistency = match ask.since {
            Some(since) if since > 0 && since <= whole => {
                let proof = hex(tree::consistency(&mut Tiles::new(self), since, whole)?);
                Some(Consistency { since, proof })
            }
            _ => None,
        };
        let begun = match self.log_begun()? {
            Some(statement) if whole > 0 => {
                let proof = hex(tree::inclusion(&mut Tiles::new(self), 0, whole)?);
                Some(Begun { statement, proof })
            }
            _ => None,
        };
        Ok(Proof {
            format: FORMAT.to_owned(),
            person,
            at: now,
            secret: Hex(key.log_secret()),
            after: ask.after,
            before: Hex(before),
            acts,
            checkpoint: shown.map(|kept| kept.note),
            keys: self.log_keys(terms)?.iter().map(ToString::to_string).collect(),
            witnesses: terms.witnesses.iter().map(ToString::to_string).collect(),
            threshold: terms.threshold,
            leaves,
            consistency,
            begun,
        })
    }

    fn hash_of(&mut self, person: PersonId, seq: Seq) -> Result<tree::Hash, Fault> {
        let id = person.act_key(seq);
        let found = self.one(queries::LAST_ACT, args![person, id, id], |row| {
            row.with_bytes(1, |hash| hash.and_then(|hash| hash.try_into().ok()))
        })?;
        // Whoever asks past the end is told from the beginning of nothing: her own kept hash will not fit.
        Ok(found.flatten().unwrap_or([0; 32]))
    }

    /// The acts after `after`, as they are chained.
    fn links(
        &mut self,
        key: &SpaceKey,
        after: Seq,
        mut may_see: impl FnMut(&ActRow) -> bool,
    ) -> Result<Vec<Link>, Fault> {
        let (from, to) = range(key.person(), after);
        let mut links = Vec::new();
        self.each(queries::LINES, args![key.person(), from, to, i64::MIN, i64::MAX], |row| {
            let act = Sealed::read(row, false)?;
            links.push(link(key, &act, &mut may_see)?);
            Ok(())
        })?;
        Ok(links)
    }

    /// Her newest leaves below `whole`, and the last one below the size that she kept.
    fn placed(&mut self, person: PersonId, ask: Ask, whole: u64) -> Result<Vec<Placed>, Fault> {
        let mut found = self.leaves_below(person, whole, i64::from(ask.leaves))?;
        if let Some(since) = ask.since.filter(|since| *since < whole)
            && let Some(known) = self.leaves_below(person, since, 1)?.pop()
            && !found.iter().any(|(leaf, _)| leaf.n == known.0.n)
        {
            found.push(known);
        }
        let mut tiles = Tiles::new(self);
        let mut placed = Vec::with_capacity(found.len());
        for (leaf, index) in found.into_iter().rev() {
            let proof = hex(tree::inclusion(&mut tiles, index, whole)?);
            placed.push(Placed { n: leaf.n, seq: leaf.seq, at: leaf.at, index, proof });
        }
        Ok(placed)
    }

    /// Leaves of a person and their places, the newest first; their heads are not known here.
    pub(crate) fn leaves_below(
        &mut self,
        person: PersonId,
        whole: u64,
        most: i64,
    ) -> Result<Vec<(Leaf, u64)>, Fault> {
        self.all(queries::LOG_LEAVES, args![person, stored(whole), most], |row| {
            let seq = Seq(u32::try_from(row.int(1)?).unwrap_or(0));
            let leaf = Leaf { n: size(row.int(0)?), seq, at: Instant(row.int(2)?), head: [0; 32] };
            Ok((leaf, size(row.int(3)?)))
        })
    }
}

fn link(key: &SpaceKey, act: &Sealed, may_see: &mut impl FnMut(&ActRow) -> bool) -> Result<Link, Fault> {
    let clear = &act.clear;
    let seq = Seq::of_key(clear.id);
    let (envelope, plain) = match act.open_line(key) {
        Ok(opened) => opened,
        // A row that was tampered with is hers to find: it is shown with a digest that fits no chain.
        Err(Fault::Damaged(_)) => {
            return Ok(Link::Withheld { seq, digest: Hex([0; 32]), hash: Hex(act.hash) });
        }
        Err(other) => return Err(other),
    };
    let known = Kind::of(clear.kind);
    let seen = match (known, read_line(&plain)) {
        (Some(kind), Ok(line)) => may_see(&ActRow {
            seq,
            at: Instant(clear.at),
            kind,
            entry: clear.entry.map(|tag| kernel::EntryId { person: key.person(), tag }),
            line: Some(line),
            data: None,
            blob_len: envelope.blob.map(|(_, length)| length),
            hash: act.hash,
        }),
        // What we cannot read we cannot judge; the chain says what is wrong with it.
        _ => false,
    };
    let hash = Hex(act.hash);
    let line = match String::from_utf8(plain) {
        Ok(line) if seen => line,
        line => {
            let plain = line.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
            return Ok(Link::Withheld {
                seq,
                digest: Hex(act_digest(clear, &sha256(&plain), &envelope)),
                hash,
            });
        }
    };
    Ok(Link::Told(Told {
        seq,
        at: Instant(clear.at),
        kind: clear.kind,
        name: known.map_or("", Kind::name).to_owned(),
        entry: clear.entry.map(|tag| Hex(tag.to_be_bytes())),
        nonce: Hex(clear.nonce),
        line,
        data: envelope.data_hash.map(Hex),
        content: envelope.blob.map(|(hash, _)| Hex(hash)),
        hash,
    }))
}

impl Proof {
    /// The checkpoint, read.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        self.checkpoint.as_deref().and_then(|note| note.parse().ok())
    }
}
