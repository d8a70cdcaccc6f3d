use std::path::PathBuf;

use jiff::civil::date;
use kernel::ins::Authority;
use kernel::{Actor, Ins, Instant, Language, PersonId, Purpose, Visit};
use store::testing::both;
use store::{Kind, Store, Want};
use tempfile::TempDir;

use super::checks::{RejectCode, check, is_department};
use super::columns::{COLUMNS, Lines, Next, Raw};
use super::load::{Counts, Loaded, Terms, load};
use super::opposition::OppositionForm;
use super::*;
use crate::consent::{self, Action};
use crate::identity::Knock;
use crate::person::{self, State};

pub(super) const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);

/// A 13-character number with its key, as test identity.
pub(super) fn matricule(number: &str) -> String {
    Ins::parse(number, Authority::TestNir).unwrap().matricule
}

pub(super) fn raw() -> Raw {
    Raw {
        matricule: matricule("2790335238001"),
        oid: "1.2.250.1.213.1.4.10".into(),
        birth_name: "LE GOFF".into(),
        given_names: "HÉLÈNE MARIE".into(),
        birth_date: "1979-03-28".into(),
        sex: "F".into(),
        birth_place: "35238".into(),
        department: "35".into(),
        scheme: "CPAM".into(),
        address: "3 rue du Port, 35000 Rennes".into(),
        ..Raw::default()
    }
}

#[test]
fn every_rule_of_a_line_has_its_case() {
    use RejectCode::{
        BirthDate, BirthName, BirthPlace, Death, Department, GivenNames, Key, Matricule, Oid, Representative,
        Scheme, Sex, SexAndNir, TooLong,
    };
    type Change = fn(&mut Raw);
    let cases: &[(Change, Option<RejectCode>)] = &[
        (|_| (), None),
        (|r| r.oid = "1.2.250.1.213.1.4.2".into(), Some(Oid)),
        (|r| r.oid = String::new(), Some(Oid)),
        (|r| r.oid = "urn:oid:1.2.250.1.213.1.4.10".into(), None),
        (|r| r.matricule = "27903".into(), Some(Matricule)),
        (|r| r.matricule = "279033523800100".into(), None),
        (|r| (r.matricule, r.oid) = ("279033523800100".into(), "1.2.250.1.213.1.4.8".into()), Some(Key)),
        (|r| (r.matricule, r.oid) = ("2790335238001".into(), "1.2.250.1.213.1.4.8".into()), Some(Matricule)),
        (|r| r.oid = "1.2.250.1.213.1.4.8".into(), None),
        (|r| r.birth_name = "--".into(), Some(BirthName)),
        (|r| r.given_names = String::new(), Some(GivenNames)),
        (|r| r.birth_date = "28/03/1979".into(), Some(BirthDate)),
        (|r| r.birth_date = "1979-02-29".into(), Some(BirthDate)),
        (|r| r.birth_date = "2980-01-01".into(), Some(BirthDate)),
        (|r| r.birth_date = "1879-12-31".into(), Some(BirthDate)),
        (|r| r.birth_date = "1979-3-28 ".into(), Some(BirthDate)),
        (|r| r.birth_date = "2026-11-18".into(), None),
        (|r| r.birth_date = "2026-11-19".into(), Some(BirthDate)),
        (|r| r.sex = "X".into(), Some(Sex)),
        (|r| r.sex = "M".into(), Some(SexAndNir)),
        (|r| r.sex = "I".into(), None),
        (|r| r.sex = "2".into(), None),
        (|r| (r.sex, r.oid) = ("M".into(), "1.2.250.1.213.1.4.9".into()), None),
        (|r| r.birth_place = String::new(), None),
        (|r| r.birth_place = "2A004".into(), None),
        (|r| r.birth_place = "2C004".into(), Some(BirthPlace)),
        (|r| r.birth_place = "97411".into(), None),
        (|r| r.birth_place = "97011".into(), Some(BirthPlace)),
        (|r| r.birth_place = "99350".into(), None),
        (|r| r.birth_place = "00001".into(), Some(BirthPlace)),
        (|r| r.birth_place = "3523".into(), Some(BirthPlace)),
        (|r| r.birth_place = "Rennes".into(), Some(BirthPlace)),
        (|r| r.department = "20".into(), Some(Department)),
        (|r| r.department = "974".into(), None),
        (|r| r.scheme = "CPAM; DROP".into(), Some(Scheme)),
        (|r| r.death_date = "2020-01-01".into(), None),
        (|r| r.death_date = "1979-03-27".into(), Some(Death)),
        (|r| r.death_date = "2026-11-19".into(), Some(Death)),
        (|r| r.representatives = "255022A123456:mother 1550335238001:father".into(), None),
        (|r| r.representatives = "2550235238001:aunt".into(), Some(Representative)),
        (|r| r.representatives = "255:mother".into(), Some(Representative)),
        (|r| r.address = "x".repeat(501), Some(TooLong)),
    ];
    for (i, (change, expected)) in cases.iter().enumerate() {
        let mut line = raw();
        change(&mut line);
        let got = check(&line, date(2026, 11, 18)).err().map(|reject| reject.code);
        assert_eq!(got, *expected, "case {i}: {line:?}");
    }
}

#[test]
fn departments_are_those_that_exist() {
    let good = ["01", "19", "21", "95", "2A", "2B", "971", "976", "978", "986", "988", "99"];
    let bad = ["00", "20", "96", "98", "970", "979", "985", "2C", "1", "", "012", "9 "];
    assert!(good.iter().all(|name| is_department(name)));
    assert_eq!(bad.iter().find(|name| is_department(name)), None);
}

#[test]
fn words_of_rejects_are_distinct() {
    let mut words: Vec<&str> = RejectCode::ALL.iter().map(|code| code.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), RejectCode::ALL.len());
}

fn read_all(text: &[u8]) -> Vec<Result<(u64, Raw), String>> {
    let mut lines = Lines::open(text).unwrap();
    let mut out = Vec::new();
    let mut raw = Raw::default();
    loop {
        match lines.next_into(&mut raw).unwrap() {
            Next::End => return out,
            Next::Line => out.push(Ok((lines.line(), raw.clone()))),
            Next::Torn(why) => out.push(Err(why)),
        }
    }
}

#[test]
fn csv_is_read_whatever_the_export_did_to_it() {
    let text = "\u{feff}Sex;matricule;OID;birth_name;given_names;birth_date;birth_place;department;remark\r\n\
                F;1;2; \"LE;GOFF\" ;G;D;P;35;x\r\nM;3;4;\"A \"\"B\"\"\nC\";G;D;P;35;x\r\nF;only two\r\n";
    let plain = read_all(text.replace("\r\n", "\n").as_bytes());
    assert_eq!(plain.iter().map(|line| line.clone().unwrap().0).collect::<Vec<_>>(), [2, 3, 5]);
    let read = read_all(text.as_bytes());
    assert_eq!(read.len(), 3);
    let (line, first) = read[0].clone().unwrap();
    assert_eq!((line, first.sex.as_str(), first.matricule.as_str()), (2, "F", "1"));
    assert_eq!(read[1].clone().unwrap().1.birth_name, "A \"B\"\nC");
    // The record before spans two lines: the number is the one an editor shows.
    assert_eq!(read[2].clone().unwrap().0, 5);
    assert_eq!(read[2].clone().unwrap().1.oid, "");
    let missing = Lines::open("matricule,oid\n".as_bytes()).unwrap_err().to_string();
    assert!(missing.contains("birth_name"), "{missing}");
}

#[test]
fn ndjson_is_read_and_torn_lines_are_told() {
    let long = "y".repeat(70_000);
    let text = format!(
        "{{\"matricule\":\"1\",\"oid\":\"2\",\"more\":7}}\n{{\"matricule\":\n\n{{\"x\":\"{long}\"}}\n{{}}\n"
    );
    let read = read_all(text.as_bytes());
    assert_eq!(read.len(), 5);
    assert_eq!(read[0].clone().unwrap().1.matricule, "1");
    assert!(read[1].is_err() && read[2].is_err() && read[3].is_err());
    assert_eq!(read[4].clone().unwrap(), (5, Raw::default()));
    assert!(
        read_all(b"matricule,oid,birth_name,given_names,birth_date,sex,birth_place,department\n\xff,a\n")[0]
            .is_err()
    );
}

pub(super) struct Town {
    pub(super) store: Store,
    dir: TempDir,
}

impl Town {
    pub(super) fn of(store: Store) -> Self {
        Self { store, dir: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn file(&self, name: &str, people: &[Raw]) -> PathBuf {
        let mut text = COLUMNS.join(",");
        text.push('\n');
        for p in people {
            let fields = [
                &p.matricule,
                &p.oid,
                &p.birth_name,
                &p.given_names,
                &p.used_name,
                &p.used_given,
                &p.birth_date,
                &p.sex,
                &p.birth_place,
                &p.department,
                &p.scheme,
                &p.email,
                &p.phone,
                &p.address,
                &p.representatives,
                &p.death_date,
            ];
            let quoted: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
            text.push_str(&quoted.join(","));
            text.push('\n');
        }
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn load(&self, file: &std::path::Path) -> Loaded {
        let terms = Terms { batch: 3, ..Terms::at(NOW) };
        load(&self.store, file, &self.path("rejects.csv"), terms, &mut |_| true).unwrap()
    }

    pub(super) fn person(&self, number: &str) -> Option<person::Person> {
        let ins = Ins::parse(number, Authority::TestNir).unwrap();
        self.store
            .read(move |tx| match person::find_by_ins(tx, &ins)? {
                Some(id) => person::load(tx, id),
                None => Ok(None),
            })
            .wait()
            .unwrap()
    }

    /// The last person there is, and up to whom persons are findable while a load has more to write.
    fn marks(&self) -> (PersonId, Option<PersonId>) {
        self.store.read(|tx| Ok((queries::last_person(tx)?, queries::findable_upto(tx)?))).wait().unwrap()
    }

    fn kinds(&self, number: &str) -> Vec<(Kind, Option<String>)> {
        let key = self.person(number).unwrap().key;
        self.store
            .read(move |tx| {
                let mut kinds = Vec::new();
                tx.acts(&key, kernel::Seq(0), Want::LINES, |act| {
                    kinds.push((act.kind, act.line.and_then(|line| line.about)));
                    Ok(())
                })?;
                Ok(kinds)
            })
            .wait()
            .unwrap()
    }

    pub(super) fn open_all(&self, now: Instant) -> u32 {
        let mut opened = 0;
        loop {
            match self.store.write(move |tx| waves::open_due(tx, now, 2)).wait().unwrap() {
                0 => return opened,
                n => opened += n,
            }
        }
    }
}

pub(super) fn someone(order: u32, department: &str) -> Raw {
    Raw {
        matricule: matricule(&format!("2790335238{order:03}")),
        birth_name: format!("NOM {}", char::from_u32(65 + order % 26).unwrap()),
        department: department.into(),
        ..raw()
    }
}

pub(super) fn visit(actor: Actor, now: Instant) -> Visit {
    Visit { actor, on_behalf_of: None, purpose: Purpose::Own, now, language: Language::Fr, request_id: 1 }
}

pub(super) fn knock() -> Knock {
    Knock { network: "192.0.2.1".parse().unwrap(), device: "test".into() }
}

#[test]
fn a_file_loads_with_its_rejects_and_loading_again_changes_nothing() {
    both(|store| {
        let town = Town::of(store);
        let mut people: Vec<Raw> = (1..=10).map(|n| someone(n, "35")).collect();
        people.push(people[0].clone());
        people.push(Raw { sex: "M".into(), ..someone(11, "35") });
        people.push(Raw { scheme: "MSA".into(), ..people[1].clone() });
        let file = town.file("a.csv", &people);
        let first = town.load(&file);
        let counts = Counts { added: 10, updated: 0, unchanged: 1, rejected: 2 };
        assert_eq!((first.counts, first.lines, first.already), (counts, 14, false));
        let rejects = std::fs::read_to_string(town.path("rejects.csv")).unwrap();
        let lines: Vec<&str> = rejects.lines().collect();
        assert_eq!(lines.len(), 3, "{rejects}");
        assert!(lines[1].starts_with("13,sex-nir,"), "{rejects}");
        assert!(lines[2].starts_with("14,duplicate,") && lines[2].contains("line 3"), "{rejects}");
        assert!(!rejects.contains("NOM"), "no name may be in it");

        assert!(town.load(&file).already);
        let copy = town.file("b.csv", &people[..10]);
        let again = town.load(&copy);
        assert_eq!(again.counts, Counts { unchanged: 10, ..Counts::default() });
        let person = town.person("2790335238001").unwrap();
        assert_eq!((person.state, person.wave, person.department.as_str()), (State::Announced, 0, "35"));
        assert_eq!(person.identity.contact.address, ["3 rue du Port", "35000 Rennes"]);
    });
}

#[test]
fn a_load_that_was_stopped_goes_on_where_it_was() {
    both(|store| {
        let town = Town::of(store);
        let mut people: Vec<Raw> = (1..=20).map(|n| someone(n, "35")).collect();
        people[4].sex = "M".into();
        people[17].oid = "1".into();
        let file = town.file("a.csv", &people);
        let terms = Terms { batch: 3, ..Terms::at(NOW) };
        let rejects = town.path("rejects.csv");
        let mut batches = 0;
        let stopped = load(&town.store, &file, &rejects, terms, &mut |_| {
            batches += 1;
            batches < 3
        })
        .unwrap();
        assert_eq!((stopped.counts.added, stopped.counts.rejected, stopped.lines), (8, 1, 10));
        // What a crash after writing rejects and before the commit leaves behind is not kept twice.
        std::fs::write(&rejects, "line,code,sentence\n6,sex-nir,\"x\"\n19,oid,\"never committed\"\n")
            .unwrap();
        let rest = load(&town.store, &file, &rejects, terms, &mut |_| true).unwrap();
        assert_eq!(rest.resumed_at, 10);
        assert_eq!(rest.counts, Counts { added: 18, rejected: 2, ..Counts::default() });
        let text = std::fs::read_to_string(&rejects).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(town.person("2790335238020").is_some());
    });
}

#[test]
fn a_load_that_was_killed_leaves_nobody_unfindable() {
    both(|store| {
        let town = Town::of(store);
        let people: Vec<Raw> = (1..=20).map(|n| someone(n, "35")).collect();
        let file = town.file("a.csv", &people);
        let terms = Terms { batch: 3, ..Terms::at(NOW) };
        let rejects = town.path("rejects.csv");
        // A panic where the progress is told is as sudden as a kill: nothing of what was to follow is done.
        let mut batches = 0;
        let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            load(&town.store, &file, &rejects, terms, &mut |_| {
                batches += 1;
                assert!(batches < 3, "killed");
                true
            })
        }));
        assert!(killed.is_err());
        let (last, upto) = town.marks();
        assert_eq!((last, upto), (PersonId(9), Some(PersonId(0))));
        assert!(town.person("2790335238001").is_none(), "not found before the sweep");
        // The sweep itself may be what was cut short: some of it is written already.
        town.store.write(|tx| person::settle(tx, PersonId(2))).wait().unwrap();

        // Whatever file comes next, those of the killed load are found first: here as known, not as new.
        let some = town.file("b.csv", &people[5..10]);
        let counts = town.load(&some).counts;
        assert_eq!(counts, Counts { added: 1, unchanged: 4, ..Counts::default() });
        assert_eq!(town.marks(), (PersonId(10), None));
        let rest = load(&town.store, &file, &rejects, terms, &mut |_| true).unwrap();
        assert_eq!(rest.resumed_at, 10);
        assert_eq!(rest.counts, Counts { added: 19, unchanged: 1, ..Counts::default() });
        for n in 1..=20 {
            let person = town.person(&format!("2790335238{n:03}")).unwrap();
            let traits = person.identity.traits.clone();
            let found = town.store.read(move |tx| person::find_by_traits(tx, &traits)).wait().unwrap();
            assert!(found.contains(&person.id), "{n}");
        }
        assert_eq!(town.marks(), (PersonId(20), None));
    });
}

#[test]
fn of_two_loads_at_a_time_one_stops() {
    both(|store| {
        let town = Town::of(store);
        let people: Vec<Raw> = (1..=12).map(|n| someone(n, "35")).collect();
        let (file, other) = (town.file("a.csv", &people), town.file("b.csv", &people[..5]));
        let terms = Terms { batch: 3, ..Terms::at(NOW) };
        let mut batches = 0;
        let stopped = load(&town.store, &file, &town.path("rejects.csv"), terms, &mut |_| {
            batches += 1;
            if batches == 2 {
                let second = load(&town.store, &other, &town.path("r.csv"), terms, &mut |_| true).unwrap();
                assert_eq!(second.counts, Counts { unchanged: 5, ..Counts::default() });
            }
            true
        })
        .unwrap_err();
        assert_eq!(stopped.code(), "load-taken-over");
        let rest = load(&town.store, &file, &town.path("rejects.csv"), terms, &mut |_| true).unwrap();
        assert_eq!((rest.resumed_at, rest.counts.added), (7, 12));
        assert!((1..=12).all(|n| town.person(&format!("2790335238{n:03}")).is_some()));
    });
}

#[test]
fn windows_are_kept_and_spaces_open_once() {
    both(|store| {
        let town = Town::of(store);
        let people: Vec<Raw> = (1..=5).map(|n| someone(n, if n <= 3 { "35" } else { "56" })).collect();
        town.load(&town.file("a.csv", &people));
        let departments = ["35".to_owned()];
        assert_eq!(waves::announce(&town.store, 1, &departments, 6, NOW).unwrap(), 3);
        assert_eq!(waves::announce(&town.store, 1, &departments, 6, NOW).unwrap(), 0, "twice is once");
        assert_eq!(waves::announce(&town.store, 1, &departments, 7, NOW).unwrap_err().code(), "wave-other");
        // Somebody who comes ten days later has her own six weeks.
        let later = NOW.plus(10 * Instant::DAY);
        let file = town.file("late.csv", &[someone(6, "35")]);
        load(&town.store, &file, &town.path("r.csv"), Terms::at(later), &mut |_| true).unwrap();

        let end = NOW.plus(42 * Instant::DAY);
        assert_eq!(town.open_all(end.plus(-1)), 0);
        assert_eq!(town.open_all(end), 3);
        assert_eq!(town.open_all(end), 0);
        assert_eq!(town.kinds("2790335238001"), [(Kind::Opened, None)]);
        assert_eq!(town.person("2790335238004").unwrap().state, State::Announced);
        assert_eq!(town.person("2790335238006").unwrap().state, State::Announced);
        assert_eq!(town.open_all(later.plus(43 * Instant::DAY)), 1);

        assert_eq!(waves::announce(&town.store, 2, &[], 4, end).unwrap(), 2);
        let figures = town.store.read(move |tx| tally::figures(tx, end)).wait().unwrap();
        let row = |wave: i64| figures.iter().find(|f| f.scope.wave == wave).cloned().unwrap();
        assert_eq!((row(1).announced, row(1).opened), (4, 4));
        assert_eq!((row(2).announced, row(2).opened), (2, 0));
        let csv = tally::csv(&figures, &|code| format!("dép. {code}"), &|what, _| format!("\"{what}\""));
        assert!(csv.contains("1,35,\"dép. 35\",\"\"\"opened\"\"\",opened,\"\",4\n"), "{csv}");
        assert!(csv.contains(",profiles,\"\",\n"), "what nobody counts is no 0: {csv}");
        assert!(csv.contains(",mean-visit-seconds,\"\",\n"), "{csv}");
    });
}

#[test]
fn opposing_needs_code_and_birth_date_and_holds() {
    both(|store| {
        let town = Town::of(store);
        town.load(&town.file("a.csv", &[someone(1, "35"), someone(2, "35")]));
        waves::announce(&town.store, 1, &[], 6, NOW).unwrap();
        let mut letters = Vec::new();
        let n = opposition::letters(&town.store, 1, NOW, &mut letters, &mut |_| ()).unwrap();
        let letters = String::from_utf8(letters).unwrap();
        assert_eq!((n, letters.lines().count()), (2, 3), "{letters}");
        let line = letters.lines().nth(1).unwrap();
        let code = line.split(',').nth(6).unwrap().to_owned();
        assert!(line.ends_with("2026-12-30") && code.len() == 19, "{line}");

        let try_it = |code: &str, birth: jiff::civil::Date, now: Instant| {
            let form = OppositionForm { code: code.to_lowercase().replace('-', " "), birth_date: birth };
            let visit = visit(Actor::Nobody, now);
            let knock = knock();
            let outcome =
                town.store.write(move |tx| opposition::oppose(tx, &form, &visit, &knock)).wait().unwrap();
            outcome.map_err(|refusal| refusal.code())
        };
        let birth = date(1979, 3, 28);
        assert_eq!(try_it(&code, date(1979, 3, 27), NOW), Err("opposition-failed"));
        assert_eq!(try_it("AAAA-BBBB-CCCC-DDDD", birth, NOW), Err("opposition-failed"));
        assert_eq!(try_it("nonsense", birth, NOW), Err("opposition-failed"));
        assert_eq!(try_it(&code, birth, NOW), Ok(()));
        assert_eq!(try_it(&code, birth, NOW), Ok(()), "twice is once");
        let end = NOW.plus(60 * Instant::DAY);
        assert_eq!(town.open_all(end), 1);
        assert_eq!(town.person("2790335238001").unwrap().state, State::Opposed);
        assert_eq!(town.kinds("2790335238001"), [(Kind::Closed, Some("opposition-code".to_owned()))]);

        // The other one's space is there: she is told so, and only with the right birth date.
        let other = town.person("2790335238002").unwrap().id;
        let code = opposition::code(town.store.keyring(), other).unwrap();
        assert_eq!(try_it(&code, birth, end), Err("opposition-too-late"));
        // Guessing birth dates for one code slows down.
        for _ in 0..5 {
            assert_eq!(try_it(&code, date(1980, 1, 1), end), Err("opposition-failed"));
        }
        assert_eq!(try_it(&code, birth, end), Err("slow-down"));
        let figures = town.store.read(move |tx| tally::figures(tx, end)).wait().unwrap();
        assert_eq!((figures[0].opposed, figures[0].opened), (1, 1));

        // She changes her mind.
        let (id, by) = (town.person("2790335238001").unwrap().id, waves::system("support", end, 1));
        town.store.write(move |tx| waves::open_now(tx, &by, id)).wait().unwrap();
        assert_eq!(town.person("2790335238001").unwrap().state, State::Open);
    });
}

#[test]
fn the_operator_opposes_for_somebody_with_a_reason() {
    both(|store| {
        let town = Town::of(store);
        town.load(&town.file("a.csv", &[someone(1, "35")]));
        let ins = town.person("2790335238001").unwrap().identity.ins;
        let oppose = |reason: &'static str| {
            let (ins, by) = (ins.clone(), visit(Actor::Operator { name: "support".into() }, NOW));
            town.store.write(move |tx| opposition::oppose_for(tx, &by, &ins, reason)).wait()
        };
        assert_eq!(oppose(" ").unwrap_err().code(), "reason-missing");
        oppose("letter of 12 November").unwrap();
        assert_eq!(town.person("2790335238001").unwrap().state, State::Opposed);
    });
}

#[test]
fn changes_moves_and_deaths_reach_the_space() {
    both(|store| {
        let town = Town::of(store);
        let people: Vec<Raw> = (1..=4).map(|n| someone(n, "35")).collect();
        town.load(&town.file("a.csv", &people));
        waves::announce(&town.store, 1, &[], 6, NOW).unwrap();
        let end = NOW.plus(42 * Instant::DAY);
        town.open_all(end);
        let changed = [
            Raw { birth_name: "AUTRE".into(), department: "56".into(), ..people[0].clone() },
            Raw { death_date: "2026-11-01".into(), ..people[1].clone() },
            Raw { used_name: "MOREAU".into(), ..people[2].clone() },
            people[3].clone(),
            Raw { death_date: "2026-10-01".into(), ..someone(5, "35") },
        ];
        let loaded = town.load(&town.file("b.csv", &changed));
        assert_eq!(loaded.counts, Counts { added: 1, updated: 3, unchanged: 1, rejected: 0 });
        let words = |number| town.kinds(number).pop().unwrap();
        assert_eq!(words("2790335238001"), (Kind::IdentityUpdated, Some("traits department".into())));
        assert_eq!(words("2790335238002"), (Kind::Closed, Some("death".into())));
        assert_eq!(words("2790335238003"), (Kind::IdentityUpdated, Some("used-name".into())));
        assert_eq!(town.person("2790335238002").unwrap().state, State::Closed);
        assert_eq!(town.person("2790335238005").unwrap().state, State::Closed, "nobody opens for the dead");
        let moved = town.person("2790335238001").unwrap();
        assert_eq!(moved.department, "56");
        // Found by her new traits, no longer by the old ones.
        let (new, old) = (moved.identity.traits.clone(), check(&people[0], date(2026, 11, 18)).unwrap());
        let found = town
            .store
            .read(move |tx| {
                Ok((person::find_by_traits(tx, &new)?, person::find_by_traits(tx, &old.identity.traits)?))
            })
            .wait()
            .unwrap();
        assert_eq!(found, (vec![moved.id], vec![]));
    });
}

#[test]
fn closing_keeps_ten_years_and_then_nothing() {
    both(|store| {
        let town = Town::of(store);
        town.load(&town.file("a.csv", &[someone(1, "35")]));
        waves::announce(&town.store, 1, &[], 1, NOW).unwrap();
        let open = NOW.plus(8 * Instant::DAY);
        town.open_all(open);
        let id: PersonId = town.person("2790335238001").unwrap().id;
        let herself = move |at| visit(Actor::Citizen { person: id, name: "Hélène LE GOFF".into() }, at);
        let close = |at| {
            let visit = herself(at);
            let closing = move |tx: &mut store::Tx<'_>| {
                let pass = consent::open(tx, &visit, id, Action::CloseSpace)?;
                closing::close(tx, &pass, "")
            };
            town.store.write(closing).wait()
        };
        close(open).unwrap();
        assert!(close(open).is_err());
        let visit = herself(open);
        town.store
            .write(move |tx| {
                let pass = consent::open(tx, &visit, id, Action::ReopenSpace)?;
                closing::reopen(tx, &pass, "")
            })
            .wait()
            .unwrap();
        assert_eq!(town.person("2790335238001").unwrap().state, State::Open);
        close(open).unwrap();
        let erase = |at| town.store.write(move |tx| closing::erase_due(tx, at, 10)).wait().unwrap();
        assert_eq!(erase(open.plus(3651 * Instant::DAY)), 0);
        assert_eq!(erase(open.plus(3654 * Instant::DAY)), 1);
        assert!(town.person("2790335238001").is_none());
        let gone = town.store.read(move |tx| tx.space_key(id).map(|_| ())).wait().unwrap_err();
        assert_eq!(gone.code(), "space-erased");
    });
}
