//! Time is an argument: nothing but a door reads the wall clock, so that any failure can be replayed.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00:00Z. This is also how moments are stored (`BIGINT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// One second, in the unit of [`Instant`].
    pub const SECOND: i64 = 1_000_000;
    /// One day of 24 hours, in the unit of [`Instant`].
    pub const DAY: i64 = 86_400 * Self::SECOND;

    /// This moment moved by `micros` microseconds; saturates rather than wraps.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// The moment as `jiff` sees it; a moment outside jiff's range becomes the nearest one it knows.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The moment on a clock of metropolitan France, where the people who read our pages live.
    #[must_use]
    pub fn paris(self) -> jiff::Zoned {
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
        self.timestamp().to_zoned(zone)
    }

    /// The civil date in Paris at this moment.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        self.paris().date()
    }
}

impl From<jiff::Timestamp> for Instant {
    fn from(t: jiff::Timestamp) -> Self {
        Self(t.as_microsecond())
    }
}

impl fmt::Display for Instant {
    /// FHIR `instant`, UTC: `2026-11-22T08:15:00.123456Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

/// Where the present comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's own clock.
    Wall,
    /// A clock that stands where a test put it and moves when the test moves it.
    Fixed(AtomicI64),
}

impl Clock {
    /// A clock for tests that starts at `at`.
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(AtomicI64::new(at.0))
    }

    /// The present moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::Wall => Instant::from(jiff::Timestamp::now()),
            Self::Fixed(at) => Instant(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock forward by `micros`; the wall clock does not listen.
    pub fn advance(&self, micros: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(micros, Ordering::Relaxed);
        }
    }
}
