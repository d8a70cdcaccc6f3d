//! Plain words for documents: titles, families, people. Pure.

use std::borrow::Cow;

use cda::types::Table;
use kernel::Language;

use super::model::{Author, Meta};

/// What a document is called: the plain name of its type, unless the sender's or her own title says more.
///
/// Senders' titles vary (`CR BIO 2.16…`, `COMPTE RENDU`); the type's plain name is what a reader looks for,
/// so it leads, and the sender's title stands below ([`subtitle`]). The person's own words lead for what she
/// added herself.
#[must_use]
pub fn title(meta: &Meta, language: Language) -> Cow<'_, str> {
    let own = meta.facts.title.trim();
    let known = Table::built_in().title(&meta.facts.kind.code, language);
    match (known, own) {
        (_, own) if meta.is_own() && !own.is_empty() => Cow::Borrowed(own),
        (Some(known), _) => Cow::Borrowed(known),
        (None, "") => Cow::Borrowed(match language {
            Language::Fr => "Document",
            Language::En => "Document",
        }),
        (None, own) => Cow::Borrowed(own),
    }
}

/// The sender's own title, where it says more than [`title`].
#[must_use]
pub fn subtitle(meta: &Meta, language: Language) -> Option<&str> {
    let own = meta.facts.title.trim();
    let shown = title(meta, language);
    let same = kernel::text::fold(own) == kernel::text::fold(&shown);
    let french = Table::built_in().title(&meta.facts.kind.code, Language::Fr);
    // The reader of CDA puts the French type name where the sender gave no title.
    let borrowed = french.is_some_and(|french| french == own);
    (!own.is_empty() && !same && !borrowed).then_some(own)
}

/// The plain name of a type code; the code itself when nobody knows it.
#[must_use]
pub fn type_name(code: &str, language: Language) -> &str {
    Table::built_in().title(code, language).unwrap_or(code)
}

/// The family of a document: `Ordonnances`.
#[must_use]
pub fn family(meta: &Meta, language: Language) -> Option<&'static str> {
    let class = Table::built_in().class(&meta.facts.class.code)?;
    Some(match language {
        Language::Fr => class.fr_family.as_str(),
        Language::En => class.en_family.as_str(),
    })
}

/// An author in one line: `Dr Claire MOREAU, Clinique des Trois-Rivières`.
#[must_use]
pub fn author(author: &Author) -> String {
    match (author.name.trim(), author.organization.as_deref().map(str::trim)) {
        ("", Some(organization)) => organization.to_owned(),
        (name, Some(organization)) if !organization.is_empty() => format!("{name}, {organization}"),
        (name, _) => name.to_owned(),
    }
}

/// Who stands behind a document, in one short line; empty for what the person added herself.
#[must_use]
pub fn from(meta: &Meta) -> String {
    let written = meta.facts.authors.iter().map(author).find(|line| !line.is_empty());
    written.or_else(|| meta.organization().map(str::to_owned)).unwrap_or_default()
}
