//! The element table of FHIR R4, made from the official definitions by `knowledge/fhir/generate.mjs`, where
//! its grammar stands. It is read once, at first use, and then never changes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::primitive::Primitive;

static SOURCE: &str = include_str!("../../../../knowledge/fhir/r4.table");
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(SOURCE));

/// The table.
pub(super) fn table() -> &'static Table {
    &TABLE
}

/// Everything the validator knows.
#[derive(Default)]
pub(super) struct Table {
    types: Vec<Type>,
    resources: HashMap<&'static str, usize>,
    sets: Vec<Vec<&'static str>>,
    /// `Element`: what the companion `_name` of a primitive holds.
    companion: usize,
}

/// A type: a resource, a datatype or a backbone of either.
#[derive(Default)]
pub(super) struct Type {
    pub(super) name: &'static str,
    /// Own elements and those of its bases; at most 128, so that a set of them fits one number.
    pub(super) elements: Vec<Element>,
    /// JSON names in order, each with the element it fills.
    names: Vec<(Cow<'static, str>, Slot)>,
    /// The elements that must be there.
    pub(super) required: u128,
    pub(super) is_resource: bool,
}

/// An element.
pub(super) struct Element {
    /// As FHIRPath names it: `value` for `value[x]`.
    pub(super) name: &'static str,
    pub(super) many: bool,
    pub(super) choice: bool,
    pub(super) summary: bool,
    /// The value set it is bound to.
    pub(super) codes: Option<usize>,
    required: bool,
    types: &'static str,
}

/// What one JSON name means: which element, with which type.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) element: usize,
    pub(super) is: Is,
}

/// The type of what stands under a JSON name.
#[derive(Clone, Copy)]
pub(super) enum Is {
    Primitive(Primitive),
    Complex(usize),
    /// Any resource; its `resourceType` says which.
    Resource,
}

impl Table {
    /// The type of resources named `name`.
    pub(super) fn resource(&self, name: &str) -> Option<&Type> {
        self.resources.get(name).map(|i| &self.types[*i])
    }

    pub(super) fn of(&self, index: usize) -> &Type {
        &self.types[index]
    }

    pub(super) fn companion(&self) -> &Type {
        &self.types[self.companion]
    }

    pub(super) fn allows(&self, set: usize, code: &str) -> bool {
        self.sets[set].binary_search(&code).is_ok()
    }

    /// The codes of a set, for a message that helps.
    pub(super) fn codes(&self, set: usize) -> &[&'static str] {
        &self.sets[set]
    }

    /// Reads the table. What it cannot read it leaves out; a test holds that nothing is left out.
    fn read(source: &'static str) -> Self {
        let mut table = Self::default();
        let mut sets = HashMap::new();
        let mut heads: Vec<(&'static str, &'static str)> = Vec::new();
        let mut own: Vec<Vec<Element>> = Vec::new();
        for line in source.lines() {
            let mut words = line.split(' ');
            match line.as_bytes().first() {
                None | Some(b'#') => {}
                Some(b'=') => {
                    let mut codes = line[1..].split('\t');
                    sets.insert(codes.next().unwrap_or_default(), table.sets.len());
                    table.sets.push(codes.collect());
                }
                Some(b'@') => {
                    let name = words.next().unwrap_or_default().trim_start_matches('@');
                    heads.push((name, words.next().unwrap_or("-")));
                    let is_resource = words.next() == Some("r");
                    if is_resource {
                        table.resources.insert(name, table.types.len());
                    }
                    table.types.push(Type { name, is_resource, ..Type::default() });
                    own.push(Vec::new());
                }
                Some(_) => {
                    if let (Some(elements), Some(element)) = (own.last_mut(), element(words, &sets)) {
                        elements.push(element);
                    }
                }
            }
        }
        let index: HashMap<&str, usize> = heads.iter().enumerate().map(|(i, (name, _))| (*name, i)).collect();
        table.companion = index.get("Element").copied().unwrap_or_default();
        for i in 0..table.types.len() {
            let mut lineage = vec![i];
            while let Some(base) = lineage.last().and_then(|l| index.get(heads[*l].1)) {
                lineage.push(*base);
            }
            let elements = lineage.iter().rev().flat_map(|l| own[*l].iter().map(Element::copy)).collect();
            table.types[i].fill(elements, &index);
        }
        table
    }
}

/// Reads `name min..max types [!set] [^]`.
fn element(mut words: std::str::Split<'static, char>, sets: &HashMap<&str, usize>) -> Option<Element> {
    let json_name = words.next()?;
    let (min, max) = words.next()?.split_once("..")?;
    let types = words.next()?;
    let name = json_name.trim_end_matches("[x]");
    let mut element = Element {
        name,
        many: max == "*",
        choice: name.len() < json_name.len(),
        summary: false,
        codes: None,
        required: min != "0",
        types,
    };
    for word in words {
        match word.strip_prefix('!') {
            Some(set) => element.codes = sets.get(set).copied(),
            None => element.summary = true,
        }
    }
    Some(element)
}

impl Element {
    fn copy(&self) -> Self {
        Self { ..*self }
    }
}

impl Type {
    /// The element that a JSON name fills.
    pub(super) fn slot(&self, name: &str) -> Option<Slot> {
        let found = self.names.binary_search_by(|(own, _)| own.as_ref().cmp(name)).ok()?;
        Some(self.names[found].1)
    }

    fn fill(&mut self, elements: Vec<Element>, index: &HashMap<&str, usize>) {
        for (i, element) in elements.iter().enumerate() {
            if element.required {
                self.required |= 1 << i;
            }
            for word in element.types.split(',') {
                let is = match Primitive::named(word) {
                    Some(primitive) => Is::Primitive(primitive),
                    None if word == "Resource" => Is::Resource,
                    None => match index.get(word) {
                        Some(found) => Is::Complex(*found),
                        None => continue,
                    },
                };
                let name = if element.choice {
                    let (first, rest) = word.split_at(1);
                    Cow::Owned(format!("{}{}{rest}", element.name, first.to_ascii_uppercase()))
                } else {
                    Cow::Borrowed(element.name)
                };
                self.names.push((name, Slot { element: i, is }));
            }
        }
        self.names.sort_by(|a, b| a.0.cmp(&b.0));
        self.elements = elements;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_table_is_left_out() {
        let table = table();
        assert_eq!(table.resources.len(), 146, "R4 has 146 concrete resources");
        assert!(table.sets.iter().all(|set| set.is_sorted() && !set.is_empty()));
        for of in &table.types {
            assert!(of.elements.len() <= 128, "{}", of.name);
            for element in &of.elements {
                let slots =
                    of.names.iter().filter(|(_, slot)| of.elements[slot.element].name == element.name);
                assert_eq!(slots.count(), element.types.split(',').count(), "{}.{}", of.name, element.name);
            }
        }
        let lines = SOURCE.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase())).count();
        let own = table.types.iter().map(|t| t.elements.len()).sum::<usize>();
        assert!(lines > 4500 && own > lines, "{lines} lines, {own} elements with inherited ones");
        assert!(SOURCE.len() < 500_000);
    }

    #[test]
    fn bindings_and_choices_are_known() {
        let patient = table().resource("Patient").unwrap();
        let gender = &patient.elements[patient.slot("gender").unwrap().element];
        assert_eq!(table().codes(gender.codes.unwrap()), ["female", "male", "other", "unknown"]);
        assert!(patient.slot("deceasedDateTime").is_some() && patient.slot("deceased").is_none());
        assert!(patient.slot("implicitRules").is_some(), "inherited from Resource");
        assert!(table().resource("DomainResource").is_none(), "abstract");
    }
}
