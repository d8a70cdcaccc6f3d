//! What departments are called: `knowledge/fr/departments.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kernel::Language;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../../knowledge/fr/departments.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    fr: String,
    en: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Kept in the file for its readers.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "date")]
    _date: String,
    department: BTreeMap<String, Name>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test holds that the text parses; an empty table would only cost us the names.
    TABLE.get_or_init(|| toml::from_str(BUILT_IN).unwrap_or_default())
}

/// `Ille-et-Vilaine`; `None` for what is no department.
#[must_use]
pub fn name(code: &str, language: Language) -> Option<&'static str> {
    let name = table().department.get(code)?;
    Some(match (language, &name.en) {
        (Language::En, Some(en)) => en,
        _ => &name.fr,
    })
}

/// `Ille-et-Vilaine (35)`, as tables and lists show it; the code alone when it has no name.
#[must_use]
pub fn shown(code: &str, language: Language) -> String {
    name(code, language).map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrolment::checks::is_department;

    #[test]
    fn every_department_of_an_address_has_its_name() {
        let table: Table = toml::from_str(BUILT_IN).unwrap();
        let codes = (0..1000).flat_map(|n| [format!("{n:02}"), format!("{n:03}")]);
        let codes = codes.chain(["2A".to_owned(), "2B".to_owned()]);
        for code in codes {
            assert_eq!(table.department.contains_key(&code), is_department(&code), "{code}");
        }
        assert!(table.department.keys().all(|code| is_department(code)));
        assert_eq!(shown("35", Language::Fr), "Ille-et-Vilaine (35)");
        assert_eq!(shown("973", Language::En), "French Guiana (973)");
        assert_eq!(shown("", Language::Fr), "");
    }
}
