//! Writes the style guide and its assets into a folder, for `node web/tests/static.mjs FOLDER`.
//!
//! `cargo run -p ui --example gallery -- FOLDER`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kernel::Language;

fn main() -> io::Result<()> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("gallery"), PathBuf::from);
    write(&folder)
}

/// Every sample page in every language, as `<name>.<language>.html`, with what they load beside them.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("assets"))?;
    for language in Language::ALL {
        for sample in ui::samples::samples(language) {
            fs::write(folder.join(format!("{}.{}.html", sample.name, language.tag())), sample.html)?;
        }
    }
    for asset in ui::assets::all() {
        fs::write(folder.join("assets").join(asset.file), asset.bytes)?;
    }
    let theme = ui::samples::operator_theme();
    if let (Some(url), Some(css)) = (theme.stylesheet_url(), theme.stylesheet()) {
        fs::create_dir_all(folder.join("theme"))?;
        fs::write(folder.join(url.trim_start_matches('/')), css)?;
    }
    Ok(())
}
