//! Fields that take a line or a paragraph of text.

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Around, Filled, field_id};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Tel,
    Search,
    Code,
    Textarea,
}

/// A field for text. It must be filled unless it is [`Field::optional`].
#[derive(Clone, Debug)]
pub struct Field<'a> {
    kind: Kind,
    name: &'a str,
    label: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    optional: bool,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    width: Option<u8>,
    max: Option<u32>,
}

fn field<'a>(kind: Kind, name: &'a str, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    Field {
        kind,
        name,
        label: label.into(),
        hint: None,
        optional: false,
        autocomplete: None,
        inputmode: None,
        width: None,
        max: None,
    }
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
    /// A sentence below the label: what is wanted, where to find it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// May stay empty; the label says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// What the browser may fill in (WCAG 1.3.5): `family-name`, `given-name`, `bday` …
    #[must_use]
    pub fn autocomplete(mut self, token: &'a str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// Digits only: phones show their number pad.
    #[must_use]
    pub fn digits(mut self) -> Self {
        self.inputmode = Some("numeric");
        self
    }

    /// As wide as about `characters`, which tells how much is expected.
    #[must_use]
    pub fn width(mut self, characters: u8) -> Self {
        self.width = Some(characters);
        self
    }

    /// At most so many characters.
    #[must_use]
    pub fn max(mut self, characters: u32) -> Self {
        self.max = Some(characters);
        self
    }

    /// The field with what was typed and what is wrong with it.
    #[must_use]
    pub fn show(&self, filled: &Filled) -> Markup {
        let id = field_id(self.name);
        let error = filled.error(self.name);
        let around = Around {
            id: &id,
            label: &self.label,
            hint: self.hint.as_deref(),
            optional: self.optional,
            error,
        };
        let described_by = around.described_by();
        let invalid = error.map(|_| "true");
        let value = filled.value(self.name);
        let control = if self.kind == Kind::Textarea {
            html! {
                textarea.ds-input id=(id) name=(self.name) rows="5" maxlength=[self.max] required[!self.optional]
                    aria-describedby=[described_by] aria-invalid=[invalid] autocomplete=[self.autocomplete] {
                    (value)
                }
            }
        } else {
            let code = self.kind == Kind::Code;
            html! {
                input.ds-input.code-input[code] type=(self.input_type()) id=(id) name=(self.name) value=(value)
                    size=[self.width] maxlength=[self.max] required[!self.optional]
                    inputmode=[self.inputmode] autocomplete=[self.autocomplete]
                    autocapitalize=[code.then_some("characters")] spellcheck=[code.then_some("false")]
                    aria-describedby=[described_by] aria-invalid=[invalid];
            }
        };
        around.show(filled, control)
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Tel => "tel",
            Kind::Search => "search",
            Kind::Text | Kind::Code | Kind::Textarea => "text",
        }
    }
}
