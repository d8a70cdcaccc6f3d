//! Choosing one or several of a few things.

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Around, Filled, field_id};

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: Cow<'a, str>,
    /// What is read.
    pub label: Cow<'a, str>,
    /// A sentence below it; not shown in a `select`.
    pub hint: Option<Cow<'a, str>>,
}

impl<'a> Choice<'a> {
    /// A choice without a hint.
    pub fn new(value: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// The same with a sentence below it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Select,
    Radios,
    Checkboxes,
}

/// A question with the choices it has.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    kind: Kind,
    name: &'a str,
    label: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    choices: Vec<Choice<'a>>,
    optional: bool,
}

fn choices<'a>(kind: Kind, name: &'a str, label: Cow<'a, str>, choices: Vec<Choice<'a>>) -> Choices<'a> {
    Choices { kind, name, label, hint: None, choices, optional: false }
}

/// One of many, folded: for more than about seven choices. It starts with an empty choice.
pub fn select<'a>(name: &'a str, label: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    choices(Kind::Select, name, label.into(), of)
}

/// One of a few, all visible.
pub fn radios<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    choices(Kind::Radios, name, legend.into(), of)
}

/// Any of a few.
pub fn checkboxes<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    choices(Kind::Checkboxes, name, legend.into(), of)
}

/// A single box to tick: `yes` is sent under `name`. It carries its own error.
#[must_use]
pub fn checkbox(name: &str, label: &str, hint: Option<&str>, filled: &Filled) -> Markup {
    let id = field_id(name);
    let around = Around { id: &id, label, hint, optional: false, error: filled.error(name) };
    html! {
        div.ds-field {
            input.ds-input type="checkbox" id=(id) name=(name) value="yes" checked[filled.has(name, "yes")]
                aria-describedby=[around.described_by()] aria-invalid=[around.error.map(|_| "true")];
            label.ds-label for=(id) { (label) }
            (around.hint_and_error(filled))
        }
    }
}

impl<'a> Choices<'a> {
    /// A sentence below the question.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// May stay unanswered; the question says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The question with what was chosen and what is wrong with it.
    #[must_use]
    pub fn show(&self, filled: &Filled) -> Markup {
        let id = field_id(self.name);
        let around = Around {
            id: &id,
            label: &self.label,
            hint: self.hint.as_deref(),
            optional: self.optional,
            error: filled.error(self.name),
        };
        match self.kind {
            Kind::Select => around.show(filled, self.options(&around, filled)),
            Kind::Radios => around.show_group(filled, "choices", self.boxes("radio", &around, filled)),
            Kind::Checkboxes => around.show_group(filled, "choices", self.boxes("checkbox", &around, filled)),
        }
    }

    fn options(&self, around: &Around<'_>, filled: &Filled) -> Markup {
        html! {
            select.ds-input id=(around.id) name=(self.name) required[!self.optional]
                aria-describedby=[around.described_by()] aria-invalid=[around.error.map(|_| "true")] {
                option value="" { (filled.words().t(if self.optional { "form-select-any" } else { "form-select" })) }
                @for choice in &self.choices {
                    option value=(choice.value) selected[filled.has(self.name, &choice.value)] { (choice.label) }
                }
            }
        }
    }

    fn boxes(&self, kind: &str, around: &Around<'_>, filled: &Filled) -> Markup {
        html! {
            @for (i, choice) in self.choices.iter().enumerate() {
                @let id = if i == 0 { around.id.to_owned() } else { format!("{}-{i}", around.id) };
                div.ds-field {
                    input.ds-input type=(kind) id=(id) name=(self.name) value=(choice.value)
                        checked[filled.has(self.name, &choice.value)]
                        required[kind == "radio" && !self.optional]
                        aria-describedby=[choice.hint.as_ref().map(|_| format!("{id}-more"))]
                        aria-invalid=[around.error.filter(|_| kind == "checkbox").map(|_| "true")];
                    label.ds-label for=(id) { (choice.label) }
                    @if let Some(hint) = &choice.hint { p data-field="description" id={ (id) "-more" } { (hint) } }
                }
            }
        }
    }
}
