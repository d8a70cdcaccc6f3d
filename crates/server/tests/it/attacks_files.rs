//! Attacks through what is sent to be kept, and through what is given back.

use std::time::{Duration, Instant};

use people::identity::session::Persona;
use reqwest::blocking::Response;
use synthetic::{country, pdf, pictures};

use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, laboratory, persona};

/// A multipart form as its bytes: the document form with one file, whose name and type are written as they are.
fn form(guard: &str, name: &str, kind: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let fields = [
        ("csrf", guard),
        ("kind", "DOCPAT01"),
        ("title", ""),
        ("date-day", "3"),
        ("date-month", "3"),
        ("date-year", "2026"),
    ];
    for (field, value) in fields {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .into_bytes(),
        );
    }
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    body
}

fn send(browser: &Browser, content_type: &str, body: Vec<u8>) -> reqwest::Result<Response> {
    let request =
        browser.client.post(format!("{}/documents/add", browser.base)).header("content-type", content_type);
    request.body(body).send()
}

fn upload(browser: &Browser, name: &str, kind: &str, bytes: &[u8]) -> Seen {
    let guard = browser.get("/documents/add").guard();
    Seen::of(send(browser, "multipart/form-data; boundary=b", form(&guard, name, kind, bytes)).unwrap())
}

/// The addresses of documents in her list.
fn listed(browser: &Browser) -> Vec<String> {
    let list = browser.get("/documents").text;
    let mut found: Vec<String> = list
        .split("href=\"/documents/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '?', '#']).next())
        .filter(|id| id.contains('-') && !id.contains('/'))
        .map(|id| format!("/documents/{id}"))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A PNG that says it is 60 000 pixels wide and high.
fn flood() -> Vec<u8> {
    let mut png = pictures::png(1, 16);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    png
}

#[test]
fn a_file_is_what_its_bytes_are_whatever_it_is_called() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let page = b"<html><script>alert(1)</script></html>".to_vec();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let good = pdf::padded("Ordonnance", &["Doliprane".to_owned()], 2_000);
        let behind = [page.as_slice(), good.as_slice()].concat();
        let before = listed(&citizen).len();
        for (what, name, kind, bytes) in [
            ("a page called PDF", "a.pdf", "application/pdf", page.clone()),
            ("a page that says so", "a.html", "text/html", page),
            ("a page with a PDF behind", "a.pdf", "application/pdf", behind),
            ("a drawing with a script", "a.svg", "image/svg+xml", svg.clone()),
            ("a drawing called PNG", "a.png", "image/png", svg),
            ("a program", "a.pdf", "application/pdf", b"MZ\x90\0program".to_vec()),
            ("an archive", "a.pdf", "application/pdf", b"PK\x03\x04archive".to_vec()),
            ("a compressed flood", "a.pdf", "application/pdf", b"\x1f\x8b\x08\0gzip".to_vec()),
            ("a picture of 3.6 gigapixels", "a.png", "image/png", flood()),
            ("a text", "a.txt", "text/plain", b"Bonjour".to_vec()),
            ("nothing", "a.pdf", "application/pdf", Vec::new()),
        ] {
            let seen = upload(&citizen, name, kind, &bytes);
            assert!(matches!(seen.status, 400..=422), "{what}: {} {:?}", seen.status, seen.location);
        }
        assert_eq!(listed(&citizen).len(), before, "something was kept");
    });
}

#[test]
fn names_of_files_are_never_paths_and_never_come_back() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let names = [
            "scan.pdf.exe",
            "../../../etc/passwd",
            "..\\..\\windows\\system32\\evil.dll",
            "evil\u{202e}fdp.exe",
            "/absolute.pdf",
            "nul\0name.pdf",
            "C:\\evil.html",
            "a;rm -rf ~.pdf",
            "CON",
        ];
        for (n, name) in names.iter().enumerate() {
            // What makes the file another one each time stands behind the PDF, as a polyglot's page does.
            let mut bytes = pdf::padded("Ordonnance", &["Doliprane".to_owned()], 2_000);
            bytes.extend_from_slice(format!("\n<html><script>alert({n})</script></html>").as_bytes());
            let seen = upload(&citizen, name, "text/html", &bytes);
            // A name that no header may hold makes the form unreadable; nothing else about a name matters.
            let readable = !name.contains('\0');
            assert!(seen.status == 303 || !readable, "{name:?}: {} {}", seen.status, seen.text);
        }
        let documents = listed(&citizen);
        assert!(documents.len() >= names.len() - 1, "{documents:?}");
        for document in documents {
            for query in ["", "?download=1"] {
                let response =
                    citizen.client.get(format!("{}{document}/file{query}", world.base)).send().unwrap();
                let header = |name: &str| {
                    response
                        .headers()
                        .get(name)
                        .map(|value| value.to_str().unwrap().to_owned())
                        .unwrap_or_default()
                };
                assert_eq!(response.status(), 200, "{document}");
                assert_eq!(header("content-type"), "application/pdf", "{document}");
                assert_eq!(header("x-content-type-options"), "nosniff");
                assert_eq!(header("cache-control"), "no-store");
                let policy = header("content-security-policy");
                assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
                assert!(!policy.contains("allow-scripts"), "{policy}");
                let name = header("content-disposition");
                let plain = name.chars().all(|c| c.is_ascii_graphic() || c == ' ');
                assert!(plain && !name.contains("..") && !name.contains("exe"), "{name}");
                assert!(query.is_empty() || name.starts_with("attachment; filename=\""), "{name}");
            }
        }
    });
}

#[test]
fn a_form_that_is_none_is_told_so_and_costs_nothing() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let guard = citizen.get("/documents/add").guard();
        let whole = form(&guard, "a.pdf", "application/pdf", b"%PDF-1.4");
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let many: String = (0..2_000).map(|n| part(&format!("f{n}"), "")).collect();
        let headers: String = (0..2_000).map(|n| format!("X-{n}: y\r\n")).collect();
        let long = "b".repeat(5_000);
        for (what, kind, body) in [
            ("no boundary", "multipart/form-data", whole.clone()),
            ("an empty boundary", "multipart/form-data; boundary=", whole.clone()),
            ("another boundary", "multipart/form-data; boundary=c", whole.clone()),
            ("a long boundary", &format!("multipart/form-data; boundary={long}"), whole.clone()),
            ("cut in the middle", "multipart/form-data; boundary=b", whole[..whole.len() / 2].to_vec()),
            ("nothing", "multipart/form-data; boundary=b", Vec::new()),
            (
                "thousands of parts",
                "multipart/form-data; boundary=b",
                format!("{many}--b--\r\n").into_bytes(),
            ),
            (
                "thousands of headers",
                "multipart/form-data; boundary=b",
                format!("--b\r\n{headers}\r\n\r\nx\r\n--b--\r\n").into_bytes(),
            ),
            ("no name", "multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n".to_vec()),
            ("another kind of multipart", "multipart/mixed; boundary=b", whole.clone()),
            ("no kind", "", whole.clone()),
            ("a text", "text/plain", whole),
        ] {
            let started = Instant::now();
            // A connection that ends while the client still sends is an answer too.
            let status = send(&citizen, kind, body).map_or(400, |response| response.status().as_u16());
            assert!((400..=422).contains(&status), "{what}: {status}");
            assert!(started.elapsed() < Duration::from_secs(5), "{what}: {:?}", started.elapsed());
        }
        assert_eq!(listed(&citizen).len(), 0);
    });
}

#[test]
fn a_refusal_reaches_whoever_still_sends() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let page = citizen.get("/documents/add");
        // A form that is too large for its address.
        let request = citizen.client.post(format!("{}/account/sign-out-everywhere", world.base));
        let body = format!("csrf={}&filler={}", page.guard(), "a".repeat(110_000));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        Seen::of(request.send().unwrap()).has_status(413);
        // A session that ends while a large file is on its way.
        world.house.clock.advance(13 * 3600 * kernel::Instant::SECOND);
        let scan = pdf::padded("Ordonnance", &["Doliprane".to_owned()], 9_000_000);
        let form = form(&page.guard(), "a.pdf", "application/pdf", &scan);
        let seen = Seen::of(send(&citizen, "multipart/form-data; boundary=b", form).unwrap());
        seen.has_status(303);
        assert_eq!(seen.location.as_deref(), Some("/sign-in?back=/documents/add"));
    });
}

#[test]
fn of_two_fields_with_one_name_the_first_counts_everywhere() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let citizen = persona(world, &Persona::Citizen(her));
        let guard = citizen.get("/sharing").guard();
        let post = |body: String| {
            let request = citizen.client.post(format!("{}/account/sign-out-everywhere", world.base));
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body)
                .send()
                .unwrap()
                .status()
        };
        // A token in the address is no token: addresses end up in logs and in histories.
        let request = citizen.client.post(format!("{}/account/sign-out-everywhere?csrf={guard}", world.base));
        assert_eq!(request.send().unwrap().status(), 403);
        assert_eq!(post(format!("csrf=AAAA&csrf={guard}")), 403);
        assert_eq!(post(format!("csrf={guard}&csrf=AAAA")), 303);
    });
}

#[test]
fn software_that_says_another_media_type_is_not_guessed_at() {
    on_both(|world| {
        enrol(world, &[country::sample_patient()]);
        let laboratory = laboratory(world);
        let client = world.browser().client;
        for kind in [
            "text/plain",
            "text/html",
            "application/xml",
            "application/fhir+xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "application/jsonp",
            "",
        ] {
            let response = client
                .post(format!("{}/fhir", world.base))
                .header("authorization", laboratory.authorization())
                .header("content-type", kind)
                .body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}")
                .send()
                .unwrap();
            let status = response.status().as_u16();
            assert!(matches!(status, 400 | 415 | 422), "{kind}: {status}");
            let text = response.text().unwrap();
            assert!(text.contains("OperationOutcome"), "{kind}: {text}");
        }
    });
}

/// Posts bytes as a FHIR transaction; answers the status and how long it took.
fn post(world: &World, authorization: &str, body: Vec<u8>) -> (u16, Duration) {
    let started = Instant::now();
    let request = world.browser().client.post(format!("{}/fhir", world.base));
    let response = request
        .header("authorization", authorization)
        .header("content-type", "application/fhir+json")
        .body(body)
        .send()
        .unwrap();
    (response.status().as_u16(), started.elapsed())
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    on_both(|world| {
        enrol(world, &[country::sample_patient()]);
        let shown = laboratory(world).authorization();
        let entities: String =
            (1..20).map(|n| format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1)).collect();
        let xml =
            format!("<!DOCTYPE x [<!ENTITY a0 \"ha\">{entities}]><ClinicalDocument>&a19;</ClinicalDocument>");
        let wrapped = |content: &[u8]| {
            let data = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, content);
            format!(
                "{{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{{\"resource\":\
                 {{\"resourceType\":\"Binary\",\"contentType\":\"text/xml\",\"data\":\"{data}\"}}}}]}}"
            )
            .into_bytes()
        };
        let external = b"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ClinicalDocument>&e;</ClinicalDocument>";
        let bombs: [(&str, Vec<u8>); 9] = [
            ("deep lists", "[".repeat(200_000).into_bytes()),
            ("deep objects", "{\"a\":".repeat(200_000).into_bytes()),
            ("a number of a million digits", format!("{{\"a\":{}}}", "9".repeat(1_000_000)).into_bytes()),
            ("an exponent", b"{\"resourceType\":\"Bundle\",\"total\":1e999999999}".to_vec()),
            ("one key twice", b"{\"resourceType\":\"Bundle\",\"resourceType\":\"Patient\"}".to_vec()),
            ("half a letter", b"{\"resourceType\":\"Bundle\",\"x\":\"\\ud800\"}".to_vec()),
            ("bytes that are no text", b"{\"resourceType\":\"\xff\xfe\"}".to_vec()),
            ("entities of entities", wrapped(xml.as_bytes())),
            ("an entity from outside", wrapped(external)),
        ];
        for (what, body) in bombs {
            let (status, took) = post(world, &shown, body);
            assert!((400..=422).contains(&status), "{what}: {status}");
            assert!(took < Duration::from_secs(3), "{what}: {took:?}");
        }
    });
}
