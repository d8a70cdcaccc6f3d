//! The token endpoint, for software (SMART Backend Services, HL7 SMART App Launch 2.2) and for services (OpenID
//! Connect), and what software must know to sign in.

use kernel::Answer;
use oauth::TokenRequest;
use people::{openid, registry};
use serde_json::json;
use store::Tx;

use super::openid::{Evidence, answered, terms};
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

/// An access token for a client that proves itself: software on its own account, or a service for a professional.
fn token(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default().to_owned();
    if !["", "client_credentials"].contains(&field("grant_type").as_str()) {
        let evidence = Evidence::of(asked);
        let given = openid::tokens::give(tx, evidence.shown(asked, "/oauth/token"), terms(asked))?;
        return Ok(answered(200, given));
    }
    let request = TokenRequest {
        grant_type: field("grant_type"),
        scope: field("scope"),
        client_assertion_type: field("client_assertion_type"),
        client_assertion: field("client_assertion"),
    };
    let origin = &asked.house.config.origin;
    let endpoint = format!("{origin}/oauth/token");
    let jti = asked.house.chance.u64();
    let given = registry::give_token(tx, &request, &[&endpoint, origin], jti, asked.visit()?.now)?;
    let body = match given {
        Ok(response) => {
            Ok(serde_json::to_value(response).map_err(|e| kernel::Fault::Internal(e.to_string()))?)
        }
        Err(denial) => Err(denial),
    };
    Ok(answered(200, body))
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
