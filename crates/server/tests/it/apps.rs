//! Apps that a person connects, from the register to the last refused request: what one reads is what she granted,
//! letter by letter. `apps_attacks.rs` tries what it was not granted.

use kernel::{Instant, PersonId};
use people::identity::session::Persona;
use serde_json::{Value, json};
use synthetic::cda::{Model, Sheet};
use synthetic::family::Family;
use synthetic::mhd::Parcel;
use synthetic::{Person, professionals};

use crate::acting::switch;
use crate::apps_client::{App, SCOPE, app, hidden_of, keyed, onward, told};
use crate::harness::{Browser, Seen, World, on_both};
use crate::openid_service::{doctor, encoded, parameter, query_of};
use crate::people_of::{Depositor, enrol, laboratory, persona};

/// Everything, for the shortest time.
pub const ALL: &[(&str, &str)] =
    &[("documents", "all"), ("profile", "yes"), ("days", "30"), ("answer", "connect")];
/// Prescriptions and nothing else.
pub const PRESCRIPTIONS: &[(&str, &str)] =
    &[("documents", "families"), ("family", "42"), ("days", "90"), ("answer", "connect")];
/// Who she is and nothing else.
pub const PROFILE: &[(&str, &str)] =
    &[("documents", "none"), ("profile", "yes"), ("days", "365"), ("answer", "connect")];

const DAY: i64 = Instant::DAY;

/// Léa, sixteen years old, who may already say no to her parents, and what is in her space.
pub struct Stage<'a> {
    pub world: &'a World,
    pub family: Family,
    pub ids: Vec<PersonId>,
    pub laboratory: Depositor,
    pub report: String,
    pub prescription: String,
    /// What no app reads: hidden by her, kept by her, secret by its sender, not announced yet.
    pub never: [String; 4],
}

pub const MOTHER: usize = 0;
const FATHER: usize = 1;
pub const LEA: usize = 2;
const HUGO: usize = 3;

impl<'a> Stage<'a> {
    pub fn set(world: &'a World) -> Self {
        let family = Family::on(world.house.clock.now().date());
        let ids = enrol(world, &family.everybody());
        let laboratory = laboratory(world);
        let lea = &family.teenager;
        let send = |n, model, label| deposit(world, &laboratory, lea, (n, model), label);
        let report = send(1, Model::LabReport, None);
        let prescription = send(2, Model::Prescription, None);
        let never = [
            send(3, Model::LabReport, None),
            send(4, Model::Prescription, None),
            send(5, Model::LabReport, Some("INVISIBLE_REPRESENTANTS_LEGAUX")),
            send(6, Model::LabReport, Some("INVISIBLE_PATIENT")),
        ];
        let hers = persona(world, &Persona::Citizen(ids[LEA]));
        let hide = [("do", "documents"), ("hide", never[0].as_str())];
        hers.post(&hers.get("/sharing"), "/sharing/decide", &hide).has_status(303);
        let keep = format!("/documents/{}/secret", never[1]);
        hers.post(&hers.get("/documents/add"), &keep, &[]).has_status(303);
        Self { world, family, ids, laboratory, report, prescription, never }
    }

    pub fn browser(&self, who: usize) -> Browser {
        persona(self.world, &Persona::Citizen(self.ids[who]))
    }

    pub fn lea(&self) -> PersonId {
        self.ids[LEA]
    }
}

/// A document of this model about somebody, with this label of its sender's; answers its id.
pub fn deposit(
    world: &World,
    laboratory: &Depositor,
    person: &Person,
    (number, model): (u64, Model),
    label: Option<&str>,
) -> String {
    let author = professionals::biologist(1, 0);
    let at = world.house.clock.now().plus(-DAY * number as i64).paris().datetime();
    let sheet = Sheet { seed: 1, number, person, author: &author, at, version: 1 };
    let cda = sheet.write(model);
    let mut bundle =
        Parcel { sheet: &sheet, model, bytes: cda.as_bytes(), media_type: "text/xml" }.comprehensive();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        if let (Some(label), "DocumentReference") = (label, resource["resourceType"].as_str().unwrap()) {
            let label = json!({"coding": [{"code": label}]});
            resource["securityLabel"].as_array_mut().unwrap().push(label);
        }
    }
    let (status, answer) = laboratory.post("/fhir", &bundle);
    assert_eq!(status, 200, "{answer}");
    let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
    location.split("DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

/// Ends a connection as she does: from her page of apps through the page that says what it changes.
pub fn disconnects(browser: &Browser) -> Seen {
    let page = browser.get("/apps");
    let effect = sends_on(browser, &page, "/sharing/effect");
    effect.has_status(200);
    let done = sends_on(browser, &effect, "/sharing/decide");
    done.has_status(303);
    browser.get(&done.location.unwrap())
}

/// Presses the button of the form to `action` whose fields are all there.
fn sends_on(browser: &Browser, page: &Seen, action: &str) -> Seen {
    let hidden = hidden_of(page, action);
    let fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post(page, action, &fields)
}

/// The error of an answer, which says nothing else.
fn refused(answer: &Value) -> &str {
    assert!(answer.get("access_token").is_none(), "{answer}");
    answer["error"].as_str().unwrap_or_default()
}

#[test]
fn she_connects_an_app_which_reads_until_she_ends_it() {
    on_both(|world| {
        // Given an app of the catalogue and somebody who has not signed in
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let path = suivi.path(&[]);
        let to = world.browser().get(&path);
        to.has_status(303);
        // When it sends her by, she signs in first and comes back to the very request
        assert_eq!(parameter(to.location.as_deref().unwrap(), "back").as_deref(), Some(path.as_str()));
        let hers = stage.browser(LEA);
        let page = hers.get(&path);
        page.says("Suivi suivi demande à lire votre espace");
        page.says("Éditions de la Santé");
        // Then she connects it, and it reads
        let tokens = suivi.connected(&hers, ALL);
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(300)));
        assert_eq!(tokens["patient"], json!(stage.lea().to_string()));
        let (status, patient) = suivi.reads(&tokens, &format!("/fhir/Patient/{}", stage.lea()));
        assert_eq!((status, &patient["resourceType"]), (200, &json!("Patient")));
        let address = format!("/fhir/DocumentReference/{}", stage.report);
        assert_eq!(suivi.reads(&tokens, &address).0, 200);
        // And she sees it: among her apps, and in her journal by which right
        hers.get("/apps").says("Déconnecter");
        let journal = hers.get("/journal");
        journal.says("L’application Suivi suivi (Éditions de la Santé)");
        journal.says("Parce que vous avez connecté cette application");
        let events = hers.get(&format!("/fhir/AuditEvent?patient={}&_count=200", stage.lea()));
        events.says("urn:x-carnet:right:app");
        // When its token has ended it comes back with the other one, which turns
        world.house.clock.advance(301 * Instant::SECOND);
        assert_eq!(suivi.reads(&tokens, &address).0, 401);
        let renewed = suivi.refresh(&tokens);
        assert_eq!(suivi.last.get(), 200, "{renewed}");
        assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
        assert_eq!(suivi.reads(&renewed, &address).0, 200);
        // When she disconnects it, it is over at once, whatever it holds, and that it tried stands in her journal
        let hers = stage.browser(LEA);
        disconnects(&hers).has_status(200);
        let (status, outcome) = suivi.reads(&renewed, &address);
        assert_eq!(status, 403, "{outcome}");
        assert!(outcome.to_string().contains("app-not-granted"), "{outcome}");
        assert_eq!(refused(&suivi.refresh(&renewed)), "invalid_grant");
        let apps = hers.get("/apps");
        apps.says("Aucune application n’est connectée");
        hers.get("/journal?what=refusals").says("a voulu accéder à votre espace");
    });
}

#[test]
fn an_app_finds_exactly_what_she_granted() {
    on_both(|world| {
        let stage = Stage::set(world);
        let hers = stage.browser(LEA);
        let both = [stage.report.as_str(), stage.prescription.as_str()];
        // What she knows herself; the lists among them are asked one by one below.
        let sets = ids(&hers, &format!("/fhir/List?patient={}&_count=200", stage.lea()));
        assert_eq!(sets.len(), 5, "one for each document that she knows");
        for (n, (filled, seen)) in
            [(ALL, &both[..]), (PRESCRIPTIONS, &both[1..]), (PROFILE, &[])].into_iter().enumerate()
        {
            let suivi = app(world, &format!("suivi-{n}"), |_| {});
            let tokens = suivi.connected(&hers, filled);
            finds_exactly(&stage, &suivi, &tokens, seen);
            for set in &sets {
                let (status, list) = suivi.reads(&tokens, &format!("/fhir/List/{set}"));
                let holds = |id: &&&str| list.to_string().contains(**id);
                assert_eq!(status == 200, seen.iter().any(|id| holds(&id)), "{set}: {status} {list}");
                assert!(!stage.never.iter().any(|id| list.to_string().contains(id)), "{list}");
            }
            let profile = filled.contains(&("profile", "yes"));
            let (status, outcome) = suivi.reads(&tokens, &format!("/fhir/Patient/{}", stage.lea()));
            assert_eq!(status, if profile { 200 } else { 403 }, "{outcome}");
        }
    });
}

/// Ids of what a session finds.
fn ids(browser: &Browser, path: &str) -> Vec<String> {
    let seen = browser.get(path);
    seen.has_status(200);
    let bundle: Value = serde_json::from_str(&seen.text).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Holds everything that an app may ask about documents to the list of those that it sees.
fn finds_exactly(stage: &Stage<'_>, suivi: &App<'_>, tokens: &Value, seen: &[&str]) {
    let (patient, scope) = (format!("patient={}", stage.lea()), tokens["scope"].as_str().unwrap());
    assert_eq!(scope.contains("DocumentReference"), !seen.is_empty(), "{scope}");
    for query in ["", &format!("?{patient}"), "?_count=1", "?_summary=count", "?category=10", "?date=ge2020"]
    {
        let path = format!("/fhir/DocumentReference{query}");
        if seen.is_empty() {
            assert_eq!(suivi.reads(tokens, &path).0, 403, "{path}");
            continue;
        }
        let (found, total) = suivi.finds(tokens, &path);
        assert!(found.iter().all(|id| seen.contains(&id.as_str())), "{path}: {found:?}");
        match query {
            "?_count=1" => assert_eq!((found.len(), total), (1, seen.len() as u64), "{path}"),
            "?_summary=count" => assert_eq!((found.len(), total), (0, seen.len() as u64)),
            "?category=10" => assert_eq!(total, found.len() as u64),
            _ => assert_eq!((found.len(), total), (seen.len(), seen.len() as u64), "{path}"),
        }
    }
    let all = [stage.report.as_str(), stage.prescription.as_str()].into_iter();
    for id in all.chain(stage.never.iter().map(String::as_str)) {
        for kind in ["DocumentReference", "Binary"] {
            let (status, _) = suivi.reads(tokens, &format!("/fhir/{kind}/{id}"));
            let expected = match (seen.is_empty(), seen.contains(&id)) {
                (true, _) => 403,
                (false, true) => 200,
                (false, false) => 404,
            };
            assert_eq!(status, expected, "{kind}/{id}");
        }
    }
}

#[test]
fn a_connection_is_one_on_all_her_devices_and_ends_on_its_day() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = keyed(world, "suivi");
        let first = suivi.connected(&stage.browser(LEA), ALL);
        let address = format!("/fhir/DocumentReference/{}", stage.report);
        // On another device, for less: the first one reads on, and is held to it.
        let second = suivi.connected(&stage.browser(LEA), PRESCRIPTIONS);
        for tokens in [&first, &suivi.refresh(&first), &second] {
            assert_eq!(suivi.reads(tokens, &address).0, 404);
            assert_eq!(
                suivi.reads(tokens, &format!("/fhir/DocumentReference/{}", stage.prescription)).0,
                200
            );
        }
        // Ninety days and not a second more; a token never outlives the connection.
        world.house.clock.advance(90 * DAY - 60 * Instant::SECOND);
        let last = suivi.refresh(&second);
        assert_eq!((suivi.last.get(), last["expires_in"].as_i64()), (200, Some(60)), "{last}");
        let address = format!("/fhir/DocumentReference/{}", stage.prescription);
        assert_eq!(suivi.reads(&last, &address).0, 200);
        world.house.clock.advance(60 * Instant::SECOND);
        assert_eq!(suivi.reads(&last, &address).0, 401);
        assert_eq!(refused(&suivi.refresh(&last)), "invalid_grant");
        stage.browser(LEA).get("/apps").says("Aucune application n’est connectée");
    });
}

#[test]
fn without_leave_to_come_back_an_app_reads_once() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let page =
            hers.get(&suivi.path(&[("scope", "patient/DocumentReference.r patient/Patient.rs openid")]));
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&hers, &page, ALL)));
        assert!(tokens.get("refresh_token").is_none(), "{tokens}");
        let scope = tokens["scope"].as_str().unwrap();
        assert!(
            !scope.contains("openid") && !scope.contains("Binary") && !scope.contains("offline"),
            "{scope}"
        );
        // It asked to read one at a time, and does not search.
        let address = format!("/fhir/DocumentReference/{}", stage.report);
        assert_eq!(suivi.reads(&tokens, &address).0, 200);
        for path in ["/fhir/DocumentReference".to_owned(), format!("/fhir/Binary/{}", stage.report)] {
            assert_eq!(suivi.reads(&tokens, &path).0, 403, "{path}");
        }
    });
}

#[test]
fn a_parent_connects_for_a_child_and_nobody_else_does() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hugo = stage.ids[HUGO];
        let his = deposit(world, &stage.laboratory, &stage.family.child, (7, Model::LabReport), None);
        let mine = deposit(world, &stage.laboratory, &stage.family.mother, (8, Model::LabReport), None);
        // A child of eight is told who does.
        stage.browser(HUGO).get(&suivi.path(&[])).has_status(403);
        let mother = stage.browser(MOTHER);
        switch(&mother, &hugo.to_string()).has_status(200);
        let page = mother.get(&suivi.path(&[]));
        page.says("l’espace de Hugo BERNARD");
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&mother, &page, ALL)));
        assert_eq!(tokens["patient"], json!(hugo.to_string()), "{tokens}");
        assert_eq!(suivi.finds(&tokens, "/fhir/DocumentReference"), (vec![his], 1));
        assert_eq!(suivi.reads(&tokens, &format!("/fhir/DocumentReference/{mine}")).0, 404);
        // In her own space there is nothing of it.
        switch(&mother, "self").has_status(200);
        mother.get("/apps").says("Aucune application n’est connectée");
        // A carer and a neighbour do not come as far; whoever works here is nobody to an app.
        let (_, doctor) = doctor(world, 0);
        let operator = persona(world, &Persona::Operator("support".into()));
        for worker in [&doctor, &operator] {
            let to = worker.get(&suivi.path(&[]));
            to.has_status(303);
            assert!(to.location.unwrap().starts_with("/sign-in?back="));
        }
    });
}

#[test]
fn each_parent_sees_whose_connection_is_whose_and_cuts_either() {
    on_both(|world| {
        // Given parents who live apart, and the same app connected by each for their child
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hugo = stage.ids[HUGO].to_string();
        deposit(world, &stage.laboratory, &stage.family.child, (7, Model::LabReport), None);
        let both = [FATHER, MOTHER].map(|parent| {
            let browser = stage.browser(parent);
            switch(&browser, &hugo).has_status(200);
            let tokens = suivi.connected(&browser, ALL);
            (browser, tokens)
        });
        let [(father, his), (mother, hers)] = &both;
        let reads = |tokens: &Value| suivi.reads(tokens, "/fhir/DocumentReference").0;
        // Then each knows their own from the other's, whose name is not told
        for browser in [father, mother] {
            let page = browser.get("/apps");
            page.says("Connectée par vous. S’arrête aussi le jour où vous n’avez plus le droit");
            page.says("Connectée par une autre personne qui a le droit de décider pour cet espace");
        }
        father.get("/apps").does_not_say("Claire");
        // When the father cuts the one that came last, hers, he is told that the other one stays
        let fathers = father.get("/apps");
        let effect = sends_on(father, &fathers, "/sharing/effect");
        effect.has_status(200);
        effect.says("cette application est connectée plus d’une fois à cet espace");
        effect.does_not_say("Cette application ne lira plus rien");
        effect.does_not_say("ne saura plus qui est la personne");
        effect.does_not_say("ne verra aucun document");
        sends_on(father, &effect, "/sharing/decide").has_status(303);
        assert_eq!((reads(hers), reads(his)), (403, 200));
        mother.get("/apps").does_not_say("Connectée par vous");
        // And she may cut his: then it is over, and says so
        let mothers = mother.get("/apps");
        let last = sends_on(mother, &mothers, "/sharing/effect");
        last.says("Cette application ne lira plus rien, tout de suite");
        last.says("ne saura plus qui est la personne");
        last.says("ne verra aucun document");
        sends_on(mother, &last, "/sharing/decide").has_status(303);
        assert_eq!((reads(hers), reads(his)), (403, 403));
        // When a button is pressed that was pressed before, here or in another window, it is so already
        for (browser, page, effect) in [(father, &fathers, &effect), (mother, &mothers, &last)] {
            let again = sends_on(browser, page, "/sharing/effect");
            again.has_status(200);
            again.says("n’est plus connectée de cette façon");
            sends_on(browser, effect, "/sharing/decide").has_status(303);
        }
    });
}

#[test]
fn she_says_no_and_the_app_is_told_only_that() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let page = hers.get(&suivi.path(&[]));
        let no = suivi.answered(&hers, &page, &[("answer", "refuse")]);
        let back = onward(&no, &suivi.redirect);
        let names: Vec<String> = query_of(&back).into_iter().map(|(name, _)| name).collect();
        assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&back, "state").as_deref(), Some("state-1"));
        assert!(!names.contains(&"code".to_owned()), "{back}");
        // What she forgets is asked for again, with what she said.
        let page = hers.get(&suivi.path(&[]));
        let again = suivi.answered(&hers, &page, &[("documents", "none"), ("answer", "connect")]);
        again.has_status(422);
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered_again(&hers, &again, ALL)));
        assert_eq!(suivi.last.get(), 200, "{tokens}");
    });
}

#[test]
fn an_app_on_her_telephone_is_led_to_by_a_page() {
    on_both(|world| {
        let stage = Stage::set(world);
        let native = |listed: &mut people::apps::Listed| {
            listed.redirect_uris = vec!["fr.exemple.suivi:/retour".to_owned()];
        };
        let suivi = app(world, "suivi", native);
        let hers = stage.browser(LEA);
        let tokens = suivi.connected(&hers, ALL);
        assert_eq!(suivi.reads(&tokens, &format!("/fhir/Patient/{}", stage.lea())).0, 200);
        // Also what is wrong with its request is told to it by a page, which goes there by itself and has a link.
        let wrong = suivi.path(&[("scope", "patient/Observation.rs")]);
        let wrong = hers.client.get(format!("{}{wrong}", world.base)).send().unwrap();
        let goes = wrong.headers()["refresh"].to_str().unwrap().to_owned();
        let back = onward(&Seen::of(wrong), &suivi.redirect);
        assert_eq!(goes, format!("0; url={back}"));
        assert_eq!(parameter(&back, "error").as_deref(), Some("invalid_scope"));
    });
}

#[test]
fn a_request_that_is_posted_is_asked_like_one_that_is_linked() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let pairs = query_of(&suivi.path(&[]));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let posted = world
            .browser()
            .client
            .post(format!("{}/oauth/authorize", world.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://suivi.example")
            .body(encoded(&pairs))
            .send()
            .unwrap();
        let to = Seen::of(posted);
        to.has_status(303);
        stage.browser(LEA).get(&to.location.unwrap()).says("demande à lire votre espace");
    });
}

#[test]
fn what_is_announced_is_what_is_there() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let get = |path: &str| -> Value { serde_json::from_str(&world.browser().get(path).text).unwrap() };
        let smart = get("/fhir/.well-known/smart-configuration");
        assert_eq!(smart, get("/.well-known/smart-configuration"));
        assert_eq!(smart["code_challenge_methods_supported"], json!(["S256"]));
        for (name, path) in [
            ("authorization_endpoint", "/oauth/authorize"),
            ("token_endpoint", "/oauth/token"),
            ("revocation_endpoint", "/oauth/revoke"),
            ("management_endpoint", "/apps"),
        ] {
            assert_eq!(smart[name], json!(format!("{}{path}", world.base)), "{name}");
        }
        let scopes = smart["scopes_supported"].to_string();
        for scope in SCOPE.split(' ') {
            let (name, letters) = scope.split_once('.').unwrap_or((scope, ""));
            assert!(scopes.contains(name) && scopes.contains(letters), "{scope} in {scopes}");
        }
        // Every patient/ scope that is announced can be had, and opens something.
        let announced = smart["scopes_supported"].as_array().unwrap().iter().filter_map(Value::as_str);
        let patient: Vec<&str> = announced.filter(|scope| scope.starts_with("patient/")).collect();
        assert!(patient.len() >= 4, "{patient:?}");
        let hers = stage.browser(LEA);
        let page = hers.get(&suivi.path(&[("scope", &patient.join(" "))]));
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&hers, &page, ALL)));
        assert_eq!(tokens["scope"].as_str().unwrap().split(' ').count(), patient.len(), "{tokens}");
        let statement = get("/fhir/metadata");
        let security = &statement["rest"][0]["security"];
        assert_eq!(security["cors"], json!(true));
        assert_eq!(security["service"][0]["coding"][0]["code"], json!("SMART-on-FHIR"));
        assert_eq!(fhir::validate::validate(&statement), []);
        // It names nobody to apps, and says so.
        assert!(smart.get("issuer").is_none() && !smart["capabilities"].to_string().contains("openid"));
        assert_eq!(
            told(&hers.get(&suivi.path(&[("aud", "https://other.example/fhir")]))).as_deref(),
            Some("invalid_request")
        );
    });
}
