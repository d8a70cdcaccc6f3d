//! What every request and every job of the worker shares.

use std::sync::Arc;

use kernel::{Chance, Clock, Fault};
use people::enrolment::Tallies;
use people::identity::passkeys::Site;
use people::identity::session::{Demo, Limits};
use store::{Keyring, Store};

use crate::adapter::rates::Rates;
use crate::adapter::watch::Met;
use crate::config::Config;
use crate::doors::{self, Route};
use crate::metrics::Metrics;

/// The open house: store, clock, chance, configuration, routes, counters.
#[derive(Debug)]
pub struct House {
    /// Where everything is kept.
    pub store: Store,
    /// Where the present comes from.
    pub clock: Clock,
    /// Where ids and codes come from.
    pub chance: Chance,
    /// What the operator decided.
    pub config: Config,
    /// Every route of the public doors, in the order in which they are counted.
    pub routes: Vec<Route>,
    /// Counters.
    pub metrics: Metrics,
    /// Present in `carnet demo`: personas sign in with a link, and every page says that nothing is real.
    pub demo: Option<Demo>,
    /// The site that passkeys are made for.
    pub site: Site,
    /// What is counted for the operator, until the worker writes it down.
    pub tallies: Tallies,
    /// How long sessions live.
    pub sessions: Limits,
    /// How often somebody may ask.
    pub rates: Rates,
    /// Sessions of professionals that this node has met.
    pub met: Met,
}

impl House {
    /// Opens the house: keys, store, policies. Everything that is wrong is said now, not at the first request.
    ///
    /// # Errors
    /// Keys that do not fit, a store that does not open, policies that do not hold.
    pub fn open(
        config: Config,
        clock: Clock,
        chance: Chance,
        demo: Option<Demo>,
    ) -> Result<Arc<Self>, Fault> {
        oauth::install_crypto();
        people::consent::policy::check()?;
        if let Some(path) = &config.access {
            let read = std::fs::read_to_string(path);
            let text = read.map_err(|e| Fault::Configuration(format!("access: {}: {e}", path.display())))?;
            people::consent::access::install(&text)?;
        }
        let keyring = keyring(&config)?;
        // On a thread of its own, because the client of the server engine starts a small runtime to connect, which
        // may not happen inside ours.
        let store = std::thread::scope(|threads| {
            let opening = threads.spawn(|| Store::open(&config.place, keyring, &config.store));
            opening.join().unwrap_or_else(|_| Err(Fault::Internal("the store's opening ended early".into())))
        })?;
        Self::around(store, config, clock, chance, demo)
    }

    /// A house around a store that is open already.
    ///
    /// # Errors
    /// An origin that passkeys cannot be made for.
    pub fn around(
        store: Store,
        config: Config,
        clock: Clock,
        chance: Chance,
        demo: Option<Demo>,
    ) -> Result<Arc<Self>, Fault> {
        let domain = config.host().rsplit_once(':').map_or(config.host(), |(domain, _)| domain);
        let site = Site::new(domain, &config.origin, config.theme.name())?;
        let routes = doors::routes(demo.is_some());
        let metrics = Metrics::new(routes.iter().map(Route::name).collect());
        let (tallies, sessions) = (Tallies::default(), Limits::default());
        let rates = Rates::new(config.limits.clone(), &routes, chance.u64());
        Ok(Arc::new(Self {
            store,
            clock,
            chance,
            config,
            routes,
            metrics,
            demo,
            site,
            tallies,
            sessions,
            rates,
            met: Met::default(),
        }))
    }
}

/// The keys of an existing house, or new ones for a folder where nothing is yet.
fn keyring(config: &Config) -> Result<Keyring, Fault> {
    if config.key_file.exists() {
        return Keyring::load(&config.key_file);
    }
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    tracing::info!(file = %config.key_file.display(), "made a new master key: keep a copy of it apart from the data");
    Keyring::create(&config.key_file)
}
