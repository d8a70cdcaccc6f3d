//! Witnesses: asked for what they have not seen, believed when their key signed, missed when they did not.

use kernel::Instant;

use super::super::Terms;
use super::super::check::{self, Flaw, Kept};
use super::super::note::{Kind as KeyKind, Note, Signer};
use super::lies::story;
use super::{NOW, add, people, sweep, terms, words};
use crate::testing::both;

#[test]
fn witnesses_are_asked_and_believed_one_by_one() {
    both(|store| {
        let witness =
            |n: u8| Signer::from_seed(&format!("w{n}.example"), KeyKind::Witness, &[n; 32]).unwrap();
        let witnesses = vec![witness(1).verifier().clone(), witness(2).verifier().clone()];
        let terms = Terms { witnesses: witnesses.clone(), threshold: 2, ..terms() };
        people(&store, 1);
        add(&store, 1, NOW);
        sweep(&store, NOW);
        let round = |terms: &Terms| {
            let terms = terms.clone();
            store.read(move |tx| tx.log_round(&terms)).wait().unwrap()
        };
        let shown = |terms: &Terms| {
            let terms = terms.clone();
            store.read(move |tx| Ok(tx.log_checkpoint(&terms)?)).wait().unwrap()
        };
        let asked = round(&terms);
        assert_eq!(asked.len(), 2);
        let submission = asked[0].1.clone();
        assert_eq!(submission.body(), format!("old 0\n\n{}", submission.note));
        let text = submission.note.parse::<Note>().unwrap().text().to_owned();
        // A line by somebody else is no answer, nor is one over another text.
        assert_eq!(submission.answered(&witnesses[0], &witness(2).cosign(&text, 5)), None);
        assert_eq!(submission.answered(&witnesses[0], &witness(1).cosign("other\n", 5)), None);
        let answer = |n: u8| {
            let line = submission.answered(&witnesses[n as usize - 1], &witness(n).cosign(&text, 5)).unwrap();
            (format!("w{n}.example"), line)
        };
        let keep = |answers: Vec<(String, String)>| {
            let (terms, submission) = (terms.clone(), submission.clone());
            store
                .write(move |tx| tx.log_cosigned(&terms, &submission, &answers, Instant(NOW)))
                .wait()
                .unwrap()
        };
        assert_eq!(keep(vec![answer(1)]), 1);
        assert_eq!(shown(&terms), None, "one of two is not enough");
        assert_eq!(round(&terms).len(), 1, "the other one is asked again");
        assert_eq!(keep(vec![answer(2)]), 2);
        let note: Note = shown(&terms).unwrap().note.parse().unwrap();
        assert_eq!(note.cosignatures(&witnesses), 2);
        assert_eq!(round(&terms), []);
        add(&store, 1, NOW);
        sweep(&store, NOW);
        assert_eq!(round(&terms)[0].1.proof.len(), 1, "from one leaf to two");
        assert_eq!(shown(&terms).unwrap().size, 1, "until they have followed");
        let behind = round(&terms)[0].1.clone();
        let more = store.read(move |tx| tx.log_resubmit(&behind, 5)).wait();
        assert!(more.is_err(), "a witness that knows more than we do");
    });
}

#[test]
fn a_witness_that_is_wanted_and_did_not_sign_is_missed() {
    let (store, _dir) = crate::testing::sqlite().unwrap();
    let (known, good) = story(&store);
    let witness = Signer::from_seed("w.example", KeyKind::Witness, &[1; 32]).unwrap();
    let wanting = Kept { witnesses: vec![witness.verifier().clone()], threshold: 1, ..known };
    assert_eq!(words(&check::check(&good, &wanting)), [(Flaw::Witnesses.word(), None)]);
    let mut cosigned = good.clone();
    let note = good.note().unwrap();
    cosigned.checkpoint = Some(format!("{}{}", good.checkpoint.unwrap(), witness.cosign(note.text(), 5)));
    assert_eq!(words(&check::check(&cosigned, &wanting)), []);
}
