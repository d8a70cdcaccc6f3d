//! A server of one's own: the real doors on random ports, on each engine, with a clock that stands still until a
//! journey moves it.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Chance, Clock, Instant};
use people::identity::session::Demo;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use server::config::Config;
use server::house::House;
use server::serve::{self, Running};
use store::Store;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// 2026-11-22T08:00:00Z, a Sunday on which nothing special happens.
pub const MORNING: Instant = Instant(1_795_334_400_000_000);

/// A running server and what it stands on.
pub struct World {
    pub house: Arc<House>,
    /// `http://localhost:<port>`.
    pub base: String,
    /// `http://127.0.0.1:<admin port>`.
    pub admin: String,
    running: Option<Running>,
    runtime: Runtime,
    _keep: Box<dyn Any>,
}

impl World {
    /// A world on a store; `keep` is what the store needs to go on existing.
    pub fn on(store: Store, keep: Box<dyn Any>) -> Self {
        Self::with(store, keep, &[])
    }

    /// The same with these variables of the configuration besides.
    pub fn with(store: Store, keep: Box<dyn Any>, more: &[(&str, &str)]) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (house, running) = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let variables = [
                ("CARNET_LISTEN", listener.local_addr().unwrap().to_string()),
                ("CARNET_DATA_DIR", folder.path().display().to_string()),
                ("CARNET_WORKER", "false".to_owned()),
            ];
            let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
            let variables = variables.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value));
            let config = Config::load(None, variables).unwrap();
            let demo = Some(Demo::nothing_here_is_real());
            let house = House::around(store, config, Clock::fixed(MORNING), Chance::seeded(7), demo).unwrap();
            let running = serve::start_on(house.clone(), listener, admin).unwrap();
            (house, running)
        });
        Self {
            base: format!("http://localhost:{}", running.address.port()),
            admin: format!("http://{}", running.admin),
            house,
            running: Some(running),
            runtime,
            _keep: keep,
        }
    }

    /// Lets the worker do everything that is due.
    pub fn worker_works(&self) {
        self.runtime.block_on(async {
            server::worker::round(&self.house).await;
            while server::worker::handful(&self.house).await.unwrap() > 0 {}
            server::transparency::sweep(&self.house).await.unwrap();
            server::transparency::ask_witnesses(&self.house).await;
        });
    }

    /// A browser: keeps cookies, follows nothing by itself.
    pub fn browser(&self) -> Browser {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Browser { client, base: self.base.clone() }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// Runs a journey on each engine.
pub fn on_both(journey: impl Fn(&World)) {
    store::testing::both(|store| journey(&World::on(store, Box::new(()))));
}

/// Somebody's browser without JavaScript.
pub struct Browser {
    pub client: Client,
    pub base: String,
}

/// A page as it came.
pub struct Seen {
    pub status: u16,
    pub location: Option<String>,
    pub text: String,
}

impl Browser {
    /// Opens a page.
    pub fn get(&self, path: &str) -> Seen {
        Seen::of(self.client.get(format!("{}{path}", self.base)).send().unwrap())
    }

    /// Sends the form of `page` to `action`: its guard, and these fields.
    pub fn post(&self, page: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let guard = page.guard();
        let mut form = vec![("csrf", guard.as_str())];
        form.extend_from_slice(fields);
        let body: String = form
            .iter()
            .map(|(name, value)| format!("{}={}", ui::address::encode(name), ui::address::encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        let request = self
            .client
            .post(format!("{}{action}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        Seen::of(request.send().unwrap())
    }
}

impl Seen {
    pub fn of(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            location: response.headers().get("location").map(|v| v.to_str().unwrap().to_owned()),
            text: response.text().unwrap(),
        }
    }

    /// The guard that forms of this page carry.
    pub fn guard(&self) -> String {
        self.text
            .split_once("name=\"csrf\" value=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(guard, _)| guard.to_owned())
            .unwrap_or_default()
    }

    /// Fails with the page when it does not say `words`.
    pub fn says(&self, words: &str) {
        assert!(self.text.contains(words), "status {}: {words:?} is not in\n{}", self.status, self.text);
    }

    /// Fails when it says `words`.
    pub fn does_not_say(&self, words: &str) {
        assert!(!self.text.contains(words), "{words:?} is in\n{}", self.text);
    }

    /// Fails with the page when it has another status.
    pub fn has_status(&self, status: u16) {
        assert_eq!(self.status, status, "{:?}\n{}", self.location, self.text);
    }
}

/// A port that is free together with the next one, below those that the system gives to outgoing connections.
pub fn two_ports() -> u16 {
    let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let start = 20_000 + (std::process::id() % 5_000) as u16 * 2;
    (start..32_000).step_by(2).find(|port| free(*port) && free(port + 1)).unwrap()
}
