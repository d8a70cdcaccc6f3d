//! What she keeps from those who act for her: it stays kept when it comes again, and her word is one for all versions.

use jiff::civil::date;
use kernel::{EntryId, Visit};
use people::consent::{self, Action};
use people::testing::{child, enrol_all};
use serde_json::{Value, json};
use store::{Store, testing::both};

use super::support::{HER, allow_claire, doctor, enrol, her, lab, publish, simplified};
use crate::documents::{announce, own, secret};
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

/// Her, sixteen years old.
fn enrol_minor(store: &Store) {
    enrol_all(store, vec![(HER, child(HER, date(2010, 3, 1), &[]))], "31");
}

/// A copy that comes from elsewhere is looked for where a minor keeps something.
#[test]
fn what_she_keeps_stays_kept_when_it_comes_again() {
    for (minor, enrolled) in [(true, enrol_minor as fn(&Store)), (false, enrol)] {
        both(|store| {
            enrolled(&store);
            let plain = json!({});
            let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &plain);
            let other = put(&store, &lab("a"), "urn:oid:1.2.2", "beta", &plain);
            keeps(&store, first);
            let second = put(&store, &lab("a"), "urn:oid:1.2.3", "alpha, corrected", &replacing(first));
            let copy = put(&store, &lab("b"), "urn:oid:1.2.4", "alpha", &plain);
            let third = put(&store, &lab("a"), "urn:oid:1.2.5", "alpha, corrected again", &replacing(second));
            let all = [first, second, copy, third, other];
            assert_eq!(kept(&store, all), [true, true, minor, true, false]);
            // Her word on one is her word on all.
            lifts(&store, third);
            assert_eq!(kept(&store, all), [false; 5]);
            keeps(&store, copy);
            assert_eq!(kept(&store, all), [true, true, true, true, false]);
        });
    }
}

/// A result that waits is kept beforehand: nobody reads of it before her, nor when she is told of it.
#[test]
fn what_waits_is_kept_before_she_is_told_of_it() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &json!({}));
        let waits = |old: EntryId| {
            let mut more = replacing(old);
            more["securityLabel"] = json!([{"coding": [{"code": "INVISIBLE_PATIENT"}]}]);
            more
        };
        let second = put(&store, &lab("a"), "urn:oid:1.2.2", "alpha, corrected", &waits(first));
        keeps(&store, first);
        assert_eq!(kept(&store, [first, second]), [true; 2]);
        // Nothing becomes a secret by what she does not see.
        let third = put(&store, &lab("a"), "urn:oid:1.2.3", "alpha, corrected again", &replacing(second));
        assert_eq!(kept(&store, [third]), [false]);
        store.write(move |tx| announce::announce(tx, &doctor(), second)).wait().unwrap();
        lifts(&store, second);
        assert_eq!(kept(&store, [first, second, third]), [false; 3]);
    });
}

/// What joins two versions may be taken back: what she said of one is still said of the other.
#[test]
fn what_is_taken_back_takes_no_word_with_it() {
    both(|store| {
        enrol(&store);
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &json!({}));
        let copy = put(&store, &lab("b"), "urn:oid:1.2.2", "alpha", &json!({}));
        let second = put(&store, &lab("b"), "urn:oid:1.2.3", "beta", &replacing(copy));
        keeps(&store, first);
        for entry in [copy, first] {
            let visit = if entry == first { lab("a") } else { lab("b") };
            let gone = move |tx: &mut store::Tx<'_>| {
                let pass = consent::open(tx, &visit, HER, Action::WithdrawDocument)?;
                own::withdraw(tx, &pass, entry, "")
            };
            store.write(gone).wait().unwrap();
        }
        assert_eq!(kept(&store, [second]), [true]);
    });
}
