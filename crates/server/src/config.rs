//! Configuration: one TOML file, every key overridable by `CARNET_…`, unknown keys are errors.
//!
//! A key of the file is written `enrolment.window_weeks`, and in the environment
//! `CARNET_ENROLMENT_WINDOW_WEEKS`. With neither file nor variable Carnet runs on its embedded engine in
//! `./carnet-data` and answers on `localhost`.

mod contact;
mod keys;
pub mod log;
mod providers;
mod push;

pub use keys::{KEYS, Key};

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use kernel::Fault;
use store::Place;

use crate::adapter::rates::{Class, Limits, Rate, Table};
use crate::email;

/// Configuration, read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of the web and FHIR doors.
    pub listen: SocketAddr,
    /// Address of the admin door.
    pub admin_listen: SocketAddr,
    /// Scheme, host and port as browsers see them, without slash at the end.
    pub origin: String,
    /// Header in which the operator's proxy gives the client's address.
    pub client_address_header: Option<String>,
    /// Addresses of the proxies that are believed about it.
    pub client_address_proxies: Vec<IpAddr>,
    /// Folder of everything kept in files.
    pub data_dir: PathBuf,
    /// Where the store lives.
    pub place: Place,
    /// The master keys.
    pub key_file: PathBuf,
    /// Logs as JSON.
    pub log_json: bool,
    /// Filter of the log.
    pub log_level: String,
    /// Largest request of the FHIR door, in bytes.
    pub max_body: usize,
    /// Largest file of an upload, in bytes.
    pub max_upload: usize,
    /// Whether `serve` also works off the queue.
    pub worker: bool,
    /// Header in which clients' certificates are handed over, and the address of the proxy that is believed.
    pub certificate_from: Option<(String, IpAddr)>,
    /// Where services with certificates come in, when it is not the public origin.
    pub certificate_origin: Option<String>,
    /// The transparency log and its witnesses.
    pub log: log::Log,
    /// Who sends e-mails.
    pub relay: email::Relay,
    /// Who they are from.
    pub email_from: String,
    /// Push services that may be spoken to.
    pub push: people::notice::push::Services,
    /// How people reach the operator.
    pub contact: ui::Contact,
    /// The operator's look.
    pub theme: ui::theme::Theme,
    /// Weeks in which an announced person may oppose.
    pub window_weeks: u32,
    /// The operator's own table of what professions see.
    pub access: Option<PathBuf>,
    /// How the store runs.
    pub store: store::Options,
    /// Outside providers at which people may sign in.
    pub providers: Vec<people::outside::Provider>,
    /// How often somebody may ask.
    pub limits: Limits,
    /// Seconds that a request's head may take.
    pub header_seconds: u64,
    /// Connections open at once.
    pub connections: usize,
    /// Connections open at once from one network.
    pub connections_per_network: u32,
}

impl Config {
    /// Reads `file` (if any) and the variables, and checks every value.
    ///
    /// # Errors
    /// [`Fault::Configuration`] naming the key and what is wrong with it.
    pub fn load(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Fault> {
        let mut values: BTreeMap<&'static str, String> =
            KEYS.iter().map(|key| (key.name, key.default.to_owned())).collect();
        let mut tables = providers::Tables::new();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Fault::Configuration(format!("{}: {e}", path.display())))?;
            let table: toml::Table =
                text.parse().map_err(|e| Fault::Configuration(format!("{}: {e}", path.display())))?;
            flatten("", &table, &mut |name, value| {
                let taken = providers::set(&mut tables, name, &value)?;
                if taken { Ok(()) } else { set(&mut values, name, value) }
            })?;
        }
        for (variable, value) in variables {
            if providers::set_variable(&mut tables, &variable, &value)? {
                continue;
            }
            if let Some(name) = variable.strip_prefix("CARNET_") {
                let known = KEYS.iter().find(|key| variable_of(key.name) == variable);
                match known {
                    Some(key) => values.insert(key.name, value),
                    None => return Err(unknown(&variable, &name.to_lowercase(), variable_of)),
                };
            }
        }
        Ok(Self { providers: providers::checked(&tables)?, ..Self::checked(&values)? })
    }

    fn checked(values: &BTreeMap<&'static str, String>) -> Result<Self, Fault> {
        let text = |name: &'static str| values.get(name).map_or("", |value| value.trim());
        let listen: SocketAddr = parsed("listen", text("listen"))?;
        let data_dir = PathBuf::from(text("data_dir"));
        let key_file = match text("key_file") {
            "" => data_dir.join("master.key"),
            path => PathBuf::from(path),
        };
        let origin = public_origin(text("origin"), listen)?;
        let accent = Some(text("theme.accent")).filter(|accent| !accent.is_empty());
        let theme = ui::theme::Theme::new(text("theme.name"), accent)
            .map_err(|e| Fault::Configuration(format!("theme: {e}")))?;
        Ok(Self {
            listen,
            admin_listen: parsed("admin_listen", text("admin_listen"))?,
            client_address_header: Some(text("client_address_header").to_lowercase())
                .filter(|name| !name.is_empty()),
            client_address_proxies: proxies(text("client_address_header"), text("client_address_proxy"))?,
            place: place(text("database"), &data_dir),
            data_dir,
            key_file,
            log_json: match text("log_format") {
                "json" => true,
                "text" => false,
                other => return Err(wrong("log_format", other, "is text or json")),
            },
            log_level: text("log_level").to_owned(),
            max_body: megabytes("max_body_mb", text("max_body_mb"))?,
            max_upload: megabytes("max_upload_mb", text("max_upload_mb"))?,
            worker: parsed("worker", text("worker"))?,
            certificate_from: certificate_from(
                text("openid.certificate_header"),
                text("openid.certificate_proxy"),
            )?,
            certificate_origin: certificate_origin(text("openid.certificate_origin"))?,
            relay: email::relay(text("email.relay"))?,
            email_from: email::from(text("email.from"), &origin)?,
            push: push::read(text("push.services"))?,
            log: log::read(
                origin.split_once("://").map_or("", |(_, host)| host),
                text("log.origin"),
                text("log.witnesses"),
                text("log.threshold"),
            )?,
            origin,
            contact: contact::read(text)?,
            theme,
            providers: Vec::new(),
            window_weeks: parsed("enrolment.window_weeks", text("enrolment.window_weeks"))?,
            access: Some(text("access")).filter(|path| !path.is_empty()).map(PathBuf::from),
            store: store::Options {
                readers: parsed("store.readers", text("store.readers"))?,
                writers: parsed("store.writers", text("store.writers"))?,
                batch: parsed("store.batch", text("store.batch"))?,
                cache_kib: parsed("store.cache_kib", text("store.cache_kib"))?,
                ..store::Options::default()
            },
            limits: Limits {
                network: table(values, "network")?,
                account: table(values, "account")?,
                client: table(values, "client")?,
                local: parsed("limits.local", text("limits.local"))?,
            },
            header_seconds: at_least_one("limits.header_seconds", text("limits.header_seconds"))?,
            connections: at_least_one("limits.connections", text("limits.connections"))?,
            connections_per_network: at_least_one(
                "limits.connections_per_network",
                text("limits.connections_per_network"),
            )?,
        })
    }

    /// True when browsers reach us through TLS: cookies then get the strictest names and attributes.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Host and port of [`Self::origin`], as a `Host` header has them.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }
}

/// Where browsers find us; on this machine when nothing is said.
fn public_origin(value: &str, listen: SocketAddr) -> Result<String, Fault> {
    let origin = match value {
        "" => format!("http://localhost:{}", listen.port()),
        given => given.trim_end_matches('/').to_owned(),
    };
    if origin.starts_with("https://") || origin.starts_with("http://") {
        return Ok(origin);
    }
    Err(wrong("origin", &origin, "starts with https:// (or http:// on one machine)"))
}

fn certificate_origin(value: &str) -> Result<Option<String>, Fault> {
    let origin = value.trim_end_matches('/');
    match origin {
        "" => Ok(None),
        _ if oauth::service::origin(origin) == Some(origin) && origin.starts_with("https://") => {
            Ok(Some(origin.to_owned()))
        }
        _ => Err(wrong("openid.certificate_origin", value, "is https://name, without a path")),
    }
}

/// Who is believed about clients' certificates: a header and a proxy go together.
fn certificate_from(header: &str, proxy: &str) -> Result<Option<(String, IpAddr)>, Fault> {
    match (header, proxy) {
        ("", "") => Ok(None),
        ("", _) => {
            Err(wrong("openid.certificate_header", header, "is needed beside openid.certificate_proxy"))
        }
        (header, proxy) => {
            let address =
                proxy.parse().map_err(|_| wrong("openid.certificate_proxy", proxy, "is an address"))?;
            Ok(Some((header.to_lowercase(), address)))
        }
    }
}

/// Who is believed about where requests come from: a header and the proxies that set it go together, because without
/// them anybody would choose the address that is counted.
fn proxies(header: &str, addresses: &str) -> Result<Vec<IpAddr>, Fault> {
    match (header, addresses) {
        ("", "") => Ok(Vec::new()),
        ("", _) => Err(wrong("client_address_header", header, "is needed beside client_address_proxy")),
        (_, "") => Err(wrong("client_address_proxy", addresses, "is needed beside client_address_header")),
        (_, addresses) => {
            let read = |one: &str| one.trim().parse::<IpAddr>().map(|address| address.to_canonical());
            let read: Result<Vec<_>, _> = addresses.split(',').map(read).collect();
            read.map_err(|_| {
                wrong("client_address_proxy", addresses, "is an address, or several with commas")
            })
        }
    }
}

/// The one place outside the store that knows there are two engines: an operator names one by its address.
fn place(database: &str, data_dir: &Path) -> Place {
    if database.is_empty() {
        Place::Sqlite { dir: data_dir.to_owned() }
    } else {
        Place::Postgres { url: database.to_owned(), dir: data_dir.to_owned() }
    }
}

fn flatten(
    prefix: &str,
    table: &toml::Table,
    each: &mut impl FnMut(&str, String) -> Result<(), Fault>,
) -> Result<(), Fault> {
    for (name, value) in table {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, each)?,
            toml::Value::String(text) => each(&name, text.clone())?,
            toml::Value::Array(_) => return Err(wrong(&name, "a list", "takes one value")),
            other => each(&name, other.to_string())?,
        }
    }
    Ok(())
}

fn set(values: &mut BTreeMap<&'static str, String>, name: &str, value: String) -> Result<(), Fault> {
    match KEYS.iter().find(|key| key.name == name) {
        Some(key) => {
            values.insert(key.name, value);
            Ok(())
        }
        None => Err(unknown(name, name, str::to_owned)),
    }
}

fn variable_of(name: &str) -> String {
    format!("CARNET_{}", name.replace('.', "_").to_uppercase())
}

/// The error for a key that does not exist, with the one that was probably meant.
fn unknown(shown: &str, typed: &str, show: fn(&str) -> String) -> Fault {
    let near = KEYS
        .iter()
        .map(|key| (distance(typed, &key.name.replace('.', "_")).min(distance(typed, key.name)), key.name))
        .min()
        .map(|(_, name)| show(name))
        .unwrap_or_default();
    Fault::Configuration(format!("there is no key {shown}; did you mean {near}?"))
}

/// Levenshtein's distance, for keys of a few dozen letters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn parsed<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Fault> {
    value.parse().map_err(|_| wrong(name, value, &format!("takes a {}", short_name::<T>())))
}

/// The limits of one kind of subject; a class without a key has none.
fn table(values: &BTreeMap<&'static str, String>, subject: &str) -> Result<Table, Fault> {
    let mut table = Table::default();
    for (class, rate) in Class::LIMITED.iter().zip(&mut table.0) {
        let name = format!("limits.{subject}.{}", class.word());
        if let Some(value) = values.get(name.as_str()) {
            *rate = Rate::parse(value.trim()).map_err(|like| wrong(&name, value, like))?;
        }
    }
    Ok(table)
}

/// A number that may not be zero: zero would shut everybody out.
fn at_least_one<T: std::str::FromStr + Default + PartialEq>(name: &str, value: &str) -> Result<T, Fault> {
    let number = parsed(name, value)?;
    if number == T::default() { Err(wrong(name, value, "is at least 1")) } else { Ok(number) }
}

fn megabytes(name: &str, value: &str) -> Result<usize, Fault> {
    let number: usize = parsed(name, value)?;
    number.checked_mul(1024 * 1024).ok_or_else(|| wrong(name, value, "is too large"))
}

fn short_name<T>() -> &'static str {
    match std::any::type_name::<T>().rsplit("::").next() {
        Some("SocketAddr") => "socket address like 127.0.0.1:8080",
        Some("bool") => "true or false",
        _ => "whole number",
    }
}

fn wrong(name: &str, value: &str, needs: &str) -> Fault {
    Fault::Configuration(format!("{name} {needs}, not {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("carnet.toml");
        std::fs::write(&file, text).unwrap();
        let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Config::load(Some(&file), variables).map_err(|fault| fault.to_string())
    }

    #[test]
    fn nothing_given_runs_embedded_on_localhost() {
        let config = Config::load(None, []).unwrap();
        assert_eq!(config.origin, "http://localhost:8080");
        assert!(matches!(config.place, Place::Sqlite { .. }));
        assert_eq!(config.key_file, Path::new("./carnet-data/master.key"));
    }

    #[test]
    fn variables_win_over_the_file() {
        let config = load(
            "listen = \"127.0.0.1:9000\"\n[enrolment]\nwindow_weeks = 4\n",
            &[("CARNET_ENROLMENT_WINDOW_WEEKS", "2"), ("PATH", "/bin")],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.window_weeks, 2);
    }

    #[test]
    fn unknown_keys_are_errors_that_suggest_the_right_one() {
        for (text, variables, expected) in [
            ("lisen = \"127.0.0.1:1\"", &[][..], "there is no key lisen; did you mean listen?"),
            ("[enrolment]\nwindow_week = 1", &[], "did you mean enrolment.window_weeks?"),
            ("", &[("CARNET_DATADIR", "x")], "there is no key CARNET_DATADIR; did you mean CARNET_DATA_DIR?"),
        ] {
            let error = load(text, variables).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn limits_have_defaults_and_can_be_taken_away() {
        let config =
            load("[limits.client]\nupload = \"5000/second\"\n", &[("CARNET_LIMITS_NETWORK_SIGN_IN", "none")])
                .unwrap();
        let at = |class: Class| Class::LIMITED.iter().position(|c| *c == class).unwrap();
        let rate = |count, seconds: i64| Some(Rate { count, period: seconds * kernel::Instant::SECOND });
        assert_eq!(config.limits.network.0[at(Class::SignIn)], None);
        assert_eq!(config.limits.network.0[at(Class::Code)], rate(60, 60));
        assert_eq!(config.limits.client.0[at(Class::Upload)], rate(5000, 1));
        assert_eq!(Config::load(None, []).unwrap().limits.client.0[at(Class::Upload)], None);
    }

    #[test]
    fn several_proxies_may_be_believed() {
        let config = load(
            "client_address_header = \"X-Real-IP\"\nclient_address_proxy = \"10.0.0.7, ::ffff:10.0.0.8\"",
            &[],
        )
        .unwrap();
        assert_eq!(config.client_address_header.as_deref(), Some("x-real-ip"));
        let expected: Vec<IpAddr> = vec!["10.0.0.7".parse().unwrap(), "10.0.0.8".parse().unwrap()];
        assert_eq!(config.client_address_proxies, expected);
    }

    #[test]
    fn wrong_values_name_their_key() {
        for (text, key) in [
            ("listen = \"localhost\"", "listen"),
            ("log_format = \"xml\"", "log_format"),
            ("max_upload_mb = \"lots\"", "max_upload_mb"),
            ("origin = \"carnet.example.org\"", "origin"),
            ("[theme]\naccent = \"#eeeeee\"", "theme"),
            ("[limits.network]\nsign_in = \"often\"", "limits.network.sign_in"),
            ("[limits]\nconnections = 0", "limits.connections"),
            ("client_address_header = \"x-real-ip\"", "client_address_proxy"),
            ("client_address_proxy = \"10.0.0.7\"", "client_address_header"),
            ("client_address_header = \"x\"\nclient_address_proxy = \"proxy\"", "client_address_proxy"),
        ] {
            let error = load(text, &[]).unwrap_err();
            assert!(error.contains(key), "{error}");
        }
    }
}
