//! Two services of the demo at whose door professionals sign in with Carnet. They are nobody's: the addresses lead to
//! this machine, where a visitor's own program may wait for her. The private keys go into `demo.json` and nowhere else.

use std::sync::Arc;

use kernel::{Answer, Fault};
use oauth::{PrivateKey, Proves, Scopes, Service};
use people::openid::services;
use people::registry::{Client, SenderKind};
use serde_json::{Value, json};

use crate::house::House;

/// Id, name, organisation, port where its makers' program listens, held to FAPI 2.0.
const SERVICES: [(&str, &str, &str, u16, bool); 2] = [
    ("dossier-de-soins", "Dossier de soins", "Clinique des Tilleuls", 9480, false),
    ("reseau-de-soins", "Réseau de soins", "Groupement des Deux-Rives", 9481, true),
];

/// Registers them; answers what their makers must know.
pub(super) fn seed(house: &Arc<House>) -> Answer<Vec<Value>> {
    let mut described = Vec::new();
    for (client_id, name, organization, port, fapi) in SERVICES {
        let jwk = PrivateKey::generate(client_id).map_err(|e| Fault::Internal(e.to_string()))?;
        let client = Client {
            client_id: client_id.to_owned(),
            organization: organization.to_owned(),
            finess: None,
            sender_kind: SenderKind::Other,
            jwks: oauth::jwk::public_jwks(&jwk).to_string(),
            scopes: Scopes::default(),
            added_at: house.clock.now(),
            suspended_at: None,
        };
        let at = |path: &str| format!("http://localhost:{port}/{path}");
        let service = Service {
            client_id: client_id.to_owned(),
            name: name.to_owned(),
            redirect_uris: vec![at("retour")],
            post_logout_redirect_uris: vec![at("fin")],
            backchannel_logout_uri: Some(at("sortie")),
            proves: Proves::PrivateKeyJwt,
            fapi,
            signing: oauth::Signing::default(),
        };
        described.push(json!({
            "client_id": client_id,
            "name": name,
            "organization": organization,
            "redirect_uri": at("retour"),
            "post_logout_redirect_uri": at("fin"),
            "backchannel_logout_uri": at("sortie"),
            "token_endpoint_auth_method": "private_key_jwt",
            "fapi": fapi,
            "jwk": jwk,
        }));
        house.store.write(move |tx| services::register(tx, &client, &service)).wait()?;
    }
    Ok(described)
}
