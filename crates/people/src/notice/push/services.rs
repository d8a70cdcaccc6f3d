//! Which push services we speak to. A browser says where its messages go, and what a browser says anybody can say: only
//! services that the operator knows are ever called, so that nobody makes us knock at doors of hers.

use oauth::service::{is_safe_address, origin};

/// The services of today's browsers: Chrome and those made from it, Firefox, Safari, Edge.
pub const USUAL: &str = "https://fcm.googleapis.com, https://*.push.services.mozilla.com, \
    https://*.push.apple.com, https://*.notify.windows.com";

/// How long an address of a subscription may be.
const LONGEST: usize = 1_000;

/// The services that may be spoken to; with none of them there are no notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Services(Vec<Service>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Service {
    /// This scheme, host and port.
    Origin(String),
    /// Any name under this one, by HTTPS on its usual port; begins with a dot.
    Under(String),
}

impl Services {
    /// Reads `https://push.example, https://*.push.example`; plain HTTP is for this very machine.
    ///
    /// # Errors
    /// The first one that is not like these.
    pub fn read(text: &str) -> Result<Self, String> {
        let all = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        all.map(|one| {
            let read = match one.strip_prefix("https://*") {
                Some(under) => (under.starts_with('.') && under.len() > 1 && is_name(&under[1..]))
                    .then(|| Service::Under(under.to_owned())),
                None => (is_safe_address(one) && origin(one) == Some(one))
                    .then(|| Service::Origin(one.to_owned())),
            };
            read.ok_or_else(|| one.to_owned())
        })
        .collect::<Result<_, _>>()
        .map(Self)
    }

    /// Whether nobody is told this way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The origin of an address of a subscription, where one of these services answers.
    #[must_use]
    pub fn admit<'a>(&self, address: &'a str) -> Option<&'a str> {
        let asked = origin(address).filter(|_| is_safe_address(address) && address.len() <= LONGEST)?;
        let known = self.0.iter().any(|service| match service {
            Service::Origin(known) => known == asked,
            Service::Under(under) => {
                let name = asked.strip_prefix("https://").and_then(|host| host.strip_suffix(under.as_str()));
                name.is_some_and(is_name)
            }
        });
        known.then_some(asked)
    }
}

/// One label or several, in small letters.
fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.split('.').all(|label| !label.is_empty() && label.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_that_the_operator_knows_are_called() {
        let services = Services::read(USUAL).unwrap();
        for (address, origin) in [
            ("https://fcm.googleapis.com/fcm/send/x:y", Some("https://fcm.googleapis.com")),
            (
                "https://updates.push.services.mozilla.com/wpush/v2/x",
                Some("https://updates.push.services.mozilla.com"),
            ),
            ("https://web.push.apple.com/x", Some("https://web.push.apple.com")),
            ("https://db5p.notify.windows.com/w/?token=x", Some("https://db5p.notify.windows.com")),
            ("http://fcm.googleapis.com/x", None),
            ("https://fcm.googleapis.com:8443/x", None),
            ("https://fcm.googleapis.com.evil.example/x", None),
            ("https://evil.example/fcm.googleapis.com", None),
            ("https://fcm.googleapis.com@evil.example/x", None),
            ("https://evil.example/.push.apple.com", None),
            ("https://evil.example?.push.apple.com", None),
            ("https://evil.example:1.push.apple.com/x", None),
            ("https://.push.apple.com/x", None),
            ("https://push.apple.com/x", None),
            ("https://127.0.0.1/x", None),
            ("https://10.0.0.7\\.push.apple.com/x", None),
            ("http://localhost:8081/metrics", None),
            ("", None),
        ] {
            assert_eq!(services.admit(address), origin, "{address}");
        }
        assert_eq!(services.admit(&format!("https://web.push.apple.com/{}", "x".repeat(1000))), None);
    }

    #[test]
    fn what_is_no_service_is_said() {
        assert!(Services::read("").unwrap().is_empty());
        let here = Services::read("http://127.0.0.1:9999").unwrap();
        assert!(here.admit("http://127.0.0.1:9999/x").is_some());
        for wrong in [
            "push.example",
            "http://push.example",
            "https://push.example/",
            "https://*",
            "https://*.",
            "https://*push.example",
        ] {
            assert_eq!(Services::read(wrong), Err(wrong.to_owned()));
        }
    }
}
