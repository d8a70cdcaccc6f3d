//! Services at whose door professionals sign in with Carnet.

use std::path::PathBuf;
use std::sync::Arc;

use kernel::{Answer, Fault, Refusal};
use oauth::{Proves, Scopes, Service, Signing};
use people::openid::services;
use people::registry::{Client, SenderKind};

use super::tell;
use crate::house::House;

/// What a service registers; docs/operations/openid.md explains each.
#[derive(Debug, clap::Args)]
pub struct Registration {
    /// Its name in the protocol.
    client_id: String,
    /// The organisation that answers for it.
    #[arg(long)]
    organization: String,
    /// What it is called, as professionals read it; the organisation's name when not given.
    #[arg(long)]
    name: Option<String>,
    /// Where answers may be sent, letter by letter; may be given several times.
    #[arg(long, required = true)]
    redirect_uri: Vec<String>,
    /// Where she may be sent after signing out; may be given several times.
    #[arg(long)]
    post_logout_redirect_uri: Vec<String>,
    /// Where it wants to be told that she signed out.
    #[arg(long)]
    backchannel_logout_uri: Option<String>,
    /// How it proves who it is: private_key_jwt, tls_client_auth or self_signed_tls_client_auth.
    #[arg(long, default_value = "private_key_jwt")]
    auth_method: String,
    /// With tls_client_auth: the subject of its certificate (CN=…,O=…), or a DNS or URI name in it.
    #[arg(long, default_value = "")]
    certificate_name: String,
    /// Its public keys: a JWKS file (with x5c for self_signed_tls_client_auth).
    #[arg(long)]
    jwks: Option<PathBuf>,
    /// The organisation's FINESS number.
    #[arg(long)]
    finess: Option<String>,
    /// Held to the FAPI 2.0 Security Profile: pushed requests and bound tokens only.
    #[arg(long)]
    fapi: bool,
    /// What its ID tokens are signed with: ES256, or RS256 for a client that reads nothing else.
    #[arg(long, default_value = "ES256")]
    id_token_alg: String,
}

/// Registers a service.
pub(super) fn add(house: &Arc<House>, of: Registration) -> Answer<()> {
    let jwks = match &of.jwks {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", file.display()))))?,
        None => String::new(),
    };
    let proves = match of.auth_method.as_str() {
        "private_key_jwt" => Proves::PrivateKeyJwt,
        "tls_client_auth" => Proves::TlsClientAuth(of.certificate_name),
        "self_signed_tls_client_auth" => Proves::SelfSignedTlsClientAuth,
        _ => {
            let said = "private_key_jwt, tls_client_auth or self_signed_tls_client_auth";
            return Err(Refusal::invalid("service-registration", "auth-method", said));
        }
    };
    let signing = Signing::ALL.into_iter().find(|known| known.word() == of.id_token_alg);
    let signing =
        signing.ok_or_else(|| Refusal::invalid("service-registration", "id-token-alg", "ES256 or RS256"))?;
    let client = Client {
        client_id: of.client_id.clone(),
        organization: of.organization.clone(),
        finess: of.finess,
        sender_kind: SenderKind::Other,
        jwks,
        scopes: Scopes::default(),
        added_at: house.clock.now(),
        suspended_at: None,
    };
    let service = Service {
        client_id: of.client_id.clone(),
        name: of.name.unwrap_or(of.organization),
        redirect_uris: of.redirect_uri,
        post_logout_redirect_uris: of.post_logout_redirect_uri,
        backchannel_logout_uri: of.backchannel_logout_uri,
        proves,
        fapi: of.fapi,
        signing,
    };
    house.store.write(move |tx| services::register(tx, &client, &service)).wait()?;
    tell(format!("{} may send professionals to {}/oauth/authorize", of.client_id, house.config.origin));
    Ok(())
}
