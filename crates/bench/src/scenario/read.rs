//! Reading over FHIR as a registered reader does: the list of somebody's documents (ITI-67), then one of them
//! (ITI-68), each asked again and again.

use serde_json::Value;

use super::{below, json_of, once};
use crate::Trouble;
use crate::load::Role;
use crate::login::Login;
use crate::wire::{Ask, Site, Wire};

/// Somebody who lists documents and opens them in turn.
pub struct Reader {
    headers: String,
    search: String,
    documents: Vec<String>,
    turn: usize,
}

impl Role for Reader {
    fn next(&mut self) -> Ask<'_> {
        self.turn += 1;
        let (what, path) = if self.turn % 2 == 1 || self.documents.is_empty() {
            ("list documents", &self.search)
        } else {
            ("open document", &self.documents[self.turn / 2 % self.documents.len()])
        };
        Ask { what, method: "GET", path, headers: &self.headers, body: b"", keep: false }
    }
}

/// Readers of the space that `login` may read, each going through its documents from another place on.
///
/// # Errors
/// When the space cannot be searched or holds no document.
pub async fn roles(
    site: &Site,
    login: &Login,
    search: &str,
    clients: usize,
) -> Result<Vec<Box<dyn Role>>, Trouble> {
    let headers = format!("{}accept: application/fhir+json\r\n", login.headers);
    let ask =
        Ask { what: "list documents", method: "GET", path: search, headers: &headers, body: b"", keep: true };
    let documents = once(&mut Wire::new(site), &ask, |reply| attachments(site, &json_of(reply))).await?;
    if documents.is_empty() {
        return Err(format!("{search} lists no document").into());
    }
    let reader = |turn| -> Box<dyn Role> {
        let (headers, search) = (headers.clone(), search.to_owned());
        Box::new(Reader { headers, search, documents: documents.clone(), turn })
    };
    Ok((0..clients).map(reader).collect())
}

fn attachments(site: &Site, bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    let urls =
        entries.iter().filter_map(|entry| entry["resource"]["content"][0]["attachment"]["url"].as_str());
    urls.map(|url| below(site, url).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::fake::Fake;
    use crate::load::{Bounds, at, closed};
    use crate::process::Gauge;

    #[tokio::test(flavor = "current_thread")]
    async fn lists_and_documents_are_asked_in_turn() {
        let fake = Fake::start(|request| match request.path.as_str() {
            "/DocumentReference?x" => Fake::ok(
                &json!({"entry": [
                    {"resource": {"content": [{"attachment": {"url": "Binary/1"}}]}},
                    {"resource": {"content": [{"attachment": {"url": "Binary/2"}}]}},
                ]})
                .to_string(),
            ),
            "/Binary/1" | "/Binary/2" => Fake::ok("{}"),
            other => panic!("{other}"),
        })
        .await;
        let roles = roles(&fake.site, &Login::none(), "/DocumentReference?x", 2).await.unwrap();
        let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(20), count: 100 };
        let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
        let good: Vec<(&str, u64)> = outcome.counts.iter().map(|c| (c.what, c.good())).collect();
        assert_eq!(good.iter().map(|(_, n)| n).sum::<u64>(), 100);
        assert!(good.iter().all(|(_, n)| (40..=60).contains(n)), "{good:?}");
    }
}
