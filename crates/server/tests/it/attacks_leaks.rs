//! What errors say, and what the log holds.

use std::io::Write;
use std::sync::{Arc, Mutex};

use people::identity::session::Persona;
use synthetic::country;

use crate::attacks::Cast;
use crate::harness::{World, on_both};
use crate::people_of::{enrol, laboratory, persona};

/// What no answer may say about our insides.
const INSIDES: [&str; 14] = [
    "SELECT ",
    "INSERT ",
    "FROM ",
    "sqlite",
    "SQLite",
    "postgres",
    "PostgreSQL",
    ".rs:",
    "panicked",
    "thread '",
    "/src/",
    "no such table",
    "relation \"",
    "backtrace",
];

fn assert_says_nothing(what: &str, text: &str) {
    for inside in INSIDES {
        // A page's own script lies in /assets/; words of the language are not keywords of the database.
        assert!(!text.contains(inside), "{what} says {inside:?}:\n{text}");
    }
}

#[test]
fn a_fault_is_told_by_a_number_and_nothing_else() {
    on_both(|world| {
        let cast = Cast::of(world);
        let citizen = persona(world, &Persona::Citizen(cast.her));
        let client = &citizen.client;
        // When tables are gone, as after a failed migration
        for gone in [
            "ALTER TABLE session RENAME TO session_gone",
            "ALTER TABLE client RENAME TO client_gone",
            "ALTER TABLE guess RENAME TO guess_gone",
        ] {
            world.house.store.write(move |tx| Ok(tx.exec(gone, &[])?)).wait().unwrap();
        }
        // Then a page, a resource and a token are refused in the words of their door
        let page = citizen.get("/account");
        page.has_status(500);
        page.says("<main");
        assert_says_nothing("a page", &page.text);
        let resource = citizen.get(&format!("/fhir/Patient/{}", cast.her));
        resource.has_status(500);
        resource.says("OperationOutcome");
        assert_says_nothing("a resource", &resource.text);
        let assertion = "e30.e30.AAAA";
        let body = format!(
            "grant_type=client_credentials&scope=system/Bundle.c&client_assertion_type={}&client_assertion={assertion}",
            ui::address::encode(oauth::assertion::ASSERTION_TYPE)
        );
        let token = client
            .post(format!("{}/oauth/token", world.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .unwrap();
        let (status, text) = (token.status().as_u16(), token.text().unwrap());
        assert!(text.contains("\"error\""), "{status} {text}");
        assert_says_nothing("a token", &text);
        // And nobody is let in because something failed
        citizen.get("/documents").has_status(500);
    });
}

#[test]
fn refusals_of_every_kind_say_nothing_about_us() {
    on_both(|world| {
        let cast = Cast::of(world);
        let mut asked = 0;
        for (who, browser) in cast.everybody(world) {
            for path in [
                "/nothing",
                "/documents/1",
                "/documents/'%20OR%201=1--",
                "/pro/patients/x'",
                "/fhir/Patient/'",
                "/fhir/List/%00",
                "/fhir/DocumentReference?patient='%22;--",
                "/fhir/Patient?identifier=%27",
                "/operator/vigilance/1%27",
                "/documents?page=-1",
                "/documents?page=99999999999999999999",
                "/documents?q=%27%22%3Cscript%3E",
                "/journal?before=x",
                "/sharing?q=%25%27",
                "/assets/nothing",
                "/theme/nothing",
            ] {
                let seen = browser.get(path);
                assert!(seen.status < 500, "{path} as {who}: {}\n{}", seen.status, seen.text);
                assert!(!seen.text.contains("<script>"), "{path} as {who}");
                assert_says_nothing(&format!("{path} as {who}"), &seen.text);
                asked += 1;
            }
        }
        assert_eq!(asked, 64);
    });
}

/// A log that a test can read.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every secret and every identity that a run used.
fn secrets_of(world: &World) -> Vec<(&'static str, String)> {
    let patient = country::sample_patient();
    let her = enrol(world, std::slice::from_ref(&patient))[0];
    let citizen = persona(world, &Persona::Citizen(her));
    let session = citizen.get("/account");
    let software = laboratory(world);
    let ins = patient.ins.matricule.clone();
    // She mistypes codes, somebody looks for her, software deposits nonsense, a page is not found.
    let code = "ABCD-EFGH-JKLM-NPQR";
    let guest = world.browser();
    let form = guest.get("/activation");
    guest.post(&form, "/activation", &[("matricule", &ins), ("code", code), ("birth_date-day", "1")]);
    let form = guest.get("/sign-in/recovery");
    guest.post(&form, "/sign-in/recovery", &[("matricule", &ins), ("code", code)]);
    guest.get(&format!("/fhir/Patient?identifier={ins}"));
    citizen.get(&format!("/documents?q={}", ui::address::encode(&patient.traits.birth_name)));
    let (status, _) = software.post("/fhir", &serde_json::json!({"resourceType": "Bundle", "id": ins}));
    assert!(status >= 400);
    // A fault is logged whole.
    world
        .house
        .store
        .write(|tx| Ok(tx.exec("ALTER TABLE session RENAME TO session_gone", &[])?))
        .wait()
        .unwrap();
    citizen.get("/account").has_status(500);
    let shown = software.authorization();
    vec![
        ("the number of a person", ins),
        ("the name of a person", patient.traits.birth_name),
        ("a code", code.to_owned()),
        ("a code as it is heard", code.replace('-', "")),
        ("the token of a form", session.guard()),
        ("an access token", shown.strip_prefix("Bearer ").unwrap().to_owned()),
    ]
}

#[test]
fn the_log_of_a_run_holds_no_secret_and_nobody() {
    let heard = Heard::default();
    let writer = heard.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    // Everything that we say ourselves, down to the last detail.
    let ours = "warn,server=trace,people=trace,care=trace,store=trace,oauth=trace";
    // Another test of this process may have set the log already; each runs in its own under nextest.
    let filter = tracing_subscriber::EnvFilter::new(ours);
    let first = log.with_env_filter(filter).try_init().is_ok();
    let (store, keep) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(keep));
    let secrets = secrets_of(&world);
    drop(world);
    if !first {
        return;
    }
    let log = String::from_utf8_lossy(&heard.0.lock().unwrap()).into_owned();
    assert!(log.contains("request="), "requests are logged by their number: {log}");
    assert!(log.contains("failed"), "the fault is there: {log}");
    for (what, secret) in secrets {
        assert!(secret.len() > 4, "{what} is {secret:?}");
        assert!(!log.contains(&secret), "the log holds {what}:\n{log}");
    }
    // One event, one line: nobody writes into the log by typing a line break.
    assert!(log.lines().all(|line| line.starts_with("20") || line.starts_with(' ')), "{log}");
}

/// Software that feeds spaces is told of a closed one when it deposits there (R1111-47 CSP), and by no number before.
#[test]
fn a_number_tells_software_nothing() {
    use people::person::{self, State};
    on_both(|world| {
        let open = country::sample_patient();
        let another = |matricule: &str| synthetic::Person {
            ins: kernel::Ins::parse(matricule, kernel::ins::Authority::TestNir).unwrap(),
            ..country::sample_patient()
        };
        let (closed, opposed) = (another("2790351215190"), another("2790351215191"));
        let unknown = another("2790351215192");
        let ids = enrol(world, &[open.clone(), closed.clone(), opposed.clone()]);
        let now = world.house.clock.now();
        for (id, to) in [(ids[1], State::Closed), (ids[2], State::Opposed)] {
            let turn = move |tx: &mut store::Tx<'_>| {
                Ok(person::queries::change_state(tx, id, State::Open, to, now)?)
            };
            assert!(world.house.store.write(turn).wait().unwrap());
        }
        let software = laboratory(world);
        let asks = |path: &str| {
            let client = world.browser().client;
            let asking = client.get(format!("{}{path}", world.base));
            let answer = asking.header("authorization", software.authorization()).send().unwrap();
            (answer.status().as_u16(), answer.text().unwrap())
        };
        let by_number = |of: &synthetic::Person| {
            let number = format!("{}|{}", of.ins.authority.oid(), of.ins.matricule);
            let (status, text) = asks(&format!("/fhir/Patient?identifier=urn:oid:{number}"));
            (status, text.replace(&of.ins.matricule, "…"))
        };
        let nobody = by_number(&unknown);
        assert_eq!(nobody.0, 200, "{}", nobody.1);
        assert!(nobody.1.contains("\"total\":0"), "{}", nobody.1);
        for of in [&open, &closed, &opposed] {
            assert_eq!(by_number(of), nobody);
        }
        let by_id = |id: &str| {
            let (status, text) = asks(&format!("/fhir/Patient/{id}"));
            (status, text.replace(id, "…"))
        };
        let nobody = by_id("4611686018427387904");
        assert_eq!(nobody.0, 404, "{}", nobody.1);
        for id in &ids {
            assert_eq!(by_id(&id.to_string()), nobody);
        }
        // What it asks of a space that is closed, or was never opened, is answered as for nobody.
        let whatever = |person: kernel::PersonId, of: &synthetic::Person| {
            let (id, entry) = (person.to_string(), kernel::EntryId::new(person, 7).to_string());
            let ins = format!("urn:oid:{}%7C{}", of.ins.authority.oid(), of.ins.matricule);
            [
                format!("/fhir/DocumentReference/{entry}"),
                format!("/fhir/DocumentReference?patient=Patient/{id}&status=current"),
                format!("/fhir/DocumentReference?patient.identifier={ins}&status=current"),
            ]
            .map(|path| {
                let (status, text) = asks(&path);
                (status, text.replace(&entry, "…").replace(&id, "…").replace(&of.ins.matricule, "…"))
            })
        };
        let nobody = whatever(kernel::PersonId(kernel::PersonId::MAX), &unknown);
        assert!(nobody.iter().all(|(status, _)| *status == 404), "{nobody:?}");
        for (id, of) in [(ids[1], &closed), (ids[2], &opposed)] {
            assert_eq!(whatever(id, of), nobody);
        }
        // Where there is a journal, it has the try.
        let her = persona(world, &Persona::Citizen(enrol(world, &[open])[0]));
        her.get("/journal?what=refusals").says("a été refusé");
    });
}
