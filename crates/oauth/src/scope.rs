//! Scopes of SMART App Launch: version 2 (`system/DocumentReference.rs`) and version 1
//! (`system/Patient.read`), the grammar of its "Scopes and Launch Context".
//!
//! Granular scopes (`…rs?category=laboratory`) are not offered: such a scope is dropped, never widened.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whose data a scope is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All that the client's registration lets it see.
    System,
    /// One patient.
    Patient,
    /// What the signed-in user may see.
    User,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Patient => "patient",
            Self::User => "user",
        }
    }
}

/// What is done to a resource; each is one letter of `cruds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// `c`
    Create = 1,
    /// `r`: read, vread, instance history
    Read = 2,
    /// `u`: update and patch
    Update = 4,
    /// `d`
    Delete = 8,
    /// `s`: search and type history
    Search = 16,
}

const LETTERS: [(char, Interaction); 5] = [
    ('c', Interaction::Create),
    ('r', Interaction::Read),
    ('u', Interaction::Update),
    ('d', Interaction::Delete),
    ('s', Interaction::Search),
];

impl Interaction {
    /// Its letter of `cruds`.
    #[must_use]
    pub fn letter(self) -> char {
        LETTERS.iter().find(|(_, known)| *known == self).map_or('*', |(letter, _)| *letter)
    }
}

/// One scope: `system/DocumentReference.rs`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Scope {
    level: Level,
    /// `None` is `*`.
    resource: Option<String>,
    letters: u8,
}

/// A set of scopes, sorted, each resource once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads a space-separated list. What is not a resource scope that we know is left out (RFC 6749 §3.3
    /// lets a server grant less than was asked).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::of(text.split_ascii_whitespace().filter_map(scope).collect())
    }

    /// Reads a list of which every part must be understood: for registering a client.
    ///
    /// # Errors
    /// The first part that is not a scope.
    pub fn parse_all(text: &str) -> Result<Self, String> {
        let scopes = text
            .split_ascii_whitespace()
            .map(|word| scope(word).ok_or_else(|| word.to_owned()))
            .collect::<Result<_, _>>()?;
        Ok(Self::of(scopes))
    }

    fn of(mut scopes: Vec<Scope>) -> Self {
        scopes.sort();
        scopes.dedup_by(|later, kept| {
            let same = later.level == kept.level && later.resource == kept.resource;
            if same {
                kept.letters |= later.letters;
            }
            same
        });
        Self(scopes)
    }

    /// True when nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in both: a request cut down to a registration.
    #[must_use]
    pub fn granted(&self, registered: &Self) -> Self {
        let mut both = Vec::new();
        for asked in &self.0 {
            for held in registered.0.iter().filter(|held| held.level == asked.level) {
                let resource = match (&asked.resource, &held.resource) {
                    (a, b) if a == b => a,
                    (None, some) | (some, None) => some,
                    _ => continue,
                };
                let letters = asked.letters & held.letters;
                if letters != 0 {
                    both.push(Scope { level: asked.level, resource: resource.clone(), letters });
                }
            }
        }
        Self::of(both)
    }

    /// What is in either.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// True when all of it is in `other` too.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|scope| {
            let covers = |held: &&Scope| {
                held.level == scope.level && (held.resource.is_none() || held.resource == scope.resource)
            };
            let allowed = other.0.iter().filter(covers).fold(0, |letters, held| letters | held.letters);
            scope.letters & !allowed == 0
        })
    }

    /// True when a `system/` scope allows `interaction` on `resource` (a FHIR type name).
    #[must_use]
    pub fn allows(&self, resource: &str, interaction: Interaction) -> bool {
        self.allows_at(Level::System, resource, interaction)
    }

    /// True when a scope of `level` allows `interaction` on `resource`.
    #[must_use]
    pub fn allows_at(&self, level: Level, resource: &str, interaction: Interaction) -> bool {
        self.0.iter().any(|scope| {
            scope.level == level
                && scope.resource.as_deref().is_none_or(|named| named == resource)
                && scope.letters & interaction as u8 != 0
        })
    }
}

fn scope(word: &str) -> Option<Scope> {
    let (level, rest) = word.split_once('/')?;
    let level = match level {
        "system" => Level::System,
        "patient" => Level::Patient,
        "user" => Level::User,
        _ => return None,
    };
    let (resource, doing) = rest.split_once('.')?;
    let resource = match resource {
        "*" => None,
        name if name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            Some(name.to_owned())
        }
        _ => return None,
    };
    let letters = match doing {
        "read" => Interaction::Read as u8 | Interaction::Search as u8,
        "write" => Interaction::Create as u8 | Interaction::Update as u8 | Interaction::Delete as u8,
        "*" => 31,
        _ => cruds(doing)?,
    };
    Some(Scope { level, resource, letters })
}

/// Letters of `cruds`, each at most once and in this order, as the specification demands.
fn cruds(text: &str) -> Option<u8> {
    let mut letters = 0u8;
    for c in text.chars() {
        let bit = LETTERS.iter().find(|(letter, _)| *letter == c)?.1 as u8;
        if letters >= bit {
            return None;
        }
        letters |= bit;
    }
    (letters != 0).then_some(letters)
}

impl fmt::Display for Scopes {
    /// Version 2 grammar, space-separated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{}/{}.", scope.level.word(), scope.resource.as_deref().unwrap_or("*"))?;
            for (letter, interaction) in LETTERS {
                if scope.letters & interaction as u8 != 0 {
                    write!(f, "{letter}")?;
                }
            }
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&std::borrow::Cow::<str>::deserialize(d)?))
    }
}
