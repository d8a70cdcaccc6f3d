//! Telling people outside their space, with a push service of our own that opens what arrives; and what looking for news
//! costs.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use care::record::news;
use kernel::codes::{base64url, from_base64url};
use kernel::rpps::Rpps;
use kernel::{Instant, PersonId};
use people::identity::session::Persona;
use people::notice::{Pair, telling};
use serde_json::{Value, json};
use store::{Act, Kind, Line};
use synthetic::professionals::Practitioner;
use synthetic::{country, professionals};

use crate::harness::{Browser, MORNING, World};
use crate::people_of::{enrol, persona, register};

/// A request that a push service got: headers by their names in small letters, and the body.
struct Got {
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

#[derive(Default)]
struct State {
    got: Vec<Got>,
    /// What it answers next, and a header that goes with it; 201 when nothing is left.
    answers: VecDeque<(u16, &'static str)>,
}

/// A push service, and one browser that subscribed there.
struct Fake {
    origin: String,
    state: Arc<Mutex<State>>,
    key: PrivateKey,
    public: Vec<u8>,
    secret: [u8; 16],
}

impl Fake {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &shared);
            }
        });
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let public = key.compute_public_key().unwrap().as_ref().to_vec();
        Self { origin, state, key, public, secret: [9; 16] }
    }

    fn answers_next(&self, status: u16) {
        self.answers_next_with(status, "");
    }

    /// `more`: a header that goes with the answer, with its line's end.
    fn answers_next_with(&self, status: u16, more: &'static str) {
        self.state.lock().unwrap().answers.push_back((status, more));
    }

    fn takes(&self) -> Vec<Got> {
        std::mem::take(&mut self.state.lock().unwrap().got)
    }

    /// The fields of the form that the page's script sends for this browser.
    fn subscription(&self) -> [(&'static str, String); 4] {
        [
            ("name", "Mon téléphone".to_owned()),
            ("endpoint", format!("{}/send/abc", self.origin)),
            ("key", base64url(&self.public)),
            ("secret", base64url(&self.secret)),
        ]
    }

    /// Opens a message as a browser does (RFC 8291 §4, RFC 8188 §2): written apart from what seals it.
    fn opens(&self, body: &[u8]) -> Value {
        let (salt, theirs, record) = (&body[..16], &body[21..86], &body[86..]);
        assert_eq!(body[16..21], [0, 0, 16, 0, 65], "one record, and a point");
        let point = agreement::UnparsedPublicKey::new(&ECDH_P256, theirs);
        let shared = agreement::agree(&self.key, point, (), |shared| Ok(shared.to_vec())).unwrap();
        let sign = |key: &[u8], text: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
        };
        let info = [b"WebPush: info\0", self.public.as_slice(), theirs, &[1]].concat();
        let agreed = sign(salt, &sign(&sign(&self.secret, &shared), &info));
        let key = UnboundKey::new(&AES_128_GCM, &sign(&agreed, b"Content-Encoding: aes128gcm\0\x01")[..16]);
        let nonce = &sign(&agreed, b"Content-Encoding: nonce\0\x01")[..12];
        let mut plain = record.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        let plain = LessSafeKey::new(key.unwrap()).open_in_place(nonce, Aad::empty(), &mut plain).unwrap();
        let (last, text) = plain.split_last().unwrap();
        assert_eq!(*last, 2, "the last record");
        serde_json::from_slice(text).unwrap()
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or_default() == 0 {
        return;
    }
    let path = line.strip_prefix("POST ").unwrap().split(' ').next().unwrap().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let (status, more) = {
        let mut state = state.lock().unwrap();
        state.got.push(Got { path, headers, body });
        state.answers.pop_front().unwrap_or((201, ""))
    };
    let answer = format!("HTTP/1.1 {status} X\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    let _ = reader.into_inner().write_all(answer.as_bytes());
}

/// Who signs in the `Authorization` header, and for whom (RFC 8292 §2): the key, and the claims once checked.
fn signed_by(authorization: &str) -> (String, Value) {
    let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let (message, by) = token.rsplit_once('.').unwrap();
    let public = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, from_base64url(key).unwrap());
    public.verify(message.as_bytes(), &from_base64url(by).unwrap()).unwrap();
    let claims = from_base64url(message.split_once('.').unwrap().1).unwrap();
    (key.to_owned(), serde_json::from_slice(&claims).unwrap())
}

/// Her, a doctor whom she allows, a push service.
struct Scene {
    world: World,
    her: PersonId,
    citizen: Browser,
    doctor: Practitioner,
    fake: Fake,
}

impl Scene {
    fn new() -> Self {
        let (store, folder) = store::testing::sqlite().unwrap();
        let fake = Fake::start();
        let world = World::with(store, Box::new(folder), &[("CARNET_PUSH_SERVICES", &fake.origin)]);
        let her = enrol(&world, &[country::sample_patient()])[0];
        let doctor = professionals::doctor(1, 0);
        register(&world, &[&doctor]);
        let citizen = persona(&world, &Persona::Citizen(her));
        let sharing = citizen.get("/sharing");
        citizen.post(&sharing, "/sharing/decide", &[("do", "allow"), ("rpps", &doctor.rpps)]).has_status(303);
        Self { world, her, citizen, doctor, fake }
    }

    fn adds_a_device(&self) {
        let page = self.citizen.get("/journal/notices");
        let fields = self.fake.subscription();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.citizen.post(&page, "/journal/notices/devices", &fields).has_status(303);
    }

    fn doctor_looks(&self) {
        let reader = persona(&self.world, &Persona::Professional(Rpps::parse(&self.doctor.rpps).unwrap()));
        reader.get(&format!("/pro/patients/{}", self.her)).has_status(200);
    }

    /// The log is swept, which says whose journal has grown; then the worker looks, and does what it queued.
    fn worker_works(&self) {
        self.world.worker_works();
        self.world.worker_works();
    }

    fn passes(&self, minutes: i64) {
        self.world.house.clock.advance(minutes * 60 * Instant::SECOND);
    }
}

#[test]
fn her_telephone_is_told_of_an_access_and_the_push_service_learns_nothing() {
    let scene = Scene::new();
    let Scene { citizen, fake, doctor, .. } = &scene;
    let page = citizen.get("/journal/notices");
    page.says("Sur votre téléphone ou votre ordinateur");
    page.says("Pas de notification avec ce navigateur");
    scene.adds_a_device();
    citizen.get("/journal/notices").says("Mon téléphone");
    scene.worker_works();
    assert!(fake.takes().is_empty(), "her own acts are no news");

    scene.doctor_looks();
    scene.worker_works();
    let [got] = fake.takes().try_into().unwrap_or_else(|all: Vec<Got>| panic!("{} messages", all.len()));
    assert_eq!(got.path, "/send/abc");
    let header = |name: &str| got.headers.get(name).map(String::as_str);
    assert_eq!(header("content-encoding"), Some("aes128gcm"));
    assert_eq!(
        (header("ttl"), header("urgency"), header("topic")),
        (Some("259200"), Some("normal"), Some("carnet-news"))
    );
    let (key, claims) = signed_by(header("authorization").unwrap());
    page.says(&format!("data-push=\"{key}\""));
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(fake.origin), &json!("mailto:carnet@localhost")));
    let said = fake.opens(&got.body);
    assert_eq!(
        said,
        json!({"title": "Carnet", "body": "Il y a du nouveau dans votre espace Carnet.", "lang": "fr", "open": "/journal"})
    );
    let outside = format!("{:?} {said}", got.headers).to_lowercase();
    for word in [doctor.display(), doctor.rpps.clone(), doctor.establishment.name.clone(), "pat-trois".into()]
    {
        assert!(!outside.contains(&word.to_lowercase()), "{word:?} left the house");
    }
    let journal = citizen.get("/journal");
    journal.says("Une notification vous a dit");
    journal.says("Vous avez choisi de recevoir des notifications sur un appareil");

    scene.doctor_looks();
    scene.worker_works();
    assert!(fake.takes().is_empty(), "the same professional again waits for the next message");
    scene.passes(61);
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1, "which comes an hour later, though nothing has happened since");
}

#[test]
fn a_push_service_that_is_busy_is_asked_again_and_one_that_has_given_up_a_device_is_believed() {
    let scene = Scene::new();
    let Scene { citizen, fake, .. } = &scene;
    scene.adds_a_device();
    for busy in [429, 503] {
        fake.answers_next(busy);
    }
    scene.doctor_looks();
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);
    scene.worker_works();
    assert!(fake.takes().is_empty(), "not at once");
    scene.passes(1);
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);
    scene.passes(1);
    scene.worker_works();
    assert!(fake.takes().is_empty(), "later each time");
    scene.passes(1);
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);
    citizen.get("/journal").says("Une notification vous a dit");

    fake.answers_next_with(503, "Retry-After: 600\r\n");
    scene.passes(61);
    scene.doctor_looks();
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);
    scene.passes(9);
    scene.worker_works();
    assert!(fake.takes().is_empty(), "it has asked for ten minutes");
    scene.passes(1);
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);

    fake.answers_next(410);
    scene.passes(61);
    scene.doctor_looks();
    scene.worker_works();
    assert_eq!(fake.takes().len(), 1);
    // Her session is over by now.
    let citizen = persona(&scene.world, &Persona::Citizen(scene.her));
    let page = citizen.get("/journal/notices");
    page.has_status(200);
    page.does_not_say("Mon téléphone");
    citizen.get("/journal").says("Un appareil ne reçoit plus de notifications");
    scene.passes(61);
    scene.doctor_looks();
    scene.worker_works();
    assert!(fake.takes().is_empty());
}

#[test]
fn only_push_services_of_the_operator_are_spoken_to() {
    let scene = Scene::new();
    let Scene { citizen, fake, world, .. } = &scene;
    let page = citizen.get("/journal/notices");
    let elsewhere = Fake::start();
    for endpoint in [
        format!("{}/metrics", world.admin),
        format!("{}/send/abc", elsewhere.origin),
        format!("{}@{}/x", fake.origin, elsewhere.origin.trim_start_matches("http://")),
        "https://fcm.googleapis.com/fcm/send/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        let mut fields = fake.subscription();
        fields[1].1 = endpoint.clone();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = citizen.post(&page, "/journal/notices/devices", &fields);
        answer.has_status(422);
        answer.says("Les notifications de ce navigateur passent par un service que nous n’utilisons pas");
    }
    scene.doctor_looks();
    scene.worker_works();
    assert!(elsewhere.takes().is_empty());
}

#[test]
fn the_worker_stands_before_no_page_and_signing_out_leaves_it_where_somebody_is_told() {
    let scene = Scene::new();
    let client = &scene.citizen.client;
    let at = |path: &str| format!("{}{path}", scene.world.base);
    let worker = client.get(at("/push/worker.js")).send().unwrap();
    let header = |name: &str| worker.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/javascript; charset=utf-8"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("service-worker-allowed"), None, "its scope is its own folder, /push/");
    assert!(header("content-security-policy").unwrap().contains("worker-src 'self'"));
    let text = worker.text().unwrap();
    assert!(
        !text.contains("fetch") && !text.contains("caches"),
        "it answers no request and keeps nothing: {text}"
    );
    let others = server::doors::routes(true);
    let others =
        others.iter().filter(|route| route.path.starts_with("/push/") && route.path != "/push/worker.js");
    assert_eq!(others.count(), 0);

    scene.adds_a_device();
    let guard = scene.citizen.get("/account").guard();
    let out = client
        .post(at("/sign-out"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("csrf={guard}"));
    let out = out.send().unwrap();
    assert_eq!(out.headers()["clear-site-data"], "\"cache\"", "storage would take the subscription along");
}

#[test]
fn looking_for_news_reads_what_is_new_and_no_more() {
    let scene = Scene::new();
    scene.adds_a_device();
    scene.worker_works();
    let (her, store) = (scene.her, &scene.world.house.store);
    let looks = || store.write(move |tx| news::look(tx, Pair::own(her), MORNING)).wait().unwrap();
    assert_eq!(looks(), 0, "nothing is new");
    scene.doctor_looks();
    let head = store.read(move |tx| {
        let key = tx.space_key(her)?;
        Ok(tx.head(&key)?)
    });
    let before = head.wait().unwrap().0 as usize;
    // The first professional since she is told: once, the whole journal says whom she knows already.
    let first = looks();
    assert!(first > 0 && first <= before, "{first} of {before}");
    store
        .write(move |tx| {
            let key = tx.space_key(her)?;
            let line = Line::of(&people::enrolment::waves::system("test", MORNING, 1));
            for _ in 0..500 {
                let line = line.clone();
                tx.append(
                    &key,
                    Act { kind: Kind::Indexed, at: MORNING, entry: None, line, data: None, blob: None },
                )?;
            }
            Ok(())
        })
        .wait()
        .unwrap();
    assert_eq!(looks(), 500);
    scene.doctor_looks();
    let again = looks();
    assert!((1..10).contains(&again), "one visit more in a journal of over 500: {again} read");
    // Whom nothing has happened to is not even asked about.
    scene.worker_works();
    assert_eq!(store.read(|tx| telling::due(tx, MORNING, 10)).wait().unwrap(), []);
}
