//! What may be asked of Carnet: one line per route.
//!
//! Method, path, who may knock, and which room function answers. The tables are printed by `carnet routes` and
//! the print is kept in `docs/routes.txt`, so that a reviewer sees a new door as a changed line.

/// A table of routes, one a line: method, path, who may knock `=>` the room function behind it, what is done with it,
/// and how large a request may be when it is not a form.
macro_rules! table {
    ($door:expr; $($method:ident $path:literal $who:expr => $room:literal $does:expr $(, $limit:ident)?;)*) => {
        vec![$(Route::new($door, $crate::doors::Method::$method, $path, $who, $room, $does)
            $(.limit($crate::doors::Limit::$limit))?),*]
    };
}

pub mod admin;
pub mod apps;
pub mod coming;
pub mod delegation;
pub mod demo;
pub mod fhir;
pub mod fhir_read;
pub mod identity;
pub mod log;
pub mod notice;
pub mod oauth;
pub mod openid;
pub mod outside;
pub mod push;
pub mod site;
mod smart;
pub mod vigilance;
pub mod web;
pub mod work;

use kernel::Answer;
use oauth_crate::Interaction;
use store::Tx;

use crate::adapter::{Asked, Reply};
use crate::config::Config;

use ::oauth as oauth_crate;

/// Which door a route belongs to: it decides how one signs in there and how a refusal looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Pages for people.
    Web,
    /// FHIR R4.
    Fhir,
    /// Tokens and keys.
    OAuth,
    /// The transparency log, for anybody's programs.
    Log,
    /// The operator's own port.
    Admin,
}

impl Door {
    /// The door that a path leads to, for addresses that are no route.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if path == "/fhir" || path.starts_with("/fhir/") {
            Self::Fhir
        } else if path.starts_with("/oauth/") || path.starts_with("/.well-known/") {
            Self::OAuth
        } else if path.starts_with("/log/") {
            Self::Log
        } else {
            Self::Web
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Fhir => "fhir",
            Self::OAuth => "oauth",
            Self::Log => "log",
            Self::Admin => "admin",
        }
    }
}

/// Methods we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Asks; also answers HEAD.
    Get,
    /// Changes.
    Post,
    /// Changes part.
    Patch,
    /// Takes away.
    Delete,
}

impl Method {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may knock. Coarse: what somebody may do in a space the policies decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Anybody with a session.
    SignedIn,
    /// An insured person, also one in the middle of her activation.
    Activating,
    /// An insured person.
    Citizen,
    /// Somebody who works here (a professional, a member of the operator's team), also in the middle of her
    /// activation.
    Arriving,
    /// Somebody who works here and has signed in, also before she has chosen her activity.
    Worker,
    /// A health professional in one of her activities.
    Professional,
    /// The operator's team.
    Operator,
    /// Registered software whose token covers this interaction with this resource type.
    Software(&'static str, Interaction),
    /// The same software, or a citizen or professional with a session: reading over FHIR.
    Reader(&'static str, Interaction),
    /// A reader, or an app that a person connected, whose token covers this: reading over FHIR what she may grant.
    AppOrReader(&'static str, Interaction),
}

impl Who {
    /// What is done to which type of resource, where a token says for what it is good.
    #[must_use]
    pub fn touches(self) -> Option<(&'static str, Interaction)> {
        match self {
            Self::Software(resource, interaction)
            | Self::Reader(resource, interaction)
            | Self::AppOrReader(resource, interaction) => Some((resource, interaction)),
            _ => None,
        }
    }

    fn print(self) -> String {
        let on = |who: &str, resource: &str, interaction: Interaction| {
            format!("{who}:{resource}.{}", format!("{interaction:?}").to_lowercase())
        };
        match self {
            Self::Software(resource, interaction) => on("software", resource, interaction),
            Self::Reader(resource, interaction) => on("reader", resource, interaction),
            Self::AppOrReader(resource, interaction) => on("app+reader", resource, interaction),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

/// How large a request may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A form: 64 kB.
    Form,
    /// Files of a person: four of the largest kind.
    Upload,
    /// A FHIR transaction.
    Body,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Upload => "upload",
            Self::Body => "body",
        }
    }

    /// In bytes.
    #[must_use]
    pub fn bytes(self, config: &Config) -> usize {
        match self {
            Self::Form => 64 * 1024,
            Self::Upload => config.max_upload.saturating_mul(4),
            Self::Body => config.max_body,
        }
    }
}

/// A function of a route that runs in a transaction.
pub type InTransaction = fn(&mut Tx<'_>, &Asked) -> Answer<Reply>;

/// A transaction that a prepared request still needs.
pub type Filing = Box<dyn FnOnce(&mut Tx<'_>) -> Answer<Reply> + Send>;

/// What remains to be done after a request has been prepared.
pub enum Work {
    /// A transaction that writes.
    Act(Filing),
    /// Nothing: this is the answer.
    Done(Reply),
}

/// What a route does.
#[derive(Clone, Copy)]
pub enum Does {
    /// Answers without looking into the store.
    Plain(fn(&Asked) -> Answer<Reply>),
    /// Looks.
    Look(InTransaction),
    /// Writes.
    Act(InTransaction),
    /// Works hard first (parsing, hashing), then writes.
    Prepare(fn(&Asked) -> Answer<Work>),
}

impl std::fmt::Debug for Does {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "plain",
            Self::Look(_) => "look",
            Self::Act(_) => "act",
            Self::Prepare(_) => "prepare",
        })
    }
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Which door.
    pub door: Door,
    /// Method.
    pub method: Method,
    /// Path, with `{parameters}`.
    pub path: &'static str,
    /// Who may knock.
    pub who: Who,
    /// The room function behind it, for the printed table.
    pub room: &'static str,
    /// How large a request may be.
    pub limit: Limit,
    /// What it does.
    pub does: Does,
}

impl Route {
    const fn new(
        door: Door,
        method: Method,
        path: &'static str,
        who: Who,
        room: &'static str,
        does: Does,
    ) -> Self {
        Self { door, method, path, who, room, limit: Limit::Form, does }
    }

    /// The same for larger requests.
    #[must_use]
    const fn limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// `GET /documents/{id}`: how counters and logs call it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }
}

/// Every route of the public listener; `demo` adds the links that start a persona's session.
#[must_use]
pub fn routes(demo: bool) -> Vec<Route> {
    let mut routes = web::routes();
    routes.extend(identity::routes());
    routes.extend(delegation::routes());
    routes.extend(coming::routes());
    routes.extend(work::routes());
    routes.extend(vigilance::routes());
    routes.extend(notice::routes());
    routes.extend(push::routes());
    if demo {
        routes.extend(web::demo_routes());
    }
    routes.extend(fhir::routes());
    routes.extend(fhir_read::routes());
    routes.extend(oauth::routes());
    routes.extend(openid::routes());
    routes.extend(apps::routes());
    routes.extend(outside::routes());
    routes.extend(log::routes());
    routes
}

/// The table as text: one route a line, as kept in `docs/routes.txt`.
#[must_use]
pub fn print() -> String {
    let mut lines = vec![
        "# Printed by `carnet routes`; a test compares. method | path | door | who may knock | what answers (how, how large)"
            .to_owned(),
    ];
    let mut rows: Vec<String> = routes(true)
        .iter()
        .map(|route| {
            format!(
                "{:<6} {:<44} {:<6} {:<40} {} ({:?}, {})",
                route.method.as_str(),
                route.path,
                route.door.name(),
                route.who.print(),
                route.room,
                route.does,
                route.limit.name()
            )
        })
        .collect();
    rows.extend(admin::PATHS.iter().map(|path| {
        format!(
            "{:<6} {path:<44} {:<6} {:<40} server::admin (plain, form)",
            "GET", "admin", "the operator's port"
        )
    }));
    lines.extend(rows);
    lines.join("\n") + "\n"
}
