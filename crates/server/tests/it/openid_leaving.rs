//! She signs out: at a service, at Carnet, everywhere; and what services may ask about tokens (OpenID Connect
//! RP-Initiated Logout 1.0, Back-Channel Logout 1.0, RFC 7009, RFC 7662).

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use oauth::KeySet;
use serde_json::{Value, json};

use crate::harness::{World, on_both};
use crate::openid_service::{doctor, encoded, parameter, part, service};

/// A service's own program: takes forms, answers each with `status`, and tells us what it got.
fn listener(status: u16) -> (String, mpsc::Receiver<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://127.0.0.1:{}/sortie", socket.local_addr().unwrap().port());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in socket.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let (mut text, mut buffer) = (String::new(), [0; 4096]);
            loop {
                let read = stream.read(&mut buffer).unwrap_or(0);
                text.push_str(&String::from_utf8_lossy(&buffer[..read]));
                let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
                let length = head.to_lowercase();
                let length = length.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
                let whole = length.is_some_and(|n| n.trim().parse::<usize>().is_ok_and(|n| body.len() >= n));
                if read == 0 || whole {
                    break;
                }
            }
            let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
            if send.send(text).is_err() {
                return;
            }
        }
    });
    (address, receive)
}

fn logout(pairs: &[(&str, &str)]) -> String {
    format!("/oauth/logout?{}", encoded(pairs))
}

fn keys(world: &World) -> Value {
    serde_json::from_str(&world.browser().get("/oauth/jwks").text).unwrap()
}

#[test]
fn a_service_signs_her_out_everywhere_and_the_others_are_told() {
    on_both(|world| {
        let (address, told) = listener(200);
        let rp = service(world, "dossier", |_| {});
        let other = service(world, "agenda", |service| service.backchannel_logout_uri = Some(address));
        let (_, browser) = doctor(world, 0);
        let (tokens, theirs) = (rp.sign_in(&browser), other.sign_in(&browser));
        let hint = tokens["id_token"].as_str().unwrap();
        let seen = browser.get(&logout(&[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", "https://dossier.example/fin"),
            ("state", "s 1"),
        ]));
        seen.has_status(303);
        assert_eq!(seen.location.as_deref(), Some("https://dossier.example/fin?state=s%201"));
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
        assert_eq!(other.userinfo(&theirs)["error"], "invalid_token");
        assert_eq!(other.refresh(&theirs)["error"], "invalid_grant");
        // She is signed out of Carnet too.
        assert!(browser.get(&rp.path(&[])).location.unwrap().starts_with("/pro/sign-in"));

        world.worker_works();
        let request = told.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(request.starts_with("POST /sortie "), "{request}");
        let token = request.split("logout_token=").nth(1).unwrap();
        let claims = part(token, 1);
        assert_eq!(claims["aud"], "agenda");
        let id_token = part(theirs["id_token"].as_str().unwrap(), 1);
        for name in ["sid", "sub", "iss"] {
            assert_eq!(claims[name], id_token[name], "{name}");
        }
        assert_eq!(part(token, 0)["typ"], "logout+jwt");
        assert_eq!(part(token, 0)["kid"], keys(world)["keys"][0]["kid"]);
        assert!(KeySet::parse(&keys(world).to_string()).is_ok());
        assert!(told.recv_timeout(Duration::from_millis(300)).is_err(), "told once");
    });
}

#[test]
fn a_service_that_fails_is_told_again_later() {
    on_both(|world| {
        let (address, told) = listener(503);
        let rp = service(world, "dossier", |service| service.backchannel_logout_uri = Some(address));
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        browser.get(&logout(&[("id_token_hint", tokens["id_token"].as_str().unwrap())])).has_status(200);
        world.worker_works();
        let first = told.recv_timeout(Duration::from_secs(10)).unwrap();
        world.house.clock.advance(61 * kernel::Instant::SECOND);
        world.worker_works();
        let second = told.recv_timeout(Duration::from_secs(10)).unwrap();
        let claims = |request: &str| part(request.split("logout_token=").nth(1).unwrap(), 1);
        assert_eq!(claims(&first)["sid"], claims(&second)["sid"]);
        assert_ne!(claims(&first)["jti"], claims(&second)["jti"], "made anew when it is sent");
    });
}

#[test]
fn without_a_hint_she_is_asked_first() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let to = "https://dossier.example/fin";
        let page = browser.get(&logout(&[("client_id", "dossier"), ("post_logout_redirect_uri", to)]));
        page.has_status(200);
        page.says("Service dossier");
        assert!(rp.userinfo(&tokens)["sub"].is_string(), "nothing has happened yet");
        let forged = browser.post(
            &page,
            "/oauth/logout/confirm",
            &[("client_id", "dossier"), ("back", "https://evil.example/fin")],
        );
        assert_eq!((forged.status, forged.location), (200, None), "only addresses that are registered");
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
    });
}

#[test]
fn confirmed_she_leaves_to_where_the_service_asked() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let to = "https://dossier.example/fin";
        let asked = [("client_id", "dossier"), ("post_logout_redirect_uri", to), ("state", "s")];
        let page = browser.get(&logout(&asked));
        let back = format!("{to}?state=s");
        let left = browser.post(&page, "/oauth/logout/confirm", &[("client_id", "dossier"), ("back", &back)]);
        assert_eq!(left.location.as_deref(), Some(back.as_str()));
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
    });
}

#[test]
fn a_wrong_request_to_sign_out_ends_nothing() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        service(world, "agenda", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let hint = tokens["id_token"].as_str().unwrap();
        let altered = format!("{}AAAA", &hint[..hint.len() - 4]);
        for pairs in [
            vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example/fin")],
            vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://dossier.example/fin?x=1")],
            vec![("id_token_hint", hint), ("client_id", "agenda")],
            vec![("id_token_hint", altered.as_str())],
            vec![("id_token_hint", "a.b.c")],
            vec![("post_logout_redirect_uri", "https://dossier.example/fin")],
        ] {
            let seen = browser.get(&logout(&pairs));
            seen.has_status(400);
            assert_eq!(seen.location, None);
        }
        assert!(rp.userinfo(&tokens)["sub"].is_string());
        // A link from somebody who holds no ID token of hers asks first.
        browser.get("/oauth/logout").has_status(200);
        assert!(rp.userinfo(&tokens)["sub"].is_string());
    });
}

#[test]
fn a_posted_request_to_sign_out_is_followed_like_any_other() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let form = encoded(&[("id_token_hint", tokens["id_token"].as_str().unwrap())]);
        let request = browser
            .client
            .post(format!("{}/oauth/logout", browser.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let seen = crate::harness::Seen::of(request.send().unwrap());
        seen.has_status(303);
        browser.get(&seen.location.unwrap()).has_status(200);
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
    });
}

#[test]
fn another_browsers_session_is_not_ended_by_a_link() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let (_, colleague) = doctor(world, 1);
        let hers = rp.sign_in(&browser)["id_token"].as_str().unwrap().to_owned();
        let theirs = rp.sign_in(&colleague);
        // The colleague's browser follows a link about somebody else's sign-on: it is asked, and nothing ends.
        let page = colleague.get(&logout(&[("id_token_hint", &hers)]));
        page.has_status(200);
        page.says("/oauth/logout/confirm");
        assert!(rp.userinfo(&theirs)["sub"].is_string());
    });
}

#[test]
fn introspection_tells_registered_services_what_a_token_is() {
    on_both(|world| {
        let (rp, api) = (service(world, "dossier", |_| {}), service(world, "api", |_| {}));
        let (rpps, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let token = tokens["access_token"].as_str().unwrap();
        let told = api.post("/oauth/introspect", &[("token", token)]);
        assert_eq!(told["active"], true);
        assert_eq!(told["client_id"], "dossier");
        assert_eq!(told["username"], format!("8{rpps}"));
        assert_eq!(told["scope"], "openid scope_all");
        assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 120);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        assert_eq!(rp.post("/oauth/introspect", &[("token", refresh)])["active"], true);
        // Somebody else's refresh token, and what is no token, look the same.
        for text in [refresh, "nonsense", &token[1..]] {
            assert_eq!(api.post("/oauth/introspect", &[("token", text)]), json!({"active": false}));
        }
        assert_eq!(api.send("/oauth/introspect", &[("token", token)], None)["error"], "invalid_client");
        assert_eq!(api.post("/oauth/introspect", &[])["error"], "invalid_request");
        world.house.clock.advance(121 * kernel::Instant::SECOND);
        assert_eq!(api.post("/oauth/introspect", &[("token", token)]), json!({"active": false}));
    });
}

#[test]
fn a_token_given_back_ends_its_whole_row() {
    on_both(|world| {
        let (rp, other) = (service(world, "dossier", |_| {}), service(world, "agenda", |_| {}));
        let (_, browser) = doctor(world, 0);
        for which in ["access_token", "refresh_token"] {
            let tokens = rp.sign_in(&browser);
            let token = tokens[which].as_str().unwrap();
            assert_eq!(other.post("/oauth/revoke", &[("token", token)])["error"], "unauthorized_client");
            assert!(rp.userinfo(&tokens)["sub"].is_string());
            rp.post("/oauth/revoke", &[("token", token), ("token_type_hint", which)]);
            assert_eq!(rp.last.get(), 200);
            assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
            assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
            rp.post("/oauth/revoke", &[("token", token)]);
            assert_eq!(rp.last.get(), 200, "what opens nothing needs no revoking");
        }
        rp.post("/oauth/revoke", &[("token", "nonsense")]);
        assert_eq!(rp.last.get(), 200);
        assert_eq!(rp.send("/oauth/revoke", &[("token", "x")], None)["error"], "invalid_client");
        let sent = browser.get(&rp.path(&[])).location.unwrap();
        assert!(parameter(&sent, "code").is_some(), "her session goes on");
    });
}
