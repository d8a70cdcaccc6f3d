//! What a running demo says about itself (`DIR/demo.json`): where it is, who can sign in, which software is
//! registered.

use std::path::Path;

use oauth::PrivateKey;
use serde_json::Value;

use crate::Trouble;

/// A running Carnet that lets the load generator in.
#[derive(Debug)]
pub struct Demo {
    value: Value,
}

/// Software that may ask for a token.
#[derive(Debug)]
pub struct Client {
    /// Its registered name.
    pub id: String,
    /// Where it asks.
    pub token_endpoint: String,
    /// What it may ask for.
    pub scopes: String,
    /// What it signs with.
    pub key: PrivateKey,
}

/// Somebody who can sign in with one click.
#[derive(Clone, Debug)]
pub struct Persona {
    /// `citizen`, `professional`, `operator` …
    pub kind: String,
    /// Matricule of her INS, if she is a citizen.
    pub ins: Option<String>,
    /// The address whose GET starts her session, in the demo.
    pub sign_in: Option<String>,
    /// The cookie of a session that was started for a measurement ([`crate::guests`]).
    pub cookie: Option<String>,
}

impl Demo {
    /// Reads `demo.json`.
    ///
    /// # Errors
    /// When it is not there or not JSON.
    pub fn read(path: &Path) -> Result<Self, Trouble> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| format!("{}: {e}; start `carnet demo` first, or give --demo", path.display()))?;
        Ok(Self { value: serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))? })
    }

    /// One of its addresses: `base`, `fhir`, `admin`.
    ///
    /// # Errors
    /// When it does not name that one.
    pub fn address(&self, name: &str) -> Result<&str, Trouble> {
        self.value[name].as_str().ok_or_else(|| format!("demo.json: no `{name}`").into())
    }

    /// The first client, which deposits.
    ///
    /// # Errors
    /// When there is none, or its key is not a private one.
    pub fn client(&self) -> Result<Client, Trouble> {
        let client = self.value["clients"].get(0).ok_or("demo.json: no clients")?;
        let text = |name: &str| -> Result<String, Trouble> {
            Ok(client[name]
                .as_str()
                .ok_or_else(|| format!("demo.json: a client without `{name}`"))?
                .to_owned())
        };
        let scopes = match &client["scopes"] {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let key = PrivateKey::parse(&client["jwk"])?;
        Ok(Client { id: text("client_id")?, token_endpoint: text("token_endpoint")?, scopes, key })
    }

    /// Passkeys with which people sign in, private keys included ([`crate::owners`]); a demo has none.
    #[must_use]
    pub fn passkeys(&self) -> &[Value] {
        self.value["passkeys"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// The personas of a kind.
    #[must_use]
    pub fn personas(&self, kind: &str) -> Vec<Persona> {
        let all = self.value["personas"].as_array().map(Vec::as_slice).unwrap_or_default();
        let read = |persona: &Value| {
            Some(Persona {
                kind: persona["kind"].as_str()?.to_owned(),
                ins: persona["ins"].as_str().map(str::to_owned),
                sign_in: persona["sign_in"].as_str().map(str::to_owned),
                cookie: persona["cookie"].as_str().map(str::to_owned),
            })
        };
        all.iter().filter_map(read).filter(|persona| persona.kind == kind).collect()
    }
}
