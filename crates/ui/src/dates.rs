//! Days and moments as sentences say them. Moments are shown on a Paris clock ([`kernel::Instant::paris`]).

use jiff::civil::{Date, Time};
use kernel::{Instant, Language};

use crate::numbers::HARD_SPACE;
use crate::words::Words;

/// `3 mars 2026`, `1er mars 2026`, `3 March 2026`.
#[must_use]
pub fn date(words: &Words, day: Date) -> String {
    format!("{}{HARD_SPACE}{} {}", day_of_month(words, day), words.t(&month_key(day)), day.year())
}

/// `lundi 3 mars 2026`, `Monday 3 March 2026`.
#[must_use]
pub fn long_date(words: &Words, day: Date) -> String {
    format!("{} {}", words.t(&weekday_key(day)), date(words, day))
}

/// `14 h 05`, `14:05`.
#[must_use]
pub fn time(words: &Words, time: Time) -> String {
    match words.language() {
        Language::Fr => format!("{}{HARD_SPACE}h{HARD_SPACE}{:02}", time.hour(), time.minute()),
        Language::En => format!("{:02}:{:02}", time.hour(), time.minute()),
    }
}

/// `lundi 3 mars 2026 à 14 h 05`, `Monday 3 March 2026 at 14:05`.
#[must_use]
pub fn moment(words: &Words, at: Instant) -> String {
    let paris = at.paris();
    let day = long_date(words, paris.date());
    let hour = time(words, paris.time());
    words.with("date-at-time", &[("date", day.into()), ("time", hour.into())]).into_owned()
}

/// `3 mars 2026 à 14 h 05`: the same without the day of the week.
#[must_use]
pub fn short_moment(words: &Words, at: Instant) -> String {
    let paris = at.paris();
    let day = date(words, paris.date());
    let hour = time(words, paris.time());
    words.with("date-at-time", &[("date", day.into()), ("time", hour.into())]).into_owned()
}

/// `aujourd’hui`, `hier`, else the long date: for headings of days and for "last used".
#[must_use]
pub fn day_near(words: &Words, day: Date, today: Date) -> String {
    match today.since(day).map(|span| span.get_days()) {
        Ok(0) => words.t("date-today").into_owned(),
        Ok(1) => words.t("date-yesterday").into_owned(),
        _ => long_date(words, day),
    }
}

/// `aujourd’hui à 14 h 05`, `hier à 9 h 00`, `3 mars 2026 à 14 h 05`.
#[must_use]
pub fn moment_near(words: &Words, at: Instant, now: Instant) -> String {
    let paris = at.paris();
    let day = match now.date().since(paris.date()).map(|span| span.get_days()) {
        Ok(0) => words.t("date-today").into_owned(),
        Ok(1) => words.t("date-yesterday").into_owned(),
        _ => date(words, paris.date()),
    };
    let hour = time(words, paris.time());
    words.with("date-at-time", &[("date", day.into()), ("time", hour.into())]).into_owned()
}

/// `mars 2026`, `March 2026`: headings of a timeline.
#[must_use]
pub fn month(words: &Words, day: Date) -> String {
    format!("{} {}", words.t(&month_key(day)), day.year())
}

/// What `<time datetime>` wants: `2026-03-03`.
#[must_use]
pub fn machine(day: Date) -> String {
    day.to_string()
}

fn day_of_month(words: &Words, day: Date) -> String {
    match (words.language(), day.day()) {
        (Language::Fr, 1) => "1er".to_owned(),
        (_, n) => n.to_string(),
    }
}

fn month_key(day: Date) -> String {
    format!("date-month-{}", day.month())
}

fn weekday_key(day: Date) -> String {
    format!("date-weekday-{}", day.weekday().to_monday_one_offset())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as civil;
    use kernel::{Instant, Language};

    use super::{date, day_near, long_date, moment, moment_near, month};
    use crate::words::Words;

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    #[test]
    fn days_and_moments_read_as_people_say_them() {
        let (fr, en) = (Words::of(Language::Fr), Words::of(Language::En));
        // 2026-03-02T13:05:00Z is a Monday, 14:05 in Paris.
        let at = Instant(1_772_456_700_000_000);
        assert_eq!(plain(&moment(fr, at)), "lundi 2 mars 2026 à 14 h 05");
        assert_eq!(plain(&moment(en, at)), "Monday 2 March 2026 at 14:05");
        assert_eq!(plain(&date(fr, civil(2026, 8, 1))), "1er août 2026");
        assert_eq!(plain(&date(en, civil(2026, 8, 1))), "1 August 2026");
        assert_eq!(plain(&long_date(fr, civil(2026, 11, 22))), "dimanche 22 novembre 2026");
        assert_eq!(month(fr, civil(2026, 12, 5)), "décembre 2026");
        let today = civil(2026, 3, 2);
        assert_eq!(day_near(fr, today, today), "aujourd’hui");
        assert_eq!(day_near(en, civil(2026, 3, 1), today), "yesterday");
        assert_eq!(plain(&day_near(fr, civil(2026, 2, 28), today)), "samedi 28 février 2026");
        assert_eq!(plain(&day_near(fr, civil(2026, 3, 3), today)), "mardi 3 mars 2026");
        assert_eq!(plain(&moment_near(fr, at, at.plus(Instant::DAY))), "hier à 14 h 05");
    }
}
