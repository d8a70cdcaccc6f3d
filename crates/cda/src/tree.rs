//! Short words for walking a CDA tree; every name is in the HL7 v3 namespace.

use std::borrow::Cow;

use roxmltree::{Document, ParsingOptions};

use crate::rejection::Rejection;

pub(crate) type Node<'a, 'i> = roxmltree::Node<'a, 'i>;

/// The namespace of CDA.
pub(crate) const V3: &str = "urn:hl7-org:v3";
const XSL: &str = "http://www.w3.org/1999/XSL/Transform";

/// Builds the tree of a text that has passed the guard.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Rejection> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        let sentence = error.to_string();
        // The place is said once, in the path.
        let sentence = sentence.strip_suffix(&format!(" at {at}")).unwrap_or(&sentence);
        Rejection::at(
            "cda-not-xml",
            format!("line {}, column {}", at.row, at.col),
            format!("This is not well-formed XML: {sentence}"),
        )
    })
}

/// The `ClinicalDocument`: the root, or inside the style sheet that « auto-présentable » documents wrap
/// around themselves, as `xsl:stylesheet/Contenu/ClinicalDocument` (CI-SIS, volet Structuration minimale).
pub(crate) fn clinical_document<'a, 'i>(tree: &'a Document<'i>) -> Result<Node<'a, 'i>, Rejection> {
    let root = tree.root_element();
    if root.has_tag_name((V3, "ClinicalDocument")) {
        return Ok(root);
    }
    if root.tag_name().namespace() == Some(XSL)
        && let Some(inner) = root
            .children()
            .flat_map(|outer| std::iter::once(outer).chain(outer.children()))
            .find(|inner| is(*inner, "ClinicalDocument"))
    {
        return Ok(inner);
    }
    let namespace = root.tag_name().namespace().unwrap_or("no namespace");
    Err(Rejection::at(
        "cda-not-clinical-document",
        short(root.tag_name().name()),
        format!(
            "The root element is “{}” in {}; a CDA document starts with ClinicalDocument in {V3}.",
            short(root.tag_name().name()),
            short(namespace)
        ),
    ))
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The first child of that name.
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|c| is(*c, name))
}

/// All children of that name.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |c| is(*c, name))
}

/// Down a path of first children.
pub(crate) fn down<'a, 'i>(node: Node<'a, 'i>, path: &[&str]) -> Option<Node<'a, 'i>> {
    path.iter().try_fold(node, |at, name| child(at, name))
}

/// True for the element of that name.
pub(crate) fn is(node: Node<'_, '_>, name: &str) -> bool {
    // Names differ more often than namespaces, so they are compared first.
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(V3)
}

/// An attribute with something in it.
pub(crate) fn attr<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(str::trim).filter(|value| !value.is_empty())
}

/// The text directly inside an element, comments left out.
pub(crate) fn text<'a>(node: Node<'a, '_>) -> Cow<'a, str> {
    let mut texts = node.children().filter(Node::is_text).filter_map(|inner| inner.text());
    let first = texts.next().unwrap_or_default();
    texts.fold(Cow::Borrowed(first), |all, more| all + more)
}

/// All words inside an element, single spaces; `None` when there are none.
pub(crate) fn words(node: Node<'_, '_>) -> Option<String> {
    let mut out = String::new();
    for inner in node.descendants().filter(Node::is_text) {
        push_words(&mut out, inner.text().unwrap_or_default());
    }
    (!out.is_empty()).then_some(out)
}

/// Appends words with one space between them; control characters do not survive.
pub(crate) fn push_words(out: &mut String, text: &str) {
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
}
