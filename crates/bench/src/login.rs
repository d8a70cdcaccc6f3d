//! Getting in: a token for software (SMART Backend Services), a session for a person.

use std::rc::Rc;
use std::time::Duration;

use kernel::{Chance, Clock};
use oauth::assertion::ASSERTION_TYPE;

use crate::Trouble;
use crate::demo::{Client, Persona};
use crate::wire::{Ask, Site, Wire};

/// The header lines that prove who asks, and how long they do.
#[derive(Clone, Debug)]
pub struct Login {
    /// Whole header lines, each with its line end.
    pub headers: Rc<str>,
    /// How long they are good for.
    pub lasts: Duration,
}

impl Login {
    /// Nobody in particular.
    #[must_use]
    pub fn none() -> Self {
        Self { headers: "".into(), lasts: Duration::MAX }
    }

    /// A token that was given on the command line.
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self { headers: format!("authorization: Bearer {token}\r\n").into(), lasts: Duration::MAX }
    }

    /// Asks for a token with a signed assertion.
    ///
    /// # Errors
    /// What the token endpoint says.
    pub async fn software(client: &Client) -> Result<Self, Trouble> {
        let endpoint = Site::parse(&client.token_endpoint, false)?;
        let jti = format!("{:032x}", u128::from_le_bytes(Chance::System.secret()));
        let form = token_form(client, &jti)?;
        let ask = Ask {
            what: "token",
            method: "POST",
            path: "",
            headers: TOKEN_HEADERS,
            body: form.as_bytes(),
            keep: true,
        };
        let mut wire = Wire::new(&endpoint);
        let reply = wire.ask(&ask).await?;
        let said: serde_json::Value = serde_json::from_slice(reply.body).unwrap_or_default();
        let Some(token) = said["access_token"].as_str() else {
            let body = String::from_utf8_lossy(reply.body);
            return Err(format!("no token for {}: {} {body}", client.id, reply.status).into());
        };
        let lasts = Duration::from_secs(said["expires_in"].as_u64().unwrap_or(300));
        Ok(Self { lasts, ..Self::bearer(token) })
    }

    /// Starts a persona's session.
    ///
    /// # Errors
    /// When no cookie comes back.
    pub async fn persona(persona: &Persona) -> Result<Self, Trouble> {
        if let Some(cookie) = &persona.cookie {
            return Ok(Self::cookie(cookie));
        }
        let sign_in = persona.sign_in.as_deref().ok_or("a persona without sign_in")?;
        let mut wire = Wire::new(&Site::parse(sign_in, false)?);
        let ask = Ask { what: "sign in", method: "GET", path: "", headers: "", body: b"", keep: true };
        let reply = wire.ask(&ask).await?;
        let cookies: Vec<&str> = reply
            .headers("set-cookie")
            .filter_map(|cookie| cookie.split(';').next())
            .filter(|cookie| !cookie.ends_with('='))
            .collect();
        if cookies.is_empty() {
            return Err(format!("{sign_in} did not start a session: {}", reply.status).into());
        }
        Ok(Self::cookie(&cookies.join("; ")))
    }

    fn cookie(cookies: &str) -> Self {
        Self { headers: format!("cookie: {cookies}\r\n").into(), lasts: Duration::from_secs(15 * 60) }
    }

    /// Refuses a run that outlasts the login.
    ///
    /// # Errors
    /// With the number of seconds that fit.
    pub fn outlasts(&self, run: Duration) -> Result<(), Trouble> {
        if run < self.lasts {
            return Ok(());
        }
        Err(format!("the login lasts {} s: choose a smaller --seconds", self.lasts.as_secs()).into())
    }
}

/// Header lines of a request for a token.
pub const TOKEN_HEADERS: &str =
    "content-type: application/x-www-form-urlencoded\r\naccept: application/json\r\n";

/// The form with which software asks for a token (`client_credentials` and `private_key_jwt`; RFC 6749 §4.4, RFC
/// 7523 §2.2), its assertion signed now; `jti` must be new each time.
///
/// # Errors
/// When the key does not sign.
pub fn token_form(client: &Client, jti: &str) -> Result<String, Trouble> {
    let now = Clock::Wall.now();
    let assertion = oauth::sign_assertion(&client.key, &client.id, &client.token_endpoint, jti, now)?;
    Ok(format!(
        "grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={assertion}",
        encoded(&client.scopes),
        encoded(ASSERTION_TYPE),
    ))
}

/// `application/x-www-form-urlencoded`.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            b' ' => "+".to_owned(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fake::Fake;

    #[tokio::test(flavor = "current_thread")]
    async fn a_client_signs_and_is_given_a_token() {
        let jwk = oauth::PrivateKey::generate("k1").unwrap();
        let keys = oauth::KeySet::parse(&oauth::jwk::public_jwks(&jwk).to_string()).unwrap();
        let fake = Fake::start(move |request| {
            let form = String::from_utf8(request.body.clone()).unwrap();
            let assertion = form.split("client_assertion=").nth(1).unwrap();
            let host = request.head.lines().find_map(|l| l.strip_prefix("host: ")).unwrap();
            let endpoint = format!("http://{host}{}", request.path);
            let proven = oauth::Assertion::peek(assertion)
                .and_then(|a| {
                    a.verify(&keys, oauth::Rules::software(&[endpoint.as_str()]), Clock::Wall.now())
                })
                .unwrap();
            assert!(form.contains("scope=system%2FDocumentReference.c&"), "{form}");
            Fake::ok(
                &json!({"access_token": format!("for-{}", proven.client_id), "expires_in": 60}).to_string(),
            )
        })
        .await;
        let client = Client {
            id: "lab".into(),
            token_endpoint: format!("http://127.0.0.1:{}/oauth/token", fake.site.port()),
            scopes: "system/DocumentReference.c".into(),
            key: oauth::PrivateKey::parse(&jwk).unwrap(),
        };
        let login = Login::software(&client).await.unwrap();
        assert_eq!(&*login.headers, "authorization: Bearer for-lab\r\n");
        assert!(login.outlasts(Duration::from_secs(59)).is_ok());
        assert!(login.outlasts(Duration::from_secs(60)).is_err());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_session_is_its_cookies() {
        let fake = Fake::start(|_| {
            b"HTTP/1.1 303 See Other\r\nset-cookie: __Host-s=abc; Path=/; HttpOnly\r\nset-cookie: old=; Max-Age=0\r\nset-cookie: l=fr\r\ncontent-length: 0\r\n\r\n".to_vec()
        })
        .await;
        let sign_in = format!("http://127.0.0.1:{}/demo/in", fake.site.port());
        let persona = Persona { kind: "citizen".into(), ins: None, sign_in: Some(sign_in), cookie: None };
        let login = Login::persona(&persona).await.unwrap();
        assert_eq!(&*login.headers, "cookie: __Host-s=abc; l=fr\r\n");
    }
}
