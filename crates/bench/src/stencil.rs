//! A deposit that can be sent again as another document: the request's body made once, with the places where
//! its unique ids stand. Sending it under new ids patches a few bytes of text, encodes a few groups of base64
//! anew where ids stand inside the document, and computes one SHA-1.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::Trouble;

/// Digits at the end of an id that tell one sending from another.
const DIGITS: usize = 16;

/// What identifies a document: both ids are decimal OIDs under `2.25`.
#[derive(Clone, Copy, Debug)]
pub struct Ids<'a> {
    /// The id of this version.
    pub unique: &'a str,
    /// The id that all versions share.
    pub set: &'a str,
}

/// A request body with places to patch.
#[derive(Debug)]
pub struct Stencil {
    body: Vec<u8>,
    document: Vec<u8>,
    /// Where the document's base64 starts in the body.
    base64_at: usize,
    /// Where its SHA-1 stands in the body, if it does.
    hash_at: Option<usize>,
    in_body: Vec<Place>,
    in_document: Vec<Place>,
}

/// Where the last digits of an id start.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: usize,
    /// 0 for the unique id, 1 for the set's.
    which: u64,
}

impl Stencil {
    /// Finds the places in a transaction that carries `document` as the data of a Binary.
    ///
    /// # Errors
    /// When the document or its unique id is not in there.
    pub fn cut(transaction: &Value, document: Vec<u8>, ids: Ids<'_>) -> Result<Self, Trouble> {
        let body = transaction.to_string().into_bytes();
        let base64_at = find(&body, STANDARD.encode(&document).as_bytes()).next();
        let base64_at = base64_at.ok_or("the transaction does not carry the document")?;
        let hash_at = find(&body, sha1(&document).as_bytes()).next();
        let in_body = places(&body, ids);
        if !in_body.iter().any(|place| place.which == 0) {
            return Err("the transaction does not name the document's unique id".into());
        }
        let mut in_document = places(&document, ids);
        if in_document.is_empty() {
            // What holds no id (a PDF) would be the same bytes each time, and a server may keep those once. Half
            // way through lies the noise that pads it.
            in_document.push(Place { at: document.len() / 2, which: 0 });
        }
        Ok(Self { body, document, base64_at, hash_at, in_body, in_document })
    }

    /// The body as document number `serial`; no two serials make the same ids.
    pub fn renumbered(&mut self, serial: u64) -> &[u8] {
        for place in &self.in_body {
            write_digits(&mut self.body[place.at..place.at + DIGITS], serial * 2 + place.which);
        }
        for at in 0..self.in_document.len() {
            let place = self.in_document[at];
            let end = (place.at + DIGITS).min(self.document.len());
            write_digits(&mut self.document[place.at..end], serial * 2 + place.which);
            self.encode(place.at, end);
        }
        if let Some(at) = self.hash_at {
            let hash = sha1(&self.document);
            self.body[at..at + hash.len()].copy_from_slice(hash.as_bytes());
        }
        &self.body
    }

    /// Encodes the groups of three bytes that hold `from..to` of the document.
    fn encode(&mut self, from: usize, to: usize) {
        let from = from / 3 * 3;
        let to = to.next_multiple_of(3).min(self.document.len());
        let at = self.base64_at + from / 3 * 4;
        let room = (to - from).div_ceil(3) * 4;
        // A room of this size always suffices, so there is no error to handle.
        let _ = STANDARD.encode_slice(&self.document[from..to], &mut self.body[at..at + room]);
    }
}

fn places(text: &[u8], ids: Ids<'_>) -> Vec<Place> {
    let of = |id: &str, which| -> Vec<Place> {
        let last = id.len().saturating_sub(DIGITS);
        find(text, id.as_bytes()).map(|at| Place { at: at + last, which }).collect()
    };
    [of(ids.unique, 0), of(ids.set, 1)].concat()
}

fn find<'a>(text: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    text.windows(what.len()).enumerate().filter_map(move |(at, window)| (window == what).then_some(at))
}

fn write_digits(to: &mut [u8], mut number: u64) {
    for digit in to.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn sha1(bytes: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const IDS: Ids<'_> =
        Ids { unique: "2.25.292837465528374650912837465001", set: "2.25.292837465528374650912837465000" };

    fn transaction(document: &[u8]) -> Value {
        json!({"resourceType": "Bundle", "entry": [
            {"resource": {"masterIdentifier": {"value": format!("urn:oid:{}", IDS.unique)},
                "identifier": [{"value": format!("urn:oid:{}.1", IDS.unique)}],
                "content": [{"attachment": {"hash": sha1(document), "size": document.len()}}]}},
            {"resource": {"resourceType": "Binary", "data": STANDARD.encode(document)}},
        ]})
    }

    /// What a server would read.
    fn read(body: &[u8]) -> (Value, String, Vec<u8>) {
        let value: Value = serde_json::from_slice(body).unwrap();
        let id = value["entry"][0]["resource"]["masterIdentifier"]["value"].as_str().unwrap();
        let id = id.trim_start_matches("urn:oid:").to_owned();
        let data = STANDARD.decode(value["entry"][1]["resource"]["data"].as_str().unwrap()).unwrap();
        (value, id, data)
    }

    #[test]
    fn ids_change_together_wherever_they_stand() {
        // Every alignment of the ids to groups of three bytes, and every padding at the end.
        for shift in 0..9 {
            let xml =
                format!("{}<id root=\"{}\"/><setId root=\"{}\"/>é", "x".repeat(shift), IDS.unique, IDS.set);
            let mut stencil =
                Stencil::cut(&transaction(xml.as_bytes()), xml.clone().into_bytes(), IDS).unwrap();
            let mut seen = std::collections::HashSet::new();
            for serial in [7, 8, 4_999_999_999_999_999] {
                let (value, id, data) = read(stencil.renumbered(serial));
                let text = String::from_utf8(data.clone()).unwrap();
                assert_eq!(text.len(), xml.len());
                assert!(text.contains(&format!("<id root=\"{id}\"/>")), "{text}");
                assert!(!text.contains(&format!("<setId root=\"{id}\"/>")), "{text}");
                assert_eq!(
                    value["entry"][0]["resource"]["identifier"][0]["value"],
                    format!("urn:oid:{id}.1")
                );
                assert_eq!(value["entry"][0]["resource"]["content"][0]["attachment"]["hash"], sha1(&data));
                assert!(seen.insert(id) && id_is_decimal(&text));
            }
        }
    }

    fn id_is_decimal(text: &str) -> bool {
        let id = text.split('"').nth(1).unwrap();
        id.split('.').all(|arc| arc.bytes().all(|b| b.is_ascii_digit()))
    }

    #[test]
    fn bytes_without_an_id_differ_too() {
        let pdf = vec![b'%'; 1_000];
        let mut stencil = Stencil::cut(&transaction(&pdf), pdf, IDS).unwrap();
        let (_, one, first) = read(stencil.renumbered(1));
        let (value, two, second) = read(stencil.renumbered(2));
        assert!(one != two && first != second);
        assert_eq!(value["entry"][0]["resource"]["content"][0]["attachment"]["hash"], sha1(&second));
    }

    #[test]
    fn what_cannot_be_patched_is_said() {
        let other = Ids { unique: "2.25.1111111111111111111", set: "2.25.2222222222222222222" };
        assert!(Stencil::cut(&transaction(b"x"), b"x".to_vec(), other).is_err());
        assert!(Stencil::cut(&transaction(b"x"), b"something else".to_vec(), IDS).is_err());
    }
}
