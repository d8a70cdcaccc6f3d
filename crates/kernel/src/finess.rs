//! FINESS: the number of a health establishment (9 characters, Luhn; `2A`/`2B` in Corsica).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::luhn;

/// A FINESS number of plausible shape. The Corsican check digit is a hypothesis, so it is never a reason to
/// refuse.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Finess(String);

impl Finess {
    /// FHIR identifier system (Annuaire Santé).
    pub const SYSTEM: &'static str = "https://finess.esante.gouv.fr";
    /// OID of national ids of structures (`1` + FINESS), as CDA and XDS write them.
    pub const IDNST: &'static str = "1.2.250.1.71.4.2.2";

    /// Takes 9 characters, or the structure id `1` + FINESS.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = if text.len() == 10 { text.strip_prefix('1')? } else { text };
        if number.len() != 9 || !number.is_ascii() {
            return None;
        }
        let corsican = matches!(&number.as_bytes()[..2], b"2A" | b"2B");
        let shape = number.bytes().enumerate().all(|(i, b)| b.is_ascii_digit() || (corsican && i == 1));
        (shape && (corsican || luhn::passes(number))).then(|| Self(number.to_owned()))
    }

    /// The nine characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Finess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Finess;

    #[test]
    fn knows_real_shapes() {
        for good in ["010000024", "750100125", "970102018", "2B0000012", "1010000024"] {
            assert!(Finess::parse(good).is_some(), "{good}");
        }
        for bad in ["010000025", "2C0000012", "01000002", ""] {
            assert!(Finess::parse(bad).is_none(), "{bad}");
        }
    }
}
