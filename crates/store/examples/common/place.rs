//! Where a measurement runs: `sqlite:<folder>`, `postgres` (a server of its own, fsync on) or an address.

use std::path::PathBuf;

use kernel::Fault;
use store::testing::Server;
use store::{Keyring, Options, Place, Store};

/// An open store, and the server it needs if that is ours.
pub(crate) struct Measured {
    pub(crate) store: Store,
    _server: Option<Server>,
}

/// Opens what `text` names.
pub(crate) fn open(text: &str, options: &Options) -> Result<Measured, Fault> {
    let dir = PathBuf::from(text.strip_prefix("sqlite:").unwrap_or("carnet-measured"));
    let (place, server) = match text {
        "postgres" => {
            let server = Server::start(true)?;
            (Place::Postgres { url: server.create("measured")?, dir }, Some(server))
        }
        _ if text.starts_with("sqlite:") => (Place::Sqlite { dir }, None),
        url => (Place::Postgres { url: url.to_owned(), dir }, None),
    };
    let store = Store::open(&place, Keyring::ephemeral()?, options)?;
    Ok(Measured { store, _server: server })
}
