//! A running Carnet and everything needed to put it under load: where it is, who gets in, whom it holds, and
//! whose processor time counts.

use std::cell::OnceCell;

use crate::Trouble;
use crate::cli::{Common, Pace, PageArguments};
use crate::demo::{Demo, Persona};
use crate::load::{Bounds, Client, Outcome, Role, at, closed, open};
use crate::login::Login;
use crate::population::Population;
use crate::process::Gauge;
use crate::report::say;
use crate::scenario::deposit::{Paper, Plan};
use crate::scenario::{Serials, deposit, page, read, sign_in, tokens};
use crate::wire::Site;

/// Connections that carry pages at a fixed rate: more than are ever busy at once unless the server stalls.
const BROWSERS: usize = 64;

/// See the module.
pub struct Field {
    common: Common,
    demo: Demo,
    fhir: Site,
    web: Site,
    gauge: Gauge,
    serials: Serials,
    population: OnceCell<Population>,
}

impl Field {
    /// Reads the demo's own description and finds its process.
    ///
    /// # Errors
    /// When there is no demo, or it is not on this machine.
    pub fn open(common: &Common) -> Result<Self, Trouble> {
        Self::of(Demo::read(&common.demo)?, common)
    }

    /// The field of a demo that is known already.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn of(demo: Demo, common: &Common) -> Result<Self, Trouble> {
        let fhir = Site::parse(demo.address("fhir")?, false)?;
        let web = Site::parse(demo.address("base")?, false)?;
        let mut ports = common.with_port.clone();
        ports.push(web.port());
        let gauge = Gauge::listening(&ports);
        if gauge.is_empty() {
            return Err(format!("nobody listens on port {}: is `carnet demo` running?", web.port()).into());
        }
        let (common, serials) = (common.clone(), Serials::new());
        Ok(Self { common, demo, fhir, web, gauge, serials, population: OnceCell::new() })
    }

    fn population(&self) -> &Population {
        self.population.get_or_init(|| Population::new(self.common.country, self.common.people))
    }

    async fn software(&self, bounds: &Bounds) -> Result<Login, Trouble> {
        let login = Login::software(&self.demo.client()?).await?;
        login.outlasts(bounds.warmup + bounds.measured)?;
        Ok(login)
    }

    /// The first people with an INS and a way in.
    fn citizens(&self, most: usize) -> Result<Vec<Persona>, Trouble> {
        let mut citizens = self.demo.personas("citizen");
        citizens.retain(|persona| persona.ins.is_some());
        citizens.truncate(most);
        if citizens.is_empty() { Err("no citizen with an INS can sign in".into()) } else { Ok(citizens) }
    }

    fn plan(&self, paper: Paper, clients: usize) -> Plan {
        // Bodies of large documents are kept for fewer people: half a gigabyte is enough.
        let most = match paper {
            Paper::Cda => usize::MAX,
            Paper::Pdf(size) => 500_000_000 / (size * 7 / 3).max(1),
        };
        Plan { paper, clients, people: self.common.pool.min(most), seed: self.common.seed }
    }

    async fn depositors(&self, paper: Paper, clients: usize) -> Result<Vec<Box<dyn Role>>, Trouble> {
        // Bodies take a moment to make; the token is asked for afterwards, so that it lasts.
        let population = self.population();
        let plan = self.plan(paper, clients);
        let login = self.software(&self.common.bounds()).await?;
        deposit::roles(&plan, population, &login, &self.serials)
    }

    /// Deposits in a closed loop.
    ///
    /// # Errors
    /// When nobody may deposit.
    pub async fn deposit(&self, paper: Paper) -> Result<Outcome, Trouble> {
        let roles = self.depositors(paper, self.common.clients).await?;
        closed(at(&self.fhir, roles), &self.common.bounds(), &self.gauge).await
    }

    /// People who read their own documents over FHIR.
    async fn readers(&self, clients: usize) -> Result<Vec<Box<dyn Role>>, Trouble> {
        let system = "urn:oid:1.2.250.1.213.1.4.10";
        let mut roles: Vec<Box<dyn Role>> = Vec::with_capacity(clients);
        let people = self.citizens(clients)?;
        for n in 0..clients {
            let person = &people[n % people.len()];
            let login = Login::persona(person).await?;
            let matricule = person.ins.as_deref().unwrap_or_default();
            let search = format!(
                "/DocumentReference?patient.identifier={system}%7C{matricule}&status=current&_count=20"
            );
            roles.extend(read::roles(&self.fhir, &login, &search, 1).await?);
        }
        Ok(roles)
    }

    /// Reads over FHIR in a closed loop.
    ///
    /// # Errors
    /// When the space cannot be read.
    pub async fn read(&self) -> Result<Outcome, Trouble> {
        let roles = self.readers(self.common.clients).await?;
        closed(at(&self.fhir, roles), &self.common.bounds(), &self.gauge).await
    }

    async fn visitors(&self, asked: &PageArguments, clients: usize) -> Result<Vec<Box<dyn Role>>, Trouble> {
        let people = self.citizens(asked.guests.max(1))?;
        if asked.documents > 0 {
            let software = Login::software(&self.demo.client()?).await?;
            for person in &people {
                let matricule = person.ins.as_deref().unwrap_or_default();
                page::fill(&self.fhir, &software, matricule, asked.documents, &self.serials).await?;
            }
        }
        let mut logins = Vec::with_capacity(people.len());
        for person in &people {
            let login = Login::persona(person).await?;
            page::try_page(&self.web, &asked.path, &login).await?;
            logins.push(login);
        }
        Ok(page::roles("page", &asked.path, &logins, !asked.plain, clients))
    }

    /// Opens a page at a fixed rate.
    ///
    /// # Errors
    /// When it is not a page.
    pub async fn page(&self, asked: &PageArguments) -> Result<Outcome, Trouble> {
        let roles = self.visitors(asked, BROWSERS).await?;
        open(at(&self.web, roles), &self.common.bounds(), &self.gauge, asked.rate, self.common.seed).await
    }

    async fn paced(&self, clients: Vec<Client>, pace: Pace) -> Result<Outcome, Trouble> {
        // Limits count by network, account and client: a server that counts this machine would be measured refusing.
        say("limits: this machine's requests are free of them, unless the server has limits.local");
        match pace.rate {
            Some(rate) => open(clients, &self.common.bounds(), &self.gauge, rate, self.common.seed).await,
            None => closed(clients, &self.common.bounds(), &self.gauge).await,
        }
    }

    /// Asks for access tokens.
    ///
    /// # Errors
    /// When there is no software.
    pub async fn tokens(&self, pace: Pace) -> Result<Outcome, Trouble> {
        let client = self.demo.client()?;
        let endpoint = Site::parse(&client.token_endpoint, false)?;
        say(tokens::HOW);
        let roles = tokens::roles(client, self.common.clients, &self.serials);
        self.paced(at(&endpoint, roles), pace).await
    }

    /// Signs people in with their passkeys.
    ///
    /// # Errors
    /// When nobody has one.
    pub async fn sign_in(&self, pace: Pace) -> Result<Outcome, Trouble> {
        let (passkeys, origin) = (self.demo.passkeys(), self.demo.address("base")?);
        let roles = sign_in::roles(&self.web, passkeys, origin, self.common.clients).await?;
        say(&format!("{}; {} people", sign_in::HOW, passkeys.len()));
        self.paced(at(&self.web, roles), pace).await
    }

    /// Deposits, reads and pages at once, in a closed loop.
    ///
    /// # Errors
    /// When one of them is not possible.
    pub async fn mixed(&self) -> Result<Outcome, Trouble> {
        let quarter = (self.common.clients / 4).max(1);
        let mut clients = at(&self.fhir, self.depositors(Paper::Cda, quarter * 2).await?);
        clients.extend(at(&self.fhir, self.readers(quarter).await?));
        clients.extend(at(&self.web, self.visitors(&PageArguments::usual(), quarter).await?));
        closed(clients, &self.common.bounds(), &self.gauge).await
    }

    /// How much memory the server keeps, as a sentence.
    #[must_use]
    pub fn resident(&self) -> String {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        format!(
            "resident: {:.0} MB, at most {:.0} MB since its start",
            megabytes(self.gauge.resident()),
            megabytes(self.gauge.peak())
        )
    }

    /// Bytes of memory that the server keeps.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        self.gauge.resident()
    }
}
