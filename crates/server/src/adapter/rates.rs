//! How often somebody may ask: per network, per account and per client, by what is asked for.
//!
//! One cell per subject and class follows the generic cell rate algorithm (ITU-T I.371, annex A): it holds the
//! moment at which all that was asked would have been asked evenly. Cells live in a table of fixed size, so that no
//! number of subjects makes it grow; where a set of the table is full, the cell that is nearest to being forgotten
//! anyway makes room. A crate that keeps one entry per key (`governor`) would have to be swept from outside.
//!
//! Every node counts for itself: behind `n` nodes a subject gets at most `n` times as much. What must hold for all
//! nodes together is counted in the database (`people::identity::guard`, `people::vigilance`).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::Mutex;

use kernel::{Actor, Answer, App, Instant, Refusal, RefusalKind};

use crate::doors::{Door, Limit, Method, Route};

/// What a route is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Proving who one is.
    SignIn,
    /// Typing a code that came by letter or on paper.
    Code,
    /// Looking for a person: what may not become an oracle.
    Search,
    /// Reading.
    Read,
    /// Changing something.
    Write,
    /// Sending documents.
    Upload,
    /// Asking for an access token.
    Token,
    /// The site's own files, which are in memory and the same for everybody: never limited.
    Asset,
}

impl Class {
    /// Every class that can be limited.
    pub const LIMITED: [Self; 7] =
        [Self::SignIn, Self::Code, Self::Search, Self::Read, Self::Write, Self::Upload, Self::Token];

    /// Its name in the configuration and in the metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Code => "code",
            Self::Search => "search",
            Self::Read => "read",
            Self::Write => "write",
            Self::Upload => "upload",
            Self::Token => "token",
            Self::Asset => "asset",
        }
    }

    /// The class of a route, from its line in the table: a new route is never left out.
    #[must_use]
    pub fn of(route: &Route) -> Self {
        let (path, get) = (route.path, route.method == Method::Get);
        let has = |word: &str| path.split(['/', '-', '.']).any(|part| part == word);
        match route.door {
            _ if has("assets") || has("theme") || path == "/robots.txt" => Self::Asset,
            _ if is_search(route) => Self::Search,
            // Whoever is not signed in yet writes a row by it.
            _ if has("authorize") => Self::Token,
            _ if get => Self::Read,
            Door::OAuth => Self::Token,
            _ if route.limit != Limit::Form => Self::Upload,
            Door::Fhir if path.ends_with("/_search") => Self::Read,
            _ if ["activation", "recovery", "opposition", "codes", "code"].into_iter().any(has) => Self::Code,
            _ if has("sign") || has("confirm") => Self::SignIn,
            _ => Self::Write,
        }
    }
}

/// Whether a route looks for a person by what the asker knows of her.
pub(super) fn is_search(route: &Route) -> bool {
    matches!(
        (route.method, route.path),
        (Method::Post, "/pro" | "/fhir/Patient/_search") | (Method::Get, "/fhir/Patient")
    )
}

/// Whether parameters of a request look for a person by her number (`patient.identifier` and its other spellings):
/// whatever the route is, its answer may tell whether a number is somebody's.
pub(super) fn names_a_number(pairs: &[(String, String)]) -> bool {
    const NAMES: [&str; 3] = ["patient.identifier", "patient:identifier", "subject:identifier"];
    pairs.iter().any(|(name, _)| NAMES.contains(&name.as_str()))
}

/// So many within so long; all of them at once, or evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// Within how long, in microseconds.
    pub period: i64,
}

impl Rate {
    /// Reads `300/minute`; `none` is no limit. Units: `second`, `minute`, `hour`.
    ///
    /// # Errors
    /// What it should look like.
    pub fn parse(text: &str) -> Result<Option<Self>, &'static str> {
        const LIKE: &str = "is like 300/minute (second, minute, hour), or none";
        if text == "none" {
            return Ok(None);
        }
        let (count, unit) = text.split_once('/').ok_or(LIKE)?;
        let seconds = match unit {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            _ => return Err(LIKE),
        };
        match count.parse() {
            Ok(count) if count > 0 => Ok(Some(Self { count, period: seconds * Instant::SECOND })),
            _ => Err(LIKE),
        }
    }

    /// The rule: `due` is the moment at which everything asked until now would have been asked evenly. Answers the
    /// next such moment, or how many microseconds are missing.
    ///
    /// # Errors
    /// Microseconds to wait.
    pub fn admit(self, due: i64, now: i64) -> Result<i64, i64> {
        let each = (self.period / i64::from(self.count)).max(1);
        // A clock that was set back must not shut anybody out for longer than one period.
        let due = due.clamp(now, now.saturating_add(self.period));
        let next = due + each;
        let missing = next - now - self.period.max(each);
        if missing > 0 { Err(missing) } else { Ok(next) }
    }
}

/// The limits of every class for one kind of subject, in the order of [`Class::LIMITED`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(pub [Option<Rate>; Class::LIMITED.len()]);

impl Table {
    fn of(&self, class: Class) -> Option<Rate> {
        let at = Class::LIMITED.iter().position(|limited| *limited == class)?;
        self.0[at]
    }
}

/// What the operator decided.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Per network, for whoever shows no access token.
    pub network: Table,
    /// Per account: a citizen, a professional, a member of the operator's team.
    pub account: Table,
    /// Per registered software.
    pub client: Table,
    /// Whether requests from this very machine are limited too.
    pub local: bool,
}

/// The part of an address that is one subscriber: an IPv4 address, a /56 of IPv6 (what a household is given).
#[must_use]
pub fn subscriber(network: IpAddr) -> u128 {
    match network.to_canonical() {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => (u128::from(ip) >> 72) | (1 << 127),
    }
}

/// Sets of the table; a power of two.
const SETS: usize = 1 << 14;
/// Cells of a set. 2^14 sets of 8 cells of 16 bytes are 2 MiB.
const WAYS: usize = 8;

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    subject: u64,
    due: i64,
}

/// Counts, and says no.
pub struct Rates {
    limits: Limits,
    /// By number of route.
    classes: Vec<Class>,
    /// The number of a route that is a search.
    search: Option<usize>,
    seed: u64,
    sets: Vec<Mutex<[Cell; WAYS]>>,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rates({} routes)", self.classes.len())
    }
}

impl Rates {
    /// An empty table for these routes. `seed` keeps outsiders from choosing addresses that share a cell.
    #[must_use]
    pub fn new(limits: Limits, routes: &[Route], seed: u64) -> Self {
        let classes: Vec<Class> = routes.iter().map(Class::of).collect();
        Self {
            limits,
            search: classes.iter().position(|class| *class == Class::Search),
            classes,
            seed,
            sets: (0..SETS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The number of the route that a request is counted for: its own, or that of a search when it is one.
    #[must_use]
    pub fn counted_as(&self, route: usize, searches: bool) -> usize {
        self.search.filter(|_| searches).unwrap_or(route)
    }

    /// Counts a request to route number `route` for the network it came from.
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn network(&self, route: usize, network: IpAddr, now: Instant) -> Answer<()> {
        self.count(&self.limits.network, route, network, ("network", subscriber(network)), now)
    }

    /// Counts it for the account that is signed in; nobody has none, software is counted by [`Self::client`], and an app
    /// by [`Self::app`].
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn account(&self, route: usize, network: IpAddr, actor: &Actor, now: Instant) -> Answer<()> {
        let limits = &self.limits.account;
        match actor {
            Actor::Citizen { person, .. } => self.count(limits, route, network, ("citizen", person), now),
            Actor::Professional(of) => self.count(limits, route, network, ("professional", &of.rpps), now),
            Actor::Operator { name } => self.count(limits, route, network, ("operator", name), now),
            Actor::App(_) | Actor::Software(_) | Actor::System { .. } | Actor::Nobody => Ok(()),
        }
    }

    /// Counts it for the connection whose access token was shown, like an account: an app may ask from one network for
    /// all whom it serves.
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn app(&self, route: usize, network: IpAddr, app: &App, now: Instant) -> Answer<()> {
        self.count(&self.limits.account, route, network, ("app", &app.client_id, &app.connection), now)
    }

    /// Counts it for the software whose access token was shown.
    ///
    /// # Errors
    /// `SlowDown`.
    pub fn client(&self, route: usize, network: IpAddr, client_id: &str, now: Instant) -> Answer<()> {
        self.count(&self.limits.client, route, network, ("client", client_id), now)
    }

    fn count(
        &self,
        limits: &Table,
        route: usize,
        network: IpAddr,
        subject: impl Hash,
        now: Instant,
    ) -> Answer<()> {
        if !self.limits.local && network.to_canonical().is_loopback() {
            return Ok(());
        }
        let Some(class) = self.classes.get(route).copied() else { return Ok(()) };
        let Some(rate) = limits.of(class) else { return Ok(()) };
        let Err(missing) = self.admit((class, subject), rate, now) else { return Ok(()) };
        let retry_after = u32::try_from(missing / Instant::SECOND + 1).unwrap_or(u32::MAX);
        let kind = RefusalKind::SlowDown { retry_after };
        Err(Refusal::new(kind, "too-fast", "Too many requests of this kind: wait before the next one."))
    }

    fn admit(&self, subject: impl Hash, rate: Rate, now: Instant) -> Result<(), i64> {
        let mut hasher = DefaultHasher::new();
        (self.seed, subject).hash(&mut hasher);
        // Zero is an empty cell.
        let subject = hasher.finish().max(1);
        let set = &self.sets[subject as usize % SETS];
        let mut cells = set.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = cells.iter().position(|cell| cell.subject == subject);
        let at = known.unwrap_or_else(|| {
            // An empty cell is due at zero, so it is taken first.
            (0..WAYS).min_by_key(|at| cells[*at].due).unwrap_or_default()
        });
        let due = if known.is_some() { cells[at].due } else { now.0 };
        cells[at] = Cell { subject, due: rate.admit(due, now.0)? };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(limits: Limits) -> Rates {
        Rates::new(limits, &crate::doors::routes(true), 7)
    }

    fn table(text: &str) -> Table {
        Table([Rate::parse(text).unwrap(); Class::LIMITED.len()])
    }

    #[test]
    fn a_rate_lets_a_burst_pass_and_then_one_at_a_time() {
        let rate = Rate::parse("3/minute").unwrap().unwrap();
        let second = Instant::SECOND;
        // now in seconds, what it answers: Ok, or seconds to wait
        let cases =
            [(0, Ok(())), (0, Ok(())), (0, Ok(())), (0, Err(20)), (19, Err(1)), (20, Ok(())), (20, Err(20))];
        let mut due = 0;
        for (now, expected) in cases {
            let said = rate.admit(due, now * second);
            due = said.unwrap_or(due);
            assert_eq!(said.map(drop).map_err(|wait| wait / second), expected, "at {now}");
        }
        // A clock that was set back by a day shuts nobody out for longer than the period.
        assert!(rate.admit(86_400 * second, 0).unwrap_err() <= 60 * second);
        // A rate beyond the clock's grain is no division by zero.
        assert!(Rate { count: u32::MAX, period: second }.admit(0, 0).is_ok());
    }

    #[test]
    fn rates_are_read_as_they_are_written() {
        assert_eq!(Rate::parse("none"), Ok(None));
        let rate = Rate { count: 5000, period: Instant::SECOND };
        assert_eq!(Rate::parse("5000/second"), Ok(Some(rate)));
        for wrong in ["", "5", "5/day", "0/minute", "-1/minute", "x/hour", "5/minute "] {
            assert!(Rate::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn subjects_and_classes_are_counted_apart() {
        let rates = rates(Limits { network: table("2/minute"), ..Limits::default() });
        let routes = crate::doors::routes(true);
        let number = |name: &str| routes.iter().position(|route| route.name() == name).unwrap();
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let now = Instant(1_000_000_000);
        let (read, code) = (number("GET /documents"), number("POST /activation"));
        for (route, from, passes) in [
            (read, one, true),
            (read, one, true),
            (read, one, false),
            (code, one, true),
            (read, other, true),
            (number("GET /robots.txt"), one, true),
        ] {
            assert_eq!(rates.network(route, from, now).is_ok(), passes, "{route} {from}");
        }
        // Forty thousand others later it is still known, or forgotten because its time had come: never remembered wrongly.
        for n in 0..40_000_u32 {
            drop(rates.network(read, IpAddr::V4((n + 0x0a00_0000).into()), now));
        }
        assert!(rates.network(read, one, now.plus(61 * Instant::SECOND)).is_ok());
    }

    #[test]
    fn this_machine_is_limited_only_when_told_to_be() {
        let here: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        for (local, passes) in [(false, true), (true, false)] {
            let rates = rates(Limits { network: table("1/hour"), local, ..Limits::default() });
            let tries: Vec<_> = (0..9).map(|_| rates.network(0, here, Instant(9)).is_ok()).collect();
            assert_eq!(tries, [&[true][..], &[passes; 8]].concat(), "{local}");
        }
    }

    #[test]
    fn a_number_among_the_parameters_makes_a_search_of_a_reading() {
        let rates = rates(Limits::default());
        let pairs =
            |name: &str| vec![("status".to_owned(), "current".to_owned()), (name.to_owned(), "x".to_owned())];
        for (name, searches) in [
            ("patient.identifier", true),
            ("patient:identifier", true),
            ("subject:identifier", true),
            ("patient", false),
            ("identifier", false),
        ] {
            assert_eq!(names_a_number(&pairs(name)), searches, "{name}");
        }
        let routes = crate::doors::routes(true);
        let reading = routes.iter().position(|route| route.name() == "GET /fhir/DocumentReference").unwrap();
        assert_eq!(rates.classes[rates.counted_as(reading, true)], Class::Search);
        assert_eq!(rates.counted_as(reading, false), reading);
    }

    #[test]
    fn a_household_is_one_subscriber() {
        let of = |text: &str| subscriber(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:1200::1"), of("2001:db8:1:12ff::2"));
        assert_ne!(of("2001:db8:1:1200::1"), of("2001:db8:1:1300::1"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn every_route_has_the_class_that_its_name_says() {
        let routes = crate::doors::routes(true);
        let class = |name: &str| {
            let route = routes.iter().find(|route| route.name() == name);
            route.map(Class::of).unwrap_or_else(|| panic!("no route {name}"))
        };
        for (name, expected) in [
            ("POST /sign-in/finish", Class::SignIn),
            ("POST /sign-in/recovery", Class::Code),
            ("POST /activation", Class::Code),
            ("POST /opposition/confirm", Class::Code),
            ("POST /pro", Class::Search),
            ("GET /fhir/Patient", Class::Search),
            ("POST /fhir/Patient/_search", Class::Search),
            ("GET /fhir/DocumentReference", Class::Read),
            ("POST /fhir/DocumentReference/_search", Class::Read),
            ("POST /fhir", Class::Upload),
            ("POST /documents/add", Class::Upload),
            ("POST /sharing/decide", Class::Write),
            ("POST /oauth/token", Class::Token),
            ("GET /oauth/authorize", Class::Token),
            ("GET /assets/{file}", Class::Asset),
            ("GET /", Class::Read),
        ] {
            assert_eq!(class(name), expected, "{name}");
        }
    }

    #[test]
    fn a_check_takes_less_than_a_microsecond_and_memory_stays_what_it_is() {
        let rates = rates(Limits { network: table("1000000/second"), ..Limits::default() });
        let size = SETS * WAYS * size_of::<Cell>();
        assert_eq!(size, 2 * 1024 * 1024);
        let started = std::time::Instant::now();
        let rounds = 200_000_u32;
        for n in 0..rounds {
            let from = IpAddr::V4((n % 1000 + 0x0a00_0000).into());
            assert!(rates.network(0, from, Instant(i64::from(n))).is_ok());
        }
        let each = started.elapsed().as_nanos() / u128::from(rounds);
        // Unoptimised, on a busy machine; the figure for the release build is in docs/benchmarks.md.
        assert!(each < 20_000, "{each} ns");
        println!("one check: {each} ns");
    }
}
