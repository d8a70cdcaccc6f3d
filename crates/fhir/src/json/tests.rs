use proptest::prelude::*;
use serde_json::Value;

use super::{Limits, parse};

fn stop(text: &str) -> (&'static str, String) {
    let issues = parse(text.as_bytes(), Limits::default()).unwrap_err();
    (issues[0].code, issues[0].path.clone().unwrap_or_default())
}

#[test]
fn refuses_what_two_readers_could_understand_differently() {
    for (text, code, place) in [
        (r#"{"a":1,"a":1}"#, "json-duplicate-key", "line 1, column 8"),
        ("{\"é\":1,\n \"b\":{\"c\":1,\"c\":2}}", "json-duplicate-key", "line 2, column 13"),
        ("", "json-syntax", "line 1, column 1"),
        ("{", "json-syntax", "line 1, column 2"),
        (r#"{"a":}"#, "json-syntax", "line 1, column 6"),
        (r#"{"a":1,}"#, "json-syntax", "line 1, column 8"),
        ("[1,]", "json-syntax", "line 1, column 4"),
        ("[1 2]", "json-syntax", "line 1, column 4"),
        ("{} x", "json-syntax", "line 1, column 4"),
        ("tru", "json-syntax", "line 1, column 1"),
        ("01", "json-syntax", "line 1, column 1"),
        ("[-]", "json-syntax", "line 1, column 2"),
        ("[1.]", "json-syntax", "line 1, column 2"),
        ("\"a\nb\"", "json-syntax", "line 1, column 3"),
        (r#""\x""#, "json-syntax", "line 1, column 2"),
        (r#""\ud800""#, "json-syntax", "line 1, column 2"),
        (r#""\ud800\u0041""#, "json-syntax", "line 1, column 2"),
        (r#""\u0000""#, "json-syntax", "line 1, column 2"),
        (r#""\u12g4""#, "json-syntax", "line 1, column 2"),
        ("\"abc", "json-syntax", "line 1, column 5"),
        ("{'a':1}", "json-syntax", "line 1, column 2"),
    ] {
        assert_eq!(stop(text), (code, place.to_owned()), "{text}");
    }
    let bad = parse(b"[\"a\xFF\"]", Limits::default()).unwrap_err();
    assert_eq!((bad[0].code, bad[0].path.as_deref()), ("json-utf8", Some("line 1, column 4")));
}

#[test]
fn holds_its_limits() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(parse(nested(64).as_bytes(), Limits::default()).is_ok());
    assert_eq!(stop(&nested(65)).0, "json-too-deep");
    assert_eq!(stop(&"[".repeat(100_000)).0, "json-too-deep");
    assert_eq!(parse(b"[1,2]", Limits::bytes(4)).unwrap_err()[0].code, "json-too-large");
}

#[test]
fn keeps_order_digits_and_text_byte_for_byte() {
    for text in [
        r#"{"z":1,"a":{"y":[120.10,0.0,-1,1e-3,100000000000000000000.000]},"m":"é\"\\\n"}"#,
        r#"["","𝄞 € /",true,false,null,[],{}]"#,
    ] {
        let value = parse(text.as_bytes(), Limits::default()).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
    }
    let escaped = parse(r#""\ud834\udd1e\u00e9\/\b\f""#.as_bytes(), Limits::default()).unwrap();
    assert_eq!(escaped, Value::String("𝄞é/\u{8}\u{c}".into()));
    assert_eq!(parse(b"\xEF\xBB\xBF {} ", Limits::default()).unwrap(), serde_json::json!({}));
    let long = "x".repeat(1000);
    for cut in [63, 64, 65, 127, 128, 129, 500] {
        let text = format!("[\"{}\\n{}\"]", &long[..cut], &long[..cut]);
        let value = parse(text.as_bytes(), Limits::default()).unwrap();
        assert_eq!(value[0], Value::String(format!("{}\n{}", &long[..cut], &long[..cut])));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, Limits::default());
    }

    #[test]
    fn no_text_of_json_pieces_makes_it_panic(text in r#"[\[\]{}:,"\\u0-9a-f .eE+\-é𝄞]{0,80}"#) {
        let ours = parse(text.as_bytes(), Limits::default());
        let theirs = serde_json::from_str::<Value>(&text);
        // Whatever we take, the field's own reader takes too, and understands alike.
        if let Ok(value) = ours {
            prop_assert_eq!(value, theirs.unwrap());
        }
    }

    #[test]
    fn strings_come_back_as_they_went(text in any::<String>()) {
        let written = serde_json::to_string(&text).unwrap();
        match parse(written.as_bytes(), Limits::default()) {
            Ok(value) => prop_assert_eq!(value, Value::String(text)),
            Err(_) => prop_assert!(text.contains('\0')),
        }
    }
}
