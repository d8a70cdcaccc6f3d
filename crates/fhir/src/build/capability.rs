//! What this server says about itself: `CapabilityStatement` and SMART's discovery document.

use kernel::Instant;
use serde_json::{Value, json};

use super::Object;

/// One resource type that is offered.
#[derive(Clone, Copy, Debug)]
pub struct ResourceCapability<'a> {
    /// `DocumentReference`.
    pub name: &'a str,
    /// `read`, `search-type`, `create` …
    pub interactions: &'a [&'a str],
    /// Profiles that are understood.
    pub profiles: &'a [&'a str],
    /// Name and type of search parameters: see [`crate::search::Kind::offered`].
    pub search: &'a [(&'a str, &'a str)],
}

/// The server.
#[derive(Clone, Copy, Debug)]
pub struct CapabilityInput<'a> {
    /// Address of the FHIR door.
    pub base: &'a str,
    /// Version of the software.
    pub version: &'a str,
    /// When this build was made, or the server started.
    pub date: Instant,
    /// Who answers for it.
    pub publisher: &'a str,
    /// What is offered.
    pub resources: &'a [ResourceCapability<'a>],
    /// `transaction` and the like, on the whole server.
    pub interactions: &'a [&'a str],
    /// SMART's addresses.
    pub smart: Option<SmartInput<'a>>,
    /// Canonical addresses of implementation guides that are followed.
    pub guides: &'a [&'a str],
}

/// Where software signs in (SMART App Launch 2.2).
#[derive(Clone, Copy, Debug)]
pub struct SmartInput<'a> {
    /// The OpenID issuer.
    pub issuer: &'a str,
    /// Authorization endpoint.
    pub authorize: &'a str,
    /// Token endpoint.
    pub token: &'a str,
    /// Keys.
    pub jwks: &'a str,
    /// Token introspection, if it is offered.
    pub introspect: Option<&'a str>,
    /// Token revocation, if it is offered.
    pub revoke: Option<&'a str>,
    /// Scopes on offer.
    pub scopes: &'a [&'a str],
    /// SMART capabilities on offer: `client-confidential-asymmetric` …
    pub capabilities: &'a [&'a str],
    /// OAuth grants on offer.
    pub grants: &'a [&'a str],
}

/// What `GET /fhir/metadata` answers (R4 §5.2).
#[must_use]
pub fn capability_statement(input: &CapabilityInput<'_>) -> Value {
    let resources: Vec<Value> = input.resources.iter().map(resource).collect();
    let security = input.smart.map(|smart| {
        json!({
            "extension": [{
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [
                    {"url": "authorize", "valueUri": smart.authorize},
                    {"url": "token", "valueUri": smart.token},
                ],
            }],
            "service": [{"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "SMART-on-FHIR",
            }]}],
        })
    });
    let rest = Object::default()
        .set("mode", "server")
        .maybe("security", security)
        .many("resource", resources)
        .many("interaction", input.interactions.iter().map(|code| json!({ "code": code })).collect());
    Object::resource("CapabilityStatement")
        .set("status", "active")
        .set("date", input.date.to_string())
        .set("publisher", input.publisher)
        .set("kind", "instance")
        .set("software", json!({"name": "Carnet", "version": input.version}))
        .set("implementation", json!({"description": "Carnet", "url": input.base}))
        .set("fhirVersion", "4.0.1")
        .set("format", json!(["application/fhir+json", "json"]))
        .many("implementationGuide", input.guides.iter().map(|guide| Value::from(*guide)).collect())
        .set("rest", json!([rest.done()]))
        .done()
}

fn resource(input: &ResourceCapability<'_>) -> Value {
    let params = input.search.iter().map(|(name, of)| json!({"name": name, "type": of}));
    Object::default()
        .set("type", input.name)
        .many("supportedProfile", input.profiles.iter().map(|p| Value::from(*p)).collect())
        .many("interaction", input.interactions.iter().map(|code| json!({ "code": code })).collect())
        .many("searchParam", params.collect())
        .done()
}

/// What `GET /fhir/.well-known/smart-configuration` answers.
/// <https://hl7.org/fhir/smart-app-launch/conformance.html>
#[must_use]
pub fn smart_configuration(input: &SmartInput<'_>) -> Value {
    Object::default()
        .set("issuer", input.issuer)
        .set("jwks_uri", input.jwks)
        .set("authorization_endpoint", input.authorize)
        .set("token_endpoint", input.token)
        .maybe("introspection_endpoint", input.introspect)
        .maybe("revocation_endpoint", input.revoke)
        .set("grant_types_supported", json!(input.grants))
        .set("token_endpoint_auth_methods_supported", json!(["private_key_jwt"]))
        .set("token_endpoint_auth_signing_alg_values_supported", json!(["ES384", "RS384"]))
        .set("response_types_supported", json!(["code"]))
        .set("code_challenge_methods_supported", json!(["S256"]))
        .set("scopes_supported", json!(input.scopes))
        .set("capabilities", json!(input.capabilities))
        .done()
}
