//! Deposits end to end, on both engines.

use kernel::{PersonId, RefusalKind, Seq};
use people::consent::{self, Action};
use people::person::State;
use serde_json::json;
use store::{Kind, Outcome, testing::both};

use super::support::{
    HER, NOW, acts, allow_claire, cda, deposit, doctor, enrol, enrol_as, her, lab, meta, publish, simplified,
};
use crate::documents::model::{Code, Media};
use crate::documents::own::{self, About};
use crate::documents::prepare::Added;
use crate::documents::read::{self, What};
use crate::documents::{pages, search};
use crate::record::fold::{Record, Seen};
use crate::record::timeline;

#[test]
fn a_report_is_filed_once_and_read_as_it_came() {
    both(|store| {
        enrol(&store);
        let bytes = cda("A", "Bilan hépatique normal.");
        let first = deposit(&store, &lab("a"), bytes.clone()).unwrap();
        let [stored] = first.documents[..] else { panic!("{first:?}") };
        assert!(stored.new && stored.seq == Seq(1));
        // The same again: the same answer, and nothing more in her space but the look of nobody.
        let again = deposit(&store, &lab("a"), bytes.clone()).unwrap();
        assert_eq!(again.documents[0].entry, stored.entry);
        assert!(!again.documents[0].new);
        assert_eq!(acts(&store).len(), 1);
        // Other bytes under the same id.
        let refusal = deposit(&store, &lab("a"), cda("A", "Bilan anormal.")).unwrap_err();
        assert_eq!((refusal.code(), refusal.kind), ("duplicate-unique-id", RefusalKind::Conflict));
        let rows = acts(&store);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].kind, Kind::DepositRefused);
        assert_eq!(rows[1].line.as_ref().unwrap().outcome, Outcome::Refused("duplicate-unique-id".into()));
        // She reads exactly what was sent, and it is noted.
        let file = store
            .read(move |tx| pages::file(tx, &her(), stored.entry, What::Original, false))
            .wait()
            .unwrap();
        assert_eq!(file.bytes, bytes);
        assert_eq!((file.mime.as_str(), file.inline), ("text/xml", false));
        assert_eq!(acts(&store).last().unwrap().kind, Kind::Downloaded);
    });
}

#[test]
fn what_the_list_says_comes_from_the_header() {
    both(|store| {
        enrol(&store);
        deposit(&store, &lab("a"), cda("A", "x")).unwrap();
        let seen = store
            .read(|tx| {
                let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
                Ok(Seen::load(tx, &pass)?)
            })
            .wait()
            .unwrap();
        let facts = &seen.documents[0].facts;
        assert_eq!(facts.kind.code, "11502-2");
        assert_eq!(facts.class.code, "10");
        assert_eq!(facts.unique_id, "1.2.250.1.213.9.9.1^A");
        assert_eq!(facts.title, "Compte rendu d'examens biologiques");
        assert_eq!(facts.authors[0].rpps.as_deref(), Some("10001045367"));
        assert_eq!(facts.authors[0].organization.as_deref(), Some("Laboratoire des Trois-Rivières"));
        assert_eq!(facts.dated.to_string(), "2026-11-20T09:15:00Z");
        assert_eq!(facts.care_began.unwrap().to_string(), "2026-11-19T07:30:00Z");
        assert_eq!(facts.media, Media::Cda);
    });
}

#[test]
fn a_document_about_somebody_else_is_refused_and_told_to_both() {
    both(|store| {
        enrol(&store);
        let text = String::from_utf8(cda("A", "x")).unwrap();
        let wrong = text.replace("19790328", "19800101").replace("<given>DOMINIQUE", "<given>CLAUDE");
        let refusal = deposit(&store, &lab("a"), wrong.into_bytes()).unwrap_err();
        assert_eq!(refusal.code(), "traits-mismatch");
        assert_eq!(refusal.issues.len(), 2);
        let said = refusal.to_string();
        assert!(said.contains("birth date") && said.contains("given names"), "{said}");
        assert!(!said.contains("1979") && !said.to_uppercase().contains("DOMINIQUE"), "{said}");
        let rows = acts(&store);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].kind, Kind::DepositRefused);
        let unknown = text.replace("279035121518989", "289057545611473");
        assert_eq!(deposit(&store, &lab("a"), unknown.into_bytes()).unwrap_err().code(), "ins-unknown");
    });
}

#[test]
fn a_closed_space_takes_nothing() {
    for (state, code) in [(State::Closed, "space-closed"), (State::Opposed, "space-not-open")] {
        both(|store| {
            enrol_as(&store, HER, state);
            assert_eq!(deposit(&store, &lab("a"), cda("A", "x")).unwrap_err().code(), code);
            assert!(acts(&store).iter().all(|row| row.kind == Kind::Refused));
        });
    }
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    both(|store| {
        enrol(&store);
        let pdf = |n: u8| format!("%PDF-1.4 {n}").into_bytes();
        let first =
            publish(&store, &lab("a"), &simplified("urn:oid:1.2.1", "application/pdf", &pdf(1), &json!({})));
        let old = first.unwrap().documents[0].entry;
        let replacing = |id: &str, n: u8, target: serde_json::Value| {
            let more = json!({"relatesTo": [{"code": "replaces", "target": target}]});
            simplified(id, "application/pdf", &pdf(n), &more)
        };
        let by_id = |entry: kernel::EntryId| json!({"reference": format!("DocumentReference/{entry}")});
        // A stranger may not, an unknown target cannot be.
        let refusal = publish(&store, &lab("b"), &replacing("urn:oid:1.2.2", 2, by_id(old))).unwrap_err();
        assert_eq!(refusal.code(), "replaced-unknown");
        let nowhere = json!({"reference": "DocumentReference/doc-x"});
        let refusal = publish(&store, &lab("a"), &replacing("urn:oid:1.2.2", 2, nowhere)).unwrap_err();
        assert_eq!(refusal.code(), "replaced-unknown");
        let new = publish(&store, &lab("a"), &replacing("urn:oid:1.2.2", 2, by_id(old))).unwrap();
        assert_eq!(new.replaced, [old]);
        let refusal = publish(&store, &lab("a"), &replacing("urn:oid:1.2.3", 3, by_id(old))).unwrap_err();
        assert_eq!(refusal.code(), "replaced-not-current");
        // The list shows the new one, with the old one folded under it.
        let page =
            store.read(|tx| timeline::show(tx, &her(), None, &timeline::Asked::default())).wait().unwrap();
        let body = page.page.body.0;
        assert!(
            body.contains(&new.documents[0].entry.to_string()) && !body.contains(&old.to_string()),
            "{body}"
        );
        assert!(body.contains("Remplace une version précédente"));
        let entry = new.documents[0].entry;
        let page = store.read(move |tx| pages::show(tx, &her(), entry)).wait().unwrap();
        assert!(page.body.0.contains(&old.to_string()));
        let page = store.read(move |tx| pages::show(tx, &her(), old)).wait().unwrap();
        assert!(page.body.0.contains("Une version plus récente"), "{}", page.body.0);
    });
}

#[test]
fn an_idempotency_key_names_one_request() {
    both(|store| {
        enrol(&store);
        let send = |id: &str, key: &str| {
            let resource = simplified(id, "application/pdf", b"%PDF-1.4", &json!({}));
            let submission = fhir::mhd::read_simplified(&resource).unwrap();
            let prepared = crate::documents::prepare::submission(submission, Some(key)).unwrap();
            let visit = lab("a");
            store.write(move |tx| crate::documents::store(tx, &visit, prepared)).wait()
        };
        let first = send("urn:oid:1.2.1", "k1").unwrap();
        assert_eq!(send("urn:oid:1.2.1", "k1").unwrap().documents[0].entry, first.documents[0].entry);
        assert_eq!(send("urn:oid:1.2.2", "k1").unwrap_err().code(), "idempotency-key-reused");
        assert!(send("urn:oid:1.2.2", "k2").is_ok());
        let forgotten = store
            .write(|tx| crate::documents::forget_old_keys(tx, NOW.plus(9 * kernel::Instant::DAY)))
            .wait()
            .unwrap();
        assert_eq!(forgotten, 2);
    });
}

/// Hidden documents are nowhere: list, count, search, page, file, journal.
#[test]
fn what_a_viewer_does_not_see_is_nowhere() {
    both(|store| {
        enrol(&store);
        allow_claire(&store);
        let label = |code: &str| json!({"securityLabel": [{"coding": [{"code": code}]}]});
        let text = |words: &str| words.as_bytes().to_vec();
        let put = |id: &str, words: &str, more: &serde_json::Value| {
            let resource = simplified(id, "text/plain", &text(words), more);
            publish(&store, &lab("a"), &resource).unwrap().documents[0].entry
        };
        let plain = put("urn:oid:1.2.1", "alpha", &json!({}));
        let masked = put("urn:oid:1.2.2", "beta", &label("MASQUE_PS"));
        let not_yet = put("urn:oid:1.2.3", "gamma", &label("INVISIBLE_PATIENT"));
        for (visit, hidden, visible) in [(her(), not_yet, masked), (doctor(), masked, not_yet)] {
            let person = (visit.actor != her().actor).then_some(HER);
            let list = |q: &str| {
                let (visit, asked) =
                    (visit.clone(), timeline::Asked { q: q.into(), ..timeline::Asked::default() });
                store.read(move |tx| timeline::show(tx, &visit, person, &asked)).wait().unwrap().page.body.0
            };
            for body in [list(""), list("laboratoire")] {
                assert!(!body.contains(&hidden.to_string()), "{body}");
                assert!(body.contains(&visible.to_string()) && body.contains(&plain.to_string()), "{body}");
                assert!(body.contains("2 documents"), "{body}");
            }
            let (v, w, x) = (visit.clone(), visit.clone(), visit.clone());
            assert_eq!(
                store.read(move |tx| pages::show(tx, &v, hidden)).wait().unwrap_err().kind,
                RefusalKind::NotFound
            );
            let file = store.read(move |tx| pages::file(tx, &w, hidden, What::Original, false)).wait();
            assert_eq!(file.unwrap_err().kind, RefusalKind::NotFound);
            assert!(store.read(move |tx| pages::show(tx, &x, visible)).wait().is_ok());
        }
        // Her journal does not tell of what waits for a consultation, though a doctor has read it.
        let asked = crate::record::journal::Asked::default();
        let page = store.read(move |tx| crate::record::journal::show(tx, &her(), &asked)).wait().unwrap();
        assert!(!page.body.0.contains(&not_yet.to_string()));
        assert!(page.body.0.contains("a déposé 2 documents"), "{}", page.body.0);
        let csv = store.read(|tx| crate::record::journal::csv(tx, &her())).wait().unwrap();
        assert!(!String::from_utf8(csv).unwrap().contains(&not_yet.to_string()));
    });
}

#[test]
fn a_stranger_is_refused_and_she_reads_that_in_her_journal() {
    both(|store| {
        enrol(&store);
        let entry = deposit(&store, &lab("a"), cda("A", "x")).unwrap().documents[0].entry;
        let refused = store.read(move |tx| pages::show(tx, &doctor(), entry)).wait().unwrap_err();
        assert_eq!(refused.code(), "no-consent");
        // She agrees in the doctor's presence; now she reads.
        use crate::record::professional;
        let guessed =
            store.write(|tx| professional::presence(tx, &doctor(), HER, "guessed")).wait().unwrap_err();
        assert_eq!(guessed.code(), "not-found", "a number alone lets nobody in");
        let ins = vec![("ins".to_owned(), super::support::MATRICULE.to_owned())];
        let professional::Finding::One(address) =
            store.read(move |tx| professional::find_post(tx, &doctor(), ins)).wait().unwrap()
        else {
            panic!("she is found by her INS");
        };
        let found = address.split_once("found=").unwrap().1.to_owned();
        let another = found.clone();
        let other = PersonId(HER.0 + 1);
        let stolen = store.write(move |tx| professional::presence(tx, &doctor(), other, &another)).wait();
        assert_eq!(stolen.unwrap_err().code(), "not-found", "a slip is for one person");
        store.write(move |tx| professional::presence(tx, &doctor(), HER, &found)).wait().unwrap();
        store.read(move |tx| pages::show(tx, &doctor(), entry)).wait().unwrap();
        let asked = crate::record::journal::Asked::default();
        let page = store.read(move |tx| crate::record::journal::show(tx, &her(), &asked)).wait().unwrap();
        for told in [
            "Dr Claire MOREAU, cardiologue (Clinique des Tilleuls) a lu un document",
            "Compte rendu de laboratoire",
            "Refusé\u{a0}: vous n’avez pas autorisé ce professionnel.",
            "a déclaré que vous étiez d’accord",
            "Labo a a déposé un document",
        ] {
            assert!(page.body.0.contains(told), "{told}\n{}", page.body.0);
        }
    });
}

#[test]
fn her_own_papers_come_and_go() {
    both(|store| {
        enrol(&store);
        let about = About {
            kind: Code::new("", "DOCPAT05"),
            title: "Prise de sang".into(),
            day: jiff::civil::date(2026, 3, 27),
        };
        let add = |content: &[u8]| {
            let file = Added { content: content.to_vec(), file_name: "a.pdf".into(), declared: None };
            let about = about.clone();
            store
                .write(move |tx| pages::add_post(tx, &her(), &about, vec![file], &kernel::Chance::seeded(1)))
                .wait()
        };
        assert_eq!(add(b"MZ\0").unwrap_err().code(), "media-type-unknown");
        assert_eq!(add(b"plain words").unwrap_err().code(), "upload-type");
        let stored = add(b"%PDF-1.4 secret").unwrap()[0];
        assert!(!add(b"%PDF-1.4 secret").unwrap()[0].new, "the same file is not added twice");
        let page = store.read(move |tx| pages::show(tx, &her(), stored.entry)).wait().unwrap();
        assert!(page.body.0.contains("Prise de sang") && page.body.0.contains("/withdraw"));
        // A laboratory's document is not hers to withdraw.
        let of_lab = deposit(&store, &lab("a"), cda("A", "x")).unwrap().documents[0].entry;
        let refusal = store.write(move |tx| pages::withdraw_post(tx, &her(), of_lab)).wait().unwrap_err();
        assert_eq!(refusal.code(), "withdraw-not-yours");
        store.write(move |tx| pages::withdraw_post(tx, &her(), stored.entry)).wait().unwrap();
        let gone = store.read(move |tx| pages::show(tx, &her(), stored.entry)).wait().unwrap_err();
        assert_eq!(gone.kind, RefusalKind::NotFound);
        let rows = acts(&store);
        let deposited = rows.iter().find(|row| row.entry == Some(stored.entry)).unwrap();
        assert_eq!(deposited.data, None, "what it said is erased");
        let (kept, full) = both_folds(&store);
        assert_eq!(kept, full);
        assert!(!format!("{kept:?}").contains("Prise de sang"));
    });
}

/// The record from the kept snapshot, and from the first act.
pub(super) fn both_folds(store: &store::Store) -> (Record, Record) {
    store
        .read(|tx| {
            let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
            Ok((Record::load(tx, pass.key())?, Record::load_from_the_start(tx, pass.key())?))
        })
        .wait()
        .unwrap()
}

#[test]
fn words_are_found_before_and_after_they_are_kept() {
    both(|store| {
        enrol(&store);
        deposit(&store, &lab("a"), cda("A", "Vaccinations à jour.")).unwrap();
        deposit(&store, &lab("a"), cda("B", "Rien à signaler.")).unwrap();
        let pdf = publish(
            &store,
            &lab("a"),
            &simplified("urn:oid:1.9", "application/pdf", b"%PDF-1.4", &json!({})),
        );
        let pdf = pdf.unwrap().documents[0].entry;
        let found = |q: &'static str| {
            store
                .read(move |tx| {
                    let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
                    let seen = Seen::load(tx, &pass)?;
                    search::search(tx, &pass, &seen, q, kernel::Language::Fr)
                })
                .wait()
                .unwrap()
        };
        let first = found("vacciné");
        assert_eq!(first.documents.len(), 1);
        assert!(first.incomplete, "the PDF has not been read yet");
        store.write(move |tx| search::keep(tx, first.learnt)).wait().unwrap();
        let second = found("vacciné");
        assert_eq!(second.documents.len(), 1);
        assert!(second.learnt.is_empty(), "nothing is read twice");
        // The worker reads the PDF.
        let jobs = store.take_jobs(NOW, 10).wait().unwrap();
        assert_eq!(jobs.len(), 1);
        assert!(jobs[0].payload.contains(&pdf.to_string()));
        store
            .write(move |tx| {
                let pass = consent::open(tx, &her(), HER, Action::ReadRecord)?;
                assert_eq!(search::pdf_to_read(tx, &pass, pdf)?, Some(b"%PDF-1.4".to_vec()));
                search::index_document(tx, &pass, pdf, "Fracture du genou gauche")
            })
            .wait()
            .unwrap();
        let third = found("genou fract");
        assert_eq!(third.documents.len(), 1);
        assert!(!third.incomplete);
    });
}

#[test]
fn files_are_named_by_what_they_are() {
    let mut meta = meta(1, lab("a").actor);
    meta.facts.dated = NOW;
    assert_eq!(read::file_name(&meta, "pdf"), "2026-11-22-compte-rendu-de-laboratoire.pdf");
    meta.facts.kind = crate::documents::model::Code::new("", "?").into();
    meta.facts.title = "../../etc/passwd\r\nX: \"é\"".into();
    assert_eq!(read::file_name(&meta, "xml"), "2026-11-22-etc-passwd-x-e.xml");
}

#[test]
fn own_types_are_those_of_patients() {
    let types = own::own_types();
    assert!(types.len() >= 11, "{}", types.len());
}

/// A CDA that carries a PDF: the PDF is offered first, by its own address, as what its bytes are.
#[test]
fn an_embedded_pdf_is_offered_first() {
    both(|store| {
        enrol(&store);
        let text = String::from_utf8(cda("N1", "x")).unwrap();
        let (head, rest) = text.split_once("<structuredBody>").unwrap();
        let (_, tail) = rest.split_once("</structuredBody>").unwrap();
        let body = "<nonXMLBody><text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0xLjQ=</text></nonXMLBody>";
        let entry = deposit(&store, &lab("a"), format!("{head}{body}{tail}").into_bytes()).unwrap().documents
            [0]
        .entry;
        let page = store.read(move |tx| pages::show(tx, &her(), entry)).wait().unwrap().body.0;
        assert!(page.contains(&format!("/documents/{entry}/embedded")), "{page}");
        let file =
            store.read(move |tx| pages::file(tx, &her(), entry, What::Embedded, false)).wait().unwrap();
        assert_eq!(
            (file.mime.as_str(), file.inline, file.bytes.as_slice()),
            ("application/pdf", true, &b"%PDF-1.4"[..])
        );
        let missing = store.read(move |tx| pages::file(tx, &her(), entry, What::Attachment(3), false)).wait();
        assert_eq!(missing.unwrap_err().kind, RefusalKind::NotFound);
        // Reading the page and then its file is reading one document.
        let asked = crate::record::journal::Asked::default();
        let journal = store.read(move |tx| crate::record::journal::show(tx, &her(), &asked)).wait().unwrap();
        assert!(journal.body.0.contains("Vous avez lu un document"), "{}", journal.body.0);
        assert_eq!(store.take_jobs(NOW, 10).wait().unwrap().len(), 1, "the worker reads its words");
    });
}

/// The act that brought it is erased with it; that an older version no longer stands is not forgotten.
#[test]
fn a_new_version_that_is_taken_back_leaves_the_old_one_replaced() {
    both(|store| {
        enrol(&store);
        let first = simplified("urn:oid:1.2.1", "text/plain", b"alpha", &json!({}));
        let old = publish(&store, &lab("a"), &first).unwrap().documents[0].entry;
        let target = json!({"reference": format!("DocumentReference/{old}")});
        let more = json!({"relatesTo": [{"code": "replaces", "target": target}]});
        let second = simplified("urn:oid:1.2.2", "text/plain", b"beta", &more);
        let new = publish(&store, &lab("a"), &second).unwrap().documents[0].entry;
        store
            .write(move |tx| {
                let pass = consent::open(tx, &lab("a"), HER, Action::WithdrawDocument)?;
                own::withdraw(tx, &pass, new, "")
            })
            .wait()
            .unwrap();
        let (kept, whole) = both_folds(&store);
        assert_eq!(kept, whole);
        assert_eq!(whole.find(old.tag).unwrap().status, crate::documents::model::Status::Superseded);
    });
}
