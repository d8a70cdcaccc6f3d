//! The nouns: an app as its maker registered it and as she reads it.

use kernel::App;
use oauth::service::is_safe_address;
use oauth::{Scopes, app};
use serde::{Deserialize, Serialize};

/// The longest name, in characters: it stands on a button.
const NAME: usize = 60;
/// The longest name of an organisation, in characters.
const ORGANIZATION: usize = 120;
/// The longest description, in characters.
const ABOUT: usize = 600;
/// The longest address, in bytes.
const ADDRESS: usize = 1000;
/// Most addresses of one app.
const ADDRESSES: usize = 10;

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// An app of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name in the protocol.
    pub client_id: String,
    /// What it is called, as she knows it.
    pub name: String,
    /// Who answers for it.
    pub organization: String,
    /// What it is for, in a sentence or two.
    pub about: Text,
    /// Its page, where she learns more.
    pub website: Option<String>,
    /// Where answers may be sent; compared letter by letter, but for the port of an app on her own computer
    /// ([`oauth::app::redirect_uri`]).
    pub redirect_uris: Vec<String>,
    /// What it may ask for: `patient/` scopes of [`oauth::app::offered`].
    pub scopes: Scopes,
}

/// True for words that fit on one line and hide nothing: no control characters, none that turn the direction of writing.
fn is_plain(text: &str, most: usize) -> bool {
    let turns =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    !text.trim().is_empty()
        && text.chars().count() <= most
        && !text.chars().any(|c| c.is_control() || turns(c))
}

impl Listed {
    /// As visits name it, before it has a connection.
    pub(super) fn app(&self) -> App {
        App {
            client_id: self.client_id.clone(),
            name: self.name.clone(),
            organization: self.organization.clone(),
            connection: String::new(),
        }
    }

    /// Everything that is wrong with a registration: member and reason.
    #[must_use]
    pub fn flaws(&self) -> Vec<(&'static str, &'static str)> {
        let mut flaws = Vec::new();
        let mut must = |holds: bool, member, why| {
            if !holds {
                flaws.push((member, why));
            }
        };
        must(is_plain(&self.name, NAME), "name", "1 to 60 characters, on one line");
        must(is_plain(&self.organization, ORGANIZATION), "organization", "1 to 120 characters, on one line");
        must(is_plain(&self.about.fr, ABOUT), "about.fr", "1 to 600 characters, on one line");
        must(is_plain(&self.about.en, ABOUT), "about.en", "1 to 600 characters, on one line");
        let page = |address: &String| address.len() <= ADDRESS && is_safe_address(address);
        must(
            self.website.as_ref().is_none_or(page),
            "website",
            "an https:// address (or http:// on this machine), without fragment",
        );
        must(!self.redirect_uris.is_empty(), "redirect_uris", "at least one");
        must(self.redirect_uris.len() <= ADDRESSES, "redirect_uris", "at most ten");
        let answers = |address: &String| {
            address.len() <= ADDRESS && (is_safe_address(address) || app::is_native_address(address))
        };
        must(
            self.redirect_uris.iter().all(answers),
            "redirect_uris",
            "https:// (or http:// on this machine), or an app's own scheme with a dot and one slash \
             (fr.exemple.suivi:/retour), without fragment",
        );
        must(!self.scopes.is_empty(), "scopes", "at least one, e.g. patient/DocumentReference.rs");
        must(
            self.scopes.is_within(&app::offered()),
            "scopes",
            "apps read, with patient/ scopes by name: DocumentReference, List, Patient (r and s), Binary (r)",
        );
        flaws
    }
}
