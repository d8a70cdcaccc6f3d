//! Every page of these rooms in every state, in every language, for the test that renders them all and the
//! browser that checks them. The people and papers are invented.

use jiff::civil::date;
use kernel::rpps::Rpps;
use kernel::{
    Actor, EntryId, Instant, Issue, Language, PersonId, Professional, Purpose, Refusal, Seq, Sex, Software,
    Visit,
};
use store::{Kind, Line};
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use crate::documents::model::{Author, Code, Facts, Media, Meta, Security, Source, Status};
use crate::documents::secret::Secrecy;
use crate::documents::{pages, shelf};
use crate::record::fold::Seen;
use crate::record::sentences::{Entry, LOOKED_UP, Reader};
use crate::record::{home, journal, professional, timeline};

const HER: PersonId = PersonId(7);
/// 22 November 2026, 9 in the morning in Paris.
const NOW: Instant = Instant(1_795_334_400_000_000);

/// A CDA of a few words.
const CDA: &str = include_str!("../fixtures/report.xml");

/// All pages: name of page and state, language, page.
#[must_use]
pub fn samples() -> Vec<(String, Language, Page)> {
    let mut all = Vec::new();
    for language in Language::ALL {
        let mut add = |name: &str, page: Page| all.push((name.to_owned(), language, page));
        homes(language, &mut add);
        lists(language, &mut add);
        one_document(language, &mut add);
        forms(language, &mut add);
        journals(language, &mut add);
        for_professionals(language, &mut add);
    }
    all
}

fn visit(language: Language) -> Visit {
    Visit {
        actor: Actor::Citizen { person: HER, name: "Dominique PAT-TROIS".into() },
        on_behalf_of: None,
        purpose: Purpose::Own,
        now: NOW,
        language,
        request_id: 1,
    }
}

fn claire() -> Option<Professional> {
    Some(Professional {
        rpps: Rpps::parse("10001045367")?,
        name: "Dr Claire MOREAU".into(),
        profession: "10".into(),
        specialty: Some("SM04".into()),
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    })
}

fn professional_visit(language: Language) -> Visit {
    let actor = claire().map_or(Actor::Nobody, Actor::Professional);
    Visit { actor, purpose: Purpose::Care, ..visit(language) }
}

fn lab() -> Actor {
    Actor::Software(Software {
        client_id: "labo".into(),
        organization: "Laboratoire des Trois-Rivières".into(),
        finess: None,
    })
}

fn document(n: u32, kind: &str, class: &str, media: Media, days_ago: i64) -> Meta {
    let at = NOW.plus(-days_ago * Instant::DAY);
    Meta {
        entry: EntryId { person: HER, tag: i64::from(n) },
        seq: Seq(n),
        version: Seq(n),
        changed: at,
        received: at,
        sender: lab().into(),
        status: Status::Current,
        replaced_by: None,
        facts: Facts {
            unique_id: format!("1.2.3.{n}"),
            kind: Code::new(cda::types::LOINC, kind).into(),
            class: Code::new(cda::types::TRE_A03, class).into(),
            title: String::new(),
            dated: at,
            care_began: None,
            written: None,
            tells: Default::default(),
            authors: vec![Author {
                name: "Dr Paul LENOIR".into(),
                organization: Some("Laboratoire des Trois-Rivières".into()),
                ..Author::default()
            }]
            .into(),
            format: None,
            media,
            size: 84_210,
            sha256: format!("hash-{n}"),
            language: Some("fr-FR".into()),
            security: Security::default(),
            replaces: Vec::new(),
            submission: None,
            source: Source::Fhir,
        },
    }
}

fn few() -> Seen {
    let lab_report = document(1, "11502-2", "10", Media::Cda, 1);
    let mut older = document(2, "34112-3", "10", Media::Pdf, 40);
    let mut letter = document(3, "34112-3", "10", Media::Pdf, 39);
    letter.facts.replaces = vec![older.entry];
    older.status = Status::Superseded;
    older.replaced_by = Some(letter.entry);
    let mut twin = document(4, "11502-2", "10", Media::Cda, 0);
    twin.facts.sha256.clone_from(&lab_report.facts.sha256);
    let mut own = document(5, "DOCPAT05", "10", Media::Jpeg, 3);
    own.facts.source = Source::Upload;
    own.facts.title = "Prise de sang de mars <chez le Dr L.>".into();
    own.facts.authors = Default::default();
    own.sender = Actor::Citizen { person: HER, name: "Dominique PAT-TROIS".into() }.into();
    let mut masked = document(6, "57833-6", "42", Media::Text, 400);
    masked.facts.security.masked = true;
    masked.facts.title = "Ordonnance de sortie".into();
    Seen { documents: vec![lab_report, older, letter, twin, own, masked], ..Seen::default() }
}

fn many() -> Seen {
    let kinds =
        [("11502-2", "10"), ("57833-6", "42"), ("18748-4", "31"), ("11490-0", "10"), ("87273-9", "52")];
    let documents = (1..=200).map(|n| {
        let (kind, class) = kinds[n as usize % kinds.len()];
        document(n, kind, class, Media::Cda, i64::from(n) * 9)
    });
    Seen { documents: documents.collect(), ..Seen::default() }
}

fn homes(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let last = Some(home::LastVisit::at(NOW.plus(-10 * Instant::DAY)));
    for (name, seen, last, looks, allowed) in [
        ("home-empty", Seen::default(), None, 0, 0),
        ("home-new", few(), last, 2, 1),
        ("home-nothing-new", few(), Some(home::LastVisit::at(NOW)), 0, 0),
        ("home-many", many(), Some(home::LastVisit::at(Instant(0))), 14, 3),
    ] {
        let items = shelf::standing(&seen);
        let shown = home::Home { name: "Dominique PAT-TROIS", items: &items, last, looks, allowed };
        add(name, home::page(&visit, &shown));
    }
}

fn lists(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let asked = timeline::Asked::default();
    let found = timeline::Asked { q: "prise \"de\" sang".into(), ..asked.clone() };
    let none = timeline::Asked { q: "zzz".into(), family: "52".into(), ..asked.clone() };
    let page_3 = timeline::Asked { page: "3".into(), ..asked.clone() };
    for (name, seen, asked, incomplete) in [
        ("documents-empty", Seen::default(), &asked, false),
        ("documents-few", few(), &asked, false),
        ("documents-many", many(), &page_3, false),
        ("documents-search", few(), &found, true),
        ("documents-none-found", few(), &none, false),
    ] {
        let items = shelf::standing(&seen);
        let list = timeline::List { person: HER, items: &items, asked, incomplete, patient: None };
        add(name, timeline::page(&visit, &list));
    }
}

fn one_document(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let seen = few();
    let nobody = Some(Vec::new());
    let some = Some(vec![("Dr Claire MOREAU".to_owned(), "Clinique des Tilleuls".to_owned())]);
    let states = [
        ("document-cda", 0, CDA.as_bytes(), &some),
        ("document-superseded", 1, b"".as_slice(), &nobody),
        ("document-pdf", 2, b"", &nobody),
        ("document-own-picture", 4, b"", &nobody),
        ("document-masked-text", 5, b"Doliprane 1 g\nmatin et soir & <au besoin>", &some),
    ];
    for (name, i, bytes, allowed) in states {
        let view = pages::View {
            meta: &seen.documents[i],
            seen: &seen,
            bytes,
            allowed: allowed.clone(),
            patient: None,
            secrecy: Secrecy::NotSaid,
        };
        add(name, pages::page(&visit, &view));
    }
    for (name, kept, by_author, secrecy) in [
        ("document-may-be-kept", false, false, Secrecy::Minor { may: true }),
        ("document-kept", true, false, Secrecy::Minor { may: true }),
        ("document-secret-by-author", false, true, Secrecy::Minor { may: false }),
        ("document-kept-adult", true, false, Secrecy::Adult),
        ("document-may-be-kept-adult", false, false, Secrecy::Adult),
    ] {
        let mut meta = document(9, "11502-2", "10", Media::Pdf, 2);
        meta.facts.security.kept = kept;
        meta.facts.security.invisible_to_representatives = by_author;
        let (allowed, patient) = (nobody.clone(), None);
        let view = pages::View { meta: &meta, seen: &seen, bytes: b"", allowed, patient, secrecy };
        add(name, pages::page(&visit, &view));
    }
    let mut not_yet = document(9, "60568-3", "10", Media::Rtf, 2);
    not_yet.facts.security.invisible_to_patient = true;
    not_yet.facts.security.invisible_to_representatives = true;
    let patient = Some(patient());
    let view = pages::View {
        meta: &not_yet,
        seen: &seen,
        bytes: b"",
        allowed: None,
        patient,
        secrecy: Secrecy::Professional,
    };
    add("document-professional", pages::page(&professional_visit(language), &view));
    add("document-withdraw", pages::withdraw_page(&visit, &seen.documents[4]));
}

fn forms(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let typed =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let issue = |code, path: &str| Issue { code, path: Some(path.to_owned()), diagnostics: "".into() };
    add("add", pages::add_form(language, NOW));
    let refusal = Refusal::invalid_all(vec![
        issue("upload-type", "files"),
        issue("upload-kind", "kind"),
        issue("upload-date", "date"),
    ]);
    let fields = typed(&[
        ("title", "Radio \"du\" genou"),
        ("date-day", "31"),
        ("date-month", "2"),
        ("date-year", "26"),
    ]);
    add("add-errors", pages::add_again(&visit, fields, &refusal));
    let large = Refusal::invalid_all(vec![issue("document-too-large", "files")]);
    let fields =
        typed(&[("kind", "DOCPAT04"), ("date-day", "1"), ("date-month", "2"), ("date-year", "2026")]);
    add("add-too-large", pages::add_again(&visit, fields, &large));
}

fn journals(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let mut reader = Reader::owner(HER);
    reader.professionals.insert("10001045367".to_owned(), "Dr Claire MOREAU".to_owned());
    let entries = journal_entries(language);
    let asked = journal::Asked::default();
    let refusals = journal::Asked { what: "refusals".into(), before: "40".into(), ..asked.clone() };
    for (name, entries, older, asked) in [
        ("journal-empty", &entries[..0], None, &asked),
        ("journal", &entries[..], Some(Seq(3)), &asked),
        ("journal-none-found", &entries[..0], None, &refusals),
    ] {
        let shown = journal::Journal { reader: &reader, entries, older, asked };
        add(name, journal::page(&visit, &shown));
    }
}

/// One act of every kind by her, by a professional, by software and by the service; and some refused.
fn journal_entries(language: Language) -> Vec<Entry> {
    let actors = [
        visit(language).actor,
        professional_visit(language).actor,
        lab(),
        Actor::System { task: "x".into() },
    ];
    let mut entries = Vec::new();
    let mut seq = 1;
    for kind in Kind::ALL {
        for (i, actor) in actors.iter().enumerate() {
            let mut line = Line::of(&Visit { actor: actor.clone(), ..visit(language) });
            line.about = match kind {
                Kind::Allowed | Kind::Disallowed => Some("10001045367".into()),
                Kind::Deposited | Kind::DocumentRead | Kind::Downloaded => Some("11502-2".into()),
                Kind::Searched if i == 1 => Some(LOOKED_UP.into()),
                _ => Some("3".into()),
            };
            if matches!(kind, Kind::Refused | Kind::DepositRefused | Kind::SignInRefused) {
                line = line.refused(if i == 1 { "no-consent" } else { "traits-mismatch" });
            }
            for _ in 0..=(seq % 2) {
                let entry = Some(EntryId { person: HER, tag: i64::from(seq) });
                let at = NOW.plus(i64::from(seq) * 900 * Instant::SECOND - 2 * Instant::DAY);
                entries.push(Entry { seq: Seq(seq), at, kind: *kind, entry, line: line.clone() });
                seq += 1;
            }
        }
    }
    entries.reverse();
    entries
}

fn patient() -> timeline::Patient {
    timeline::Patient {
        name: "Dominique PAT-TROIS".into(),
        birth_name: "PAT-TROIS".into(),
        given_names: "DOMINIQUE MARIE-LOUISE".into(),
        birth_date: date(1979, 3, 28),
        age: 47,
        sex: Sex::F,
        ins: "2 79 03 51 215 189 89".into(),
        acting: vec!["Claire MARTIN, mère".into(), "Nadia <BENALI>, aidant".into()],
    }
}

fn for_professionals(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = professional_visit(language);
    let words = Words::of(language);
    let patient = patient();
    add("pro-find", professional::find_page(&Filled::empty(words)));
    let mut wrong = Filled::empty(words).with("ins", "279").with("birth_name", "PAT-TROIS");
    wrong.wrong("ins", words.t("record-find-ins-wrong"));
    wrong.wrong("birth", words.t("record-find-birth-missing"));
    add("pro-find-errors", professional::find_page(&wrong).refilled(&wrong));
    add("pro-not-allowed", professional::ask_page(&visit, HER, &patient, "proof"));
    let asked = timeline::Asked::default();
    for (name, seen) in [("pro-record", few()), ("pro-record-empty", Seen::default())] {
        let items = shelf::standing(&seen);
        let patient = Some(patient.clone());
        let list = timeline::List { person: HER, items: &items, asked: &asked, incomplete: false, patient };
        add(name, timeline::page(&visit, &list));
    }
}

#[cfg(test)]
mod tests {
    use super::samples;

    /// Every sentence exists in both languages, no variable is left open, and a page stays under 100 kB.
    #[test]
    fn every_page_is_whole_in_every_language() {
        let pages = samples();
        assert!(pages.len() >= 54, "{}", pages.len());
        for (name, language, page) in pages {
            let body = &page.body.0;
            for text in [&page.title, body] {
                assert!(!text.contains('⟦'), "{name} {language:?}: {}", around(text, '⟦'));
                assert!(
                    !text.contains("{$") && !text.contains("{ $"),
                    "{name} {language:?}: {}",
                    around(text, '$')
                );
            }
            assert!(body.matches("<h1").count() == 1, "{name}: one h1");
            assert!(body.len() < 90_000, "{name}: {} bytes", body.len());
        }
    }

    fn around(text: &str, what: char) -> String {
        let at = text.find(what).unwrap_or_default();
        text[at..].chars().take(80).collect()
    }
}
