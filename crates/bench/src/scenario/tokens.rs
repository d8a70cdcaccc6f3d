//! Asking for access tokens as registered software does: `client_credentials` with `private_key_jwt` (SMART Backend
//! Services). The generator signs every assertion when it is needed, with a `jti` that nobody used before: signed
//! beforehand they would have to be kept, and would end after five minutes. What signing takes is the generator's
//! processor time and not in the latency.

use std::rc::Rc;

use kernel::Chance;

use super::Serials;
use crate::demo::Client;
use crate::load::{Role, Verdict};
use crate::login::{TOKEN_HEADERS, token_form};
use crate::wire::{Ask, Reply};

/// How this is measured, for whoever reads the figures.
pub const HOW: &str = "tokens: one assertion each, signed by the generator when it is needed";

/// Software that asks for a token, and again.
struct Applicant {
    client: Rc<Client>,
    /// What no `jti` of another run begins with.
    run: Rc<str>,
    serials: Serials,
    form: String,
}

impl Role for Applicant {
    fn next(&mut self) -> Ask<'_> {
        let jti = format!("{}-{}", self.run, self.serials.next());
        // An empty form is refused, and the refusal is counted.
        self.form = token_form(&self.client, &jti).unwrap_or_default();
        let body = self.form.as_bytes();
        Ask { what: "token", method: "POST", path: "", headers: TOKEN_HEADERS, body, keep: true }
    }

    fn heard(&mut self, reply: &Reply<'_>) -> Verdict {
        let given = reply.body.windows(14).any(|window| window == b"\"access_token\"");
        if given { Verdict::Done } else { Verdict::Wrong("an answer without a token") }
    }
}

/// So many connections of the same software; they ask at its token endpoint.
#[must_use]
pub fn roles(client: Client, clients: usize, serials: &Serials) -> Vec<Box<dyn Role>> {
    let client = Rc::new(client);
    let run: Rc<str> = format!("{:016x}", Chance::System.u64()).into();
    let applicant = |_| -> Box<dyn Role> {
        let (client, run, serials) = (client.clone(), run.clone(), serials.clone());
        Box::new(Applicant { client, run, serials, form: String::new() })
    };
    (0..clients).map(applicant).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::time::Duration;

    use kernel::Clock;

    use super::*;
    use crate::fake::Fake;
    use crate::load::{Bounds, at, closed};
    use crate::process::Gauge;

    #[tokio::test(flavor = "current_thread")]
    async fn every_assertion_is_another_and_holds() {
        let jwk = oauth::PrivateKey::generate("k1").unwrap();
        let keys = oauth::KeySet::parse(&oauth::jwk::public_jwks(&jwk).to_string()).unwrap();
        let (used, endpoint) = (Mutex::new(HashSet::new()), "http://localhost/oauth/token");
        let fake = Fake::start(move |request| {
            let form = String::from_utf8(request.body.clone()).unwrap();
            assert!(form.starts_with("grant_type=client_credentials&scope=system%2FBundle.c&"), "{form}");
            let assertion = form.split("client_assertion=").nth(1).unwrap();
            let proven = oauth::Assertion::peek(assertion)
                .and_then(|a| a.verify(&keys, oauth::Rules::software(&[endpoint]), Clock::Wall.now()))
                .unwrap();
            let mut used = used.lock().unwrap();
            assert!(used.insert(proven.jti), "an assertion was used twice");
            // A server that answers 200 without a token has not answered.
            Fake::ok(if used.len() == 7 { "{}" } else { r#"{"access_token":"t"}"# })
        })
        .await;
        let client = Client {
            id: "lab".into(),
            token_endpoint: endpoint.into(),
            scopes: "system/Bundle.c".into(),
            key: oauth::PrivateKey::parse(&jwk).unwrap(),
        };
        let roles = roles(client, 4, &Serials::new());
        let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(30), count: 60 };
        let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
        assert_eq!((outcome.counts[0].good(), outcome.counts[0].bad()), (59, 1));
        assert_eq!(outcome.counts[0].first_error.as_deref(), Some("0: an answer without a token"));
    }
}
