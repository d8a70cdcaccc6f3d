//! Every page of these rooms in every state, in every language, for the test that renders them all and the
//! browser that checks them. The people and papers are invented.

mod journals;

use std::sync::Arc;

use jiff::civil::date;
use kernel::rpps::Rpps;
use kernel::{
    Actor, EntryId, Instant, Issue, Language, PersonId, Professional, Purpose, Refusal, Seq, Sex, Software,
    Visit,
};
use people::consent::pages::ask::{APP_END, Change};
use people::consent::pages::inside::{Inside, alerts};
use people::consent::{Episode, Exception, Given, Named, Permission, Sharing, Word};
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use crate::documents::model::{Author, Code, Facts, Media, Meta, Security, Source, Status};
use crate::documents::secret::Secrecy;
use crate::documents::{pages, shelf};
use crate::record::coming::{self, Declaring};
use crate::record::fold::Seen;
use crate::record::sight::who::Verdict;
use crate::record::sight::{effect, hiding, preview, who};
use crate::record::{home, professional, secrecy, timeline};

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
        sight(language, &mut add);
        journals::all(language, &mut add);
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
        same: Arc::default(),
        alike: Arc::default(),
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
    let come = claire().map(|professional| Exception {
        professional,
        since: NOW,
        until: NOW.plus(4 * 3_600 * Instant::SECOND),
        reason: "Accident de la route <inconsciente>, traitements inconnus".into(),
    });
    let inside: Vec<Inside<'_>> =
        come.iter().map(|exception| Inside { purpose: Purpose::Emergency, exception }).collect();
    for (name, seen, last, looks, (allowed, unasked)) in [
        ("home-inside", few(), None, 1, (0, true)),
        ("home-empty", Seen::default(), None, 0, (0, true)),
        ("home-new", few(), last, 2, (1, false)),
        ("home-nothing-new", few(), Some(home::LastVisit::at(NOW)), 0, (0, false)),
        ("home-many", many(), Some(home::LastVisit::at(Instant(0))), 14, (3, true)),
    ] {
        let items = shelf::standing(&seen);
        let connected = ["Mon suivi", "Ma glycémie <3"][..looks.min(2)].to_vec();
        let shown = home::Home {
            name: "Dominique PAT-TROIS",
            items: &items,
            last,
            looks,
            allowed,
            unasked,
            connected,
            inside: if name == "home-inside" {
                alerts(Words::of(language), &visit, &inside, "Dominique PAT-TROIS")
            } else {
                Default::default()
            },
        };
        add(name, home::page(&visit, &shown));
        if name == "home-new" || name == "home-inside" {
            let for_her = Visit { on_behalf_of: Some(PersonId(8)), ..visit.clone() };
            add(&format!("{name}-acting"), home::page(&for_her, &shown));
        }
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

/// Somebody allowed, a doctor who treats her, one document hidden and one sort of documents.
fn sharing() -> Sharing {
    let since = NOW.plus(-Instant::DAY);
    let allowed = claire().map(|claire| Permission::lasting(claire, since, Given::OnTheWeb));
    let paul = claire().map(|claire| Professional {
        name: "Dr Paul LENOIR".into(),
        specialty: None,
        structure: "Cabinet du Dr Lenoir".into(),
        ..claire
    });
    let episode = Episode {
        id: "1".into(),
        name: "Séjour à la clinique".into(),
        from: NOW.plus(-50 * Instant::DAY),
        until: NOW.plus(-39 * Instant::DAY),
        organization: Some("Laboratoire des Trois-Rivières".into()),
    };
    Sharing {
        allowed: allowed.into_iter().collect(),
        treating: paul.map(|professional| Named { professional, since }),
        entries: [(EntryId { person: HER, tag: 1 }, Word { hidden: true, seq: Seq(60) })].into(),
        families: ["42".to_owned()].into(),
        episodes: vec![episode],
        ..Sharing::default()
    }
}

fn sight(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let words = Words::of(language);
    let (seen, decided) = (few(), sharing());
    let empty = Filled::empty(words);
    let wrong = Filled::sent(words, [("name".to_owned(), "Clinique".to_owned())]).refused(&Refusal::invalid(
        "episode-days",
        "last",
        "",
    ));
    add("sight-hidden-none", hiding::page(&Sharing::default(), &seen, &empty));
    add("sight-hidden", hiding::page(&decided, &seen, &empty));
    add("sight-hidden-wrong", hiding::page(&decided, &Seen::default(), &wrong));
    add("sight-choose-none", hiding::choose_page(&visit, &decided, &Seen::default(), 1));
    add("sight-choose", hiding::choose_page(&visit, &decided, &seen, 1));
    add("sight-choose-many", hiding::choose_page(&visit, &decided, &many(), 2));
    let row = |name: &str, place: &str, verdict| (name.to_owned(), place.to_owned(), verdict);
    let everybody = who::Everybody {
        named: vec![
            row("Dr Claire MOREAU, cardiologue", "Clinique des Tilleuls", Verdict::Hidden),
            row("Dr Paul LENOIR, votre médecin traitant", "Cabinet du Dr Lenoir", Verdict::Sees),
        ],
        others: vec![
            row("Un professionnel non autorisé", "", Verdict::NoEntry),
            row("Un médecin de l’hôpital", "", Verdict::NotForHer),
        ],
        authors: vec![row("Laboratoire des Trois-Rivières", "", Verdict::ReadsBack)],
        apps: vec![
            row("L’application Mon suivi (Association <Cœur>)", "", Verdict::Sees),
            row("L’application Ma glycémie (Diabète & Cie)", "", Verdict::NotGiven),
            row("L’application Mes vaccins (Diabète & Cie)", "", Verdict::NoApp),
        ],
        acting: vec![row("Nadia BENALI", "", Verdict::Sees)],
        inside: None,
    };
    add("sight-who", who::page(&visit, &seen.documents[0], &decided, &everybody));
    add(
        "sight-who-few",
        who::page(&visit, &seen.documents[2], &Sharing::default(), &who::Everybody::default()),
    );
    let label = "Dr Claire MOREAU, cardiologue".to_owned();
    let view = |opens, could, seen| preview::View {
        label: label.clone(),
        opens,
        could,
        seen,
        hidden: 2,
        not_for_her: 1,
    };
    add("sight-preview", preview::page(&visit, &decided, None, None));
    add("sight-preview-missing", preview::page(&visit, &decided, Some(""), None));
    add(
        "sight-preview-seen",
        preview::page(&visit, &decided, Some("10001045367"), Some(&view(true, true, few()))),
    );
    add(
        "sight-preview-if",
        preview::page(&visit, &decided, Some("p40"), Some(&view(false, true, Seen::default()))),
    );
    add(
        "sight-preview-closed",
        preview::page(&visit, &decided, Some(""), Some(&view(false, false, Seen::default()))),
    );
    effects(&visit, add);
}

/// One change with every effect that can be told of it, and each change with its sentences.
fn effects(visit: &Visit, add: &mut dyn FnMut(&str, Page)) {
    let line = |label: &str, before, after| effect::Line { label: label.to_owned(), before, after };
    let lines = vec![line("Dr Claire MOREAU, cardiologue", 14, 12), line("Dr Paul LENOIR", 14, 14)];
    let told = effect::Effect::Told { of: 14, lines, forgets_her: None };
    let none = effect::Effect::Told { of: 0, lines: Vec::new(), forgets_her: None };
    let app = "L’application Mon suivi (Association <Cœur>)";
    let forgets_her =
        effect::Effect::Told { of: 14, lines: vec![line(app, 12, 0)], forgets_her: Some(app.to_owned()) };
    let all = [
        ("told", told),
        ("forgets-her", forgets_her),
        ("none", none),
        ("already", effect::Effect::None),
        ("untold", effect::Effect::Untold),
    ];
    let fields = vec![("do".to_owned(), "mode".to_owned()), ("mode".to_owned(), "team".to_owned())];
    for change in Change::samples(claire()) {
        let fits = |name: &str| match name {
            "told" => true,
            "forgets-her" => change.key == APP_END,
            _ => change.key == "mode-team",
        };
        for (name, effect) in all.iter().filter(|(name, _)| fits(name)) {
            let page = effect::page(visit, &change, &fields, effect);
            add(&format!("sight-effect-{}-{name}", change.key), page);
        }
    }
}

fn one_document(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let visit = visit(language);
    let seen = few();
    let nobody = Some(Sharing::default());
    let some = Some(sharing());
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
            sharing: allowed.clone(),
            patient: None,
            secrecy: Secrecy::NotSaid,
            may_announce: false,
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
        let (sharing, patient) = (nobody.clone(), None);
        let may_announce = false;
        let view =
            pages::View { meta: &meta, seen: &seen, bytes: b"", sharing, patient, secrecy, may_announce };
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
        sharing: None,
        patient,
        secrecy: Secrecy::Professional,
        may_announce: true,
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
        under: None,
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
    add("pro-not-allowed", professional::ask_page(&visit, HER, Some(&patient), "proof", false));
    add("pro-not-allowed-call-centre", professional::ask_page(&visit, HER, Some(&patient), "proof", true));
    add("pro-closed", professional::ask_page(&visit, HER, None, "proof", false));
    ways_in(language, add);
    let asked = timeline::Asked::default();
    for (name, seen) in [("pro-record", few()), ("pro-record-empty", Seen::default())] {
        let items = shelf::standing(&seen);
        let patient = Some(patient.clone());
        let list = timeline::List { person: HER, items: &items, asked: &asked, incomplete: false, patient };
        add(name, timeline::page(&visit, &list));
    }
}

/// Codes, emergencies and calls.
fn ways_in(language: Language, add: &mut dyn FnMut(&str, Page)) {
    let (visit, words) = (professional_visit(language), Words::of(language));
    let empty = Filled::empty(words);
    add("pro-code", coming::code_page(&empty));
    for (name, key) in [("pro-code-wrong", "coming-code-wrong"), ("pro-code-slow", "coming-code-slow")] {
        let mut wrong = Filled::empty(words).with("code", "ABCD-<23>");
        wrong.wrong("code", words.t(key));
        add(name, coming::code_page(&wrong).refilled(&wrong));
    }
    add("pro-emergency", coming::declare_page(HER, "proof", &empty, Declaring::Emergency));
    add("pro-secret", secrecy::ask_page(&visit, HER, "proof"));
    add("pro-call", coming::declare_page(HER, "proof", &empty, Declaring::Call));
    let mut short = Filled::empty(words).with("reason", "<urgent>");
    short.wrong("reason", words.t("coming-emergency-reason-short"));
    let again = coming::declare_page(HER, "proof", &short, Declaring::Emergency);
    add("pro-emergency-short", again.refilled(&short));
    let (asked, seen) = (timeline::Asked::default(), few());
    for (name, purpose, reason) in [
        ("pro-record-emergency", Purpose::Emergency, "Inconsciente, chute <escalier>"),
        ("pro-record-call", Purpose::CallCentre, ""),
        ("pro-record-secret", Purpose::Secret, ""),
    ] {
        let until = NOW.plus(4 * 3_600 * Instant::SECOND);
        let under = Some(coming::Under { person: HER, purpose, until, reason: reason.into() });
        let (items, patient) = (shelf::standing(&seen), Some(timeline::Patient { under, ..patient() }));
        let list = timeline::List {
            person: HER,
            items: &items,
            asked: &asked,
            incomplete: false,
            patient: patient.clone(),
        };
        add(name, timeline::page(&visit, &list));
        let view = pages::View {
            meta: &seen.documents[2],
            seen: &seen,
            bytes: b"",
            sharing: None,
            patient,
            secrecy: Secrecy::NotSaid,
            may_announce: false,
        };
        add(&name.replace("record", "document"), pages::page(&visit, &view));
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
            // The sample of the journal says every sentence there is, once for everybody who may have acted.
            let most = if name == "journal" { 300_000 } else { 90_000 };
            assert!(body.len() < most, "{name}: {} bytes", body.len());
        }
    }

    fn around(text: &str, what: char) -> String {
        let at = text.find(what).unwrap_or_default();
        text[at..].chars().take(80).collect()
    }
}
