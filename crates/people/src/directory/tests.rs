//! Importing extracts: what is new, what changes, what ends, what is refused.

use kernel::rpps::Rpps;
use kernel::{Answer, Instant};
use store::Store;
use store::testing::both;

use super::columns::{Lines, Reject};
use super::import::{Counts, Progress, Terms, import};
use super::{Mode, situations};
use crate::registry;

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);

/// Every column of these lines: enough of the extract's to tell who does what where.
const HEADER: &str = "Type d'identifiant PP|Identifiant PP|Code civilité d'exercice|Nom d'exercice|\
    Prénom d'exercice|Code profession|Code savoir-faire|Code mode exercice|Numéro FINESS site|\
    Identifiant technique de la structure|Raison sociale site|Libellé commune (coord. structure)|";

const HOSPITAL: &str = "8|10001045367|DR|MOREAU|CLAIRE|10|SM04|S|750100125|R1|HOPITAL NORD|PARIS|";
const PRACTICE: &str = "8|10001045367|DR|MOREAU|CLAIRE|10|SM04|L||R2|CABINET \"DU PORT\"|PARIS|";
const NURSE: &str = "8|10104335319||LE GOFF|ANNE-MARIE|60||L||R3|CABINET IDEL|BREST|";

fn run(store: &Store, lines: &[&str], at: i64) -> Answer<(Progress, Vec<(u64, Reject)>)> {
    run_with(store, lines, Terms { batch: 2, ..Terms::at(NOW.plus(at)) })
}

fn run_with(store: &Store, lines: &[&str], terms: Terms) -> Answer<(Progress, Vec<(u64, Reject)>)> {
    let text = format!("\u{feff}{HEADER}\r\n{}\r\n", lines.join("\r\n"));
    let mut rejects = Vec::new();
    let mut keep = |line, why| {
        rejects.push((line, why));
        Ok(())
    };
    let done = import(store, text.as_bytes(), terms, &mut keep, &mut |_| ())?;
    Ok((done, rejects))
}

fn counts(added: u64, updated: u64, unchanged: u64, ended: u64) -> Counts {
    Counts { added, updated, unchanged, rejected: 0, ended }
}

fn rpps(text: &str) -> Rpps {
    Rpps::parse(text).unwrap()
}

fn places(store: &Store, of: &str) -> Vec<(String, Mode)> {
    let of = rpps(of);
    let found = store.read(move |tx| situations(tx, &of)).wait().unwrap();
    found.into_iter().map(|one| (one.structure.name, one.mode)).collect()
}

#[test]
fn a_second_import_of_the_same_extract_changes_nothing() {
    both(|store| {
        let all = [HOSPITAL, PRACTICE, NURSE];
        assert_eq!(run(&store, &all, 0).unwrap().0.counts, counts(3, 0, 0, 0));
        assert_eq!(run(&store, &all, 1).unwrap().0.counts, counts(0, 0, 3, 0));
        let own = [
            ("CABINET \"DU PORT\"".to_owned(), Mode::SelfEmployed),
            ("HOPITAL NORD".to_owned(), Mode::Employed),
        ];
        assert_eq!(places(&store, "10001045367"), own);
        let claire = rpps("10001045367");
        let known = store.read(move |tx| registry::professional(tx, &claire)).wait().unwrap().unwrap();
        assert_eq!(known.professional.name, "Dr Claire Moreau");
        assert_eq!(known.professional.specialty.as_deref(), Some("SM04"));
    });
}

#[test]
fn a_place_is_found_by_the_words_it_is_called_by() {
    both(|store| {
        let line = |n: u32, finess: &str, name: &str, town: &str| {
            format!("8|10001045367|DR|MOREAU|CLAIRE|10|SM04|S|{finess}|P{n}|{name}|{town}|")
        };
        let mut lines = [
            HOSPITAL.to_owned(),
            PRACTICE.to_owned(),
            line(1, "690000005", "Clinique de l’Étoile", "LYON"),
            line(2, "290000017", "HOPITAL DES ARMEES", "BREST"),
        ];
        let some: Vec<&str> = lines.iter().map(String::as_str).collect();
        run(&store, &some, 0).unwrap();
        let found = |store: &Store, typed: &'static str| -> Vec<String> {
            let found = store.read(move |tx| super::places(tx, typed, 3)).wait().unwrap();
            found.into_iter().map(|place| place.name).collect()
        };
        for (typed, names) in [
            ("hôpital", ["HOPITAL DES ARMEES", "HOPITAL NORD"].as_slice()),
            ("paris hop", &["HOPITAL NORD"]),
            ("etoile", &["Clinique de l’Étoile"]),
            ("6900000", &["Clinique de l’Étoile"]),
            ("hopital lyon", &[]),
            ("du port", &[]),
            ("opital", &[]),
            ("h", &[]),
            ("%", &[]),
        ] {
            assert_eq!(found(&store, typed), names, "{typed}");
        }
        // Under its new name, and no more under the old one.
        lines[3] = lines[3].replace("DES ARMEES", "LAENNEC");
        let some: Vec<&str> = lines.iter().map(String::as_str).collect();
        run(&store, &some, 1).unwrap();
        assert_eq!(found(&store, "laennec brest"), ["HOPITAL LAENNEC"]);
        assert_eq!(found(&store, "armees"), Vec::<String>::new());
    });
}

#[test]
fn what_changes_is_taken_over_and_what_vanishes_ends() {
    both(|store| {
        run(&store, &[HOSPITAL, PRACTICE, NURSE], 0).unwrap();
        let renamed = HOSPITAL.replace("HOPITAL NORD", "CHU NORD");
        let married = NURSE.replace("LE GOFF", "MARTIN");
        let (done, _) = run(&store, &[&renamed, &married], 1).unwrap();
        assert_eq!(done.counts, counts(0, 2, 0, 1));
        assert_eq!(places(&store, "10001045367"), [("CHU NORD".to_owned(), Mode::Employed)]);
        let found = store.read(|tx| registry::find(tx, "anne marie martin", 5)).wait().unwrap();
        assert_eq!(found.len(), 1);
        // She takes her practice up again: the same activity as before.
        let (done, _) = run(&store, &[&renamed, PRACTICE, &married], 2).unwrap();
        assert_eq!(done.counts, counts(0, 1, 2, 0));
        // And leaves both: nobody acts anywhere under her number, and her line names no place.
        let terms = Terms { shrink: true, ..Terms::at(NOW.plus(3)) };
        run_with(&store, &[&married], terms).unwrap();
        assert!(places(&store, "10001045367").is_empty());
        let claire = rpps("10001045367");
        let known = store.read(move |tx| registry::professional(tx, &claire)).wait().unwrap().unwrap();
        assert_eq!(known.professional.structure, "");
    });
}

#[test]
fn a_file_that_was_cut_off_ends_nobody() {
    both(|store| {
        run(&store, &[HOSPITAL, PRACTICE, NURSE], 0).unwrap();
        assert_eq!(run(&store, &[NURSE], 1).unwrap_err().code(), "directory-shrinks");
        assert_eq!(places(&store, "10001045367").len(), 2);
    });
}

#[test]
fn of_two_imports_that_overlap_the_later_one_is_believed() {
    both(|store| {
        run(&store, &[HOSPITAL, PRACTICE, NURSE], 5).unwrap();
        run(&store, &[HOSPITAL, NURSE], 7).unwrap();
        // One that began before both ends last, and holds neither what is new nor what has ended since.
        let terms = Terms { shrink: true, ..Terms::at(NOW.plus(3)) };
        let (done, _) = run_with(&store, &[PRACTICE, NURSE], terms).unwrap();
        assert_eq!(done.counts.ended, 0);
        assert_eq!(places(&store, "10001045367"), [("HOPITAL NORD".to_owned(), Mode::Employed)]);
        // What the later one saw, the older one did not make older: a third of the same day ends what it must.
        assert_eq!(run(&store, &[HOSPITAL, NURSE], 8).unwrap().0.counts, counts(0, 0, 2, 0));
    });
}

#[test]
fn lines_that_are_not_taken_are_told_with_number_and_reason() {
    both(|store| {
        let cases = [
            ("0|759999999|DR|X|Y|10|||||||", Reject::OtherRegister),
            ("8|10001045366|DR|X|Y|10|||||||", Reject::Rpps),
            ("8|10001045367|DR||Y|10|||||||", Reject::Name),
            ("8|10001045367|DR|X|Y||||||||", Reject::Profession),
            ("8|10001045367|DR", Reject::Torn),
        ];
        let mut lines: Vec<&str> = cases.iter().map(|(line, _)| *line).collect();
        lines.push(NURSE);
        let (done, rejects) = run(&store, &lines, 0).unwrap();
        assert_eq!((done.counts.added, done.counts.rejected), (1, 5));
        let expected: Vec<(u64, Reject)> = (2..).zip(cases.iter().map(|(_, why)| *why)).collect();
        assert_eq!(rejects, expected);
        for (_, why) in cases {
            assert!(!why.word().is_empty() && !why.sentence().is_empty());
        }
    });
}

#[test]
fn the_published_header_is_understood_and_another_file_is_refused() {
    let extract = synthetic::professionals::extract(7);
    let mut lines = Lines::open(extract.as_bytes()).unwrap();
    let mut activities = 0;
    while let Some(entry) = lines.next_entry().unwrap() {
        let entry = entry.unwrap();
        let situation = entry.situation.unwrap();
        assert!(situation.structure.finess.is_some() && !situation.structure.town.is_empty());
        assert!(situation.sector.is_some() && situation.mode != Mode::Unknown);
        activities += 1;
    }
    assert_eq!(activities, 10);
    let refused = Lines::open("a|b|c\n1|2|3\n".as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("IDENTIFIANT PP"), "{refused}");
}

#[test]
fn who_was_entered_by_hand_has_the_activity_that_was_entered() {
    both(|store| {
        let known = registry::KnownProfessional {
            professional: kernel::Professional {
                rpps: rpps("10100779536"),
                name: "Dr Paul Roy".into(),
                profession: "10".into(),
                specialty: None,
                structure: "Cabinet Roy".into(),
                finess: None,
            },
            sector: None,
        };
        store.write(move |tx| registry::add_professional(tx, &known)).wait().unwrap();
        assert_eq!(places(&store, "10100779536"), [("Cabinet Roy".to_owned(), Mode::Unknown)]);
        assert!(places(&store, "10000023084").is_empty());
    });
}
