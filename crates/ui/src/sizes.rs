//! How large a file is, in the units people know from their phone.

use kernel::Language;

use crate::numbers::{HARD_SPACE, decimal};

/// `1.2 MB`, `1,2 Mo`: decimal units, one decimal below ten.
#[must_use]
pub fn size(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::Fr => ["octets", "ko", "Mo", "Go", "To"],
        Language::En => ["bytes", "kB", "MB", "GB", "TB"],
    };
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let places = usize::from(unit > 0 && value < 9.95);
    let one = language == Language::Fr && bytes < 2 || bytes == 1;
    let name = if unit == 0 && one { units[0].trim_end_matches('s') } else { units[unit] };
    format!("{}{HARD_SPACE}{name}", decimal(language, value, places))
}

#[cfg(test)]
mod tests {
    use super::size;
    use kernel::Language::{En, Fr};

    #[test]
    fn sizes_read_like_on_a_phone() {
        for (bytes, fr, en) in [
            (0, "0\u{a0}octet", "0\u{a0}bytes"),
            (1, "1\u{a0}octet", "1\u{a0}byte"),
            (999, "999\u{a0}octets", "999\u{a0}bytes"),
            (1_000, "1\u{a0}ko", "1\u{a0}kB"),
            (1_234_567, "1,2\u{a0}Mo", "1.2\u{a0}MB"),
            (9_960_000, "10\u{a0}Mo", "10\u{a0}MB"),
            (999_600, "1\u{a0}Mo", "1\u{a0}MB"),
            (25_000_000, "25\u{a0}Mo", "25\u{a0}MB"),
        ] {
            assert_eq!(size(Fr, bytes), fr);
            assert_eq!(size(En, bytes), en);
        }
    }
}
