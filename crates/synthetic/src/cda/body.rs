//! Letters, prescriptions, imaging reports and vaccination notes.

use rand::Rng;

use super::{Sheet, esc, stamp};
use crate::{dice, pick};

/// One section: code, title and narrative (already XML).
fn section(code: &str, title: &str, text: &str, entries: &str) -> String {
    format!(
        r#"<component><section><code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="{title}"/><title>{title}</title><text>{text}</text>{entries}</section></component>"#,
        title = esc(title)
    )
}

fn paragraph(text: &str) -> String {
    format!("<paragraph>{}</paragraph>", esc(text))
}

fn structured(sections: &[String]) -> String {
    format!("<structuredBody>{}</structuredBody>", sections.concat())
}

/// A consultation report in four sections.
pub(super) fn consultation(sheet: &Sheet<'_>) -> String {
    let mut rng = dice(sheet.seed, 41, sheet.number);
    let reason = pick(
        &mut rng,
        &[
            "Bilan annuel, pas de plainte particulière.",
            "Toux sèche depuis dix jours, sans fièvre.",
            "Suivi d'une tension artérielle limite.",
            "Douleur du genou droit à la descente des escaliers.",
        ],
    );
    let (high, low) = (rng.random_range(108..152), rng.random_range(62..92));
    let exam = format!(
        "Tension artérielle {high}/{low} mmHg. Fréquence cardiaque {} par minute. Auscultation normale.",
        rng.random_range(58..92)
    );
    let advice = pick(
        &mut rng,
        &[
            "Marche quotidienne de trente minutes, contrôle dans six mois.",
            "Repos, hydratation, consulter de nouveau si la fièvre apparaît.",
            "Mesures de tension à domicile trois jours de suite avant le prochain rendez-vous.",
        ],
    );
    structured(&[
        section("29299-5", "Motif de la consultation", &paragraph(reason), ""),
        section("29545-1", "Examen clinique", &paragraph(&exam), ""),
        section(
            "18776-5",
            "Conduite à tenir",
            &format!("<list><item>{}</item><item>Courrier remis ce jour.</item></list>", esc(advice)),
            "",
        ),
        section("55112-7", "Conclusion", &paragraph("Pas de signe de gravité ce jour."), ""),
    ])
}

/// CIS code, name, posology.
const MEDICINES: &[(&str, &str, &str)] = &[
    (
        "60234100",
        "PARACETAMOL 1 g, comprimé",
        "1 comprimé jusqu'à 3 fois par jour si douleur, pendant 5 jours",
    ),
    ("65055500", "AMOXICILLINE 1 g, comprimé dispersible", "1 comprimé matin et soir pendant 6 jours"),
    ("61266250", "RAMIPRIL 5 mg, comprimé", "1 comprimé le matin, à renouveler 3 mois"),
    ("68035090", "SALBUTAMOL 100 µg, suspension pour inhalation", "2 bouffées en cas de gêne respiratoire"),
];

/// A prescription of one to three medicines.
pub(super) fn prescription(sheet: &Sheet<'_>) -> String {
    let mut rng = dice(sheet.seed, 42, sheet.number);
    let first = rng.random_range(0..MEDICINES.len());
    let count = rng.random_range(1..=3);
    let mut rows = String::new();
    let mut entries = String::new();
    for n in 0..count {
        let (code, name, posology) = MEDICINES[(first + n) % MEDICINES.len()];
        rows.push_str(&format!("<tr><td>{}</td><td>{}</td></tr>", esc(name), esc(posology)));
        entries.push_str(&format!(
            r#"<entry><substanceAdministration classCode="SBADM" moodCode="INT"><statusCode code="completed"/><text>{}</text><consumable><manufacturedProduct><manufacturedMaterial><code code="{code}" codeSystem="1.2.250.1.213.2.3.1" displayName="{name}"/><name>{name}</name></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>"#,
            esc(posology),
            name = esc(name)
        ));
    }
    let table = format!(
        "<table><thead><tr><th>Médicament</th><th>Posologie</th></tr></thead><tbody>{rows}</tbody></table>"
    );
    structured(&[section("57828-6", "Prescription de médicaments", &table, &entries)])
}

/// An imaging report.
pub(super) fn imaging(sheet: &Sheet<'_>) -> String {
    let mut rng = dice(sheet.seed, 43, sheet.number);
    let (act, technique, findings, conclusion) = pick(
        &mut rng,
        &[
            (
                "Radiographie du thorax",
                "Un cliché de face, debout.",
                "Pas de foyer parenchymateux. Silhouette cardiaque de taille normale.",
                "Radiographie du thorax sans anomalie.",
            ),
            (
                "Échographie abdominale",
                "Sonde convexe, patient à jeun.",
                "Foie de taille et d'échostructure normales. Vésicule alithiasique.",
                "Échographie abdominale normale.",
            ),
            (
                "Mammographie de dépistage",
                "Deux incidences par sein.",
                "Densité mammaire de type b. Pas de microcalcification suspecte.",
                "ACR 2 à droite et à gauche. Contrôle dans deux ans.",
            ),
        ],
    );
    structured(&[
        section("55115-0", "Demande d'examen", &paragraph(act), ""),
        section("55111-9", "Technique", &paragraph(technique), ""),
        section("59776-5", "Résultats", &paragraph(findings), ""),
        section("19005-8", "Conclusion", &paragraph(conclusion), ""),
    ])
}

/// ATC code, disease, product.
const VACCINES: &[(&str, &str, &str)] = &[
    ("J07BB02", "Grippe saisonnière", "Vaccin grippal inactivé"),
    ("J07CA01", "Diphtérie, tétanos, poliomyélite", "Vaccin dTP"),
    ("J07BD52", "Rougeole, oreillons, rubéole", "Vaccin ROR"),
    ("J07BM03", "Papillomavirus humains", "Vaccin HPV nonavalent"),
];

/// A vaccination note: one act.
pub(super) fn vaccination(sheet: &Sheet<'_>) -> String {
    let mut rng = dice(sheet.seed, 44, sheet.number);
    let (atc, disease, product) = pick(&mut rng, VACCINES);
    let lot = format!("{}{:05}", ['A', 'C', 'K', 'T'][rng.random_range(0..4)], rng.random_range(0..99_999));
    let text = format!(
        "<table><tbody><tr><th>Vaccin</th><td>{product}</td></tr><tr><th>Contre</th><td>{disease}</td></tr><tr><th>Lot</th><td>{lot}</td></tr></tbody></table>"
    );
    let entry = format!(
        r#"<entry><substanceAdministration classCode="SBADM" moodCode="EVN"><code code="IMMUNIZ" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/><effectiveTime value="{}"/><routeCode code="20035000" codeSystem="0.4.0.127.0.16.1.1.2.1" displayName="Voie intramusculaire"/><doseQuantity value="1"/><consumable><manufacturedProduct><manufacturedMaterial><code code="{atc}" codeSystem="2.16.840.1.113883.6.73" displayName="{disease}"/><name>{product}</name><lotNumberText>{lot}</lotNumberText></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>"#,
        stamp(sheet.at)
    );
    structured(&[section("11369-6", "Vaccination", &text, &entry)])
}
