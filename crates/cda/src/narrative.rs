//! The narrative of a section (CDA R2 §4.3.5) as blocks and lines, without markup.
//!
//! What producers send does not always follow the schema: tables inside `content`, paragraphs inside
//! cells, HTML tags. So reading is tolerant, and what comes out is strict: blocks hold lines, lines hold
//! runs of styled text and never another block. Words are never dropped, tags are.

use crate::grid::{self, Table};
use crate::tree::{Node, attr, children, is, push_words as words};

/// Lists and tables deeper than this are read as plain paragraphs.
const MAX_NESTING: usize = 6;

/// How a run of text looks: a set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style(u16);

impl Style {
    /// Strong.
    pub const BOLD: Self = Self(1);
    /// Emphasis.
    pub const ITALIC: Self = Self(1 << 1);
    /// Underlined.
    pub const UNDERLINE: Self = Self(1 << 2);
    /// Subscript.
    pub const SUB: Self = Self(1 << 3);
    /// Superscript.
    pub const SUP: Self = Self(1 << 4);
    /// Struck out: the author took it back (`revised="delete"`).
    pub const DELETED: Self = Self(1 << 5);
    /// Added in a revision (`revised="insert"`).
    pub const INSERTED: Self = Self(1 << 6);

    /// True when all marks of `other` are set.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets of marks.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(Style, String),
    /// A line break.
    Break,
    /// A place that a link may point to.
    Anchor(String),
    /// A link: `#…` within the document, or an address that we show but do not follow.
    Link {
        /// How it looks.
        style: Style,
        /// Where it points, as sent.
        href: String,
        /// Its words.
        label: String,
    },
    /// A footnote, at the place that calls it.
    Footnote {
        /// Its `ID`.
        id: Option<String>,
        /// What it says.
        line: Vec<Inline>,
    },
    /// A call of a footnote that stands elsewhere.
    FootnoteRef(String),
    /// A picture or file of the section, by its `ID`.
    Media(String),
}

/// A block of narrative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List(List),
    /// A table.
    Table(Table),
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// What stands above it.
    pub caption: Vec<Inline>,
    /// For a numbered list, how: `1`, `a`, `A`, `i` or `I`.
    pub numbering: Option<char>,
    /// Its items.
    pub items: Vec<Vec<Block>>,
}

/// Reads `section/text`.
pub(crate) fn read(text: Node<'_, '_>) -> Vec<Block> {
    read_flow(text, 0)
}

/// Reads the content of an element that may hold blocks.
pub(crate) fn read_flow(node: Node<'_, '_>, nesting: usize) -> Vec<Block> {
    let mut gather = Gather { nesting, ..Gather::default() };
    gather.anchor(node);
    gather.flow(node, Style::default());
    gather.finish()
}

/// Reads the content of an element that holds one line; blocks inside it become words.
pub(crate) fn read_line(node: Node<'_, '_>) -> Vec<Inline> {
    let mut line = Vec::new();
    for block in read_flow(node, MAX_NESTING) {
        if let Block::Paragraph(more) = block {
            if !line.is_empty() {
                line.push(Inline::Break);
            }
            line.extend(more);
        }
    }
    line
}

/// Collects blocks, and the line that is being filled.
#[derive(Default)]
struct Gather {
    nesting: usize,
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Gather {
    fn flow(&mut self, node: Node<'_, '_>, style: Style) {
        for inner in node.children() {
            if let Some(text) = inner.is_text().then(|| inner.text()).flatten() {
                self.text(style, text);
            } else if inner.is_element() {
                self.element(inner, style);
            }
        }
    }

    fn element(&mut self, node: Node<'_, '_>, style: Style) {
        match node.tag_name().name() {
            "content" | "span" => {
                self.anchor(node);
                self.flow(node, style.and(style_of(node)));
            }
            "br" => self.line.push(Inline::Break),
            "sub" => self.flow(node, style.and(Style::SUB)),
            "sup" => self.flow(node, style.and(Style::SUP)),
            "b" | "strong" => self.flow(node, style.and(Style::BOLD)),
            "i" | "em" => self.flow(node, style.and(Style::ITALIC)),
            "u" => self.flow(node, style.and(Style::UNDERLINE)),
            "footnote" => self
                .line
                .push(Inline::Footnote { id: attr(node, "ID").map(str::to_owned), line: read_line(node) }),
            "footnoteRef" => {
                self.line.extend(attr(node, "IDREF").map(|id| Inline::FootnoteRef(id.to_owned())));
            }
            "linkHtml" | "a" => self.link(node, style.and(style_of(node))),
            "renderMultiMedia" => {
                let named = attr(node, "referencedObject").unwrap_or_default();
                self.line.extend(named.split_ascii_whitespace().map(|id| Inline::Media(id.to_owned())));
                self.flow(node, style);
            }
            "list" | "ul" | "ol" if self.nesting < MAX_NESTING => self.list(node),
            "table" if self.nesting < MAX_NESTING => {
                self.flush();
                if let Some(table) = grid::read(node, self.nesting + 1) {
                    self.blocks.push(Block::Table(table));
                }
            }
            "caption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.apart(node, style.and(Style::BOLD));
            }
            "paragraph" | "p" | "div" | "item" | "li" | "tr" | "list" | "ul" | "ol" | "table" => {
                self.apart(node, style.and(style_of(node)));
            }
            // Cells of a table that is read as words must not run together.
            "td" | "th" => {
                self.flow(node, style);
                self.text(style, " ");
            }
            // Their content is not words.
            "script" | "style" => {}
            _ => self.flow(node, style),
        }
    }

    /// A block of its own, whatever it holds.
    fn apart(&mut self, node: Node<'_, '_>, style: Style) {
        self.flush();
        self.anchor(node);
        self.flow(node, style);
        self.flush();
    }

    fn list(&mut self, node: Node<'_, '_>) {
        self.flush();
        let ordered = attr(node, "listType") == Some("ordered") || node.tag_name().name() == "ol";
        let look = attr(node, "styleCode").unwrap_or_default();
        let numbering = match look {
            "LittleAlpha" => 'a',
            "BigAlpha" => 'A',
            "LittleRoman" => 'i',
            "BigRoman" => 'I',
            _ => '1',
        };
        let items: Vec<Vec<Block>> = node
            .children()
            .filter(|item| is(*item, "item") || is(*item, "li"))
            .map(|item| read_flow(item, self.nesting + 1))
            .filter(|blocks| !blocks.is_empty())
            .collect();
        let caption = children(node, "caption").flat_map(read_line).collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(List { caption, numbering: ordered.then_some(numbering), items }));
        }
    }

    fn link(&mut self, node: Node<'_, '_>, style: Style) {
        self.anchor(node);
        let mut label = String::new();
        for inner in node.descendants().filter(Node::is_text) {
            words(&mut label, inner.text().unwrap_or_default());
        }
        let href = attr(node, "href").unwrap_or_default().to_owned();
        if !label.is_empty() || !href.is_empty() {
            self.line.push(Inline::Link { style, href, label });
        }
    }

    fn anchor(&mut self, node: Node<'_, '_>) {
        self.line.extend(attr(node, "ID").map(|id| Inline::Anchor(id.to_owned())));
    }

    /// Adds words; white space of any length is one space, at the edges too.
    fn text(&mut self, style: Style, text: &str) {
        let mut out = String::with_capacity(text.len().min(4096));
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r') || c.is_control() {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            } else {
                out.push(c);
            }
        }
        match self.line.last_mut() {
            Some(Inline::Text(last, before)) if *last == style => {
                let out = if before.ends_with(' ') { out.trim_start_matches(' ') } else { &out };
                before.push_str(out);
            }
            _ if out.is_empty() => {}
            _ => self.line.push(Inline::Text(style, out)),
        }
    }

    /// Ends the line: two or more breaks in a row part paragraphs.
    fn flush(&mut self) {
        let mut paragraph = Vec::new();
        let mut breaks = 0;
        for inline in std::mem::take(&mut self.line) {
            match inline {
                Inline::Break => breaks += 1,
                Inline::Text(_, ref text) if breaks > 0 && text.trim().is_empty() => {}
                other => {
                    if breaks > 1 {
                        self.push_paragraph(std::mem::take(&mut paragraph));
                    } else if breaks == 1 && says_something(&paragraph) {
                        paragraph.push(Inline::Break);
                    }
                    breaks = 0;
                    paragraph.push(other);
                }
            }
        }
        self.push_paragraph(paragraph);
    }

    fn push_paragraph(&mut self, mut paragraph: Vec<Inline>) {
        if says_something(&paragraph) {
            trim(&mut paragraph);
            self.blocks.push(Block::Paragraph(paragraph));
        } else {
            // An anchor without words waits for the next paragraph that has some.
            paragraph.retain(|inline| matches!(inline, Inline::Anchor(_)));
            self.line.splice(0..0, paragraph);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }
}

/// True when a line holds more than space, breaks and anchors.
pub(crate) fn says_something(line: &[Inline]) -> bool {
    line.iter().any(|inline| match inline {
        Inline::Text(_, text) => !text.trim().is_empty(),
        Inline::Break | Inline::Anchor(_) => false,
        _ => true,
    })
}

/// Takes the space off both ends of a line.
fn trim(line: &mut Vec<Inline>) {
    if let Some(Inline::Text(_, text)) = line.iter_mut().find(|i| !matches!(i, Inline::Anchor(_))) {
        text.replace_range(..text.len() - text.trim_start().len(), "");
    }
    if let Some(Inline::Text(_, text)) = line.last_mut() {
        text.truncate(text.trim_end().len());
    }
    line.retain(|inline| !matches!(inline, Inline::Text(_, text) if text.is_empty()));
}

/// `styleCode` (CDA R2 §4.3.5.11) and `revised`; other style codes only decorate.
fn style_of(node: Node<'_, '_>) -> Style {
    let mut style = match attr(node, "revised") {
        Some("delete") => Style::DELETED,
        Some("insert") => Style::INSERTED,
        _ => Style::default(),
    };
    for code in attr(node, "styleCode").unwrap_or_default().split_ascii_whitespace() {
        style = style.and(match code.to_ascii_lowercase().as_str() {
            "bold" => Style::BOLD,
            "italics" | "italic" | "emphasis" => Style::ITALIC,
            "bolditalics" => Style::BOLD.and(Style::ITALIC),
            "underline" => Style::UNDERLINE,
            _ => Style::default(),
        });
    }
    style
}

/// Appends the words of blocks, for search.
pub(crate) fn push_words(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(line) => push_line(line, out),
            Block::List(list) => {
                push_line(&list.caption, out);
                list.items.iter().for_each(|item| push_words(item, out));
            }
            Block::Table(table) => {
                push_line(&table.caption, out);
                for cell in table.rows().flat_map(|row| &row.cells) {
                    push_words(&cell.blocks, out);
                }
            }
        }
    }
}

/// A word can be split over runs (`H`, `2` as subscript, `O`), so runs join before they are cut into words.
fn push_line(line: &[Inline], out: &mut String) {
    let mut joined = String::new();
    for inline in line {
        match inline {
            Inline::Text(_, text) => joined.push_str(text),
            Inline::Break => joined.push(' '),
            Inline::Link { label, .. } => joined.push_str(label),
            Inline::Footnote { line, .. } => {
                joined.push(' ');
                push_line(line, &mut joined);
                joined.push(' ');
            }
            Inline::Anchor(_) | Inline::FootnoteRef(_) | Inline::Media(_) => {}
        }
    }
    words(out, &joined);
}
