//! What her pages say of an app that she connected: what it would see, what changes when it is disconnected, what it did.

use kernel::{Actor, App, Chance, EntryId, Instant, Purpose, Seq, Visit};
use people::consent::pages::ask::{APP, APP_END, DO};
use people::consent::{self, Action, Connection, Granted};
use people::delegation::Documents;
use serde_json::{Value, json};
use store::{Act, Kind, Line, Store, testing::both};
use ui::Words;

use super::support::{HER, NOW, enrol, her, lab, publish, simplified};
use crate::documents::fhir as door;
use crate::documents::secret;
use crate::record::sentences::{self, Entry, Reader, Told};
use crate::record::sight::{effect, who};
use crate::record::{home, journal};

fn put(store: &Store, id: &str, more: &Value) -> EntryId {
    publish(store, &lab("a"), &simplified(id, "text/plain", id.as_bytes(), more)).unwrap().documents[0].entry
}

/// A document of another family than the others.
fn prescription() -> Value {
    json!({
        "category": [{"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
            "code": "42"}]}],
        "type": {"coding": [{"system": "http://loinc.org", "code": "57833-6"}]},
    })
}

fn connect(store: &Store, name: &'static str, documents: Documents, profile: bool) -> Connection {
    store
        .write(move |tx| {
            let pass = consent::open(tx, &her(), HER, Action::ConnectApp)?;
            let app = App {
                client_id: name.to_lowercase(),
                name: name.into(),
                organization: "Coopérative du Parc".into(),
                connection: String::new(),
            };
            let granted = Granted { documents: documents.clone(), profile };
            consent::connect(tx, &pass, (app, granted), 90, &Chance::seeded(name.len() as u64))
        })
        .wait()
        .unwrap()
}

/// As it comes with its token.
fn comes(connection: &Connection) -> Visit {
    let actor = Actor::App(connection.app.clone());
    Visit { actor, on_behalf_of: Some(HER), purpose: Purpose::Own, ..her() }
}

/// How many documents its FHIR search finds, and the refusal when it does not get in.
fn finds(store: &Store, connection: &Connection) -> Result<usize, &'static str> {
    let visit = comes(connection);
    let query = ::fhir::search::pairs("status=current");
    let kind = ::fhir::search::Kind::DocumentReference;
    let found = store
        .write(move |tx| door::search(tx, &visit, kind, &query, ::fhir::search::Handling::Strict, "u"))
        .wait();
    found.map(|found| found["entry"].as_array().map_or(0, Vec::len)).map_err(|refusal| refusal.code())
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The sentences of her journal, oldest first.
fn told(store: &Store) -> Vec<String> {
    let all = store
        .read(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ReadJournal)?;
            let mut all: Vec<Entry> = Vec::new();
            journal::all(tx, &pass, Seq(0), |entry| {
                all.push(entry);
                Ok(())
            })?;
            Ok(all)
        })
        .wait()
        .unwrap();
    let words = Words::of(kernel::Language::Fr);
    let said = |entry: &Entry| {
        let told = Told { acts: vec![entry] };
        plain(&sentences::sentence(words, &told, &Reader::owner(HER)))
    };
    all.iter().map(said).collect()
}

/// What the page of a decision says is what the app then finds, to the document.
#[test]
fn what_disconnecting_changes_is_said_and_is_so() {
    both(|store| {
        enrol(&store);
        put(&store, "urn:oid:1.2.1", &json!({}));
        let second = put(&store, "urn:oid:1.2.2", &json!({}));
        put(&store, "urn:oid:1.2.3", &prescription());
        let everything = connect(&store, "Mon suivi", Documents::All, true);
        let some = connect(&store, "Mes ordonnances", Documents::Families(["42".to_owned()].into()), false);
        let identity = connect(&store, "Ma carte", Documents::None, true);
        assert_eq!(finds(&store, &everything), Ok(3));
        assert_eq!(finds(&store, &some), Ok(1));
        assert_eq!(finds(&store, &identity), Err("app-not-granted"));

        let ask = |fields: Vec<(String, String)>| {
            store.read(move |tx| effect::ask(tx, &her(), &fields, &Chance::seeded(1))).wait().unwrap().body.0
        };
        // Hiding a document takes it from the apps that see it, and from no other.
        let hiding = fields(&[(DO, "documents"), ("hide", &second.to_string())]);
        let said = ask(hiding.clone());
        assert!(said.contains("L’application Mon suivi (Coopérative du Parc)"), "{said}");
        assert!(said.contains("verra 2 documents (aujourd’hui"), "{said}");
        assert!(!said.contains("Mes ordonnances"), "{said}");
        store.write(move |tx| effect::save(tx, &her(), &hiding, &Chance::seeded(1))).wait().unwrap();
        assert_eq!(finds(&store, &everything), Ok(2));

        for (connection, of_documents, of_her) in
            [(&everything, true, true), (&some, true, false), (&identity, false, true)]
        {
            let ending = fields(&[(DO, APP_END), (APP, &connection.app.connection)]);
            let said = ask(ending.clone());
            assert!(said.contains(&format!("Déconnecter {}", connection.app.name)), "{said}");
            assert_eq!(said.contains("ne verra aucun document"), of_documents, "{said}");
            assert_eq!(said.contains("ne saura plus qui est la personne"), of_her, "{said}");
            let back = store.write(move |tx| effect::save(tx, &her(), &ending, &Chance::seeded(1))).wait();
            assert_eq!(back.unwrap(), "/apps?done=1");
            assert_eq!(finds(&store, connection), Err("app-not-granted"));
        }
        let gone = fields(&[(DO, APP_END), (APP, &some.app.connection)]);
        let again = ask(gone.clone());
        assert!(
            again.contains("n’est plus connectée de cette façon") && !again.contains("<button"),
            "{again}"
        );
        let back = store.write(move |tx| effect::save(tx, &her(), &gone, &Chance::seeded(1))).wait();
        assert_eq!(back.unwrap(), "/apps?done=1", "a second press is no harm");
    });
}

/// What the page of a document says of an app, and whether it reads it.
#[test]
fn who_could_see_a_document_names_the_apps() {
    both(|store| {
        enrol(&store);
        let shown = put(&store, "urn:oid:1.2.1", &json!({}));
        let masked = json!({"securityLabel": [{"coding": [{"code": "MASQUE_PS"}]}]});
        let hidden = put(&store, "urn:oid:1.2.2", &masked);
        let kept = put(&store, "urn:oid:1.2.3", &json!({}));
        store.write(move |tx| secret::keep(tx, &her(), kept)).wait().unwrap();
        let none = store.read(move |tx| who::show(tx, &her(), shown)).wait().unwrap().body.0;
        assert!(!none.contains("Applications connectées"), "{none}");
        let everything = connect(&store, "Mon suivi", Documents::All, false);
        let some = connect(&store, "Mes ordonnances", Documents::Families(["42".to_owned()].into()), false);
        for (entry, says_all, says_some) in [
            (shown, "Voit ce document", "Vous ne lui avez pas donné ce document à lire."),
            (
                hidden,
                "Aucune application ne lit ce document",
                "Vous ne lui avez pas donné ce document à lire.",
            ),
            (kept, "Aucune application ne lit ce document", "Vous ne lui avez pas donné ce document à lire."),
        ] {
            let page = store.read(move |tx| who::show(tx, &her(), entry)).wait().unwrap().body.0;
            for (connection, says) in [(&everything, says_all), (&some, says_some)] {
                let name = format!("L’application {}", connection.app.name);
                let at = page.find(&name).unwrap_or_else(|| panic!("{name}: {page}"));
                let card = page[at..].split("</li>").next().unwrap();
                assert!(card.contains(says), "{card}");
                let visit = comes(connection);
                let read = store.write(move |tx| door::document_reference(tx, &visit, entry)).wait();
                assert_eq!(read.is_ok(), says == "Voit ce document", "{card}");
            }
        }
    });
}

/// Connected, read, disconnected: each in words, under the app's name.
#[test]
fn her_journal_says_what_an_app_did() {
    both(|store| {
        enrol(&store);
        let entry = put(&store, "urn:oid:1.2.1", &json!({}));
        let app = connect(&store, "Mon suivi", Documents::All, false);
        let visit = comes(&app);
        store.write(move |tx| door::document_reference(tx, &visit, entry)).wait().unwrap();
        let ending = fields(&[(DO, APP_END), (APP, &app.app.connection)]);
        store.write(move |tx| effect::save(tx, &her(), &ending, &Chance::seeded(1))).wait().unwrap();
        let told = told(&store);
        for said in [
            "Vous avez connecté l’application Mon suivi",
            "L’application Mon suivi (Coopérative du Parc) a lu un document",
            "Vous avez déconnecté l’application Mon suivi",
        ] {
            assert!(told.iter().any(|line| line == said), "{said}: {told:#?}");
        }
        let csv = store.write(|tx| journal::csv(tx, &her())).wait().unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains(";Coopérative du Parc;"), "{csv}");
    });
}

/// What apps read is no figure of her home; that one was connected since she last came is told there.
#[test]
fn home_tells_of_a_new_connection() {
    both(|store| {
        enrol(&store);
        let entry = put(&store, "urn:oid:1.2.1", &json!({}));
        let app = connect(&store, "Mon suivi", Documents::All, false);
        let visit = comes(&app);
        store.write(move |tx| door::document_reference(tx, &visit, entry)).wait().unwrap();
        let home = || {
            let page = store.read(|tx| home::show(tx, &her())).wait().unwrap().body.0;
            let said = plain(&page);
            (said.contains("L’application Mon suivi a été connectée"), said.contains("consultation"))
        };
        assert_eq!(home(), (false, false), "she was never here before");
        // She came, went, and came back.
        for (came_before, told) in
            [(2 * Instant::DAY, false), (Instant::DAY, true), (-Instant::DAY, true), (0, false)]
        {
            let signed_in = Act {
                kind: Kind::SignedIn,
                at: NOW.plus(-came_before),
                entry: None,
                line: Line::of(&her()),
                data: None,
                blob: None,
            };
            store
                .write(move |tx| {
                    let key = tx.space_key(HER)?;
                    tx.append(&key, signed_in).map_err(Into::into)
                })
                .wait()
                .unwrap();
            assert_eq!(home(), (told, false), "{came_before}");
        }
    });
}

/// Without the marks that keep names apart from the direction of the sentence.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).collect()
}
