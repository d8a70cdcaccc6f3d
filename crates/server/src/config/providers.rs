//! Outside providers at which people may sign in: `[providers.NAME]`, one table each.
//!
//! They are many and their names are the operator's own, so their keys are patterns, apart from the fixed ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kernel::Fault;
use oauth::PrivateKey;
use oauth::jwk::public_jwks;
use oauth::relying::{OpeningKey, OurProof};
use oauth::service::is_safe_address;
use people::outside::{Kind, Provider, Tls};
use serde_json::Value;

/// The keys of a provider's table, and what they are for.
const KEYS: [(&str, &str); 16] = [
    ("kind", "franceconnect, carte-vitale or pro-sante-connect: whom it proves"),
    ("actors", "citizen or professional; may be left out, for the kind says it"),
    ("label", "what people call it; empty: by kind"),
    ("issuer", "who it is, as in its tokens: https://…"),
    ("discovery", "address of its discovery document; empty: issuer/.well-known/openid-configuration"),
    ("client_id", "our name there"),
    ("secret", "what it gave us to prove ourselves; or secret_file, or key_file"),
    ("secret_file", "a file with that secret"),
    ("key_file", "our private keys for it, as JWK or JWKS (P-256 or P-384; use sig or enc)"),
    ("certificate_file", "our certificate with its chain, as PEM: shown to it (mutual TLS)"),
    ("certificate_key_file", "its private key, as PEM; empty: in certificate_file"),
    ("authority_file", "authorities whose certificates it may show, as PEM, besides those of the system"),
    ("telephone", "true where it asks professionals on their telephones (CIBA)"),
    ("scopes", "what is asked for; empty: by kind"),
    ("acr", "the level that is needed; empty: by kind"),
    ("enabled", "false takes it off the sign-in page"),
];

/// The settings of every provider, by its name.
pub(super) type Tables = BTreeMap<String, BTreeMap<&'static str, String>>;

/// Takes over a setting `providers.NAME.KEY`; `None` for anything else, with the nearest known key where there is one.
pub(super) fn set(tables: &mut Tables, name: &str, value: &str) -> Result<bool, Fault> {
    let Some(rest) = name.strip_prefix("providers.") else { return Ok(false) };
    let (provider, typed) = rest.split_once('.').unwrap_or((rest, ""));
    put(tables, provider, typed, value)?;
    Ok(true)
}

/// The same for a variable: `CARNET_PROVIDERS_<NAME>_<KEY>`. A name with a hyphen has an underscore there, so such a
/// variable is for the provider of the file that is spelled like it, or else for one without hyphens.
pub(super) fn set_variable(tables: &mut Tables, variable: &str, value: &str) -> Result<bool, Fault> {
    let Some(rest) = variable.strip_prefix("CARNET_PROVIDERS_") else { return Ok(false) };
    let rest = rest.to_lowercase();
    let split = KEYS.iter().filter_map(|(key, _)| Some((rest.strip_suffix(&format!("_{key}"))?, *key)));
    // `secret_file` ends with a longer key than a provider called `x_secret` with the key `file` would.
    let Some((provider, key)) = split.min_by_key(|(provider, _)| provider.len()) else {
        return Err(Fault::Configuration(format!("{variable} ends with no key of a provider")));
    };
    let spelled = tables.keys().find(|name| name.replace('-', "_") == provider).cloned();
    put(tables, spelled.as_deref().unwrap_or(provider), key, value)?;
    Ok(true)
}

fn put(tables: &mut Tables, provider: &str, typed: &str, value: &str) -> Result<(), Fault> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if provider.is_empty() || provider.len() > 32 || !provider.chars().all(plain) {
        return Err(wrong(provider, "", "is named with small letters, digits, - and _"));
    }
    match KEYS.iter().find(|(key, _)| *key == typed) {
        Some((key, _)) => {
            tables.entry(provider.to_owned()).or_default().insert(key, value.trim().to_owned());
            Ok(())
        }
        None => {
            let near = KEYS.iter().map(|(key, _)| (super::distance(typed, key), *key)).min();
            let near = near.map_or("", |(_, key)| key);
            Err(Fault::Configuration(format!(
                "there is no key providers.{provider}.{typed}; did you mean providers.{provider}.{near}?"
            )))
        }
    }
}

fn wrong(provider: &str, key: &str, needs: &str) -> Fault {
    let name = if key.is_empty() { String::new() } else { format!(".{key}") };
    Fault::Configuration(format!("providers.{provider}{name} {needs}"))
}

/// Every provider that is switched on, checked, in the order of their names.
pub(super) fn checked(tables: &Tables) -> Result<Vec<Provider>, Fault> {
    let mut all = Vec::new();
    for (name, table) in tables {
        match table.get("enabled").map_or("true", String::as_str) {
            "true" => all.push(provider(name, table)?),
            "false" => {}
            _ => return Err(wrong(name, "enabled", "is true or false")),
        }
    }
    Ok(all)
}

fn provider(name: &str, table: &BTreeMap<&'static str, String>) -> Result<Provider, Fault> {
    let text = |key: &str| table.get(key).map_or("", String::as_str);
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == text("kind"));
    let kind =
        kind.ok_or_else(|| wrong(name, "kind", "is franceconnect, carte-vitale or pro-sante-connect"))?;
    let actors = if kind.is_work() { "professional" } else { "citizen" };
    if !matches!(text("actors"), "") && text("actors") != actors {
        return Err(wrong(name, "actors", &format!("is {actors} for this kind, or left out")));
    }
    let issuer = text("issuer");
    if !is_safe_address(issuer) {
        return Err(wrong(name, "issuer", "is https://… (or http://localhost on one machine)"));
    }
    let usual = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let discovery = or(text("discovery"), &usual);
    if !is_safe_address(&discovery) {
        return Err(wrong(name, "discovery", "is https://… (or http://localhost on one machine)"));
    }
    if text("client_id").is_empty() {
        return Err(wrong(name, "client_id", "is needed"));
    }
    let scopes = or(text("scopes"), kind.scopes());
    if !scopes.split(' ').any(|scope| scope == "openid") {
        return Err(wrong(name, "scopes", "holds openid"));
    }
    let keys = keys(name, text("key_file"))?;
    let tls = tls(name, text("certificate_file"), text("certificate_key_file"), text("authority_file"))?;
    let telephone = match text("telephone") {
        "" | "false" => false,
        "true" if kind.is_work() => true,
        "true" => return Err(wrong(name, "telephone", "is for professionals' providers")),
        _ => return Err(wrong(name, "telephone", "is true or false")),
    };
    let shown = tls.identity.is_some();
    Ok(Provider {
        name: name.to_owned(),
        kind,
        label: or(text("label"), kind.label()),
        issuer: issuer.to_owned(),
        discovery,
        client_id: text("client_id").to_owned(),
        scopes,
        acr: or(text("acr"), kind.acr()),
        proof: Arc::new(proof(name, (text("secret"), text("secret_file"), shown), &keys)?),
        opening: opening(name, &keys)?,
        published: keys.iter().filter_map(|key| public_jwks(key)["keys"].get(0).cloned()).collect(),
        tls,
        telephone,
    })
}

/// What we show on the wire, and whom we trust there. Tried at once: a certificate that does not go with its key is
/// found out now and not at the first sign-in.
fn tls(name: &str, certificate: &str, key: &str, authority: &str) -> Result<Tls, Fault> {
    let pem = |of: &str, file: &str| -> Result<Option<String>, Fault> {
        if file.is_empty() { Ok(None) } else { read(name, of, file).map(Some) }
    };
    let identity = match (pem("certificate_file", certificate)?, pem("certificate_key_file", key)?) {
        (Some(chain), key) => Some(format!("{chain}\n{}", key.unwrap_or_default())),
        (None, None) => None,
        (None, Some(_)) => {
            return Err(wrong(name, "certificate_file", "is needed beside certificate_key_file"));
        }
    };
    let tls = Tls {
        identity: identity.map(|pem| pem.into_bytes().into()),
        authorities: pem("authority_file", authority)?.map(|pem| pem.into_bytes().into()),
    };
    match crate::outbound::client_with(&tls) {
        Ok(_) => Ok(tls),
        Err(why) => Err(wrong(name, "certificate_file", &format!("or authority_file: {why}"))),
    }
}

fn or(given: &str, usual: &str) -> String {
    if given.is_empty() { usual.to_owned() } else { given.to_owned() }
}

fn read(name: &str, key: &str, file: &str) -> Result<String, Fault> {
    std::fs::read_to_string(Path::new(file)).map_err(|e| wrong(name, key, &format!("({file}): {e}")))
}

/// Our private keys for a provider.
fn keys(name: &str, file: &str) -> Result<Vec<Value>, Fault> {
    if file.is_empty() {
        return Ok(Vec::new());
    }
    let all: Value = serde_json::from_str(&read(name, "key_file", file)?)
        .map_err(|_| wrong(name, "key_file", "is a JWK or JWKS"))?;
    match all.get("keys") {
        Some(Value::Array(keys)) => Ok(keys.clone()),
        _ => Ok(vec![all]),
    }
}

fn is_for(key: &Value, usage: &str) -> bool {
    key.get("use").and_then(Value::as_str) == Some(usage)
}

/// What proves us: one thing and not two, so that nobody believes in the one that is not used.
/// A certificate may stand beside another proof: some providers want one of everybody who calls.
fn proof(
    name: &str,
    (secret, secret_file, shown): (&str, &str, bool),
    keys: &[Value],
) -> Result<OurProof, Fault> {
    let key = keys.iter().find(|key| !is_for(key, "enc"));
    match (secret, secret_file, key) {
        ("", "", Some(key)) => PrivateKey::parse(key)
            .map(OurProof::Key)
            .map_err(|why| wrong(name, "key_file", &format!("has a key that does not sign: {why}"))),
        ("", file, None) if !file.is_empty() => {
            Ok(OurProof::Secret(read(name, "secret_file", file)?.trim().to_owned()))
        }
        (secret, "", None) if !secret.is_empty() => Ok(OurProof::Secret(secret.to_owned())),
        ("", "", None) if shown => Ok(OurProof::Certificate),
        ("", "", None) => {
            Err(wrong(name, "secret", "is needed, or secret_file, or key_file, or certificate_file"))
        }
        _ => Err(wrong(name, "secret", "stands beside another proof: one of secret, secret_file, key_file")),
    }
}

fn opening(name: &str, keys: &[Value]) -> Result<Option<Arc<OpeningKey>>, Fault> {
    let Some(key) = keys.iter().find(|key| is_for(key, "enc")) else { return Ok(None) };
    let opening = OpeningKey::parse(key);
    let opening = opening.map_err(|why| wrong(name, "key_file", &format!("has an enc key: {why}")))?;
    Ok(Some(Arc::new(opening)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(settings: &[(&str, &str)]) -> Result<Vec<Provider>, String> {
        let mut tables = Tables::new();
        for (name, value) in settings {
            let known = if name.starts_with("CARNET_") {
                set_variable(&mut tables, name, value)
            } else {
                set(&mut tables, name, value)
            };
            assert!(known.map_err(|fault| fault.to_string())?);
        }
        checked(&tables).map_err(|fault| fault.to_string())
    }

    const GOOD: [(&str, &str); 4] = [
        ("providers.france-connect.kind", "franceconnect"),
        ("providers.france-connect.issuer", "https://fcp.example/api/v2"),
        ("providers.france-connect.client_id", "carnet"),
        ("CARNET_PROVIDERS_FRANCE_CONNECT_SECRET", "s3cret"),
    ];

    #[test]
    fn a_provider_has_its_defaults_by_kind() {
        let all = load(&GOOD).unwrap();
        let [one] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((one.name.as_str(), one.label.as_str()), ("france-connect", "FranceConnect"));
        assert_eq!(one.discovery, "https://fcp.example/api/v2/.well-known/openid-configuration");
        assert_eq!(one.acr, "eidas2");
        assert!(!format!("{one:?}").contains("s3cret"), "in no log");
        assert!(load(&[]).unwrap().is_empty());
        let off = [&GOOD[..], &[("providers.france-connect.enabled", "false")]].concat();
        assert!(load(&off).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value, expected) in [
            ("providers.france-connect.isuer", "x", "did you mean providers.france-connect.issuer?"),
            ("providers.france-connect.kind", "google", "kind is franceconnect"),
            ("providers.france-connect.actors", "professional", "actors is citizen"),
            ("providers.france-connect.issuer", "http://fcp.example", "issuer is https"),
            ("providers.france-connect.discovery", "ftp://x", "discovery is https"),
            ("providers.france-connect.scopes", "profile", "scopes holds openid"),
            ("providers.france-connect.client_id", "", "client_id is needed"),
            ("providers.france-connect.enabled", "maybe", "enabled is true or false"),
            ("providers.france-connect.secret", "", "secret is needed"),
            ("providers.france-connect.key_file", "nowhere.json", "key_file (nowhere.json)"),
            ("providers.France.kind", "franceconnect", "named with small letters"),
            ("providers.x", "1", "there is no key providers.x."),
            ("CARNET_PROVIDERS_FRANCE_CONNECT_SECRT", "x", "ends with no key"),
        ] {
            let error = load(&[&GOOD[..], &[(name, value)]].concat()).unwrap_err();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }

    #[test]
    fn keys_prove_us_and_open_what_is_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.json");
        let mut enc = PrivateKey::generate("enc-1").unwrap();
        enc["use"] = "enc".into();
        let keys = serde_json::json!({"keys": [PrivateKey::generate("sig-1").unwrap(), enc]});
        std::fs::write(&file, keys.to_string()).unwrap();
        let path = file.display().to_string();
        let with_keys = [&GOOD[..3], &[("providers.france-connect.key_file", path.as_str())]].concat();
        let one = load(&with_keys).unwrap().remove(0);
        assert!(matches!(&*one.proof, OurProof::Key(key) if key.kid() == Some("sig-1")));
        assert!(one.opening.is_some());
        assert_eq!(one.published.len(), 2);
        assert!(one.published.iter().all(|key| key.get("d").is_none()), "the private halves are nobody's");
        let both = [&with_keys[..], &[GOOD[3]]].concat();
        assert!(load(&both).unwrap_err().contains("beside another proof"));
    }
}
