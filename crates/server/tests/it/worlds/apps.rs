//! Apps that may be connected: as the catalogue lists them, how somebody connects one, and the token that it shows.

use kernel::{Answer, Instant, PersonId, Visit};
use oauth::jwk::sha256_base64url;
use oauth::{AppToken, Scopes};
use people::apps::{self, Listed, Next, Shown, Terms, Text, tokens};
use people::consent::{DAYS, Granted};
use people::registry::{Client, SenderKind};
use server::house::House;
use store::{Keyring, Tx};

use super::questions::Question;
use super::stage::Asked;
use crate::harness::MORNING;

/// How many there are.
pub const APPS: u8 = 2;
/// How long one is connected.
pub const LASTING: u32 = DAYS[0];

/// Where the houses of these worlds say they are.
const ORIGIN: &str = "http://localhost:8080";
const BACK: &str = "https://suivi.example/retour";
/// What an app keeps to itself until it comes for its token.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The sealing domain of an app's access token.
const SEALED: &str = "app-access";

fn listed(number: u8) -> Listed {
    Listed {
        client_id: format!("suivi-{number}"),
        name: format!("Mon suivi {number}"),
        organization: "Éditions du suivi".into(),
        about: Text { fr: "Vos résultats en courbes.".into(), en: "Your results as curves.".into() },
        website: None,
        redirect_uris: vec![BACK.to_owned()],
        scopes: oauth::app::offered(),
    }
}

/// Puts them into the catalogue.
pub fn settle(tx: &mut Tx<'_>) -> Answer<()> {
    for number in 0..APPS {
        let listed = listed(number);
        let client = Client {
            client_id: listed.client_id.clone(),
            organization: listed.organization.clone(),
            finess: None,
            sender_kind: SenderKind::Other,
            jwks: String::new(),
            scopes: Scopes::default(),
            added_at: MORNING,
            suspended_at: None,
        };
        apps::register(tx, &client, &listed)?;
    }
    Ok(())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What an app asks her for: all that there is. By `state` it tells its own requests.
fn request(number: u8, state: &str) -> Vec<(String, String)> {
    let scopes = format!("{} offline_access", oauth::app::offered());
    pairs(&[
        ("response_type", "code"),
        ("client_id", &listed(number).client_id),
        ("redirect_uri", BACK),
        ("scope", &scopes),
        ("state", state),
        ("aud", &format!("{ORIGIN}/fhir")),
        ("code_challenge", &sha256_base64url(VERIFIER.as_bytes())),
        ("code_challenge_method", "S256"),
    ])
}

/// Connects an app, which then comes for its first token: what that says; `None` where it was connected like this already.
pub fn connect(
    tx: &mut Tx<'_>,
    house: &House,
    visit: &Visit,
    number: u8,
    granted: Granted,
) -> Answer<Option<AppToken>> {
    let terms = Terms { issuer: ORIGIN, now: visit.now, chance: &house.chance };
    let asked = request(number, &visit.now.to_string());
    let Next::Leave(to) = apps::answer(tx, &asked, Some((granted, LASTING)), visit, terms)? else {
        panic!("app {number} was not connected")
    };
    let Some(code) = to.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")) else {
        return Ok(None);
    };
    let form = pairs(&[
        ("grant_type", "authorization_code"),
        ("client_id", &listed(number).client_id),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]);
    let shown = Shown { form: &form, path: "/oauth/token", proofs: &[], certificate: None };
    let given = tokens::give(tx, shown, terms)?.unwrap_or_else(|denial| panic!("app {number}: {denial:?}"));
    let bearer = given["access_token"].as_str().unwrap_or_default();
    Ok(tokens::open(tx.keyring(), bearer, visit.now))
}

/// A fresh token of an app, with every scope that there is: what it reads must hang on her word alone. One that was never
/// connected shows a token that nobody gave it.
pub fn bearer(
    keyring: &Keyring,
    number: u8,
    person: PersonId,
    given: Option<&AppToken>,
    now: Instant,
) -> String {
    let of = listed(number);
    let nobodys = || kernel::App {
        client_id: of.client_id.clone(),
        name: of.name.clone(),
        organization: of.organization.clone(),
        connection: "0".repeat(16),
    };
    let app = given.map_or_else(nobodys, |token| token.app.clone());
    let grant = given.map_or_else(|| "AAAA".to_owned(), |token| token.grant.clone());
    let token = AppToken::new(person, app, oauth::app::offered(), grant, (now, now.plus(Instant::DAY)));
    token.seal(|plain| keyring.seal(SEALED, plain))
}

/// An app sends somebody's browser by.
pub fn asking(number: u8) -> Question {
    let asked = request(number, "state-1");
    let asked: Vec<(&str, &str)> = asked.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ("GET /oauth/authorize", Asked::get(ui::address::with_query(apps::AUTHORIZE, &asked)))
}

/// Somebody answers an app.
pub fn answering(number: u8, filled: &[(&'static str, &str)]) -> Question {
    let asked = request(number, "state-1");
    let value = |of: &str| asked.iter().find(|(name, _)| *name == of).map(|(_, value)| value.as_str());
    let hidden = oauth::app::PARAMETERS.into_iter().filter_map(|name| Some((name, value(name)?)));
    let fields: Vec<(&'static str, &str)> = hidden.chain(filled.iter().copied()).collect();
    ("POST /oauth/connect", Asked::post(apps::pages::CONNECT, &fields))
}
