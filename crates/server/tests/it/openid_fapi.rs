//! The FAPI 2.0 Security Profile, check by check: pushed requests, bound tokens, certificates. The list with names of
//! checks is docs/security/openid-checks.md.

use kernel::Instant;
use oauth::jwk::public_jwks;
use oauth::{Binding, PrivateKey, Proves};
use serde_json::{Value, json};

use crate::harness::{World, on_both};
use crate::openid_service::{Rp, VERIFIER, code, doctor, error, parameter, query_of, service};

fn fapi<'a>(world: &'a World, id: &str) -> Rp<'a> {
    service(world, id, |service| service.fapi = true)
}

#[test]
fn a_fapi_service_signs_a_professional_in() {
    on_both(|world| {
        let rp = fapi(world, "reseau");
        let (rpps, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        assert_eq!(tokens["token_type"], "DPoP");
        assert_eq!(rp.userinfo(&tokens)["SubjectNameID"], format!("8{rpps}"));
        let again = rp.refresh(&tokens);
        // No rotation (§5.3.2.1): an answer that was lost must not end a session.
        assert_eq!(again["refresh_token"], tokens["refresh_token"]);
        assert!(rp.userinfo(&rp.refresh(&tokens))["sub"].is_string());
    });
}

#[test]
fn requests_are_pushed_first() {
    on_both(|world| {
        let rp = fapi(world, "reseau");
        let (_, browser) = doctor(world, 0);
        assert_eq!(error(&browser.get(&rp.path(&[]))), "invalid_request", "a request in the address");
        let other = fapi(world, "autre");
        for (changes, expected) in [
            (vec![("redirect_uri", "https://evil.example/retour")], "invalid_request"),
            (vec![("redirect_uri", "")], "invalid_request"),
            (vec![("response_type", "code id_token")], "unsupported_response_type"),
            (vec![("code_challenge", "")], "invalid_request"),
            (vec![("code_challenge_method", "plain")], "invalid_request"),
            (vec![("scope", "profile")], "invalid_scope"),
            (vec![("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
            (vec![("request", "a.b.c")], "request_not_supported"),
        ] {
            assert_eq!(rp.push(&changes).unwrap_err()["error"], expected, "{changes:?}");
            assert_eq!(rp.last.get(), 400);
        }
        let pairs = rp.request(&[]);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            rp.send("/oauth/par", &pairs, None)["error"],
            "invalid_client",
            "without proof of who asks"
        );
        let answer = rp.post("/oauth/par", &pairs);
        assert_eq!(rp.last.get(), 201);
        assert!(answer["expires_in"].as_i64().unwrap() < 600);
        let uri = answer["request_uri"].as_str().unwrap();
        browser.get(&other.pushed(uri)).has_status(400);
        let path = rp.pushed(uri);
        // What stands beside the reference is not looked at (RFC 9126 §4).
        let seen = browser.get(&format!("{path}&redirect_uri=https%3A%2F%2Fevil.example&scope=profile"));
        assert!(seen.location.as_deref().unwrap().starts_with(&rp.redirect()));
        code(&seen);
        browser.get(&path).has_status(400);
        let late = rp.push(&[]).unwrap();
        world.house.clock.advance(91 * Instant::SECOND);
        browser.get(&late).has_status(400);
        browser.get(&rp.pushed("urn:ietf:params:oauth:request_uri:nonsense")).has_status(400);
    });
}

/// The answer of the authorization endpoint: state as it was sent, our issuer, nothing twice (RFC 9207).
#[test]
fn the_answer_names_its_issuer() {
    on_both(|world| {
        let rp = fapi(world, "reseau");
        let (_, browser) = doctor(world, 0);
        let state = "A-._~ é/?&=#\"<>";
        let to = browser.get(&rp.push(&[("state", state)]).unwrap()).location.unwrap();
        let names: Vec<String> = query_of(&to).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        assert_eq!(parameter(&to, "state").as_deref(), Some(state));
        assert_eq!(parameter(&to, "iss").as_deref(), Some(world.base.as_str()));
        let bare = browser.get(&rp.push(&[("state", ""), ("nonce", "")]).unwrap()).location.unwrap();
        assert_eq!(parameter(&bare, "state"), None);
    });
}

#[test]
fn tokens_are_bound_to_the_key_of_the_service() {
    on_both(|world| {
        let rp = fapi(world, "reseau");
        let (_, browser) = doctor(world, 0);
        let code = rp.code(&browser, &[]);
        let redirect = rp.redirect();
        let ask = |proof: Option<&str>| {
            let assertion = rp.assertion();
            let form = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", redirect.as_str()),
                ("code_verifier", VERIFIER),
                ("client_assertion_type", oauth::assertion::ASSERTION_TYPE),
                ("client_assertion", assertion.as_str()),
            ];
            rp.send("/oauth/token", &form, proof)
        };
        assert_eq!(ask(None)["error"], "invalid_dpop_proof", "no proof");
        let elsewhere = rp.proof("POST", "/oauth/par", None);
        assert_eq!(ask(elsewhere.as_deref())["error"], "invalid_dpop_proof", "a proof for elsewhere");
        let proof = rp.proof("POST", "/oauth/token", None);
        let tokens = ask(proof.as_deref());
        assert_eq!(tokens["token_type"], "DPoP");
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let assertion = rp.assertion();
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_assertion_type", oauth::assertion::ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        assert_eq!(
            rp.send("/oauth/token", &form, proof.as_deref())["error"],
            "invalid_dpop_proof",
            "used before"
        );

        let token = tokens["access_token"].as_str().unwrap();
        let fresh = || rp.proof("GET", "/oauth/userinfo", Some(token)).unwrap();
        let thief = Rp { dpop: Some(PrivateKey::generate("thief").unwrap()), ..fapi(world, "voleur") };
        let stolen = thief.proof("GET", "/oauth/userinfo", Some(token)).unwrap();
        let no_hash = rp.proof("GET", "/oauth/userinfo", None).unwrap();
        let other_method = rp.proof("POST", "/oauth/userinfo", Some(token)).unwrap();
        for (scheme, proof, expected) in [
            ("Bearer", None, "invalid_token"),
            ("Bearer", Some(fresh()), "invalid_token"),
            ("DPoP", None, "invalid_token"),
            ("DPoP", Some(stolen), "invalid_token"),
            ("DPoP", Some(no_hash), "invalid_dpop_proof"),
            ("DPoP", Some(other_method), "invalid_dpop_proof"),
        ] {
            assert_eq!(rp.ask(scheme, token, proof.as_deref())["error"], expected, "{scheme}");
            assert_eq!(rp.last.get(), 401);
        }
        let once = fresh();
        assert!(rp.ask("DPoP", token, Some(&once))["sub"].is_string());
        assert_eq!(rp.ask("DPoP", token, Some(&once))["error"], "invalid_dpop_proof", "a proof used before");
    });
}

/// RFC 9449 §10: a code is bound to the key that its request named.
#[test]
fn a_code_is_bound_to_the_key_named_in_its_request() {
    on_both(|world| {
        let rp = fapi(world, "reseau");
        let (_, browser) = doctor(world, 0);
        let own = oauth::jwk::thumbprint_of(rp.dpop.as_ref().unwrap()).unwrap();
        let good = rp.code(&browser, &[("dpop_jkt", &own)]);
        assert_eq!(rp.redeem(&good)["token_type"], "DPoP");
        let other = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let bad = rp.code(&browser, &[("dpop_jkt", other)]);
        assert_eq!(rp.redeem(&bad)["error"], "invalid_dpop_proof");
    });
}

/// RFC 9449 §10.1: a proof that is shown when a request is pushed binds the code as `dpop_jkt` does.
#[test]
fn a_proof_shown_when_pushing_binds_the_code() {
    on_both(|world| {
        let mut rp = fapi(world, "reseau");
        let (_, browser) = doctor(world, 0);
        let pushes = |changes: &[(&str, &str)]| {
            let assertion = rp.assertion();
            let mut pairs = rp.request(changes);
            pairs.push(("client_assertion_type".into(), oauth::assertion::ASSERTION_TYPE.into()));
            pairs.push(("client_assertion".into(), assertion));
            let form: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            rp.send("/oauth/par", &form, rp.proof("POST", "/oauth/par", None).as_deref())
        };
        let good = pushes(&[]);
        let bad = pushes(&[]);
        let other = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert_eq!(pushes(&[("dpop_jkt", other)])["error"], "invalid_dpop_proof", "two keys are named");
        let code_of =
            |answer: &Value| code(&browser.get(&rp.pushed(answer["request_uri"].as_str().unwrap())));
        let (good, bad) = (code_of(&good), code_of(&bad));
        assert_eq!(rp.redeem(&good)["token_type"], "DPoP");
        rp.dpop = Some(PrivateKey::generate("thief").unwrap());
        assert_eq!(rp.redeem(&bad)["error"], "invalid_dpop_proof", "the key of somebody else");
    });
}

/// Bound tokens are for every service that wants them, also where nobody demands it.
#[test]
fn a_service_outside_fapi_may_bind_its_tokens_too() {
    on_both(|world| {
        let mut rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let code = rp.code(&browser, &[]);
        rp.dpop = Some(PrivateKey::generate("dpop").unwrap());
        let tokens = rp.redeem(&code);
        assert_eq!(tokens["token_type"], "DPoP");
        assert!(rp.userinfo(&tokens)["sub"].is_string());
        let told = rp.post("/oauth/introspect", &[("token", tokens["access_token"].as_str().unwrap())]);
        let jkt = oauth::jwk::thumbprint_of(rp.dpop.as_ref().unwrap()).unwrap();
        assert_eq!(told["cnf"], json!({ "jkt": jkt }));
        assert_eq!(told["cnf"], Binding::Key(jkt).confirmation().unwrap());
    });
}

/// A certificate made for the tests of the crate `oauth`, as nginx and RFC 9440 hand it over.
const CERTIFICATE: &str = include_str!("../fixtures/service.der.base64");

/// The same house with a proxy in front, at `address`, that hands certificates over.
fn behind_a_proxy(address: &str, journey: impl Fn(&World)) {
    let (store, folder) = store::testing::sqlite().unwrap();
    let variables =
        [("CARNET_OPENID_CERTIFICATE_HEADER", "client-cert"), ("CARNET_OPENID_CERTIFICATE_PROXY", address)];
    journey(&World::with(store, Box::new(folder), &variables));
}

fn by_certificate<'a>(world: &'a World, id: &str, name: &str) -> Rp<'a> {
    let proves = Proves::TlsClientAuth(name.to_owned());
    let mut rp = service(world, id, |service| {
        service.proves = proves;
        service.fapi = true;
    });
    rp.silent = true;
    rp.dpop = None;
    rp.headers = vec![("client-cert", format!(":{}:", CERTIFICATE.trim()))];
    rp
}

fn pushed_code(rp: &Rp<'_>, browser: &crate::harness::Browser) -> String {
    code(&browser.get(&rp.push(&[]).unwrap()))
}

#[test]
fn a_certificate_from_the_trusted_proxy_proves_a_service_and_binds_its_tokens() {
    behind_a_proxy("127.0.0.1", |world| {
        world.house.clock.advance(30 * Instant::DAY);
        let mut rp = by_certificate(world, "etablissement", "dossier.example");
        let (_, browser) = doctor(world, 0);
        let tokens = rp.redeem(&pushed_code(&rp, &browser));
        assert_eq!(tokens["token_type"], "Bearer", "{tokens}");
        assert!(rp.userinfo(&tokens)["sub"].is_string());
        let told = rp.post("/oauth/introspect", &[("token", tokens["access_token"].as_str().unwrap())]);
        assert!(told["cnf"]["x5t#S256"].is_string());
        let code = pushed_code(&rp, &browser);
        let header = std::mem::take(&mut rp.headers);
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token", "the token without its certificate");
        assert_eq!(rp.redeem(&code)["error"], "invalid_client", "no certificate");
        rp.headers = header;
        rp.headers.push(rp.headers[0].clone());
        assert_eq!(rp.push(&[]).unwrap_err()["error"], "invalid_client", "a header beside the proxy's own");
        let other = by_certificate(world, "autre", "evil.example");
        assert_eq!(other.push(&[]).unwrap_err()["error"], "invalid_client", "another name");
    });
}

#[test]
fn a_certificate_from_anybody_else_is_not_looked_at() {
    behind_a_proxy("192.0.2.7", |world| {
        world.house.clock.advance(30 * Instant::DAY);
        let rp = by_certificate(world, "etablissement", "dossier.example");
        assert_eq!(rp.push(&[]).unwrap_err()["error"], "invalid_client");
    });
    on_both(|world| {
        world.house.clock.advance(30 * Instant::DAY);
        let rp = by_certificate(world, "etablissement", "dossier.example");
        assert_eq!(rp.push(&[]).unwrap_err()["error"], "invalid_client");
    });
}

#[test]
fn registrations_are_judged() {
    on_both(|world| {
        let jwk = PrivateKey::generate("k").unwrap();
        let attempt = |redirect: &str, jwks: Value| {
            let client = people::registry::Client {
                client_id: "essai".into(),
                organization: "Essai".into(),
                finess: None,
                sender_kind: people::registry::SenderKind::Other,
                jwks: jwks.to_string(),
                scopes: oauth::Scopes::default(),
                added_at: world.house.clock.now(),
                suspended_at: None,
            };
            let service = oauth::Service {
                client_id: "essai".into(),
                name: "Essai".into(),
                redirect_uris: vec![redirect.to_owned()],
                post_logout_redirect_uris: vec![],
                backchannel_logout_uri: None,
                proves: Proves::PrivateKeyJwt,
                fapi: true,
                signing: oauth::Signing::default(),
            };
            let register =
                move |tx: &mut store::Tx<'_>| people::openid::services::register(tx, &client, &service);
            world.house.store.write(register).wait().map_err(|refusal| refusal.code())
        };
        let public = public_jwks(&jwk);
        assert_eq!(attempt("http://essai.example/r", public.clone()), Err("service-registration"));
        assert_eq!(attempt("https://essai.example/r#f", public.clone()), Err("service-registration"));
        assert_eq!(attempt("https://essai.example/r", jwk), Err("service-registration"), "a private key");
        assert_eq!(attempt("https://essai.example/r", public.clone()), Ok(()));
        assert_eq!(attempt("https://essai.example/r", public), Err("client-exists"));
    });
}
