//! Short words for walking a CDA tree; every name is in the HL7 v3 namespace.

use std::borrow::Cow;

use roxmltree::Document;
pub(crate) use xml::attr;
use xml::{Flaw, Kind, Limits, Rejection};

use crate::encoding::MAX_BYTES;

pub(crate) type Node<'a, 'i> = roxmltree::Node<'a, 'i>;

/// The namespace of CDA.
pub(crate) const V3: &str = "urn:hl7-org:v3";
const XSL: &str = "http://www.w3.org/1999/XSL/Transform";

/// How much a document may be. Its bytes have been counted before they were decoded, and one of them can
/// become three.
const LIMITS: Limits = Limits { bytes: 3 * MAX_BYTES, depth: 200, attributes: 128, nodes: 1_000_000 };

/// Builds the tree of a text that passes the guard.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Rejection> {
    xml::parse(text, &LIMITS).map_err(|Flaw { kind, place, message }| {
        let code = match kind {
            Kind::TooLarge => "cda-too-large",
            Kind::TooDeep => "cda-too-deep",
            Kind::TooManyAttributes => "cda-too-many-attributes",
            Kind::TooManyNodes => "cda-too-many-nodes",
            Kind::TooManyNamespaces => "cda-too-many-namespaces",
            Kind::Doctype => "cda-doctype",
            Kind::Malformed => "cda-not-xml",
        };
        Rejection { code, path: place, message }
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
