//! The body: a file, or sections with words in them.

use xml::{Code, Rejection};

use crate::COPY_OF_DOCUMENT;
use crate::media::{decode_base64, is_provable, plain_type, sniff};
use crate::narrative::{self, Block};
use crate::tree::{Node, attr, child, children, down, is, push_words, text, words};

/// What a document says.
#[derive(Clone, Debug)]
pub enum Body {
    /// A file (CDA level 1): PDF, JPEG, PNG, TIFF, RTF or plain text.
    Unstructured {
        /// What it is: as declared, and proved by its first bytes where they can.
        media_type: String,
        /// The file, decoded; never empty.
        bytes: Vec<u8>,
    },
    /// Sections (CDA levels 2 and 3).
    Structured(Vec<Section>),
    /// A file that is named but was not sent: the document is only its header.
    Elsewhere {
        /// The name or address as sent.
        reference: String,
    },
}

/// A section: a heading, words, and what is attached to them.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its heading; the name of its code when it has none.
    pub title: Option<String>,
    /// What it is about (mostly LOINC).
    pub code: Option<Code>,
    /// Its `ID`, as links inside the document name it.
    pub anchor: Option<String>,
    /// Its words.
    pub narrative: Vec<Block>,
    /// Files and pictures that its entries carry.
    pub media: Vec<Media>,
    /// Sections within it.
    pub sections: Vec<Section>,
}

/// A file or picture inside a structured body (`observationMedia`).
#[derive(Clone, Debug)]
pub struct Media {
    /// Its `ID`, as `renderMultiMedia` names it.
    pub id: Option<String>,
    /// What it is: as its first bytes say, or as declared when they say nothing.
    pub media_type: String,
    /// The file, decoded; empty when what was sent cannot be decoded.
    pub bytes: Vec<u8>,
    /// True when its entry says that it is a copy of the whole document (FR-Document-attache).
    pub is_copy: bool,
}

impl Media {
    /// True for a picture that every browser shows.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        matches!(sniff(&self.bytes), Some("image/png" | "image/jpeg" | "image/gif"))
    }
}

impl Section {
    /// True for the section that carries the copy of the whole document.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.code.as_ref().is_some_and(|code| code.code == COPY_OF_DOCUMENT)
    }

    pub(crate) fn push_words(&self, out: &mut String) {
        push_words(out, self.title.as_deref().unwrap_or_default());
        narrative::push_words(&self.narrative, out);
        for section in &self.sections {
            section.push_words(out);
        }
    }
}

/// Reads the body of a `ClinicalDocument`.
pub(crate) fn read(root: Node<'_, '_>) -> Result<Body, Rejection> {
    if let Some(structured) = down(root, &["component", "structuredBody"]) {
        let sections: Vec<Section> = children(structured, "component")
            .flat_map(|component| children(component, "section"))
            .map(section)
            .collect();
        if sections.is_empty() {
            return Err(Rejection::at(
                "cda-empty-body",
                "ClinicalDocument/component/structuredBody",
                "The structuredBody has no section.",
            ));
        }
        return Ok(Body::Structured(sections));
    }
    let file = down(root, &["component", "nonXMLBody", "text"]).ok_or_else(|| {
        Rejection::at(
            "cda-no-body",
            "ClinicalDocument/component",
            "The document has neither a structuredBody nor a nonXMLBody with a text.",
        )
    })?;
    unstructured(file)
}

fn unstructured(node: Node<'_, '_>) -> Result<Body, Rejection> {
    const PATH: &str = "ClinicalDocument/component/nonXMLBody/text";
    let content = text(node);
    if content.trim().is_empty() {
        return match child(node, "reference").and_then(|r| attr(r, "value")) {
            Some(reference) => Ok(Body::Elsewhere { reference: reference.chars().take(300).collect() }),
            None => Err(Rejection::at("cda-empty-body", PATH, "The nonXMLBody is empty.")),
        };
    }
    if attr(node, "compression").is_some() {
        return Err(Rejection::at("cda-compressed", PATH, "Send the body without compression."));
    }
    let media_type = plain_type(attr(node, "mediaType").unwrap_or("text/plain"));
    let is_base64 = attr(node, "representation").is_some_and(|r| r.eq_ignore_ascii_case("B64"));
    let bytes = if is_base64 || is_provable(&media_type) && media_type != "text/rtf" {
        decode_base64(&content).filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
            Rejection::at("cda-bad-base64", PATH, format!("The {media_type} is not valid base64."))
        })?
    } else {
        content.trim().as_bytes().to_vec()
    };
    let proved = sniff(&bytes);
    if is_provable(&media_type) && proved != Some(media_type.as_str()) {
        return Err(Rejection::at(
            "cda-media-mismatch",
            PATH,
            format!(
                "The body is declared {media_type}, but its first bytes are those of {}.",
                proved.unwrap_or("something else")
            ),
        ));
    }
    Ok(Body::Unstructured { media_type, bytes })
}

fn section(node: Node<'_, '_>) -> Section {
    let code_node = child(node, "code");
    let code = code_node.and_then(|n| {
        Some(Code {
            code: attr(n, "code")?.to_owned(),
            system: attr(n, "codeSystem").unwrap_or_default().to_owned(),
            display: attr(n, "displayName").map(str::to_owned),
        })
    });
    Section {
        title: child(node, "title")
            .and_then(words)
            .or_else(|| code.as_ref().and_then(|code| code.display.clone())),
        code,
        anchor: attr(node, "ID").map(str::to_owned),
        narrative: child(node, "text").map(narrative::read).unwrap_or_default(),
        media: children(node, "entry")
            .flat_map(|entry| entry.descendants())
            .filter(|inner| is(*inner, "observationMedia"))
            .filter_map(media)
            .collect(),
        sections: children(node, "component")
            .flat_map(|component| children(component, "section"))
            .map(section)
            .collect(),
    }
}

fn media(node: Node<'_, '_>) -> Option<Media> {
    let value = child(node, "value")?;
    let declared = plain_type(attr(value, "mediaType").unwrap_or("application/octet-stream"));
    let content = text(value);
    if content.trim().is_empty() {
        return None;
    }
    let bytes = decode_base64(&content).unwrap_or_default();
    let media_type = sniff(&bytes).map_or(declared, str::to_owned);
    let is_copy = node.ancestors().find(|outer| is(*outer, "organizer")).is_some_and(|organizer| {
        children(organizer, "component")
            .filter_map(|component| down(component, &["observation", "value"]))
            .any(|kind| attr(kind, "code") == Some(COPY_OF_DOCUMENT))
    });
    Some(Media { id: attr(node, "ID").map(str::to_owned), media_type, bytes, is_copy })
}
