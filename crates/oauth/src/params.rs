//! Parameters of a query or form, under the rules of RFC 6749 §3.1: an empty one counts as left out, none may come
//! twice, unknown ones are ignored.

use crate::error::Denial;

/// What was sent, in order.
#[derive(Clone, Copy, Debug)]
pub struct Params<'a>(&'a [(String, String)]);

impl<'a> Params<'a> {
    /// Parameters as the door read them.
    ///
    /// # Errors
    /// `invalid_request` when one comes twice.
    pub fn new(pairs: &'a [(String, String)]) -> Result<Self, Denial> {
        for (n, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().skip(n + 1).any(|(other, _)| other == name) {
                return Err(Denial::request(format!("{} is given twice", plain(name))));
            }
        }
        Ok(Self(pairs))
    }

    /// The same without the check, to find out where an error may be sent.
    #[must_use]
    pub fn unchecked(pairs: &'a [(String, String)]) -> Self {
        Self(pairs)
    }

    /// The value of `name`, when it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The value of `name` as text of its own; empty when it has none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// The value of `name`, which must be there.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn needed(&self, name: &str) -> Result<&'a str, Denial> {
        self.get(name).ok_or_else(|| Denial::request(format!("{name} is missing")))
    }
}

/// A foreign word in a sentence of ours: what is not plain ASCII is left out, and so is what is long.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.:".contains(*c)).take(40).collect()
}
