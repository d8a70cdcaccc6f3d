//! The catalogue of apps from the operator's terminal: what `docs/operations/apps.md` says is so.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A folder of its own, and what `carnet app` says in it.
struct Terminal(tempfile::TempDir);

impl Terminal {
    fn app(&self, arguments: &[&str]) -> Result<String, String> {
        let (told, warned) = self.carnet("app", arguments)?;
        Ok(told + &warned)
    }

    /// What is printed, for scripts and for people, or why it failed.
    fn carnet(&self, of: &str, arguments: &[&str]) -> Result<(String, String), String> {
        let out = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .arg(of)
            .args(arguments)
            .env("CARNET_DATA_DIR", self.0.path().join("data"))
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if out.status.success() { Ok((text(&out.stdout), text(&out.stderr))) } else { Err(text(&out.stderr)) }
    }

    fn add(&self, written: &Value) -> Result<String, String> {
        let file: PathBuf = self.0.path().join("app.json");
        std::fs::write(&file, written.to_string()).unwrap();
        self.app(&["add", file.to_str().unwrap()])
    }

    fn list(&self) -> String {
        self.carnet("app", &["list"]).unwrap().0
    }
}

/// The file that the manual shows.
fn example() -> Value {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations/apps.md");
    let text = std::fs::read_to_string(manual).unwrap();
    let (_, after) = text.split_once("```json\n").unwrap();
    serde_json::from_str(after.split_once("```").unwrap().0).unwrap()
}

#[test]
fn an_app_is_added_suspended_and_put_back() {
    let terminal = Terminal(tempfile::tempdir().unwrap());
    assert_eq!(terminal.list(), "");
    terminal.add(&example()).unwrap();
    let line = |state: &str| format!("mon-suivi\tMon suivi\tCoopérative du Héron gris\t{state}\n");
    assert_eq!(terminal.list(), line("listed"));
    terminal.app(&["suspend", "mon-suivi"]).unwrap();
    assert_eq!(terminal.list(), line("suspended"));
    terminal.app(&["resume", "mon-suivi"]).unwrap();
    assert_eq!(terminal.list(), line("listed"));
    for command in ["suspend", "resume"] {
        assert!(terminal.app(&[command, "nobody"]).unwrap_err().contains("not-found"));
    }
    // Again: its new words; with keys it never had it would be another app.
    let mut again = example();
    again["about"]["fr"] = "Range vos documents par date.".into();
    assert!(terminal.add(&again).unwrap().contains("Mon suivi (mon-suivi) is in the catalogue"));
    terminal.app(&["suspend", "mon-suivi"]).unwrap();
    let said = terminal.add(&again).unwrap();
    assert!(said.contains("suspended as before") && !said.contains("is in the catalogue"), "{said}");
    assert_eq!(terminal.list(), line("suspended"));
    // Software is let in by another command, which says so and changes nothing.
    for (word, instead) in
        [("suspend", "carnet app suspend mon-suivi"), ("admit", "carnet app resume mon-suivi")]
    {
        let said = terminal.carnet("client", &[word, "mon-suivi"]).unwrap_err();
        assert!(said.contains(instead), "{said}");
        assert_eq!(terminal.list(), line("suspended"));
    }
    terminal.app(&["resume", "mon-suivi"]).unwrap();
    let key = oauth::PrivateKey::generate("1").unwrap();
    again["jwks"] = oauth::jwk::public_jwks(&key);
    assert!(terminal.add(&again).unwrap_err().contains("client-exists"));
    assert_eq!(terminal.list(), line("listed"));
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_nothing_is_added() {
    let terminal = Terminal(tempfile::tempdir().unwrap());
    // member, value, what the refusal names
    for (member, value, named) in [
        ("redirect_uri", json!("https://app.example/"), "redirect_uri"),
        ("client_id", json!("mon suivi"), "client_id"),
        ("name", json!(" "), "name"),
        ("about", json!({"fr": "Seulement en français."}), "en"),
        ("website", json!("http://app.example/"), "website"),
        ("redirect_uris", json!([]), "redirect_uris"),
        ("redirect_uris", json!(["http://app.example/"]), "redirect_uris"),
        ("redirect_uris", json!(["https://app.example/#here"]), "redirect_uris"),
        ("scopes", json!("patient/*.rs"), "scopes"),
        ("scopes", json!("system/DocumentReference.rs"), "scopes"),
        ("scopes", json!("patient/DocumentReference.cru"), "scopes"),
        ("scopes", json!("everything"), "scopes"),
        ("jwks", json!({"keys": [{"kty": "RSA"}]}), "jwks"),
    ] {
        let mut written = example();
        written[member] = value;
        let said = terminal.add(&written).unwrap_err();
        assert!(said.contains(named), "{member}: {said}");
        assert_eq!(terminal.list(), "", "{member}");
    }
}
