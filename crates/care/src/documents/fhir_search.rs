//! Searches of software over one space: ITI-66, ITI-67, and the journal as `AuditEvent`s.
//!
//! What is known without opening anything (a document's facts, the clear part of a journal line) decides first,
//! sorts and counts; then only what it leaves open, and the page that is answered, are opened. The answer is the
//! one that opening everything would give, which a test holds.

use std::collections::HashMap;

use ::fhir::build::{self, AuditAction, AuditEntity, AuditInput, AuditOutcome};
use ::fhir::search::{Cut, Handling, Judged, Kind as Searched, Place, Query};
use ::fhir::view::Coding;
use kernel::{Answer, EntryId, Fault, Refusal, Seq, Visit};
use people::consent::{Action, Pass};
use serde_json::Value;
use store::{ActRow, Kind, Outcome, Tx, Want};

use super::fhir::{ACT, dressed, reading, searching, tells_whose};
use super::model::Meta;
use super::outline::{ActLine, Line, SetLine};
use super::read::{self, note};
use super::{plain, sets};
use crate::record::fold::Seen;
use crate::record::{journal, sentences};

/// `GET DocumentReference?…`, `GET List?…`, `GET AuditEvent?…`: one page of what was found. `url` is the
/// address of the search without its query.
///
/// # Errors
/// What `::fhir::search` refuses; `patient-missing`; as `consent::open`.
pub fn search(
    tx: &mut Tx<'_>,
    visit: &Visit,
    kind: Searched,
    pairs: &[(String, String)],
    handling: Handling,
    url: &str,
) -> Answer<Value> {
    let mut query = Query::parse(kind, pairs, handling).map_err(Refusal::invalid_all)?;
    let action = if kind == Searched::AuditEvent { Action::ReadJournal } else { Action::ReadRecord };
    let pass = searching(tx, visit, query.patient.as_ref(), action)?;
    query.tell_patient(&format!("Patient/{}", pass.person()));
    let cut = cut(tx, &pass, &query, true)?;
    let noted = if kind == Searched::AuditEvent { Kind::JournalRead } else { Kind::Searched };
    note(tx, &pass, noted, None, cut.total().to_string());
    Ok(::fhir::search::page(cut, &query, url))
}

/// The page of what the viewer sees that a search finds. Not `by_outline`, everything is opened, which answers the
/// same and takes longer: for the test that holds the two equal.
pub(super) fn cut(tx: &mut Tx<'_>, pass: &Pass, query: &Query, by_outline: bool) -> Answer<Cut<Value>> {
    let search = Search { query, by_outline };
    match query.kind {
        Searched::DocumentReference => search.document_references(tx, pass),
        Searched::List => search.lists(tx, pass),
        Searched::AuditEvent => search.audit_events(tx, pass),
    }
}

/// All of the documents that the viewer sees and a search finds; one is opened only where its facts leave open whether
/// it is found.
pub(super) fn found<'s>(
    tx: &mut Tx<'_>,
    pass: &Pass,
    query: &Query,
    seen: &'s Seen,
) -> Answer<Vec<&'s Meta>> {
    let (mut found, named) = (Vec::new(), tells_whose(pass));
    for meta in &seen.documents {
        let fits = match query.judge(&Line(meta)) {
            Judged::In(_) => true,
            Judged::Out => false,
            Judged::Unsure => {
                open(tx, pass, meta, seen, named)?.is_some_and(|resource| query.place(&resource).is_some())
            }
        };
        if fits {
            found.push(meta);
        }
    }
    Ok(found)
}

/// The resource of a document; `None` once its data were erased.
fn open(tx: &mut Tx<'_>, pass: &Pass, meta: &Meta, seen: &Seen, named: bool) -> Answer<Option<Value>> {
    match read::resource(tx, pass, meta) {
        Ok((resource, _)) => dressed(&resource, meta, seen, named).map(Some),
        Err(refusal) if refusal.fault.is_none() => Ok(None),
        Err(fault) => Err(fault),
    }
}

struct Search<'q> {
    query: &'q Query,
    by_outline: bool,
}

/// Something that was found: opened already if that was needed to find it.
type Found<'a, T> = (&'a T, Option<Value>);

impl Search<'_> {
    /// What of `all` is found, by its outline where that is enough and by the resource where it is not; then the
    /// page that is asked for, each of its entries opened.
    fn cut<T>(
        &self,
        all: &[T],
        judge: impl Fn(&T) -> Judged,
        mut open: impl FnMut(&T) -> Answer<Option<Value>>,
    ) -> Answer<Cut<Value>> {
        let mut found: Vec<(Place, Found<'_, T>)> = Vec::with_capacity(all.len());
        for one in all {
            match if self.by_outline { judge(one) } else { Judged::Unsure } {
                Judged::Out => {}
                Judged::In(place) => found.push((place, (one, None))),
                Judged::Unsure => {
                    let Some(resource) = open(one)? else { continue };
                    if let Some(place) = self.query.place(&resource) {
                        found.push((place, (one, Some(resource))));
                    }
                }
            }
        }
        self.query.cut(found).open(|(one, resource)| match resource {
            Some(resource) => Ok(resource),
            None => open(one)?.ok_or_else(|| Fault::Damaged("something found is not there".into()).into()),
        })
    }

    fn document_references(&self, tx: &mut Tx<'_>, pass: &Pass) -> Answer<Cut<Value>> {
        let seen = Seen::load(tx, pass)?;
        // Asked once: the policies answer it, and a page has hundreds of documents.
        let named = tells_whose(pass);
        let open = |meta: &Meta| open(tx, pass, meta, &seen, named);
        self.cut(&seen.documents, |meta| self.query.judge(&Line(meta)), open)
    }

    fn lists(&self, tx: &mut Tx<'_>, pass: &Pass) -> Answer<Cut<Value>> {
        let seen = Seen::load(tx, pass)?;
        let all = members(&seen);
        let named = tells_whose(pass);
        let open = |set: &Members<'_>| set.open(tx, pass, named).map(Some);
        self.cut(&all, |set| self.query.judge(&set.outline()), open)
    }

    /// The journal as `AuditEvent`s, as far as the viewer may know it.
    fn audit_events(&self, tx: &mut Tx<'_>, pass: &Pass) -> Answer<Cut<Value>> {
        let mut all: Vec<(Seq, ActRow)> = Vec::new();
        journal::outlines(tx, pass, |rank, row| all.push((rank, row)))?;
        let outline = |(rank, row): &(Seq, ActRow)| ActLine {
            id: audit_id(pass, *rank),
            at: row.at,
            action: action_of(row.kind).code(),
            subtype: sentences::word(row.kind),
        };
        let open = |(rank, row): &(Seq, ActRow)| {
            let act = tx.act(pass.key(), row.seq, Want::LINES)?;
            Ok(act.and_then(|act| audit_event(pass, *rank, &act)))
        };
        self.cut(&all, |act| self.query.judge(&outline(act)), open)
    }
}

/// A submission set of which the viewer sees a document, with the documents she sees.
struct Members<'a> {
    tag: i64,
    documents: Vec<&'a Meta>,
}

impl Members<'_> {
    fn id(&self) -> EntryId {
        EntryId { person: self.documents[0].entry.person, tag: self.tag }
    }

    /// The document whose act also holds the `List`, if the viewer sees it.
    fn carrier(&self) -> Option<&Meta> {
        self.documents.iter().copied().find(|meta| meta.facts.submission.as_ref().is_some_and(|s| s.here))
    }

    fn outline(&self) -> SetLine {
        let date = match self.carrier() {
            Some(carrier) => carrier.facts.submission.as_ref().and_then(|submission| submission.sent),
            None => Some(self.documents[0].received),
        };
        SetLine { id: self.id().to_string(), date }
    }

    fn open(&self, tx: &mut Tx<'_>, pass: &Pass, named: bool) -> Answer<Value> {
        let sent = match self.carrier() {
            Some(meta) => read::resource(tx, pass, meta)?.1,
            None => None,
        };
        Ok(sets::list(self.tag, &self.documents, sent.as_deref(), named))
    }
}

fn members(seen: &Seen) -> Vec<Members<'_>> {
    let mut all: Vec<Members<'_>> = Vec::new();
    let mut places: HashMap<i64, usize> = HashMap::new();
    for meta in &seen.documents {
        let Some(submission) = &meta.facts.submission else { continue };
        let place = *places.entry(submission.tag).or_insert(all.len());
        match all.get_mut(place) {
            Some(set) => set.documents.push(meta),
            None => all.push(Members { tag: submission.tag, documents: vec![meta] }),
        }
    }
    all
}

/// `GET List/{id}`: a submission set.
///
/// # Errors
/// As `consent::open`; `not-found`.
pub fn list(tx: &mut Tx<'_>, visit: &Visit, id: EntryId) -> Answer<Value> {
    let pass = reading(tx, visit, id.person, Action::ReadRecord)?;
    let seen = Seen::load(tx, &pass)?;
    let set = members(&seen).into_iter().find(|set| set.tag == id.tag).ok_or_else(Refusal::not_found)?;
    let found = set.open(tx, &pass, tells_whose(&pass))?;
    note(tx, &pass, Kind::ListRead, None, "1");
    Ok(found)
}

fn audit_id(pass: &Pass, seq: Seq) -> String {
    format!("{}-a{}", pass.person(), seq.0)
}

fn audit_event(pass: &Pass, rank: Seq, act: &ActRow) -> Option<Value> {
    let line = act.line.as_ref()?;
    let subtype = Coding::new(ACT, sentences::word(act.kind), act.kind.name());
    let on_behalf = line.on_behalf_of.map(|person| format!("Patient/{person}"));
    let (outcome, reason) = match &line.outcome {
        Outcome::Done => (AuditOutcome::Success, None),
        Outcome::Refused(code) => (AuditOutcome::Refused, Some(code.as_str())),
    };
    let reference = act.entry.map(|entry| format!("DocumentReference/{entry}"));
    let name = line.about.as_deref().filter(|_| reference.is_some());
    let name = name.map(|code| plain::type_name(code, pass.visit().language));
    let entities: Vec<AuditEntity<'_>> =
        reference.iter().map(|reference| AuditEntity { reference, name }).collect();
    Some(build::audit_event(&AuditInput {
        id: &audit_id(pass, rank),
        when: act.at,
        actor: &line.actor,
        on_behalf_of: on_behalf.as_deref(),
        purpose: line.purpose,
        right: line.right,
        action: action_of(act.kind),
        subtype: &subtype,
        outcome,
        reason: reason.or(line.reason.as_deref()),
        patient: &format!("Patient/{}", pass.person()),
        entities: &entities,
        observer: "Carnet",
    }))
}

fn action_of(kind: Kind) -> AuditAction {
    match kind {
        Kind::Deposited | Kind::Opened | Kind::PasskeyAdded | Kind::RecoveryCodesMade => AuditAction::Create,
        Kind::Withdrawn | Kind::PasskeyRemoved => AuditAction::Delete,
        Kind::Amended | Kind::IdentityUpdated => AuditAction::Update,
        kind if sentences::is_look(kind) => AuditAction::Read,
        _ => AuditAction::Execute,
    }
}
