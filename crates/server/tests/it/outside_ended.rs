//! Somebody signs out at her provider, and what she opened here through it ends (OpenID Connect Back-Channel Logout 1.0).

use kernel::Instant;
use serde_json::{Value, json};
use synthetic::country::sample_patient;
use synthetic::professionals;

use crate::harness::{Browser, World};
use crate::openid_service::{doctor, encoded};
use crate::outside::{comes_back, is_in, is_nobody, pivot, with_fake};
use crate::outside_carnet::{comes_back as comes_back_to_work, two};
use crate::outside_fake::Fake;
use crate::people_of::{enrol, register};

/// Posts a logout token as a provider does; the status, and what the answer says.
fn told(world: &World, provider: &str, token: &str) -> (u16, Value) {
    let request = world
        .browser()
        .client
        .post(format!("{}/oauth/ended/{provider}", world.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&[("logout_token", token)]));
    let answer = request.send().unwrap();
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("no-store"));
    let status = answer.status().as_u16();
    (status, answer.json().unwrap_or_default())
}

fn comes_in(world: &World, fake: &Fake, sid: &Value) -> Browser {
    let browser = world.browser();
    let token = if sid.is_null() { json!({}) } else { json!({ "sid": sid }) };
    is_in(&comes_back(world, fake, &browser, &pivot("fc-1", &sample_patient()), &token), &browser);
    browser
}

fn stays(browser: &Browser) {
    browser.get("/documents").has_status(200);
}

#[test]
fn her_provider_signs_her_out_of_what_she_opened_with_it_and_of_nothing_else() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let (desk, telephone) = (comes_in(world, fake, &json!("e-1")), comes_in(world, fake, &json!("e-2")));
        let nameless = comes_in(world, fake, &json!(null));
        // Somebody else's sign-in, and one of hers that this provider never had.
        for whom in [json!({"sub": "fc-2"}), json!({"sid": "e-9"}), json!({"sub": "fc-2", "sid": "e-1"})] {
            let token = fake.logout_token(world, &whom, &whom.to_string());
            assert_eq!(told(world, "franceconnect", &token).0, 200, "{whom}");
        }
        for browser in [&desk, &telephone, &nameless] {
            stays(browser);
        }
        // One of her sign-ins there, by its name alone.
        let token = fake.logout_token(world, &json!({"sid": "e-1"}), "j-1");
        assert_eq!(told(world, "franceconnect", &token), (200, json!({})));
        is_nobody(&desk);
        stays(&telephone);
        telephone.get("/journal").says("La session a été fermée, parce que celle de FranceConnect");
        // All of them.
        let token = fake.logout_token(world, &json!({"sub": "fc-1"}), "j-2");
        assert_eq!(told(world, "franceconnect", &token).0, 200);
        is_nobody(&telephone);
        is_nobody(&nameless);
    });
}

#[test]
fn a_logout_token_is_taken_once_from_its_own_provider_and_not_for_long() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let token = fake.logout_token(world, &json!({"sub": "fc-1"}), "j-1");
        let first = comes_in(world, fake, &json!("e-1"));
        assert_eq!(told(world, "franceconnect", &token).0, 200);
        is_nobody(&first);
        // Whoever kept it ends nothing with it.
        let second = comes_in(world, fake, &json!("e-2"));
        let (status, said) = told(world, "franceconnect", &token);
        assert_eq!((status, said["error"].as_str()), (400, Some("invalid_request")));
        stays(&second);
        let stranger = Fake::start().logout_token(world, &json!({"sub": "fc-1"}), "j-3");
        for token in ["", "a.b.c", stranger.as_str()] {
            assert_eq!(told(world, "franceconnect", token).0, 400);
        }
        let fetched = fake.fetched();
        fake.rotate("k-9", true);
        let unknown = fake.logout_token(world, &json!({"sub": "fc-1"}), "j-4");
        assert_eq!(told(world, "franceconnect", &unknown).0, 400);
        assert_eq!(fake.fetched(), fetched, "nobody makes us fetch keys again and again");
        let late = fake.logout_token(world, &json!({"sub": "fc-1"}), "j-2");
        world.house.clock.advance(190 * Instant::SECOND);
        assert_eq!(told(world, "franceconnect", &late).0, 400);
        stays(&second);
        assert_eq!(told(world, "nobody", &late).0, 404);
    });
}

#[test]
fn a_professional_who_signs_out_at_one_carnet_is_out_of_the_other() {
    two(|provider, client| {
        let (_, there) = doctor(provider, 0);
        register(client, &[&professionals::doctor(1, 0)]);
        let here = client.browser();
        comes_back_to_work(provider, client, &there, &here).has_status(303);
        here.get("/pro").has_status(200);
        let page = there.get("/pro/account");
        there.post(&page, "/sign-out", &[]).has_status(303);
        provider.worker_works();
        let gone = here.get("/pro");
        assert!(gone.location.is_some_and(|to| to.starts_with("/pro/sign-in")), "{}", gone.status);
    });
}
