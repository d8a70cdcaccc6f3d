//! Who can read at this moment without having been let in, on every page that says who may; and what home says on a
//! first visit.

use kernel::rpps::Rpps;
use kernel::{Actor, Chance, EntryId, Instant, PersonId, Professional, Purpose, Software, Visit};
use people::consent::pages::ask::DO;
use people::consent::{self, Action, Given};
use people::testing::{HER, NOW, citizen, enrol, visit};
use people::{registry, testing};
use store::{Act, Kind, Line, Store, testing::both};

use crate::documents::model::Source;
use crate::documents::{prepare, store as file};
use crate::record::sight::{effect, preview, who};
use crate::record::{journal, reports, timeline};

const HOUR: i64 = 3_600 * Instant::SECOND;
const WHY: &str = "Trouvée inconsciente à son domicile";

fn her() -> Visit {
    citizen(HER, NOW)
}

fn later() -> Visit {
    citizen(HER, NOW.plus(5 * HOUR))
}

/// A doctor whom she never met.
fn claire() -> Professional {
    testing::doctor("10001045367")
}

fn comes(now: Instant) -> Visit {
    visit(Actor::Professional(claire()), Purpose::Care, now)
}

/// One document of hers, by a laboratory.
fn put(store: &Store) -> EntryId {
    let sender = Software { client_id: "a".into(), organization: "Labo a".into(), finess: None };
    let sender = visit(Actor::Software(sender), Purpose::Care, NOW);
    let report = include_bytes!("../../../fixtures/report.xml").to_vec();
    let prepared = prepare::cda(report, Source::Cda).unwrap();
    store.write(move |tx| file(tx, &sender, prepared)).wait().unwrap().documents[0].entry
}

fn breaks_in(store: &Store) {
    let declared = store.write(|tx| {
        let professional = registry::KnownProfessional { professional: claire(), sector: None };
        registry::add_professional(tx, &professional)?;
        consent::break_glass(tx, &comes(NOW), HER, WHY)
    });
    declared.wait().unwrap();
}

/// Without marks, without the marks that keep names apart, in one line.
fn text(page: &ui::page::Page) -> String {
    let mut said = String::new();
    let mut inside = false;
    for c in page.body.0.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                said.push(' ');
            }
            '\u{2068}' | '\u{2069}' => {}
            _ if inside => {}
            '\u{a0}' | '\u{202f}' => said.push(' '),
            c => said.push(c),
        }
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn home(store: &Store, visit: Visit) -> String {
    text(&store.read(move |tx| super::show(tx, &visit)).wait().unwrap())
}

fn sharing(store: &Store, visit: Visit) -> String {
    text(&store.read(move |tx| people::consent::pages::show(tx, &visit, "")).wait().unwrap())
}

fn who_could(store: &Store, visit: Visit, entry: EntryId) -> String {
    text(&store.read(move |tx| who::show(tx, &visit, entry)).wait().unwrap())
}

fn fields(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn would(store: &Store, asked: &[(&str, &str)]) -> String {
    let asked = fields(asked);
    text(&store.read(move |tx| effect::ask(tx, &her(), &asked, &Chance::seeded(1))).wait().unwrap())
}

fn does(store: &Store, asked: &[(&str, &str)]) {
    let asked = fields(asked);
    store.write(move |tx| effect::save(tx, &her(), &asked, &Chance::seeded(1))).wait().unwrap();
}

const TOLD: &str = "Dr Claire MOREAU peut lire vos documents en ce moment";
const REFUSES: &[(&str, &str)] = &[(DO, "emergency"), ("refused", "yes")];
const BLOCKS: &[(&str, &str)] = &[(DO, "block"), ("rpps", "10001045367")];

/// Three pages say who may look: each names who is inside, why and until when, as long as it runs, with both ways to
/// end it; and each way says whom it puts out before it does.
#[test]
fn whoever_came_in_an_emergency_is_told_of_until_it_is_over() {
    for ends in [REFUSES, BLOCKS] {
        both(|store| {
            enrol(&store);
            let entry = put(&store);
            let silent = [home(&store, her()), sharing(&store, her()), who_could(&store, her(), entry)];
            for page in silent {
                assert!(!page.contains("Claire MOREAU"), "{page}");
            }
            breaks_in(&store);
            let told = [home(&store, her()), sharing(&store, her()), who_could(&store, her(), entry)];
            for page in &told {
                for said in [
                    TOLD,
                    "Clinique des Tilleuls",
                    "Accès en urgence. Il se termine",
                    &format!("Sa raison : « {WHY} »"),
                    "Bloquer cette personne",
                    "Refuser l’accès en urgence",
                ] {
                    assert!(page.contains(said), "{said}: {page}");
                }
            }
            assert!(
                told[2].contains("Dr Claire MOREAU, cardiologue Clinique des Tilleuls Voit ce document"),
                "{}",
                told[2]
            );
            // Five hours later it has ended by itself.
            for page in [home(&store, later()), sharing(&store, later()), who_could(&store, later(), entry)] {
                assert!(!page.contains("en ce moment") && !page.contains("cardiologue"), "{page}");
            }
            let effect = would(&store, ends);
            let loses = "Dr Claire MOREAU, cardiologue , ne verra aucun document (aujourd’hui : un)";
            assert!(effect.contains(loses), "{effect}");
            does(&store, ends);
            for page in [home(&store, her()), sharing(&store, her())] {
                assert!(!page.contains(TOLD), "{page}");
            }
        });
    }
}

/// Once she is allowed she needs no emergency any more; withdrawn within the hours, she is still inside by it, and the
/// page that asks does not say otherwise.
#[test]
fn who_is_allowed_meanwhile_comes_by_that() {
    both(|store| {
        enrol(&store);
        put(&store);
        breaks_in(&store);
        store
            .write(|tx| {
                let pass = consent::open(tx, &her(), HER, Action::ManageSharing)?;
                consent::allow(tx, &pass, &claire(), Given::OnTheWeb)
            })
            .wait()
            .unwrap();
        assert!(!sharing(&store, her()).contains(TOLD));
        let effect = would(&store, &[(DO, "disallow"), ("rpps", "10001045367")]);
        assert!(
            effect.contains("Dr Claire MOREAU, cardiologue , voit un document : rien ne change"),
            "{effect}"
        );
        does(&store, &[(DO, "disallow"), ("rpps", "10001045367")]);
        assert!(sharing(&store, her()).contains(TOLD));
    });
}

/// A minor's parents are told like her, in words that name her; of a professional whom she keeps from them they are told
/// nothing.
#[test]
fn parents_are_told_but_not_of_whom_she_keeps() {
    const MOTHER: PersonId = PersonId(70);
    both(|store| {
        let born = jiff::civil::date(2010, 3, 28);
        testing::enrol_all(
            &store,
            vec![(HER, testing::child(HER, born, &[MOTHER])), (MOTHER, testing::identity(MOTHER))],
            "31",
        );
        let mother = || Visit { on_behalf_of: Some(HER), ..citizen(MOTHER, NOW) };
        breaks_in(&store);
        let said = "Dr Claire MOREAU peut lire les documents de Dominique PAT-TROIS en ce moment";
        for page in [home(&store, mother()), sharing(&store, mother())] {
            assert!(page.contains(said), "{page}");
        }
        assert!(home(&store, mother()).contains("Espace de Dominique PAT-TROIS"));
        let shared = sharing(&store, mother());
        for part in ["Qui peut voir cet espace", "Vous décidez ici, pour Dominique PAT-TROIS,"] {
            assert!(shared.contains(part), "{part}: {shared}");
        }
        assert!(!shared.contains("votre espace"), "{shared}");
        let key = Rpps::parse("10001045367").unwrap();
        store
            .write(move |tx| {
                // As she keeps one whom she had allowed.
                let line = Line::of(&citizen(HER, NOW)).about(key.as_str());
                let kind = Kind::PermissionKept;
                let space = tx.space_key(HER)?;
                tx.append(&space, Act { kind, at: NOW, entry: None, line, data: None, blob: None })?;
                Ok(())
            })
            .wait()
            .unwrap();
        for page in [home(&store, mother()), sharing(&store, mother())] {
            assert!(!page.contains("Claire MOREAU"), "{page}");
        }
    });
}

/// On a first visit nothing is new "since the last": her latest documents, and how often somebody looked before.
#[test]
fn a_first_visit_is_told_as_one() {
    both(|store| {
        enrol(&store);
        put(&store);
        breaks_in(&store);
        let list = timeline::Asked::default();
        store.write(move |tx| timeline::show(tx, &comes(NOW), Some(HER), &list).map(drop)).wait().unwrap();
        let said = home(&store, her());
        for part in ["Vos derniers documents", "Une consultation de votre espace avant cette visite"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("dernière visite"), "{said}");
        // She comes twice more on the same day: it is said as everywhere else.
        for _ in 0..2 {
            store
                .write(|tx| {
                    let (key, at, line) = (tx.space_key(HER)?, NOW.plus(HOUR), Line::of(&her()));
                    let kind = Kind::SignedIn;
                    tx.append(&key, Act { kind, at, entry: None, line, data: None, blob: None })?;
                    Ok(())
                })
                .wait()
                .unwrap();
        }
        let said = home(&store, later());
        assert!(said.contains("Rien de nouveau. Votre dernière visite : aujourd’hui à"), "{said}");
    });
}

/// A line that she has handed to the team says so, and is not offered again.
#[test]
fn a_line_that_was_reported_says_so() {
    both(|store| {
        enrol(&store);
        breaks_in(&store);
        let asked = journal::Asked::default();
        let show = |store: &Store| {
            let asked = asked.clone();
            store.read(move |tx| journal::show(tx, &her(), &asked)).wait().unwrap()
        };
        let offers = |page: &ui::page::Page| page.body.0.matches("/journal/report?line=").count();
        let before = show(&store);
        let (_, after) = before.body.0.split_once("/journal/report?line=").unwrap();
        let line = after.split('"').next().unwrap().to_owned();
        assert!(!text(&before).contains("Signalée"));
        store
            .write(move |tx| {
                let words = ui::Words::of(kernel::Language::Fr);
                let filled = ui::form::Filled::sent(words, [("line".to_owned(), line)]);
                reports::send(tx, &her(), &filled, &Chance::seeded(1))
            })
            .wait()
            .unwrap();
        let after = show(&store);
        assert!(text(&after).contains("Signalée à l’équipe aujourd’hui à"), "{}", text(&after));
        assert!(after.body.0.contains("href=\"/journal/reports\""));
        // Her own report is a line too, which is not offered.
        assert_eq!(offers(&after), offers(&before) - 1);
    });
}

/// Professions stand as in a dictionary; a button pressed with nothing chosen says so.
#[test]
fn the_choice_of_a_profession() {
    both(|store| {
        enrol(&store);
        let shown =
            |who: Option<&'static str>| store.read(move |tx| preview::show(tx, &her(), who)).wait().unwrap();
        let page = shown(None);
        assert!(!text(&page).contains("Choisissez un professionnel ou un métier dans la liste"));
        let said = text(&page);
        let jobs: Vec<String> = said
            .split("Un professionnel autorisé : ")
            .skip(1)
            .map(|rest| kernel::text::fold(rest.split(" Un professionnel").next().unwrap()))
            .collect();
        // The last has the button after it.
        assert!(jobs.len() > 10 && jobs[..jobs.len() - 1].is_sorted(), "{jobs:?}");
        assert_eq!(said.matches("Qui ?").count(), 1, "{said}");
        for wrong in ["", "p999"] {
            assert!(
                text(&shown(Some(wrong))).contains("Choisissez un professionnel ou un métier dans la liste")
            );
        }
        let page = text(&shown(Some("p40")));
        assert!(page.contains("Ce que verrait un professionnel autorisé ("), "{page}");
    });
}
