//! Buttons. The label is a verb and says what will happen.

use maud::{Markup, html};

use super::csrf;
use crate::icons::Icon;

/// The one thing this form is for.
#[must_use]
pub fn submit(label: &str) -> Markup {
    html! { button.ds-button type="submit" { (label) } }
}

/// Another way to send the form: `value` goes under `name`.
#[must_use]
pub fn secondary(label: &str, name: &str, value: &str) -> Markup {
    html! { button.ds-button data-variant="secondary" type="submit" name=(name) value=(value) { (label) } }
}

/// Sends the form, and something will be gone.
#[must_use]
pub fn danger(label: &str) -> Markup {
    html! { button.ds-button data-color="danger" type="submit" { (label) } }
}

/// Sends the form, and looks like a link: for small things beside larger ones.
#[must_use]
pub fn quiet_submit(label: &str) -> Markup {
    html! { button.ds-button data-variant="tertiary" type="submit" { (label) } }
}

/// A link that looks like a button: goes somewhere, changes nothing.
#[must_use]
pub fn button_link(label: &str, href: &str, icon: Option<Icon>) -> Markup {
    html! {
        a.ds-button data-variant="secondary" href=(href) { @if let Some(icon) = icon { (icon.svg()) } (label) }
    }
}

/// A button that is a whole form: posts `fields` to `action`. `about` completes the label for those who hear
/// it without what stands around it: `Retirer` + `l’accès du Dr Moreau`.
#[must_use]
pub fn button_post(label: &str, about: &str, action: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form method="post" action=(action) {
            (csrf())
            @for (name, value) in fields { (super::hidden(name, value)) }
            button.ds-button data-variant="secondary" type="submit" {
                (label) @if !about.is_empty() { span.ds-sr-only { " " (about) } }
            }
        }
    }
}

/// Buttons of a form, side by side where there is room.
#[must_use]
pub fn actions(buttons: Markup) -> Markup {
    html! { div.actions { (buttons) } }
}
