//! What is counted while load runs: latencies, statuses, the first thing that went wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};

/// Latencies are counted in microseconds, up to two minutes, to three digits.
const LONGEST: u64 = 120_000_000;

/// Counts of one kind of request.
#[derive(Debug)]
pub struct Count {
    /// The row of the report.
    pub what: &'static str,
    /// Latency of answers below 400, in microseconds.
    pub latency: Histogram<u64>,
    /// Answers by status; 0 stands for no answer at all, or for none that was asked for.
    pub statuses: BTreeMap<u16, u64>,
    /// The first answer that was an error, as text.
    pub first_error: Option<String>,
    /// Bytes of bodies that came back.
    pub bytes: u64,
}

impl Count {
    /// Answers below 400.
    #[must_use]
    pub fn good(&self) -> u64 {
        self.latency.len()
    }

    /// Answers of 400 and more, and requests without answer.
    #[must_use]
    pub fn bad(&self) -> u64 {
        self.statuses.values().sum::<u64>() - self.good()
    }

    /// A quantile of the latency, in milliseconds.
    #[must_use]
    pub fn milliseconds(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1e3
    }

    fn add(&mut self, status: u16, took: Duration, length: usize, error: Option<&[u8]>) {
        *self.statuses.entry(status).or_default() += 1;
        self.bytes += length as u64;
        match error {
            None => self.latency.saturating_record(u64::try_from(took.as_micros()).unwrap_or(LONGEST)),
            Some(body) if self.first_error.is_none() => {
                let text = String::from_utf8_lossy(&body[..body.len().min(2_000)]).into_owned();
                self.first_error = Some(format!("{status}: {text}"));
            }
            Some(_) => {}
        }
    }
}

/// Counts of everything a scenario asked, in the order in which it first asked it.
#[derive(Debug)]
pub struct Tally {
    /// One for each kind of request.
    pub counts: Vec<Count>,
    /// What every histogram starts as.
    empty: Histogram<u64>,
}

impl Tally {
    /// Nothing counted yet.
    ///
    /// # Errors
    /// When the histogram's bounds are not ones it takes.
    pub fn new() -> Result<Self, CreationError> {
        Ok(Self { counts: Vec::new(), empty: Histogram::new_with_bounds(1, LONGEST, 3)? })
    }

    /// Notes an answer; 400 and more is an error.
    pub fn note(&mut self, what: &'static str, status: u16, took: Duration, length: usize, body: &[u8]) {
        let error = (status >= 400).then_some(body);
        self.of(what).add(status, took, length, error);
    }

    /// Notes that no answer came, or another than was asked for.
    pub fn silence(&mut self, what: &'static str, why: &str) {
        self.of(what).add(0, Duration::ZERO, 0, Some(why.as_bytes()));
    }

    fn of(&mut self, what: &'static str) -> &mut Count {
        // A scenario asks a handful of things; a search among them is cheaper than hashing their names.
        let at = self.counts.iter().position(|count| count.what == what).unwrap_or_else(|| {
            let latency = Histogram::new_from(&self.empty);
            let statuses = BTreeMap::new();
            self.counts.push(Count { what, latency, statuses, first_error: None, bytes: 0 });
            self.counts.len() - 1
        });
        &mut self.counts[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_apart_and_the_first_is_kept() {
        let mut tally = Tally::new().unwrap();
        for micros in 1..=1_000 {
            tally.note("deposit", 200, Duration::from_micros(micros * 10), 3, b"");
        }
        tally.note("deposit", 422, Duration::from_secs(9), 5, b"first");
        tally.note("deposit", 500, Duration::from_secs(9), 5, b"second");
        tally.silence("read", "nobody there");
        let count = &tally.counts[0];
        assert_eq!((count.good(), count.bad(), count.bytes), (1_000, 2, 3_010));
        assert_eq!(count.first_error.as_deref(), Some("422: first"));
        assert!((count.milliseconds(0.5) - 5.0).abs() < 0.01, "{}", count.milliseconds(0.5));
        assert!((count.milliseconds(0.99) - 9.9).abs() < 0.02, "{}", count.milliseconds(0.99));
        assert!(count.milliseconds(1.0) < 10.1, "errors do not count as latency");
        assert_eq!(tally.counts[1].statuses[&0], 1);
    }
}
