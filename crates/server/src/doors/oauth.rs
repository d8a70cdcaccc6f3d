//! The token endpoint, for software (SMART Backend Services, HL7 SMART App Launch 2.2), for apps (the same, standalone)
//! and for services (OpenID Connect), and what software and apps must know to sign in.

use kernel::Answer;
use oauth::TokenRequest;
use people::{openid, registry};
use store::Tx;

use super::openid::{Evidence, answered, terms};
use super::{Does, Door, Route, Who, apps, smart};
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Who::Anyone;
    table! { Door::OAuth;
        Post "/oauth/token"                          Anyone => "registry::give_token"       Does::Act(token);
        Get  "/fhir/.well-known/smart-configuration" Anyone => "fhir::smart_configuration" Does::Plain(smart::configuration);
        Get  "/.well-known/smart-configuration"      Anyone => "fhir::smart_configuration" Does::Plain(smart::configuration);
    }
}

/// An access token for a client that proves itself: software on its own account, an app for the person who connected it,
/// or a service for a professional.
fn token(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default().to_owned();
    if !["", "client_credentials"].contains(&field("grant_type").as_str()) {
        if people::apps::calls(tx, &asked.fields)? {
            return apps::token(tx, asked);
        }
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
