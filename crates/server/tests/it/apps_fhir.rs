//! The FHIR door as an app meets it: what its answers say of whose the documents are, what it is told when it does not get
//! in, and how it finds out what there is.

use kernel::Instant;
use people::apps::tokens;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use synthetic::Person;

use crate::acting::switch;
use crate::apps::{ALL, LEA, MOTHER, PROFILE, Stage, disconnects};
use crate::apps_client::{App, app, hidden_of, told};
use crate::harness::{World, on_both};
use crate::identity_mends::make_passkey;
use crate::openid_service::{encoded, parameter};
use crate::work;

/// All documents, and not who she is.
const DOCUMENTS: &[(&str, &str)] = &[("documents", "all"), ("days", "30"), ("answer", "connect")];
/// Her brother, who is a child.
const HUGO: usize = 3;

fn bearer(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// The same token with every scope that there is: what it reads must hang on her word alone.
fn widened(world: &World, tokens: &Value) -> Value {
    let keyring = world.house.store.keyring();
    let mut token = tokens::open(keyring, bearer(tokens), world.house.clock.now()).unwrap();
    token.scopes = oauth::app::offered();
    json!({"access_token": token.seal(|plain| keyring.seal("app-access", plain))})
}

/// A number as a search has it.
fn number(person: &Person) -> String {
    format!("{}|{}", person.ins.system(), person.ins.matricule)
}

/// Answers of everything that tells of documents, as text.
fn all_about_documents(stage: &Stage<'_>, suivi: &App<'_>, tokens: &Value) -> Vec<(String, String)> {
    let reads = |path: &str| {
        let (status, resource) = suivi.reads(tokens, path);
        assert_eq!(status, 200, "{path}: {resource}");
        resource
    };
    let mut paths: Vec<String> = ["", "?_summary=true", "?_elements=subject,author,context", "?_count=1"]
        .iter()
        .flat_map(|query| ["DocumentReference", "List"].map(|kind| format!("/fhir/{kind}{query}")))
        .collect();
    paths.push(format!("/fhir/DocumentReference/{}", stage.report));
    let sets = reads("/fhir/List");
    let set = sets["entry"][0]["resource"]["id"].as_str().unwrap();
    paths.push(format!("/fhir/List/{set}"));
    paths.into_iter().map(|path| (path.clone(), reads(&path).to_string())).collect()
}

#[test]
fn an_app_that_reads_documents_is_not_told_in_data_whose_they_are() {
    on_both(|world| {
        let stage = Stage::set(world);
        let hers = stage.browser(LEA);
        let lea = &stage.family.teenager;
        let traits = &lea.traits;
        let birth_date = traits.birth_date.to_string();
        let given: Vec<&str> = traits.given_names.split(' ').collect();
        let who_she_is = [&*lea.ins.matricule, &*traits.birth_name, &birth_date, given[0]];
        let where_it_stands = ["sourcePatient", "#patient", "\"resourceType\":\"Patient\"", "Patient?"];
        // What the sender wrote of her is there for whoever may know it: else this test would hold nothing.
        let whole = app(world, "entier", |_| {});
        let tokens = whole.connected(&hers, ALL);
        let told = all_about_documents(&stage, &whole, &tokens);
        for word in who_she_is {
            let says = |(path, text): &&(String, String)| !path.contains('?') && text.contains(word);
            assert_eq!(told.iter().filter(says).count(), 4, "{word}");
        }
        let suivi = app(world, "suivi", |_| {});
        let tokens = suivi.connected(&hers, DOCUMENTS);
        for tokens in [&tokens, &widened(world, &tokens)] {
            for (path, text) in all_about_documents(&stage, &suivi, tokens) {
                for word in who_she_is.iter().chain(&where_it_stands) {
                    assert!(!text.contains(word), "{path} says {word}: {text}");
                }
            }
            // Who wrote it, what it is and where its bytes are is all there.
            let (_, read) = suivi.reads(tokens, &format!("/fhir/DocumentReference/{}", stage.report));
            assert_eq!(read["subject"], json!({"reference": format!("Patient/{}", stage.lea())}));
            assert_eq!(read["author"], json!([{"reference": "#author"}]));
            assert_eq!(read["contained"].as_array().unwrap().len(), 2, "{read}");
            assert_eq!(read["context"]["facilityType"]["coding"][0]["code"], "SA25");
            assert_eq!(fhir::validate::validate(&read), []);
            let (_, sets) = suivi.reads(tokens, "/fhir/List");
            let set = &sets["entry"][0]["resource"];
            assert_eq!(set["extension"].as_array().unwrap().len(), 2, "{set}");
            assert_eq!(fhir::validate::validate(set), []);
        }
    });
}

#[test]
fn a_number_that_an_app_guessed_is_confirmed_to_none_that_was_not_told_who_she_is() {
    on_both(|world| {
        let stage = Stage::set(world);
        let (hers, mothers) = (number(&stage.family.teenager), number(&stage.family.mother));
        let nobodys = hers.replace(&*stage.family.teenager.ins.matricule, "279035121518989");
        let numbers = [&hers, &mothers, &nobodys].map(|number| ui::address::encode(number));
        let browser = stage.browser(LEA);
        let asks = |suivi: &App<'_>, tokens: &Value, path: &str| {
            numbers.each_ref().map(|number| suivi.reads(tokens, &format!("/fhir/{path}={number}")))
        };
        let searches = [
            "DocumentReference?patient.identifier",
            "List?subject:identifier",
            "DocumentReference?_summary=count&patient:identifier",
        ];
        let suivi = app(world, "suivi", |_| {});
        let tokens = widened(world, &suivi.connected(&browser, DOCUMENTS));
        for path in searches {
            let [first, second, third] = asks(&suivi, &tokens, path);
            assert_eq!(first.0, 404, "{path}: {}", first.1);
            assert!(first == second && second == third, "{path}: {first:?} {second:?} {third:?}");
        }
        // Nor by looking for a person, with whatever its token says.
        let [first, second, third] = asks(&suivi, &tokens, "Patient?identifier");
        assert_eq!(first.0, 403, "{}", first.1);
        assert!(first == second && second == third, "{first:?} {second:?} {third:?}");
        // Once it is cut, it is refused, and for every number alike.
        let whole = app(world, "entier", |_| {});
        let told = whole.connected(&browser, ALL);
        for path in searches {
            let statuses = asks(&whole, &told, path).map(|(status, _)| status);
            assert_eq!(statuses, [200, 404, 404], "{path}");
        }
        let totals = asks(&whole, &told, "Patient?identifier").map(|(_, found)| found["total"].clone());
        assert_eq!(totals, [json!(1), json!(0), json!(0)]);
        disconnects(&browser);
        disconnects(&browser);
        for (app, tokens) in [(&suivi, &tokens), (&whole, &told)] {
            for path in searches.into_iter().chain(["Patient?identifier"]) {
                let [first, second, third] = asks(app, tokens, path);
                assert_eq!(first.0, 403, "{path}: {}", first.1);
                assert!(first == second && second == third, "{path}: {first:?} {second:?} {third:?}");
            }
        }
    });
}

#[test]
fn a_number_in_a_body_does_not_come_back_in_an_address() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let tokens = suivi.connected(&stage.browser(LEA), ALL);
        let hers = number(&stage.family.teenager);
        let posts = |path: &str, fields: &[(&str, &str)]| -> Value {
            let request = world.browser().client.post(format!("{}{path}", world.base));
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let response = request.bearer_auth(bearer(&tokens)).body(encoded(fields)).send().unwrap();
            assert_eq!(response.status(), 200, "{path}");
            serde_json::from_str(&response.text().unwrap()).unwrap()
        };
        let first =
            posts("/fhir/DocumentReference/_search", &[("patient.identifier", &hers), ("_count", "1")]);
        let links = first["link"].as_array().unwrap();
        assert_eq!(
            links.iter().map(|link| link["relation"].as_str().unwrap()).collect::<Vec<_>>(),
            ["self", "next"]
        );
        for link in links {
            let url = link["url"].as_str().unwrap();
            assert!(url.contains(&format!("patient=Patient/{}", stage.lea())), "{url}");
            assert!(!url.contains(&*stage.family.teenager.ins.matricule), "{url}");
        }
        // And leads on.
        let next = links[1]["url"].as_str().unwrap().strip_prefix(&world.base).unwrap();
        let (found, total) = suivi.finds(&tokens, next);
        assert_eq!((found.len(), total), (1, 2));
        // She herself is found in the same way.
        let patient = posts("/fhir/Patient/_search", &[("identifier", &hers)]);
        assert_eq!(patient["total"], 1, "{patient}");
        assert_eq!(patient["entry"][0]["resource"]["id"], json!(stage.lea().to_string()));
        let (_, same) =
            suivi.reads(&tokens, &format!("/fhir/Patient?identifier={}", ui::address::encode(&hers)));
        assert_eq!(patient, same);
    });
}

/// What somebody is told to bring who was not let in.
fn challenge(response: &Response) -> (u16, Option<&str>) {
    let told = response.headers().get("www-authenticate").map(|value| value.to_str().unwrap());
    (response.status().as_u16(), told)
}

#[test]
fn an_app_that_is_not_let_in_is_told_what_to_bring() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let tokens = suivi.connected(&hers, PROFILE);
        let get = |path: &str, token: Option<&str>| {
            let request = world.browser().client.get(format!("{}/fhir/{path}", world.base));
            match token {
                Some(token) => request.bearer_auth(token).send().unwrap(),
                None => request.send().unwrap(),
            }
        };
        let insufficient =
            |scope: &str| format!("Bearer realm=\"carnet\", error=\"insufficient_scope\", scope=\"{scope}\"");
        for (path, scope) in [
            ("DocumentReference".to_owned(), "patient/DocumentReference.rs"),
            (format!("DocumentReference/{}", stage.report), "patient/DocumentReference.rs"),
            ("List".to_owned(), "patient/List.rs"),
            (format!("Binary/{}", stage.report), "patient/Binary.r"),
        ] {
            let refused = get(&path, Some(bearer(&tokens)));
            assert_eq!(challenge(&refused), (403, Some(insufficient(scope).as_str())), "{path}");
        }
        let none = get("DocumentReference", None);
        assert_eq!(challenge(&none), (401, Some("Bearer realm=\"carnet\"")));
        let dead = "Bearer realm=\"carnet\", error=\"invalid_token\"";
        assert_eq!(challenge(&get("Patient", Some("nothing"))), (401, Some(dead)));
        // Where no scope helps, none is named.
        let patient = format!("Patient/{}", stage.lea());
        assert_eq!(challenge(&get("AuditEvent", Some(bearer(&tokens)))), (404, None));
        assert_eq!(challenge(&get(&patient, Some(bearer(&tokens)))), (200, None));
        disconnects(&hers);
        assert_eq!(challenge(&get(&patient, Some(bearer(&tokens)))), (403, None));
        world.house.clock.advance(301 * Instant::SECOND);
        assert_eq!(challenge(&get(&patient, Some(bearer(&tokens)))), (401, Some(dead)));
    });
}

#[test]
fn software_is_told_the_scope_that_it_lacks() {
    on_both(|world| {
        let stage = Stage::set(world);
        for (path, scope) in
            [(format!("List/{}", stage.report), "system/List.r"), ("List".to_owned(), "system/List.s")]
        {
            let request = world.browser().client.get(format!("{}/fhir/{path}", world.base));
            let refused = request.header("authorization", stage.laboratory.authorization()).send().unwrap();
            let told = format!("Bearer realm=\"carnet\", error=\"insufficient_scope\", scope=\"{scope}\"");
            assert_eq!(challenge(&refused), (403, Some(told.as_str())), "{path}");
        }
    });
}

#[test]
fn what_is_announced_to_apps_says_no_more_than_there_is() {
    on_both(|world| {
        let get = |path: &str| -> Value { serde_json::from_str(&world.browser().get(path).text).unwrap() };
        let statement = get("/fhir/metadata");
        let resources = statement["rest"][0]["resource"].as_array().unwrap();
        let offers = |name: &str, interaction: &str| {
            let one = resources.iter().find(|resource| resource["type"] == name).unwrap();
            one["interaction"].as_array().unwrap().contains(&json!({"code": interaction}))
        };
        let words = |document: &Value| -> Vec<String> {
            let all = document["scopes_supported"].as_array().unwrap().iter();
            all.map(|scope| scope.as_str().unwrap().to_owned()).collect()
        };
        let smart = get("/.well-known/smart-configuration");
        let mut patient: Vec<String> = words(&smart);
        patient.retain(|scope| scope.starts_with("patient/"));
        assert_eq!(patient.len(), 4);
        for scope in &patient {
            let (name, letters) = scope.strip_prefix("patient/").unwrap().split_once('.').unwrap();
            assert!(offers(name, "read"), "{scope}");
            assert_eq!(letters.contains('s'), offers(name, "search-type"), "{scope}");
        }
        // A program that reads only what OAuth itself asks servers to say finds the same.
        let server = get("/.well-known/oauth-authorization-server");
        for name in ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
            assert_eq!(server[name], smart[name], "{name}");
        }
        let known = words(&server);
        for scope in patient.iter().map(String::as_str).chain(["launch/patient", "offline_access"]) {
            assert!(known.iter().any(|one| one == scope), "{scope} in {known:?}");
        }
        for document in [&server, &smart] {
            let methods = &document["token_endpoint_auth_methods_supported"];
            assert!(methods.as_array().unwrap().contains(&json!("none")), "{methods}");
            assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        }
    });
}

#[test]
fn an_app_that_asks_to_search_in_bytes_is_cut_to_reading_them() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hers = stage.browser(LEA);
        let page = hers.get(&suivi.path(&[("scope", "offline_access patient/Binary.rs patient/List.read")]));
        let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&hers, &page, DOCUMENTS)));
        assert_eq!(tokens["scope"], "offline_access patient/Binary.r patient/List.rs", "{tokens}");
        assert_eq!(suivi.reads(&tokens, &format!("/fhir/Binary/{}", stage.report)).0, 200);
    });
}

#[test]
fn an_app_on_her_computer_listens_where_it_can() {
    on_both(|world| {
        let stage = Stage::set(world);
        let mut suivi =
            app(world, "suivi", |listed| listed.redirect_uris = vec!["http://127.0.0.1/retour".to_owned()]);
        suivi.redirect = "http://127.0.0.1:51004/retour".to_owned();
        let hers = stage.browser(LEA);
        let code = suivi.code(&hers, ALL);
        // The code is good for the port that it was sent to.
        suivi.redirect = "http://127.0.0.1:51005/retour".to_owned();
        assert_eq!(suivi.redeem(&code)["error"], "invalid_grant");
        suivi.redirect = "http://127.0.0.1:51004/retour".to_owned();
        let tokens = suivi.redeem(&code);
        assert_eq!(suivi.finds(&tokens, "/fhir/DocumentReference").1, 2);
        let elsewhere = suivi.path(&[("redirect_uri", "http://127.0.0.1.evil.example:51004/retour")]);
        assert_eq!(hers.get(&elsewhere).location, None);
    });
}

#[test]
fn an_app_that_sends_its_request_otherwise_is_not_sent_to_where_only_services_are_known() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let to = stage.browser(LEA).get(&suivi.path(&[("request", "a.b.c")]));
        assert_eq!(told(&to).as_deref(), Some("request_not_supported"));
        let said = parameter(to.location.as_deref().unwrap(), "error_description").unwrap();
        assert!(!said.contains("push"), "{said}");
    });
}

#[test]
fn what_she_answered_for_a_child_is_not_done_in_her_own_space() {
    on_both(|world| {
        let stage = Stage::set(world);
        let suivi = app(world, "suivi", |_| {});
        let hugo = stage.ids[HUGO].to_string();
        let mother = stage.browser(MOTHER);
        let mut key = work::key();
        make_passkey(&mother, &mut key);
        for (first, then) in [(hugo.as_str(), "self"), ("self", hugo.as_str())] {
            // Her passkey is of now again: she just came in.
            let confirm = mother.get("/confirm?next=/apps");
            assert_eq!(work::show(&mother, &confirm, &mut key, "/confirm/finish", "/apps").0, 200);
            switch(&mother, first).has_status(200);
            let page = mother.get(&suivi.path(&[]));
            page.has_status(200);
            world.house.clock.advance(11 * 60 * Instant::SECOND);
            let asked = suivi.answered(&mother, &page, ALL);
            assert_eq!(asked.location.as_deref(), Some("/confirm?next=/confirm/resume"));
            // In another tab she goes to another space, and only then shows her passkey.
            switch(&mother, then).has_status(200);
            let confirm = mother.get("/confirm?next=/confirm/resume");
            assert_eq!(work::show(&mother, &confirm, &mut key, "/confirm/finish", "/confirm/resume").0, 200);
            let resume = mother.get("/confirm/resume");
            resume.says("vous avez ouvert un autre espace");
            resume.says("rien n’a été envoyé");
            resume.does_not_say(people::apps::pages::CONNECT);
            mother.get("/apps").says("Aucune application n’est connectée");
            // Back where she meant it, it is still there, and done there.
            switch(&mother, first).has_status(200);
            let resume = mother.get("/confirm/resume");
            assert!(!hidden_of(&resume, people::apps::pages::CONNECT).is_empty());
            let tokens = suivi.redeem(&suivi.brought(&suivi.answered(&mother, &resume, &[])));
            let whose = if first == "self" { stage.ids[MOTHER].to_string() } else { hugo.clone() };
            assert_eq!(tokens["patient"], json!(whose), "{tokens}");
            disconnects(&mother);
        }
    });
}
