//! Which documents are one and the same to the person: the versions of a document, and copies of the same bytes.
//!
//! The chains are whole: a copy of an earlier version belongs to it too. What is left of an erased document has no bytes
//! and no versions, and is alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

use crate::documents::model::{Facts, Meta, Security};

/// Tells each of these documents which others are the same, and which of those are also open to the same people. Only
/// those that count to the reader join others, so that nothing shows of what she may not know.
pub(crate) fn tell(documents: &mut [Meta], by_tag: &HashMap<i64, usize>, counts: impl Fn(&Meta) -> bool) {
    let counted = (0..documents.len()).filter(|i| counts(&documents[*i]));
    for members in joined(documents, by_tag, counted, |_| ()) {
        let open = openness(&documents[members[0]]);
        let alike = if members.iter().all(|i| openness(&documents[*i]) == open) {
            vec![members.clone()]
        } else {
            joined(documents, by_tag, members.iter().copied(), openness)
        };
        let entries = |of: &[usize]| of.iter().map(|i| documents[*i].entry).collect::<Arc<[_]>>();
        let (same, alike): (_, Vec<_>) =
            (entries(&members), alike.into_iter().map(|of| (entries(&of), of)).collect());
        for i in members {
            documents[i].same = Arc::clone(&same);
        }
        for (entries, of) in alike {
            for i in of {
                documents[i].alike = Arc::clone(&entries);
            }
        }
    }
}

/// Whether these are copies of the same bytes.
pub(crate) fn are_copies(one: &Facts, other: &Facts) -> bool {
    !one.sha256.is_empty() && one.sha256 == other.sha256
}

/// Whether one of these replaces the other, or they are copies.
pub(crate) fn are_one(one: &Meta, other: &Meta) -> bool {
    let replaces = |new: &Meta, old: &Meta| new.facts.replaces.contains(&old.entry);
    replaces(one, other) || replaces(other, one) || are_copies(&one.facts, &other.facts)
}

/// The place of one of these documents and of those that are the same, among those that count.
pub(crate) fn with(
    one: usize,
    documents: &[Meta],
    by_tag: &HashMap<i64, usize>,
    counts: impl Fn(&Meta) -> bool,
) -> Vec<usize> {
    let counted = (0..documents.len()).filter(|i| counts(&documents[*i]));
    let mut sets = joined(documents, by_tag, counted, |_| ()).into_iter();
    sets.find(|members| members.contains(&one)).unwrap_or_else(|| vec![one])
}

/// The sets of several of these documents that versions and copies join, where only those of one kind join each other.
fn joined<'a, K: Eq + Hash>(
    documents: &'a [Meta],
    by_tag: &HashMap<i64, usize>,
    among: impl Iterator<Item = usize>,
    kind: impl Fn(&'a Meta) -> K,
) -> Vec<Vec<usize>> {
    let among: Vec<usize> = among.collect();
    let mut place: Vec<Option<usize>> = vec![None; documents.len()];
    let mut sets = Sets::new(among.len());
    let mut first: HashMap<(&str, K), usize> = HashMap::with_capacity(among.len());
    for (at, i) in among.iter().copied().enumerate() {
        place[i] = Some(at);
    }
    for (at, i) in among.iter().copied().enumerate() {
        let meta = &documents[i];
        for older in &meta.facts.replaces {
            let older = by_tag.get(&older.tag).and_then(|older| Some((*older, place[*older]?)));
            if let Some((_, older)) = older.filter(|(older, _)| kind(&documents[*older]) == kind(meta)) {
                sets.join(older, at);
            }
        }
        match first.entry((meta.facts.sha256.as_str(), kind(meta))) {
            Entry::Occupied(copy) => sets.join(*copy.get(), at),
            Entry::Vacant(free) if !free.key().0.is_empty() => {
                free.insert(at);
            }
            Entry::Vacant(_) => {}
        }
    }
    let several = sets.of_several().into_iter();
    several.map(|members| members.into_iter().map(|at| among[at]).collect()).collect()
}

/// What decides who, of those who read her journal, sees a document: she, whoever acts for her, a delegate for some
/// families. Documents of one openness are seen by the same of them.
fn openness(meta: &Meta) -> (bool, bool, bool, &str) {
    let Security { kept, invisible_to_representatives, invisible_to_patient, .. } = meta.facts.security;
    (kept, invisible_to_representatives, invisible_to_patient, &meta.facts.class.code)
}

/// Disjoint sets of the numbers below a bound (union by the smaller number, paths halved).
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    fn root(&mut self, mut of: usize) -> usize {
        while self.parent[of] != of {
            self.parent[of] = self.parent[self.parent[of]];
            of = self.parent[of];
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }

    /// The members of each set that has several.
    fn of_several(mut self) -> Vec<Vec<usize>> {
        let mut all: HashMap<usize, Vec<usize>> = HashMap::new();
        for i in 0..self.parent.len() {
            let root = self.root(i);
            if root != i {
                all.entry(root).or_insert_with(|| vec![root]).push(i);
            }
        }
        all.into_values().collect()
    }
}
