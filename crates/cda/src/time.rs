//! HL7 points in time: `YYYY[MM[DD[HH[MM[SS[.f…]]]]]][±ZZZZ]` (data type TS), with the precision kept.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use kernel::Instant;

/// How much of a point in time was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// `2021`
    Year,
    /// `202104`
    Month,
    /// `20210401`
    Day,
    /// `2021040117`
    Hour,
    /// `202104011710`
    Minute,
    /// `20210401171000`
    Second,
    /// `20210401171000.123`
    Fraction,
}

/// A point in time as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTimePoint {
    /// As written.
    pub original: String,
    /// How much was written; what is missing counts as the first of its kind (January, the 1st, midnight).
    pub precision: Precision,
    /// Seconds east of UTC, if written; without it the time is read as Paris time.
    pub offset: Option<i32>,
    /// The moment.
    pub instant: Instant,
    /// The date on the calendar of whoever wrote it.
    pub date: Date,
}

impl DateTimePoint {
    /// Reads a TS value; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 40 || !text.is_ascii() {
            return None;
        }
        let (local, offset) = split_offset(text)?;
        let (digits, fraction) = local.split_once('.').unwrap_or((local, ""));
        if !digits.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let precision = match (digits.len(), fraction.is_empty()) {
            (4, true) => Precision::Year,
            (6, true) => Precision::Month,
            (8, true) => Precision::Day,
            (10, true) => Precision::Hour,
            (12, true) => Precision::Minute,
            (14, true) => Precision::Second,
            (14, false) => Precision::Fraction,
            _ => return None,
        };
        let part = |from: usize, to: usize, missing: i8| -> Option<i8> {
            digits.get(from..to).map_or(Some(missing), |d| d.parse().ok())
        };
        let date = Date::new(digits[..4].parse().ok()?, part(4, 6, 1)?, part(6, 8, 1)?).ok()?;
        let nanos = format!("{fraction:0<9}").get(..9).and_then(|f| f.parse().ok())?;
        let (hour, minute, second) = (part(8, 10, 0)?, part(10, 12, 0)?, part(12, 14, 0)?);
        // A leap second is the last one of its minute for us.
        let time = jiff::civil::Time::new(hour, minute, second.min(59), nanos).ok()?;
        let zone = match offset {
            Some(seconds) => TimeZone::fixed(Offset::from_seconds(seconds).ok()?),
            None => TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
        };
        let instant = date.to_datetime(time).to_zoned(zone).ok()?.timestamp().into();
        Some(Self { original: text.to_owned(), precision, offset, instant, date })
    }
}

/// Cuts `+0100`, `-04:00`, `+02` or `Z` off the end.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(local) = text.strip_suffix('Z') {
        return Some((local, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let digits: String = text[at + 1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes): (i32, i32) = match digits.len() {
        2 => (digits.parse().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    let seconds = if text.as_bytes()[at] == b'-' { -seconds } else { seconds };
    (hours <= 14 && minutes < 60).then_some((&text[..at], Some(seconds)))
}

#[cfg(test)]
mod tests {
    use super::{DateTimePoint, Precision};

    #[test]
    fn reads_every_precision() {
        for (text, precision, moment) in [
            ("2021", Precision::Year, "2020-12-31T23:00:00Z"),
            ("202104", Precision::Month, "2021-03-31T22:00:00Z"),
            ("20210401", Precision::Day, "2021-03-31T22:00:00Z"),
            ("2021040117+0100", Precision::Hour, "2021-04-01T16:00:00Z"),
            ("202104011710+0100", Precision::Minute, "2021-04-01T16:10:00Z"),
            ("20210401171000+0100", Precision::Second, "2021-04-01T16:10:00Z"),
            ("20210401171000.1234-0330", Precision::Fraction, "2021-04-01T20:40:00.1234Z"),
            ("20120912000000-0000", Precision::Second, "2012-09-12T00:00:00Z"),
            ("20210401171000+01:00", Precision::Second, "2021-04-01T16:10:00Z"),
            ("20210401171000Z", Precision::Second, "2021-04-01T17:10:00Z"),
            ("20161231235960Z", Precision::Second, "2016-12-31T23:59:59Z"),
        ] {
            let point = DateTimePoint::parse(text).unwrap();
            assert_eq!(point.precision, precision, "{text}");
            assert_eq!(point.instant.to_string(), moment, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for text in
            ["", "21", "20211301", "20210230", "2021-04-01", "20210401171000+9900", "20210401T1710", "é"]
        {
            assert!(DateTimePoint::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn keeps_the_writers_calendar_day() {
        let point = DateTimePoint::parse("20050329233000+1100").unwrap();
        assert_eq!(point.date.to_string(), "2005-03-29");
        assert_eq!(point.instant.to_string(), "2005-03-29T12:30:00Z");
    }
}
