//! « Mon suivi »: one vetted app of the demo, and its page. The app is nobody's; it connects as any other maker's would,
//! from a page of its own that has nothing of Carnet but the address of its FHIR door.

use std::sync::Arc;

use kernel::Answer;
use maud::{DOCTYPE, Markup, html};
use oauth::Scopes;
use people::apps::{self, Listed, Text};
use people::registry::{Client, SenderKind};
use serde_json::{Value, json};
use ui::Words;
use ui::assets::asset_url;

use crate::adapter::{Asked, Reply};
use crate::house::House;

/// Where its page is, and where she comes back to.
pub const PATH: &str = "/demo/app";
const CLIENT_ID: &str = "mon-suivi";
const NAME: &str = "Mon suivi";
const ORGANIZATION: &str = "Coopérative du Héron gris";
const SCOPES: &str = "patient/Patient.r patient/DocumentReference.rs patient/Binary.r";

/// Registers it, or its address of this run where it is registered already.
pub(super) async fn seed(house: &Arc<House>) -> Answer<()> {
    let client = Client {
        client_id: CLIENT_ID.to_owned(),
        organization: ORGANIZATION.to_owned(),
        finess: None,
        sender_kind: SenderKind::Other,
        // Whoever runs in a browser keeps no key: PKCE proves that whoever asked is whoever comes back.
        jwks: String::new(),
        scopes: Scopes::parse(SCOPES),
        added_at: house.clock.now(),
        suspended_at: None,
    };
    let listed = listed(&house.config.origin);
    house.store.write(move |tx| apps::register(tx, &client, &listed)).await
}

fn listed(origin: &str) -> Listed {
    Listed {
        client_id: CLIENT_ID.to_owned(),
        name: NAME.to_owned(),
        organization: ORGANIZATION.to_owned(),
        about: Text {
            fr: "Garde la liste de vos documents de santé à portée de main. Inventée pour la démonstration."
                .to_owned(),
            en: "Keeps the list of your health documents at hand. Invented for the demonstration.".to_owned(),
        },
        website: Some(format!("{origin}{PATH}")),
        redirect_uris: vec![format!("{origin}{PATH}")],
        scopes: Scopes::parse(SCOPES),
    }
}

/// The app, for `demo.json`.
pub(super) fn described(origin: &str) -> Value {
    let listed = listed(origin);
    json!({
        "client_id": listed.client_id,
        "name": listed.name,
        "organization": listed.organization,
        "redirect_uris": listed.redirect_uris,
        "scopes": SCOPES,
        "open": format!("{origin}{PATH}"),
    })
}

/// Its page. What it shows comes from its own script, which holds its tokens; the house's cookies are not looked at.
pub fn page(asked: &Asked) -> Answer<Reply> {
    let words = Words::of(asked.language);
    let (carnet, origin) = (asked.house.config.theme.name(), &asked.house.config.origin);
    let say = |key: &str| words.with(key, &[("carnet", carnet.into())]);
    let state = |name: &str, about: Markup| {
        html! { section data-state=(name) hidden { h2 { (words.t(&format!("demo-app-{name}"))) } (about) } }
    };
    let document = html! {
        (DOCTYPE)
        html lang=(words.language().tag()) {
            head {
                meta charset="utf-8";
                title { (NAME) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(asset_url("demo-app.css"));
                script src=(asset_url("demo-app.js")) defer {}
            }
            body data-fhir={ (origin) "/fhir" } data-client=(CLIENT_ID) {
                header {
                    p.name { (NAME) }
                    p { (words.with("demo-app-maker", &[("organization", ORGANIZATION.into())])) }
                }
                main {
                    p.invented { (say("demo-app-invented")) }
                    h1 { (words.t("demo-app-title")) }
                    noscript { p { (say("demo-app-script")) } }
                    div role="status" {
                        (state("start", html! { p { (say("demo-app-start-text")) } }))
                        p data-state="busy" hidden { (words.t("demo-app-busy")) }
                        (state("connected", connected(words, &say("demo-app-manage"))))
                        (state("refused", html! { p { (words.t("demo-app-refused-text")) } }))
                        (state("ended", html! { p { (say("demo-app-ended-text")) } }))
                        (state("failed", html! { p { (words.t("demo-app-failed-text")) } }))
                    }
                    button type="button" data-connect hidden { (say("demo-app-connect")) }
                }
            }
        }
    };
    Ok(Reply::text("text/html; charset=utf-8", document.into_string()))
}

/// What it shows while it is connected.
fn connected(words: &Words, manage: &str) -> Markup {
    html! {
        p data-who hidden { (words.t("demo-app-space")) " " strong data-name {} }
        h3 { (words.t("demo-app-documents")) }
        p data-none hidden { (words.t("demo-app-none")) }
        ul data-documents {}
        button type="button" data-read { (words.t("demo-app-read")) }
        p { a href=(apps::APPS) { (manage) } }
    }
}
