//! Carnet shows a certificate to its provider (mutual TLS, RFC 8705): a second Carnet is the provider, behind a proxy
//! that asks for certificates, as its operator would run it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};

use base64::Engine;
use oauth::Proves;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use synthetic::professionals;

use crate::harness::World;
use crate::openid_service::doctor;
use crate::outside_carnet::{comes_back, introduce};
use crate::people_of::register;

/// An authority of the tests, as PEM files: its own, and pairs that it signed.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    /// Certificate and private key for a name, both as PEM.
    fn signs(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// A proxy on this machine that wants a certificate of `authority` and hands it over to `inside` (RFC 9440).
fn proxy(authority: &Authority, inside: Arc<OnceLock<String>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.issuer.pem().as_bytes()).unwrap()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), crypto.clone()).build().unwrap();
    let (certificate, key) = authority.signs("localhost");
    let config = ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Whoever shows no certificate, or another authority's, gets no answer.
            let _ = forward(stream.unwrap(), &config, inside.get().map_or("", String::as_str));
        }
    });
    format!("https://localhost:{port}")
}

/// One request: inside and back.
fn forward(stream: TcpStream, config: &Arc<ServerConfig>, inside: &str) -> std::io::Result<()> {
    let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let shown = reader.get_ref().conn.peer_certificates().and_then(|chain| chain.first());
    let shown = shown.map(|der| base64::engine::general_purpose::STANDARD.encode(der)).unwrap_or_default();
    let mut head = format!("{line}host: {inside}\r\nclient-cert: :{shown}:\r\nconnection: close\r\n");
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        let name = name.to_ascii_lowercase();
        if name == "content-length" {
            length = value.trim().parse().unwrap_or(0);
        }
        // What the client says of itself is not passed on.
        if !["host", "client-cert", "connection"].contains(&name.as_str()) {
            head.push_str(&header);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut to = TcpStream::connect(inside.replace("localhost", "127.0.0.1"))?;
    to.write_all(format!("{head}\r\n").as_bytes())?;
    to.write_all(&body)?;
    let mut answer = Vec::new();
    to.read_to_end(&mut answer)?;
    let outer = reader.get_mut();
    outer.write_all(&answer)?;
    outer.conn.send_close_notify();
    outer.flush()
}

/// Two Carnets: the client shows `shows`, and the provider knows it by the name `autre-carnet.example`.
fn two(authority: &Authority, shows: &(String, String), journey: impl Fn(&World, &World)) {
    let inside = Arc::new(OnceLock::new());
    let outside = proxy(authority, inside.clone());
    let (store, folder) = store::testing::sqlite().unwrap();
    let provider = World::with(
        store,
        Box::new(folder),
        &[
            ("CARNET_OPENID_CERTIFICATE_HEADER", "client-cert"),
            ("CARNET_OPENID_CERTIFICATE_PROXY", "127.0.0.1"),
            ("CARNET_OPENID_CERTIFICATE_ORIGIN", &outside),
        ],
    );
    inside.set(provider.base.strip_prefix("http://").unwrap().to_owned()).unwrap();
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (certificate, key) = (file("us.pem", &shows.0), file("us.key", &shows.1));
    let trusted = file("authority.pem", &authority.issuer.pem());
    let (store, folder) = store::testing::sqlite().unwrap();
    let client = World::with(
        store,
        Box::new((folder, files)),
        &[
            ("CARNET_PROVIDERS_CARNET_KIND", "pro-sante-connect"),
            ("CARNET_PROVIDERS_CARNET_ISSUER", &provider.base),
            ("CARNET_PROVIDERS_CARNET_CLIENT_ID", "autre-carnet"),
            ("CARNET_PROVIDERS_CARNET_CERTIFICATE_FILE", &certificate),
            ("CARNET_PROVIDERS_CARNET_CERTIFICATE_KEY_FILE", &key),
            ("CARNET_PROVIDERS_CARNET_AUTHORITY_FILE", &trusted),
        ],
    );
    introduce(&provider, &client.base, String::new(), |service| {
        service.proves = Proves::TlsClientAuth("autre-carnet.example".into());
        service.fapi = true;
    });
    register(&client, &[&professionals::doctor(1, 0)]);
    journey(&provider, &client);
}

#[test]
fn a_certificate_proves_us_to_our_provider_and_binds_what_it_gives() {
    let authority = Authority::new();
    two(&authority, &authority.signs("autre-carnet.example"), |provider, client| {
        let document = provider.browser().get("/.well-known/openid-configuration");
        document.says("mtls_endpoint_aliases");
        let (_, there) = doctor(provider, 0);
        let here = client.browser();
        // Pushed, exchanged and asked who she is: with the certificate each time, because under FAPI the access token
        // opens nothing without it.
        comes_back(provider, client, &there, &here).has_status(303);
        here.get("/pro").has_status(200);
    });
}

#[test]
fn another_name_in_our_certificate_proves_nobody() {
    let authority = Authority::new();
    two(&authority, &authority.signs("quelquun-dautre.example"), |_, client| {
        client.browser().get("/sign-in/with/carnet").has_status(400);
    });
    // One that another authority signed does not even connect.
    let other = Authority::new();
    two(&authority, &other.signs("autre-carnet.example"), |_, client| {
        client.browser().get("/sign-in/with/carnet").has_status(503);
    });
}
