//! Cookies, with the strictest attributes that the origin allows.

use axum::http::{HeaderMap, header};

use crate::config::Config;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// A random value that guards forms before somebody is signed in.
    Guest,
    /// The state of a passkey ceremony between its two halves, sealed.
    Ceremony,
    /// The language chosen.
    Language,
    /// Which device this browser is to a person who is told of news on it.
    Device,
}

impl Cookie {
    /// Its name: `__Host-` binds it to this host, this path and TLS; plain names are for one machine.
    #[must_use]
    pub fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-session",
            (Self::Session, false) => "session",
            (Self::Guest, true) => "__Host-guest",
            (Self::Guest, false) => "guest",
            (Self::Ceremony, true) => "__Host-ceremony",
            (Self::Ceremony, false) => "ceremony",
            (Self::Language, true) => "__Host-language",
            (Self::Language, false) => "language",
            (Self::Device, true) => "__Host-device",
            (Self::Device, false) => "device",
        }
    }

    /// The value a request carries.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, https: bool) -> Option<&str> {
        let name = self.name(https);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(n, value)| *n == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// The `Set-Cookie` header that sets it; an empty value takes it away.
    ///
    /// The session is `Lax`, not `Strict`: a link in a letter or message must find the person signed in. Forms
    /// are guarded by their own token.
    #[must_use]
    pub fn set(self, value: &str, config: &Config) -> String {
        let https = config.is_https();
        let same_site = if matches!(self, Self::Guest | Self::Ceremony) { "Strict" } else { "Lax" };
        let age = match (value, self) {
            ("", _) => "; Max-Age=0",
            (_, Self::Ceremony) => "; Max-Age=600",
            (_, Self::Language | Self::Device) => "; Max-Age=31536000",
            _ => "",
        };
        let secure = if https { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{age}", self.name(https))
    }
}
