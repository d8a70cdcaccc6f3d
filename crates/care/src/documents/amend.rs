//! Who may see a document, said anew by whoever sent it: the labels of its description, and nothing else (PDSm flow 03;
//! the visibility flags of CI-SIS, `facts/france.md` §3.5). What the person decided about it is hers and stays.

use ::fhir::patch::{self, Trouble};
use ::fhir::search::{Handling, Kind as Searched, Query};
use ::fhir::view::{Coding, DocRef, items};
use kernel::{Answer, EntryId, Refusal, RefusalKind, Visit};
use people::consent::{Action, Pass};
use serde_json::{Map, Value};
use store::{Act, Kind, Tx};

use super::fhir::{dressed, reading, searching, version};
use super::model::{Meta, Security};
use super::{deposit, describe, facts, fhir_search, read, rules};
use crate::record::fold::{Record, Seen};

/// The element that is changed this way.
const LABELS: &str = "securityLabel";

/// `PATCH DocumentReference/{id}`: the description as it is then. `if_match` is the version that the sender knows.
/// Labels that are so already are not written again: the sender has read back what it sent.
///
/// # Errors
/// `not-found` for what is not of this sender, or is none; `version-differs`; what [`patch::apply`] refuses;
/// `label-unknown`, `labels-exclude-everybody`, `result-told-already`.
pub fn amend(
    tx: &mut Tx<'_>,
    visit: &Visit,
    entry: EntryId,
    parameters: &Value,
    if_match: Option<&str>,
) -> Answer<Value> {
    let pass = reading(tx, visit, entry.person, Action::AmendDocument)?;
    tx.lock_person(pass.person())?;
    let (meta, seen) = read::find(tx, &pass, entry)?;
    relabel(tx, &pass, (&meta, &seen), parameters, if_match)
}

/// `PATCH DocumentReference?…`: the same for the one document that a search finds (R4 §3.1.0.7.1, conditional patch).
///
/// # Errors
/// As [`amend`]; as a search; `patient-missing`; `several-found`.
pub fn amend_found(
    tx: &mut Tx<'_>,
    visit: &Visit,
    pairs: &[(String, String)],
    parameters: &Value,
    if_match: Option<&str>,
) -> Answer<Value> {
    let query =
        Query::parse(Searched::DocumentReference, pairs, Handling::Strict).map_err(Refusal::invalid_all)?;
    let pass = searching(tx, visit, query.patient.as_ref(), Action::AmendDocument)?;
    tx.lock_person(pass.person())?;
    let seen = Seen::load(tx, &pass)?;
    match fhir_search::found(tx, &pass, &query, &seen)?.as_slice() {
        [one] => relabel(tx, &pass, (one, &seen), parameters, if_match),
        [] => Err(Refusal::not_found()),
        several => {
            let said =
                format!("{} documents fit this search; say which one, by its identifier", several.len());
            Err(Refusal::new(RefusalKind::Precondition, "several-found", said))
        }
    }
}

fn relabel(
    tx: &mut Tx<'_>,
    pass: &Pass,
    (meta, seen): (&Meta, &Seen),
    parameters: &Value,
    if_match: Option<&str>,
) -> Answer<Value> {
    let known = if_match.is_none_or(|known| known == format!("W/\"{}\"", version(meta.changed)));
    if !known {
        let said = "the document was changed since; read it again, and say what is to change in it";
        return Err(Refusal::new(RefusalKind::Precondition, "version-differs", said));
    }
    let (resource, _) = read::resource(tx, pass, meta)?;
    let before = dressed(&resource, meta, seen, true)?;
    let mut after = before.clone();
    patch::apply(parameters, &mut after, LABELS).map_err(|trouble| match trouble {
        Trouble::Elsewhere(issue) => {
            Refusal { kind: RefusalKind::NotAllowed, ..Refusal::invalid_all(vec![issue]) }
        }
        Trouble::Wrong(issue) => Refusal::invalid_all(vec![issue]),
    })?;
    let wrong = ::fhir::validate::validate(&after);
    if !wrong.is_empty() {
        return Err(Refusal::invalid_all(wrong));
    }
    let (old, new) = (codes(&before), codes(&after));
    if let Some(code) = new.iter().find(|code| !is_known(code) && !old.contains(code)) {
        let said = format!("{code:?} is no label that says here who may see a document (JDV_J08)");
        return Err(Refusal::invalid("label-unknown", LABELS, said));
    }
    let was = meta.facts.security;
    let security = Security { kept: was.kept, ..facts::security_of(new.iter().map(String::as_str)) };
    rules::check_change(was, security, LABELS)?;
    if security == was {
        read::note(tx, pass, Kind::DocumentRead, Some(meta.entry), meta.facts.kind.code.as_str());
        return Ok(before);
    }
    let meta = write(tx, pass, meta, security)?;
    dressed(&resource, &meta, seen, true)
}

/// The act; the document as it is after it.
fn write(tx: &mut Tx<'_>, pass: &Pass, meta: &Meta, security: Security) -> Answer<Meta> {
    let now = pass.visit().now;
    let mut meta = Meta { changed: now, ..meta.clone() };
    meta.facts.security = security;
    let line = pass.line().about(meta.facts.kind.code.as_str());
    let data = Some(deposit::data(&meta.facts, b"", None)?);
    let act = Act { kind: Kind::Amended, at: now, entry: Some(meta.entry), line, data, blob: None };
    tx.append(pass.key(), act)?;
    // The kept state must not lag behind a decision on who may see.
    Record::load(tx, pass.key())?.keep(tx, pass.key())?;
    Ok(meta)
}

/// All codes of all labels of a description.
fn codes(resource: &Value) -> Vec<String> {
    DocRef(resource).security_labels().into_iter().map(|label| label.code).collect()
}

/// Whether a label says something here.
fn is_known(code: &str) -> bool {
    code == "N" || facts::security_of([code]) != Security::default()
}

/// Says the labels as they are now, where they are no longer those that were sent: since the person was told of a
/// result, or since [`amend`]. Labels that say nothing here stay.
pub(super) fn say_labels(resource: &mut Map<String, Value>, security: Security) {
    let concepts = resource.get(LABELS).and_then(Value::as_array).cloned().unwrap_or_default();
    let code_of =
        |concept: &Value| items(concept, "coding").iter().filter_map(Coding::read).map(|c| c.code).collect();
    let sent: Vec<Vec<String>> = concepts.iter().map(code_of).collect();
    let told = facts::security_of(sent.iter().flatten().map(String::as_str));
    if (Security { kept: security.kept, ..told }) == security {
        return;
    }
    let others = concepts.iter().zip(&sent).filter(|(_, codes)| !codes.iter().any(|code| is_known(code)));
    let mut labels: Vec<Value> = describe::labels(security).iter().map(Coding::concept).collect();
    labels.extend(others.map(|(concept, _)| concept.clone()));
    resource.insert(LABELS.to_owned(), Value::Array(labels));
}
