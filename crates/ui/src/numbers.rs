//! Numbers as people write them: groups of three, a decimal comma in French.

use fluent_bundle::FluentValue;
use kernel::Language;

/// U+202F, which French typography puts between groups of digits and before `; : ! ?`.
pub const NARROW_SPACE: char = '\u{202f}';
/// U+00A0, which keeps a number and its unit on one line.
pub const HARD_SPACE: char = '\u{a0}';

/// `1234567` → `1 234 567` (narrow no-break spaces) or `1,234,567`.
#[must_use]
pub fn whole(language: Language, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let separator = match language {
        Language::Fr => NARROW_SPACE,
        Language::En => ',',
    };
    let mut out = String::with_capacity(digits.len() + 4);
    if number < 0 {
        out.push('\u{2212}');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A number with at most `places` decimals: `1,2` or `1.2`; trailing zeros are left out.
#[must_use]
pub fn decimal(language: Language, number: f64, places: usize) -> String {
    let text = format!("{:.places$}", number.abs());
    let (whole_part, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign =
        if number < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') { "\u{2212}" } else { "" };
    let mut out = format!("{sign}{}", whole(language, whole_part.parse().unwrap_or(i64::MAX)));
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push(if language == Language::Fr { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

/// How a number appears inside a sentence; anything else is left to Fluent.
pub(crate) fn in_sentence(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            Some(whole(language, number.value as i64))
        }
        FluentValue::Number(number) => {
            Some(decimal(language, number.value, number.options.maximum_fraction_digits.unwrap_or(2)))
        }
        _ => None,
    }
}
