//! Registered software of organisations.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use kernel::{Answer, Fault, Instant, Refusal, RefusalKind};
use oauth::Scopes;
use people::apps;
use people::registry::{self, Client, SenderKind};

use super::{print, services, tell};
use crate::house::House;

/// What is done with registered software.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Registers one: from now on it signs in with its key (SMART Backend Services).
    Add {
        /// Its name in the protocol.
        client_id: String,
        /// The organisation that answers for it.
        #[arg(long)]
        organization: String,
        /// Its public keys: a JWKS file.
        #[arg(long)]
        jwks: PathBuf,
        /// The organisation's FINESS number.
        #[arg(long)]
        finess: Option<String>,
        /// laboratory, hospital, practice, pharmacy, imaging, social, insurer or other.
        #[arg(long, default_value = "other")]
        kind: String,
        /// What it may ask for.
        #[arg(
            long,
            default_value = "system/Bundle.c system/DocumentReference.crus system/Binary.r system/List.rs"
        )]
        scopes: String,
    },
    /// Registers a service at whose door professionals sign in with Carnet (OpenID Connect).
    AddService(Box<services::Registration>),
    /// Lists them.
    List,
    /// Gives one no more tokens; those it has end within five minutes.
    Suspend {
        /// Its name.
        client_id: String,
    },
    /// Lets a suspended one in again.
    Admit {
        /// Its name.
        client_id: String,
    },
}

pub(super) fn client(house: &Arc<House>, command: ClientCommand) -> Answer<()> {
    match command {
        ClientCommand::Add { client_id, organization, jwks, finess, kind, scopes } => {
            let keys = std::fs::read_to_string(&jwks)
                .map_err(|e| Refusal::from(Fault::Io(format!("{}: {e}", jwks.display()))))?;
            let sender_kind = SenderKind::parse(&kind).ok_or_else(|| {
                let words: Vec<&str> = SenderKind::ALL.into_iter().map(SenderKind::word).collect();
                Refusal::invalid("client-kind", "kind", format!("one of {}", words.join(", ")))
            })?;
            let scopes = Scopes::parse_all(&scopes).map_err(|word| {
                Refusal::invalid("client-scopes", "scopes", format!("{word} is not a SMART scope"))
            })?;
            let client = Client {
                client_id: client_id.clone(),
                organization,
                finess,
                sender_kind,
                jwks: keys,
                scopes,
                added_at: house.clock.now(),
                suspended_at: None,
            };
            house.store.write(move |tx| registry::add_client(tx, &client)).wait()?;
            tell(format!("{client_id} may sign in at {}/oauth/token", house.config.origin));
        }
        ClientCommand::AddService(registration) => services::add(house, *registration)?,
        ClientCommand::List => {
            for client in house.store.read(registry::clients).wait()? {
                let state = if client.suspended_at.is_some() { "suspended" } else { "admitted" };
                print(format!(
                    "{}\t{}\t{}\t{state}\t{}",
                    client.client_id,
                    client.organization,
                    client.sender_kind.word(),
                    client.scopes
                ));
            }
        }
        ClientCommand::Suspend { client_id } => {
            let now = house.clock.now();
            suspend(house, client_id, Some(now), "suspend")?;
        }
        ClientCommand::Admit { client_id } => suspend(house, client_id, None, "resume")?,
    }
    Ok(())
}

/// Apps are suspended by `carnet app`, so that neither is by mistake; `word` is what it is called there.
fn suspend(house: &Arc<House>, client_id: String, at: Option<Instant>, word: &'static str) -> Answer<()> {
    house
        .store
        .write(move |tx| {
            if apps::knows(tx, &client_id)? {
                let said = format!("{client_id} is an app: carnet app {word} {client_id}");
                return Err(Refusal::new(RefusalKind::Conflict, "client-is-app", said));
            }
            registry::suspend(tx, &client_id, at)
        })
        .wait()
}
