//! The catalogue of apps that a person may connect to her space. The operator vets an app (docs/operations/apps.md says
//! how), writes down what she found in a file, and adds it; whom she suspends reads nothing from that moment on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use kernel::{Answer, Fault, Instant, Refusal};
use oauth::Scopes;
use people::apps::{self, Listed, Text};
use people::registry::{self, Client, SenderKind};
use serde::Deserialize;

use super::{print, tell};
use crate::house::House;

/// What is done with the catalogue.
#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// Adds a vetted app: from now on people find it under “Apps”. Again, with the same client_id and keys: what is new of
    /// it.
    Add {
        /// What is known of it, as JSON; docs/operations/apps.md has the fields.
        file: PathBuf,
    },
    /// Lists them, the suspended ones too: client_id, name, organisation, state.
    List,
    /// Takes one out of the catalogue: nobody connects it, it gets no more tokens, and those it has open nothing from this
    /// moment on.
    Suspend {
        /// Its client_id.
        client_id: String,
    },
    /// Puts a suspended one back; whoever had connected it finds it connected again.
    Resume {
        /// Its client_id.
        client_id: String,
    },
}

/// The file of an app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    client_id: String,
    name: String,
    organization: String,
    finess: Option<String>,
    about: About,
    website: Option<String>,
    redirect_uris: Vec<String>,
    scopes: String,
    jwks: Option<serde_json::Value>,
}

/// What it is for, in a sentence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    fr: String,
    en: String,
}

pub(super) fn app(house: &Arc<House>, command: AppCommand) -> Answer<()> {
    match command {
        AppCommand::Add { file } => {
            let (client, listed) = read(&file)?.judged(house.clock.now())?;
            let named = format!("{} ({})", listed.name, listed.client_id);
            let added = house.store.write(move |tx| {
                apps::register(tx, &client, &listed)?;
                Ok(apps::find(tx, &listed.client_id)?.is_some())
            });
            tell(if added.wait()? {
                format!("{named} is in the catalogue")
            } else {
                format!(
                    "{named} is as this file says, and suspended as before: `carnet app resume` puts it back"
                )
            });
        }
        AppCommand::List => list(house)?,
        AppCommand::Suspend { client_id } => {
            let now = house.clock.now();
            suspend(house, client_id, Some(now))?;
        }
        AppCommand::Resume { client_id } => suspend(house, client_id, None)?,
    }
    Ok(())
}

fn read(file: &Path) -> Answer<Written> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", file.display()))))?;
    serde_json::from_str(&text)
        .map_err(|e| Refusal::invalid("app-file", "file", format!("{}: {e}", file.display())))
}

impl Written {
    /// The client and its entry in the catalogue; whether it may be one, the room judges.
    fn judged(self, added_at: Instant) -> Answer<(Client, Listed)> {
        let scopes = Scopes::parse_all(&self.scopes).map_err(|word| {
            Refusal::invalid("app-scopes", "scopes", format!("{word} is not a SMART scope"))
        })?;
        let client = Client {
            client_id: self.client_id.clone(),
            organization: self.organization.clone(),
            finess: self.finess,
            sender_kind: SenderKind::Other,
            jwks: self.jwks.map(|keys| keys.to_string()).unwrap_or_default(),
            scopes: scopes.clone(),
            added_at,
            suspended_at: None,
        };
        let listed = Listed {
            client_id: self.client_id,
            name: self.name,
            organization: self.organization,
            about: Text { fr: self.about.fr, en: self.about.en },
            website: self.website,
            redirect_uris: self.redirect_uris,
            scopes,
        };
        Ok((client, listed))
    }
}

fn list(house: &Arc<House>) -> Answer<()> {
    for (listed, suspended) in house.store.read(apps::all).wait()? {
        let state = if suspended { "suspended" } else { "listed" };
        print(format!("{}\t{}\t{}\t{state}", listed.client_id, listed.name, listed.organization));
    }
    Ok(())
}

/// Software and services are suspended by `carnet client`, so that neither is by mistake.
fn suspend(house: &Arc<House>, client_id: String, at: Option<Instant>) -> Answer<()> {
    house
        .store
        .write(move |tx| {
            if !apps::knows(tx, &client_id)? {
                return Err(Refusal::not_found());
            }
            registry::suspend(tx, &client_id, at)
        })
        .wait()
}
