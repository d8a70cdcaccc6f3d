use kernel::{Actor, Language, Visit};
use store::testing::both;
use ui::page::{Frame, shell};
use ui::theme::Theme;

use super::operator;
use crate::enrolment::tally::{self, Scope};
use crate::enrolment::tests::{NOW, visit};
use crate::enrolment::waves;

fn team(language: Language) -> Visit {
    Visit { language, ..visit(Actor::Operator { name: "support".into() }, NOW) }
}

/// The page of figures and its CSV.
fn shown(store: &store::Store, language: Language) -> (String, String) {
    let visit = team(language);
    store
        .read(move |tx| {
            let page = operator::figures(tx, &visit)?;
            let theme = Theme::default();
            let html = shell(&Frame::of(&visit, operator::FIGURES, "csrf", &theme), &page);
            Ok((html, operator::csv(tx, &visit)?))
        })
        .wait()
        .unwrap()
}

fn count(store: &store::Store, department: &str, counts: &'static [(&'static str, &'static str, i64)]) {
    let scope = Scope { wave: 1, department: department.to_owned() };
    let add = move |tx: &mut store::Tx<'_>| {
        for (what, kind, n) in counts {
            tally::add(tx, NOW, &scope, what, kind, *n)?;
        }
        Ok(())
    };
    store.write(add).wait().unwrap();
}

#[test]
fn figures_are_said_in_words() {
    both(|store| {
        let (page, csv) = shown(&store, Language::Fr);
        assert!(page.contains("Aucune vague n’est annoncée"), "{page}");
        assert_eq!(csv.lines().count(), 1);

        waves::announce(&store, 1, &["35".into(), "973".into(), "75".into()], 6, NOW).unwrap();
        let (page, _) = shown(&store, Language::Fr);
        assert!(page.contains("Aucune personne n’est encore annoncée dans cette vague."), "{page}");

        count(&store, "75", &[("announced", "", 9)]);
        let (page, _) = shown(&store, Language::Fr);
        assert!(page.contains("Aucun document n’est encore arrivé."), "{page}");
        count(&store, "35", &[("announced", "", 1200), ("visits", "", 2), ("visit-seconds", "", 80)]);
        count(&store, "35", &[("document-type", "11502-2", 3), ("document-sender", "laboratory", 3)]);
        count(&store, "973", &[("visits", "", 1), ("visit-seconds", "", 170), ("document-type", "X-9", 1)]);

        let (page, csv) = shown(&store, Language::Fr);
        for words in [
            "Ille-et-Vilaine (35)",
            "Compte rendu de laboratoire",
            "Comptes rendus",
            "laboratoire",
            "Autre type (code X-9)",
            "moins d’une minute",
            "3 min",
            "aucune visite",
            "pas encore comptés",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let line = "1,35,\"Ille-et-Vilaine\",\"Documents reçus : Compte rendu de laboratoire\",\
                    document-type,\"11502-2\",3";
        assert!(csv.lines().any(|one| one.replace(['\u{202f}', '\u{a0}'], " ") == line), "{csv}");
        assert!(csv.contains(",\"Profils remplis\",profiles,\"\",\n"), "{csv}");
        assert!(csv.contains(",mean-visit-seconds,\"\",40\n"), "{csv}");

        let (page, csv) = shown(&store, Language::En);
        for words in ["French Guiana (973)", "Laboratory report", "under a minute", "not counted yet"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(csv.contains("1,973,\"French Guiana\",\"People announced\",announced,\"\",0\n"), "{csv}");
    });
}
