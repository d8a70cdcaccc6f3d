//! A service at whose door professionals sign in with Carnet, as its makers would write it: for the tests of the
//! OpenID provider.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::rpps::Rpps;
use oauth::dpop::{self, Target};
use oauth::jwk::{public_jwks, sha256_base64url};
use oauth::{PrivateKey, Proves, Scopes, Service};
use people::identity::account::{self, AccountKind};
use people::identity::session::Persona;
use people::openid::services;
use people::registry::{Client, SenderKind};
use serde_json::Value;
use synthetic::professionals;

use crate::harness::{Browser, Seen, World};
use crate::people_of::{persona, register};

/// The verifier of every request of these tests; its challenge is [`challenge`].
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A new id.
pub fn fresh() -> String {
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A registered service and its keys.
pub struct Rp<'a> {
    pub world: &'a World,
    pub id: String,
    pub jwk: Value,
    /// Its DPoP key, when it uses one.
    pub dpop: Option<Value>,
    /// Sent along with every request.
    pub headers: Vec<(&'static str, String)>,
    /// Leaves its assertion out, when its certificate proves it.
    pub silent: bool,
    /// Says what came back last.
    pub last: Cell<u16>,
}

/// Registers a service; `change` says what is special about it.
pub fn service<'a>(world: &'a World, id: &str, change: impl FnOnce(&mut Service)) -> Rp<'a> {
    let jwk = PrivateKey::generate(id).unwrap();
    let mut service = Service {
        client_id: id.to_owned(),
        name: format!("Service {id}"),
        redirect_uris: vec![
            format!("https://{id}.example/retour"),
            format!("https://{id}.example/autre?x=1"),
        ],
        post_logout_redirect_uris: vec![format!("https://{id}.example/fin")],
        backchannel_logout_uri: None,
        proves: Proves::PrivateKeyJwt,
        fapi: false,
        signing: oauth::Signing::default(),
    };
    change(&mut service);
    let client = Client {
        client_id: id.to_owned(),
        organization: "Clinique des Tilleuls".to_owned(),
        finess: None,
        sender_kind: SenderKind::Other,
        jwks: public_jwks(&jwk).to_string(),
        scopes: Scopes::default(),
        added_at: world.house.clock.now(),
        suspended_at: None,
    };
    let fapi = service.fapi;
    world.house.store.write(move |tx| services::register(tx, &client, &service)).wait().unwrap();
    let dpop = fapi.then(|| PrivateKey::generate("dpop").unwrap());
    Rp { world, id: id.to_owned(), jwk, dpop, headers: Vec::new(), silent: false, last: Cell::new(0) }
}

/// A doctor's number and the browser in which she is signed in.
pub fn doctor(world: &World, n: u64) -> (Rpps, Browser) {
    let who = professionals::doctor(1, n);
    register(world, &[&who]);
    let rpps = Rpps::parse(&who.rpps).unwrap();
    let browser = persona(world, &Persona::Professional(rpps.clone()));
    (rpps, browser)
}

/// A browser in which she came in by the code of her activation: it has seen no passkey.
pub fn came_by_code(world: &World, rpps: &Rpps) -> Browser {
    let (house, who) = (world.house.clone(), rpps.clone());
    let now = house.clock.now();
    let issue = move |tx: &mut store::Tx<'_>| {
        let visit = people::enrolment::waves::system("test", now, 1);
        account::issue_code(tx, &visit, AccountKind::Professional, who.as_str(), &house.chance)
    };
    let code = world.house.store.write(issue).wait().unwrap();
    let browser = world.browser();
    let form = browser.get("/pro/activation");
    let begun = browser.post(&form, "/pro/activation", &[("who", rpps.as_str()), ("code", &code)]);
    assert_eq!(begun.location.as_deref(), Some("/pro/activation/passkey"), "{}", begun.text);
    let page = browser.get("/pro/activation/passkey");
    browser.post(&page, "/pro/activation/later", &[]).has_status(303);
    browser.get("/pro").has_status(200);
    browser
}

/// Parameters of an address.
pub fn query_of(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                out.push(u8::from_str_radix(std::str::from_utf8(&[*a, *b]).unwrap(), 16).unwrap());
                rest = after;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(*first),
        }
    }
    String::from_utf8(out).unwrap()
}

/// The value of one parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    query_of(address).into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
}

/// A form or query as text.
pub fn encoded(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", ui::address::encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// One part of a JWT.
pub fn part(token: &str, n: usize) -> Value {
    let bytes = kernel::codes::from_base64url(token.split('.').nth(n).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

impl Rp<'_> {
    pub fn redirect(&self) -> String {
        format!("https://{}.example/retour", self.id)
    }

    /// Parameters of a good request, with some changed; an empty value leaves one out.
    pub fn request(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let challenge = sha256_base64url(VERIFIER.as_bytes());
        let redirect = self.redirect();
        let mut all = vec![
            ("client_id", self.id.as_str()),
            ("redirect_uri", &redirect),
            ("response_type", "code"),
            ("scope", "openid scope_all"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The path that a browser is sent to.
    pub fn path(&self, changes: &[(&str, &str)]) -> String {
        let pairs = self.request(changes);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        format!("/oauth/authorize?{}", encoded(&pairs))
    }

    /// Pushes a request; answers the path that a browser is sent to.
    pub fn push(&self, changes: &[(&str, &str)]) -> Result<String, Value> {
        let pairs = self.request(changes);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = self.post("/oauth/par", &pairs);
        match answer["request_uri"].as_str() {
            Some(uri) => Ok(self.pushed(uri)),
            None => Err(answer),
        }
    }

    /// The path of a pushed request.
    pub fn pushed(&self, uri: &str) -> String {
        format!("/oauth/authorize?{}", encoded(&[("client_id", &self.id), ("request_uri", uri)]))
    }

    /// Its assertion for us.
    pub fn assertion(&self) -> String {
        let key = PrivateKey::parse(&self.jwk).unwrap();
        let now = self.world.house.clock.now();
        oauth::sign_assertion(&key, &self.id, &self.world.base, &fresh(), now).unwrap()
    }

    /// A proof of possession for a request of its.
    pub fn proof(&self, method: &str, path: &str, access_token: Option<&str>) -> Option<String> {
        let address = format!("{}{path}", self.world.base);
        let target = Target { method, address: &address, access_token };
        let now = self.world.house.clock.now();
        self.dpop.as_ref().map(|jwk| dpop::sign(jwk, target, &fresh(), now).unwrap())
    }

    /// Posts a form as this service, with everything that proves it.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let assertion = self.assertion();
        let mut form: Vec<(&str, &str)> = fields.to_vec();
        if self.silent {
            if !form.iter().any(|(name, _)| *name == "client_id") {
                form.push(("client_id", &self.id));
            }
        } else {
            form.push(("client_assertion_type", oauth::assertion::ASSERTION_TYPE));
            form.push(("client_assertion", &assertion));
        }
        let proof = if path == "/oauth/token" { self.proof("POST", path, None) } else { None };
        self.send(path, &form, proof.as_deref())
    }

    /// Posts a form as it stands.
    pub fn send(&self, path: &str, form: &[(&str, &str)], proof: Option<&str>) -> Value {
        let mut request = self
            .world
            .browser()
            .client
            .post(format!("{}{path}", self.world.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(form));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let response = request.send().unwrap();
        self.last.set(response.status().as_u16());
        serde_json::from_str(&response.text().unwrap()).unwrap_or_default()
    }

    /// A code that this browser brings.
    pub fn code(&self, browser: &Browser, changes: &[(&str, &str)]) -> String {
        let path = if self.dpop.is_some() { self.push(changes).unwrap() } else { self.path(changes) };
        code(&browser.get(&path))
    }

    /// What the token endpoint says to a code.
    pub fn redeem(&self, code: &str) -> Value {
        let redirect = self.redirect();
        self.post(
            "/oauth/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &redirect),
                ("code_verifier", VERIFIER),
            ],
        )
    }

    /// Tokens for whoever is signed in in this browser.
    pub fn sign_in(&self, browser: &Browser) -> Value {
        let tokens = self.redeem(&self.code(browser, &[]));
        assert_eq!(self.last.get(), 200, "{tokens}");
        tokens
    }

    /// What the token endpoint says to a refresh token.
    pub fn refresh(&self, tokens: &Value) -> Value {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.post("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// What userinfo says to an access token.
    pub fn userinfo(&self, tokens: &Value) -> Value {
        let token = tokens["access_token"].as_str().unwrap();
        let proof = self.proof("GET", "/oauth/userinfo", Some(token));
        let scheme = if proof.is_some() { "DPoP" } else { "Bearer" };
        self.ask(scheme, token, proof.as_deref())
    }

    /// The same with everything said.
    pub fn ask(&self, scheme: &str, token: &str, proof: Option<&str>) -> Value {
        let address = format!("{}/oauth/userinfo", self.world.base);
        let mut request =
            self.world.browser().client.get(address).header("authorization", format!("{scheme} {token}"));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let response = request.send().unwrap();
        self.last.set(response.status().as_u16());
        serde_json::from_str(&response.text().unwrap()).unwrap_or_default()
    }
}

/// The code in an answer.
pub fn code(seen: &Seen) -> String {
    seen.has_status(303);
    let to = seen.location.as_deref().unwrap_or_default();
    parameter(to, "code").unwrap_or_else(|| panic!("no code in {to}"))
}

/// The error in an answer.
pub fn error(seen: &Seen) -> String {
    let to = seen.location.as_deref().unwrap_or_default();
    parameter(to, "error").unwrap_or_else(|| format!("{} without error: {to}", seen.status))
}
