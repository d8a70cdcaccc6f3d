//! RPPS: the number of a health professional for life (11 digits, the last one Luhn's).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::luhn;

/// A checked RPPS number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rpps(String);

impl Rpps {
    /// FHIR identifier system (Annuaire Santé).
    pub const SYSTEM: &'static str = "https://rpps.esante.gouv.fr";
    /// OID of national ids of persons (`8` + RPPS), as CDA and XDS write them.
    pub const IDNPS: &'static str = "1.2.250.1.71.4.2.1";

    /// Takes 11 digits, or the national id `8` + RPPS; `None` when the check digit is wrong.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = match text.len() {
            12 => text.strip_prefix('8')?,
            _ => text,
        };
        (digits.len() == 11 && luhn::passes(digits)).then(|| Self(digits.to_owned()))
    }

    /// The 11 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Rpps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Rpps;

    #[test]
    fn knows_real_shapes_and_refuses_a_wrong_digit() {
        for good in ["10001045367", "10104335319", "10100779536", "10000023084", "810001045367"] {
            assert!(Rpps::parse(good).is_some(), "{good}");
        }
        for bad in ["10001045366", "1000104536", "", "1000104536x", "910001045367"] {
            assert!(Rpps::parse(bad).is_none(), "{bad}");
        }
    }
}
