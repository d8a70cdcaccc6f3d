//! Which doors a program in a page of another site may talk to (Fetch Standard, "CORS protocol"): those of connected apps,
//! which prove themselves with what they send and not with cookies.
//!
//! Everybody may, so nobody is named, and `*` is never joined by credentials: a browser that sent a cookie along shows
//! the page nothing of the answer. The FHIR door does not even look at it ([`super::enter::credential`]).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};

/// What an app asks besides FHIR: its tokens, and what it must know to ask for them.
const BESIDES_FHIR: [&str; 6] = [
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/jwks",
    "/.well-known/smart-configuration",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];
/// What a page may read of an answer besides its body.
const TOLD: &str = "content-disposition, etag, location, retry-after, www-authenticate, x-request-id";
/// What a page may send besides what every page may (a wildcard would not cover the token).
const TAKEN: &str = "authorization, content-type, if-none-match, prefer";
/// How long a browser may keep the answer to its question, in seconds; none keeps it longer.
const KEPT: &str = "7200";

/// Whether programs of any site may talk to this address; with or without its query.
fn is_open(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path == "/fhir" || path.starts_with("/fhir/") || BESIDES_FHIR.contains(&path)
}

/// Lets a page of any site read the answer of an open address.
pub(super) fn allow(headers: &mut HeaderMap, path: &str) {
    if is_open(path) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(TOLD));
    }
}

/// The answer to a browser that asks before it sends what a page wants to send; `None` when this is no such question,
/// or not to an open address. It says nothing of whether there is anything at the address.
pub(super) fn preflight(request: &Request<Body>) -> Option<Response<Body>> {
    let asks = request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks || !is_open(request.uri().path()) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST");
    set(header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
    set(header::ACCESS_CONTROL_MAX_AGE, KEPT);
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn what_knows_cookies_is_open_to_no_other_site() {
        for (path, open) in [
            ("/fhir", true),
            ("/fhir/DocumentReference?patient=5", true),
            ("/fhir/.well-known/smart-configuration", true),
            ("/oauth/token", true),
            ("/oauth/revoke", true),
            ("/.well-known/smart-configuration", true),
            ("/oauth/authorize", false),
            ("/oauth/app", false),
            ("/oauth/token/", false),
            ("/oauth/userinfo", false),
            ("/fhirs", false),
            ("/documents?/fhir/", false),
            ("/", false),
        ] {
            assert_eq!(is_open(path), open, "{path}");
        }
    }
}
