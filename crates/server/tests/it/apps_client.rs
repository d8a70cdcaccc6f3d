//! An app of the catalogue, as its makers would write it: for the tests of connected apps.

use std::cell::Cell;

use oauth::jwk::{public_jwks, sha256_base64url};
use oauth::{PrivateKey, Scopes};
use people::apps::pages::CONNECT;
use people::apps::{self, Listed, Text};
use people::registry::{self, Client, SenderKind};
use serde_json::Value;

use crate::harness::{Browser, Seen, World};
use crate::openid_service::{VERIFIER, encoded, fresh, parameter};

/// What an app of these tests asks for.
pub const SCOPE: &str = "launch/patient offline_access patient/Patient.rs patient/DocumentReference.rs \
    patient/Binary.r patient/List.rs";

/// A registered app; public when it has no key.
pub struct App<'a> {
    pub world: &'a World,
    pub id: String,
    pub redirect: String,
    pub jwk: Option<Value>,
    /// Status of what came back last.
    pub last: Cell<u16>,
}

/// Registers a public app; `change` says what is special about it.
pub fn app<'a>(world: &'a World, id: &str, change: impl FnOnce(&mut Listed)) -> App<'a> {
    register(world, id, None, change)
}

/// Registers an app that signs in with a key.
pub fn keyed<'a>(world: &'a World, id: &str) -> App<'a> {
    register(world, id, Some(PrivateKey::generate(id).unwrap()), |_| {})
}

fn register<'a>(world: &'a World, id: &str, jwk: Option<Value>, change: impl FnOnce(&mut Listed)) -> App<'a> {
    let mut listed = Listed {
        client_id: id.to_owned(),
        name: format!("Suivi {id}"),
        organization: "Éditions de la Santé".to_owned(),
        about: Text { fr: "Vos résultats en courbes.".into(), en: "Your results as curves.".into() },
        website: Some(format!("https://{id}.example/")),
        redirect_uris: vec![format!("https://{id}.example/retour")],
        scopes: Scopes::parse(SCOPE),
    };
    change(&mut listed);
    let client = Client {
        client_id: id.to_owned(),
        organization: listed.organization.clone(),
        finess: None,
        sender_kind: SenderKind::Other,
        jwks: jwk.as_ref().map(|jwk| public_jwks(jwk).to_string()).unwrap_or_default(),
        scopes: Scopes::default(),
        added_at: world.house.clock.now(),
        suspended_at: None,
    };
    let redirect = listed.redirect_uris[0].clone();
    world.house.store.write(move |tx| apps::register(tx, &client, &listed)).wait().unwrap();
    App { world, id: id.to_owned(), redirect, jwk, last: Cell::new(0) }
}

/// Every hidden field of the form that is sent to `action`, but its guard.
pub fn hidden_of(page: &Seen, action: &str) -> Vec<(String, String)> {
    let form = page.text.split(&format!("action=\"{action}\"")).nth(1);
    let form = form.unwrap_or_else(|| panic!("no form to {action} in\n{}", page.text));
    let form = form.split("</form>").next().unwrap_or_default();
    let value = |input: &str, name: &str| {
        let text = input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    };
    form.split("<input")
        .skip(1)
        .filter_map(|input| input.split('>').next())
        .filter(|input| input.contains("type=\"hidden\""))
        .filter_map(|input| Some((value(input, "name")?, value(input, "value")?)))
        .filter(|(name, _)| name != ui::page::CSRF_FIELD)
        .collect()
}

impl App<'_> {
    /// The path that a browser is sent to, with some parameters changed; an empty value leaves one out.
    pub fn path(&self, changes: &[(&str, &str)]) -> String {
        let challenge = sha256_base64url(VERIFIER.as_bytes());
        let aud = format!("{}/fhir", self.world.base);
        let mut all = vec![
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect.as_str()),
            ("scope", SCOPE),
            ("state", "state-1"),
            ("aud", aud.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            all.retain(|(known, _)| known != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        format!("{}?{}", apps::AUTHORIZE, encoded(&all))
    }

    /// Her answer on the page that asks her; these are what she fills in.
    pub fn answered(&self, browser: &Browser, page: &Seen, filled: &[(&str, &str)]) -> Seen {
        page.has_status(200);
        self.answered_again(browser, page, filled)
    }

    /// The same on a page that came back because something was wrong.
    pub fn answered_again(&self, browser: &Browser, page: &Seen, filled: &[(&str, &str)]) -> Seen {
        let hidden = hidden_of(page, CONNECT);
        let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend_from_slice(filled);
        browser.post(page, CONNECT, &fields)
    }

    /// A code that she gives with these words.
    pub fn code(&self, browser: &Browser, filled: &[(&str, &str)]) -> String {
        let page = browser.get(&self.path(&[]));
        self.brought(&self.answered(browser, &page, filled))
    }

    /// The code that her answer brings.
    pub fn brought(&self, answered: &Seen) -> String {
        let to = onward(answered, &self.redirect);
        parameter(&to, "code").unwrap_or_else(|| panic!("no code in {to}"))
    }

    /// Tokens that she gives with these words.
    pub fn connected(&self, browser: &Browser, filled: &[(&str, &str)]) -> Value {
        let tokens = self.redeem(&self.code(browser, filled));
        assert_eq!(self.last.get(), 200, "{tokens}");
        tokens
    }

    /// What the token endpoint says to a code.
    pub fn redeem(&self, code: &str) -> Value {
        let redirect = self.redirect.clone();
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

    /// What the token endpoint says to a refresh token.
    pub fn refresh(&self, tokens: &Value) -> Value {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.post("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// Posts a form as this app, with what proves it.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let mut form = fields.to_vec();
        let assertion = self.jwk.as_ref().map(|jwk| {
            let (key, now) = (PrivateKey::parse(jwk).unwrap(), self.world.house.clock.now());
            oauth::sign_assertion(&key, &self.id, &format!("{}{path}", self.world.base), &fresh(), now)
        });
        let assertion = assertion.map(Result::unwrap);
        match &assertion {
            Some(assertion) => {
                form.push(("client_assertion_type", oauth::assertion::ASSERTION_TYPE));
                form.push(("client_assertion", assertion));
            }
            None => form.push(("client_id", &self.id)),
        }
        self.send(path, &form)
    }

    /// Posts a form as it stands.
    pub fn send(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let response = self
            .world
            .browser()
            .client
            .post(format!("{}{path}", self.world.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(form))
            .send()
            .unwrap();
        self.last.set(response.status().as_u16());
        serde_json::from_str(&response.text().unwrap()).unwrap_or_default()
    }

    /// What the FHIR door answers to a token: status and resource.
    pub fn reads(&self, tokens: &Value, path: &str) -> (u16, Value) {
        let token = tokens["access_token"].as_str().unwrap();
        let request = self.world.browser().client.get(format!("{}{path}", self.world.base));
        let response = request.bearer_auth(token).header("accept", "application/fhir+json").send().unwrap();
        let status = response.status().as_u16();
        self.last.set(status);
        (status, serde_json::from_str(&response.text().unwrap()).unwrap_or_default())
    }

    /// Ids of what a search finds, and its total.
    pub fn finds(&self, tokens: &Value, path: &str) -> (Vec<String>, u64) {
        let (status, bundle) = self.reads(tokens, path);
        assert_eq!(status, 200, "{path}: {bundle}");
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        let ids = entries.iter().filter_map(|entry| entry["resource"]["id"].as_str().map(str::to_owned));
        (ids.collect(), bundle["total"].as_u64().unwrap())
    }

    /// Takes this app out of use, as the operator does.
    pub fn suspend(&self) {
        let (id, now) = (self.id.clone(), self.world.house.clock.now());
        self.world.house.store.write(move |tx| registry::suspend(tx, &id, Some(now))).wait().unwrap();
    }
}

/// The address to which a page of ours leads on, at another site.
pub fn onward(page: &Seen, redirect: &str) -> String {
    page.has_status(200);
    let link = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let link = link.map(|to| to.replace("&amp;", "&")).find(|to| to.starts_with(redirect));
    link.unwrap_or_else(|| panic!("no link to {redirect} in\n{}", page.text))
}

/// The error in the address that a browser is sent back to.
pub fn told(seen: &Seen) -> Option<String> {
    parameter(seen.location.as_deref()?, "error")
}
