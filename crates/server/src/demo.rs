//! `carnet demo`: a small country that does not exist, seeded through the same verbs as any other, and described in
//! `demo.json` so that a script can try everything a person can.

pub mod app;
mod family;
mod night;
mod outside;
mod seed;
mod services;

use std::path::Path;
use std::sync::Arc;

use kernel::{Chance, Clock, Fault};
use people::identity::session::Demo;
use serde_json::Value;

use crate::config::Config;
use crate::house::House;
use crate::serve;

/// The configuration of a demo in `data`: web on `port`, admin on the next one, the engine of `database`.
///
/// # Errors
/// A port without a next one; values that do not fit.
pub fn config(data: &Path, port: u16, database: &str) -> Result<Config, Fault> {
    let admin = port.checked_add(1).ok_or_else(|| {
        Fault::Configuration("the port after this one is the admin's; there is none".into())
    })?;
    let settings = [
        ("CARNET_LISTEN", format!("127.0.0.1:{port}")),
        ("CARNET_ADMIN_LISTEN", format!("127.0.0.1:{admin}")),
        ("CARNET_DATA_DIR", data.display().to_string()),
        ("CARNET_DATABASE", database.to_owned()),
        ("CARNET_EMAIL_RELAY", format!("folder:{}", data.join("outbox").display())),
        ("CARNET_ACCESS", access_table(data)?.display().to_string()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    Config::load(None, settings.into_iter().chain(outside::settings()))
}

/// The table of what professions see, with the emergency call centre of the country that does not exist.
fn access_table(data: &Path) -> Result<std::path::PathBuf, Fault> {
    let centre = synthetic::professionals::regulator(seed::SEED).establishment.finess;
    let text = people::consent::access::BUILT_IN.replacen(
        "call_centres = []",
        &format!("call_centres = [\"{centre}\"]"),
        1,
    );
    std::fs::create_dir_all(data)?;
    let path = data.join("access.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Seeds (once), serves, writes `demo.json` once it answers, and stays until it is told to stop.
///
/// # Errors
/// A folder that cannot be written, a port that is taken, faults of the store.
pub async fn run(config: Config) -> Result<(), Fault> {
    let data = config.data_dir.clone();
    std::fs::create_dir_all(&data)?;
    let house = House::open(config, Clock::Wall, Chance::System, Some(Demo::nothing_here_is_real()))?;
    let seeded = data.join("seeded.json");
    let country = if seeded.exists() {
        serde_json::from_slice(&std::fs::read(&seeded)?)
            .map_err(|e| Fault::Configuration(format!("{}: {e}", seeded.display())))?
    } else {
        let seeding = house.clone();
        let country = tokio::task::spawn_blocking(move || seed::country(&seeding))
            .await
            .map_err(|e| Fault::Internal(e.to_string()))?
            .map_err(|refusal| Fault::Internal(format!("the demo could not be seeded: {refusal}")))?;
        write(&seeded, &country)?;
        country
    };
    // At every start, because its address is the one of this run.
    app::seed(&house).await.map_err(|refusal| Fault::Internal(format!("the demo's app: {refusal}")))?;
    let running = serve::start(house.clone()).await?;
    house.store.read(|_| Ok(())).await.map_err(|refusal| Fault::Internal(refusal.to_string()))?;
    let file = data.join("demo.json");
    write(&file, &described(&house, &country))?;
    greet(&house, &file, &country["personas"]);
    serve::told_to_stop().await?;
    running.stop().await;
    Ok(())
}

/// What was seeded, with the addresses of this run.
fn described(house: &Arc<House>, country: &Value) -> Value {
    let base = &house.config.origin;
    let mut personas = country["personas"].clone();
    for persona in personas.as_array_mut().into_iter().flatten() {
        if let Some(path) = persona["sign_in"].as_str().map(str::to_owned) {
            persona["sign_in"] = format!("{base}{path}").into();
        }
    }
    let mut clients = country["clients"].clone();
    for client in clients.as_array_mut().into_iter().flatten() {
        client["token_endpoint"] = format!("{base}/oauth/token").into();
    }
    serde_json::json!({
        "base": format!("{base}/"),
        "fhir": format!("{base}/fhir"),
        "admin": format!("http://{}", house.config.admin_listen),
        "smtp": null,
        "issuer": base,
        "personas": personas,
        "clients": clients,
        "letters": country["letters"],
        "services": country["services"],
        "apps": [app::described(base)],
        "providers": country["providers"],
    })
}

/// Writes a file so that whoever waits for it never reads half of it.
fn write(path: &Path, document: &Value) -> Result<(), Fault> {
    let part = path.with_extension("part");
    let text = serde_json::to_string_pretty(document).map_err(|e| Fault::Internal(e.to_string()))?;
    std::fs::write(&part, text)?;
    Ok(std::fs::rename(&part, path)?)
}

/// Where everything is, and how to play each persona.
fn greet(house: &House, file: &Path, personas: &Value) {
    use std::io::Write;
    let base = &house.config.origin;
    let played: Vec<String> =
        personas.as_array().into_iter().flatten().map(|one| played(base, one)).collect();
    // A terminal that went away is no reason to stop.
    let _ = writeln!(
        std::io::stdout().lock(),
        "Carnet is ready, with a country that does not exist ({}).\n\n  web      {base}/\n  FHIR     {base}/fhir\n  admin    http://{}/metrics\n  personas {}\n\nOpen one of these to be somebody:\n\n{}\n\nCtrl-C stops.",
        house.store.engine(),
        house.config.admin_listen,
        file.display(),
        played.join("\n"),
    );
}

/// One persona, as the terminal shows her.
fn played(base: &str, persona: &Value) -> String {
    let text = |key: &str| persona[key].as_str().unwrap_or_default();
    let who = if text("family").is_empty() { text("kind") } else { text("family") };
    let line = format!("  {who:<12} {:<24} {base}{}", text("name"), text("sign_in"));
    match text("activation_code") {
        "" => line,
        code => format!("{line}  (code {code})"),
    }
}
