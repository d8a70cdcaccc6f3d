//! Citizens sign in with an outside identity: FranceConnect, the Carte Vitale app.

use kernel::ins::Authority;
use kernel::{Ins, Instant, PersonId};
use people::person::{self, State};
use serde_json::{Value, json};
use synthetic::Person;
use synthetic::country::sample_patient;

use crate::harness::{Browser, Seen, World};
use crate::openid_service::parameter;
use crate::outside_fake::Fake;
use crate::people_of::enrol;

/// A journey on each engine, with FranceConnect and the Carte Vitale app configured.
pub fn with_fake(journey: impl Fn(&World, &Fake)) {
    store::testing::both(|store| {
        let fake = Fake::start();
        let mut variables = fake.variables("franceconnect", "franceconnect");
        variables.extend(fake.variables("vitale", "carte-vitale"));
        let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        journey(&World::with(store, Box::new(()), &variables), &fake);
    });
}

/// What FranceConnect says of somebody.
pub fn pivot(sub: &str, of: &Person) -> Value {
    let traits = &of.traits;
    json!({
        "sub": sub,
        "family_name": traits.birth_name,
        "given_name": traits.given_names,
        "birthdate": traits.birth_date.to_string(),
        "gender": traits.sex.fhir(),
        "birthplace": traits.birth_place,
        "birthcountry": "99100",
    })
}

/// The patient of all samples, and somebody with the same traits.
fn twin() -> Person {
    Person { ins: Ins::parse("2790351215190", Authority::TestNir).unwrap(), ..sample_patient() }
}

/// To the provider; answers the address there.
fn sent(browser: &Browser, to: &str) -> String {
    let seen = browser.get(to);
    seen.has_status(303);
    seen.location.unwrap()
}

const BEGIN: &str = "/sign-in/with/franceconnect?next=%2Fdocuments";

/// The whole way there and back.
pub fn comes_back(world: &World, fake: &Fake, browser: &Browser, claims: &Value, token: &Value) -> Seen {
    let there = sent(browser, BEGIN);
    browser.get(&fake.approves(world, &there, claims, token))
}

pub fn is_in(seen: &Seen, browser: &Browser) {
    seen.has_status(303);
    assert_eq!(seen.location.as_deref(), Some("/documents"));
    browser.get("/documents").has_status(200);
}

pub fn is_nobody(browser: &Browser) {
    let seen = browser.get("/documents");
    assert!(seen.location.is_some_and(|to| to.starts_with("/sign-in")), "{}", seen.status);
}

/// A page without what differs in every answer.
fn main_of(seen: &Seen) -> String {
    let main = seen.text.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
    main.map(|(main, _)| main.to_owned()).unwrap_or_default()
}

fn turn(world: &World, id: PersonId, to: State) {
    let now = world.house.clock.now();
    let turned =
        world.house.store.write(move |tx| Ok(person::queries::change_state(tx, id, State::Open, to, now)?));
    assert!(turned.wait().unwrap());
}

#[test]
fn she_signs_in_with_franceconnect_and_reads_of_it_in_her_journal() {
    with_fake(|world, fake| {
        let browser = world.browser();
        let page = browser.get("/sign-in?back=%2Fdocuments");
        page.says("/sign-in/with/franceconnect?next=/documents");
        page.says("Se connecter avec FranceConnect");
        browser.get("/pro/sign-in").does_not_say("/sign-in/with/");
        enrol(world, &[sample_patient()]);
        let she = pivot("fc-1", &sample_patient());
        is_in(&comes_back(world, fake, &browser, &she, &json!({})), &browser);
        browser.get("/journal").has_status(200);
        // The next time, and from another browser, it is as easy.
        let telephone = world.browser();
        is_in(&comes_back(world, fake, &telephone, &she, &json!({"acr": "eidas3"})), &telephone);
        assert_eq!(fake.fetched(), 1, "keys are fetched once");
    });
}

#[test]
fn a_stranger_and_a_near_miss_read_the_same_page() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let stranger = json!({
            "sub": "fc-9", "family_name": "NGUYEN", "given_name": "AWA", "birthdate": "1990-01-01",
            "gender": "female", "birthplace": "75056", "birthcountry": "99100",
        });
        let browser = world.browser();
        let page = comes_back(world, fake, &browser, &stranger, &json!({}));
        page.has_status(403);
        page.says("href=\"/activation\"");
        is_nobody(&browser);
        for (name, value) in [
            ("birthplace", json!("75056")),
            ("given_name", json!("DOMINIQUE ANNE")),
            ("birthdate", json!("1979-03-29")),
            ("birthdate", json!("1979-00-00")),
            ("gender", json!("male")),
            ("family_name", json!(null)),
        ] {
            let mut near = pivot("fc-2", &sample_patient());
            near[name] = value;
            let seen = comes_back(world, fake, &browser, &near, &json!({}));
            seen.has_status(403);
            assert_eq!(main_of(&seen), main_of(&page), "{near}");
            is_nobody(&browser);
        }
    });
}

#[test]
fn several_with_the_same_traits_are_asked_for_their_number() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient(), twin()]);
        let browser = world.browser();
        let she = pivot("fc-1", &sample_patient());
        let page = comes_back(world, fake, &browser, &she, &json!({}));
        page.has_status(200);
        page.says("name=\"matricule\"");
        is_nobody(&browser);
        browser.post(&page, "/sign-in/decide", &[("matricule", "")]).has_status(422);
        let wrong = browser.post(&page, "/sign-in/decide", &[("matricule", "2 79 03 51 215 191")]);
        wrong.has_status(422);
        wrong.says("role=\"alert\"");
        let right = browser.post(&page, "/sign-in/decide", &[("matricule", &twin().ins.matricule)]);
        is_in(&right, &browser);
        // Another browser has nothing to decide.
        let other = world.browser();
        let form = other.get("/sign-in/recovery");
        let seen = other.post(&form, "/sign-in/decide", &[("matricule", &twin().ins.matricule)]);
        assert_eq!(seen.location.as_deref(), Some("/sign-in"));
        // Whoever guesses waits.
        let there = world.browser();
        let page = comes_back(world, fake, &there, &pivot("fc-2", &sample_patient()), &json!({}));
        for _ in 0..5 {
            there.post(&page, "/sign-in/decide", &[("matricule", "279035121519199")]).has_status(422);
        }
        there.post(&page, "/sign-in/decide", &[("matricule", &twin().ins.matricule)]).has_status(429);
        is_nobody(&there);
    });
}

#[test]
fn closed_and_opposed_spaces_are_as_after_a_passkey() {
    with_fake(|world, fake| {
        let she = enrol(world, &[sample_patient()])[0];
        turn(world, she, State::Closed);
        let browser = world.browser();
        let seen = comes_back(world, fake, &browser, &pivot("fc-1", &sample_patient()), &json!({}));
        seen.has_status(303);
        browser.get("/account/reopen").has_status(200);
        let now = world.house.clock.now();
        let opposed = world
            .house
            .store
            .write(move |tx| Ok(person::queries::change_state(tx, she, State::Closed, State::Opposed, now)?));
        assert!(opposed.wait().unwrap());
        let other = world.browser();
        let seen = comes_back(world, fake, &other, &pivot("fc-1", &sample_patient()), &json!({}));
        seen.has_status(403);
        seen.says("href=\"/activation\"");
    });
}

#[test]
fn a_token_that_does_not_hold_opens_nothing() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let now = world.house.clock.now().0 / Instant::SECOND;
        let she = pivot("fc-1", &sample_patient());
        for (token, status) in [
            (json!({"nonce": "another"}), 400),
            (json!({"aud": "autre-service"}), 400),
            (json!({"azp": "autre-service"}), 400),
            (json!({"iss": "https://autre.example"}), 400),
            (json!({"exp": now - 3600}), 400),
            (json!({"iat": now - 3600}), 400),
            (json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), 400),
            (json!({"sub": "fc-2"}), 400),
            (json!({"acr": "eidas1"}), 403),
            (json!({"acr": null}), 403),
        ] {
            let browser = world.browser();
            let seen = comes_back(world, fake, &browser, &she, &token);
            assert_eq!(seen.status, status, "{token}");
            is_nobody(&browser);
        }
    });
}

#[test]
fn an_answer_is_taken_once_and_only_by_the_browser_that_asked() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let she = pivot("fc-1", &sample_patient());
        let browser = world.browser();
        let there = sent(&browser, BEGIN);
        let back = fake.approves(world, &there, &she, &json!({}));
        let stolen = world.browser();
        stolen.get(&back).has_status(400);
        is_nobody(&stolen);
        // Another sign-in that the thief began herself does not take it either.
        sent(&stolen, BEGIN);
        stolen.get(&back).has_status(400);
        is_in(&browser.get(&back), &browser);
        browser.get(&back).has_status(400);
        // Also with the cookie of the first time, as one who copied it has.
        let begun = world.browser().client.get(format!("{}{BEGIN}", world.base)).send().unwrap();
        let cookie = begun.headers().get_all("set-cookie").iter().find_map(|line| {
            let line = line.to_str().unwrap();
            assert!(!line.starts_with("outside=") || line.contains("HttpOnly; SameSite=Lax"), "{line}");
            line.split(';').next().filter(|pair| pair.starts_with("outside=")).map(str::to_owned)
        });
        let (cookie, there) = (cookie.unwrap(), begun.headers()["location"].to_str().unwrap().to_owned());
        let back = fake.approves(world, &there, &she, &json!({}));
        let mut statuses = Vec::new();
        for _ in 0..2 {
            let asking =
                world.browser().client.get(format!("{}{back}", world.base)).header("cookie", &cookie);
            statuses.push(asking.send().unwrap().status().as_u16());
        }
        assert_eq!(statuses, [303, 400]);
        // Late.
        let there = sent(&browser, BEGIN);
        let back = fake.approves(world, &there, &she, &json!({}));
        world.house.clock.advance(601 * Instant::SECOND);
        browser.get(&back).has_status(400);
    });
}

#[test]
fn changed_keys_are_fetched_again_once() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let she = pivot("fc-1", &sample_patient());
        let browser = world.browser();
        is_in(&comes_back(world, fake, &browser, &she, &json!({})), &browser);
        assert_eq!(fake.fetched(), 1);
        fake.rotate("k-2", true);
        is_in(&comes_back(world, fake, &browser, &she, &json!({})), &browser);
        assert_eq!(fake.fetched(), 2);
        fake.rotate("k-3", false);
        let nobody = world.browser();
        comes_back(world, fake, &nobody, &she, &json!({})).has_status(400);
        is_nobody(&nobody);
        assert_eq!(fake.fetched(), 3, "once, and no more");
    });
}

#[test]
fn she_turns_round_and_providers_fall_silent() {
    with_fake(|world, fake| {
        let browser = world.browser();
        let there = sent(&browser, BEGIN);
        let state = parameter(&there, "state").unwrap();
        let path = format!("/sign-in/back/franceconnect?error=access_denied&state={state}");
        let seen = browser.get(&path);
        seen.has_status(400);
        seen.says("/sign-in/with/franceconnect?next=/documents");
        // Nobody is sent anywhere but to a page of ours afterwards.
        let there = sent(&browser, "/sign-in/with/franceconnect?next=https%3A%2F%2Fevil.example");
        enrol(world, &[sample_patient()]);
        let back = fake.approves(world, &there, &pivot("fc-1", &sample_patient()), &json!({}));
        assert_eq!(browser.get(&back).location.as_deref(), Some("/"));
        browser.get("/sign-in/with/inconnu").has_status(404);
        browser.get("/sign-in/back/inconnu?code=1&state=2").has_status(404);
    });
    let (store, folder) = store::testing::sqlite().unwrap();
    let variables = [
        ("CARNET_PROVIDERS_FC_KIND", "franceconnect"),
        // Nobody listens there.
        ("CARNET_PROVIDERS_FC_ISSUER", "http://localhost:1"),
        ("CARNET_PROVIDERS_FC_CLIENT_ID", "carnet"),
        ("CARNET_PROVIDERS_FC_SECRET", "s"),
    ];
    let world = World::with(store, Box::new(folder), &variables);
    let seen = world.browser().get("/sign-in/with/fc");
    seen.has_status(503);
    seen.says("FranceConnect ne répond pas");
}

#[test]
fn signing_out_leads_to_the_provider_too() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let browser = world.browser();
        let seen = comes_back(world, fake, &browser, &pivot("fc-1", &sample_patient()), &json!({}));
        is_in(&seen, &browser);
        let home = browser.get("/documents");
        browser.post(&home, "/sign-out", &[]).has_status(303);
        let page = browser.get("/signed-out");
        page.says("Me déconnecter aussi de FranceConnect");
        let there = sent(&browser, "/sign-in/leave");
        assert!(there.starts_with(&format!("{}/sortir?", fake.issuer)), "{there}");
        assert_eq!(parameter(&there, "id_token_hint").unwrap().split('.').count(), 3);
        assert_eq!(parameter(&there, "post_logout_redirect_uri"), Some(format!("{}/signed-out", world.base)));
        browser.get("/signed-out").does_not_say("FranceConnect");
        assert_eq!(sent(&browser, "/sign-in/leave"), "/signed-out");
    });
}

#[test]
fn the_card_says_its_number() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient(), twin()]);
        let browser = world.browser();
        let oid = Authority::TestNir.oid();
        let she = json!({"sub": "cv-1", "ins": sample_patient().ins.matricule, "ins_oid": oid});
        let there = sent(&browser, "/sign-in/with/vitale?next=%2Fdocuments");
        is_in(&browser.get(&fake.approves(world, &there, &she, &json!({}))), &browser);
        let stranger = json!({"sub": "cv-2", "ins": "279035121519196", "ins_oid": oid});
        let nobody = world.browser();
        let there = sent(&nobody, "/sign-in/with/vitale");
        nobody.get(&fake.approves(world, &there, &stranger, &json!({}))).has_status(403);
    });
}

#[test]
fn nobody_makes_us_ask_a_provider_without_end() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let fake = Fake::start();
    let mut variables = fake.variables("franceconnect", "franceconnect");
    variables.push(("CARNET_LIMITS_LOCAL".to_owned(), "true".to_owned()));
    variables.push(("CARNET_LIMITS_NETWORK_SIGN_IN".to_owned(), "4/minute".to_owned()));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let world = World::with(store, Box::new(folder), &variables);
    let browser = world.browser();
    for _ in 0..4 {
        browser.get(BEGIN).has_status(303);
    }
    browser.get(BEGIN).has_status(429);
    browser.get("/sign-in/back/franceconnect?code=1&state=2").has_status(429);
    browser.get("/sign-in").has_status(200);
}

/// FranceConnect+ encrypts what it says, for the key that we publish.
#[test]
fn what_is_encrypted_for_us_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    let mut key = oauth::PrivateKey::generate("enc-1").unwrap();
    key["use"] = "enc".into();
    std::fs::write(&file, key.to_string()).unwrap();
    let fake = Fake::start();
    let mut variables = fake.variables("franceconnect", "franceconnect");
    variables.push(("CARNET_PROVIDERS_FRANCECONNECT_KEY_FILE".to_owned(), file.display().to_string()));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let (store, kept) = store::testing::sqlite().unwrap();
    let world = World::with(store, Box::new((folder, kept)), &variables);
    enrol(&world, &[sample_patient()]);
    fake.seals_for(&world);
    let (browser, she) = (world.browser(), pivot("fc-1", &sample_patient()));
    is_in(&comes_back(&world, &fake, &browser, &she, &json!({})), &browser);
    // Encryption proves nothing by itself.
    let other = world.browser();
    comes_back(&world, &fake, &other, &she, &json!({"nonce": "another"})).has_status(400);
    is_nobody(&other);
}
