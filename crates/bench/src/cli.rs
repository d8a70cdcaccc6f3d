//! The command line: `carnet-bench deposit`, `read`, `page` …

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::Trouble;
use crate::carnet::Installation;
use crate::field::Field;
use crate::load::Bounds;
use crate::report::{self, say};
use crate::scenario::deposit::Paper;
use crate::scenario::peer::Part;
use crate::scenario::{Serials, enrol, peer, start};
use crate::{inside, settle, whole};

/// Measures a Carnet, or another FHIR server, over HTTP.
#[derive(Debug, Parser)]
#[command(name = "carnet-bench", version)]
pub struct Cli {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Deposits documents through ITI-65 for people drawn from the enrolled country.
    Deposit {
        /// A PDF of this size (`80k`) instead of the CDA of 6 kB; with --target the PDF's size, 20k if not given.
        #[arg(long, value_parser = parse_size)]
        pdf: Option<usize>,
    },
    /// Lists documents and opens them over FHIR, as a person or professional who may.
    Read,
    /// Opens a page at a fixed rate; latency counts from the moment a request was due.
    Page(PageArguments),
    /// Asks for access tokens as registered software does, each with a signed assertion of its own.
    Tokens(Pace),
    /// Signs people in with their passkeys; `serve` and `all` prepare them.
    SignIn(Pace),
    /// Deposits, reads and pages at the same time: half of the clients deposit, a quarter reads, a quarter browses.
    Mixed,
    /// Writes an insurer's file of so many people and times `carnet enrol` on it.
    Enrol,
    /// Opens the spaces of everybody enrolled in --data, as if their window were over; the server must be down.
    Settle,
    /// Starts `carnet serve` on --data for invited guests and keeps it until --seconds are over; for profiling.
    Serve,
    /// The deposits of `deposit`, made in this process on --data: what is left when nobody speaks HTTP.
    Inside,
    /// Writes the insurer's file of the country to the standard output.
    File,
    /// Times `carnet serve` from its start to its first answer.
    Start,
    /// Weighs the data before and after so many deposits (--count).
    Storage,
    /// Says how much memory the server keeps.
    Resident,
    /// Everything, several times each; prints a Markdown table.
    All,
}

/// Options of `tokens` and `sign-in`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Pace {
    /// So many a second, latency counted from the moment one was due, instead of as many as are answered.
    #[arg(long)]
    pub rate: Option<f64>,
}

/// Options of `page`.
#[derive(Args, Clone, Debug)]
pub struct PageArguments {
    /// The page.
    #[arg(long, default_value = "/documents")]
    pub path: String,
    /// Requests a second.
    #[arg(long, default_value_t = 300.0)]
    pub rate: f64,
    /// Documents that are put into each person's space first; guests of `all` have two hundred.
    #[arg(long, default_value_t = 0)]
    pub documents: usize,
    /// For how many people the page is opened, each with a session of her own.
    #[arg(long, default_value_t = whole::GUESTS)]
    pub guests: usize,
    /// Do not ask for compressed pages (browsers do).
    #[arg(long)]
    pub plain: bool,
}

impl PageArguments {
    /// What the targets speak of: the list of documents, 300 times a second.
    #[must_use]
    pub fn usual() -> Self {
        Self { path: "/documents".into(), rate: 300.0, documents: 0, guests: whole::GUESTS, plain: false }
    }
}

/// Options of every measurement.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// What a running `carnet demo` wrote about itself.
    #[arg(long, global = true, default_value = "carnet-data/demo.json")]
    pub demo: PathBuf,
    /// Another FHIR R4 server (`http://host:port/fhir`) instead of Carnet; the only way to leave this machine.
    #[arg(long, global = true)]
    pub target: Option<String>,
    /// Bearer token for --target.
    #[arg(long, global = true)]
    pub token: Option<String>,
    /// Connections that ask at the same time.
    #[arg(long, global = true, default_value_t = 64)]
    pub clients: usize,
    /// Seconds that count.
    #[arg(long, global = true, default_value_t = 20)]
    pub seconds: u64,
    /// Seconds of load before.
    #[arg(long, global = true, default_value_t = 3)]
    pub warmup: u64,
    /// At most so many requests.
    #[arg(long, global = true, default_value_t = 10_000_000)]
    pub count: u64,
    /// What everything random is drawn from.
    #[arg(long, global = true, default_value_t = 1)]
    pub seed: u64,
    /// Which synthetic country was enrolled.
    #[arg(long, global = true, default_value_t = 1)]
    pub country: u64,
    /// How many of its people were, or are to be, enrolled.
    #[arg(long, global = true, default_value_t = 10_000)]
    pub people: u64,
    /// For how many of them bodies are made beforehand.
    #[arg(long, global = true, default_value_t = 10_000)]
    pub pool: usize,
    /// Further ports whose processes belong to the server: a database's.
    #[arg(long, global = true)]
    pub with_port: Vec<u16>,
    /// How often each measurement is repeated.
    #[arg(long, global = true, default_value_t = 1)]
    pub runs: usize,
    /// The program, for `enrol`, `start`, `storage` and `all`.
    #[arg(long, global = true)]
    pub carnet: Option<PathBuf>,
    /// Its data folder, for the same.
    #[arg(long, global = true)]
    pub data: Option<PathBuf>,
    /// Its web port, for the same.
    #[arg(long, global = true, default_value_t = 18_080)]
    pub port: u16,
    /// Its database (`postgres://…`), for the same; the embedded engine if not given.
    #[arg(long, global = true)]
    pub database: Option<String>,
}

impl Common {
    /// What counts of a run.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds {
            warmup: Duration::from_secs(self.warmup),
            measured: Duration::from_secs(self.seconds),
            count: self.count,
        }
    }

    /// The program and its data.
    ///
    /// # Errors
    /// When no data folder is given: measuring by accident in somebody's data would be the worse mistake.
    pub fn installation(&self) -> Result<Installation, Trouble> {
        Ok(Installation {
            program: self.carnet.clone().unwrap_or_else(Installation::find_program),
            data: self.data.clone().ok_or("give --data: a folder for the measurement alone")?,
            port: self.port,
            database: self.database.clone(),
        })
    }
}

impl Cli {
    /// Measures what was asked for.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.measure())
    }

    async fn measure(&self) -> Result<(), Trouble> {
        let common = &self.common;
        match &self.what {
            What::File => {
                let mut out = std::io::stdout().lock();
                crate::population::write_insurer_file(common.country, common.people, &mut out)?;
                return Ok(());
            }
            What::Enrol => return self.enrol(),
            What::Start => return self.start().await,
            What::Settle => {
                let settled = settle::settle(&common.installation()?, common.country, common.people)?;
                say(&settled.sentence());
                return Ok(());
            }
            What::Inside => return inside::run(common),
            What::Serve => return self.serve().await,
            What::Storage => {
                return whole::weigh(common, &common.installation()?).await.map(|row| say(&row.line()));
            }
            What::All => return whole::run(common).await,
            _ => {}
        }
        if let Some(target) = &common.target {
            return self.peer(target).await;
        }
        let field = Field::open(common)?;
        for _ in 0..common.runs {
            let outcome = match &self.what {
                What::Deposit { pdf } => field.deposit(pdf.map_or(Paper::Cda, Paper::Pdf)).await?,
                What::Read => field.read().await?,
                What::Page(page) => field.page(page).await?,
                What::Mixed => field.mixed().await?,
                What::Tokens(pace) => field.tokens(*pace).await?,
                What::SignIn(pace) => field.sign_in(*pace).await?,
                _ => {
                    say(&field.resident());
                    continue;
                }
            };
            report::say_outcome(&outcome);
        }
        Ok(())
    }

    async fn peer(&self, target: &str) -> Result<(), Trouble> {
        let (parts, pdf): (&[Part], usize) = match &self.what {
            What::Deposit { pdf } => (&[Part::Write], pdf.unwrap_or(20_000)),
            What::Read => (&[Part::Read], 20_000),
            What::Mixed => (&[Part::Write, Part::Read], 20_000),
            _ => return Err("--target goes with deposit, read or mixed".into()),
        };
        let field = peer::Stranger::open(target, &self.common)?;
        for _ in 0..self.common.runs {
            report::say_outcome(&field.measure(parts, pdf, &self.common, &Serials::new()).await?);
        }
        Ok(())
    }

    fn enrol(&self) -> Result<(), Trouble> {
        let installation = self.common.installation()?;
        let done = enrol::enrol(&installation, self.common.country, self.common.people)?;
        say(&whole::enrolled(&done).line());
        Ok(())
    }

    async fn serve(&self) -> Result<(), Trouble> {
        let (common, installation) = (&self.common, self.common.installation()?);
        let population = crate::population::Population::new(common.country, common.people);
        let path = crate::guests::invite(&installation, &population, whole::PARTY)?;
        let (running, _) = installation.open_doors().await?;
        say(&format!("process {}; --demo {}", running.pid(), path.display()));
        tokio::time::sleep(Duration::from_secs(common.seconds)).await;
        running.stop().map(|_| ())
    }

    async fn start(&self) -> Result<(), Trouble> {
        let installation = self.common.installation()?;
        for _ in 0..self.common.runs {
            let took = start::first_answer(&installation).await?;
            say(&format!("start to first answer: {:.0} ms", took.as_secs_f64() * 1e3));
        }
        Ok(())
    }
}

/// `80k`, `1m` or a number of bytes; a k is a thousand.
fn parse_size(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let (digits, unit) = match lower.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => lower.strip_suffix('m').map_or((lower.as_str(), 1), |digits| (digits, 1_000_000)),
    };
    let number: usize = digits.parse().map_err(|_| format!("{text}: not a size like 80k"))?;
    Ok(number * unit)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
        let cli = Cli::parse_from(["carnet-bench", "deposit", "--pdf", "80k", "--clients", "8"]);
        assert!(matches!(cli.what, What::Deposit { pdf: Some(80_000) }));
        assert_eq!(cli.common.clients, 8);
        let cli = Cli::parse_from(["carnet-bench", "sign-in", "--rate", "200"]);
        assert!(matches!(cli.what, What::SignIn(Pace { rate: Some(200.0) })));
    }

    #[test]
    fn sizes_are_counted_in_thousands() {
        assert_eq!(parse_size("80k"), Ok(80_000));
        assert_eq!(parse_size("1M"), Ok(1_000_000));
        assert_eq!(parse_size("512"), Ok(512));
        assert!(parse_size("many").is_err());
    }
}
