//! An operator's own look: a name and a colour. Everything else stays, so that contrast stays.
//!
//! The colour is served as a small style sheet of custom properties under an address that changes with it,
//! because the content security policy allows no style inside a page.

use std::fmt::Write as _;

use thiserror::Error;

/// Where the theme's style sheet is served; the part after it is a hash.
pub const PREFIX: &str = "/theme/";

/// Carnet's own accent colour (`--c-accent` of web/src/tokens.css).
const ACCENT: &str = "#0b5563";

/// What pages are written on by day (`--c-paper`), whatever the operator's colour.
pub const PAPER: &str = "#f6f3ec";

/// An operator's look. The default is Carnet's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    name: String,
    accent: Option<String>,
    css: Option<String>,
    hash: u64,
}

/// Why a theme is refused at start-up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadTheme {
    /// The name is empty or longer than 40 characters.
    #[error("the name of a theme has 1 to 40 characters")]
    Name,
    /// Not `#rrggbb`.
    #[error("a colour is written #rrggbb: {0}")]
    Color(String),
    /// White text on it, or it on paper, cannot be read (WCAG 1.4.3 asks for 4.5:1).
    #[error("{0} has a contrast of {1}:1 with white; at least 4.5:1 is needed: choose a darker one")]
    Contrast(String, String),
}

impl Default for Theme {
    fn default() -> Self {
        Self { name: "Carnet".to_owned(), accent: None, css: None, hash: 0 }
    }
}

impl Theme {
    /// A theme with its own name and, if given, its own accent colour (`#rrggbb`, dark enough for white text).
    ///
    /// # Errors
    /// [`BadTheme`]: the operator's configuration is to be mended.
    pub fn new(name: &str, accent: Option<&str>) -> Result<Self, BadTheme> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 40 {
            return Err(BadTheme::Name);
        }
        let css = accent.map(stylesheet).transpose()?;
        // FNV-1a: the address only has to change when the text does.
        let hash = css.iter().flat_map(|css| css.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Ok(Self { name: name.to_owned(), accent: accent.map(str::to_owned), css, hash })
    }

    /// What the service is called here.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The accent colour (`#rrggbb`), for what is drawn outside a page: the window of the installed site.
    #[must_use]
    pub fn accent(&self) -> &str {
        self.accent.as_deref().unwrap_or(ACCENT)
    }

    /// The address of the style sheet; `None` when Carnet's own colours stay.
    #[must_use]
    pub fn stylesheet_url(&self) -> Option<String> {
        self.css.as_ref().map(|_| format!("{PREFIX}{:016x}.css", self.hash))
    }

    /// The style sheet, for the door to serve under [`Self::stylesheet_url`] as `text/css`.
    #[must_use]
    pub fn stylesheet(&self) -> Option<&str> {
        self.css.as_deref()
    }
}

type Rgb = [f64; 3];

fn stylesheet(accent: &str) -> Result<String, BadTheme> {
    let color = parse(accent).ok_or_else(|| BadTheme::Color(accent.to_owned()))?;
    let contrast = 1.05 / (luminance(color) + 0.05);
    if contrast < 4.5 {
        return Err(BadTheme::Contrast(accent.to_owned(), format!("{contrast:.1}")));
    }
    let white = [1.0; 3];
    let black = [0.0; 3];
    let mut css = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        css,
        ":root{{--c-accent:{};--c-accent-hover:{};--c-accent-active:{};--c-accent-text:{};--c-accent-tint:{};\
         --c-accent-line:{}}}",
        hex(color),
        hex(mix(color, black, 0.15)),
        hex(mix(color, black, 0.28)),
        hex(mix(color, black, 0.2)),
        hex(mix(color, white, 0.9)),
        hex(mix(color, white, 0.7)),
    );
    let bright = brighten(color);
    let _ = write!(
        css,
        "@media (prefers-color-scheme:dark){{:root{{--c-accent:{};--c-accent-hover:{};--c-accent-active:{};\
         --c-accent-text:{};--c-accent-tint:{};--c-accent-line:{}}}}}",
        hex(bright),
        hex(mix(bright, white, 0.15)),
        hex(mix(bright, white, 0.28)),
        hex(mix(bright, white, 0.2)),
        hex(mix(color, black, 0.6)),
        hex(mix(color, black, 0.2)),
    );
    Ok(css)
}

/// Lightened until dark text on it, and it on dark paper, reads well.
fn brighten(color: Rgb) -> Rgb {
    (0..=20)
        .map(|step| mix(color, [1.0; 3], f64::from(step) / 20.0))
        .find(|c| luminance(*c) >= 0.42)
        .unwrap_or([1.0; 3])
}

fn parse(text: &str) -> Option<Rgb> {
    let digits =
        text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok().map(|n| f64::from(n) / 255.0);
    Some([channel(0)?, channel(2)?, channel(4)?])
}

fn hex(color: Rgb) -> String {
    let [r, g, b] = color.map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn mix(a: Rgb, b: Rgb, share: f64) -> Rgb {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share)
}

/// Relative luminance (WCAG 2.2).
fn luminance(color: Rgb) -> f64 {
    let [r, g, b] = color.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::{BadTheme, PAPER, Theme};

    #[test]
    fn a_theme_that_cannot_be_read_is_refused() {
        assert_eq!(Theme::new(" ", None), Err(BadTheme::Name));
        for bad in ["teal", "#12345", "#12345g", "red;}body{display:none"] {
            assert_eq!(Theme::new("X", Some(bad)), Err(BadTheme::Color(bad.into())));
        }
        assert!(matches!(Theme::new("X", Some("#7fc4ff")), Err(BadTheme::Contrast(..))));
    }

    #[test]
    fn a_theme_has_an_address_that_changes_with_it() {
        let blue = Theme::new("Santé Bleue", Some("#1d4ed8")).expect("fine");
        let red = Theme::new("Santé Rouge", Some("#9f1239")).expect("fine");
        assert!(blue.stylesheet().expect("css").contains("--c-accent:#1d4ed8"));
        assert_ne!(blue.stylesheet_url(), red.stylesheet_url());
        assert_eq!(Theme::default().stylesheet_url(), None);
        assert_eq!(blue.accent(), "#1d4ed8");
        let tokens = include_str!("../../../web/src/tokens.css");
        for (token, color) in [("accent", Theme::default().accent()), ("paper", PAPER)] {
            assert!(tokens.contains(&format!("--c-{token}: {color};")));
        }
    }
}
