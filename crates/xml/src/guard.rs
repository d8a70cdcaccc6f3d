//! The guard: refuses, in one streaming pass, whatever would be slow or endless to read.
//!
//! Each limit stands for a measured trap: attributes and namespaces are compared pairwise by the tree parser
//! (100 000 of them cost 17 s), deep nesting overflows recursive walkers, a DOCTYPE can expand without end.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const MAX_NAMESPACES: usize = 20_000;
const MAX_NAMESPACE_WORK: usize = 5_000_000;

/// How much a text may be. DOCTYPE and a web of namespaces are never allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Elements inside one another.
    pub depth: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Elements, ends of elements, texts and comments together.
    pub nodes: usize,
}

/// Which limit or rule a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// More bytes than the limit.
    TooLarge,
    /// Elements nested too deep.
    TooDeep,
    /// Too many attributes on one element.
    TooManyAttributes,
    /// Too many elements and texts.
    TooManyNodes,
    /// Too many declarations of namespaces, or too many in one another's scope.
    TooManyNamespaces,
    /// A DOCTYPE, and so perhaps entities that expand.
    Doctype,
    /// Not XML.
    Malformed,
}

/// Why a text is not parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What it is.
    pub kind: Kind,
    /// `line 12, column 4`, where there is such a place.
    pub place: Option<String>,
    /// What is wrong, for the sender's developer; nothing of the text but names of elements.
    pub message: String,
}

impl Flaw {
    pub(crate) fn at(kind: Kind, place: String, message: impl Into<String>) -> Self {
        Self { kind, place: Some(place), message: message.into() }
    }

    fn whole(kind: Kind, message: String) -> Self {
        Self { kind, place: None, message }
    }
}

/// What has been seen so far; each count has its limit.
#[derive(Default)]
struct Seen {
    nodes: usize,
    declared: usize,
    namespace_work: usize,
    /// Namespace declarations in scope at each open level.
    in_scope: Vec<usize>,
}

/// Streams over the text once and refuses what breaks a limit.
pub(crate) fn check(text: &str, limits: &Limits) -> Result<(), Flaw> {
    if text.len() > limits.bytes {
        let message = format!("The XML has {} bytes; at most {} are taken.", text.len(), limits.bytes);
        return Err(Flaw::whole(Kind::TooLarge, message));
    }
    let mut reader = Reader::from_str(text);
    // The tree parser checks names again; here only the shape matters.
    reader.config_mut().check_end_names = false;
    let mut seen = Seen::default();
    loop {
        let event = reader.read_event();
        seen.nodes += 1;
        if seen.nodes > limits.nodes {
            let message = format!("More than {} elements and texts.", limits.nodes);
            return Err(Flaw::whole(Kind::TooManyNodes, message));
        }
        let here = || place(text, reader.buffer_position());
        match event {
            Ok(Event::Start(tag)) => {
                let scope = attributes(&tag, limits, &here, &mut seen)?;
                seen.in_scope.push(scope);
                if seen.in_scope.len() > limits.depth {
                    let message = format!("Elements are nested more than {} deep.", limits.depth);
                    return Err(Flaw::at(Kind::TooDeep, here(), message));
                }
            }
            Ok(Event::Empty(tag)) => {
                attributes(&tag, limits, &here, &mut seen)?;
            }
            Ok(Event::End(_)) => {
                seen.in_scope.pop();
            }
            Ok(Event::DocType(_)) => {
                return Err(Flaw::at(Kind::Doctype, here(), "A DOCTYPE is not allowed; remove it."));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => {
                return Err(Flaw::at(
                    Kind::Malformed,
                    place(text, reader.error_position()),
                    format!("This is not well-formed XML: {error}"),
                ));
            }
        }
    }
}

/// Counts the attributes of one tag; answers how many namespace declarations are in scope inside it.
fn attributes(
    tag: &BytesStart<'_>,
    limits: &Limits,
    here: &dyn Fn() -> String,
    seen: &mut Seen,
) -> Result<usize, Flaw> {
    let outer = seen.in_scope.last().copied().unwrap_or(0);
    let mut own = 0;
    for (i, attribute) in tag.attributes().with_checks(false).enumerate() {
        if i >= limits.attributes {
            let message = format!("One element has more than {} attributes.", limits.attributes);
            return Err(Flaw::at(Kind::TooManyAttributes, here(), message));
        }
        if attribute.is_ok_and(|a| a.key.as_ref().starts_with("xmlns")) {
            own += 1;
        }
    }
    seen.declared += own;
    seen.namespace_work += (outer + own) * own;
    if seen.declared > MAX_NAMESPACES || seen.namespace_work > MAX_NAMESPACE_WORK {
        return Err(Flaw::at(
            Kind::TooManyNamespaces,
            here(),
            "Too many namespace declarations; declare each once, on the root element.",
        ));
    }
    Ok(outer + own)
}

/// A byte offset as a person finds it: `line 12, column 4`.
fn place(text: &str, offset: u64) -> String {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let before = &text.as_bytes()[..offset];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    format!("line {line}, column {column}")
}
