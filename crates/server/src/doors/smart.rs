//! What software and apps must know to sign in (HL7 SMART App Launch 2.2): one description for the two documents that
//! say it, `smart-configuration` and the `CapabilityStatement`. Nothing stands here that is not there.

use fhir::build::{self, SmartInput};
use kernel::Answer;
use oauth::app::{self, LAUNCH, OFFLINE};
use people::{apps, registry};

use crate::adapter::{Asked, Reply};

/// <https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html>, "Capabilities". Not offered: launching from within
/// another program, an identity of the person for the app (`sso-openid-connect`), secrets shared with clients.
const CAPABILITIES: [&str; 8] = [
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-asymmetric",
    "context-standalone-patient",
    "permission-patient",
    "permission-offline",
    "permission-v2",
];

const DESCRIPTION: &str = "A registered organisation's software signs in with SMART Backend Services (system/ scopes) and \
    reads what it sent. An app of the catalogue that a person connected signs in with SMART App Launch (standalone, \
    patient/ scopes) and reads of her space what she granted it, for as long as she does: no document that she hid, \
    nothing of anybody else. In a browser a citizen or a professional also reads with her session.";

/// Hands what is offered to whoever writes it down.
pub(super) fn offered<T>(asked: &Asked, write: impl FnOnce(SmartInput<'_>) -> T) -> T {
    let at = |path: &str| format!("{}{path}", asked.house.config.origin);
    let scopes = format!("{LAUNCH} {OFFLINE} {} {}", app::offered(), registry::usual_scopes());
    write(SmartInput {
        authorize: &at(apps::AUTHORIZE),
        token: &at("/oauth/token"),
        revoke: &at("/oauth/revoke"),
        manage: &at(apps::APPS),
        description: DESCRIPTION,
        algorithms: &["ES384", "ES256", "EdDSA", "PS256", "RS256"],
        scopes: &scopes.split(' ').collect::<Vec<_>>(),
        capabilities: &CAPABILITIES,
        grants: &["authorization_code", "refresh_token", "client_credentials"],
    })
}

/// The discovery document.
pub(super) fn configuration(asked: &Asked) -> Answer<Reply> {
    Ok(Reply::json(200, "application/json", &offered(asked, |smart| build::smart_configuration(&smart))))
}
