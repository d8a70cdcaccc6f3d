//! What is measured: each file makes the roles of one kind of load, or takes one figure that no load gives.

pub mod deposit;
pub mod enrol;
pub mod page;
pub mod peer;
pub mod read;
pub mod sign_in;
pub mod start;
pub mod storage;
pub mod tokens;

use std::cell::Cell;
use std::rc::Rc;

use kernel::{Clock, Instant};
use serde_json::Value;

use crate::Trouble;
use crate::login::Login;
use crate::wire::{Ask, Reply, Site, Wire};

/// Numbers for documents that no earlier run has used: a run starts at the second it starts in, and uses fewer
/// than half a million a second.
#[derive(Clone, Debug)]
pub struct Serials(Rc<Cell<u64>>);

impl Serials {
    /// Numbers from the present on.
    #[must_use]
    pub fn new() -> Self {
        let seconds = Clock::Wall.now().0.div_euclid(Instant::SECOND).unsigned_abs();
        Self(Rc::new(Cell::new(seconds * 500_000)))
    }

    /// The next one.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.0.replace(self.0.get() + 1)
    }
}

impl Default for Serials {
    fn default() -> Self {
        Self::new()
    }
}

/// Header lines of a FHIR request.
#[must_use]
pub fn fhir_headers(login: &Login) -> String {
    format!(
        "{}content-type: application/fhir+json\r\naccept: application/fhir+json\r\nprefer: return=minimal\r\n",
        login.headers
    )
}

/// Asks once, outside any measurement.
///
/// # Errors
/// An answer of 400 and more, with its body.
pub async fn once<T>(
    wire: &mut Wire,
    ask: &Ask<'_>,
    read: impl FnOnce(&Reply<'_>) -> T,
) -> Result<T, Trouble> {
    let reply = wire.ask(ask).await.map_err(|e| format!("{} {}: {e}", ask.method, ask.path))?;
    if reply.status >= 400 {
        let body = String::from_utf8_lossy(&reply.body[..reply.body.len().min(2_000)]);
        return Err(format!("{} {}: {} {body}", ask.method, ask.path, reply.status).into());
    }
    Ok(read(&reply))
}

/// The body as JSON; null when it is not.
#[must_use]
pub fn json_of(reply: &Reply<'_>) -> Value {
    serde_json::from_slice(reply.body).unwrap_or_default()
}

/// The path of a URL in a resource, below the site's base: `Binary/x`, `/fhir/Binary/x` and
/// `http://here/fhir/Binary/x` all become `/Binary/x`.
#[must_use]
pub fn below<'a>(site: &Site, url: &'a str) -> std::borrow::Cow<'a, str> {
    let path = site.path_of(url);
    match path.strip_prefix(site.base()) {
        Some(rest) if rest.starts_with('/') => rest.into(),
        _ if path.starts_with('/') => path.into(),
        _ => format!("/{path}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_go_on() {
        let serials = Serials::new();
        let first = serials.next();
        assert_eq!((serials.clone().next(), serials.next()), (first + 1, first + 2));
        // Sixteen digits hold two of them for each document.
        assert!(first * 2 > 1_000_000_000_000_000 && first * 2 < 9_000_000_000_000_000);
    }

    #[test]
    fn urls_of_resources_are_brought_below_the_base() {
        let site = Site::parse("http://127.0.0.1:8080/fhir", false).unwrap();
        for url in ["Binary/x", "/fhir/Binary/x", "http://localhost:8080/fhir/Binary/x"] {
            assert_eq!(below(&site, url), "/Binary/x");
        }
    }
}
