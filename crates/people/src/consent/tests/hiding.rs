//! What her word on one document says of its versions and copies, case by case.

use super::super::sharing::{Hideable, Sharing, Word};
use super::*;

/// First, second and third version of a document, and another document.
const FIRST: i64 = 1;
const SECOND: i64 = 2;
const THIRD: i64 = 3;
const OTHER: i64 = 9;

fn entry(tag: i64) -> kernel::EntryId {
    kernel::EntryId { person: HER, tag }
}

/// Said of which document, by which act, and whether it hides.
type Said = (i64, u32, bool);

#[test]
fn her_last_word_is_on_the_document_in_all_its_versions() {
    // The versions came by the acts 10, 20 and 30. (words, document, by which act, masked by its author, hidden)
    let cases: &[(&[Said], i64, u32, bool, bool)] = &[
        (&[], FIRST, 10, false, false),
        (&[], FIRST, 10, true, true),
        // Hiding reaches what was there and what comes.
        (&[(FIRST, 15, true)], FIRST, 10, false, true),
        (&[(FIRST, 15, true)], THIRD, 30, false, true),
        (&[(SECOND, 25, true)], FIRST, 10, false, true),
        (&[(OTHER, 15, true)], FIRST, 10, false, false),
        // Showing reaches what was there; what comes later stands by itself.
        (&[(FIRST, 15, true), (SECOND, 25, false)], FIRST, 10, false, false),
        (&[(FIRST, 15, true), (SECOND, 25, false)], SECOND, 20, false, false),
        (&[(FIRST, 15, true), (SECOND, 25, false)], THIRD, 30, false, false),
        (&[(FIRST, 15, false)], FIRST, 10, true, false),
        (&[(FIRST, 15, false)], SECOND, 20, true, true),
        // The last word counts, whichever version it was said of.
        (&[(FIRST, 35, true), (SECOND, 25, false)], THIRD, 30, false, true),
        (&[(FIRST, 35, true), (SECOND, 36, false)], THIRD, 30, true, false),
    ];
    let same = [entry(FIRST), entry(SECOND), entry(THIRD)];
    for (said, tag, came, masked, hidden) in cases {
        let word = |(tag, seq, hidden): &Said| (entry(*tag), Word { hidden: *hidden, seq: Seq(*seq) });
        let sharing = Sharing { entries: said.iter().map(word).collect(), ..Sharing::default() };
        let document = Hideable {
            entry: entry(*tag),
            same: &same,
            alike: &same,
            seq: Seq(*came),
            class: "10",
            care: Instant(0),
            organizations: &[],
            masked: *masked,
        };
        assert_eq!(sharing.hides(&document), *hidden, "{said:?}, document {tag}, masked {masked}");
    }
}

#[test]
fn what_she_shows_of_a_version_that_others_may_not_see_opens_none_that_they_see() {
    // The first and the third version are open to the same people, the second is kept from some of them.
    // (words, document, hidden); all were there before, and their author masked them.
    let cases: &[(&[Said], i64, bool)] = &[
        (&[(SECOND, 40, false)], SECOND, false),
        (&[(SECOND, 40, false)], FIRST, true),
        (&[(FIRST, 40, false)], THIRD, false),
        (&[(FIRST, 40, false)], SECOND, true),
        // What she hides is hidden everywhere, and a word that does not reach it changes nothing.
        (&[(FIRST, 40, false), (SECOND, 41, true)], FIRST, true),
        (&[(FIRST, 40, true), (SECOND, 41, false)], FIRST, true),
        (&[(FIRST, 40, false), (SECOND, 41, true), (THIRD, 42, false)], FIRST, false),
    ];
    let same = [entry(FIRST), entry(SECOND), entry(THIRD)];
    for (said, tag, hidden) in cases {
        let word = |(tag, seq, hidden): &Said| (entry(*tag), Word { hidden: *hidden, seq: Seq(*seq) });
        let sharing = Sharing { entries: said.iter().map(word).collect(), ..Sharing::default() };
        let alike = if *tag == SECOND { vec![] } else { vec![entry(FIRST), entry(THIRD)] };
        let document = Hideable {
            entry: entry(*tag),
            same: &same,
            alike: &alike,
            seq: Seq(30),
            class: "10",
            care: Instant(0),
            organizations: &[],
            masked: true,
        };
        assert_eq!(sharing.hides(&document), *hidden, "{said:?}, document {tag}");
    }
}

#[test]
fn a_word_that_a_later_one_unsaid_can_be_said_again() {
    let hide = |tag: i64, hidden: bool| Decision::Hide { entry: entry(tag), hidden };
    let mut sharing = Sharing::default();
    assert!(!is_so(&sharing, &hide(FIRST, true)));
    for (decision, already) in [
        (hide(FIRST, true), false),
        (hide(FIRST, true), true),
        (hide(SECOND, false), false),
        // It may have been said of the same document.
        (hide(FIRST, true), false),
        (hide(FIRST, true), true),
        // What she shows is what she saw as she said so: a masked copy that came since is shown by saying it again.
        (hide(FIRST, false), false),
        (hide(FIRST, false), false),
    ] {
        assert_eq!(is_so(&sharing, &decision), already, "{decision:?}");
        sharing = sharing.after(&decision);
    }
    assert!(sharing.entries[&entry(FIRST)].seq > sharing.entries[&entry(SECOND)].seq);
}
