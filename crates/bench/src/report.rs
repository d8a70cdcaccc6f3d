//! Figures for people: lines while it runs, a Markdown table at the end.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use crate::load::Outcome;
use crate::tally::Count;

/// Says a line on the standard output; a reader who went away is not an error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Figures of one kind of request in one run.
#[derive(Clone, Debug)]
pub struct Figures {
    /// What was asked.
    pub what: String,
    /// Good answers a second.
    pub rate: f64,
    /// Latency in milliseconds: median, 90 %, 99 %, longest.
    pub latency: [f64; 4],
    /// Good answers.
    pub good: u64,
    /// Errors.
    pub bad: u64,
    /// Processor time of the server per good answer of the whole run, in milliseconds.
    pub server: f64,
    /// Cores that the server used.
    pub cores: f64,
    /// Cores that the load generator used.
    pub own_cores: f64,
}

/// The figures of a run, one for each kind of request.
#[must_use]
pub fn figures(outcome: &Outcome) -> Vec<Figures> {
    let seconds = outcome.elapsed.as_secs_f64().max(1e-9);
    let answered: u64 = outcome.counts.iter().map(Count::good).sum();
    let of = |count: &Count| Figures {
        what: count.what.to_owned(),
        rate: count.good() as f64 / seconds,
        latency: [0.5, 0.9, 0.99, 1.0].map(|quantile| count.milliseconds(quantile)),
        good: count.good(),
        bad: count.bad(),
        server: per(outcome.usage.measured, answered),
        cores: outcome.usage.measured.as_secs_f64() / seconds,
        own_cores: outcome.usage.own.as_secs_f64() / seconds,
    };
    outcome.counts.iter().map(of).collect()
}

fn per(time: Duration, answers: u64) -> f64 {
    time.as_secs_f64() * 1e3 / answers.max(1) as f64
}

/// Says what a run measured, errors included.
pub fn say_outcome(outcome: &Outcome) {
    for (figures, count) in figures(outcome).iter().zip(&outcome.counts) {
        say(&line(figures));
        if count.bad() > 0 {
            let statuses: Vec<String> = count.statuses.iter().map(|(s, n)| format!("{s} × {n}")).collect();
            say(&format!("  statuses: {}", statuses.join(", ")));
            say(&format!("  first error: {}", count.first_error.as_deref().unwrap_or("none kept")));
        }
    }
    if outcome.counts.is_empty() {
        say("nothing was asked within the measured time");
    }
}

fn line(f: &Figures) -> String {
    let [p50, p90, p99, max] = f.latency;
    let mut line = format!(
        "{}: {} answers, {:.0}/s, p50 {p50:.1} p90 {p90:.1} p99 {p99:.1} max {max:.0} ms, {} errors",
        f.what, f.good, f.rate, f.bad
    );
    if f.cores > 0.0 {
        let _ = write!(line, "; server {:.3} ms CPU each ({:.2} cores)", f.server, f.cores);
    }
    let _ = write!(line, "; generator {:.2} cores", f.own_cores);
    line
}

/// A row of the final table: medians of several runs.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Its figure, with its unit.
    pub figure: String,
    /// Latencies, processor time, spread.
    pub detail: String,
}

impl Row {
    /// The row as one line of text.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {} ({})", self.what, self.figure, self.detail)
    }

    /// The medians of the same kind of request over several runs; `None` without runs.
    #[must_use]
    pub fn of_runs(title: &str, runs: &[Figures]) -> Option<Self> {
        let rates: Vec<f64> = runs.iter().map(|f| f.rate).collect();
        let rate = median(&rates)?;
        let latency =
            |i: usize| median(&runs.iter().map(|f| f.latency[i]).collect::<Vec<_>>()).unwrap_or(0.0);
        let of =
            |pick: fn(&Figures) -> f64| median(&runs.iter().map(pick).collect::<Vec<_>>()).unwrap_or(0.0);
        let bad: u64 = runs.iter().map(|f| f.bad).sum();
        let (low, high) = extremes(&rates);
        let mut detail = format!(
            "p50 {:.1}, p90 {:.1}, p99 {:.1}, max {:.0} ms; server {:.2} ms CPU; runs {low:.0}–{high:.0}/s",
            latency(0),
            latency(1),
            latency(2),
            latency(3),
            of(|f| f.server),
        );
        if bad > 0 {
            let _ = write!(detail, "; {bad} errors");
        }
        Some(Self { what: title.to_owned(), figure: format!("{rate:.0}/s"), detail })
    }
}

/// The rows as a Markdown table under the machine's description.
#[must_use]
pub fn table(machine: &str, rows: &[Row]) -> String {
    let mut text = format!("Machine: {machine}.\n\n| what | median | detail |\n| --- | --- | --- |\n");
    for row in rows {
        let _ = writeln!(text, "| {} | {} | {} |", row.what, row.figure, row.detail);
    }
    text
}

/// The middle value; of an even number of values, the lower of the two in the middle.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, 0.0), |(low, high), v| (low.min(*v), f64::max(high, *v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rate: f64, p99: f64) -> Figures {
        Figures {
            what: "deposit".into(),
            rate,
            latency: [1.0, 2.0, p99, 9.0],
            good: 10,
            bad: 0,
            server: 0.4,
            cores: 1.0,
            own_cores: 0.1,
        }
    }

    #[test]
    fn a_median_is_not_an_average() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[5.0]), Some(5.0));
        assert_eq!(median(&[100.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0]), Some(1.0));
    }

    #[test]
    fn rows_are_medians_of_each_column() {
        let runs = [run(2_000.0, 30.0), run(900.0, 50.0), run(2_100.0, 20.0)];
        let row = Row::of_runs("deposit", &runs).unwrap();
        assert_eq!(row.figure, "2000/s");
        assert!(row.detail.contains("p99 30.0") && row.detail.ends_with("runs 900–2100/s"), "{}", row.detail);
        let text = table("2 cores", &[row]);
        assert!(text.contains("| deposit | 2000/s | p50 1.0,"), "{text}");
    }
}
