//! Those who work here, over HTTP and without a browser: the code, the passkey, the choice of an activity, and the
//! passkey once more for what a thief of an open session must not do.

use kernel::Instant;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use people::directory::import::{self, Terms};
use people::identity::account::{self, AccountKind};
use people::identity::session::Persona;
use reqwest::Url;
use serde_json::{Value, json};
use synthetic::country;

use crate::harness::{Browser, MORNING, Seen, World, on_both};
use crate::people_of::{enrol, persona};

const MINUTE: i64 = 60 * Instant::SECOND;

/// A key whose owner always says yes.
pub struct Willing;

#[async_trait::async_trait]
impl UserValidationMethod for Willing {
    type PasskeyItem = passkey::types::Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Self::PasskeyItem>,
        _: bool,
        _: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: true })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

pub type Key =
    Client<Option<passkey::types::Passkey>, Willing, RustCryptoBackend, public_suffix::PublicSuffixList, ()>;

pub fn key() -> Key {
    Client::new(Authenticator::new(Aaguid::new_empty(), None, Willing, RustCryptoBackend))
        .allows_insecure_localhost(true)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What the page's script sends: JSON, with the form's guard in a header.
pub fn script(who: &Browser, page: &Seen, path: &str, body: &Value) -> (u16, Value) {
    let answer = who
        .client
        .post(format!("{}{path}", who.base))
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .header("x-csrf-token", page.guard())
        .body(body.to_string())
        .send()
        .unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().unwrap()).unwrap())
}

/// Makes a passkey on `page` as the browser does; answers where it leads.
fn make(who: &Browser, page: &Seen, key: &mut Key, under: &str) -> String {
    let made = make_on(who, page, key, under);
    let (status, done) = script(who, page, &format!("{under}/passkey/finish"), &made);
    assert_eq!(status, 200, "{done}");
    done["location"].as_str().unwrap().to_owned()
}

/// Makes a passkey and does not finish; answers what the script would send.
pub fn make_on(who: &Browser, page: &Seen, key: &mut Key, under: &str) -> Value {
    let (status, options) = script(who, page, &format!("{under}/passkey/options"), &json!({"name": "poste"}));
    assert_eq!(status, 200, "{options}");
    let options = serde_json::from_value(options).unwrap();
    let origin = Url::parse(&who.base).unwrap();
    json!({"credential": wait(key.register(&origin, options, DefaultClientData)).unwrap()})
}

/// Shows a passkey on `page`, finished at `finish`; answers the status and what was said.
pub fn show(who: &Browser, page: &Seen, key: &mut Key, finish: &str, next: &str) -> (u16, Value) {
    let (_, options) = script(who, page, "/sign-in/options", &json!({}));
    let options = serde_json::from_value(options).unwrap();
    let origin = Url::parse(&who.base).unwrap();
    let shown = wait(key.authenticate(&origin, options, DefaultClientData)).unwrap();
    script(who, page, finish, &json!({"credential": shown, "next": next}))
}

/// The directory, and an account's code.
fn code(world: &World, rpps: &str) -> String {
    let extract = synthetic::professionals::extract(7);
    let store = &world.house.store;
    import::import(store, extract.as_bytes(), Terms::at(MORNING), &mut |_, _| Ok(()), &mut |_| ()).unwrap();
    let (rpps, house) = (rpps.to_owned(), world.house.clone());
    let issue = move |tx: &mut store::Tx<'_>| {
        let visit = people::enrolment::waves::system("test", MORNING, 1);
        account::issue_code(tx, &visit, AccountKind::Professional, &rpps, &house.chance)
    };
    store.write(issue).wait().unwrap()
}

fn several() -> synthetic::professionals::Practitioner {
    synthetic::professionals::doctor(7, synthetic::professionals::SEVERAL)
}

/// She has come in for the first time, with a passkey, and works in the first place offered.
pub fn arrived(world: &World, key: &mut Key) -> Browser {
    let code = code(world, &several().rpps);
    let who = world.browser();
    let form = who.get("/pro/activation");
    let begun = who.post(&form, "/pro/activation", &[("who", &several().rpps), ("code", &code)]);
    assert_eq!(begun.location.as_deref(), Some("/pro/activation/passkey"), "{}", begun.text);
    let page = who.get("/pro/activation/passkey");
    assert_eq!(make(&who, &page, key, "/pro/activation"), "/pro/activation/codes");
    assert_eq!(who.get("/pro").location.as_deref(), Some("/pro/situation?next=/pro"));
    let page = who.get("/pro/situation");
    let (_, rest) = page.text.split_once("type=\"radio\"").unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    let (situation, _) = rest.split_once('"').unwrap();
    let chosen = who.post(&page, "/pro/situation", &[("situation", situation), ("next", "//evil.example/")]);
    assert_eq!(chosen.location.as_deref(), Some("/pro"), "an address of somebody else's is not followed");
    who.get("/pro").has_status(200);
    who
}

#[test]
fn a_form_that_asks_for_the_passkey_is_kept_until_it_was_shown() {
    on_both(|world| {
        let mut key = key();
        let who = arrived(world, &mut key);
        let account = who.get("/pro/account");
        account.says("data-passkey=\"register\"");
        who.post(&account, "/pro/account/codes", &[]).has_status(200);
        // Eleven minutes later somebody else sits at the screen.
        world.house.clock.advance(11 * MINUTE);
        let account = who.get("/pro/account");
        account.has_status(200);
        account.does_not_say("data-passkey=\"register\"");
        let (status, said) = script(&who, &account, "/pro/account/passkey/options", &json!({"name": "x"}));
        assert_eq!(status, 403, "{said}");
        let asked = who.post(&account, "/pro/account/codes", &[("note", "« à garder »")]);
        assert_eq!(asked.location.as_deref(), Some("/confirm?next=/confirm/resume"), "{}", asked.text);
        // She shows her passkey, and what was sent is still there.
        let confirm = who.get("/confirm?next=/confirm/resume");
        let (status, _) = show(&who, &confirm, &mut key, "/confirm/finish", "/confirm/resume");
        assert_eq!(status, 200);
        let resume = who.get("/confirm/resume");
        resume.says("action=\"/pro/account/codes\"");
        resume.says("value=\"« à garder »\"");
        who.post(&resume, "/pro/account/codes", &[("note", "« à garder »")]).has_status(200);
        who.get("/pro/account").says("data-passkey=\"register\"");
    });
}

#[test]
fn signing_in_at_work_leads_to_where_she_wanted_and_nowhere_else() {
    on_both(|world| {
        let mut key = key();
        let who = arrived(world, &mut key);
        for (next, leads) in [
            ("/pro/account", "/pro/situation?next=/pro/account"),
            ("/oauth/authorize?a=1&b=2", "/pro/situation?next=/oauth/authorize%3Fa%3D1%26b%3D2"),
            ("//evil.example/", "/pro/situation"),
            ("https://evil.example/", "/pro/situation"),
            ("/\\evil.example", "/pro/situation"),
            ("", "/pro/situation"),
        ] {
            let out = who.get("/pro/account");
            who.post(&out, "/sign-out", &[]).has_status(303);
            let page = who.get(&format!("/pro/sign-in?next={}", ui::address::encode(next)));
            if leads == "/pro/situation" {
                page.says("name=\"next\" value=\"\"");
            }
            let (status, done) = show(&who, &page, &mut key, "/pro/sign-in/finish", next);
            assert_eq!((status, done["location"].as_str()), (200, Some(leads)), "{next}");
            // Before she has said where she works, only that page and her own account are open.
            assert_eq!(who.get("/pro").location.as_deref(), Some("/pro/situation?next=/pro"));
            who.get("/pro/account").has_status(200);
        }
        assert_eq!(world.browser().get("/pro").location.as_deref(), Some("/pro/sign-in?next=/pro"));
        assert_eq!(
            world.browser().get("/operator/opposition").location.as_deref(),
            Some("/pro/sign-in?next=/operator/opposition")
        );
    });
}

#[test]
fn who_has_no_passkey_comes_in_with_printed_codes() {
    on_both(|world| {
        let code = code(world, &several().rpps);
        let who = world.browser();
        let form = who.get("/pro/activation");
        who.post(&form, "/pro/activation", &[("who", ""), ("code", "")]).has_status(422);
        who.post(&form, "/pro/activation", &[("who", &several().rpps), ("code", &code)]).has_status(303);
        // Half way in, nothing else is open.
        assert_eq!(who.get("/pro/account").location.as_deref(), Some("/pro/sign-in?next=/pro/account"));
        let page = who.get("/pro/activation/passkey");
        let later = who.post(&page, "/pro/activation/later", &[]);
        assert_eq!(later.location.as_deref(), Some("/pro/activation/codes"), "{}", later.text);
        let page = who.get("/pro/activation/codes");
        let codes = who.post(&page, "/pro/account/codes", &[]);
        let (_, rest) = codes.text.split_once("<li><code>").unwrap();
        let (recovery, _) = rest.split_once('<').unwrap();
        who.post(&codes, "/sign-out", &[]).has_status(303);
        let form = who.get("/pro/recovery");
        let enter =
            |code: &str| who.post(&form, "/pro/recovery", &[("who", &several().rpps), ("code", code)]);
        enter("AAAA-AAAA-AAAA-AAAA").has_status(422);
        let back = enter(recovery);
        assert_eq!(back.location.as_deref(), Some("/pro/account?after=recovery"), "{}", back.text);
        assert_eq!(who.get("/pro").location.as_deref(), Some("/pro/situation?next=/pro"));
    });
}

#[test]
fn a_form_shown_for_one_space_is_not_sent_for_another() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let page = citizen.get("/account");
        // The same token, said to be good for another space.
        let guard = kernel::codes::from_base64url(&page.guard()).unwrap();
        let mut forged = guard.clone();
        forged[7] = 9;
        let send = |token: &[u8]| {
            let form = format!("csrf={}&id=x&name=y", kernel::codes::base64url(token));
            let request = citizen
                .client
                .post(format!("{}/account/passkey/rename", citizen.base))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form);
            Seen::of(request.send().unwrap()).status
        };
        assert_eq!(send(&forged), 403);
        assert_ne!(send(&guard), 403);
    });
}
