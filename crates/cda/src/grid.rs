//! Tables that hold together: every row as wide as the table, no cell over another, no header without
//! data. Producers send spans that overlap or stick out; readers with a screen reader need a true grid.

use crate::narrative::{self, Block, Inline};
use crate::tree::{Node, attr, children};

/// What HTML allows for `colspan`.
const MAX_COLSPAN: usize = 1000;
/// Wider than any real table: beyond it spans are dropped, because their bookkeeping costs rows × columns.
const MAX_WIDTH: usize = 300;
/// More places (rows × columns) than any real table has; beyond it gaps are not filled one by one.
const MAX_PLACES: usize = 1_000_000;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// True when it names its row or column; never so when it is empty.
    pub header: bool,
    /// Columns it covers, from 1.
    pub colspan: usize,
    /// Rows it covers, from 1; never beyond its group.
    pub rowspan: usize,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The column where it begins.
    column: usize,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its cells, from left to right.
    pub cells: Vec<Cell>,
}

/// A table whose grid is whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What stands above it.
    pub caption: Vec<Inline>,
    /// Rows of column headers.
    pub head: Vec<Row>,
    /// Groups of rows, none of them empty.
    pub bodies: Vec<Vec<Row>>,
    /// Columns.
    pub width: usize,
}

impl Table {
    /// All rows from top to bottom.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.head.iter().chain(self.bodies.iter().flatten())
    }
}

/// Reads a `table`; `None` when it says nothing.
pub(crate) fn read(node: Node<'_, '_>, nesting: usize) -> Option<Table> {
    let caption: Vec<Inline> = children(node, "caption").flat_map(narrative::read_line).collect();
    let group = |element| -> Vec<Vec<Row>> {
        children(node, element).map(|group| rows(group, nesting)).filter(|rows| !rows.is_empty()).collect()
    };
    let mut head: Vec<Row> = group("thead").into_iter().flatten().collect();
    let mut bodies = group("tbody");
    let loose = rows(node, nesting);
    if !loose.is_empty() {
        bodies.push(loose);
    }
    bodies.extend(group("tfoot"));
    if bodies.is_empty() {
        // Headers of nothing are data.
        if head.is_empty() {
            return None;
        }
        bodies.push(std::mem::take(&mut head));
    }
    if head.is_empty() {
        head = leading_headers(&mut bodies);
    }
    let mut table = Table { caption, head, bodies, width: 0 };
    if table.rows().flat_map(|row| &row.cells).all(|cell| cell.blocks.is_empty()) {
        return None;
    }
    table.settle();
    table.settle_headers();
    Some(table)
}

fn rows(group: Node<'_, '_>, nesting: usize) -> Vec<Row> {
    let read_row = |row: Node<'_, '_>| Row {
        cells: row
            .children()
            .filter(|cell| matches!(cell.tag_name().name(), "td" | "th"))
            .map(|cell| read_cell(cell, nesting))
            .collect(),
    };
    children(group, "tr").map(read_row).filter(|row| !row.cells.is_empty()).collect()
}

fn read_cell(node: Node<'_, '_>, nesting: usize) -> Cell {
    let span = |name: &str| attr(node, name).and_then(|v| v.parse().ok()).unwrap_or(1_usize);
    let blocks = narrative::read_flow(node, nesting);
    Cell {
        header: node.tag_name().name() == "th" && !blocks.is_empty(),
        colspan: span("colspan").clamp(1, MAX_COLSPAN),
        // Zero means "to the end of the group".
        rowspan: match span("rowspan") {
            0 => usize::MAX,
            rows => rows,
        },
        blocks,
        column: 0,
    }
}

/// A table without `thead` whose first rows are all headers: those rows are its head.
fn leading_headers(bodies: &mut Vec<Vec<Row>>) -> Vec<Row> {
    let Some(first) = bodies.first_mut() else { return Vec::new() };
    let headers = first.iter().take_while(|row| row.cells.iter().all(|cell| cell.header)).count();
    if headers == 0 || (headers == first.len() && bodies.len() == 1) {
        return Vec::new();
    }
    let head = bodies.first_mut().map(|first| first.drain(..headers).collect()).unwrap_or_default();
    bodies.retain(|rows| !rows.is_empty());
    head
}

impl Table {
    fn groups(&mut self) -> impl Iterator<Item = &mut Vec<Row>> {
        std::iter::once(&mut self.head).chain(self.bodies.iter_mut())
    }

    /// Makes the grid whole: clips spans, fills gaps, drops columns in which no cell begins.
    fn settle(&mut self) {
        let narrow = self.rows().all(|row| row.cells.iter().map(|c| c.colspan).sum::<usize>() <= MAX_WIDTH);
        let width = if narrow { self.groups().map(|rows| place(rows, None)).max().unwrap_or(0) } else { 0 };
        let fits = narrow && width <= MAX_WIDTH && width * self.rows().count() <= MAX_PLACES;
        if !fits {
            for cell in self.groups().flatten().flat_map(|row| &mut row.cells) {
                cell.colspan = 1;
                cell.rowspan = 1;
            }
            let width = self.rows().map(|row| row.cells.len()).max().unwrap_or(0);
            for row in self.groups().flatten() {
                fill(row, width);
            }
            self.width = width;
            return;
        }
        for rows in self.groups() {
            place(rows, Some(width));
        }
        let mut begins = vec![false; width];
        for cell in self.rows().flat_map(|row| &row.cells) {
            begins[cell.column] = true;
        }
        for cell in self.groups().flatten().flat_map(|row| &mut row.cells) {
            let covered = &begins[cell.column..cell.column + cell.colspan];
            cell.colspan = covered.iter().filter(|begins| **begins).count();
        }
        self.width = begins.iter().filter(|begins| **begins).count();
    }

    /// In a body, a header names its row. One that stands alone in its row, or among other headers only,
    /// names a group of rows; HTML has no word for that here, so it is shown as data in bold.
    fn settle_headers(&mut self) {
        for row in self.bodies.iter_mut().flatten() {
            let has_data = row.cells.iter().any(|cell| !cell.header);
            if !has_data {
                row.cells.iter_mut().for_each(Cell::make_bold_data);
            }
        }
    }
}

impl Cell {
    fn make_bold_data(&mut self) {
        self.header = false;
        for block in &mut self.blocks {
            if let Block::Paragraph(line) = block {
                for inline in line {
                    if let Inline::Text(style, _) = inline {
                        *style = style.and(narrative::Style::BOLD);
                    }
                }
            }
        }
    }
}

/// Finds each cell its column and clips what overlaps or sticks out; answers the width. With a `width`,
/// also fills what is missing with empty cells.
fn place(rows: &mut [Row], width: Option<usize>) -> usize {
    // For each column, how many more rows a cell from above covers.
    let mut covered: Vec<usize> = Vec::new();
    let mut widest = 0;
    let count = rows.len();
    for (at, row) in rows.iter_mut().enumerate() {
        let mut column = 0;
        let mut placed = Vec::with_capacity(row.cells.len());
        for mut cell in std::mem::take(&mut row.cells) {
            column = next_free(&covered, column);
            let room = (0..cell.colspan).take_while(|i| is_free(&covered, column + i)).count();
            cell.colspan = room.max(1);
            cell.rowspan = cell.rowspan.min(count - at).max(1);
            cell.column = column;
            let end = column + cell.colspan;
            if covered.len() < end {
                covered.resize(end, 0);
            }
            covered[column..end].fill(cell.rowspan);
            column = end;
            placed.push(cell);
        }
        widest = widest.max(covered.iter().rposition(|rows| *rows > 0).map_or(0, |last| last + 1));
        if let Some(width) = width {
            covered.resize(width.max(covered.len()), 0);
            placed.extend(gaps(&covered, width));
            placed.sort_by_key(|cell| cell.column);
        }
        row.cells = placed;
        if covered.len() > MAX_WIDTH {
            return covered.len();
        }
        for rows in &mut covered {
            *rows = rows.saturating_sub(1);
        }
    }
    widest
}

fn is_free(covered: &[usize], column: usize) -> bool {
    covered.get(column).is_none_or(|rows| *rows == 0)
}

fn next_free(covered: &[usize], from: usize) -> usize {
    (from..).find(|column| is_free(covered, *column)).unwrap_or(from)
}

/// Empty cells for the columns that nothing covers.
fn gaps(covered: &[usize], width: usize) -> Vec<Cell> {
    let mut found = Vec::new();
    let mut column = 0;
    while column < width {
        if !is_free(covered, column) {
            column += 1;
            continue;
        }
        let run = (column..width).take_while(|c| is_free(covered, *c)).count();
        found.push(Cell { colspan: run, rowspan: 1, column, ..Cell::default() });
        column += run;
    }
    found
}

/// One empty cell for all that is missing at the end of a row without spans.
fn fill(row: &mut Row, width: usize) {
    let missing = width - row.cells.len();
    if missing > 0 {
        row.cells.push(Cell { colspan: missing.min(MAX_COLSPAN), rowspan: 1, ..Cell::default() });
    }
}
