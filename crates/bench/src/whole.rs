//! `all`: a country is enrolled, a demo started on it, and everything measured in turn, several times each. What
//! comes out is the table of `docs/benchmarks.md`.

use crate::Trouble;
use crate::cli::{Common, Pace, PageArguments};
use crate::field::Field;
use crate::guests::{self, Party};
use crate::load::Outcome;
use crate::machine;
use crate::population::Population;
use crate::report::{self, Figures, Row, median, say};
use crate::scenario::deposit::{Paper, Plan};
use crate::scenario::enrol::{self, Enrolled};
use crate::scenario::{start, storage};
use crate::settle;

/// Deposits that are weighed: enough that what a database sets aside at a time does not show.
const WEIGHED: u64 = 50_000;

/// People with two hundred documents each, over whom pages and reads are spread.
pub const GUESTS: usize = 50;

/// People with a passkey: enough that at a thousand sign-ins a second each is asked for hers twice.
pub const OWNERS: usize = 500;

/// Everybody who is let in for `all` and `serve`.
pub const PARTY: Party = Party { guests: GUESTS, owners: OWNERS };

/// Measures everything on a data folder of its own; a country that is there already is not enrolled again.
///
/// # Errors
/// The first measurement that cannot be made.
pub async fn run(common: &Common) -> Result<(), Trouble> {
    let installation = common.installation()?;
    let common = &Common { runs: common.runs.max(3), ..common.clone() };
    let mut rows = Vec::new();
    if !installation.data.join("master.key").exists() {
        let done = enrol::enrol(&installation, common.country, common.people)?;
        add(&mut rows, Some(enrolled(&done)));
    }
    say(&settle::settle(&installation, common.country, common.people)?.sentence());
    let population = Population::new(common.country, common.people);
    guests::invite(&installation, &population, PARTY)?;
    let mut starts = Vec::new();
    for _ in 0..common.runs {
        starts.push(start::first_answer(&installation).await?.as_secs_f64() * 1e3);
    }
    add(
        &mut rows,
        median(&starts).map(|ms| Row {
            what: "start to first answer".into(),
            figure: format!("{ms:.0} ms"),
            detail: format!("runs {starts:.0?} ms"),
        }),
    );
    under_load(common, &mut rows).await?;
    add(&mut rows, Some(weigh(common, &installation).await?));
    say("");
    say(&report::table(&machine::describe(), &rows));
    Ok(())
}

async fn under_load(common: &Common, rows: &mut Vec<Row>) -> Result<(), Trouble> {
    let (running, demo) = common.installation()?.open_doors().await?;
    let field = Field::of(demo, common)?;
    add(rows, Some(resident("resident after the start", &field)));
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.page(&PageArguments::usual()).await?);
    }
    runs.rows("list of 200 documents, 300/s", rows);
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.deposit(Paper::Cda).await?);
    }
    runs.rows("ITI-65, CDA of 6 kB", rows);
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.read().await?);
    }
    runs.rows("FHIR", rows);
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.mixed().await?);
    }
    runs.rows("mixed", rows);
    let most = Pace { rate: None };
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.tokens(most).await?);
    }
    runs.rows("/oauth/token, private_key_jwt", rows);
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.sign_in(most).await?);
    }
    runs.rows("passkey", rows);
    // Last, because the worker reads the words of every PDF afterwards, and would be measured with what follows.
    let mut runs = Runs::default();
    for _ in 0..common.runs {
        runs.add(&field.deposit(Paper::Pdf(80_000)).await?);
    }
    runs.rows("ITI-65, PDF of 80 kB", rows);
    add(rows, Some(resident("resident after the load", &field)));
    running.stop()?;
    Ok(())
}

/// Weighs what a deposit adds to the data.
///
/// # Errors
/// As [`storage::weigh`].
pub async fn weigh(common: &Common, installation: &crate::carnet::Installation) -> Result<Row, Trouble> {
    let population = Population::new(common.country, common.people);
    let plan =
        Plan { paper: Paper::Cda, clients: common.clients, people: common.pool, seed: common.seed + 1 };
    let deposits = common.count.min(WEIGHED);
    let weight = storage::weigh(installation, &population, &plan, deposits).await?;
    Ok(Row {
        what: "stored per deposited CDA, journal included".into(),
        figure: format!("{:.0} B", weight.each()),
        detail: format!("{} deposits, {:.1} MB", weight.deposits, weight.grown as f64 / 1e6),
    })
}

/// The row of an enrolment.
#[must_use]
pub fn enrolled(done: &Enrolled) -> Row {
    Row {
        what: format!("carnet enrol, {} persons", done.people),
        figure: format!("{:.0}/s", done.rate()),
        detail: format!(
            "{:.1} s; file of {:.0} MB; {:.0} B stored a person",
            done.took.as_secs_f64(),
            done.file as f64 / 1e6,
            done.grown as f64 / done.people.max(1) as f64
        ),
    }
}

fn resident(what: &str, field: &Field) -> Row {
    Row {
        what: what.into(),
        figure: format!("{:.0} MB", field.resident_bytes() as f64 / 1e6),
        detail: field.resident(),
    }
}

/// Says a row as soon as it is known, and keeps it for the table.
fn add(rows: &mut Vec<Row>, row: Option<Row>) {
    if let Some(row) = row {
        say(&row.line());
        rows.push(row);
    }
}

/// The figures of several runs of the same load.
#[derive(Default)]
struct Runs(Vec<Figures>);

impl Runs {
    fn add(&mut self, outcome: &Outcome) {
        report::say_outcome(outcome);
        self.0.extend(report::figures(outcome));
    }

    /// One row for each kind of request, in the order in which they were first asked.
    fn rows(&self, title: &str, rows: &mut Vec<Row>) {
        let mut kinds: Vec<&str> = Vec::new();
        for figures in &self.0 {
            if !kinds.contains(&figures.what.as_str()) {
                kinds.push(&figures.what);
            }
        }
        for kind in kinds {
            let same: Vec<Figures> = self.0.iter().filter(|f| f.what == kind).cloned().collect();
            add(rows, Row::of_runs(&format!("{title}: {kind}"), &same));
        }
    }
}
