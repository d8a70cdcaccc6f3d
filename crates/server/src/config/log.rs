//! The transparency log: what it is called, who follows it, and how many must have cosigned before it is believed.

use kernel::Fault;
use store::log::Terms;
use store::log::note::{Kind, VerifierKey};

use super::wrong;

/// What the operator decided about the log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Its name, its witnesses' keys and their number.
    pub terms: Terms,
    /// The address of each witness, in the order of their keys.
    pub addresses: Vec<String>,
}

/// Reads `log.origin`, `log.witnesses` and `log.threshold`. `host` is how browsers call us.
pub(super) fn read(host: &str, origin: &str, witnesses: &str, threshold: &str) -> Result<Log, Fault> {
    let origin = if origin.is_empty() { format!("{host}/log") } else { origin.to_owned() };
    if origin.contains(|c: char| c.is_whitespace() || c == '+') {
        return Err(wrong("log.origin", &origin, "has neither spaces nor +"));
    }
    let mut log = Log { terms: Terms { origin, ..Terms::default() }, addresses: Vec::new() };
    for one in witnesses.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let like = || {
            wrong("log.witnesses", one, "is like name+id+key https://witness.example, with commas between")
        };
        let (key, address) = one.split_once(' ').ok_or_else(like)?;
        let key: VerifierKey = key.parse().map_err(|_| like())?;
        let address = address.trim().trim_end_matches('/');
        let known = log.terms.witnesses.iter().any(|other| other.name == key.name);
        if key.kind != Kind::Witness || known || !(address.starts_with("https://") || is_here(address)) {
            return Err(like());
        }
        log.terms.witnesses.push(key);
        log.addresses.push(address.to_owned());
    }
    let most = log.terms.witnesses.len();
    log.terms.threshold = match threshold {
        "" => most.min(1),
        number => {
            let needs = "is a number, not larger than that of the witnesses";
            let number = number.parse().map_err(|_| wrong("log.threshold", number, needs))?;
            if number > most {
                return Err(wrong("log.threshold", threshold, needs));
            }
            number
        }
    };
    Ok(log)
}

/// A witness on this very machine, for rehearsals.
fn is_here(address: &str) -> bool {
    ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|here| {
        address.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

#[cfg(test)]
mod tests {
    use store::log::note::Signer;

    use super::*;

    #[test]
    fn a_log_is_called_as_we_are_and_its_witnesses_are_checked() {
        let key = |kind| Signer::from_seed("w.example", kind, &[1; 32]).unwrap().verifier().to_string();
        let plain = read("carnet.example.org", "", "", "").unwrap();
        assert_eq!((plain.terms.origin.as_str(), plain.terms.threshold), ("carnet.example.org/log", 0));
        let followed = format!("{} https://w.example/", key(Kind::Witness));
        let log = read("x", "health.example/log", &followed, "").unwrap();
        assert_eq!(log.addresses, ["https://w.example"]);
        assert_eq!((log.terms.origin.as_str(), log.terms.threshold), ("health.example/log", 1));
        for (origin, witnesses, threshold) in [
            ("with space", String::new(), ""),
            ("", "nonsense https://w.example".to_owned(), ""),
            ("", key(Kind::Witness), ""),
            ("", format!("{} https://w.example", key(Kind::Log)), ""),
            ("", format!("{} http://w.example", key(Kind::Witness)), ""),
            ("", format!("{} http://localhost.example", key(Kind::Witness)), ""),
            ("", format!("{followed}, {followed}"), ""),
            ("", followed.clone(), "2"),
            ("", followed, "many"),
        ] {
            assert!(read("x", origin, &witnesses, threshold).is_err(), "{origin} {witnesses} {threshold}");
        }
    }
}
