//! The messages that leave the house. They are made from the service's name, its address and, once, a code: nothing of
//! a space is given to these functions, so nothing of it can be in their words.

use kernel::Language;
use serde::{Deserialize, Serialize};
use ui::Words;

/// The service, as messages name it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What the service is called.
    pub name: &'a str,
    /// Where it is, without slash at the end.
    pub origin: &'a str,
}

/// Whose space has news, as far as a message may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// The reader's own.
    Own,
    /// That of somebody whom she represents.
    Represented,
}

/// The sentence, which is the same whatever happened and whoever did it.
#[must_use]
pub fn sentence(whose: Whose, language: Language, site: &Site<'_>) -> String {
    let key = match whose {
        Whose::Own => "notice-mail-text",
        Whose::Represented => "notice-represented-text",
    };
    Words::of(language).with(key, &[("name", site.name.into())]).into_owned()
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
pub fn news(to: &str, whose: Whose, language: Language, site: &Site<'_>) -> Message {
    let name = [("name", site.name.into())];
    Message {
        to: to.to_owned(),
        subject: Words::of(language).with("notice-mail-subject", &name).into_owned(),
        text: format!("{}\n\n{}{}\n", sentence(whose, language, site), site.origin, ui::menu::SIGN_IN),
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
