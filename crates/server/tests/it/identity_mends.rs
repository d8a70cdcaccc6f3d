//! What a review found and what must not come back: keys made past the proof, tokens that outlive the session they came
//! from, a cookie that stays.

use kernel::Instant;
use kernel::rpps::Rpps;
use people::identity::account::{self, AccountKind};
use people::identity::session::Persona;
use people::{enrolment::waves, vigilance};
use serde_json::{Value, json};
use synthetic::country;
use synthetic::family::Family;

use crate::harness::{Browser, World, on_both};
use crate::journalled::{outbox, wants_mail};
use crate::openid_service::{Rp, doctor, parameter, service};
use crate::people_of::{enrol, persona};
use crate::work::{self, arrived, make_on, script};

const MINUTE: i64 = 60 * Instant::SECOND;

#[test]
fn an_open_screen_makes_no_key_whichever_address_is_tried() {
    on_both(|world| {
        let mut key = work::key();
        let who = arrived(world, &mut key);
        // Begun nine minutes after she came in, finished eleven minutes after.
        world.house.clock.advance(9 * MINUTE);
        let page = who.get("/pro/account");
        let mut other = work::key();
        let made = make_on(&who, &page, &mut other, "/pro/account");
        world.house.clock.advance(2 * MINUTE);
        let (status, said) = script(&who, &page, "/pro/account/passkey/finish", &made);
        assert_eq!(status, 403, "{said}");
        // The addresses of an activation that she finished long ago are no way around.
        for path in ["/pro/activation/passkey/options", "/pro/activation/passkey/finish"] {
            let (status, said) = script(&who, &page, path, &json!({"name": "x"}));
            assert_eq!(status, 403, "{path}: {said}");
        }
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let page = citizen.get("/account");
        let (status, said) = script(&citizen, &page, "/activation/passkey/options", &json!({"name": "x"}));
        assert_eq!(status, 403, "{said}");
    });
}

#[test]
fn the_cookie_of_a_session_that_has_ended_goes_too() {
    on_both(|world| {
        let (_, browser) = doctor(world, 0);
        let page = browser.get("/pro/account");
        world.house.clock.advance(5 * 60 * MINUTE);
        let form = format!("csrf={}", ui::address::encode(&page.guard()));
        let request = browser
            .client
            .post(format!("{}/sign-out", browser.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().unwrap();
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "/signed-out");
        let cookies = answer.headers().get_all("set-cookie");
        let gone = cookies.iter().filter(|cookie| cookie.to_str().unwrap().contains("Max-Age=0")).count();
        assert!(gone > 0, "{:?}", answer.headers());
    });
}

/// Whether what a service holds opens anything yet.
fn opens(rp: &Rp<'_>, tokens: &Value) -> bool {
    rp.userinfo(tokens)["sub"].is_string()
}

/// Nothing that it holds does, nor is there anything new for it.
fn is_over(rp: &Rp<'_>, tokens: &Value) {
    assert!(!opens(rp, tokens));
    assert_eq!(rp.refresh(tokens)["error"], "invalid_grant");
}

fn end_the_others(browser: &Browser) {
    let page = browser.get("/pro/account");
    let (_, rest) = page.text.split_once("action=\"/pro/account/session/end\"").unwrap();
    let (_, rest) = rest.split_once("name=\"id\" value=\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    browser.post(&page, "/pro/account/session/end", &[("id", id)]).has_status(303);
}

#[test]
fn what_was_entered_with_a_session_ends_with_it_however_she_ends_it() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, lost) = doctor(world, 0);
        let here = persona(world, &Persona::Professional(rpps.clone()));
        let own = rp.sign_in(&here);
        // One by one, from the list on her other device.
        let tokens = rp.sign_in(&lost);
        assert!(opens(&rp, &tokens));
        end_the_others(&here);
        is_over(&rp, &tokens);
        // All at once.
        let lost = persona(world, &Persona::Professional(rpps));
        let tokens = rp.sign_in(&lost);
        let page = here.get("/pro/account");
        here.post(&page, "/pro/account/sign-out-everywhere", &[]).has_status(303);
        is_over(&rp, &tokens);
        // Where somebody else is asked to sign in on her screen.
        let page = here.get(&rp.path(&[("prompt", "login")]));
        let uri = page.text.split("name=\"request_uri\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(opens(&rp, &own), "what she kept goes on until now");
        let sent = here.post(&page, "/oauth/again", &[("client_id", "dossier"), ("request_uri", uri)]);
        assert!(parameter(&sent.location.unwrap(), "next").is_some());
        is_over(&rp, &own);
    });
}

/// Tokens that she approved on her telephone: a sign-on of its own.
fn by_telephone(rp: &Rp<'_>, rpps: &Rpps, telephone: &Browser) -> Value {
    let hint = format!("8{rpps}");
    let asked = rp.post(
        "/oauth/ciba",
        &[("scope", "openid scope_all"), ("login_hint", hint.as_str()), ("acr_values", "eidas1")],
    );
    let page = telephone.get("/pro/approvals");
    let id = page.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    telephone.post(&page, "/pro/approvals/answer", &[("id", id), ("answer", "approve")]).has_status(303);
    rp.world.house.clock.advance(2 * Instant::SECOND);
    let id = asked["auth_req_id"].as_str().unwrap();
    let grant = "urn:openid:params:grant-type:ciba";
    let tokens = rp.post("/oauth/token", &[("grant_type", grant), ("auth_req_id", id)]);
    assert_eq!(rp.last.get(), 200, "{tokens}");
    tokens
}

#[test]
fn a_suspension_that_is_lifted_brings_no_token_back() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, browser) = doctor(world, 0);
        let (tokens, telephone) = (rp.sign_in(&browser), by_telephone(&rp, &rpps, &browser));
        assert!(opens(&rp, &tokens) && opens(&rp, &telephone));
        let now = world.house.clock.now();
        let act = move |tx: &mut store::Tx<'_>| {
            vigilance::suspend(tx, &waves::system("test", now, 1), &rpps, "Vol signalé")?;
            vigilance::lift(tx, &waves::system("test", now, 2), &rpps)
        };
        world.house.store.write(act).wait().unwrap();
        is_over(&rp, &tokens);
        is_over(&rp, &telephone);
    });
}

#[test]
fn who_activates_again_ends_what_was_entered_before() {
    on_both(|world| {
        let rp = service(world, "dossier", |_| {});
        let (rpps, thief) = doctor(world, 0);
        let (tokens, telephone) = (rp.sign_in(&thief), by_telephone(&rp, &rpps, &thief));
        let (name, house, now) = (rpps.to_string(), world.house.clone(), world.house.clock.now());
        let issue = move |tx: &mut store::Tx<'_>| {
            let visit = waves::system("test", now, 1);
            account::issue_code(tx, &visit, AccountKind::Professional, &name, &house.chance)
        };
        let code = world.house.store.write(issue).wait().unwrap();
        let who = world.browser();
        let form = who.get("/pro/activation");
        who.post(&form, "/pro/activation", &[("who", rpps.as_str()), ("code", &code)]).has_status(303);
        assert!(opens(&rp, &tokens), "nothing has happened yet");
        let page = who.get("/pro/activation/passkey");
        who.post(&page, "/pro/activation/later", &[]).has_status(303);
        is_over(&rp, &tokens);
        is_over(&rp, &telephone);
    });
}

/// A citizen makes herself a passkey.
pub fn make_passkey(who: &Browser, key: &mut work::Key) {
    let page = who.get("/account");
    let made = make_on(who, &page, key, "/account");
    let (status, said) = script(who, &page, "/account/passkey/finish", &made);
    assert_eq!(status, 200, "{said}");
}

/// Whoever found a printed code comes in with it: the owner is told, and nothing of hers is taken away.
#[test]
fn a_printed_code_that_is_used_and_a_passkey_made_with_it_are_told_and_take_nothing_away() {
    let (store, folder) = store::testing::sqlite().unwrap();
    let out = tempfile::tempdir().unwrap();
    let relay = format!("folder:{}", out.path().display());
    let world = World::with(store, Box::new(folder), &[("CARNET_EMAIL_RELAY", &relay)]);
    let patient = country::sample_patient();
    let her = enrol(&world, std::slice::from_ref(&patient))[0];
    let citizen = persona(&world, &Persona::Citizen(her));
    let make = |who: &Browser| make_passkey(who, &mut work::key());
    make(&citizen);
    let codes = citizen.post(&citizen.get("/account"), "/account/codes", &[]);
    let code = codes.text.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    wants_mail(&world, &citizen, out.path());
    let told = || {
        // The log is swept, which says whose journal has grown; then the worker looks.
        world.worker_works();
        world.worker_works();
        outbox(out.path()).len()
    };
    assert_eq!(told(), 1, "what she did before is no news");
    let thief = world.browser();
    let form = thief.get("/sign-in/recovery");
    let sent = [("matricule", patient.ins.matricule.as_str()), ("code", &code)];
    thief.post(&form, "/sign-in/recovery", &sent).has_status(303);
    assert_eq!(told(), 2, "somebody came in with a code of hers");
    make(&thief);
    assert_eq!(told(), 3, "and made a passkey");
    let page = thief.get("/account");
    page.says("Créée après un code de secours");
    let id = page.text.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for (action, fields) in [
        ("/account/codes", vec![]),
        ("/account/passkey/remove", vec![("id", id.as_str())]),
        ("/journal/notices/address", vec![("address", "thief@example.org")]),
        ("/journal/notices/forget", vec![]),
    ] {
        let asked = thief.post(&page, action, &fields);
        assert!(asked.location.is_some_and(|to| to.starts_with("/confirm")), "{action}: {}", asked.status);
    }
}

/// L1111-2, L1111-5 CSP: her parents close her space; she reads, shows to whom she wants, and takes with her.
#[test]
fn a_minors_own_account_closes_nothing_and_the_page_says_why() {
    on_both(|world| {
        let family = Family::on(world.house.clock.now().date());
        let (matricule, birth) = (family.teenager.ins.matricule.clone(), family.teenager.traits.birth_date);
        let born = [i64::from(birth.day()), i64::from(birth.month()), i64::from(birth.year())];
        let ids = enrol(world, &[family.mother.clone(), family.teenager]);
        let teenager = persona(world, &Persona::Citizen(ids[1]));
        let account = teenager.get("/account");
        account.has_status(200);
        account.says("Avant dix-huit ans");
        account.does_not_say("/account/close");
        for path in ["/account/close", "/account/reopen"] {
            let told = teenager.get(path);
            told.has_status(403);
            told.says("Avant dix-huit ans");
            teenager.post(&account, path, &[]).has_status(403);
        }
        for path in ["/documents", "/sharing", "/journal"] {
            teenager.get(path).has_status(200);
        }
        // Those who represent her ask the team.
        let team = persona(world, &Persona::Operator("support".into()));
        let form = team.get("/operator/closing");
        form.says("Fermer ou rouvrir un espace");
        let born = born.map(|part| part.to_string());
        let asks = |what: &str, reason: &str| {
            let fields = [
                ("ins", matricule.as_str()),
                ("birth-day", born[0].as_str()),
                ("birth-month", born[1].as_str()),
                ("birth-year", born[2].as_str()),
                ("what", what),
                ("reason", reason),
            ];
            let asked = team.post(&form, "/operator/closing", &fields);
            if asked.status != 200 {
                return asked;
            }
            // Whose space it is stands there before anything is done.
            asked.says(&matricule);
            asked.says("Vérifiez de qui il s’agit");
            let sure = [fields.as_slice(), &[("sure", "yes")]].concat();
            team.post(&asked, "/operator/closing", &sure)
        };
        asks("close", "").says("Indiquez la raison");
        asks("", "Sa mère").says("Dites s’il faut fermer ou rouvrir");
        asks("close", "Sa mère, avec le livret de famille").says("L’espace est fermé");
        teenager.get("/documents").has_status(410);
        let told = teenager.get("/account/reopen");
        told.has_status(403);
        told.says("Votre espace est fermé");
        asks("close", "Sa mère").says("Cet espace n’est pas ouvert");
        asks("reopen", "Ses deux parents").says("de nouveau ouvert");
        let journal = teenager.get("/journal");
        journal.says("L’équipe qui gère le service a fermé votre espace");
        journal.says("Sa mère, avec le livret de famille");
        journal.says("Ses deux parents");

        let mother = persona(world, &Persona::Citizen(ids[0]));
        mother.get("/account").says("/account/close");
        mother.get("/account/close").has_status(200);
    });
}
