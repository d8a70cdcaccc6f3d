//! Whatever the bytes: no panic, and no tag or attribute in the page that we did not write.

use cda::{Rendering, parse};
use proptest::prelude::*;

const TAGS: [&str; 29] = [
    "section", "div", "h2", "h3", "h4", "h5", "h6", "p", "br", "strong", "em", "u", "sub", "sup", "del",
    "ins", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr", "td", "th", "a", "img", "span",
];
const ATTRIBUTES: [&str; 14] = [
    "id",
    "href",
    "src",
    "alt",
    "class",
    "role",
    "tabindex",
    "aria-label",
    "scope",
    "colspan",
    "rowspan",
    "type",
    "lang",
    "title",
];

/// Walks over the tags of a page; says what is not ours.
fn foreign(page: &str) -> Option<String> {
    for tag in page.split('<').skip(1) {
        let Some((inside, _)) = tag.split_once('>') else { return Some(tag.to_owned()) };
        let inside = inside.trim_start_matches('/');
        let mut parts = inside.splitn(2, ' ');
        let name = parts.next().unwrap_or_default();
        if !TAGS.contains(&name) {
            return Some(format!("tag {name}"));
        }
        let mut rest = parts.next().unwrap_or_default();
        while !rest.is_empty() {
            let Some((attribute, after)) = rest.split_once("=\"") else { return Some(rest.to_owned()) };
            let Some((value, after)) = after.split_once('"') else { return Some(rest.to_owned()) };
            if !ATTRIBUTES.contains(&attribute.trim()) {
                return Some(format!("attribute {attribute}"));
            }
            let is_address = matches!(attribute.trim(), "href" | "src");
            let is_ours = ["#cda-", "data:image/", "/p/"].iter().any(|start| value.starts_with(start));
            if is_address && !is_ours {
                return Some(format!("address {value}"));
            }
            rest = after;
        }
    }
    None
}

fn document(narrative: &str) -> String {
    format!(
        "<ClinicalDocument xmlns='urn:hl7-org:v3'><id root='1'/><code code='1'/><effectiveTime value='2026'/>\
         <languageCode code='en&quot; onload=&quot;x'/>\
         <recordTarget><patientRole><id root='2'/></patientRole></recordTarget><component><structuredBody>\
         <component><section ID='s'><title>&lt;script></title><text>{narrative}</text></section></component>\
         </structuredBody></component></ClinicalDocument>"
    )
}

/// Pieces of narrative, some of them nasty, some not even closed.
fn piece() -> impl Strategy<Value = String> {
    const NASTY: [&str; 22] = [
        "&lt;script>alert(1)&lt;/script>",
        "<script>x</script>",
        "<img src='x' onerror='y'/>",
        "<content ID='a\" onclick=\"x' styleCode='Bold'>t</content>",
        "<linkHtml href='javascript:x'>l</linkHtml>",
        "<linkHtml href='#a\" onclick=\"x'>l</linkHtml>",
        "<linkHtml href='#s'>l</linkHtml>",
        "<td colspan='1\" onclick=\"x'>c</td>",
        "<tr><td colspan='-1' rowspan='0'>c</td><th>h</th></tr>",
        "<tr><th rowspan='3'>c</th><td/><td colspan='2'>d</td></tr>",
        "<caption>k</caption>",
        "<br/>",
        "<renderMultiMedia referencedObject='s'/>",
        "<footnote ID='f'>n<footnote>m</footnote></footnote>",
        "<footnoteRef IDREF='f'/>",
        "words \"and' more",
        "<item>i</item>",
        "&#x85;&#xFFFD;",
        "<sub>s</sub>",
        "<x:y xmlns:x='u' onload='z'>w</x:y>",
        "<a href='data:text/html,x'>d</a>",
        "<h1/>",
    ];
    const FRAMES: [&str; 12] = [
        "content",
        "paragraph",
        "list",
        "item",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "footnote",
        "div",
    ];
    let leaf = proptest::sample::select(&NASTY[..]).prop_map(str::to_owned);
    leaf.prop_recursive(6, 64, 6, |inner| {
        (proptest::sample::select(&FRAMES[..]), proptest::collection::vec(inner, 0..6))
            .prop_map(|(frame, parts)| format!("<{frame} ID='s'>{}</{frame}>", parts.concat()))
    })
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn a_damaged_document_is_an_answer(at in 0_usize..7000, byte in any::<u8>()) {
        let mut bytes = include_bytes!("fixtures/lab.xml").to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(document) = parse(&bytes) {
            prop_assert_eq!(foreign(&document.html(&Rendering::default())), None);
            let _ = (document.text(), document.embedded());
        }
    }

    #[test]
    fn a_page_holds_only_our_own_tags(parts in proptest::collection::vec(piece(), 1..8)) {
        let text = document(&parts.concat());
        let document = parse(text.as_bytes()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let rendering = Rendering { attachments: Some("/p/"), ..Rendering::default() };
        let page = document.html(&rendering);
        prop_assert_eq!(foreign(&page), None, "{}", page);
        let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        prop_assert_eq!(ids.len(), all, "an id twice in {}", page);
    }
}
