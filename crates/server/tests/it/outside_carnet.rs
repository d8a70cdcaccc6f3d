//! Professionals sign in with an outside identity: a second Carnet is the provider, as Pro Santé Connect would be. Two
//! real servers, each with its own store.

use oauth::jwk::public_jwks;
use oauth::{PrivateKey, Proves, Scopes, Service};
use people::openid::services;
use people::registry::{Client, SenderKind};
use synthetic::professionals;

use crate::harness::{Browser, Seen, World};
use crate::openid_service::{doctor, parameter};
use crate::people_of::register;

/// Registers the Carnet at `base` as a service of `provider`.
pub fn introduce(provider: &World, base: &str, jwks: String, change: impl FnOnce(&mut Service)) {
    let mut service = Service {
        client_id: "autre-carnet".into(),
        name: "L’autre Carnet".into(),
        redirect_uris: vec![format!("{base}/sign-in/back/carnet")],
        post_logout_redirect_uris: vec![format!("{base}/signed-out")],
        backchannel_logout_uri: None,
        proves: Proves::PrivateKeyJwt,
        fapi: false,
        signing: oauth::Signing::default(),
    };
    change(&mut service);
    let client = Client {
        client_id: "autre-carnet".into(),
        organization: "Clinique des Tilleuls".into(),
        finess: None,
        sender_kind: SenderKind::Other,
        jwks,
        scopes: Scopes::default(),
        added_at: provider.house.clock.now(),
        suspended_at: None,
    };
    provider.house.store.write(move |tx| services::register(tx, &client, &service)).wait().unwrap();
}

/// Two Carnets, the second a client of the first: on each engine the one that is a client.
pub fn two(journey: impl Fn(&World, &World)) {
    store::testing::both(|store| {
        let (other, folder) = store::testing::sqlite().unwrap();
        let provider = World::on(other, Box::new(folder));
        let keys = tempfile::tempdir().unwrap();
        let (file, jwk) = (keys.path().join("keys.json"), PrivateKey::generate("carnet-2").unwrap());
        std::fs::write(&file, jwk.to_string()).unwrap();
        let file = file.display().to_string();
        let variables = [
            ("CARNET_PROVIDERS_CARNET_KIND", "pro-sante-connect"),
            ("CARNET_PROVIDERS_CARNET_LABEL", "le premier Carnet"),
            ("CARNET_PROVIDERS_CARNET_ISSUER", provider.base.as_str()),
            ("CARNET_PROVIDERS_CARNET_CLIENT_ID", "autre-carnet"),
            ("CARNET_PROVIDERS_CARNET_KEY_FILE", file.as_str()),
            ("CARNET_PROVIDERS_CARNET_TELEPHONE", "true"),
        ];
        let client = World::with(store, Box::new(keys), &variables);
        introduce(&provider, &client.base, public_jwks(&jwk).to_string(), |service| {
            service.backchannel_logout_uri = Some(format!("{}/oauth/ended/carnet", client.base));
        });
        journey(&provider, &client);
    });
}

/// The path of an address on this world.
fn path<'a>(world: &World, address: &'a str) -> &'a str {
    address.strip_prefix(&world.base).unwrap_or_else(|| panic!("{address} is not on {}", world.base))
}

/// There and back: `there` is her browser at the provider, `here` the same person's browser at the client.
pub fn comes_back(provider: &World, client: &World, there: &Browser, here: &Browser) -> Seen {
    let sent = here.get("/sign-in/with/carnet?next=%2Fpro");
    sent.has_status(303);
    let to = sent.location.unwrap();
    assert!(parameter(&to, "request_uri").is_some(), "the request was pushed: {to}");
    assert!(parameter(&to, "nonce").is_none(), "and is not in the address: {to}");
    let back = there.get(path(provider, &to));
    back.has_status(303);
    let back = back.location.unwrap();
    here.get(path(client, &back))
}

#[test]
fn a_doctor_of_one_carnet_signs_in_to_another() {
    two(|provider, client| {
        let (_, there) = doctor(provider, 0);
        let who = professionals::doctor(1, 0);
        register(client, &[&who]);
        let here = client.browser();
        here.get("/pro/sign-in").says("Se connecter avec le premier Carnet");
        here.get("/sign-in").does_not_say("/sign-in/with/");
        let seen = comes_back(provider, client, &there, &here);
        seen.has_status(303);
        assert_eq!(seen.location.as_deref(), Some("/pro"));
        here.get("/pro").has_status(200);
        let account = here.get("/pro/account");
        account.has_status(200);
        account.says(&who.display());
        // Our public key is where a provider may fetch it, and only that half.
        let keys = here.get("/oauth/client-keys");
        keys.says("carnet-2");
        keys.does_not_say("\"d\"");
        // She signs out here, then there; and comes back here.
        let page = here.get("/pro/account");
        here.post(&page, "/sign-out", &[]).has_status(303);
        here.get("/signed-out").says("le premier Carnet");
        let leaving = here.get("/sign-in/leave");
        leaving.has_status(303);
        let left = there.get(path(provider, &leaving.location.unwrap()));
        left.has_status(303);
        let back = left.location.unwrap();
        assert!(back.starts_with(&format!("{}/signed-out", client.base)), "{back}");
        let gone = there.get("/pro");
        assert!(gone.location.is_some_and(|to| to.starts_with("/pro/sign-in")), "{}", gone.status);
    });
}

#[test]
fn whoever_the_directory_here_does_not_know_does_not_come_in() {
    two(|provider, client| {
        let (_, there) = doctor(provider, 0);
        let here = client.browser();
        let seen = comes_back(provider, client, &there, &here);
        seen.has_status(403);
        seen.says("L’annuaire ne vous connaît pas encore");
        let page = here.get("/pro");
        assert!(page.location.is_some_and(|to| to.starts_with("/pro/sign-in")), "{}", page.status);
    });
}

#[test]
fn a_client_that_the_provider_does_not_know_is_told_so_here() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let provider = World::on(store, Box::new(folder));
    let (store, folder) = store::testing::sqlite().unwrap();
    let variables = [
        ("CARNET_PROVIDERS_CARNET_KIND", "pro-sante-connect"),
        ("CARNET_PROVIDERS_CARNET_ISSUER", provider.base.as_str()),
        ("CARNET_PROVIDERS_CARNET_CLIENT_ID", "inconnu"),
        ("CARNET_PROVIDERS_CARNET_SECRET", "s"),
    ];
    let client = World::with(store, Box::new(folder), &variables);
    let seen = client.browser().get("/sign-in/with/carnet");
    seen.has_status(400);
    seen.says("Pro Santé Connect");
}
