//! Strict JSON. A FHIR resource must mean the same to everybody who reads it, so what two readers could
//! understand differently is refused: duplicate keys, lone surrogates, trailing bytes, invalid UTF-8.
//!
//! Key order and the digits of decimals (`120.10`) survive, as FHIR asks (R4 §2.1.0.9, "decimal"); the one
//! rewriting is of exponents, `1E3` → `1e+3`. A reader of our own, because `serde_json`'s keeps the last of
//! two equal keys without a word, and cannot say where.

use std::borrow::Cow;

use kernel::Issue;
use serde_json::{Map, Number, Value};

/// What a door is willing to read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of input.
    pub bytes: usize,
    /// Deepest nesting of objects and arrays.
    pub depth: usize,
}

impl Limits {
    /// At most `bytes`, nested at most 64 deep: the deepest official R4 example nests 15 deep.
    #[must_use]
    pub fn bytes(bytes: usize) -> Self {
        Self { bytes, depth: 64 }
    }
}

impl Default for Limits {
    /// One mebibyte: any resource that carries no document.
    fn default() -> Self {
        Self::bytes(1 << 20)
    }
}

/// Reads one JSON value that fills the whole input.
///
/// # Errors
/// One issue, whose path is `line L, column C` (columns count characters): `json-too-large`, `json-utf8`,
/// `json-too-deep`, `json-duplicate-key` or `json-syntax`.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Value, Vec<Issue>> {
    if bytes.len() > limits.bytes {
        let diagnostics =
            format!("{} bytes were sent; this door reads at most {}", bytes.len(), limits.bytes);
        return Err(vec![Issue { code: "json-too-large", path: None, diagnostics: diagnostics.into() }]);
    }
    // A byte order mark says nothing in UTF-8, but some software cannot help writing one.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            return Err(vec![located(&before, "json-utf8", "this byte is not UTF-8".into())]);
        }
    };
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, room: limits.depth };
    reader.document().map_err(|stop| {
        let before = text.get(..stop.at).unwrap_or(text);
        vec![located(before, stop.code, stop.why)]
    })
}

/// An issue just after `before`.
fn located(before: &str, code: &'static str, why: Cow<'static, str>) -> Issue {
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Issue { code, path: Some(format!("line {line}, column {column}")), diagnostics: why }
}

/// Where and why reading stopped.
struct Stop {
    at: usize,
    code: &'static str,
    why: Cow<'static, str>,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How many more levels may be entered.
    room: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Value, Stop> {
        let value = self.value()?;
        self.space();
        if self.at < self.bytes.len() {
            return Err(self.stop("nothing may follow the first value"));
        }
        Ok(value)
    }

    fn stop(&self, why: impl Into<Cow<'static, str>>) -> Stop {
        Stop { at: self.at, code: "json-syntax", why: why.into() }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self) -> Result<Value, Stop> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.stop("a value is expected here")),
            None => Err(self.stop("the input ends where a value is expected")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Stop>) -> Result<Value, Stop> {
        if self.room == 0 {
            return Err(Stop { at: self.at, code: "json-too-deep", why: "nested too deeply".into() });
        }
        self.room -= 1;
        self.at += 1;
        let value = read(self);
        self.room += 1;
        value
    }

    fn object(&mut self) -> Result<Value, Stop> {
        let mut map = Map::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(map));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.stop("a key in double quotes is expected here"));
            }
            let start = self.at;
            let key = self.string()?;
            if self.peek() != Some(b':') {
                return Err(self.stop("a colon is expected after a key"));
            }
            self.at += 1;
            let value = self.value()?;
            if map.insert(key, value).is_some() {
                let why = "this key stands twice in its object; readers would disagree on which one counts";
                return Err(Stop { at: start, code: "json-duplicate-key", why: why.into() });
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(map));
                }
                _ => return Err(self.stop("a comma or the end of the object is expected here")),
            }
        }
    }

    fn array(&mut self) -> Result<Value, Stop> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(self.stop("a comma or the end of the array is expected here")),
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Stop> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.stop("only true, false and null may stand without quotes"))
        }
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.text[start..self.at].parse::<Number>().map(Value::Number).map_err(|_| Stop {
            at: start,
            code: "json-syntax",
            why: "this is not a number as JSON writes them".into(),
        })
    }

    fn string(&mut self) -> Result<String, Stop> {
        self.at += 1;
        let start = self.at;
        self.at += plain(&self.bytes[start..]);
        if self.bytes.get(self.at) == Some(&b'"') {
            let string = self.text[start..self.at].to_owned();
            self.at += 1;
            return Ok(string);
        }
        let mut string = self.text[start..self.at].to_owned();
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                Some(_) => return Err(self.stop("control characters are written as escapes in a string")),
                None => return Err(self.stop("the input ends inside a string")),
            }
            let from = self.at;
            self.at += plain(&self.bytes[from..]);
            string.push_str(&self.text[from..self.at]);
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let letter = self.bytes.get(self.at + 1).copied();
        let short = match letter {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.stop("unknown escape")),
        };
        self.at += 2;
        Ok(short)
    }

    /// `\u` escapes: one, or the two of a surrogate pair.
    fn unicode(&mut self) -> Result<char, Stop> {
        let first = self.hex(self.at + 2)?;
        let (code, length) = match first {
            0xD800..=0xDBFF if self.bytes.get(self.at + 6..self.at + 8) == Some(b"\\u") => {
                match self.hex(self.at + 8)? {
                    second @ 0xDC00..=0xDFFF => (0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00), 12),
                    _ => (first, 6),
                }
            }
            // Neither FHIR nor the databases have a place for U+0000.
            0 => return Err(self.stop("the character U+0000 is not allowed")),
            _ => (first, 6),
        };
        let char = char::from_u32(code).ok_or_else(|| self.stop("half of a surrogate pair"))?;
        self.at += length;
        Ok(char)
    }

    fn hex(&self, at: usize) -> Result<u32, Stop> {
        let digits = self.bytes.get(at..at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        digits
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok())
            .ok_or_else(|| self.stop("four hexadecimal digits are expected after \\u"))
    }
}

/// How many bytes of a string's inside stand for themselves. Documents arrive as strings of megabytes, so
/// after the first bytes it looks at blocks, in a shape the compiler turns into vector instructions.
fn plain(bytes: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let special = |b: &u8| *b == b'"' || *b == b'\\' || *b < 0x20;
    let short = bytes.len().min(BLOCK);
    if let Some(found) = bytes[..short].iter().position(special) {
        return found;
    }
    let mut at = short;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(false, |any, b| any | (*b == b'"') | (*b == b'\\') | (*b < 0x20)) {
            break;
        }
        at += BLOCK;
    }
    at + bytes[at..].iter().position(special).unwrap_or(bytes.len() - at)
}

#[cfg(test)]
mod tests;
