//! What a health professional is called in a sentence: `knowledge/fr/professions.toml`.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::{Language, Professional};
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../../knowledge/fr/professions.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    fr: String,
    en: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Kept in the file for its readers.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "date")]
    _date: String,
    profession: HashMap<String, Word>,
    specialty: HashMap<String, Word>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test holds that the text parses; an empty table would only cost us the plain words.
    TABLE.get_or_init(|| toml::from_str(BUILT_IN).unwrap_or_default())
}

/// `cardiologue`, `infirmier`; `None` when neither specialty nor profession is known.
#[must_use]
pub fn word(professional: &Professional, language: Language) -> Option<&'static str> {
    let table = table();
    let specialty = professional.specialty.as_ref().and_then(|code| table.specialty.get(code));
    let word = specialty.or_else(|| table.profession.get(&professional.profession))?;
    Some(match language {
        Language::Fr => &word.fr,
        Language::En => &word.en,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_parses_and_knows_common_professionals() {
        let table: Table = toml::from_str(BUILT_IN).unwrap();
        assert!(table.profession.len() > 25 && table.specialty.len() > 60);
        let mut claire = Professional {
            rpps: kernel::rpps::Rpps::parse("10001045367").unwrap(),
            name: "Dr Claire Moreau".into(),
            profession: "10".into(),
            specialty: Some("SM04".into()),
            structure: "Clinique des Tilleuls".into(),
            finess: None,
        };
        assert_eq!(word(&claire, Language::Fr), Some("cardiologue"));
        claire.specialty = Some("XX99".into());
        assert_eq!(word(&claire, Language::En), Some("doctor"));
        claire.profession = "xx".into();
        assert_eq!(word(&claire, Language::En), None);
    }
}
