//! Attacks on whoever uses a browser: every route, whoever asks, is asked what a hostile page or a hostile link would
//! ask. New routes are attacked from the day they stand in the table.

use std::collections::HashMap;

use kernel::PersonId;
use kernel::rpps::Rpps;
use people::identity::session::Persona;
use reqwest::blocking::Response;
use server::doors::{Door, Method, Route};
use synthetic::{country, professionals};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, persona, register};

/// A person and a professional, and somebody of each kind at the door.
pub struct Cast {
    pub her: PersonId,
    pub doctor: Rpps,
}

impl Cast {
    pub fn of(world: &World) -> Self {
        let her = enrol(world, &[country::sample_patient()])[0];
        let doctor = professionals::doctor(1, 0);
        register(world, &[&doctor]);
        Self { her, doctor: Rpps::parse(&doctor.rpps).unwrap() }
    }

    pub fn everybody(&self, world: &World) -> Vec<(&'static str, Browser)> {
        let as_persona = |who: &Persona| persona(world, who);
        vec![
            ("nobody", world.browser()),
            ("citizen", as_persona(&Persona::Citizen(self.her))),
            ("professional", as_persona(&Persona::Professional(self.doctor.clone()))),
            ("operator", as_persona(&Persona::Operator("support".into()))),
        ]
    }

    /// An address of a route: its parameters filled with things that are there.
    pub fn address(&self, route: &Route) -> String {
        route
            .path
            .replace("{person}", &self.her.to_string())
            .replace("{rpps}", self.doctor.as_str())
            .replace("{entry}", &format!("{}-0000000000005", self.her))
            .replace("{id}", &format!("{}-0000000000005", self.her))
            .replace("{n}", "0")
            .split('{')
            .enumerate()
            // Any other parameter gets a value that nothing has.
            .map(|(i, part)| if i == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) })
            .collect::<Vec<_>>()
            .join("nothing")
    }
}

fn routes() -> Vec<Route> {
    server::doors::routes(true)
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// What every answer must carry, whatever its status.
fn assert_headers(what: &str, door: Door, response: &Response) {
    let csp = header(response, "content-security-policy");
    for directive in ["frame-ancestors 'none'", "default-src 'none'"] {
        assert!(csp.contains(directive), "{what}: {csp}");
    }
    for never in ["'unsafe-eval'", "script-src *", "http:"] {
        assert!(!csp.contains(never), "{what}: {csp}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        // The log is for everybody's programs, in whatever page they run.
        (
            "cross-origin-resource-policy",
            if door == Door::Log && response.status() == 200 { "cross-origin" } else { "same-origin" },
        ),
    ] {
        assert_eq!(header(response, name), value, "{what}: {name}");
    }
    if door == Door::Web {
        assert!(header(response, "permissions-policy").contains("geolocation=()"), "{what}");
        assert!(csp.contains("sandbox") || csp.contains("base-uri 'none'"), "{what}: {csp}");
    }
    let kept = header(response, "cache-control");
    let public = ["/assets/", "/theme/", "/log/tile/"].iter().any(|folder| what.contains(folder));
    let for_a_moment = what.contains("/log/checkpoint") && kept == "public, max-age=1";
    let lasting = public && kept.contains("immutable");
    assert!(kept == "no-store" || lasting || for_a_moment, "{what}: {kept}");
    assert!(response.headers().get("server").is_none(), "{what}: says what it is made of");
    let has_body = response.content_length() != Some(0) && response.status() != 304;
    assert!(!has_body || !header(response, "content-type").is_empty(), "{what}: no media type");
    if let Some(set) = response.headers().get("set-cookie") {
        let cookie = set.to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{what}: {cookie}");
    }
}

#[test]
fn every_route_answers_everybody_with_every_header() {
    on_both(|world| {
        let cast = Cast::of(world);
        let everybody = cast.everybody(world);
        let mut asked = 0;
        for route in routes() {
            // Asking for the demo's link would change who the browser is.
            if route.path.starts_with("/demo/") {
                continue;
            }
            let address = format!("{}{}", world.base, cast.address(&route));
            for (who, browser) in &everybody {
                let request = match route.method {
                    Method::Get => browser.client.get(&address),
                    Method::Post => browser.client.post(&address).body(""),
                    Method::Patch => browser.client.patch(&address).body(""),
                    Method::Delete => browser.client.delete(&address),
                };
                let response = request.send().unwrap();
                assert_headers(&format!("{} as {who}", route.name()), route.door, &response);
                asked += 1;
            }
        }
        assert!(asked > 200, "only {asked}");
    });
}

#[test]
fn behind_tls_every_answer_pins_it_and_every_cookie_is_bound_to_the_host() {
    let (store, keep) = store::testing::sqlite().unwrap();
    let world = World::with(store, Box::new(keep), &[("CARNET_ORIGIN", "https://carnet.example")]);
    let client =
        reqwest::blocking::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (path, cookies) in
        [("/sign-in", true), ("/demo/operator-support", true), ("/fhir/metadata", false), ("/nothing", true)]
    {
        let response =
            client.get(format!("{}{path}", world.base)).header("host", "carnet.example").send().unwrap();
        let hsts = header(&response, "strict-transport-security");
        assert_eq!(hsts, "max-age=63072000; includeSubDomains", "{path}");
        let set: Vec<_> =
            response.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
        assert_eq!(!set.is_empty(), cookies, "{path}: {set:?}");
        for cookie in set {
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for attribute in ["; Secure", "; HttpOnly", "; Path=/", "; SameSite="] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
}

/// Sends a form with these headers; the token is `guard`.
fn form(browser: &Browser, action: &str, guard: &str, headers: &[(&str, &str)]) -> Seen {
    let mut request = browser
        .client
        .post(format!("{}{action}", browser.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("csrf={guard}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Seen::of(request.send().unwrap())
}

#[test]
fn every_form_of_every_page_is_refused_without_its_token() {
    on_both(|world| {
        let cast = Cast::of(world);
        let everybody = cast.everybody(world);
        let foreign = world.browser().get("/sign-in").guard();
        assert!(!foreign.is_empty());
        let forms =
            routes().into_iter().filter(|route| route.door == Door::Web && route.method != Method::Get);
        let mut tried = 0;
        for route in forms {
            for (who, browser) in &everybody {
                for (guard, what) in
                    [("", "none"), (foreign.as_str(), "another visitor's"), ("AAAA", "made up")]
                {
                    let seen = form(browser, &cast.address(&route), guard, &[]);
                    // A large body is not read from who may not send it: told to sign in, or that nothing is there.
                    let refused = seen.status == 403
                        || (route.limit != server::doors::Limit::Form && matches!(seen.status, 303 | 404));
                    assert!(refused, "{} as {who} with {what}: {}", route.name(), seen.status);
                    tried += 1;
                }
            }
        }
        assert!(tried > 100, "only {tried}");
    });
}

#[test]
fn a_form_sent_by_another_site_changes_nothing_even_with_the_right_token() {
    on_both(|world| {
        let cast = Cast::of(world);
        let citizen = persona(world, &Persona::Citizen(cast.her));
        let guard = citizen.get("/sharing").guard();
        let own = world.base.clone();
        for (name, value, passes) in [
            ("origin", "https://evil.example", false),
            ("origin", "null", false),
            ("origin", "http://localhost", false),
            ("origin", "http://localhost.evil.example:1", false),
            ("sec-fetch-site", "cross-site", false),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "same-origin", true),
            ("origin", own.as_str(), true),
        ] {
            let seen = form(&citizen, "/account/sign-out-everywhere", &guard, &[(name, value)]);
            assert_eq!(seen.status, if passes { 303 } else { 403 }, "{name}: {value}\n{}", seen.text);
        }
    });
}

#[test]
fn what_changes_something_is_never_a_get_and_no_header_makes_it_one() {
    on_both(|world| {
        let cast = Cast::of(world);
        let citizen = persona(world, &Persona::Citizen(cast.her));
        let before = citizen.get("/account").text.matches("<li").count();
        for route in routes().iter().filter(|route| route.door == Door::Web && route.method == Method::Post) {
            let both = routes().iter().any(|other| other.path == route.path && other.method == Method::Get);
            if !both && !route.path.contains('{') {
                // The page above it, where people look who come by the back button: nothing is done on the way.
                let shown = citizen.get(route.path);
                shown.has_status(303);
                let above = shown.location.unwrap_or_default();
                let is_page = |other: &Route| other.method == Method::Get && other.path == above;
                assert!(routes().iter().any(is_page), "{} leads to {above}", route.path);
            }
        }
        // A method in a header or in a field is only text.
        let guard = citizen.get("/sharing").guard();
        for (name, value) in
            [("x-http-method-override", "DELETE"), ("x-method-override", "POST"), ("x-http-method", "PUT")]
        {
            let request = citizen.client.get(format!("{}/account/sign-out-everywhere", world.base));
            let answer = Seen::of(request.header(name, value).send().unwrap());
            assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/account")), "{name}");
        }
        form(&citizen, "/documents?_method=DELETE", &guard, &[]).has_status(405);
        for method in ["TRACE", "CONNECT", "PUT", "PROPFIND", "OPTIONS"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let request = citizen.client.request(method.clone(), format!("{}/documents", world.base));
            let status = request.send().map(|response| response.status().as_u16());
            assert!(matches!(status, Ok(400 | 404 | 405) | Err(_)), "{method}: {status:?}");
        }
        assert_eq!(citizen.get("/account").text.matches("<li").count(), before);
    });
}

#[test]
fn a_session_that_was_planted_is_not_the_one_that_is_signed_in() {
    on_both(|world| {
        let cast = Cast::of(world);
        // Given a cookie that somebody else chose, and one of a session that has ended
        let ended = persona(world, &Persona::Citizen(cast.her));
        let page = ended.get("/account");
        let client =
            reqwest::blocking::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let planted = kernel::codes::base64url(&[7; 40]);
        let with = |cookie: &str, path: &str| {
            client
                .get(format!("{}{path}", world.base))
                .header("cookie", format!("session={cookie}"))
                .send()
                .unwrap()
        };
        assert_eq!(with(&planted, "/account").status(), 303);
        // When its holder signs in
        let response = with(&planted, &format!("/demo/citizen-{}", cast.her));
        let set = header(&response, "set-cookie").to_owned();
        let fresh = set.split(['=', ';']).nth(1).unwrap().to_owned();
        // Then she has another, and the planted one still opens nothing
        assert_ne!(fresh, planted);
        assert!(fresh.len() >= 50, "{fresh}");
        assert_eq!(with(&fresh, "/account").status(), 200);
        assert_eq!(with(&planted, "/account").status(), 303);
        // And a cookie that was signed out is nobody, and leaves nothing in the browser
        let out = ended.post(&page, "/sign-out", &[]);
        out.has_status(303);
        ended.get("/account").has_status(303);
    });
}

#[test]
fn signing_out_clears_what_the_browser_kept() {
    on_both(|world| {
        let cast = Cast::of(world);
        let citizen = persona(world, &Persona::Citizen(cast.her));
        let guard = citizen.get("/account").guard();
        let request = citizen
            .client
            .post(format!("{}/sign-out", world.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("csrf={guard}"));
        let response = request.send().unwrap();
        assert_eq!(header(&response, "clear-site-data"), "\"cache\", \"storage\"");
        assert!(header(&response, "set-cookie").contains("Max-Age=0"));
    });
}

/// Names under which links carry where to go next.
const NEXT: [&str; 12] = [
    "back",
    "next",
    "to",
    "return",
    "return_to",
    "redirect",
    "redirect_uri",
    "url",
    "continue",
    "found",
    "q",
    "post_logout_redirect_uri",
];

const ELSEWHERE: [&str; 12] = [
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "%2F%2Fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\r\nSet-Cookie: planted=1",
    "//localhost@evil.example",
];

/// Whether a browser that follows `location` stays here.
fn stays(world: &World, location: &str) -> bool {
    let base: reqwest::Url = world.base.parse().unwrap();
    // The parser of the standard that browsers follow: backslashes, tabs and all.
    base.join(location).is_ok_and(|to| to.origin() == base.origin())
}

#[test]
fn no_link_leads_elsewhere_by_a_parameter() {
    on_both(|world| {
        let cast = Cast::of(world);
        let everybody = cast.everybody(world);
        let mut redirects: HashMap<String, usize> = HashMap::new();
        for route in
            routes().iter().filter(|route| route.method == Method::Get && !route.path.starts_with("/demo"))
        {
            for evil in ELSEWHERE {
                let query: Vec<String> =
                    NEXT.iter().map(|name| format!("{name}={}", ui::address::encode(evil))).collect();
                let address = format!("{}?{}", cast.address(route), query.join("&"));
                for (who, browser) in &everybody {
                    let response = browser.client.get(format!("{}{address}", world.base)).send().unwrap();
                    assert!(
                        response.headers().get("planted").is_none(),
                        "{} as {who}: {evil:?}",
                        route.name()
                    );
                    let Some(location) = response.headers().get("location") else { continue };
                    let location = location.to_str().unwrap();
                    assert!(stays(world, location), "{} as {who}: {evil:?} led to {location}", route.name());
                    *redirects.entry(route.name()).or_default() += 1;
                }
            }
        }
        assert!(redirects.contains_key("GET /language"), "{redirects:?}");
    });
}

#[test]
fn no_form_leads_elsewhere_by_a_field() {
    on_both(|world| {
        let cast = Cast::of(world);
        for route in routes().iter().filter(|route| route.door == Door::Web && route.method == Method::Post) {
            // Signing out, closing and ending sessions are tried last, each by a browser of its own.
            for evil in ["//evil.example", "/\\evil.example", "https://evil.example"] {
                let citizen = persona(world, &Persona::Citizen(cast.her));
                let page = citizen.get("/sharing");
                let fields: Vec<_> = NEXT.iter().map(|name| (*name, evil)).collect();
                let seen = citizen.post(&page, &cast.address(route), &fields);
                if let Some(location) = seen.location {
                    assert!(stays(world, &location), "{}: {evil} led to {location}", route.name());
                }
            }
            if route.path.contains("close") {
                // The space is open again for the next form.
                let citizen = persona(world, &Persona::Citizen(cast.her));
                let closed = citizen.get("/account/reopen");
                citizen.post(&closed, "/account/reopen", &[]);
            }
        }
    });
}

/// ASVS V7.5.2: sessions are ended by whoever has lately proven who she is.
#[test]
fn who_finds_an_open_screen_ends_no_other_session() {
    use people::identity::session::Persona;
    use synthetic::professionals::{SEVERAL, doctor};
    on_both(|world| {
        let mut key = crate::work::key();
        let screen = crate::work::arrived(world, &mut key);
        let her = Persona::Professional(kernel::rpps::Rpps::parse(&doctor(7, SEVERAL).rpps).unwrap());
        let is_open = |browser: &crate::harness::Browser| browser.get("/pro/situation").status == 200;
        let ends = |action: &str| {
            let page = screen.get("/pro/account");
            let id = page.text.split("name=\"id\" value=\"").map(|rest| rest.split('"').next().unwrap());
            let id = id.last().unwrap().to_owned();
            screen.post(&page, action, &[("id", &id)]).location.unwrap()
        };
        // While she has just come in, she ends another with a click.
        let lost = crate::people_of::persona(world, &her);
        assert!(is_open(&lost));
        assert_eq!(ends("/pro/account/session/end"), "/pro/account");
        assert!(!is_open(&lost));
        // Eleven minutes later somebody else sits at the screen.
        let hers = crate::people_of::persona(world, &her);
        world.house.clock.advance(11 * 60 * kernel::Instant::SECOND);
        for action in ["/pro/account/session/end", "/pro/account/sign-out-everywhere"] {
            assert!(ends(action).starts_with("/confirm?"), "{action}");
            assert!(is_open(&hers), "{action}");
        }
    });
}
