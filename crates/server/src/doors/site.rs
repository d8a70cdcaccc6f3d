//! What belongs to the site and to no room: built files, the operator's colours, the language switch.

use axum::http::StatusCode;
use kernel::{Answer, Refusal};
use ui::menu::Nav;
use ui::page::Page;
use ui::{Contact, Words};

use crate::adapter::cookies::Cookie;
use crate::adapter::{Asked, Content, File, Reply};

/// A built file. Its address changes with its bytes, so it may be kept for ever.
pub fn asset(asked: &Asked) -> Answer<Reply> {
    let file: String = asked.param("file")?;
    let asset = ui::assets::find(&file).ok_or_else(Refusal::not_found)?;
    if asked.header("if-none-match") == Some(asset.etag) {
        return Ok(Reply::of(Content::Empty(StatusCode::NOT_MODIFIED.as_u16())).header("etag", asset.etag));
    }
    Ok(kept_for_ever(asset.content_type, asset.bytes.to_vec()).header("etag", asset.etag))
}

/// The operator's colours.
pub fn theme(asked: &Asked) -> Answer<Reply> {
    let theme = &asked.house.config.theme;
    let known = theme.stylesheet_url().is_some_and(|url| url == asked.path);
    match theme.stylesheet().filter(|_| known) {
        Some(css) => Ok(kept_for_ever("text/css; charset=utf-8", css.as_bytes().to_vec())),
        None => Err(Refusal::not_found()),
    }
}

fn kept_for_ever(content_type: &str, body: Vec<u8>) -> Reply {
    Reply::of(Content::File(File {
        content_type: content_type.to_owned(),
        name: None,
        body,
        immutable: true,
    }))
}

/// Changes the language and goes back.
pub fn language(asked: &Asked) -> Answer<Reply> {
    let to = match asked.query("to") {
        Some("en") => "en",
        _ => "fr",
    };
    let back = ui::address::local(asked.query("back").unwrap_or("/"));
    Ok(Reply::see(back).header("set-cookie", Cookie::Language.set(to, &asked.house.config)))
}

/// A plain page that the footer leads to, in the menu of whoever reads it.
pub fn plain(asked: &Asked, page: fn(&'static Words, Nav, &Contact) -> Page) -> Answer<Reply> {
    let visit = asked.visit()?;
    let contact = &asked.house.config.contact;
    Ok(page(Words::to(visit), Nav::of(Some(visit)), contact).into())
}

/// How a telephone installs the site: some take notifications for an installed site only (Web Application Manifest). It is
/// fetched without cookies, and says the same to everybody.
pub fn manifest(asked: &Asked) -> Answer<Reply> {
    let theme = &asked.house.config.theme;
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| {
        let src = ui::assets::asset_url(name);
        serde_json::json!({ "src": src, "sizes": sizes, "type": kind, "purpose": purpose })
    };
    let document = serde_json::json!({
        "id": "/",
        "name": theme.name(),
        "short_name": theme.name(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": theme.accent(),
        "background_color": ui::theme::PAPER,
        "icons": [
            icon("favicon.svg", "any", "image/svg+xml", "any"),
            icon("icon.png", "512x512", "image/png", "any"),
            icon("icon.png", "512x512", "image/png", "maskable"),
        ],
    });
    Ok(Reply::json(200, "application/manifest+json", &document))
}

/// Search engines have nothing to do here.
pub fn robots(_: &Asked) -> Answer<Reply> {
    Ok(Reply::text("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"))
}
