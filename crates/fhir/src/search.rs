//! Search over one record: parse a request, test a resource, sort, and cut a page.
//!
//! R4 §3.1.1, IHE MHD ITI-66 and ITI-67, with the extras of French PDSm (`isArchived`, `period-start`,
//! `period-end`). A record is small, so a search is a look at each of its resources that the asker may see:
//! counts, sorts and errors can tell nothing about the others, for the query never meets them.
//!
//! `patient`, `subject` and `patient.identifier` choose the record and are handed to the caller
//! ([`Query::patient`]); [`Query::matches`] does not look at them again.
//!
//! Whoever knows something of a resource without opening it says so as an [`Outline`]. Then only those that it
//! leaves open, and the page that is answered, are opened: [`Query::judge`], [`Query::cut`], [`Cut::open`], [`page()`].

mod matching;
mod outline;
mod page;
mod params;
mod parse;

use kernel::Instant;
use serde_json::Value;

pub use outline::{Judged, Outline};
pub use page::{Cut, Place, page};
pub use params::Kind;
pub use parse::pairs;

use params::Param;

/// How to meet parameters we do not know (`Prefer: handling=…`, R4 §3.1.1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handling {
    /// They are refused: an ignored filter shows more than was asked for.
    #[default]
    Strict,
    /// They are left out, and the answer's `self` link shows what was understood.
    Lenient,
}

/// The record that a search is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientKey {
    /// `patient=42`, `patient=Patient/42`, or absolute.
    Reference(String),
    /// `patient.identifier=system|value`.
    Identifier {
        /// The identifier's system.
        system: String,
        /// Its value.
        value: String,
    },
}

/// How much of each resource is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// All of it.
    #[default]
    Full,
    /// The elements of summaries.
    Summary,
    /// The narrative and what is required.
    Text,
    /// All but the narrative.
    Data,
    /// How many there are, and none of them.
    Count,
    /// These elements and what is required.
    Elements(Vec<String>),
}

/// A search request that was understood.
#[derive(Clone, Debug)]
pub struct Query {
    /// What is searched for.
    pub kind: Kind,
    /// Whose; the caller decides what a search without it means.
    pub patient: Option<PatientKey>,
    /// Most entries on one page.
    pub count: usize,
    /// How much of each.
    pub detail: Detail,
    /// What was understood, decoded, without the page: for the `self` link.
    pub understood: Vec<(String, String)>,
    clauses: Vec<Clause>,
    sort: Vec<(&'static Param, bool)>,
    cursor: Option<page::Key>,
}

/// One parameter: any of its tests must pass.
#[derive(Clone, Debug)]
struct Clause {
    param: &'static Param,
    modifier: Modifier,
    tests: Vec<Test>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Modifier {
    None,
    Not,
    Missing(bool),
    Exact,
    Contains,
    Text,
    Identifier,
}

/// What a value is compared with.
#[derive(Clone, Debug)]
enum Test {
    /// `system|code`; a system that is there and empty means "has none".
    Token {
        system: Option<String>,
        code: Option<String>,
    },
    Date {
        prefix: Prefix,
        from: Instant,
        to: Instant,
    },
    Text(String),
    Reference(String),
}

/// How a date compares (R4 §3.1.1.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    Sa,
    Eb,
}

impl Query {
    /// Reads decoded name–value pairs; [`pairs`] makes them from a query string.
    ///
    /// # Errors
    /// `search-unknown-parameter` (only when strict), `search-modifier`, `search-value`, `search-sort`,
    /// `search-page`, `search-patients`; the path is the parameter's name.
    pub fn parse(
        kind: Kind,
        pairs: &[(String, String)],
        handling: Handling,
    ) -> Result<Self, Vec<kernel::Issue>> {
        parse::query(kind, pairs, handling)
    }

    /// Says in the answer's links whose record it is by this reference, where the search said it by a number: links are
    /// followed with GET, and an address is written into more logs than a body.
    pub fn tell_patient(&mut self, reference: &str) {
        if let Some(PatientKey::Identifier { .. }) = self.patient {
            self.understood.retain(|(name, _)| !parse::is_by_number(name));
            self.understood.insert(0, ("patient".to_owned(), reference.to_owned()));
        }
    }

    /// True when the resource passes every filter.
    #[must_use]
    pub fn matches(&self, resource: &Value) -> bool {
        self.clauses.iter().all(|clause| matching::passes(clause, resource))
    }

    /// Where the resource stands among what was found; `None` when it does not pass.
    #[must_use]
    pub fn place(&self, resource: &Value) -> Option<Place> {
        self.matches(resource).then(|| Place::of(self, resource))
    }

    /// What an outline alone tells of the resource behind it.
    #[must_use]
    pub fn judge(&self, outline: &impl Outline) -> Judged {
        outline::judge(self, outline)
    }

    /// The page of what was found that is asked for, in the order asked for (by default the newest date first;
    /// equals by id).
    #[must_use]
    pub fn cut<T>(&self, found: Vec<(Place, T)>) -> Cut<T> {
        page::cut(self, found)
    }
}

#[cfg(test)]
mod tests;
