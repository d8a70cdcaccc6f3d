//! Every page in every state and language, written to `target/pages` for the checks that a browser makes
//! (`web/tests/static.mjs`).

use std::fs;
use std::path::PathBuf;

use kernel::{Actor, Language, Purpose, Visit};
use ui::page::{Frame, Page, shell};
use ui::theme::Theme;

use crate::harness::MORNING;

fn folder() -> PathBuf {
    // The test binary lies in target/<profile>/deps.
    let binary = std::env::current_exe().unwrap();
    binary.ancestors().nth(3).unwrap().join("pages")
}

#[test]
fn every_page_is_written_down() {
    let folder = folder();
    // Pages of yesterday's names must not be checked for ever.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("assets")).unwrap();
    for asset in ui::assets::all() {
        fs::write(folder.join("assets").join(asset.file), asset.bytes).unwrap();
    }
    let theme = Theme::default();
    let mut count = 0;
    let mut write = |name: &str, language: Language, page: &Page| {
        let visit = Visit {
            actor: Actor::Nobody,
            on_behalf_of: None,
            purpose: Purpose::Own,
            now: MORNING,
            language,
            request_id: 7,
        };
        let mut frame = Frame::of(&visit, "/", "token", &theme);
        frame.demo = true;
        let html = shell(&frame, page);
        assert!(!html.contains('⟦'), "{name}: a sentence is missing");
        fs::write(folder.join(format!("{name}.{}.html", language.tag())), html).unwrap();
        count += 1;
    };
    for (name, language, page) in care::samples() {
        write(&format!("care-{name}"), language, &page);
    }
    assert!(count >= 20, "only {count} pages have samples");
}
