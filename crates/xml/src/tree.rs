//! From a text to its tree.

use roxmltree::{Document, Node, ParsingOptions};

use crate::guard::{Flaw, Kind, Limits, check};

/// Builds the tree of a text that keeps the limits.
///
/// # Errors
/// The first [`Flaw`].
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, Flaw> {
    check(text, limits)?;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        let sentence = error.to_string();
        // The place is said once, as the place.
        let sentence = sentence.strip_suffix(&format!(" at {at}")).unwrap_or(&sentence);
        Flaw::at(
            Kind::Malformed,
            format!("line {}, column {}", at.row, at.col),
            format!("This is not well-formed XML: {sentence}"),
        )
    })
}

/// An attribute with something in it.
#[must_use]
pub fn attr<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(str::trim).filter(|value| !value.is_empty())
}
