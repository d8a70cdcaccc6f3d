//! The state of a form: what was typed, and what is wrong with it.

use jiff::civil::Date;
use kernel::Refusal;

use crate::refusal;
use crate::words::Words;

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name; `None` for what is wrong with the form as a whole.
    pub field: Option<String>,
    /// What to do, as a sentence: `Indiquez votre date de naissance`.
    pub message: String,
}

/// What a person typed into a form, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Filled {
    words: &'static Words,
    values: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl Filled {
    /// A form that nobody has touched.
    #[must_use]
    pub fn empty(words: &'static Words) -> Self {
        Self { words, values: Vec::new(), problems: Vec::new() }
    }

    /// A form as it was sent: its fields in order, a name once per value.
    #[must_use]
    pub fn sent(words: &'static Words, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { words, values: fields.into_iter().collect(), problems: Vec::new() }
    }

    /// The same with a first value, for forms that change something that exists.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The same with a first date, for [`crate::form::date()`].
    #[must_use]
    pub fn with_date(self, name: &str, date: Date) -> Self {
        self.with(&format!("{name}-day"), date.day().to_string())
            .with(&format!("{name}-month"), date.month().to_string())
            .with(&format!("{name}-year"), date.year().to_string())
    }

    /// The same with the issues of a refusal: an issue whose path is the name of a field stands at that field.
    #[must_use]
    pub fn refused(mut self, refusal: &Refusal) -> Self {
        for issue in &refusal.issues {
            let message = refusal::sentence(self.words, issue).into_owned();
            self.problems.push(Problem { field: issue.path.clone(), message });
        }
        if refusal.issues.is_empty() {
            self.problems.push(Problem { field: None, message: self.words.t("refusal-fault").into_owned() });
        }
        self
    }

    /// Notes what is wrong with a field.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(Problem { field: Some(field.to_owned()), message: message.into() });
    }

    /// The language of the form.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// What was typed, without spaces around it; empty when the field is missing.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// What was typed, or `None` when nothing was.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.is_empty())
    }

    /// Every value sent under `name`: ticked boxes.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// True when `value` was sent under `name`.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|v| v == value)
    }

    /// The date typed into the three fields of [`crate::form::date()`]: `Ok(None)` when all are empty, `Err` when
    /// they are no date. Two-digit years are not guessed.
    ///
    /// # Errors
    /// The sentence to show at the field.
    pub fn date(&self, name: &str) -> Result<Option<Date>, String> {
        let said = |code: &str| self.words.t(code).into_owned();
        self.read_date(name).map_err(said)
    }

    /// The same date where there must be one, for rooms that refuse with a code; `missing` is the code of three empty
    /// fields.
    ///
    /// # Errors
    /// The code to refuse with, which [`refusal::sentence`] knows.
    pub fn date_or(&self, name: &str, missing: &'static str) -> Result<Date, &'static str> {
        self.read_date(name)?.ok_or(missing)
    }

    fn read_date(&self, name: &str) -> Result<Option<Date>, &'static str> {
        let part = |which: &str| self.value(&format!("{name}-{which}"));
        let (day, month, year) = (part("day"), part("month"), part("year"));
        match (day.is_empty(), month.is_empty(), year.is_empty()) {
            (true, true, true) => return Ok(None),
            (true, ..) => return Err("form-date-missing-day"),
            (_, true, _) => return Err("form-date-missing-month"),
            (.., true) => return Err("form-date-missing-year"),
            (false, false, false) => {}
        }
        if year.len() != 4 {
            return Err("form-date-year-short");
        }
        let date = match (year.parse(), month.parse(), day.parse()) {
            (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).ok(),
            _ => None,
        };
        date.map(Some).ok_or("form-date-none")
    }

    /// The same with its problems in the order in which these fields stand on the page: the summary is read from the
    /// top, and its first link is followed first.
    #[must_use]
    pub fn in_order_of(mut self, fields: &[&str]) -> Self {
        let place = |problem: &Problem| {
            let of = |name: &str| fields.iter().position(|field| *field == name);
            problem.field.as_deref().and_then(of).unwrap_or(fields.len())
        };
        self.problems.sort_by_key(place);
        self
    }

    /// What is wrong with a field, first problem first.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|p| p.field.as_deref() == Some(name)).map(|p| p.message.as_str())
    }

    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// True when something is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.problems.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{Issue, Language, Refusal};

    use super::Filled;
    use crate::words::Words;

    fn typed(fields: &[(&str, &str)]) -> Filled {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Filled::sent(Words::of(Language::En), fields)
    }

    #[test]
    fn three_fields_are_a_date_or_say_why_not() {
        let read = |d, m, y| typed(&[("b-day", d), ("b-month", m), ("b-year", y)]).date("b");
        assert_eq!(read("", "", " "), Ok(None));
        assert_eq!(read("27", "03", "1979"), Ok(Some(date(1979, 3, 27))));
        assert_eq!(read(" 1", "1 ", "2000"), Ok(Some(date(2000, 1, 1))));
        for (d, m, y) in [
            ("30", "2", "1979"),
            ("1", "", "1979"),
            ("1", "1", "79"),
            ("x", "1", "1979"),
            ("1", "13", "1979"),
        ] {
            let sentence = read(d, m, y).expect_err("no date");
            assert!(!sentence.contains('⟦'), "{sentence}");
        }
    }

    #[test]
    fn a_date_that_a_room_refuses_says_which_part_to_mend() {
        let read = |d, m, y| {
            typed(&[("b-day", d), ("b-month", m), ("b-year", y)]).date_or("b", "episode-from").err()
        };
        let words = Words::of(Language::Fr);
        for (code, sentence) in [
            (read("", "", ""), "Indiquez le premier jour"),
            (read("", "2", "2026"), "Indiquez le jour"),
            (read("31", "2", "2026"), "Cette date n’existe pas : vérifiez le jour, le mois et l’année"),
        ] {
            let issue = Issue { code: code.unwrap(), path: None, diagnostics: "".into() };
            assert_eq!(crate::refusal::sentence(words, &issue).replace('\u{a0}', " "), sentence);
        }
        assert_eq!(read("1", "2", "2026"), None);
    }

    #[test]
    fn the_summary_goes_down_the_page() {
        let mut form = typed(&[]);
        for field in ["c", "z", "a"] {
            form.wrong(field, field);
        }
        let form = form.in_order_of(&["a", "b", "c"]);
        let order: Vec<&str> = form.problems().iter().map(|p| p.message.as_str()).collect();
        assert_eq!(order, ["a", "c", "z"]);
    }

    #[test]
    fn a_refusal_stands_at_its_field_and_nothing_typed_is_lost() {
        let refusal = Refusal::invalid_all(vec![
            Issue { code: "not-found", path: Some("title".into()), diagnostics: "x".into() },
            Issue { code: "never-heard-of", path: None, diagnostics: "In English.".into() },
        ]);
        let form = typed(&[("title", " Blood test ")]).refused(&refusal);
        assert_eq!(form.value("title"), "Blood test");
        assert!(form.error("title").is_some());
        assert_eq!(form.problems().len(), 2);
        assert!(form.problems().iter().all(|p| !p.message.contains('⟦')));
    }
}
