use kernel::{Actor, Chance};
use store::testing::both;

use super::*;
use crate::enrolment::columns::Raw;
use crate::enrolment::tests::{NOW, Town, knock, matricule, raw, someone, visit};
use crate::enrolment::waves;
use crate::identity::ActivationForm;
use crate::identity::session::Limits;

/// Two parents in two departments, their child, and a child whose representative nobody here knows.
fn family() -> [Raw; 4] {
    let child = |order: u32, representatives: String| Raw {
        matricule: matricule(&format!("2200335238{order:03}")),
        birth_name: "PETIT".into(),
        given_names: "LÉA".into(),
        birth_date: "2020-03-28".into(),
        representatives,
        ..raw()
    };
    let father = Raw { address: "9 quai Sud, 56000 Vannes".into(), ..someone(2, "56") };
    let (mother, unknown) = (someone(1, "35"), matricule("2790335238099"));
    let both = format!("{}:mother {}:father", mother.matricule, father.matricule);
    [mother, father, child(1, both), child(2, format!("{unknown}:guardian"))]
}

/// The file, line by line, without its head.
fn ask(town: &Town, order: &Order, now: Instant) -> (Written, Vec<String>) {
    let mut out = Vec::new();
    let written = write(&town.store, order, now, &mut out, &mut |_| ()).unwrap();
    let text = String::from_utf8(out).unwrap();
    (written, text.lines().skip(1).map(str::to_owned).collect())
}

fn code_of(line: &str) -> String {
    line.rsplit(',').nth(3).unwrap().to_owned()
}

fn opens(town: &Town, code: &str, now: Instant) -> bool {
    let form = ActivationForm {
        matricule: matricule("2790335238001"),
        birth_name: "nom b".into(),
        birth_date: jiff::civil::date(1979, 3, 28),
        code: code.to_lowercase(),
    };
    let (visit, knock, chance) = (visit(Actor::Nobody, now), knock(), Chance::System);
    let tried = town
        .store
        .write(move |tx| activation::activate(tx, &form, &visit, &knock, (Limits::default(), &chance)))
        .wait()
        .unwrap();
    tried.is_ok()
}

#[test]
fn asking_twice_prints_the_same_codes_and_again_makes_new_ones() {
    both(|store| {
        let town = Town::of(store);
        town.load(&town.file("a.csv", &family()));
        waves::announce(&town.store, 1, &[], 1, NOW).unwrap();
        let all = Order { wave: 1, ..Order::default() };
        assert_eq!(ask(&town, &all, NOW).1.len(), 0, "nobody's space is open yet");
        let open = NOW.plus(8 * Instant::DAY);
        assert_eq!(town.open_all(open), 4);

        let (written, first) = ask(&town, &all, open);
        assert_eq!(written, Written { new: 4, ..Written::default() });
        assert!(
            first[0].starts_with("35,Hélène NOM B,Hélène NOM B,3 rue du Port,35000 Rennes,,,"),
            "{first:?}"
        );
        assert!(first[0].ends_with(",2027-01-07,2026-11-26,own"), "{first:?}");
        let to_both = "35,Hélène NOM B et Hélène NOM C,Léa PETIT,3 rue du Port,35000 Rennes,,,";
        assert!(first[2].starts_with(to_both), "{first:?}");
        assert!(first[3].starts_with("35,Aux représentants légaux de Léa PETIT,Léa PETIT,3 rue du Port,"));
        let codes: std::collections::HashSet<String> = first[..2].iter().map(|line| code_of(line)).collect();
        assert!(codes.len() == 2 && codes.iter().all(|code| code.len() == 19), "{codes:?}");
        // A code would make of a parent the child herself.
        for line in &first[2..] {
            assert!(line.ends_with(",,,2026-11-26,child"), "{line}");
        }

        // Asked again, also much later, the file is the same: no second code.
        let later = open.plus(30 * Instant::DAY);
        let (written, second) = ask(&town, &all, later);
        assert_eq!(written, Written { repeated: 4, ..Written::default() });
        assert_eq!(second, first);
        assert!(opens(&town, &code_of(&first[0]), later));

        let only = Order { departments: vec!["56".into()], ..all };
        assert_eq!(ask(&town, &only, later).1, [first[1].clone()]);

        // New codes on demand; the old ones are worth nothing from then on.
        let again = Order { again: true, ..all.clone() };
        let (written, third) = ask(&town, &again, later);
        assert_eq!(written, Written { new: 4, ..Written::default() });
        assert_ne!(code_of(&third[0]), code_of(&first[0]));
        assert!(!opens(&town, &code_of(&first[0]), later));
        assert!(opens(&town, &code_of(&third[0]), later));
        assert_eq!(ask(&town, &all, later).1, third);
    });
}

#[test]
fn letters_go_to_those_who_wait_for_a_code() {
    both(|store| {
        let town = Town::of(store);
        town.load(&town.file("a.csv", &family()));
        waves::announce(&town.store, 1, &[], 1, NOW).unwrap();
        let open = NOW.plus(8 * Instant::DAY);
        town.open_all(open);
        let all = Order { wave: 1, ..Order::default() };
        let unknown = Order { wave: 2, ..Order::default() };
        assert!(write(&town.store, &unknown, open, &mut Vec::new(), &mut |_| ()).is_err());

        // One got her code at the counter, another one has used hers.
        let id = |number: &str| town.person(number).unwrap().id;
        let (counter, used) = (id("2790335238001"), id("2790335238002"));
        let chance = Chance::seeded(1);
        let issue = move |tx: &mut Tx<'_>| {
            activation::issue_code(tx, counter, open, &chance)?;
            activation::issue_code(tx, used, open, &chance)?;
            let sql = "UPDATE activation SET used_at = $2 WHERE person = $1";
            Ok(tx.exec(sql, store::args![used, open])?)
        };
        town.store.write(issue).wait().unwrap();
        let (written, lines) = ask(&town, &all, open.plus(1));
        assert_eq!(written, Written { new: 2, otherwise: 1, activated: 1, repeated: 0 });
        assert!(lines.iter().all(|line| line.contains("Léa PETIT")), "{lines:?}");

        // When codes have run out, those who still wait get new ones.
        let (written, _) = ask(&town, &all, open.plus(LIFETIME + Instant::DAY));
        assert_eq!(written, Written { new: 1, repeated: 2, activated: 1, ..Written::default() });
    });
}

#[test]
fn only_who_opens_a_space_herself_gets_its_code() {
    both(|store| {
        let town = Town::of(store);
        let mother = someone(1, "35");
        let of = |order: u32, birth_date: &str, role: &str| Raw {
            matricule: matricule(&format!("2{}35238{order:03}", birth_date[2..7].replace('-', ""))),
            birth_date: birth_date.into(),
            birth_name: format!("PETIT {}", char::from(b'A' + u8::try_from(order).unwrap())),
            representatives: format!("{}:{role}", mother.matricule),
            ..raw()
        };
        // In November 2026: fourteen, fifteen, and an adult with a guardian.
        let people = [
            mother.clone(),
            of(1, "2012-03-28", "mother"),
            of(2, "2011-03-28", "mother"),
            of(3, "1970-03-28", "guardian"),
        ];
        town.load(&town.file("a.csv", &people));
        waves::announce(&town.store, 1, &[], 1, NOW).unwrap();
        let open = NOW.plus(8 * Instant::DAY);
        assert_eq!(town.open_all(open), 4);
        let (written, lines) = ask(&town, &Order { wave: 1, ..Order::default() }, open);
        assert_eq!(written.new, 4);
        for (name, to_herself, kind) in
            [("PETIT B", false, "child"), ("PETIT C", true, "own"), ("PETIT D", false, "ward")]
        {
            let line = lines.iter().find(|line| line.contains(name)).unwrap();
            assert!(line.ends_with(&format!(",{kind}")), "{line}");
            assert_eq!(code_of(line).is_empty(), !to_herself, "{line}");
            assert_eq!(line.starts_with(&format!("35,Hélène {name},")), to_herself, "{line}");
            assert_eq!(line.starts_with("35,Hélène NOM B,"), !to_herself, "{line}");
        }
    });
}

#[test]
fn a_code_has_eighty_bits_of_the_keyed_hash() {
    let (store, _keep) = store::testing::sqlite().unwrap();
    let keyring = store.keyring();
    let hash = keyring.keyed_hash("activation-letter", format!("7|{}", NOW.0).as_bytes());
    assert_eq!(secret_of(keyring, PersonId(7), NOW), hash[..10]);
    assert_ne!(secret_of(keyring, PersonId(7), NOW), secret_of(keyring, PersonId(7), NOW.plus(1)));
}
