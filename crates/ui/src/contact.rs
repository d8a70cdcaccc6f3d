//! How people reach the team that runs the service, as the operator's configuration says it.

use maud::{Markup, html};

use crate::words::Words;

/// What the operator says of itself; everything may be empty, and then its pages point to the letter that announces a
/// space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Who runs the service.
    pub name: String,
    /// Postal address, line by line.
    pub address: Vec<String>,
    /// Telephone, as people dial it.
    pub phone: String,
    /// E-mail address of the team.
    pub email: String,
    /// E-mail address of the data protection officer (art. 13, 14 GDPR).
    pub privacy: String,
    /// Who answers for what is published (art. 1-1 LCEN).
    pub publisher: String,
    /// Who hosts the health data (L1111-8 CSP).
    pub host: String,
}

/// Whom a page is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// The team, by telephone, e-mail or letter.
    Team,
    /// Whoever protects the data; the team where nobody is named.
    Privacy,
    /// The body behind the service, as a legal notice names it.
    Body,
}

impl Contact {
    /// Whether it says enough for a page about `whom`: somebody who is named and can be reached.
    pub(crate) fn knows(&self, whom: Whom) -> bool {
        let reached = !self.phone.is_empty() || !self.email.is_empty() || !self.address.is_empty();
        match whom {
            Whom::Team => reached,
            Whom::Privacy => reached || !self.privacy.is_empty(),
            Whom::Body => reached && !self.name.is_empty(),
        }
    }

    /// The lines that people read.
    pub(crate) fn show(&self, words: &Words, whom: Whom) -> Markup {
        let email = match whom {
            Whom::Privacy if !self.privacy.is_empty() => &self.privacy,
            _ => &self.email,
        };
        // A number is not broken at the end of a line.
        let phone = self.phone.replace(' ', "\u{a0}");
        let digits: String = self.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        html! {
            p {
                @if !self.name.is_empty() { strong { (self.name) } br; }
                @for line in &self.address { (line) br; }
                @if !self.phone.is_empty() {
                    (words.t("about-contact-phone")) " " a.ds-link href={ "tel:" (digits) } { (phone) } br;
                }
                @if !email.is_empty() {
                    (words.t("about-contact-email")) " " a.ds-link href={ "mailto:" (email) } { (email) } br;
                }
                @if whom == Whom::Body {
                    @for (key, said) in [("about-contact-publisher", &self.publisher), ("about-contact-host", &self.host)] {
                        @if !said.is_empty() { (words.t(key)) " " (said) br; }
                    }
                }
            }
        }
    }
}
