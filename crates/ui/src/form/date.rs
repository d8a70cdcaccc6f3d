//! A date as three fields.
//!
//! Three text fields, not the browser's picker: a picker makes a birth date of 1951 a journey of hundreds of
//! steps, is read aloud differently by every browser, and asks for a format that is not the page's language.
//! People know their date by heart and type it (GOV.UK Design System, "Date input", reports the same).

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Around, Filled, field_id};

/// Day, month and year; sent as `<name>-day`, `<name>-month`, `<name>-year`; read by [`Filled::date`].
#[derive(Clone, Debug)]
pub struct DateField<'a> {
    name: &'a str,
    legend: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    optional: bool,
    birthday: bool,
}

/// A date that people know or read off a paper.
pub fn date<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>) -> DateField<'a> {
    DateField { name, legend: legend.into(), hint: None, optional: false, birthday: false }
}

impl<'a> DateField<'a> {
    /// A sentence below the legend; an example date helps: `Par exemple, 27 3 1979`.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// May stay empty; the legend says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The visitor's own birth date, which her browser may fill in.
    #[must_use]
    pub fn birthday(mut self) -> Self {
        self.birthday = true;
        self
    }

    /// The three fields with what was typed and what is wrong with it.
    #[must_use]
    pub fn show(&self, filled: &Filled) -> Markup {
        let id = field_id(self.name);
        let error = filled.error(self.name);
        let around = Around {
            id: &id,
            label: &self.legend,
            hint: self.hint.as_deref(),
            optional: self.optional,
            error,
        };
        let part = |which: &str, size: u8, autofill: &'static str| {
            let part_name = format!("{}-{which}", self.name);
            // The first control bears the field's own id, so that the error summary leads to it.
            let part_id = if which == "day" { id.clone() } else { field_id(&part_name) };
            html! {
                div.ds-field {
                    label.ds-label for=(part_id) { (filled.words().t(&format!("form-date-{which}"))) }
                    input.ds-input type="text" id=(part_id) name=(part_name) value=(filled.value(&part_name))
                        size=(size) maxlength=(size) inputmode="numeric" required[!self.optional]
                        autocomplete=[self.birthday.then_some(autofill)] aria-invalid=[error.map(|_| "true")];
                }
            }
        };
        let parts = html! {
            div.date-parts {
                (part("day", 2, "bday-day"))
                (part("month", 2, "bday-month"))
                (part("year", 4, "bday-year"))
            }
        };
        around.show_group(filled, "date", parts)
    }
}
