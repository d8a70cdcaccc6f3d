//! HTTP/1.1 as cheaply as it can be spoken: one kept-alive connection, one request at a time, the answer read
//! to its length. RFC 9112; no TLS, because what is measured listens next door.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Trouble;

/// An answer that takes longer than this counts as an error.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest head of an answer that is read.
const MAX_HEAD: usize = 64 * 1024;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    address: SocketAddr,
    host: String,
    /// Path that every request's path is appended to, without trailing slash.
    base: String,
}

impl Site {
    /// Reads `http://host:port/base`.
    ///
    /// # Errors
    /// When it is not such an address, does not resolve, or is not a loopback address and `anywhere` is false.
    pub fn parse(url: &str, anywhere: bool) -> Result<Self, Trouble> {
        let rest =
            url.strip_prefix("http://").ok_or_else(|| format!("{url}: only http:// is spoken here"))?;
        let (host, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let with_port = if host.rsplit(']').next().unwrap_or(host).contains(':') {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        let mut found: Vec<SocketAddr> = with_port.to_socket_addrs()?.collect();
        // A server that listens on IPv4 only would refuse the first of `localhost`'s two addresses.
        found.sort_by_key(SocketAddr::is_ipv6);
        let address = *found.first().ok_or_else(|| format!("{url}: no such host"))?;
        if !anywhere && !is_loopback(address.ip()) {
            return Err(format!("{url} is not this machine: only --target may name another").into());
        }
        Ok(Self { address, host: host.to_owned(), base: base.trim_end_matches('/').to_owned() })
    }

    /// The port, by which the server's process is found.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// True when the server runs on this machine.
    #[must_use]
    pub fn is_here(&self) -> bool {
        is_loopback(self.address.ip())
    }

    /// The path of an absolute URL on this site, or the path itself.
    #[must_use]
    pub fn path_of<'a>(&self, url: &'a str) -> &'a str {
        match url.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/').unwrap_or(rest.len())..],
            None => url,
        }
    }

    /// The path below which requests go, without trailing slash.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The row of the report it is counted in.
    pub what: &'static str,
    /// `GET`, `POST` …
    pub method: &'static str,
    /// Path and query, below the site's base.
    pub path: &'a str,
    /// Whole header lines, each with its line end.
    pub headers: &'a str,
    /// What is sent; an empty body of a `GET` is not announced.
    pub body: &'a [u8],
    /// Whether the answer's body is wanted; an error's body is kept in any case.
    pub keep: bool,
}

/// An answer; its bytes live in the connection's buffer until the next request.
#[derive(Debug)]
pub struct Reply<'a> {
    /// Status code.
    pub status: u16,
    head: &'a str,
    /// The body, or nothing when it was not wanted.
    pub body: &'a [u8],
    /// The body's length on the wire, wanted or not.
    pub length: usize,
}

impl<'a> Reply<'a> {
    /// All values of a header, in their order.
    pub fn headers<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.head.split("\r\n").skip(1).filter_map(move |line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers(name).next()
    }
}

/// A connection that is opened when it is needed and kept while the server keeps it.
#[derive(Debug)]
pub struct Wire {
    site: Site,
    stream: Option<TcpStream>,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
    body: Vec<u8>,
}

/// What the head of an answer says about its body.
struct Head {
    status: u16,
    /// Bytes of the head in the inbox, with the empty line.
    bytes: usize,
    length: Length,
    closes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Known(usize),
    Chunked,
    UntilClose,
}

impl Wire {
    /// A connection to `site`, not opened yet.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self {
            site: site.clone(),
            stream: None,
            inbox: Vec::with_capacity(16 * 1024),
            outbox: Vec::with_capacity(16 * 1024),
            body: Vec::new(),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// Of the socket, `TimedOut` after a minute, `InvalidData` for what is not HTTP/1.1.
    pub async fn ask(&mut self, ask: &Ask<'_>) -> io::Result<Reply<'_>> {
        let reused = self.stream.is_some();
        let head = match self.attempt(ask).await {
            // The server may close an idle connection while we write on it; a fresh one tells the truth.
            Err(e) if reused && is_hang_up(&e) => {
                self.stream = None;
                self.attempt(ask).await
            }
            other => other,
        };
        let (head, length) = match head {
            Ok(found) => found,
            Err(e) => {
                self.stream = None;
                return Err(e);
            }
        };
        if head.closes {
            self.stream = None;
        }
        let text = std::str::from_utf8(&self.inbox[..head.bytes - 4]).map_err(|_| not_http("head"))?;
        Ok(Reply { status: head.status, head: text, body: &self.body, length })
    }

    async fn attempt(&mut self, ask: &Ask<'_>) -> io::Result<(Head, usize)> {
        match tokio::time::timeout(PATIENCE, self.exchange(ask)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(io::Error::new(ErrorKind::TimedOut, "no answer within a minute")),
        }
    }

    async fn exchange(&mut self, ask: &Ask<'_>) -> io::Result<(Head, usize)> {
        self.outbox.clear();
        write_head(&mut self.outbox, &self.site, ask);
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.site.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        // A small body rides in the same segment as its head; copying a large one would cost more than a second
        // system call.
        if ask.body.len() <= 32 * 1024 {
            self.outbox.extend_from_slice(ask.body);
            stream.write_all(&self.outbox).await?;
        } else {
            stream.write_all(&self.outbox).await?;
            stream.write_all(ask.body).await?;
        }
        let head = self.read_head(&mut stream).await?;
        let keep = ask.keep || head.status >= 400;
        let length = self.read_body(&mut stream, &head, keep).await?;
        self.stream = Some(stream);
        Ok((head, length))
    }

    async fn read_head(&mut self, stream: &mut TcpStream) -> io::Result<Head> {
        self.inbox.clear();
        let mut seen: usize = 0;
        loop {
            let from = seen.saturating_sub(3);
            if let Some(at) = self.inbox[from..].windows(4).position(|w| w == b"\r\n\r\n") {
                let bytes = from + at + 4;
                let head = parse_head(&self.inbox[..bytes])?;
                // An interim answer (100 Continue) is followed by the real one.
                if (100..200).contains(&head.status) {
                    self.inbox.drain(..bytes);
                    seen = 0;
                    continue;
                }
                return Ok(head);
            }
            seen = self.inbox.len();
            if seen > MAX_HEAD {
                return Err(not_http("head too long"));
            }
            if stream.read_buf(&mut self.inbox).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads the body behind the head; returns its length.
    async fn read_body(&mut self, stream: &mut TcpStream, head: &Head, keep: bool) -> io::Result<usize> {
        self.body.clear();
        self.body.extend_from_slice(&self.inbox[head.bytes..]);
        match head.length {
            Length::Known(length) => {
                let mut had = self.body.len();
                while had < length {
                    if !keep {
                        self.body.clear();
                    }
                    match stream.read_buf(&mut self.body).await? {
                        0 => return Err(ErrorKind::UnexpectedEof.into()),
                        n => had += n,
                    }
                }
                if !keep {
                    self.body.clear();
                }
                Ok(length)
            }
            Length::Chunked => {
                let mut raw = std::mem::take(&mut self.body);
                while !unchunk(&raw, &mut self.body)? {
                    self.body.clear();
                    if stream.read_buf(&mut raw).await? == 0 {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Ok(self.body.len())
            }
            Length::UntilClose => {
                while stream.read_buf(&mut self.body).await? > 0 {}
                Ok(self.body.len())
            }
        }
    }
}

fn write_head(out: &mut Vec<u8>, site: &Site, ask: &Ask<'_>) {
    for piece in
        [ask.method, " ", &site.base, ask.path, " HTTP/1.1\r\nhost: ", &site.host, "\r\n", ask.headers]
    {
        out.extend_from_slice(piece.as_bytes());
    }
    if !ask.body.is_empty() || ask.method != "GET" {
        out.extend_from_slice(b"content-length: ");
        out.extend_from_slice(ask.body.len().to_string().as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

fn parse_head(head: &[u8]) -> io::Result<Head> {
    let text = std::str::from_utf8(head).map_err(|_| not_http("head"))?;
    let mut lines = text.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    let status = status_line
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| not_http("status line"))?;
    let mut length = if status == 204 || status == 304 { Length::Known(0) } else { Length::UntilClose };
    let mut closes = status_line.starts_with("HTTP/1.0");
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") && length != Length::Chunked {
            length = Length::Known(value.parse().map_err(|_| not_http("content-length"))?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
            length = Length::Chunked;
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.eq_ignore_ascii_case("close");
        }
    }
    Ok(Head { status, bytes: head.len(), length, closes: closes || length == Length::UntilClose })
}

/// Joins the chunks of `raw`; false when the last one has not come yet (RFC 9112 §7.1; trailers are dropped).
fn unchunk(raw: &[u8], body: &mut Vec<u8>) -> io::Result<bool> {
    let mut at = 0;
    loop {
        let Some(end) = raw[at..].windows(2).position(|w| w == b"\r\n") else { return Ok(false) };
        let line = std::str::from_utf8(&raw[at..at + end]).map_err(|_| not_http("chunk"))?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| not_http("chunk size"))?;
        at += end + 2;
        if size == 0 {
            return Ok(raw[at..].ends_with(b"\r\n"));
        }
        let Some(chunk) = raw.get(at..at + size + 2) else { return Ok(false) };
        body.extend_from_slice(&chunk[..size]);
        at += size + 2;
    }
}

fn is_hang_up(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
    )
}

fn not_http(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("the answer is not HTTP/1.1: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    fn get(path: &str) -> Ask<'_> {
        Ask { what: "test", method: "GET", path, headers: "", body: b"", keep: true }
    }

    #[test]
    fn only_loopback_unless_told() {
        assert!(Site::parse("http://127.0.0.1:8080/fhir/", false).is_ok());
        assert!(Site::parse("http://localhost:8080", false).is_ok());
        assert!(Site::parse("http://[::1]:8080", false).is_ok());
        assert!(Site::parse("http://192.0.2.7:8080/", false).is_err());
        assert!(Site::parse("http://192.0.2.7:8080/", true).is_ok());
        assert!(Site::parse("https://127.0.0.1/", true).is_err());
    }

    #[test]
    fn addresses_are_taken_apart() {
        let site = Site::parse("http://127.0.0.1:8080/fhir/", false).unwrap();
        assert_eq!((site.port(), site.base.as_str()), (8080, "/fhir"));
        assert_eq!(site.path_of("http://localhost:8080/oauth/token"), "/oauth/token");
        assert_eq!(site.path_of("/oauth/token"), "/oauth/token");
        assert_eq!(site.path_of("http://localhost:8080"), "");
    }

    #[test]
    fn chunks_are_joined_when_all_are_there() {
        let raw = b"4;x=y\r\nCarn\r\n2\r\net\r\n0\r\n\r\n";
        for cut in 0..raw.len() {
            let mut body = Vec::new();
            assert!(!unchunk(&raw[..cut], &mut body).unwrap(), "complete after {cut} bytes");
        }
        let mut body = Vec::new();
        assert!(unchunk(raw, &mut body).unwrap());
        assert_eq!(body, b"Carnet");
        assert!(unchunk(b"zz\r\n", &mut body).is_err());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn one_connection_carries_many_requests() {
        let fake = Fake::start(|request| match request.path.as_str() {
            "/chunked" => b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec(),
            "/gone" => b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\nnone".to_vec(),
            _ => Fake::ok(&format!("{} {}", request.method, request.body.len())),
        })
        .await;
        let mut wire = Wire::new(&fake.site);
        for _ in 0..3 {
            assert_eq!(wire.ask(&get("/chunked")).await.unwrap().body, b"abc");
            let big = vec![b'x'; 100_000];
            let ask = Ask { method: "POST", body: &big, ..get("/") };
            assert_eq!(wire.ask(&ask).await.unwrap().body, b"POST 100000");
            let skipped = Ask { keep: false, ..get("/") };
            let reply = wire.ask(&skipped).await.unwrap();
            assert_eq!((reply.body.len(), reply.length), (0, 5));
            let gone = Ask { keep: false, ..get("/gone") };
            let reply = wire.ask(&gone).await.unwrap();
            assert_eq!((reply.status, reply.body), (404, &b"none"[..]));
            assert_eq!(reply.headers("Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        }
        assert_eq!(fake.connections(), 1);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_connection_that_was_closed_is_opened_again() {
        let fake = Fake::start(|request| match request.path.as_str() {
            "/close" => b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nbye".to_vec(),
            "/hang-up" => Vec::new(),
            _ => Fake::ok("ok"),
        })
        .await;
        let mut wire = Wire::new(&fake.site);
        assert_eq!(wire.ask(&get("/close")).await.unwrap().body, b"bye");
        assert_eq!(wire.ask(&get("/")).await.unwrap().body, b"ok");
        assert!(wire.ask(&get("/hang-up")).await.is_err());
        assert_eq!(wire.ask(&get("/")).await.unwrap().body, b"ok");
    }
}
