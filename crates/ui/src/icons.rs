//! A few line drawings of our own. They repeat what the words beside them say, so they are hidden from
//! assistive technology.

use maud::{Markup, PreEscaped, html};

/// A drawing on a 24 × 24 grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Home.
    Home,
    /// A written document.
    Document,
    /// A laboratory report.
    Flask,
    /// A prescription or a medicine.
    Pill,
    /// A picture or imaging.
    Image,
    /// A letter.
    Letter,
    /// A vaccination.
    Syringe,
    /// A hospital stay.
    Hospital,
    /// One person.
    Person,
    /// Several people.
    People,
    /// Looking: the journal.
    Eye,
    /// Signing in.
    Key,
    /// Language.
    Globe,
    /// Searching.
    Search,
    /// Opposing, refusing.
    Hand,
    /// Printing.
    Print,
    /// Downloading.
    Download,
    /// Adding.
    Plus,
    /// Nothing here yet.
    Empty,
    /// Done.
    Check,
    /// Going on.
    Arrow,
    /// A telephone with an app on it.
    App,
}

impl Icon {
    /// The drawing, in the colour of the text around it.
    #[must_use]
    pub fn svg(self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(self.path()); }
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11.5 12 4.500l8 7M6 10v9.500h12V10M10 19.500v-5h4v5",
            Self::Document => "M7 3.500h7l4 4v13H7zM14 3.500v4h4M10 12h5M10 15.500h5",
            Self::Flask => {
                "M9.500 3.500h5M10.500 3.500v6L5.500 18a1.700 1.700 0 0 0 1.500 2.500h10a1.700 1.700 0 0 0 1.500-2.500l-5-8.500v-6M8 15h8"
            }
            Self::Pill => "M10.500 19.500a4.240 4.240 0 0 1-6-6l9-9a4.240 4.240 0 0 1 6 6zM9 9l6 6",
            Self::Image => "M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15.500 9.500h.01",
            Self::Letter => "M3.500 6h17v12.500h-17zM3.500 7l8.500 6.500L20.500 7",
            Self::Syringe => {
                "M14.500 4.500l5 5M17 7l-8.500 8.500-3.500.500.500-3.500L14 4M17 2.500l4.500 4.500M5.500 15.500l-3 6M10 9l2 2"
            }
            Self::Hospital => "M5 20.500v-16h14v16M3 20.500h18M12 7.500v5M9.500 10h5M10 20.500v-4h4v4",
            Self::Person => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.500 20.500c.500-4 3.500-6 7.500-6s7 2 7.500 6"
            }
            Self::People => {
                "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M2.500 19.500c.400-3.500 3-5 6.500-5s6.100 1.500 6.500 5M15.500 4.800a3.500 3.500 0 0 1 0 6.400M18 14.800c2 .700 3.200 2.200 3.500 4.700"
            }
            Self::Eye => {
                "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6"
            }
            Self::Key => "M8 15.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 11.500h9v3M17.500 11.500v2.500",
            Self::Globe => {
                "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17M3.500 12h17M12 3.500c-5 5-5 12 0 17 5-5 5-12 0-17"
            }
            Self::Search => "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13M15.500 15.500l5 5",
            Self::Hand => "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17M6 6l12 12",
            Self::Print => "M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z",
            Self::Download => "M12 3.500v12M7 11l5 5 5-5M4 20.500h16",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Empty => "M4 13l3-8h10l3 8v6H4zM4 13h5l1.500 2.500h3L15 13h5",
            Self::Check => "M5 12.500l5 5 9-10.500",
            Self::Arrow => "M5 12h14M13 6l6 6-6 6",
            Self::App => "M7.500 3h9v18h-9zM7.500 6h9M7.500 17h9M11.500 19h1",
        }
    }
}

/// The mark of the house: a booklet with a cross.
pub(crate) fn mark() -> Markup {
    PreEscaped(
        "<svg class=\"mark\" viewBox=\"0 0 32 32\" aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"cover\" width=\"32\" height=\"32\" rx=\"7\"/>\
         <path class=\"leaf\" d=\"M9 7h11.500A2.500 2.500 0 0 1 23 9.500v13a2.500 2.500 0 0 1-2.500 2.500H9z\"/>\
         <path class=\"line\" d=\"M12.500 7v18M18 12.500v6M15 15.500h6\"/></svg>"
            .to_owned(),
    )
}
