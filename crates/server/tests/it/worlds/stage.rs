//! A house in memory: a store with the family in it, and the doors asked in process, without sockets.
//!
//! Everything that could differ between two houses for another reason than what happened in them is the same in both:
//! the keys, the clock, and chance, which begins anew with every request. So their answers compare byte for byte.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use axum::{Router, body};
use care::record::news;
use kernel::rpps::Rpps;
use kernel::{Chance, Clock, Instant, PersonId, Professional, Software};
use oauth::{AccessToken, AppToken};
use people::consent::access;
use people::identity::session::Demo;
use people::notice::Pair;
use people::registry::{self, Client, KnownProfessional, SenderKind};
use serde_json::Value;
use server::config::Config;
use server::house::House;
use store::testing::Database;
use store::{Keyring, Options, Place, Store, args};
use synthetic::Person;
use synthetic::family::Family;
use synthetic::professionals::{self, Practitioner};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::apps;
use crate::harness::MORNING;
use crate::people_of;

/// Members of the family, by their numbers.
pub const MOTHER: PersonId = PersonId(1);
pub const FATHER: PersonId = PersonId(2);
pub const TEENAGER: PersonId = PersonId(3);
pub const GRANDMOTHER: PersonId = PersonId(5);
pub const CARER: PersonId = PersonId(6);

/// Who may stand at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    Nobody,
    Citizen(PersonId),
    /// The citizen, in the space of the second one.
    For(PersonId, PersonId),
    /// The professional of this number in [`professional`].
    Pro(u8),
    Operator,
    /// The laboratory's software, the hospital's.
    Laboratory,
    Hospital,
    /// The app of this number, with a token for the space of this person.
    App(u8, PersonId),
}

/// The doctor, a second one, the biologist who writes what the laboratory sends, the consultant of the hospital, a
/// psychologist (TRE_G15 93, who is not shown prescriptions: `knowledge/fr/access.toml`), a doctor of the emergencies, one
/// who answers calls at the emergency call centre.
pub fn professional(number: u8) -> Practitioner {
    match number {
        4 => Practitioner { profession: "93", specialty: None, ..professionals::nurse(1, 0) },
        2 => professionals::biologist(1, 0),
        3 => professionals::radiologist(1, 0),
        6 => professionals::regulator(1),
        n => professionals::doctor(1, u64::from(n)),
    }
}

/// The professional as the directory knows her.
pub fn in_directory(number: u8) -> Professional {
    let who = professional(number);
    Professional {
        rpps: Rpps::parse(&who.rpps).unwrap(),
        name: who.display(),
        profession: who.profession.to_owned(),
        specialty: who.specialty.map(str::to_owned),
        structure: who.establishment.name.clone(),
        finess: Some(who.establishment.finess),
    }
}

/// The software of an actor.
pub fn software(actor: Actor) -> Option<Software> {
    let (client_id, number) = match actor {
        Actor::Laboratory => ("laboratoire", 2),
        Actor::Hospital => ("hopital", 3),
        _ => return None,
    };
    let house = professional(number).establishment;
    Some(Software { client_id: client_id.into(), organization: house.name, finess: Some(house.finess) })
}

/// The software of an actor, registered as one that may send.
fn client(actor: Actor) -> Client {
    let Software { client_id, organization, finess } = software(actor).unwrap();
    Client {
        client_id,
        organization,
        finess,
        sender_kind: SenderKind::Laboratory,
        jwks: oauth::jwk::public_jwks(&oauth::PrivateKey::generate("key").unwrap()).to_string(),
        scopes: registry::usual_scopes(),
        added_at: MORNING,
        suspended_at: None,
    }
}

/// The table of who sees what, with one emergency call centre. It is the whole test program's, as everywhere else in it.
fn call_centre() {
    let centre = format!("call_centres = [\"{}\"]", professional(6).establishment.finess);
    static ONCE: Once = Once::new();
    ONCE.call_once(|| access::install(&access::BUILT_IN.replacen("call_centres = []", &centre, 1)).unwrap());
}

/// A request, as a browser or a program sends it. The session, the token and the form's guard are added by [`Stage::ask`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Said,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    Nothing,
    Form(Vec<(&'static str, String)>),
    /// A picture with this seed, as the form for adding sends it.
    Picture(u64),
    Resource(String),
}

impl Asked {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: Said::Nothing }
    }

    pub fn post(path: impl Into<String>, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { method: "POST", path: path.into(), headers: Vec::new(), body: Said::Form(fields) }
    }

    pub fn resource(path: impl Into<String>, resource: &Value) -> Self {
        let body = Said::Resource(resource.to_string());
        Self { method: "POST", path: path.into(), headers: Vec::new(), body }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer, and how many statements the database was asked for it: the coarse measure of its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub work: u64,
}

impl Heard {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// A house, and who is signed in there.
pub struct Stage {
    pub house: Arc<House>,
    router: Router,
    runtime: Arc<Runtime>,
    sessions: RefCell<HashMap<Actor, Session>>,
    /// What apps were given, as far as they were.
    pub tokens: RefCell<BTreeMap<u8, AppToken>>,
    /// What chance begins with for the next request.
    pub chance: Cell<u64>,
    /// Where e-mail goes.
    out: tempfile::TempDir,
    _keep: Box<dyn std::any::Any>,
}

#[derive(Clone)]
struct Session {
    cookie: String,
    guard: String,
}

/// A push service of this very machine, where nobody listens: what it is sent waits in the queue.
pub const NO_PUSH_SERVICE: &str = "http://127.0.0.1:9";

/// Where stores of a moment are quickest.
fn folder() -> tempfile::TempDir {
    let quick = Path::new("/dev/shm");
    if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() }.unwrap()
}

/// The same keys in every run, so that a seed replays everything.
fn keyring() -> Keyring {
    static KEYS: OnceLock<Keyring> = OnceLock::new();
    let made = || {
        let folder = folder();
        let path = folder.path().join("keys");
        let (root, first) = ("A".repeat(43) + "=", "B".repeat(42) + "A=");
        std::fs::write(&path, format!("carnet-keyring-1\nroot {root}\ngeneration 1 {first}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Keyring::load(&path).unwrap()
    };
    KEYS.get_or_init(made).clone()
}

pub fn family() -> &'static Family {
    static FAMILY: OnceLock<Family> = OnceLock::new();
    FAMILY.get_or_init(|| Family::on(MORNING.date()))
}

/// The member of the family of this number.
pub fn member(id: PersonId) -> Person {
    family().everybody()[(id.0 - 1) as usize].clone()
}

/// Puts the family and the professionals into an empty store.
fn settle(store: &Store) {
    store
        .write(|tx| {
            for (i, person) in family().everybody().iter().enumerate() {
                people_of::settle(tx, PersonId(i as i64 + 1), person)?;
            }
            for number in 0..7 {
                let known = KnownProfessional { professional: in_directory(number), sector: None };
                registry::add_professional(tx, &known)?;
                tx.exec(
                    "INSERT INTO structure (id, name, legal_name, finess, street, postal_code, insee, town,
                        department, phone, email, former_id, authority, digest)
                     VALUES ($1, $2, $2, $3, '', '31000', '31555', 'Toulouse', '31', '', '', '', '', $4)",
                    args![
                        format!("place-{number}"),
                        known.professional.structure.clone(),
                        known.professional.finess.clone(),
                        vec![0_u8]
                    ],
                )?;
            }
            for sender in [Actor::Laboratory, Actor::Hospital] {
                registry::add_client(tx, &client(sender))?;
            }
            apps::settle(tx)
        })
        .wait()
        .unwrap();
}

fn options() -> Options {
    Options { readers: 1, writers: 2, ..Options::default() }
}

/// A settled store that others are copied from.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<(PathBuf, Mutex<tempfile::TempDir>)> = OnceLock::new();
    let made = || {
        let folder = folder();
        let dir = folder.path().join("data");
        let store = Store::open(&Place::Sqlite { dir: dir.clone() }, keyring(), &options()).unwrap();
        settle(&store);
        drop(store);
        (dir, Mutex::new(folder))
    };
    let (dir, folder) = TEMPLATE.get_or_init(made);
    drop(folder.lock().unwrap_or_else(PoisonError::into_inner));
    dir
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Which engine a house stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Stage {
    pub fn new(engine: Engine, runtime: &Arc<Runtime>) -> Self {
        let (store, keep): (Store, Box<dyn std::any::Any>) = match engine {
            Engine::Sqlite => {
                let folder = folder();
                let dir = folder.path().join("data");
                copy(template(), &dir);
                (Store::open(&Place::Sqlite { dir }, keyring(), &options()).unwrap(), Box::new(folder))
            }
            Engine::Postgres => {
                let database = Database::new().unwrap();
                let store = Store::open(&database.place(), keyring(), &options()).unwrap();
                settle(&store);
                (store, Box::new(database))
            }
        };
        call_centre();
        let out = folder();
        let relay = format!("folder:{}", out.path().display());
        let variables = [
            ("CARNET_LISTEN", "127.0.0.1:8080"),
            ("CARNET_WORKER", "false"),
            ("CARNET_EMAIL_RELAY", relay.as_str()),
            ("CARNET_PUSH_SERVICES", NO_PUSH_SERVICE),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::load(None, variables).unwrap();
        let demo = Some(Demo::nothing_here_is_real());
        let house = House::around(store, config, Clock::fixed(MORNING), Chance::seeded(0), demo).unwrap();
        let router = server::serve::public(house.clone());
        let (sessions, tokens) = (RefCell::default(), RefCell::default());
        let (runtime, chance) = (runtime.clone(), Cell::new(0));
        Self { house, router, runtime, sessions, tokens, chance, out, _keep: keep }
    }

    /// Moves the clock to so many seconds after the morning.
    pub fn at(&self, seconds: i64) {
        let to = MORNING.plus(seconds * Instant::SECOND);
        self.house.clock.advance(to.0 - self.house.clock.now().0);
    }

    /// Chance begins anew, so that two houses draw the same for the same request.
    pub fn draw_anew(&self, seed: u64) {
        if let (Chance::Seeded(own), Chance::Seeded(fresh)) = (&self.house.chance, Chance::seeded(seed)) {
            let fresh = fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
            *own.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }

    fn send(&self, request: Request<Body>) -> Heard {
        self.draw_anew(self.chance.get());
        let before = self.house.store.statements();
        let response = self.runtime.block_on(self.router.clone().oneshot(request)).unwrap();
        let mut heard = self.runtime.block_on(heard(response));
        // What nobody waits for belongs to the request too.
        self.house.store.write(|_| Ok(())).wait().unwrap();
        heard.work = self.house.store.statements() - before;
        heard
    }

    /// Asks as somebody: with her session and her form's guard, or with her token.
    pub fn ask(&self, who: Actor, asked: &Asked) -> Heard {
        let session = self.session(who);
        let mut request =
            Request::builder().method(asked.method).uri(&asked.path).header("host", "localhost:8080");
        if let Some(session) = &session {
            request = request.header("cookie", &session.cookie);
        }
        if let Some(token) = self.token(who) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &asked.headers {
            request = request.header(*name, value);
        }
        let guard = session.map(|session| session.guard).unwrap_or_default();
        let (kind, body) = asked.body.write(&guard);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        // Requests from this very machine are not counted.
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        self.send(request)
    }

    /// An access token, for software and apps.
    fn token(&self, who: Actor) -> Option<String> {
        let now = self.house.clock.now();
        if let Actor::App(number, person) = who {
            let given = self.tokens.borrow().get(&number).cloned();
            return Some(apps::bearer(&keyring(), number, person, given.as_ref(), now));
        }
        let token = AccessToken::new(software(who)?, "H".to_owned(), registry::usual_scopes(), 1, now);
        Some(token.seal(|plain| keyring().seal("access-token", plain)))
    }

    /// The session of somebody who signs in with one; it starts when it is first needed.
    fn session(&self, who: Actor) -> Option<Session> {
        let persona = match who {
            Actor::Citizen(person) | Actor::For(person, _) => format!("citizen-{person}"),
            Actor::Pro(number) => format!("professional-{}", professional(number).rpps),
            Actor::Operator => "operator-support".to_owned(),
            Actor::Nobody | Actor::Laboratory | Actor::Hospital | Actor::App(..) => return None,
        };
        if let Some(session) = self.sessions.borrow().get(&who) {
            return Some(session.clone());
        }
        let mut own = DefaultHasher::new();
        (who, self.house.clock.now()).hash(&mut own);
        let drawn = self.chance.replace(own.finish());
        let session = self.sign_in(who, &persona);
        self.chance.set(drawn);
        self.sessions.borrow_mut().insert(who, session.clone());
        Some(session)
    }

    fn sign_in(&self, who: Actor, persona: &str) -> Session {
        let bare = |path: &str, cookie: &str| {
            let request =
                Request::builder().uri(path).header("host", "localhost:8080").header("cookie", cookie);
            self.send(request.body(Body::empty()).unwrap())
        };
        let started = bare(&format!("/demo/{persona}"), "");
        assert_eq!(started.status, 303, "{persona}: {}", started.text());
        let set = started.headers.iter().filter(|(name, _)| name == "set-cookie");
        let cookies: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        let cookie = cookies.join("; ");
        let mut session = Session { guard: guard(&bare("/help", &cookie)), cookie };
        if let Actor::For(_, other) = who {
            let body = Said::Form(vec![("person", other.to_string())]).write(&session.guard);
            let request = Request::post("/acting-for")
                .header("host", "localhost:8080")
                .header("cookie", &session.cookie)
                .header("content-type", "application/x-www-form-urlencoded");
            let switched = self.send(request.body(Body::from(body.1)).unwrap());
            assert_eq!(switched.status, 303, "{who:?}: {}", switched.text());
            session.guard = guard(&bare("/help", &session.cookie));
        }
        session
    }

    /// Everybody will sign in anew: what is new since the last time has a last time then.
    pub fn sign_everybody_out(&self) {
        self.sessions.borrow_mut().clear();
    }

    /// The worker looks whether there is news for somebody. That somebody is due whenever anything happened, seen or not, is
    /// known to nobody, so she is looked at always.
    pub fn look_for_news(&self, pair: Pair) {
        let now = self.house.clock.now();
        self.house.store.write(move |tx| news::look(tx, pair, now)).wait().unwrap();
    }

    /// The e-mails that left the house, but for the identifiers that are made of what nobody outside knows.
    pub fn sent(&self) -> Vec<String> {
        let opaque = |line: &&str| !line.to_ascii_lowercase().starts_with("message-id:");
        let bare = |message: String| message.lines().filter(opaque).collect::<Vec<_>>().join("\n");
        crate::journalled::outbox(self.out.path()).into_iter().map(bare).collect()
    }

    /// How many notifications wait for devices, or were given up: which of their acts they are of is the chain's affair.
    pub fn notifications(&self) -> i64 {
        let count = "SELECT count(*) FROM job WHERE task = $1";
        let waiting = self.house.store.read(move |tx| {
            Ok(tx.one(count, args![people::notice::PUSH], |row| row.int(0))?.unwrap_or_default())
        });
        waiting.wait().unwrap()
    }

    /// The worker does what is due.
    pub fn work(&self) {
        self.draw_anew(self.chance.get());
        self.runtime.block_on(async { while server::worker::handful(&self.house).await.unwrap() > 0 {} });
    }
}

async fn heard(response: Response<Body>) -> Heard {
    let (parts, body) = response.into_parts();
    let mut headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    headers.sort();
    let body = body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Heard { status: parts.status.as_u16(), headers, body, work: 0 }
}

/// The guard that forms of this page carry.
fn guard(page: &Heard) -> String {
    let text = page.text();
    let found = text.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    found.map(|(guard, _)| guard.to_owned()).unwrap_or_default()
}

impl Said {
    fn write(&self, guard: &str) -> (Option<&'static str>, Vec<u8>) {
        match self {
            Self::Nothing => (None, Vec::new()),
            Self::Resource(text) => (Some("application/fhir+json"), text.clone().into_bytes()),
            Self::Form(fields) => {
                let own = [("csrf", guard.to_owned())];
                let pairs = own.iter().chain(fields);
                let pairs = pairs.map(|(name, value)| format!("{name}={}", ui::address::encode(value)));
                let text = pairs.collect::<Vec<_>>().join("&");
                (Some("application/x-www-form-urlencoded"), text.into_bytes())
            }
            Self::Picture(seed) => {
                let day = MORNING.date();
                let fields = [
                    ("csrf", guard.to_owned()),
                    ("kind", "DOCPAT01".to_owned()),
                    ("title", format!("Photo {seed}")),
                    ("date-day", day.day().to_string()),
                    ("date-month", day.month().to_string()),
                    ("date-year", day.year().to_string()),
                ];
                let mut body = Vec::new();
                for (name, value) in fields {
                    let part = format!(
                        "--between\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                    );
                    body.extend(part.into_bytes());
                }
                let head = "--between\r\ncontent-disposition: form-data; name=\"files\"; filename=\"photo.png\"\r\n\
                    content-type: image/png\r\n\r\n";
                body.extend_from_slice(head.as_bytes());
                body.extend(synthetic::pictures::png(*seed, 40));
                body.extend_from_slice(b"\r\n--between--\r\n");
                (Some("multipart/form-data; boundary=between"), body)
            }
        }
    }
}
