//! What she keeps from those who act for her: it stays kept when it comes again, and her word is one for all versions.

use kernel::{Actor, EntryId, PersonId, Seq, Visit};
use people::consent::{self, Action};
use serde_json::{Value, json};
use store::{ActRow, Kind, Line, Store, testing::both};

use super::judging;
use super::support::{HER, allow_claire, doctor, enrol, her, lab, publish, simplified};
use crate::documents::deposit::data;
use crate::documents::model::Facts;
use crate::documents::{announce, secret};
use crate::record::fold::Record;

fn put(store: &Store, visit: &Visit, id: &str, text: &str, more: &Value) -> EntryId {
    publish(store, visit, &simplified(id, "text/plain", text.as_bytes(), more)).unwrap().documents[0].entry
}

fn replacing(old: EntryId) -> Value {
    json!({"relatesTo": [{"code": "replaces", "target": {"reference": format!("DocumentReference/{old}")}}]})
}

/// Which of these she keeps; from the snapshot, and the same without it.
fn kept<const N: usize>(store: &Store, entries: [EntryId; N]) -> [bool; N] {
    let records = store.read(move |tx| {
        let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
        Ok([Record::load(tx, pass.key())?, Record::load_from_the_start(tx, pass.key())?])
    });
    let [kept, anew] = records
        .wait()
        .unwrap()
        .map(|record| entries.map(|entry| record.find(entry.tag).unwrap().facts.security.kept));
    assert_eq!(kept, anew, "the snapshot says something else");
    kept
}

fn keeps(store: &Store, entry: EntryId) {
    store.write(move |tx| secret::keep(tx, &her(), entry)).wait().unwrap();
}

fn lifts(store: &Store, entry: EntryId) {
    store.write(move |tx| secret::lift(tx, &her(), entry)).wait().unwrap();
}

#[test]
fn what_she_keeps_stays_kept_when_it_comes_again() {
    both(|store| {
        enrol(&store);
        let plain = json!({});
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &plain);
        let other = put(&store, &lab("a"), "urn:oid:1.2.2", "beta", &plain);
        keeps(&store, first);
        let second = put(&store, &lab("a"), "urn:oid:1.2.3", "alpha, corrected", &replacing(first));
        let copy = put(&store, &lab("b"), "urn:oid:1.2.4", "alpha", &plain);
        let third = put(&store, &lab("a"), "urn:oid:1.2.5", "alpha, corrected again", &replacing(second));
        assert_eq!(kept(&store, [first, second, copy, third, other]), [true, true, true, true, false]);
        // Her word on one is her word on all.
        lifts(&store, copy);
        assert_eq!(kept(&store, [first, second, copy, third, other]), [false; 5]);
        keeps(&store, third);
        assert_eq!(kept(&store, [first, second, copy, third, other]), [true, true, true, true, false]);
    });
}

/// A result that waits is nothing to her yet: it joins what she keeps when she is told of it, and joins nothing before.
#[test]
fn what_waits_is_kept_once_she_is_told_of_it() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &json!({}));
        keeps(&store, first);
        let mut waits = replacing(first);
        waits["securityLabel"] = json!([{"coding": [{"code": "INVISIBLE_PATIENT"}]}]);
        let second = put(&store, &lab("a"), "urn:oid:1.2.2", "alpha, corrected", &waits);
        assert_eq!(kept(&store, [first, second]), [true, false]);
        store.write(move |tx| announce::announce(tx, &doctor(), second)).wait().unwrap();
        assert_eq!(kept(&store, [first, second]), [true, true]);
    });
}

/// What her mother adds stays her mother's to see, though it is what the daughter keeps: that it vanished would tell.
#[test]
fn what_somebody_else_adds_is_not_kept_by_itself() {
    let mother = Visit { actor: Actor::Citizen { person: PersonId(8), name: "Anne".into() }, ..her() };
    let mut record = Record::default();
    let mut happens = |seq: u32, kind: Kind, tag: i64, visit: &Visit| {
        let facts = Facts { sha256: "1".into(), ..judging::meta(1, visit.actor.clone()).facts };
        let data = (kind == Kind::Deposited).then(|| data(&facts, b"{}", None).unwrap());
        let (entry, line) = (Some(EntryId { person: HER, tag }), Some(Line::of(visit)));
        let row =
            ActRow { seq: Seq(seq), at: visit.now, kind, entry, line, data, blob_len: None, hash: [0; 32] };
        record.apply(&row).unwrap();
    };
    happens(1, Kind::Deposited, 101, &lab("a"));
    happens(2, Kind::KeptSecret, 101, &her());
    happens(3, Kind::Deposited, 102, &mother);
    happens(4, Kind::Deposited, 103, &lab("b"));
    let kept = [101, 102, 103].map(|tag| record.find(tag).unwrap().facts.security.kept);
    assert_eq!(kept, [true, false, true]);
}
