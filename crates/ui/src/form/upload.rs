//! Choosing files.

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Around, Filled, field_id};

/// A field for files; its form is [`super::post_files`]. Browsers forget chosen files when a page comes back:
/// say so in the error.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    name: &'a str,
    label: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    accept: Option<&'a str>,
    multiple: bool,
    camera: bool,
    optional: bool,
}

/// A field for one file.
pub fn file<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Upload<'a> {
    Upload {
        name,
        label: label.into(),
        hint: None,
        accept: None,
        multiple: false,
        camera: false,
        optional: false,
    }
}

impl<'a> Upload<'a> {
    /// Which kinds, and how large.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Media types and extensions: `application/pdf,image/jpeg`.
    #[must_use]
    pub fn accept(mut self, types: &'a str) -> Self {
        self.accept = Some(types);
        self
    }

    /// Several at once.
    #[must_use]
    pub fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }

    /// Opens a phone's camera at once. Without it a phone offers both its camera and its files, which is what
    /// most people want.
    #[must_use]
    pub fn camera(mut self) -> Self {
        self.camera = true;
        self
    }

    /// May stay empty; the label says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The field and what is wrong with it.
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
        let control = html! {
            input.file-input type="file" id=(id) name=(self.name) accept=[self.accept] multiple[self.multiple]
                capture=[self.camera.then_some("environment")] required[!self.optional]
                aria-describedby=[around.described_by()] aria-invalid=[around.error.map(|_| "true")];
        };
        around.show(filled, control)
    }
}
