//! What is told at once, what may wait for the next message, and what is an address. Pure.

use kernel::Instant;

use super::model::Wishes;

/// Between two messages about what may wait, in microseconds: who opens ten documents writes one line of mail.
pub const BETWEEN: i64 = 3600 * Instant::SECOND;

/// What is new in a journal, as its owner sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// A professional looked who never had before.
    pub first_access: bool,
    /// Somebody came in in an emergency.
    pub emergency: bool,
    /// The team has answered something.
    pub answer: bool,
    /// What lets her in has changed, or a printed code was used: whoever did it in her name may not be she.
    pub keys: bool,
    /// Somebody else looked.
    pub accesses: bool,
    /// Somebody else added something.
    pub documents: bool,
}

/// How soon she is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Not at all.
    None,
    /// With the next message, at most one in [`BETWEEN`].
    Later,
    /// Now.
    AtOnce,
}

impl News {
    /// How soon this is told to somebody who wishes so and can be reached. An emergency, a professional's first access,
    /// an answer and a change of what lets her in are told at once whatever else she chose.
    #[must_use]
    pub fn weight(&self, wishes: Wishes) -> Weight {
        if self.emergency || self.first_access || self.answer || self.keys {
            Weight::AtOnce
        } else if (self.accesses && wishes.accesses) || (self.documents && wishes.documents) {
            Weight::Later
        } else {
            Weight::None
        }
    }
}

/// What somebody typed as an e-mail address, if it can be one: one `@`, a domain with a dot, nothing that a mail
/// header would take for something else. Whether it is hers, only the code can tell (RFC 5321 §4.5.3.1 for lengths).
#[must_use]
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (local, domain) = typed.rsplit_once('@')?;
    let plain = |c: char| {
        c.is_ascii_graphic()
            && !matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '@' | '[' | ']' | '\\')
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let fits = (1..=64).contains(&local.len())
        && typed.len() <= 254
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label);
    fits.then(|| format!("{local}@{}", domain.to_ascii_lowercase()))
}
