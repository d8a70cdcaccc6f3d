//! How fast tokens are made and checked: `cargo run -p people --release --example openid_tokens`.
//!
//! Pure parts one by one, on one core; then the token endpoint's whole verb on the embedded engine: assertion, burnt
//! `jti`, grant, ID token, one durable transaction, with 64 requests under way.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints what it measured"
)]

use std::hint::black_box;
use std::time::Instant as Stopwatch;

use kernel::rpps::Rpps;
use kernel::{Actor, Chance, Instant, Language, Professional, Purpose, Visit};
use oauth::dpop::{self, Target};
use oauth::jwk::{public_jwks, sha256_base64url};
use oauth::openid::IdToken;
use oauth::{Assertion, Binding, KeySet, PrivateKey, Proves, Rules, Scopes, Service, ServiceToken};
use people::identity::session::{self, Demo, Limits, Persona};
use people::identity::{Knock, Token};
use people::openid::{Next, Shown, Terms, entering, services, tokens};
use people::registry::{self, Client, KnownProfessional, SenderKind};
use store::{Keyring, Store};

const NOW: Instant = Instant(1_795_000_000 * Instant::SECOND);
const ISSUER: &str = "https://carnet.example";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Requests of the whole verb.
const REQUESTS: usize = 3000;

fn measured(what: &str, times: u32, mut f: impl FnMut()) {
    for _ in 0..times / 10 {
        f();
    }
    let started = Stopwatch::now();
    for _ in 0..times {
        f();
    }
    println!("{what:<44} {:>9.2} µs", started.elapsed().as_secs_f64() * 1e6 / f64::from(times));
}

fn parts() {
    let keyring = Keyring::ephemeral().unwrap();
    let jwk = PrivateKey::generate("k").unwrap();
    let key = PrivateKey::parse(&jwk).unwrap();
    let keys = KeySet::parse(&public_jwks(&jwk).to_string()).unwrap();
    let token = ServiceToken {
        grant: "AAAAAAAAAAAAAAAAAAAAAA".into(),
        client_id: "dossier".into(),
        scope: "openid scope_all".into(),
        issued: NOW,
        binding: Binding::Key("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".into()),
    };
    let text = token.seal(|plain| keyring.seal("openid-access", plain));
    measured("access token: make", 20_000, || {
        black_box(token.seal(|plain| keyring.seal("openid-access", plain)));
    });
    measured("access token: check (open and binding)", 20_000, || {
        let opened = tokens::open(&keyring, &text, NOW).unwrap();
        let jkt = Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        black_box(opened.check_binding("DPoP", jkt, None).is_ok());
    });
    let id_token = IdToken {
        issuer: ISSUER,
        client_id: "dossier",
        national_id: "810001045367",
        sid: "S",
        signed_in: NOW,
        nonce: Some("n"),
        access_token: &text,
    };
    measured("ID token: make (ES256)", 2_000, || {
        black_box(id_token.sign(&key, NOW).unwrap());
    });
    let assertion = oauth::sign_assertion(&key, "dossier", ISSUER, "j", NOW).unwrap();
    let rules = Rules { audiences: &[ISSUER], lifetime: 3600, fapi: true };
    measured("client assertion: check (ES256)", 2_000, || {
        black_box(Assertion::peek(&assertion).unwrap().verify(&keys, rules, NOW).unwrap());
    });
    let target =
        Target { method: "GET", address: "https://carnet.example/oauth/userinfo", access_token: Some(&text) };
    let proof = dpop::sign(&jwk, target, "j", NOW).unwrap();
    measured("DPoP proof: check (ES256)", 2_000, || {
        black_box(dpop::check(&proof, target, NOW).unwrap());
    });
}

/// A professional with a session, a service, and a code for it.
fn stage(store: &Store, key: &serde_json::Value) -> String {
    let of = Professional {
        rpps: Rpps::parse("10001045367").unwrap(),
        name: "Dr Claire Moreau".into(),
        profession: "10".into(),
        specialty: None,
        structure: "Clinique des Tilleuls".into(),
        finess: None,
    };
    let service = Service {
        client_id: "dossier".into(),
        name: "Dossier".into(),
        redirect_uris: vec!["https://d.example/r".into()],
        post_logout_redirect_uris: vec![],
        backchannel_logout_uri: None,
        proves: Proves::PrivateKeyJwt,
        // Its refresh token stays the same, so that one serves for every request.
        fapi: false,
        signing: oauth::Signing::default(),
    };
    let client = Client {
        client_id: "dossier".into(),
        organization: "Clinique".into(),
        finess: None,
        sender_kind: SenderKind::Hospital,
        jwks: public_jwks(key).to_string(),
        scopes: Scopes::default(),
        added_at: NOW,
        suspended_at: None,
    };
    let known = KnownProfessional { professional: of.clone(), sector: None };
    store
        .write(move |tx| {
            registry::add_professional(tx, &known)?;
            services::register(tx, &client, &service)?;
            let visit = Visit {
                actor: Actor::Nobody,
                on_behalf_of: None,
                purpose: Purpose::Care,
                now: NOW,
                language: Language::Fr,
                request_id: 1,
            };
            let knock = Knock { network: std::net::Ipv4Addr::LOCALHOST.into(), device: String::new() };
            let who = Persona::Professional(of.rpps.clone());
            let demo = Demo::nothing_here_is_real();
            let terms = (Limits::default(), &Chance::System);
            let token = session::demo_session(tx, &demo, &visit, &who, &knock, terms)?;
            Ok(Token::cookie(&token))
        })
        .wait()
        .unwrap()
}

fn whole() {
    let (store, _folder) = store::testing::sqlite().unwrap();
    let jwk = PrivateKey::generate("k").unwrap();
    let key = PrivateKey::parse(&jwk).unwrap();
    let cookie = stage(&store, &jwk);
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    };
    let challenge = sha256_base64url(VERIFIER.as_bytes());
    let query = pairs(&[
        ("client_id", "dossier"),
        ("redirect_uri", "https://d.example/r"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let terms = || Terms { issuer: ISSUER, now: NOW, chance: &Chance::System };
    let forms: Vec<_> = (0..REQUESTS)
        .map(|n| {
            let (query, cookie) = (query.clone(), cookie.clone());
            let next = store
                .write(move |tx| {
                    let held = session::session(tx, &Token::parse(&cookie).unwrap(), NOW)?;
                    entering::authorize(tx, &query, held.as_ref(), terms())
                })
                .wait()
                .unwrap();
            let Next::Leave(to) = next else { return Vec::new() };
            let code = to.split("code=").nth(1).unwrap().split('&').next().unwrap();
            let assertion = oauth::sign_assertion(&key, "dossier", ISSUER, &format!("j{n}"), NOW).unwrap();
            pairs(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", "https://d.example/r"),
                ("code_verifier", VERIFIER),
                ("client_assertion_type", oauth::assertion::ASSERTION_TYPE),
                ("client_assertion", &assertion),
            ])
        })
        .collect();
    let started = Stopwatch::now();
    let mut under_way = std::collections::VecDeque::new();
    let mut good = 0;
    for form in forms {
        under_way.push_back(store.write(move |tx| {
            let shown = Shown { form: &form, path: "/oauth/token", proofs: &[], certificate: None };
            tokens::give(tx, shown, terms())
        }));
        if under_way.len() == 64 {
            good += usize::from(under_way.pop_front().unwrap().wait().unwrap().is_ok());
        }
    }
    for pending in under_way {
        good += usize::from(pending.wait().unwrap().is_ok());
    }
    let rate = REQUESTS as f64 / started.elapsed().as_secs_f64();
    println!("token endpoint, whole verb: {good} of {REQUESTS} answered with tokens, {rate:.0} a second");
}

fn main() {
    oauth::install_crypto();
    parts();
    whole();
}
