//! She approves on her telephone: client-initiated backchannel authentication, poll mode (OpenID Connect CIBA Core 1.0).

use kernel::Instant;
use kernel::rpps::Rpps;
use people::openid::{Shown, Terms, approvals};
use serde_json::Value;

use crate::harness::{Browser, World, on_both};
use crate::openid_service::{Rp, came_by_code, doctor, part, service};

const GRANT: &str = "urn:openid:params:grant-type:ciba";

fn ask(rp: &Rp<'_>, rpps: &Rpps, message: &str) -> Value {
    let hint = format!("8{rpps}");
    let mut fields =
        vec![("scope", "openid scope_all"), ("login_hint", hint.as_str()), ("acr_values", "eidas1")];
    if !message.is_empty() {
        fields.push(("binding_message", message));
    }
    rp.post("/oauth/ciba", &fields)
}

fn poll(rp: &Rp<'_>, asked: &Value) -> Value {
    let id = asked["auth_req_id"].as_str().unwrap();
    rp.post("/oauth/token", &[("grant_type", GRANT), ("auth_req_id", id)])
}

fn wait(world: &World, seconds: i64) {
    world.house.clock.advance(seconds * Instant::SECOND);
}

/// She answers the first request on her page.
fn answers(telephone: &Browser, word: &str) -> Option<String> {
    let page = telephone.get("/pro/approvals");
    page.has_status(200);
    let id = page.text.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let id = id.expect("a request waits").to_owned();
    telephone.post(&page, "/pro/approvals/answer", &[("id", &id), ("answer", word)]).location
}

#[test]
fn she_approves_on_her_telephone_what_her_desk_asks() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "42 17");
        assert_eq!(rp.last.get(), 200, "{asked}");
        assert_eq!((&asked["expires_in"], &asked["interval"]), (&120.into(), &2.into()));
        assert_eq!(poll(&rp, &asked)["error"], "authorization_pending");
        let page = telephone.get("/pro/approvals");
        page.says("Service cabinet");
        page.says("42 17");
        page.does_not_say(asked["auth_req_id"].as_str().unwrap());
        assert_eq!(answers(&telephone, "approve").as_deref(), Some("/pro/approvals?after=approved"));
        wait(world, 2);
        let tokens = poll(&rp, &asked);
        assert_eq!(rp.last.get(), 200, "{tokens}");
        assert_eq!(rp.userinfo(&tokens)["SubjectNameID"], format!("8{rpps}"));
        assert_eq!(part(tokens["id_token"].as_str().unwrap(), 1)["aud"], "cabinet");
        assert!(rp.refresh(&tokens)["access_token"].is_string());
        wait(world, 2);
        assert_eq!(poll(&rp, &asked)["error"], "invalid_grant", "answered once");
    });
}

#[test]
fn a_fapi_service_gets_bound_tokens_by_telephone_too() {
    on_both(|world| {
        let rp = service(world, "reseau", |service| service.fapi = true);
        let (rpps, telephone) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "42");
        answers(&telephone, "approve");
        let tokens = poll(&rp, &asked);
        assert_eq!(tokens["token_type"], "DPoP", "{tokens}");
        assert!(rp.userinfo(&tokens)["sub"].is_string());
    });
}

#[test]
fn she_refuses_and_the_service_is_told() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "");
        assert_eq!(answers(&telephone, "refuse").as_deref(), Some("/pro/approvals?after=refused"));
        assert_eq!(poll(&rp, &asked)["error"], "access_denied");
        assert_eq!(rp.last.get(), 400);
    });
}

#[test]
fn whoever_asks_too_often_waits_longer() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, _) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "");
        assert_eq!(poll(&rp, &asked)["error"], "authorization_pending");
        wait(world, 1);
        assert_eq!(poll(&rp, &asked)["error"], "slow_down");
        wait(world, 6);
        assert_eq!(poll(&rp, &asked)["error"], "slow_down", "seven seconds from now on, and more");
        wait(world, 12);
        assert_eq!(poll(&rp, &asked)["error"], "authorization_pending");
        wait(world, 120);
        assert_eq!(poll(&rp, &asked)["error"], "expired_token");
    });
}

#[test]
fn a_request_that_is_too_old_cannot_be_approved() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        ask(&rp, &rpps, "");
        let page = telephone.get("/pro/approvals");
        let id =
            page.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        wait(world, 121);
        let seen = telephone.post(&page, "/pro/approvals/answer", &[("id", &id), ("answer", "approve")]);
        assert_eq!(seen.location.as_deref(), Some("/pro/approvals?after=late"));
        telephone.get("/pro/approvals").does_not_say("name=\"id\"");
    });
}

#[test]
fn each_may_answer_her_own_requests_only() {
    on_both(|world| {
        let (rp, other) = (service(world, "cabinet", |_| {}), service(world, "agenda", |_| {}));
        let (rpps, telephone) = doctor(world, 0);
        let (_, colleague) = doctor(world, 1);
        let asked = ask(&rp, &rpps, "");
        colleague.get("/pro/approvals").does_not_say("Service cabinet");
        let page = telephone.get("/pro/approvals");
        let id =
            page.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let theirs = colleague.get("/pro/approvals");
        let seen = colleague.post(&theirs, "/pro/approvals/answer", &[("id", &id), ("answer", "approve")]);
        assert_eq!(seen.location.as_deref(), Some("/pro/approvals?after=late"));
        assert_eq!(poll(&rp, &asked)["error"], "authorization_pending");
        let id = asked["auth_req_id"].as_str().unwrap();
        let form = [("grant_type", GRANT), ("auth_req_id", id)];
        assert_eq!(other.post("/oauth/token", &form)["error"], "invalid_grant", "another service's");
    });
}

#[test]
fn a_wrong_backchannel_request_is_refused_by_name() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, _) = doctor(world, 0);
        let her = format!("8{rpps}");
        for (fields, expected) in [
            (vec![("scope", "openid"), ("login_hint", "810001045367")], "unknown_user_id"),
            (vec![("scope", "openid"), ("login_hint", "nobody")], "unknown_user_id"),
            (vec![("scope", "openid")], "invalid_request"),
            (vec![("login_hint", her.as_str())], "invalid_scope"),
            (
                vec![("scope", "openid"), ("login_hint", &her), ("binding_message", "<script>")],
                "invalid_binding_message",
            ),
            (vec![("scope", "openid"), ("login_hint", &her), ("user_code", "1")], "invalid_request"),
        ] {
            assert_eq!(rp.post("/oauth/ciba", &fields)["error"], expected, "{fields:?}");
            assert_eq!(rp.last.get(), 400);
        }
        let form = [("scope", "openid"), ("login_hint", her.as_str())];
        assert_eq!(rp.send("/oauth/ciba", &form, None)["error"], "invalid_client");
        assert_eq!(rp.last.get(), 401);
        for _ in 0..3 {
            assert!(ask(&rp, &rpps, "")["auth_req_id"].is_string());
        }
        assert_eq!(ask(&rp, &rpps, "")["error"], "access_denied", "nobody is asked for ever");
        assert_eq!(rp.last.get(), 403);
        let other = service(world, "agenda", |_| {});
        assert!(ask(&other, &rpps, "")["auth_req_id"].is_string(), "another service is not kept from asking");
    });
}

/// Two requests at the same moment do not each overlook the other.
#[test]
fn however_many_ask_at_once_no_more_than_three_wait() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let hint = format!("8{rpps}");
        let begun: Vec<_> = (0..4)
            .map(|_| {
                let form = vec![
                    ("scope".to_owned(), "openid".to_owned()),
                    ("login_hint".to_owned(), hint.clone()),
                    ("client_assertion_type".to_owned(), oauth::assertion::ASSERTION_TYPE.to_owned()),
                    ("client_assertion".to_owned(), rp.assertion()),
                ];
                let (house, base) = (world.house.clone(), world.base.clone());
                world.house.store.write(move |tx| {
                    let shown = Shown { form: &form, path: "/oauth/ciba", proofs: &[], certificate: None };
                    let terms = Terms { issuer: &base, now: house.clock.now(), chance: &house.chance };
                    let said = approvals::ask(tx, shown, terms)?;
                    // Long enough for the others to count before this one is durable.
                    std::thread::sleep(std::time::Duration::from_millis(150));
                    Ok(said.is_ok())
                })
            })
            .collect();
        let taken = begun.into_iter().map(|pending| pending.wait().unwrap());
        assert_eq!(taken.filter(|taken| *taken).count(), 3);
        assert_eq!(telephone.get("/pro/approvals").text.matches("name=\"id\"").count(), 3);
    });
}

/// What she approves lets a service in for four hours: whoever finds her telephone open must not.
#[test]
fn approving_needs_a_passkey_shown_lately_and_refusing_does_not() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let (colleague, _) = doctor(world, 1);
        let by_code = came_by_code(world, &colleague);
        wait(world, 15 * 60 + 1);
        for (rpps, browser) in [(&rpps, &telephone), (&colleague, &by_code)] {
            let asked = ask(&rp, rpps, "42 17");
            let sent = answers(browser, "approve");
            assert_eq!(sent.as_deref(), Some("/confirm?next=/confirm/resume"));
            browser.get("/confirm/resume").says("action=\"/pro/approvals/answer\"");
            assert_eq!(poll(&rp, &asked)["error"], "authorization_pending");
            wait(world, 2);
            assert_eq!(answers(browser, "refuse").as_deref(), Some("/pro/approvals?after=refused"));
            assert_eq!(poll(&rp, &asked)["error"], "access_denied");
        }
    });
}

#[test]
fn she_sees_what_is_open_and_closes_it() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "");
        answers(&telephone, "approve");
        let tokens = poll(&rp, &asked);
        let page = telephone.get("/pro/approvals");
        page.says("Service cabinet");
        let sid =
            page.text.split("name=\"sid\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (_, colleague) = doctor(world, 1);
        let theirs = colleague.get("/pro/approvals");
        colleague.post(&theirs, "/pro/approvals/end", &[("sid", &sid)]).has_status(404);
        let ended = telephone.post(&page, "/pro/approvals/end", &[("sid", &sid)]);
        assert_eq!(ended.location.as_deref(), Some("/pro/approvals?after=ended"));
        assert_eq!(rp.userinfo(&tokens)["error"], "invalid_token");
        assert_eq!(rp.refresh(&tokens)["error"], "invalid_grant");
    });
}

/// Signing out on the telephone does not close the software on her desk.
#[test]
fn the_desk_stays_open_when_the_telephone_signs_out() {
    on_both(|world| {
        let rp = service(world, "cabinet", |_| {});
        let (rpps, telephone) = doctor(world, 0);
        let asked = ask(&rp, &rpps, "");
        answers(&telephone, "approve");
        let tokens = poll(&rp, &asked);
        let page = telephone.get("/pro/approvals");
        telephone.post(&page, "/sign-out", &[]).has_status(303);
        assert!(rp.userinfo(&tokens)["sub"].is_string());
    });
}
