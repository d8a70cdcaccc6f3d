//! Pages for people.

use super::{Does, Door, Method, Route, Who, site};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Method::Get;
    use Who::Anyone;
    let web = |method, path, who, room, does| Route::new(Door::Web, method, path, who, room, does);
    vec![
        web(Get, "/assets/{file}", Anyone, "site::asset", Does::Plain(site::asset)),
        web(Get, "/theme/{file}", Anyone, "site::theme", Does::Plain(site::theme)),
        web(Get, "/language", Anyone, "site::language", Does::Plain(site::language)),
        web(Get, "/robots.txt", Anyone, "site::robots", Does::Plain(site::robots)),
    ]
}

/// Links that start a persona's session, for `carnet demo` only.
#[must_use]
pub fn demo_routes() -> Vec<Route> {
    Vec::new()
}
