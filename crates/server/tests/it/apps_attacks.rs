//! Attacks by and on connected apps: what one may try with a token, a code, a request, a page in somebody's browser. None
//! exceeds its grant.

use kernel::Instant;
use people::identity::session::Persona;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use server::doors::{Door, Method, Route, Who};
use synthetic::cda::Model;

use crate::apps::{ALL, LEA, MOTHER, PRESCRIPTIONS, Stage, deposit};
use crate::apps_client::{App, app, hidden_of, keyed, told};
use crate::harness::{World, on_both};
use crate::identity_mends::make_passkey;
use crate::openid_service::{VERIFIER, parameter, query_of};
use crate::people_of::persona;
use crate::work;

const SECOND: i64 = Instant::SECOND;
const ELSEWHERE: &str = "https://evil.example";

/// The token of an answer.
fn token(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// An address of a route, filled with what is there.
fn address(stage: &Stage<'_>, route: &Route) -> String {
    let id = if route.path.contains("Patient") { stage.lea().to_string() } else { stage.report.clone() };
    let path = route.path.replace("{person}", &stage.lea().to_string()).replace("{id}", &id);
    let path = path.replace("{entry}", &stage.report).replace("{n}", "0");
    let parts = path.split('{').enumerate();
    parts
        .map(|(i, part)| if i == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) })
        .collect()
}

fn ask(world: &World, route: &Route, address: &str, bearer: Option<&str>) -> Response {
    let client = world.browser().client;
    let url = format!("{}{address}", world.base);
    let request = match route.method {
        Method::Get => client.get(url),
        Method::Patch => client.patch(url).header("content-type", "application/fhir+json").body("{}"),
        _ => client.post(url).header("content-type", "application/fhir+json").body("{}"),
    };
    match bearer {
        Some(token) => request.bearer_auth(token).send().unwrap(),
        None => request.send().unwrap(),
    }
}

#[test]
fn a_token_opens_no_door_but_those_of_its_resources() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let tokens = suivi.connected(&stage.browser(LEA), ALL);
        let (mut opened, mut shut) = (0, 0);
        for route in server::doors::routes(true).iter().filter(|route| !route.path.starts_with("/demo/")) {
            let to = address(&stage, route);
            let shown = ask(world, route, &to, Some(token(&tokens)));
            let status = shown.status().as_u16();
            match (route.door, route.who) {
                (_, Who::AppOrReader(..)) => {
                    assert!(matches!(status, 200 | 404 | 422), "{}: {status}", route.name());
                    opened += u32::from(status == 200);
                }
                (Door::Fhir, Who::Reader(..) | Who::Software(..)) => {
                    assert_eq!(status, 404, "{}", route.name());
                    shut += 1;
                }
                // Everywhere else it is nothing at all.
                _ => {
                    let alone = ask(world, route, &to, None);
                    assert_eq!(status, alone.status().as_u16(), "{}", route.name());
                    assert_eq!(shown.headers().get("location"), alone.headers().get("location"));
                    shut += 1;
                }
            }
        }
        assert!(opened >= 7 && shut > 100, "{opened} {shut}");
        // Nor is it one of a service's, nor is it taken from an address.
        let userinfo = world.browser().client.get(format!("{}/oauth/userinfo", world.base));
        assert_eq!(userinfo.bearer_auth(token(&tokens)).send().unwrap().status(), 401);
        let in_address = format!("/fhir/DocumentReference?access_token={}", token(&tokens));
        world.browser().get(&in_address).has_status(401);
    });
}

#[test]
fn nothing_of_anybody_else_is_there_and_her_journal_keeps_no_try() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let tokens = suivi.connected(&stage.browser(LEA), ALL);
        let mother = stage.ids[MOTHER];
        let ins = &stage.family.mother.ins;
        let number = ui::address::encode(&format!("{}|{}", ins.system(), ins.matricule));
        let hers = deposit(world, &stage.laboratory, &stage.family.mother, (9, Model::LabReport), None);
        let reads = stage.browser(MOTHER);
        let before = reads.get("/journal.csv").text.lines().count();
        // The mother's, and somebody's who is nobody, are answered alike.
        for (known, unknown) in [
            (format!("Patient/{mother}"), "Patient/999999".to_owned()),
            (format!("DocumentReference/{hers}"), "DocumentReference/999999-0000000000005".to_owned()),
            (format!("Binary/{hers}"), "Binary/999999-0000000000005".to_owned()),
            (format!("List/{hers}"), "List/999999-0000000000005".to_owned()),
            (format!("DocumentReference?patient={mother}"), "DocumentReference?patient=999999".to_owned()),
            (format!("List?patient=Patient/{mother}"), "List?patient=Patient/999999".to_owned()),
            (
                format!("DocumentReference?patient.identifier={number}"),
                format!(
                    "DocumentReference?patient.identifier={}",
                    number.replace(&*ins.matricule, "279035121518989")
                ),
            ),
        ] {
            let answers = [known, unknown].map(|path| suivi.reads(&tokens, &format!("/fhir/{path}")));
            assert_eq!(answers[0].0, 404, "{}", answers[0].1);
            assert_eq!(answers[0], answers[1]);
        }
        let (status, found) = suivi.reads(&tokens, &format!("/fhir/Patient?identifier={number}"));
        assert_eq!((status, &found["total"]), (200, &json!(0)), "{found}");
        // One more line than before: that she looked at it herself.
        let after = reads.get("/journal.csv");
        after.does_not_say("Suivi suivi");
        assert_eq!(after.text.lines().count(), before + 1, "{}", after.text);
    });
}

#[test]
fn what_changes_in_her_space_changes_what_is_read_at_once() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let tokens = suivi.connected(&hers, ALL);
        let finds = || suivi.finds(&tokens, "/fhir/DocumentReference").0;
        assert_eq!(finds().len(), 2);
        let new = deposit(world, &stage.laboratory, &stage.family.teenager, (9, Model::Prescription), None);
        assert!(finds().contains(&new));
        let hide = [("do", "documents"), ("hide", new.as_str())];
        hers.post(&hers.get("/sharing"), "/sharing/decide", &hide).has_status(303);
        assert!(!finds().contains(&new));
        let keep = format!("/documents/{}/secret", stage.report);
        hers.post(&hers.get("/documents/add"), &keep, &[]).has_status(303);
        assert_eq!(finds(), std::slice::from_ref(&stage.prescription));
        for kind in ["DocumentReference", "Binary"] {
            assert_eq!(suivi.reads(&tokens, &format!("/fhir/{kind}/{}", stage.report)).0, 404);
        }
    });
}

#[test]
fn a_code_opens_once_for_its_app_with_its_secret_and_within_a_minute() {
    on_both(|world| {
        let stage = Stage::set(world);
        let (suivi, other) = (keyed(world, "suivi"), app(world, "autre", |_| {}));
        let hers = stage.browser(LEA);
        let code = suivi.code(&hers, ALL);
        let redirect = suivi.redirect.clone();
        let redeem = |by: &App<'_>, code: &str, redirect: &str, verifier: &str| -> String {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect),
                ("code_verifier", verifier),
            ];
            let said = by.post("/oauth/token", &fields);
            assert!(by.last.get() == 400 && said.get("access_token").is_none(), "{said}");
            said["error"].as_str().unwrap().to_owned()
        };
        let wrong = format!("{VERIFIER}x");
        assert_eq!(redeem(&other, &code, &redirect, VERIFIER), "invalid_grant");
        assert_eq!(redeem(&suivi, &code, &redirect, &wrong), "invalid_grant");
        assert_eq!(redeem(&suivi, &code, "https://suivi.example/autre", VERIFIER), "invalid_grant");
        let mut altered = code.clone().into_bytes();
        altered[5] = if altered[5] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            redeem(&suivi, std::str::from_utf8(&altered).unwrap(), &redirect, VERIFIER),
            "invalid_grant"
        );
        let tokens = suivi.redeem(&code);
        assert_eq!(suivi.last.get(), 200, "{tokens}");
        // A second use ends what the first one got: one of the two was a thief.
        assert_eq!(redeem(&suivi, &code, &redirect, VERIFIER), "invalid_grant");
        assert_eq!(suivi.reads(&tokens, "/fhir/DocumentReference").0, 401);
        suivi.refresh(&tokens);
        assert_eq!(suivi.last.get(), 400);
        let late = suivi.code(&hers, ALL);
        world.house.clock.advance(61 * SECOND);
        assert_eq!(redeem(&suivi, &late, &redirect, VERIFIER), "invalid_grant");
    });
}

#[test]
fn a_refresh_token_that_was_replaced_ends_them_all() {
    on_both(|world| {
        let stage = Stage::set(world);
        let (suivi, other) = (keyed(world, "suivi"), app(world, "autre", |_| {}));
        let hers = stage.browser(LEA);
        let first = suivi.connected(&hers, ALL);
        // Another app's token is nothing to this one, at either endpoint.
        assert_eq!(other.refresh(&first)["error"], "invalid_grant");
        let given_back = other.post("/oauth/revoke", &[("token", first["refresh_token"].as_str().unwrap())]);
        assert!(other.last.get() == 200 || given_back["error"] == "unauthorized_client", "{given_back}");
        assert_eq!(suivi.reads(&first, "/fhir/DocumentReference").0, 200);
        let second = suivi.refresh(&first);
        assert_eq!(suivi.last.get(), 200, "{second}");
        assert_eq!(suivi.refresh(&first)["error"], "invalid_grant");
        assert_eq!(suivi.refresh(&second)["error"], "invalid_grant");
        for tokens in [&first, &second] {
            assert_eq!(suivi.reads(tokens, "/fhir/DocumentReference").0, 401);
        }
        // What is given back is over, and the connection is still hers to end.
        let third = suivi.connected(&hers, ALL);
        suivi.post("/oauth/revoke", &[("token", token(&third))]);
        assert_eq!(suivi.last.get(), 200);
        assert_eq!(suivi.reads(&third, "/fhir/DocumentReference").0, 401);
        hers.get("/apps").says("Déconnecter");
    });
}

#[test]
fn an_app_with_a_key_is_nobody_without_it_and_no_app_is_software() {
    on_both(|world| {
        let stage = Stage::set(world);
        let (suivi, other) = (keyed(world, "suivi"), keyed(world, "autre"));
        let code = suivi.code(&stage.browser(LEA), ALL);
        let redirect = suivi.redirect.clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let with = |more: &[(&'static str, &str)]| {
            let form: Vec<(&str, &str)> = form.iter().copied().chain(more.iter().copied()).collect();
            (suivi.send("/oauth/token", &form)["error"].clone(), suivi.last.get())
        };
        for more in [
            &[("client_id", "suivi")][..],
            &[("client_id", "suivi"), ("client_secret", "x")],
            &[("client_id", "personne")],
            &[],
        ] {
            let (error, status) = with(more);
            assert!(error == "invalid_client" && matches!(status, 400 | 401), "{more:?}: {error} {status}");
        }
        // Somebody else's signature under its name.
        let said = other.post("/oauth/token", &[&form[..], &[("client_id", "suivi")]].concat());
        assert_eq!(said["error"], "invalid_client", "{said}");
        // Nor is it granted anything on its own account.
        let scope = "system/DocumentReference.rs system/Patient.rs patient/DocumentReference.rs";
        let own = suivi.post("/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)]);
        assert!(own.get("access_token").is_none(), "{own}");
        let tokens = suivi.redeem(&code);
        assert_eq!(suivi.last.get(), 200, "what others tried has changed nothing: {tokens}");
    });
}

#[test]
fn a_bad_request_is_told_to_the_app_or_to_nobody() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        // Where the address is not its own, nothing is sent anywhere.
        for redirect in [
            "https://suivi.example/retour/",
            "https://suivi.example/retour?x=1",
            "https://suivi.example.evil.example/retour",
            "https://evil.example/",
            "HTTPS://suivi.example/retour",
            "javascript:alert(1)",
            "//evil.example",
            "",
        ] {
            let page = hers.get(&suivi.path(&[("redirect_uri", redirect)]));
            page.has_status(400);
            page.does_not_say(&format!("href=\"{}", if redirect.is_empty() { "https://" } else { redirect }));
            assert_eq!(page.location, None, "{redirect}");
        }
        for (name, value, error) in [
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge", "short", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge_method", "", "invalid_request"),
            ("aud", "", "invalid_request"),
            ("aud", "https://evil.example/fhir", "invalid_request"),
            ("scope", "", "invalid_scope"),
            ("scope", "system/DocumentReference.rs user/Patient.rs", "invalid_scope"),
            ("scope", "patient/AuditEvent.rs patient/DocumentReference.cud", "invalid_scope"),
            ("request", "eyJ", "request_not_supported"),
        ] {
            let seen = hers.get(&suivi.path(&[(name, value)]));
            assert_eq!(told(&seen).as_deref(), Some(error), "{name}={value}: {:?}", seen.location);
            let back = seen.location.unwrap();
            assert!(back.starts_with(&suivi.redirect) && parameter(&back, "code").is_none(), "{back}");
        }
        // Whoever is not in use asks nobody, and gets nothing.
        let tokens = suivi.connected(&hers, ALL);
        suivi.suspend();
        hers.get(&suivi.path(&[])).has_status(400);
        assert_eq!(suivi.refresh(&tokens)["error"], "invalid_client");
        // Not a second longer, whatever it holds.
        assert_eq!(suivi.reads(&tokens, "/fhir/DocumentReference").0, 401);
    });
}

#[test]
fn a_forged_answer_grants_no_more_than_the_app_may_ask() {
    on_both(|world| {
        let stage = Stage::set(world);
        let narrow = |listed: &mut people::apps::Listed| {
            listed.scopes = oauth::Scopes::parse("patient/DocumentReference.r");
        };
        let suivi = app(world, "suivi", narrow);
        let hers = stage.browser(LEA);
        let page = hers.get(&suivi.path(&[]));
        let mut fields = hidden_of(&page, people::apps::pages::CONNECT);
        for (name, value) in &mut fields {
            if name == "scope" {
                *value = "offline_access patient/*.cruds patient/Patient.rs system/*.rs".to_owned();
            }
        }
        let sent = |more: &[(&str, &str)]| {
            let pairs = fields.iter().map(|(n, v)| (n.as_str(), v.as_str()));
            let pairs: Vec<(&str, &str)> = pairs.chain(more.iter().copied()).collect();
            hers.post(&page, people::apps::pages::CONNECT, &pairs)
        };
        let answer = ("answer", "connect");
        for wrong in [
            &[("documents", "all"), ("days", "9999"), answer][..],
            &[("documents", "all"), answer],
            &[("documents", "families"), ("family", "nothing"), ("days", "30"), answer],
            &[("documents", "families"), ("days", "30"), answer],
            &[("documents", "none"), ("profile", "yes"), ("days", "30"), answer],
        ] {
            sent(wrong).has_status(422);
        }
        let tokens = suivi.redeem(&suivi.brought(&sent(ALL)));
        assert_eq!(tokens["scope"], "offline_access patient/DocumentReference.r", "{tokens}");
        for path in [
            format!("Patient/{}", stage.lea()),
            "DocumentReference".into(),
            format!("Binary/{}", stage.report),
        ] {
            assert_eq!(suivi.reads(&tokens, &format!("/fhir/{path}")).0, 403, "{path}");
        }
        // An open page does not outlive her session: she signs in, and is asked anew.
        hers.post(&page, "/sign-out", &[]).has_status(303);
        let page = stage.browser(LEA).get(&suivi.path(&[]));
        let thief = world.browser();
        let fields = hidden_of(&page, people::apps::pages::CONNECT);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        thief.post(&page, people::apps::pages::CONNECT, &[&pairs[..], ALL].concat()).has_status(403);
        let own = thief.get("/sign-in");
        let to = thief.post(&own, people::apps::pages::CONNECT, &[&pairs[..], ALL].concat());
        assert!(to.location.unwrap().starts_with("/sign-in?back=/oauth/authorize"));
    });
}

#[test]
fn whoever_finds_an_open_screen_connects_nothing() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let mut key = work::key();
        make_passkey(&hers, &mut key);
        let page = hers.get(&suivi.path(&[]));
        page.has_status(200);
        world.house.clock.advance(11 * 60 * SECOND);
        // The page asks for her passkey first; so does an answer on a page that was open.
        let to = hers.get(&suivi.path(&[])).location.unwrap();
        assert_eq!(parameter(&to, "next").as_deref(), Some(suivi.path(&[]).as_str()), "{to}");
        let asked = suivi.answered(&hers, &page, PRESCRIPTIONS);
        assert_eq!(asked.location.as_deref(), Some("/confirm?next=/confirm/resume"));
        hers.get("/apps").says("Aucune application n’est connectée");
        let confirm = hers.get("/confirm?next=/confirm/resume");
        assert_eq!(work::show(&hers, &confirm, &mut key, "/confirm/finish", "/confirm/resume").0, 200);
        // What she had chosen is still there, and sent with one press.
        let resume = hers.get("/confirm/resume");
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&hers, &resume, &[])));
        assert_eq!(suivi.finds(&tokens, "/fhir/DocumentReference").1, 1);
    });
}

/// What a browser asks before it sends a page's request, and what it is answered.
fn preflight(world: &World, path: &str, method: &str) -> Response {
    let request = world.browser().client.request(reqwest::Method::OPTIONS, format!("{}{path}", world.base));
    let request = request.header("origin", ELSEWHERE).header("access-control-request-method", method);
    request.header("access-control-request-headers", "authorization").send().unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn a_page_of_another_site_reads_with_its_token_and_never_with_her_cookie() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let tokens = suivi.connected(&hers, ALL);
        for path in
            ["/fhir/DocumentReference", "/fhir/Nothing/1", "/oauth/token", "/oauth/revoke", "/oauth/jwks"]
        {
            let asked = preflight(world, path, "GET");
            assert_eq!(asked.status(), 204, "{path}");
            assert_eq!(header(&asked, "access-control-allow-origin"), Some("*"), "{path}");
            assert!(header(&asked, "access-control-allow-headers").unwrap().contains("authorization"));
            assert!(header(&asked, "access-control-allow-credentials").is_none());
        }
        for path in
            ["/documents", "/oauth/authorize", "/oauth/connect", "/oauth/par", "/sharing/decide", "/apps"]
        {
            let asked = preflight(world, path, "POST");
            assert_eq!(asked.status(), 405, "{path}");
            assert!(header(&asked, "access-control-allow-origin").is_none(), "{path}");
        }
        let url = format!("{}/fhir/Patient/{}", world.base, stage.lea());
        let request = || hers.client.get(&url);
        let read = world.browser().client.get(&url).header("origin", ELSEWHERE).bearer_auth(token(&tokens));
        let read = read.send().unwrap();
        assert_eq!((read.status().as_u16(), header(&read, "access-control-allow-origin")), (200, Some("*")));
        // Her cookie, in a page of her own and in one of somebody else.
        assert_eq!(request().send().unwrap().status(), 200);
        assert_eq!(request().header("sec-fetch-site", "same-origin").send().unwrap().status(), 200);
        for (name, value) in [
            ("origin", ELSEWHERE),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let seen = request().header(name, value).send().unwrap();
            assert_eq!(seen.status(), 401, "{name}: {value}");
            assert!(!seen.text().unwrap().contains("BERNARD"));
        }
        // A refusal can be read too, so that the app knows what to do; with her cookie beside its token it is the app.
        let both = request().header("origin", ELSEWHERE).bearer_auth("nothing").send().unwrap();
        assert_eq!((both.status().as_u16(), header(&both, "access-control-allow-origin")), (401, Some("*")));
    });
}

#[test]
fn no_page_of_ours_is_open_to_another_site() {
    on_both(|world| {
        let stage = Stage::set(world);
        let hers = stage.browser(LEA);
        for route in server::doors::routes(true).iter().filter(|route| !route.path.starts_with("/demo/")) {
            if route.method != Method::Get || route.path == "/sign-out" {
                continue;
            }
            let url = format!("{}{}", world.base, address(&stage, route));
            let response = hers.client.get(url).header("origin", ELSEWHERE).send().unwrap();
            let open = header(&response, "access-control-allow-origin");
            assert!(header(&response, "access-control-allow-credentials").is_none(), "{}", route.name());
            match route.door {
                Door::Web | Door::Admin => assert_eq!(open, None, "{}", route.name()),
                Door::Fhir => assert_eq!(open, Some("*"), "{}", route.name()),
                Door::OAuth | Door::Log => assert!(open.is_none_or(|open| open == "*"), "{}", route.name()),
            }
        }
    });
}

#[test]
fn one_connection_that_asks_too_often_slows_down_nobody_else() {
    let (store, keep) = store::testing::sqlite().unwrap();
    let limits =
        [("CARNET_CLIENT_ADDRESS_HEADER", "x-real-ip"), ("CARNET_CLIENT_ADDRESS_PROXY", "127.0.0.1")];
    let limits = [&limits[..], &[("CARNET_LIMITS_ACCOUNT_READ", "40/minute")]].concat();
    let world = World::with(store, Box::new(keep), &limits);
    let stage = Stage::set(&world);
    let suivi = app(&world, "suivi", |_| {});
    let hers = suivi.connected(&stage.browser(LEA), ALL);
    let mothers = suivi.connected(&stage.browser(MOTHER), ALL);
    let asks = |tokens: &Value| {
        let request = world.browser().client.get(format!("{}/fhir/DocumentReference", world.base));
        let request = request.bearer_auth(token(tokens)).header("x-real-ip", "192.0.2.1");
        request.send().unwrap().status().as_u16()
    };
    assert!((0..40).all(|_| asks(&hers) == 200));
    assert_eq!(asks(&hers), 429);
    // The same app from the same network, for somebody else.
    assert_eq!(asks(&mothers), 200);
}

#[test]
fn an_app_of_a_professional_s_browser_is_asked_of_nobody() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let page = stage.browser(LEA).get(&suivi.path(&[]));
        let fields = hidden_of(&page, people::apps::pages::CONNECT);
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let operator = persona(world, &Persona::Operator("support".into()));
        let form = operator.get("/operator/desk");
        let sent = operator.post(&form, people::apps::pages::CONNECT, &[&pairs[..], ALL].concat());
        let to = sent.location.unwrap();
        assert!(to.starts_with("/sign-in?back="), "{to}");
        // It leads back to the very request.
        let back = parameter(&to, "back").unwrap();
        let asked = query_of(&suivi.path(&[]));
        assert!(query_of(&back).iter().all(|pair| asked.contains(pair)), "{back}");
        assert_eq!(query_of(&back).len(), asked.len());
    });
}
