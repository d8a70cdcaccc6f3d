//! A request as a room's route function sees it.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::HeaderMap;
use kernel::{Answer, EntryId, Language, PersonId, Refusal, RefusalKind, Visit};
use people::identity::guard::Knock;
use people::identity::session::{Session, Token};
use ui::form::Filled;

use super::rates;
use crate::doors::Door;
use crate::house::House;

/// What somebody showed at the door.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nothing.
    Nobody,
    /// A session's token, from its cookie.
    Session(String),
    /// An access token of software, opened.
    Bearer(Box<oauth::AccessToken>),
    /// An access token of an app that a person connected, opened.
    App(Box<oauth::AppToken>),
}

/// A file of a multipart form.
#[derive(Clone, Debug)]
pub struct SentFile {
    /// Name of the form field.
    pub field: String,
    /// Name the browser gave; only ever shown, never a path.
    pub name: String,
    /// Media type the browser declared.
    pub content_type: Option<String>,
    /// The bytes.
    pub bytes: Bytes,
}

/// What the frame of every page says about its visitor, beyond who she is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// The spaces that a citizen may open besides her own.
    pub(crate) spaces: Vec<ui::acting::Space>,
    /// True for a professional who has more than one activity.
    pub(crate) has_others: bool,
}

/// A request: everything a route's function may use.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The house.
    pub house: Arc<House>,
    /// Number of the route.
    pub route: usize,
    /// What was shown at the door.
    pub credential: Credential,
    /// The language of the answer.
    pub language: Language,
    /// Ties log, journal and answer together.
    pub request_id: u64,
    /// The random value in the guest cookie, which guards forms before somebody is signed in.
    pub guest: String,
    /// Parameters of the path.
    pub params: Vec<(String, String)>,
    /// Parameters of the query, in order.
    pub query: Vec<(String, String)>,
    /// Fields of the form, in order.
    pub fields: Vec<(String, String)>,
    /// Files of the form.
    pub files: Vec<SentFile>,
    /// The body, when it is not a multipart form.
    pub body: Bytes,
    /// Headers.
    pub headers: HeaderMap,
    /// Path and query.
    pub path: String,
    /// Address of the other end.
    pub network: IpAddr,
    /// Address of whoever opened the connection: the client's, or the operator's proxy's.
    pub peer: IpAddr,
    /// Filled by `enter` with the visitor's session, if she has one.
    pub(crate) held: Arc<OnceLock<Session>>,
    /// Filled by `enter` with who it is; rooms get it from [`Asked::visit`].
    pub(crate) seen: Arc<OnceLock<Visit>>,
    /// Filled by `enter` with what the frame of a page says about the visitor.
    pub(crate) around: Arc<OnceLock<Around>>,
    /// Set once a search for a person has been counted for the account that makes it.
    pub(crate) searched: Arc<AtomicBool>,
}

impl Asked {
    /// Who is here, why and when.
    ///
    /// # Errors
    /// A fault when a route that has not been entered asks.
    pub fn visit(&self) -> Answer<&Visit> {
        self.seen
            .get()
            .ok_or_else(|| kernel::Fault::Internal("a route asked who is here before entering".into()).into())
    }

    /// Whether this looks for a person by what the asker knows of her, wherever it is asked.
    pub(super) fn searches(&self) -> bool {
        let route = &self.house.routes[self.route];
        let by_number = || rates::names_a_number(&self.query) || rates::names_a_number(&self.fields);
        rates::is_search(route) || (route.door == Door::Fhir && by_number())
    }

    /// The person whose number stands in the address, in the id of an entry there, or as the patient of a search;
    /// whether there is one is another question.
    pub(super) fn person_named(&self) -> Option<PersonId> {
        const IN_PATH: [&str; 3] = ["person", "entry", "id"];
        const IN_SEARCH: [&str; 2] = ["patient", "subject"];
        let params = self.params.iter().filter(|(name, _)| IN_PATH.contains(&name.as_str()));
        let patients = self.query.iter().chain(&self.fields);
        let patients = patients.filter(|(name, _)| IN_SEARCH.contains(&name.as_str()));
        params.chain(patients).find_map(|(_, value)| {
            let id = value.rsplit('/').next()?;
            id.parse().ok().or_else(|| id.parse::<EntryId>().ok().map(|entry| entry.person))
        })
    }

    /// The citizen who is here, herself.
    ///
    /// # Errors
    /// `SignIn` when somebody else is.
    pub fn own(&self) -> Answer<PersonId> {
        match &self.visit()?.actor {
            kernel::Actor::Citizen { person, .. } => Ok(*person),
            _ => Err(Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first.")),
        }
    }

    /// The visitor's session.
    ///
    /// # Errors
    /// `SignIn` when she has none.
    pub fn session(&self) -> Answer<&Session> {
        self.held.get().ok_or_else(|| Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first."))
    }

    /// The secret of the visitor's session.
    ///
    /// # Errors
    /// `SignIn` when she has none.
    pub fn token(&self) -> Answer<Token> {
        let parsed = match &self.credential {
            Credential::Session(cookie) => Token::parse(cookie),
            _ => None,
        };
        parsed.ok_or_else(|| Refusal::new(RefusalKind::SignIn, "sign-in-needed", "Sign in first."))
    }

    /// Where she knocks from, for slowing guessers down and for the list of sessions.
    #[must_use]
    pub fn knock(&self) -> Knock {
        Knock {
            network: self.network,
            device: super::device::name(self.header("user-agent").unwrap_or_default()),
        }
    }

    /// The parameter `name` of the path, parsed; an unparsable one is an address that does not exist.
    ///
    /// # Errors
    /// `not-found`.
    pub fn param<T: std::str::FromStr>(&self, name: &str) -> Answer<T> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or_else(Refusal::not_found)
    }

    /// The first value of `name` in the query, when it is not empty.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The first value of `name` in the form, when it is not empty.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The form as it was sent, without the guard field.
    #[must_use]
    pub fn filled(&self) -> Filled {
        let fields = self.fields.iter().filter(|(name, _)| name != ui::page::CSRF_FIELD).cloned();
        let words = self.seen.get().map_or_else(|| ui::Words::of(self.language), ui::Words::to);
        Filled::sent(words, fields)
    }

    /// A header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A query or an urlencoded form as pairs.
pub(super) fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}
