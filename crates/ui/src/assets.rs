//! Styles, scripts and fonts that the binary carries.
//!
//! The address of an asset holds a hash of its bytes, so that the server may tell browsers to keep it for ever
//! (`Cache-Control: public, max-age=31536000, immutable`); a new build has new addresses.

/// A file built by `npm run build` in `web/`.
#[derive(Debug)]
pub struct Asset {
    /// What pages call it: `carnet.css`.
    pub name: &'static str,
    /// The last part of its address: `carnet.0123456789ab.css`.
    pub file: &'static str,
    /// Strong entity tag, with its quotes.
    pub etag: &'static str,
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// The file itself.
    pub bytes: &'static [u8],
}

/// Where assets are served, with the slashes.
pub const PREFIX: &str = "/assets/";

/// The media type for the extension of a built file; a `const` so that the table is static data.
pub(crate) const fn content_type(extension: &str) -> &'static str {
    match extension.as_bytes() {
        b"css" => "text/css; charset=utf-8",
        b"js" => "text/javascript; charset=utf-8",
        b"woff2" => "font/woff2",
        b"svg" => "image/svg+xml",
        b"png" => "image/png",
        b"txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The asset under `path`: `/assets/carnet.0123456789ab.css`, or only its last part.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    let file = path.strip_prefix(PREFIX).unwrap_or(path);
    all().iter().find(|asset| asset.file == file)
}

/// The address of `name` in this build; an unknown name gives an address that answers 404.
#[must_use]
pub fn asset_url(name: &str) -> String {
    match all().iter().find(|asset| asset.name == name) {
        Some(asset) => format!("{PREFIX}{}", asset.file),
        None => format!("{PREFIX}missing/{name}"),
    }
}

/// Every asset of this build.
#[must_use]
pub fn all() -> &'static [Asset] {
    crate::embedded::ASSETS
}

#[cfg(test)]
mod tests {
    use super::{all, asset_url, find};

    #[test]
    fn every_asset_is_found_under_its_address() {
        for name in ["carnet.css", "carnet.js", "text.woff2", "favicon.svg"] {
            let asset = find(&asset_url(name)).expect(name);
            assert_eq!(asset.name, name);
            assert!(asset.file.contains(asset.etag.trim_matches('"')));
            assert_ne!(asset.content_type, "application/octet-stream");
        }
        assert!(find(&asset_url("nothing.css")).is_none());
        assert!(find("../../etc/passwd").is_none());
    }

    #[test]
    fn what_every_page_loads_leaves_room_for_the_page() {
        let shared: usize = all()
            .iter()
            .filter(|asset| ["carnet.css", "carnet.js", "text.woff2"].contains(&asset.name))
            .map(|asset| asset.bytes.len())
            .sum();
        // Unpacked; about 47 kB of them as sent, where a page with everything may weigh 100 kB.
        assert!(shared <= 80_000, "styles, script and font weigh {shared} bytes unpacked");
    }
}
