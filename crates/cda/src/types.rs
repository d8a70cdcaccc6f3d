//! What a document type is called and which family it belongs to: `knowledge/fr/document_types.toml`.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::Language;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../knowledge/fr/document_types.toml");

/// OID of LOINC.
pub const LOINC: &str = "2.16.840.1.113883.6.1";
/// OID of TRE_A05, the French types that LOINC lacks.
pub const TRE_A05: &str = "1.2.250.1.213.1.1.4.12";
/// OID of TRE_A03, the classes.
pub const TRE_A03: &str = "1.2.250.1.213.1.1.4.1";

/// A family of documents (classCode, TRE_A03).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// `10`, `42` …
    pub code: String,
    /// One of it, in French.
    pub fr: String,
    /// The family, in French.
    pub fr_family: String,
    /// One of it, in English.
    pub en: String,
    /// The family, in English.
    pub en_family: String,
}

/// A type of document (typeCode, JDV_J07).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    /// `11502-2`, `CERT_DECL` …
    pub code: String,
    /// OID of the code's system.
    pub system: String,
    /// Its family.
    pub class: String,
    /// True when the family is our choice, not the national correspondence's.
    #[serde(default)]
    pub class_assumed: bool,
    /// What a person of seventy calls it, in French.
    pub fr: String,
    /// The same in English.
    pub en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    template: String,
    format: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    date: String,
    class: Vec<Class>,
    #[serde(rename = "type")]
    types: Vec<DocumentType>,
    format: Vec<Format>,
}

/// The table of document types.
#[derive(Debug, Default)]
pub struct Table {
    /// Where it comes from.
    pub source: String,
    /// When that was valid (ISO date).
    pub date: String,
    /// Families, in the order of a menu.
    pub classes: Vec<Class>,
    /// Types, in the order of a menu.
    pub types: Vec<DocumentType>,
    by_code: HashMap<String, usize>,
    formats: HashMap<String, String>,
}

impl Table {
    /// The table this binary carries.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        // A test holds that the built-in text parses; an empty table would only cost us the plain titles.
        TABLE.get_or_init(|| Self::parse(BUILT_IN).unwrap_or_default())
    }

    /// Reads a table in the form of `knowledge/fr/document_types.toml`.
    ///
    /// # Errors
    /// A sentence that says where the text is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut by_code = HashMap::with_capacity(file.types.len());
        for (i, kind) in file.types.iter().enumerate() {
            if !file.class.iter().any(|class| class.code == kind.class) {
                return Err(format!("type {}: there is no class {}", kind.code, kind.class));
            }
            if by_code.insert(kind.code.clone(), i).is_some() {
                return Err(format!("type {} is there twice", kind.code));
            }
        }
        Ok(Self {
            source: file.source,
            date: file.date,
            classes: file.class,
            types: file.types,
            by_code,
            formats: file.format.into_iter().map(|f| (f.template, f.format)).collect(),
        })
    }

    /// The type behind a code; the codes of LOINC and TRE_A05 do not clash.
    #[must_use]
    pub fn document_type(&self, code: &str) -> Option<&DocumentType> {
        self.by_code.get(code).and_then(|i| self.types.get(*i))
    }

    /// The family behind a class code.
    #[must_use]
    pub fn class(&self, code: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.code == code)
    }

    /// The plain title of a type, if we know it.
    #[must_use]
    pub fn title(&self, code: &str, language: Language) -> Option<&str> {
        self.document_type(code).map(|kind| match language {
            Language::Fr => kind.fr.as_str(),
            Language::En => kind.en.as_str(),
        })
    }

    /// The format code (JDV_J10) that a header template implies.
    #[must_use]
    pub fn format_of(&self, template: &str) -> Option<&str> {
        self.formats.get(template).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Table};
    use kernel::Language;

    #[test]
    fn the_built_in_table_parses_and_is_whole() {
        let table = Table::parse(BUILT_IN).unwrap();
        assert!(table.types.len() > 110, "{}", table.types.len());
        assert!(!table.source.is_empty() && table.date.len() == 10);
        let lab = table.document_type("11502-2").unwrap();
        assert_eq!((lab.class.as_str(), lab.fr.as_str()), ("10", "Compte rendu de laboratoire"));
        assert_eq!(table.title("57833-6", Language::En), Some("Prescription of medicines or devices"));
        for class in &table.classes {
            assert!(table.types.iter().any(|kind| kind.class == class.code), "class {} is empty", class.code);
        }
    }

    #[test]
    fn a_type_without_its_class_is_an_error() {
        let text = "source=\"s\"\ndate=\"d\"\nclass=[]\nformat=[]\n[[type]]\ncode=\"a\"\nsystem=\"b\"\nclass=\"10\"\nfr=\"x\"\nen=\"y\"\n";
        assert!(Table::parse(text).unwrap_err().contains("no class 10"));
    }
}
