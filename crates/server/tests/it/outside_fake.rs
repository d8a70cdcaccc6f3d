//! A provider of our own for tests: FranceConnect as far as Carnet speaks with it, signed by a key of the test, and as
//! dishonest as a test asks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, UnparsedPublicKey};
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Instant;
use oauth::PrivateKey;
use oauth::jwk::{public_jwks, sha256_base64url};
use serde_json::{Value, json};

use crate::harness::World;
use crate::openid_service::{encoded, fresh, parameter, query_of};

pub const SECRET: &str = "un-secret-partagé";

/// What somebody signed in with, until her code is exchanged.
struct Waiting {
    challenge: String,
    redirect_uri: String,
    id_token: Value,
    claims: Value,
}

struct State {
    /// What signs; its public half is published once `published` says so.
    key: Value,
    /// The keys that the world may see.
    published: Value,
    codes: BTreeMap<String, Waiting>,
    /// By access token: what userinfo says.
    claims: BTreeMap<String, Value>,
    /// How often its keys were fetched.
    fetched: usize,
    /// The client's public key that everything is encrypted for, as FranceConnect+ does.
    seals_for: Option<Value>,
}

/// A running provider. It stops with the test.
pub struct Fake {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let key = PrivateKey::generate("k-1").unwrap();
        let published = public_jwks(&key);
        let state = State {
            key,
            published,
            codes: BTreeMap::new(),
            claims: BTreeMap::new(),
            fetched: 0,
            seals_for: None,
        };
        let fake = Self { issuer: issuer.clone(), state: Arc::new(Mutex::new(state)) };
        let state = fake.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = serve(stream.unwrap(), &issuer, &state);
            }
        });
        fake
    }

    /// The variables with which a Carnet knows this provider under `name`.
    pub fn variables(&self, name: &str, kind: &str) -> Vec<(String, String)> {
        [("KIND", kind), ("ISSUER", &self.issuer), ("CLIENT_ID", "carnet"), ("SECRET", SECRET)]
            .map(|(key, value)| (format!("CARNET_PROVIDERS_{}_{key}", name.to_uppercase()), value.to_owned()))
            .to_vec()
    }

    /// A new key; the world sees it now, or (`seen` false) goes on seeing the one before.
    pub fn rotate(&self, kid: &str, seen: bool) {
        let mut state = self.state.lock().unwrap();
        state.key = PrivateKey::generate(kid).unwrap();
        if seen {
            state.published = public_jwks(&state.key);
        }
    }

    /// From now on everything said about somebody is encrypted for the key that the client publishes.
    pub fn seals_for(&self, client: &World) {
        let keys: Value = serde_json::from_str(&client.browser().get("/oauth/client-keys").text).unwrap();
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["use"] == "enc").cloned();
        self.state.lock().unwrap().seals_for = Some(key.expect("a key to encrypt for"));
    }

    /// A logout token about somebody (`sub`, `sid`), of the id `jti`.
    pub fn logout_token(&self, world: &World, whom: &Value, jti: &str) -> String {
        let now = world.house.clock.now().0 / Instant::SECOND;
        let mut claims = json!({
            "iss": self.issuer, "aud": "carnet", "exp": now + 120, "iat": now, "jti": jti,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        claims.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
        signed_as("logout+jwt", &self.state.lock().unwrap().key, &claims)
    }

    pub fn fetched(&self) -> usize {
        self.state.lock().unwrap().fetched
    }

    /// Somebody signs in at the address that she was sent to; `token` changes what the ID token says. Answers the path
    /// of ours where her browser goes then.
    pub fn approves(&self, world: &World, sent_to: &str, claims: &Value, token: &Value) -> String {
        assert!(sent_to.starts_with(&format!("{}/entrer?", self.issuer)), "{sent_to}");
        let asked = |name: &str| parameter(sent_to, name).unwrap_or_else(|| panic!("no {name}: {sent_to}"));
        assert_eq!((asked("response_type"), asked("code_challenge_method")), ("code".into(), "S256".into()));
        assert!(asked("scope").split(' ').any(|scope| scope == "openid"));
        let now = world.house.clock.now().0 / Instant::SECOND;
        let mut id_token = json!({
            "iss": self.issuer, "sub": claims["sub"], "aud": "carnet", "exp": now + 60, "iat": now,
            "auth_time": now, "nonce": asked("nonce"), "acr": asked("acr_values"),
        });
        for (name, value) in token.as_object().unwrap() {
            id_token[name] = value.clone();
        }
        let code = fresh();
        let waiting = Waiting {
            challenge: asked("code_challenge"),
            redirect_uri: asked("redirect_uri"),
            id_token,
            claims: claims.clone(),
        };
        let back = waiting.redirect_uri.strip_prefix(&world.base).unwrap().to_owned();
        self.state.lock().unwrap().codes.insert(code.clone(), waiting);
        format!("{back}?{}", encoded(&[("code", &code), ("state", &asked("state"))]))
    }
}

/// Signs as this provider does.
fn signed(jwk: &Value, claims: &Value) -> String {
    signed_as("JWT", jwk, claims)
}

fn signed_as(typ: &str, jwk: &Value, claims: &Value) -> String {
    let header = json!({"alg": "ES256", "typ": typ, "kid": jwk["kid"]});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let point = [vec![4], number("x"), number("y")].concat();
    let rule = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::from_private_key_and_public_key(rule, &number("d"), &point).unwrap();
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// Encrypts for a public key: `ECDH-ES` with `A256GCM` (RFC 7516, RFC 7518 §4.6).
fn sealed(jwk: &Value, plain: &str) -> String {
    let ours = PrivateKey::generate("ephemeral").unwrap();
    let number = |key: &Value, name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let secret = agreement::PrivateKey::from_private_key(&ECDH_P256, &number(&ours, "d")).unwrap();
    let point = [vec![4], number(jwk, "x"), number(jwk, "y")].concat();
    let key = agreement::agree(&secret, UnparsedPublicKey::new(&ECDH_P256, point), (), |shared| {
        let length = |n: u32| n.to_be_bytes().to_vec();
        let all = [&length(1)[..], shared, &length(7), b"A256GCM", &length(0), &length(0), &length(256)];
        Ok(digest::digest(&digest::SHA256, &all.concat()))
    });
    let epk = json!({"kty": "EC", "crv": "P-256", "x": ours["x"], "y": ours["y"]});
    let header = json!({"alg": "ECDH-ES", "enc": "A256GCM", "kid": jwk["kid"], "cty": "JWT", "epk": epk});
    let head = URL_SAFE_NO_PAD.encode(header.to_string());
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.unwrap().as_ref()).unwrap());
    let mut content = plain.as_bytes().to_vec();
    let nonce = Nonce::assume_unique_for_key([9; 12]);
    key.seal_in_place_append_tag(nonce, Aad::from(head.as_bytes()), &mut content).unwrap();
    let (content, tag) = content.split_at(content.len() - 16);
    let [nonce, content, tag] = [&[9; 12][..], content, tag].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    format!("{head}..{nonce}.{content}.{tag}")
}

/// Signed, and encrypted when the client wants that.
fn said(state: &State, claims: &Value) -> String {
    let token = signed(&state.key, claims);
    state.seals_for.as_ref().map_or(token.clone(), |key| sealed(key, &token))
}

fn serve(mut stream: TcpStream, issuer: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut bearer) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "authorization" => bearer = value.trim_start_matches("Bearer ").to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let form = String::from_utf8(body).unwrap_or_default();
    let (status, kind, text) = answer(&path, &bearer, &form, issuer, &mut state.lock().unwrap());
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}

fn answer(
    path: &str,
    bearer: &str,
    form: &str,
    issuer: &str,
    state: &mut State,
) -> (u16, &'static str, String) {
    let json = |status, value: Value| (status, "application/json", value.to_string());
    let at = |path: &str| format!("{issuer}{path}");
    match path {
        "/.well-known/openid-configuration" => json(
            200,
            json!({
                "issuer": issuer,
                "authorization_endpoint": at("/entrer"),
                "token_endpoint": at("/jetons"),
                "userinfo_endpoint": at("/qui"),
                "jwks_uri": at("/cles"),
                "end_session_endpoint": at("/sortir"),
            }),
        ),
        "/cles" => {
            state.fetched += 1;
            json(200, state.published.clone())
        }
        "/jetons" => {
            let sent = query_of(&format!("?{form}"));
            let field = |name: &str| sent.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
            let Some(waiting) = state.codes.remove(field("code")) else {
                return json(400, json!({"error": "invalid_grant"}));
            };
            let proven = field("client_id") == "carnet" && field("client_secret") == SECRET;
            let verified = sha256_base64url(field("code_verifier").as_bytes()) == waiting.challenge;
            if !proven || !verified || field("redirect_uri") != waiting.redirect_uri {
                return json(401, json!({"error": "invalid_client"}));
            }
            let access = fresh();
            state.claims.insert(access.clone(), waiting.claims);
            let id_token = said(state, &waiting.id_token);
            json(200, json!({"access_token": access, "id_token": id_token, "token_type": "Bearer"}))
        }
        "/qui" => match state.claims.remove(bearer) {
            // FranceConnect signs what it says about somebody.
            Some(claims) => (200, "application/jwt", said(state, &claims)),
            None => json(401, json!({"error": "invalid_token"})),
        },
        _ => json(404, json!({})),
    }
}
