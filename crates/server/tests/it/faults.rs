//! Pulling the plug: the real binary is killed under load, and nothing it acknowledged is lost.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde_json::Value;
use synthetic::cda::{Model, Sheet};
use synthetic::mhd::Parcel;
use synthetic::{country, professionals};

fn start(data: &std::path::Path, port: u16) -> (Child, Value) {
    let described = data.join("demo.json");
    let _ = std::fs::remove_file(&described);
    let mut child = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["demo", "--data"])
        .arg(data)
        .args(["--port", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !described.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "the demo does not answer");
        assert!(child.try_wait().unwrap().is_none(), "the demo ended before it answered");
        std::thread::sleep(Duration::from_millis(50));
    }
    (child, serde_json::from_slice(&std::fs::read(&described).unwrap()).unwrap())
}

fn token(client: &Client, demo: &Value, jti: &str) -> String {
    let software = &demo["clients"][0];
    let endpoint = software["token_endpoint"].as_str().unwrap();
    let key = oauth::PrivateKey::parse(&software["jwk"]).unwrap();
    let now = kernel::Clock::Wall.now();
    let id = software["client_id"].as_str().unwrap();
    let assertion = oauth::sign_assertion(&key, id, endpoint, jti, now).unwrap();
    let body = format!(
        "grant_type=client_credentials&scope=system%2FBundle.c&client_assertion_type={}&client_assertion={assertion}",
        ui::address::encode(oauth::assertion::ASSERTION_TYPE)
    );
    let answer = client
        .post(endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.text().unwrap()).unwrap();
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn bundle(number: u64) -> String {
    let person = country::sample_patient();
    let author = professionals::biologist(1, 0);
    let at = jiff::civil::datetime(2026, 3, 4, 9, 0, 0, 0);
    let sheet = Sheet { seed: 99, number, person: &person, author: &author, at, version: 1 };
    let cda = sheet.brief_lab_report();
    let parcel =
        Parcel { sheet: &sheet, model: Model::LabReport, bytes: cda.as_bytes(), media_type: "text/xml" };
    parcel.minimal().to_string()
}

/// Sends deposit `number`; says where it is when it was acknowledged.
fn deposit(client: &Client, demo: &Value, token: &str, number: u64) -> Option<(String, String)> {
    let answer = client
        .post(demo["fhir"].as_str().unwrap())
        .bearer_auth(token)
        .header("content-type", "application/fhir+json")
        .body(bundle(number))
        .send()
        .ok()?;
    let answer: Value = serde_json::from_str(&answer.text().ok()?).ok()?;
    let response = &answer["entry"][1]["response"];
    Some((response["location"].as_str()?.to_owned(), response["status"].as_str()?.to_owned()))
}

#[test]
fn a_kill_under_load_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let port = crate::harness::two_ports();
    let (mut server, demo) = start(data.path(), port);
    let acknowledged: Arc<Mutex<Vec<(u64, String)>>> = Arc::default();
    for round in 0..3u64 {
        let access = token(&Client::new(), &demo, &format!("jti-{round}"));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for worker in 0..8u64 {
                let (acknowledged, demo, access, stop) = (&acknowledged, &demo, &access, &stop);
                scope.spawn(move || {
                    let client = Client::new();
                    for n in 0.. {
                        let number = round * 1_000_000 + worker * 10_000 + n;
                        match deposit(&client, demo, access, number) {
                            Some((location, _)) => acknowledged.lock().unwrap().push((number, location)),
                            None if stop.load(Ordering::Relaxed) => return,
                            None => {}
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(900 + round * 211));
            stop.store(true, Ordering::Relaxed);
            server.kill().unwrap();
            server.wait().unwrap();
        });
        (server, _) = start(data.path(), port);
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 30, "only {} deposits before the kills", acknowledged.len());
    let (client, access) = (Client::new(), token(&Client::new(), &demo, "jti-last"));
    for (number, location) in &acknowledged {
        // The same document again is found where it was acknowledged, and not filed a second time.
        let (again, status) = deposit(&client, &demo, &access, *number).unwrap();
        assert_eq!(
            (&again, status.as_str()),
            (location, "200 OK"),
            "deposit {number} was acknowledged and is gone"
        );
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let verified = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["verify", "--person", "1"])
        .env("CARNET_DATA_DIR", data.path())
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
