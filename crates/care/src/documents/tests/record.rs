//! The fold: a kept state with the acts after it is the fold of all acts, whatever happened.

use kernel::{EntryId, Instant, Seq};
use proptest::prelude::*;
use store::{ActRow, Kind, Line};

use super::deposits::both_folds;
use super::support::{HER, NOW, cda, deposit, enrol, lab, meta};
use crate::documents::deposit::data;
use crate::record::fold::Record;

/// An act as the store would hand it out.
fn act(seq: u32, what: u8, of: u8, by: u8) -> ActRow {
    let kind = match what % 6 {
        0 | 1 => Kind::Deposited,
        2 => Kind::Withdrawn,
        3 => Kind::Amended,
        4 => Kind::KeptSecret,
        _ => Kind::SecretLifted,
    };
    let mut facts = meta(i64::from(of), lab("a").actor).facts;
    facts.title = format!("title {seq}");
    let tag = match kind {
        Kind::Deposited => i64::from(seq) + 100,
        _ => i64::from(of) + 100,
    };
    if kind == Kind::Deposited && what == 1 {
        facts.replaces = vec![EntryId { person: HER, tag: i64::from(of) + 100 }];
    }
    ActRow {
        seq: Seq(seq),
        at: Instant(i64::from(seq)),
        kind,
        entry: Some(EntryId { person: HER, tag }),
        line: Some(Line::of(&lab(if by.is_multiple_of(2) { "a" } else { "b" }))),
        data: (!by.is_multiple_of(3)).then(|| data(&facts, b"{}", None).unwrap()),
        blob_len: None,
        hash: [0; 32],
    }
}

proptest! {
    #[test]
    fn a_kept_state_and_its_tail_are_the_whole(
        steps in prop::collection::vec((0u8..6, 0u8..30, any::<u8>()), 1..40), cut in 0usize..40,
    ) {
        let rows: Vec<ActRow> =
            steps.iter().enumerate().map(|(i, (what, of, by))| act(i as u32 + 1, *what, *of, *by)).collect();
        let mut whole = Record::default();
        for row in &rows {
            whole.apply(row).unwrap();
        }
        let cut = cut.min(rows.len());
        let mut first = Record::default();
        for row in &rows[..cut] {
            first.apply(row).unwrap();
        }
        let mut resumed = Record::through_snapshot(&first, HER);
        for row in &rows[cut..] {
            resumed.apply(row).unwrap();
        }
        prop_assert_eq!(resumed, whole);
    }
}

#[test]
fn snapshots_are_kept_now_and_then_and_change_nothing() {
    store::testing::both(|store| {
        enrol(&store);
        for n in 0..130 {
            deposit(&store, &lab("a"), cda(&format!("D{n}"), "x")).unwrap();
        }
        let (kept, whole) = both_folds(&store);
        assert_eq!(kept, whole);
        // It stays close behind the head: as many acts as its size is worth, and those to the next look at it.
        let (upto, size) = store
            .read(|tx| {
                let key = tx.space_key(HER)?;
                Ok(tx.snapshot(&key, store::Slot::Record)?.map(|(upto, bytes)| (upto, bytes.len())))
            })
            .wait()
            .unwrap()
            .unwrap();
        assert!(130 - upto.0 < 16 + size as u32 / 4096, "{upto:?} with {size} bytes");
    });
}

/// Whoever changes the kept form must give it another number, or yesterday's snapshots are read wrong.
#[test]
fn the_kept_form_has_its_number() {
    let mut meta = meta(5, kernel::Actor::Nobody);
    meta.replaced_by = Some(meta.entry);
    meta.facts.care_began = Some(Instant(7));
    meta.facts.written = Some(Instant(-8));
    meta.facts.format = Some(crate::documents::model::Code::new("f", "g").into());
    meta.facts.language = Some("fr".into());
    meta.facts.replaces = vec![meta.entry];
    meta.facts.authors = vec![Default::default()].into();
    meta.facts.submission =
        Some(crate::documents::model::SubmissionRef { tag: 3, here: true, sent: Some(NOW) });
    let bytes = crate::record::fold::Record::bytes_of(&[meta]);
    let kept = concat!(
        "020109",
        "7b226b223a222d227d",
        "030731313530322d3215322e31362e3834302e312e3131333838332e362e31000001670166010100000000000105000000000000000101",
        "000000000000000000000000000000000000010a05312e322e350001000000000000000000010e010f0000010201010001026672000000",
        "0000010a010601018080d2d29bb6b00600",
    );
    assert_eq!(kernel::codes::hex(&bytes), kept);
}
