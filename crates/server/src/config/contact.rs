//! How people reach the operator: `contact.…`, shown wherever a page says whom to ask.

use kernel::Fault;
use ui::Contact;

use super::wrong;

/// Reads the keys of the table; `text` gives the value of one.
pub(super) fn read<'t>(text: impl Fn(&'static str) -> &'t str) -> Result<Contact, Fault> {
    let email = |key: &'static str| match text(key) {
        "" => Ok(String::new()),
        typed => people::notice::rules::address(typed)
            .ok_or_else(|| wrong(key, typed, "is an e-mail address like name@example.org")),
    };
    let phone = text("contact.phone");
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')');
    if !phone.chars().all(dialled) {
        return Err(wrong("contact.phone", phone, "is a telephone number"));
    }
    let lines = text("contact.address").split([';', '\n']).map(str::trim);
    Ok(Contact {
        name: text("contact.name").to_owned(),
        address: lines.filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        phone: phone.to_owned(),
        email: email("contact.email")?,
        privacy: email("contact.privacy")?,
        publisher: text("contact.publisher").to_owned(),
        host: text("contact.host").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(key: &'static str, value: &'static str) -> Result<Contact, String> {
        read(|asked| if asked == key { value } else { "" }).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_contact_is_read_line_by_line_or_named_as_wrong() {
        assert_eq!(load("", "").unwrap(), Contact::default());
        let address = load("contact.address", "Carnet ; 12 rue du Port;; 31000 Toulouse").unwrap().address;
        assert_eq!(address, ["Carnet", "12 rue du Port", "31000 Toulouse"]);
        assert_eq!(load("contact.phone", "+33 (0)5 61 00 00 00").unwrap().phone, "+33 (0)5 61 00 00 00");
        for (key, value) in
            [("contact.phone", "javascript:1"), ("contact.email", "nobody"), ("contact.privacy", "a@b")]
        {
            assert!(load(key, value).unwrap_err().contains(key), "{key}");
        }
    }
}
