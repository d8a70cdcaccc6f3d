//! Counters for the operator, in Prometheus' text format: requests by route and status, and how long they took.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the latency histogram, in microseconds.
const BOUNDS: [u64; 12] =
    [500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000];

/// What is counted for one route.
#[derive(Debug, Default)]
struct Counters {
    /// By hundreds of the status: 1xx to 5xx.
    statuses: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    /// Told to slow down: part of the 4xx.
    slowed: AtomicU64,
    micros: AtomicU64,
}

/// Counters of every route, by its place in the table.
#[derive(Debug)]
pub struct Metrics {
    names: Vec<String>,
    routes: Vec<Counters>,
    /// Length of the queue when the worker last looked.
    pub queue: AtomicU64,
}

impl Metrics {
    /// Counters for routes of these names: `GET /documents/{id}`.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        let routes = names.iter().map(|_| Counters::default()).collect();
        Self { names, routes, queue: AtomicU64::new(0) }
    }

    /// Notes one answer of route number `route`.
    pub fn note(&self, route: usize, status: u16, took: Duration) {
        let Some(counters) = self.routes.get(route) else { return };
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        counters.statuses[class].fetch_add(1, Ordering::Relaxed);
        if status == 429 {
            counters.slowed.fetch_add(1, Ordering::Relaxed);
        }
        counters.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        counters.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Everything as text, with the engine's name; routes that nobody has asked for are left out.
    #[must_use]
    pub fn text(&self, engine: &str) -> String {
        let mut out = String::from("# TYPE carnet_requests_total counter\n");
        let asked = || {
            self.names.iter().zip(&self.routes).filter(|(_, counters)| {
                counters.statuses.iter().any(|status| status.load(Ordering::Relaxed) > 0)
            })
        };
        for (name, counters) in asked() {
            for (class, count) in counters.statuses.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let class = class + 1;
                    // Writing to a string cannot fail, here and below.
                    let _ = writeln!(
                        out,
                        "carnet_requests_total{{route=\"{name}\",status=\"{class}xx\"}} {count}"
                    );
                }
            }
        }
        out.push_str("# TYPE carnet_slowed_total counter\n");
        for (name, counters) in asked() {
            let slowed = counters.slowed.load(Ordering::Relaxed);
            if slowed > 0 {
                let _ = writeln!(out, "carnet_slowed_total{{route=\"{name}\"}} {slowed}");
            }
        }
        out.push_str("# TYPE carnet_request_seconds histogram\n");
        for (name, counters) in asked() {
            let mut sum = 0;
            for (i, bucket) in counters.buckets.iter().enumerate() {
                sum += bucket.load(Ordering::Relaxed);
                let bound =
                    BOUNDS.get(i).map_or_else(|| "+Inf".to_owned(), |b| (*b as f64 / 1e6).to_string());
                let _ =
                    writeln!(out, "carnet_request_seconds_bucket{{route=\"{name}\",le=\"{bound}\"}} {sum}");
            }
            let seconds = counters.micros.load(Ordering::Relaxed) as f64 / 1e6;
            let _ = writeln!(out, "carnet_request_seconds_sum{{route=\"{name}\"}} {seconds}");
            let _ = writeln!(out, "carnet_request_seconds_count{{route=\"{name}\"}} {sum}");
        }
        let queue = self.queue.load(Ordering::Relaxed);
        let _ = writeln!(out, "# TYPE carnet_queue_length gauge\ncarnet_queue_length {queue}");
        let _ = writeln!(out, "# TYPE carnet_engine gauge\ncarnet_engine{{name=\"{engine}\"}} 1");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_class_and_time() {
        let metrics = Metrics::new(vec!["GET /".into(), "GET /never".into()]);
        metrics.note(0, 200, Duration::from_micros(700));
        metrics.note(0, 404, Duration::from_secs(9));
        metrics.note(0, 429, Duration::from_secs(9));
        let text = metrics.text("X");
        assert!(text.contains("carnet_requests_total{route=\"GET /\",status=\"2xx\"} 1"));
        assert!(text.contains("carnet_requests_total{route=\"GET /\",status=\"4xx\"} 2"));
        assert!(text.contains("carnet_slowed_total{route=\"GET /\"} 1"));
        assert!(text.contains("le=\"0.001\"} 1\n"));
        assert!(text.contains("le=\"+Inf\"} 3\n"));
        assert!(!text.contains("/never"));
    }
}
