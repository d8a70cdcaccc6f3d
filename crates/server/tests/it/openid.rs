//! Professionals sign in to services with Carnet: OpenID Connect Core, check by check. The list with names of checks is
//! docs/security/openid-checks.md.

use kernel::Instant;
use oauth::KeySet;
use oauth::openid::read_hint;
use people::identity::session::Persona;
use serde_json::Value;

use crate::harness::{World, on_both};
use crate::openid_service::{
    Rp, VERIFIER, came_by_code, code, doctor, encoded, error, parameter, part, service,
};
use crate::people_of::persona;

fn json(world: &World, path: &str) -> Value {
    serde_json::from_str(&world.browser().get(path).text).unwrap()
}

fn keys(world: &World) -> KeySet {
    KeySet::parse(&json(world, "/oauth/jwks").to_string()).unwrap()
}

#[test]
fn discovery_names_what_is_there() {
    on_both(|world| {
        let document = json(world, "/.well-known/openid-configuration");
        assert_eq!(document, json(world, "/.well-known/oauth-authorization-server"));
        assert_eq!(document["issuer"], world.base);
        for (name, address) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = address.as_str().unwrap().strip_prefix(&world.base).unwrap();
                assert!(world.house.routes.iter().any(|route| route.path == path), "{name}");
            }
        }
        let jwks = json(world, "/oauth/jwks");
        assert_eq!(jwks["keys"].as_array().unwrap().len(), 1);
        assert!(jwks["keys"][0].get("d").is_none(), "a private key is nobody's");
    });
}

#[test]
fn a_service_signs_a_professional_in() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, browser) = doctor(world, 0);
        let seen = browser.get(&rp.path(&[]));
        let to = seen.location.clone().unwrap();
        assert!(to.starts_with(&rp.redirect()));
        assert_eq!(parameter(&to, "state").as_deref(), Some("state-1"));
        assert_eq!(parameter(&to, "iss").as_deref(), Some(world.base.as_str()));
        let tokens = rp.redeem(&code(&seen));
        assert_eq!(rp.last.get(), 200, "{tokens}");
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["scope"], "openid scope_all");
        let id_token = tokens["id_token"].as_str().unwrap();
        let claims = read_hint(id_token, &keys(world), &world.base).expect("signed with a published key");
        let id = format!("8{rpps}");
        assert_eq!(claims["aud"], "dossier");
        assert_eq!(claims["nonce"], "nonce-1");
        assert_eq!(claims["preferred_username"], id);
        let told = rp.userinfo(&tokens);
        assert_eq!(told["sub"], claims["sub"], "OpenID Connect Core §5.3.2");
        assert_eq!(told["SubjectNameID"], id);
        assert_eq!(told["SubjectRole"][0], "10^1.2.250.1.213.1.1.5.5");
        assert_eq!(told["SubjectRefPro"]["exercices"][0]["codeProfession"], "10");
        let form = [("access_token", tokens["access_token"].as_str().unwrap())];
        assert_eq!(rp.send("/oauth/userinfo", &form, None)["sub"], claims["sub"], "posted in a form");
    });
}

#[test]
fn a_second_service_signs_her_in_without_a_second_prompt() {
    on_both(|world| {
        let (first, second) = (service(world, "dossier", |_| {}), service(world, "agenda", |_| {}));
        let (_, browser) = doctor(world, 0);
        let one = first.sign_in(&browser);
        world.house.clock.advance(60 * Instant::SECOND);
        let two = second.sign_in(&browser);
        let claims = |tokens: &Value| part(tokens["id_token"].as_str().unwrap(), 1);
        for name in ["sub", "sid", "auth_time"] {
            assert_eq!(claims(&one)[name], claims(&two)[name], "{name}");
        }
        assert_ne!(claims(&one)["aud"], claims(&two)["aud"]);
    });
}

#[test]
fn whoever_is_not_signed_in_signs_in_and_sees_once_where_she_goes() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, _) = doctor(world, 0);
        for first in [true, false] {
            let browser = world.browser();
            let sent = browser.get(&rp.path(&[]));
            sent.has_status(303);
            let to = sent.location.unwrap();
            assert!(to.starts_with("/pro/sign-in?next="), "{to}");
            let next = parameter(&to, "next").unwrap();
            assert!(next.starts_with("/oauth/authorize?client_id=dossier&request_uri="), "{next}");
            world.house.clock.advance(20 * Instant::SECOND);
            browser.get(&format!("/demo/professional-{rpps}")).has_status(303);
            let back = browser.get(&next);
            if first {
                back.says("Service dossier");
                let uri = parameter(&next, "request_uri").unwrap();
                let fields = [("client_id", "dossier"), ("request_uri", uri.as_str()), ("answer", "enter")];
                code(&browser.post(&back, "/oauth/enter", &fields));
                let again = browser.post(&back, "/oauth/enter", &fields);
                again.has_status(400);
            } else {
                code(&back);
                browser.get(&next).has_status(400);
            }
        }
    });
}

#[test]
fn she_may_turn_round_at_the_door() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let page = browser.get(&rp.path(&[("prompt", "consent")]));
        page.has_status(200);
        let uri = page.text.split("name=\"request_uri\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("client_id", "dossier"), ("request_uri", uri), ("answer", "refuse")];
        let seen = browser.post(&page, "/oauth/enter", &fields);
        assert_eq!(error(&seen), "access_denied");
        assert_eq!(parameter(&seen.location.unwrap(), "state").as_deref(), Some("state-1"));
    });
}

/// `prompt`, `max_age`, `login_hint` and `id_token_hint` (OpenID Connect Core §3.1.2.1).
#[test]
fn she_is_asked_as_the_service_wants() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let (other, _) = doctor(world, 1);
        let hint = rp.sign_in(&browser)["id_token"].as_str().unwrap().to_owned();
        world.house.clock.advance(100 * Instant::SECOND);
        let other = format!("8{other}");
        let asked = |changes: &[(&str, &str)]| {
            let seen = browser.get(&rp.path(changes));
            match seen.status {
                303 => {
                    seen.location.as_deref().and_then(|to| parameter(to, "error")).unwrap_or("code".into())
                }
                200 if seen.text.contains("/oauth/again") => "again".to_owned(),
                200 if seen.text.contains("/oauth/enter") => "enter".to_owned(),
                status => status.to_string(),
            }
        };
        for (changes, expected) in [
            (vec![("prompt", "none")], "code"),
            (vec![("prompt", "none"), ("max_age", "50")], "login_required"),
            (vec![("prompt", "none"), ("login_hint", other.as_str())], "login_required"),
            (vec![("prompt", "none"), ("id_token_hint", hint.as_str())], "code"),
            (vec![("prompt", "none"), ("id_token_hint", "a.b.c")], "login_required"),
            (vec![("max_age", "1000")], "code"),
            (vec![("max_age", "99")], "again"),
            (vec![("max_age", "0")], "again"),
            (vec![("prompt", "login")], "again"),
            (vec![("prompt", "select_account")], "again"),
            (vec![("prompt", "consent")], "enter"),
            (vec![("login_hint", other.as_str())], "again"),
            (vec![("login_hint", "somebody@example.org")], "code"),
            (vec![("acr_values", "eidas1")], "code"),
        ] {
            assert_eq!(asked(&changes), expected, "{changes:?}");
        }
        let nobody = world.browser();
        assert_eq!(error(&nobody.get(&rp.path(&[("prompt", "none")]))), "login_required");
    });
}

/// `prompt=login`: her session ends, she signs in again, and the ID token says when.
#[test]
fn asked_to_sign_in_again_she_does() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, browser) = doctor(world, 0);
        let before = part(rp.sign_in(&browser)["id_token"].as_str().unwrap(), 1);
        world.house.clock.advance(100 * Instant::SECOND);
        let page = browser.get(&rp.path(&[("prompt", "login")]));
        let uri = page.text.split("name=\"request_uri\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let sent = browser.post(&page, "/oauth/again", &[("client_id", "dossier"), ("request_uri", uri)]);
        let next = parameter(&sent.location.unwrap(), "next").unwrap();
        // Her session is over, so nobody is here now.
        assert!(browser.get(&next).location.unwrap().starts_with("/pro/sign-in"));
        world.house.clock.advance(20 * Instant::SECOND);
        browser.get(&format!("/demo/professional-{rpps}")).has_status(303);
        let tokens = rp.redeem(&code(&browser.get(&next)));
        let after = part(tokens["id_token"].as_str().unwrap(), 1);
        assert_eq!(after["auth_time"].as_i64().unwrap() - before["auth_time"].as_i64().unwrap(), 120);
        assert_ne!(before["sid"], after["sid"]);
    });
}

/// Errors go to an address that is the service's own, else to nobody but her (RFC 6749 §4.1.2.1).
#[test]
fn errors_reach_whom_they_may() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        for changes in [
            vec![("client_id", "nobody")],
            vec![("client_id", "")],
            vec![("redirect_uri", "")],
            vec![("redirect_uri", "https://evil.example/retour")],
            vec![("redirect_uri", "https://dossier.example/retour?x=1")],
            vec![("redirect_uri", "https://dossier.example/retour/../retour")],
        ] {
            let seen = browser.get(&rp.path(&changes));
            seen.has_status(400);
            assert_eq!(seen.location, None, "{changes:?}");
            seen.does_not_say("href=\"https://evil.example");
        }
        for (changes, expected) in [
            (vec![("response_type", "token")], "unsupported_response_type"),
            (vec![("response_type", "")], "invalid_request"),
            (vec![("scope", "profile")], "invalid_scope"),
            (vec![("code_challenge", "")], "invalid_request"),
            (vec![("code_challenge_method", "plain")], "invalid_request"),
            (vec![("request", "a.b.c")], "request_not_supported"),
            (vec![("request_uri", "https://dossier.example/r")], "request_uri_not_supported"),
        ] {
            let seen = browser.get(&rp.path(&changes));
            assert_eq!(error(&seen), expected);
            let to = seen.location.unwrap();
            assert_eq!(parameter(&to, "state").as_deref(), Some("state-1"));
            assert_eq!(parameter(&to, "iss").as_deref(), Some(world.base.as_str()));
        }
        let kept = browser.get(&rp.path(&[("redirect_uri", "https://dossier.example/autre?x=1")]));
        assert!(kept.location.unwrap().starts_with("https://dossier.example/autre?x=1&code="));
    });
}

#[test]
fn a_posted_request_is_answered_like_any_other() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let pairs = rp.request(&[]);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = browser
            .client
            .post(format!("{}/oauth/authorize", browser.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://dossier.example")
            .header("sec-fetch-site", "cross-site")
            .body(encoded(&pairs));
        let seen = crate::harness::Seen::of(request.send().unwrap());
        seen.has_status(303);
        code(&browser.get(&seen.location.unwrap()));
    });
}

#[test]
fn a_code_opens_once_for_its_own_service_and_not_for_long() {
    on_both(|world| {
        let (rp, other) = (service(world, "dossier", |_| {}), service(world, "agenda", |_| {}));
        let (_, browser) = doctor(world, 0);
        let refused = |rp: &Rp<'_>, code: &str, verifier: &str, redirect: &str| {
            let form = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect),
                ("code_verifier", verifier),
            ];
            rp.post("/oauth/token", &form)["error"].as_str().unwrap_or("none").to_owned()
        };
        let (to, wrong) = (rp.redirect(), VERIFIER.replace('d', "e"));
        let first = rp.code(&browser, &[]);
        assert_eq!(refused(&other, &first, VERIFIER, &to), "invalid_grant", "another service's code");
        assert_eq!(refused(&rp, &first, &wrong, &to), "invalid_grant", "another verifier");
        assert_eq!(refused(&rp, &first, "", &to), "invalid_request", "no verifier");
        assert_eq!(refused(&rp, &first, VERIFIER, "https://dossier.example/autre?x=1"), "invalid_grant");
        assert_eq!(refused(&rp, "nonsense", VERIFIER, &to), "invalid_grant");
        assert_eq!(refused(&rp, "", VERIFIER, &to), "invalid_request");
        let tokens = rp.redeem(&first);
        assert!(rp.userinfo(&tokens)["SubjectNameID"].is_string());
        // Used again: whoever had it first may be a thief, so what he got ends.
        assert_eq!(refused(&rp, &first, VERIFIER, &to), "invalid_grant");
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
        assert_eq!(rp.last.get(), 401);
        assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
        let late = rp.code(&browser, &[]);
        world.house.clock.advance(61 * Instant::SECOND);
        assert_eq!(refused(&rp, &late, VERIFIER, &to), "invalid_grant", "after a minute");
    });
}

#[test]
fn whoever_asks_for_tokens_proves_who_it_is() {
    on_both(|world| {
        let (rp, other) = (service(world, "dossier", |_| {}), service(world, "agenda", |_| {}));
        let (_, browser) = doctor(world, 0);
        let code = rp.code(&browser, &[]);
        let to = rp.redirect();
        let kind = oauth::assertion::ASSERTION_TYPE;
        let base = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", to.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let (own, foreign) = (rp.assertion(), other.assertion());
        for (fields, expected, status) in [
            (vec![], "invalid_client", 401),
            (vec![("client_id", "dossier")], "invalid_client", 401),
            (vec![("client_id", "dossier"), ("client_secret", "x")], "invalid_client", 401),
            (vec![("client_assertion", own.as_str())], "invalid_request", 400),
            (vec![("client_assertion_type", kind), ("client_assertion", "a.b.c")], "invalid_client", 401),
            (
                vec![
                    ("client_assertion_type", kind),
                    ("client_assertion", foreign.as_str()),
                    ("client_id", "dossier"),
                ],
                "invalid_client",
                401,
            ),
        ] {
            let form = [base.as_slice(), fields.as_slice()].concat();
            assert_eq!(rp.send("/oauth/token", &form, None)["error"], expected, "{fields:?}");
            assert_eq!(rp.last.get(), status);
        }
        let form = [base.as_slice(), &[("client_assertion_type", kind), ("client_assertion", &own)]].concat();
        assert!(rp.send("/oauth/token", &form, None)["access_token"].is_string());
        assert_eq!(
            rp.send("/oauth/token", &form, None)["error"],
            "invalid_client",
            "the same assertion twice"
        );
        assert_eq!(rp.post("/oauth/token", &[("grant_type", "password")])["error"], "unsupported_grant_type");
        let now = world.house.clock.now();
        let suspend = move |tx: &mut store::Tx<'_>| people::registry::suspend(tx, "dossier", Some(now));
        world.house.store.write(suspend).wait().unwrap();
        assert_eq!(rp.redeem("x")["error"], "invalid_client", "a suspended service");
        browser.get(&rp.path(&[])).has_status(400);
    });
}

#[test]
fn refresh_tokens_are_replaced_and_an_old_one_ends_the_row() {
    on_both(|world| {
        let (rp, other) = (service(world, "dossier", |_| {}), service(world, "agenda", |_| {}));
        let (_, browser) = doctor(world, 0);
        let first = rp.sign_in(&browser);
        world.house.clock.advance(100 * Instant::SECOND);
        let second = rp.refresh(&first);
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        let claims = part(second["id_token"].as_str().unwrap(), 1);
        let before = part(first["id_token"].as_str().unwrap(), 1);
        assert!(claims.get("nonce").is_none());
        for name in ["iss", "sub", "aud", "auth_time", "sid"] {
            assert_eq!(claims[name], before[name], "OpenID Connect Core §12.2: {name}");
        }
        assert_eq!(other.refresh(&second)["error"], "invalid_grant", "another service's");
        let token = second["refresh_token"].as_str().unwrap();
        let with = |scope: &str| {
            let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
            rp.post("/oauth/token", &form)
        };
        assert_eq!(with("openid identity")["error"], "invalid_scope", "more than was granted");
        let third = with("openid");
        assert_eq!(third["scope"], "openid");
        assert!(rp.userinfo(&third)["sub"].is_string());
        assert_eq!(rp.refresh(&first)["error"], "invalid_grant", "replaced long ago");
        assert_eq!(rp.refresh(&third)["error"], "invalid_grant", "so the row has ended");
        assert_eq!(rp.userinfo(&third)["error"], "invalid_token");
    });
}

#[test]
fn four_hours_after_she_signed_in_everything_ends() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        world.house.clock.advance(121 * Instant::SECOND);
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token", "an access token lives two minutes");
        world.house.clock.advance(4 * 3600 * Instant::SECOND - 141 * Instant::SECOND);
        let tokens = rp.refresh(&tokens);
        assert_eq!(tokens["expires_in"], 20, "never beyond the end");
        world.house.clock.advance(20 * Instant::SECOND);
        assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
    });
}

#[test]
fn only_a_professional_signs_in_here() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let operator = persona(world, &Persona::Operator("support".into()));
        let sent = operator.get(&rp.path(&[]));
        assert!(sent.location.unwrap().starts_with("/pro/sign-in?next="));
    });
}

#[test]
fn keys_change_and_the_old_one_stays_known_until_its_last_token_has_ended() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let before = rp.sign_in(&browser)["id_token"].as_str().unwrap().to_owned();
        let now = world.house.clock.now();
        let rotate = move |tx: &mut store::Tx<'_>| people::openid::keys::rotate(tx, now);
        let kid = world.house.store.write(rotate).wait().unwrap();
        let after = rp.sign_in(&browser)["id_token"].as_str().unwrap().to_owned();
        assert_eq!(part(&after, 0)["kid"], kid.as_str());
        assert_ne!(part(&before, 0)["kid"], kid.as_str());
        let known = keys(world);
        assert_eq!(known.len(), 2);
        for token in [&before, &after] {
            assert!(read_hint(token, &known, &world.base).is_some());
        }
        world.house.clock.advance(4 * 3600 * Instant::SECOND + 301 * Instant::SECOND);
        world.worker_works();
        assert_eq!(keys(world).len(), 1);
    });
}

/// RFC 6750 §5.3, FAPI 2.0 §5.3.3: addresses are written into logs.
#[test]
fn no_token_is_read_from_an_address() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (_, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let address = format!("/oauth/userinfo?access_token={}", tokens["access_token"].as_str().unwrap());
        world.browser().get(&address).has_status(401);
    });
}

#[test]
fn a_suspended_account_ends_everywhere_at_once() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, browser) = doctor(world, 0);
        let tokens = rp.sign_in(&browser);
        let visit = kernel::Visit {
            actor: kernel::Actor::Operator { name: "support".into() },
            on_behalf_of: None,
            purpose: kernel::Purpose::Operation,
            now: world.house.clock.now(),
            language: kernel::Language::Fr,
            request_id: 1,
        };
        let suspend =
            move |tx: &mut store::Tx<'_>| people::vigilance::suspend(tx, &visit, &rpps, "Vol signalé");
        world.house.store.write(suspend).wait().unwrap();
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
        assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
        let told = rp.post("/oauth/introspect", &[("token", tokens["access_token"].as_str().unwrap())]);
        assert_eq!(told, serde_json::json!({"active": false}));
        let seen = browser.get(&rp.path(&[]));
        assert!(
            seen.location.as_deref().is_none_or(|to| parameter(to, "code").is_none()),
            "{:?}",
            seen.location
        );
    });
}

/// An ID token says `acr: eidas1`, which is two factors: a printed code is one.
#[test]
fn whoever_came_by_a_code_shows_a_passkey_before_she_enters() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, _) = doctor(world, 0);
        let browser = came_by_code(world, &rpps);
        let to = browser.get(&rp.path(&[])).location.unwrap();
        assert!(to.starts_with("/confirm?next="), "{to}");
        let next = parameter(&to, "next").unwrap();
        assert!(next.starts_with("/oauth/authorize?client_id=dossier&request_uri="), "{next}");
        // Coming back without it changes nothing, nor does the click on the page of a first visit.
        assert!(browser.get(&next).location.unwrap().starts_with("/confirm?next="));
        let page = browser.get("/pro/account");
        let uri = parameter(&next, "request_uri").unwrap();
        let fields = [("client_id", "dossier"), ("request_uri", uri.as_str()), ("answer", "enter")];
        let entered = browser.post(&page, "/oauth/enter", &fields);
        assert!(entered.location.unwrap().starts_with("/confirm?next="));
        assert_eq!(error(&browser.get(&rp.path(&[("prompt", "none")]))), "login_required");
    });
}

/// Tokens do not outlive the activity in which she entered: an import that no longer holds it ends them.
#[test]
fn whoever_the_directory_no_longer_knows_is_nobody_to_services() {
    on_both(|world| {
        use people::directory::import::{self, Terms};
        let who = synthetic::professionals::doctor(7, 0);
        let import = |text: &str| {
            let terms = Terms::at(world.house.clock.now());
            import::import(&world.house.store, text.as_bytes(), terms, &mut |_, _| Ok(()), &mut |_| ())
                .unwrap();
        };
        let extract = synthetic::professionals::extract(7);
        import(&extract);
        let rp = service(world, "dossier", |_| {});
        let rpps = kernel::rpps::Rpps::parse(&who.rpps).unwrap();
        let browser = persona(world, &Persona::Professional(rpps));
        let tokens = rp.sign_in(&browser);
        let code = rp.code(&browser, &[]);
        assert!(rp.userinfo(&tokens)["sub"].is_string());
        world.house.clock.advance(30 * Instant::SECOND);
        let left: Vec<&str> = extract.lines().filter(|line| !line.contains(&who.rpps)).collect();
        assert!(left.len() < extract.lines().count());
        import(&left.join("\n"));
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
        assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
        assert_eq!(rp.redeem(&code)["error"], "invalid_grant");
        let told = rp.post("/oauth/introspect", &[("token", tokens["access_token"].as_str().unwrap())]);
        assert_eq!(told, serde_json::json!({"active": false}));
        let seen = browser.get(&rp.path(&[("prompt", "none")]));
        assert_eq!(error(&seen), "login_required");
    });
}

/// Whoever has several activities says in which she acts before she enters; the service learns which.
#[test]
fn whoever_has_several_activities_chooses_one_on_her_way() {
    on_both(|world| {
        use people::directory::import::{self, Terms};
        let extract = synthetic::professionals::extract(7);
        let terms = Terms::at(world.house.clock.now());
        import::import(&world.house.store, extract.as_bytes(), terms, &mut |_, _| Ok(()), &mut |_| ())
            .unwrap();
        let who = synthetic::professionals::doctor(7, synthetic::professionals::SEVERAL);
        let rp = service(world, "dossier", |_| {});
        for first in [true, false] {
            let browser = world.browser();
            let next = parameter(&browser.get(&rp.path(&[])).location.unwrap(), "next").unwrap();
            world.house.clock.advance(20 * Instant::SECOND);
            browser.get(&format!("/demo/professional-{}", who.rpps)).has_status(303);
            let sent = browser.get(&next).location.unwrap();
            assert_eq!(parameter(&sent, "next").as_deref(), Some(next.as_str()));
            let page = browser.get(&sent);
            let radio = page.text.split("type=\"radio\"").nth(1).expect("a choice");
            let chosen = radio.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
            let fields = [("situation", chosen), ("next", next.as_str())];
            let went = browser.post(&page, "/pro/situation", &fields);
            assert_eq!(went.location.as_deref(), Some(next.as_str()), "{}", went.text);
            let seen = browser.get(&next);
            seen.has_status(200);
            if first {
                let uri = parameter(&next, "request_uri").unwrap();
                let fields = [("client_id", "dossier"), ("request_uri", uri.as_str()), ("answer", "enter")];
                let tokens = rp.redeem(&code(&browser.post(&seen, "/oauth/enter", &fields)));
                let told = rp.userinfo(&tokens);
                assert_eq!(told["SubjectRefPro"]["exercices"].as_array().unwrap().len(), 3);
                assert!(told["SubjectOrganization"].as_str().is_some_and(|name| !name.is_empty()));
            } else {
                // A browser follows no form to another site, so this page goes on by itself.
                seen.says("https://dossier.example/retour?code=");
            }
        }
    });
}
