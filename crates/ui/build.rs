//! Lists what the binary carries: the built styles, scripts and fonts of `web/dist`, and the language files.
//!
//! The lists are made here, not by hand, so that a room adds its sentences by adding a file.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    // Asked when it runs: a target folder may outlive the checkout that compiled this script.
    let here =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo gives no CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo gives no OUT_DIR")?);
    let mut list = String::new();
    assets(&here.join("../../web/dist"), &mut list)?;
    for language in ["fr", "en"] {
        sentences(&here.join("languages").join(language), language, &mut list)?;
    }
    fs::write(out.join("embedded.rs"), list)?;
    Ok(())
}

/// Files of one folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// `carnet.0123456789ab.css` becomes the asset `carnet.css` with that hash.
fn assets(dist: &Path, list: &mut String) -> Result<(), Box<dyn Error>> {
    let mut found = 0;
    writeln!(list, "pub(crate) static ASSETS: &[crate::assets::Asset] = &[")?;
    for path in files(dist) {
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let parts: Vec<&str> = file.split('.').collect();
        let [stem, hash, extension] = parts.as_slice() else { continue };
        found += 1;
        let bytes = fs::canonicalize(&path)?;
        writeln!(
            list,
            "crate::assets::Asset {{ name: \"{stem}.{extension}\", file: \"{file}\", etag: \"\\\"{hash}\\\"\", \
             content_type: crate::assets::content_type(\"{extension}\"), bytes: include_bytes!({bytes:?}) }},"
        )?;
    }
    writeln!(list, "];")?;
    if found == 0 {
        println!(
            "cargo::error=web/dist is empty: run `npm ci && npm run build` in web/ (`cargo xtask` does it for you)"
        );
    }
    Ok(())
}

/// One constant per language: the area's name and its text.
fn sentences(folder: &Path, language: &str, list: &mut String) -> Result<(), Box<dyn Error>> {
    writeln!(list, "pub(crate) static {}: &[(&str, &str)] = &[", language.to_uppercase())?;
    for path in files(folder) {
        let Some(area) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if path.extension().is_some_and(|extension| extension == "ftl") {
            writeln!(list, "({area:?}, include_str!({path:?})),")?;
        }
    }
    writeln!(list, "];")?;
    Ok(())
}
