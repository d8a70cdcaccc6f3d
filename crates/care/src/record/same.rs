//! Which documents are one and the same to the person: the versions of a document, and copies of the same bytes.
//!
//! The chains are whole: a copy of an earlier version belongs to it too. What is left of an erased document has no bytes
//! and no versions, and is alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use kernel::EntryId;

use crate::documents::model::Meta;

/// Tells each of these documents which others are the same. Only those that count to the reader join others, so that
/// nothing shows of what she may not know.
pub(crate) fn tell(documents: &mut [Meta], by_tag: &HashMap<i64, usize>, counts: impl Fn(&Meta) -> bool) {
    let counted: Vec<bool> = documents.iter().map(counts).collect();
    let mut sets = Sets::new(documents.len());
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(documents.len());
    for (i, meta) in documents.iter().enumerate().filter(|(i, _)| counted[*i]) {
        for older in &meta.facts.replaces {
            if let Some(older) = by_tag.get(&older.tag).copied().filter(|older| counted[*older]) {
                sets.join(older, i);
            }
        }
        match first.entry(meta.facts.sha256.as_str()) {
            Entry::Occupied(copy) => sets.join(*copy.get(), i),
            Entry::Vacant(free) if !free.key().is_empty() => {
                free.insert(i);
            }
            Entry::Vacant(_) => {}
        }
    }
    for members in sets.of_several() {
        let same: Arc<[EntryId]> = members.iter().map(|i| documents[*i].entry).collect();
        for i in members {
            documents[i].same = Arc::clone(&same);
        }
    }
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
