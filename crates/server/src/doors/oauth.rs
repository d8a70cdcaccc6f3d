//! Tokens and keys: SMART Backend Services (HL7 SMART App Launch 2.2).

use kernel::Answer;
use oauth::TokenRequest;
use people::registry;
use serde_json::json;
use store::Tx;

use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Who::Anyone;
    table! { Door::OAuth;
        Post "/oauth/token"                          Anyone => "registry::give_token"       Does::Act(token);
        Get  "/fhir/.well-known/smart-configuration" Anyone => "oauth::smart_configuration" Does::Plain(smart_configuration);
        Get  "/.well-known/smart-configuration"      Anyone => "oauth::smart_configuration" Does::Plain(smart_configuration);
    }
}

/// An access token for a client that proves itself with its key.
fn token(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default().to_owned();
    let request = TokenRequest {
        grant_type: field("grant_type"),
        scope: field("scope"),
        client_assertion_type: field("client_assertion_type"),
        client_assertion: field("client_assertion"),
    };
    let endpoint = format!("{}/oauth/token", asked.house.config.origin);
    let jti = asked.house.chance.u64();
    let given = registry::give_token(tx, &request, &[&endpoint], jti, asked.visit()?.now)?;
    let (status, body) = match given {
        Ok(response) => (200, serde_json::to_value(response)),
        Err(denial) => (denial.error.status(), serde_json::to_value(denial)),
    };
    let body = body.map_err(|e| kernel::Fault::Internal(e.to_string()))?;
    Ok(Reply::json(status, "application/json", &body).header("pragma", "no-cache"))
}

/// What a client must know to sign in (SMART App Launch 2.2, "Conformance").
fn smart_configuration(asked: &Asked) -> Answer<Reply> {
    let origin = &asked.house.config.origin;
    Ok(Reply::json(
        200,
        "application/json",
        &json!({
            "issuer": origin,
            "token_endpoint": format!("{origin}/oauth/token"),
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES384", "ES256", "RS256"],
            "scopes_supported": registry::usual_scopes().to_string().split(' ').collect::<Vec<_>>(),
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }),
    )
    .header("access-control-allow-origin", "*"))
}
