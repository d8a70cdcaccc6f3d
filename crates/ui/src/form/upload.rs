//! Choosing files.

use std::borrow::Cow;

use maud::{Markup, html};

use super::Filled;
use super::question::{Asked, Control, Question};

/// A field for files; its form is [`super::post_files`]. Browsers forget chosen files when a page comes back:
/// say so in the error.
pub type Upload<'a> = Question<'a, Files<'a>>;

/// Which files, and from where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files<'a> {
    accept: Option<&'a str>,
    multiple: bool,
    camera: bool,
}

/// A field for one file. Its hint says which kinds, and how large.
pub fn file<'a>(name: &'a str, label: impl Into<Cow<'a, str>>) -> Upload<'a> {
    Question::new(name, label, Files::default())
}

impl<'a> Upload<'a> {
    /// Media types and extensions: `application/pdf,image/jpeg`.
    #[must_use]
    pub fn accept(self, types: &'a str) -> Self {
        self.with(|files| files.accept = Some(types))
    }

    /// Several at once.
    #[must_use]
    pub fn multiple(self) -> Self {
        self.with(|files| files.multiple = true)
    }

    /// Opens a phone's camera at once. Without it a phone offers both its camera and its files, which is what
    /// most people want.
    #[must_use]
    pub fn camera(self) -> Self {
        self.with(|files| files.camera = true)
    }
}

impl Control for Files<'_> {
    fn show(&self, asked: &Asked<'_>, filled: &Filled) -> Markup {
        let control = html! {
            input.file-input type="file" id=(asked.id) name=(asked.name) accept=[self.accept] multiple[self.multiple]
                capture=[self.camera.then_some("environment")] required[!asked.optional]
                aria-describedby=[asked.described_by()] aria-invalid=[asked.invalid()];
        };
        asked.one(filled, control)
    }
}
