//! Services at whose door professionals sign in with Carnet, and how one proves who it is.

use kernel::{Answer, Fault, Instant, Issue, Refusal};
use oauth::{
    Assertion, Binding, Certificate, Denial, DenialCode, KeySet, Params, Proves, Rules, Service, dpop,
};
use store::Tx;

use super::{Stop, Terms, queries};
use crate::registry::{self, Client};

/// How far ahead a service's assertion may end, in seconds.
const ASSERTION_SECONDS: i64 = 3600;

/// What a service shows at one of our endpoints.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The form it posted.
    pub form: &'a [(String, String)],
    /// The endpoint's path.
    pub path: &'a str,
    /// Its proofs of possession (RFC 9449): the values of every `DPoP` header.
    pub proofs: &'a [String],
    /// The certificate of its connection, as a trusted proxy handed it over.
    pub certificate: Option<&'a Certificate>,
}

/// Registers a service: what every client has (`client`), and what services have besides.
///
/// # Errors
/// `Invalid` with one issue per wrong member (`service-<member>`); `Conflict` (`client-exists`).
pub fn register(tx: &mut Tx<'_>, client: &Client, service: &Service) -> Answer<()> {
    let keys = KeySet::parse(&client.jwks).ok();
    let mut issues: Vec<Issue> = service
        .flaws(keys.as_ref())
        .into_iter()
        .map(|(member, why)| Issue {
            code: "service-registration",
            path: Some(member.to_owned()),
            diagnostics: why.into(),
        })
        .collect();
    if !client.jwks.is_empty()
        && let Err(why) = KeySet::parse(&client.jwks)
    {
        let said = why.to_string().into();
        issues.push(Issue { code: "service-registration", path: Some("jwks".to_owned()), diagnostics: said });
    }
    if client.client_id != service.client_id {
        return Err(Fault::Internal("a service is registered under two names".into()).into());
    }
    if !issues.is_empty() {
        return Err(Refusal::invalid_all(issues));
    }
    registry::add_without_scopes(tx, client)?;
    let registration = serde_json::to_string(service).map_err(|e| Fault::Internal(e.to_string()))?;
    Ok(queries::put_service(tx, &service.client_id, &registration)?)
}

/// A service that is registered and not suspended.
pub(super) fn admitted(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<(Client, Service)>, Fault> {
    let Some(registration) = queries::service(tx, client_id)? else { return Ok(None) };
    let service: Service = serde_json::from_str(&registration)
        .map_err(|e| Fault::Damaged(format!("registration of {client_id}: {e}")))?;
    let client = registry::queries::client(tx, client_id)?;
    Ok(client.filter(|client| client.suspended_at.is_none()).map(|client| (client, service)))
}

/// What a service is called; its id when it is gone.
pub(super) fn name(tx: &mut Tx<'_>, client_id: &str) -> Result<String, Fault> {
    let registration = queries::service(tx, client_id)?;
    let service = registration.and_then(|text| serde_json::from_str::<Service>(&text).ok());
    Ok(service.map_or_else(|| client_id.to_owned(), |service| service.name))
}

/// The service of this id, while it is registered and not suspended.
///
/// # Errors
/// Faults of the store.
pub fn find(tx: &mut Tx<'_>, client_id: &str) -> Answer<Option<Service>> {
    Ok(admitted(tx, client_id)?.map(|(_, service)| service))
}

/// Proves who knocks; what proved it is burnt.
pub(super) fn proven(tx: &mut Tx<'_>, shown: Shown<'_>, terms: Terms<'_>) -> Result<Service, Stop> {
    let params = Params::new(shown.form)?;
    let Some(assertion) = Assertion::beside(params)? else {
        let named = params.get("client_id");
        let found = match named {
            Some(client_id) => admitted(tx, client_id)?,
            None => None,
        };
        let (client, service) = found.ok_or_else(registry::unknown)?;
        let keys = KeySet::parse(&client.jwks).ok();
        service.check_certificate(
            shown.certificate,
            keys.as_ref(),
            terms.now.0.div_euclid(Instant::SECOND),
        )?;
        return Ok(service);
    };
    let (client, service) = admitted(tx, assertion.client_id())?.ok_or_else(registry::unknown)?;
    if service.proves != Proves::PrivateKeyJwt {
        return Err(
            Denial::new(DenialCode::InvalidClient, "this client proves itself with its certificate").into()
        );
    }
    let (token, endpoint) = (terms.at("/oauth/token"), terms.at(shown.path));
    // FAPI 2.0 §5.3.2.1: our issuer and nothing else, so that no other server can be made to forward it.
    let all = [terms.issuer, token.as_str(), endpoint.as_str()];
    let audiences = if service.fapi { &all[..1] } else { &all[..] };
    let rules = Rules { audiences, lifetime: ASSERTION_SECONDS, fapi: service.fapi };
    registry::prove(tx, &client, &assertion, rules, terms.now)??;
    Ok(service)
}

/// The thumbprint that a proof of possession proves, if one is shown; the proof is burnt.
pub(super) fn possessed(
    tx: &mut Tx<'_>,
    proofs: &[String],
    target: dpop::Target<'_>,
    now: Instant,
) -> Result<Option<String>, Stop> {
    let proof = match proofs {
        [] => return Ok(None),
        [proof] => dpop::check(proof, target, now)?,
        _ => return Err(Denial::new(DenialCode::InvalidDpopProof, "one proof, in one DPoP header").into()),
    };
    if registry::burn(tx, "dpop", proof.replay.as_bytes(), proof.burn_until)? {
        return Ok(Some(proof.jkt));
    }
    Err(Denial::new(
        DenialCode::InvalidDpopProof,
        "this proof was used before: make a new one, with a new jti",
    )
    .into())
}

/// What tokens for this service are bound to.
pub(super) fn binding(
    tx: &mut Tx<'_>,
    service: &Service,
    shown: Shown<'_>,
    terms: Terms<'_>,
) -> Result<Binding, Stop> {
    let address = terms.at(shown.path);
    let target = dpop::Target { method: "POST", address: &address, access_token: None };
    if let Some(jkt) = possessed(tx, shown.proofs, target, terms.now)? {
        return Ok(Binding::Key(jkt));
    }
    match shown.certificate {
        Some(certificate) if service.fapi || service.proves != Proves::PrivateKeyJwt => {
            Ok(Binding::Certificate(certificate.x5t()))
        }
        _ if service.fapi => {
            let said = "tokens are bound to a key (FAPI 2.0): send a DPoP proof, or use a client certificate";
            Err(Denial::new(DenialCode::InvalidDpopProof, said).into())
        }
        _ => Ok(Binding::Bearer),
    }
}
