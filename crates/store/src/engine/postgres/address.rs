//! Where PostgreSQL is, and how it proves to be who it says.
//!
//! The words are those of every PostgreSQL client: `sslmode`, `sslrootcert`, and `sslcert` with `sslkey`, which prove us
//! to it, in an address or among `key=value` pairs (PostgreSQL 15, "33.19. SSL Support"). What differs is what happens when nothing is said:
//! on this machine the connection is plain, to any other it is `verify-full`. `allow` and `prefer` are refused,
//! for they go on in clear when somebody in between wants them to.

use std::fmt;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use kernel::Fault;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::session::{fault, sentence};

/// How long we wait for a server to let us in, unless the address says `connect_timeout`.
const PATIENCE: Duration = Duration::from_secs(10);

/// After this long without a sign of life the network counts as gone, unless the address says otherwise.
const SILENCE: Duration = Duration::from_secs(30);

/// A server to connect to.
pub(crate) struct Address {
    config: Config,
    tls: MakeRustlsConnect,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({:?})", self.config.get_hosts())
    }
}

/// How much a server has to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// Nothing; the connection is not encrypted.
    Plain,
    /// Nothing; the connection is encrypted, to whomever it leads.
    Encrypted,
    /// A certificate of an authority we trust, for whatever name.
    Authority,
    /// A certificate of an authority we trust, for the name we asked for.
    Name,
}

impl Address {
    /// Understands `postgres://…` or `host=… user=…`.
    ///
    /// # Errors
    /// [`Fault::Configuration`] when it cannot be understood or its root certificates cannot be read.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let (rest, asked) = take_tls(text)?;
        let mut config: Config =
            rest.parse().map_err(|e: Error| wrong(format!("address of PostgreSQL: {}", sentence(&e))))?;
        if config.get_application_name().is_none() {
            config.application_name("carnet");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
            config.keepalives_idle(SILENCE);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(PATIENCE);
        }
        let proof = asked.proof(&config)?;
        config.ssl_mode(if proof == Proof::Plain { SslMode::Disable } else { SslMode::Require });
        let tls = MakeRustlsConnect::new(tls(proof, &asked)?);
        Ok(Self { config, tls })
    }

    /// Connects; the second half of the answer moves bytes while it is polled.
    pub(super) async fn connect(
        &self,
    ) -> Result<(Client, impl Future<Output = Result<(), Error>> + Send + use<>), Fault> {
        self.config.connect(self.tls.clone()).await.map_err(|e| self.unreachable(&e))
    }

    /// What to do when the server does not let us in.
    fn unreachable(&self, error: &Error) -> Fault {
        let said = sentence(error);
        if let Some(refused) = cause::<rustls::Error>(error) {
            return wrong(format!("PostgreSQL's certificate is refused: {}", advice(refused)));
        }
        match error.code().map(tokio_postgres::error::SqlState::code) {
            Some(code) if code.starts_with("28") || code == "3D000" => {
                wrong(format!("PostgreSQL does not let us in: {said}"))
            }
            Some(_) => Fault::Busy(format!("PostgreSQL cannot be reached: {said}")),
            None if said.contains("does not support TLS") => wrong(
                "PostgreSQL does not speak TLS: switch it on there (ssl = on, with ssl_cert_file and \
                 ssl_key_file), or write sslmode=disable when the network in between is yours alone"
                    .to_owned(),
            ),
            None if cause::<std::io::Error>(error).is_some() || error.is_closed() => {
                Fault::Busy(format!("PostgreSQL cannot be reached: {said}"))
            }
            None => match fault(error) {
                Fault::Database(said) => Fault::Database(format!("PostgreSQL cannot be reached: {said}")),
                other => other,
            },
        }
    }
}

fn wrong(said: String) -> Fault {
    Fault::Configuration(said)
}

/// The first cause of this kind behind an error, looking into what sockets wrap.
fn cause<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

/// Why a certificate is refused, and what to do about it.
fn advice(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(reason) = error else { return error.to_string() };
    let advice = match reason {
        // A bad signature is an authority of the same name that is another one.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "nobody this machine trusts has signed it. Name the certificate of its authority with \
             sslrootcert=FILE (PEM), or add it to the system's"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name. Ask for the server by the name in its certificate (subjectAltName; the \
             common name does not count), or have one made for this name; sslmode=verify-ca takes every name \
             that the authority of sslrootcert has signed"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired. Renew it on the server, and look at the clock of this machine"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet. Look at the clocks of both machines"
        }
        _ => {
            "have the server use a certificate signed by an authority, for its own name, and name the \
             authority's with sslrootcert=FILE"
        }
    };
    format!("{advice} ({error})")
}

/// What an address says about TLS.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    mode: Option<String>,
    roots: Option<String>,
    /// Our certificate with its chain, and its private key.
    certificate: Option<String>,
    key: Option<String>,
}

impl Asked {
    fn hear(&mut self, key: &str, value: String) -> bool {
        match key {
            "sslmode" => self.mode = Some(value),
            "sslrootcert" => self.roots = Some(value),
            "sslcert" => self.certificate = Some(value),
            "sslkey" => self.key = Some(value),
            _ => return false,
        }
        true
    }

    fn proof(&self, config: &Config) -> Result<Proof, Fault> {
        // Nobody listens in on a socket of this machine's own, and PostgreSQL speaks no TLS there.
        let hosts = config.get_hosts();
        if !hosts.is_empty() && hosts.iter().all(|host| matches!(host, Host::Unix(_))) {
            return Ok(Proof::Plain);
        }
        match self.mode.as_deref() {
            Some("disable") => Ok(Proof::Plain),
            // Other clients of PostgreSQL check the authority when they are given one, and so do we.
            Some("require") if self.roots.is_none() => Ok(Proof::Encrypted),
            Some("require" | "verify-ca") => Ok(Proof::Authority),
            Some("verify-full") => Ok(Proof::Name),
            None if self.roots.is_none() && self.certificate.is_none() && is_here(config) => Ok(Proof::Plain),
            None => Ok(Proof::Name),
            Some(other) => Err(wrong(format!(
                "address of PostgreSQL: sslmode={other} does not say whether to go on in clear; write \
                 disable, require, verify-ca or verify-full"
            ))),
        }
    }
}

/// True when every host is this machine.
fn is_here(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
    });
    named && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// Takes out of an address what it says about TLS: the driver knows less than we do.
fn take_tls(text: &str) -> Result<(String, Asked), Fault> {
    let mut asked = Asked::default();
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        let mut rest = text.to_owned();
        let taken: Vec<Range<usize>> = pairs(text)
            .into_iter()
            .filter(|(_, key, value)| asked.hear(key, value.clone()))
            .map(|p| p.0)
            .collect();
        for range in taken.into_iter().rev() {
            rest.replace_range(range, "");
        }
        return Ok((rest, asked));
    }
    let Some((place, query)) = text.split_once('?') else { return Ok((text.to_owned(), asked)) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !asked.hear(key, percent_decoded(value)?) {
            kept.push(pair);
        }
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    Ok((format!("{place}{mark}{}", kept.join("&")), asked))
}

/// The `key = 'value'` pairs of a text with the bytes they take. What is not one is left to the driver's parser.
fn pairs(text: &str) -> Vec<(Range<usize>, String, String)> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    loop {
        while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some((start, _)) = rest.peek().copied() else { return found };
        let (mut key, mut value, mut quoted) = (String::new(), String::new(), false);
        while let Some((_, c)) = rest.next_if(|(_, c)| *c != '=') {
            key.push(c);
        }
        rest.next();
        while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        if rest.next_if(|(_, c)| *c == '\'').is_some() {
            quoted = true;
        }
        while let Some((_, c)) = rest.next_if(|(_, c)| quoted && *c != '\'' || !quoted && !c.is_whitespace())
        {
            value.extend(if c == '\\' { rest.next().map(|(_, escaped)| escaped) } else { Some(c) });
        }
        if quoted {
            rest.next();
        }
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        found.push((start..end, key.trim_end().to_owned(), value));
    }
}

fn percent_decoded(text: &str) -> Result<String, Fault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    let broken =
        || wrong("address of PostgreSQL: a % that is not followed by two hexadecimal digits".to_owned());
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or_else(broken);
                u8::try_from(digit()? * 16 + digit()?).map_err(|_| broken())?
            }
            other => other,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|_| wrong("address of PostgreSQL: it is not UTF-8".to_owned()))
}

/// The certificates of the authorities in a PEM file, or the system's.
fn roots(file: Option<&str>) -> Result<RootCertStore, Fault> {
    let mut store = RootCertStore::empty();
    match file {
        Some(file) if file != "system" => {
            let named = |e: &dyn fmt::Display| wrong(format!("sslrootcert {file}: {e}"));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| named(&e))? {
                store.add(certificate.map_err(|e| named(&e))?).map_err(|e| named(&e))?;
            }
            if store.is_empty() {
                return Err(named(&"no certificate is in it; it must be PEM"));
            }
        }
        _ => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err(wrong(
                    "this system has no certificates of authorities: install them (ca-certificates), or name \
                     the one of PostgreSQL with sslrootcert=FILE (PEM)"
                        .to_owned(),
                ));
            }
        }
    }
    Ok(store)
}

/// What proves us to the server, where the address names it: a certificate with its chain, and its private key.
type OurProof = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Asked {
    fn ours(&self) -> Result<Option<OurProof>, Fault> {
        let (certificate, key) = match (&self.certificate, &self.key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            _ => return Err(wrong("address of PostgreSQL: sslcert and sslkey go together".to_owned())),
        };
        let named = |word: &str, file: &str, e: &dyn fmt::Display| wrong(format!("{word} {file}: {e}"));
        let chain: Result<Vec<_>, _> = match CertificateDer::pem_file_iter(certificate) {
            Ok(all) => all.collect(),
            Err(e) => Err(e),
        };
        let chain = chain.map_err(|e| named("sslcert", certificate, &e))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|e| named("sslkey", key, &e))?;
        Ok(Some((chain, key)))
    }
}

fn tls(proof: Proof, asked: &Asked) -> Result<ClientConfig, Fault> {
    let file = asked.roots.as_deref();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let unusable = |e: &dyn fmt::Display| Fault::Internal(format!("TLS: {e}"));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| unusable(&e))?;
    let chain = match proof {
        Proof::Name => None,
        Proof::Authority => {
            let roots = Arc::new(roots(file)?);
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            Some(verifier.map_err(|e| unusable(&e))?)
        }
        Proof::Plain | Proof::Encrypted => None,
    };
    let builder = if proof == Proof::Name {
        builder.with_root_certificates(roots(file)?)
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Lenient { chain, provider }))
    };
    match asked.ours()? {
        None => Ok(builder.with_no_client_auth()),
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key)
            .map_err(|e| wrong(format!("sslcert does not go with sslkey: {e}"))),
    }
}

/// Asks less of a server than its name: `verify-ca`, or `require`, which asks nothing.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(server, between, name, ocsp, now) {
            // The name is looked at last, when everything else was good.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, server, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, server, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(mode: Option<&str>, roots: Option<&str>) -> Asked {
        Asked { mode: mode.map(str::to_owned), roots: roots.map(str::to_owned), ..Asked::default() }
    }

    #[test]
    fn what_is_said_about_tls_is_taken_out_and_the_rest_is_kept() {
        for (text, rest, mode, roots) in [
            ("postgres://a@b/c", "postgres://a@b/c", None, None),
            ("postgres://a@b/c?sslmode=require", "postgres://a@b/c", Some("require"), None),
            (
                "postgresql://b/c?connect_timeout=3&sslrootcert=/a%20b.pem&sslmode=verify-full&user=d",
                "postgresql://b/c?connect_timeout=3&user=d",
                Some("verify-full"),
                Some("/a b.pem"),
            ),
            ("host=b sslmode=disable user=a", "host=b  user=a", Some("disable"), None),
            (
                r"sslrootcert = 'a \'b\'.pem' host=b password='sslmode=x'",
                r" host=b password='sslmode=x'",
                None,
                Some("a 'b'.pem"),
            ),
        ] {
            let taken = take_tls(text).unwrap();
            assert_eq!(taken, (rest.to_owned(), asked(mode, roots)), "{text}");
        }
        assert!(take_tls("postgres://b/c?sslrootcert=%4").is_err());
    }

    #[test]
    fn another_machine_has_to_prove_who_it_is() {
        for (text, expected) in [
            ("postgres://a@localhost/c", Some(Proof::Plain)),
            ("postgres://a@127.0.0.1/c", Some(Proof::Plain)),
            ("postgres://a@[::1]/c", Some(Proof::Plain)),
            ("host=/run/postgresql sslmode=verify-full", Some(Proof::Plain)),
            ("postgres://a@db.example.org/c", Some(Proof::Name)),
            ("postgres://a@localhost,db.example.org/c", Some(Proof::Name)),
            ("host=localhost hostaddr=192.0.2.1", Some(Proof::Name)),
            ("postgres://a@192.0.2.1/c?sslmode=disable", Some(Proof::Plain)),
            ("postgres://a@localhost/c?sslrootcert=x.pem", Some(Proof::Name)),
            ("postgres://a@localhost/c?sslcert=x.pem&sslkey=x.key", Some(Proof::Name)),
            ("postgres://a@b/c?sslmode=require", Some(Proof::Encrypted)),
            ("postgres://a@b/c?sslmode=require&sslrootcert=x.pem", Some(Proof::Authority)),
            ("postgres://a@b/c?sslmode=verify-ca", Some(Proof::Authority)),
            ("postgres://a@b/c?sslmode=verify-full", Some(Proof::Name)),
            ("postgres://a@b/c?sslmode=prefer", None),
            ("postgres://a@b/c?sslmode=on", None),
        ] {
            let (rest, asked) = take_tls(text).unwrap();
            assert_eq!(asked.proof(&rest.parse().unwrap()).ok(), expected, "{text}");
        }
    }
}
