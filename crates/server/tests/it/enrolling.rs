//! Pulling the plug on a load of the insurer's file: nobody is lost, nobody comes twice, every reject is told.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use synthetic::{Country, insurer};

const PEOPLE: usize = 6_000;

/// One line in so many is wrong.
const WRONG: usize = 499;

fn insurer_file(path: &Path) {
    let country = Country::new(5, jiff::civil::date(2025, 6, 1));
    let mut text = format!("{}\n", insurer::COLUMNS);
    let people = (1..).flat_map(|household| country.household(household)).take(PEOPLE);
    for (n, person) in people.enumerate() {
        let line = insurer::csv(&person);
        let line = if n % WRONG == 0 { line.replace("1.2.250.1.213.1.4.10", "1.2.250") } else { line };
        writeln!(text, "{line}").unwrap();
    }
    std::fs::write(path, text).unwrap();
}

fn enrol(data: &Path, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
    command.arg("enrol").arg(file).args(["--batch", "100"]).env("CARNET_DATA_DIR", data);
    command
}

fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn a_load_that_is_killed_again_and_again_loses_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("insured.csv"));
    insurer_file(&file);
    let mut kills = 0;
    for round in 0..5u64 {
        let mut child = enrol(&data, &file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 + round * 170));
        kills += u32::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(kills > 0, "every run ended before it was killed");
    let rest = said(&enrol(&data, &file).output().unwrap());
    let rejected = PEOPLE.div_ceil(WRONG);
    if !rest.contains("loaded to its end before") {
        let counts = format!("{} new, 0 updated, 0 unchanged, {rejected} rejected", PEOPLE - rejected);
        assert!(rest.contains(&counts), "{rest}");
    }
    let rejects = std::fs::read_to_string(folder.path().join("insured.csv.rejects.csv")).unwrap();
    let told: Vec<&str> = rejects.lines().skip(1).collect();
    let wrong: Vec<String> = (0..PEOPLE).step_by(WRONG).map(|n| format!("{},oid,", n + 2)).collect();
    assert_eq!(told.len(), wrong.len(), "{rejects}");
    assert!(told.iter().zip(&wrong).all(|(told, wrong)| told.starts_with(wrong)), "{rejects}");

    // Everybody is found by her INS: a copy of the file, which is another one, brings nobody new.
    let copy = folder.path().join("copy.csv");
    std::fs::copy(&file, &copy).unwrap();
    let again = said(&enrol(&data, &copy).output().unwrap());
    let counts = format!("0 new, 0 updated, {} unchanged, {rejected} rejected", PEOPLE - rejected);
    assert!(again.contains(&counts), "{again}");
}
