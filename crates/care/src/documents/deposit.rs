//! The second half of a deposit, inside a write transaction: whose space, may it be fed, is it the right
//! person, is it already there, what does it replace — then one act per document.
//!
//! All documents of a delivery are filed or none is. A document is recognised by its sender and her unique id for it:
//! the same bytes again get the same answer, other bytes are refused. Whoever presents a number that is another's is
//! told nothing by it: her document is filed as her own ([`rules::numbers_of`]).

use std::borrow::Cow;

use ::fhir::mhd::Part;
use kernel::{Actor, Answer, EntryId, Fault, Instant, PersonId, Refusal, RefusalKind, Seq, Visit};
use people::consent::{self, Action, Pass};
use people::enrolment::tally::Scope;
use people::person;
use store::{Act, Job, Kind, Line, Tx, Want};

use super::model::{Facts, Meta, SubmissionRef};
use super::prepare::{Prepared, Ready, Replaced};
use super::rules::{self, Known};
use super::sets::Set;
use super::{INDEX_PDF, queries};
use crate::record::fold::{Record, first_line};

/// What became of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub entry: EntryId,
    /// The act that carries it.
    pub seq: Seq,
    /// When it was filed, which also names its version.
    pub at: Instant,
    /// True when it was filed now, false when it had been there.
    pub new: bool,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposited {
    /// In whose space.
    pub person: PersonId,
    /// When.
    pub at: Instant,
    /// Each document, in the order of the delivery.
    pub documents: Vec<Stored>,
    /// The submission set's id, when the delivery had one.
    pub set: Option<EntryId>,
    /// Type codes of the documents that were filed now, for the pilots' counts.
    pub types: Vec<String>,
    /// Where they count.
    pub scope: Scope,
    /// Documents that now have a newer version.
    pub replaced: Vec<EntryId>,
    /// What each entry of the request was, for the answer.
    pub(crate) order: Vec<Part>,
    pub(crate) superseded: Vec<Option<EntryId>>,
}

/// Files a delivery that has been judged by itself ([`super::prepare`]).
///
/// # Errors
/// `ins-unknown`; what [`consent::open`] refuses; `traits-mismatch`, `duplicate-unique-id`,
/// `replaced-unknown`, `replaced-not-current`, `idempotency-key-reused`. What concerns
/// a known person is journalled in her space.
pub fn store(tx: &mut Tx<'_>, visit: &Visit, prepared: Prepared) -> Answer<Deposited> {
    let Some(id) = person::find_by_ins(tx, &prepared.ins)? else {
        let said = "nobody here has this INS; check the matricule and its OID";
        return Err(Refusal::invalid("ins-unknown", prepared.ins_path, said));
    };
    tx.lock_person(id)?;
    let Some(found) = person::load(tx, id)? else {
        return Err(Refusal::new(RefusalKind::Gone, "space-closed", "this person's space is no more"));
    };
    let scope = Scope::of(&found);
    let pass = consent::open_loaded(tx, visit, found, Action::DepositDocument)?;
    let refused_type = prepared.documents.first().map(|d| d.facts.kind.code.clone()).unwrap_or_default();
    // A refusal names what was refused, so that whoever does not see the one that is there does not read of its double.
    let named =
        |d: &Ready| entry_of(tx, id, &rules::numbers_of(&visit.actor, &d.facts), &d.facts.unique_id).tag;
    let named: Vec<i64> = prepared.documents.iter().take(Line::MOST_ENTRIES).map(named).collect();
    let result = file(tx, &pass, prepared, scope);
    if let Err(refusal) = &result
        && refusal.fault.is_none()
    {
        let line = Line { entries: named, ..pass.line().refused(refusal.code()).about(refused_type) };
        tx.note(
            pass.key(),
            Act { kind: Kind::DepositRefused, at: visit.now, entry: None, line, data: None, blob: None },
        );
    }
    result
}

fn file(tx: &mut Tx<'_>, pass: &Pass, prepared: Prepared, scope: Scope) -> Answer<Deposited> {
    for claim in &prepared.claims {
        rules::check_traits(&pass.identity().traits, &claim.claimed, &claim.path)?;
    }
    check_repeat(tx, pass, &prepared)?;
    let person = pass.person();
    // Without an id of its own, a set is known by its first document.
    let mut sets: Vec<(EntryId, Set)> = Vec::with_capacity(prepared.sets.len());
    for (i, set) in prepared.sets.into_iter().enumerate() {
        let first = prepared.documents.iter().find(|d| d.set == Some(i)).map(|d| &d.facts);
        let own =
            set.unique_id.as_deref().or(first.map(|facts| facts.unique_id.as_str())).unwrap_or_default();
        let numbers = first.map(|facts| rules::numbers_of(&pass.visit().actor, facts)).unwrap_or_default();
        sets.push((derived(tx, "submission", person, &numbers, own), set));
    }
    let mut deposited = Deposited {
        person,
        at: pass.visit().now,
        documents: Vec::with_capacity(prepared.documents.len()),
        set: sets.first().map(|(id, _)| *id),
        types: Vec::new(),
        scope,
        replaced: Vec::new(),
        order: prepared.order,
        superseded: Vec::new(),
    };
    for mut ready in prepared.documents {
        let numbers = rules::numbers_of(&pass.visit().actor, &ready.facts);
        let entry = entry_of(tx, person, &numbers, &ready.facts.unique_id);
        let place = format!("{}.masterIdentifier", ready.path);
        let (known, seq, at) = known(tx, pass, entry, &ready.facts)?;
        if !rules::decide_duplicate(known, &place)? {
            deposited.documents.push(Stored { entry, seq, at, new: false });
            continue;
        }
        ready.facts.replaces = replaced(tx, pass, &ready.replaces)?;
        deposited.replaced.extend(ready.facts.replaces.iter().copied());
        // Every document carries the set: whoever sees one of them sees what was said of all, and cannot tell by its
        // absence that there are others.
        let set = ready.set.and_then(|set| sets.get(set));
        let carried = set.map(|(id, set)| {
            ready.facts.submission = Some(SubmissionRef { tag: id.tag, here: true, sent: set.sent });
            set
        });
        deposited.types.push(ready.facts.kind.code.clone());
        let seq = append(tx, pass, entry, &ready, carried.map(|set| set.resource.as_slice()))?;
        deposited.documents.push(Stored { entry, seq, at: deposited.at, new: true });
    }
    if !prepared.superseded.is_empty() {
        let record = Record::load(tx, pass.key())?;
        let named = |mark: &Replaced| target_of(&record, pass, mark).map(|meta| meta.entry);
        deposited.superseded = prepared.superseded.iter().map(named).collect();
    }
    Ok(deposited)
}

/// Refuses an idempotency key that was used for something else; remembers a new one.
fn check_repeat(tx: &mut Tx<'_>, pass: &Pass, prepared: &Prepared) -> Answer<()> {
    let Some((key, sent)) = &prepared.repeat else { return Ok(()) };
    let client = match &pass.visit().actor {
        Actor::Software(software) => software.client_id.as_str(),
        _ => "",
    };
    let hash = tx.keyring().keyed_hash("idempotency", format!("{client}|{key}").as_bytes());
    match queries::sent_under(tx, pass.person(), &hash[..16])? {
        Some(before) if before == sent[..16] => Ok(()),
        Some(_) => Err(Refusal::new(
            RefusalKind::Conflict,
            "idempotency-key-reused",
            "this Idempotency-Key was used for another request; draw a new one for each request",
        )),
        None => {
            let now = pass.visit().now;
            Ok(queries::remember_sent(tx, pass.person(), &hash[..16], &sent[..16], now)?)
        }
    }
}

/// The id in this space of the document that somebody gave this unique id; whose number it is, as
/// [`rules::numbers_of`] says it.
pub(crate) fn entry_of(tx: &Tx<'_>, person: PersonId, numbers: &str, unique_id: &str) -> EntryId {
    derived(tx, "document", person, numbers, unique_id)
}

fn derived(tx: &Tx<'_>, domain: &str, person: PersonId, numbers: &str, unique_id: &str) -> EntryId {
    let mut bytes = person.0.to_be_bytes().to_vec();
    bytes.extend_from_slice(numbers.as_bytes());
    // No name has this byte in it: where one ends and the number begins cannot be moved.
    bytes.push(0);
    bytes.extend_from_slice(unique_id.as_bytes());
    let hash = tx.keyring().keyed_hash(domain, &bytes);
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    EntryId::new(person, u64::from_be_bytes(first))
}

fn known(
    tx: &mut Tx<'_>,
    pass: &Pass,
    entry: EntryId,
    facts: &Facts,
) -> Result<(Known, Seq, Instant), Fault> {
    let Some(seq) = tx.has_entry(pass.key(), entry)? else { return Ok((Known::No, Seq(0), Instant(0))) };
    let act = tx.act(pass.key(), seq, Want::DATA)?;
    let at = act.as_ref().map(|act| act.at).unwrap_or_default();
    let data = act.and_then(|act| act.data);
    // A withdrawn document has no data any more: its unique id is spent.
    let same = match data.as_deref().map(first_line) {
        Some(Ok(old)) => old.sha256 == facts.sha256,
        Some(Err(why)) => return Err(Fault::Damaged(format!("act {}: {why}", seq.0))),
        None => false,
    };
    Ok((if same { Known::Same } else { Known::Other }, seq, at))
}

/// The document that a sender names, by our id or by its unique id, which several senders may have drawn: hers.
fn target_of<'a>(record: &'a Record, pass: &Pass, replaced: &Replaced) -> Option<&'a Meta> {
    let by_id = replaced.id.as_deref().and_then(|id| id.parse::<EntryId>().ok());
    if let Some(entry) = by_id.filter(|entry| entry.person == pass.person()) {
        return record.find(entry.tag);
    }
    let hers = |meta: &Meta| rules::is_of_sender(&pass.visit().actor, meta);
    record.newest_under(replaced.unique_id.as_deref()?, hers)
}

/// The documents that a new one replaces, each found, current and of the same sender.
fn replaced(tx: &mut Tx<'_>, pass: &Pass, wanted: &[Replaced]) -> Answer<Vec<EntryId>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let record = Record::load(tx, pass.key())?;
    let mut found = Vec::new();
    for replaced in wanted {
        let target = target_of(&record, pass, replaced);
        match rules::check_replacement(&pass.visit().actor, target, &replaced.path) {
            Ok(()) => found.extend(target.map(|meta| meta.entry)),
            // A CDA may tell of a version that went elsewhere, or that somebody else deposited here.
            Err(_) if !replaced.must_exist => {}
            Err(refusal) => return Err(refusal),
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Appends one document as one act.
pub(super) fn append(
    tx: &mut Tx<'_>,
    pass: &Pass,
    entry: EntryId,
    ready: &Ready,
    set: Option<&[u8]>,
) -> Answer<Seq> {
    let now = pass.visit().now;
    let mut facts = Cow::Borrowed(&ready.facts);
    if comes_kept(tx, pass, &facts)? {
        facts.to_mut().security.kept = true;
    }
    let data = data(&facts, &ready.resource, set)?;
    let line = pass.line().about(ready.facts.kind.code.as_str());
    let act = Act { kind: Kind::Deposited, at: now, entry: Some(entry), line, data: Some(data), blob: None };
    let seq = tx.append_content(pass.key(), &act, &ready.content)?;
    if ready.words_in_pdf {
        tx.enqueue(Job {
            task: INDEX_PDF,
            key: entry.to_string(),
            person: Some(pass.person()),
            payload: format!("{{\"entry\":\"{entry}\"}}"),
            due: now,
        })?;
    }
    Record::keep_now_and_then(tx, pass.key(), seq)?;
    Ok(seq)
}

/// Whether a new document is one that the person keeps from those who act for her already: another version of it, or, for
/// a minor, the same bytes from elsewhere. What somebody who acts for her adds is not: that it vanished would tell him.
fn comes_kept(tx: &mut Tx<'_>, pass: &Pass, facts: &Facts) -> Answer<bool> {
    // Never by whether she keeps anything: how long it takes would tell the sender.
    if pass.standing().is_some() || facts.replaces.is_empty() && !pass.is_minor() {
        return Ok(false);
    }
    let record = Record::load(tx, pass.key())?;
    Ok(record.keeps_version_of(facts) || pass.is_minor() && record.keeps_copy_of(facts))
}

/// The data of a document's act: its facts, its `DocumentReference` and, once per submission, the `List`,
/// one JSON text a line.
pub(super) fn data(facts: &Facts, resource: &[u8], set: Option<&[u8]>) -> Result<Vec<u8>, Fault> {
    let mut data = serde_json::to_vec(facts).map_err(|e| Fault::Internal(format!("facts: {e}")))?;
    for line in [Some(resource), set].into_iter().flatten() {
        data.push(b'\n');
        data.extend_from_slice(line);
    }
    Ok(data)
}

/// The `DocumentReference` and the `List` in an act's data.
pub(super) fn resources(data: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    let mut lines = data.split(|b| *b == b'\n').skip(1);
    (lines.next(), lines.next())
}
