//! Forms that cannot be written inaccessibly.
//!
//! A field is made with its name and its label, and shown with the state of its form ([`Filled`]), which holds
//! what the person typed and what is wrong with it: so no field is without a label, none forgets its error,
//! and nothing typed is lost.
//!
//! ```
//! use ui::form::{self, Filled};
//! let words = ui::Words::of(kernel::Language::Fr);
//! let filled = Filled::empty(words);
//! let page = form::post("/documents", &filled, maud::html! {
//!     (form::error_summary(&filled))
//!     (form::text("title", "Titre").hint("Par exemple : prise de sang").show(&filled))
//!     (form::date("date", "Date du document").show(&filled))
//!     (form::submit("Ajouter"))
//! });
//! ```

mod buttons;
mod choices;
mod date;
mod fields;
mod filled;
mod question;
mod upload;

use maud::{Markup, PreEscaped, html};

pub use buttons::{actions, button_link, button_post, danger, quiet_submit, secondary, submit};
pub use choices::{Choice, Choices, checkbox, checkboxes, radios, select};
pub use date::{DateField, date};
pub use fields::{Field, code, email, search, tel, text, textarea};
pub use filled::{Filled, Problem};
pub use question::Question;
pub use upload::{Upload, file};

use crate::page::CSRF_SLOT;

/// A form that changes something: POST, with the visit's CSRF token, checked by the server and not by the
/// browser's own bubbles, which vanish and are not read aloud everywhere.
#[must_use]
pub fn post(action: &str, filled: &Filled, inside: Markup) -> Markup {
    form(action, filled, "application/x-www-form-urlencoded", None, inside)
}

/// The same for files.
#[must_use]
pub fn post_files(action: &str, filled: &Filled, inside: Markup) -> Markup {
    form(action, filled, "multipart/form-data", None, inside)
}

/// The same, and what is typed is kept in the browser's tab until the form has been sent, so that a session
/// that ends in the middle loses nothing. `draft` names it; never for secrets or codes.
#[must_use]
pub fn post_draft(action: &str, draft: &str, filled: &Filled, inside: Markup) -> Markup {
    form(action, filled, "application/x-www-form-urlencoded", Some(draft), inside)
}

/// On the page that follows a success: the draft has become the real thing and is forgotten.
#[must_use]
pub fn draft_done(draft: &str) -> Markup {
    html! { span hidden data-draft-done=(draft) {} }
}

fn form(action: &str, filled: &Filled, enctype: &str, draft: Option<&str>, inside: Markup) -> Markup {
    html! {
        form.form method="post" action=(action) enctype=(enctype) novalidate
            data-draft=[draft] data-refilled[filled.has_errors()] {
            (csrf())
            (inside)
        }
    }
}

/// A form that only asks: GET, so that its answer has an address. For searches and filters.
#[must_use]
pub fn get(action: &str, inside: Markup) -> Markup {
    html! { form.form method="get" action=(action) novalidate { (inside) } }
}

/// A hidden value.
#[must_use]
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Where [`crate::page::shell`] puts the visit's CSRF token; every `post` form of this module has it already.
#[must_use]
pub fn csrf() -> Markup {
    PreEscaped(CSRF_SLOT.to_owned())
}

/// The ceremony of a passkey (`web/src/passkey.js`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// Makes a passkey on this device.
    Register,
    /// Signs in with one.
    SignIn,
}

/// A form that runs a passkey ceremony: the script posts the form's fields as JSON to `options_url`, gives what
/// comes back to the browser, posts the credential as JSON to `finish_url`, and follows `{"location": "/…"}` of
/// the answer. Every request carries the CSRF token in the header `X-Csrf-Token`. A refusal is `{"message": "…"}`.
/// Without JavaScript or without passkeys the form says so in words and shows `otherwise`.
#[must_use]
pub fn passkey(
    ceremony: Ceremony,
    options_url: &str,
    finish_url: &str,
    filled: &Filled,
    inside: Markup,
    otherwise: Markup,
) -> Markup {
    let words = filled.words();
    let kind = match ceremony {
        Ceremony::Register => "register",
        Ceremony::SignIn => "sign-in",
    };
    html! {
        form.form method="post" action=(finish_url) novalidate
            data-passkey=(kind) data-options-url=(options_url) data-finish-url=(finish_url)
            data-cancelled=(words.t("form-passkey-cancelled")) data-failed=(words.t("form-passkey-failed"))
            data-known=(words.t("form-passkey-known")) {
            (csrf())
            div.passkey-ready hidden data-passkey-ready {
                (inside)
                p.form-message role="alert" data-passkey-message {}
            }
            div.passkey-unsupported data-passkey-unsupported {
                div.ds-alert data-color="warning" { p.ds-paragraph { (words.t("form-passkey-unsupported")) } }
                (otherwise)
            }
        }
    }
}

/// All errors of the form as links to their fields; nothing when there are none. Stands first in the page, and
/// takes the focus when the page loads with JavaScript.
#[must_use]
pub fn error_summary(filled: &Filled) -> Markup {
    let words = filled.words();
    html! {
        @if filled.has_errors() {
            div.ds-error-summary role="alert" tabindex="-1" aria-labelledby="error-summary-title" data-error-summary {
                p.error-title #error-summary-title {
                    (words.with("form-errors", &[("count", filled.problems().len().into())]))
                }
                ul.ds-list {
                    @for problem in filled.problems() {
                        li {
                            @match &problem.field {
                                Some(field) => a.ds-link href={ "#" (field_id(field)) } { (problem.message) },
                                None => (problem.message),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The id of a field's first control: what the error summary links to.
#[must_use]
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}
