//! Which types of document a profession sees: the table of `knowledge/fr/access.toml`, or the one that the operator
//! put in its place. The policies read it as facts about who asks.

use std::collections::{HashMap, HashSet};
use std::sync::{OnceLock, PoisonError, RwLock};

use kernel::{Fault, Professional};
use serde::Deserialize;

use crate::delegation::rules::MAJORITY;

/// TRE_G15 code of doctors.
pub const DOCTOR: &str = "10";

/// What a profession sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Every type but [`Sight::never`].
    pub everything: bool,
    /// These types; read only where not everything is seen.
    pub only: Vec<String>,
    /// Not these.
    pub never: Vec<String>,
}

/// Professions and call centres.
#[derive(Debug, Default)]
pub struct Table {
    professions: HashMap<String, Sight>,
    call_centres: HashSet<String>,
    /// How long a declared emergency lasts, in hours.
    pub emergency_hours: u32,
    /// How long a call that was taken lasts, in hours.
    pub call_hours: u32,
    /// How long a declared agreement lasts where she wants to be asked each time, in hours.
    pub presence_hours: u32,
    /// How long a secret connection lasts, in hours.
    pub secret_hours: u32,
    /// From which age a minor keeps something from her parents by herself, in years.
    pub secret_age: i16,
    /// From which age a minor connects apps by herself, in years; at least [`Table::secret_age`].
    pub app_age: i16,
    /// Where it is from, for the page that shows it.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: String,
    #[expect(dead_code, reason = "for those who read the file")]
    date: String,
    #[expect(dead_code, reason = "for those who read the file")]
    reviewed: bool,
    call_centres: Vec<String>,
    emergency_hours: u32,
    call_hours: u32,
    presence_hours: u32,
    secret_hours: u32,
    secret_age: i16,
    app_age: i16,
    profession: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    codes: Vec<String>,
    only: Option<Vec<String>>,
    #[serde(default)]
    never: Vec<String>,
}

impl Table {
    /// Reads the file's text.
    ///
    /// # Errors
    /// `Fault::Configuration` that says what is wrong; a profession named twice is.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = |what: String| Fault::Configuration(format!("access table: {what}"));
        let written: Written = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let mut professions = HashMap::new();
        for row in written.profession {
            let sight = Sight {
                everything: row.only.is_none(),
                only: row.only.unwrap_or_default(),
                never: row.never,
            };
            for code in row.codes {
                if professions.insert(code.clone(), sight.clone()).is_some() {
                    return Err(wrong(format!("profession {code} is there twice")));
                }
            }
        }
        for (name, hours) in [
            ("emergency_hours", written.emergency_hours),
            ("call_hours", written.call_hours),
            ("presence_hours", written.presence_hours),
            ("secret_hours", written.secret_hours),
        ] {
            if !(1..=72).contains(&hours) {
                return Err(wrong(format!("{name} is between 1 and 72")));
            }
        }
        for (name, age) in [("secret_age", written.secret_age), ("app_age", written.app_age)] {
            if !(0..=MAJORITY).contains(&age) {
                return Err(wrong(format!("{name} is between 0 and {MAJORITY}")));
            }
        }
        if written.app_age < written.secret_age {
            // She could connect an app and neither see it nor cut it: her own page of sharing opens at the age of secrets.
            return Err(wrong("app_age is at least secret_age".to_owned()));
        }
        Ok(Self {
            professions,
            call_centres: written.call_centres.into_iter().collect(),
            emergency_hours: written.emergency_hours,
            call_hours: written.call_hours,
            presence_hours: written.presence_hours,
            secret_hours: written.secret_hours,
            secret_age: written.secret_age,
            app_age: written.app_age,
            source: written.source,
        })
    }

    /// What this profession (TRE_G15) sees; nothing when the table does not have it.
    #[must_use]
    pub fn sight(&self, profession: &str) -> &Sight {
        static NOTHING: Sight = Sight { everything: false, only: Vec::new(), never: Vec::new() };
        self.professions.get(profession).unwrap_or(&NOTHING)
    }

    /// Every profession of the table, by code.
    pub fn professions(&self) -> impl Iterator<Item = (&str, &Sight)> {
        let mut all: Vec<_> = self.professions.iter().map(|(code, sight)| (code.as_str(), sight)).collect();
        all.sort_by_key(|(code, _)| *code);
        all.into_iter()
    }

    /// An emergency call centre by its FINESS number, for whoever looks through its eyes; `None` where none is named.
    #[must_use]
    pub fn a_call_centre(&self) -> Option<&str> {
        self.call_centres.iter().map(String::as_str).min()
    }

    /// Whether this professional answers calls at an emergency call centre.
    #[must_use]
    pub fn regulates(&self, professional: &Professional) -> bool {
        professional.profession == DOCTOR
            && professional.finess.as_ref().is_some_and(|finess| self.call_centres.contains(finess))
    }
}

/// The table that the house comes with.
pub const BUILT_IN: &str = include_str!("../../../../knowledge/fr/access.toml");
static TABLE: RwLock<Option<&'static Table>> = RwLock::new(None);

/// Puts the operator's table in the place of the one in use; at start, before anybody is served. Tables are small and
/// stay in memory.
///
/// # Errors
/// As [`Table::parse`].
pub fn install(text: &str) -> Result<(), Fault> {
    let table: &'static Table = Box::leak(Box::new(Table::parse(text)?));
    *TABLE.write().unwrap_or_else(PoisonError::into_inner) = Some(table);
    Ok(())
}

/// The table in use: the operator's, else the built-in one.
///
/// # Errors
/// `Fault::Configuration` when the built-in file does not parse, which a test excludes.
pub fn table() -> Result<&'static Table, Fault> {
    if let Some(table) = *TABLE.read().unwrap_or_else(PoisonError::into_inner) {
        return Ok(table);
    }
    static PARSED: OnceLock<Table> = OnceLock::new();
    if let Some(table) = PARSED.get() {
        return Ok(table);
    }
    let built_in = Table::parse(BUILT_IN)?;
    Ok(PARSED.get_or_init(|| built_in))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may connect an app may see it and cut it.
    #[test]
    fn apps_are_connected_from_the_age_of_secrets_on_or_later() {
        let of = |secret: i16, app: i16| {
            let text = BUILT_IN.replace("secret_age = 15", &format!("secret_age = {secret}"));
            Table::parse(&text.replace("app_age = 15", &format!("app_age = {app}")))
        };
        for (secret, app) in [(15, 15), (13, 15), (13, 13), (15, 18)] {
            assert_eq!(
                of(secret, app).map(|table| (table.secret_age, table.app_age)).unwrap(),
                (secret, app)
            );
        }
        for (secret, app, says) in [
            (15, 13, "app_age is at least secret_age"),
            (15, 14, "app_age is at least secret_age"),
            (15, 19, "app_age is between 0 and 18"),
            (19, 19, "secret_age is between 0 and 18"),
        ] {
            let said = of(secret, app).unwrap_err().to_string();
            assert!(said.contains(says), "{secret}, {app}: {said}");
        }
    }
}
