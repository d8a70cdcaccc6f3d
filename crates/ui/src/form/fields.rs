//! Fields that take a line or a paragraph of text.

use std::borrow::Cow;

use maud::{Markup, html};

use super::Filled;
use super::question::{Asked, Control, Question};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Email,
    Tel,
    Search,
    Code,
    Textarea,
}

/// A field for text.
pub type Field<'a> = Question<'a, Written<'a>>;

/// What is written into a field, and how much.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written<'a> {
    kind: Kind,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    width: Option<u8>,
    max: Option<u32>,
}

fn field<'a>(kind: Kind, name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    Question::new(name, label, Written { kind, ..Written::default() })
}

/// One line of text.
pub fn text<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Text, name, label)
}

/// An e-mail address.
pub fn email<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Email, name, label).autocomplete("email")
}

/// A telephone number.
pub fn tel<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Tel, name, label).autocomplete("tel")
}

/// Something to search for.
pub fn search<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Search, name, label)
}

/// A code copied from a letter or a message: large letters, no correction, offered by phones that saw it.
/// What was typed comes back like everything else, since nobody finds one wrong letter in an empty field.
pub fn code<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Code, name, label).autocomplete("one-time-code")
}

/// Several lines of text.
pub fn textarea<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    field(Kind::Textarea, name, label)
}

impl<'a> Field<'a> {
    /// What the browser may fill in (WCAG 1.3.5): `family-name`, `given-name`, `bday` …
    #[must_use]
    pub fn autocomplete(self, token: &'a str) -> Self {
        self.with(|written| written.autocomplete = Some(token))
    }

    /// Digits only: phones show their number pad.
    #[must_use]
    pub fn digits(self) -> Self {
        self.with(|written| written.inputmode = Some("numeric"))
    }

    /// As wide as about `characters`, which tells how much is expected.
    #[must_use]
    pub fn width(self, characters: u8) -> Self {
        self.with(|written| written.width = Some(characters))
    }

    /// At most so many characters.
    #[must_use]
    pub fn max(self, characters: u32) -> Self {
        self.with(|written| written.max = Some(characters))
    }
}

impl Control for Written<'_> {
    fn show(&self, asked: &Asked<'_>, filled: &Filled) -> Markup {
        let value = filled.value(asked.name);
        let control = if self.kind == Kind::Textarea {
            html! {
                textarea.ds-input id=(asked.id) name=(asked.name) rows="5" maxlength=[self.max] required[!asked.optional]
                    aria-describedby=[asked.described_by()] aria-invalid=[asked.invalid()] autocomplete=[self.autocomplete] {
                    (value)
                }
            }
        } else {
            let code = self.kind == Kind::Code;
            html! {
                input.ds-input.code-input[code] type=(self.input_type()) id=(asked.id) name=(asked.name) value=(value)
                    size=[self.width] maxlength=[self.max] required[!asked.optional]
                    inputmode=[self.inputmode] autocomplete=[self.autocomplete]
                    autocapitalize=[code.then_some("characters")] spellcheck=[code.then_some("false")]
                    aria-describedby=[asked.described_by()] aria-invalid=[asked.invalid()];
            }
        };
        asked.one(filled, control)
    }
}

impl Written<'_> {
    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Tel => "tel",
            Kind::Search => "search",
            Kind::Text | Kind::Code | Kind::Textarea => "text",
        }
    }
}
