//! What a room's route function answers.

use ui::page::Page;

/// An answer, before it is dressed for its door.
#[derive(Debug)]
pub struct Reply {
    /// What is said.
    pub content: Content,
    /// What happens to the visitor's session.
    pub session: SessionChange,
    /// Headers of its own (`Location`, `ETag`, `Last-Modified`).
    pub headers: Vec<(&'static str, String)>,
}

/// What is said.
#[derive(Debug)]
pub enum Content {
    /// A page in the shell.
    Page(Box<Page>),
    /// "Look there": 303, so that reloading sends nothing twice.
    See(String),
    /// A FHIR resource or another JSON document, with its status.
    Json {
        /// HTTP status.
        status: u16,
        /// Media type.
        content_type: &'static str,
        /// The document, written.
        body: Vec<u8>,
    },
    /// A file.
    File(File),
    /// Nothing, with this status.
    Empty(u16),
}

/// A file to show or to save.
#[derive(Debug)]
pub struct File {
    /// Media type.
    pub content_type: String,
    /// Name to save it under; `None` shows it in the browser.
    pub name: Option<String>,
    /// The bytes.
    pub body: Vec<u8>,
    /// True for what never changes under its address and is nobody's secret.
    pub immutable: bool,
}

/// What happens to the visitor's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// Nothing.
    Keep,
    /// A session starts: its token goes into the cookie.
    Start(String),
    /// It ended: the cookie is taken away.
    End,
}

impl Reply {
    /// An answer that says only this.
    #[must_use]
    pub fn of(content: Content) -> Self {
        Self { content, session: SessionChange::Keep, headers: Vec::new() }
    }

    /// "Look there".
    #[must_use]
    pub fn see(address: impl Into<String>) -> Self {
        Self::of(Content::See(address.into()))
    }

    /// A FHIR resource.
    #[must_use]
    pub fn resource(status: u16, resource: &serde_json::Value) -> Self {
        Self::json(status, "application/fhir+json; charset=utf-8", resource)
    }

    /// A JSON document.
    #[must_use]
    pub fn json(status: u16, content_type: &'static str, document: &serde_json::Value) -> Self {
        Self::of(Content::Json { status, content_type, body: document.to_string().into_bytes() })
    }

    /// A text to show.
    #[must_use]
    pub fn text(content_type: &str, body: impl Into<String>) -> Self {
        Self::of(Content::File(File {
            content_type: content_type.to_owned(),
            name: None,
            body: body.into().into_bytes(),
            immutable: false,
        }))
    }

    /// A file to save under `name`, or to show.
    #[must_use]
    pub fn file(content_type: impl Into<String>, name: Option<String>, body: Vec<u8>) -> Self {
        Self::of(Content::File(File { content_type: content_type.into(), name, body, immutable: false }))
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with a change of session.
    #[must_use]
    pub fn session(mut self, change: SessionChange) -> Self {
        self.session = change;
        self
    }
}

impl From<Page> for Reply {
    fn from(page: Page) -> Self {
        Self::of(Content::Page(Box::new(page)))
    }
}
