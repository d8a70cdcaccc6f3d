//! Attacks below HTTP: bytes that an HTTP library would tidy up, sent over a socket of one's own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::harness::{World, on_both};

/// A connection without manners.
pub struct Wire(TcpStream);

impl Wire {
    pub fn open(world: &World) -> Self {
        let address =
            world.base.strip_prefix("http://localhost").map(|port| format!("127.0.0.1{port}")).unwrap();
        let socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(700))).unwrap();
        Self(socket)
    }

    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Everything that comes until the other end closes or has been silent for a while; and whether it closed.
    pub fn hear(&mut self) -> (String, bool) {
        let (mut heard, mut piece) = (Vec::new(), [0; 8192]);
        loop {
            match self.0.read(&mut piece) {
                Ok(0) => return (String::from_utf8_lossy(&heard).into_owned(), true),
                Ok(n) => heard.extend_from_slice(&piece[..n]),
                Err(error)
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    return (String::from_utf8_lossy(&heard).into_owned(), false);
                }
                Err(_) => return (String::from_utf8_lossy(&heard).into_owned(), true),
            }
        }
    }
}

/// Sends raw bytes; answers what came, how many answers that were, and whether the connection was closed.
fn say(world: &World, text: &str) -> (String, usize, bool) {
    let mut wire = Wire::open(world);
    // An end that has refused already may not read on.
    let _ = wire.send(text.as_bytes());
    let (heard, closed) = wire.hear();
    let answers = heard.matches("HTTP/1.1 ").count();
    (heard, answers, closed)
}

fn host(world: &World) -> String {
    world.base.strip_prefix("http://").unwrap().to_owned()
}

fn status(heard: &str) -> u16 {
    heard.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// The request that an attacker hides behind another.
const SMUGGLED: &str = "GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nX-Smuggled: yes\r\n\r\n";

#[test]
fn a_request_with_two_ends_is_refused_or_is_the_last_on_its_connection() {
    on_both(|world| {
        let host = host(world);
        let post = |headers: &str, body: &str| {
            format!("POST /oauth/token HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n{body}{SMUGGLED}")
        };
        let chunked = "0\r\n\r\n";
        let attacks = [
            ("length and chunks", post("Content-Length: 5\r\nTransfer-Encoding: chunked", chunked)),
            ("chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5", chunked)),
            ("two lengths", post("Content-Length: 0\r\nContent-Length: 5", "")),
            ("two lengths in one", post("Content-Length: 0, 5", "")),
            ("a signed length", post("Content-Length: +5", "hello")),
            ("a length in letters", post("Content-Length: 0x5", "hello")),
            ("a negative length", post("Content-Length: -1", "")),
            ("a length of nothing", post("Content-Length: ", "")),
            ("a huge length", post("Content-Length: 99999999999999999999", "")),
            ("unknown coding", post("Transfer-Encoding: xchunked", chunked)),
            ("a coding after chunked", post("Transfer-Encoding: chunked, identity", chunked)),
            ("two codings", post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", chunked)),
            ("a quoted coding", post("Transfer-Encoding: \"chunked\"", chunked)),
            ("a tab before the coding", post("Transfer-Encoding:\tchunked", chunked)),
            ("a vertical tab", post("Transfer-Encoding: \x0bchunked", chunked)),
            ("a space before the colon", post("Transfer-Encoding : chunked", chunked)),
            ("a space before a length's colon", post("Content-Length : 0", "")),
            ("a folded line", post("Transfer-Encoding:\r\n chunked", chunked)),
            ("a bare line feed that hides a coding", post("X: y\nTransfer-Encoding: chunked", chunked)),
            ("a bare carriage return", post("X: y\rTransfer-Encoding: chunked", chunked)),
            (
                "chunks in HTTP/1.0",
                post("Transfer-Encoding: chunked", chunked).replace("HTTP/1.1\r\nHost", "HTTP/1.0\r\nHost"),
            ),
            ("a chunk size with a bare line feed", post("Transfer-Encoding: chunked", "0\n\n")),
            ("a chunk size too large", post("Transfer-Encoding: chunked", "fffffffffffffffff\r\n")),
            ("a signed chunk size", post("Transfer-Encoding: chunked", "+0\r\n\r\n")),
            ("a chunk without its end", post("Transfer-Encoding: chunked", "1\r\nAA0\r\n\r\n")),
            ("a NUL in a name", post("Content\0-Length: 5", "hello")),
            ("no colon", post("Content-Length", "hello")),
        ];
        for (what, request) in attacks {
            let (heard, answers, closed) = say(world, &request);
            let started = heard.find("User-agent").is_some();
            assert!(!started, "{what}: the smuggled request was answered\n{heard}");
            assert!(answers <= 1, "{what}: {answers} answers\n{heard}");
            assert!(closed || answers == 0, "{what}: the connection stays open\n{heard}");
        }
    });
}

#[test]
fn a_body_where_none_is_expected_ends_the_connection() {
    on_both(|world| {
        let host = host(world);
        for headers in ["Content-Length: 6", "Transfer-Encoding: chunked"] {
            let (heard, answers, closed) = say(
                world,
                &format!("GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n0\r\n\r\nX{SMUGGLED}"),
            );
            assert!(answers <= 1 && closed, "{headers}: {heard}");
        }
        // Well-made requests share a connection.
        let one = format!("GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let (_, answers, closed) = say(world, &one.repeat(3));
        assert_eq!((answers, closed), (3, false));
    });
}

#[test]
fn a_name_that_is_not_ours_is_not_answered_whoever_tells_it() {
    on_both(|world| {
        let own = host(world);
        for (headers, expected) in [
            (format!("Host: {own}"), 200),
            (format!("Host: {own}\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example"), 200),
            ("Host: evil.example".to_owned(), 404),
            (format!("Host: {own}.evil.example"), 404),
            (format!("Host: evil.example@{own}"), 404),
            (format!("Host: {own}\r\nHost: evil.example"), 404),
            (format!("Host: evil.example\r\nHost: {own}"), 404),
            (format!("Host: evil.example\r\nX-Forwarded-Host: {own}"), 404),
            ("Host: ".to_owned(), 404),
            ("X: none".to_owned(), 404),
        ] {
            let (heard, ..) = say(world, &format!("GET /robots.txt HTTP/1.1\r\n{headers}\r\n\r\n"));
            assert_eq!(status(&heard), expected, "{headers}\n{heard}");
            assert!(!heard.contains("evil.example"), "{headers}: it is repeated\n{heard}");
        }
        // An address that names another host in the request line is another host too.
        let line = format!("GET http://evil.example/robots.txt HTTP/1.1\r\nHost: {own}\r\n\r\n");
        assert_eq!(status(&say(world, &line).0), 404);
    });
}

#[test]
fn paths_lead_nowhere_outside() {
    on_both(|world| {
        let host = host(world);
        for path in [
            "/assets/../../../etc/passwd",
            "/assets/..%2f..%2f..%2fetc%2fpasswd",
            "/assets/%2e%2e/%2e%2e/etc/passwd",
            "/assets/..%5c..%5cetc",
            "/assets/..%252f..%252fetc",
            "/assets//etc/passwd",
            "/theme/..%2fmaster.key",
            "/documents/..%2f..%2fmaster.key/file",
            "/fhir/Binary/..%2f..%2fmaster.key",
            "/.git/config",
            "/.env",
            "/%00",
            "//evil.example/",
            "/assets/%c0%ae%c0%ae/",
            "/metrics",
            "/healthz",
        ] {
            let (heard, ..) = say(world, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            assert!(matches!(status(&heard), 303 | 400 | 401 | 404), "{path}: {heard}");
            assert!(!heard.contains("root:") && !heard.contains("carnet_engine"), "{path}: {heard}");
        }
    });
}

#[test]
fn line_breaks_in_parameters_stay_parameters() {
    on_both(|world| {
        let host = host(world);
        for path in [
            "/language?to=en&back=/%0d%0aSet-Cookie:%20planted=1",
            "/language?to=en%0d%0aX-Planted:%201&back=/",
            "/sign-in?back=/%0d%0aX-Planted:%201",
            "/documents?q=%0d%0aX-Planted:%201",
            "/demo/citizen-1%0d%0aX-Planted:%201",
            "/pro/patients/1%0d%0aX-Planted:%201",
            "/fhir/Patient?identifier=%0d%0aX-Planted:%201",
        ] {
            let (heard, ..) = say(world, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            let head = heard.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
            assert!(!head.contains("\nx-planted") && !head.contains("planted=1;"), "{path}: {head}");
            assert!(!head.contains("\r\nset-cookie: planted"), "{path}: {head}");
        }
    });
}

#[test]
fn who_is_slow_on_purpose_is_let_go() {
    let (store, keep) = store::testing::sqlite().unwrap();
    let world = World::with(store, Box::new(keep), &[("CARNET_LIMITS_HEADER_SECONDS", "1")]);
    let host = host(&world);
    // A head that never ends, and a connection that says nothing.
    for beginning in [format!("GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nX: "), String::new()] {
        let mut wire = Wire::open(&world);
        let started = Instant::now();
        wire.send(beginning.as_bytes()).unwrap();
        let mut closed = false;
        while !closed && started.elapsed() < Duration::from_secs(8) {
            // One more letter now and then, as the attack does.
            let _ = wire.send(if beginning.is_empty() { b"" } else { b"a" });
            closed = wire.hear().1;
        }
        assert!(closed, "{beginning:?} is still served after {:?}", started.elapsed());
    }
    // Others are served meanwhile, and a head of ordinary length is no attack.
    world.browser().get("/robots.txt").has_status(200);
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let (store, keep) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(keep));
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 10\r\n\r\ng",
        host(&world)
    );
    let mut wire = Wire::open(&world);
    let started = Instant::now();
    wire.send(head.as_bytes()).unwrap();
    let (mut heard, mut closed) = (String::new(), false);
    while !closed && started.elapsed() < Duration::from_secs(40) {
        let (more, ended) = wire.hear();
        heard.push_str(&more);
        closed = ended;
    }
    let waited = started.elapsed();
    assert!(closed && waited > Duration::from_secs(15), "after {waited:?}: {heard}");
    assert_eq!(status(&heard), 422, "{heard}");
}

#[test]
fn a_full_house_serves_who_is_in_and_then_the_next_and_can_be_closed() {
    let (store, keep) = store::testing::sqlite().unwrap();
    let limits = [("CARNET_LIMITS_CONNECTIONS", "1"), ("CARNET_LIMITS_HEADER_SECONDS", "2")];
    let world = World::with(store, Box::new(keep), &limits);
    let ask = format!("GET /robots.txt HTTP/1.1\r\nHost: {}\r\n\r\n", host(&world));
    let mut first = Wire::open(&world);
    first.send(ask.as_bytes()).unwrap();
    assert_eq!(status(&first.hear().0), 200);
    // The next waits outside until the first has been silent for too long.
    let mut next = Wire::open(&world);
    next.send(ask.as_bytes()).unwrap();
    assert_eq!(next.hear().0, "", "one too many is served");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(status(&next.hear().0), 200);
    // A full house still hears that it is to close.
    let started = Instant::now();
    drop(world);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}

#[test]
fn heads_have_a_size() {
    on_both(|world| {
        let host = host(world);
        let many: String = (0..500).map(|n| format!("X-{n}: y\r\n")).collect();
        for (what, text) in [
            ("a long path", format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(100_000))),
            (
                "a long header",
                format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "a".repeat(500_000)),
            ),
            ("many headers", format!("GET / HTTP/1.1\r\nHost: {host}\r\n{many}\r\n")),
            (
                "a long cookie",
                format!(
                    "GET /account HTTP/1.1\r\nHost: {host}\r\nCookie: session={}\r\n\r\n",
                    "A".repeat(20_000)
                ),
            ),
        ] {
            let (heard, answers, _) = say(world, &text);
            assert!(answers <= 1, "{what}: {heard}");
            assert!(!heard.starts_with("HTTP/1.1 2") && !heard.starts_with("HTTP/1.1 5"), "{what}: {heard}");
        }
        world.browser().get("/robots.txt").has_status(200);
    });
}

#[test]
fn nobody_fills_our_memory_without_showing_who_it_is() {
    on_both(|world| {
        let host = host(world);
        for path in ["/fhir", "/documents/add"] {
            // The body is announced and never sent: who may not send it is answered before it comes.
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
                 Content-Length: 50000000\r\nCookie: session=AAAA\r\n\r\n"
            );
            let (heard, answers, _) = say(world, &head);
            assert_eq!(answers, 1, "{path}: {heard}");
            assert!(matches!(status(&heard), 303 | 401), "{path}: {heard}");
        }
    });
}

#[test]
fn ranges_are_not_a_way_to_ask_for_much() {
    on_both(|world| {
        let host = host(world);
        let ranges: Vec<String> = (0..2_000).map(|n| format!("{n}-{}", n + 1)).collect();
        let (heard, answers, _) = say(
            world,
            &format!("GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nRange: bytes={}\r\n\r\n", ranges.join(",")),
        );
        assert_eq!((status(&heard), answers), (200, 1), "{heard}");
        assert!(!heard.contains("multipart/byteranges"));
    });
}
