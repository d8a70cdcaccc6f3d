//! A page and the shell around it.
//!
//! A room knows its title, its body and where it stands in the menu: [`Page`]. The door knows the rest:
//! [`Frame`]. [`shell`] joins the two into one HTML document that works without JavaScript, at 320 px, with a
//! keyboard, read aloud and printed.

use kernel::{Actor, Language, Visit};
use maud::{DOCTYPE, Markup, html};

pub use crate::acting::{Acting, Relation, Situation, Space};
use crate::assets::asset_url;
use crate::form::csrf;
use crate::icons::{self, Icon};
use crate::menu::{self, Nav, Side};
use crate::parts::Tone;
use crate::theme::Theme;
use crate::words::Words;

/// What the door sends with every page: nothing from elsewhere, nothing inline, no framing.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Where the site says how it is installed (Web Application Manifest).
pub const MANIFEST: &str = "/manifest.webmanifest";

/// Where an app asks through the visitor's browser: loading such an answer again must not lose the app's question, which
/// no page of ours can ask again.
const OF_APPS: &str = "/oauth/";

/// What stands in a form until [`shell`] puts the visit's own token there. A room never sees the token. The
/// quotation marks keep anything that people typed from looking like it.
pub(crate) const CSRF_SLOT: &str = "<input type=\"hidden\" name=\"csrf\" value=\"\">";

/// The name of the hidden field that carries the token.
pub const CSRF_FIELD: &str = "csrf";

/// A page as a room writes it.
#[derive(Debug)]
pub struct Page {
    /// Unique within the site, without the site's name: `Votre journal`.
    pub title: String,
    /// What is inside `main`: starts with one `h1` (see [`crate::parts::header`]).
    pub body: Markup,
    /// Whose menu, and where in it.
    pub nav: Nav,
    /// HTTP status.
    pub status: u16,
    /// Messages above the page: what was just done.
    pub flashes: Vec<Flash>,
    /// True for pages with wide tables; text pages keep a readable line length.
    pub wide: bool,
    /// True when a form came back with errors: the title then starts with "Error:", which is the first thing a
    /// screen reader says.
    pub has_errors: bool,
}

impl Page {
    /// A page that went well.
    #[must_use]
    pub fn new(nav: Nav, title: impl Into<String>, body: Markup) -> Self {
        Self {
            title: title.into(),
            body,
            nav,
            status: 200,
            flashes: Vec::new(),
            wide: false,
            has_errors: false,
        }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same in the full width.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// The same with a message above.
    #[must_use]
    pub fn flash(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.flashes.push(Flash { tone, text: text.into() });
        self
    }

    /// The same after a form that came back: status 422 and "Error:" in the title when `form` has errors.
    #[must_use]
    pub fn refilled(mut self, form: &crate::form::Filled) -> Self {
        if form.has_errors() {
            self.has_errors = true;
            self.status = 422;
        }
        self
    }
}

/// A message above the page, announced when the page loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Success and information are announced politely, warnings and dangers at once.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
}

/// What only the door knows about the visit.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Language of the page.
    pub language: Language,
    /// Who is signed in, as the header says it; `None` for nobody.
    pub signed_in: Option<String>,
    /// The spaces that the visitor may open and the one that is open: a band on every page.
    pub acting: Acting,
    /// The activity in which a professional acts: a line on every page.
    pub situation: Option<Situation>,
    /// Path and query of this page, for the language switch to come back to.
    pub path: &'a str,
    /// True for the answer to a form: its address, asked for again, is another page or none, so nothing leads back to
    /// it. What stands on it may be shown only this once.
    pub answers_form: bool,
    /// The visit's CSRF token.
    pub csrf: &'a str,
    /// The operator's look.
    pub theme: &'a Theme,
    /// A band that says that nothing here is real.
    pub demo: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a visit. What only the session knows is added by the door: `acting` for a citizen,
    /// `situation` for a professional.
    #[must_use]
    pub fn of(visit: &Visit, path: &'a str, csrf: &'a str, theme: &'a Theme) -> Self {
        let signed_in = match &visit.actor {
            Actor::Citizen { name, .. } | Actor::Operator { name } => Some(name.clone()),
            Actor::Professional(professional) => Some(professional.name.clone()),
            Actor::Nobody | Actor::App(_) | Actor::Software(_) | Actor::System { .. } => None,
        };
        Self { signed_in, ..Self::of_nobody(visit.language, path, csrf, theme) }
    }

    /// The frame where nobody is known.
    #[must_use]
    pub fn of_nobody(language: Language, path: &'a str, csrf: &'a str, theme: &'a Theme) -> Self {
        let (signed_in, situation) = (None, None);
        let (acting, answers_form, demo) = (Acting::default(), false, false);
        Self { language, signed_in, acting, situation, path, answers_form, csrf, theme, demo }
    }
}

/// The whole HTML document.
#[must_use]
pub fn shell(frame: &Frame<'_>, page: &Page) -> String {
    let words = Words::of(frame.language);
    let document = html! {
        (DOCTYPE)
        html lang=(frame.language.tag()) {
            (head(frame, page, words))
            body data-space=[frame.acting.space().map(|space| space.person)]
                data-answers-form[frame.answers_form && !frame.path.starts_with(OF_APPS)] {
                a.skip-link href="#main" { (words.t("shell-skip")) }
                (frame.acting.band(words, frame.signed_in.as_deref().unwrap_or_default()))
                (top(frame, page, words))
                main #main.(if page.wide { "wide" } else { "narrow" }) tabindex="-1" {
                    @for flash in &page.flashes { (flash_message(flash)) }
                    (page.body)
                }
                (foot(frame, words))
            }
        }
    };
    let token = html! { input type="hidden" name=(CSRF_FIELD) value=(frame.csrf); };
    document.into_string().replace(CSRF_SLOT, &token.0)
}

fn head(frame: &Frame<'_>, page: &Page, words: &Words) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title {
                @if page.has_errors { (words.t("shell-title-error")) " " }
                (page.title)
                @if let Some(space) = frame.acting.space() {
                    " – " (words.with("shell-title-acting", &[("name", space.name.as_str().into())]))
                }
                " – " (frame.theme.name())
            }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex";
            link rel="preload" href=(asset_url("text.woff2")) as="font" type="font/woff2" crossorigin="anonymous";
            link rel="stylesheet" href=(asset_url("carnet.css"));
            @if let Some(url) = frame.theme.stylesheet_url() { link rel="stylesheet" href=(url); }
            link rel="icon" type="image/svg+xml" href=(asset_url("favicon.svg"));
            // A telephone that installs the site: some take notifications only then, and no drawing as an icon.
            link rel="apple-touch-icon" href=(asset_url("icon.png"));
            link rel="manifest" href=(MANIFEST);
            script src=(asset_url("carnet.js")) defer {}
        }
    }
}

fn top(frame: &Frame<'_>, page: &Page, words: &Words) -> Markup {
    html! {
        header.top {
            @if frame.demo { p.demo { (words.t("shell-demo")) } }
            div.bar {
                a.wordmark href=(page.nav.side.home()) {
                    (icons::mark()) span { (frame.theme.name()) }
                }
                div.account {
                    @if !frame.answers_form { (language_switch(frame)) }
                    @if let Some(name) = &frame.signed_in { (signed_in(frame, words, name)) }
                    @else if page.nav.side == Side::Nobody && !frame.path.starts_with(menu::SIGN_IN) {
                        a.quiet href=(menu::SIGN_IN) { (Icon::Key.svg()) (words.t("shell-sign-in")) }
                    }
                }
            }
            @if let Some(situation) = &frame.situation { (situation.line(words)) }
            @let closed = frame.acting.space().map(|space| space.closed.as_slice());
            (menu::render(words, page.nav, closed.unwrap_or_default()))
        }
    }
}

/// A link, so that it works without JavaScript; named in the language it leads to, as WCAG 3.1.2 asks. Only where it can
/// come back: what answers a form would be lost.
fn language_switch(frame: &Frame<'_>) -> Markup {
    let (other, name) = match frame.language {
        Language::Fr => (Language::En, "English"),
        Language::En => (Language::Fr, "Français"),
    };
    let address =
        format!("{}?to={}&back={}", menu::LANGUAGE, other.tag(), crate::address::encode(frame.path));
    html! {
        a.quiet href=(address) lang=(other.tag()) hreflang=(other.tag()) { (Icon::Globe.svg()) (name) }
    }
}

fn signed_in(frame: &Frame<'_>, words: &Words, name: &str) -> Markup {
    html! {
        @if frame.situation.is_none() {
            span.who { (Icon::Person.svg()) span { span.ds-sr-only { (words.t("shell-signed-in")) " " } (name) } }
        }
        form method="post" action=(menu::SIGN_OUT) {
            (csrf())
            button.quiet type="submit" { (words.t("shell-sign-out")) }
        }
    }
}

fn flash_message(flash: &Flash) -> Markup {
    let role = match flash.tone {
        Tone::Info | Tone::Success => "status",
        Tone::Warning | Tone::Danger => "alert",
    };
    html! {
        div.ds-alert.flash data-color=(flash.tone.color()) role=(role) { p.ds-paragraph { (flash.text) } }
    }
}

fn foot(frame: &Frame<'_>, words: &Words) -> Markup {
    html! {
        footer.foot {
            nav aria-label=(words.t("shell-footer")) {
                ul {
                    li { a.ds-link href=(menu::HELP) { (words.t("shell-help")) } }
                    li { a.ds-link href=(menu::ACCESSIBILITY) { (words.t("shell-accessibility")) } }
                    li { a.ds-link href=(menu::PRIVACY) { (words.t("shell-privacy")) } }
                    li { a.ds-link href=(menu::LEGAL) { (words.t("shell-legal")) } }
                }
            }
            p { (words.with("shell-promise", &[("name", frame.theme.name().into())])) }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Language;
    use maud::html;

    use super::{Frame, Page, shell};
    use crate::menu::Nav;
    use crate::theme::Theme;

    #[test]
    fn the_language_changes_only_where_the_page_can_be_asked_for_again() {
        let theme = Theme::default();
        let page = Page::new(Nav::nobody(), "Codes", html! { h1 { "Codes" } });
        let asked = Frame::of_nobody(Language::Fr, "/sharing/code", "token", &theme);
        let shown = shell(&asked, &page);
        assert!(shown.contains("/language?to=en") && !shown.contains("data-answers-form"), "{shown}");
        let shown = shell(&Frame { answers_form: true, ..asked }, &page);
        assert!(!shown.contains("/language?") && shown.contains("data-answers-form"), "{shown}");
    }
}
