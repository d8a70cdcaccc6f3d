//! What every question of a form has, whatever answers it: a name, a label, perhaps a hint, and its error.

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Filled, field_id};

/// A question, and the control that takes its answer. It must be answered unless it is [`Self::optional`].
#[derive(Clone, Debug)]
pub struct Question<'a, C> {
    name: &'a str,
    label: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    optional: bool,
    control: C,
}

/// What takes an answer.
pub trait Control {
    /// The control with its label, with what was typed and what is wrong with it.
    fn show(&self, asked: &Asked<'_>, filled: &Filled) -> Markup;
}

impl<'a, C> Question<'a, C> {
    pub(super) fn new(name: &'a str, label: impl Into<Cow<'a, str>>, control: C) -> Self {
        Self { name, label: label.into(), hint: None, optional: false, control }
    }

    /// A sentence below the label: what is wanted, where to find it; an example helps (`Par exemple, 27 3 1979`).
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// May stay unanswered; the label says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same with another control.
    pub(super) fn with(mut self, change: impl FnOnce(&mut C)) -> Self {
        change(&mut self.control);
        self
    }
}

impl<C: Control> Question<'_, C> {
    /// The question with what was typed or chosen and what is wrong with it.
    #[must_use]
    pub fn show(&self, filled: &Filled) -> Markup {
        let asked =
            Asked::new(self.name, &self.label, filled).hint(self.hint.as_deref()).optional(self.optional);
        self.control.show(&asked, filled)
    }
}

/// Label, hint, error and control of one question, in the order in which they are read.
#[derive(Debug)]
pub struct Asked<'a> {
    pub(super) id: String,
    pub(super) name: &'a str,
    pub(super) optional: bool,
    label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(name: &'a str, label: &'a str, filled: &'a Filled) -> Self {
        Self { id: field_id(name), name, optional: false, label, hint: None, error: filled.error(name) }
    }

    pub(super) fn hint(self, hint: Option<&'a str>) -> Self {
        Self { hint, ..self }
    }

    fn optional(self, optional: bool) -> Self {
        Self { optional, ..self }
    }

    /// What `aria-describedby` names: hint and error, when they are there.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.id));
        let error = self.error.map(|_| format!("{}-error", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    /// What `aria-invalid` says.
    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    pub(super) fn hint_and_error(&self, filled: &Filled) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p data-field="description" id={ (self.id) "-hint" } { (hint) } }
            @if let Some(error) = self.error {
                p.ds-validation-message data-field="validation" id={ (self.id) "-error" } {
                    span.ds-sr-only { (filled.words().t("form-error-prefix")) " " } (error)
                }
            }
        }
    }

    fn label_text(&self, filled: &Filled) -> Markup {
        html! {
            (self.label)
            @if self.optional { " " span.optional { (filled.words().t("form-optional")) } }
        }
    }

    /// One control with its `label`.
    pub(super) fn one(&self, filled: &Filled, control: Markup) -> Markup {
        html! {
            div.ds-field {
                label.ds-label for=(self.id) { (self.label_text(filled)) }
                (self.hint_and_error(filled))
                (control)
            }
        }
    }

    /// Several controls with their `legend`.
    pub(super) fn group(&self, filled: &Filled, class: &str, controls: Markup) -> Markup {
        html! {
            fieldset class={ "ds-fieldset " (class) } aria-describedby=[self.described_by()] {
                legend.ds-label { (self.label_text(filled)) }
                (self.hint_and_error(filled))
                (controls)
            }
        }
    }
}
