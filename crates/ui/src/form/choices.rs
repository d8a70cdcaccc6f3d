//! Choosing one or several of a few things.

use std::borrow::Cow;

use maud::{Markup, html};

use super::Filled;
use super::question::{Asked, Control, Question};

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
pub type Choices<'a> = Question<'a, Offered<'a>>;

/// What there is to choose, and how it looks.
#[derive(Clone, Debug)]
pub struct Offered<'a> {
    kind: Kind,
    choices: Vec<Choice<'a>>,
}

/// One of many, folded: for more than about seven choices. It starts with an empty choice.
pub fn select<'a>(name: &'a str, label: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    Question::new(name, label, Offered { kind: Kind::Select, choices: of })
}

/// One of a few, all visible.
pub fn radios<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    Question::new(name, legend, Offered { kind: Kind::Radios, choices: of })
}

/// Any of a few.
pub fn checkboxes<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>, of: Vec<Choice<'a>>) -> Choices<'a> {
    Question::new(name, legend, Offered { kind: Kind::Checkboxes, choices: of })
}

/// A single box to tick: `yes` is sent under `name`. It carries its own error.
#[must_use]
pub fn checkbox(name: &str, label: &str, hint: Option<&str>, filled: &Filled) -> Markup {
    let asked = Asked::new(name, label, filled).hint(hint);
    html! {
        div.ds-field {
            input.ds-input type="checkbox" id=(asked.id) name=(name) value="yes" checked[filled.has(name, "yes")]
                aria-describedby=[asked.described_by()] aria-invalid=[asked.invalid()];
            label.ds-label for=(asked.id) { (label) }
            (asked.hint_and_error(filled))
        }
    }
}

impl Control for Offered<'_> {
    fn show(&self, asked: &Asked<'_>, filled: &Filled) -> Markup {
        match self.kind {
            Kind::Select => asked.one(filled, self.options(asked, filled)),
            Kind::Radios => asked.group(filled, "choices", self.boxes("radio", asked, filled)),
            Kind::Checkboxes => asked.group(filled, "choices", self.boxes("checkbox", asked, filled)),
        }
    }
}

impl Offered<'_> {
    fn options(&self, asked: &Asked<'_>, filled: &Filled) -> Markup {
        html! {
            select.ds-input id=(asked.id) name=(asked.name) required[!asked.optional]
                aria-describedby=[asked.described_by()] aria-invalid=[asked.invalid()] {
                option value="" { (filled.words().t(if asked.optional { "form-select-any" } else { "form-select" })) }
                @for choice in &self.choices {
                    option value=(choice.value) selected[filled.has(asked.name, &choice.value)] { (choice.label) }
                }
            }
        }
    }

    fn boxes(&self, kind: &str, asked: &Asked<'_>, filled: &Filled) -> Markup {
        html! {
            @for (i, choice) in self.choices.iter().enumerate() {
                @let id = if i == 0 { asked.id.clone() } else { format!("{}-{i}", asked.id) };
                div.ds-field {
                    input.ds-input type=(kind) id=(id) name=(asked.name) value=(choice.value)
                        checked[filled.has(asked.name, &choice.value)]
                        required[kind == "radio" && !asked.optional]
                        aria-describedby=[choice.hint.as_ref().map(|_| format!("{id}-more"))]
                        aria-invalid=[asked.invalid().filter(|_| kind == "checkbox")];
                    label.ds-label for=(id) { (choice.label) }
                    @if let Some(hint) = &choice.hint { p data-field="description" id={ (id) "-more" } { (hint) } }
                }
            }
        }
    }
}
