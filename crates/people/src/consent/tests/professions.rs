//! Which documents a profession sees: the table that the house comes with, and one that an operator puts in its place.

use std::process::Command;

use super::*;
use crate::consent::access::{BUILT_IN, Table, install};

/// The test that runs again in a process of its own, because a table is the whole process's.
const ALONE: &str = "consent::tests::professions::an_installed_table_is_obeyed";
const IS_ALONE: &str = "CARNET_TEST_ALONE";

/// « Chirurgiens-dentistes »: no personal project of a home, no document of social care, no request for telemedicine, no
/// letter on leaving a home, no review of a psychologist, no summary of a psychiatrist, no advance directives, and what
/// no profession sees.
const DENTIST: &[(&str, &str)] = &[
    ("80788-3", "Projet personnalisé d’accompagnement"),
    ("28653-4", "Document social ou médico-social"),
    ("75496-0", "Demande d’acte de télémédecine"),
    ("83981-1", "Lettre de liaison à la sortie d’une structure médico-sociale"),
    ("83901-9", "Bilan psychologique"),
    ("68599-0", "Synthèse psychiatrique"),
    ("EXPPAT_3", "Directives anticipées"),
    ("ATTEST-RESID", "Attestation de résidence"),
];

/// « Psychologues »: nothing of genetics, no prescription of medicines.
const PSYCHOLOGIST: &[(&str, &str)] = &[
    ("ATTEST-RESID", "Attestation de résidence"),
    ("51969-4", "Compte rendu de génétique"),
    ("57833-6", "Ordonnance de médicaments ou de matériel"),
];

fn of_profession(profession: &str) -> Professional {
    Professional { profession: profession.into(), ..doctor("10001045367") }
}

/// A code that no document has would deny nothing, and nobody would notice.
#[test]
fn every_code_of_the_table_is_a_type_of_document() {
    let table = Table::parse(BUILT_IN).unwrap();
    let types = cda::types::Table::built_in();
    let mut codes = 0;
    for (profession, sight) in table.professions() {
        for code in sight.only.iter().chain(&sight.never) {
            assert!(types.document_type(code).is_some(), "{profession}: {code} is no type of document");
            codes += 1;
        }
        assert!(sight.everything || sight.never.is_empty(), "{profession}: denied what it is not given");
    }
    assert!(codes > 80, "only {codes} codes");
}

/// Two rows, each code with its name, so that a slip in a code is seen.
#[test]
fn the_rows_of_dentists_and_psychologists_are_as_they_were_read() {
    let table = Table::parse(BUILT_IN).unwrap();
    let types = cda::types::Table::built_in();
    let denied = |profession: &str| -> Vec<(String, String)> {
        let sight = table.sight(profession);
        assert!(sight.everything && sight.only.is_empty());
        let named = |code: &String| (code.clone(), types.document_type(code).unwrap().fr.clone());
        sight.never.iter().map(named).collect()
    };
    let read = |row: &[(&str, &str)]| -> Vec<(String, String)> {
        row.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
    };
    assert_eq!(denied("40"), read(DENTIST));
    assert_eq!(denied("93"), read(PSYCHOLOGIST));
}

/// Documents of these types, looked at by an allowed one of this profession.
fn sees(profession: &str, type_code: &str) -> bool {
    let who = of_profession(profession);
    let facts = EntryFacts { type_code: type_code.into(), ..EntryFacts::default() };
    let scene = policy::Scene::of(
        &visit(Actor::Professional(who.clone())),
        &person(State::Open),
        &allowing(who),
        None,
    );
    policy::decide_entry(&scene.unwrap(), &facts).unwrap()
}

/// What the table says is what is decided, for every profession and every type of document.
#[test]
fn every_cell_of_the_table_is_obeyed() {
    let table = Table::parse(BUILT_IN).unwrap();
    let mut denied = 0;
    for (profession, sight) in table.professions() {
        for kind in &cda::types::Table::built_in().types {
            let given = sight.everything || sight.only.contains(&kind.code);
            let seen = given && !sight.never.contains(&kind.code);
            assert_eq!(sees(profession, &kind.code), seen, "{profession}: {}", kind.code);
            denied += usize::from(!seen);
        }
    }
    assert!(denied > 80, "only {denied} cells deny anything");
    assert!(!sees("71", "11502-2"), "a profession that the table does not have");
}

/// An operator's table, given as the house gives it at its start, takes laboratory reports from doctors.
#[test]
fn an_installed_table_is_obeyed() {
    if std::env::var_os(IS_ALONE).is_none() {
        let me = std::env::current_exe().unwrap();
        let run = Command::new(me).args([ALONE, "--exact"]).env(IS_ALONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    assert!(sees("10", "11502-2"), "with the table that the house comes with");
    let of_doctors = "codes = [\"10\"]\nnever = [\"ATTEST-RESID\"]";
    assert!(BUILT_IN.contains(of_doctors));
    let theirs = "codes = [\"10\"]\nnever = [\"ATTEST-RESID\", \"11502-2\"]";
    install(&BUILT_IN.replacen(of_doctors, theirs, 1)).unwrap();
    assert!(!sees("10", "11502-2"));
    assert!(sees("10", "34133-9"), "the rest as before");
    assert!(sees("40", "11502-2"), "others as before");
    assert!(install("source = \"\"").is_err());
    assert!(!sees("10", "11502-2"), "a table that cannot be read leaves the one in use");
}
