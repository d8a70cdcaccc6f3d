//! Results of a laboratory: panels of analyses, as a table to read and as coded entries (XD-LAB).

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Sheet, b64, esc, stamp};
use crate::dice;

/// An analysis: LOINC code, name, UCUM unit, unit in print, range of reference, decimals.
struct Analysis(&'static str, &'static str, &'static str, &'static str, f64, f64, usize);

/// A chapter: LOINC code, title, analyses.
struct Panel(&'static str, &'static str, &'static [Analysis]);

const PANELS: &[Panel] = &[
    Panel(
        "18719-5",
        "Biochimie",
        &[
            Analysis("14749-6", "Glucose à jeun", "mmol/L", "mmol/L", 3.9, 5.5, 2),
            Analysis("14682-9", "Créatinine", "umol/L", "µmol/L", 45.0, 84.0, 0),
            Analysis("14647-2", "Cholestérol total", "mmol/L", "mmol/L", 3.0, 5.2, 2),
            Analysis("14927-8", "Triglycérides", "mmol/L", "mmol/L", 0.4, 1.7, 2),
            Analysis("1988-5", "Protéine C réactive", "mg/L", "mg/L", 0.0, 5.0, 1),
        ],
    ),
    Panel(
        "18723-7",
        "Hématologie",
        &[
            Analysis("718-7", "Hémoglobine", "g/dL", "g/dL", 12.0, 16.0, 1),
            Analysis("789-8", "Hématies", "10*12/L", "T/L", 4.0, 5.3, 2),
            Analysis("6690-2", "Leucocytes", "10*9/L", "G/L", 4.0, 10.0, 2),
            Analysis("777-3", "Plaquettes", "10*9/L", "G/L", 150.0, 400.0, 0),
        ],
    ),
    Panel(
        "18719-5",
        "Hormonologie",
        &[
            Analysis("3016-3", "Thyréostimuline (TSH)", "m[IU]/L", "mUI/L", 0.27, 4.2, 2),
            Analysis("3024-7", "Thyroxine libre (T4L)", "ng/dL", "ng/dL", 0.93, 1.7, 2),
        ],
    ),
];

/// A result drawn for one analysis: value as printed, and `L`, `N` or `H`.
struct Drawn(String, &'static str);

/// The structured body: the first `rows` analyses (of the first panel only, unless all are wanted), entries for
/// `coded` of each panel, and a copy as PDF when given.
pub(super) fn body(sheet: &Sheet<'_>, rows: usize, coded: usize, pdf: Option<&[u8]>) -> String {
    let mut rng = dice(sheet.seed, 40, sheet.number);
    let panels = if rows == usize::MAX { PANELS } else { &PANELS[..1] };
    let mut xml = String::from("<structuredBody>");
    for Panel(code, title, analyses) in panels {
        let shown = &analyses[..analyses.len().min(rows)];
        let drawn: Vec<Drawn> = shown.iter().map(|analysis| draw(&mut rng, analysis)).collect();
        xml.push_str(&format!(
            r#"<component><section><templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/><code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="{title}"/><title>{title}</title><text>{}</text>"#,
            table(shown, &drawn)
        ));
        xml.push_str(&format!(
            r#"<entry typeCode="DRIV"><templateId root="1.3.6.1.4.1.19376.1.3.1"/><act classCode="ACT" moodCode="EVN"><code code="{code}" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>"#
        ));
        for (analysis, drawn) in shown.iter().zip(&drawn).take(coded) {
            xml.push_str(&entry(sheet, analysis, drawn));
        }
        xml.push_str("</act></entry></section></component>");
    }
    if let Some(pdf) = pdf {
        xml.push_str(&copy(pdf));
    }
    xml.push_str("</structuredBody>");
    xml
}

/// Three results in four are inside their range; the others are out by up to a third.
fn draw(rng: &mut ChaCha8Rng, analysis: &Analysis) -> Drawn {
    let Analysis(.., low, high, decimals) = analysis;
    let width = high - low;
    let (value, flag) = match rng.random_range(0..8) {
        0 => (high + width * rng.random_range(0.05..0.35), "H"),
        1 if *low > 0.0 => (low - (low * rng.random_range(0.05..0.3)), "L"),
        _ => (low + width * rng.random_range(0.1..0.9), "N"),
    };
    Drawn(format!("{value:.decimals$}"), flag)
}

fn table(analyses: &[Analysis], drawn: &[Drawn]) -> String {
    let mut xml = String::from(
        "<table><thead><tr><th>Analyse</th><th>Résultat</th><th>Valeurs de référence</th></tr></thead><tbody>",
    );
    for (Analysis(code, name, _, printed, low, high, decimals), Drawn(value, flag)) in
        analyses.iter().zip(drawn)
    {
        let mark = match *flag {
            "H" => " (élevé)",
            "L" => " (bas)",
            _ => "",
        };
        xml.push_str(&format!(
            r#"<tr><td><content ID="r{code}">{}</content></td><td>{} {printed}{mark}</td><td>{} – {}</td></tr>"#,
            esc(name),
            comma(value),
            comma(&format!("{low:.decimals$}")),
            comma(&format!("{high:.decimals$}")),
        ));
    }
    xml.push_str("</tbody></table>");
    xml
}

/// French print writes the decimal comma.
fn comma(number: &str) -> String {
    number.replace('.', ",")
}

fn entry(sheet: &Sheet<'_>, analysis: &Analysis, drawn: &Drawn) -> String {
    let Analysis(code, name, unit, _, low, high, decimals) = analysis;
    let Drawn(value, flag) = drawn;
    format!(
        r##"<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><templateId root="1.3.6.1.4.1.19376.1.3.1.6"/><code code="{code}" displayName="{}" codeSystem="2.16.840.1.113883.6.1"><originalText><reference value="#r{code}"/></originalText></code><statusCode code="completed"/><effectiveTime value="{}"/><value xsi:type="PQ" value="{value}" unit="{unit}"/><interpretationCode code="{flag}" codeSystem="2.16.840.1.113883.5.83"/><referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="{low:.decimals$}" unit="{unit}"/><high value="{high:.decimals$}" unit="{unit}"/></value></observationRange></referenceRange></observation></entryRelationship>"##,
        esc(name),
        stamp(sheet.at),
    )
}

/// The section « Copie du document » (template 1.2.250.1.213.1.1.2.243).
fn copy(pdf: &[u8]) -> String {
    format!(
        r#"<component><section><templateId root="1.2.250.1.213.1.1.2.243"/><code code="55108-5" displayName="Copie du document" codeSystem="2.16.840.1.113883.6.1"/><title>Copie du document</title><text><renderMultiMedia referencedObject="copie"/></text><entry><organizer classCode="CLUSTER" moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.18"/><code code="55107-7" displayName="Document attaché" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><component><observationMedia classCode="OBS" moodCode="EVN" ID="copie"><value mediaType="application/pdf" representation="B64">{}</value></observationMedia></component></organizer></entry></section></component>"#,
        b64(pdf)
    )
}
