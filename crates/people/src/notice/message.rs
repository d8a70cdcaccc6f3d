//! The messages that leave the house. They are made from the service's name, its address and, once, a code: nothing of
//! the space is given to these functions, so nothing of it can be in their words.

use kernel::Language;
use ui::Words;

/// The service, as messages name it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What the service is called.
    pub name: &'a str,
    /// Where it is, without slash at the end.
    pub origin: &'a str,
}

/// A message as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The one address it goes to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text; lines end with `\n`.
    pub text: String,
}

/// Something is new, and where to sign in: the same words for everything that can happen.
#[must_use]
pub fn news(to: &str, language: Language, site: &Site<'_>) -> Message {
    let words = Words::of(language);
    let name = ("name", site.name.into());
    let link = format!("{}{}", site.origin, ui::menu::SIGN_IN);
    Message {
        to: to.to_owned(),
        subject: words.with("notice-mail-subject", std::slice::from_ref(&name)).into_owned(),
        text: format!("{}\n\n{link}\n", words.with("notice-mail-text", &[name])),
    }
}

/// The code that confirms an address.
#[must_use]
pub fn code(to: &str, code: &str, language: Language, site: &Site<'_>) -> Message {
    let words = Words::of(language);
    let name = || ("name", site.name.into());
    Message {
        to: to.to_owned(),
        subject: words.with("notice-code-subject", &[name()]).into_owned(),
        text: format!(
            "{}\n\n{code}\n\n{}\n",
            words.with("notice-code-text", &[name()]),
            words.t("notice-code-not-you")
        ),
    }
}
