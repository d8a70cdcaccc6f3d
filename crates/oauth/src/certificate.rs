//! Certificates of clients (RFC 8705). Carnet ends no TLS itself: a proxy that the operator trusts does, and hands
//! the client's certificate over in a header. What stands in that header without such a proxy is never looked at;
//! that is the door's affair.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// The largest header that is looked at, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// A client's certificate, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER.
    pub thumbprint: [u8; 32],
    /// Its subject as RFC 4514 writes it, most specific part first.
    pub subject: String,
    /// Its DNS and URI names.
    pub names: Vec<String>,
    /// From and until when it holds, in seconds since 1970.
    pub holds: (i64, i64),
}

/// SHA-256 of a certificate's DER.
#[must_use]
pub fn thumbprint(der: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
    out
}

impl Certificate {
    /// Reads what a proxy put into its header: `:base64 of DER:` (RFC 9440), or PEM, percent-encoded as nginx and
    /// others write it.
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        if value.len() > MAX_BYTES {
            return None;
        }
        let value = value.trim();
        let der = match value.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')) {
            Some(inner) => STANDARD.decode(inner).ok()?,
            None => pem(&unescaped(value)?)?,
        };
        Self::from_der(&der)
    }

    /// Reads a certificate.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (rest, parsed) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let mut parts: Vec<String> = parsed.subject().iter_rdn().map(relative).collect::<Option<_>>()?;
        parts.reverse();
        let names = parsed.subject_alternative_name().ok().flatten().map(|names| {
            names.value.general_names.iter().filter_map(|name| match name {
                GeneralName::DNSName(name) | GeneralName::URI(name) => Some((*name).to_owned()),
                _ => None,
            })
        });
        Some(Self {
            thumbprint: thumbprint(der),
            subject: parts.join(","),
            names: names.into_iter().flatten().collect(),
            holds: (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp()),
        })
    }

    /// How tokens name it (`cnf.x5t#S256`, RFC 8705 §3.1).
    #[must_use]
    pub fn x5t(&self) -> String {
        kernel::codes::base64url(&self.thumbprint)
    }

    /// True when it carries this registered name: its whole subject, or one of its DNS or URI names.
    #[must_use]
    pub fn is_called(&self, registered: &str) -> bool {
        let folded = |text: &str| text.split(',').map(|part| part.trim().to_lowercase()).collect::<Vec<_>>();
        if registered.contains('=') {
            return folded(registered) == folded(&self.subject);
        }
        self.names.iter().any(|name| name.eq_ignore_ascii_case(registered))
    }
}

/// One relative name (`CN=…`), with the characters that RFC 4514 §2.4 escapes.
fn relative(rdn: &x509_parser::x509::RelativeDistinguishedName<'_>) -> Option<String> {
    let attribute = rdn.iter().next()?;
    let name = match attribute.attr_type().to_id_string().as_str() {
        "2.5.4.3" => "CN".to_owned(),
        "2.5.4.6" => "C".to_owned(),
        "2.5.4.7" => "L".to_owned(),
        "2.5.4.8" => "ST".to_owned(),
        "2.5.4.10" => "O".to_owned(),
        "2.5.4.11" => "OU".to_owned(),
        other => other.to_owned(),
    };
    let value = attribute.as_str().ok()?;
    let mut written = String::with_capacity(value.len());
    for c in value.chars() {
        if ",+\"\\<>;=".contains(c) {
            written.push('\\');
        }
        written.push(c);
    }
    Some(format!("{name}={written}"))
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn pem(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let (inside, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let letters: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(letters).ok()
}
