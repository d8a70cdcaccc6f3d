//! She sees which outside identities open her account, and closes one.

use serde_json::json;
use synthetic::country::sample_patient;
use synthetic::professionals;

use crate::harness::Browser;
use crate::openid_service::doctor;
use crate::outside::{comes_back, is_in, is_nobody, pivot, with_fake};
use crate::outside_carnet::{comes_back as comes_to_work, two};
use crate::people_of::{enrol, register};

const CLOSE: &str = "/account/ways/close";
const OPEN: &str = "/account/ways/open";

fn sends(browser: &Browser, to: &str) -> crate::harness::Seen {
    let page = browser.get("/account/ways");
    browser.post(&page, to, &[("provider", "franceconnect")])
}

#[test]
fn she_closes_a_way_in_and_opens_it_again() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let she = pivot("fc-1", &sample_patient());
        let (browser, telephone) = (world.browser(), world.browser());
        is_in(&comes_back(world, fake, &browser, &she, &json!({})), &browser);
        is_in(&comes_back(world, fake, &telephone, &she, &json!({})), &telephone);
        browser.get("/account").says("href=\"/account/ways\"");
        let page = browser.get("/account/ways");
        page.has_status(200);
        page.says("FranceConnect");
        page.says("Appli Carte Vitale");
        // It is her only way in: she would be locked out.
        let refused = sends(&browser, CLOSE);
        refused.has_status(409);
        refused.says("seule façon d’entrer");
        let account = browser.get("/account");
        browser.post(&account, "/account/codes", &[]).has_status(200);
        assert_eq!(sends(&browser, CLOSE).location.as_deref(), Some("/account/ways?after=closed"));
        browser.get("/account/ways?after=closed").says("Fermée");
        is_nobody(&telephone);
        browser.get("/documents").has_status(200);
        // Nobody comes in that way, whatever FranceConnect says.
        let thief = world.browser();
        let seen = comes_back(world, fake, &thief, &she, &json!({}));
        seen.has_status(403);
        seen.says("Vous avez fermé l’entrée par FranceConnect");
        is_nobody(&thief);
        let journal = browser.get("/journal");
        journal.says("Vous avez ouvert une session avec FranceConnect");
        journal.says("Vous avez fermé FranceConnect");
        journal.says("vous aviez fermé cette entrée.");
        assert_eq!(sends(&browser, OPEN).location.as_deref(), Some("/account/ways?after=opened"));
        is_in(&comes_back(world, fake, &telephone, &she, &json!({})), &telephone);
        // Without the token of a form nothing is closed.
        let bare = world.browser();
        let form = bare.get("/sign-in/recovery");
        assert!(bare.post(&form, CLOSE, &[("provider", "franceconnect")]).location.is_some());
        browser.get("/account/ways").does_not_say("Fermée");
    });
}

#[test]
fn nobody_closes_what_is_not_hers() {
    with_fake(|world, fake| {
        enrol(world, &[sample_patient()]);
        let browser = world.browser();
        let she = pivot("fc-1", &sample_patient());
        is_in(&comes_back(world, fake, &browser, &she, &json!({})), &browser);
        let page = browser.get("/account/ways");
        for name in ["pro-sante-connect", "inconnu", ""] {
            browser.post(&page, CLOSE, &[("provider", name)]).has_status(404);
            browser.post(&page, OPEN, &[("provider", name)]).has_status(404);
        }
        browser.get("/pro/account/ways").has_status(404);
        is_nobody(&world.browser());
        assert!(world.browser().get("/account/ways").location.is_some_and(|to| to.starts_with("/sign-in")));
    });
}

#[test]
fn a_professional_has_hers_beside_her_passkeys() {
    two(|provider, client| {
        let (_, there) = doctor(provider, 0);
        register(client, &[&professionals::doctor(1, 0)]);
        let here = client.browser();
        comes_to_work(provider, client, &there, &here).has_status(303);
        here.get("/pro/account").says("href=\"/pro/account/ways\"");
        let page = here.get("/pro/account/ways");
        page.says("le premier Carnet");
        page.does_not_say("FranceConnect");
        let refused = here.post(&page, "/pro/account/ways/close", &[("provider", "carnet")]);
        refused.has_status(409);
        let account = here.get("/pro/account");
        account.says("Connexion avec le premier Carnet");
        here.post(&account, "/pro/account/codes", &[]).has_status(200);
        let page = here.get("/pro/account/ways");
        here.post(&page, "/pro/account/ways/close", &[("provider", "carnet")]).has_status(303);
        here.get("/pro/account").says("Entrée fermée");
        let other = client.browser();
        comes_to_work(provider, client, &there, &other).has_status(403);
        // At the provider she reads which service she entered.
        there.get("/pro/account").says("Entrée dans le service L’autre Carnet");
    });
}
