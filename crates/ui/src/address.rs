//! Addresses of our own inside addresses of our own.

/// `text` as a query value: everything but unreserved characters (RFC 3986 §2.3) and `/` as `%XX`.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// `path` with `pairs` as its query; pairs with an empty value are left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(mark);
        out.push_str(&encode(name));
        out.push('=');
        out.push_str(&encode(value));
        mark = '&';
    }
    out
}

/// `back` when it is a path of this site, else `/`: what a redirect may follow. `//host` and `/\host` would
/// leave the site.
#[must_use]
pub fn local(back: &str) -> &str {
    let second = back.as_bytes().get(1);
    let ours = back.starts_with('/')
        && !matches!(second, Some(b'/' | b'\\'))
        && !back.bytes().any(|b| b.is_ascii_control() || b == b'\\');
    if ours { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::{encode, local, with_query};

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/documents?type=11490-0&q=a%20b", "/journal#day"] {
            assert_eq!(local(good), good);
        }
        for bad in
            ["", "documents", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/\tb"]
        {
            assert_eq!(local(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn values_are_escaped_and_empty_ones_left_out() {
        assert_eq!(encode("/a b?é&="), "/a%20b%3F%C3%A9%26%3D");
        assert_eq!(with_query("/d", &[("q", "a&b"), ("type", ""), ("page", "2")]), "/d?q=a%26b&page=2");
        assert_eq!(with_query("/d", &[]), "/d");
    }
}
