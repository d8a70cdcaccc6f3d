//! People who sign in with a passkey, as the page's script does it: options (`POST /sign-in/options`), the
//! authenticator's answer, and with it the session (`POST /sign-in/finish`). Both requests are one sign-in, counted
//! once; its latency is theirs together, without what the authenticator does in between.

use serde_json::Value;

use super::once;
use crate::Trouble;
use crate::load::{Role, Verdict};
use crate::phone::Phone;
use crate::wire::{Ask, Reply, Site, Wire};

/// How this is measured, for whoever reads the figures.
pub const HOW: &str =
    "sign-in: both requests counted once; the passkey is shown by a software authenticator, ES256";

const WHAT: &str = "sign-in";

/// One browser, at which some people sign in one after the other.
struct Entrance {
    phones: Vec<Phone>,
    at: usize,
    /// The guest's cookie, without line end: the ceremony's is added to it.
    cookie: String,
    /// The lines of every request.
    lines: String,
    /// The second request's headers and body, when the first was answered.
    finish: Option<(String, String)>,
    headers: String,
}

impl Entrance {
    /// A browser that shows the page on which people sign in.
    async fn open(site: &Site, phones: Vec<Phone>) -> Result<Self, Trouble> {
        let ask = Ask { what: WHAT, method: "GET", path: "/sign-in", headers: "", body: b"", keep: true };
        let (cookie, guard) = once(&mut Wire::new(site), &ask, |page| {
            let text = String::from_utf8_lossy(page.body);
            let guard = text.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
            (cookie(page, "guest"), guard.map(|(guard, _)| guard.to_owned()))
        })
        .await?;
        let (Some(cookie), Some(guard)) = (cookie, guard) else {
            return Err("/sign-in is not the page that it was: no guest's cookie, or no form".into());
        };
        let lines = format!(
            "content-type: application/json\r\naccept: application/json\r\nx-csrf-token: {guard}\r\n"
        );
        let cookie = format!("cookie: {cookie}");
        let headers = format!("{lines}{cookie}\r\n");
        Ok(Self { phones, at: 0, cookie, lines, finish: None, headers })
    }

    /// Has the passkey shown, and makes the second request.
    fn show(&mut self, options: &Reply<'_>) -> Option<(String, String)> {
        let ceremony = cookie(options, "ceremony")?;
        let shown = self.phones[self.at].show(options.body).ok()?;
        let headers = format!("{}{}; {ceremony}\r\n", self.lines, self.cookie);
        Some((headers, format!("{{\"credential\":{shown}}}")))
    }

    fn next_in_line(&mut self) {
        self.finish = None;
        self.at = (self.at + 1) % self.phones.len();
    }
}

/// The pair `name=value` of a cookie that an answer sets, not of one that it takes away.
fn cookie(reply: &Reply<'_>, name: &str) -> Option<String> {
    let mut set = reply.headers("set-cookie").filter_map(|line| line.split(';').next());
    let ours = |pair: &&str| pair.split_once('=').is_some_and(|(n, value)| n == name && !value.is_empty());
    set.find(ours).map(str::to_owned)
}

impl Role for Entrance {
    fn next(&mut self) -> Ask<'_> {
        let (path, headers, body) = match &self.finish {
            None => ("/sign-in/options", &self.headers, "{}"),
            Some((headers, body)) => ("/sign-in/finish", headers, body.as_str()),
        };
        Ask { what: WHAT, method: "POST", path, headers, body: body.as_bytes(), keep: true }
    }

    fn heard(&mut self, reply: &Reply<'_>) -> Verdict {
        if self.finish.is_none() && reply.status < 400 {
            self.finish = self.show(reply);
            if self.finish.is_some() {
                return Verdict::More;
            }
            self.next_in_line();
            return Verdict::Wrong("options that no passkey answers");
        }
        self.next_in_line();
        let session = cookie(reply, "session").is_some();
        if session { Verdict::Done } else { Verdict::Wrong("an answer without a session") }
    }

    fn lost(&mut self) {
        self.next_in_line();
    }
}

/// Browsers at which the owners of these passkeys sign in: each browser has owners of its own, so that nobody signs
/// in twice at the same time.
///
/// # Errors
/// When there is nobody, or `/sign-in` is not a page with a form.
pub async fn roles(
    site: &Site,
    passkeys: &[Value],
    origin: &str,
    clients: usize,
) -> Result<Vec<Box<dyn Role>>, Trouble> {
    let clients = clients.min(passkeys.len());
    if clients == 0 {
        return Err("nobody has a passkey here: start the server with `carnet-bench serve`".into());
    }
    let mut roles: Vec<Box<dyn Role>> = Vec::with_capacity(clients);
    for n in 0..clients {
        let own = passkeys.iter().skip(n).step_by(clients);
        let phones = own.map(|kept| Phone::again(kept, origin)).collect::<Result<_, Trouble>>()?;
        roles.push(Box::new(Entrance::open(site, phones).await?));
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::fake::{Fake, Request};
    use crate::load::{Bounds, at, closed};
    use crate::process::Gauge;

    const ORIGIN: &str = "http://localhost:8080";

    fn passkeys(how_many: usize) -> Vec<Value> {
        let one = |n| {
            let mut phone = Phone::new(ORIGIN).unwrap();
            let owner = kernel::codes::base64url(&[n as u8; 16]);
            let options = json!({"publicKey": {
                "rp": {"id": "localhost", "name": "Carnet"},
                "user": {"id": owner, "name": "a", "displayName": "a"},
                "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            }});
            phone.register(options).unwrap();
            phone.kept().unwrap()
        };
        (0..how_many).map(one).collect()
    }

    fn with_cookie(cookie: &str, body: &str) -> Vec<u8> {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nset-cookie: {cookie}; Path=/\r\ncontent-length: {length}\r\n\r\n{body}")
            .into_bytes()
    }

    /// A door that hands out challenges and wants them back from the right guest; notes who came.
    fn door(came: &Arc<Mutex<HashMap<String, u64>>>) -> impl Fn(&Request) -> Vec<u8> + Send + 'static {
        let (came, challenges) = (came.clone(), Mutex::new(0_u8));
        move |request| match request.path.as_str() {
            "/sign-in" => with_cookie("guest=g1", "<input name=\"csrf\" value=\"tok\">"),
            "/sign-in/options" => {
                assert!(request.head.contains("cookie: guest=g1\r\n"), "{}", request.head);
                let mut given = challenges.lock().unwrap();
                *given = given.wrapping_add(1);
                let challenge = kernel::codes::base64url(&[*given; 32]);
                let options = json!({"publicKey": {
                    "challenge": challenge, "rpId": "localhost", "userVerification": "required",
                }});
                with_cookie(&format!("ceremony={challenge}"), &options.to_string())
            }
            "/sign-in/finish" => {
                assert!(request.head.contains("x-csrf-token: tok\r\n"), "{}", request.head);
                let sent: Value = serde_json::from_slice(&request.body).unwrap();
                let response = &sent["credential"]["response"];
                let data = kernel::codes::from_base64url(response["clientDataJSON"].as_str().unwrap());
                let data: Value = serde_json::from_slice(&data.unwrap()).unwrap();
                let challenge = data["challenge"].as_str().unwrap();
                let cookies = format!("cookie: guest=g1; ceremony={challenge}\r\n");
                assert!(request.head.contains(&cookies), "{}", request.head);
                let owner = response["userHandle"].as_str().unwrap().to_owned();
                let mut came = came.lock().unwrap();
                *came.entry(owner).or_default() += 1;
                if came.values().sum::<u64>() == 5 {
                    return b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno".to_vec();
                }
                with_cookie("session=s", r#"{"location":"/"}"#)
            }
            other => panic!("{other}"),
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_sign_in_is_two_requests_and_everybody_has_her_turn() {
        let came = Arc::new(Mutex::new(HashMap::new()));
        let fake = Fake::start(door(&came)).await;
        let roles = roles(&fake.site, &passkeys(6), ORIGIN, 3).await.unwrap();
        assert_eq!(roles.len(), 3);
        let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(30), count: 60 };
        let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
        assert_eq!(outcome.counts.len(), 1);
        let count = &outcome.counts[0];
        assert_eq!((count.good(), count.bad()), (59, 1), "{:?}", count.first_error);
        assert_eq!(count.first_error.as_deref(), Some("403: no"));
        let came = came.lock().unwrap();
        assert_eq!((came.len(), came.values().sum::<u64>()), (6, 60));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_answer_without_options_or_session_is_no_sign_in() {
        for (options, finish) in [("nothing", "session=s"), ("ceremony=c", "session=")] {
            let fake = Fake::start(move |request| match request.path.as_str() {
                "/sign-in" => with_cookie("guest=g1", "<input name=\"csrf\" value=\"tok\">"),
                "/sign-in/options" => {
                    let options_of =
                        json!({"publicKey": {"challenge": "AAAAAAAAAAAAAAAAAAAAAA", "rpId": "localhost"}});
                    with_cookie(options, &options_of.to_string())
                }
                _ => with_cookie(finish, "{}"),
            })
            .await;
            let roles = roles(&fake.site, &passkeys(1), ORIGIN, 8).await.unwrap();
            assert_eq!(roles.len(), 1, "one passkey is at one place at a time");
            let bounds = Bounds { warmup: Duration::ZERO, measured: Duration::from_secs(30), count: 4 };
            let outcome = closed(at(&fake.site, roles), &bounds, &Gauge::default()).await.unwrap();
            assert_eq!((outcome.counts[0].good(), outcome.counts[0].bad()), (0, 4));
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn another_page_is_not_taken_for_the_form() {
        let fake = Fake::start(|_| Fake::ok("<html>")).await;
        assert!(roles(&fake.site, &passkeys(1), ORIGIN, 1).await.is_err());
        assert!(roles(&fake.site, &[], ORIGIN, 1).await.is_err());
    }
}
