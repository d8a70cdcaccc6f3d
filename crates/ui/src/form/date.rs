//! A date as three fields.
//!
//! Three text fields, not the browser's picker: a picker makes a birth date of 1951 a journey of hundreds of
//! steps, is read aloud differently by every browser, and asks for a format that is not the page's language.
//! People know their date by heart and type it (GOV.UK Design System, "Date input", reports the same).

use std::borrow::Cow;

use maud::{Markup, html};

use super::question::{Asked, Control, Question};
use super::{Filled, field_id};

/// A date; read by [`Filled::date`].
pub type DateField<'a> = Question<'a, DayMonthYear>;

/// Day, month and year; sent as `<name>-day`, `<name>-month`, `<name>-year`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DayMonthYear {
    birthday: bool,
}

/// A date that people know or read off a paper. Unless it is her own [birthday](DateField::birthday), no browser fills
/// it in: at a desk, the day before belongs to somebody else.
pub fn date<'a>(name: &'a str, legend: impl Into<Cow<'a, str>>) -> DateField<'a> {
    Question::new(name, legend, DayMonthYear::default())
}

impl DateField<'_> {
    /// The visitor's own birth date, which her browser may fill in.
    #[must_use]
    pub fn birthday(self) -> Self {
        self.with(|control| control.birthday = true)
    }
}

impl Control for DayMonthYear {
    fn show(&self, asked: &Asked<'_>, filled: &Filled) -> Markup {
        let part = |which: &str, size: u8, autofill: &'static str| {
            let name = format!("{}-{which}", asked.name);
            // The first control bears the field's own id, so that the error summary leads to it.
            let id = if which == "day" { asked.id.clone() } else { field_id(&name) };
            html! {
                div.ds-field {
                    label.ds-label for=(id) { (filled.words().t(&format!("form-date-{which}"))) }
                    input.ds-input type="text" id=(id) name=(name) value=(filled.value(&name))
                        size=(size) maxlength=(size) inputmode="numeric" required[!asked.optional]
                        autocomplete=(if self.birthday { autofill } else { "off" }) aria-invalid=[asked.invalid()];
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
        asked.group(filled, "date", parts)
    }
}
