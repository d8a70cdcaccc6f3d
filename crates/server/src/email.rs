//! Letters by e-mail: through the operator's own relay, as plain text, to one address each.
//!
//! Where a relay is not set up nothing is sent and pages do not offer it. A folder stands in for a relay in the demo and
//! in tests: each message becomes a file that can be read.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::{Fault, Instant};
use mail_send::smtp::message::Message as Envelope;
use mail_send::{Credentials, SmtpClientBuilder};
use people::notice::Message;

/// How long a relay may take. The queue tries again later.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where messages go.
#[derive(Clone)]
pub enum Relay {
    /// Nowhere: none is set up.
    None,
    /// Into this folder, one file each.
    Folder(PathBuf),
    /// To a server, which delivers them.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the line is guarded.
        guard: Guard,
        /// Name and password, where it wants them.
        credentials: Option<(String, String)>,
    },
}

/// How the line to a relay is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// TLS from the first byte (`smtps:`, RFC 8314).
    Tls,
    /// STARTTLS, or nothing is sent (`smtp:`).
    StartTls,
    /// Nothing, which only a relay on this very machine may have (`smtp+plain:`).
    Plain,
}

impl std::fmt::Debug for Relay {
    /// Never the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("no relay"),
            Self::Folder(folder) => write!(f, "folder {}", folder.display()),
            Self::Smtp { host, port, guard, .. } => write!(f, "{host}:{port} ({guard:?})"),
        }
    }
}

/// The relay of the configuration.
///
/// # Errors
/// [`Fault::Configuration`] that says what is wrong with it, without its password.
pub(crate) fn relay(text: &str) -> Result<Relay, Fault> {
    Relay::parse(text).map_err(|why| Fault::Configuration(format!("email.relay {why}")))
}

/// Who messages are from.
///
/// # Errors
/// [`Fault::Configuration`] for what is no address.
pub(crate) fn from(text: &str, origin: &str) -> Result<String, Fault> {
    if text.is_empty() {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        return Ok(format!("carnet@{}", host.split(':').next().unwrap_or(host)));
    }
    people::notice::rules::address(text)
        .ok_or_else(|| Fault::Configuration(format!("email.from {text:?} is no e-mail address")))
}

impl Relay {
    /// Reads `smtps://name:password@host`, `smtp://host:587`, `smtp+plain://localhost:25`, `folder:PATH`, or nothing.
    ///
    /// # Errors
    /// What is wrong with it, without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::None);
        }
        if let Some(folder) = text.strip_prefix("folder:") {
            return Ok(Self::Folder(PathBuf::from(folder)));
        }
        let url = reqwest::Url::parse(text).map_err(|e| format!("is no address: {e}"))?;
        let (guard, usual) = match url.scheme() {
            "smtps" => (Guard::Tls, 465),
            "smtp" => (Guard::StartTls, 587),
            "smtp+plain" => (Guard::Plain, 25),
            _ => return Err("begins with smtps:, smtp:, smtp+plain: or folder:".to_owned()),
        };
        let host = url.host_str().ok_or("names no host")?.to_owned();
        if guard == Guard::Plain && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") {
            return Err("may be without TLS on this machine only".to_owned());
        }
        let decoded = |part: &str| {
            // Only percent signs mean something here.
            let plain = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
            form_urlencoded::parse(plain.as_bytes())
                .next()
                .map_or_else(String::new, |(name, _)| name.into_owned())
        };
        let credentials = (!url.username().is_empty())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        Ok(Self::Smtp { host, port: url.port().unwrap_or(usual), guard, credentials })
    }

    /// Whether anything can be sent.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Sends a message. `id` names it for ever, so that one that was sent twice after a failure is known as the same.
    ///
    /// # Errors
    /// When the relay cannot be reached or does not take it: the queue tries again.
    pub async fn send(&self, message: &Message, from: &str, id: &str, at: Instant) -> Result<(), Fault> {
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let text = written(message, from, &format!("{id}@{domain}"), at);
        match self {
            Self::None => {
                Err(Fault::Configuration("a message was to be sent, and email.relay is empty".into()))
            }
            Self::Folder(folder) => {
                tokio::fs::create_dir_all(folder).await?;
                Ok(tokio::fs::write(folder.join(format!("{id}.eml")), text).await?)
            }
            Self::Smtp { host, port, guard, credentials } => {
                let failed = |e: String| Fault::Io(format!("the mail relay {host}:{port}: {e}"));
                let mut builder = SmtpClientBuilder::new(host.clone(), *port)
                    .map_err(failed)?
                    .timeout(PATIENCE)
                    .helo_host(domain)
                    .implicit_tls(*guard == Guard::Tls);
                if let Some((username, secret)) = credentials.clone() {
                    builder = builder.credentials(Credentials::Plain { username, secret });
                }
                let envelope = Envelope::new(from, [message.to.as_str()], text.into_bytes());
                let sent = match guard {
                    Guard::Plain => {
                        builder.connect_plain().await.map_err(|e| failed(e.to_string()))?.send(envelope).await
                    }
                    Guard::Tls | Guard::StartTls => {
                        builder.connect().await.map_err(|e| failed(e.to_string()))?.send(envelope).await
                    }
                };
                sent.map(|_| ()).map_err(|e| failed(e.to_string()))
            }
        }
    }
}

/// The message as it travels (RFC 5322, RFC 2045): text in base64, so that no server on the way breaks a letter.
fn written(message: &Message, from: &str, id: &str, at: Instant) -> String {
    let date = at.paris().strftime("%a, %d %b %Y %H:%M:%S %z");
    let body = STANDARD.encode(message.text.replace('\n', "\r\n"));
    let lines: Vec<&str> =
        body.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    [
        format!("From: <{from}>"),
        format!("To: <{}>", message.to),
        format!("Subject: {}", encoded(&message.subject)),
        format!("Date: {date}"),
        format!("Message-ID: <{id}>"),
        // No holiday note answers a machine (RFC 3834).
        "Auto-Submitted: auto-generated".to_owned(),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Content-Transfer-Encoding: base64".to_owned(),
        String::new(),
        lines.join("\r\n"),
        String::new(),
    ]
    .join("\r\n")
}

/// A header's text as encoded words (RFC 2047), each short enough and none cut inside a letter.
fn encoded(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut part = String::new();
    for letter in text.chars() {
        if part.len() + letter.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(letter);
    }
    words.push(part);
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_are_read_and_an_unguarded_line_stays_on_the_machine() {
        let read = |text: &str| format!("{:?}", Relay::parse(text));
        for (text, expected) in [
            ("", "Ok(no relay)"),
            ("folder:/var/x", "Ok(folder /var/x)"),
            ("smtps://mail.example.org", "Ok(mail.example.org:465 (Tls))"),
            ("smtp://mail.example.org", "Ok(mail.example.org:587 (StartTls))"),
            ("smtp+plain://localhost:2500", "Ok(localhost:2500 (Plain))"),
        ] {
            assert_eq!(read(text), expected);
        }
        for wrong in
            ["smtp+plain://mail.example.org", "http://mail.example.org", "mail.example.org", "smtp:x"]
        {
            assert!(Relay::parse(wrong).is_err(), "{wrong}");
        }
        let Ok(Relay::Smtp { credentials, .. }) = Relay::parse("smtps://car%40net:p+w%2F=&@mail.example.org")
        else {
            panic!("no relay");
        };
        assert_eq!(credentials, Some(("car@net".to_owned(), "p+w/=&".to_owned())));
        assert!(!read("smtps://carnet:hidden@mail.example.org").contains("hidden"));
    }

    #[test]
    fn a_message_is_made_of_short_plain_lines_and_nothing_is_injected() {
        let message = Message {
            to: "camille@example.org".into(),
            subject: "Du nouveau dans votre espace — très éloigné\r\nBcc: <all@example.org>".into(),
            text: "Il y a du nouveau : é".repeat(20),
        };
        let text = written(&message, "carnet@example.org", "1-2@example.org", Instant(1_795_334_400_000_000));
        assert!(text.is_ascii());
        assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        assert!(!text.contains("Bcc"));
        let body = text.split("\r\n\r\n").nth(1).unwrap().replace("\r\n", "");
        assert_eq!(STANDARD.decode(body).unwrap(), message.text.into_bytes());
    }
}
