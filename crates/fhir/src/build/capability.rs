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

/// Where software and apps sign in (SMART App Launch 2.2). It is no OpenID provider for the persons whose records are
/// read (`sso-openid-connect`), so it names neither issuer nor keys.
#[derive(Clone, Copy, Debug)]
pub struct SmartInput<'a> {
    /// Authorization endpoint.
    pub authorize: &'a str,
    /// Token endpoint.
    pub token: &'a str,
    /// Token revocation.
    pub revoke: &'a str,
    /// Where a person sees which apps read her record, and ends that.
    pub manage: &'a str,
    /// What is to be known besides, for whoever reads the `CapabilityStatement`.
    pub description: &'a str,
    /// Algorithms with which a client that has a key may sign its assertion.
    pub algorithms: &'a [&'a str],
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
        let addresses = [
            ("authorize", smart.authorize),
            ("token", smart.token),
            ("revoke", smart.revoke),
            ("manage", smart.manage),
        ];
        json!({
            "extension": [{
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": addresses.map(|(url, address)| json!({"url": url, "valueUri": address})),
            }],
            "cors": true,
            "service": [{"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                "code": "SMART-on-FHIR",
            }]}],
            "description": smart.description,
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
        .set("authorization_endpoint", input.authorize)
        .set("token_endpoint", input.token)
        .set("revocation_endpoint", input.revoke)
        .set("management_endpoint", input.manage)
        .set("grant_types_supported", json!(input.grants))
        .set("token_endpoint_auth_methods_supported", json!(["private_key_jwt", "none"]))
        .set("token_endpoint_auth_signing_alg_values_supported", json!(input.algorithms))
        .set("response_types_supported", json!(["code"]))
        .set("code_challenge_methods_supported", json!(["S256"]))
        .set("scopes_supported", json!(input.scopes))
        .set("capabilities", json!(input.capabilities))
        .done()
}
