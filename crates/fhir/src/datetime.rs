//! FHIR's dates: `2026`, `2026-11`, `2026-11-22`, `2026-11-22T08:15:00+01:00` (R4 §2.24.0.1). A date that
//! leaves something out is a span of time; a date without time zone is a day in France.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use kernel::Instant;

static PARIS: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));

/// A FHIR `date`, `dateTime` or `instant`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    /// Hour, minute, second, microseconds, and the offset from UTC in seconds.
    time: Option<(i8, i8, i8, i32, i32)>,
}

impl Parts {
    /// True for a `date`: no time of day.
    pub(crate) fn is_date(self) -> bool {
        self.time.is_none()
    }

    /// Reads what FHIR's regular expressions allow, and only days that the calendar has.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let year = digits(bytes, 0, 4).filter(|y| *y > 0)? as i16;
        let mut parts = Self { year, month: None, day: None, time: None };
        if bytes.len() == 4 {
            return Some(parts);
        }
        let month = (bytes[4] == b'-').then(|| digits(bytes, 5, 2)).flatten()? as i8;
        parts.month = (1..=12).contains(&month).then_some(month);
        parts.month?;
        if bytes.len() == 7 {
            return Some(parts);
        }
        let day = (bytes[7] == b'-').then(|| digits(bytes, 8, 2)).flatten()? as i8;
        Date::new(year, month, day).ok()?;
        parts.day = Some(day);
        if bytes.len() == 10 {
            return Some(parts);
        }
        parts.time = Some((bytes[10] == b'T').then(|| time_and_zone(&bytes[11..])).flatten()?);
        Some(parts)
    }

    /// The first moment it can mean, and the first one after it.
    pub(crate) fn span(self) -> Option<(Instant, Instant)> {
        let start = Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        if let Some((hour, minute, second, micros, offset)) = self.time {
            // A leap second is counted with the second before it, as POSIX clocks do.
            let clock = start.at(hour, minute, second.min(59), micros * 1000);
            let from = at_offset(clock, offset)?;
            let width = if micros == 0 { Instant::SECOND } else { 1 };
            return Some((from, from.plus(width)));
        }
        let end = match (self.month, self.day) {
            (_, Some(_)) => start.tomorrow().ok()?,
            (Some(12), None) | (None, None) => Date::new(self.year.checked_add(1)?, 1, 1).ok()?,
            (Some(month), None) => Date::new(self.year, month + 1, 1).ok()?,
        };
        Some((midnight(start)?, midnight(end)?))
    }
}

/// The moment a FHIR `date`, `dateTime` or `instant` begins; `None` when it is not one.
#[must_use]
pub fn instant(text: &str) -> Option<Instant> {
    Parts::parse(text)?.span().map(|span| span.0)
}

/// The span of a FHIR `date`, `dateTime` or `instant`: its first moment, and the first one after it.
#[must_use]
pub fn span(text: &str) -> Option<(Instant, Instant)> {
    Parts::parse(text)?.span()
}

/// True for a FHIR `time`: `08:15:00`, with fractions or without.
pub(crate) fn is_time(text: &str) -> bool {
    clock(text.as_bytes()).is_some_and(|(_, rest)| rest.is_empty())
}

fn midnight(date: Date) -> Option<Instant> {
    PARIS.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().ok().map(Instant::from)
}

fn at_offset(clock: DateTime, seconds: i32) -> Option<Instant> {
    Offset::from_seconds(seconds).ok()?.to_timestamp(clock).ok().map(Instant::from)
}

/// `length` decimal digits of `bytes` from `at`.
fn digits(bytes: &[u8], at: usize, length: usize) -> Option<i32> {
    let part = bytes.get(at..at + length)?;
    part.iter().try_fold(0i32, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// Hour, minute, second, microseconds.
type Clock = (i8, i8, i8, i32);

/// `hh:mm:ss` with fractions or without, and what follows. A second may be 60.
fn clock(bytes: &[u8]) -> Option<(Clock, &[u8])> {
    let (hour, minute, second) = (digits(bytes, 0, 2)?, digits(bytes, 3, 2)?, digits(bytes, 6, 2)?);
    if bytes[2] != b':' || bytes[5] != b':' || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut rest = &bytes[8..];
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        for place in 0..6 {
            micros = micros * 10 + fraction[..length].get(place).map_or(0, |b| i32::from(b - b'0'));
        }
        rest = &fraction[length..];
    }
    Some(((hour as i8, minute as i8, second as i8, micros), rest))
}

/// A time of day with its zone: `Z` or `±hh:mm`, at most 14 hours away.
fn time_and_zone(bytes: &[u8]) -> Option<(i8, i8, i8, i32, i32)> {
    let ((hour, minute, second, micros), zone) = clock(bytes)?;
    let offset = match zone {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 5 && rest[2] == b':' => {
            let (hours, minutes) = (digits(rest, 0, 2)?, digits(rest, 3, 2)?);
            if minutes > 59 || hours * 60 + minutes > 14 * 60 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    Some((hour, minute, second, micros, offset))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Parts, instant, is_time, span};

    #[test]
    fn knows_the_calendar() {
        for good in [
            "2026",
            "2026-02",
            "2024-02-29",
            "2026-11-22T08:15:00Z",
            "2026-11-22T08:15:60.5+01:00",
            "1951-06-04T10:57:34.0123456-14:00",
        ] {
            assert!(Parts::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "26",
            "0000",
            "2026-13",
            "2026-00",
            "2025-02-29",
            "2026-1-1",
            "2026-11-22T08:15Z",
            "2026-11-22T08:15:00",
            "2026-11-22T24:00:00Z",
            "2026-11-22T08:15:00+15:00",
            "2026-11-22 08:15:00Z",
            "2026-11-22T08:15:00.Z",
            "20261122",
            "2026-11-22T",
            "２０２６",
        ] {
            assert!(Parts::parse(bad).is_none(), "{bad}");
        }
        assert!(is_time("08:15:00") && is_time("23:59:60.123"));
        assert!(!is_time("8:15:00") && !is_time("24:00:00") && !is_time("08:15:00Z"));
    }

    #[test]
    fn a_date_is_a_span_in_france() {
        for (text, from, to) in [
            ("2026-11-22", "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"),
            ("2026-07", "2026-06-30T22:00:00Z", "2026-07-31T22:00:00Z"),
            ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("2026-11-22T08:15:00+01:00", "2026-11-22T07:15:00Z", "2026-11-22T07:15:01Z"),
        ] {
            assert_eq!(span(text), Some((instant(from).unwrap(), instant(to).unwrap())), "{text}");
        }
        assert_eq!(span("9999"), None, "the year after is beyond the calendar");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r"[0-9TZ:+.\-é]{0,40}") {
            let _ = span(&text);
            let _ = is_time(&text);
        }
    }
}
