//! What is usual for whom: `knowledge/fr/vigilance.toml`.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::Fault;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../../knowledge/fr/vigilance.toml");

/// How many different spaces an account may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceilings {
    /// In an hour, without proving itself again.
    pub confirm_hour: i64,
    /// In a day, without proving itself again.
    pub confirm_day: i64,
    /// In an hour, at all.
    pub refuse_hour: i64,
    /// In a day, at all.
    pub refuse_day: i64,
}

impl Ceilings {
    /// What both allow.
    fn and(self, other: Self) -> Self {
        Self {
            confirm_hour: self.confirm_hour.min(other.confirm_hour),
            confirm_day: self.confirm_day.min(other.confirm_day),
            refuse_hour: self.refuse_hour.min(other.refuse_hour),
            refuse_day: self.refuse_day.min(other.refuse_day),
        }
    }
}

/// From where on a pattern is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unusual {
    /// First hour of the night.
    pub night_from: i8,
    /// Hour before which it is night.
    pub night_until: i8,
    /// Spaces in one night.
    pub night: i64,
    /// Spaces in a day below which distance says nothing.
    pub far: i64,
    /// Percent of them that are far.
    pub far_share: i64,
    /// Refusals in an hour.
    pub refusals: i64,
    /// Searches in a day below which idleness says nothing.
    pub idle_searches: i64,
    /// Percent of them that must have led to a space.
    pub idle_share: i64,
    /// Searches in an hour, times `confirm_hour`.
    pub searches: i64,
    /// Declared emergencies in a day.
    pub emergencies: i64,
}

/// What the file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norms {
    /// Kept in the file for its readers.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "date")]
    _date: String,
    default: Ceilings,
    profession: HashMap<String, Ceilings>,
    /// From where on a pattern is unusual.
    pub unusual: Unusual,
}

impl Norms {
    /// The built-in file.
    ///
    /// # Errors
    /// `Configuration` when it does not parse, which a test excludes: without norms nothing may be opened.
    pub fn built_in() -> Result<&'static Self, Fault> {
        static NORMS: OnceLock<Result<Norms, String>> = OnceLock::new();
        let norms = NORMS.get_or_init(|| toml::from_str(BUILT_IN).map_err(|e| e.to_string()));
        norms.as_ref().map_err(|why| Fault::Configuration(format!("vigilance.toml: {why}")))
    }

    /// The ceilings of a profession (TRE_G15).
    #[must_use]
    pub fn of(&self, profession: &str) -> Ceilings {
        self.profession.get(profession).copied().unwrap_or(self.default)
    }

    /// The ceilings of somebody who has several professions: of each, the narrowest. Whoever holds the account
    /// chooses in which one she acts, so the choice must gain her nothing.
    #[must_use]
    pub fn narrowest<'a>(&self, acts_as: &str, others: impl IntoIterator<Item = &'a str>) -> Ceilings {
        others.into_iter().fold(self.of(acts_as), |known, other| known.and(self.of(other)))
    }

    /// Searches that an account with these ceilings may make in an hour.
    #[must_use]
    pub fn searches(&self, ceilings: Ceilings) -> i64 {
        ceilings.confirm_hour * self.unusual.searches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_every_ceiling_rises() {
        let norms = Norms::built_in().unwrap();
        assert!(norms.profession.len() >= 6);
        for ceilings in norms.profession.values().chain([&norms.default]) {
            let Ceilings { confirm_hour, confirm_day, refuse_hour, refuse_day } = *ceilings;
            assert!(
                0 < confirm_hour && confirm_hour < confirm_day && confirm_day < refuse_day,
                "{ceilings:?}"
            );
            assert!(confirm_hour < refuse_hour && refuse_hour < refuse_day, "{ceilings:?}");
        }
        assert_eq!(norms.of("no such profession"), norms.default);
        assert!(norms.of("21").refuse_day > norms.of("10").refuse_day);
    }

    #[test]
    fn several_professions_allow_what_each_of_them_allows() {
        let norms = Norms::built_in().unwrap();
        let (wide, narrow) = (norms.of("21"), norms.of("10"));
        assert_eq!(norms.narrowest("21", []), wide);
        for (acts_as, other) in [("21", "10"), ("10", "21")] {
            let both = norms.narrowest(acts_as, [other, acts_as]);
            assert_eq!(both, wide.and(narrow));
            assert!(both.refuse_day <= narrow.refuse_day && both.confirm_hour <= narrow.confirm_hour);
        }
    }
}
