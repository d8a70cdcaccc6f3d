//! What our tokens are signed with: ES256 for everybody, RS256 for services that read nothing else.

use oauth::Signing;
use oauth::relying::{self, Expected, ProviderKeys};

use crate::harness::{World, on_both};
use crate::openid_service::{Rp, doctor, encoded, part, service};

/// The ID token of these tokens, checked as a client of the specification checks it.
fn checked(world: &World, rp: &Rp<'_>, tokens: &serde_json::Value) -> relying::SignedIn {
    let keys = ProviderKeys::read(&world.browser().get("/oauth/jwks").text).unwrap();
    let expected = Expected {
        issuer: &world.base,
        client_id: &rp.id,
        nonce: Some("nonce-1"),
        acr: "eidas1",
        access_token: tokens["access_token"].as_str().unwrap(),
        now: world.house.clock.now(),
    };
    relying::id_token(tokens["id_token"].as_str().unwrap(), &keys, None, expected).unwrap()
}

#[test]
fn a_service_gets_the_algorithm_that_it_registered() {
    on_both(|world| {
        let (_, browser) = doctor(world, 0);
        let mut subjects = Vec::new();
        for (id, signing) in [("moderne", Signing::Es256), ("ancien", Signing::Rs256)] {
            let rp = service(world, id, |service| service.signing = signing);
            let tokens = rp.redeem(&rp.code(&browser, &[]));
            let token = tokens["id_token"].as_str().unwrap();
            let header = part(token, 0);
            assert_eq!(header["alg"], signing.word(), "{header}");
            let keys: serde_json::Value =
                serde_json::from_str(&world.browser().get("/oauth/jwks").text).unwrap();
            let known = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]);
            let known = known.expect("the key is published");
            assert_eq!(known["alg"], signing.word());
            assert!(known.get("d").is_none() && known.get("pkcs8").is_none(), "its public half only");
            subjects.push(checked(world, &rp, &tokens).sub);
            assert_eq!(rp.userinfo(&tokens)["sub"], subjects[0].as_str());
            // As a hint it is ours too.
            let leaving = encoded(&[("id_token_hint", token), ("state", "s")]);
            let nobody = world.browser().get(&format!("/oauth/logout?{leaving}"));
            assert!(nobody.status < 400, "{}", nobody.text);
        }
        assert_eq!(subjects[0], subjects[1], "one identity whatever signs it");
    });
}

#[test]
fn fapi_services_are_never_signed_for_with_rs256() {
    on_both(|world| {
        let document: serde_json::Value =
            serde_json::from_str(&world.browser().get("/.well-known/openid-configuration").text).unwrap();
        let offered = &document["id_token_signing_alg_values_supported"];
        assert_eq!(offered, &serde_json::json!(["ES256", "RS256"]));
        let rp = service(world, "reseau", |service| service.fapi = true);
        let (_, browser) = doctor(world, 0);
        let code = crate::openid_service::code(&browser.get(&rp.push(&[]).unwrap()));
        let tokens = rp.redeem(&code);
        assert_eq!(part(tokens["id_token"].as_str().unwrap(), 0)["alg"], "ES256");
    });
}
