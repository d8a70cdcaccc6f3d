//! The style guide joins the pages that `cargo xtask test` has a browser look at (`target/pages`).

use std::path::Path;

#[path = "../examples/gallery.rs"]
#[allow(dead_code, reason = "its `main` is for the example only")]
mod gallery;

#[test]
fn the_style_guide_is_written_for_the_browser() {
    let pages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pages");
    gallery::write(&pages).expect("target/pages can be written");
    assert!(pages.join("form-refused.fr.html").exists());
}
