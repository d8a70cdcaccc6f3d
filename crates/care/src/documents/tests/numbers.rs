//! Whose number a unique id is: a sender's own is known again, another's tells nothing.

use kernel::{Actor, Software};
use serde_json::{Value, json};
use store::testing::both;

use super::support::{cda, deposit, enrol, lab, publish, simplified, visit};
use crate::documents::model::Source;
use crate::documents::{prepare, store as file};

/// A document under one number.
fn pdf(n: u8) -> Value {
    simplified("urn:oid:1.2.7", "application/pdf", format!("%PDF-1.4 {n}").as_bytes(), &json!({}))
}

#[test]
fn a_number_of_another_sender_tells_nothing() {
    both(|store| {
        enrol(&store);
        let filed =
            |client: &str, n: u8| publish(&store, &lab(client), &pdf(n)).map(|done| done.documents[0]);
        let first = filed("a", 1).unwrap();
        // The same bytes and other bytes are new, each under the sender's own id.
        let (same, other) = (filed("b", 1).unwrap(), filed("c", 2).unwrap());
        assert!(first.new && same.new && other.new);
        assert!(first.entry != same.entry && first.entry != other.entry && same.entry != other.entry);
        // Each sender's own is known again, and its number is spent for other bytes.
        for (client, n, known) in [("a", 1, first), ("b", 1, same), ("c", 2, other)] {
            let again = filed(client, n).unwrap();
            assert_eq!((again.entry, again.new), (known.entry, false), "{client}");
            assert_eq!(filed(client, 3).unwrap_err().code(), "duplicate-unique-id", "{client}");
        }
        // A replacement by number is of the sender's own.
        let target = json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.7"}});
        let more = json!({"relatesTo": [{"code": "replaces", "target": target}]});
        let newer = simplified("urn:oid:1.2.8", "application/pdf", b"%PDF-1.4 8", &more);
        assert_eq!(publish(&store, &lab("b"), &newer).unwrap().replaced, [same.entry]);
        assert_eq!(publish(&store, &lab("d"), &newer).unwrap_err().code(), "replaced-unknown");
    });
}

/// Software of a place, which may come with several programs and change them.
fn of_place(client: &str, finess: &str) -> kernel::Visit {
    let (client_id, organization) = (client.to_owned(), "Laboratoire".to_owned());
    visit(Actor::Software(Software { client_id, organization, finess: Some(finess.to_owned()) }))
}

#[test]
fn a_place_has_one_sort_of_numbers_whatever_program_it_uses() {
    both(|store| {
        enrol(&store);
        let filed = |visit: &kernel::Visit| publish(&store, visit, &pdf(1)).unwrap().documents[0];
        let first = filed(&of_place("old", "310000012"));
        let again = filed(&of_place("new", "310000012"));
        assert_eq!((again.entry, again.new), (first.entry, false));
        assert!(filed(&of_place("new", "310000020")).new);
        // A program without a place is no place of the same name.
        assert!(filed(&lab("310000012")).new);
    });
}

#[test]
fn what_was_brought_over_is_known_when_its_place_sends_it_again() {
    both(|store| {
        enrol(&store);
        let migration = visit(Actor::System { task: "migration".into() });
        let bring = |id: &str| {
            let prepared = prepare::cda(cda(id, "x"), Source::Dmp).unwrap();
            let (wrote, migration) = (prepared.documents[0].facts.authors[0].clone(), migration.clone());
            let done = store.write(move |tx| file(tx, &migration, prepared)).wait().unwrap();
            (done.documents[0], wrote.organization_id)
        };
        let (brought, place) = bring("A");
        assert!(brought.new && !bring("A").0.new);
        let place = place.unwrap();
        let again = deposit(&store, &of_place("lab", &place), cda("A", "x")).unwrap().documents[0];
        assert_eq!((again.entry, again.new), (brought.entry, false));
        // To anybody else it is not there.
        assert!(deposit(&store, &lab("b"), cda("A", "x")).unwrap().documents[0].new);
    });
}

#[test]
fn a_migration_knows_what_took_the_place_of_what() {
    both(|store| {
        enrol(&store);
        let bring = |bytes: Vec<u8>| {
            let prepared = prepare::cda(bytes, Source::Dmp).unwrap();
            let migration = visit(Actor::System { task: "migration".into() });
            store.write(move |tx| file(tx, &migration, prepared)).wait().unwrap()
        };
        let old = bring(cda("A", "x")).documents[0].entry;
        let related = "<relatedDocument typeCode=\"RPLC\"><parentDocument><id root=\"1.2.250.1.213.9.9.1\" \
                       extension=\"A\"/></parentDocument></relatedDocument><component><structuredBody>";
        let text = String::from_utf8(cda("B", "y")).unwrap();
        let newer = text.replacen("<component><structuredBody>", related, 1);
        assert_eq!(bring(newer.into_bytes()).replaced, [old]);
    });
}
