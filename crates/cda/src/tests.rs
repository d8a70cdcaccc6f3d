//! What the reader promises, on documents we wrote ourselves about the national test patient.

use std::time::{Duration, Instant};

use kernel::ins::{Authority, Sex};
use kernel::{Issue, Language};

use crate::{Body, Document, Rendering, parse};

const LAB: &str = include_str!("../tests/fixtures/lab.xml");

/// A document around a body, with the least header that is taken.
fn around(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3" extension="d1"/><code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/><title/>
<effectiveTime value="20260102"/>
<recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="279035121518989"/></patientRole></recordTarget>
{body}</ClinicalDocument>"#
    )
}

fn narrative(text: &str) -> Document {
    let body = format!(
        "<component><structuredBody><component><section><title>Partie</title><text>{text}</text></section></component></structuredBody></component>"
    );
    parse(around(&body).as_bytes()).unwrap()
}

fn html(text: &str) -> String {
    let html = narrative(text).html(&Rendering::default());
    html.strip_prefix("<section><h2>Partie</h2>").unwrap().strip_suffix("</section>").unwrap().to_owned()
}

fn file(attributes: &str, content: &str) -> String {
    around(&format!("<component><nonXMLBody><text {attributes}>{content}</text></nonXMLBody></component>"))
}

#[test]
fn a_laboratory_report_says_who_when_what_and_for_whom() {
    let document = parse(LAB.as_bytes()).unwrap();
    let header = &document.header;
    assert_eq!(header.unique_id, "1.2.250.1.999.1^CR-2026-17");
    assert_eq!(header.set_id.as_deref(), Some("1.2.250.1.999.1^CR-17"));
    assert_eq!(header.version, Some(2));
    assert_eq!(header.replaces, ["1.2.250.1.999.1^CR-2026-16"]);
    assert_eq!(header.orders, ["1.2.250.1.999.2^ORD-5"]);
    assert_eq!(header.title, "Compte rendu d'analyses & dosages");
    assert_eq!(header.class_code.as_ref().unwrap().code, "10");
    assert_eq!(header.format_hint.as_deref(), Some("urn:ihe:lab:xd-lab:2008"));
    assert_eq!(header.effective.instant.to_string(), "2026-03-04T09:30:00Z");
    assert_eq!(header.practice_setting.as_ref().unwrap().code, "AMBULATOIRE");
    let service = header.service.as_ref().unwrap();
    assert_eq!(service.start.as_ref().unwrap().date.to_string(), "2026-03-03");
    assert_eq!(header.encounter.as_ref().unwrap().facility_type.as_ref().unwrap().code, "SA25");
    let codes: Vec<&str> = header.event_codes.iter().map(|code| code.code.as_str()).collect();
    assert_eq!(codes, ["18719-5", "18723-7"]);

    let patient = &header.patient;
    let ins = patient.ins.as_ref().unwrap().as_ref().unwrap();
    assert_eq!((ins.matricule.as_str(), ins.authority), ("279035121518989", Authority::TestNir));
    assert_eq!(patient.claimed.birth_name.as_deref(), Some("PAT-TROIS"));
    assert_eq!(patient.claimed.given_names.as_deref(), Some("DOMINIQUE MARIE-LOUISE"));
    assert_eq!(patient.claimed.birth_date.unwrap().to_string(), "1979-03-28");
    assert_eq!(patient.claimed.sex, Some(Sex::F));
    assert_eq!(patient.claimed.birth_place.as_deref(), Some("51215"));
    assert_eq!(patient.used_name.as_deref(), Some("DURAND"));

    let [author, device] = &header.authors[..] else { panic!("two authors") };
    assert_eq!(author.person_name.as_deref(), Some("Dr Claire MOREAU"));
    assert_eq!(author.rpps.as_ref().unwrap().as_str(), "10001045367");
    assert_eq!((author.profession.as_deref(), author.specialty.as_deref()), (Some("10"), Some("SM03")));
    let organization = author.organization.as_ref().unwrap();
    assert_eq!(organization.name.as_deref(), Some("Laboratoire des Trois-Rivières"));
    assert_eq!(organization.finess.as_ref().unwrap().as_str(), "010000024");
    assert!(!author.device && !author.is_patient);
    assert!(device.device);
    assert_eq!(device.person_name.as_deref(), Some("Automate"));
    assert_eq!(crate::header_only(LAB.as_bytes()).unwrap(), *header);
}

#[test]
fn a_laboratory_report_reads_well() {
    let document = parse(LAB.as_bytes()).unwrap();
    let page = document.html(&Rendering::default());
    assert!(page.contains("<h2>Biochimie</h2>") && page.contains("<h3>Thyroïde</h3>"), "{page}");
    assert!(page.contains("<th scope=\"col\">Analyse</th>"), "{page}");
    assert!(page.contains("TSH <strong>basse</strong>"), "{page}");
    assert!(!page.contains("Copie"), "the copy is shown by the page: {page}");
    let copy = document.embedded().unwrap();
    assert_eq!((copy.media_type, &copy.bytes[..8]), ("application/pdf", &b"%PDF-1.4"[..]));
    assert_eq!(
        document.text(),
        "Compte rendu d'analyses & dosages Biochimie Thyroïde Analyse Résultat TSH basse 0,1 mUI/L Copie du document"
    );
}

#[test]
fn what_cannot_be_taken_is_refused_with_its_reason() {
    let no_patient = around("<component/>").replace("recordTarget", "other");
    let no_id = around("").replace("<id root=\"1.2.3\" extension=\"d1\"/>", "<id nullFlavor=\"NI\"/>");
    let two = around("<recordTarget><patientRole/></recordTarget>");
    let date = around("").replace("20260102", "2026-01-02");
    let no_date = around("").replace(" value=\"20260102\"", " nullFlavor=\"NI\"");
    let no_type = around("").replace("code=\"11488-4\"", "nullFlavor=\"UNK\"");
    let cases: &[(&str, String)] = &[
        ("cda-not-xml", String::new()),
        ("cda-not-xml", "%PDF-1.4".into()),
        ("cda-not-xml", "<a><b></a>".into()),
        ("cda-not-xml", around("&undefined;")),
        ("cda-not-clinical-document", "<html/>".into()),
        ("cda-not-clinical-document", "<ClinicalDocument/>".into()),
        ("cda-doctype", format!("<!DOCTYPE x>{}", around(""))),
        ("cda-no-patient", no_patient),
        ("cda-several-patients", two),
        ("cda-no-id", no_id),
        ("cda-no-type", no_type),
        ("cda-bad-date", date),
        ("cda-no-date", no_date),
        ("cda-no-body", around("")),
        ("cda-empty-body", file("mediaType='application/pdf'", "")),
        ("cda-empty-body", around("<component><structuredBody/></component>")),
        ("cda-bad-base64", file("mediaType='application/pdf' representation='B64'", "???")),
        ("cda-media-mismatch", file("mediaType='application/pdf' representation='B64'", "SGVsbG8=")),
        ("cda-compressed", file("mediaType='application/pdf' compression='GZ'", "SGVsbG8=")),
        ("cda-encoding", "<?xml version='1.0' encoding='EBCDIC'?><a/>".into()),
    ];
    for (code, text) in cases {
        let rejection = parse(text.as_bytes()).unwrap_err();
        assert_eq!(rejection.code, *code, "{text}");
        assert!(!Issue::from(rejection).diagnostics.is_empty());
    }
}

#[test]
fn bombs_are_refused_in_milliseconds() {
    let attributes: String = (0..100_000).map(|i| format!(" a{i}='1'")).collect();
    let laughs = format!("<!DOCTYPE l [<!ENTITY a \"{}\">]>{}", "ha".repeat(100), around("&a;"));
    let namespaces: String = (0..30_000).map(|i| format!("<a xmlns:p{i}='u'/>")).collect();
    let deep_namespaces: String = (0..190)
        .map(|d| format!("<a{}>", (0..100).map(|i| format!(" xmlns:p{d}x{i}='u'")).collect::<String>()))
        .collect();
    let cases: &[(&str, String)] = &[
        ("cda-too-many-attributes", around(&format!("<a{attributes}/>"))),
        ("cda-too-deep", around(&"<a>".repeat(200_000))),
        ("cda-doctype", laughs),
        ("cda-too-many-nodes", around(&"<a/>".repeat(1_000_001))),
        ("cda-too-many-namespaces", around(&namespaces)),
        ("cda-too-many-namespaces", around(&deep_namespaces)),
        ("cda-too-large", "A".repeat(26 << 20)),
    ];
    for (code, text) in cases {
        let start = Instant::now();
        assert_eq!(parse(text.as_bytes()).unwrap_err().code, *code);
        // Unoptimised and on a loaded machine; the slow ways take minutes.
        assert!(start.elapsed() < Duration::from_secs(2), "{code} took {:?}", start.elapsed());
    }
}

#[test]
fn hostile_tables_cost_no_more_than_they_weigh() {
    let tall = format!("<tr>{}</tr>", "<td rowspan='60000'>x</td><td>y</td>".repeat(150));
    let cases = [
        format!("<table><tbody>{}</tbody></table>", "<tr><td rowspan='9999999'>x</td></tr>".repeat(20_000)),
        format!("<table><tbody>{tall}{}</tbody></table>", "<tr><td>z</td></tr>".repeat(20_000)),
        format!(
            "<table><tr>{}</tr>{}</table>",
            "<td>x</td>".repeat(20_000),
            "<tr><td>y</td></tr>".repeat(20_000)
        ),
        format!("<table><tr><td colspan='{}'>x</td></tr></table>", u64::MAX),
        "<list><item>".repeat(60) + "x" + &"</item></list>".repeat(60),
        "<table><tr><td>".repeat(60) + "x" + &"</td></tr></table>".repeat(60),
    ];
    for text in cases {
        let start = Instant::now();
        let page = html(&text);
        assert!(page.len() < 40 * text.len() + 1000, "{} from {}", page.len(), text.len());
        assert!(start.elapsed() < Duration::from_secs(3), "took {:?}", start.elapsed());
    }
}

#[test]
fn encodings_that_are_declared_are_read() {
    let text = around("").replace("UTF-8", "ISO-8859-1").replace("<title/>", "<title>Été</title>");
    let body = "<component><nonXMLBody><text mediaType='text/plain'>déjà</text></nonXMLBody></component></ClinicalDocument>";
    let text = text.replace("</ClinicalDocument>", body);
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    assert_eq!(parse(&latin).unwrap().header.title, "Été");
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(parse(&utf16).unwrap().text(), "Été déjà");
    let windows = [text.replace("ISO-8859-1", "windows-1252").replace('É', "@").as_bytes().to_vec()]
        .concat()
        .iter()
        .map(|b| if *b == b'@' { 0x80 } else { *b })
        .collect::<Vec<u8>>();
    assert!(parse(&windows).unwrap().header.title.starts_with('€'));
    assert_eq!(parse(&latin[60..]).unwrap_err().code, "cda-encoding");
}

#[test]
fn files_are_taken_out_as_they_are() {
    let pdf = parse(file("mediaType='application/pdf' representation='B64'", "\n JVBE\n Ri0x\n").as_bytes())
        .unwrap();
    assert_eq!(pdf.embedded().unwrap().bytes, b"%PDF-1");
    assert_eq!(pdf.html(&Rendering::default()), "");
    let text = parse(file("mediaType='text/plain'", "Bonjour <!-- x -->toi\n\nÀ &lt;demain&gt;").as_bytes())
        .unwrap();
    assert_eq!(text.html(&Rendering::default()), "<p>Bonjour toi</p><p>À &lt;demain&gt;</p>");
    assert_eq!(text.text(), "Compte rendu de consultation Bonjour toi À <demain>");
    let elsewhere = parse(file("", "<reference value='a.pdf'/>").as_bytes()).unwrap();
    assert!(matches!(&elsewhere.body, Body::Elsewhere { reference } if reference == "a.pdf"));
    assert!(elsewhere.html(&Rendering { language: Language::En, ..Rendering::default() }).contains("a.pdf"));
    let wrapped =
        around("<component><nonXMLBody><text mediaType='text/plain'>x</text></nonXMLBody></component>");
    let wrapped = wrapped.trim_start_matches("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let sheet = format!(
        "<x:stylesheet xmlns:x='http://www.w3.org/1999/XSL/Transform'><c:C xmlns:c='u'>{wrapped}</c:C></x:stylesheet>"
    );
    assert_eq!(parse(sheet.as_bytes()).unwrap().header.unique_id, "1.2.3^d1");
}

#[test]
fn narrative_becomes_plain_semantic_html() {
    for (text, expected) in [
        ("", ""),
        ("  a\n b ", "<p>a b</p>"),
        ("a<br/>b<br/><br/>c<br/>", "<p>a<br>b</p><p>c</p>"),
        ("<content styleCode='Bold Italics'>a</content>", "<p><strong><em>a</em></strong></p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("<content revised='delete'>10</content> 5", "<p><del>10</del> 5</p>"),
        ("<paragraph><caption>T</caption>x</paragraph>", "<p><strong>T</strong></p><p>x</p>"),
        ("<list><item>a</item><item/></list>", "<ul><li>a</li></ul>"),
        (
            "<list listType='ordered' styleCode='LittleAlpha'><item>a<br/><br/>b</item></list>",
            "<ol type=\"a\"><li><p>a</p><p>b</p></li></ol>",
        ),
        ("<content>a<list><item>b</item></list>c</content>", "<p>a</p><ul><li>b</li></ul><p>c</p>"),
        ("<linkHtml href='https://x.fr/'>X</linkHtml>", "<p>X (https://x.fr/)</p>"),
        ("<linkHtml href='javascript:alert(1)'>X</linkHtml>", "<p>X</p>"),
        (
            "<linkHtml href='#here'>X</linkHtml> <content ID='here'>Y</content>",
            "<p><a href=\"#cda-1\">X</a> <span id=\"cda-1\"></span>Y</p>",
        ),
        ("<linkHtml href='#nowhere'>X</linkHtml>", "<p>X</p>"),
        (
            "<content ID='a'>x</content><content ID='a'>y</content><linkHtml href='#a'>z</linkHtml>",
            "<p><span id=\"cda-1\"></span>xy<a href=\"#cda-1\">z</a></p>",
        ),
        ("<script>alert(1)</script>&lt;script>", "<p>&lt;script&gt;</p>"),
        ("a<renderMultiMedia referencedObject='gone'/>", "<p>a[image absente du document]</p>"),
    ] {
        if expected.is_empty() {
            assert_eq!(narrative(text).html(&Rendering::default()), "");
        } else {
            assert_eq!(html(text), expected, "{text}");
        }
    }
}

#[test]
fn tables_hold_together() {
    let inside = |text: &str| -> String {
        let page = html(&format!("<table>{text}</table>"));
        let from = page.find("<table>").unwrap() + 7;
        page[from..page.find("</table>").unwrap()].to_owned()
    };
    for (text, expected) in [
        // Short rows are filled, spans that stick out are clipped.
        ("<tr><td>a</td><td rowspan='9'>b</td></tr><tr/>", "<tbody><tr><td>a</td><td>b</td></tr></tbody>"),
        (
            "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>",
            "<tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></tbody>",
        ),
        // A column in which no cell begins is not a column.
        (
            "<tr><td colspan='3'>a</td></tr><tr><td colspan='2'>b</td><td>c</td></tr>",
            "<tbody><tr><td colspan=\"2\">a</td></tr><tr><td>b</td><td>c</td></tr></tbody>",
        ),
        // Headers: of columns, of rows, of groups, of nothing.
        (
            "<tr><th>H</th></tr><tr><td>a</td></tr>",
            "<thead><tr><th scope=\"col\">H</th></tr></thead><tbody><tr><td>a</td></tr></tbody>",
        ),
        ("<tr><th>H</th><td>a</td></tr>", "<tbody><tr><th scope=\"row\">H</th><td>a</td></tr></tbody>"),
        ("<thead><tr><th>H</th></tr></thead>", "<tbody><tr><td><strong>H</strong></td></tr></tbody>"),
        (
            "<tr><td>a</td></tr><tr><th>G</th></tr><tr><td>b</td></tr>",
            "<tbody><tr><td>a</td></tr><tr><td><strong>G</strong></td></tr><tr><td>b</td></tr></tbody>",
        ),
        (
            "<thead><tr><th/><th>H</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody>",
            "<thead><tr><td></td><th scope=\"col\">H</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody>",
        ),
        ("<caption>C</caption><tr><td>a</td></tr>", "<caption>C</caption><tbody><tr><td>a</td></tr></tbody>"),
    ] {
        assert_eq!(inside(text), expected, "{text}");
    }
    assert_eq!(narrative("<table><tr><td/></tr></table>").html(&Rendering::default()), "");
}

#[test]
fn footnotes_are_numbered_and_gathered() {
    let text = "a<footnote ID='f'>un</footnote> b<footnoteRef IDREF='f'/> c<footnote>deux</footnote>";
    let page = narrative(text).html(&Rendering::default());
    assert!(
        page.contains("a<sup><a id=\"cda-call-1\" href=\"#cda-note-1\" aria-label=\"Note 1\">1</a></sup>"),
        "{page}"
    );
    assert!(page.contains("b<sup><a href=\"#cda-note-1\" aria-label=\"Note 1\">1</a></sup>"), "{page}");
    assert!(page.ends_with("<section><h2>Notes</h2><ol><li id=\"cda-note-1\">un</li><li id=\"cda-note-2\">deux</li></ol></section>"), "{page}");
}

#[test]
fn pictures_are_proved_before_they_are_shown() {
    let entry = |bytes: &str| {
        format!(
            "<component><structuredBody><component><section><title>Photo</title><text><renderMultiMedia referencedObject='m'/></text><entry><observationMedia ID='m'><value mediaType='image/png' representation='B64'>{bytes}</value></observationMedia></entry></section></component></structuredBody></component>"
        )
    };
    let page = |bytes: &str, rendering: &Rendering<'_>| {
        parse(around(&entry(bytes)).as_bytes()).unwrap().html(rendering)
    };
    let tiny = "iVBORw0KGgo=";
    let small = Rendering { max_picture: 4, attachments: Some("/p/"), ..Rendering::default() };
    assert!(
        page(tiny, &Rendering::default())
            .contains("<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"Image : Photo\">")
    );
    assert!(page(tiny, &small).contains("<img src=\"/p/0\" alt=\"Image : Photo\">"));
    assert!(page("PHNjcmlwdD4=", &small).contains("<a href=\"/p/0\">Pièce jointe 1 (PNG)</a>"));
    assert!(page("!!!", &small).contains("[pièce jointe illisible]"));
}
