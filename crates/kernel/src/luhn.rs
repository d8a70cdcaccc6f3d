//! The Luhn check that RPPS, FINESS, SIREN and SIRET numbers end with (ISO/IEC 7812-1 annex B).

/// True when the digits of `number` pass; anything that is not a digit fails.
#[must_use]
pub fn passes(number: &str) -> bool {
    let mut sum = 0;
    for (i, byte) in number.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0');
        sum += if i % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 };
    }
    !number.is_empty() && sum % 10 == 0
}
