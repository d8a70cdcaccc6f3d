//! « Que verrait mon dentiste ? »: one of a profession whom she has not named, as if she allowed her.

use kernel::Chance;
use people::consent::pages::ask::DO;
use people::consent::{self, Action, Mode};
use serde_json::json;
use store::{Kind, Store, testing::both};

use super::support::{HER, acts, enrol, her, lab, publish, simplified};
use crate::record::sight::{effect, preview};

/// A document of this type (LOINC).
fn put(store: &Store, number: u8, kind: &str, masked: bool) {
    let labels = if masked { json!([{"coding": [{"code": "MASQUE_PS"}]}]) } else { json!([]) };
    let more = json!({
        "type": {"coding": [{"system": "http://loinc.org", "code": kind}]},
        "securityLabel": labels,
    });
    let text = format!("texte {number}");
    let resource = simplified(&format!("urn:oid:1.2.{number}"), "text/plain", text.as_bytes(), &more);
    publish(store, &lab("a"), &resource).unwrap();
}

fn shown(store: &Store, who: &'static str) -> String {
    store.read(move |tx| preview::show(tx, &her(), who)).wait().unwrap().body.0
}

/// What is said of somebody: that she sees so many, that she does not see so many, why.
fn says(page: &str, expected: &[&str], never: &[&str]) {
    for words in expected {
        assert!(page.contains(words), "{words} is not said:\n{page}");
    }
    for words in never {
        assert!(!page.contains(words), "{words} is said:\n{page}");
    }
}

#[test]
fn she_sees_what_her_dentist_would_see() {
    both(|store| {
        enrol(&store);
        // A laboratory report; a psychological review, which the table does not give to dentists; one that its author
        // masked, which is hidden whatever its type.
        put(&store, 1, "11502-2", false);
        put(&store, 2, "83901-9", false);
        put(&store, 3, "11502-2", true);
        let dentist = shown(&store, "p40");
        says(
            &dentist,
            &[
                "Voit un document",
                "Ne voit pas 2 documents",
                "Un est caché par vous",
                "Un n’est pas pour ce métier",
            ],
            &["ne peut pas entrer"],
        );
        let counted = acts(&store).into_iter().rfind(|act| act.kind == Kind::ListRead).unwrap();
        assert_eq!(counted.line.unwrap().about.as_deref(), Some("1"), "the journal counts what was shown");
        // A doctor, who is given both types.
        says(
            &shown(&store, "p10"),
            &["Voit 2 documents", "Ne voit pas un document", "Un est caché par vous"],
            &["pas pour ce métier"],
        );
        // A radiographer is given reports of laboratories and few others.
        says(&shown(&store, "p98"), &["Voit un document", "Ne voit pas 2 documents"], &[]);
        // A profession that the table does not have sees nothing of others.
        says(&shown(&store, "p71"), &["Ne voit aucun document", "3 ne sont pas pour ce métier"], &[]);
        // No profession, no answer.
        for nobody in ["p00", "p", "p4O", ""] {
            says(&shown(&store, nobody), &[], &["Voit un", "Ne voit"]);
        }
    });
}

/// She who shares with nobody is shown what allowing one of the profession would mean; her general answer stays.
#[test]
fn somebody_who_shares_with_nobody_sees_it_too() {
    both(|store| {
        enrol(&store);
        put(&store, 1, "11502-2", false);
        put(&store, 2, "83901-9", false);
        let fields = [(DO, "mode"), ("mode", Mode::Nobody.word())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        store.write(move |tx| effect::save(tx, &her(), &fields, &Chance::seeded(1))).wait().unwrap();
        says(&shown(&store, "p40"), &["Voit un document", "Un n’est pas pour ce métier"], &[]);
        let mode = store.read(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ManageSharing)?;
            Ok(consent::sharing(tx, &pass)?.mode)
        });
        assert_eq!(mode.wait().unwrap(), Mode::Nobody);
    });
}
