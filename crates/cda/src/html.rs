//! Writes a structured body as an HTML fragment in our own style.
//!
//! Nothing is copied from the document but words: every tag and attribute below is a literal of this
//! file, every id is a number of ours, every word is escaped. Pictures become `data:` addresses only after
//! their first bytes proved them to be PNG, JPEG or GIF.

use std::collections::HashMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Language;

use crate::body::{Body, Media, Section};
use crate::encoding::lossy;
use crate::grid::{Cell, Row, Table};
use crate::media::sniff;
use crate::narrative::{Block, Inline, List, Style};
use crate::{Document, attachments_in};

/// How to write a body.
#[derive(Clone, Copy, Debug)]
pub struct Rendering<'a> {
    /// The language of our own few words (« Notes », « Pièce jointe »).
    pub language: Language,
    /// What all ids start with; letters, digits and hyphens.
    pub prefix: &'a str,
    /// Largest picture put into the page itself, in bytes; larger ones are fetched from `attachments`.
    pub max_picture: usize,
    /// Largest sum of pictures put into the page itself, in bytes.
    pub max_pictures: usize,
    /// Address to which the index of an attachment (see [`Document::attachments`]) is appended. Without it
    /// attachments and large pictures are named, but neither linked nor shown.
    pub attachments: Option<&'a str>,
}

impl Default for Rendering<'_> {
    fn default() -> Self {
        Self {
            language: Language::Fr,
            prefix: "cda",
            max_picture: 64 << 10,
            max_pictures: 256 << 10,
            attachments: None,
        }
    }
}

/// Writes the body.
pub(crate) fn write(document: &Document, rendering: &Rendering<'_>) -> String {
    let mut page = Page::new(rendering);
    match &document.body {
        Body::Structured(sections) => {
            page.gather(sections);
            for section in sections {
                page.section(section, 2);
            }
            page.notes();
        }
        Body::Unstructured { media_type, bytes } if media_type == "text/plain" => {
            page.plain_text(&lossy(bytes));
        }
        Body::Elsewhere { reference } => {
            let sentence = page.say(
                "Le contenu de ce document n’a pas été envoyé. Son émetteur le nomme : ",
                "The content of this document was not sent. Its sender calls it: ",
            );
            page.out.push_str("<p>");
            page.words(sentence);
            page.words(reference);
            page.out.push_str("</p>");
        }
        Body::Unstructured { .. } => {}
    }
    match document.header.language.as_deref().filter(|tag| is_foreign(tag, rendering.language)) {
        Some(tag) if !page.out.is_empty() => format!("<div lang=\"{tag}\">{}</div>", page.out),
        _ => page.out,
    }
}

/// True for a well-formed language tag that is not the page's own language.
fn is_foreign(tag: &str, page: Language) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let well_formed = matches!(language.len(), 2 | 3)
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    well_formed && !language.eq_ignore_ascii_case(page.tag())
}

/// A place in the document that a link may name.
#[derive(Default)]
struct Target {
    number: usize,
    exists: bool,
    wanted: bool,
    written: bool,
}

struct Page<'a> {
    out: String,
    rendering: &'a Rendering<'a>,
    targets: HashMap<&'a str, Target>,
    media: HashMap<&'a str, &'a Media>,
    attachments: Vec<&'a Media>,
    /// Footnotes in the order of their numbers.
    notes: Vec<&'a [Inline]>,
    note_numbers: HashMap<&'a str, usize>,
    /// How many footnotes have been called so far.
    called: usize,
    /// Bytes of pictures written so far.
    pictures: usize,
    /// Heading of the section that is being written, and how many tables stand under it so far.
    heading: &'a str,
    tables: usize,
}

impl<'a> Page<'a> {
    fn new(rendering: &'a Rendering<'a>) -> Self {
        Self {
            out: String::with_capacity(4096),
            rendering,
            targets: HashMap::new(),
            media: HashMap::new(),
            attachments: Vec::new(),
            notes: Vec::new(),
            note_numbers: HashMap::new(),
            called: 0,
            pictures: 0,
            heading: "",
            tables: 0,
        }
    }

    fn say(&self, fr: &'static str, en: &'static str) -> &'static str {
        match self.rendering.language {
            Language::Fr => fr,
            Language::En => en,
        }
    }

    /// First walk: what links point to, which footnotes there are, which files.
    fn gather(&mut self, sections: &'a [Section]) {
        for section in sections {
            attachments_in(section, &mut self.attachments);
            self.gather_section(section);
        }
    }

    fn gather_section(&mut self, section: &'a Section) {
        for media in &section.media {
            if let Some(id) = &media.id {
                self.media.entry(id).or_insert(media);
            }
        }
        if !is_shown(section) {
            return;
        }
        // The anchor of a section is written on its heading.
        if let (Some(anchor), Some(_)) = (&section.anchor, &section.title) {
            self.target(anchor).exists = true;
        }
        self.gather_blocks(&section.narrative);
        section.sections.iter().for_each(|inner| self.gather_section(inner));
    }

    fn gather_blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(line) => self.gather_line(line),
                Block::List(list) => {
                    self.gather_line(&list.caption);
                    list.items.iter().for_each(|item| self.gather_blocks(item));
                }
                Block::Table(table) => {
                    self.gather_line(&table.caption);
                    table.rows().flat_map(|row| &row.cells).for_each(|cell| self.gather_blocks(&cell.blocks));
                }
            }
        }
    }

    fn gather_line(&mut self, line: &'a [Inline]) {
        for inline in line {
            match inline {
                Inline::Anchor(id) => self.target(id).exists = true,
                Inline::Link { href, .. } => {
                    if let Some(id) = href.strip_prefix('#') {
                        self.target(id).wanted = true;
                    }
                }
                Inline::Footnote { id, line } => {
                    self.notes.push(line);
                    if let Some(id) = id {
                        let number = self.notes.len();
                        self.note_numbers.entry(id).or_insert(number);
                    }
                }
                Inline::Text(..) | Inline::Break | Inline::FootnoteRef(_) | Inline::Media(_) => {}
            }
        }
    }

    fn target(&mut self, id: &'a str) -> &mut Target {
        let number = self.targets.len() + 1;
        self.targets.entry(id).or_insert(Target { number, ..Target::default() })
    }

    fn section(&mut self, section: &'a Section, level: usize) {
        if !is_shown(section) {
            return;
        }
        let title = section.title.as_deref();
        self.out.push_str(if title.is_some() { "<section>" } else { "<div>" });
        let outer = (self.heading, self.tables);
        if let Some(title) = title {
            self.heading = title;
            self.tables = 0;
            let _ = write!(self.out, "<h{level}");
            self.id(section.anchor.as_deref());
            self.out.push('>');
            self.words(title);
            let _ = write!(self.out, "</h{level}>");
        }
        self.blocks(&section.narrative);
        let inner_level = if title.is_some() { (level + 1).min(6) } else { level };
        for inner in &section.sections {
            self.section(inner, inner_level);
        }
        (self.heading, self.tables) = outer;
        self.out.push_str(if title.is_some() { "</section>" } else { "</div>" });
    }

    /// Writes ` id="…"` when a link wants this place and no earlier one took it.
    fn id(&mut self, anchor: Option<&str>) {
        if let Some(target) = anchor.and_then(|id| self.targets.get_mut(id))
            && target.wanted
            && !target.written
        {
            target.written = true;
            let _ = write!(self.out, " id=\"{}-{}\"", self.rendering.prefix, target.number);
        }
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(line) => {
                    self.out.push_str("<p>");
                    self.line(line);
                    self.out.push_str("</p>");
                }
                Block::List(list) => self.list(list),
                Block::Table(table) => self.table(table),
            }
        }
    }

    /// Blocks inside a cell or an item: a lone paragraph needs no tag.
    fn content(&mut self, blocks: &'a [Block]) {
        match blocks {
            [Block::Paragraph(line)] => self.line(line),
            several => self.blocks(several),
        }
    }

    fn list(&mut self, list: &'a List) {
        if !list.caption.is_empty() {
            self.out.push_str("<p>");
            self.line(&list.caption);
            self.out.push_str("</p>");
        }
        match list.numbering {
            Some('1') => self.out.push_str("<ol>"),
            Some(kind) => {
                let _ = write!(self.out, "<ol type=\"{kind}\">");
            }
            None => self.out.push_str("<ul>"),
        }
        for item in &list.items {
            self.out.push_str("<li>");
            self.content(item);
            self.out.push_str("</li>");
        }
        self.out.push_str(if list.numbering.is_some() { "</ol>" } else { "</ul>" });
    }

    /// A wide table scrolls inside its own box, which a keyboard must reach (WCAG 2.1.1): so the box takes
    /// focus and says its name.
    fn table(&mut self, table: &'a Table) {
        self.tables += 1;
        let label = match (self.heading, self.tables) {
            ("", number) => format!("{} {number}", self.say("Tableau", "Table")),
            (heading, 1) => format!("{}{heading}", self.say("Tableau : ", "Table: ")),
            (heading, number) => format!("{}{heading} ({number})", self.say("Tableau : ", "Table: ")),
        };
        self.out.push_str("<div class=\"cda-table\" role=\"group\" tabindex=\"0\" aria-label=\"");
        self.words(&label);
        self.out.push_str("\"><table>");
        if !table.caption.is_empty() {
            self.out.push_str("<caption>");
            self.line(&table.caption);
            self.out.push_str("</caption>");
        }
        if !table.head.is_empty() {
            self.out.push_str("<thead>");
            table.head.iter().for_each(|row| self.row(row, "col"));
            self.out.push_str("</thead>");
        }
        for rows in &table.bodies {
            self.out.push_str("<tbody>");
            rows.iter().for_each(|row| self.row(row, "row"));
            self.out.push_str("</tbody>");
        }
        self.out.push_str("</table></div>");
    }

    fn row(&mut self, row: &'a Row, scope: &'static str) {
        self.out.push_str("<tr>");
        for cell in &row.cells {
            self.cell(cell, scope);
        }
        self.out.push_str("</tr>");
    }

    fn cell(&mut self, cell: &'a Cell, scope: &'static str) {
        let tag = if cell.header { "th" } else { "td" };
        let _ = write!(self.out, "<{tag}");
        if cell.header {
            let _ = write!(self.out, " scope=\"{scope}\"");
        }
        if cell.colspan > 1 {
            let _ = write!(self.out, " colspan=\"{}\"", cell.colspan);
        }
        if cell.rowspan > 1 {
            let _ = write!(self.out, " rowspan=\"{}\"", cell.rowspan);
        }
        self.out.push('>');
        self.content(&cell.blocks);
        let _ = write!(self.out, "</{tag}>");
    }

    fn line(&mut self, line: &'a [Inline]) {
        for inline in line {
            match inline {
                Inline::Text(style, text) => self.styled(*style, |page| page.words(text)),
                Inline::Break => self.out.push_str("<br>"),
                Inline::Anchor(id) => {
                    let before = self.out.len();
                    self.out.push_str("<span");
                    let bare = self.out.len();
                    self.id(Some(id));
                    if self.out.len() == bare {
                        self.out.truncate(before);
                    } else {
                        self.out.push_str("></span>");
                    }
                }
                Inline::Link { style, href, label } => {
                    self.styled(*style, |page| page.link(href, label));
                }
                Inline::Footnote { .. } => {
                    self.called += 1;
                    self.call(self.called, true);
                }
                Inline::FootnoteRef(id) => {
                    if let Some(number) = self.note_numbers.get(id.as_str()).copied() {
                        self.call(number, false);
                    }
                }
                Inline::Media(id) => self.media(id),
            }
        }
    }

    fn styled(&mut self, style: Style, inner: impl FnOnce(&mut Self)) {
        const TAGS: [(Style, &str); 7] = [
            (Style::DELETED, "del"),
            (Style::INSERTED, "ins"),
            (Style::BOLD, "strong"),
            (Style::ITALIC, "em"),
            (Style::UNDERLINE, "u"),
            (Style::SUB, "sub"),
            (Style::SUP, "sup"),
        ];
        let set = TAGS.iter().filter(|(mark, _)| style.has(*mark));
        for (_, tag) in set.clone() {
            let _ = write!(self.out, "<{tag}>");
        }
        inner(self);
        for (_, tag) in set.rev() {
            let _ = write!(self.out, "</{tag}>");
        }
    }

    /// Links lead only within the document. Others are shown with their address: a reader may copy it,
    /// but a document cannot lead her out of her space by a word.
    fn link(&mut self, href: &str, label: &str) {
        if let Some(target) = href.strip_prefix('#').and_then(|id| self.targets.get(id))
            && target.exists
        {
            let _ = write!(self.out, "<a href=\"#{}-{}\">", self.rendering.prefix, target.number);
            self.words(if label.is_empty() { href } else { label });
            self.out.push_str("</a>");
            return;
        }
        self.words(label);
        let lower = href.to_ascii_lowercase();
        let is_address = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
        let is_file = !lower.contains(':') && !lower.starts_with('#');
        if (is_address || is_file) && !href.is_empty() && href != label {
            self.words(if label.is_empty() { "" } else { " (" });
            self.words(href);
            self.words(if label.is_empty() { "" } else { ")" });
        }
    }

    fn call(&mut self, number: usize, first: bool) {
        let prefix = self.rendering.prefix;
        self.out.push_str("<sup><a");
        if first {
            let _ = write!(self.out, " id=\"{prefix}-call-{number}\"");
        }
        let _ = write!(
            self.out,
            " href=\"#{prefix}-note-{number}\" aria-label=\"Note {number}\">{number}</a></sup>"
        );
    }

    /// The footnotes, after everything else.
    fn notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.out.push_str("<section><h2>Notes</h2><ol>");
        for (i, line) in std::mem::take(&mut self.notes).into_iter().enumerate() {
            let _ = write!(self.out, "<li id=\"{}-note-{}\">", self.rendering.prefix, i + 1);
            // A footnote that calls footnotes would number for ever.
            for inline in line {
                if !matches!(inline, Inline::Footnote { .. }) {
                    self.line(std::slice::from_ref(inline));
                }
            }
            self.out.push_str("</li>");
        }
        self.out.push_str("</ol></section>");
    }

    fn media(&mut self, id: &str) {
        let Some(media) = self.media.get(id).copied() else {
            let missing = self.say("[image absente du document]", "[picture missing from the document]");
            return self.words(missing);
        };
        if media.bytes.is_empty() {
            let damaged = self.say("[pièce jointe illisible]", "[unreadable attachment]");
            return self.words(damaged);
        }
        let size = media.bytes.len();
        let fits = size <= self.rendering.max_picture && self.pictures + size <= self.rendering.max_pictures;
        let at = self.attachments.iter().position(|known| std::ptr::eq(*known, media));
        match (sniff(&media.bytes).filter(|_| media.is_picture()), self.rendering.attachments, at) {
            (Some(kind), _, _) if fits => {
                self.pictures += size;
                let _ = write!(self.out, "<img src=\"data:{kind};base64,");
                STANDARD.encode_string(&media.bytes, &mut self.out);
                self.alternative();
            }
            (Some(_), Some(address), Some(at)) => {
                self.out.push_str("<img src=\"");
                self.words(address);
                let _ = write!(self.out, "{at}");
                self.alternative();
            }
            _ => self.attachment(media, at),
        }
    }

    /// Ends an `img`: what a picture shows nobody wrote down, so it is named after its section.
    fn alternative(&mut self) {
        let heading = self.heading;
        let name = self.say("Image", "Picture");
        self.out.push_str("\" alt=\"");
        self.out.push_str(name);
        if !heading.is_empty() {
            self.out.push_str(self.say(" : ", ": "));
            self.words(heading);
        }
        self.out.push_str("\">");
    }

    fn attachment(&mut self, media: &'a Media, at: Option<usize>) {
        let kind = match media.media_type.as_str() {
            "application/pdf" => "PDF",
            "image/jpeg" => "JPEG",
            "image/png" => "PNG",
            "image/tiff" => "TIFF",
            "text/rtf" => "RTF",
            "application/xml" | "text/xml" => "XML",
            _ => self.say("fichier", "file"),
        };
        let name = self.say("Pièce jointe", "Attachment");
        match (self.rendering.attachments, at) {
            (Some(address), Some(at)) => {
                self.out.push_str("<a href=\"");
                self.words(address);
                let _ = write!(self.out, "{at}\">{name} {} ({kind})</a>", at + 1);
            }
            _ => {
                let _ = write!(self.out, "{name} ({kind})");
            }
        }
    }

    fn plain_text(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n");
        for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
            self.out.push_str("<p>");
            for (i, line) in paragraph.trim_matches('\n').lines().enumerate() {
                if i > 0 {
                    self.out.push_str("<br>");
                }
                self.words(line);
            }
            self.out.push_str("</p>");
        }
    }

    /// Words, escaped for text and for quoted attributes; controls that HTML forbids are left out.
    fn words(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                '\t' | '\n' => self.out.push(c),
                '\u{FDD0}'..='\u{FDEF}' => {}
                c if c.is_control() || (c as u32) & 0xFFFE == 0xFFFE => {}
                c => self.out.push(c),
            }
        }
    }
}

/// False for a section without words, and for the one that holds the copy: the page shows the copy itself.
fn is_shown(section: &Section) -> bool {
    let is_copy = section.is_copy() && section.media.iter().any(|media| !media.bytes.is_empty());
    !is_copy && (!section.narrative.is_empty() || section.sections.iter().any(is_shown))
}
