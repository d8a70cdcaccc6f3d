//! The record as it stands: the fold of a space's deposits, withdrawals and amendments.
//!
//! Invariants: the fold of a kept snapshot and the acts after it equals the fold of all acts; what a viewer
//! does not see is dropped in [`Record::seen_by`], the only way out of here, and leaves no trace in what is
//! left.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{Actor, EntryId, Fault, Instant, PersonId, Seq};
use people::consent::{EntryFacts, Eyes, Hideable, Pass, Sharing};
use store::{ActRow, Kind, Slot, SpaceKey, Tx, Want};

use super::{kept, queries, same};
use crate::documents::model::{Facts, Meta, Source, Status};
use crate::documents::rules;

/// The kinds of acts that change the record.
pub const KINDS: &[Kind] =
    &[Kind::Deposited, Kind::Withdrawn, Kind::Amended, Kind::KeptSecret, Kind::SecretLifted, Kind::Announced];

/// The snapshot's age is looked at when a deposit's rank is a multiple of this; one act after it costs a reader
/// as much as thirty documents in it.
const LOOK_EVERY: u32 = 8;

/// One act of age is allowed for so many stored bytes of snapshot, so that an act costs at most this much
/// rewriting, however much the space holds.
const BYTES_AN_ACT: i64 = 4 << 10;

/// Everything the space holds, seen by nobody yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    documents: Vec<Meta>,
    by_tag: HashMap<i64, usize>,
    /// The last act folded in.
    pub upto: Seq,
}

impl Record {
    /// The record of a space: its snapshot, and the acts after it.
    ///
    /// # Errors
    /// Faults of the store; `Fault::Damaged` for an act whose facts do not parse.
    pub fn load(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Self, Fault> {
        let mut record = match tx.snapshot(key, Slot::Record)? {
            Some((upto, bytes)) => Self::from_snapshot(key.person(), upto, &bytes).unwrap_or_default(),
            None => Self::default(),
        };
        tx.acts(key, record.upto, Want::ALL.of(KINDS), |row| record.apply(&row))?;
        Ok(record)
    }

    /// The record folded from its first act, without the snapshot: for checks and repairs.
    ///
    /// # Errors
    /// As [`Record::load`].
    pub fn load_from_the_start(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Self, Fault> {
        let mut record = Self::default();
        tx.acts(key, Seq(0), Want::ALL.of(KINDS), |row| record.apply(&row))?;
        Ok(record)
    }

    fn from_snapshot(person: PersonId, upto: Seq, bytes: &[u8]) -> Option<Self> {
        let documents = kept::read(person, bytes)?;
        let by_tag = documents.iter().enumerate().map(|(i, meta)| (meta.entry.tag, i)).collect();
        Some(Self { documents, by_tag, upto })
    }

    /// A snapshot of these documents.
    #[cfg(test)]
    pub(crate) fn bytes_of(documents: &[Meta]) -> Vec<u8> {
        kept::write(documents).unwrap()
    }

    /// Written down and read again, as a snapshot would be.
    #[cfg(test)]
    pub(crate) fn through_snapshot(record: &Self, person: PersonId) -> Self {
        let bytes = kept::write(&record.documents).unwrap();
        Self::from_snapshot(person, record.upto, &bytes).unwrap()
    }

    /// Keeps the record as a snapshot. In write transactions only.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn keep(&self, tx: &mut Tx<'_>, key: &SpaceKey) -> Result<(), Fault> {
        tx.put_snapshot(key, Slot::Record, self.upto, &kept::write(&self.documents)?)
    }

    /// After a deposit of rank `seq`: refreshes the snapshot when it has grown old, so that it stays close behind
    /// the head. What that costs an act is bounded: a snapshot is written again only after as many acts as its
    /// size is worth.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn keep_now_and_then(tx: &mut Tx<'_>, key: &SpaceKey, seq: Seq) -> Result<(), Fault> {
        if !seq.0.is_multiple_of(LOOK_EVERY) {
            return Ok(());
        }
        let (upto, size) = queries::age_of_snapshot(tx, key.person())?.unwrap_or_default();
        let age = i64::from(seq.0) - upto;
        if age >= i64::from(LOOK_EVERY).max(size / BYTES_AN_ACT) {
            Self::load(tx, key)?.keep(tx, key)?;
        }
        Ok(())
    }

    /// One act further.
    ///
    /// # Errors
    /// `Fault::Damaged` for an act that lacks what its kind must have.
    pub fn apply(&mut self, row: &ActRow) -> Result<(), Fault> {
        let torn = |what: &str| Fault::Damaged(format!("act {} of a record: {what}", row.seq.0));
        self.upto = row.seq;
        let entry = row.entry.ok_or_else(|| torn("no entry"))?;
        let facts = row.data.as_deref().map(first_line).transpose().map_err(|e| torn(&e))?;
        match row.kind {
            Kind::Deposited => {
                let line = row.line.as_ref().ok_or_else(|| torn("no journal line"))?;
                self.deposit(row, entry, line.actor.clone(), facts);
            }
            Kind::Withdrawn => {
                // What it had replaced is told here again: its own act is erased.
                self.supersede(entry, facts.as_ref());
                self.change(row, entry, |meta| {
                    meta.status = Status::Withdrawn;
                    if let Some(facts) = facts {
                        meta.facts = facts;
                    }
                });
            }
            Kind::Amended => self.change(row, entry, |meta| {
                if let Some(facts) = facts {
                    // What she has been told is not taken back, and what she keeps is hers to show.
                    let was = meta.facts.security;
                    meta.facts = facts;
                    meta.facts.security.invisible_to_patient &= was.invisible_to_patient;
                    meta.facts.security.kept = was.kept;
                }
            }),
            Kind::Announced => self.change(row, entry, |meta| {
                meta.facts.security.invisible_to_patient = false;
            }),
            // Neither makes a new version: whoever may not know of it must not see it in a date.
            Kind::KeptSecret | Kind::SecretLifted => {
                if let Some(i) = self.by_tag.get(&entry.tag) {
                    self.documents[*i].facts.security.kept = row.kind == Kind::KeptSecret;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn deposit(&mut self, row: &ActRow, entry: EntryId, sender: Actor, facts: Option<Facts>) {
        self.supersede(entry, facts.as_ref());
        let facts = facts.unwrap_or_else(erased);
        let meta = Meta {
            same: Arc::default(),
            alike: Arc::default(),
            entry,
            seq: row.seq,
            version: row.seq,
            changed: row.at,
            received: row.at,
            sender: sender.into(),
            status: Status::Current,
            replaced_by: None,
            facts,
        };
        self.by_tag.insert(entry.tag, self.documents.len());
        self.documents.push(meta);
    }

    /// What a document replaces no longer stands.
    fn supersede(&mut self, by: EntryId, facts: Option<&Facts>) {
        for replaced in facts.iter().flat_map(|facts| &facts.replaces) {
            if let Some(i) = self.by_tag.get(&replaced.tag) {
                let older = &mut self.documents[*i];
                if older.status == Status::Current {
                    older.status = Status::Superseded;
                }
                // Whether this is a new version of it depends on who sees the new document: `seen_where`.
                older.replaced_by = Some(by);
            }
        }
    }

    fn change(&mut self, row: &ActRow, entry: EntryId, f: impl FnOnce(&mut Meta)) {
        if let Some(i) = self.by_tag.get(&entry.tag) {
            let meta = &mut self.documents[*i];
            f(meta);
            meta.version = row.seq;
            meta.changed = row.at;
        }
    }

    /// A document by its tag, for decisions about deposits: the sender is told what concerns what she sent.
    #[must_use]
    pub(crate) fn find(&self, tag: i64) -> Option<&Meta> {
        self.by_tag.get(&tag).map(|i| &self.documents[*i])
    }

    /// What a word of hers is about, when she keeps a document from those who act for her, or no longer: all its versions
    /// and copies as far as she knows of them, and what waits right beside one of these until she is told of it. Nothing
    /// by way of what waits: of that she may never be told.
    #[must_use]
    pub(crate) fn one_secret(&self, entry: EntryId) -> Vec<&Meta> {
        let Some(i) = self.by_tag.get(&entry.tag) else { return Vec::new() };
        let known = same::with(*i, &self.documents, &self.by_tag, counts_to_her);
        let mut all: Vec<&Meta> = known.into_iter().map(|i| &self.documents[i]).collect();
        let waiting = self.documents.iter().filter(|meta| !counts_to_her(meta));
        let beside: Vec<&Meta> =
            waiting.filter(|meta| all.iter().any(|one| same::are_one(one, meta))).collect();
        all.extend(beside);
        all
    }

    /// Whether a new document with these facts replaces something that she keeps.
    #[must_use]
    pub(crate) fn keeps_version_of(&self, facts: &Facts) -> bool {
        self.keeps(|older| facts.replaces.contains(&older.entry))
    }

    /// Whether it has the very bytes of something that she keeps.
    #[must_use]
    pub(crate) fn keeps_copy_of(&self, facts: &Facts) -> bool {
        self.keeps(|older| same::are_copies(facts, &older.facts))
    }

    /// What she does not see yet makes nothing a secret: it would tell her of it.
    fn keeps(&self, is_one: impl Fn(&Meta) -> bool) -> bool {
        self.documents.iter().filter(|older| older.facts.security.kept && counts_to_her(older)).any(is_one)
    }

    /// The newest document with this unique id among those that `hers` holds for: one that stands, if any does.
    #[must_use]
    pub(crate) fn newest_under(&self, unique_id: &str, hers: impl Fn(&Meta) -> bool) -> Option<&Meta> {
        let named = self.documents.iter().filter(|meta| meta.facts.unique_id == unique_id && hers(meta));
        named.max_by_key(|meta| (meta.status == Status::Current, meta.seq))
    }

    /// A standing document that the owner added herself and that has these very bytes.
    #[must_use]
    pub(crate) fn own_with_bytes(&self, sha256: &str) -> Option<&Meta> {
        self.documents
            .iter()
            .find(|meta| meta.is_own() && meta.status == Status::Current && meta.facts.sha256 == sha256)
    }

    /// What this viewer sees, oldest deposit first. What stands in place of something she does not see
    /// stands for her; what was withdrawn is gone.
    #[must_use]
    pub fn seen_by(self, pass: &Pass) -> Seen {
        self.seen_where(pass, |meta| pass.sees(&entry_facts(pass, meta)))
    }

    /// As [`Record::seen_by`], of what `sees` lets through.
    fn seen_where(self, pass: &Pass, sees: impl Fn(&Meta) -> bool) -> Seen {
        let Self { mut documents, by_tag, .. } = self;
        // What a person may not see, she not yet or those who act for her not at all, is the same as nothing to her.
        let is_citizen = matches!(pass.visit().actor, Actor::Citizen { .. });
        let counts = |meta: &Meta| !is_citizen || pass.sees(&entry_facts(pass, meta));
        same::tell(&mut documents, &by_tag, counts);
        let visible: Vec<bool> =
            documents.iter().map(|meta| meta.status != Status::Withdrawn && sees(meta)).collect();
        let is_seen = |entry: &EntryId| by_tag.get(&entry.tag).is_some_and(|i| visible[*i]);
        let hidden =
            documents.iter().zip(&visible).filter(|(_, seen)| !**seen).map(|(meta, _)| meta).filter(|meta| {
                // A withdrawn document leaves its traces in the journal if she could see it before.
                meta.status != Status::Withdrawn || !sees(meta)
            });
        let hidden = hidden.map(|meta| meta.entry.tag).collect();
        let replacement = |meta: &Meta| {
            let by = meta.replaced_by.filter(is_seen).and_then(|by| by_tag.get(&by.tag));
            by.map(|i| (documents[*i].seq, documents[*i].received))
        };
        let replaced: Vec<Option<(Seq, Instant)>> = documents.iter().map(replacement).collect();
        let mut seen = Vec::with_capacity(documents.len());
        for (i, mut meta) in documents.into_iter().enumerate().filter(|(i, _)| visible[*i]) {
            match (meta.replaced_by, replaced[i]) {
                (Some(_), Some((seq, at))) => {
                    meta.version = meta.version.max(seq);
                    meta.changed = meta.changed.max(at);
                }
                // That it was replaced must not show in its version either.
                (Some(_), None) => {
                    meta.replaced_by = None;
                    meta.status = Status::Current;
                }
                (None, _) => {}
            }
            meta.facts.replaces.retain(&is_seen);
            if pass.visit().on_behalf_of.is_some() {
                // Ranks have gaps where something is kept from those who act; the second of the change has none.
                meta.version =
                    Seq(u32::try_from(meta.changed.0 / kernel::Instant::SECOND).unwrap_or(u32::MAX));
            }
            seen.push(meta);
        }
        Seen { documents: seen, hidden }
    }
}

/// What one viewer sees of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Documents, oldest deposit first.
    pub documents: Vec<Meta>,
    /// Tags of what she does not see, so that journal lines about it can be left out too. Never shown,
    /// never counted.
    pub(crate) hidden: std::collections::HashSet<i64>,
}

impl Seen {
    /// What the holder of `pass` sees of the space.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn load(tx: &mut Tx<'_>, pass: &Pass) -> Result<Self, Fault> {
        Ok(Record::load(tx, pass.key())?.seen_by(pass))
    }

    /// What the holder of `pass` sees of a record that is already at hand.
    #[must_use]
    pub fn of(record: Record, pass: &Pass) -> Self {
        record.seen_by(pass)
    }

    /// What somebody else would see of a record, of what the holder of `pass` sees herself: her own list through
    /// another's eyes, replacements and all.
    #[must_use]
    pub fn through(record: Record, pass: &Pass, eyes: &Eyes) -> Self {
        record
            .seen_where(pass, |meta| pass.sees(&entry_facts(pass, meta)) && eyes.sees(&facts_for(eyes, meta)))
    }

    /// One document.
    #[must_use]
    pub fn document(&self, entry: EntryId) -> Option<&Meta> {
        self.documents.iter().find(|meta| meta.entry == entry)
    }

    /// Earlier versions of a document, newest first.
    #[must_use]
    pub fn earlier(&self, meta: &Meta) -> Vec<&Meta> {
        let mut found: Vec<&Meta> = Vec::new();
        let mut next: Vec<EntryId> = meta.facts.replaces.clone();
        while let Some(entry) = next.pop() {
            if let Some(older) = self.document(entry)
                && found.iter().all(|known| known.entry != entry)
            {
                next.extend(older.facts.replaces.iter().copied());
                found.push(older);
            }
        }
        found.sort_by_key(|older| std::cmp::Reverse(older.seq));
        found
    }
}

/// Whether a document is one to the person herself: not before she was told of it.
fn counts_to_her(meta: &Meta) -> bool {
    !meta.facts.security.invisible_to_patient
}

/// What the policies may know about a document, for the holder of `pass`.
#[must_use]
pub fn entry_facts(pass: &Pass, meta: &Meta) -> EntryFacts {
    facts(&pass.visit().actor, pass.sharing(), meta)
}

/// The same for somebody through whose eyes the space is looked at.
#[must_use]
pub fn facts_for(eyes: &Eyes, meta: &Meta) -> EntryFacts {
    facts(eyes.actor(), eyes.sharing(), meta)
}

/// The same for any reader, and any decisions of the person.
pub(crate) fn facts(reader: &Actor, sharing: &Sharing, meta: &Meta) -> EntryFacts {
    EntryFacts {
        type_code: meta.facts.kind.code.clone(),
        class_code: meta.facts.class.code.clone(),
        secret: meta.facts.security.invisible_to_representatives,
        kept: meta.facts.security.kept,
        hidden: is_hidden(sharing, meta),
        not_yet_for_patient: meta.facts.security.invisible_to_patient,
        by_reader: rules::is_of_sender(reader, meta),
    }
}

/// Whether professionals are kept from a document: by her, or by its author.
pub(crate) fn is_hidden(sharing: &Sharing, meta: &Meta) -> bool {
    // Organisations matter to times of care alone; most people hide none.
    let authors = if sharing.episodes.is_empty() { &[][..] } else { &meta.facts.authors[..] };
    let organizations: Vec<&str> = authors
        .iter()
        .flat_map(|author| [author.organization_id.as_deref(), author.organization.as_deref()])
        .flatten()
        .collect();
    sharing.hides(&Hideable { organizations: &organizations, ..hideable(meta) })
}

/// Her word on a document, when she has said one of it.
pub(crate) fn word(sharing: &Sharing, meta: &Meta) -> Option<bool> {
    sharing.word(&hideable(meta))
}

fn hideable(meta: &Meta) -> Hideable<'_> {
    let facts = &meta.facts;
    Hideable {
        entry: meta.entry,
        same: &meta.same,
        alike: &meta.alike,
        seq: meta.seq,
        class: &facts.class.code,
        care: facts.care_began.unwrap_or(facts.dated),
        organizations: &[],
        masked: facts.security.masked,
    }
}

/// The facts on the first line of an act's data.
pub(crate) fn first_line(data: &[u8]) -> Result<Facts, String> {
    let line = data.split(|b| *b == b'\n').next().unwrap_or_default();
    serde_json::from_slice(line).map_err(|e| e.to_string())
}

/// What is left of a document whose data was erased.
fn erased() -> Facts {
    Facts {
        unique_id: String::new(),
        kind: Default::default(),
        class: Default::default(),
        title: String::new(),
        dated: Default::default(),
        care_began: None,
        written: None,
        tells: Default::default(),
        authors: Default::default(),
        format: None,
        media: crate::documents::model::Media::Text,
        size: 0,
        sha256: String::new(),
        language: None,
        security: Default::default(),
        replaces: Vec::new(),
        submission: None,
        source: Source::Fhir,
    }
}
