//! CDA R2: the clinical documents that French producers (CI-SIS) and users of C-CDA send.
//!
//! ```text
//! bytes ── text ── guard ── tree ── header ─┐
//!                 (limits)        └─ body ──┴─ Document ── embedded · text · html
//! ```
//!
//! [`parse`] takes bytes of strangers, so it reads them in two steps: the guard of the crate `xml` streams over
//! them once and refuses whatever would be slow or endless to read (25 MB, 200 levels, DOCTYPE …); only then is
//! a tree built. What comes out is owned, holds no markup, and never fails afterwards: [`Document::html`] *writes*
//! the tags it knows and copies none.
//!
//! No I/O, no clock: a date without an offset is read as Paris time, and says so.

mod body;
mod encoding;
mod grid;
mod header;
mod html;
mod media;
mod narrative;
mod read;
mod time;
mod tree;
pub mod types;

use kernel::Language;

pub use body::{Body, Media, Section};
pub use grid::{Cell, Row, Table};
pub use header::{Author, Encounter, Header, Id, Organization, PatientClaim, Person, ServiceEvent};
pub use html::Rendering;
pub use media::sniff;
pub use narrative::{Block, Inline, List, Style};
pub use time::{DateTimePoint, Precision};
pub use xml::{Code, Rejection};

/// LOINC code of the section that carries a ready-to-print copy of the whole document (CI-SIS 2024).
const COPY_OF_DOCUMENT: &str = "55108-5";

/// A clinical document, read and owned.
#[derive(Clone, Debug)]
pub struct Document {
    /// Who, when, what, for whom.
    pub header: Header,
    /// What it says.
    pub body: Body,
}

/// The document as its author laid it out: to be shown first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded<'a> {
    /// What it is, as its first bytes say, or as declared when they say nothing.
    pub media_type: &'a str,
    /// Itself, decoded.
    pub bytes: &'a [u8],
}

/// Reads a whole document.
///
/// # Errors
/// A [`Rejection`] that names what the sender has to mend.
pub fn parse(bytes: &[u8]) -> Result<Document, Rejection> {
    let text = encoding::decode(bytes)?;
    let tree = tree::parse(&text)?;
    let root = tree::clinical_document(&tree)?;
    let header = read::header(root)?;
    let body = body::read(root)?;
    Ok(Document { header, body })
}

/// Reads the header alone: the same checks, without decoding what is embedded. For the deposit path.
///
/// # Errors
/// As [`parse`], except for what is wrong in the body.
pub fn header_only(bytes: &[u8]) -> Result<Header, Rejection> {
    let text = encoding::decode(bytes)?;
    let tree = tree::parse(&text)?;
    read::header(tree::clinical_document(&tree)?)
}

impl Document {
    /// The document as its author laid it out, if it carries that: the body itself when it is not
    /// structured, or the copy in the section LOINC 55108-5.
    #[must_use]
    pub fn embedded(&self) -> Option<Embedded<'_>> {
        match &self.body {
            Body::Unstructured { media_type, bytes } => Some(Embedded { media_type, bytes }),
            Body::Structured(sections) => sections.iter().find_map(copy_in),
            Body::Elsewhere { .. } => None,
        }
    }

    /// Files and pictures that come with a structured body, its copy left out. Their order is stable: an
    /// index names one. Pictures are among them because a large one is linked, not shown.
    #[must_use]
    pub fn attachments(&self) -> Vec<&Media> {
        let mut found = Vec::new();
        if let Body::Structured(sections) = &self.body {
            for section in sections {
                attachments_in(section, &mut found);
            }
        }
        found
    }

    /// The words of the document for full-text search: title and narrative, single spaces.
    #[must_use]
    pub fn text(&self) -> String {
        let mut words = String::with_capacity(1024);
        tree::push_words(&mut words, &self.header.title);
        match &self.body {
            Body::Unstructured { media_type, bytes } if media_type == "text/plain" => {
                tree::push_words(&mut words, &encoding::lossy(bytes));
            }
            Body::Structured(sections) => {
                for section in sections {
                    section.push_words(&mut words);
                }
            }
            Body::Unstructured { .. } | Body::Elsewhere { .. } => {}
        }
        words
    }

    /// The body as a safe HTML fragment, headings from `h2`; empty when there is nothing to show as text
    /// (a PDF, say: see [`Document::embedded`]).
    #[must_use]
    pub fn html(&self, rendering: &Rendering<'_>) -> String {
        html::write(self, rendering)
    }

    /// The language of the document when it is one we know; French when it does not say.
    #[must_use]
    pub fn language(&self) -> Language {
        match self.header.language.as_deref() {
            Some(tag) if tag.to_ascii_lowercase().starts_with("en") => Language::En,
            _ => Language::Fr,
        }
    }
}

fn copy_in(section: &Section) -> Option<Embedded<'_>> {
    let here = section.is_copy();
    let copy = section.media.iter().find(|media| (here || media.is_copy) && !media.bytes.is_empty());
    copy.map(|copy| Embedded { media_type: &copy.media_type, bytes: &copy.bytes })
        .or_else(|| section.sections.iter().find_map(copy_in))
}

fn attachments_in<'a>(section: &'a Section, found: &mut Vec<&'a Media>) {
    if !section.is_copy() {
        found.extend(section.media.iter().filter(|media| !media.bytes.is_empty()));
    }
    for inner in &section.sections {
        attachments_in(inner, found);
    }
}

#[cfg(test)]
mod tests;
