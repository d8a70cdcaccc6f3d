//! What pilots publish, counted as it happens: per day, wave and department, never per person.
//!
//! What changes a person's state is counted in the same transaction ([`add`]). What happens often (documents,
//! visits) is counted in memory ([`Tallies`]) and flushed by the server every few seconds; a crash loses at
//! most those seconds, which is why nothing but statistics may stand on them.
//!
//! | `what` | `kind` | counts |
//! | --- | --- | --- |
//! | `announced`, `opposed`, `opened`, `closed`, `erased` | | persons who came into this state (`opposed` and `closed` go down again) |
//! | `activated`, `active` | | first activations; persons seen in the month of that day |
//! | `visits`, `visit-seconds` | | sessions that ended, and how long they were together |
//! | `document-type` | LOINC code | documents received |
//! | `document-sender` | `laboratory`, `hospital` … | the same documents by kind of sender |
//!
//! Profiles filled, which pilots publish too, are not counted yet: there is no medical profile. What shows the
//! figures says so instead of showing a 0.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kernel::{Answer, Instant};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::queries;
use crate::person::Person;

/// Where something is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The wave in which the person was announced.
    #[serde(rename = "w")]
    pub wave: i64,
    /// Department of her address.
    #[serde(rename = "d")]
    pub department: String,
}

impl Scope {
    /// Where this person counts.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        Self { wave: person.wave, department: person.department.clone() }
    }
}

/// Days since 1970-01-01 in Paris.
#[must_use]
pub fn day_of(at: Instant) -> i64 {
    days(at.date())
}

/// Days since 1970-01-01.
#[must_use]
pub fn days(date: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((date - epoch).get_days())
}

/// Counts in this transaction.
///
/// # Errors
/// Faults of the store.
pub fn add(tx: &mut Tx<'_>, now: Instant, scope: &Scope, what: &str, kind: &str, n: i64) -> Answer<()> {
    if n != 0 {
        queries::add_tally(tx, day_of(now), scope, what, kind, n)?;
    }
    Ok(())
}

/// What one number counts: day, where, what, of which kind.
type Key = (i64, Scope, &'static str, String);

/// Counts in memory, owned by the server.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<HashMap<Key, i64>>);

impl Tallies {
    /// Counts one or more of something.
    pub fn count(&self, now: Instant, scope: &Scope, what: &'static str, kind: &str, n: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((day_of(now), scope.clone(), what, kind.to_owned())).or_default() += n;
    }

    /// Counts a document that was received.
    pub fn document(&self, now: Instant, scope: &Scope, type_code: &str, sender_kind: &str) {
        self.count(now, scope, "document-type", type_code, 1);
        self.count(now, scope, "document-sender", sender_kind, 1);
    }

    /// Takes what was counted since the last time, for [`flush`].
    #[must_use]
    pub fn take(&self) -> Counts {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Counts(std::mem::take(&mut *counts).into_iter().collect())
    }

    /// Puts counts back that could not be flushed.
    pub fn put_back(&self, counts: Counts) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, n) in counts.0 {
            *all.entry(key).or_default() += n;
        }
    }
}

/// Counts on their way from memory to the table.
#[derive(Clone, Debug, Default)]
pub struct Counts(Vec<(Key, i64)>);

/// Writes counts down.
///
/// # Errors
/// Faults of the store; give the counts back to [`Tallies::put_back`] then.
pub fn flush(tx: &mut Tx<'_>, counts: &Counts) -> Answer<()> {
    for ((day, scope, what, kind), n) in &counts.0 {
        queries::add_tally(tx, *day, scope, what, kind, *n)?;
    }
    Ok(())
}

/// The figures of one wave in one department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Where.
    pub scope: Scope,
    /// Announced, whatever became of it.
    pub announced: i64,
    /// Opposed and not changed her mind.
    pub opposed: i64,
    /// Spaces created.
    pub opened: i64,
    /// Spaces closed and not opened again.
    pub closed: i64,
    /// Persons who have activated their space.
    pub activated: i64,
    /// Persons who came this month.
    pub active: i64,
    /// Visits that ended.
    pub visits: i64,
    /// Their length together, in seconds.
    pub visit_seconds: i64,
    /// Documents received.
    pub documents: i64,
    /// Documents by LOINC type and by kind of sender: `what`, `kind`, number.
    pub by_kind: Vec<(String, String, i64)>,
}

impl Figures {
    /// Mean length of a visit in seconds.
    #[must_use]
    pub fn mean_visit(&self) -> Option<i64> {
        self.visit_seconds.checked_div(self.visits)
    }
}

/// Every wave and department, with figures up to `now`.
///
/// # Errors
/// Faults of the store.
pub fn figures(tx: &mut Tx<'_>, now: Instant) -> Answer<Vec<Figures>> {
    let today = now.date();
    let month = days(today) - i64::from(today.day()) + 1;
    let mut all: Vec<Figures> = Vec::new();
    for row in queries::tallies(tx, month)? {
        if all.last().is_none_or(|last| last.scope != row.scope) {
            all.push(Figures { scope: row.scope.clone(), ..Figures::default() });
        }
        let Some(figures) = all.last_mut() else { continue };
        match row.what.as_str() {
            "announced" => figures.announced += row.n,
            "opposed" => figures.opposed += row.n,
            "opened" => figures.opened += row.n,
            "closed" => figures.closed += row.n,
            "activated" => figures.activated += row.n,
            "active" => figures.active += row.n_month,
            "visits" => figures.visits += row.n,
            "visit-seconds" => figures.visit_seconds += row.n,
            "document-type" => {
                figures.documents += row.n;
                figures.by_kind.push((row.what, row.kind, row.n));
            }
            "document-sender" => figures.by_kind.push((row.what, row.kind, row.n)),
            _ => {}
        }
    }
    Ok(all)
}

/// The figures as CSV, one line per figure, so that a new kind of document needs no new column. `name` answers
/// what a department is called, `label` what a figure and its kind are, in the reader's words. A figure that
/// is not known is an empty cell.
#[must_use]
pub fn csv(
    figures: &[Figures],
    name: &dyn Fn(&str) -> String,
    label: &dyn Fn(&str, &str) -> String,
) -> String {
    let mut out = String::from("wave,department,department_name,label,what,kind,n\n");
    let quoted = |text: &str| text.replace('"', "\"\"");
    let mut line = |of: &Figures, what: &str, kind: &str, n: Option<i64>| {
        let Scope { wave, department } = &of.scope;
        let (called, label) = (quoted(&name(department)), quoted(&label(what, kind)));
        let n = n.map(|n| n.to_string()).unwrap_or_default();
        let kind = quoted(kind);
        out.push_str(&format!("{wave},{department},\"{called}\",\"{label}\",{what},\"{kind}\",{n}\n"));
    };
    for of in figures {
        line(of, "announced", "", Some(of.announced));
        line(of, "opposed", "", Some(of.opposed));
        line(of, "opened", "", Some(of.opened));
        line(of, "closed", "", Some(of.closed));
        line(of, "activated", "", Some(of.activated));
        line(of, "active-this-month", "", Some(of.active));
        line(of, "visits", "", Some(of.visits));
        line(of, "mean-visit-seconds", "", of.mean_visit());
        line(of, "documents", "", Some(of.documents));
        line(of, "profiles", "", None);
        for (what, kind, n) in &of.by_kind {
            line(of, what, kind, Some(*n));
        }
    }
    out
}
