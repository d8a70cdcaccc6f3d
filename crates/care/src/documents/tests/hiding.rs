//! What she hides from professionals, and what her pages say of it: by name, by versions and copies, by effect.

use std::collections::BTreeSet;

use fhir::search::{Handling, Kind as Searched, pairs};
use kernel::{Actor, Chance, EntryId, PersonId, Visit};
use people::consent::pages::ask::DO;
use proptest::prelude::*;
use serde_json::{Value, json};
use store::{Store, testing::both};
use ui::page::Page;

use super::support::{HER, allow_claire, doctor, enrol, her, lab, meta, publish, simplified};
use crate::documents::model::Meta;
use crate::documents::{fhir as door, shelf};
use crate::record::fold::Seen;
use crate::record::same;
use crate::record::sight::{effect, preview, who};
use crate::record::timeline;

fn put(store: &Store, visit: &Visit, id: &str, text: &str, more: &Value) -> EntryId {
    publish(store, visit, &simplified(id, "text/plain", text.as_bytes(), more)).unwrap().documents[0].entry
}

fn replacing(old: EntryId) -> Value {
    json!({"relatesTo": [{"code": "replaces", "target": {"reference": format!("DocumentReference/{old}")}}]})
}

/// The fields of a button: hide or show these.
fn fields(word: &str, entries: &[EntryId]) -> Vec<(String, String)> {
    let ids = entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    vec![(DO.to_owned(), "documents".to_owned()), (word.to_owned(), ids)]
}

fn save(store: &Store, fields: Vec<(String, String)>) {
    store.write(move |tx| effect::save(tx, &her(), &fields, &Chance::seeded(1))).wait().unwrap();
}

fn asked(store: &Store, fields: Vec<(String, String)>) -> Page {
    store.read(move |tx| effect::ask(tx, &her(), &fields, &Chance::seeded(1))).wait().unwrap()
}

/// How many documents the doctor's FHIR search finds; her list leads to no others.
fn hers(store: &Store) -> usize {
    let query = pairs("patient=Patient/7&status=current");
    let found = store
        .read(move |tx| {
            door::search(tx, &doctor(), Searched::DocumentReference, &query, Handling::Strict, "u")
        })
        .wait()
        .unwrap();
    let entries = found["entry"].as_array().map_or(&[][..], Vec::as_slice);
    let found: BTreeSet<&str> = entries.iter().filter_map(|entry| entry["resource"]["id"].as_str()).collect();
    let list = |tx: &mut store::Tx<'_>| timeline::show(tx, &doctor(), Some(HER), &timeline::Asked::default());
    let page = store.read(list).wait().unwrap().page.body.0;
    for link in page.split("href=\"/documents/").skip(1) {
        let id = link.split(['"', '/', '?']).next().unwrap();
        assert!(found.contains(id), "her list has {id}");
    }
    found.len()
}

/// What she hid does not come back as a new version, or as the same bytes from somebody else.
#[test]
fn what_she_hides_stays_hidden_when_it_comes_again() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let plain = json!({});
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &plain);
        assert_eq!(hers(&store), 1);
        save(&store, fields("hide", &[first]));
        assert_eq!(hers(&store), 0);
        let second = put(&store, &lab("a"), "urn:oid:1.2.2", "alpha, corrected", &replacing(first));
        assert_eq!(hers(&store), 0, "a new version");
        put(&store, &lab("b"), "urn:oid:1.2.3", "alpha", &plain);
        assert_eq!(hers(&store), 0, "the same bytes from another laboratory");
        put(&store, &lab("b"), "urn:oid:1.2.4", "alpha, corrected", &plain);
        assert_eq!(hers(&store), 0, "a copy of the new version");
        put(&store, &lab("b"), "urn:oid:1.2.5", "beta", &plain);
        assert_eq!(hers(&store), 1, "another document");
        // Her word on one version is her word on all.
        save(&store, fields("show", &[second]));
        assert_eq!(
            hers(&store),
            4,
            "both texts, a copy of each, and the other document but for the older version"
        );
        let masked = json!({"securityLabel": [{"coding": [{"code": "MASQUE_PS"}]}]});
        put(&store, &lab("c"), "urn:oid:1.2.6", "beta", &masked);
        assert_eq!(hers(&store), 4, "what its author masks stands by itself");
        save(&store, fields("hide", &[first]));
        assert_eq!(hers(&store), 1, "and is hidden again by a word on the oldest");
    });
}

/// Nothing is saved by looking, and what is said before is what is so after.
#[test]
fn what_is_said_before_saving_is_so_after() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let first = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &json!({}));
        put(&store, &lab("b"), "urn:oid:1.2.2", "alpha", &json!({}));
        put(&store, &lab("a"), "urn:oid:1.2.3", "beta", &json!({}));
        let said = asked(&store, fields("hide", &[first])).body.0;
        // Two documents on her list, of which one has a copy under it.
        assert!(
            said.contains("Dr Claire MOREAU") && said.contains("verra un document (aujourd’hui"),
            "{said}"
        );
        assert_eq!(hers(&store), 3, "nothing is saved by looking");
        save(&store, fields("hide", &[first]));
        assert_eq!(hers(&store), 1);
        // What is so already is said to be.
        let again = asked(&store, fields("hide", &[first])).body.0;
        assert!(again.contains("C’est déjà"), "{again}");
        // A box that was not ticked on the list of choices hides; ticked again it shows.
        let listed = first.to_string();
        let choosing = |ticked: bool| {
            let mut fields =
                vec![(DO.to_owned(), "choose".to_owned()), ("listed".to_owned(), listed.clone())];
            fields.extend(ticked.then(|| ("hide".to_owned(), listed.clone())));
            fields
        };
        save(&store, choosing(false));
        assert_eq!(hers(&store), 3);
        save(&store, choosing(true));
        assert_eq!(hers(&store), 1);
    });
}

/// "Who could see this?" and "what would she see?" say what a doctor then finds.
#[test]
fn who_could_see_it_is_who_sees_it() {
    both(|store| {
        enrol(&store);
        let entry = put(&store, &lab("a"), "urn:oid:1.2.1", "alpha", &json!({}));
        put(&store, &lab("a"), "urn:oid:1.2.2", "beta", &json!({}));
        let asked_who =
            |store: &Store| store.read(move |tx| who::show(tx, &her(), entry)).wait().unwrap().body.0;
        let preview =
            |store: &Store| store.read(|tx| preview::show(tx, &her(), "10001045367")).wait().unwrap().body.0;
        let sees = |store: &Store| {
            store
                .read(|tx| {
                    let pass =
                        people::consent::open(tx, &doctor(), HER, people::consent::Action::ReadRecord)?;
                    Ok(shelf::standing(&Seen::load(tx, &pass)?).len())
                })
                .wait()
        };
        assert!(!asked_who(&store).contains("Dr Claire MOREAU"));
        assert!(sees(&store).is_err());
        allow_claire(&store);
        assert!(asked_who(&store).contains("Dr Claire MOREAU"));
        assert_eq!(sees(&store).unwrap(), 2);
        assert!(preview(&store).contains("Voit 2 documents"), "{}", preview(&store));
        save(&store, fields("hide", &[entry]));
        assert!(asked_who(&store).contains("Caché par vous"));
        assert_eq!(sees(&store).unwrap(), 1);
        assert!(preview(&store).contains("Voit un document"), "{}", preview(&store));
        // A document that she does not have is nobody's.
        let none = EntryId { person: HER, tag: 4 };
        assert!(store.read(move |tx| who::show(tx, &her(), none)).wait().is_err());
        let stranger = Visit { actor: Actor::Citizen { person: PersonId(8), name: String::new() }, ..her() };
        assert!(store.read(move |tx| who::show(tx, &stranger, entry)).wait().is_err());
    });
}

fn document(tag: i64, bytes: u8, replaces: &[i64], secret: bool) -> Meta {
    let entry = |tag: i64| EntryId { person: HER, tag };
    let mut meta = meta(tag, lab("a").actor);
    meta.entry = entry(tag);
    meta.facts.sha256 = if bytes == 0 { String::new() } else { bytes.to_string() };
    meta.facts.replaces = replaces.iter().copied().map(entry).collect();
    meta.facts.security.invisible_to_representatives = secret;
    meta
}

/// Which others are the same as each document, and which of those are open to the same people.
fn told(mut documents: Vec<Meta>, counts: impl Fn(&Meta) -> bool) -> Vec<[BTreeSet<i64>; 2]> {
    let by_tag = documents.iter().enumerate().map(|(i, meta)| (meta.entry.tag, i)).collect();
    same::tell(&mut documents, &by_tag, counts);
    let tags = |entries: &[EntryId]| entries.iter().map(|entry| entry.tag).collect();
    documents.iter().map(|meta| [tags(&meta.same), tags(&meta.alike)]).collect()
}

proptest! {
    /// As if one went from each document along versions and copies until nothing new is found.
    #[test]
    fn what_is_the_same_is_what_can_be_reached(
        made in proptest::collection::vec(
            (0u8..5, proptest::collection::vec(0i64..12, 0..3), 0u8..6, any::<bool>()),
            1..12,
        )
    ) {
        let documents: Vec<Meta> = made
            .iter()
            .enumerate()
            .map(|(i, (bytes, replaces, _, secret))| document(i as i64, *bytes, replaces, *secret))
            .collect();
        let counts = |meta: &Meta| made[meta.entry.tag as usize].2 > 0;
        let secret = |meta: &Meta| meta.facts.security.invisible_to_representatives;
        let near = |a: &Meta, b: &Meta| {
            let copies = !a.facts.sha256.is_empty() && a.facts.sha256 == b.facts.sha256;
            copies || a.facts.replaces.contains(&b.entry) || b.facts.replaces.contains(&a.entry)
        };
        let reached = |start: &Meta, open: &dyn Fn(&Meta) -> bool| {
            let mut reached = BTreeSet::from([start.entry.tag]);
            while let Some(next) = documents.iter().find(|meta| {
                let joined = |tag: &i64| near(&documents[*tag as usize], meta);
                let counted = counts(meta) && counts(start) && open(meta);
                counted && !reached.contains(&meta.entry.tag) && reached.iter().any(joined)
            }) {
                reached.insert(next.entry.tag);
            }
            if reached.len() > 1 { reached } else { BTreeSet::new() }
        };
        let found = told(documents.clone(), counts);
        for (i, start) in documents.iter().enumerate() {
            let all = reached(start, &|_| true);
            let alike = reached(start, &|meta| secret(meta) == secret(start));
            prop_assert_eq!(&found[i], &[all, alike], "document {}", i);
        }
    }
}
